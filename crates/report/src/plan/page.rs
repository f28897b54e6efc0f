//! The HTML report of plans: sections, key numbers, sources and provenance in the order in which they are read.

use std::collections::BTreeSet;

use super::binds::binds;
use super::verdict::{key_numbers, limits_not_kept};
use super::words::{counted, sentence};
use super::{PlanReport, Reproduction, Run, charts, compare, judge, tables};
use crate::chart::ChartSpec;
use crate::html::{HtmlReport, InputText, Section};
use crate::number;
use crate::provenance::{Origin, RunProvenance, SourceRef};
use crate::table::{Cell, Column, Table};
use crate::unit::Unit;
use crate::verdict::Verdict;

impl PlanReport<'_> {
    /// The whole report, ready to be written as one HTML file.
    pub fn to_html_report(&self) -> HtmlReport {
        let scenario = self.context.scenario;
        let horizon = &scenario.horizon;
        let first = self.runs.first();
        HtmlReport {
            title: if scenario.title.is_empty() { scenario.name.clone() } else { scenario.title.clone() },
            subtitle: format!(
                "{} to {}, {} dollars: {}",
                horizon.start,
                horizon.end,
                horizon.price_year,
                super::words::list(&self.runs.iter().map(|run| run.label).collect::<Vec<_>>())
            ),
            verdict: self.verdict(),
            key_numbers: first.map_or_else(Vec::new, |run| key_numbers(run, &self.context)),
            sections: self.sections(),
            inputs: vec![InputText {
                name: self.context.scenario_file.to_owned(),
                text: self.context.scenario_text.to_owned(),
            }],
            provenance: self.provenance(),
            sources: self.sources(),
            run: self.to_json().unwrap_or_default(),
        }
    }

    pub(super) fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        if let Some((run, others)) = self.runs.split_first() {
            sections.push(self.overview(run, others));
            sections.push(self.demand(run));
            sections.push(self.decisions(run));
            sections.push(self.money(run, others));
            sections.push(self.sites(run));
            sections.extend(self.buildings());
            sections.push(self.fleet(run));
        }
        sections.extend(self.back_test());
        sections.push(self.inputs());
        if !self.runs.is_empty() {
            sections.push(self.solver());
        }
        sections
    }

    fn overview(&self, run: &Run<'_>, others: &[Run<'_>]) -> Section {
        let mut section = Section::new("overview", "Overview").lead(self.context.scenario.description.trim());
        section.charts.extend(charts::capacity(run).map(|chart| self.cited(chart)));
        section.tables.push(self.named(run, tables::purchases(run)));
        if !others.is_empty() {
            section.tables.push(compare::table(&self.runs));
        }
        if !self.context.judgements.is_empty() {
            section.tables.push(judge::table(&self.context.judgements));
        }
        section.tables.retain(|table| !table.rows.is_empty());
        section
    }

    fn demand(&self, run: &Run<'_>) -> Section {
        let n = run.problem.workloads.len();
        let lead = format!(
            "{} ask for work. Machines are sized for the peak of each quarter; energy follows the mean. What is not \
             served is priced, so that a plan always comes back and says how much is missing.",
            sentence(&counted(n, "workload"))
        );
        let mut section = Section::new("demand", "Demand and capacity").lead(lead);
        let found = [charts::served(run), charts::unserved_value(run)];
        section.charts.extend(found.into_iter().flatten().map(|chart| self.cited(chart)));
        self.with_tables(section, run, [tables::service(run), tables::shortfalls(run)])
    }

    fn decisions(&self, run: &Run<'_>) -> Section {
        let mut section = Section::new("plan", "Plan").lead(
            "What to order, build, redesign, pause, cancel and port, and the last quarter to decide each.",
        );
        section.charts.extend(charts::decisions(run).map(|chart| self.cited(chart)));
        self.with_tables(section, run, [tables::choices(run), tables::orders(run), tables::rentals(run)])
    }

    fn money(&self, run: &Run<'_>, others: &[Run<'_>]) -> Section {
        let mut section = Section::new("money", "Money").lead(
            "All amounts are real dollars of the scenario's price year. Capital is paid on delivery, buildings as they \
             rise. What machines and buildings are still worth at the end is credited, so that a plan does not stop \
             investing as the horizon nears.",
        );
        section.charts.push(self.cited(charts::capex(run, &[])));
        section.charts.extend(charts::running_costs(run).map(|chart| self.cited(chart)));
        if let Some(other) = others.first() {
            section.charts.push(self.cited(compare::bridge(run, other)));
        }
        self.with_tables(section, run, [tables::summary(run), tables::capex(run), tables::running_costs(run)])
    }

    fn sites(&self, run: &Run<'_>) -> Section {
        let found = binds(run);
        let named: Vec<String> = found.iter().take(4).map(|bind| bind.text(run)).collect();
        let mut lead = match named.as_slice() {
            [] => "No limit on power, space, supply or money binds.".to_owned(),
            named => format!("What binds most: {}.", named.join("; ")),
        };
        for limit in limits_not_kept(run) {
            lead.push_str(&format!("\n\nNot kept: {limit}."));
        }
        let mut section = Section::new("sites", "Sites").lead(lead);
        let charts = [charts::power(run), charts::headroom(run)];
        section.charts.extend(charts.into_iter().flatten().map(|chart| self.cited(chart)));
        self.with_tables(section, run, [tables::limits(run), tables::power(run)])
    }

    /// What the largest fleets of sites stand in and are joined by; none where nothing was designed.
    fn buildings(&self) -> Option<Section> {
        let designs = &self.context.designs;
        let (first, _) = designs.first()?;
        let mut section = Section::new("buildings", "Fabrics and halls").lead(format!(
            "The largest fleet of accelerators of each site at the end, as `quarterdeck design` lays it out: its \
             network without oversubscription, and the fullest of its halls. {first} is the largest."
        ));
        for (at, (name, design)) in designs.iter().enumerate() {
            for mut chart in design.pictures(&format!("site-{}", at + 1)) {
                chart.title = format!("{name}, {}", chart.title);
                section.charts.push(self.cited(chart));
            }
        }
        (!section.charts.is_empty()).then_some(section)
    }

    fn fleet(&self, run: &Run<'_>) -> Section {
        let mut section = Section::new("fleet-section", "Fleet").lead(
            "Machines in service at the start stay until the end of their life or until they are retired early; what \
             is bought joins them after its lead time.",
        );
        section.charts.extend(charts::fleet(run).map(|chart| self.cited(chart)));
        self.with_tables(section, run, [tables::fleet(run), tables::allocation(run)])
    }

    /// The run that keeps history, beside what was published; none if no run does and nothing is published.
    fn back_test(&self) -> Option<Section> {
        let run = self.history_run()?;
        let published = &self.context.published_capex;
        let judged = &self.context.judgements;
        if !run.is_history() || (published.is_empty() && judged.is_empty()) {
            return None;
        }
        let mut lead = format!(
            "The run \u{201c}{}\u{201d} keeps the decisions that are known and chooses the rest at least cost. It is held against \
             what was published.",
            run.label
        );
        let missed: Vec<_> = judged.iter().filter(|one| one.verdict != Reproduction::Reproduced).collect();
        if !judged.is_empty() && missed.is_empty() {
            lead.push_str(" Every published outcome is reproduced.");
        }
        for one in missed {
            lead.push_str(&format!(
                "\n\n{} Published: {}. Computed: {}, {}. {}",
                ended(&one.title),
                one.published_text(),
                one.computed_text(),
                one.verdict.word(),
                ended(&one.remark)
            ));
        }
        let mut section = Section::new("back-test", "Back-test").lead(lead);
        let beside = judge::capex_table(&run, published);
        let mut chart = charts::capex(&run, published);
        if !beside.takeaway.is_empty() {
            chart.takeaway.clone_from(&beside.takeaway);
        }
        chart.id = self.id_of(&run, "capex-back-test");
        chart.title = "Capital spending, computed and published".to_owned();
        chart.question = "Does the run spend when and what was really spent?".to_owned();
        section.charts.push(self.cited(chart));
        if self.runs.first().is_some_and(|first| first.label != run.label) {
            let more =
                [charts::capacity(&run), charts::power(&run), charts::fleet(&run), charts::decisions(&run)];
            for mut chart in more.into_iter().flatten() {
                chart.id = self.id_of(&run, &chart.id);
                chart.title = format!("{}: {}", chart.title, run.label);
                section.charts.push(self.cited(chart));
            }
        }
        section.tables.push(beside);
        section.tables.retain(|table| !table.rows.is_empty());
        Some(section)
    }

    fn inputs(&self) -> Section {
        let assumed = self.context.assumptions.len();
        let lead = format!(
            "Every input names a source or says why it is assumed; {} assumed. The scenario's own text and all \
             sources stand at the end of this page.",
            if assumed == 1 { "1 input is".to_owned() } else { format!("{assumed} inputs are") }
        );
        let mut section = Section::new("inputs-section", "Inputs and assumptions").lead(lead);
        let table = self.assumption_table();
        if !table.rows.is_empty() {
            section.tables.push(table);
        }
        section
    }

    /// How each solve went: size, gap and the way to it.
    fn solver(&self) -> Section {
        let count = |n: usize| Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        let mut size = Table::new("solves", "How each plan was found")
            .column(Column::text("run", "Run"))
            .column(Column::text("status", "Ended"))
            .column(Column::number("cost", "Cost", &Unit::musd()))
            .column(Column::number("bound", "No plan costs less than", &Unit::musd()))
            .column(Column::number("gap", "Gap", &Unit::percent()))
            .column(Column::integer("columns", "Columns"))
            .column(Column::integer("integers", "of which whole"))
            .column(Column::integer("rows", "Rows"))
            .column(Column::integer("nodes", "Nodes"));
        let mut steps = Table::new("convergence", "Best plan and bound as they improved")
            .column(Column::text("run", "Run"))
            .column(Column::number("elapsed", "After", &Unit::new("s", "s", "s")))
            .column(Column::number("best", "Best plan", &Unit::musd()))
            .column(Column::number("bound", "Bound", &Unit::musd()));
        let mut lines = Vec::new();
        for run in &self.runs {
            let solve = &run.plan.solve;
            size.push([
                run.label.into(),
                solve.status.as_str().into(),
                solve.objective.as_millions().into(),
                solve.bound.as_millions().into(),
                (100.0 * solve.gap).into(),
                count(solve.columns),
                count(solve.integers),
                count(solve.rows),
                Cell::Integer(i64::try_from(solve.nodes).unwrap_or(i64::MAX)),
            ]);
            for (elapsed, best, bound) in &solve.progress {
                let best = best.map(|dollars| dollars / 1e6);
                steps.push([run.label.into(), (*elapsed).into(), best.into(), Cell::number(bound / 1e6)]);
            }
            let early = if solve.stopped_early {
                " It was stopped before the gap asked for was reached."
            } else {
                ""
            };
            lines.push(format!(
                "{}: the cost is proven to lie within {} of the least possible.{early} An independent check of every \
                 row found no violation above {:.0e} of its scale.",
                sentence(run.label),
                number::percent(solve.gap.max(0.0)),
                solve.largest_violation
            ));
        }
        let mut section = Section::new("solve", "How it was solved").lead(lines.join("\n\n"));
        section.tables.push(size);
        if !steps.rows.is_empty() {
            section.tables.push(steps);
        }
        section
    }

    fn with_tables(
        &self,
        mut section: Section,
        run: &Run<'_>,
        tables: impl IntoIterator<Item = Table>,
    ) -> Section {
        let tables = tables.into_iter().filter(|table| !table.rows.is_empty());
        section.tables.extend(tables.map(|table| self.named(run, table)));
        section
    }

    /// A chart with the weakest origin of a plan's inputs.
    fn cited(&self, chart: ChartSpec) -> ChartSpec {
        if self.context.assumptions.is_empty() { chart } else { chart.origin(Origin::Assumed) }
    }

    fn provenance(&self) -> RunProvenance {
        let first = self.runs.first();
        let mut more = vec![("Price year".to_owned(), self.context.scenario.horizon.price_year.to_string())];
        for run in &self.runs {
            more.push((sentence(run.label), format!("{} ({})", run.problem.name, run.plan.solve.status)));
        }
        RunProvenance {
            version: self.context.version.to_owned(),
            scenario: self.context.scenario.name.clone(),
            seed: Some(self.context.seed),
            catalog_hash: Some(self.context.catalog_hash.to_owned()),
            scenario_hash: None,
            solver: Some("HiGHS".to_owned()),
            solver_gap_fraction: first.map(|run| run.plan.solve.gap.max(0.0)),
            more,
        }
    }

    /// Each source once, in the order given.
    fn sources(&self) -> Vec<SourceRef> {
        let mut seen = BTreeSet::new();
        self.context.sources.iter().filter(|source| seen.insert(source.id.clone())).cloned().collect()
    }

    /// The verdict of one run without the other, for pages of one run.
    pub fn verdict_of(&self, label: &str) -> Option<Verdict> {
        let run = self.runs.iter().find(|run| run.label == label)?;
        Some(super::verdict(run, None, &self.context))
    }
}

/// A title that ends as a sentence does.
fn ended(title: &str) -> String {
    if title.ends_with(['.', '?', '!']) { title.to_owned() } else { format!("{title}.") }
}
