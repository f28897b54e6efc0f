//! History and expectations: entries on their own, and whether they agree with one another and with the rest.

use super::names::is_known;
use super::{Resolver, text, value};
use crate::diagnostic::Diagnostic;
use crate::fields::Published;
use crate::model::{Bound, Decision, Expectation, HistoryEntry, Measure};
use crate::source::Span;
use crate::spec::{At, Slot};
use crate::tables::{DecisionKind, ExpectTable, HistoryTable, MeasureKind, ProjectTable, RootTable, word_of};
use quarterdeck_units::{Count, ParseError, Quarter, UsdPerSecond};
use std::collections::BTreeMap;

impl Resolver<'_, '_> {
    pub(super) fn history_entry(&mut self, table: &HistoryTable) -> Option<HistoryEntry> {
        let kind = table.decision.as_ref()?.value.0;
        for quarter in [&table.quarter, &table.resumed].into_iter().flatten() {
            self.expect_in_history(quarter);
        }
        let decision = self.decision(kind, table)?;
        let title = text(&table.title).unwrap_or_else(|| described(&decision));
        Some(HistoryEntry { decision, title, basis: table.basis() })
    }

    fn expect_in_history(&mut self, quarter: &At<Quarter>) {
        let Some(horizon) = &self.horizon else { return };
        if (horizon.start..=horizon.end).contains(&quarter.value) {
            return;
        }
        let message = format!("this decision of {} lies outside the horizon", quarter.value);
        let label = format!("the horizon is {} to {}", horizon.start, horizon.end);
        self.push(
            Diagnostic::new("scenario::history-outside", quarter.span, message).label(label).help(
                "correct the quarter; what was decided before the horizon belongs to `fleet`, `started` or a commitment",
            ),
        );
    }

    fn decision(&mut self, kind: DecisionKind, table: &HistoryTable) -> Option<Decision> {
        let project = table.project.as_ref().filter(|project| {
            let kind = ("scenario::unknown-project", "project");
            is_known(self.reader, kind, &self.names.projects, project.span, &project.value.0)
        });
        let project = project.map(|project| project.value.0.clone());
        Some(match kind {
            DecisionKind::Buy => {
                let mut offers = Vec::new();
                for offer in table.offer.iter().flat_map(|slot| &slot.value.0) {
                    let kind = ("scenario::unknown-offer", "offer");
                    is_known(self.reader, kind, &self.names.offers, offer.span, &offer.value.0);
                    offers.push(offer.value.0.clone());
                }
                let span = match (&table.span, &table.quarter) {
                    (Some(span), None) => {
                        self.expect_in_history(&At::new(span.span, span.value.0));
                        self.expect_in_history(&At::new(span.span, span.value.1));
                        Some((span.value.0, span.value.1))
                    }
                    (None, Some(quarter)) => Some((quarter.value, quarter.value)),
                    _ => self.one_of(
                        table,
                        "`quarter` and `span`",
                        "write `quarter = \"2022-Q4\"`, or a `span` of two",
                    ),
                };
                let (bound, count) = self.bound(table)?;
                Decision::Buy { offers, span: span?, bound, count }
            }
            DecisionKind::Fleet => {
                let mut platforms = Vec::new();
                for name in table.platform.iter().flat_map(|slot| &slot.value.0) {
                    platforms.extend(self.platform((name.span, &name.value.0)));
                }
                let quarter = self.quarter(table, kind);
                let (bound, count) = self.bound(table)?;
                Decision::Fleet { platforms, quarter: quarter?, bound, count }
            }
            DecisionKind::Start => Decision::Start { quarter: self.quarter(table, kind)?, project: project? },
            DecisionKind::Pause => {
                self.expect_order(("quarter", &table.quarter), ("resumed", &table.resumed));
                let quarter = self.quarter(table, kind)?;
                Decision::Pause { project: project?, quarter, resumed: value(&table.resumed) }
            }
            DecisionKind::Cancel => {
                Decision::Cancel { quarter: self.quarter(table, kind)?, project: project? }
            }
            DecisionKind::Redesign => {
                Decision::Redesign { quarter: self.quarter(table, kind)?, project: project? }
            }
            DecisionKind::Never => Decision::Never { project: project? },
            DecisionKind::Port => {
                let workload = table.workload.as_ref()?;
                let kind = ("scenario::unknown-workload", "workload");
                is_known(self.reader, kind, &self.names.workloads, workload.span, &workload.value.0);
                Decision::Port {
                    workload: workload.value.0.clone(),
                    to: table.to.as_ref()?.value.0.0.to_string(),
                    quarter: value(&table.quarter),
                }
            }
            DecisionKind::Stop => {
                let quarter = self.quarter(table, kind);
                let programme = table.programme.as_ref()?;
                let kind = ("scenario::unknown-programme", "programme");
                is_known(self.reader, kind, &self.names.programmes, programme.span, &programme.value.0);
                Decision::Stop { programme: programme.value.0.clone(), quarter: quarter? }
            }
        })
    }

    fn one_of<T>(&mut self, table: &HistoryTable, keys: &str, help: &str) -> Option<T> {
        if !self.may_be_there(table.place) {
            let message = format!("an entry of history takes one of {keys}");
            self.push(Diagnostic::new("scenario::one-of", table.place, message).help(help));
        }
        None
    }

    fn bound(&mut self, table: &HistoryTable) -> Option<(Bound, Count)> {
        let given: Vec<(Bound, Count)> = [
            (Bound::Exactly, &table.count),
            (Bound::AtLeast, &table.at_least),
            (Bound::AtMost, &table.at_most),
        ]
        .into_iter()
        .filter_map(|(bound, slot)| Some((bound, value(slot)?)))
        .collect();
        match given.as_slice() {
            [one] => Some(*one),
            _ => self.one_of(
                table,
                "`count`, `at_least` and `at_most`",
                "write `count = 500`; two bounds are two entries",
            ),
        }
    }

    fn quarter(&mut self, table: &HistoryTable, kind: DecisionKind) -> Option<Quarter> {
        if table.quarter.is_none() && !self.may_be_there(table.place) {
            let message = format!("an entry of history of kind `{}` has no `quarter`", word_of(kind));
            let help = "write `quarter = \"2022-Q4\"` (the quarter of the decision)";
            self.push(Diagnostic::new("scenario::missing-key", table.place, message).help(help));
        }
        value(&table.quarter)
    }

    /// Whether the decisions of history agree with one another and with what each project allows.
    pub(super) fn check_history(&mut self, table: &RootTable) {
        let projects: BTreeMap<&str, &ProjectTable> = table
            .project
            .iter()
            .flat_map(|slot| &slot.value.0)
            .filter_map(|project| Some((project.id.as_ref()?.value.0.as_str(), project)))
            .collect();
        let entries: Vec<&HistoryTable> = table.history.iter().flat_map(|slot| &slot.value.0).collect();
        let mut starts: BTreeMap<&str, (Quarter, Span)> = BTreeMap::new();
        let mut ends: BTreeMap<String, (&str, Span)> = BTreeMap::new();
        for entry in &entries {
            let (Some(kind), Some(project)) = (decision_of(entry), &entry.project) else { continue };
            let id = project.value.0.as_str();
            if let (DecisionKind::Start, Some(quarter)) = (kind, &entry.quarter) {
                self.check_start(projects.get(id).copied(), entry, quarter);
                if let Some((_, first)) = starts.insert(id, (quarter.value, entry.place)) {
                    self.contradiction(entry.place, first, format!("project `{id}` is started twice"));
                }
            }
            if matches!(kind, DecisionKind::Cancel | DecisionKind::Never) {
                let word = word_of(kind);
                if let Some((_, first)) = ends.insert(id.to_owned(), (word, entry.place)) {
                    self.contradiction(entry.place, first, format!("project `{id}` ends twice"));
                }
            }
        }
        for entry in &entries {
            if let Some(kind) = decision_of(entry) {
                self.check_project_decision(kind, entry, &projects, &starts);
            }
        }
        self.check_portings_and_stops(table, &entries);
        self.check_counts(&entries);
    }

    fn contradiction(&mut self, place: Span, other: Span, message: String) {
        self.push(
            Diagnostic::new("scenario::history-conflict", place, message)
                .also(other, "the other entry")
                .help("keep the one that is true"),
        );
    }

    fn check_start(&mut self, project: Option<&ProjectTable>, entry: &HistoryTable, quarter: &At<Quarter>) {
        let Some(project) = project else { return };
        if let Some(started) = &project.started {
            let message = format!("this project is under way since {}", started.value);
            self.contradiction(entry.place, started.span, message);
        }
        let early = project.from.as_ref().filter(|from| quarter.value < from.value);
        let late = project.until.as_ref().filter(|until| quarter.value > until.value);
        if let Some(limit) = early.or(late) {
            let message = format!("history starts this project in {}, when it may not start", quarter.value);
            self.contradiction(entry.place, limit.span, message);
        }
    }

    fn check_project_decision(
        &mut self,
        kind: DecisionKind,
        entry: &HistoryTable,
        projects: &BTreeMap<&str, &ProjectTable>,
        starts: &BTreeMap<&str, (Quarter, Span)>,
    ) {
        let Some(id) = &entry.project else { return };
        let Some(project) = projects.get(id.value.0.as_str()) else { return };
        let begun = starts.get(id.value.0.as_str());
        if kind == DecisionKind::Never {
            let other = begun.map(|(_, span)| *span).or(project.started.as_ref().map(|started| started.span));
            if let Some(other) = other {
                self.contradiction(
                    entry.place,
                    other,
                    format!("project `{}` was started and never started", id.value.0),
                );
            }
            return;
        }
        // A project without a lead time takes both rights from its precedence network.
        let from_network = project.lead_time.is_none();
        let (pause, cancel) =
            (from_network || project.pause_cost.is_some(), from_network || project.cancel_cost.is_some());
        let (done, right) = match kind {
            DecisionKind::Pause => ("paused", ("pause_cost", pause, "\"1 %\"")),
            DecisionKind::Cancel => ("cancelled", ("cancel_cost", cancel, "\"30 %\"")),
            DecisionKind::Redesign => ("redesigned", ("redesign", project.redesign.is_some(), "{ … }")),
            _ => return,
        };
        let quarter = entry.quarter.as_ref().map(|quarter| quarter.value);
        let start = project.started.as_ref().map(|started| started.value).or(begun.map(|(start, _)| *start));
        let under_way = start.is_some_and(|start| quarter.is_none_or(|quarter| start <= quarter));
        if !under_way {
            let message = format!("project `{}` is {done} before it was started", id.value.0);
            self.push(
                Diagnostic::new("scenario::not-started", entry.place, message)
                    .also(project.place, "the project")
                    .help("say `started` in the project, add an entry with `decision = \"start\"`, or use `never`"),
            );
        }
        let (key, there, example) = right;
        if !there {
            let message = format!("project `{}` is {done}, but has no `{key}`", id.value.0);
            self.push(
                Diagnostic::new("scenario::no-right", entry.place, message)
                    .also(project.place, "the project")
                    .help(format!("write `{key} = {example}` in the project")),
            );
        }
    }

    fn check_portings_and_stops(&mut self, table: &RootTable, entries: &[&HistoryTable]) {
        let portings: Vec<(&str, String)> = table
            .porting
            .iter()
            .flat_map(|slot| &slot.value.0)
            .filter_map(|porting| {
                Some((
                    porting.workload.as_ref()?.value.0.as_str(),
                    porting.to.as_ref()?.value.0.0.to_string(),
                ))
            })
            .collect();
        let mut stopped: BTreeMap<&str, Span> = BTreeMap::new();
        for entry in entries {
            if let (Some(DecisionKind::Port), Some(workload), Some(to)) =
                (decision_of(entry), &entry.workload, &entry.to)
            {
                let to = to.value.0.0.to_string();
                let there = portings.iter().any(|(id, family)| *id == workload.value.0 && *family == to);
                if !there
                    && !self.reader.hides_names()
                    && self.names.workloads.contains_key(&workload.value.0)
                {
                    let message = format!("there is no porting of `{}` to {to}", workload.value.0);
                    self.push(
                        Diagnostic::new("scenario::unknown-porting", entry.place, message)
                            .help("declare it with `[[porting]]`, its `effort` and its `cost`"),
                    );
                }
            }
            if let (Some(DecisionKind::Stop), Some(programme)) = (decision_of(entry), &entry.programme)
                && let Some(first) = stopped.insert(&programme.value.0, entry.place)
            {
                self.contradiction(
                    entry.place,
                    first,
                    format!("programme `{}` is stopped twice", programme.value.0),
                );
            }
        }
    }

    /// Numbers given twice for the same things and quarters must agree.
    fn check_counts(&mut self, entries: &[&HistoryTable]) {
        let mut ranges: BTreeMap<String, (f64, f64, Span)> = BTreeMap::new();
        for entry in entries {
            let names = |offers: Vec<&str>| {
                let mut offers = offers;
                offers.sort_unstable();
                offers.join(" ")
            };
            let what = match decision_of(entry) {
                Some(DecisionKind::Buy) => {
                    let offers =
                        entry.offer.iter().flat_map(|slot| &slot.value.0).map(|at| at.value.0.as_str());
                    let span = entry.span.as_ref().map(|span| (span.value.0, span.value.1));
                    let span = span.or(entry.quarter.as_ref().map(|quarter| (quarter.value, quarter.value)));
                    let Some((first, last)) = span else { continue };
                    format!("orders of {} from {first} to {last}", names(offers.collect()))
                }
                Some(DecisionKind::Fleet) => {
                    let platforms =
                        entry.platform.iter().flat_map(|slot| &slot.value.0).map(|at| at.value.0.as_str());
                    let Some(quarter) = &entry.quarter else { continue };
                    format!("the fleet of {} in {}", names(platforms.collect()), quarter.value)
                }
                _ => continue,
            };
            let number = |slot: &Slot<Count>| slot.as_ref().map(|slot| slot.value.0);
            let low = number(&entry.count).or(number(&entry.at_least)).unwrap_or(f64::NEG_INFINITY);
            let high = number(&entry.count).or(number(&entry.at_most)).unwrap_or(f64::INFINITY);
            let (lowest, highest, first) = *ranges.get(&what).unwrap_or(&(low, high, entry.place));
            let (lowest, highest) = (lowest.max(low), highest.min(high));
            if lowest > highest && first != entry.place {
                self.contradiction(entry.place, first, format!("two entries disagree on {what}"));
            } else {
                ranges.insert(what, (lowest, highest, first));
            }
        }
    }

    pub(super) fn expectation(&mut self, table: &ExpectTable) -> Option<Expectation> {
        let kind = table.measure.as_ref()?.value.0;
        let (low, high) = (self.published(kind, &table.low), self.published(kind, &table.high));
        let measure = self.measure(kind, table)?;
        let (low, high) = (low?, high?);
        if low > high
            && let Some(place) = &table.high
        {
            let message = "`high` is below `low`";
            self.push(
                Diagnostic::new("scenario::reversed", place.span, message)
                    .help("swap the two, or correct one"),
            );
        }
        let id = table.id.as_ref()?.value.0.clone();
        Some(Expectation {
            title: text(&table.title).unwrap_or_else(|| id.clone()),
            id,
            measure,
            low,
            high,
            basis: table.basis(),
        })
    }

    fn measure(&mut self, kind: MeasureKind, table: &ExpectTable) -> Option<Measure> {
        let pair =
            |slot: &Slot<crate::fields::QuarterSpan>| slot.as_ref().map(|span| (span.value.0, span.value.1));
        for span in [&table.of, &table.against].into_iter().flatten() {
            self.expect_inside("the quarter", &At::new(span.span, span.value.0));
            self.expect_inside("the quarter", &At::new(span.span, span.value.1));
        }
        for quarter in [&table.until, &table.at].into_iter().flatten() {
            self.expect_inside("the quarter", quarter);
        }
        Some(match kind {
            MeasureKind::CapexStep => {
                Measure::CapexStep { of: pair(&table.of)?, against: pair(&table.against)? }
            }
            MeasureKind::CapexRatio => {
                Measure::CapexRatio { of: pair(&table.of)?, against: pair(&table.against)? }
            }
            MeasureKind::ProjectsStopped => Measure::ProjectsStopped { until: value(&table.until)? },
            MeasureKind::NetworkFactor => {
                let new = table.new.as_ref().and_then(|name| self.platform((name.span, &name.value.0)));
                let old = table.old.as_ref().and_then(|name| self.platform((name.span, &name.value.0)));
                let (site, old_site) = (table.site.as_ref()?, table.old_site.as_ref()?);
                let places: BTreeMap<String, Span> = (self.names.sites.iter())
                    .chain(&self.names.new_sites)
                    .chain(&self.names.projects)
                    .map(|(id, span)| (id.clone(), *span))
                    .collect();
                let unknown = "scenario::unknown-site";
                is_known(self.reader, (unknown, "site or project"), &places, site.span, &site.value.0);
                is_known(self.reader, (unknown, "site"), &self.names.sites, old_site.span, &old_site.value.0);
                Measure::NetworkFactor {
                    new: new?,
                    old: old?,
                    site: site.value.0.clone(),
                    old_site: old_site.value.0.clone(),
                }
            }
            MeasureKind::Accelerators => Measure::Accelerators {
                family: table.family.as_ref()?.value.0.to_string(),
                at: value(&table.at)?,
            },
        })
    }

    /// A published number in the measure's unit: 10^9 USD a quarter for a step of spending, else plain.
    fn published(&mut self, kind: MeasureKind, slot: &Slot<Published>) -> Option<f64> {
        let given = slot.as_ref()?;
        let example = if kind == MeasureKind::CapexStep { "\"4e9 USD/quarter\"" } else { "1.8" };
        let error = match (&given.value, kind) {
            (Published::Text(text), MeasureKind::CapexStep) => match text.parse::<UsdPerSecond>() {
                // To the dollar: changing units costs the last digit.
                Ok(flow) => return Some(flow.as_per_quarter().round() / 1e9),
                Err(error) => Some(error),
            },
            (Published::Plain(_), MeasureKind::CapexStep) => None,
            (Published::Plain(number), _) => return Some(*number),
            (Published::Text(text), _) => match text.parse::<Count>() {
                Ok(count) => return Some(count.0),
                Err(error) => Some(error),
            },
        };
        let (code, message) = match error {
            Some(error @ ParseError::UnknownUnit { .. }) => ("scenario::unknown-unit", error.to_string()),
            Some(error) => ("scenario::wrong-unit", error.to_string()),
            None => ("scenario::missing-unit", format!("`{}` measures money by quarter", word_of(kind))),
        };
        self.push(
            Diagnostic::new(code, given.span, message).help(format!("write it as in `low = {example}`")),
        );
        None
    }
}

fn decision_of(entry: &HistoryTable) -> Option<DecisionKind> {
    entry.decision.as_ref().map(|decision| decision.value.0)
}

/// A decision in words.
fn described(decision: &Decision) -> String {
    let bound = |bound: &Bound| match bound {
        Bound::Exactly => "",
        Bound::AtLeast => "at least ",
        Bound::AtMost => "at most ",
    };
    match decision {
        Decision::Buy { offers, span: (first, last), bound: how, count } if first == last => {
            format!("Buy {}{count} of {} in {first}", bound(how), offers.join(", "))
        }
        Decision::Buy { offers, span: (first, last), bound: how, count } => {
            format!("Buy {}{count} of {} from {first} to {last}", bound(how), offers.join(", "))
        }
        Decision::Fleet { platforms, quarter, bound: how, count } => {
            format!("{}{count} of {} in service in {quarter}", bound(how), platforms.join(", "))
        }
        Decision::Start { project, quarter } => format!("Start {project} in {quarter}"),
        Decision::Pause { project, quarter, .. } => format!("Pause {project} in {quarter}"),
        Decision::Cancel { project, quarter } => format!("Cancel {project} in {quarter}"),
        Decision::Redesign { project, quarter } => format!("Redesign {project} in {quarter}"),
        Decision::Never { project } => format!("Never start {project}"),
        Decision::Port { workload, to, quarter: Some(quarter) } => {
            format!("Port {workload} to {to} in {quarter}")
        }
        Decision::Port { workload, to, quarter: None } => format!("Never port {workload} to {to}"),
        Decision::Stop { programme, quarter } => format!("Stop {programme} in {quarter}"),
    }
}
