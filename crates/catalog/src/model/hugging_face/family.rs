//! What a `model_type` says without writing it: the defaults of each family of models.
//!
//! These are the forms that the published modelling code of each family fixes: its norms, its activation, its
//! biases. A configuration that gives the key overrides them.

use super::super::transformer::{AttentionBiases, Norm, Position, QkNorm, Residual};

/// How the feed-forward part is built, whatever the activation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gating {
    Gated,
    Plain,
}

/// Which part of the reader a family needs beside the common keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extra {
    None,
    /// Experts under several names, shared ones among them.
    Experts,
    /// Latent attention and experts of DeepSeek.
    Latent,
    /// Hybrid of Mamba-2, attention and feed-forward blocks.
    Hybrid,
    /// Alternating chunks and experts of Llama 4.
    Chunks,
    /// Windows in all but every n-th layer.
    WindowsExceptEvery(u32),
    /// Windows and experts of GPT-OSS.
    WindowedExperts,
    /// Falcon's three generations.
    Falcon,
    /// MPT's nested keys.
    Mpt,
}

/// The defaults of one `model_type`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) gating: Gating,
    pub(super) activation: &'static str,
    pub(super) norm: Norm,
    pub(super) position: Position,
    pub(super) biases: bool,
    pub(super) attention_biases: AttentionBiases,
    pub(super) head_bias: bool,
    pub(super) tied: bool,
    pub(super) qk_norm: QkNorm,
    pub(super) norms: u32,
    pub(super) residual: Residual,
    pub(super) embedding_norm: bool,
    /// Width of a head where the file gives none and it is not `hidden / heads`.
    pub(super) head_dim: Option<u32>,
    pub(super) extra: Extra,
}

const LLAMA: Family = Family {
    name: "llama",
    gating: Gating::Gated,
    activation: "silu",
    norm: Norm::Rms,
    position: Position::Rotary,
    biases: false,
    attention_biases: AttentionBiases::None,
    head_bias: false,
    tied: false,
    qk_norm: QkNorm::None,
    norms: 2,
    residual: Residual::Serial,
    embedding_norm: false,
    head_dim: None,
    extra: Extra::None,
};

/// The original form: layer norms, plain blocks, biases everywhere, one matrix for both embeddings.
const GPT: Family = Family {
    name: "gpt2",
    gating: Gating::Plain,
    activation: "gelu",
    norm: Norm::Layer,
    position: Position::Learned,
    biases: true,
    tied: true,
    ..LLAMA
};

const GEMMA: Family = Family { name: "gemma", activation: "gelu", tied: true, head_dim: Some(256), ..LLAMA };

/// Every known family.
pub(super) const FAMILIES: &[Family] = &[
    LLAMA,
    Family { name: "mistral", ..LLAMA },
    Family { name: "mixtral", extra: Extra::Experts, ..LLAMA },
    Family { name: "phi3", ..LLAMA },
    Family { name: "qwen2", attention_biases: AttentionBiases::Qkv, ..LLAMA },
    Family { name: "qwen2_moe", attention_biases: AttentionBiases::Qkv, extra: Extra::Experts, ..LLAMA },
    Family { name: "qwen3", qk_norm: QkNorm::Head, head_dim: Some(128), ..LLAMA },
    Family { name: "qwen3_moe", qk_norm: QkNorm::Head, head_dim: Some(128), extra: Extra::Experts, ..LLAMA },
    Family { name: "olmo2", qk_norm: QkNorm::Projection, ..LLAMA },
    GEMMA,
    Family { name: "gemma2", norms: 4, extra: Extra::WindowsExceptEvery(2), ..GEMMA },
    Family { name: "gemma3", norms: 4, qk_norm: QkNorm::Head, extra: Extra::WindowsExceptEvery(6), ..GEMMA },
    Family {
        name: "gemma3_text",
        norms: 4,
        qk_norm: QkNorm::Head,
        extra: Extra::WindowsExceptEvery(6),
        ..GEMMA
    },
    Family {
        name: "phi",
        position: Position::Rotary,
        head_bias: true,
        tied: false,
        norms: 1,
        residual: Residual::Parallel,
        ..GPT
    },
    GPT,
    Family { name: "gpt_neox", position: Position::Rotary, tied: false, residual: Residual::Parallel, ..GPT },
    Family { name: "opt", activation: "relu", ..GPT },
    Family { name: "bloom", position: Position::Alibi, embedding_norm: true, ..GPT },
    Family { name: "falcon", position: Position::Rotary, biases: false, extra: Extra::Falcon, ..GPT },
    Family { name: "mpt", position: Position::Alibi, extra: Extra::Mpt, ..GPT },
    Family { name: "deepseek_v2", extra: Extra::Latent, ..LLAMA },
    Family { name: "deepseek_v3", extra: Extra::Latent, ..LLAMA },
    Family { name: "kimi_k2", extra: Extra::Latent, ..LLAMA },
    Family {
        name: "gpt_oss",
        attention_biases: AttentionBiases::Qkvo,
        biases: true,
        head_dim: Some(64),
        extra: Extra::WindowedExperts,
        ..LLAMA
    },
    Family { name: "nemotron", gating: Gating::Plain, activation: "relu2", norm: Norm::Layer, ..LLAMA },
    Family {
        name: "nemotron_h",
        gating: Gating::Plain,
        activation: "relu2",
        position: Position::None,
        extra: Extra::Hybrid,
        ..LLAMA
    },
    Family { name: "llama4", qk_norm: QkNorm::Plain, extra: Extra::Chunks, ..LLAMA },
    Family { name: "llama4_text", qk_norm: QkNorm::Plain, extra: Extra::Chunks, ..LLAMA },
    Family { name: "grok-1", activation: "gelu", tied: true, norms: 4, extra: Extra::Experts, ..LLAMA },
    Family {
        name: "glm4_moe",
        attention_biases: AttentionBiases::Qkv,
        head_dim: Some(128),
        extra: Extra::Experts,
        ..LLAMA
    },
];

/// Other spellings of a `model_type`.
const SPELLINGS: &[(&str, &str)] = &[
    ("grok_1", "grok-1"),
    ("grok1", "grok-1"),
    ("refinedweb", "falcon"),
    ("refinedwebmodel", "falcon"),
    ("kimi-k2", "kimi_k2"),
    ("gpt-neox", "gpt_neox"),
    ("gpt-oss", "gpt_oss"),
    ("phi-msft", "phi"),
];

impl Family {
    /// The family that a class name of `architectures` belongs to, where `model_type` does not say it.
    pub(super) fn of_class(class: &str) -> Option<&'static Family> {
        class.starts_with("Grok1").then(|| Family::of("grok-1")).flatten()
    }

    /// The family of a `model_type`, if it is known.
    pub(super) fn of(model_type: &str) -> Option<&'static Family> {
        let lower = model_type.to_lowercase();
        let name =
            SPELLINGS.iter().find(|(other, _)| *other == lower).map_or(lower.as_str(), |(_, name)| name);
        FAMILIES.iter().find(|family| family.name == name)
    }

    /// The form that an unknown type is read as.
    pub(super) const fn fallback() -> &'static Family {
        &FAMILIES[0]
    }

    /// The known type that looks most like a given one.
    pub(super) fn nearest(model_type: &str) -> Option<&'static str> {
        let lower = model_type.to_lowercase();
        FAMILIES
            .iter()
            .map(|family| (strsim::damerau_levenshtein(&lower, family.name), family.name))
            .filter(|(distance, name)| *distance <= 3.max(name.len() / 3))
            .min()
            .map(|(_, name)| name)
    }
}
