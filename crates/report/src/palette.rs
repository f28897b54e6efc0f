//! Colours and patterns that stay the same for the same thing in every chart.
//!
//! A series names a [`ColourKey`] such as `technology/h100` or `site/prineville`; the palette
//! turns it into a [`Swatch`]: one colour for light paper, one for dark, and a pattern as a
//! second channel for readers who do not see the hues apart. Hues follow the colour-blind-safe
//! set of Okabe and Ito (2008, "Color Universal Design"), extended in lightness. Red belongs to
//! shortfall alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::unit::snake;

/// Names what a colour stands for: a namespace and an id, as `technology/h100`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ColourKey(String);

impl ColourKey {
    fn of(namespace: &str, id: &str) -> Self {
        Self(format!("{namespace}/{}", snake(id).replace('_', "-")))
    }
    /// A platform or device family: `h100-hgx-8`, `cpu-1s-2020`, `mtia-v1`.
    pub fn technology(id: &str) -> Self {
        Self::of("technology", id)
    }
    /// A site, by its id in the scenario.
    pub fn site(id: &str) -> Self {
        Self::of("site", id)
    }
    /// A workload, by its id in the scenario.
    pub fn workload(id: &str) -> Self {
        Self::of("workload", id)
    }
    /// A class of money: `machines`, `network`, `building`, `power`, `programme`, `porting`.
    pub fn class(id: &str) -> Self {
        Self::of("class", id)
    }
    /// A part of a step, of a memory or of a project: `compute`, `weights`, `permit` …
    pub fn part(id: &str) -> Self {
        Self::of("part", id)
    }
    /// What a mark means whatever it is made of: demand, limit, shortfall.
    pub fn role(role: Role) -> Self {
        Self(format!("role/{}", role.id()))
    }
    /// The whole key, `namespace/id`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or(("", &self.0))
    }
}

/// Meanings with a colour of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What is asked for.
    Demand,
    /// What is missing.
    Shortfall,
    /// A limit that may not be passed.
    Limit,
    /// A running total.
    Cumulative,
    /// A total in a bridge.
    Total,
    /// A step that adds to a total.
    Increase,
    /// A step that takes from a total.
    Decrease,
    /// A load on a limit.
    Load,
    /// A second, wider load on a limit.
    LoadTotal,
    /// A scenario among many.
    Scenario,
    /// A baseline to compare with.
    Baseline,
    /// The chosen option.
    Chosen,
    /// Every other option.
    Other,
}

impl Role {
    /// Every role; drawings use some that no series names.
    pub const ALL: [Self; 13] = [
        Self::Demand,
        Self::Shortfall,
        Self::Limit,
        Self::Cumulative,
        Self::Total,
        Self::Increase,
        Self::Decrease,
        Self::Load,
        Self::LoadTotal,
        Self::Scenario,
        Self::Baseline,
        Self::Chosen,
        Self::Other,
    ];

    const fn id(self) -> &'static str {
        match self {
            Self::Demand => "demand",
            Self::Shortfall => "shortfall",
            Self::Limit => "limit",
            Self::Cumulative => "cumulative",
            Self::Total => "total",
            Self::Increase => "increase",
            Self::Decrease => "decrease",
            Self::Load => "load",
            Self::LoadTotal => "load-total",
            Self::Scenario => "scenario",
            Self::Baseline => "baseline",
            Self::Chosen => "chosen",
            Self::Other => "other",
        }
    }
}

/// A fill pattern, the second channel beside colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// No pattern.
    Solid,
    /// Lines rising to the right.
    Rising,
    /// Lines falling to the right.
    Falling,
    /// Dots.
    Dots,
    /// Horizontal lines.
    Horizontal,
    /// Vertical lines.
    Vertical,
    /// Crossed lines.
    Cross,
    /// Dense rising lines, kept for shortfall.
    Hatch,
}

/// Colour and pattern of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swatch {
    /// Colour on light paper, `#rrggbb`.
    pub light: String,
    /// Colour on dark paper, `#rrggbb`.
    pub dark: String,
    /// Second channel.
    pub pattern: Pattern,
}

type Fixed = (&'static str, &'static str, &'static str, &'static str, Pattern);

use Pattern::{Cross, Dots, Falling, Hatch, Horizontal, Rising, Solid, Vertical};

/// Keys with a colour of their own. A technology matches by the longest beginning of its id, or
/// of a later word in it, so `h100-hgx-8` and `dgx-h100` share the colour of `h100`.
const FIXED: &[Fixed] = &[
    ("technology", "cpu", "#7d8799", "#8f9aad", Solid),
    ("technology", "own", "#b5679a", "#d58cbd", Rising),
    ("technology", "mtia", "#b5679a", "#d58cbd", Rising),
    ("technology", "mtia-v2", "#86377a", "#b45fa8", Falling),
    ("technology", "own-training", "#86377a", "#b45fa8", Falling),
    ("technology", "p100", "#cfe0ee", "#d3e4f2", Horizontal),
    ("technology", "v100", "#9ecbea", "#a9d3f0", Dots),
    ("technology", "t4", "#c4d4e2", "#c4d4e2", Vertical),
    ("technology", "a100", "#3f9bdc", "#56a8e4", Solid),
    ("technology", "h100", "#0a5c9c", "#2b7ec2", Rising),
    ("technology", "h200", "#083d68", "#1d5c94", Cross),
    ("technology", "b200", "#009e73", "#1fb588", Solid),
    ("technology", "gb200", "#5cc9a7", "#6fdcbb", Dots),
    ("technology", "b300", "#006b4f", "#0d8f6a", Falling),
    ("technology", "gb300", "#3f8f78", "#44a98d", Cross),
    ("technology", "l4", "#7cc8b2", "#7cc8b2", Dots),
    ("technology", "l40", "#7cc8b2", "#7cc8b2", Dots),
    ("technology", "tpu", "#e0a100", "#f0b83a", Dots),
    ("technology", "tpu-v5", "#b97a00", "#cf9423", Vertical),
    ("technology", "tpu-v6", "#8f5a00", "#ad751a", Cross),
    ("technology", "mi250", "#c98d5e", "#d9a277", Horizontal),
    ("technology", "mi300", "#a3602c", "#c17c46", Horizontal),
    ("technology", "cloud", "#b9a6d9", "#b9a6d9", Vertical),
    ("class", "machines", "#0a5c9c", "#3f94d6", Solid),
    ("class", "network", "#e0a100", "#f0b83a", Rising),
    ("class", "building", "#7d8799", "#8f9aad", Solid),
    ("class", "buildings", "#7d8799", "#8f9aad", Solid),
    ("class", "sites", "#7d8799", "#8f9aad", Solid),
    ("class", "power", "#009e73", "#1fb588", Dots),
    ("class", "energy", "#009e73", "#1fb588", Dots),
    ("class", "programme", "#b5679a", "#d58cbd", Falling),
    ("class", "porting", "#56b4e9", "#7cc6ef", Horizontal),
    ("class", "operations", "#c98d5e", "#d9a277", Vertical),
    ("class", "rent", "#b9a6d9", "#b9a6d9", Vertical),
    ("class", "unserved", "#c8252c", "#ff6b66", Hatch),
    ("part", "compute", "#0a5c9c", "#3f94d6", Solid),
    ("part", "memory", "#56b4e9", "#7cc6ef", Dots),
    ("part", "collective", "#e0a100", "#f0b83a", Rising),
    ("part", "bubble", "#b5679a", "#d58cbd", Falling),
    ("part", "ingestion", "#009e73", "#1fb588", Horizontal),
    ("part", "weights", "#0a5c9c", "#3f94d6", Solid),
    ("part", "embeddings", "#086a8f", "#3a8fb0", Cross),
    ("part", "gradients", "#56b4e9", "#7cc6ef", Dots),
    ("part", "optimiser", "#b5679a", "#d58cbd", Falling),
    ("part", "activations", "#e0a100", "#f0b83a", Rising),
    ("part", "kv-cache", "#009e73", "#1fb588", Horizontal),
    ("part", "attention", "#56b4e9", "#7cc6ef", Dots),
    ("part", "recompute", "#7d8799", "#8f9aad", Horizontal),
    ("part", "scale-out", "#a3602c", "#c17c46", Vertical),
    ("part", "logits", "#009e73", "#1fb588", Horizontal),
    ("part", "lost", "#8a6d3b", "#b8975c", Cross),
    ("part", "overhead", "#7d8799", "#8f9aad", Vertical),
    ("part", "order", "#e0a100", "#f0b83a", Rising),
    ("part", "permit", "#c98d5e", "#d9a277", Horizontal),
    ("part", "build", "#7d8799", "#8f9aad", Solid),
    ("part", "deliver", "#56b4e9", "#7cc6ef", Dots),
    ("part", "burn-in", "#b5679a", "#d58cbd", Falling),
    ("part", "in-service", "#009e73", "#1fb588", Solid),
    ("part", "paused", "#b7bdc9", "#5b6474", Vertical),
    ("part", "cancelled", "#c8252c", "#ff6b66", Hatch),
    ("role", "demand", "#14202e", "#f2f5f9", Solid),
    ("role", "shortfall", "#c8252c", "#ff6b66", Hatch),
    ("role", "limit", "#14202e", "#f2f5f9", Solid),
    ("role", "cumulative", "#4a5568", "#b6c2d2", Solid),
    ("role", "total", "#4a5b70", "#8497ad", Solid),
    ("role", "increase", "#d9822b", "#f0a04f", Rising),
    ("role", "decrease", "#00856a", "#1fb588", Solid),
    ("role", "load", "#0a5c9c", "#3f94d6", Solid),
    ("role", "load-total", "#8bbbe0", "#2c587f", Dots),
    ("role", "scenario", "#9aa7b8", "#66758a", Solid),
    ("role", "baseline", "#9aa7b8", "#7b8aa0", Solid),
    ("role", "chosen", "#d55e00", "#ff9147", Solid),
    ("role", "other", "#a9b4c2", "#5f6d80", Solid),
];

/// Colours for keys without one of their own: sites, workloads, unknown technologies.
const SPARE: &[(&str, &str)] = &[
    ("#0072b2", "#4aa3df"),
    ("#e69f00", "#f2b844"),
    ("#009e73", "#2bbd92"),
    ("#b5679a", "#d58cbd"),
    ("#56b4e9", "#86cbf2"),
    ("#8a6d3b", "#b8975c"),
    ("#5b5ea6", "#8f92dd"),
    ("#7a9a01", "#a6c62f"),
    ("#c98d5e", "#dca980"),
    ("#4a7c8c", "#76aabb"),
];

const SPARE_PATTERNS: &[Pattern] = &[Solid, Rising, Dots, Falling, Horizontal, Cross, Vertical];

/// The swatch of every key of a report.
///
/// Keys without a fixed colour are numbered in sorted order within their namespace, so the same
/// set of sites has the same colours in every chart of every report.
///
/// ```
/// use quarterdeck_report::palette::{ColourKey, resolve};
/// let keys = [ColourKey::technology("h100-hgx-8"), ColourKey::site("prineville")];
/// let palette = resolve(&keys);
/// assert_eq!(palette["technology/h100-hgx-8"].light, "#0a5c9c");
/// ```
pub fn resolve<'a>(keys: impl IntoIterator<Item = &'a ColourKey>) -> BTreeMap<String, Swatch> {
    let unique: BTreeSet<&ColourKey> = keys.into_iter().collect();
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let mut palette = BTreeMap::new();
    for key in unique {
        let (namespace, id) = key.parts();
        let swatch = fixed(namespace, id).unwrap_or_else(|| {
            let n = used.entry(namespace).or_default();
            let swatch = spare(*n);
            *n += 1;
            swatch
        });
        palette.insert(key.as_str().to_string(), swatch);
    }
    palette
}

fn fixed(namespace: &str, id: &str) -> Option<Swatch> {
    // A longer entry says more (`mtia-v2` over `mtia`); the start of the id wins over a later
    // word, so `cpu-host-h100` stays a CPU.
    let score = |entry: &str| -> Option<(bool, usize)> {
        if namespace != "technology" {
            return (id == entry).then_some((true, entry.len()));
        }
        if id.starts_with(entry) {
            return Some((true, entry.len()));
        }
        let later = id.match_indices('-').any(|(at, _)| id[at + 1..].starts_with(entry));
        later.then_some((false, entry.len()))
    };
    FIXED
        .iter()
        .filter(|(ns, ..)| *ns == namespace)
        .filter_map(|entry| score(entry.1).map(|s| (s, entry)))
        .max_by_key(|(s, _)| *s)
        .map(|(_, &(_, _, light, dark, pattern))| Swatch {
            light: light.to_string(),
            dark: dark.to_string(),
            pattern,
        })
}

fn spare(n: usize) -> Swatch {
    let (light, dark) = SPARE[n % SPARE.len()];
    // The pattern shifts on each round, so no two of the first seventy look alike.
    let pattern = SPARE_PATTERNS[(n + n / SPARE.len()) % SPARE_PATTERNS.len()];
    Swatch { light: light.to_string(), dark: dark.to_string(), pattern }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn light(key: ColourKey) -> String {
        resolve([&key]).remove(key.as_str()).unwrap().light
    }

    #[test]
    fn a_technology_is_found_at_the_start_or_in_a_later_word() {
        assert_eq!(light(ColourKey::technology("H100 HGX 8")), "#0a5c9c");
        assert_eq!(light(ColourKey::technology("dgx-h100")), "#0a5c9c");
        assert_eq!(light(ColourKey::technology("mtia-v2-chassis")), "#86377a");
        assert_eq!(light(ColourKey::technology("mtia-v1")), "#b5679a");
        assert_eq!(light(ColourKey::technology("cpu-host-h100")), "#7d8799");
    }

    #[test]
    fn colours_do_not_depend_on_the_order_of_use() {
        let sites: Vec<ColourKey> = ["ashburn", "dublin", "madrid"].map(ColourKey::site).into();
        let mut turned = sites.clone();
        turned.reverse();
        assert_eq!(resolve(&sites), resolve(&turned));
    }

    #[test]
    fn seventy_spare_swatches_differ() {
        let all: BTreeSet<(String, Pattern)> = (0..70).map(|n| (spare(n).light, spare(n).pattern)).collect();
        assert_eq!(all.len(), 70);
    }

    #[test]
    fn red_belongs_to_what_is_missing() {
        for (namespace, id, light, ..) in FIXED {
            if *light == "#c8252c" {
                assert!(["shortfall", "unserved", "cancelled"].contains(id), "{namespace}/{id}");
            }
        }
    }

    #[test]
    fn every_colour_stands_out_from_its_paper() {
        // Relative luminance and contrast after WCAG 2.2; 3:1 would forbid pale fills that carry
        // a pattern and an outline, so 1.3:1 is the least for a fill.
        let channel = |hex: &str, at: usize| {
            let v = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { quarterdeck_units::pow((v + 0.055) / 1.055, 2.4) }
        };
        let luminance =
            |hex: &str| 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);
        let contrast = |a: &str, b: &str| {
            let (a, b) = (luminance(a), luminance(b));
            (a.max(b) + 0.05) / (a.min(b) + 0.05)
        };
        for (namespace, id, light, dark, _) in FIXED {
            assert!(contrast(light, "#ffffff") > 1.3, "{namespace}/{id} on light");
            assert!(contrast(dark, "#111820") > 2.0, "{namespace}/{id} on dark");
        }
    }
}
