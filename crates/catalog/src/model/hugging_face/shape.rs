//! The shape of a model from the keys of its configuration.

use super::family::{Extra, Family, Gating};
use super::keys::Keys;
use super::layers;
use crate::model::transformer::{
    Activation, Architecture, Attention, AttentionBiases, GroupLimit, Mamba, Mla, Moe, Norm, Position,
    QkNorm, Residual,
};
use crate::origin::Citation;

/// Context that is taken where a file names none.
const UNKNOWN_CONTEXT: u32 = 2048;
/// Rows that OPT's table of positions has beyond its context.
const OPT_EXTRA_POSITIONS: u32 = 2;

const LAYERS: &[&str] = &["num_hidden_layers", "n_layer", "n_layers", "num_layers"];
const HIDDEN: &[&str] = &["hidden_size", "n_embd", "n_embed", "d_model"];
const HEADS: &[&str] = &["num_attention_heads", "n_head", "n_heads", "num_heads"];
const KV_HEADS: &[&str] = &["num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads"];
const HEAD_DIM: &[&str] = &["head_dim", "attention_head_dim", "kv_channels"];
const FFN: &[&str] = &["intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", "ffn_hidden"];
const VOCAB: &[&str] = &["vocab_size", "padded_vocab_size"];
const CONTEXT: &[&str] =
    &["max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length", "max_sequence_length"];
const ACTIVATION: &[&str] =
    &["hidden_act", "hidden_activation", "activation_function", "mlp_hidden_act", "activation"];
pub(super) const EXPERTS: &[&str] =
    &["num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts"];
const TOP_K: &[&str] = &[
    "num_experts_per_tok",
    "experts_per_token",
    "num_experts_per_token",
    "num_selected_experts",
    "moe_top_k",
];

/// Reads everything it can, so that all faults are found, and gives a shape only if it is whole.
pub(super) fn architecture(keys: &Keys<'_>, family: &Family, cite: Citation) -> Option<Architecture> {
    let layers = keys.due(LAYERS, "the number of blocks");
    let hidden = keys.due(HIDDEN, "the width of the residual stream");
    let vocab = vocabulary(keys, family);
    let heads = heads(keys, family);
    let (attention, mla, kv_heads, head_dim) = attention(keys, family, hidden, heads);
    let context = keys.count(CONTEXT);
    let position = position(keys, family);
    let context = context.unwrap_or_else(|| {
        if keys.has(CONTEXT) {
            // Its form is a fault already.
        } else if position == Position::Learned {
            keys.missing(CONTEXT, "the rows of the learned positions");
        } else {
            keys.note(format!("the context length is not given; {UNKNOWN_CONTEXT} is taken"));
        }
        UNKNOWN_CONTEXT
    });
    let moe = experts(keys, family, hidden);
    let ffn_hidden = feed_forward(keys, family, hidden, moe.as_ref());
    let mamba = if family.extra == Extra::Hybrid { mamba(keys, hidden) } else { None };
    let activation = activation(keys, family);
    let (biases, attention_biases) = biases(keys, family);
    let order = layers.and_then(|layers| layers::order(keys, family, layers, context, moe));
    let (norms_per_layer, residual) = norms(keys, family);
    let no_bias = mpt_without_biases(keys, family);
    let order = order?;
    Some(Architecture {
        cite,
        layers: layers?,
        hidden: hidden?,
        ffn_hidden: ffn_hidden?,
        heads: heads?,
        kv_heads: kv_heads?,
        head_dim: head_dim?,
        vocab: vocab?,
        attention,
        mla,
        window: order.window,
        qk_norm: qk_norm(keys, family),
        attention_sinks: family.extra == Extra::WindowedExperts,
        activation: activation?,
        moe: order.moe,
        mamba,
        pattern: order.pattern,
        position,
        position_rows: (family.name == "opt").then(|| context.saturating_add(OPT_EXTRA_POSITIONS)),
        norm: if no_bias { Norm::LayerScale } else { family.norm },
        norms_per_layer,
        embedding_norm: family.embedding_norm,
        residual,
        biases,
        attention_biases,
        head_bias: family.head_bias,
        tied_embeddings: keys.flag(&["tie_word_embeddings"]).unwrap_or(family.tied),
        mtp_modules: keys.natural(&["num_nextn_predict_layers"]).unwrap_or(0),
        context,
    })
}

fn is_gemma3(family: &Family) -> bool {
    family.name.starts_with("gemma3")
}

fn vocabulary(keys: &Keys<'_>, family: &Family) -> Option<u32> {
    const GEMMA3: u32 = 262_208;
    if is_gemma3(family) && !keys.has(VOCAB) {
        keys.note(format!("`vocab_size` is not given; Gemma 3's {GEMMA3} is taken"));
        return Some(GEMMA3);
    }
    keys.due(VOCAB, "the rows of the embedding")
}

fn heads(keys: &Keys<'_>, family: &Family) -> Option<u32> {
    const GEMMA3: u32 = 8;
    if is_gemma3(family) && !keys.has(HEADS) {
        keys.note(format!("`num_attention_heads` is not given; Gemma 3's {GEMMA3} are taken"));
        return Some(GEMMA3);
    }
    keys.due(HEADS, "the query heads")
}

type AttentionShape = (Attention, Option<Mla>, Option<u32>, Option<u32>);

fn attention(keys: &Keys<'_>, family: &Family, hidden: Option<u32>, heads: Option<u32>) -> AttentionShape {
    if family.extra == Extra::Latent || keys.has(&["kv_lora_rank"]) {
        let q_rank = keys.natural(&["q_lora_rank"]).unwrap_or(0);
        let kv_rank = keys.due(&["kv_lora_rank"], "the rank of the key-value latent");
        let nope_dim = keys.due(&["qk_nope_head_dim"], "the width of a head without position");
        let rope_dim = keys.due(&["qk_rope_head_dim"], "the width of a head that is rotated");
        let v_dim = keys.due(&["v_head_dim"], "the width of a value head");
        let mla = (|| {
            Some(Mla { q_rank, kv_rank: kv_rank?, nope_dim: nope_dim?, rope_dim: rope_dim?, v_dim: v_dim? })
        })();
        return (Attention::Mla, mla, heads, v_dim);
    }
    let kv_heads = kv_heads(keys, family, heads);
    if let (Some(heads), Some(kv)) = (heads, kv_heads)
        && !heads.is_multiple_of(kv)
    {
        let name = keys.find(KV_HEADS).map_or("num_key_value_heads", |(name, _)| name);
        let message = format!("does not divide the {heads} query heads");
        keys.fault(name, message, Some(nearest_divisor(heads, kv).to_string()));
    }
    let head_dim = keys.count(HEAD_DIM).or(family.head_dim).or_else(|| match (hidden, heads) {
        (Some(hidden), Some(heads)) if hidden.is_multiple_of(heads) => Some(hidden / heads),
        (Some(hidden), Some(heads)) => {
            let message = format!("does not divide `hidden_size` = {hidden}, and there is no `head_dim`");
            let name = keys.find(HEADS).map_or("num_attention_heads", |(name, _)| name);
            keys.fault(name, message, Some(nearest_divisor(hidden, heads).to_string()));
            None
        }
        _ => None,
    });
    let kind = if heads == kv_heads { Attention::Mha } else { Attention::Gqa };
    (kind, None, kv_heads, head_dim)
}

fn kv_heads(keys: &Keys<'_>, family: &Family, heads: Option<u32>) -> Option<u32> {
    const GEMMA3: u32 = 4;
    match family.extra {
        Extra::Falcon if keys.flag(&["new_decoder_architecture"]) != Some(true) => {
            if keys.flag(&["multi_query"]).unwrap_or(true) { Some(1) } else { heads }
        }
        Extra::Mpt => {
            let single = keys.word(&["attn_type"]) == Some("multiquery_attention");
            let given = keys.count(&["kv_n_heads"]);
            given.or(if single { Some(1) } else { heads })
        }
        _ if is_gemma3(family) && !keys.has(KV_HEADS) => {
            keys.note(format!("`num_key_value_heads` is not given; Gemma 3's {GEMMA3} are taken"));
            Some(GEMMA3)
        }
        _ => keys.count(KV_HEADS).or(heads),
    }
}

/// Divisor of `whole` closest to a wish, the smaller of two.
fn nearest_divisor(whole: u32, wish: u32) -> u32 {
    let mut best = 1_u32;
    let mut divisor = 1_u32;
    while u64::from(divisor) * u64::from(divisor) <= u64::from(whole) {
        if whole.is_multiple_of(divisor) {
            for candidate in [divisor, whole / divisor] {
                if (candidate.abs_diff(wish), candidate) < (best.abs_diff(wish), best) {
                    best = candidate;
                }
            }
        }
        divisor += 1;
    }
    best
}

fn position(keys: &Keys<'_>, family: &Family) -> Position {
    match family.extra {
        Extra::Falcon if keys.flag(&["alibi"]) == Some(true) => Position::Alibi,
        Extra::Mpt => {
            if keys.flag(&["alibi"]).unwrap_or(true) {
                Position::Alibi
            } else if keys.flag(&["rope"]) == Some(true) {
                Position::Rotary
            } else {
                Position::Learned
            }
        }
        _ => family.position,
    }
}

fn qk_norm(keys: &Keys<'_>, family: &Family) -> QkNorm {
    if family.extra == Extra::Mpt {
        return if keys.flag(&["qk_ln"]) == Some(true) { QkNorm::Projection } else { QkNorm::None };
    }
    match (keys.flag(&["use_qk_norm", "qk_layernorm"]), family.qk_norm) {
        (Some(false), _) => QkNorm::None,
        (Some(true), QkNorm::None) => QkNorm::Head,
        (_, usual) => usual,
    }
}

fn mpt_without_biases(keys: &Keys<'_>, family: &Family) -> bool {
    family.extra == Extra::Mpt && keys.flag(&["no_bias"]).unwrap_or(true)
}

fn biases(keys: &Keys<'_>, family: &Family) -> (bool, AttentionBiases) {
    if family.extra == Extra::Mpt {
        return (!mpt_without_biases(keys, family), AttentionBiases::None);
    }
    let all = keys.flag(&["use_bias", "bias"]).unwrap_or(family.biases);
    let usual = family.attention_biases;
    // Qwen 2 has its biases in code, whatever the general key says.
    let names: &[&str] =
        if family.name.starts_with("qwen2") { &["qkv_bias"] } else { &["attention_bias", "qkv_bias"] };
    let attention = match keys.flag(names) {
        Some(false) => AttentionBiases::None,
        Some(true) if usual == AttentionBiases::None => AttentionBiases::Qkvo,
        _ => usual,
    };
    let both = attention == AttentionBiases::Qkvo && keys.flag(&["mlp_bias"]) == Some(true);
    if all || both { (true, AttentionBiases::None) } else { (false, attention) }
}

fn norms(keys: &Keys<'_>, family: &Family) -> (u32, Residual) {
    match family.extra {
        Extra::Falcon => {
            let new = keys.flag(&["new_decoder_architecture"]) == Some(true);
            let parallel = new || keys.flag(&["parallel_attn"]).unwrap_or(true);
            let one = keys.natural(&["num_ln_in_parallel_attn"]).map_or(!new, |norms| norms == 1);
            match (parallel, one) {
                (true, true) => (1, Residual::Parallel),
                (true, false) => (2, Residual::Parallel),
                (false, _) => (2, Residual::Serial),
            }
        }
        _ if family.name == "gpt_neox" && keys.flag(&["use_parallel_residual"]) == Some(false) => {
            (family.norms, Residual::Serial)
        }
        _ => (family.norms, family.residual),
    }
}

fn activation(keys: &Keys<'_>, family: &Family) -> Option<Activation> {
    let (name, word) = match keys.find(ACTIVATION) {
        Some((name, value)) => (name, value.as_str().unwrap_or_default().to_lowercase()),
        None => ("hidden_act", family.activation.to_owned()),
    };
    let gated = family.gating == Gating::Gated;
    let found = match word.as_str() {
        "silu" | "swish" | "swiglu" if gated => Some(Activation::Swiglu),
        "relu2" | "squared_relu" | "relu_squared" if !gated => Some(Activation::Relu2),
        "relu" if !gated => Some(Activation::Relu),
        word if word.starts_with("gelu") || word == "geglu" || word == "quick_gelu" => {
            Some(if gated { Activation::Geglu } else { Activation::Gelu })
        }
        _ => None,
    };
    if found.is_none() {
        let form = if gated { "gated" } else { "plain" };
        keys.fault(
            name,
            format!("is not an activation of the {form} blocks of `{}`", family.name),
            Some(format!("\"{}\"", family.activation)),
        );
    }
    found
}

/// Width of the dense feed-forward part. Where every block has experts the file need not give it.
fn feed_forward(keys: &Keys<'_>, family: &Family, hidden: Option<u32>, moe: Option<&Moe>) -> Option<u32> {
    match family.extra {
        Extra::Chunks if keys.has(&["intermediate_size_mlp"]) => {
            return keys.count(&["intermediate_size_mlp"]);
        }
        Extra::Mpt => {
            let ratio = keys.find(&["expansion_ratio"]).and_then(|(_, value)| value.as_f64()).unwrap_or(4.0);
            let width = (f64::from(hidden?) * ratio).round();
            if !(1.0..=f64::from(1 << 27)).contains(&width) {
                keys.fault("expansion_ratio", "is not a ratio of widths", Some("4".to_owned()));
                return None;
            }
            return Some(width as u32);
        }
        _ => {}
    }
    if keys.has(FFN) {
        return keys.count(FFN);
    }
    match moe {
        Some(moe) => Some(moe.expert_ffn),
        None if family.gating == Gating::Plain && family.extra != Extra::Hybrid => {
            Some(hidden?.saturating_mul(4))
        }
        None => {
            keys.missing(FFN, "the inner width of the feed-forward part");
            None
        }
    }
}

fn experts(keys: &Keys<'_>, family: &Family, hidden: Option<u32>) -> Option<Moe> {
    let count = keys.natural(EXPERTS).filter(|count| *count > 1);
    let of_experts = matches!(family.extra, Extra::Experts | Extra::WindowedExperts | Extra::Chunks);
    let Some(experts) = count else {
        if of_experts && !keys.has(EXPERTS) {
            keys.missing(EXPERTS, "the experts of a block");
        }
        return None;
    };
    let top_k = keys.due(TOP_K, "the experts that a token visits");
    if let Some(top_k) = top_k
        && top_k > experts
    {
        let name = keys.find(TOP_K).map_or("num_experts_per_tok", |(name, _)| name);
        keys.fault(name, format!("is more than the {experts} experts"), Some(experts.to_string()));
    }
    let widths: &[&str] =
        &["moe_intermediate_size", "expert_ffn_hidden_size", "intermediate_size", "ffn_dim"];
    let expert_ffn = keys.due(widths, "the inner width of one expert");
    let latent = keys.count(&["moe_latent_size"]).filter(|width| Some(*width) != hidden);
    let one = || keys.count(&["shared_expert_intermediate_size", "moe_shared_expert_intermediate_size"]);
    let (shared_experts, shared_ffn) = match keys.natural(&["n_shared_experts", "num_shared_experts"]) {
        Some(shared) => (shared, one().filter(|_| shared > 0)),
        None if family.extra == Extra::Chunks => (1, None),
        None => one().map_or((0, None), |width| (1, Some(width))),
    };
    let balanced = matches!(family.name, "deepseek_v3" | "kimi_k2" | "glm4_moe" | "nemotron_h" | "gpt_oss")
        || keys.word(&["topk_method"]) == Some("noaux_tc");
    Some(Moe {
        experts,
        top_k: top_k?,
        expert_ffn: expert_ffn?,
        shared_experts,
        shared_ffn: shared_ffn.filter(|width| Some(*width) != expert_ffn),
        shared_gate: family.name == "qwen2_moe",
        latent,
        router_bias: balanced,
        limit: limit(keys, experts),
        first_dense_layers: 0,
    })
}

/// Node-limited routing; one group is no limit.
fn limit(keys: &Keys<'_>, experts: u32) -> Option<GroupLimit> {
    let groups = keys.natural(&["n_group"]).filter(|groups| *groups > 1)?;
    if !experts.is_multiple_of(groups) {
        let nearest = nearest_divisor(experts, groups).to_string();
        keys.fault("n_group", format!("does not divide the {experts} experts"), Some(nearest));
    }
    let groups_per_token = keys.count(&["topk_group"]).unwrap_or(groups);
    if groups_per_token > groups {
        keys.fault("topk_group", format!("is more than the {groups} groups"), Some(groups.to_string()));
    }
    Some(GroupLimit { groups, groups_per_token })
}

fn mamba(keys: &Keys<'_>, hidden: Option<u32>) -> Option<Mamba> {
    let head_dim = keys.due(&["mamba_head_dim"], "the width of a Mamba-2 head");
    let heads = if keys.has(&["mamba_num_heads"]) {
        keys.count(&["mamba_num_heads"])
    } else if let (Some(expand), Some(hidden), Some(width)) = (keys.count(&["expand"]), hidden, head_dim) {
        Some((expand.saturating_mul(hidden) / width).max(1))
    } else {
        keys.missing(&["mamba_num_heads"], "the heads of a Mamba-2 block");
        None
    };
    let state = keys.due(&["ssm_state_size", "mamba_d_state"], "the width of the state");
    let groups = keys.due(&["n_groups", "mamba_n_groups"], "the groups that share the maps of the state");
    let conv = keys.due(&["conv_kernel", "mamba_d_conv"], "the length of the convolution");
    let chunk = keys.due(&["chunk_size", "mamba_chunk_size"], "the tokens of a chunk");
    Some(Mamba {
        heads: heads?,
        head_dim: head_dim?,
        state: state?,
        groups: groups?,
        conv: conv?,
        conv_bias: keys.flag(&["use_conv_bias", "mamba_conv_bias"]).unwrap_or(true),
        chunk: chunk?,
    })
}
