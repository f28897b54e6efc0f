//! Training of recommendation models: one iteration over a group of platforms that holds all tables.

use std::fmt;

use quarterdeck_catalog::{Cited, Precision, RankerTrainingStack};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Seconds, WorkRate, WorkUnit};
use quarterdeck_workload::SampleWork;

use crate::collectives::Spent;
use crate::energy::mean_power;
use crate::fit::{Binding, Breakdown, Fit, FitRequest, Hidden, MemoryUse, Reason, Strategy};
use crate::machine::Machine;

/// Kind of load, for power.
const LOAD: &str = "recommendation-training";

/// How a ranker's training is laid on devices: tables split, dense part copied.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RankerTrainingStrategy {
    /// Platforms of the group.
    pub platforms: f64,
    /// Samples of one device in one step.
    pub local_batch: f64,
    /// Numbers of the dense part.
    pub precision: Precision,
}

impl fmt::Display for RankerTrainingStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "tables split over {:.0} platforms, local batch {:.0} in {}",
            self.platforms, self.local_batch, self.precision
        )
    }
}

/// Times that the optimizer moves a row which a batch touches: read and written.
const ROW_UPDATES: f64 = 2.0;
/// Row-wise optimizer state, read and written for each row that a batch touches.
const ROW_STATE: f64 = 8.0;
/// Bytes of an index.
const INDEX: f64 = 8.0;
/// Forward, gradient by input and by weight.
const TRAINING_OVER_FORWARD: f64 = 3.0;
/// Dense weights, gradients and two moments in 32 bits.
const DENSE_STATES: f64 = 16.0;

/// Smallest group of platforms whose devices hold the tables with their row-wise optimizer state.
pub fn smallest_group(work: &SampleWork, machine: &Machine) -> Result<f64, Reason> {
    let dense = Bytes::bytes(work.dense_parameters * DENSE_STATES);
    let room = machine.memory * machine.steps.recommendation.memory_share.value - dense;
    let tables = held(work);
    if !room.is_positive() {
        return Err(Reason::Memory {
            of: "dense layers and their states",
            needed: dense,
            available: machine.memory,
        });
    }
    Ok((tables / (room * machine.devices)).ceil().max(1.0))
}

/// Time of one iteration on `platforms` platforms under a software stack.
///
/// $$ t = t_0 + \frac{3 B}{\eta P}\left(F_l + \frac{F_x}{r}\right)
///        + \lambda\frac{B (E (1 + 2u) + 8 u L)}{\eta_e B_m} + \frac{B (V (p_v b + 4 p_g) + A p_a b)}{\eta_m B_m}
///        + \frac{2 B E (1 - h)}{B_h} + x\,(t_{a2a} + t_{ar}) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $t_0$ | `stack`: floor, by the speed of a thread of the host where that is what it waits for | s |
/// | $p_v, p_g, p_a$ | `stack`: passes of vectors, of their 32-bit gradients, of what layers give | 1 |
/// | $V, A, b$ | `work`, precision: numbers that leave the tables, that layers give, bytes of each | 1, 1, B |
/// | $h, B_h$ | lookups that the device answers; 1 where it holds its tables; rate of the host link | 1, B/s |
/// | $B$ | samples of one device | 1 |
/// | $F_l, F_x, E, L$ | `work`: operations of layers and of cross layers, bytes by line, rows | FLOP, B, 1 |
/// | $u$ | share of the global batch's lookups that are the first of their row, from the law of indices | 1 |
/// | $\eta, \eta_e$ | calibration: share of peak, share of bandwidth | 1 |
/// | $r$ | calibration `cross_over_layers` | 1 |
/// | $\lambda$ | slowest over mean device of the placement | 1 |
/// | $x$ | exposed share of communication | 1 |
/// | $t_{a2a}$ | pooled vectors forward and backward, indices | s |
/// | $t_{ar}$ | all-reduce of dense gradients | s |
///
/// Sources: `dlrm-2022` for the parts, `madmax-2024` for the exposed share, `mlperf-training` for the floor of tuned
/// code. The part of lookups that could run beside the bottom layers is counted as exposed, which is pessimistic by
/// the bottom layers' time, a few per cent.
///
/// # Errors
/// When the device has no peak at the precision.
pub fn iteration(
    work: &SampleWork,
    machine: &Machine,
    stack: &RankerTrainingStack,
    precision: Precision,
    global_batch: f64,
    platforms: f64,
) -> Result<Breakdown, Reason> {
    let devices = platforms * machine.devices;
    let local = (global_batch / devices).max(1.0);
    let calibration = &machine.steps.recommendation;
    let line = if machine.is_cpu() { calibration.line_cpu.value } else { calibration.line_accelerator.value };
    let peak = machine.peak(precision)?;
    let cross = work.cross_flops() * (1.0 / calibration.cross_over_layers.value);
    let flops = (work.layer_flops() + cross) * (TRAINING_OVER_FORWARD * local);
    let matrix = flops / (peak * machine.efficiency.recommendation_training.value);

    let imbalance = if devices > 1.0 { machine.general.embedding_imbalance.value } else { 1.0 };
    let unique = work.unique_share(global_batch);
    let rows = work.bytes_read(work.training_element_bytes, line) * (1.0 + ROW_UPDATES * unique)
        + Bytes::bytes(ROW_STATE * unique * work.lookups);
    let bandwidth = machine.memory_bandwidth * machine.efficiency.embedding.value;
    let embedding = rows * (local * imbalance) / bandwidth;

    let passed = streamed(work, stack, precision.bytes_per_element());
    let streaming = passed * local / (machine.memory_bandwidth * machine.efficiency.memory.value);
    let communication = exchange(work, machine, stack, precision, local, devices);
    let exposed_share = machine.general.exposed_communication.value;
    let floor = if machine.is_cpu() {
        stack.floor_cpu
    } else {
        stack.floor_behind(calibration.rating(&machine.platform.host.cpu).map(|rating| rating.value))
    };
    Ok(Breakdown {
        matrix,
        embedding,
        streaming,
        host: fetched(work, machine, line, local, devices),
        overhead: floor,
        scale_up: communication.scale_up * exposed_share,
        scale_out: communication.scale_out * exposed_share,
        hidden: Hidden {
            scale_up: communication.scale_up * (1.0 - exposed_share),
            scale_out: communication.scale_out * (1.0 - exposed_share),
            ..Hidden::default()
        },
        ..Breakdown::default()
    })
}

/// Bytes of one sample that software passes through memory beside products, lookups and updates.
fn streamed(work: &SampleWork, stack: &RankerTrainingStack, element: f64) -> Bytes {
    let [wide, narrow] = stack.gradient_passes;
    let gradients = 4.0 * if element < 4.0 { narrow } else { wide };
    let vectors = work.pooled_elements * (element * stack.vector_passes + gradients);
    Bytes::bytes(vectors + work.layer_elements * element * stack.layer_passes)
}

/// Bytes of tables and their row-wise states.
fn held(work: &SampleWork) -> Bytes {
    work.table_bytes(work.training_element_bytes) + Bytes::bytes(4.0 * work.table_rows)
}

/// Time of rows that lie in the memory of the host, there and back, where the devices are too small for the tables.
fn fetched(work: &SampleWork, machine: &Machine, line: f64, local: f64, devices: f64) -> Seconds {
    let calibration = &machine.steps.recommendation;
    let kept = machine.memory * (calibration.memory_share.value * devices) / held(work);
    let Some(link) = machine.platform.host.link.as_ref().filter(|_| kept < 1.0) else { return Seconds::ZERO };
    let missed = work.bytes_read(work.training_element_bytes, line) * (1.0 - work.hit_rate(kept));
    missed * (2.0 * local) / (link.value * calibration.host_link.value)
}

/// Pooled vectors and their gradients, indices, and the dense gradients.
fn exchange(
    work: &SampleWork,
    machine: &Machine,
    stack: &RankerTrainingStack,
    precision: Precision,
    local: f64,
    devices: f64,
) -> Spent {
    if devices <= 1.0 {
        return Spent::default();
    }
    let network = &machine.network;
    let group = network.group(devices, 1.0);
    // Tuned code sends vectors and gradients in 16 bits whatever the layers compute in (`dlrm-2022`).
    let width = stack.exchange_bytes.unwrap_or_else(|| precision.bytes_per_element());
    let imbalance = machine.general.embedding_imbalance.value;
    let pooled = Bytes::bytes(work.pooled_elements * width * local * imbalance);
    let indices = Bytes::bytes(work.lookups * INDEX * local);
    let vectors = network.all_to_all(pooled, group).times(2.0).plus(network.all_to_all(indices, group));
    vectors.plus(network.all_reduce(Bytes::bytes(work.dense_parameters * width), group))
}

/// The fit of recommendation training.
pub fn fit(request: &FitRequest, machine: &Machine) -> Result<Fit, Reason> {
    machine.covers_only_ranking()?;
    let WorkloadKind::RecommendationTraining { global_batch, precision } = request.kind else {
        return Err(Reason::Model { wanted: "training settings" });
    };
    let model = request
        .model
        .and_then(quarterdeck_catalog::Model::as_recommendation)
        .ok_or(Reason::Model { wanted: "recommendation model" })?;
    let work = SampleWork::of(model, &request.drift)
        .map_err(|missing| Reason::Missing { fact: missing.join("; ") })?;
    let precision = machine.choose_at_least(*precision)?;
    let min_platforms = smallest_group(&work, machine)?;
    let platforms = request.platforms.unwrap_or(min_platforms);
    if platforms < min_platforms {
        return Err(Reason::TooFewDevices { needed: min_platforms, given: platforms });
    }
    let devices = platforms * machine.devices;
    // A step has at least one sample for each device.
    let batch = global_batch.0.max(devices);
    let stack = machine
        .steps
        .recommendation
        .training(None)
        .map_err(|missing| Reason::Missing { fact: missing.to_string() })?;
    let breakdown = iteration(&work, machine, stack, precision, batch, platforms)?;
    let rate = batch / breakdown.total().as_seconds() / platforms;

    let mut provenance = work.provenance.clone();
    provenance.absorb(&machine.provenance(precision, LOAD));
    provenance.absorb(&machine.network_provenance());
    provenance.absorb_fact(&machine.efficiency.recommendation_training);
    provenance.absorb_fact(&machine.efficiency.embedding);
    provenance.absorb(&stack.cite.provenance());
    let tables = work.table_bytes(work.training_element_bytes);
    let states = work.dense_parameters * DENSE_STATES / 4.0;
    Ok(Fit {
        workload: request.workload.to_owned(),
        platform: request.platform.id.clone(),
        strategy: Strategy::RankerTraining(RankerTrainingStrategy {
            platforms,
            local_batch: batch / devices,
            precision,
        }),
        rate: WorkRate::new(rate, WorkUnit::Samples),
        latency: None,
        breakdown,
        memory: MemoryUse {
            weights: Bytes::bytes(states),
            gradients: Bytes::bytes(states),
            optimizer: Bytes::bytes(2.0 * states + 4.0 * work.table_rows / devices),
            embeddings: tables / devices,
            reserve: machine.memory * (1.0 - machine.steps.recommendation.memory_share.value),
            capacity: machine.memory,
            ..MemoryUse::default()
        },
        // The calibrated draw is that of whole iterations, floors and exchanges included.
        power: mean_power(machine, LOAD, 1.0)?,
        min_platforms,
        binds: binding(&breakdown),
        provenance,
    })
}

fn binding(breakdown: &Breakdown) -> Binding {
    let parts = [
        (Binding::Compute, breakdown.matrix),
        (Binding::MemoryBandwidth, breakdown.embedding),
        (Binding::ScaleUp, breakdown.scale_up),
        (Binding::ScaleOut, breakdown.scale_out),
        (Binding::Floor, breakdown.overhead),
    ];
    parts
        .into_iter()
        .max_by(|left, right| left.1.total_cmp(&right.1))
        .map_or(Binding::Compute, |(binds, _)| binds)
}

#[cfg(test)]
mod tests {
    use quarterdeck_catalog::Catalog;
    use quarterdeck_workload::DriftFactors;

    use super::*;

    /// Counted by hand for 26 vectors of 128 and layers of 512-256-128 and 1024-1024-512-256-1.
    #[test]
    fn captured_graphs_pass_what_their_code_passes() {
        let catalog = Catalog::builtin();
        let model = catalog.model("dlrm-mlperf-v1").unwrap();
        let work = SampleWork::of(model.as_recommendation().unwrap(), &DriftFactors::NONE).unwrap();
        let stack = &catalog.steps.recommendation.training["pytorch-graphs"];
        let (vectors, layers) = (3328.0, 3713.0);
        let wide = vectors * (4.0 * 7.2 + 4.0 * 2.0) + layers * 4.0 * 5.0;
        let narrow = vectors * (2.0 * 7.2 + 4.0 * 4.0) + layers * 2.0 * 5.0;
        for (element, bytes) in [(4.0, wide), (2.0, narrow)] {
            let found = streamed(&work, stack, element).as_bytes();
            assert!((found - bytes).abs() < 1e-6, "{found} against {bytes}");
        }
    }
}
