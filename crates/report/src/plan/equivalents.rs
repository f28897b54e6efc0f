//! Demand and capacity of unlike work in one unit: devices of one platform that would do the same.

use std::collections::BTreeMap;

use quarterdeck_plan::Pool;
use quarterdeck_plan::problem::{PlatformIdx, QuarterIdx, WorkloadIdx};

use super::Run;

/// Work in devices of one reference platform.
///
/// $$ e_{w,q} = \frac{D_{w,q}}{r_{w,p^*,q}} \, n_{p^*} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $D$ | peak demand | work/s |
/// | $r$ | rate of one reference platform | work/s |
/// | $n$ | devices of one reference platform | devices |
///
/// A workload that the reference cannot run is counted on the platform that does it with the least power, at the
/// power of the reference.
pub(super) struct Equivalents {
    /// The reference.
    pub(super) platform: PlatformIdx,
    /// Demand of each workload by quarter.
    pub(super) demand: Vec<Vec<f64>>,
    /// Work done by each platform, by quarter.
    pub(super) served: BTreeMap<PlatformIdx, Vec<f64>>,
    /// Work done of each workload, by quarter.
    pub(super) served_of: Vec<Vec<f64>>,
    /// What machines that stand idle could do of the work that they can run, by quarter.
    pub(super) idle: Vec<f64>,
    /// Workloads that the reference cannot run in some quarter.
    pub(super) converted: Vec<WorkloadIdx>,
}

impl Equivalents {
    /// Counts a run in devices of the platform that can do most kinds of its work; none if no platform can do any.
    pub(super) fn of(run: &Run<'_>) -> Option<Equivalents> {
        let platform = reference(run)?;
        let scale = Scale::new(run, platform);
        let workloads = run.problem.workloads.len();
        let by_quarter =
            |value: &dyn Fn(QuarterIdx) -> f64| -> Vec<f64> { (0..run.n()).map(value).collect() };
        let demand = (0..workloads)
            .map(|w| by_quarter(&|q| run.problem.workloads[w].peak_demand[q] * scale.per_work(w, q)))
            .collect();
        let mut served: BTreeMap<PlatformIdx, Vec<f64>> = BTreeMap::new();
        let mut served_of = vec![vec![0.0; run.n()]; workloads];
        for ((workload, on), rates) in &run.plan.served {
            let sums = served.entry(*on).or_insert_with(|| vec![0.0; run.n()]);
            for (quarter, rate) in rates.iter().enumerate() {
                let amount = rate * scale.per_work(*workload, quarter);
                sums[quarter] += amount;
                served_of[*workload][quarter] += amount;
            }
        }
        let idle = by_quarter(&|q| idle(run, &scale, &served, q));
        let converted = (0..workloads)
            .filter(|w| (0..run.n()).any(|q| asked(run, *w, q) && rate(run, *w, platform, q) <= 0.0))
            .collect();
        Some(Equivalents { platform, demand, served, served_of, idle, converted })
    }

    /// Demand of all workloads in a quarter.
    pub(super) fn total(&self, quarter: QuarterIdx) -> f64 {
        self.demand.iter().map(|demand| demand[quarter]).sum()
    }

    /// Demand that is not served, by quarter.
    pub(super) fn short(&self, run: &Run<'_>) -> Vec<f64> {
        (0..run.n())
            .map(|q| (0..self.demand.len()).map(|w| self.demand[w][q] * run.unserved_share(w, q)).sum())
            .collect()
    }
}

fn asked(run: &Run<'_>, workload: WorkloadIdx, quarter: QuarterIdx) -> bool {
    run.problem.workloads[workload].peak_demand[quarter] > 0.0
}

fn rate(run: &Run<'_>, workload: WorkloadIdx, platform: PlatformIdx, quarter: QuarterIdx) -> f64 {
    let rates = run.problem.workloads[workload].rates.get(&platform);
    rates.and_then(|rates| rates.get(quarter)).map_or(0.0, |rate| rate.per_platform)
}

/// The platform that can do most of what is asked; of equals, the one most used.
fn reference(run: &Run<'_>) -> Option<PlatformIdx> {
    let fleet = run.fleet();
    let score = |platform: PlatformIdx| -> (usize, f64) {
        let workloads = 0..run.problem.workloads.len();
        let can = workloads
            .map(|w| (0..run.n()).filter(|q| asked(run, w, *q) && rate(run, w, platform, *q) > 0.0).count())
            .sum();
        (can, fleet.get(&platform).map_or(0.0, |counts| counts.iter().sum::<f64>() * run.devices(platform)))
    };
    (0..run.problem.platforms.len())
        .map(|platform| (platform, score(platform)))
        .filter(|(_, (can, _))| *can > 0)
        .max_by(|(_, a), (_, b)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)))
        .map(|(platform, _)| platform)
}

struct Scale<'a> {
    run: &'a Run<'a>,
    reference: PlatformIdx,
    /// Power of one reference platform at work, averaged over what it can run.
    watts: f64,
}

impl<'a> Scale<'a> {
    fn new(run: &'a Run<'a>, reference: PlatformIdx) -> Scale<'a> {
        let powers: Vec<f64> = run
            .problem
            .workloads
            .iter()
            .filter_map(|workload| workload.rates.get(&reference))
            .flatten()
            .filter(|rate| rate.per_platform > 0.0)
            .map(|rate| rate.power.as_watts())
            .collect();
        let watts = powers.iter().sum::<f64>() / powers.len().max(1) as f64;
        Scale { run, reference, watts }
    }

    /// Reference devices for one unit of work a second.
    fn per_work(&self, workload: WorkloadIdx, quarter: QuarterIdx) -> f64 {
        let devices = self.run.devices(self.reference);
        let own = rate(self.run, workload, self.reference, quarter);
        if own > 0.0 {
            return devices / own;
        }
        let rates = &self.run.problem.workloads[workload].rates;
        let watts_per_work = rates
            .values()
            .filter_map(|rates| rates.get(quarter))
            .filter(|rate| rate.per_platform > 0.0)
            .map(|rate| rate.power.as_watts() / rate.per_platform)
            .min_by(f64::total_cmp);
        match watts_per_work {
            Some(watts) if self.watts > 0.0 => watts / self.watts * devices,
            _ => 0.0,
        }
    }
}

/// What the machines without work in a quarter could do: at the rate of their platform's own work in that quarter,
/// else at the mean of all work that it can run.
fn idle(
    run: &Run<'_>,
    scale: &Scale<'_>,
    served: &BTreeMap<PlatformIdx, Vec<f64>>,
    quarter: QuarterIdx,
) -> f64 {
    let mut sum = 0.0;
    for platform in 0..run.problem.platforms.len() {
        let own: f64 = run
            .plan
            .fleet
            .iter()
            .filter(|((of, _), _)| *of == platform)
            .map(|(_, counts)| counts[quarter])
            .sum();
        let rented = run.plan.rented.get(&platform).map_or(0.0, |counts| counts[quarter]);
        let busy = |pool: Pool| -> f64 {
            let mine = run
                .plan
                .allocation
                .iter()
                .filter(|((_, of, in_pool), _)| *of == platform && *in_pool == pool);
            mine.map(|(_, counts)| counts[quarter]).sum()
        };
        let (busy_own, busy_rented) = (busy(Pool::Own), busy(Pool::Rented));
        let usable = own * run.problem.platforms[platform].available.0;
        let spare = (usable - busy_own).max(0.0) + (rented - busy_rented).max(0.0);
        let busy = busy_own + busy_rented;
        let each = match served.get(&platform) {
            Some(work) if busy > 0.0 => work[quarter] / busy,
            _ => {
                let can: Vec<f64> = (0..run.problem.workloads.len())
                    .filter(|w| asked(run, *w, quarter))
                    .map(|w| rate(run, w, platform, quarter) * scale.per_work(w, quarter))
                    .filter(|devices| *devices > 0.0)
                    .collect();
                can.iter().sum::<f64>() / can.len().max(1) as f64
            }
        };
        sum += spare * each;
    }
    sum
}
