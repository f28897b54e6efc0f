//! Operators of attention: projections, norms and rotation of queries and keys, scores; and latent attention.

use quarterdeck_catalog::{Mla, QkNorm};
use quarterdeck_units::{Bytes, Flop};

use super::Part;
use super::pass::Latent;
use crate::operator::{Operator, OperatorKind, Operators};
use crate::role::Role;

/// Bytes of the logarithm of a softmax's sum that training keeps for each query and head.
const SUM_BYTES: f64 = 4.0;

impl Part<'_> {
    pub(super) fn attention(&self, into: &mut Operators) {
        if let Some(mla) = self.shape.mla {
            self.latent_attention(&mla, into);
            return;
        }
        let (shape, pass, widths) = (self.shape, self.pass, self.widths);
        let (t, d, h) = (self.split.tensor, shape.head_dim, shape.hidden);
        let heads = shape.heads / t;
        // With more devices than key-value heads each keeps a copy of one.
        let kv_heads = (shape.kv_heads / t).max(1.0);
        let qkv = d * (heads + 2.0 * kv_heads);
        let (qkv_bias, output_bias) = shape.attention_bias(qkv, h);
        into.push(self.gemm("qkv", Role::Qkv, qkv, h).with_more_parameters(qkv_bias));
        let touched = pass.tokens * (heads + kv_heads) * d;
        if shape.qk_norm != QkNorm::None {
            // Inputs of the norms are kept beside what they write.
            let norm = if self.training() { 2.0 * touched } else { 0.0 };
            let norm = self.stream("query-key norm", Role::QkNorm, norm).keeping(self.kept(touched));
            let norm = norm.with_more_parameters(shape.qk_norm_parameters());
            if self.training() || !shape.rotary {
                into.push(norm);
            }
        }
        if shape.rotary {
            into.push(self.stream("rotation", Role::Rotation, 2.0 * touched));
        }
        let queries = 2.0 * pass.tokens * heads * d * widths.activation;
        let sums = if self.training() { SUM_BYTES * pass.tokens * heads } else { 0.0 };
        let kept = self.kept(pass.tokens * d * (2.0 * heads + 2.0 * kv_heads)) + sums;
        into.push(
            self.mixer(
                4.0 * pass.tokens * pass.attended * heads * d,
                queries + pass.cached * 2.0 * kv_heads * d * widths.kv,
            )
            .keeping(kept)
            .with_more_parameters(if shape.sinks { heads } else { 0.0 }),
        );
        into.push(
            self.gemm("attention output", Role::AttentionOutput, h, heads * d)
                .with_more_parameters(output_bias),
        );
    }

    fn mixer(&self, flops: f64, bytes: f64) -> Operator {
        Operator {
            kind: OperatorKind::Attention,
            flops: Flop::flop(flops),
            bytes: Bytes::bytes(bytes),
            ..Operator::streaming("attention", Role::Attention, 0.0, 0.0)
        }
    }

    fn latent_attention(&self, mla: &Mla, into: &mut Operators) {
        let (shape, pass, widths) = (self.shape, self.pass, self.widths);
        let (heads, tokens) = (shape.heads / self.split.tensor, pass.tokens);
        let [q, kv, nope, rope, value] =
            [mla.q_rank, mla.kv_rank, mla.nope_dim, mla.rope_dim, mla.v_dim].map(f64::from);
        let query_depth = if mla.q_rank > 0 { q } else { shape.hidden };
        if mla.q_rank > 0 {
            into.push(self.gemm("query down", Role::Qkv, q, shape.hidden).with_more_parameters(q));
        }
        into.push(self.gemm("query up", Role::Qkv, heads * (nope + rope), query_depth));
        into.push(self.gemm("latent down", Role::Qkv, kv + rope, shape.hidden).with_more_parameters(kv));
        // Absorbed or not, each token passes both halves of the up-projection once.
        into.push(self.gemm("latent up", Role::Qkv, heads * (nope + value), kv));
        // Norms of both latents, whose inputs are kept, and the rotation of queries and of the one shared key.
        if self.training() {
            let norms = self.stream("latent norms", Role::Norm, 2.0 * tokens * (q + kv));
            into.push(norms.keeping(self.kept(2.0 * tokens * (q + kv))));
            let rotated = tokens * (heads + 1.0) * rope;
            into.push(self.stream("rotation", Role::Rotation, 2.0 * rotated));
        } else {
            let moved = 2.0 * tokens * ((heads + 1.0) * rope + q + kv);
            into.push(self.stream("rotation", Role::Rotation, moved));
        }
        // The latent cache is not split over the tensor group: every device reads all of it.
        let (score, sum, cache) = match pass.latent {
            Latent::Expanded => (nope + rope, value, heads * (nope + rope + value) * widths.activation),
            Latent::Absorbed => (kv + rope, kv, (kv + rope) * widths.kv),
        };
        let sums = if self.training() { SUM_BYTES * tokens * heads } else { 0.0 };
        // Queries, keys, values and the result.
        let kept = self.kept(tokens * heads * (2.0 * (nope + rope) + 2.0 * value)) + sums;
        into.push(
            self.mixer(
                2.0 * tokens * pass.attended * heads * (score + sum),
                tokens * heads * (score + sum) * widths.activation + pass.cached * cache,
            )
            .keeping(kept)
            .with_more_parameters(if shape.sinks { heads } else { 0.0 }),
        );
        into.push(self.gemm("attention output", Role::AttentionOutput, shape.hidden, heads * value));
    }
}
