//! Time of a whole layer of experts on one device: tokens moved to experts, two multiplies, and back.

use quarterdeck_catalog::ExpertCurve;
use quarterdeck_units::Seconds;

use super::gemm::{GemmKernel, smooth_max};

/// Bytes of an element of a token while it is moved.
const ELEMENT: f64 = 2.0;

/// Sizes of the experts on one device.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ExpertShape {
    /// Tokens that come in.
    pub tokens: f64,
    /// Copies that the device's experts get: tokens times the experts of each that live here.
    pub copies: f64,
    /// Width of a token.
    pub hidden: f64,
    /// Inner width of an expert on this device.
    pub inner: f64,
    /// Experts on this device.
    pub experts: f64,
}

/// Time of a gated layer of experts as the rows time it, tokens dealt evenly.
///
/// $$ t = \sum_{p \in \{up, down\}} \left( (t_c / \rho)^4 + t_m^4 \right)^{1/4} + t_0
///    + \mu\,\frac{2\,(2Th + 2Rh + 3Ri)}{\eta_m B} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $T, R$ | `tokens`, `copies` | 1 |
/// | $h, i$ | `hidden`, `inner` | elements |
/// | $t_c, t_m$ | [`GemmKernel`] of $R \times h$ by $h \times 2i$ and of $R \times i$ by $i \times h$, in `experts` groups | s |
/// | $\rho, \mu, t_0$ | `curve.share`, `curve.moves`, `curve.floor` | 1, 1, s |
/// | $\eta_m B$ | bandwidth that the multiplies reach | B/s |
///
/// Source: numbers fitted to `aiconfigurator-095f58a`. Only $\rho$ enters the price of an operator; what moves
/// tokens is priced by operators of its own.
pub fn expert_layer_time(kernel: &GemmKernel, curve: &ExpertCurve, shape: &ExpertShape) -> Seconds {
    let ExpertShape { tokens, copies, hidden, inner, experts } = *shape;
    let product = |columns: f64, depth: f64| {
        let arithmetic = kernel.arithmetic(copies, columns, depth, experts) / curve.share;
        smooth_max(arithmetic, kernel.traffic(kernel.operand_bytes(copies, columns, depth, experts)))
    };
    let moved = ELEMENT * (2.0 * tokens * hidden + 2.0 * copies * hidden + 3.0 * copies * inner);
    let multiplies = product(2.0 * inner, hidden) + product(hidden, inner);
    Seconds::seconds(multiplies + curve.moves * kernel.traffic(moved)) + curve.floor
}
