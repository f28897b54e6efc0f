//! Memory of a device: weights, gradients, optimizer states, activations and logits in training; the
//! key-value cache in serving.

use quarterdeck_units::Bytes;
use quarterdeck_workload::{LayerKind, Shape};

use crate::parallelism::{AttentionKernel, Recompute, Sharding};

/// Bytes of each parameter's states in mixed-precision training.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StateWidths {
    /// Weights used in the forward pass.
    pub weights: f64,
    /// Gradients, accumulated over micro-batches.
    pub gradients: f64,
    /// Master weights and both moments.
    pub optimizer: f64,
}

impl StateWidths {
    /// 16-bit weights, 32-bit accumulated gradients, 32-bit master weights and moments, as Megatron keeps them.
    ///
    /// Source: `zero-2019` (2 + 2 + 12) with gradients in four bytes (`korthikanti-2022`).
    pub const MIXED: StateWidths = StateWidths { weights: 2.0, gradients: 4.0, optimizer: 12.0 };
}

/// States of the parameters that one device holds.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct States {
    /// Weights.
    pub weights: Bytes,
    /// Gradients.
    pub gradients: Bytes,
    /// Optimizer states.
    pub optimizer: Bytes,
}

/// Bytes of states when `parameters` lie on a device and `replicas` devices hold the same ones.
///
/// | sharding | weights | gradients | optimizer |
/// |---|---|---|---|
/// | replicated | 2 | 4 | 12 |
/// | optimizer | 2 | 4 | 12/D |
/// | gradients | 2 | 4/D | 12/D |
/// | full | 4/D | 4/D | 8/D |
///
/// Source: `zero-2019`. With full sharding the master weights are the weights, and 16-bit ones exist of two
/// gathered layers at a time, which the caller adds.
///
/// ```
/// # use quarterdeck_performance::memory::*;
/// # use quarterdeck_performance::parallelism::Sharding;
/// // 175e9 parameters over 64 devices, optimizer not sharded: 18 B each.
/// let states = states(175e9 / 64.0, 1.0, Sharding::Replicated, &StateWidths::MIXED);
/// let all = states.weights + states.gradients + states.optimizer;
/// assert!((all.as_gigabytes() - 175.0 / 64.0 * 18.0).abs() < 1e-9);
/// ```
pub fn states(parameters: f64, replicas: f64, sharding: Sharding, widths: &StateWidths) -> States {
    let held = |width: f64, ways: f64| Bytes::bytes(parameters * width / ways);
    match sharding {
        Sharding::Replicated => States {
            weights: held(widths.weights, 1.0),
            gradients: held(widths.gradients, 1.0),
            optimizer: held(widths.optimizer, 1.0),
        },
        Sharding::Optimizer | Sharding::Gradients => States {
            weights: held(widths.weights, 1.0),
            gradients: held(widths.gradients, if sharding == Sharding::Gradients { replicas } else { 1.0 }),
            optimizer: held(widths.optimizer, replicas),
        },
        Sharding::Full => States {
            weights: held(4.0, replicas),
            gradients: held(widths.gradients, replicas),
            optimizer: held(widths.optimizer - 4.0, replicas),
        },
    }
}

/// How a layer's activations lie on the devices of a tensor group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ActivationSplit {
    /// Devices of the tensor group.
    pub tensor: f64,
    /// Whether norms and residuals are split too.
    pub sequence_parallel: bool,
    /// Which kernel computes attention.
    pub attention: AttentionKernel,
    /// What is computed again instead of kept.
    pub recompute: Recompute,
    /// Bytes of an element that a matrix multiply reads: kept as it is read.
    pub operand: f64,
}

/// Bytes that one layer keeps of a micro-batch for its backward pass, on one device.
///
/// Dense layers of the original design, 16-bit (`korthikanti-2022`, table 2), with `T` tokens of sequences of
/// length `s`:
///
/// $$ A = T h \left( 10 + \frac{24}{t} + \frac{5 a s}{h t} \right), \quad
///    A_{sp} = \frac{T h}{t}\left(34 + \frac{5 a s}{h}\right), \quad
///    A_{selective} = \frac{34 T h}{t}, \quad A_{full} = 2 T h $$
///
/// With fused attention and gated blocks (own count, tensors kept once each):
/// $ A = T\,(2h(2 + o) + d\,(2(a + 2k) + o a) + (4 + o) f + 4a)/t $ with operands of `o` bytes, norms and
/// residuals not divided without sequence parallelism. Experts keep their inputs and inner tensors for each of
/// the `K` experts of a token.
pub fn layer_activations(
    shape: &Shape,
    kind: LayerKind,
    tokens: f64,
    length: f64,
    split: &ActivationSplit,
) -> Bytes {
    let (h, t) = (shape.hidden, split.tensor);
    let residual_split = if split.sequence_parallel { t } else { 1.0 };
    if split.recompute == Recompute::Full {
        return Bytes::bytes(2.0 * tokens * h / residual_split);
    }
    let heads = shape.heads;
    if split.attention == AttentionKernel::Unfused {
        let scores =
            if split.recompute == Recompute::Selective { 0.0 } else { 5.0 * heads * length * tokens / t };
        return Bytes::bytes(10.0 * tokens * h / residual_split + 24.0 * tokens * h / t + scores);
    }
    let operand = split.operand;
    // Inputs of both norms, and what they write as operands of the products behind them.
    let residual = 2.0 * (2.0 + operand) * tokens * h / residual_split;
    let attention = match shape.mla {
        Some(mla) => {
            let [q, kv, nope, rope, value] =
                [mla.q_rank, mla.kv_rank, mla.nope_dim, mla.rope_dim, mla.v_dim].map(f64::from);
            let expanded = heads * (2.0 * (nope + rope) + 2.0 * value) / t;
            // Selective recomputation expands keys and values again from the latents.
            let expanded = if split.recompute == Recompute::Selective { 0.5 * expanded } else { expanded };
            2.0 * (q + kv + rope) + 2.0 * expanded + 4.0 * heads / t
        }
        None => (shape.head_dim * (2.0 * (heads + 2.0 * shape.kv_heads) + operand * heads) + 4.0 * heads) / t,
    };
    let inner = |width: f64, split: Recompute| {
        // Gate, up and their product; selective recomputation makes the product again.
        let product = if split == Recompute::Selective { 0.0 } else { operand };
        (2.0 * (shape.ffn_matrices - 1.0) + product) * width
    };
    let ffn = match (kind, shape.moe) {
        (LayerKind::Experts, Some(moe)) => {
            let [top_k, width, shared] = [moe.top_k, moe.expert_ffn, moe.shared_experts].map(f64::from);
            // The permuted input of every chosen expert is kept beside the inner tensors; router weights are applied
            // to those, so outputs need not be.
            let routed = top_k * (inner(width, split.recompute) + operand * h);
            (routed + shared * inner(width, split.recompute)) / t
        }
        _ => inner(shape.ffn_hidden, split.recompute) / t,
    };
    Bytes::bytes(residual + tokens * (attention + ffn))
}

/// Bytes of scores over the vocabulary and their gradient for one micro-batch on the last stage:
/// `(w + 4) T V / t`.
pub fn logits(tokens: f64, vocab: f64, tensor: f64) -> Bytes {
    Bytes::bytes(6.0 * tokens * vocab / tensor)
}
