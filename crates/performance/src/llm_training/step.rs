//! Time and memory of one training step under a layout.

use quarterdeck_catalog::Precision;
use quarterdeck_units::Seconds;
use quarterdeck_workload::{LayerKind, Parameters};

use super::Job;
use super::layer::LayerCost;
use crate::fit::{Breakdown, Hidden, MemoryUse, Reason};
use crate::machine::Machine;
use crate::operators::Roofline;
use crate::parallelism::{Layout, pipeline_stretch, stage_layers};

/// Prices layouts of one job on one machine.
#[derive(Clone, Debug)]
pub struct Pricer<'a> {
    pub(super) machine: &'a Machine<'a>,
    pub(super) job: &'a Job,
    pub(super) parameters: Parameters,
    /// Rates at the job's precision.
    pub(super) narrow: Roofline<'a>,
    /// Rates in 16 bits, for the head.
    pub(super) wide: Roofline<'a>,
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

/// Costs that depend on tensor, context, expert and micro-batch only; the rest of a layout is algebra on them.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Costs {
    pub(super) dense: LayerCost,
    pub(super) experts: LayerCost,
    pub(super) head: LayerCost,
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
        let narrow = Roofline::of(machine, job.precision, sustained)?;
        let wide_precision = machine
            .device
            .first_peak(&[Precision::Bf16, Precision::Fp16])
            .map_or(job.precision, |(found, _)| found);
        let wide = Roofline::of(machine, wide_precision, sustained)?;
        Ok(Pricer { machine, job, parameters: job.shape.parameters(), narrow, wide })
    }

    /// The machine that is priced.
    pub fn machine(&self) -> &Machine<'a> {
        self.machine
    }

    /// The job that is priced.
    pub fn job(&self) -> &Job {
        self.job
    }

    /// Time and memory of a step under a layout, whether it fits or not.
    pub fn price(&self, layout: &Layout) -> Step {
        self.price_with(layout, &self.costs(layout))
    }

    /// The part of a price that tensor, context, expert and micro-batch decide.
    pub(super) fn costs(&self, layout: &Layout) -> Costs {
        let mut costs = Costs {
            dense: LayerCost::default(),
            experts: LayerCost::default(),
            head: self.head_cost(layout),
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

    /// Micro-batches of each pipeline in a step; the last one may be ragged.
    pub(super) fn microbatches(&self, layout: &Layout) -> f64 {
        let per_round = f64::from(layout.parallelism.data) * f64::from(layout.microbatch);
        (self.job.global_batch / per_round).ceil().max(1.0)
    }

    pub(super) fn price_with(&self, layout: &Layout, costs: &Costs) -> Step {
        let ways = &layout.parallelism;
        let pipeline = f64::from(ways.pipeline);
        let interleave = f64::from(layout.interleave);
        let microbatches = self.microbatches(layout);
        let layers = stage_layers(self.job.shape.layers, pipeline);

        // Slowest stage sets the pace; others idle.
        let middle = self.stage(layout, costs, layers.fullest, pipeline <= 1.0);
        let last = self.stage(layout, costs, layers.last, true);
        let pace = if last.total() > middle.total() { last } else { middle };
        let mean = self.stage(layout, costs, self.job.shape.layers / pipeline, pipeline <= 1.0);
        let mean_time = mean.total() + Self::head_share(costs, pipeline);
        let stretch = pipeline_stretch(pipeline, microbatches, interleave) - 1.0;
        let bubble = mean_time * (stretch * microbatches);

        let mut traffic = pace.traffic.times(microbatches);
        traffic = traffic.plus(self.boundary_traffic(layout, microbatches));
        let exchange = self.exchange(layout, layers.fullest, pace.backward, pace.total(), microbatches);
        traffic = traffic.plus(exchange);

        let work = pace.work.times(microbatches);
        let training = &self.machine.steps.training;
        let breakdown = Breakdown {
            matrix: work.matrix,
            attention: work.attention,
            streaming: work.streaming,
            recompute: pace.again.total() * microbatches,
            scale_up: traffic.exposed.scale_up,
            scale_out: traffic.exposed.scale_out,
            bubble,
            optimizer: self.optimizer_time(layout, layers.fullest),
            overhead: training.step_overhead.value,
            hidden: Hidden {
                scale_up: traffic.hidden.scale_up,
                scale_out: traffic.hidden.scale_out,
                device: work.hidden,
            },
            ..Breakdown::default()
        };
        Step { breakdown, memory: self.memory(layout, layers.fullest, microbatches), microbatches }
    }

    /// Time that no layout with these costs can undercut on `devices` devices: all work spread evenly, nothing
    /// done twice, no bubble and no exchange of gradients.
    pub(super) fn least_time(&self, layout: &Layout, costs: &Costs, devices: f64) -> Seconds {
        let layer = self.mean_layer(costs);
        let each = layer.forward.total()
            + layer.backward.total()
            + layer.forward_traffic.exposed.total()
            + layer.backward_traffic.exposed.total();
        let one = each * self.job.shape.layers + costs.head.forward.total() + costs.head.backward.total();
        let ways = f64::from(layout.parallelism.tensor) * f64::from(layout.parallelism.context);
        one * (self.job.global_batch * ways / (f64::from(layout.microbatch) * devices))
    }
}
