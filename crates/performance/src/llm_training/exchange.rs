//! Exchange of gradients and weights over the data-parallel ranks, the parameters it carries, and the optimizer.

use quarterdeck_units::{Bytes, Seconds};

use super::Adaptation;
use super::layer::Traffic;
use super::step::Pricer;
use crate::parallelism::{GradientExchange, Layout, Sharding};

/// Bytes that an optimizer step moves for each parameter: gradient, master weight and both moments read, the
/// last three and the 16-bit weight written.
const OPTIMIZER_TRAFFIC: f64 = 30.0;

impl Pricer<'_> {
    /// Parameters on the fullest stage: dense part and routed experts of one device.
    pub(super) fn local_parameters(&self, layout: &Layout, layers: f64) -> (f64, f64) {
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
    pub(super) fn trained(&self, layout: &Layout, layers: f64) -> (f64, f64) {
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
    pub(super) fn exchange(
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
            Sharding::Optimizer | Sharding::Gradients => {
                (gather(gradient_width).plus(gather(2.0)), 1.0, backward)
            }
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

    pub(super) fn optimizer_time(&self, layout: &Layout, layers: f64) -> Seconds {
        let (dense, experts) = self.trained(layout, layers);
        let ways = &layout.parallelism;
        let replicas = if layout.sharding == Sharding::Replicated {
            1.0
        } else {
            f64::from(ways.data) * f64::from(ways.context)
        };
        self.narrow.stream(Bytes::bytes(OPTIMIZER_TRAFFIC * (dense + experts) / replicas))
    }
}
