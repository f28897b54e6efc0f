//! One JSON document with the verdict, the totals and every table of every run.

use std::collections::BTreeMap;

use quarterdeck_plan::LedgerKind;
use serde::Serialize;
use serde_json::Value;

use super::{Judgement, PlanReport, Run, tables};
use crate::json::Document;
use crate::table::{Table, TableError};
use crate::verdict::Verdict;

/// What a plan's document holds besides version and kind.
#[derive(Serialize)]
struct PlanDocument<'a> {
    scenario: &'a str,
    scenario_file: &'a str,
    quarterdeck_version: &'a str,
    seed: u64,
    catalog_hash: &'a str,
    price_year: i32,
    quarters: Vec<String>,
    verdict: Verdict,
    runs: Vec<RunDocument>,
    tables: BTreeMap<String, Value>,
    judgements: Vec<JudgementDocument>,
    assumptions: Vec<AssumptionDocument<'a>>,
}

#[derive(Serialize)]
struct RunDocument {
    label: String,
    keeps_history: bool,
    present_cost_usd: f64,
    bound_usd: f64,
    gap_fraction: f64,
    stopped_early: bool,
    status: String,
    capex_present_usd: f64,
    running_cost_present_usd: f64,
    unserved_present_usd: f64,
    penalty_present_usd: f64,
    residual_present_usd: f64,
    bought_devices: f64,
    bought_it_power_mw: f64,
    order_by: Option<String>,
    tables: BTreeMap<String, Value>,
}

#[derive(Serialize)]
struct JudgementDocument {
    id: String,
    title: String,
    unit: String,
    published_low_value: Number,
    published_high_value: Number,
    computed_value: Option<Number>,
    verdict: &'static str,
    remark: String,
    sources: Vec<String>,
}

/// A value whose unit stands beside it, under the key that the unit's suffix names.
#[derive(Serialize)]
#[serde(transparent)]
struct Number(BTreeMap<String, f64>);

#[derive(Serialize)]
struct AssumptionDocument<'a> {
    input: &'a str,
    reason: &'a str,
}

impl PlanReport<'_> {
    /// The plan as one JSON document: `schema_version` first, keys that end in units, full precision.
    ///
    /// # Errors
    /// When a table is not sound, which is a fault of this crate.
    pub fn to_json(&self) -> Result<Value, TableError> {
        let document = Document::new("plan", self.document()?);
        serde_json::to_value(document)
            .map_err(|error| TableError::Write { table: "plan".to_owned(), reason: error.to_string() })
    }

    fn document(&self) -> Result<PlanDocument<'_>, TableError> {
        let context = &self.context;
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            runs.push(self.run_document(run)?);
        }
        Ok(PlanDocument {
            scenario: &context.scenario.name,
            scenario_file: context.scenario_file,
            quarterdeck_version: context.version,
            seed: context.seed,
            catalog_hash: context.catalog_hash,
            price_year: context.scenario.horizon.price_year.0,
            quarters: self
                .runs
                .first()
                .map_or_else(Vec::new, |run| (0..run.n()).map(|q| run.quarter(q)).collect()),
            verdict: self.verdict(),
            runs,
            tables: by_id(self.shared_tables())?,
            judgements: context.judgements.iter().map(judgement).collect(),
            assumptions: context
                .assumptions
                .iter()
                .map(|(input, reason)| AssumptionDocument { input, reason })
                .collect(),
        })
    }

    fn run_document(&self, run: &Run<'_>) -> Result<RunDocument, TableError> {
        let of = |kind: LedgerKind| run.present(|line| line.kind == kind);
        let purchases = run.purchases();
        let all = self.run_tables(run).into_iter().chain([self.named(run, tables::ledger(run))]);
        let first_order = run.plan.orders.iter().map(|order| order.quarter).min();
        Ok(RunDocument {
            label: run.label.to_owned(),
            keeps_history: run.is_history(),
            present_cost_usd: run.plan.present_cost().as_dollars(),
            bound_usd: run.plan.solve.bound.as_dollars(),
            gap_fraction: run.plan.solve.gap,
            stopped_early: run.plan.solve.stopped_early,
            status: run.plan.solve.status.clone(),
            capex_present_usd: of(LedgerKind::Capex),
            running_cost_present_usd: of(LedgerKind::Opex),
            unserved_present_usd: of(LedgerKind::Unserved),
            penalty_present_usd: of(LedgerKind::Penalty),
            residual_present_usd: of(LedgerKind::Residual),
            bought_devices: purchases.iter().map(|purchase| purchase.devices).sum(),
            bought_it_power_mw: purchases.iter().map(|purchase| purchase.power.as_megawatts()).sum(),
            order_by: first_order.map(|quarter| run.quarter(quarter)),
            tables: by_id(all.filter(|table| !table.rows.is_empty()).collect())?,
        })
    }
}

fn by_id(tables: Vec<Table>) -> Result<BTreeMap<String, Value>, TableError> {
    tables.iter().map(|table| Ok((table.id.clone(), table.to_json()?))).collect()
}

fn judgement(one: &Judgement) -> JudgementDocument {
    let value = |value: f64| Number(BTreeMap::from([(one.unit.suffix.to_string(), value)]));
    JudgementDocument {
        id: one.id.clone(),
        title: one.title.clone(),
        unit: one.unit.name.to_string(),
        published_low_value: value(one.low),
        published_high_value: value(one.high),
        computed_value: one.computed.map(value),
        verdict: one.verdict.word(),
        remark: one.remark.clone(),
        sources: one.sources.clone(),
    }
}
