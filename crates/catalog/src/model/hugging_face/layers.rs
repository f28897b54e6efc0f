//! Which block follows which: windows, experts in some blocks, hybrids.

use serde_json::Value;

use super::family::{Extra, Family};
use super::keys::{Keys, MOST_LAYERS};
use crate::model::block::{Block, FeedForward, Mixer, Pattern};
use crate::model::transformer::{Moe, Window, WindowForm};

/// The order of blocks, with the window that it uses and the experts with their leading dense blocks.
pub(super) struct Order {
    pub(super) pattern: Option<Pattern>,
    pub(super) window: Option<Window>,
    pub(super) moe: Option<Moe>,
}

pub(super) fn order(
    keys: &Keys<'_>,
    family: &Family,
    layers: u32,
    context: u32,
    moe: Option<Moe>,
) -> Option<Order> {
    if layers > MOST_LAYERS {
        let message = format!("is more than {MOST_LAYERS}, which no model has");
        keys.fault("num_hidden_layers", message, Some(MOST_LAYERS.to_string()));
        return None;
    }
    if family.extra == Extra::Hybrid {
        return hybrid(keys, layers, moe);
    }
    let (mixers, window) = mixers(keys, family, layers, context);
    let ffns = feed_forwards(keys, family, layers, moe.is_some());
    let dense = ffns.iter().take_while(|ffn| **ffn == FeedForward::Dense).count();
    let leading = ffns[dense..].iter().all(|ffn| *ffn == FeedForward::Experts);
    let everywhere = mixers.iter().all(|mixer| *mixer == Mixer::Attention);
    let none = !ffns.contains(&FeedForward::Experts);
    let moe = moe
        .filter(|_| !none)
        .map(|moe| Moe { first_dense_layers: if leading { dense as u32 } else { 0 }, ..moe });
    if everywhere && (none || leading) {
        return Some(Order { pattern: None, window: None, moe });
    }
    let blocks = mixers.iter().zip(&ffns).map(|(mixer, ffn)| Block { mixer: *mixer, ffn: *ffn }).collect();
    Some(Order { pattern: Pattern::new(blocks), window, moe })
}

fn hybrid(keys: &Keys<'_>, layers: u32, moe: Option<Moe>) -> Option<Order> {
    const KEY: &str = "hybrid_override_pattern";
    let blocks = match keys.list(&["layers_block_type"]) {
        Some((name, list)) => blocks_by_word(keys, name, list)?,
        None => blocks_by_letter(keys, KEY)?,
    };
    if blocks.len() != layers as usize {
        let nearest = format!("`num_hidden_layers` = {}", blocks.len());
        keys.fault(KEY, format!("names {} blocks, but there are {layers}", blocks.len()), Some(nearest));
        return None;
    }
    let experts = blocks.iter().any(|block| block.ffn == FeedForward::Experts);
    if experts && moe.is_none() && !keys.has(super::shape::EXPERTS) {
        keys.missing(super::shape::EXPERTS, "the experts of the blocks marked E");
    }
    Some(Order { pattern: Pattern::new(blocks), window: None, moe: moe.filter(|_| experts) })
}

fn blocks_by_letter(keys: &Keys<'_>, key: &'static str) -> Option<Vec<Block>> {
    let Some(text) = keys.word(&[key]) else {
        if !keys.has(&[key]) {
            keys.missing(&[key], "one letter for each block: M, *, - or E");
        }
        return None;
    };
    let mut blocks = Vec::new();
    for letter in text.chars() {
        match letter {
            'M' | '*' | '-' | 'E' => blocks.extend(Block::of_letter(letter)),
            _ => {
                let message = format!("holds `{letter}`, which is no block");
                keys.fault(key, message, Some("M, *, - or E".to_owned()));
                return None;
            }
        }
    }
    Some(blocks)
}

fn blocks_by_word(keys: &Keys<'_>, key: &str, list: &[Value]) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    for word in list {
        let letter = match word.as_str() {
            Some("mamba" | "mamba2") => 'M',
            Some("attention") => '*',
            Some("mlp") => '-',
            Some("moe") => 'E',
            _ => {
                let message = format!("holds {word}, which is no block");
                keys.fault(key, message, Some("mamba, attention, mlp or moe".to_owned()));
                return None;
            }
        };
        blocks.extend(Block::of_letter(letter));
    }
    Some(blocks)
}

/// What each block does along the sequence, and the window of those that have one.
fn mixers(keys: &Keys<'_>, family: &Family, layers: u32, context: u32) -> (Vec<Mixer>, Option<Window>) {
    let full = || vec![Mixer::Attention; layers as usize];
    let chunks = family.extra == Extra::Chunks;
    let (names, form): (&[&str], _) = if chunks {
        (&["attention_chunk_size"], WindowForm::Chunked)
    } else {
        (&["sliding_window", "sliding_window_size"], WindowForm::Sliding)
    };
    if !chunks && !sliding_is_used(keys, family) {
        return (full(), None);
    }
    let mixers = by_types(keys, layers).unwrap_or_else(|| by_rule(keys, family, layers));
    if !mixers.contains(&Mixer::Window) {
        return (mixers, None);
    }
    let Some(size) = keys.count(names) else {
        // Layers marked as windowed need a size; a family that only may have windows has none without it.
        if !keys.has(names) && keys.has(&["layer_types"]) {
            keys.missing(names, "the tokens of the window that `layer_types` asks for");
        }
        return (full(), None);
    };
    if size >= context {
        return (full(), None);
    }
    (mixers, Some(Window { size, form }))
}

/// Qwen carries a window that it does not use unless told to.
fn sliding_is_used(keys: &Keys<'_>, family: &Family) -> bool {
    keys.flag(&["use_sliding_window"]).unwrap_or(!family.name.starts_with("qwen"))
}

/// One word for each layer, as newer files have it.
fn by_types(keys: &Keys<'_>, layers: u32) -> Option<Vec<Mixer>> {
    let (name, list) = keys.list(&["layer_types"])?;
    if list.len() != layers as usize {
        let message = format!("names {} layers of {layers}", list.len());
        keys.fault(name, message, Some(format!("`num_hidden_layers` = {}", list.len())));
        return None;
    }
    let mut mixers = Vec::with_capacity(list.len());
    for kind in list {
        mixers.push(match kind.as_str() {
            Some("full_attention") => Mixer::Attention,
            Some("sliding_attention" | "chunked_attention" | "local_attention") => Mixer::Window,
            _ => {
                let message = format!("holds {kind}, which is not a layer that is read");
                keys.fault(name, message, Some("full_attention or sliding_attention".to_owned()));
                return None;
            }
        });
    }
    Some(mixers)
}

fn by_rule(keys: &Keys<'_>, family: &Family, layers: u32) -> Vec<Mixer> {
    let every = |period: u32| -> Vec<Mixer> {
        let kind = |layer: u32| {
            if period > 0 && layer.is_multiple_of(period) { Mixer::Attention } else { Mixer::Window }
        };
        (1..=layers).map(kind).collect()
    };
    match family.extra {
        Extra::WindowsExceptEvery(period) => {
            every(keys.count(&["sliding_window_pattern", "_sliding_window_pattern"]).unwrap_or(period))
        }
        Extra::WindowedExperts => every(2),
        Extra::Chunks => match keys
            .list(&["no_rope_layers"])
            .filter(|(_, list)| list.len() == layers as usize)
        {
            // A layer that rotates looks at its chunk only.
            Some((_, list)) => {
                let rotates = |flag: &Value| flag.as_u64() != Some(0);
                list.iter().map(|flag| if rotates(flag) { Mixer::Window } else { Mixer::Attention }).collect()
            }
            None => every(keys.count(&["no_rope_layer_interval"]).unwrap_or(4)),
        },
        _ if keys.has(&["sliding_window"]) => {
            let from = if family.name.starts_with("qwen") {
                keys.natural(&["max_window_layers"]).unwrap_or(0)
            } else {
                0
            };
            (0..layers).map(|layer| if layer < from { Mixer::Attention } else { Mixer::Window }).collect()
        }
        _ => vec![Mixer::Attention; layers as usize],
    }
}

/// What each block does along the channels.
fn feed_forwards(keys: &Keys<'_>, family: &Family, layers: u32, experts: bool) -> Vec<FeedForward> {
    if !experts {
        return vec![FeedForward::Dense; layers as usize];
    }
    let numbers = |names: &[&'static str]| -> Option<Vec<u64>> {
        let (_, list) = keys.list(names)?;
        Some(list.iter().filter_map(Value::as_u64).collect())
    };
    let first = keys.natural(&["first_k_dense_replace"]).unwrap_or(0);
    if first > layers {
        keys.fault(
            "first_k_dense_replace",
            format!("is more than the {layers} layers"),
            Some(layers.to_string()),
        );
    }
    let dense = numbers(&["mlp_only_layers"]).unwrap_or_default();
    let listed = if family.extra == Extra::Chunks { numbers(&["moe_layers"]) } else { None };
    let step = keys.count(&["decoder_sparse_step", "interleave_moe_layer_step"]).unwrap_or(1);
    let frequency = keys.find(&["moe_layer_freq"]).and_then(|(_, value)| value.as_u64()).unwrap_or(1).max(1);
    let has_experts = |layer: u32| {
        if let Some(listed) = &listed {
            return listed.contains(&u64::from(layer));
        }
        layer >= first
            && (layer + 1).is_multiple_of(step)
            && u64::from(layer).is_multiple_of(frequency)
            && !dense.contains(&u64::from(layer))
    };
    (0..layers)
        .map(|layer| if has_experts(layer) { FeedForward::Experts } else { FeedForward::Dense })
        .collect()
}
