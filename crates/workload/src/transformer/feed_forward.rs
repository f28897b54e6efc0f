//! Operators of feed-forward parts: dense ones, and experts with router, permutation and shared experts.

use quarterdeck_catalog::Moe;

use super::Part;
use crate::operator::{Gemm, Operator, Operators};
use crate::role::Role;

/// Bytes of one score of a router and passes over the scores: written, read by softmax, read by the choice.
const ROUTER_BYTES: f64 = 4.0;
const ROUTING_PASSES: f64 = 3.0;

/// The three operators of a feed-forward part.
struct Inner {
    up: Gemm,
    activation: Operator,
    down: Gemm,
}

impl Part<'_> {
    pub(super) fn dense(&self, into: &mut Operators) {
        let width = self.shape.ffn_hidden / self.split.tensor;
        self.every_token(width, [Role::Up, Role::Down], ["feed-forward up", "feed-forward down"], into);
    }

    /// Up, activation and down of a part that every token passes.
    fn every_token(&self, width: f64, roles: [Role; 2], names: [&'static str; 2], into: &mut Operators) {
        let inner = self.inner(self.shape.hidden, width, self.pass.tokens, 1.0);
        let biases = if self.shape.biases {
            ((self.shape.ffn_matrices - 1.0) * width, self.shape.hidden)
        } else {
            (0.0, 0.0)
        };
        let gemm = |name, role, gemm, bias| {
            Operator::gemm(name, role, gemm, self.widths.weight, self.widths.activation)
                .with_more_parameters(bias)
        };
        into.push(gemm(names[0], roles[0], inner.up, biases.0));
        into.push(inner.activation);
        into.push(gemm(names[1], roles[1], inner.down, biases.1));
    }

    fn inner(&self, stream: f64, width: f64, rows: f64, read: f64) -> Inner {
        let matrices = self.shape.ffn_matrices;
        let elements = rows * width;
        let activation = Operator {
            gated: matrices > 2.0,
            // What the products before wrote, and the operand of the product behind.
            ..self
                .stream("activation", Role::Activation, matrices * elements)
                .keeping(self.kept(matrices * elements))
        };
        Inner {
            up: Gemm { rows, columns: (matrices - 1.0) * width, depth: stream, groups: read },
            activation,
            down: Gemm { rows, columns: stream, depth: width, groups: read },
        }
    }

    pub(super) fn experts(&self, into: &mut Operators) {
        let Some(moe) = self.shape.moe else { return self.dense(into) };
        let (shape, pass, split) = (self.shape, self.pass, self.split);
        let [experts, top_k, width] = [moe.experts, moe.top_k, moe.expert_ffn].map(f64::from);
        // Tokens are split over the tensor group where experts are spread over devices, and the matrices are
        // where they are not.
        let spread = split.expert > 1.0;
        let (tokens, expert_width) =
            if spread { (pass.tokens / split.tensor, width) } else { (pass.tokens, width / split.tensor) };
        let router = Gemm { rows: tokens, columns: experts, depth: shape.hidden, groups: 1.0 };
        let bias = if moe.router_bias { experts } else { 0.0 };
        into.push(Operator::gemm("router", Role::Router, router, 4.0, 4.0).with_more_parameters(bias));
        if self.training() {
            let scores = ROUTER_BYTES * tokens * experts;
            let routing = Operator::streaming("routing", Role::Routing, ROUTING_PASSES * scores, 0.0);
            into.push(routing.keeping(scores));
        }
        let stream = moe.latent.map_or(shape.hidden, f64::from);
        self.expert_map("expert latent down", tokens, stream, shape.hidden, &moe, into);
        let routed = tokens * top_k;
        let stored = experts / split.expert;
        // Each device serves tokens of its whole expert group, and as many leave as arrive.
        let touched = experts_touched(experts, top_k, tokens * split.expert) / split.expert;
        self.permutation(tokens, routed, stream, into);
        let inner = self.inner(stream, expert_width, routed, touched.min(stored));
        let (weight, activation) = (self.widths.weight, self.widths.activation);
        let biases = |columns: f64| if shape.biases { stored * columns } else { 0.0 };
        let grouped = |name, role, gemm: Gemm| {
            Operator::grouped_gemm(name, role, gemm, stored, weight, activation)
                .with_more_parameters(biases(gemm.columns))
        };
        into.push(grouped("experts up", Role::ExpertUp, inner.up));
        into.push(inner.activation);
        into.push(grouped("experts down", Role::ExpertDown, inner.down));
        if self.training() {
            self.back_permutation(tokens, routed, stream, into);
        }
        self.expert_map("expert latent up", tokens, shape.hidden, stream, &moe, into);
        if moe.shared_experts > 0 {
            let shared = f64::from(moe.shared_experts) * f64::from(moe.shared_width()) / split.tensor;
            let names = ["shared experts up", "shared experts down"];
            self.every_token(shared, [Role::SharedUp, Role::SharedDown], names, into);
            let gate = if moe.shared_gate { shape.hidden } else { 0.0 };
            into.amend_last(|operator| operator.with_more_parameters(gate));
            if self.training() {
                let elements = pass.tokens * shape.hidden / split.residual();
                into.push(self.stream("shared sum", Role::Residual, 3.0 * elements));
            }
        }
    }

    /// Map to or from the narrower stream of experts, where there is one.
    fn expert_map(
        &self,
        name: &'static str,
        rows: f64,
        columns: f64,
        depth: f64,
        moe: &Moe,
        into: &mut Operators,
    ) {
        if moe.latent.is_some() {
            let gemm = Gemm { rows, columns, depth, groups: 1.0 };
            let map =
                Operator::gemm(name, Role::ExpertLatent, gemm, self.widths.weight, self.widths.activation);
            // The wider input is what the norm kept; the narrower one is kept here.
            into.push(map.keeping(if columns > depth { self.kept(rows * depth) } else { 0.0 }));
        }
    }

    /// Tokens sorted by expert. Serving counts the way back with it.
    ///
    /// Where experts are spread, dispatch brings each token's copies and the sort moves those; where they are
    /// not, each token is read once and its copies are written.
    fn permutation(&self, tokens: f64, routed: f64, stream: f64, into: &mut Operators) {
        let moved = if !self.training() {
            tokens + 3.0 * routed
        } else if self.split.expert > 1.0 {
            2.0 * routed
        } else {
            tokens + routed
        };
        into.push(
            self.stream("permutation", Role::Permutation, moved * stream).keeping(self.kept(routed * stream)),
        );
    }

    fn back_permutation(&self, tokens: f64, routed: f64, stream: f64, into: &mut Operators) {
        let moved = if self.split.expert > 1.0 { 2.0 * routed } else { tokens + routed };
        into.push(self.stream("back permutation", Role::Permutation, moved * stream));
    }
}

/// Experts of a layer that at least one of `tokens` visits, if the router spreads evenly:
/// `E (1 - (1 - K/E)^T)`.
///
/// Holds for balanced routing; real routers touch fewer, so the bytes read are an upper bound.
///
/// ```
/// # use quarterdeck_workload::transformer::experts_touched;
/// assert_eq!(experts_touched(8.0, 2.0, 1.0), 2.0);
/// assert!(experts_touched(256.0, 8.0, 64.0) > 220.0);
/// ```
pub fn experts_touched(experts: f64, top_k: f64, tokens: f64) -> f64 {
    experts * (1.0 - quarterdeck_units::pow(1.0 - top_k / experts, tokens))
}
