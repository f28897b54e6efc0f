//! Inference of recommendation models: where the tables lie, how large batches are, and what rate holds the p99.
//!
//! ```text
//!  SampleWork ──► placement: each device │ the platform │ several platforms │ host memory
//!             ──► time of a batch: floor + B · max(dense, lookups, host link) + exchange
//!             ──► largest load within the p99 ──► rate of one platform
//! ```

use std::fmt;

use quarterdeck_catalog::{DeviceClass, Precision};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Seconds, WorkRate, WorkUnit};
use quarterdeck_workload::SampleWork;

use crate::collectives::Spent;
use crate::energy::mean_power;
use crate::fit::{Binding, Breakdown, Fit, FitRequest, Hidden, Latency, MemoryUse, Reason, Strategy};
use crate::machine::Machine;
use crate::operators::gather_time;
use crate::queueing::{BatchServer, LEAST_LOAD};

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

/// Costs of one sample on one device under a placement.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SampleCost {
    /// Dense layers.
    pub dense: Seconds,
    /// Rows read from the device's memory.
    pub lookups: Seconds,
    /// Indices, and rows that the device lacks, over the host link.
    pub host: Seconds,
    /// Bytes of pooled vectors that a device sends to others.
    pub exchanged: Bytes,
    /// Devices among which vectors are exchanged.
    pub shards: f64,
    /// Whether lookups and layers have circuits of their own and run at the same time.
    pub overlapped: bool,
}

impl SampleCost {
    /// Exposed time. Layers wait for the rows that they read, on processors that run one kernel after the other;
    /// chips with lookup engines work on two batches at once. Copies from the host run beside both.
    pub fn exposed(&self) -> Seconds {
        let device = if self.overlapped { self.dense.max(self.lookups) } else { self.dense + self.lookups };
        device.max(self.host)
    }
}

/// A ranker on a machine, with what does not depend on batch or placement.
pub struct Ranker<'a> {
    machine: &'a Machine<'a>,
    work: &'a SampleWork,
    precision: Precision,
    /// Bytes of a stored table element.
    element: f64,
    /// Share of a sample's operations left once candidates share the user's part.
    flops_share: f64,
    /// The same of its lookups.
    lookup_share: f64,
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

impl<'a> Ranker<'a> {
    /// A ranker whose requests hold `candidates` samples.
    pub fn new(
        machine: &'a Machine<'a>,
        work: &'a SampleWork,
        precision: Precision,
        candidates: f64,
    ) -> Ranker<'a> {
        // Rows are stored as narrow as the dense part reads them, never wider than they were trained.
        let element = precision.bytes_per_element().min(work.training_element_bytes);
        Ranker {
            machine,
            work,
            precision,
            element,
            flops_share: work.flops_share(candidates),
            lookup_share: work.lookup_share(candidates),
        }
    }

    /// Bytes of all tables as served.
    pub fn table_bytes(&self) -> Bytes {
        self.work.table_bytes(self.element)
    }

    /// Share of lookups that the most used rows answer when `kept` of all rows lie on the device.
    pub fn hit_rate(&self, kept: f64) -> f64 {
        self.work.hit_rate(kept)
    }

    /// Bytes of a device that tables may take.
    fn room(&self) -> Bytes {
        let dense = Bytes::bytes(self.work.dense_parameters * self.precision.bytes_per_element());
        (self.machine.memory * self.machine.steps.recommendation.memory_share.value - dense).max(Bytes::ZERO)
    }

    /// Every placement that the tables allow; the narrowest one that fits, and host memory where it is short.
    pub fn placements(&self) -> Result<Vec<Placement>, Reason> {
        let (tables, room) = (self.table_bytes(), self.room());
        if tables <= room {
            return Ok(vec![Placement::EachDevice]);
        }
        let mut placements = Vec::with_capacity(2);
        let on_platform = room * self.machine.devices;
        if on_platform.is_positive() {
            let platforms = (tables / on_platform).ceil().max(1.0);
            // Exchange between platforms needs a network.
            if platforms <= MOST_PLATFORMS && (platforms <= 1.0 || self.has_network()) {
                placements.push(Placement::Sharded { platforms });
            }
        }
        if let Some(hit_rate) = self.host_hit_rate(tables, room) {
            placements.push(Placement::HostMemory { hit_rate });
        }
        if placements.is_empty() {
            let available = on_platform * MOST_PLATFORMS;
            return Err(Reason::Memory { of: "embedding tables", needed: tables, available });
        }
        Ok(placements)
    }

    fn has_network(&self) -> bool {
        self.machine.network.scale_out.all_to_all.is_positive()
    }

    /// Share of lookups that device memory answers when the rest lies in host memory, where that holds it all.
    fn host_hit_rate(&self, tables: Bytes, room: Bytes) -> Option<f64> {
        let host = &self.machine.platform.host;
        host.link.as_ref()?;
        let usable = host.memory.value * self.machine.steps.recommendation.memory_share.value;
        (tables <= usable).then(|| self.work.hit_rate(room / tables))
    }

    /// Costs of one sample under a placement.
    ///
    /// $$ t_d = \frac{F s}{\eta P}, \qquad t_e = \lambda\frac{E s' h}{\eta_e B},
    ///    \qquad t_h = \frac{I + E s' (1 - h)}{B_h} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $F, E$ | `work`: operations, bytes by line | FLOP, B |
    /// | $s, s'$ | shares of operations and lookups left after the user's part is shared | 1 |
    /// | $\eta, \eta_e$ | calibration: end-to-end share of peak, share of bandwidth | 1 |
    /// | $\lambda$ | imbalance of shards | 1 |
    /// | $h$ | hit rate; 1 unless rows lie in host memory | 1 |
    /// | $I$ | indices, four bytes each | B |
    ///
    /// On a machine whose random rows were measured $t_e$ is [`gather_time`] of its curve instead.
    ///
    /// Sources: `mlperf-inference` for the shares, `gupta-2020` for lines. The share of peak holds for full
    /// batches; between the one-hot and the multi-hot model of MLPerf it differs by 1.2 to 1.5x on one device.
    pub fn sample_cost(&self, placement: Placement) -> Result<SampleCost, Reason> {
        let machine = self.machine;
        let calibration = &machine.steps.recommendation;
        let line =
            if machine.is_cpu() { calibration.line_cpu.value } else { calibration.line_accelerator.value };
        let read = self.work.bytes_read(self.element, line) * self.lookup_share;
        let peak = machine.peak(self.precision)?;
        let dense =
            self.work.flops() * self.flops_share / (peak * machine.efficiency.recommendation_inference.value);
        let bandwidth = machine.memory_bandwidth * machine.efficiency.embedding.value;
        let (hit_rate, shards) = match placement {
            Placement::EachDevice => (1.0, 1.0),
            Placement::Sharded { platforms } => (1.0, platforms * machine.devices),
            Placement::HostMemory { hit_rate } => (hit_rate, 1.0),
        };
        let imbalance = if shards > 1.0 { machine.general.embedding_imbalance.value } else { 1.0 };
        let indices = Bytes::bytes(4.0 * self.work.lookups * self.lookup_share);
        let host = match &machine.platform.host.link {
            Some(link) => {
                let missed = read * (1.0 - hit_rate);
                let memory = machine.platform.host.memory_bandwidth.value / machine.devices;
                let rows = missed / (link.value * calibration.host_link.value).min(memory);
                indices / link.value + rows
            }
            None => Seconds::ZERO,
        };
        let pooled = Bytes::bytes(self.work.pooled_elements * 2.0 * self.lookup_share);
        let lookups = match (&machine.efficiency.gather, placement) {
            // A measured curve says what rows cost where; rows kept in host memory are another matter.
            (Some(curve), Placement::EachDevice | Placement::Sharded { .. }) => {
                let table = self.table_bytes() / shards;
                let fetch = |(lookups, row): (f64, Bytes)| {
                    let per_byte = gather_time(curve, row, table, |share| self.work.hit_rate(share));
                    per_byte * (lookups * row.as_bytes() * self.lookup_share * imbalance)
                };
                self.work.rows_by_width(self.element, line).map(fetch).sum()
            }
            _ => read * (hit_rate * imbalance) / bandwidth,
        };
        Ok(SampleCost {
            dense,
            lookups,
            host,
            exchanged: if shards > 1.0 { pooled * imbalance } else { Bytes::ZERO },
            shards,
            overlapped: matches!(machine.device.class, DeviceClass::Asic | DeviceClass::Tpu),
        })
    }

    /// Least time of a batch.
    fn floor(&self) -> Seconds {
        if self.machine.is_cpu() {
            self.machine.efficiency.launch.value
        } else {
            self.machine.general.inference_floor.value
        }
    }

    fn exchange(&self, cost: &SampleCost, batch: f64) -> Spent {
        if cost.shards <= 1.0 {
            return Spent::default();
        }
        let network = &self.machine.network;
        network.all_to_all(cost.exchanged * batch, network.group(cost.shards, 1.0))
    }

    /// The devices of one platform behind one queue.
    fn server(&self, service: Seconds, queries: f64) -> BatchServer {
        BatchServer { service, queries, servers: self.machine.devices }
    }

    /// Time of one batch, without headroom.
    pub fn batch(&self, cost: &SampleCost, batch: f64) -> Breakdown {
        let exchange = self.exchange(cost, batch);
        let dense = cost.dense * batch;
        let lookups = cost.lookups * batch;
        let shown = if cost.overlapped { (lookups - dense).max(Seconds::ZERO) } else { lookups };
        let host = (cost.exposed() * batch - dense - shown).max(Seconds::ZERO);
        Breakdown {
            matrix: dense,
            embedding: shown,
            overhead: self.floor() + host,
            scale_up: exchange.scale_up,
            scale_out: exchange.scale_out,
            hidden: Hidden { device: lookups - shown, ..Hidden::default() },
            ..Breakdown::default()
        }
    }
}

/// Replicas over more platforms than this are not considered: availability and tail latency forbid them.
const MOST_PLATFORMS: f64 = 64.0;

/// A batch size and load that hold the p99, with their rate.
#[derive(Clone, Copy)]
struct Operating {
    cost: SampleCost,
    placement: Placement,
    batch: f64,
    load: f64,
    breakdown: Breakdown,
    rate: f64,
    limited_by_latency: bool,
}

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
    let ranker = Ranker::new(machine, &work, precision, candidates);
    let mut best: Option<Operating> = None;
    let mut quickest = Seconds::INFINITE;
    for placement in ranker.placements()? {
        let cost = ranker.sample_cost(placement)?;
        let alone = ranker.server(ranker.batch(&cost, candidates).total(), 1.0);
        quickest = quickest.min(alone.latency_p99(LEAST_LOAD));
        if let Some(found) = operate(&ranker, cost, placement, candidates, *latency_p99)
            && best.is_none_or(|best| found.rate > best.rate)
        {
            best = Some(found);
        }
    }
    let Some(best) = best else {
        return Err(Reason::Objective { of: "a p99", wanted: *latency_p99, best: quickest });
    };
    let calibration = &machine.steps.recommendation;
    let mut provenance = work.provenance.clone();
    provenance.absorb(&machine.provenance(precision, LOAD));
    provenance.absorb_fact(&machine.efficiency.recommendation_inference);
    match &machine.efficiency.gather {
        Some(curve) => provenance.absorb_fact(&curve.cite),
        None => provenance.absorb_fact(&machine.efficiency.embedding),
    }
    provenance.absorb_fact(&calibration.server_over_offline);
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

/// The batch with the highest rate within the p99.
///
/// The load is also held below the share of its offline rate that published servers reach under a bound, the
/// headroom for bursts and host limits that the queue does not show.
fn operate(
    ranker: &Ranker,
    cost: SampleCost,
    placement: Placement,
    candidates: f64,
    limit: Seconds,
) -> Option<Operating> {
    let calibration = &ranker.machine.steps.recommendation;
    let most = calibration.server_over_offline.value;
    let mut best: Option<Operating> = None;
    let mut queries = 1.0;
    while queries * candidates <= calibration.max_batch.value.max(candidates) {
        let batch = queries * candidates;
        let time = ranker.batch(&cost, batch);
        if let Some(found) = ranker.server(time.total(), queries).load_within(limit) {
            let load = found.min(most);
            let mut breakdown = time;
            breakdown.headroom = time.total() * (1.0 / load - 1.0);
            let rate = ranker.machine.devices * batch / breakdown.total().as_seconds();
            if best.is_none_or(|best| rate > best.rate) {
                best = Some(Operating {
                    cost,
                    placement,
                    batch,
                    load,
                    breakdown,
                    rate,
                    limited_by_latency: found < most,
                });
            }
        }
        queries *= 2.0;
    }
    best
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
        weights: Bytes::bytes(ranker.work.dense_parameters * ranker.precision.bytes_per_element()),
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
        (Binding::Floor, breakdown.overhead),
    ];
    parts
        .into_iter()
        .max_by(|left, right| left.1.total_cmp(&right.1))
        .map_or(Binding::Compute, |(binds, _)| binds)
}
