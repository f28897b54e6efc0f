//! One operator of a model: what it computes, what it moves, what it stores and what it keeps.

use std::ops::Deref;

use quarterdeck_units::{Bytes, Flop};

use crate::role::Role;

/// What limits an operator and which measured efficiency it takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum OperatorKind {
    /// One matrix multiply.
    Gemm,
    /// Matrix multiplies of experts, one for each expert that has tokens.
    GroupedGemm,
    /// Work along the sequence in one kernel: scores, softmax and weighted sum, fused so that scores never reach
    /// memory; or the recurrence of a state-space block, whose role is `Scan`.
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
    /// What it does in the model.
    pub role: Role,
    /// What limits it.
    pub kind: OperatorKind,
    /// Operations of the forward pass.
    pub flops: Flop,
    /// Bytes moved to and from device memory in the forward pass.
    pub bytes: Bytes,
    /// Parameters that the device holds for it.
    pub parameters: f64,
    /// Bytes first stored here that the backward pass needs: inputs that no earlier operator of the block has
    /// kept, and what a fused kernel leaves behind. Zero in serving.
    pub kept: Bytes,
    /// Whether an activation multiplies by a gate.
    pub gated: bool,
    /// Sizes, for matrix multiplies.
    pub gemm: Option<Gemm>,
}

impl Operator {
    /// A matrix multiply whose only matrix of weights the device holds.
    pub fn gemm(name: &'static str, role: Role, gemm: Gemm, weight: f64, activation: f64) -> Operator {
        Operator {
            kind: OperatorKind::Gemm,
            flops: gemm.flops(),
            bytes: gemm.bytes(weight, activation),
            parameters: gemm.columns * gemm.depth,
            gemm: Some(gemm),
            ..Operator::streaming(name, role, 0.0, 0.0)
        }
    }

    /// Multiplies of `stored` experts on one device, of which `gemm.groups` have tokens and are read.
    pub fn grouped_gemm(
        name: &'static str,
        role: Role,
        gemm: Gemm,
        stored: f64,
        weight: f64,
        activation: f64,
    ) -> Operator {
        Operator {
            kind: OperatorKind::GroupedGemm,
            parameters: stored * gemm.columns * gemm.depth,
            ..Operator::gemm(name, role, gemm, weight, activation)
        }
    }

    /// An operator that only moves bytes.
    pub const fn streaming(name: &'static str, role: Role, bytes: f64, parameters: f64) -> Operator {
        Operator {
            name,
            role,
            kind: OperatorKind::Streaming,
            flops: Flop::ZERO,
            bytes: Bytes::bytes(bytes),
            parameters,
            kept: Bytes::ZERO,
            gated: false,
            gemm: None,
        }
    }

    /// The same operator with bytes that it keeps for the backward pass.
    #[must_use]
    pub fn keeping(self, bytes: f64) -> Operator {
        Operator { kept: Bytes::bytes(bytes), ..self }
    }

    /// Parameters besides the weights of its product: biases, and norms fused into it.
    #[must_use]
    pub fn with_more_parameters(self, parameters: f64) -> Operator {
        Operator { parameters: self.parameters + parameters, ..self }
    }
}

/// Most operators of one block: latent attention and experts with shared ones, with norms on both sides.
const MOST: usize = 36;

/// The operators of one block in order, held in place so that a search allocates nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Operators {
    items: [Operator; MOST],
    len: usize,
}

impl Operators {
    pub(crate) const fn new() -> Operators {
        Operators { items: [Operator::streaming("", Role::Residual, 0.0, 0.0); MOST], len: 0 }
    }

    /// Adds an operator. Blocks are built from a fixed list of parts that is shorter than the room.
    pub(crate) fn push(&mut self, operator: Operator) {
        debug_assert!(self.len < MOST, "a block has more operators than there is room for");
        if let Some(slot) = self.items.get_mut(self.len) {
            *slot = operator;
            self.len += 1;
        }
    }

    /// Changes the operator that was added last.
    pub(crate) fn amend_last(&mut self, change: impl FnOnce(Operator) -> Operator) {
        if let Some(last) = self.items[..self.len].last_mut() {
            *last = change(*last);
        }
    }

    /// Operations of all of them.
    pub fn flops(&self) -> Flop {
        self.iter().map(|operator| operator.flops).sum()
    }

    /// Bytes that all of them keep for the backward pass.
    pub fn kept(&self) -> Bytes {
        self.iter().map(|operator| operator.kept).sum()
    }
}

impl Deref for Operators {
    type Target = [Operator];

    fn deref(&self) -> &[Operator] {
        &self.items[..self.len]
    }
}

impl IntoIterator for Operators {
    type Item = Operator;
    type IntoIter = std::iter::Take<std::array::IntoIter<Operator, MOST>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter().take(self.len)
    }
}

impl<'a> IntoIterator for &'a Operators {
    type Item = &'a Operator;
    type IntoIter = std::slice::Iter<'a, Operator>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
