//! Workloads with their demand and rates, and what it takes to port them.

use super::Assembler;
use crate::problem::{PortingFacts, Rate, WorkloadFacts};
use quarterdeck_catalog::Platform;
use quarterdeck_cluster::platform_goodput;
use quarterdeck_performance::Fit;
use quarterdeck_scenario::{Workload, WorkloadKind};
use quarterdeck_units::{Bytes, Quarter, Watts};
use quarterdeck_workload::{demand::work_unit, demand_at};
use std::collections::BTreeMap;

impl Assembler<'_> {
    pub(super) fn workloads(&mut self) {
        let scenario = self.scenario;
        for workload in &scenario.workloads {
            let facts = self.workload(workload);
            self.problem.workloads.push(facts);
        }
    }

    fn workload(&self, workload: &Workload) -> WorkloadFacts {
        let demand = self
            .by_quarter(|quarter| demand_at(workload, quarter, &self.scenario.shocks, self.run.foresight));
        let peak_demand: Vec<f64> = demand.iter().map(|demand| demand.peak.per_second).collect();
        let busiest = demand.iter().max_by(|a, b| a.peak.per_second.total_cmp(&b.peak.per_second));
        let mean_over_peak = busiest
            .filter(|demand| demand.peak.per_second > 0.0)
            .map_or(1.0, |demand| demand.mean.per_second / demand.peak.per_second);
        let mut rates = BTreeMap::new();
        for (index, platform) in self.platforms.iter().enumerate() {
            let row: Vec<Rate> = self
                .quarters
                .iter()
                .zip(&peak_demand)
                .map(|(quarter, demand)| self.rate(workload, platform, *quarter, *demand))
                .collect();
            if row.iter().any(|rate| rate.per_platform > 0.0) {
                rates.insert(index, row);
            }
        }
        let window = match &workload.kind {
            WorkloadKind::LlmPretraining { window: (first, last), .. } => {
                Some((self.clamped(*first), self.clamped(*last)))
            }
            _ => None,
        };
        WorkloadFacts {
            id: workload.id.clone(),
            title: workload.title.clone(),
            unit: work_unit(&workload.kind),
            peak_demand,
            mean_over_peak,
            unserved_price: workload.unserved.dollars,
            one_site: workload.one_site,
            window,
            rates,
            runs_on: workload.runs_on.clone(),
        }
    }

    /// Rate of one platform after failures, and its draw; nothing where the workload does not fit.
    fn rate(&self, workload: &Workload, platform: &Platform, quarter: Quarter, demand: f64) -> Rate {
        let nothing = Rate { per_platform: 0.0, power: Watts::ZERO };
        let Some(fit) = self.fits.get(&workload.id, &platform.id, quarter).and_then(|outcome| outcome.fit())
        else {
            return nothing;
        };
        let performance = self.chip_performance(platform);
        let rate = fit.rate.per_second * performance;
        if rate <= 0.0 {
            return nothing;
        }
        // A run of one model is one job; other work runs in groups of the smallest size, side by side.
        let group =
            if workload.one_site { (demand / rate).max(fit.min_platforms) } else { fit.min_platforms };
        let goodput = platform_goodput(
            &workload.kind,
            platform,
            group,
            state(fit, platform),
            self.scenario.costs.spares,
            self.catalog,
        );
        Rate { per_platform: rate * goodput.goodput.runtime * goodput.goodput.scheduling, power: fit.power }
    }

    /// Share of its target that the chip of a programme reaches; 1 for chips that are bought.
    fn chip_performance(&self, platform: &Platform) -> f64 {
        self.scenario
            .programmes
            .iter()
            .find(|programme| programme.platform == platform.id)
            .map_or(1.0, |programme| self.programme_result(programme).1)
    }

    pub(super) fn portings(&mut self) {
        for porting in &self.scenario.portings {
            let Some(workload) =
                self.problem.workloads.iter().position(|workload| workload.id == porting.workload)
            else {
                continue;
            };
            let first = porting.maturity_at_first.0.clamp(0.0, 1.0);
            self.problem.portings.push(PortingFacts {
                workload,
                family: porting.to.clone(),
                effort: porting.effort,
                ramp: porting.maturity_after,
                // Maturity rises evenly from the first quarter to the full rate; the ramp works at its mean.
                ramp_rate: f64::midpoint(first, 1.0).max(1e-3),
                cost: porting.cost,
            });
        }
    }
}

/// What one checkpoint of a job holds: weights, optimiser and tables of all its devices.
fn state(fit: &Fit, platform: &Platform) -> Bytes {
    let per_device = fit.memory.weights + fit.memory.optimizer + fit.memory.embeddings;
    per_device * (f64::from(platform.devices) * fit.min_platforms)
}
