//! Time and memory of one training step under a layout.

use quarterdeck_catalog::{Bands, MissingFact, Precision, TrainingSoftware};
use quarterdeck_units::{FlopRate, Seconds};
use quarterdeck_workload::{LayerKind, Parameters, Pass, Widths};

use super::Job;
use super::footprint::Kept;
use super::layer::LayerCost;
use super::stage::Plan;
use crate::fit::{Breakdown, Hidden, MemoryUse, Reason};
use crate::machine::Machine;
use crate::operators::Roofline;
use crate::parallelism::Layout;
use crate::parallelism::schedule::Slot;

/// Prices layouts of one job on one machine.
#[derive(Clone, Debug)]
pub struct Pricer<'a> {
    pub(super) machine: &'a Machine<'a>,
    pub(super) job: &'a Job,
    pub(super) parameters: Parameters,
    /// Layers, and dense ones at the front.
    layers: u32,
    leading: u32,
    /// Rates at the job's precision.
    pub(super) narrow: Roofline<'a>,
    /// Rates in 16 bits, for the head.
    pub(super) wide: Roofline<'a>,
    /// Dense peak in 16 bits.
    pub(super) wide_peak: FlopRate,
    /// Rate of long steps over that of short kernels.
    pub(super) sustained: f64,
    pub(super) software: &'a TrainingSoftware,
    /// Time of one layer and micro-batch on this device that no operator accounts for, forward.
    pub(super) layer_overhead: Seconds,
    /// Time of the host of this device to launch a layer of experts, forward.
    pub(super) expert_overhead: Seconds,
    /// Share of the 16-bit peak that attention reaches by kernels of the framework's own.
    pub(super) attention_share: Option<f64>,
    /// Rate of fused attention over that of the device's kernels, where those run.
    pub(super) attention_rate: f64,
    /// Parameters of a layer without experts and of one with them, routed experts apart: the mean over the blocks of
    /// each kind.
    pub(super) unrouted: [f64; 2],
}

/// A priced step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// Where the time goes.
    pub breakdown: Breakdown,
    /// Where the memory of the fullest device goes.
    pub memory: MemoryUse,
    /// Micro-batches that each pipeline works through.
    pub microbatches: f64,
}

/// Costs that depend on tensor, context, expert, micro-batch, sequence parallelism and tensor overlap only; the rest
/// of a layout is algebra on them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Costs {
    pub(super) dense: LayerCost,
    pub(super) experts: LayerCost,
    pub(super) embedding: LayerCost,
    pub(super) head: LayerCost,
    pub(super) kept: Kept,
}

impl<'a> Pricer<'a> {
    /// Prices layouts of a job on a machine.
    pub fn new(machine: &'a Machine<'a>, job: &'a Job) -> Result<Pricer<'a>, Reason> {
        let sustained =
            machine.steps.training.sustained(machine.device).map(|share| share.value).ok_or_else(|| {
                Reason::Missing {
                    fact: format!(
                        "the calibration has no `training.sustained.{}` in calibration/performance.toml",
                        machine.device.family
                    ),
                }
            })?;
        let missing = |error: MissingFact| Reason::Missing { fact: error.to_string() };
        let training = &machine.steps.training;
        let software = match job.software {
            Some(id) => training.software(id),
            None => training.current_software(machine.device.family),
        }
        .map_err(missing)?;
        let narrow = match job.precision {
            Precision::Fp8 | Precision::Int8 => {
                Roofline::narrowed(machine, job.precision, &training.narrow.fp8, sustained)?
            }
            Precision::Fp4 => Roofline::narrowed(machine, job.precision, &training.narrow.fp4, sustained)?,
            _ => Roofline::of(machine, job.precision, sustained)?,
        };
        let wide_precision = machine
            .device
            .first_peak(&[Precision::Bf16, Precision::Fp16])
            .map_or(job.precision, |(found, _)| found);
        let wide = Roofline::of(machine, wide_precision, sustained)?;
        let wide_peak = machine.peak(wide_precision)?;
        let shape = &job.shape;
        let (layers, leading) = (shape.layers.round() as u32, shape.dense_layers.round() as u32);
        let parameters = shape.parameters();
        let routed = shape.moe.map_or(0.0, |moe| f64::from(moe.experts)) * parameters.expert;
        let unrouted = [(LayerKind::Dense, 0.0), (LayerKind::Experts, routed)].map(|(kind, routed)| {
            shape.blocks_of(kind).map(|(block, share)| share * (parameters.of_layer(block) - routed)).sum()
        });
        Ok(Pricer {
            machine,
            job,
            parameters,
            layers,
            leading,
            narrow,
            wide,
            wide_peak,
            sustained,
            software,
            layer_overhead: software.layer_overhead_on(machine.device),
            expert_overhead: software.expert_overhead_on(machine.device),
            attention_share: software.attention_share_on(machine.device),
            attention_rate: software.attention_rate_on(machine.device),
            unrouted,
        })
    }

    /// Shortest and longest time that four of five measured steps of this kind of work keep to, over the predicted time.
    pub fn band(&self, bands: &Bands) -> (f64, f64) {
        let blocks = if self.job.shape.moe.is_some() { "experts" } else { "dense" };
        bands.of(&format!("{}-{blocks}", self.software.family), self.machine.device.generation())
    }

    /// The machine that is priced.
    pub fn machine(&self) -> &Machine<'a> {
        self.machine
    }

    /// Layers of the model, as a count.
    pub(super) fn layer_count(&self) -> u32 {
        self.layers
    }

    /// Dense layers at the front of the model.
    pub(super) fn leading(&self) -> u32 {
        self.leading
    }

    /// Time of a step that no work of it explains.
    pub(super) fn step_overhead(&self) -> Seconds {
        self.software.step_overhead
    }

    /// The job that is priced.
    pub fn job(&self) -> &Job {
        self.job
    }

    /// Time and memory of a step under a layout, whether it fits or not.
    ///
    /// Layers that cannot be dealt as the layout says are dealt as [`Pricer::pipeline`] does; rounds of chunks that
    /// the micro-batches do not fill are counted as full.
    pub fn price(&self, layout: &Layout) -> Step {
        self.price_with(layout, &self.costs(layout, self.kept(layout)))
    }

    /// Every slot of the pipeline of a step, for drawing.
    pub fn timeline(&self, layout: &Layout) -> Vec<Slot> {
        let costs = self.costs(layout, self.kept(layout));
        let plan = self.plan(layout, &costs);
        let Plan { deal, pipeline, .. } = &plan;
        pipeline.timeline(&|stage, chunk| {
            let content = self.content(deal, pipeline, chunk * pipeline.stages + stage);
            self.stage(&plan, &content).times()
        })
    }

    fn plan<'c>(&self, layout: &Layout, costs: &'c Costs) -> Plan<'c> {
        let pipeline = self.pipeline(layout);
        Plan { layout: *layout, costs, deal: self.deal(layout), pipeline, send: self.send(layout, &pipeline) }
    }

    /// The part of a price that tensor, context, expert and micro-batch decide.
    pub(super) fn costs(&self, layout: &Layout, kept: Kept) -> Costs {
        let mut costs = Costs {
            dense: LayerCost::default(),
            experts: LayerCost::default(),
            embedding: self.embedding_cost(layout),
            head: self.head_cost(layout),
            kept,
        };
        for (kind, _) in self.job.shape.layer_kinds() {
            let cost = self.layer_cost(kind, layout);
            match kind {
                LayerKind::Dense => costs.dense = cost,
                LayerKind::Experts => costs.experts = cost,
            }
        }
        costs
    }

    /// Rows fetched for the tokens of a micro-batch, and their gradients added.
    fn embedding_cost(&self, layout: &Layout) -> LayerCost {
        let tokens = self.tokens(layout);
        let pass = Pass::training(tokens / self.job.sequence, self.job.sequence);
        let operator = self.job.shape.embedding_operator(&pass, &self.partition(layout), &Widths::HALF);
        let mut cost = LayerCost::default();
        cost.forward.streaming = self.narrow.time(&operator, 1.0, 1.0).exposed;
        cost.backward.streaming = self.narrow.time(&operator, 1.0, EMBEDDING_BACKWARD).exposed;
        cost
    }

    /// Micro-batches of each pipeline in a step; the last one may be ragged.
    pub(super) fn microbatches(&self, layout: &Layout) -> f64 {
        let per_round = f64::from(layout.parallelism.data) * f64::from(layout.microbatch);
        (self.job.global_batch / per_round).ceil().max(1.0)
    }

    pub(super) fn price_with(&self, layout: &Layout, costs: &Costs) -> Step {
        let plan = self.plan(layout, costs);
        let time = self.pipeline_time(&plan);
        let loads = self.loads(layout, &plan.deal, &plan.pipeline);
        let memory = self.memory(layout, &costs.kept, &loads, &plan.pipeline);
        let trained = Self::most_trained(&loads);
        self.assemble(&plan, &Laid { trained, time, memory })
    }

    /// A step from its pipeline: slowest stage sets the pace, and what the pipeline takes longer than it is bubble.
    pub(super) fn assemble(&self, plan: &Plan, laid: &Laid) -> Step {
        let Plan { layout, pipeline, .. } = plan;
        let Laid { trained, time, memory } = laid;
        let pace = self.pace(plan);
        let rounds = f64::from(pipeline.microbatches);
        let bubble = (*time - pace.total() * rounds).max(Seconds::ZERO);
        let exchange = self.exchange(layout, pipeline, *trained, &pace);
        let traffic = pace.traffic().times(rounds).plus(exchange);
        let work = pace.work().times(rounds);
        let optimizer = self.optimizer_time(layout, pipeline, *trained);
        let breakdown = Breakdown {
            matrix: work.matrix,
            attention: work.attention,
            streaming: work.streaming,
            recompute: pace.again_time() * rounds,
            scale_up: traffic.exposed.scale_up,
            scale_out: traffic.exposed.scale_out,
            host: (pace.to_host + pace.from_host) * rounds + optimizer.host,
            bubble,
            optimizer: optimizer.step,
            overhead: self.step_overhead(),
            hidden: Hidden {
                scale_up: traffic.hidden.scale_up,
                scale_out: traffic.hidden.scale_out,
                host: pace.host_hidden * rounds + optimizer.host_hidden,
                device: work.hidden,
            },
            ..Breakdown::default()
        };
        Step { breakdown, memory: *memory, microbatches: self.microbatches(layout) }
    }
}

/// What is worked out of a layout before its step is put together.
pub(super) struct Laid {
    /// Trained parameters of the device that has most.
    pub trained: (f64, f64),
    /// Time of the pipeline.
    pub time: Seconds,
    pub memory: MemoryUse,
}

/// Gradients of an embedding are read, and rows read and written: twice the bytes of the forward pass, and half of
/// them at random.
const EMBEDDING_BACKWARD: f64 = 2.0;
