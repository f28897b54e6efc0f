//! Decoder-only transformers as operators: parameters, forward FLOPs, bytes, and the memory of keys and values.
//!
//! Symbols as in the literature: `T` tokens of a pass, `h` hidden, `a`/`k` query and key-value heads of width
//! `d`, `f` feed-forward width, `L` layers, `V` vocabulary, `E` experts of which `K` are used. Forward FLOPs of
//! a layer: QKV `2Thd(a+2k)`, output `2Tadh`, scores and context `4Tsad`, SwiGLU `6Thf` or plain `4Thf`, router
//! `2ThE`, head `2ThV` (`narayanan-2021`, `palm-2022`; latent attention from `deepseek-v3-2024`).

use quarterdeck_catalog::{Architecture, Attention, Mla, Moe, Position};
use quarterdeck_units::{Bytes, Flop};

use crate::operator::{Gemm, Operator, OperatorKind};

/// Shape of a transformer, in numbers ready for arithmetic.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    /// Blocks.
    pub layers: f64,
    /// Leading blocks with a dense feed-forward part, of a mixture of experts; all blocks otherwise.
    pub dense_layers: f64,
    /// Width of the residual stream.
    pub hidden: f64,
    /// Inner width of the dense feed-forward block.
    pub ffn_hidden: f64,
    /// Query heads.
    pub heads: f64,
    /// Key-value heads.
    pub kv_heads: f64,
    /// Width of one head.
    pub head_dim: f64,
    /// Vocabulary.
    pub vocab: f64,
    /// Learned positions; none with rotary embeddings.
    pub positions: f64,
    /// Matrices of the feed-forward block: 3 gated, 2 plain.
    pub ffn_matrices: f64,
    /// Vectors of one norm: 1 scale, 2 scale and shift.
    pub norm_vectors: f64,
    /// Whether linear layers carry a bias vector.
    pub biases: bool,
    /// Whether input and output embeddings are one matrix.
    pub tied_embeddings: bool,
    /// Ranks of latent attention.
    pub mla: Option<Mla>,
    /// Mixture of experts.
    pub moe: Option<Moe>,
}

impl From<&Architecture> for Shape {
    fn from(model: &Architecture) -> Shape {
        let layers = f64::from(model.layers);
        Shape {
            layers,
            dense_layers: model.moe.map_or(layers, |moe| f64::from(moe.first_dense_layers)),
            hidden: f64::from(model.hidden),
            ffn_hidden: f64::from(model.ffn_hidden),
            heads: f64::from(model.heads),
            kv_heads: f64::from(model.kv_heads),
            head_dim: f64::from(model.head_dim),
            vocab: f64::from(model.vocab),
            positions: match model.position {
                Position::Rotary | Position::Alibi | Position::None => 0.0,
                Position::Learned => f64::from(model.position_rows.unwrap_or(model.context)),
            },
            ffn_matrices: f64::from(model.activation.matrices()),
            norm_vectors: f64::from(model.norm.vectors()),
            biases: model.biases,
            tied_embeddings: model.tied_embeddings,
            mla: if model.attention == Attention::Mla { model.mla } else { None },
            moe: model.moe,
        }
    }
}

/// Parameters by part; the fields of one layer are for one layer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parameters {
    /// Input embedding, positions included.
    pub embedding: f64,
    /// Output matrix; none where it is the input embedding.
    pub head: f64,
    /// Attention of one layer.
    pub attention: f64,
    /// Dense feed-forward block of one layer.
    pub dense_ffn: f64,
    /// Router of one expert layer.
    pub router: f64,
    /// One routed expert.
    pub expert: f64,
    /// All shared experts of one expert layer.
    pub shared_experts: f64,
    /// Both norms of one layer.
    pub norms: f64,
    /// The last norm.
    pub final_norm: f64,
    layers: f64,
    dense_layers: f64,
    experts: f64,
    top_k: f64,
}

impl Parameters {
    /// All parameters.
    pub fn total(&self) -> f64 {
        self.with_experts(self.experts)
    }

    /// Parameters that one token uses, embeddings included.
    pub fn active(&self) -> f64 {
        self.with_experts(self.top_k)
    }

    /// Parameters of all blocks, without embeddings, head and last norm.
    pub fn blocks(&self) -> f64 {
        self.total() - self.embedding - self.head - self.final_norm
    }

    /// Parameters of one block of a kind, all experts counted.
    pub fn of_layer(&self, kind: LayerKind) -> f64 {
        self.attention
            + self.norms
            + match kind {
                LayerKind::Dense => self.dense_ffn,
                LayerKind::Experts => self.router + self.shared_experts + self.experts * self.expert,
            }
    }

    /// Routed experts of all layers.
    pub fn routed_experts(&self) -> f64 {
        (self.layers - self.dense_layers) * self.experts * self.expert
    }

    fn with_experts(&self, experts: f64) -> f64 {
        let moe_layers = self.layers - self.dense_layers;
        self.embedding
            + self.head
            + self.final_norm
            + self.layers * (self.attention + self.norms)
            + self.dense_layers * self.dense_ffn
            + moe_layers * (self.router + self.shared_experts + experts * self.expert)
    }
}

/// Whether a block's feed-forward part is dense or a mixture of experts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LayerKind {
    /// Every token passes the same matrices.
    Dense,
    /// Each token passes its chosen experts.
    Experts,
}

/// Tokens that pass through the model at once on one group of devices.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pass {
    /// New tokens.
    pub tokens: f64,
    /// Positions that each of them attends to, on average.
    pub attended: f64,
    /// Positions whose keys and values are read from memory, over all sequences.
    pub cached: f64,
    /// Tokens whose next-token distribution is computed.
    pub scored: f64,
    /// Form in which latent attention is computed.
    pub latent: Latent,
}

/// Form in which latent attention is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Latent {
    /// Keys and values are expanded for every head: few operations, used where tokens are many.
    Expanded,
    /// Queries are brought into the latent space, and the cache is read as it is: used in decoding.
    Absorbed,
}

impl Pass {
    /// A training pass over whole sequences: each token attends to half of its sequence on average, because
    /// attention kernels skip blocks that the causal mask hides.
    pub fn training(sequences: f64, length: f64) -> Pass {
        let tokens = sequences * length;
        let attended = (length + 1.0) / 2.0;
        Pass { tokens, attended, cached: tokens, scored: tokens, latent: Latent::Expanded }
    }

    /// Reading of prompts: only the last token of each needs its distribution.
    pub fn prefill(sequences: f64, length: f64) -> Pass {
        Pass { scored: sequences, ..Pass::training(sequences, length) }
    }

    /// One token for each of `sequences`, with `context` positions in the cache.
    pub fn decode(sequences: f64, context: f64) -> Pass {
        Pass {
            tokens: sequences,
            attended: context,
            cached: sequences * context,
            scored: sequences,
            latent: Latent::Absorbed,
        }
    }
}

/// Share of a layer that one device works on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Partition {
    /// Devices that split each matrix.
    pub tensor: f64,
    /// Devices that split the experts; 1 leaves them to the tensor split.
    pub expert: f64,
    /// Whether norms and residuals are split over the tensor group too.
    pub sequence_parallel: bool,
}

impl Partition {
    /// One device does it all.
    pub const WHOLE: Partition = Partition { tensor: 1.0, expert: 1.0, sequence_parallel: false };
}

/// Bytes of one stored element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Widths {
    /// Of weights in matrix multiplies.
    pub weight: f64,
    /// Of activations.
    pub activation: f64,
    /// Of keys and values.
    pub kv: f64,
}

impl Widths {
    /// Two bytes for everything: bf16 and fp16.
    pub const HALF: Widths = Widths { weight: 2.0, activation: 2.0, kv: 2.0 };
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
    /// Biases, layer-norm shifts, learned positions, latent projections with their norms, routers and experts
    /// are added where the model has them. Source: the published configurations; exact.
    pub fn parameters(&self) -> Parameters {
        let h = self.hidden;
        let bias = |width: f64| if self.biases { width } else { 0.0 };
        let attention = match self.mla {
            Some(mla) => {
                let rank = |value: u32| f64::from(value);
                let query = h * rank(mla.q_rank)
                    + rank(mla.q_rank)
                    + rank(mla.q_rank) * self.heads * (rank(mla.nope_dim) + rank(mla.rope_dim));
                let latent = h * (rank(mla.kv_rank) + rank(mla.rope_dim))
                    + rank(mla.kv_rank)
                    + rank(mla.kv_rank) * self.heads * (rank(mla.nope_dim) + rank(mla.v_dim));
                query + latent + self.heads * rank(mla.v_dim) * h
            }
            None => {
                let qkv = self.head_dim * (self.heads + 2.0 * self.kv_heads);
                h * qkv + bias(qkv) + self.heads * self.head_dim * h + bias(h)
            }
        };
        let ffn = |width: f64| self.ffn_matrices * h * width + bias((self.ffn_matrices - 1.0) * width + h);
        let (experts, top_k, expert, shared, router) = match self.moe {
            Some(moe) => {
                let expert = ffn(f64::from(moe.expert_ffn));
                let experts = f64::from(moe.experts);
                (experts, f64::from(moe.top_k), expert, f64::from(moe.shared_experts) * expert, h * experts)
            }
            None => (0.0, 0.0, 0.0, 0.0, 0.0),
        };
        Parameters {
            embedding: (self.vocab + self.positions) * h,
            head: if self.tied_embeddings { 0.0 } else { self.vocab * h },
            attention,
            dense_ffn: ffn(self.ffn_hidden),
            router,
            expert,
            shared_experts: shared,
            norms: 2.0 * self.norm_vectors * h,
            final_norm: self.norm_vectors * h,
            layers: self.layers,
            dense_layers: self.dense_layers,
            experts,
            top_k,
        }
    }

    /// Numbers kept for one token and one layer to attend to it later: `2 k d`, or the latent and the rotary
    /// part with latent attention.
    pub fn kv_elements_per_layer(&self) -> f64 {
        match self.mla {
            Some(mla) => f64::from(mla.kv_rank + mla.rope_dim),
            None => 2.0 * self.kv_heads * self.head_dim,
        }
    }

    /// Bytes of keys and values of one token over all layers: `2 L k d b`; `L (r_{kv} + d_r) b` with latent
    /// attention.
    ///
    /// Sources: `llama-3-2024` and `deepseek-v3-2024` configurations; exact.
    pub fn kv_bytes_per_token(&self, bytes_per_element: f64) -> Bytes {
        Bytes::bytes(self.layers * self.kv_elements_per_layer() * bytes_per_element)
    }

    /// Forward operations of a pass through every layer and the head, on one device that does it all.
    pub fn forward_flops(&self, pass: &Pass) -> Flop {
        let one = Partition::WHOLE;
        let layer = |kind, count: f64| -> Flop {
            if count > 0.0 {
                self.layer_operators(kind, pass, &one, &Widths::HALF).iter().map(|op| op.flops).sum::<Flop>()
                    * count
            } else {
                Flop::ZERO
            }
        };
        let head: Flop = self.head_operators(pass, &one, &Widths::HALF).iter().map(|op| op.flops).sum();
        layer(LayerKind::Dense, self.dense_layers)
            + layer(LayerKind::Experts, self.layers - self.dense_layers)
            + head
    }

    /// Operations of training on one token, recomputation not counted: forward and twice that backward.
    ///
    /// This is the numerator of model FLOPs utilisation (`palm-2022`, appendix B) but with attention counted
    /// for the visible half only; PaLM's count takes the full square.
    pub fn training_flops_per_token(&self, sequence: f64) -> Flop {
        self.forward_flops(&Pass::training(1.0, sequence)) * (3.0 / sequence)
    }

    /// The kinds of blocks and how many there are of each.
    pub fn layer_kinds(&self) -> impl Iterator<Item = (LayerKind, f64)> {
        [(LayerKind::Dense, self.dense_layers), (LayerKind::Experts, self.layers - self.dense_layers)]
            .into_iter()
            .filter(|(_, count)| *count > 0.0)
    }

    /// The operators of one block's forward pass on one device of a group.
    pub fn layer_operators(
        &self,
        kind: LayerKind,
        pass: &Pass,
        split: &Partition,
        widths: &Widths,
    ) -> Vec<Operator> {
        let mut operators = Vec::with_capacity(16);
        self.attention_operators(pass, split, widths, &mut operators);
        match kind {
            LayerKind::Dense => self.dense_operators(self.ffn_hidden, pass, split, widths, &mut operators),
            LayerKind::Experts => self.expert_operators(pass, split, widths, &mut operators),
        }
        operators
    }

    /// The last norm, the output matrix and the loss or sampling, on one device of a group.
    pub fn head_operators(&self, pass: &Pass, split: &Partition, widths: &Widths) -> [Operator; 3] {
        let columns = self.vocab / split.tensor;
        let gemm = Gemm { rows: pass.scored, columns, depth: self.hidden, groups: 1.0 };
        let norm = self.norm("final norm", pass.scored, split, widths);
        let head = Operator::gemm("head", gemm, widths.weight.max(2.0), widths.activation);
        // Scores are held in four bytes: written once and read twice for maximum and sum.
        [norm, head, Operator::streaming("loss", 12.0 * pass.scored * columns, 0.0)]
    }

    /// Rows of the embedding fetched for the tokens of a pass.
    pub fn embedding_operator(&self, pass: &Pass, split: &Partition, widths: &Widths) -> Operator {
        Operator {
            name: "embedding",
            kind: OperatorKind::Gather,
            flops: Flop::ZERO,
            bytes: Bytes::bytes(pass.tokens * self.hidden * 2.0 * widths.activation),
            parameters: (self.vocab / split.tensor + self.positions) * self.hidden,
            gemm: None,
        }
    }

    /// Norm with the residual that it follows: stream and addend are read, stream and result written.
    fn norm(&self, name: &'static str, tokens: f64, split: &Partition, widths: &Widths) -> Operator {
        let tokens = if split.sequence_parallel { tokens / split.tensor } else { tokens };
        let parameters = self.norm_vectors * self.hidden;
        Operator::streaming(name, 4.0 * tokens * self.hidden * widths.activation, parameters)
    }

    fn attention_operators(&self, pass: &Pass, split: &Partition, widths: &Widths, into: &mut Vec<Operator>) {
        let gemm = |name, columns: f64, depth: f64| {
            let shape = Gemm { rows: pass.tokens, columns, depth, groups: 1.0 };
            Operator::gemm(name, shape, widths.weight, widths.activation)
        };
        into.push(self.norm("attention norm", pass.tokens, split, widths));
        if let Some(mla) = self.mla {
            self.latent_operators(&mla, pass, split, widths, into);
            return;
        }
        let (t, d, h) = (split.tensor, self.head_dim, self.hidden);
        let heads = self.heads / t;
        // With more devices than key-value heads each keeps a copy of one.
        let kv_heads = (self.kv_heads / t).max(1.0);
        into.push(gemm("qkv", d * (heads + 2.0 * kv_heads), h));
        let rotated = if self.positions > 0.0 { 0.0 } else { heads + kv_heads };
        into.push(Operator::streaming("rotation", 2.0 * pass.tokens * rotated * d * widths.activation, 0.0));
        let queries = 2.0 * pass.tokens * heads * d * widths.activation;
        into.push(Operator {
            name: "attention",
            kind: OperatorKind::Attention,
            flops: Flop::flop(4.0 * pass.tokens * pass.attended * heads * d),
            bytes: Bytes::bytes(queries + pass.cached * 2.0 * kv_heads * d * widths.kv),
            parameters: 0.0,
            gemm: None,
        });
        into.push(gemm("attention output", h, heads * d));
    }

    fn latent_operators(
        &self,
        mla: &Mla,
        pass: &Pass,
        split: &Partition,
        widths: &Widths,
        into: &mut Vec<Operator>,
    ) {
        let gemm = |name, columns: f64, depth: f64| {
            let shape = Gemm { rows: pass.tokens, columns, depth, groups: 1.0 };
            Operator::gemm(name, shape, widths.weight, widths.activation)
        };
        let heads = self.heads / split.tensor;
        let [q, kv, nope, rope, value] =
            [mla.q_rank, mla.kv_rank, mla.nope_dim, mla.rope_dim, mla.v_dim].map(f64::from);
        into.push(gemm("query down", q, self.hidden));
        into.push(gemm("query up", heads * (nope + rope), q));
        into.push(gemm("latent down", kv + rope, self.hidden));
        // Absorbed or not, each token passes both halves of the up-projection once.
        into.push(gemm("latent up", heads * (nope + value), kv));
        into.push(Operator::streaming(
            "rotation",
            2.0 * pass.tokens * (heads + 1.0) * rope * widths.activation
                + 2.0 * pass.tokens * (q + kv) * widths.activation,
            0.0,
        ));
        // The latent cache is not split over the tensor group: every device reads all of it.
        let (score, sum, cache) = match pass.latent {
            Latent::Expanded => (nope + rope, value, heads * (nope + rope + value) * widths.activation),
            Latent::Absorbed => (kv + rope, kv, (kv + rope) * widths.kv),
        };
        into.push(Operator {
            name: "attention",
            kind: OperatorKind::Attention,
            flops: Flop::flop(2.0 * pass.tokens * pass.attended * heads * (score + sum)),
            bytes: Bytes::bytes(
                pass.tokens * heads * (score + sum) * widths.activation + pass.cached * cache,
            ),
            parameters: 0.0,
            gemm: None,
        });
        into.push(gemm("attention output", self.hidden, heads * value));
    }

    fn dense_operators(
        &self,
        width: f64,
        pass: &Pass,
        split: &Partition,
        widths: &Widths,
        into: &mut Vec<Operator>,
    ) {
        into.push(self.norm("feed-forward norm", pass.tokens, split, widths));
        self.ffn_operators(width / split.tensor, pass.tokens, widths, into);
    }

    /// Up, activation and down of a block that every token passes.
    fn ffn_operators(&self, width: f64, rows: f64, widths: &Widths, into: &mut Vec<Operator>) {
        let (up, activation, down) = self.ffn_block(width, rows, 1.0, widths);
        into.push(Operator::gemm("feed-forward up", up, widths.weight, widths.activation));
        into.push(activation);
        into.push(Operator::gemm("feed-forward down", down, widths.weight, widths.activation));
    }

    fn ffn_block(&self, width: f64, rows: f64, read: f64, widths: &Widths) -> (Gemm, Operator, Gemm) {
        let up = Gemm { rows, columns: (self.ffn_matrices - 1.0) * width, depth: self.hidden, groups: read };
        let down = Gemm { rows, columns: self.hidden, depth: width, groups: read };
        let moved = self.ffn_matrices * rows * width * widths.activation;
        (up, Operator::streaming("activation", moved, 0.0), down)
    }

    fn expert_operators(&self, pass: &Pass, split: &Partition, widths: &Widths, into: &mut Vec<Operator>) {
        let Some(moe) = self.moe else { return };
        let [experts, top_k, width] = [moe.experts, moe.top_k, moe.expert_ffn].map(f64::from);
        into.push(self.norm("feed-forward norm", pass.tokens, split, widths));
        // Tokens are split over the tensor group where experts are spread over devices, and the matrices are
        // where they are not.
        let spread = split.expert > 1.0;
        let (tokens, expert_width) =
            if spread { (pass.tokens / split.tensor, width) } else { (pass.tokens, width / split.tensor) };
        let router = Gemm { rows: tokens, columns: experts, depth: self.hidden, groups: 1.0 };
        into.push(Operator::gemm("router", router, 4.0, 4.0));
        let routed = tokens * top_k;
        let stored = experts / split.expert;
        // Each device serves tokens of its whole expert group, and as many leave as arrive.
        let touched = experts_touched(experts, top_k, tokens * split.expert) / split.expert;
        let moved = (tokens + 3.0 * routed) * self.hidden * widths.activation;
        into.push(Operator::streaming("permutation", moved, 0.0));
        let (up, activation, down) = self.ffn_block(expert_width, routed, touched.min(stored), widths);
        into.push(Operator::grouped_gemm("experts up", up, stored, widths.weight, widths.activation));
        into.push(activation);
        into.push(Operator::grouped_gemm("experts down", down, stored, widths.weight, widths.activation));
        if moe.shared_experts > 0 {
            let shared = f64::from(moe.shared_experts) * width / split.tensor;
            self.ffn_operators(shared, pass.tokens, widths, into);
        }
    }
}

/// Experts of a layer that at least one of `tokens` visits, if the router spreads evenly:
/// `E (1 - (1 - K/E)^T)`.
///
/// Holds for balanced routing; real routers touch fewer, so the bytes read are an upper bound.
///
/// ```
/// # use quarterdeck_workload::transformer::experts_touched;
/// assert_eq!(experts_touched(8.0, 2.0, 1.0), 2.0);
/// assert!(experts_touched(256.0, 8.0, 64.0) > 220.0);
/// ```
pub fn experts_touched(experts: f64, top_k: f64, tokens: f64) -> f64 {
    experts * (1.0 - quarterdeck_units::pow(1.0 - top_k / experts, tokens))
}
