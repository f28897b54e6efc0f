//! Shape of a decoder-only transformer.

use quarterdeck_units::Quarter;
use serde::{Deserialize, Serialize};

use super::ModelKind;
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
    /// Quarter in which it was published.
    pub published: Quarter,
    /// Shape.
    pub architecture: Architecture,
    /// Parameters as published, against which the shape is tested.
    pub published_parameters: Fact<f64>,
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
        /// Gated: three matrices of `hidden x ffn_hidden`.
        Swiglu = "swiglu",
        /// Plain: two matrices.
        Gelu = "gelu",
    }
}

words! {
    /// How positions enter.
    Position: "a position encoding" {
        /// Rotation of queries and keys; no parameters.
        Rotary = "rotary",
        /// A learned vector per position: `context x hidden` parameters.
        Learned = "learned",
    }
}

words! {
    /// Normalisation of each block's input.
    Norm: "a norm" {
        /// One scale per channel.
        Rms = "rms",
        /// One scale and one shift per channel.
        Layer = "layer",
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
    /// Vocabulary.
    pub vocab: u32,
    /// How keys and values are shared.
    pub attention: Attention,
    /// Ranks and widths of latent attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mla: Option<Mla>,
    /// Form of the feed-forward block.
    pub activation: Activation,
    /// Mixture of experts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moe: Option<Moe>,
    /// Position encoding.
    pub position: Position,
    /// Normalisation.
    pub norm: Norm,
    /// Whether linear layers carry a bias vector.
    pub biases: bool,
    /// Whether input and output embeddings are one matrix.
    pub tied_embeddings: bool,
    /// Longest context it was trained for.
    pub context: u32,
}

/// Ranks and widths of multi-head latent attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mla {
    /// Rank of the query projection.
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
    /// Leading layers with a dense feed-forward block of `ffn_hidden`.
    pub first_dense_layers: u32,
}
