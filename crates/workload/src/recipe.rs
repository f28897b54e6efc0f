//! Narrow number formats in training: what their casts read and write around each product.
//!
//! A linear layer `Y = X W` of `m` rows, depth `k` and `n` columns has three products, `X W`, `dY Wᵀ` and
//! `Xᵀ dY`. Products of 8 and 4 bits want both operands along the inner size, so each tensor is written twice:
//! along its rows and along its columns. Bytes of one element of a tensor in 16 bits:
//!
//! | recipe | scale | read to find scales | read to cast | written, each of two copies |
//! |---|---|---|---|---|
//! | `fp8-delayed` | one a tensor, of earlier steps | 0 | 2 | 1 |
//! | `fp8-tensor` | one a tensor, of this step | 2 | 2 | 1 |
//! | `fp8-block` | one for 128, four bytes | 0 | 2 | 1 + 4/128 |
//! | `mxfp8` | one for 32, one byte | 0 | 2 | 1 + 1/32 |
//! | `nvfp4` | one for 16, one byte, and one a tensor of this step | 2 | 2 | 1/2 + 1/16 |
//!
//! Sources: `te-recipes` for the recipes, `nvfp4-2025` for the last; bytes are our own count of tensors that are
//! read and written once. Kernels that write a narrow output next to a norm or an activation save the read.

use std::fmt;
use std::str::FromStr;

use quarterdeck_units::Bytes;

use crate::operator::{Gemm, Operator};
use crate::role::Role;

/// How tensors are brought to a narrow format before products.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Recipe {
    /// 8 bits with one scale a tensor, from the largest values of earlier steps.
    Fp8Delayed,
    /// 8 bits with one scale a tensor, from this step's values.
    Fp8Tensor,
    /// 8 bits with one scale for 128 values of activations and for squares of 128 of weights.
    Fp8Block,
    /// 8 bits with one scale of one byte for 32 values.
    Mxfp8,
    /// 4 bits with one scale of 8 bits for 16 values and one for the tensor.
    Nvfp4,
}

/// Casts around the three products of one linear layer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Casts {
    /// Of the input, once in each forward pass.
    pub input: Operator,
    /// Of the gradient of the output, once in each backward pass.
    pub gradient: Operator,
    /// Of the weights, once in each step.
    pub weight: Operator,
}

/// Whether a tensor comes out of a kernel that can cast it on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Producer {
    /// The cast reads the tensor from memory.
    Separate,
    /// A norm, an activation or a permutation writes the narrow copies instead of a wide tensor, which saves the
    /// read; scales of the whole tensor still need theirs.
    Fused,
}

/// Bytes of an element before a cast.
const WIDE: f64 = 2.0;
/// Copies of each tensor: along rows and along columns.
const COPIES: f64 = 2.0;

impl Recipe {
    /// Every recipe.
    pub const ALL: &'static [Recipe] =
        &[Recipe::Fp8Delayed, Recipe::Fp8Tensor, Recipe::Fp8Block, Recipe::Mxfp8, Recipe::Nvfp4];

    /// The word used on the command line and in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Recipe::Fp8Delayed => "fp8-delayed",
            Recipe::Fp8Tensor => "fp8-tensor",
            Recipe::Fp8Block => "fp8-block",
            Recipe::Mxfp8 => "mxfp8",
            Recipe::Nvfp4 => "nvfp4",
        }
    }

    /// Bytes of one element as products read it, scales included.
    ///
    /// ```
    /// use quarterdeck_workload::Recipe;
    /// assert_eq!(Recipe::Mxfp8.element_bytes(), 1.03125);
    /// assert_eq!(Recipe::Nvfp4.element_bytes(), 0.5625);
    /// ```
    pub const fn element_bytes(self) -> f64 {
        match self {
            Recipe::Fp8Delayed | Recipe::Fp8Tensor => 1.0,
            Recipe::Fp8Block => 1.0 + 4.0 / 128.0,
            Recipe::Mxfp8 => 1.0 + 1.0 / 32.0,
            Recipe::Nvfp4 => 0.5 + 1.0 / 16.0,
        }
    }

    /// Bytes read for one element to find the scale of a whole tensor, before the cast can begin.
    pub const fn scale_read(self) -> f64 {
        match self {
            Recipe::Fp8Tensor | Recipe::Nvfp4 => WIDE,
            Recipe::Fp8Delayed | Recipe::Fp8Block | Recipe::Mxfp8 => 0.0,
        }
    }

    /// Bytes that the cast of one element moves.
    pub fn cast_bytes(self, producer: Producer) -> f64 {
        let read = match producer {
            Producer::Separate => WIDE,
            // A scale of the whole tensor is known only after the tensor was written.
            Producer::Fused if self.scale_read() > 0.0 => WIDE,
            // The wide tensor is neither written nor read; its write is already counted with the producer.
            Producer::Fused => -WIDE,
        };
        self.scale_read() + read + COPIES * self.element_bytes()
    }

    /// The casts around a linear layer, as operators that only move bytes.
    ///
    /// ```
    /// use quarterdeck_workload::recipe::{Producer, Recipe};
    /// use quarterdeck_workload::Gemm;
    /// let gemm = Gemm { rows: 1000.0, columns: 20.0, depth: 10.0, groups: 1.0 };
    /// let casts = Recipe::Fp8Delayed.casts(&gemm, Producer::Separate);
    /// assert_eq!(casts.input.bytes.as_bytes(), 1000.0 * 10.0 * 4.0);
    /// assert_eq!(casts.gradient.bytes.as_bytes(), 1000.0 * 20.0 * 4.0);
    /// assert_eq!(casts.weight.bytes.as_bytes(), 20.0 * 10.0 * 4.0);
    /// ```
    pub fn casts(self, gemm: &Gemm, input: Producer) -> Casts {
        let cast = |name, elements: f64, producer| Operator {
            bytes: Bytes::bytes((elements * self.cast_bytes(producer)).max(0.0)),
            ..Operator::streaming(name, Role::Cast, 0.0, 0.0)
        };
        Casts {
            input: cast("input cast", gemm.rows * gemm.depth, input),
            gradient: cast("gradient cast", gemm.rows * gemm.columns, Producer::Separate),
            weight: cast("weight cast", gemm.groups * gemm.depth * gemm.columns, Producer::Separate),
        }
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Recipe {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|recipe| recipe.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|recipe| recipe.as_str()).collect();
            format!("`{text}` is not a recipe; known: {}", known.join(", "))
        })
    }
}
