//! Time of one layer and of the head for one micro-batch, forward and backward, on one device.

use quarterdeck_catalog::Precision;
use quarterdeck_units::{Bytes, Seconds};
use quarterdeck_workload::{LayerKind, Operator, OperatorKind, Partition, Pass, Widths};

use super::Adaptation;
use super::step::Pricer;
use crate::collectives::Spent;
use crate::parallelism::{AttentionKernel, Layout, TensorOverlap};

/// Times of a device's own work.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct DeviceTime {
    /// Matrix multiplies.
    pub matrix: Seconds,
    /// Attention.
    pub attention: Seconds,
    /// Operators that only move bytes.
    pub streaming: Seconds,
    /// Memory traffic behind arithmetic, or the reverse.
    pub hidden: Seconds,
}

impl DeviceTime {
    /// Exposed time.
    pub fn total(&self) -> Seconds {
        self.matrix + self.attention + self.streaming
    }

    pub(super) fn plus(self, other: DeviceTime) -> DeviceTime {
        DeviceTime {
            matrix: self.matrix + other.matrix,
            attention: self.attention + other.attention,
            streaming: self.streaming + other.streaming,
            hidden: self.hidden + other.hidden,
        }
    }

    pub(super) fn times(self, factor: f64) -> DeviceTime {
        DeviceTime {
            matrix: self.matrix * factor,
            attention: self.attention * factor,
            streaming: self.streaming * factor,
            hidden: self.hidden * factor,
        }
    }
}

/// Exposed and hidden communication.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Traffic {
    /// Time that the step waits for.
    pub exposed: Spent,
    /// Time behind other work.
    pub hidden: Spent,
}

impl Traffic {
    pub(super) fn plus(self, other: Traffic) -> Traffic {
        Traffic { exposed: self.exposed.plus(other.exposed), hidden: self.hidden.plus(other.hidden) }
    }

    pub(super) fn times(self, factor: f64) -> Traffic {
        Traffic { exposed: self.exposed.times(factor), hidden: self.hidden.times(factor) }
    }

    /// A message of which a share hides.
    pub(super) fn with_overlap(spent: Spent, overlap: f64) -> Traffic {
        Traffic { exposed: spent.times(1.0 - overlap), hidden: spent.times(overlap) }
    }
}

/// Cost of one layer for one micro-batch.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LayerCost {
    /// Forward work.
    pub forward: DeviceTime,
    /// Backward work.
    pub backward: DeviceTime,
    /// Forward work that selective recomputation does again.
    pub selective: DeviceTime,
    /// Communication of the forward pass.
    pub forward_traffic: Traffic,
    /// Communication of the backward pass.
    pub backward_traffic: Traffic,
}

/// Backward operations over forward ones: gradients by input and by weight.
const GEMM_BACKWARD: f64 = 2.0;
/// Only the gradient by input, where weights stay as they are.
const FROZEN_BACKWARD: f64 = 1.0;
/// Fused attention computes its scores again in the backward pass (`flash-attention-2022`).
const FUSED_ATTENTION_BACKWARD: f64 = 2.5;
/// Reads of the gradient and the input, and a write, over a read and a write.
const STREAMING_BACKWARD: f64 = 1.5;
/// Bytes for each score that attention out of memory moves: scores written, read and written by softmax, read
/// and written with a mask byte by dropout, and read by the weighted sum.
const UNFUSED_SCORE_BYTES: f64 = 13.0;

impl Pricer<'_> {
    /// Tokens of one micro-batch on one device of a context group.
    pub(super) fn tokens(&self, layout: &Layout) -> f64 {
        f64::from(layout.microbatch) * self.job.sequence / f64::from(layout.parallelism.context)
    }

    pub(super) fn partition(&self, layout: &Layout) -> Partition {
        Partition {
            tensor: f64::from(layout.parallelism.tensor),
            expert: if self.job.shape.moe.is_some() { f64::from(layout.parallelism.expert) } else { 1.0 },
            sequence_parallel: layout.sequence_parallel,
        }
    }

    /// Cost of one layer of a kind.
    pub fn layer_cost(&self, kind: LayerKind, layout: &Layout) -> LayerCost {
        let tokens = self.tokens(layout);
        let sequence = self.job.sequence;
        let fused = layout.attention == AttentionKernel::Fused;
        let attended = if fused { (sequence + 1.0) / 2.0 } else { sequence };
        let pass = Pass { attended, cached: tokens, ..Pass::training(tokens / sequence, sequence) };
        let split = self.partition(layout);
        let mut cost = LayerCost::default();
        for operator in self.job.shape.layer_operators(kind, &pass, &split, &self.widths()) {
            self.add_operator(&operator, layout, &split, tokens, &mut cost);
        }
        self.add_tensor_traffic(kind, tokens, layout, &mut cost);
        if kind == LayerKind::Experts {
            self.add_expert_traffic(tokens, layout, &mut cost);
        }
        self.add_context_traffic(tokens, layout, &mut cost);
        cost
    }

    /// Cost of the last norm, the head and the loss.
    pub fn head_cost(&self, layout: &Layout) -> LayerCost {
        let tokens = self.tokens(layout);
        let pass = Pass::training(tokens / self.job.sequence, self.job.sequence);
        let split = self.partition(layout);
        let mut cost = LayerCost::default();
        // Frameworks keep the head in 16 bits whatever the precision of the layers is.
        for operator in self.job.shape.head_operators(&pass, &split, &Widths::HALF) {
            self.add_operator(&operator, layout, &split, tokens, &mut cost);
        }
        cost
    }

    /// Bytes of one element in matrix multiplies at the job's precision.
    fn widths(&self) -> Widths {
        match self.job.precision {
            Precision::Fp8 | Precision::Int8 => Widths { weight: 1.0, activation: 2.0, kv: 2.0 },
            Precision::Fp4 => Widths { weight: 0.5625, activation: 2.0, kv: 2.0 },
            Precision::Fp32 | Precision::Tf32 => Widths { weight: 4.0, activation: 4.0, kv: 4.0 },
            Precision::Bf16 | Precision::Fp16 => Widths::HALF,
        }
    }

    fn add_operator(
        &self,
        operator: &Operator,
        layout: &Layout,
        split: &Partition,
        tokens: f64,
        cost: &mut LayerCost,
    ) {
        let is_head = operator.name == "head";
        let rates = if is_head { &self.wide } else { &self.narrow };
        let frozen = matches!(self.job.adaptation, Adaptation::LowRank { .. });
        match operator.kind {
            OperatorKind::Gemm | OperatorKind::GroupedGemm => {
                let grouped = operator.kind == OperatorKind::GroupedGemm;
                let stretch = if grouped && split.expert > 1.0 { self.job.expert_imbalance } else { 1.0 };
                let forward = rates.time(operator, 1.0, 1.0);
                let backward = if frozen { FROZEN_BACKWARD } else { GEMM_BACKWARD };
                cost.forward.matrix += forward.exposed * stretch;
                cost.backward.matrix += forward.exposed * (stretch * backward);
                let hidden = forward.arithmetic.min(forward.traffic) * stretch;
                cost.forward.hidden += hidden;
                cost.backward.hidden += hidden * backward;
                if !is_head {
                    self.add_casts(operator, cost);
                    self.add_adapter(operator, cost);
                }
            }
            OperatorKind::Attention if layout.attention == AttentionKernel::Fused => {
                let forward = rates.time(operator, 1.0, 1.0);
                let backward = rates.time(operator, FUSED_ATTENTION_BACKWARD, 2.0);
                cost.forward.attention += forward.exposed;
                cost.backward.attention += backward.exposed;
            }
            OperatorKind::Attention => self.add_unfused_attention(operator, split, tokens, cost),
            OperatorKind::Streaming | OperatorKind::Gather => {
                let forward = rates.time(operator, 1.0, 1.0).exposed;
                cost.forward.streaming += forward;
                cost.backward.streaming += rates.time(operator, 1.0, STREAMING_BACKWARD).exposed;
                if operator.name == "activation" && layout.attention == AttentionKernel::Fused {
                    cost.selective.streaming += forward;
                }
            }
        }
    }

    /// Narrow formats write gradients a second time, narrow and transposed, for the product by weight. Inputs are
    /// cast where norms and activations write them, which costs nothing.
    fn add_casts(&self, operator: &Operator, cost: &mut LayerCost) {
        let Some(gemm) = operator.gemm else { return };
        if !self.is_narrow() {
            return;
        }
        let read_and_written = 3.0;
        cost.backward.streaming +=
            self.narrow.stream(Bytes::bytes(read_and_written * gemm.rows * gemm.columns));
    }

    /// Whether matrix multiplies take 8 bits or fewer.
    pub(super) fn is_narrow(&self) -> bool {
        matches!(self.job.precision, Precision::Fp8 | Precision::Fp4 | Precision::Int8)
    }

    /// The two thin products of a low-rank adapter, which memory traffic of their inputs and outputs decides.
    fn add_adapter(&self, operator: &Operator, cost: &mut LayerCost) {
        let (Adaptation::LowRank { .. }, Some(gemm)) = (self.job.adaptation, operator.gemm) else { return };
        let bytes = Bytes::bytes(2.0 * gemm.rows * (gemm.depth + 2.0 * gemm.columns));
        let time = self.narrow.stream(bytes).max(self.narrow.launch() * 2.0);
        cost.forward.streaming += time;
        cost.backward.streaming += time * 2.0;
    }

    fn add_unfused_attention(
        &self,
        operator: &Operator,
        split: &Partition,
        tokens: f64,
        cost: &mut LayerCost,
    ) {
        let shape = &self.job.shape;
        let heads = shape.heads / split.tensor;
        // Each head and sequence is a product of its own, small beside those of the layers.
        let product = Operator {
            kind: OperatorKind::GroupedGemm,
            gemm: Some(quarterdeck_workload::Gemm {
                rows: tokens,
                columns: self.job.sequence,
                depth: shape.head_dim,
                groups: 2.0 * heads * (tokens / self.job.sequence).max(1.0),
            }),
            ..*operator
        };
        let products = self.narrow.time(&product, 1.0, 1.0).exposed;
        let scores = heads * tokens * self.job.sequence;
        let streaming = self.narrow.stream(Bytes::bytes(UNFUSED_SCORE_BYTES * scores));
        cost.forward.attention += products + streaming;
        cost.backward.attention += products * GEMM_BACKWARD + streaming * STREAMING_BACKWARD;
        cost.selective.attention += products + streaming;
    }

    /// Two all-reduces of the residual stream forward and two backward, or their halves with sequence
    /// parallelism (`megatron-2019`, `korthikanti-2022`). Experts spread over devices exchange tokens instead.
    fn add_tensor_traffic(&self, kind: LayerKind, tokens: f64, layout: &Layout, cost: &mut LayerCost) {
        let tensor = f64::from(layout.parallelism.tensor);
        if tensor <= 1.0 {
            return;
        }
        let network = &self.machine.network;
        let bytes = Bytes::bytes(2.0 * tokens * self.job.shape.hidden);
        let group = network.group(tensor, 1.0);
        let once = if layout.sequence_parallel {
            network.all_gather(bytes, group).times(2.0)
        } else {
            network.all_reduce(bytes, group)
        };
        let experts_spread = kind == LayerKind::Experts && layout.parallelism.expert > 1;
        let pairs = if experts_spread { 1.0 } else { 2.0 };
        let hides = layout.sequence_parallel && layout.tensor_overlap == TensorOverlap::Chunked;
        let overlap = if hides { self.machine.steps.training.tensor_overlap.value } else { 0.0 };
        let traffic = Traffic::with_overlap(once.times(pairs), overlap);
        cost.forward_traffic = cost.forward_traffic.plus(traffic);
        cost.backward_traffic = cost.backward_traffic.plus(traffic);
    }

    /// Dispatch and combine of the tokens of a layer of experts, forward and backward.
    ///
    /// Inside a domain each of the `K` copies of a token travels; to another domain a token travels once, however
    /// many of its experts lie there (`deepseek-v3-2024`): of `n` domains it visits `n (1 - (1 - 1/n)^K)`.
    fn add_expert_traffic(&self, tokens: f64, layout: &Layout, cost: &mut LayerCost) {
        let expert = f64::from(layout.parallelism.expert);
        let Some(moe) = self.job.shape.moe.filter(|_| expert > 1.0) else { return };
        let local = tokens / f64::from(layout.parallelism.tensor);
        let top_k = f64::from(moe.top_k);
        let network = &self.machine.network;
        let group = network.group(expert, 1.0);
        let domains = group.size / group.inside;
        let once = Bytes::bytes(2.0 * local * self.job.shape.hidden);
        let visited = domains * (1.0 - quarterdeck_units::pow(1.0 - 1.0 / domains, top_k));
        let exchange = network.two_tier_all_to_all(once * top_k, once * visited, group);
        let both_ways = exchange.times(2.0 * self.job.expert_imbalance);
        let traffic = Traffic::with_overlap(both_ways, self.machine.steps.training.expert_overlap.value);
        cost.forward_traffic = cost.forward_traffic.plus(traffic);
        cost.backward_traffic = cost.backward_traffic.plus(traffic);
    }

    /// Keys and values go round the context group, `c - 1` hops forward and twice that backward, behind the
    /// attention of each block (`ring-attention-2023`).
    fn add_context_traffic(&self, tokens: f64, layout: &Layout, cost: &mut LayerCost) {
        let context = f64::from(layout.parallelism.context);
        if context <= 1.0 {
            return;
        }
        let tensor = f64::from(layout.parallelism.tensor);
        let shape = &self.job.shape;
        let local =
            (shape.kv_elements_per_layer() / tensor).max(shape.kv_elements_per_layer() / shape.kv_heads);
        let block = Bytes::bytes(2.0 * tokens * local);
        // The slowest hop of the ring sets its pace.
        let hop = self.machine.network.point_to_point(block, tensor * context - 1.0);
        for (traffic, own, rounds) in [
            (&mut cost.forward_traffic, cost.forward.attention, 1.0),
            (&mut cost.backward_traffic, cost.backward.attention, 2.0),
        ] {
            let ring = hop.times(rounds * (context - 1.0));
            let share = if ring.total() > own { 1.0 - own / ring.total() } else { 0.0 };
            *traffic = traffic.plus(Traffic::with_overlap(ring, 1.0 - share));
        }
    }
}
