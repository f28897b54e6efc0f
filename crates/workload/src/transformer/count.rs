//! Operations of training by the conventions of the field, and counts of low-rank adapters.

use quarterdeck_units::Flop;

use super::{Partition, Pass, Shape, Widths};
use crate::operator::{Operator, OperatorKind};

/// How operations of training are counted, for utilisation that can be compared with a published one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FlopConvention {
    /// Every product of the model and the visible half of attention, forward and twice that backward.
    Exact,
    /// `palm-2022`, appendix B: `6 N + 12 L a d s` per token, with all `N` parameters that a token uses and the
    /// full square of attention.
    Palm,
    /// `narayanan-2021`: every product and the full square of attention, without recomputation.
    Narayanan,
    /// The same with one more forward pass of the blocks: `96 B s L h² (1 + s/6h + V/16Lh)` for GPT.
    NarayananWithRecompute,
}

/// Which linear layers carry low-rank adapters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LoraTargets {
    /// Projections of attention, queries, keys and values as one.
    Attention,
    /// Every linear layer of the blocks, each expert for itself.
    AllLinear,
}

impl LoraTargets {
    /// Whether an operator carries adapters.
    pub fn includes(self, operator: &Operator) -> bool {
        match self {
            LoraTargets::Attention => operator.role.is_attention_projection(),
            LoraTargets::AllLinear => operator.role.is_linear(),
        }
    }
}

impl Shape {
    /// Operations of the blocks and of the head in a forward pass, on one device that does it all.
    fn forward_parts(&self, pass: &Pass) -> (Flop, Flop) {
        let one = Partition::WHOLE;
        let layer = |(block, count)| self.layer_operators(block, pass, &one, &Widths::HALF).flops() * count;
        let head: Flop = self.head_operators(pass, &one, &Widths::HALF).iter().map(|op| op.flops).sum();
        (self.blocks().map(layer).sum(), head)
    }

    /// Forward operations of a pass through every layer and the head, on one device that does it all. Modules
    /// that predict further tokens are not part of it.
    pub fn forward_flops(&self, pass: &Pass) -> Flop {
        let (blocks, head) = self.forward_parts(pass);
        blocks + head
    }

    /// Operations of training on one token, recomputation not counted: forward and twice that backward.
    ///
    /// This is the numerator of model FLOPs utilisation (`palm-2022`, appendix B) but with attention counted
    /// for the visible half only; PaLM's count takes the full square.
    pub fn training_flops_per_token(&self, sequence: f64) -> Flop {
        self.training_flops_by(FlopConvention::Exact, sequence)
    }

    /// Operations of training on one token by a convention.
    ///
    /// Windowed layers are counted at their window by all but `Palm`, whose formula knows no windows.
    pub fn training_flops_by(&self, convention: FlopConvention, sequence: f64) -> Flop {
        let causal = Pass::training(1.0, sequence);
        let square = Pass { attended: sequence, ..causal };
        let per_token = 1.0 / sequence;
        match convention {
            FlopConvention::Exact => self.forward_flops(&causal) * (3.0 * per_token),
            FlopConvention::Narayanan => self.forward_flops(&square) * (3.0 * per_token),
            FlopConvention::NarayananWithRecompute => {
                let (blocks, head) = self.forward_parts(&square);
                (blocks * 4.0 + head * 3.0) * per_token
            }
            FlopConvention::Palm => {
                let attending: f64 =
                    self.blocks().filter(|(block, _)| block.attends()).map(|(_, count)| count).sum();
                let squares = 12.0 * attending * self.heads * self.head_dim * sequence;
                Flop::flop(6.0 * self.parameters().active() + squares)
            }
        }
    }

    /// Parameters of low-rank adapters of one rank: `r (k + n)` for each adapted matrix of `k x n`
    /// (`lora-2021`).
    ///
    /// Queries, keys and values are one matrix, as training frameworks fuse them; adapters for each apart hold
    /// more.
    pub fn lora_parameters(&self, rank: f64, targets: LoraTargets) -> f64 {
        let pass = Pass::training(1.0, 1.0);
        let of_operator = |operator: &Operator| {
            let experts = match (operator.kind, self.moe) {
                (OperatorKind::GroupedGemm, Some(moe)) => f64::from(moe.experts),
                _ => 1.0,
            };
            operator.gemm.map_or(0.0, |gemm| rank * (gemm.depth + gemm.columns) * experts)
        };
        let of_block = |block| -> f64 {
            let operators = self.layer_operators(block, &pass, &Partition::WHOLE, &Widths::HALF);
            operators.iter().filter(|operator| targets.includes(operator)).map(of_operator).sum()
        };
        self.blocks().map(|(block, count)| count * of_block(block)).sum()
    }
}
