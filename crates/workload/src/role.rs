//! What an operator does in a model, and what its backward pass costs.
//!
//! Elements that each role moves between memory and chip, for one token; `h` stream, `q` width of all query
//! heads, `k` of all key heads, `f` inner width, `E` experts, `V` vocabulary:
//!
//! | role | forward reads | writes | backward reads | writes | factor |
//! |---|---|---|---|---|---|
//! | norm | `h` | `h` | input, gradient `2h` | `h` | 3/2 |
//! | residual | stream, branch `2h` | `h` | both gradients `2h` | `h` | 1 |
//! | query-key norm | `q + k` | `q + k` | `2(q + k)` | `q + k` | 3/2 |
//! | rotation | `q + k` | `q + k` | `q + k` | `q + k` | 1 |
//! | activation, gated | `2f` | `f` | `3f` | `2f` | 5/3 |
//! | activation, plain | `f` | `f` | `2f` | `f` | 3/2 |
//! | attention | `q + 2k` | `q` | `3q + 2k`, gradient | `q + 2k` | 2 |
//! | routing | `3E` over softmax and choice | | `2E` | `E` | 1 |
//! | permutation | the same elements the other way | | | | 1 |
//! | loss | scores, 4 bytes, 3 passes of `V` | | `4V` bytes | `2V` bytes | 1/2 |
//! | embedding | row `h` | `h` | gradient `h`, 4-byte sum | 4-byte sum | 5/2 |
//! | convolution | `c` | `c` | `2c` | `c` | 3/2 |
//! | gated norm | `2f` | `f` | `3f` | `2f` | 5/3 |
//!
//! Own counts of tensors that kernels read and write once; kernels that fuse neighbours move less.

use crate::operator::{Operator, OperatorKind};

/// What an operator does in a model.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Projection of the stream to queries, keys and values, or the maps of latent attention.
    Qkv,
    /// Scores, softmax and weighted sum.
    Attention,
    /// Projection of attention back to the stream.
    AttentionOutput,
    /// First product of a feed-forward part that every token passes.
    Up,
    /// Second product of it.
    Down,
    /// First product of routed experts.
    ExpertUp,
    /// Second product of routed experts.
    ExpertDown,
    /// First product of shared experts.
    SharedUp,
    /// Second product of shared experts.
    SharedDown,
    /// Product of the stream with one vector for each expert.
    Router,
    /// Softmax or sigmoid over experts, choice of the best, and the map of tokens.
    Routing,
    /// Maps of a narrower stream on which experts work.
    ExpertLatent,
    /// Tokens sorted by expert, or brought back into order.
    Permutation,
    /// Scale of each token's vector.
    Norm,
    /// Sum of the stream and a branch.
    Residual,
    /// Norm of queries and keys.
    QkNorm,
    /// Rotation of queries and keys.
    Rotation,
    /// Non-linearity of a feed-forward part, gate included.
    Activation,
    /// Projection of the stream into a Mamba-2 block.
    MambaIn,
    /// Causal convolution of a Mamba-2 block.
    Convolution,
    /// State-space recurrence, in chunks.
    Scan,
    /// Gate and norm behind the recurrence.
    GatedNorm,
    /// Projection of a Mamba-2 block back to the stream.
    MambaOut,
    /// Projection of stream and next embedding in a module that predicts further tokens.
    MtpProjection,
    /// Rows fetched for tokens.
    Embedding,
    /// Output matrix.
    Head,
    /// Softmax over the vocabulary and its loss, or sampling.
    Loss,
    /// Change of number format before a product.
    Cast,
}

impl Role {
    /// Whether the role is a linear layer of a block, of the kinds that low-rank adapters and narrow formats
    /// are used on; neither router nor head.
    pub const fn is_linear(self) -> bool {
        matches!(
            self,
            Role::Qkv
                | Role::AttentionOutput
                | Role::Up
                | Role::Down
                | Role::ExpertUp
                | Role::ExpertDown
                | Role::SharedUp
                | Role::SharedDown
                | Role::ExpertLatent
                | Role::MambaIn
                | Role::MambaOut
        )
    }

    /// Whether the role is a projection of attention.
    pub const fn is_attention_projection(self) -> bool {
        matches!(self, Role::Qkv | Role::AttentionOutput)
    }
}

/// Whether an operator's weights are trained.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weights {
    /// Gradients by weight are needed.
    Trained,
    /// Only gradients by input are.
    Frozen,
}

/// A backward pass over its forward pass.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Backward {
    /// Operations over those of the forward pass.
    pub flops: f64,
    /// Bytes over those of the forward pass.
    pub bytes: f64,
    /// Kernels launched, where the forward pass launches one.
    pub kernels: f64,
}

impl Operator {
    /// What the backward pass of this operator costs over its forward pass.
    ///
    /// | kind | operations | bytes | kernels |
    /// |---|---|---|---|
    /// | matrix multiply, trained | 2 | 2 | 2 |
    /// | matrix multiply, frozen | 1 | 1 | 1 |
    /// | attention (`flash-attention-2022`: scores once more, four gradients) | 5/2 | 2 | 1 |
    /// | recurrence in chunks (two gradients of each product, states once more) | 5/2 | 2 | 1 |
    /// | streaming | 1 | table of [`Role`] | 1 |
    ///
    /// ```
    /// use quarterdeck_workload::{Gemm, Operator, Role, Weights};
    /// let gemm = Gemm { rows: 8.0, columns: 4.0, depth: 2.0, groups: 1.0 };
    /// let operator = Operator::gemm("up", Role::Up, gemm, 2.0, 2.0);
    /// assert_eq!(operator.backward(Weights::Trained).flops, 2.0);
    /// assert_eq!(operator.backward(Weights::Frozen).flops, 1.0);
    /// ```
    pub fn backward(&self, weights: Weights) -> Backward {
        let products = if weights == Weights::Trained { 2.0 } else { 1.0 };
        match self.kind {
            OperatorKind::Gemm | OperatorKind::GroupedGemm => {
                Backward { flops: products, bytes: products, kernels: products }
            }
            OperatorKind::Attention => Backward { flops: 2.5, bytes: 2.0, kernels: 1.0 },
            OperatorKind::Streaming | OperatorKind::Gather => {
                Backward { flops: 1.0, bytes: self.streaming_backward(), kernels: 1.0 }
            }
        }
    }

    fn streaming_backward(&self) -> f64 {
        match self.role {
            Role::Residual | Role::Rotation | Role::Permutation | Role::Routing | Role::Cast => 1.0,
            Role::GatedNorm => 5.0 / 3.0,
            Role::Activation if self.gated => 5.0 / 3.0,
            Role::Norm | Role::QkNorm | Role::Convolution | Role::Activation => 1.5,
            Role::Loss => 0.5,
            Role::Embedding => 2.5,
            // Products and attention are priced by their kind.
            _ => 1.5,
        }
    }
}
