//! Everything that a person reads from plans: the verdict, tables, charts, one JSON document and one HTML report.
//!
//! ```text
//! Problem + Plan = Run ─► view.rs         names and sums that all parts share
//!                          ├─► verdict.rs    what to do, in words
//!                          ├─► tables/       every number, with its unit
//!                          ├─► charts/       typed specs with their one sentence
//!                          ├─► judge.rs      computed beside published
//!                          └─► document.rs, page.rs   JSON and HTML
//! ```
//!
//! Nothing here decides anything: each figure is a sum over the plan's own ledger, fleet or power record.

mod assumed;
mod binds;
mod charts;
mod compare;
mod document;
mod equivalents;
mod judge;
mod page;
mod tables;
mod verdict;
mod view;
pub(crate) mod words;

use quarterdeck_plan::{Plan, Problem};
use quarterdeck_scenario::Scenario;
use quarterdeck_units::{Quarter, Usd};

pub use judge::{Computed, Judgement, Reproduction, judge};
pub use verdict::verdict;

use crate::chart::ChartSpec;
use crate::design::Design;
use crate::provenance::SourceRef;
use crate::table::Table;
use crate::verdict::Verdict;

/// A problem with its plan, under the name that a reader knows it by.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Name for people, in lower case: `best plan`, `as it happened`.
    pub label: &'a str,
    /// What was asked.
    pub problem: &'a Problem,
    /// What was answered.
    pub plan: &'a Plan,
}

/// What surrounds the runs: the scenario, its sources, and what is needed to repeat them.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The scenario that the runs answer.
    pub scenario: &'a Scenario,
    /// Name of its file as the user gave it: `scenarios/meta-2022/scenario.toml`.
    pub scenario_file: &'a str,
    /// Its text, shown as it is.
    pub scenario_text: &'a str,
    /// Folder that the run was written to, if it was.
    pub run_folder: Option<&'a str>,
    /// Version of the program.
    pub version: &'a str,
    /// Seed of every random stream.
    pub seed: u64,
    /// Hash of the catalogue that was used.
    pub catalog_hash: &'a str,
    /// Inputs that are assumed, each with its reason; see [`assumptions`].
    pub assumptions: Vec<(String, String)>,
    /// Every source that the scenario and the catalogue values used cite.
    pub sources: Vec<SourceRef>,
    /// Computed beside published; see [`judge`].
    pub judgements: Vec<Judgement>,
    /// Sites at the end of the first run as designs, by name, for their pictures.
    pub designs: Vec<(String, Design)>,
    /// Published capital spending by quarter, in dollars of the scenario's price year.
    pub published_capex: Vec<(Quarter, Usd)>,
}

/// The first run is the answer; the others are compared with it.
#[derive(Clone, Debug)]
pub struct PlanReport<'a> {
    runs: Vec<Run<'a>>,
    context: Context<'a>,
}

impl<'a> PlanReport<'a> {
    /// A report on one run, or on an answer and the runs to compare it with.
    pub fn new(runs: &[Run<'a>], context: Context<'a>) -> Self {
        PlanReport { runs: runs.to_vec(), context }
    }

    /// The answer in words; with a second run also what differs there.
    pub fn verdict(&self) -> Verdict {
        match self.runs.split_first() {
            Some((first, rest)) => verdict(first, rest.first(), &self.context),
            None => Verdict::new("No plan was computed."),
        }
    }

    /// Every table, to be written one file each; ids of runs after the first end in the run's label.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        for run in &self.runs {
            let ledger = self.named(run, tables::ledger(run));
            tables.extend(self.run_tables(run).into_iter().chain([ledger]).filter(has_rows));
        }
        tables.extend(self.shared_tables());
        tables
    }

    /// Every chart, in the order of the report.
    pub fn charts(&self) -> Vec<ChartSpec> {
        self.sections().into_iter().flat_map(|section| section.charts).collect()
    }
}

fn has_rows(table: &Table) -> bool {
    !table.rows.is_empty()
}

/// What a scenario assumes, entity by entity, each with its reason.
pub fn assumptions(scenario: &Scenario) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut add = |what: String, basis: &quarterdeck_scenario::Basis| {
        if let Some(reason) = &basis.assumed {
            found.push((what, reason.clone()));
        }
    };
    for workload in &scenario.workloads {
        add(format!("Demand of {}", workload.title), &workload.basis);
    }
    for site in &scenario.sites {
        add(format!("Site {}", site.title), &site.basis);
    }
    for project in &scenario.projects {
        add(format!("Project {}", project.title), &project.basis);
    }
    for offer in &scenario.offers {
        add(format!("Offer {} from {}", offer.id, offer.vendor), &offer.basis);
    }
    for porting in &scenario.portings {
        add(format!("Porting {} to {}", porting.workload, porting.to), &porting.basis);
    }
    for programme in &scenario.programmes {
        add(format!("Programme {}", programme.title), &programme.basis);
    }
    for shock in &scenario.shocks {
        add(format!("Shock {}", shock.title), &shock.basis);
    }
    for commitment in &scenario.commitments {
        add(format!("Spending taken as given: {}", commitment.title), &commitment.basis);
    }
    add("Capital budget".to_owned(), &scenario.budget.basis);
    add("Costs of operation".to_owned(), &scenario.costs.basis);
    for entry in &scenario.history {
        add(format!("History: {}", entry.title), &entry.basis);
    }
    for expectation in &scenario.expectations {
        add(format!("Published outcome: {}", expectation.title), &expectation.basis);
    }
    found
}
