//! Operators before and behind the blocks: embedding, output matrix with its loss, and modules that predict
//! further tokens.

use quarterdeck_catalog::{Block, FeedForward, Mixer};
use quarterdeck_units::Bytes;

use super::{Part, Partition, Pass, Shape, Widths};
use crate::operator::{Gemm, Operator, OperatorKind, Operators};
use crate::role::Role;

impl Shape {
    /// The last norm, the output matrix and the loss or sampling, on one device of a group.
    pub fn head_operators(&self, pass: &Pass, split: &Partition, widths: &Widths) -> [Operator; 3] {
        let columns = self.vocab / split.tensor;
        let gemm = Gemm { rows: pass.scored, columns, depth: self.hidden, groups: 1.0 };
        let part = Part { shape: self, pass, split, widths };
        let norm = part.norm("final norm", pass.scored);
        let bias = if self.head_bias { columns } else { 0.0 };
        let head = Operator::gemm("head", Role::Head, gemm, widths.weight.max(2.0), widths.activation);
        // Scores are held in four bytes: written once and read twice for maximum and sum.
        let scores = 4.0 * pass.scored * columns;
        let kept = if part.training() { scores } else { 0.0 };
        let loss = Operator::streaming("loss", Role::Loss, 3.0 * scores, 0.0).keeping(kept);
        [norm, head.with_more_parameters(bias), loss]
    }

    /// Rows of the embedding fetched for the tokens of a pass.
    pub fn embedding_operator(&self, pass: &Pass, split: &Partition, widths: &Widths) -> Operator {
        Operator {
            kind: OperatorKind::Gather,
            bytes: Bytes::bytes(pass.tokens * self.hidden * 2.0 * widths.activation),
            parameters: (self.vocab / split.tensor + self.positions) * self.hidden,
            ..Operator::streaming("embedding", Role::Embedding, 0.0, 0.0)
        }
    }

    /// The blocks of one module that predicts a further token: the model's last block, or one attention and one
    /// feed-forward block where blocks have a single part (`deepseek-v3-2024`, section 2.2).
    pub fn mtp_blocks(&self) -> impl Iterator<Item = Block> {
        let last = self.block_at((self.layers.max(1.0) - 1.0) as usize);
        let ffn = if self.moe.is_some() { FeedForward::Experts } else { FeedForward::Dense };
        let single = last.mixer == Mixer::None || last.ffn == FeedForward::None;
        let blocks = if single {
            [
                Some(Block { mixer: Mixer::Attention, ffn: FeedForward::None }),
                Some(Block { mixer: Mixer::None, ffn }),
            ]
        } else {
            [Some(last), None]
        };
        blocks.into_iter().flatten()
    }

    /// What a module that predicts a further token does before its blocks and its pass through the head: norms of
    /// stream and embedding, and their joint projection. Empty for a model without such modules.
    pub fn mtp_operators(&self, pass: &Pass, split: &Partition, widths: &Widths) -> Operators {
        let mut operators = Operators::new();
        if self.mtp_modules > 0.0 {
            let part = Part { shape: self, pass, split, widths };
            operators.push(part.norm("stream norm", pass.tokens));
            operators.push(part.norm("embedding norm", pass.tokens));
            let columns = self.hidden / split.tensor;
            operators.push(part.gemm("mtp projection", Role::MtpProjection, columns, 2.0 * self.hidden));
        }
        operators
    }
}
