//! Memory of the fullest device of a training job.

use quarterdeck_units::Bytes;
use quarterdeck_workload::LayerKind;

use super::Adaptation;
use super::stage::Content;
use super::step::Pricer;
use crate::fit::MemoryUse;
use crate::memory::{self, ActivationSplit};
use crate::parallelism::schedule::Pipeline;
use crate::parallelism::{Deal, Layout, Recompute, Schedule, Sharding};

/// Bytes that one layer keeps of a micro-batch, by kind of layer and by what is computed again. Depends on tensor,
/// context, expert, micro-batch and sequence parallelism only.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Kept {
    /// Dense layers and layers of experts that keep everything.
    all: [Bytes; 2],
    /// The same with selective recomputation.
    selective: [Bytes; 2],
    /// The input alone.
    input: [Bytes; 2],
    /// Scores over the vocabulary.
    logits: Bytes,
}

impl Kept {
    /// Bytes that some layers keep of one micro-batch.
    pub(super) fn of(&self, recompute: Recompute, content: &Content) -> Bytes {
        let sum = |kept: &[Bytes; 2], dense: f64, experts: f64| kept[0] * dense + kept[1] * experts;
        let (dense, experts) = (content.dense, content.experts);
        match recompute {
            Recompute::None => sum(&self.all, dense, experts),
            Recompute::Selective => sum(&self.selective, dense, experts),
            Recompute::Full => sum(&self.input, dense, experts),
            Recompute::Layers(full) => {
                let layers = content.layers();
                let share =
                    if layers > 0.0 { (f64::from(full) * content.chunks / layers).min(1.0) } else { 0.0 };
                sum(&self.all, dense * (1.0 - share), experts * (1.0 - share))
                    + sum(&self.input, dense * share, experts * share)
            }
        }
    }
}

/// Chunks of activations that stay on a device whose activations go to the host: the one at work and the one on
/// its way.
const CHUNKS_ON_DEVICE: f64 = 2.0;

impl Pricer<'_> {
    /// Memory of the fullest device under a layout.
    pub fn memory_of(&self, layout: &Layout) -> MemoryUse {
        let pipeline = self.pipeline(layout);
        self.memory(layout, &self.kept(layout), &self.deal(layout), &pipeline)
    }

    /// What layers keep under a layout.
    pub(super) fn kept(&self, layout: &Layout) -> Kept {
        let ways = &layout.parallelism;
        let shape = &self.job.shape;
        let tokens = self.tokens(layout);
        let mut kept =
            Kept { logits: memory::logits(tokens, shape.vocab, f64::from(ways.tensor)), ..Kept::default() };
        for (recompute, into) in [
            (Recompute::None, &mut kept.all),
            (Recompute::Selective, &mut kept.selective),
            (Recompute::Full, &mut kept.input),
        ] {
            let split = ActivationSplit {
                tensor: f64::from(ways.tensor),
                sequence_parallel: layout.sequence_parallel,
                attention: layout.attention,
                recompute,
                operand: if self.is_narrow() { 1.0 } else { 2.0 },
            };
            for (kind, _) in shape.layer_kinds() {
                let at = match kind {
                    LayerKind::Dense => 0,
                    LayerKind::Experts => 1,
                };
                into[at] = memory::layer_activations(shape, kind, tokens, self.job.sequence, &split);
            }
        }
        kept
    }

    /// Memory of the fullest stage. The first holds most micro-batches, the second most layers where the embedding
    /// takes the place of one, and the last the head and its scores.
    pub(super) fn memory(&self, layout: &Layout, kept: &Kept, deal: &Deal, pipeline: &Pipeline) -> MemoryUse {
        let of = |stage: u32| self.stage_memory(layout, kept, deal, pipeline, stage);
        let fuller =
            |left: MemoryUse, right: MemoryUse| if right.used() > left.used() { right } else { left };
        let p = pipeline.stages;
        let first = of(0);
        if pipeline.schedule == Schedule::DualPipe && p > 2 {
            // Devices hold mirrored pairs of stages.
            return fuller(first, of(1));
        }
        if p <= 3 || deal.has_equal_middle(self.leading()) {
            let second = if p > 2 { fuller(first, of(1)) } else { first };
            return if p > 1 { fuller(second, of(p - 1)) } else { second };
        }
        (1..p).fold(first, |most, stage| fuller(most, of(stage)))
    }

    fn stage_memory(
        &self,
        layout: &Layout,
        kept: &Kept,
        deal: &Deal,
        pipeline: &Pipeline,
        stage: u32,
    ) -> MemoryUse {
        let widths = self.job.states;
        let held = self.held(deal, pipeline, stage);
        let (dense, experts) = self.parameters_of(layout, &held);
        let groups = self.groups(layout, pipeline);
        let (ways, expert_ways) = (groups.shards, groups.expert_shards);
        let mut states = memory::states(dense, ways, layout.sharding, &widths);
        let of_experts = memory::states(experts, expert_ways, layout.sharding, &widths);
        states.weights += of_experts.weights;
        states.gradients += of_experts.gradients;
        states.optimizer += of_experts.optimizer;
        if let Adaptation::LowRank { .. } = self.job.adaptation {
            let (adapters, _) = self.trained_of(layout, &held);
            let trained = memory::states(adapters, ways, layout.sharding, &widths);
            states.weights += trained.weights;
            states.gradients = trained.gradients;
            states.optimizer = trained.optimizer;
        }
        if layout.sharding == Sharding::Full {
            // Two layers are gathered at a time: the one at work and the next.
            let gathered = 2.0 * (dense + experts) / held.layers().max(1.0);
            states.weights += Bytes::bytes(gathered * widths.weights);
        }
        let mut host = Bytes::ZERO;
        if layout.offload.optimizer {
            host += states.optimizer;
            states.optimizer = Bytes::ZERO;
        }
        let (mut activations, away) = self.activations(layout, kept, deal, pipeline, stage);
        host += away;
        if matches!(layout.recompute, Recompute::Full | Recompute::Layers(1..)) {
            // One layer is whole while it is computed again.
            activations += kept.all[0].max(kept.all[1]);
        }
        let capacity = self.machine.memory;
        MemoryUse {
            weights: states.weights,
            gradients: states.gradients,
            optimizer: states.optimizer,
            activations,
            logits: if held.head { kept.logits } else { Bytes::ZERO },
            reserve: capacity * self.machine.steps.training.memory_reserve.value,
            capacity,
            host,
            host_capacity: self.machine.platform.host.memory.value / self.machine.devices,
            ..MemoryUse::default()
        }
    }

    /// Activations that a stage keeps on the device, and those that it keeps on the host.
    fn activations(
        &self,
        layout: &Layout,
        kept: &Kept,
        deal: &Deal,
        pipeline: &Pipeline,
        stage: u32,
    ) -> (Bytes, Bytes) {
        let flying = f64::from(pipeline.chunks_in_flight(stage));
        let content = self.stage_content(deal, pipeline, stage);
        let content = if pipeline.schedule == Schedule::DualPipe && pipeline.stages > 1 {
            // Micro-batches in flight are of either direction.
            let other = self.stage_content(deal, pipeline, pipeline.stages - 1 - stage);
            if other.layers() > content.layers() { other } else { content }
        } else {
            content
        };
        // Of the chunks of a stage, each has the mean number of layers.
        let chunk = kept.of(layout.recompute, &content) / f64::from(pipeline.chunks);
        if layout.offload.activations {
            let here = flying.min(CHUNKS_ON_DEVICE);
            (chunk * here, chunk * (flying - here))
        } else {
            (chunk * flying, Bytes::ZERO)
        }
    }

    /// Platforms whose memory could just hold weights, gradients and states, perfectly split.
    pub(super) fn least_platforms(&self) -> f64 {
        let widths = self.job.states;
        let states = match self.job.adaptation {
            Adaptation::Full => widths.gradients + widths.optimizer,
            Adaptation::LowRank { .. } => 0.0,
        };
        let bytes = self.parameters.total() * states.max(widths.weights);
        let room = self.machine.memory * (1.0 - self.machine.steps.training.memory_reserve.value);
        (Bytes::bytes(bytes) / (room * self.machine.devices)).ceil().max(1.0)
    }
}
