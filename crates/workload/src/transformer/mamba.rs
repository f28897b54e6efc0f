//! Operators of a Mamba-2 part: projection, convolution, recurrence in chunks, gate and norm, projection back.

use quarterdeck_units::{Bytes, Flop};

use super::Part;
use super::pass::Latent;
use crate::operator::{Operator, OperatorKind, Operators};
use crate::role::Role;

/// Bytes of an element of a state, and how often the states between chunks are moved: written, read and written
/// by the pass over chunks, read.
const STATE_BYTES: f64 = 4.0;
const STATE_PASSES: f64 = 4.0;

impl Part<'_> {
    /// Operations of the recurrence of inner width `w` with state `n`, `g` groups and chunks of `Q` tokens:
    ///
    /// $$ F = 2 T\,(Q g n + Q w + 2 n w) $$
    ///
    /// Scores of a chunk, their product with its inputs, states of chunks, and the part of the output that comes
    /// from them (`mamba2-2024`, section 6). The whole square of a chunk is counted, as kernels compute it.
    pub(super) fn mamba(&self, into: &mut Operators) {
        let Some(mamba) = self.shape.mamba else { return };
        let (tokens, t, h) = (self.pass.tokens, self.split.tensor, self.shape.hidden);
        let [heads, width, state, groups, conv, chunk] =
            [mamba.heads, mamba.head_dim, mamba.state, mamba.groups, mamba.conv, mamba.chunk].map(f64::from);
        let heads = heads / t;
        let inner = heads * width;
        // With more devices than groups each keeps a copy of one.
        let groups = (groups / t).max(1.0);
        let maps = 2.0 * groups * state;
        let mixed = inner + maps;
        let columns = 2.0 * inner + maps + heads;
        let bias = |width: f64| if self.shape.biases { width } else { 0.0 };
        into.push(self.gemm("mamba in", Role::MambaIn, columns, h).with_more_parameters(bias(columns)));
        let taps = conv + if mamba.conv_bias { 1.0 } else { 0.0 };
        into.push(Operator {
            flops: Flop::flop(2.0 * tokens * mixed * conv),
            // Gate and step sizes leave the projection past the convolution and are kept here, too.
            ..self
                .stream("convolution", Role::Convolution, 2.0 * tokens * mixed)
                .keeping(self.kept(tokens * (mixed + inner + heads)))
                .with_more_parameters(mixed * taps)
        });
        // A sequence shorter than a chunk is one chunk, and a decoded token is one of its own.
        let chunk = match self.pass.latent {
            Latent::Expanded => chunk.min(2.0 * self.pass.attended - 1.0).max(1.0),
            Latent::Absorbed => 1.0,
        };
        let flops = 2.0 * tokens * (chunk * groups * state + chunk * inner + 2.0 * state * inner);
        let states = STATE_PASSES * STATE_BYTES * (tokens / chunk) * inner * state;
        let moved = tokens * (mixed + heads + inner) * self.widths.activation + states;
        let states_kept = if self.training() { STATE_BYTES * (tokens / chunk) * inner * state } else { 0.0 };
        into.push(
            Operator {
                kind: OperatorKind::Attention,
                flops: Flop::flop(flops),
                bytes: Bytes::bytes(moved),
                ..Operator::streaming("scan", Role::Scan, 0.0, 3.0 * heads)
            }
            .keeping(self.kept(tokens * (mixed + inner)) + states_kept),
        );
        into.push(
            self.stream("gated norm", Role::GatedNorm, 3.0 * tokens * inner)
                .keeping(self.kept(tokens * inner))
                .with_more_parameters(inner),
        );
        into.push(self.gemm("mamba out", Role::MambaOut, h, inner).with_more_parameters(bias(h)));
    }
}
