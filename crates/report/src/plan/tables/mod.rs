//! The tables of a run: decisions, service, money and power, each number in the unit that its column names.

mod decisions;
mod money;
mod power;
mod service;

use super::PlanReport;
use super::words::kebab;
use super::{Run, compare, judge};
use crate::table::{Column, Table};
use crate::unit::Unit;

pub(super) use decisions::{choices, orders, purchases, rentals};
pub(super) use money::{capex, ledger, running_costs, summary};
pub(super) use power::{power, racks};
pub(super) use service::{allocation, fleet, limits, service, shortfalls};

impl PlanReport<'_> {
    /// Tables of one run, without its ledger.
    pub(super) fn run_tables(&self, run: &Run<'_>) -> Vec<Table> {
        [
            purchases(run),
            orders(run),
            rentals(run),
            choices(run),
            summary(run),
            capex(run),
            running_costs(run),
            service(run),
            allocation(run),
            fleet(run),
            power(run),
            shortfalls(run),
            limits(run),
        ]
        .into_iter()
        .map(|table| self.named(run, table))
        .collect()
    }

    /// Tables on all runs and on the scenario.
    pub(super) fn shared_tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        if self.runs.len() > 1 {
            tables.push(compare::table(&self.runs));
        }
        if !self.context.judgements.is_empty() {
            tables.push(judge::table(&self.context.judgements));
        }
        if let Some(run) = self.history_run()
            && !self.context.published_capex.is_empty()
        {
            tables.push(judge::capex_table(&run, &self.context.published_capex));
        }
        tables.push(self.assumption_table());
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    /// The run that keeps history, which publications are compared with; else the first.
    pub(super) fn history_run(&self) -> Option<Run<'_>> {
        self.runs.iter().find(|run| run.is_history()).or(self.runs.first()).copied()
    }

    /// Ids of every run but the first end in the run's label, so that all tables lie in one folder.
    pub(super) fn named(&self, run: &Run<'_>, mut table: Table) -> Table {
        table.id = self.id_of(run, &table.id);
        if self.runs.len() > 1 {
            table.title = format!("{}: {}", table.title, run.label);
        }
        table
    }

    pub(super) fn id_of(&self, run: &Run<'_>, id: &str) -> String {
        let is_first = self.runs.first().is_none_or(|first| first.label == run.label);
        if is_first { id.to_owned() } else { format!("{id}-{}", kebab(run.label)) }
    }

    pub(super) fn assumption_table(&self) -> Table {
        let count = self.context.assumptions.len();
        let mut table = Table::new("assumptions", "Inputs that are assumed")
            .takeaway(format!(
                "{} of the scenario's inputs are not published anywhere; each has its reason.",
                count
            ))
            .column(Column::text("input", "Input"))
            .column(Column::text("reason", "What is assumed, and why"));
        for (what, why) in &self.context.assumptions {
            table.push([what.as_str().into(), why.as_str().into()]);
        }
        table
    }
}

/// Platforms as one buys them.
pub(super) fn platforms() -> Unit {
    Unit::new("platforms", "", "platforms")
}
