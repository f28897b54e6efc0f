//! Inference of recommendation models: where the tables lie, how large batches are, and what rate holds the p99.
//!
//! ```text
//!  SampleWork ──► placement: each device │ the platform │ several platforms │ host memory
//!             ──► time of a batch by software stack: tuned engines overlap, request servers and examples do not
//!             ──► largest load within the p99 ──► rate of one platform
//! ```

mod ranker;
mod serve;

use std::fmt;

use quarterdeck_catalog::Precision;
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Seconds, WorkRate, WorkUnit};
use quarterdeck_workload::SampleWork;

pub use ranker::{Formats, Ranker, SampleCost};
pub use serve::{Operating, serve};

use crate::energy::mean_power;
use crate::fit::{Binding, Fit, FitRequest, Latency, MemoryUse, Reason, Strategy};
use crate::machine::Machine;
use crate::queueing::LEAST_LOAD;

/// Kind of load, for power.
const LOAD: &str = "recommendation-inference";

/// Where the embedding tables lie.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Placement {
    /// Every device has all tables.
    EachDevice,
    /// The tables are split over the devices of this many platforms; vectors are exchanged.
    Sharded {
        /// Platforms of one replica.
        platforms: f64,
    },
    /// The most used rows on each device, all rows in host memory.
    HostMemory {
        /// Share of lookups that the device's own rows answer.
        hit_rate: f64,
    },
}

/// How a ranker serves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RankingStrategy {
    /// Where the tables lie.
    pub placement: Placement,
    /// Samples that a device scores at once.
    pub batch: f64,
    /// Share of time that a device works.
    pub load: f64,
    /// Numbers of the dense part.
    pub precision: Precision,
}

impl fmt::Display for RankingStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.placement {
            Placement::EachDevice => f.write_str("tables on each device")?,
            Placement::Sharded { platforms } if platforms <= 1.0 => {
                f.write_str("tables split over the platform")?
            }
            Placement::Sharded { platforms } => write!(f, "a replica spans {platforms:.0} platforms")?,
            Placement::HostMemory { hit_rate } => {
                write!(
                    f,
                    "tables in host memory, {:.0} % of lookups answered on the device",
                    100.0 * hit_rate
                )?;
            }
        }
        write!(f, ", batch {:.0} in {}", self.batch, self.precision)
    }
}

/// Number formats of dense parts where none is named; of the two narrow ones the faster is taken.
const WIDE: [Precision; 4] = [Precision::Bf16, Precision::Fp16, Precision::Tf32, Precision::Fp32];

/// The fastest number format that rankers are served in: 8-bit where the device has it.
pub fn ranking_precision(machine: &Machine, wanted: Option<Precision>) -> Result<Precision, Reason> {
    if wanted.is_some() {
        return machine.choose(wanted, &[]);
    }
    let narrow = [Precision::Fp8, Precision::Int8]
        .into_iter()
        .filter_map(|precision| machine.device.peak(precision).ok().map(|peak| (precision, peak.value)))
        .max_by(|left, right| left.1.total_cmp(&right.1));
    match narrow {
        Some((precision, _)) => Ok(precision),
        None => machine.choose(None, &WIDE),
    }
}

/// Replicas over more platforms than this are not considered: availability and tail latency forbid them.
const MOST_PLATFORMS: f64 = 64.0;

/// The fit of recommendation inference.
pub fn fit(request: &FitRequest, machine: &Machine) -> Result<Fit, Reason> {
    let WorkloadKind::RecommendationInference { latency_p99, candidates_per_query, precision } = request.kind
    else {
        return Err(Reason::Model { wanted: "ranking settings" });
    };
    let model = request
        .model
        .and_then(quarterdeck_catalog::Model::as_recommendation)
        .ok_or(Reason::Model { wanted: "recommendation model" })?;
    let work = SampleWork::of(model, &request.drift)
        .map_err(|missing| Reason::Missing { fact: missing.join("; ") })?;
    let precision = ranking_precision(machine, *precision)?;
    let candidates = candidates_per_query.0.max(1.0);
    let calibration = &machine.steps.recommendation;
    let stack = calibration.serving(None).map_err(|missing| Reason::Missing { fact: missing.to_string() })?;
    let ranker = Ranker::new(machine, &work, Formats::all(precision), stack, candidates);
    let mut best: Option<Operating> = None;
    let mut quickest = Seconds::INFINITE;
    for placement in ranker.placements()? {
        let cost = ranker.sample_cost(placement)?;
        let alone = ranker.server(ranker.batch(&cost, candidates).total(), 1.0);
        quickest = quickest.min(alone.latency_p99(LEAST_LOAD));
        if let Some(found) = serve(&ranker, cost, placement, candidates, *latency_p99)
            && best.is_none_or(|best| found.rate > best.rate)
        {
            best = Some(found);
        }
    }
    let Some(best) = best else {
        return Err(Reason::Objective { of: "a p99", wanted: *latency_p99, best: quickest });
    };
    let mut provenance = work.provenance.clone();
    provenance.absorb(&machine.provenance(precision, LOAD));
    provenance.absorb_fact(&machine.efficiency.recommendation_inference);
    match &machine.efficiency.gather {
        Some(curve) => provenance.absorb_fact(&curve.cite),
        None => provenance.absorb_fact(&machine.efficiency.embedding),
    }
    provenance.absorb_fact(&machine.efficiency.recommendation_cross);
    provenance.absorb_fact(&calibration.burst);
    let min_platforms = match best.placement {
        Placement::Sharded { platforms } => platforms,
        _ => 1.0,
    };
    if best.cost.shards > 1.0 {
        provenance.absorb(&machine.network_provenance());
    }
    let service = best.breakdown.total() - best.breakdown.headroom;
    Ok(Fit {
        workload: request.workload.to_owned(),
        platform: request.platform.id.clone(),
        strategy: Strategy::Ranking(RankingStrategy {
            placement: best.placement,
            batch: best.batch,
            load: best.load,
            precision,
        }),
        rate: WorkRate::new(best.rate, WorkUnit::Samples),
        latency: Some(Latency::Query {
            p99: ranker.server(service, best.batch / candidates).latency_p99(best.load),
        }),
        breakdown: best.breakdown,
        memory: memory_use(&ranker, &best),
        power: mean_power(machine, LOAD, best.load)?,
        min_platforms,
        binds: binding(&best),
        provenance,
    })
}

fn memory_use(ranker: &Ranker, best: &Operating) -> MemoryUse {
    let machine = ranker.machine;
    let tables = ranker.table_bytes();
    let room = ranker.room();
    let embeddings = match best.placement {
        Placement::EachDevice => tables,
        Placement::Sharded { platforms } => tables / (platforms * machine.devices),
        Placement::HostMemory { .. } => room,
    };
    MemoryUse {
        weights: Bytes::bytes(ranker.work.dense_parameters * ranker.formats.layers.bytes_per_element()),
        embeddings,
        reserve: machine.memory * (1.0 - machine.steps.recommendation.memory_share.value),
        capacity: machine.memory,
        ..MemoryUse::default()
    }
}

fn binding(best: &Operating) -> Binding {
    if best.limited_by_latency {
        return Binding::Latency;
    }
    if let Placement::HostMemory { .. } = best.placement
        && best.cost.host >= best.cost.dense.max(best.cost.lookups)
    {
        return Binding::MemoryCapacity;
    }
    let breakdown = &best.breakdown;
    let parts = [
        (Binding::Compute, breakdown.matrix),
        (Binding::MemoryBandwidth, best.cost.lookups * best.batch),
        (Binding::ScaleUp, breakdown.scale_up),
        (Binding::ScaleOut, breakdown.scale_out),
        (Binding::Floor, breakdown.overhead + breakdown.host),
    ];
    parts
        .into_iter()
        .max_by(|left, right| left.1.total_cmp(&right.1))
        .map_or(Binding::Compute, |(binds, _)| binds)
}
