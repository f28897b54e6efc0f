//! What the chunks and stages of a pipeline do for one micro-batch, and the messages between them.

use quarterdeck_units::{Bandwidth, Bytes, Seconds};

use super::Adaptation;
use super::layer::{DeviceTime, LayerCost, Traffic};
use super::step::{Costs, Pricer};
use crate::parallelism::schedule::{Bound, ChunkTimes, EndTimes, Pipeline};
use crate::parallelism::{Deal, Layout, Recompute, Schedule};

/// Layers of a chunk by kind, and what lies at its ends.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Content {
    /// Dense layers.
    pub dense: f64,
    /// Layers of experts.
    pub experts: f64,
    /// Whether the embedding is in front.
    pub embedding: bool,
    /// Whether the head is behind.
    pub head: bool,
    /// Chunks that send their output forward, and the gradient of their input back.
    pub sends_forward: f64,
    /// As above.
    pub sends_back: f64,
    /// Chunks of which it is made up.
    pub chunks: f64,
}

impl Content {
    pub(super) fn layers(&self) -> f64 {
        self.dense + self.experts
    }

    pub(super) fn plus(self, other: Content) -> Content {
        Content {
            dense: self.dense + other.dense,
            experts: self.experts + other.experts,
            embedding: self.embedding || other.embedding,
            head: self.head || other.head,
            sends_forward: self.sends_forward + other.sends_forward,
            sends_back: self.sends_back + other.sends_back,
            chunks: self.chunks + other.chunks,
        }
    }
}

/// What a chunk or a stage does for one micro-batch.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Stage {
    pub(super) forward: DeviceTime,
    pub(super) backward: DeviceTime,
    /// Part of the backward pass that is gradients by weight.
    pub(super) weight: Seconds,
    pub(super) again: DeviceTime,
    pub(super) again_traffic: Traffic,
    pub(super) forward_traffic: Traffic,
    pub(super) backward_traffic: Traffic,
    /// Exposed transfers to the host beside the forward pass, and from it beside the backward pass.
    pub(super) to_host: Seconds,
    pub(super) from_host: Seconds,
    /// Transfers that hide behind both passes.
    pub(super) host_hidden: Seconds,
}

impl Stage {
    pub(super) fn total(&self) -> Seconds {
        self.forward_time() + self.backward_time()
    }

    pub(super) fn work(&self) -> DeviceTime {
        self.forward.plus(self.backward)
    }

    pub(super) fn again_time(&self) -> Seconds {
        self.again.total() + self.again_traffic.exposed.total()
    }

    pub(super) fn traffic(&self) -> Traffic {
        self.forward_traffic.plus(self.backward_traffic)
    }

    fn forward_time(&self) -> Seconds {
        self.forward.total() + self.forward_traffic.exposed.total() + self.to_host
    }

    /// Both gradients, with what is computed again for them.
    pub(super) fn backward_time(&self) -> Seconds {
        self.backward.total() + self.backward_traffic.exposed.total() + self.again_time() + self.from_host
    }

    pub(super) fn times(&self) -> ChunkTimes {
        let whole = self.backward_time();
        ChunkTimes { forward: self.forward_time(), backward: whole - self.weight, weight: self.weight }
    }

    fn add(&mut self, cost: &LayerCost, count: f64, weight_share: f64) {
        self.forward = self.forward.plus(cost.forward.times(count));
        self.backward = self.backward.plus(cost.backward.times(count));
        self.weight += cost.backward.matrix * (count * weight_share);
        self.forward_traffic = self.forward_traffic.plus(cost.forward_traffic.times(count));
        self.backward_traffic = self.backward_traffic.plus(cost.backward_traffic.times(count));
    }

    fn add_again(&mut self, cost: &LayerCost, count: f64, recompute: Recompute, share: f64) {
        match recompute {
            Recompute::None => {}
            Recompute::Selective => self.again = self.again.plus(cost.selective.times(count)),
            Recompute::Full | Recompute::Layers(_) => {
                self.again = self.again.plus(cost.forward.times(count * share));
                self.again.matrix -= cost.left_out * (count * share);
                self.again_traffic = self.again_traffic.plus(cost.forward_traffic.times(count * share));
            }
        }
    }
}

/// A layout with all that the work of its stages follows from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan<'a> {
    pub layout: Layout,
    pub costs: &'a Costs,
    pub deal: Deal,
    pub pipeline: Pipeline,
    /// A message between neighbouring chunks.
    pub send: Traffic,
}

/// Half of a backward product is the gradient by weight, the other half that by input.
const WEIGHT_SHARE: f64 = 0.5;

impl Pricer<'_> {
    /// How the layers of the model lie on the chunks of a layout. Layouts whose layers cannot be dealt as named are
    /// priced as if their ends were counted over stages alone.
    pub(super) fn deal(&self, layout: &Layout) -> Deal {
        let (layers, stages) = (self.layer_count().max(1), layout.parallelism.pipeline);
        let stages = stages.clamp(1, layers);
        Deal::stated(layers, stages, self.chunks(layout), layout.split)
            .or_else(|| Deal::of(layers, stages, 1, crate::parallelism::StageSplit::Automatic))
            .or_else(|| Deal::of(layers, 1, 1, crate::parallelism::StageSplit::Automatic))
            .unwrap_or_else(|| unreachable!("one stage holds any number of layers"))
    }

    /// Chunks of each stage that the schedule and the layers allow.
    pub(super) fn chunks(&self, layout: &Layout) -> u32 {
        let (layers, stages) = (self.layer_count(), layout.parallelism.pipeline);
        let interleaves = stages > 1 && layout.schedule == Schedule::OneFOneB;
        let chunks = if interleaves { layout.interleave.max(1) } else { 1 };
        if Deal::stated(layers, stages, chunks, layout.split).is_some() { chunks } else { 1 }
    }

    /// The pipeline of a layout.
    pub fn pipeline(&self, layout: &Layout) -> Pipeline {
        Pipeline {
            schedule: layout.schedule,
            stages: layout.parallelism.pipeline.clamp(1, self.layer_count().max(1)),
            chunks: self.chunks(layout),
            microbatches: self.microbatches(layout) as u32,
            send: Seconds::ZERO,
        }
        .filled()
    }

    /// What a chunk holds.
    pub(super) fn content(&self, deal: &Deal, pipeline: &Pipeline, unit: u32) -> Content {
        let units = pipeline.stages * pipeline.chunks;
        let layers = f64::from(deal.layers_of(unit));
        let dense = f64::from(deal.leading_of(unit, self.leading()));
        Content {
            dense,
            experts: layers - dense,
            embedding: unit == 0,
            head: unit + 1 == units,
            sends_forward: f64::from(u32::from(unit + 1 < units)),
            sends_back: f64::from(u32::from(unit > 0)),
            chunks: 1.0,
        }
    }

    /// What a stage holds; with work from both ends, what one of its two copies holds.
    pub(super) fn stage_content(&self, deal: &Deal, pipeline: &Pipeline, stage: u32) -> Content {
        let (p, v) = (pipeline.stages, pipeline.chunks);
        if v <= 2 || !deal.has_equal_middle(self.leading()) {
            return (0..v).fold(Content::default(), |sum, chunk| {
                sum.plus(self.content(deal, pipeline, chunk * p + stage))
            });
        }
        // Chunks between the first and the last are equal.
        let inner = self.content(deal, pipeline, p + stage);
        let times = f64::from(v - 2);
        let inner = Content {
            dense: inner.dense * times,
            experts: inner.experts * times,
            sends_forward: times,
            sends_back: times,
            chunks: times,
            ..inner
        };
        self.content(deal, pipeline, stage).plus(inner).plus(self.content(
            deal,
            pipeline,
            (v - 1) * p + stage,
        ))
    }

    /// Work of some layers and ends for one micro-batch.
    pub(super) fn stage(&self, plan: &Plan, content: &Content) -> Stage {
        let Plan { layout, costs, send, .. } = plan;
        let weight_share = match self.job.adaptation {
            Adaptation::Full => WEIGHT_SHARE,
            Adaptation::LowRank { .. } => 0.0,
        };
        let share = match layout.recompute {
            Recompute::Layers(full) if content.layers() > 0.0 => {
                (f64::from(full) * content.chunks / content.layers()).min(1.0)
            }
            _ => 1.0,
        };
        let mut stage = Stage::default();
        for (cost, count) in [(&costs.dense, content.dense), (&costs.experts, content.experts)] {
            if count > 0.0 {
                stage.add(cost, count, weight_share);
                stage.add_again(cost, count, layout.recompute, share);
            }
        }
        if content.embedding {
            stage.add(&costs.embedding, 1.0, 0.0);
        }
        if content.head {
            stage.add(&costs.head, 1.0, weight_share);
        }
        self.add_accumulation(plan, content, &mut stage);
        stage.forward_traffic = stage.forward_traffic.plus(send.times(content.sends_forward));
        stage.backward_traffic = stage.backward_traffic.plus(send.times(content.sends_back));
        if layout.offload.activations {
            self.add_activation_offload(plan, content, &mut stage);
        }
        stage
    }

    /// Gradients of a micro-batch are added to those before it. The first has none before it: every micro-batch
    /// carries its share of what the others add.
    fn add_accumulation(&self, plan: &Plan, content: &Content, stage: &mut Stage) {
        let rounds = f64::from(plan.pipeline.microbatches);
        if self.software.accumulated_bytes <= 0.0 || rounds <= 1.0 {
            return;
        }
        let (dense, experts) = self.trained_of(&plan.layout, content);
        let moved = self.software.accumulated_bytes * (dense + experts) * (1.0 - 1.0 / rounds);
        let time = self.narrow.stream(Bytes::bytes(moved));
        stage.backward.streaming += time;
        stage.weight += time;
    }

    /// Activations leave for the host beside the forward pass and come back beside the backward pass; what the link
    /// needs beyond them is exposed.
    fn add_activation_offload(&self, plan: &Plan, content: &Content, stage: &mut Stage) {
        let Some(link) = self.host_link() else { return };
        let bytes = plan.costs.kept.of(plan.layout.recompute, content);
        let once = bytes / link;
        let (out, back) =
            (once.min(stage.forward.total()), once.min(stage.backward.total() + stage.again.total()));
        stage.to_host = once - out;
        stage.from_host = once - back;
        stage.host_hidden = out + back;
    }

    /// Time of the whole pipeline of a step.
    pub(super) fn pipeline_time(&self, plan: &Plan) -> Seconds {
        let Plan { deal, pipeline, .. } = plan;
        if deal.has_equal_middle(self.leading()) {
            return pipeline.time(&self.end_times(plan));
        }
        let units = pipeline.stages * pipeline.chunks;
        let of = |unit: u32| self.stage(plan, &self.content(deal, pipeline, unit)).times();
        let times: Vec<ChunkTimes> = (0..units).map(of).collect();
        pipeline.time_of(&|stage, chunk| times[(chunk * pipeline.stages + stage) as usize])
    }

    /// A time that the pipeline of a step does not undercut: exact where a closed form is, else the path through the
    /// busiest stage.
    pub(super) fn pipeline_bound(&self, plan: &Plan) -> Bound {
        if plan.deal.has_equal_middle(self.leading()) {
            return plan.pipeline.bound(&self.end_times(plan));
        }
        Bound::AtLeast(self.pace(plan).total() * f64::from(plan.pipeline.microbatches))
    }

    fn end_times(&self, plan: &Plan) -> EndTimes {
        let Plan { deal, pipeline, .. } = plan;
        let units = pipeline.stages * pipeline.chunks;
        let of = |unit: u32| self.stage(plan, &self.content(deal, pipeline, unit)).times();
        let (first, last) = (of(0), of(units - 1));
        EndTimes { first, middle: if units > 2 { of(1) } else { first }, last }
    }

    /// The stage that works longest for one micro-batch.
    pub(super) fn pace(&self, plan: &Plan) -> Stage {
        let Plan { deal, pipeline, .. } = plan;
        let p = pipeline.stages;
        let of = |stage: u32| self.stage(plan, &self.stage_content(deal, pipeline, stage));
        let longest = |left: Stage, right: Stage| if right.total() > left.total() { right } else { left };
        if pipeline.schedule == Schedule::DualPipe && p > 1 {
            // A device works on a stage of each direction in turn.
            let both = |stage: u32| of(stage).halfway(&of(p - 1 - stage));
            return (1..p / 2).fold(both(0), |pace, stage| longest(pace, both(stage)));
        }
        if deal.has_equal_middle(self.leading()) {
            let last = of(p - 1);
            let ends = if p > 1 { longest(of(0), last) } else { last };
            return if p > 2 { longest(ends, of(1)) } else { ends };
        }
        (1..p).fold(of(0), |pace, stage| longest(pace, of(stage)))
    }

    /// A message between neighbouring chunks: the residual stream of a micro-batch, split over the tensor group.
    /// Chunks send beside the work of the next chunk; a single chunk waits.
    pub(super) fn send(&self, layout: &Layout, pipeline: &Pipeline) -> Traffic {
        if pipeline.stages <= 1 {
            return Traffic::default();
        }
        let ways = &layout.parallelism;
        let tensor = f64::from(ways.tensor);
        let bytes = Bytes::bytes(2.0 * self.tokens(layout) * self.job.shape.hidden / tensor);
        let stride = tensor * f64::from(ways.context) * f64::from(ways.data);
        let message = self.machine.network.point_to_point(bytes, stride);
        let interleaved = pipeline.chunks > 1 || pipeline.schedule == Schedule::DualPipe;
        let overlap = if interleaved { self.software.pipeline_overlap } else { 0.0 };
        Traffic::with_overlap(message, overlap)
    }

    /// Rate between the memories of one device and the host, where they are apart.
    pub(super) fn host_link(&self) -> Option<Bandwidth> {
        self.machine.platform.host.link.as_ref().map(|link| link.value)
    }
}

impl Stage {
    /// Mean of two.
    fn halfway(&self, other: &Stage) -> Stage {
        let device = |left: DeviceTime, right: DeviceTime| left.plus(right).times(0.5);
        let traffic = |left: Traffic, right: Traffic| left.plus(right).times(0.5);
        Stage {
            forward: device(self.forward, other.forward),
            backward: device(self.backward, other.backward),
            weight: (self.weight + other.weight) * 0.5,
            again: device(self.again, other.again),
            again_traffic: traffic(self.again_traffic, other.again_traffic),
            forward_traffic: traffic(self.forward_traffic, other.forward_traffic),
            backward_traffic: traffic(self.backward_traffic, other.backward_traffic),
            to_host: (self.to_host + other.to_host) * 0.5,
            from_host: (self.from_host + other.from_host) * 0.5,
            host_hidden: (self.host_hidden + other.host_hidden) * 0.5,
        }
    }
}
