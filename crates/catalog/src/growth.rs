//! What the growth of network capacity between generations of sites turns on: assumptions with their ranges.

use std::fmt;

use quarterdeck_units::Bandwidth;
use serde::{Deserialize, Serialize};

use crate::origin::{Fact, Origin, SourceId, check_citation, cited};

pub(crate) const FILE: &str = "catalog/growth.toml";

/// Assumptions of a comparison of generations, and what is published on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Growth {
    /// Server ports of a front-end leaf over its uplinks.
    pub front_end_oversubscription: RangeFact<f64>,
    /// Rate of the port of an old server.
    pub old_port_rate: RangeFact<Bandwidth>,
    /// The published factor.
    pub published: PublishedFactor,
    /// Platforms that stand for the two generations.
    pub generations: Generations,
}

/// A published factor with its two ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedFactor {
    /// Lower end.
    pub low: Fact<f64>,
    /// Upper end.
    pub high: Fact<f64>,
}

/// Platforms that stand for two generations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generations {
    /// Ids of the old ones.
    pub old: Vec<String>,
    /// Ids of the new ones.
    pub new: Vec<String>,
}

/// A value with the range that it may lie in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "RawRange<T>",
    bound(deserialize = "T: Deserialize<'de> + Copy + PartialOrd + fmt::Display")
)]
pub struct RangeFact<T> {
    /// Lowest credible value.
    pub low: T,
    /// Central value.
    pub likely: T,
    /// Highest credible value.
    pub high: T,
    /// How well it is known.
    pub origin: Origin,
    /// The source, absent only for assumed values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why this value, required when assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

cited!(RangeFact<T> where T);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRange<T> {
    low: T,
    likely: T,
    high: T,
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl<T: Copy + PartialOrd + fmt::Display> TryFrom<RawRange<T>> for RangeFact<T> {
    type Error = String;

    fn try_from(raw: RawRange<T>) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        let (low, likely, high) = (raw.low, raw.likely, raw.high);
        if !(low <= likely && likely <= high) {
            return Err(format!("{low}, {likely}, {high} are not a range in order"));
        }
        Ok(Self { low, likely, high, origin, source: raw.source, locator: raw.locator, reason: raw.reason })
    }
}
