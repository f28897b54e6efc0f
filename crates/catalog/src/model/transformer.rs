//! Shape of a decoder-only transformer.

use quarterdeck_units::Quarter;
use serde::{Deserialize, Serialize};

use super::ModelKind;
use super::block::{FeedForward, Mixer, Pattern};
use crate::error::CatalogError;
use crate::kinds::words;
use crate::origin::{Citation, Fact};

/// A decoder-only transformer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transformer {
    /// Key; equals the file name.
    pub id: String,
    /// `transformer`.
    pub kind: ModelKind,
    /// Other names users type.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name in full.
    pub name: String,
    /// Who made it.
    pub vendor: String,
    /// Quarter in which it was published; unknown for a model read from its own configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Quarter>,
    /// Shape.
    pub architecture: Architecture,
    /// Parameters as published, against which the shape is tested. Every model of the catalogue has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_parameters: Option<Fact<f64>>,
    /// Parameters used per token as published, for mixtures of experts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_active_parameters: Option<Fact<f64>>,
    /// Tokens it was trained on, where published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_tokens: Option<Fact<f64>>,
    /// Training runs as published: the settings of its makers, and what others reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub training: Vec<PublishedTraining>,
    /// What a reader must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Transformer {
    /// Reads one model from a file of the catalogue's form; what publications say of it may be left out.
    ///
    /// # Errors
    /// The first fault of the form, with its line; or everything that is contradictory in the shape.
    ///
    /// ```
    /// use quarterdeck_catalog::Transformer;
    /// let faults = Transformer::from_toml("my.toml", "id = 3").unwrap_err();
    /// assert_eq!((faults[0].file.as_str(), faults[0].line), ("my.toml", 1));
    /// ```
    pub fn from_toml(file: &str, text: &str) -> Result<Transformer, Vec<CatalogError>> {
        let fault = |line: usize, key: String, message: String| CatalogError {
            file: file.to_owned(),
            line,
            key,
            message,
        };
        let model: Transformer = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
            vec![fault(line, String::new(), error.message().to_owned())]
        })?;
        let faults: Vec<CatalogError> = model
            .architecture
            .faults()
            .into_iter()
            .map(|(key, message)| fault(0, format!("architecture.{key}"), message))
            .collect();
        if faults.is_empty() { Ok(model) } else { Err(faults) }
    }
}

/// One published training run of a model, or one phase of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedTraining {
    /// Id of the device it ran on, where the catalogue has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Devices it ran on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub devices: Option<u32>,
    /// Tokens of one sequence.
    pub sequence: u32,
    /// Sequences of one step.
    pub global_batch: u32,
    /// Model FLOPs utilisation as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfu: Option<f64>,
    /// How the source counts utilisation, where it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convention: Option<String>,
    /// Where the run is told of.
    pub cite: Citation,
}

words! {
    /// How keys and values are shared between heads.
    Attention: "an attention kind" {
        /// Every head has its own key and value.
        Mha = "mha",
        /// Groups of heads share a key and a value.
        Gqa = "gqa",
        /// Keys and values are expanded from one latent vector per token.
        Mla = "mla",
    }
}

words! {
    /// Form of the feed-forward block.
    Activation: "an activation" {
        /// Gated by SiLU: three matrices of `hidden x ffn_hidden`.
        Swiglu = "swiglu",
        /// Gated by GELU: three matrices.
        Geglu = "geglu",
        /// GELU: two matrices.
        Gelu = "gelu",
        /// ReLU: two matrices.
        Relu = "relu",
        /// Squared ReLU: two matrices.
        Relu2 = "relu2",
    }
}

impl Activation {
    /// Matrices of the block: 3 gated, 2 plain.
    pub const fn matrices(self) -> u32 {
        match self {
            Self::Swiglu | Self::Geglu => 3,
            Self::Gelu | Self::Relu | Self::Relu2 => 2,
        }
    }
}

words! {
    /// How positions enter.
    Position: "a position encoding" {
        /// Rotation of queries and keys; no parameters.
        Rotary = "rotary",
        /// A learned vector per position: `position_rows x hidden` parameters.
        Learned = "learned",
        /// A slope on the scores of each head; no parameters.
        Alibi = "alibi",
        /// Not at all, as in hybrids whose state-space blocks keep the order.
        None = "none",
    }
}

words! {
    /// Normalisation of each block's input.
    Norm: "a norm" {
        /// One scale per channel.
        Rms = "rms",
        /// One scale and one shift per channel.
        Layer = "layer",
        /// Layer norm without its shift: one scale per channel.
        LayerScale = "layer-scale",
    }
}

impl Norm {
    /// Vectors of parameters of one norm.
    pub const fn vectors(self) -> u32 {
        match self {
            Self::Rms | Self::LayerScale => 1,
            Self::Layer => 2,
        }
    }
}

words! {
    /// Norms of queries and keys before the scores.
    QkNorm: "a norm of queries and keys" {
        /// None.
        None = "none",
        /// One norm over a head, shared by all heads: `2 head_dim` parameters.
        Head = "head",
        /// One norm over all heads: `head_dim (heads + kv_heads)` parameters.
        Projection = "projection",
        /// Over a head, without parameters.
        Plain = "plain",
    }
}

words! {
    /// Which projections of attention carry a bias in a model whose other linear layers carry none.
    AttentionBiases: "a set of attention biases" {
        /// None.
        None = "none",
        /// Query, key and value.
        Qkv = "qkv",
        /// Query, key, value and output.
        Qkvo = "qkvo",
    }
}

words! {
    /// How the two halves of a block follow each other.
    Residual: "a residual form" {
        /// The feed-forward part takes what attention gave.
        Serial = "serial",
        /// Both take the block's input, and one exchange of the tensor group adds both results.
        Parallel = "parallel",
    }
}

words! {
    /// What a token of a windowed block attends to.
    WindowForm: "a form of window" {
        /// The last `size` tokens.
        Sliding = "sliding",
        /// The earlier tokens of its own chunk of `size`.
        Chunked = "chunked",
    }
}

/// Shape of a transformer. All counts are those of the published configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Where the shape comes from.
    pub cite: Citation,
    /// Blocks.
    pub layers: u32,
    /// Width of the residual stream.
    pub hidden: u32,
    /// Inner width of the dense feed-forward block.
    pub ffn_hidden: u32,
    /// Query heads.
    pub heads: u32,
    /// Key-value heads.
    pub kv_heads: u32,
    /// Width of one head.
    pub head_dim: u32,
    /// Vocabulary: rows of the embedding.
    pub vocab: u32,
    /// How keys and values are shared.
    pub attention: Attention,
    /// Ranks and widths of latent attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mla: Option<Mla>,
    /// Window of the blocks that `pattern` marks as windowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Norms of queries and keys.
    #[serde(default = "no_qk_norm", skip_serializing_if = "is_no_qk_norm")]
    pub qk_norm: QkNorm,
    /// Whether each query head has a learned sink that takes a share of its softmax.
    #[serde(default, skip_serializing_if = "is_false")]
    pub attention_sinks: bool,
    /// Form of the feed-forward block.
    pub activation: Activation,
    /// Mixture of experts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moe: Option<Moe>,
    /// Mamba-2 blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mamba: Option<Mamba>,
    /// Order of the blocks. Without it all blocks attend to everything, and their feed-forward part is dense,
    /// or experts after `moe.first_dense_layers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Position encoding.
    pub position: Position,
    /// Rows of the learned positions, where they are not `context`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_rows: Option<u32>,
    /// Normalisation.
    pub norm: Norm,
    /// Norms of a block with attention and a feed-forward part: 2; 4 with norms behind both parts as well; 1
    /// where both read one normed input.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    pub norms_per_layer: u32,
    /// Whether the embedding is normed before the first block.
    #[serde(default, skip_serializing_if = "is_false")]
    pub embedding_norm: bool,
    /// How the halves of a block follow each other.
    #[serde(default = "serial", skip_serializing_if = "is_serial")]
    pub residual: Residual,
    /// Whether every linear layer of the blocks carries a bias vector.
    pub biases: bool,
    /// Biases of attention in a model without `biases`.
    #[serde(default = "no_attention_biases", skip_serializing_if = "is_no_attention_biases")]
    pub attention_biases: AttentionBiases,
    /// Whether the output matrix carries a bias.
    #[serde(default, skip_serializing_if = "is_false")]
    pub head_bias: bool,
    /// Whether input and output embeddings are one matrix.
    pub tied_embeddings: bool,
    /// Modules that predict further tokens in training, each one block and a projection.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub mtp_modules: u32,
    /// Longest context it was trained for.
    pub context: u32,
}

impl Architecture {
    /// What is contradictory in the shape, as pairs of key and message. Empty for a sound one.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        for (key, count) in [
            ("layers", self.layers),
            ("hidden", self.hidden),
            ("ffn_hidden", self.ffn_hidden),
            ("heads", self.heads),
            ("kv_heads", self.kv_heads),
            ("head_dim", self.head_dim),
            ("vocab", self.vocab),
            ("context", self.context),
        ] {
            if count == 0 {
                faults.push((key, "is 0".to_owned()));
            }
        }
        let fits = match self.attention {
            Attention::Mha => self.heads == self.kv_heads && self.mla.is_none(),
            Attention::Gqa => {
                self.kv_heads > 0 && self.heads.is_multiple_of(self.kv_heads) && self.mla.is_none()
            }
            Attention::Mla => self.mla.is_some(),
        };
        if !fits {
            faults.push(("attention", "does not fit `heads`, `kv_heads` and `mla`".to_owned()));
        }
        if let Some(moe) = &self.moe {
            if moe.top_k > moe.experts || moe.experts == 0 || moe.expert_ffn == 0 {
                faults.push(("moe", "has fewer experts than a token visits, or empty ones".to_owned()));
            }
            if moe.first_dense_layers > self.layers {
                faults.push(("moe.first_dense_layers", "are more than `layers`".to_owned()));
            }
            if let Some(routing) = moe.limit
                && (routing.groups_per_token > routing.groups || routing.groups == 0)
            {
                faults.push(("moe.limit", "lets a token visit more groups than there are".to_owned()));
            }
        }
        let Some(pattern) = &self.pattern else { return faults };
        if pattern.blocks().len() != self.layers as usize {
            let message = format!("names {} blocks of {} layers", pattern.blocks().len(), self.layers);
            faults.push(("pattern", message));
        }
        for (key, wanted, given) in [
            ("mamba", pattern.any(|block| block.mixer == Mixer::Mamba), self.mamba.is_some()),
            ("moe", pattern.any(|block| block.ffn == FeedForward::Experts), self.moe.is_some()),
            ("window", pattern.any(|block| block.mixer == Mixer::Window), self.window.is_some()),
        ] {
            if wanted != given {
                let message =
                    if wanted { "is missing, and `pattern` needs it" } else { "is not used by `pattern`" };
                faults.push((key, message.to_owned()));
            }
        }
        faults
    }
}

fn no_qk_norm() -> QkNorm {
    QkNorm::None
}

fn is_no_qk_norm(norm: &QkNorm) -> bool {
    *norm == QkNorm::None
}

fn no_attention_biases() -> AttentionBiases {
    AttentionBiases::None
}

fn is_no_attention_biases(biases: &AttentionBiases) -> bool {
    *biases == AttentionBiases::None
}

fn serial() -> Residual {
    Residual::Serial
}

fn is_serial(residual: &Residual) -> bool {
    *residual == Residual::Serial
}

fn two() -> u32 {
    2
}

fn is_two(count: &u32) -> bool {
    *count == 2
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Ranks and widths of multi-head latent attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mla {
    /// Rank of the query projection; 0 where queries are projected at once.
    pub q_rank: u32,
    /// Rank of the key-value latent.
    pub kv_rank: u32,
    /// Width per head without position.
    pub nope_dim: u32,
    /// Width that carries the rotation, shared by all heads on the key side.
    pub rope_dim: u32,
    /// Width per value head.
    pub v_dim: u32,
}

/// How far a windowed block looks back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Tokens of a window or chunk.
    pub size: u32,
    /// Which of the two.
    pub form: WindowForm,
}

impl Window {
    /// Positions that a token of a sequence of `length` attends to in the mean, itself included.
    ///
    /// $$ \bar s = w - \frac{w(w-1)}{2s} \;\text{(sliding)}, \qquad
    ///    \bar s = \frac{n\,w(w+1)/2 + r(r+1)/2}{s},\ s = n w + r \;\text{(chunked)} $$
    ///
    /// Exact counts of the visible pairs; `(s + 1)/2` where the window is not shorter than the sequence.
    ///
    /// ```
    /// use quarterdeck_catalog::{Window, WindowForm};
    /// let sliding = Window { size: 2, form: WindowForm::Sliding };
    /// assert_eq!(sliding.mean_attended(4.0), 7.0 / 4.0); // 1 + 2 + 2 + 2
    /// let chunked = Window { size: 2, form: WindowForm::Chunked };
    /// assert_eq!(chunked.mean_attended(4.0), 6.0 / 4.0); // 1 + 2 + 1 + 2
    /// ```
    pub fn mean_attended(&self, length: f64) -> f64 {
        let window = f64::from(self.size);
        if window >= length {
            return (length + 1.0) / 2.0;
        }
        match self.form {
            WindowForm::Sliding => window - window * (window - 1.0) / (2.0 * length),
            WindowForm::Chunked => {
                let whole = (length / window).floor();
                let rest = length - whole * window;
                (whole * window * (window + 1.0) + rest * (rest + 1.0)) / (2.0 * length)
            }
        }
    }
}

/// Mamba-2 blocks (state-space duality).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mamba {
    /// Heads.
    pub heads: u32,
    /// Width of one head; heads times this is the inner width.
    pub head_dim: u32,
    /// Width of the state that each channel of a head keeps.
    pub state: u32,
    /// Groups of heads that share the input and output maps of the state.
    pub groups: u32,
    /// Length of the causal convolution.
    pub conv: u32,
    /// Whether the convolution carries a bias.
    pub conv_bias: bool,
    /// Tokens of a chunk inside which the recurrence is computed as a product.
    pub chunk: u32,
}

/// Mixture of experts in the feed-forward blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moe {
    /// Routed experts per layer.
    pub experts: u32,
    /// Routed experts per token.
    pub top_k: u32,
    /// Inner width of one expert.
    pub expert_ffn: u32,
    /// Experts that every token visits.
    pub shared_experts: u32,
    /// Inner width of one shared expert, where it is not `expert_ffn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_ffn: Option<u32>,
    /// Whether a learned gate scales the shared expert.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shared_gate: bool,
    /// Width to which tokens are projected before the experts, where experts work on a narrower stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latent: Option<u32>,
    /// Whether the router holds one bias per expert, trained or balancing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub router_bias: bool,
    /// Limit on the groups of experts that a token may visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<GroupLimit>,
    /// Leading layers with a dense feed-forward block of `ffn_hidden`.
    pub first_dense_layers: u32,
}

impl Moe {
    /// Equal routed experts in every block and nothing else.
    pub const fn plain(experts: u32, top_k: u32, expert_ffn: u32) -> Moe {
        Moe {
            experts,
            top_k,
            expert_ffn,
            shared_experts: 0,
            shared_ffn: None,
            shared_gate: false,
            latent: None,
            router_bias: false,
            limit: None,
            first_dense_layers: 0,
        }
    }

    /// Inner width of one shared expert.
    pub fn shared_width(&self) -> u32 {
        self.shared_ffn.unwrap_or(self.expert_ffn)
    }
}

/// Node-limited routing: experts lie in groups, and a token's experts lie in few of them (`deepseek-v3-2024`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupLimit {
    /// Groups of experts.
    pub groups: u32,
    /// Groups that one token may visit.
    pub groups_per_token: u32,
}
