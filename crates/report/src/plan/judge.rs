//! What a run yields beside what was published, and why they differ where they do.

use std::collections::BTreeMap;

use quarterdeck_plan::problem::{Pin, QuarterIdx};
use quarterdeck_scenario::{Expectation, Measure, Scenario};
use quarterdeck_units::{Quarter, Usd};

use super::Run;
use super::binds::span;
use super::view::Course;
use super::words::{counted, list, sentence, usd};
use crate::number;
use crate::table::{Column, Table};
use crate::unit::Unit;
use crate::verdict::Tone;

/// Distance from the published range, relative to its nearer end, within which a result is partly reproduced.
const NEAR: f64 = 0.25;

/// Whether a run yields what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reproduction {
    /// Within the published range.
    Reproduced,
    /// Outside it by a quarter of its nearer end at most.
    Partly,
    /// Further off, or it cannot be computed.
    NotReproduced,
}

impl Reproduction {
    /// In words.
    pub const fn word(self) -> &'static str {
        match self {
            Reproduction::Reproduced => "reproduced",
            Reproduction::Partly => "partly reproduced",
            Reproduction::NotReproduced => "not reproduced",
        }
    }

    /// Good or bad news.
    pub const fn tone(self) -> Tone {
        match self {
            Reproduction::Reproduced => Tone::Good,
            Reproduction::Partly => Tone::Warning,
            Reproduction::NotReproduced => Tone::Bad,
        }
    }
}

/// A value that the caller computed, with the way it came about in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed {
    /// The value.
    pub value: f64,
    /// How it comes about: its factors, and what they rest on.
    pub how: String,
}

/// One published outcome beside the run's.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Id of the expectation.
    pub id: String,
    /// What was published, in words.
    pub title: String,
    /// Lowest published value, in `unit`.
    pub low: f64,
    /// Highest published value.
    pub high: f64,
    /// Unit of all three values.
    pub unit: Unit,
    /// What the run yields; none if it cannot be computed.
    pub computed: Option<f64>,
    /// Whether they agree.
    pub verdict: Reproduction,
    /// Why, in plain words.
    pub remark: String,
    /// Ids of the sources of the published values.
    pub sources: Vec<String>,
}

impl Judgement {
    /// The published range with its unit.
    pub fn published_text(&self) -> String {
        if self.low == self.high {
            return self.write(self.low);
        }
        format!("{} to {}", self.write(self.low), self.write(self.high))
    }

    /// The computed value with its unit.
    pub fn computed_text(&self) -> String {
        self.computed
            .map_or_else(|| "n/a".to_owned(), |value| self.write(number::round_significant(value, 3)))
    }

    fn write(&self, value: f64) -> String {
        if self.unit.suffix == "ratio" { number::factor(value) } else { self.unit.write(value) }
    }
}

/// Every expectation of the scenario beside what the run yields.
///
/// `network` holds the factors of network growth that the facility stage computed, by id of the expectation.
pub fn judge(scenario: &Scenario, run: &Run<'_>, network: &BTreeMap<String, Computed>) -> Vec<Judgement> {
    scenario.expectations.iter().map(|expectation| judge_one(expectation, run, network)).collect()
}

fn judge_one(expectation: &Expectation, run: &Run<'_>, network: &BTreeMap<String, Computed>) -> Judgement {
    let (unit, found) = match &expectation.measure {
        Measure::CapexStep { of, against } => (Unit::busd(), capex_step(run, *of, *against)),
        Measure::CapexRatio { of, against } => (ratio_unit(), capex_ratio(run, *of, *against)),
        Measure::ProjectsStopped { until } => {
            (Unit::new("count", "", "projects"), Some(projects_stopped(run, *until)))
        }
        Measure::NetworkFactor { .. } => (ratio_unit(), network.get(&expectation.id).cloned()),
        Measure::Accelerators { family, at } => (Unit::devices(), accelerators(run, family, *at)),
    };
    let verdict =
        found.as_ref().map_or(Reproduction::NotReproduced, |found| compare(expectation, found.value));
    let remark = match &found {
        Some(found) => match distance_text(expectation, found.value) {
            Some(distance) => format!("{distance}. {}", sentence(&found.how)),
            None => sentence(&found.how),
        },
        None => "Not computed: its quarters or machines lie outside this run".to_owned(),
    };
    Judgement {
        id: expectation.id.clone(),
        title: expectation.title.clone(),
        low: expectation.low,
        high: expectation.high,
        unit,
        computed: found.map(|found| found.value),
        verdict,
        remark,
        sources: expectation.basis.sources.clone(),
    }
}

fn ratio_unit() -> Unit {
    Unit::new("ratio", "×", "times")
}

fn compare(expectation: &Expectation, value: f64) -> Reproduction {
    let off = distance(expectation, value).abs();
    if off == 0.0 {
        Reproduction::Reproduced
    } else if off <= NEAR {
        Reproduction::Partly
    } else {
        Reproduction::NotReproduced
    }
}

/// Signed distance outside the published range, relative to its nearer end; nothing within it.
fn distance(expectation: &Expectation, value: f64) -> f64 {
    // Published figures are rounded; the last digit of a computed one decides nothing.
    let tolerance = 0.005;
    let off = |end: f64| if end != 0.0 { (value - end) / end.abs() } else { value - end };
    if value < expectation.low && off(expectation.low) < -tolerance {
        off(expectation.low)
    } else if value > expectation.high && off(expectation.high) > tolerance {
        off(expectation.high)
    } else {
        0.0
    }
}

fn distance_text(expectation: &Expectation, value: f64) -> Option<String> {
    let off = distance(expectation, value);
    if off == 0.0 {
        return None;
    }
    let word = if off < 0.0 { "below" } else { "above" };
    Some(format!("{} {word} what was published", number::percent(off.abs())))
}

type Span = (Quarter, Quarter);

/// Quarters of a span that the run plans; none if some are missing.
fn quarters_of(run: &Run<'_>, span: Span) -> Option<Vec<QuarterIdx>> {
    span.0.through(span.1).map(|quarter| run.quarter_idx(quarter)).collect()
}

fn mean(values: &[f64], quarters: &[QuarterIdx]) -> f64 {
    quarters.iter().map(|quarter| values[*quarter]).sum::<f64>() / quarters.len().max(1) as f64
}

fn capex_step(run: &Run<'_>, of: Span, against: Span) -> Option<Computed> {
    let (of, against) = (quarters_of(run, of)?, quarters_of(run, against)?);
    let capex = run.capex();
    let step = mean(&capex, &of) - mean(&capex, &against);
    Some(Computed { value: step / 1e9, how: capex_text(run, &of, &against) })
}

fn capex_ratio(run: &Run<'_>, of: Span, against: Span) -> Option<Computed> {
    let (of, against) = (quarters_of(run, of)?, quarters_of(run, against)?);
    let capex = run.capex();
    let before = mean(&capex, &against);
    (before > 0.0)
        .then(|| Computed { value: mean(&capex, &of) / before, how: capex_text(run, &of, &against) })
}

/// How capital spending changes from one span to another, and in which classes.
fn capex_text(run: &Run<'_>, of: &[QuarterIdx], against: &[QuarterIdx]) -> String {
    let capex = run.capex();
    let mut changes: Vec<(String, f64)> = run
        .capex_parts()
        .into_iter()
        .map(|(id, name, values)| {
            let name = if id == "given" { "spending taken as given".to_owned() } else { name.to_lowercase() };
            (name, mean(&values, of) - mean(&values, against))
        })
        .collect();
    changes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let parts: Vec<String> = changes
        .iter()
        .take(3)
        .map(|(name, change)| format!("{name} {}", number::usd_change(*change)))
        .collect();
    format!(
        "spending goes from {} a quarter ({}) to {} ({}): {}",
        usd(mean(&capex, against)),
        span(run, against),
        usd(mean(&capex, of)),
        span(run, of),
        list(&parts)
    )
}

fn projects_stopped(run: &Run<'_>, until: Quarter) -> Computed {
    let stopped: Vec<_> = run
        .courses()
        .into_iter()
        .filter(|course| course.stopped.is_some_and(|at| run.problem.quarters[at] <= until))
        .collect();
    let names: Vec<String> = stopped
        .iter()
        .map(|course| {
            let word = match course.course {
                Course::Redesigned => "redesigned",
                Course::Cancelled => "cancelled",
                Course::Paused => "paused",
                Course::Built | Course::NotStarted => "paused and resumed",
            };
            let at = course.stopped.map_or_else(String::new, |at| run.quarter(at));
            format!("{} {word} {at}", super::verdict::brief(run, &course.title))
        })
        .collect();
    let pinned = stopped
        .iter()
        .filter(|course| {
            run.problem
                .pins
                .iter()
                .any(|pin| matches!(pin, Pin::Project { project, .. } if *project == course.project))
        })
        .count();
    let mut how = if names.is_empty() { "no project is stopped by then".to_owned() } else { list(&names) };
    if pinned > 0 {
        how.push_str(&format!(
            "; {pinned} of {} pinned by the history, which checks the record and not the model's judgement",
            stopped.len()
        ));
    }
    Computed { value: stopped.len() as f64, how }
}

fn accelerators(run: &Run<'_>, family: &str, at: Quarter) -> Option<Computed> {
    let quarter = run.quarter_idx(at)?;
    let mut parts: Vec<(f64, String)> = run
        .fleet()
        .iter()
        .filter(|(platform, counts)| {
            run.problem.platforms[**platform].family == family && counts[quarter] > 0.0
        })
        .map(|(platform, counts)| {
            (counts[quarter] * run.devices(*platform), run.counted(*platform, counts[quarter]))
        })
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
    let mut how = if names.is_empty() { "none in service".to_owned() } else { list(&names) };
    let of_family = |platform: &usize| run.problem.platforms[*platform].family == family;
    let pins = run
        .problem
        .pins
        .iter()
        .filter(|pin| match pin {
            Pin::Fleet { platforms, .. } => platforms.iter().any(of_family),
            Pin::Buy { offers, .. } => {
                offers.iter().any(|offer| of_family(&run.problem.offers[*offer].platform))
            }
            Pin::Project { .. } | Pin::Programme { .. } | Pin::Porting { .. } => false,
        })
        .count();
    if pins > 0 {
        let verb = if pins == 1 { "holds" } else { "hold" };
        how.push_str(&format!("; {} of history {verb} this fleet to a range", counted(pins, "fact")));
    }
    Some(Computed { value: parts.iter().map(|(devices, _)| devices).sum(), how })
}

/// One sentence on the published outcomes: how many the history run reproduces, and each that it misses.
pub(super) fn against_published(judgements: &[Judgement]) -> Option<String> {
    if judgements.is_empty() {
        return None;
    }
    let reproduced = judgements.iter().filter(|one| one.verdict == Reproduction::Reproduced).count();
    let missed = |kind: Reproduction| {
        let names: Vec<String> = judgements
            .iter()
            .filter(|one| one.verdict == kind)
            .map(|one| format!("{} ({}, published {})", one.id, one.computed_text(), one.published_text()))
            .collect();
        (!names.is_empty()).then(|| format!("{}: {}", kind.word(), names.join(", ")))
    };
    let mut text = format!("{reproduced} of {} published outcomes reproduced", judgements.len());
    for part in [missed(Reproduction::Partly), missed(Reproduction::NotReproduced)].into_iter().flatten() {
        text.push_str("; ");
        text.push_str(&part);
    }
    Some(text)
}

/// The judgements as a table.
pub(super) fn table(judgements: &[Judgement]) -> Table {
    let agree = judgements.iter().filter(|one| one.verdict == Reproduction::Reproduced).count();
    let partly = judgements.iter().filter(|one| one.verdict == Reproduction::Partly).count();
    let mut table = Table::new("judgement", "Computed beside published")
        .takeaway(format!(
            "{agree} of {} published outcomes are reproduced, {partly} partly.",
            judgements.len()
        ))
        .column(Column::text("outcome", "Published outcome"))
        .column(Column::text("published", "Published"))
        .column(Column::text("computed", "Computed"))
        .column(Column::text("result", "Result"))
        .column(Column::text("why", "How it comes about"));
    for one in judgements {
        table.push([
            one.title.as_str().into(),
            one.published_text().into(),
            one.computed_text().into(),
            one.verdict.word().into(),
            one.remark.as_str().into(),
        ]);
    }
    table
}

/// Published capital spending by quarter beside the run's.
pub(super) fn capex_table(run: &Run<'_>, published: &[(Quarter, Usd)]) -> Table {
    let musd = Unit::musd();
    let mut table = Table::new("capex-published", "Capital spending, published and computed")
        .column(Column::quarter("quarter", "Quarter"))
        .column(Column::number("published", "Published", &musd))
        .column(Column::number("computed", "Computed", &musd))
        .column(Column::number("difference", "Computed minus published", &musd))
        .column(Column::number("difference", "Difference", &Unit::percent()));
    let capex = run.capex();
    let (mut all, mut off) = (0.0, 0.0);
    for (quarter, amount) in published {
        let Some(index) = run.quarter_idx(*quarter) else { continue };
        let (published, computed) = (amount.as_millions(), capex[index] / 1e6);
        all += published;
        off += (computed - published).abs();
        let share = if published > 0.0 { 100.0 * (computed - published) / published } else { f64::NAN };
        table.push([
            quarter.to_string().into(),
            published.into(),
            computed.into(),
            (computed - published).into(),
            crate::table::Cell::number(share),
        ]);
    }
    if all > 0.0 {
        let sum = |name: &str| table.sum(name).unwrap_or(0.0);
        let takeaway = format!(
            "Over {} the run spends {} where {} was published; quarter by quarter it is off by {} on average.",
            counted(table.rows.len(), "quarter"),
            usd(sum("computed_musd") * 1e6),
            usd(all * 1e6),
            number::percent(off / all)
        );
        table = table.takeaway(takeaway);
    }
    table
}
