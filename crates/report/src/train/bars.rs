//! Bars in plain text: a waterfall of a step's time and a stack of a device's memory.

use quarterdeck_performance::{Breakdown, MemoryUse};
use textwrap::core::display_width;

use super::Strategy;
use crate::number;

/// Characters of a whole bar.
const BAR: usize = 46;
const FULL: &str = "█";
/// Parts below this share of the whole are told together.
const LEAST: f64 = 0.0005;

/// One part of a whole: its name for people, its id, and its size.
pub(super) struct Part {
    pub id: &'static str,
    pub name: &'static str,
    pub value: f64,
}

/// Exposed parts of a step with their names, in seconds, in the order of the breakdown; empty parts left out.
pub(super) fn time_parts(breakdown: &Breakdown) -> Vec<Part> {
    breakdown
        .parts()
        .into_iter()
        .filter(|(_, time)| time.is_positive())
        .map(|(id, time)| Part { id, name: part_name(id), value: time.as_seconds() })
        .collect()
}

/// What runs behind the exposed parts.
pub(super) fn hidden_parts(breakdown: &Breakdown) -> Vec<Part> {
    let hidden = &breakdown.hidden;
    [
        ("scale-up", "exchange inside the domain", hidden.scale_up),
        ("scale-out", "exchange between platforms", hidden.scale_out),
        ("host", "copies to and from the host", hidden.host),
        ("device", "memory traffic or arithmetic behind the other", hidden.device),
    ]
    .into_iter()
    .filter(|(_, _, time)| time.is_positive())
    .map(|(id, name, time)| Part { id, name, value: time.as_seconds() })
    .collect()
}

/// Parts of a device's memory in bytes; empty parts left out.
pub(super) fn memory_parts(memory: &MemoryUse) -> Vec<Part> {
    [
        ("weights", "weights", memory.weights),
        ("gradients", "gradients", memory.gradients),
        ("optimizer", "optimizer states", memory.optimizer),
        ("activations", "activations", memory.activations),
        ("logits", "scores over the vocabulary", memory.logits),
        ("embeddings", "embedding tables", memory.embeddings),
        ("kv-cache", "keys and values", memory.kv_cache),
        ("reserve", "buffers, fragmentation", memory.reserve),
    ]
    .into_iter()
    .filter(|(_, _, bytes)| bytes.is_positive())
    .map(|(id, name, bytes)| Part { id, name, value: bytes.as_bytes() })
    .collect()
}

/// Name of a part of a step for people.
pub(super) fn part_name(id: &str) -> &'static str {
    match id {
        "matrix" => "matrix multiplies",
        "attention" => "attention",
        "streaming" => "memory-bound operators",
        "embedding" => "embedding rows",
        "recompute" => "recomputation",
        "prefill" => "prefill",
        "scale-up" => "exchange inside the domain",
        "scale-out" => "exchange between platforms",
        "bubble" => "pipeline bubble",
        "optimizer" => "optimizer",
        "overhead" => "host work and launches",
        "host" => "copies to and from the host",
        _ => "other",
    }
}

/// A step as falling bars, each beginning where the one above it ends, and what is hidden below.
pub(super) fn waterfall(strategy: &Strategy) -> String {
    let total = strategy.step_time().as_seconds();
    let parts = time_parts(&strategy.breakdown);
    let mut out = format!("Where a step of {} goes\n", number::duration(total));
    out.push_str(&bars(&parts, total, &|value| number::duration(value), true));
    let hidden: Vec<String> = hidden_parts(&strategy.breakdown)
        .iter()
        .filter(|part| part.value >= LEAST * total)
        .map(|part| format!("{} {}", part.name, number::duration(part.value)))
        .collect();
    if !hidden.is_empty() {
        let text = format!("Hidden behind these, at no time: {}.", hidden.join(", "));
        for line in crate::wrap::wrap_indented(&text, crate::verdict::TEXT_WIDTH, "  ", "  ") {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

/// The memory of the fullest device as falling bars against its capacity.
pub(super) fn memory(strategy: &Strategy) -> String {
    let memory = &strategy.memory;
    let capacity = memory.capacity.as_bytes();
    let mut parts = memory_parts(memory);
    let free = capacity - memory.used().as_bytes();
    let mut out = format!("Memory of the fullest device, of {}\n", number::bytes(capacity));
    if free > 0.0 {
        parts.push(Part { id: "free", name: "free", value: free });
    }
    out.push_str(&bars(&parts, capacity, &|value| number::bytes(value), true));
    out
}

fn bars(parts: &[Part], whole: f64, write: &dyn Fn(f64) -> String, falling: bool) -> String {
    let name_width = parts.iter().map(|part| display_width(part.name)).max().unwrap_or(0);
    let values: Vec<String> = parts.iter().map(|part| write(part.value)).collect();
    let value_width = values.iter().map(|value| display_width(value)).max().unwrap_or(0);
    let cell = |value: f64| (value / whole * BAR as f64).round() as usize;
    let mut out = String::new();
    let mut before = 0.0;
    for (part, value) in parts.iter().zip(values) {
        let start = if falling { cell(before) } else { 0 };
        let end = cell(before + part.value).max(start);
        before += part.value;
        let (indent, bar) = if part.id == "free" {
            (start, "·".repeat(end - start))
        } else if end > start {
            (start, FULL.repeat(end - start))
        } else {
            // Too thin for a block, yet there.
            (start.min(BAR - 1), "▏".to_owned())
        };
        let drawn = format!("{}{bar}", " ".repeat(indent));
        let pad = BAR.saturating_sub(display_width(&drawn));
        out.push_str(&format!(
            "  {}{}  {drawn}{}  {}{value}  {:>6}\n",
            part.name,
            " ".repeat(name_width - display_width(part.name)),
            " ".repeat(pad),
            " ".repeat(value_width - display_width(&value)),
            number::percent(part.value / whole),
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fall_from_left_to_right_and_none_vanishes() {
        let part = |name: &'static str, value: f64| Part { id: "x", name, value };
        let drawn = bars(
            &[part("long", 5.0), part("short", 0.001), part("rest", 4.999)],
            10.0,
            &|value| number::duration(value),
            true,
        );
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines[0].matches(FULL).count(), BAR / 2);
        assert!(lines[1].contains('▏'), "{drawn}");
        let start = |line: &str| line.chars().position(|c| c == '█');
        assert_eq!(start(lines[2]).map(|at| at - start(lines[0]).expect("a bar")), Some(BAR / 2), "{drawn}");
        assert!(lines.iter().all(|line| display_width(line) <= crate::verdict::TEXT_WIDTH));
    }
}
