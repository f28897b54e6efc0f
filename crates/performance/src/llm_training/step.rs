//! Time and memory of one training step under a layout.

use quarterdeck_catalog::Precision;
use quarterdeck_units::{Bytes, Seconds};
use quarterdeck_workload::{LayerKind, Parameters};

use super::layer::{DeviceTime, LayerCost, Traffic};
use super::{Adaptation, Job};
use crate::fit::{Breakdown, Hidden, MemoryUse, Reason};
use crate::machine::Machine;
use crate::memory::{self, ActivationSplit, StateWidths};
use crate::operators::Roofline;
use crate::parallelism::{GradientExchange, Layout, Recompute, Sharding, pipeline_stretch, stage_layers};

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
    dense: LayerCost,
    experts: LayerCost,
    head: LayerCost,
}

/// What one stage does for one micro-batch.
#[derive(Clone, Copy, Default)]
struct Stage {
    work: DeviceTime,
    again: DeviceTime,
    traffic: Traffic,
    backward: Seconds,
}

impl Stage {
    fn total(&self) -> Seconds {
        self.work.total() + self.again.total() + self.traffic.exposed.total()
    }
}

/// Bytes that an optimizer step moves for each parameter: gradient, master weight and both moments read, the
/// last three and the 16-bit weight written.
const OPTIMIZER_TRAFFIC: f64 = 30.0;

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

    /// Share of the head's time in the mean over stages, where the mean stage was counted without it.
    fn head_share(costs: &Costs, pipeline: f64) -> Seconds {
        if pipeline <= 1.0 {
            return Seconds::ZERO;
        }
        let head = &costs.head;
        (head.forward.total() + head.backward.total()) * (1.0 / pipeline)
    }

    /// Mean cost of a layer, dense and expert layers weighted by their number.
    fn mean_layer(&self, costs: &Costs) -> LayerCost {
        let shape = &self.job.shape;
        let share = shape.dense_layers / shape.layers;
        let mix =
            |dense: DeviceTime, experts: DeviceTime| dense.times(share).plus(experts.times(1.0 - share));
        let mix_traffic =
            |dense: Traffic, experts: Traffic| dense.times(share).plus(experts.times(1.0 - share));
        let (dense, experts) = (&costs.dense, &costs.experts);
        LayerCost {
            forward: mix(dense.forward, experts.forward),
            backward: mix(dense.backward, experts.backward),
            selective: mix(dense.selective, experts.selective),
            forward_traffic: mix_traffic(dense.forward_traffic, experts.forward_traffic),
            backward_traffic: mix_traffic(dense.backward_traffic, experts.backward_traffic),
        }
    }

    fn stage(&self, layout: &Layout, costs: &Costs, layers: f64, with_head: bool) -> Stage {
        let layer = self.mean_layer(costs);
        let again = match layout.recompute {
            Recompute::None => (DeviceTime::default(), Traffic::default()),
            Recompute::Selective => (layer.selective, Traffic::default()),
            Recompute::Full => (layer.forward, layer.forward_traffic),
        };
        let mut stage = Stage {
            work: layer.forward.plus(layer.backward).times(layers),
            again: again.0.times(layers),
            traffic: layer.forward_traffic.plus(layer.backward_traffic).plus(again.1).times(layers),
            backward: (layer.backward.total() + again.0.total()) * layers,
        };
        if with_head {
            let head = &costs.head;
            stage.work = stage.work.plus(head.forward).plus(head.backward);
            stage.traffic = stage.traffic.plus(head.forward_traffic).plus(head.backward_traffic);
            stage.backward += head.backward.total();
        }
        stage
    }

    /// Messages between stages: the residual stream forward and its gradient backward for each chunk.
    fn boundary_traffic(&self, layout: &Layout, microbatches: f64) -> Traffic {
        let ways = &layout.parallelism;
        if ways.pipeline <= 1 {
            return Traffic::default();
        }
        let tensor = f64::from(ways.tensor);
        let bytes = Bytes::bytes(2.0 * self.tokens(layout) * self.job.shape.hidden / tensor);
        let stride = tensor * f64::from(ways.context) * f64::from(ways.data);
        let message = self.machine.network.point_to_point(bytes, stride);
        let times = 2.0 * f64::from(layout.interleave) * microbatches;
        // Chunks send beside the work of the next chunk; a single chunk waits.
        let overlap =
            if layout.interleave > 1 { self.machine.steps.training.data_overlap.value } else { 0.0 };
        Traffic::with_overlap(message.times(times), overlap)
    }

    /// Parameters on the fullest stage: dense part and routed experts of one device.
    fn local_parameters(&self, layout: &Layout, layers: f64) -> (f64, f64) {
        let (parameters, shape) = (&self.parameters, &self.job.shape);
        let tensor = f64::from(layout.parallelism.tensor);
        let expert_layers = layers * (1.0 - shape.dense_layers / shape.layers);
        let experts = shape.moe.map_or(0.0, |moe| f64::from(moe.experts)) * parameters.expert * expert_layers;
        let expert_split =
            if layout.parallelism.expert > 1 { f64::from(layout.parallelism.expert) } else { tensor };
        let dense_layer = parameters.attention + parameters.norms;
        let dense = layers * dense_layer
            + (layers - expert_layers) * parameters.dense_ffn
            + expert_layers * (parameters.router + parameters.shared_experts);
        let ends = if layout.parallelism.pipeline <= 1 {
            parameters.embedding + parameters.head
        } else {
            parameters.embedding.max(parameters.head)
        };
        ((dense + ends) / tensor, experts / expert_split)
    }

    /// Trained parameters of a device, of the two parts.
    fn trained(&self, layout: &Layout, layers: f64) -> (f64, f64) {
        match self.job.adaptation {
            Adaptation::Full => self.local_parameters(layout, layers),
            Adaptation::LowRank { rank } => {
                (self.adapter_parameters(rank, layers) / f64::from(layout.parallelism.tensor), 0.0)
            }
        }
    }

    /// Parameters of adapters beside the four attention and all dense feed-forward products of `layers` layers:
    /// `r (in + out)` each.
    fn adapter_parameters(&self, rank: f64, layers: f64) -> f64 {
        let shape = &self.job.shape;
        let qkv = shape.hidden + shape.head_dim * (shape.heads + 2.0 * shape.kv_heads);
        let output = shape.head_dim * shape.heads + shape.hidden;
        let ffn = shape.ffn_matrices * (shape.hidden + shape.ffn_hidden);
        rank * layers * (qkv + output + ffn)
    }

    /// Gradients reduced and weights gathered over the data-parallel ranks.
    ///
    /// Sharded optimizers scatter gradients and gather weights once a step; full sharding gathers weights for
    /// every pass of every micro-batch. What may hide does so behind the backward pass that produces it.
    fn exchange(
        &self,
        layout: &Layout,
        layers: f64,
        backward: Seconds,
        pass: Seconds,
        microbatches: f64,
    ) -> Traffic {
        let ways = &layout.parallelism;
        let (tensor, expert) = (f64::from(ways.tensor), f64::from(ways.expert));
        let replicas = f64::from(ways.data) * f64::from(ways.context);
        let (dense, experts) = self.trained(layout, layers);
        let network = &self.machine.network;
        let dense_group = network.group(replicas, tensor);
        let expert_replicas = if ways.expert > 1 { (replicas * tensor / expert).max(1.0) } else { replicas };
        let expert_group = network.group(expert_replicas, if ways.expert > 1 { expert } else { tensor });
        let gradient_width = if layout.gradients == GradientExchange::Overlapped { 2.0 } else { 4.0 };

        let gather = |width: f64| {
            network
                .all_gather(Bytes::bytes(dense * width), dense_group)
                .plus(network.all_gather(Bytes::bytes(experts * width), expert_group))
        };
        let (once, rounds, window) = match layout.sharding {
            Sharding::Replicated => {
                let reduce = network
                    .all_reduce(Bytes::bytes(dense * gradient_width), dense_group)
                    .plus(network.all_reduce(Bytes::bytes(experts * gradient_width), expert_group));
                (reduce, 1.0, backward)
            }
            Sharding::Optimizer => (gather(gradient_width).plus(gather(2.0)), 1.0, backward),
            Sharding::Full => (gather(2.0).times(2.0).plus(gather(gradient_width)), microbatches, pass),
        };
        if once.total() <= Seconds::ZERO {
            return Traffic::default();
        }
        let may_hide = match layout.gradients {
            GradientExchange::Overlapped => self.machine.steps.training.data_overlap.value,
            GradientExchange::AtEnd => 0.0,
        };
        let hidden = (once.total() * may_hide).min(window);
        Traffic::with_overlap(once.times(rounds), hidden / once.total())
    }

    fn optimizer_time(&self, layout: &Layout, layers: f64) -> Seconds {
        let (dense, experts) = self.trained(layout, layers);
        let ways = &layout.parallelism;
        let replicas = if layout.sharding == Sharding::Replicated {
            1.0
        } else {
            f64::from(ways.data) * f64::from(ways.context)
        };
        self.narrow.stream(Bytes::bytes(OPTIMIZER_TRAFFIC * (dense + experts) / replicas))
    }

    /// Memory of the fullest device under a layout.
    pub fn memory_of(&self, layout: &Layout) -> MemoryUse {
        let layers = stage_layers(self.job.shape.layers, f64::from(layout.parallelism.pipeline));
        self.memory(layout, layers.fullest, self.microbatches(layout))
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

    /// Platforms whose memory could just hold weights, gradients and states, perfectly split.
    pub(super) fn least_platforms(&self) -> f64 {
        let widths = StateWidths::MIXED;
        let states = match self.job.adaptation {
            Adaptation::Full => widths.gradients + widths.optimizer,
            Adaptation::LowRank { .. } => 0.0,
        };
        let bytes = self.parameters.total() * states.max(widths.weights);
        let room = self.machine.memory * (1.0 - self.machine.steps.training.memory_reserve.value);
        (Bytes::bytes(bytes) / (room * self.machine.devices)).ceil().max(1.0)
    }

    /// Memory of a device of the first stage, which holds most activations.
    fn memory(&self, layout: &Layout, layers: f64, microbatches: f64) -> MemoryUse {
        let ways = &layout.parallelism;
        let shape = &self.job.shape;
        let (dense, experts) = self.local_parameters(layout, layers);
        let replicas = f64::from(ways.data) * f64::from(ways.context);
        let expert_replicas = if ways.expert > 1 {
            (replicas * f64::from(ways.tensor) / f64::from(ways.expert)).max(1.0)
        } else {
            replicas
        };
        let widths = StateWidths::MIXED;
        let mut states = memory::states(dense, replicas, layout.sharding, &widths);
        let of_experts = memory::states(experts, expert_replicas, layout.sharding, &widths);
        states.weights += of_experts.weights;
        states.gradients += of_experts.gradients;
        states.optimizer += of_experts.optimizer;
        if let Adaptation::LowRank { .. } = self.job.adaptation {
            let (adapters, _) = self.trained(layout, layers);
            let trained = memory::states(adapters, replicas, layout.sharding, &widths);
            states.weights += trained.weights;
            states.gradients = trained.gradients;
            states.optimizer = trained.optimizer;
        }
        if layout.sharding == Sharding::Full {
            // Two layers are gathered at a time: the one at work and the next.
            let gathered = 2.0 * (dense + experts) / layers.max(1.0);
            states.weights += Bytes::bytes(gathered * widths.weights);
        }
        let split = ActivationSplit {
            tensor: f64::from(ways.tensor),
            sequence_parallel: layout.sequence_parallel,
            attention: layout.attention,
            recompute: layout.recompute,
            operand: if self.is_narrow() { 1.0 } else { 2.0 },
        };
        let tokens = self.tokens(layout);
        let share = shape.dense_layers / shape.layers;
        let kept = |kind, split: &ActivationSplit| {
            memory::layer_activations(shape, kind, tokens, self.job.sequence, split)
        };
        let per_layer =
            kept(LayerKind::Dense, &split) * share + kept(LayerKind::Experts, &split) * (1.0 - share);
        let pipeline = f64::from(ways.pipeline);
        let flying = memory::in_flight(pipeline, microbatches, f64::from(layout.interleave));
        let mut activations = per_layer * (layers * flying);
        if layout.recompute == Recompute::Full {
            // One layer is whole while it is computed again.
            let whole = ActivationSplit { recompute: Recompute::None, ..split };
            activations += kept(LayerKind::Dense, &whole).max(if shape.moe.is_some() {
                kept(LayerKind::Experts, &whole)
            } else {
                Bytes::ZERO
            });
        }
        let logits = if ways.pipeline <= 1 {
            memory::logits(tokens, shape.vocab, f64::from(ways.tensor))
        } else {
            Bytes::ZERO
        };
        let capacity = self.machine.memory;
        MemoryUse {
            weights: states.weights,
            gradients: states.gradients,
            optimizer: states.optimizer,
            activations,
            logits,
            reserve: capacity * self.machine.steps.training.memory_reserve.value,
            capacity,
            ..MemoryUse::default()
        }
    }
}
