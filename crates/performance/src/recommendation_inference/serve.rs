//! The batch and the load of a server that give the highest rate within a bound on the p99: the one way in which the
//! rate of served rankers is predicted, for plans and for the score card alike.

use quarterdeck_units::Seconds;

use super::{Placement, Ranker, SampleCost};
use crate::fit::Breakdown;

/// A batch size and load that hold the p99, with their rate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Operating {
    /// Costs of one sample.
    pub cost: SampleCost,
    /// Where the tables lie.
    pub placement: Placement,
    /// Samples that a device scores at once.
    pub batch: f64,
    /// Share of time that a device works.
    pub load: f64,
    /// Time of a batch by cause, headroom included.
    pub breakdown: Breakdown,
    /// Samples a second of one platform.
    pub rate: f64,
    /// Whether the bound holds the load below nine tenths.
    pub limited_by_latency: bool,
}

/// Load from which on the bound is not what limits.
const UNBOUND: f64 = 0.9;

/// The batch with the highest rate within a bound on the p99; none where even the smallest batch misses it.
///
/// Batches of one, two, four … queries of `candidates` samples are tried; each is loaded as far as its queue allows
/// ([`crate::queueing::BatchServer`]).
pub fn serve(
    ranker: &Ranker,
    cost: SampleCost,
    placement: Placement,
    candidates: f64,
    limit: Seconds,
) -> Option<Operating> {
    let most = ranker.machine.steps.recommendation.max_batch.value.max(candidates);
    let mut best: Option<Operating> = None;
    let mut queries = 1.0;
    while queries * candidates <= most {
        let batch = queries * candidates;
        let time = ranker.batch(&cost, batch);
        if let Some(load) = ranker.server(time.total(), queries).load_within(limit) {
            let mut breakdown = time;
            breakdown.headroom = time.total() * (1.0 / load - 1.0);
            let devices = ranker.machine.devices;
            if let Some(handed) = ranker.host_queries() {
                // Engines wait for a host that hands out queries more slowly than they are scored.
                let least = Seconds::seconds(devices * queries / handed);
                breakdown.host += (least - breakdown.total()).max(Seconds::ZERO);
            }
            let rate = devices * batch / breakdown.total().as_seconds();
            if best.is_none_or(|best| rate > best.rate) {
                let limited_by_latency = load < UNBOUND;
                best = Some(Operating { cost, placement, batch, load, breakdown, rate, limited_by_latency });
            }
        }
        queries *= 2.0;
    }
    best
}
