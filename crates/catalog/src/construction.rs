//! Building projects: activities with their durations, templates that order them, terms of paying and leaving.

use std::collections::BTreeMap;

use quarterdeck_units::Seconds;
use serde::{Deserialize, Serialize};

use crate::error::MissingFact;
use crate::kinds::words;
use crate::origin::{Citation, Fact, Origin, SourceId, check_citation, cited};

pub(crate) const FILE: &str = "catalog/construction.toml";

words! {
    /// What an activity waits for.
    ActivityKind: "a kind of activity" {
        /// A maker: money with the order and at delivery.
        Order = "order",
        /// Work on site: money as it goes on.
        Work = "work",
        /// A utility: money as it goes on.
        Utility = "utility",
    }
}

words! {
    /// Shape of a distribution of durations.
    DurationShape: "a shape of durations" {
        /// Between `low` and `high` with its peak at `likely`.
        Triangular = "triangular",
        /// Above `low`, half of all below `likely`, one in twenty above `high`.
        Lognormal = "lognormal",
    }
}

/// Facts of building projects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Construction {
    /// Activities by key.
    pub activity: BTreeMap<String, ActivityFacts>,
    /// Orders of activities by kind of project.
    pub template: BTreeMap<String, ProjectTemplate>,
    /// Terms of paying and leaving.
    pub terms: Terms,
}

/// What has to be done, and how long it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityFacts {
    /// Name for people.
    pub name: String,
    /// What it waits for.
    pub kind: ActivityKind,
    /// How long it takes.
    pub duration: DurationFact,
    /// Whether the hall that is worked on is out of service from here on.
    #[serde(default)]
    pub outage: bool,
}

/// A duration as a range with a shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawDuration")]
pub struct DurationFact {
    /// Shape of the distribution.
    pub shape: DurationShape,
    /// Shortest.
    pub low: Seconds,
    /// Peak of a triangle, median of a lognormal.
    pub likely: Seconds,
    /// Longest of a triangle, 95 % quantile of a lognormal.
    pub high: Seconds,
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

cited!(DurationFact);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDuration {
    shape: Option<DurationShape>,
    low: Seconds,
    likely: Seconds,
    high: Seconds,
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl TryFrom<RawDuration> for DurationFact {
    type Error = String;

    fn try_from(raw: RawDuration) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        let shape = raw.shape.unwrap_or(DurationShape::Triangular);
        let (low, likely, high) = (raw.low, raw.likely, raw.high);
        if low < Seconds::ZERO || !(low <= likely && likely <= high) {
            return Err(format!("{low}, {likely}, {high} are not a range in order"));
        }
        if shape == DurationShape::Lognormal && !(low < likely && likely < high) {
            return Err(format!("a lognormal needs {low}, {likely} and {high} to differ"));
        }
        Ok(Self {
            shape,
            low,
            likely,
            high,
            origin,
            source: raw.source,
            locator: raw.locator,
            reason: raw.reason,
        })
    }
}

/// The activities of a kind of project in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectTemplate {
    /// Name for people.
    pub name: String,
    /// Where order and shares come from.
    pub cite: Citation,
    /// The activities.
    pub step: Vec<ProjectStep>,
}

/// One activity of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectStep {
    /// Key of the activity.
    pub activity: String,
    /// Keys of the activities that must be finished before.
    #[serde(default)]
    pub after: Vec<String>,
    /// Share of the project's cost.
    pub cost_share: f64,
}

/// Terms of paying and leaving.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Share of an order paid when it is placed; the rest at delivery.
    pub order_deposit: Fact<f64>,
    /// Share of an order due when it is cancelled on its first day.
    pub order_cancel_first: Fact<f64>,
    /// Share of an order due when it is cancelled on its last day.
    pub order_cancel_last: Fact<f64>,
    /// Share of the unfinished part of begun work that leaving it costs.
    pub work_cancel: Fact<f64>,
    /// Share of the whole cost that each quarter of a pause costs.
    pub holding: Fact<f64>,
    /// Correlation of the durations of one project.
    pub market_correlation: Fact<f64>,
}

impl Construction {
    /// An activity by key.
    pub fn activity(&self, key: &str) -> Result<&ActivityFacts, MissingFact> {
        self.activity.get(key).ok_or_else(|| MissingFact::new(FILE, &format!("activity.{key}")))
    }

    /// A template by key.
    pub fn template(&self, key: &str) -> Result<&ProjectTemplate, MissingFact> {
        self.template.get(key).ok_or_else(|| MissingFact::new(FILE, &format!("template.{key}")))
    }
}
