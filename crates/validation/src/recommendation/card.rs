//! The score card of recommendation models: errors by group, the null model, order of hardware, the spread of equal
//! submissions, coverage and bars.

use std::collections::{BTreeMap, BTreeSet};

use quarterdeck_catalog::Bands;
use quarterdeck_units::{exp, ln};

use super::{Outcome, Quantity, Scored, generation};
use crate::intervals::Residual;
use crate::outcome::Split;
use crate::score::{self, Constant, Pairs, Sample, Statistics, quantile};
use crate::sheet::percent;

/// What rows are put together by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// Kind of quantity.
    Quantity,
    /// Round of a benchmark, or publication.
    Source,
    /// Family of devices.
    Device,
    /// Number format.
    Precision,
}

/// Scores of a group.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name of the group.
    pub name: String,
    /// Errors.
    pub errors: Statistics,
    /// Share of measurements inside their band.
    pub coverage: Option<f64>,
    /// Errors of the null model, and ours on the same rows.
    pub null: Option<(Statistics, Statistics)>,
}

/// Spread of submissions that state equal settings.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    /// Groups of two rows and more.
    pub groups: usize,
    /// Rows in them.
    pub rows: usize,
    /// Median distance of a row from the geometric mean of its group: what no model of these columns is below.
    pub median: f64,
    /// Largest over smallest, median of groups.
    pub middle: f64,
    /// Largest over smallest, of any group.
    pub most: f64,
}

/// A bar and whether it is met.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What is asked.
    pub what: &'static str,
    /// The bar, in words.
    pub bar: &'static str,
    /// What is reached, in words.
    pub reached: String,
    /// Whether that is enough.
    pub met: bool,
}

/// Family of work that shares a band.
pub fn family(scored: &Scored) -> String {
    let what = match scored.facts.quantity {
        Quantity::Offline => "offline",
        Quantity::Server => "server",
        Quantity::Training | Quantity::StepTime => "training",
        Quantity::TimeToTrain => "time-to-train",
        Quantity::Latency | Quantity::LatencyP99 => "latency",
        Quantity::NodePower => "node-power",
    };
    let where_to = if scored.predicted.is_cpu { "cpu" } else { "accelerator" };
    // Examples and request servers are no tuned submissions, and their errors are not theirs.
    let software = if scored.facts.software().is_some() { "-declared" } else { "" };
    format!("{what}-{where_to}{software}")
}

/// Lower and upper end of the 80 % band in the row's own unit.
pub fn interval(scored: &Scored, bands: &Bands) -> (f64, f64) {
    let (lower, upper) = bands.of(&family(scored), generation(&scored.predicted.device));
    let value = scored.predicted.value;
    if scored.facts.quantity.is_rate() {
        (value / upper, value / lower)
    } else {
        (value * lower, value * upper)
    }
}

/// Residuals of the rows that bands may be fitted on.
pub fn residuals(outcomes: &[Outcome]) -> Vec<Residual> {
    scored(outcomes, Some(Split::Calibrate))
        .map(|scored| Residual {
            family: family(scored),
            source: scored.facts.publication().to_owned(),
            generation: generation(&scored.predicted.device).to_owned(),
            ratio: scored.ratio(),
        })
        .collect()
}

fn scored(outcomes: &[Outcome], split: Option<Split>) -> impl Iterator<Item = &Scored> {
    let all = outcomes.iter().filter_map(|outcome| outcome.result.as_deref().ok());
    all.filter(move |scored| split.is_none_or(|split| scored.facts.split == split))
}

fn sample(scored: &Scored, predicted: f64) -> Sample {
    Sample { id: scored.facts.id.clone(), measured: scored.facts.measured, predicted }
}

/// Everything that is scored.
pub struct Card<'a> {
    outcomes: &'a [Outcome],
    bands: Bands,
    /// Predictions of the null model by row, in the row's unit.
    null: BTreeMap<&'a str, f64>,
}

impl<'a> Card<'a> {
    /// Puts predictions beside those of the null model: one share of peak for each family of devices, number format
    /// and kind of work, learnt from other sources.
    pub fn of(outcomes: &'a [Outcome], bands: &Bands) -> Card<'a> {
        let rows: Vec<&Scored> =
            scored(outcomes, None).filter(|scored| scored.predicted.bare.is_some()).collect();
        let constants: Vec<Constant> = rows
            .iter()
            .map(|scored| Constant {
                group: format!(
                    "{} {} {}",
                    generation(&scored.predicted.device),
                    scored.predicted.precision,
                    if scored.facts.quantity.is_training() { "training" } else { "inference" }
                ),
                source: scored.facts.publication().to_owned(),
                // Share of peak: bare time over measured time.
                value: scored.predicted.bare.unwrap_or(f64::NAN) / scored.ratio(),
            })
            .collect();
        let learnt = score::constants_from_others(&constants);
        let null = rows
            .iter()
            .zip(constants.iter().zip(learnt))
            .filter_map(|(scored, (own, learnt))| {
                // A larger share than the row's own is a faster prediction.
                let faster = learnt? / own.value;
                let measured = scored.facts.measured;
                let rate = scored.facts.quantity.is_rate();
                let value = if rate { measured * faster } else { measured / faster };
                Some((scored.facts.id.as_str(), value))
            })
            .collect();
        Card { outcomes, bands: bands.clone(), null }
    }

    /// Scores of a split by group, in the order of names; the last is all of them.
    pub fn lines(&self, split: Split, grouping: Grouping) -> Vec<Line> {
        let mut groups: BTreeMap<String, Vec<&Scored>> = BTreeMap::new();
        for scored in scored(self.outcomes, Some(split)) {
            let name = match grouping {
                Grouping::Quantity => scored.facts.quantity.name().to_owned(),
                Grouping::Source => scored.facts.publication().to_owned(),
                Grouping::Device => generation(&scored.predicted.device).to_owned(),
                Grouping::Precision => scored.predicted.precision.to_string(),
            };
            groups.entry(name).or_default().push(scored);
        }
        let all: Vec<&Scored> = scored(self.outcomes, Some(split)).collect();
        let mut lines: Vec<Line> =
            groups.into_iter().filter_map(|(name, rows)| self.line(name, &rows)).collect();
        lines.extend(self.line(format!("all {} rows", split.as_str()), &all));
        lines
    }

    fn line(&self, name: String, rows: &[&Scored]) -> Option<Line> {
        let own: Vec<Sample> = rows.iter().map(|scored| sample(scored, scored.predicted.value)).collect();
        let intervals: Vec<(f64, f64, f64)> = rows
            .iter()
            .map(|scored| {
                let (lower, upper) = interval(scored, &self.bands);
                (lower, scored.facts.measured, upper)
            })
            .collect();
        let (theirs, ours): (Vec<Sample>, Vec<Sample>) = rows
            .iter()
            .filter_map(|scored| {
                let value = self.null.get(scored.facts.id.as_str())?;
                Some((sample(scored, *value), sample(scored, scored.predicted.value)))
            })
            .unzip();
        Some(Line {
            name,
            errors: Statistics::of(&own)?,
            coverage: score::coverage(&intervals),
            null: Statistics::of(&theirs).zip(Statistics::of(&ours)),
        })
    }

    /// Pairs of hardware that were measured on the same model in the same round, and how many are ranked right, a
    /// device each. Equal hardware of a group counts once, with its geometric mean.
    pub fn hardware_pairs(&self, split: Option<Split>) -> Pairs {
        type Sums = BTreeMap<String, (f64, f64, f64)>;
        let mut groups: BTreeMap<String, Sums> = BTreeMap::new();
        for scored in
            scored(self.outcomes, split).filter(|scored| scored.facts.quantity != Quantity::NodePower)
        {
            let facts = &scored.facts;
            let rate = facts.quantity.is_rate();
            let batch = facts.batch.unwrap_or_default();
            let (names, devices) = if rate && facts.batch.is_none() {
                (String::new(), facts.devices)
            } else {
                // Times do not add up over devices: only runs of as many are compared.
                (format!("{} {batch}", facts.devices), 1.0)
            };
            let key = format!(
                "{} {} {} {} {} {names}",
                facts.publication(),
                scored.predicted.model,
                facts.quantity.name(),
                facts.accuracy,
                facts.precision
            );
            let hardware = format!("{} {}", scored.predicted.device, facts.hardware.contains("MIG"));
            let time = |value: f64| if rate { devices / value } else { value };
            let sums = groups.entry(key).or_default().entry(hardware).or_default();
            *sums =
                (sums.0 + ln(time(facts.measured)), sums.1 + ln(time(scored.predicted.value)), sums.2 + 1.0);
        }
        Pairs::within(groups.iter().flat_map(|(key, sums)| {
            sums.values().map(move |(measured, predicted, n)| (key, exp(measured / n), exp(predicted / n)))
        }))
    }

    /// How far submissions that state the same lie apart.
    pub fn floor(&self, quantity: Quantity) -> Option<Floor> {
        let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for scored in scored(self.outcomes, None).filter(|scored| scored.facts.quantity == quantity) {
            let facts = &scored.facts;
            let key = format!(
                "{} {} {} {} {} {} {:?}",
                facts.publication(),
                scored.predicted.model,
                scored.predicted.device,
                facts.hardware.contains("MIG"),
                facts.accuracy,
                scored.predicted.precision,
                facts.batch.map(|batch| batch as u64),
            );
            let count = if quantity.is_rate() { facts.devices } else { 1.0 };
            let key = if quantity.is_rate() { key } else { format!("{key} {}", facts.devices) };
            groups.entry(key).or_default().push(ln(facts.measured / count));
        }
        groups.retain(|_, values| values.len() > 1);
        let (mut apart, mut spreads) = (Vec::new(), Vec::new());
        for values in groups.values() {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            apart.extend(values.iter().map(|value| (exp(value - mean) - 1.0).abs()));
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            spreads.push(exp(most - least));
        }
        (!spreads.is_empty()).then(|| Floor {
            groups: spreads.len(),
            rows: apart.len(),
            median: quantile(&apart, 0.5),
            middle: quantile(&spreads, 0.5),
            most: spreads.iter().copied().fold(1.0, f64::max),
        })
    }

    /// The bars of the test rows, as they are met or missed today.
    pub fn bars(&self) -> Vec<Bar> {
        let test = |wanted: &[Quantity]| {
            let rows = scored(self.outcomes, Some(Split::Test));
            let rows = rows.filter(|scored| wanted.contains(&scored.facts.quantity));
            Statistics::of(&rows.map(|scored| sample(scored, scored.predicted.value)).collect::<Vec<_>>())
        };
        let mut bars = Vec::new();
        for (what, bar, most, quantities) in [
            (
                "inference throughput, median error",
                "at most 15 %",
                0.15,
                &[Quantity::Offline, Quantity::Server] as &[Quantity],
            ),
            (
                "training, median error",
                "at most 20 %",
                0.20,
                &[Quantity::Training, Quantity::StepTime, Quantity::TimeToTrain],
            ),
            ("node power, median error", "at most 10 %", 0.10, &[Quantity::NodePower]),
        ] {
            if let Some(errors) = test(quantities) {
                let reached = format!("{} of {} rows", percent(errors.median), errors.n);
                bars.push(Bar { what, bar, reached, met: errors.median <= most });
            }
        }
        let pairs = self.hardware_pairs(Some(Split::Test));
        if let Some(share) = pairs.share() {
            let reached = format!("{} of {}", percent(share), pairs.all);
            bars.push(Bar {
                what: "pairs of hardware ranked right",
                bar: "95 %",
                reached,
                met: share >= 0.95,
            });
        }
        let lines = self.lines(Split::Test, Grouping::Quantity);
        if let Some((line, share)) = lines.last().and_then(|line| Some((line, line.coverage?))) {
            let reached = format!("{} of {} rows", percent(share), line.errors.n);
            let met = (0.75..=0.85).contains(&share);
            bars.push(Bar { what: "held by the 80 % band", bar: "75 to 85 %", reached, met });
        }
        let sources = self.lines(Split::Test, Grouping::Source);
        let rivals: Vec<(&str, bool)> = sources
            .iter()
            .rev()
            .skip(1)
            .filter_map(|line| {
                line.null.as_ref().map(|(null, own)| (line.name.as_str(), own.mean < null.mean))
            })
            .collect();
        if !rivals.is_empty() {
            let won = rivals.iter().filter(|(_, won)| *won).count();
            let lost: BTreeSet<&str> = rivals.iter().filter(|(_, won)| !won).map(|(name, _)| *name).collect();
            let mut reached = format!("{won} of {}", rivals.len());
            if !lost.is_empty() {
                reached.push_str(&format!("; not on {}", lost.into_iter().collect::<Vec<_>>().join(", ")));
            }
            bars.push(Bar {
                what: "mean error below the null model's",
                bar: "on every source",
                reached,
                met: won == rivals.len(),
            });
        }
        bars
    }
}
