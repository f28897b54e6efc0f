//! Exact parameter counts.

use quarterdeck_catalog::{AttentionBiases, Block, FeedForward, Mixer, QkNorm};

use super::Shape;

/// Parameters by part; the fields of one layer are for one layer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parameters {
    /// Input embedding, positions and their norm included.
    pub embedding: f64,
    /// Output matrix; none where it is the input embedding.
    pub head: f64,
    /// Attention of one layer, with its norms of queries and keys.
    pub attention: f64,
    /// One Mamba-2 part.
    pub mamba: f64,
    /// Dense feed-forward block of one layer.
    pub dense_ffn: f64,
    /// Router of one expert layer.
    pub router: f64,
    /// One routed expert.
    pub expert: f64,
    /// All shared experts of one expert layer, with their gate and the maps to and from a narrower stream.
    pub shared_experts: f64,
    /// All norms of one layer that has attention and a feed-forward part.
    pub norms: f64,
    /// The one norm of a block with a single part, as hybrids have them.
    pub single_norm: f64,
    /// The last norm.
    pub final_norm: f64,
    /// One module that predicts a further token; not among the total.
    pub mtp_module: f64,
    /// Routed experts of a layer, and those that a token visits.
    experts: f64,
    top_k: f64,
    /// Blocks of all kinds, and those with experts.
    blocks: f64,
    blocks_active: f64,
    expert_layers: f64,
}

impl Parameters {
    pub(super) fn of(shape: &Shape) -> Parameters {
        let h = shape.hidden;
        let norm = shape.norm_vectors * h;
        let ffn = |stream: f64, width: f64| {
            shape.ffn_matrices * stream * width + shape.bias((shape.ffn_matrices - 1.0) * width + stream)
        };
        let mut parameters = Parameters {
            embedding: (shape.vocab + shape.positions) * h + if shape.embedding_norm { norm } else { 0.0 },
            head: if shape.tied_embeddings { 0.0 } else { shape.vocab * h }
                + if shape.head_bias { shape.vocab } else { 0.0 },
            attention: attention(shape),
            mamba: mamba(shape),
            dense_ffn: ffn(h, shape.ffn_hidden),
            router: 0.0,
            expert: 0.0,
            shared_experts: 0.0,
            norms: shape.norms_per_layer * norm,
            single_norm: norm,
            final_norm: norm,
            mtp_module: 0.0,
            experts: 0.0,
            top_k: 0.0,
            blocks: 0.0,
            blocks_active: 0.0,
            expert_layers: 0.0,
        };
        if let Some(moe) = shape.moe {
            let [experts, top_k, width, shared_width, shared] =
                [moe.experts, moe.top_k, moe.expert_ffn, moe.shared_width(), moe.shared_experts]
                    .map(f64::from);
            let stream = moe.latent.map_or(h, f64::from);
            parameters.experts = experts;
            parameters.top_k = top_k;
            parameters.router = h * experts + if moe.router_bias { experts } else { 0.0 };
            parameters.expert = ffn(stream, width);
            parameters.shared_experts = shared * ffn(h, shared_width)
                + if moe.shared_gate { h } else { 0.0 }
                + if moe.latent.is_some() { 2.0 * h * stream } else { 0.0 };
        }
        for (block, count) in shape.blocks() {
            parameters.blocks += count * parameters.of_layer(block);
            parameters.blocks_active += count * parameters.active_of_layer(block);
            if block.ffn == FeedForward::Experts {
                parameters.expert_layers += count;
            }
        }
        let further: f64 = shape.mtp_blocks().map(|block| parameters.of_layer(block)).sum();
        // Norms of stream and embedding, their joint projection, the blocks and a last norm.
        parameters.mtp_module = further + 2.0 * h * h + 3.0 * norm;
        parameters
    }

    /// All parameters, without modules that predict further tokens.
    pub fn total(&self) -> f64 {
        self.blocks + self.embedding + self.head + self.final_norm
    }

    /// Parameters that one token uses, embeddings included.
    pub fn active(&self) -> f64 {
        self.blocks_active + self.embedding + self.head + self.final_norm
    }

    /// Parameters of all blocks, without embeddings, head and last norm.
    pub fn blocks(&self) -> f64 {
        self.blocks
    }

    /// Parameters of one block, all experts counted.
    pub fn of_layer(&self, block: impl Into<Block>) -> f64 {
        self.with_experts(block.into(), self.experts)
    }

    /// Parameters of one block that one token uses.
    pub fn active_of_layer(&self, block: impl Into<Block>) -> f64 {
        self.with_experts(block.into(), self.top_k)
    }

    /// Routed experts of all layers.
    pub fn routed_experts(&self) -> f64 {
        self.expert_layers * self.experts * self.expert
    }

    fn with_experts(&self, block: Block, experts: f64) -> f64 {
        let mixer = match block.mixer {
            Mixer::None => 0.0,
            Mixer::Attention | Mixer::Window => self.attention,
            Mixer::Mamba => self.mamba,
        };
        let ffn = match block.ffn {
            FeedForward::None => 0.0,
            FeedForward::Dense => self.dense_ffn,
            FeedForward::Experts => self.router + self.shared_experts + experts * self.expert,
        };
        let both = block.mixer != Mixer::None && block.ffn != FeedForward::None;
        mixer + ffn + if both { self.norms } else { self.single_norm }
    }
}

impl Shape {
    /// Exact parameter counts.
    ///
    /// $$ P = V h\,(2 - \text{tied}) + L\,(h d (a + 2k) + a d h + 2 h) + \sum_\ell \text{ffn}_\ell + h $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $h, d, a, k, V$ | `self` | 1 |
    /// | $L$ | `self.layers` | 1 |
    ///
    /// Biases, layer-norm shifts, learned positions, latent projections with their norms, norms of queries and
    /// keys, sinks, routers with their balancing biases, experts and Mamba-2 parts are added where the model has
    /// them. Source: the published configurations; exact. A Mamba-2 part of inner width `w`, `g` groups, state
    /// `n`, `m` heads and convolution `c` holds `h(2w + 2gn + m) + (w + 2gn)(c + 1) + 3m + w + wh`
    /// (`mamba2-2024`).
    pub fn parameters(&self) -> Parameters {
        Parameters::of(self)
    }

    /// A bias of a linear layer of a model that has them everywhere.
    fn bias(&self, width: f64) -> f64 {
        if self.biases { width } else { 0.0 }
    }

    /// Widths of the biases of query, key and value, and of the output of attention.
    pub(super) fn attention_bias(&self, qkv: f64, output: f64) -> (f64, f64) {
        match (self.biases, self.attention_biases) {
            (true, _) | (_, AttentionBiases::Qkvo) => (qkv, output),
            (_, AttentionBiases::Qkv) => (qkv, 0.0),
            (_, AttentionBiases::None) => (0.0, 0.0),
        }
    }

    /// Parameters of the norms of queries and keys of one layer.
    pub(super) fn qk_norm_parameters(&self) -> f64 {
        self.norm_vectors
            * match self.qk_norm {
                QkNorm::None | QkNorm::Plain => 0.0,
                QkNorm::Head => 2.0 * self.head_dim,
                QkNorm::Projection => self.head_dim * (self.heads + self.kv_heads),
            }
    }
}

fn attention(shape: &Shape) -> f64 {
    let (h, heads) = (shape.hidden, shape.heads);
    let sinks = if shape.sinks { heads } else { 0.0 };
    let Some(mla) = shape.mla else {
        let qkv = shape.head_dim * (heads + 2.0 * shape.kv_heads);
        let (qkv_bias, output_bias) = shape.attention_bias(qkv, h);
        return h * qkv
            + qkv_bias
            + heads * shape.head_dim * h
            + output_bias
            + shape.qk_norm_parameters()
            + sinks;
    };
    let [q_rank, kv_rank, nope, rope, value] =
        [mla.q_rank, mla.kv_rank, mla.nope_dim, mla.rope_dim, mla.v_dim].map(f64::from);
    let query = if mla.q_rank == 0 {
        h * heads * (nope + rope)
    } else {
        h * q_rank + q_rank + q_rank * heads * (nope + rope)
    };
    let latent = h * (kv_rank + rope) + kv_rank + kv_rank * heads * (nope + value);
    query + latent + heads * value * h + sinks
}

fn mamba(shape: &Shape) -> f64 {
    let Some(mamba) = shape.mamba else { return 0.0 };
    let [heads, head_dim, state, groups, conv] =
        [mamba.heads, mamba.head_dim, mamba.state, mamba.groups, mamba.conv].map(f64::from);
    let (inner, maps) = (heads * head_dim, 2.0 * groups * state);
    let columns = 2.0 * inner + maps + heads;
    let taps = conv + if mamba.conv_bias { 1.0 } else { 0.0 };
    // Step sizes, decays and skips, one of each for every head.
    let scalars = 3.0 * heads;
    shape.hidden * columns
        + shape.bias(columns)
        + (inner + maps) * taps
        + scalars
        + inner
        + inner * shape.hidden
        + shape.bias(shape.hidden)
}
