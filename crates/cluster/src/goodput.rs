//! Goodput: the share of a fleet's time that does work which counts.

use quarterdeck_catalog::{Catalog, DeviceClass, Origin, Platform, Provenance, Reliability};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Ratio, Seconds};

use crate::failures::{EttrModel, FailureRate, Population, daly_2006, mean_time_to_failure};
use crate::failures::{node_rate, spares_needed};

/// What the goodput of one job on a fleet depends on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GoodputRequest {
    /// Nodes of one job.
    pub nodes: f64,
    /// Failures of a node.
    pub failure_rate: FailureRate,
    /// Time that one checkpoint stops work; nothing for work that keeps no state.
    pub checkpoint_write: Seconds,
    /// Work between checkpoints; the best interval if none.
    pub checkpoint_interval: Option<Seconds>,
    /// Time from a failure until work goes on: detection, restart, loading.
    pub restart: Seconds,
    /// Time until a failed node is back.
    pub repair: Seconds,
    /// Least share of nodes held as spares; more are held if repairs need them.
    pub spare_share: f64,
    /// Share of node time under planned maintenance.
    pub maintenance_share: f64,
    /// Share of available node time that jobs hold; 1 for a fleet that serves one purpose.
    pub scheduling: f64,
    /// Which closed form gives the runtime share.
    pub model: EttrModel,
}

/// Shares of a fleet's time that are left, each after the ones before it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Goodput {
    /// Share of available node time that jobs hold.
    pub scheduling: f64,
    /// Share of a job's time that makes progress which is kept (ETTR).
    pub runtime: f64,
    /// Share of nodes that are neither spare, in repair nor in maintenance.
    pub availability: f64,
    /// Mean time to failure of the job.
    pub mean_time_to_failure: Seconds,
    /// Work between checkpoints; endless for work that keeps no state.
    pub checkpoint_interval: Seconds,
}

impl Goodput {
    /// All three shares together.
    pub fn total(&self) -> f64 {
        self.scheduling * self.runtime * self.availability
    }
}

/// Goodput of one job on a fleet, in closed form.
///
/// $$ G = g_s \cdot \text{ETTR}(N, r, w, \Delta t, u_0) \cdot (1 - m)(1 - \max(s, a)),\quad
///    a = \frac{r R}{1 + r R} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $g_s$ | `scheduling` | 1 |
/// | ETTR | `model`, at the interval given or [`daly_2006`]'s | 1 |
/// | $m, s$ | `maintenance_share`, `spare_share` | 1 |
/// | $a$ | share of time that a node is out; $R$ = `repair` | 1 |
///
/// Nodes in repair are among the spares, so only the greater of the two counts. Work without state (serving)
/// has `checkpoint_write` 0 and an endless interval: a failure costs the restart of one node only, which
/// `nodes` = 1 expresses.
///
/// ```
/// # use quarterdeck_cluster::{goodput, EttrModel, FailureRate, GoodputRequest};
/// # use quarterdeck_units::Seconds;
/// let run = GoodputRequest {
///     nodes: 2048.0,
///     failure_rate: FailureRate::per_1000_node_days(3.79),
///     checkpoint_write: Seconds::seconds(2.0),
///     checkpoint_interval: None,
///     restart: Seconds::seconds(600.0),
///     repair: Seconds::days(3.0),
///     spare_share: 0.02,
///     maintenance_share: 0.0,
///     scheduling: 1.0,
///     model: EttrModel::default(),
/// };
/// let found = goodput(&run);
/// // Llama 3 reports more than 90 % effective training time with a failure every 3.1 h.
/// assert!(found.runtime > 0.90 && found.runtime < 0.95);
/// assert!((found.mean_time_to_failure.as_hours() - 3.09).abs() < 0.01);
/// ```
pub fn goodput(request: &GoodputRequest) -> Goodput {
    let rate = request.failure_rate;
    let mttf = mean_time_to_failure(request.nodes, rate);
    let stateless = !request.checkpoint_write.is_positive();
    let interval = match request.checkpoint_interval {
        Some(interval) => interval,
        None if stateless => Seconds::INFINITE,
        None if mttf.is_finite() => daly_2006(request.checkpoint_write, mttf),
        None => Seconds::INFINITE,
    };
    let runtime = if interval.is_finite() {
        request.model.ettr(request.nodes, rate, request.checkpoint_write, interval, request.restart)
    } else {
        // Nothing is undone; each failure costs its restart.
        let down = rate.expected(request.nodes, request.restart);
        1.0 / (1.0 + down)
    };
    let out = out_share(rate, request.repair);
    let held = request.spare_share.max(out).clamp(0.0, 1.0);
    Goodput {
        scheduling: request.scheduling,
        runtime,
        availability: (1.0 - request.maintenance_share) * (1.0 - held),
        mean_time_to_failure: mttf,
        checkpoint_interval: interval,
    }
}

/// Share of time that a node is out for repair.
fn out_share(rate: FailureRate, repair: Seconds) -> f64 {
    let per_life = rate.expected(1.0, repair);
    per_life / (1.0 + per_life)
}

/// Goodput of a kind of work on a platform, with what it rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct PlatformGoodput {
    /// The shares.
    pub goodput: Goodput,
    /// Nodes of one job that were counted.
    pub nodes: f64,
    /// Which failures the job sees.
    pub population: Population,
    /// Failures per 1000 node-days.
    pub failures_per_1000_node_days: f64,
    /// Time that one checkpoint stops work.
    pub checkpoint_write: Seconds,
    /// Time until one checkpoint is stored, mostly behind work.
    pub checkpoint_store: Seconds,
    /// Time from a failure until work goes on.
    pub restart: Seconds,
    /// Spare nodes that keep such a job whole 99 times of 100.
    pub spares_needed: u64,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Goodput to plan with, from the catalogue's reliability facts.
///
/// | kind of work | population | state | share held back |
/// |---|---|---|---|
/// | pre-training | flagship from 1,024 devices on, else ordinary | checkpoints of `state` | spares |
/// | fine-tuning, recommendation training, device time | ordinary | checkpoints of `state` | spares |
/// | serving of any kind | node failures of one platform | none | spares |
///
/// `platforms` is the size of one job or one serving replica in platforms, `state` the bytes that one
/// checkpoint holds (weights and optimiser), `spares` the share that a scenario states instead of the
/// catalogue's (CPU fleets hold what is in repair only). A checkpoint stops work for the exposed share of its write time;
/// the published storage rate is shared by as many nodes as that system had, so a small job writes at its
/// share of it.
///
/// CPU platforms fail at the catalogue's rate for `cpu` nodes. Scheduling is 1: plans give fleets to
/// workloads whole, and the demand for device time counts busy devices. Stragglers are not in here, because
/// measured step times contain them.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_cluster::platform_goodput;
/// # use quarterdeck_scenario::WorkloadKind;
/// # use quarterdeck_units::{Bytes, Count, Quarter};
/// let catalog = Catalog::builtin();
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let run = WorkloadKind::LlmPretraining {
///     tokens: Count(15.6e12),
///     window: (Quarter::new(2023, 3), Quarter::new(2024, 2)),
///     sequence_length: Count(8192.0),
///     global_batch: Count(2048.0),
///     precision: None,
/// };
/// let found = platform_goodput(&run, hgx, 2048.0, Bytes::terabytes(5.6), None, &catalog);
/// assert!(found.goodput.total() > 0.7 && found.goodput.total() < 0.95);
/// ```
pub fn platform_goodput(
    kind: &WorkloadKind,
    platform: &Platform,
    platforms: f64,
    state: Bytes,
    spares: Option<Ratio>,
    catalog: &Catalog,
) -> PlatformGoodput {
    let reliability = &catalog.reliability;
    let mut provenance = Provenance::analytical();
    let servers = f64::from(platform.servers.max(1));
    let devices = f64::from(platform.devices) * platforms;
    let is_cpu = catalog.device_of(platform).class == DeviceClass::Cpu;
    let serving = is_serving(kind);
    let pretraining = matches!(kind, WorkloadKind::LlmPretraining { .. });
    let measured = f64::from(reliability.small_jobs.devices.value);
    let population = if serving || is_cpu || (pretraining && devices >= measured) {
        Population::Flagship
    } else {
        Population::Ordinary
    };
    let (rate, rests_on) =
        if is_cpu { node_rate(reliability, "cpu") } else { population.accelerator_rate(reliability) };
    provenance.absorb(&rests_on);

    // A serving replica loses the platform that failed; a training job stops as a whole.
    let nodes = if serving { 1.0 } else { (servers * platforms).max(1.0) };
    let (checkpoint_store, checkpoint_write) = if serving {
        (Seconds::ZERO, Seconds::ZERO)
    } else {
        checkpoint_write(state, nodes, reliability, &mut provenance)
    };
    let recovery = &reliability.recovery;
    let loss = &reliability.loss;
    for fact in [&recovery.detection, &recovery.restart, &recovery.repair] {
        provenance.absorb_fact(fact);
    }
    provenance.absorb_fact(&loss.maintenance_share);
    let spare_share = match spares {
        Some(share) => share.0,
        None if is_cpu => 0.0,
        None => {
            provenance.absorb_fact(&loss.spare_share);
            loss.spare_share.value
        }
    };
    let request = GoodputRequest {
        nodes,
        failure_rate: rate,
        checkpoint_write,
        checkpoint_interval: None,
        restart: recovery.detection.value + recovery.restart.value,
        repair: recovery.repair.value,
        spare_share,
        maintenance_share: loss.maintenance_share.value,
        scheduling: 1.0,
        model: EttrModel::default(),
    };
    provenance.origin = provenance.origin.weakest(Origin::Analytical);
    PlatformGoodput {
        goodput: goodput(&request),
        nodes,
        population,
        failures_per_1000_node_days: rate.as_per_1000_node_days(),
        checkpoint_write,
        checkpoint_store,
        restart: request.restart,
        spares_needed: spares_needed(servers * platforms, out_share(rate, recovery.repair.value), 0.99),
        provenance,
    }
}

fn is_serving(kind: &WorkloadKind) -> bool {
    matches!(kind, WorkloadKind::RecommendationInference { .. } | WorkloadKind::LlmInference { .. })
}

/// Time until one checkpoint of a job is stored, and the part of it that stops work.
///
/// The storage system of `llama-3-2024` sustains its rate for 2,048 nodes; a job of fewer gets its share.
fn checkpoint_write(
    state: Bytes,
    nodes: f64,
    reliability: &Reliability,
    provenance: &mut Provenance,
) -> (Seconds, Seconds) {
    let checkpoint = &reliability.checkpoint;
    provenance.absorb_fact(&checkpoint.write_bandwidth);
    provenance.absorb_fact(&checkpoint.exposed_share);
    let share = (nodes / NODES_OF_PUBLISHED_STORAGE).min(1.0);
    let write = state / (checkpoint.write_bandwidth.value * share);
    // At least the step in which the state is copied; a write of nothing would ask for endless checkpoints.
    (write, (write * checkpoint.exposed_share.value).max(Seconds::millis(100.0)))
}

/// Nodes that the published storage rate served, `llama-3-2024` section 3.3.1.
const NODES_OF_PUBLISHED_STORAGE: f64 = 2048.0;
