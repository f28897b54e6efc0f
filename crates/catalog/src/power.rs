//! Power parts: stages of the chain from grid to chip with their losses, measured distributions of draw, stores
//! that smooth it.

use std::collections::BTreeMap;

use quarterdeck_units::{Joules, Watts};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::MissingFact;
use crate::kinds::words;
use crate::origin::Fact;

words! {
    /// Where the loss of a stage turns into heat, and who counts it.
    StagePlace: "a place of a stage" {
        /// Outside the building: its heat needs no cooling.
        Outdoors = "outdoors",
        /// Inside the building: its heat is cooled with that of machines.
        Indoors = "indoors",
        /// Inside servers or racks: its loss is part of the power of machines.
        Machine = "machine",
    }
}

words! {
    /// What a stage carries.
    StageLoad: "a load of a stage" {
        /// Everything on the site, cooling plant included.
        Site = "site",
        /// Machines, and the fans and pumps that may not stop.
        Critical = "critical",
    }
}

/// Efficiencies at shares of full load, ascending, written `"0.25:0.94 0.5:0.955 1:0.96"`.
#[derive(Debug, Clone, PartialEq)]
pub struct EfficiencyPoints(pub Vec<(f64, f64)>);

impl Serialize for EfficiencyPoints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> =
            self.0.iter().map(|(load, efficiency)| format!("{load}:{efficiency}")).collect();
        serializer.serialize_str(&texts.join(" "))
    }
}

impl<'de> Deserialize<'de> for EfficiencyPoints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fault = |message: String| serde::de::Error::custom(message);
        let mut points = Vec::new();
        for word in text.split_whitespace() {
            let pair = word.split_once(':').and_then(|(load, efficiency)| {
                Some((load.parse::<f64>().ok()?, efficiency.parse::<f64>().ok()?))
            });
            match pair {
                Some((load, efficiency))
                    if load > 0.0 && load <= 1.5 && efficiency > 0.0 && efficiency <= 1.0 =>
                {
                    points.push((load, efficiency));
                }
                _ => return Err(fault(format!("`{word}` is no `load:efficiency`, both shares above 0"))),
            }
        }
        if points.len() < 2 || !points.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(fault(format!("`{text}` needs two points or more, ascending in load")));
        }
        Ok(Self(points))
    }
}

/// Power at ascending shares of machines or hours, written `"0.1:63 0.5:101 W"`.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerQuantiles(pub Vec<(f64, Watts)>);

impl Serialize for PowerQuantiles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> =
            self.0.iter().map(|(share, power)| format!("{share}:{}", power.as_watts())).collect();
        serializer.serialize_str(&format!("{} W", texts.join(" ")))
    }
}

impl<'de> Deserialize<'de> for PowerQuantiles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fault = |message: String| serde::de::Error::custom(message);
        let numbers = text.trim().strip_suffix('W').ok_or_else(|| fault(format!("`{text}` lacks its W")))?;
        let mut points = Vec::new();
        for word in numbers.split_whitespace() {
            let pair = word
                .split_once(':')
                .and_then(|(share, power)| Some((share.parse::<f64>().ok()?, power.parse::<f64>().ok()?)));
            match pair {
                Some((share, power)) if (0.0..=1.0).contains(&share) && power >= 0.0 => {
                    points.push((share, Watts::watts(power)));
                }
                _ => return Err(fault(format!("`{word}` is no `share:power`"))),
            }
        }
        let ends = points.first().is_some_and(|p| p.0 == 0.0) && points.last().is_some_and(|p| p.0 == 1.0);
        if !ends || !points.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1) {
            return Err(fault(format!("`{text}` does not ascend from share 0 to share 1")));
        }
        Ok(Self(points))
    }
}

/// Facts of power.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerParts {
    /// Stages by key.
    pub stage: BTreeMap<String, StageRecord>,
    /// Chains of stages, from the grid to the machine, by key.
    pub chain: BTreeMap<String, ChainRecord>,
    /// Chain that designs take unless told otherwise.
    pub usual_chain: String,
    /// Measured distributions of draw.
    pub distribution: BTreeMap<String, DistributionRecord>,
    /// Stores of energy that smooth the draw of a device.
    pub storage: BTreeMap<String, Fact<Joules>>,
}

/// One kind of stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// Name in full.
    pub title: String,
    /// What it carries.
    pub carries: StageLoad,
    /// Where its heat goes.
    pub place: StagePlace,
    /// Full load of one unit.
    pub rating: Fact<Watts>,
    /// Whether redundancy multiplies it; supplies in machines and sections of busway follow their load.
    pub redundant: bool,
    /// Loss that does not depend on load, of one unit, in `P_in = (P_out + c) / η`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed_loss: Option<Fact<Watts>>,
    /// The slope `η` of the same form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub efficiency: Option<Fact<f64>>,
    /// Efficiencies at loads, in place of the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Fact<EfficiencyPoints>>,
}

/// A chain of stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainRecord {
    /// Name in full.
    pub title: String,
    /// Keys of its stages, from the grid to the machine.
    pub stages: Vec<String>,
}

/// A measured distribution of draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DistributionRecord {
    /// What was measured.
    pub title: String,
    /// Nameplate of what was measured.
    pub rated: Fact<Watts>,
    /// Power at shares of time.
    pub quantiles: Fact<PowerQuantiles>,
}

const FILE: &str = "catalog/power.toml";

impl PowerParts {
    /// A stage by key.
    pub fn stage(&self, key: &str) -> Result<&StageRecord, MissingFact> {
        self.stage.get(key).ok_or_else(|| MissingFact::new(FILE, &format!("stage.{key}")))
    }

    /// A chain by key.
    pub fn chain(&self, key: &str) -> Result<&ChainRecord, MissingFact> {
        self.chain.get(key).ok_or_else(|| MissingFact::new(FILE, &format!("chain.{key}")))
    }

    /// A distribution by key.
    pub fn distribution(&self, key: &str) -> Result<&DistributionRecord, MissingFact> {
        self.distribution.get(key).ok_or_else(|| MissingFact::new(FILE, &format!("distribution.{key}")))
    }

    /// Keys that lead nowhere and forms that are incomplete: key and message.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if !self.chain.contains_key(&self.usual_chain) {
            found
                .push(("usual_chain".to_owned(), format!("`{}` is no chain of this file", self.usual_chain)));
        }
        for (id, chain) in &self.chain {
            for stage in chain.stages.iter().filter(|stage| !self.stage.contains_key(*stage)) {
                found.push((format!("chain.{id}.stages"), format!("`{stage}` is no stage of this file")));
            }
        }
        for (id, stage) in &self.stage {
            let form = stage.fixed_loss.is_some() && stage.efficiency.is_some();
            if form == stage.points.is_some() {
                let message = "gives either `fixed_loss` and `efficiency`, or `points`";
                found.push((format!("stage.{id}"), message.to_owned()));
            }
            if let Some(efficiency) = &stage.efficiency
                && !(efficiency.value > 0.0 && efficiency.value <= 1.0)
            {
                found.push((format!("stage.{id}.efficiency"), format!("is {}", efficiency.value)));
            }
            if !stage.rating.value.is_positive() {
                found.push((format!("stage.{id}.rating"), "is nothing".to_owned()));
            }
        }
        found
    }
}
