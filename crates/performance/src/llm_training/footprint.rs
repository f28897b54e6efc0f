//! Memory of the fullest device of a training job.

use quarterdeck_units::Bytes;
use quarterdeck_workload::{LayerKind, Operator, Pass, Role, Widths};

use super::Adaptation;
use super::exchange::Replicas;
use super::stage::Content;
use super::step::Pricer;
use crate::fit::MemoryUse;
use crate::memory::{self, ActivationSplit, StateWidths};
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

/// What lies on a device of a stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Load {
    /// Parameters: dense part and routed experts.
    pub parameters: (f64, f64),
    /// Those of them that are trained, or adapters beside them.
    pub trained: (f64, f64),
    /// Layers, at least one.
    layers: f64,
    head: bool,
    /// Layers whose activations are kept.
    content: Content,
    /// Chunks of them in flight.
    flying: f64,
}

/// Layers whose activations stay on a device whose activations go to the host: the one at work and the one on its
/// way.
const LAYERS_ON_DEVICE: f64 = 2.0;

impl Pricer<'_> {
    /// Memory of the fullest device under a layout.
    pub fn memory_of(&self, layout: &Layout) -> MemoryUse {
        let pipeline = self.pipeline(layout);
        self.memory(layout, &self.kept(layout), &self.loads(layout, &self.deal(layout), &pipeline), &pipeline)
    }

    /// Bytes of each parameter's states. Gradients are held as wide as they are exchanged.
    pub(super) fn widths_of_states(&self) -> StateWidths {
        let states = self.job.states;
        StateWidths { gradients: states.gradients.min(self.software.gradient_bytes), ..states }
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
                into[at] = if shape.is_hybrid() && recompute != Recompute::Full {
                    self.kept_by_blocks(kind, layout, recompute)
                } else {
                    memory::layer_activations(shape, kind, tokens, self.job.sequence, &split)
                };
            }
        }
        kept
    }

    /// What a layer of a kind keeps in models of mixed blocks: the mean over its blocks of what their operators keep.
    /// What products read is kept as they read it, and selective recomputation makes what activations write again.
    fn kept_by_blocks(&self, kind: LayerKind, layout: &Layout, recompute: Recompute) -> Bytes {
        let (shape, tokens) = (&self.job.shape, self.tokens(layout));
        let pass = Pass::training(tokens / self.job.sequence, self.job.sequence);
        let split = self.partition(layout);
        let operand = if self.is_narrow() { 0.5 } else { 1.0 };
        let product = if recompute == Recompute::Selective { 0.0 } else { operand };
        let share = |operator: &Operator| match operator.role {
            Role::Norm => (1.0 + operand) / 2.0,
            Role::Permutation => operand,
            Role::Activation => (shape.ffn_matrices - 1.0 + product) / shape.ffn_matrices,
            _ => 1.0,
        };
        let kept = |block| -> Bytes {
            let operators = shape.layer_operators(block, &pass, &split, &Widths::HALF);
            operators.iter().map(|operator| operator.kept * share(operator)).sum()
        };
        shape.blocks_of(kind).map(|(block, share)| kept(block) * share).sum()
    }

    /// What lies on the stages that may be the fullest. The first holds most micro-batches, the second most layers
    /// where the embedding takes the place of one, the last the head and its scores; behind leading layers of
    /// another kind comes the first stage without them. Every later stage holds as much or less than one of these.
    pub(super) fn loads(&self, layout: &Layout, deal: &Deal, pipeline: &Pipeline) -> Vec<Load> {
        let p = pipeline.stages;
        let leading = (0..p * pipeline.chunks)
            .take_while(|unit| deal.before(*unit) < self.leading() && self.leading() < self.layer_count())
            .count() as u32;
        let front = if leading > p { p } else { (leading + 1).max(2).min(p) };
        let mut loads = Vec::with_capacity(front as usize + 1);
        loads.extend((0..front).map(|stage| self.load(layout, deal, pipeline, stage)));
        if front < p && pipeline.schedule != Schedule::DualPipe {
            loads.push(self.load(layout, deal, pipeline, p - 1));
        }
        loads
    }

    fn load(&self, layout: &Layout, deal: &Deal, pipeline: &Pipeline, stage: u32) -> Load {
        let own = self.stage_content(deal, pipeline, stage);
        let mirrored = pipeline.schedule == Schedule::DualPipe && pipeline.stages > 1;
        let (held, content) = if mirrored {
            // A device holds a stage of each direction, and its micro-batches in flight are of either.
            let other = self.stage_content(deal, pipeline, pipeline.stages - 1 - stage);
            (own.plus(other), if other.layers() > own.layers() { other } else { own })
        } else {
            (own, own)
        };
        Load {
            parameters: self.parameters_of(layout, &held),
            trained: self.trained_of(layout, &held),
            layers: held.layers().max(1.0),
            head: held.head,
            content,
            flying: f64::from(pipeline.chunks_in_flight(stage)),
        }
    }

    /// Memory of the fullest of some stages.
    pub(super) fn memory(
        &self,
        layout: &Layout,
        kept: &Kept,
        loads: &[Load],
        pipeline: &Pipeline,
    ) -> MemoryUse {
        let groups = self.groups(layout, pipeline);
        let mut fullest: Option<(Bytes, MemoryUse)> = None;
        for load in loads {
            let memory = self.memory_of_load(layout, kept, load, pipeline, &groups);
            let used = memory.used();
            if fullest.is_none_or(|(most, _)| used > most) {
                fullest = Some((used, memory));
            }
        }
        fullest.map(|(_, memory)| memory).unwrap_or_default()
    }

    fn memory_of_load(
        &self,
        layout: &Layout,
        kept: &Kept,
        load: &Load,
        pipeline: &Pipeline,
        groups: &Replicas,
    ) -> MemoryUse {
        let widths = self.widths_of_states();
        let (dense, experts) = load.parameters;
        let (ways, expert_ways) = (groups.shards, groups.expert_shards);
        let mut states = memory::states(dense, ways, layout.sharding, &widths);
        let of_experts = memory::states(experts, expert_ways, layout.sharding, &widths);
        states.weights += of_experts.weights;
        states.gradients += of_experts.gradients;
        states.optimizer += of_experts.optimizer;
        if let Adaptation::LowRank { .. } = self.job.adaptation {
            let trained = memory::states(load.trained.0, ways, layout.sharding, &widths);
            states.weights += trained.weights;
            states.gradients = trained.gradients;
            states.optimizer = trained.optimizer;
        }
        if layout.sharding == Sharding::Full && ways > 1.0 {
            // Two layers are gathered at a time: the one at work and the next.
            let gathered = (2.0 * (dense + experts) / load.layers).min(dense + experts);
            states.weights += Bytes::bytes(gathered * widths.weights);
        }
        let mut host = Bytes::ZERO;
        if layout.offload.optimizer {
            host += states.optimizer;
            states.optimizer = Bytes::ZERO;
        }
        // Of the chunks of a stage, each has the mean number of layers.
        let chunk = kept.of(layout.recompute, &load.content) / f64::from(pipeline.chunks);
        let mut activations = chunk * load.flying;
        let again = if matches!(layout.recompute, Recompute::Full | Recompute::Layers(1..)) {
            // One layer is whole while it is computed again.
            kept.all[0].max(kept.all[1])
        } else {
            Bytes::ZERO
        };
        let logits = if load.head { kept.logits } else { Bytes::ZERO };
        let capacity = self.machine.memory;
        let reserve = capacity * self.machine.steps.training.memory_reserve.value;
        if layout.offload.activations {
            // What does not fit beside the rest leaves, down to the layers that are at work and on their way.
            let rest = states.weights + states.gradients + states.optimizer + again + logits + reserve;
            let layers = (load.layers / f64::from(pipeline.chunks)).max(1.0);
            let least = (chunk * (LAYERS_ON_DEVICE / layers)).min(activations);
            let here = (capacity - rest).max(least).min(activations);
            host += activations - here;
            activations = here;
        }
        activations += again;
        MemoryUse {
            weights: states.weights,
            gradients: states.gradients,
            optimizer: states.optimizer,
            activations,
            logits,
            reserve,
            capacity,
            host,
            host_capacity: self.machine.platform.host.memory.value / self.machine.devices,
            ..MemoryUse::default()
        }
    }

    /// Platforms whose memory could just hold weights, gradients and states, perfectly split.
    pub(super) fn least_platforms(&self) -> f64 {
        let widths = self.widths_of_states();
        let states = match self.job.adaptation {
            Adaptation::Full => widths.gradients + widths.optimizer,
            Adaptation::LowRank { .. } => 0.0,
        };
        let bytes = self.parameters.total() * states.max(widths.weights);
        let room = self.machine.memory * (1.0 - self.machine.steps.training.memory_reserve.value);
        (Bytes::bytes(bytes) / (room * self.machine.devices)).ceil().max(1.0)
    }
}
