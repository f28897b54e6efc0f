//! Training of language models: the layout that makes a step shortest, and what the step is made of.
//!
//! ```text
//!  Job ──► for tensor, context, expert, micro-batch: time of a layer   (layer.rs)
//!      ──► for pipeline, chunks, recomputation, sharding: stages (stage.rs), exchange of gradients
//!          (exchange.rs), memory (footprint.rs), put together as a step   (step.rs)
//!      ──► the fastest layout that fits   (search.rs)
//! ```

mod check;
mod exchange;
mod footprint;
mod layer;
mod search;
mod space;
mod stage;
mod step;

use std::fmt;

use quarterdeck_catalog::{Precision, Transformer};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{WorkRate, WorkUnit};
use quarterdeck_workload::{DriftFactors, Shape};

use crate::energy::mean_power;
use crate::fit::{Binding, Fit, FitRequest, Reason, Strategy};
use crate::machine::Machine;
use crate::memory::StateWidths;
use crate::parallelism::Layout;

pub use layer::LayerCost;
pub use search::{Best, Counters, Found, Query, explore, search, smallest_group};
pub use space::{Breadth, Space};
pub use step::{Pricer, Step};

/// Kind of load, for power.
const LOAD: &str = "llm-training";

/// Number formats that training takes where none is named, best first.
const TRAINING_PRECISIONS: [Precision; 4] =
    [Precision::Bf16, Precision::Fp16, Precision::Tf32, Precision::Fp32];

/// Whether all weights are trained or small matrices beside them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Adaptation {
    /// All weights.
    Full,
    /// Low-rank matrices beside each linear layer; the model's own weights stay as they are (`lora-2021`).
    LowRank {
        /// Rank of the matrices.
        rank: f64,
    },
}

/// What becomes of tokens that crowd one expert.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Routing {
    /// Every expert takes all that is sent to it. How many tokens that is the host learns late, so it cannot launch a
    /// layer before the router of that layer is done.
    Dropless,
    /// Experts take so many and no more (`gshard-2020`): all sizes are known beforehand.
    Capacity,
}

/// A training job without its layout.
#[derive(Clone, PartialEq, Debug)]
pub struct Job {
    /// The model.
    pub shape: Shape,
    /// Tokens of one sequence.
    pub sequence: f64,
    /// Sequences of one step.
    pub global_batch: f64,
    /// Numbers of the matrix multiplies.
    pub precision: Precision,
    /// What is trained.
    pub adaptation: Adaptation,
    /// Ratio of slowest to mean expert load; 1 where the router is forced to balance.
    pub expert_imbalance: f64,
    /// What becomes of tokens that crowd one expert.
    pub routing: Routing,
    /// Bytes of each parameter's states.
    pub states: StateWidths,
    /// Framework generation, an id of the calibration; that current on the machine where none is named.
    pub software: Option<&'static str>,
    /// Whether each launch waits until the device is done, as some runs need to be stable.
    pub launches_wait: bool,
}

impl Job {
    /// All weights trained in mixed precision, with a router that balances.
    pub fn new(shape: Shape, sequence: f64, global_batch: f64, precision: Precision) -> Job {
        Job {
            shape,
            sequence,
            global_batch,
            precision,
            adaptation: Adaptation::Full,
            expert_imbalance: 1.0,
            routing: Routing::Dropless,
            states: StateWidths::MIXED,
            software: None,
            launches_wait: false,
        }
    }
}

/// How a training job is laid on devices.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TrainingStrategy {
    /// The layout.
    pub layout: Layout,
    /// Platforms of the job.
    pub platforms: f64,
    /// Numbers of the matrix multiplies.
    pub precision: Precision,
    /// Micro-batches that each pipeline works through in a step.
    pub microbatches: f64,
}

impl fmt::Display for TrainingStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} on {:.0} platforms", self.layout, self.precision, self.platforms)
    }
}

/// A model of the catalogue grown by drift: growth of FLOPs is taken as depth, so that parameters and keys and
/// values grow with it.
pub(crate) fn grown(model: &Transformer, drift: &DriftFactors) -> Shape {
    let shape = Shape::from(&model.architecture);
    if (drift.flops - 1.0).abs() < 1e-9 {
        return shape;
    }
    let layers = (shape.layers * drift.flops).round().max(1.0);
    Shape { dense_layers: if shape.moe.is_some() { shape.dense_layers } else { layers }, layers, ..shape }
}

/// The fit of pre-training or fine-tuning on a platform.
///
/// The rate is that of one platform of a group of `request.platforms`, or of the smallest group that can hold
/// the job where none is named.
pub fn fit(request: &FitRequest, machine: &Machine) -> Result<Fit, Reason> {
    machine.covers_only_ranking()?;
    let model = request
        .model
        .and_then(quarterdeck_catalog::Model::as_transformer)
        .ok_or(Reason::Model { wanted: "transformer" })?;
    let job = job_of(request.kind, grown(model, &request.drift), machine)?;
    let pricer = Pricer::new(machine, &job)?;
    let min_platforms = smallest_group(&pricer)?;
    let platforms = request.platforms.unwrap_or(min_platforms);
    if platforms < min_platforms {
        return Err(Reason::TooFewDevices { needed: min_platforms, given: platforms });
    }
    let best = search(&pricer, platforms * machine.devices)?;
    let tokens = job.global_batch * job.sequence;
    let step_time = best.step.breakdown.total();
    let rate = tokens / step_time.as_seconds() / platforms;
    let utilisation = best.layout.parallelism.devices() / (platforms * machine.devices);
    let mut provenance = machine.provenance(job.precision, LOAD);
    provenance.absorb(&machine.network_provenance());
    provenance.absorb_fact(&model.architecture.cite);
    let calibration = &machine.steps.training;
    provenance.absorb_fact(&calibration.memory_reserve);
    provenance.absorb_fact(&pricer.software.cite);
    if let Some(sustained) = calibration.sustained(machine.device) {
        provenance.absorb_fact(sustained);
    }
    Ok(Fit {
        workload: request.workload.to_owned(),
        platform: request.platform.id.clone(),
        strategy: Strategy::Training(TrainingStrategy {
            layout: best.layout,
            platforms,
            precision: job.precision,
            microbatches: best.step.microbatches,
        }),
        rate: WorkRate::new(rate, WorkUnit::Tokens),
        latency: None,
        breakdown: best.step.breakdown,
        memory: best.step.memory,
        power: mean_power(machine, LOAD, utilisation)?,
        min_platforms,
        binds: binding(&best.step),
        provenance,
    })
}

fn job_of(kind: &WorkloadKind, shape: Shape, machine: &Machine) -> Result<Job, Reason> {
    let (sequence, global_batch, wanted, rank) = match kind {
        WorkloadKind::LlmPretraining { sequence_length, global_batch, precision, .. } => {
            (sequence_length.0, global_batch.0, *precision, None)
        }
        WorkloadKind::LlmFineTuning { sequence_length, global_batch, precision, lora_rank } => {
            (sequence_length.0, global_batch.0, *precision, lora_rank.map(|rank| rank.0))
        }
        _ => return Err(Reason::Model { wanted: "training settings" }),
    };
    let precision = machine.choose(wanted, &TRAINING_PRECISIONS)?;
    Ok(Job {
        adaptation: rank.map_or(Adaptation::Full, |rank| Adaptation::LowRank { rank }),
        expert_imbalance: machine.general.expert_imbalance.value,
        ..Job::new(shape, sequence, global_batch.max(1.0), precision)
    })
}

/// The largest part of a step names what binds it; matrix work counts as memory-bound where traffic rules it.
fn binding(step: &Step) -> Binding {
    let breakdown = &step.breakdown;
    let arithmetic = breakdown.matrix + breakdown.attention + breakdown.recompute;
    let traffic = breakdown.streaming + breakdown.optimizer;
    let parts = [
        (Binding::Compute, arithmetic),
        (Binding::MemoryBandwidth, traffic),
        (Binding::ScaleUp, breakdown.scale_up),
        (Binding::ScaleOut, breakdown.scale_out),
        (Binding::Floor, breakdown.overhead + breakdown.bubble),
    ];
    parts
        .into_iter()
        .max_by(|left, right| left.1.total_cmp(&right.1))
        .map_or(Binding::Compute, |(binds, _)| binds)
}
