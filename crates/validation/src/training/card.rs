//! The score card of training: errors by source and generation, order of pairs, coverage, rivals and bars.

use std::collections::{BTreeMap, BTreeSet};

use quarterdeck_catalog::{Bands, Catalog};

use super::{CALCULON, Completeness, Outcome, Scored, Split, generation, palm_operations_per_token};
use crate::intervals::Residual;
use crate::score::{self, Constant, Pairs, Sample, Statistics};
use crate::table;

/// What rows are put together by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    /// All of a split.
    All,
    /// Publication.
    Publication,
    /// Table of a publication, as the file names its source.
    Source,
    /// Hardware generation.
    Generation,
}

/// Scores of one group of rows that state all or nearly all of their settings.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name of the group.
    pub name: String,
    /// Rows without a prediction.
    pub unpredicted: usize,
    /// Errors; none where no row was predicted.
    pub errors: Option<Statistics>,
    /// Order of strategies.
    pub pairs: Pairs,
    /// Share of measurements inside their band.
    pub coverage: Option<f64>,
    /// Runs that fitted and are called out of memory.
    pub out_of_memory: usize,
    /// The null model, on rows with another source to learn from.
    pub null: Option<Rival>,
    /// Calculon, on rows that it was run on.
    pub calculon: Option<Rival>,
}

/// Another model on some rows, and ours on the same.
#[derive(Clone, Debug)]
pub struct Rival {
    /// Its errors.
    pub errors: Statistics,
    /// Its order of strategies.
    pub pairs: Pairs,
    /// Our errors on the same rows.
    pub ours: Statistics,
    /// Our order of strategies on the same rows.
    pub our_pairs: Pairs,
}

/// A bar and whether it is met.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What is asked.
    pub what: &'static str,
    /// The bar, in words.
    pub bar: String,
    /// What is reached, in words.
    pub reached: String,
    /// Whether that is enough.
    pub met: bool,
}

/// One predicted row with what it is compared with.
struct Entry<'a> {
    scored: &'a Scored,
    null_seconds: Option<f64>,
    calculon_seconds: Option<f64>,
}

/// Everything that is scored, ready to be grouped.
pub struct Card<'a> {
    entries: Vec<Entry<'a>>,
    unpredicted: Vec<&'a Outcome>,
    memory: Vec<&'a Scored>,
    bands: Bands,
}

/// Family of software and model that shares a band.
pub fn family(scored: &Scored) -> String {
    let blocks = if scored.case.has_experts() { "experts" } else { "dense" };
    format!("{}-{blocks}", scored.case.software.as_str())
}

/// Lower and upper end of the 80 % band in the row's own unit; memory has none.
pub fn interval(scored: &Scored, bands: &Bands) -> Option<(f64, f64)> {
    if scored.facts.metric.is_memory() {
        return None;
    }
    let (lower, upper) = bands.of(&family(scored), generation(&scored.case.platform));
    let value = scored.predicted.value;
    // A longer step is a lower rate.
    Some(if scored.facts.metric.is_rate() {
        (value / upper, value / lower)
    } else {
        (value * lower, value * upper)
    })
}

/// Residuals of the rows that bands may be fitted on.
pub fn residuals(outcomes: &[Outcome]) -> Vec<Residual> {
    let scored = outcomes.iter().filter_map(|outcome| outcome.result.as_ref().ok());
    scored
        .filter(|scored| counted(scored) && scored.facts.split == Split::Calibrate)
        .map(|scored| Residual {
            family: family(scored),
            source: scored.facts.publication().to_owned(),
            generation: generation(&scored.case.platform).to_owned(),
            ratio: scored.measured_seconds() / scored.step_seconds(),
        })
        .collect()
}

/// Whether a row counts in the bars: a time with all or nearly all of its settings stated.
pub fn counted(scored: &Scored) -> bool {
    scored.facts.completeness != Completeness::Partial && !scored.facts.metric.is_memory()
}

impl<'a> Card<'a> {
    /// Puts predictions beside those of the null model and of Calculon.
    pub fn of(outcomes: &'a [Outcome], catalog: &Catalog) -> Card<'a> {
        let scored: Vec<&Scored> =
            outcomes.iter().filter_map(|outcome| outcome.result.as_deref().ok()).collect();
        let calculon = calculon();
        let timed: Vec<&Scored> = scored.iter().copied().filter(|scored| counted(scored)).collect();
        let utilisations: Vec<Constant> = timed.iter().map(|scored| utilisation(scored)).collect();
        let learnt = score::constants_from_others(&utilisations);
        let entries = timed
            .iter()
            .zip(utilisations.iter().zip(learnt))
            .map(|(scored, (own, learnt))| Entry {
                scored,
                null_seconds: learnt.map(|learnt| scored.measured_seconds() * own.value / learnt),
                calculon_seconds: calculon.get(&scored.facts.id).copied(),
            })
            .collect();
        Card {
            entries,
            unpredicted: outcomes.iter().filter(|outcome| is_unpredicted(outcome)).collect(),
            memory: scored.into_iter().filter(|scored| scored.facts.metric.is_memory()).collect(),
            bands: catalog.intervals.training.clone(),
        }
    }

    /// Scores of a split, by group, in the order of their names.
    pub fn lines(&self, split: Split, grouping: Grouping) -> Vec<Line> {
        let mut groups: BTreeMap<String, (Vec<&Entry>, usize)> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.scored.facts.split == split) {
            let facts = &entry.scored.facts;
            let name = match grouping {
                Grouping::All => format!("all {} rows", split.as_str()),
                Grouping::Publication => facts.publication().to_owned(),
                Grouping::Source => facts.source.clone(),
                Grouping::Generation => generation(&entry.scored.case.platform).to_owned(),
            };
            groups.entry(name).or_default().0.push(entry);
        }
        for outcome in self.unpredicted.iter().filter(|outcome| outcome.split() == split) {
            let name = match grouping {
                Grouping::All => format!("all {} rows", split.as_str()),
                Grouping::Publication => super::facts::publication(outcome.row.text("source")).to_owned(),
                Grouping::Source => outcome.row.text("source").to_owned(),
                Grouping::Generation => super::hardware::generation_of(outcome.row.text("hardware")),
            };
            groups.entry(name).or_default().1 += 1;
        }
        groups.into_iter().map(|(name, (entries, lost))| self.line(name, &entries, lost)).collect()
    }

    fn line(&self, name: String, entries: &[&Entry], unpredicted: usize) -> Line {
        let samples: Vec<Sample> = entries.iter().map(|entry| entry.own()).collect();
        let intervals: Vec<(f64, f64, f64)> = entries
            .iter()
            .filter_map(|entry| {
                let (lower, upper) = interval(entry.scored, &self.bands)?;
                Some((lower, entry.scored.facts.measured, upper))
            })
            .collect();
        Line {
            name,
            unpredicted,
            errors: Statistics::of(&samples),
            pairs: pairs(entries, |entry| Some(entry.scored.step_seconds())),
            coverage: score::coverage(&intervals),
            out_of_memory: entries.iter().filter(|entry| !entry.scored.priced.step.memory.fits()).count(),
            null: rival(entries, |entry| entry.null_seconds),
            calculon: rival(entries, |entry| entry.calculon_seconds),
        }
    }

    /// Errors of measured memory, by what was measured.
    pub fn memory(&self) -> Vec<(String, Statistics)> {
        let mut groups: BTreeMap<&str, Vec<Sample>> = BTreeMap::new();
        for scored in &self.memory {
            let name = scored.case.facts.metric.name();
            groups.entry(name).or_default().push(sample(scored, scored.predicted.value));
        }
        groups
            .into_iter()
            .filter_map(|(name, samples)| Some((name.to_owned(), Statistics::of(&samples)?)))
            .collect()
    }

    /// The bars of the test split, as they are met or missed today.
    pub fn bars(&self) -> Vec<Bar> {
        let percent = crate::sheet::percent;
        let all = self.lines(Split::Test, Grouping::All);
        let Some(line) = all.first() else { return Vec::new() };
        let mut bars = Vec::new();
        let mut bar = |what, bar: &str, reached: String, met| {
            bars.push(Bar { what, bar: bar.to_owned(), reached, met });
        };
        if let Some(errors) = &line.errors {
            bar("median error", "at most 7 %", percent(errors.median), errors.median <= 0.07);
            bar("error of nine in ten", "at most 18 %", percent(errors.p90), errors.p90 <= 0.18);
        }
        if let Some(share) = line.pairs.share() {
            let reached = format!("{} of {}", percent(share), line.pairs.all);
            bar("pairs ordered right", "at least 90 %", reached, share >= 0.90);
        }
        if let Some(share) = line.coverage {
            bar("held by the 80 % band", "75 to 85 %", percent(share), (0.75..=0.85).contains(&share));
        }
        bar("false out of memory", "none", line.out_of_memory.to_string(), line.out_of_memory == 0);
        bar("rows without a prediction", "none", line.unpredicted.to_string(), line.unpredicted == 0);
        let sources = self.lines(Split::Test, Grouping::Publication);
        for (what, pick) in [
            ("mean error below the null model's", (|line| line.null.as_ref()) as fn(&Line) -> Option<&Rival>),
            ("mean error below Calculon's", |line| line.calculon.as_ref()),
        ] {
            let rivals: Vec<(&str, &Rival)> =
                sources.iter().filter_map(|line| Some((line.name.as_str(), pick(line)?))).collect();
            let lost: Vec<&str> = rivals
                .iter()
                .filter(|(_, rival)| rival.ours.mean >= rival.errors.mean)
                .map(|(name, _)| *name)
                .collect();
            let mut reached = format!("{} of {}", rivals.len() - lost.len(), rivals.len());
            if !lost.is_empty() {
                reached.push_str(&format!("; not on {}", lost.join(", ")));
            }
            bar(what, "on every source", reached, lost.is_empty());
        }
        bars
    }
}

impl Entry<'_> {
    /// Our prediction in the row's own unit.
    fn own(&self) -> Sample {
        sample(self.scored, self.scored.predicted.value)
    }
}

fn sample(scored: &Scored, predicted: f64) -> Sample {
    Sample { id: scored.facts.id.clone(), measured: scored.facts.measured, predicted }
}

/// Another model's step time on the rows that it has one for, and ours on the same, both in the row's unit.
fn rival(entries: &[&Entry], seconds: impl Fn(&Entry) -> Option<f64> + Copy) -> Option<Rival> {
    let both: Vec<&Entry> = entries.iter().copied().filter(|entry| seconds(entry).is_some()).collect();
    let theirs: Vec<Sample> = both
        .iter()
        .filter_map(|entry| {
            let over_measured = seconds(entry)? / entry.scored.measured_seconds();
            let measured = entry.scored.facts.measured;
            let rate = entry.scored.facts.metric.is_rate();
            let predicted = if rate { measured / over_measured } else { measured * over_measured };
            Some(sample(entry.scored, predicted))
        })
        .collect();
    let ours: Vec<Sample> = both.iter().map(|entry| entry.own()).collect();
    Some(Rival {
        errors: Statistics::of(&theirs)?,
        pairs: pairs(&both, seconds),
        ours: Statistics::of(&ours)?,
        our_pairs: pairs(&both, |entry| Some(entry.scored.step_seconds())),
    })
}

/// Pairs of the same publication, software, model, hardware, devices, batch and sequence.
fn pairs(entries: &[&Entry], seconds: impl Fn(&Entry) -> Option<f64>) -> Pairs {
    Pairs::within(entries.iter().filter_map(|entry| {
        let facts = &entry.scored.facts;
        let names = [facts.publication(), &facts.framework, &facts.model, &facts.hardware];
        let batch = facts.global_batch.unwrap_or_default() as u64;
        let sequence = facts.sequence.unwrap_or_default() as u64;
        let key = (names, facts.devices as u64, batch, sequence);
        Some((key, entry.scored.measured_seconds(), seconds(entry)?))
    }))
}

/// Measured model FLOPs utilisation of a row, which the null model holds constant for a device and format.
fn utilisation(scored: &Scored) -> Constant {
    let job = &scored.case.job;
    let operations = job.global_batch * job.sequence * palm_operations_per_token(&job.shape, job.sequence);
    let peak = scored.facts.devices * scored.priced.peak;
    Constant {
        group: format!("{} {}", generation(&scored.case.platform), format_word(scored)),
        source: scored.facts.publication().to_owned(),
        value: operations / (scored.measured_seconds() * peak),
    }
}

/// Number format as the source names it: the null model tells fp16 from bf16, which are priced alike.
fn format_word(scored: &Scored) -> String {
    let stated = scored.facts.precision.to_lowercase();
    if stated.starts_with("fp16") { "fp16".to_owned() } else { scored.case.job.precision.to_string() }
}

/// Calculon's step times, by row.
fn calculon() -> BTreeMap<String, f64> {
    // The file is the crate's own; a test reads it.
    let rows = table::read("calculon.csv", CALCULON.as_bytes(), &["id", "calculon_s"]).unwrap_or_default();
    rows.iter().filter_map(|row| Some((row.text("id").to_owned(), row.number("calculon_s").ok()??))).collect()
}

/// Whether a row should have been predicted and was not: rows that state too little are not held against it.
fn is_unpredicted(outcome: &Outcome) -> bool {
    let metric = outcome.row.text("measured_metric");
    outcome.result.is_err()
        && !outcome.row.text("complete").eq_ignore_ascii_case("partial")
        && !metric.to_lowercase().starts_with("memory")
}

/// Numbers of the calibration by how they came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parameters {
    /// Fitted on measured training steps.
    pub steps: usize,
    /// Of training, assumed with a reason.
    pub assumed: usize,
    /// Fitted on measured kernels of devices.
    pub kernels: usize,
    /// Ends of bands, and their widening.
    pub bands: usize,
}

/// Counts the numbers of the built-in calibration. A number counts as fitted where its origin is `measured` or
/// `interpolated`, or where it names the rows it was fitted on.
pub fn fitted_parameters(catalog: &Catalog) -> Parameters {
    let mut parameters = Parameters::default();
    for (path, text) in Catalog::builtin_files().filter(|(path, _)| path.starts_with("calibration/")) {
        let Ok(table) = text.parse::<toml::Table>() else { continue };
        match path {
            "calibration/performance.toml" => {
                if let Some(training) = table.get("training") {
                    let (fitted, assumed) = facts(training);
                    parameters.steps += fitted;
                    parameters.assumed += assumed;
                }
                // Each framework states how many of its numbers were fitted; narrow formats have two each.
                let software = catalog.steps.training.software.values();
                parameters.steps += software.map(|one| one.fitted as usize).sum::<usize>() + 4;
            }
            "calibration/intervals.toml" => {}
            "calibration/kernels.toml" => parameters.kernels += curves(&toml::Value::Table(table)),
            _ => parameters.kernels += facts(&toml::Value::Table(table)).0,
        }
    }
    let families: BTreeSet<&String> = catalog.intervals.training.family.keys().collect();
    parameters.bands = 2 * (families.len() + 1) + 1;
    parameters
}

/// Numbers of curves below a table, which cite their rows; the fit's own residuals are none of them.
fn curves(value: &toml::Value) -> usize {
    let toml::Value::Table(table) = value else { return 0 };
    if !table.contains_key("cite") {
        return table.values().map(curves).sum();
    }
    let of_curve = |(key, value): &(&String, &toml::Value)| {
        !["cite", "clocks", "largest", "like", "all", "training"].contains(&key.as_str()) && !value.is_table()
    };
    table.iter().filter(of_curve).count()
}

/// Numbers with a value below a table: fitted ones, and others.
fn facts(value: &toml::Value) -> (usize, usize) {
    match value {
        toml::Value::Table(table) if table.contains_key("value") => {
            let origin = table.get("origin").and_then(toml::Value::as_str).unwrap_or_default();
            let rows = table.get("rows").and_then(toml::Value::as_integer).unwrap_or_default();
            let fitted = rows > 0 || matches!(origin, "measured" | "interpolated");
            (usize::from(fitted), usize::from(!fitted))
        }
        toml::Value::Table(table) => {
            table.values().map(facts).fold((0, 0), |sum, found| (sum.0 + found.0, sum.1 + found.1))
        }
        toml::Value::Array(items) => {
            items.iter().map(facts).fold((0, 0), |sum, found| (sum.0 + found.0, sum.1 + found.1))
        }
        _ => (0, 0),
    }
}
