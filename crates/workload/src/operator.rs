//! One operator of a model: what it computes, what it moves, and what it stores.

use quarterdeck_units::{Bytes, Flop};

/// What limits an operator and which measured efficiency it takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OperatorKind {
    /// One matrix multiply.
    Gemm,
    /// Matrix multiplies of experts, one for each expert that has tokens.
    GroupedGemm,
    /// Scores, softmax and weighted sum, fused so that scores never reach memory.
    Attention,
    /// Element by element over large tensors: norms, activations, rotations, permutations, losses.
    Streaming,
    /// Rows fetched from a table by index.
    Gather,
}

/// Sizes of a matrix multiply `rows x depth` by `depth x columns`, `groups` times over disjoint rows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Gemm {
    /// Rows `m` over all groups: tokens.
    pub rows: f64,
    /// Columns `n`.
    pub columns: f64,
    /// Inner size `k`.
    pub depth: f64,
    /// Weight matrices that are read, one for each group.
    pub groups: f64,
}

impl Gemm {
    /// Operations of the product, a multiply-add counting two: `2 m n k`.
    ///
    /// ```
    /// # use quarterdeck_workload::Gemm;
    /// let cube = Gemm { rows: 4096.0, columns: 4096.0, depth: 4096.0, groups: 1.0 };
    /// assert_eq!(cube.flops().as_tera(), 0.137438953472);
    /// ```
    pub fn flops(&self) -> Flop {
        Flop::flop(2.0 * self.rows * self.columns * self.depth)
    }

    /// Bytes that reach or leave memory once: weights at `weight` bytes an element, inputs and outputs at
    /// `activation`: `g w n k + a (m k + m n)`.
    pub fn bytes(&self, weight: f64, activation: f64) -> Bytes {
        let weights = self.groups * self.columns * self.depth * weight;
        Bytes::bytes(weights + activation * self.rows * (self.depth + self.columns))
    }
}

/// One operator of a forward pass on one device.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Operator {
    /// What it is called in reports.
    pub name: &'static str,
    /// What limits it.
    pub kind: OperatorKind,
    /// Operations of the forward pass.
    pub flops: Flop,
    /// Bytes moved to and from device memory in the forward pass.
    pub bytes: Bytes,
    /// Parameters that the device holds for it.
    pub parameters: f64,
    /// Sizes, for matrix multiplies.
    pub gemm: Option<Gemm>,
}

impl Operator {
    /// A matrix multiply whose only matrix of weights the device holds.
    pub fn gemm(name: &'static str, gemm: Gemm, weight: f64, activation: f64) -> Operator {
        Operator {
            name,
            kind: OperatorKind::Gemm,
            flops: gemm.flops(),
            bytes: gemm.bytes(weight, activation),
            parameters: gemm.columns * gemm.depth,
            gemm: Some(gemm),
        }
    }

    /// Multiplies of `stored` experts on one device, of which `gemm.groups` have tokens and are read.
    pub fn grouped_gemm(
        name: &'static str,
        gemm: Gemm,
        stored: f64,
        weight: f64,
        activation: f64,
    ) -> Operator {
        Operator {
            kind: OperatorKind::GroupedGemm,
            parameters: stored * gemm.columns * gemm.depth,
            ..Operator::gemm(name, gemm, weight, activation)
        }
    }

    /// An operator that only moves bytes.
    pub fn streaming(name: &'static str, bytes: f64, parameters: f64) -> Operator {
        Operator {
            name,
            kind: OperatorKind::Streaming,
            flops: Flop::ZERO,
            bytes: Bytes::bytes(bytes),
            parameters,
            gemm: None,
        }
    }
}
