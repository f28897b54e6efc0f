//! Time of one layer and of the head for one micro-batch, forward and backward, on one device.

use quarterdeck_catalog::{Precision, Residual};
use quarterdeck_units::{Bytes, Seconds};
use quarterdeck_workload::{
    Block, FeedForward, LayerKind, Mixer, Operator, OperatorKind, Partition, Pass, Role, Weights, Widths,
};

use super::step::Pricer;
use super::{Adaptation, Routing};
use crate::collectives::Spent;
use crate::operators::AttentionShape;
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
    /// Products of the forward pass that recomputation leaves out, because nothing needs their results.
    pub left_out: Seconds,
    /// Communication of the forward pass.
    pub forward_traffic: Traffic,
    /// Communication of the backward pass.
    pub backward_traffic: Traffic,
}

impl LayerCost {
    /// This cost and a share of another.
    fn plus(&self, other: &LayerCost, share: f64) -> LayerCost {
        LayerCost {
            forward: self.forward.plus(other.forward.times(share)),
            backward: self.backward.plus(other.backward.times(share)),
            selective: self.selective.plus(other.selective.times(share)),
            left_out: self.left_out + other.left_out * share,
            forward_traffic: self.forward_traffic.plus(other.forward_traffic.times(share)),
            backward_traffic: self.backward_traffic.plus(other.backward_traffic.times(share)),
        }
    }
}

/// Fused attention computes its scores again in the backward pass: five products for two (`flash-attention-2022`).
const FUSED_ATTENTION_BACKWARD: f64 = 2.5;
/// Gradients by both inputs of each product of attention out of memory.
const UNFUSED_ATTENTION_BACKWARD: f64 = 2.0;
/// Reads of the gradient and the input, and a write, over a read and a write.
const STREAMING_BACKWARD: f64 = 1.5;

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

    /// Cost of one layer of a kind: the mean over the blocks of that kind.
    pub fn layer_cost(&self, kind: LayerKind, layout: &Layout) -> LayerCost {
        let mut blocks = self.job.shape.blocks_of(kind);
        match (blocks.next(), blocks.next()) {
            (Some((block, _)), None) => self.block_cost(block, layout),
            _ => self.job.shape.blocks_of(kind).fold(LayerCost::default(), |sum, (block, share)| {
                sum.plus(&self.block_cost(block, layout), share)
            }),
        }
    }

    /// Cost of one block.
    pub fn block_cost(&self, block: Block, layout: &Layout) -> LayerCost {
        let tokens = self.tokens(layout);
        let sequence = self.job.sequence;
        let fused = layout.attention == AttentionKernel::Fused;
        let attended = if fused { (sequence + 1.0) / 2.0 } else { sequence };
        let pass = Pass { attended, cached: tokens, ..Pass::training(tokens / sequence, sequence) };
        let split = self.partition(layout);
        let mut cost = LayerCost::default();
        for operator in self.job.shape.layer_operators(block, &pass, &split, &self.widths()) {
            self.add_operator(&operator, layout, &split, tokens, &mut cost);
        }
        self.add_overhead(tokens, &split, &mut cost);
        self.add_tensor_traffic(block, tokens, layout, &mut cost);
        if block.ffn == FeedForward::Experts {
            self.add_expert_traffic(tokens, layout, &mut cost);
            self.add_expert_biases(tokens, layout, &mut cost);
        }
        if block.attends() {
            self.add_context_traffic(tokens, layout, &mut cost);
        }
        if block.ffn == FeedForward::Experts && self.job.routing == Routing::Dropless {
            self.add_host_wait(&mut cost);
        }
        cost
    }

    /// What the framework adds to the operators of a layer: unfused element-wise kernels, launches, routing.
    fn add_overhead(&self, tokens: f64, split: &Partition, cost: &mut LayerCost) {
        let software = self.software;
        let local = if split.sequence_parallel { tokens / split.tensor } else { tokens };
        let eager = self.narrow.stream(Bytes::bytes(software.eager_bytes * local * self.job.shape.hidden));
        let launch = self.machine.steps.training.launch_wait.value;
        let waits = if self.job.launches_wait { launch } else { Seconds::ZERO };
        let overhead = self.layer_overhead + waits;
        cost.forward.streaming += eager + overhead;
        cost.backward.streaming += eager * STREAMING_BACKWARD + overhead * 2.0;
    }

    /// Biases of the last product of experts that kernels of their own weigh by the router and add.
    fn add_expert_biases(&self, tokens: f64, layout: &Layout, cost: &mut LayerCost) {
        let shape = &self.job.shape;
        let Some(moe) = shape.moe.filter(|_| shape.biases) else { return };
        let spread = layout.parallelism.expert > 1;
        let local = if spread { tokens / f64::from(layout.parallelism.tensor) } else { tokens };
        let elements = local * f64::from(moe.top_k) * moe.latent.map_or(shape.hidden, f64::from);
        let [forward, backward] = self.software.expert_bias_bytes.map(|bytes| Bytes::bytes(bytes * elements));
        cost.forward.streaming += self.narrow.stream(forward);
        cost.backward.streaming += self.narrow.stream(backward);
    }

    /// Routing launches many small kernels, and their sizes are known late: the device waits where its own work is
    /// shorter than the host's.
    fn add_host_wait(&self, cost: &mut LayerCost) {
        let host = self.expert_overhead;
        for (work, traffic, host) in [
            (&mut cost.forward, &cost.forward_traffic, host),
            (&mut cost.backward, &cost.backward_traffic, host * STREAMING_BACKWARD),
        ] {
            let busy = work.total() + traffic.exposed.total();
            work.streaming += (host - busy).max(Seconds::ZERO);
        }
    }

    /// What each operator of a kind of layer takes on the device, forward and backward, in order, as the first block of
    /// that kind has them; of the head and the loss where no kind is named. Communication is apart.
    pub fn operator_costs(
        &self,
        kind: Option<LayerKind>,
        layout: &Layout,
    ) -> Vec<(&'static str, DeviceTime, DeviceTime)> {
        let tokens = self.tokens(layout);
        let sequence = self.job.sequence;
        let split = self.partition(layout);
        let pass = Pass::training(tokens / sequence, sequence);
        let fused = layout.attention == AttentionKernel::Fused;
        let attended = if fused { (sequence + 1.0) / 2.0 } else { sequence };
        let block_pass = Pass { attended, cached: tokens, ..pass };
        let shape = &self.job.shape;
        let operators: Vec<Operator> = match kind {
            Some(kind) => shape
                .blocks_of(kind)
                .next()
                .map(|(block, _)| shape.layer_operators(block, &block_pass, &split, &self.widths()).to_vec())
                .unwrap_or_default(),
            None => shape.head_operators(&pass, &split, &Widths::HALF).to_vec(),
        };
        let priced = |operator: &Operator| {
            let mut cost = LayerCost::default();
            self.add_operator(operator, layout, &split, tokens, &mut cost);
            (operator.name, cost.forward, cost.backward)
        };
        operators.iter().map(priced).collect()
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
        match operator.kind {
            OperatorKind::Gemm | OperatorKind::GroupedGemm => self.add_product(operator, split, cost),
            OperatorKind::Attention if operator.role == Role::Scan => {
                let forward = self.narrow.time(operator, 1.0, 1.0);
                let back = operator.backward(Weights::Trained);
                let backward = self.narrow.time(operator, back.flops, back.bytes);
                cost.forward.attention += forward.exposed;
                cost.backward.attention += backward.exposed;
            }
            OperatorKind::Attention if layout.attention == AttentionKernel::Fused => {
                let forward = match self.attention_share {
                    Some(share) => operator.flops / (self.wide_peak * (share * self.sustained)),
                    None => {
                        let shape = self.attention_shape(operator, layout, split, tokens);
                        self.narrow.attention_time(&shape).exposed / self.attention_rate
                    }
                };
                let slower = self.machine.steps.training.attention_backward.value;
                cost.forward.attention += forward;
                cost.backward.attention += forward * (FUSED_ATTENTION_BACKWARD * slower);
            }
            OperatorKind::Attention => self.add_unfused_attention(operator, split, tokens, cost),
            OperatorKind::Streaming | OperatorKind::Gather => {
                let factor = match operator.role {
                    Role::Norm | Role::Residual => self.software.elementwise,
                    Role::Permutation => self.software.permutation,
                    Role::Loss => self.software.loss,
                    _ => 1.0,
                };
                let back = operator.backward(Weights::Trained);
                let forward = self.narrow.time(operator, 1.0, factor).exposed;
                cost.forward.streaming += forward;
                cost.backward.streaming +=
                    self.narrow.time(operator, back.flops, factor * back.bytes).exposed;
                if operator.role == Role::Activation && layout.attention == AttentionKernel::Fused {
                    cost.selective.streaming += forward;
                }
            }
        }
    }

    /// Sizes of fused attention on one device. What its operations say about keys is kept: windows and latent heads have
    /// been counted there.
    fn attention_shape(
        &self,
        operator: &Operator,
        layout: &Layout,
        split: &Partition,
        tokens: f64,
    ) -> AttentionShape {
        let shape = &self.job.shape;
        let length = self.job.sequence / f64::from(layout.parallelism.context);
        let heads = shape.heads / split.tensor;
        AttentionShape {
            sequences: tokens / length,
            length,
            attended: operator.flops.as_flop() / (4.0 * tokens * heads * shape.head_dim),
            heads,
            kv_heads: (shape.kv_heads / split.tensor).max(1.0),
            head_dim: shape.head_dim,
        }
    }

    /// A product and its gradients, each by its own shape: `m x n` over `k` forward, `m x k` over `n` by input, and
    /// `n x k` over `m` by weight.
    fn add_product(&self, operator: &Operator, split: &Partition, cost: &mut LayerCost) {
        let is_head = operator.role == Role::Head;
        let rates = if is_head || operator.role == Role::Router { &self.wide } else { &self.narrow };
        let grouped = operator.kind == OperatorKind::GroupedGemm;
        let stretch = if grouped && split.expert > 1.0 { self.job.expert_imbalance } else { 1.0 };
        let stretch = stretch / self.software.matrix_rate_on(self.machine.device);
        let forward = rates.time(operator, 1.0, 1.0);
        let by_input = operator
            .gemm
            .map_or(forward, |gemm| rates.gemm_time(gemm.rows, gemm.depth, gemm.columns, gemm.groups));
        let by_weight = operator
            .gemm
            .map_or(forward, |gemm| rates.weight_gradient_time(&gemm, self.software.weight_gradient_bytes));
        let frozen = matches!(self.job.adaptation, Adaptation::LowRank { .. });
        let backward = if frozen { by_input.exposed } else { by_input.exposed + by_weight.exposed };
        cost.forward.matrix += forward.exposed * stretch;
        cost.backward.matrix += backward * stretch;
        let hidden = forward.arithmetic.min(forward.traffic) * stretch;
        cost.forward.hidden += hidden;
        cost.backward.hidden += hidden * if frozen { 1.0 } else { 2.0 };
        if operator.role == Role::Down && self.software.skips_last_product {
            cost.left_out = forward.exposed * stretch;
        }
        if !is_head {
            self.add_casts(operator, cost);
            self.add_adapter(operator, cost);
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

    /// Attention whose scores pass through memory: batched products, softmax and dropout, for the whole square.
    fn add_unfused_attention(
        &self,
        operator: &Operator,
        split: &Partition,
        tokens: f64,
        cost: &mut LayerCost,
    ) {
        let shape = &self.job.shape;
        let kernels = self.machine.efficiency.attention_prefill.value;
        let share = self.attention_share.unwrap_or(kernels);
        // Tensor cores take 16-bit operands in eights.
        let is_aligned = shape.head_dim % 8.0 == 0.0;
        let aligned = if is_aligned { 1.0 } else { self.machine.steps.training.unaligned_rate.value };
        let products = operator.flops / (self.wide_peak * (share * aligned * self.sustained));
        let scores = shape.heads / split.tensor * tokens * self.job.sequence;
        let streaming = self.narrow.stream(Bytes::bytes(self.software.score_bytes * scores));
        cost.forward.attention += products + streaming;
        let scores_backward = self.machine.steps.training.unfused_scores_backward.value;
        cost.backward.attention += products * UNFUSED_ATTENTION_BACKWARD + streaming * scores_backward;
        cost.selective.attention += products + streaming;
    }

    /// Two all-reduces of the residual stream forward and two backward, or their halves with sequence
    /// parallelism (`megatron-2019`, `korthikanti-2022`). Experts spread over devices exchange tokens instead.
    fn add_tensor_traffic(&self, block: Block, tokens: f64, layout: &Layout, cost: &mut LayerCost) {
        let tensor = f64::from(layout.parallelism.tensor);
        if tensor <= 1.0 {
            return;
        }
        let network = &self.machine.network;
        let bytes = Bytes::bytes(2.0 * tokens * self.job.shape.hidden);
        let group = network.group(tensor, 1.0);
        let once = if layout.sequence_parallel {
            // Activations are gathered as the products read them; sums leave in 16 bits.
            let gathered = if self.software.narrow_gather && self.is_narrow() { 0.5 } else { 1.0 };
            network.all_gather(bytes, group).times(1.0 + gathered)
        } else {
            network.all_reduce(bytes, group)
        };
        let experts_spread = block.ffn == FeedForward::Experts && layout.parallelism.expert > 1;
        let mixes = block.mixer != Mixer::None;
        let feeds = block.ffn != FeedForward::None && !experts_spread;
        // A block whose parts share one input adds both results before it exchanges them.
        let parallel = self.job.shape.residual == Residual::Parallel;
        let pairs =
            if parallel && mixes && feeds { 1.0 } else { f64::from(u8::from(mixes) + u8::from(feeds)) };
        let hides = layout.sequence_parallel && layout.tensor_overlap == TensorOverlap::Chunked;
        let overlap = if hides { self.software.tensor_overlap } else { 0.0 };
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
        // Where experts work in a narrower stream, tokens are brought down to it before they travel.
        let once = Bytes::bytes(2.0 * local * moe.latent.map_or(self.job.shape.hidden, f64::from));
        let visited = domains * (1.0 - quarterdeck_units::pow(1.0 - 1.0 / domains, top_k));
        let exchange = network.two_tier_all_to_all(once * top_k, once * visited, group);
        let both_ways = exchange.times(2.0 * self.job.expert_imbalance * self.software.expert_exchange);
        let traffic = Traffic::with_overlap(both_ways, 0.0);
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
