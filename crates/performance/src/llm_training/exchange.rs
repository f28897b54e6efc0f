//! Exchange of gradients and weights over the data-parallel ranks, the parameters it carries, and the optimizer.

use quarterdeck_units::{Bytes, Seconds};

use super::Adaptation;
use super::footprint::Load;
use super::layer::Traffic;
use super::stage::{Content, Stage};
use super::step::Pricer;
use crate::collectives::{Group, Spent};
use crate::parallelism::schedule::Pipeline;
use crate::parallelism::{GradientExchange, Layout, Schedule, Sharding};

/// Bytes that an optimizer step moves for each parameter: gradient, master weight and both moments read, the
/// last three and the 16-bit weight written.
const OPTIMIZER_TRAFFIC: f64 = 30.0;

/// Ranks that hold the same parameters.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Replicas {
    /// Ranks with the same dense parameters, and how far apart they are.
    pub dense: f64,
    pub dense_stride: f64,
    /// Ranks with the same experts, and how far apart they are.
    pub experts: f64,
    pub expert_stride: f64,
    /// Ranks over which states are split.
    pub shards: f64,
    pub expert_shards: f64,
}

impl Pricer<'_> {
    /// Who holds the same parameters under a layout.
    pub(super) fn groups(&self, layout: &Layout, pipeline: &Pipeline) -> Replicas {
        let ways = &layout.parallelism;
        let (tensor, expert) = (f64::from(ways.tensor), f64::from(ways.expert));
        // Work from both ends keeps each stage twice.
        let copies = if pipeline.schedule == Schedule::DualPipe && pipeline.stages > 1 { 2.0 } else { 1.0 };
        let dense = f64::from(ways.data) * f64::from(ways.context) * copies;
        let spread = expert * f64::from(layout.expert_tensor);
        let (experts, expert_stride) =
            if ways.expert > 1 { ((dense * tensor / spread).max(1.0), spread) } else { (dense, tensor) };
        let most = layout.shard_group.map_or(f64::INFINITY, f64::from);
        Replicas {
            dense,
            dense_stride: tensor,
            experts,
            expert_stride,
            shards: dense.min(most),
            expert_shards: experts.min(most),
        }
    }

    /// Parameters of a device that holds some layers: dense part and routed experts.
    pub(super) fn parameters_of(&self, layout: &Layout, held: &Content) -> (f64, f64) {
        let (parameters, shape) = (&self.parameters, &self.job.shape);
        let ways = &layout.parallelism;
        let tensor = f64::from(ways.tensor);
        let experts = shape.moe.map_or(0.0, |moe| f64::from(moe.experts)) * parameters.expert * held.experts;
        let expert_split =
            if ways.expert > 1 { f64::from(ways.expert) * f64::from(layout.expert_tensor) } else { tensor };
        let mut dense = held.dense * self.unrouted[0] + held.experts * self.unrouted[1];
        if held.embedding {
            dense += parameters.embedding;
        }
        if held.head {
            // A head tied to the embedding is a copy of it unless both lie on one stage.
            let tied = parameters.head <= 0.0 && !held.embedding;
            dense += if tied { shape.vocab * shape.hidden } else { parameters.head };
        }
        (dense / tensor, experts / expert_split)
    }

    /// Trained parameters of a device that holds some layers, of the two parts.
    pub(super) fn trained_of(&self, layout: &Layout, held: &Content) -> (f64, f64) {
        match self.job.adaptation {
            Adaptation::Full => self.parameters_of(layout, held),
            Adaptation::LowRank { rank } => {
                (self.adapter_parameters(rank, held.layers()) / f64::from(layout.parallelism.tensor), 0.0)
            }
        }
    }

    /// Trained parameters of the device that has most.
    pub(super) fn most_trained(loads: &[Load]) -> (f64, f64) {
        let more = |most: (f64, f64), load: &Load| {
            let own = load.trained;
            if own.0 + own.1 > most.0 + most.1 { own } else { most }
        };
        loads.iter().fold((0.0, 0.0), more)
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
    /// | sharding | once a step | for every micro-batch | hides behind |
    /// |---|---|---|---|
    /// | replicated | all-reduce of gradients | | the last backward pass |
    /// | optimizer | scatter of gradients, gather of weights | | the last backward pass |
    /// | gradients | gather of weights | scatter of gradients | the backward pass |
    /// | full | all-reduce over copies of a shard group | gather of weights for each pass, scatter of gradients | both passes |
    pub(super) fn exchange(
        &self,
        layout: &Layout,
        pipeline: &Pipeline,
        trained: (f64, f64),
        pace: &Stage,
    ) -> Traffic {
        let groups = self.groups(layout, pipeline);
        let network = &self.machine.network;
        let (dense, experts) = trained;
        let gradient_width = self.software.gradient_bytes;
        let group = |size: f64, stride: f64| network.group(size, stride);
        let all = (group(groups.dense, groups.dense_stride), group(groups.experts, groups.expert_stride));
        let gather = |width: f64, of: (Group, Group)| {
            network
                .all_gather(Bytes::bytes(dense * width), of.0)
                .plus(network.all_gather(Bytes::bytes(experts * width), of.1))
        };
        let reduce = |shares: (f64, f64), of: (Group, Group)| {
            network
                .all_reduce(Bytes::bytes(dense * gradient_width / shares.0), of.0)
                .plus(network.all_reduce(Bytes::bytes(experts * gradient_width / shares.1), of.1))
        };
        let may_hide = match layout.gradients {
            GradientExchange::Overlapped => self.software.data_overlap,
            GradientExchange::AtEnd => 0.0,
        };
        let behind = |spent: Spent, rounds: f64, window: Seconds| {
            if spent.total() <= Seconds::ZERO {
                return Traffic::default();
            }
            let hidden = (spent.total() * may_hide).min(window);
            Traffic::with_overlap(spent.times(rounds), hidden / spent.total())
        };
        let backward = pace.backward.total() + pace.again.total();
        let rounds = f64::from(pipeline.microbatches);
        match layout.sharding {
            Sharding::Replicated => behind(reduce((1.0, 1.0), all), 1.0, backward),
            Sharding::Optimizer => behind(gather(gradient_width, all).plus(gather(2.0, all)), 1.0, backward),
            Sharding::Gradients if pipeline.microbatches > 1 => {
                // What the last backward pass leaves of its window hides the gather.
                let scatter = gather(gradient_width, all);
                let left = (backward - scatter.total() * may_hide).max(Seconds::ZERO);
                behind(scatter, rounds, backward).plus(behind(gather(2.0, all), 1.0, left))
            }
            Sharding::Gradients => behind(gather(gradient_width, all).plus(gather(2.0, all)), 1.0, backward),
            Sharding::Full => {
                let shards = (
                    group(groups.shards, groups.dense_stride),
                    group(groups.expert_shards, groups.expert_stride),
                );
                let each = gather(2.0, shards).times(2.0).plus(gather(gradient_width, shards));
                let traffic = self.beside_layers(each, rounds, pace.total(), layout);
                if groups.shards >= groups.dense {
                    return traffic;
                }
                let copies = (
                    group(groups.dense / groups.shards, groups.dense_stride * groups.shards),
                    group(groups.experts / groups.expert_shards, groups.expert_stride * groups.expert_shards),
                );
                traffic.plus(behind(
                    reduce((groups.shards, groups.expert_shards), copies),
                    1.0,
                    Seconds::ZERO,
                ))
            }
        }
    }

    /// Gathers and scatters of full sharding, each beside the work of a neighbouring layer, which they slow.
    fn beside_layers(&self, each: Spent, rounds: f64, work: Seconds, layout: &Layout) -> Traffic {
        let gathers = each.total();
        if gathers <= Seconds::ZERO {
            return Traffic::default();
        }
        let slowed = match layout.gradients {
            GradientExchange::Overlapped => self.software.gather_interference,
            GradientExchange::AtEnd => 1.0,
        };
        let exposed = (gathers - work).max(Seconds::ZERO) + gathers.min(work) * slowed;
        Traffic::with_overlap(each.times(rounds), 1.0 - (exposed / gathers).min(1.0))
    }

    /// Time of the optimizer's step on the device, and what fetching its states from the host adds: they stream in
    /// while those before them are worked on and stream out again, in both directions of the link at once.
    pub(super) fn optimizer_time(
        &self,
        layout: &Layout,
        pipeline: &Pipeline,
        trained: (f64, f64),
    ) -> OptimizerTime {
        let groups = self.groups(layout, pipeline);
        let split = |parameters: f64, ways: f64| {
            if layout.sharding == Sharding::Replicated { parameters } else { parameters / ways }
        };
        let own = split(trained.0, groups.shards) + split(trained.1, groups.expert_shards);
        let step = self.narrow.stream(Bytes::bytes(OPTIMIZER_TRAFFIC * own));
        let transfer = match self.host_link() {
            Some(link) if layout.offload.optimizer => {
                Bytes::bytes(self.widths_of_states().optimizer * own) / link
            }
            _ => Seconds::ZERO,
        };
        let hidden = transfer.min(step);
        OptimizerTime { step, host: transfer - hidden, host_hidden: hidden }
    }
}

/// Time of an optimizer step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct OptimizerTime {
    /// On the device.
    pub step: Seconds,
    /// Transfers that are exposed.
    pub host: Seconds,
    /// Transfers behind the step.
    pub host_hidden: Seconds,
}
