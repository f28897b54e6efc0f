//! Memory of the fullest device of a training job.

use quarterdeck_units::Bytes;
use quarterdeck_workload::LayerKind;

use super::Adaptation;
use super::step::Pricer;
use crate::fit::MemoryUse;
use crate::memory::{self, ActivationSplit};
use crate::parallelism::{Layout, Recompute, Sharding, stage_layers};

impl Pricer<'_> {
    /// Memory of the fullest device under a layout.
    pub fn memory_of(&self, layout: &Layout) -> MemoryUse {
        let layers = stage_layers(self.job.shape.layers, f64::from(layout.parallelism.pipeline));
        self.memory(layout, layers.fullest, self.microbatches(layout))
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

    /// Memory of a device of the first stage, which holds most activations.
    pub(super) fn memory(&self, layout: &Layout, layers: f64, microbatches: f64) -> MemoryUse {
        let ways = &layout.parallelism;
        let shape = &self.job.shape;
        let (dense, experts) = self.local_parameters(layout, layers);
        let replicas = f64::from(ways.data) * f64::from(ways.context);
        let expert_replicas = if ways.expert > 1 {
            (replicas * f64::from(ways.tensor) / f64::from(ways.expert)).max(1.0)
        } else {
            replicas
        };
        let widths = self.job.states;
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
