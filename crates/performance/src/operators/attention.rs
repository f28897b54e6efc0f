//! Time of fused attention over whole sequences by its shape: blocks of queries dealt to processors in waves.

use quarterdeck_catalog::AttentionCurve;
use quarterdeck_units::{Bandwidth, FlopRate, Seconds, pow};

use super::gemm::{smooth_max, up};

/// Queries of a block, which one processor works on for one head.
const BLOCK: f64 = 128.0;

/// Bytes of an element of queries, keys, values and results in memory.
const ELEMENT: f64 = 2.0;

/// Sizes of attention over sequences of equal length.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AttentionShape {
    /// Sequences.
    pub sequences: f64,
    /// Queries of one sequence.
    pub length: f64,
    /// Keys that a query attends to, on average: `(length + 1) / 2` behind a causal mask.
    pub attended: f64,
    /// Query heads.
    pub heads: f64,
    /// Heads of keys and values.
    pub kv_heads: f64,
    /// Width of a head.
    pub head_dim: f64,
}

impl AttentionShape {
    /// Operations that are due behind the mask: `4 b s c a d`.
    pub fn flops(&self) -> f64 {
        4.0 * self.sequences * self.length * self.attended * self.heads * self.head_dim
    }
}

/// An attention curve on one device, with what does not depend on the shape worked out.
///
/// $$ t = \left( t_c^4 + t_m^4 \right)^{1/4} + t_0, \qquad
///    t_m = \frac{2\,b s d\,(2a + 2k)}{\eta_m B} $$
///
/// $$ t_c = w\,\frac{4 \cdot 128\, d\,(u + u_0)}{\eta \min(1, d/128)^{\gamma}\,P / N}, \quad
///    x = \frac{b a}{N}\left\lceil \frac{s}{128} \right\rceil, \quad
///    w = \max(1, x + \lambda(\lceil x \rceil - x)), \quad
///    u = c + (1 - x)^+ (s - c) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $b, s, c, a, k, d$ | `sequences`, `length`, `attended`, `heads`, `kv_heads`, `head_dim` | elements |
/// | $P, B, N$ | dense peak, memory bandwidth, multiprocessors of the device | FLOP/s, B/s, 1 |
/// | $u$ | keys of the slowest block: of all where there are fewer blocks than processors | elements |
/// | $\eta, u_0, \lambda, \gamma$ | `peak_share`, `ramp`, `wave_share`, `head_power` | 1, elements, 1, 1 |
/// | $\eta_m, t_0$ | `memory_share`, `floor` | 1, s |
///
/// Sources: `flash-attention-2022` for the blocks; the numbers are fitted to `aiconfigurator-095f58a`. Holds for
/// the forward pass behind a causal mask; windows of 128 keys, of which no row is fitted, take 20 to 60 % longer than this.
/// Median error 4 to 6 % over sequences of 1,024 and more, where one share of the peak errs by 20 to 40 %.
///
/// ```
/// # use quarterdeck_performance::operators::{AttentionShape, FlashKernel};
/// # use quarterdeck_catalog::{Catalog, Precision};
/// let catalog = Catalog::builtin();
/// let device = catalog.device("h100-sxm").unwrap();
/// let curve = &catalog.efficiency("h100-sxm").unwrap().attention[&Precision::Bf16];
/// let peak = device.peak(Precision::Bf16).unwrap().value;
/// let kernel = FlashKernel::new(curve, peak, device.memory.bandwidth.value, 132.0);
/// let shape = |length: f64| AttentionShape {
///     sequences: 1.0, length, attended: (length + 1.0) / 2.0, heads: 32.0, kv_heads: 8.0, head_dim: 128.0,
/// };
/// let share = |length: f64| shape(length).flops() / 989.4e12 / kernel.time(&shape(length)).as_seconds();
/// assert!(share(16384.0) > 0.5 && share(2048.0) < 0.85 * share(16384.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FlashKernel {
    processors: f64,
    /// Seconds for one head element of one key and a block of queries.
    per_key: f64,
    ramp: f64,
    wave_share: f64,
    head_power: f64,
    per_byte: f64,
    floor: f64,
}

impl FlashKernel {
    /// Works out what does not depend on the shape.
    pub fn new(curve: &AttentionCurve, peak: FlopRate, bandwidth: Bandwidth, processors: f64) -> FlashKernel {
        FlashKernel {
            processors,
            per_key: 4.0 * BLOCK * processors / (curve.peak_share * peak.as_per_second()),
            ramp: curve.ramp,
            wave_share: curve.wave_share,
            head_power: curve.head_power,
            per_byte: 1.0 / (curve.memory_share * bandwidth.as_bytes_per_second()),
            floor: curve.floor.as_seconds(),
        }
    }

    /// Time of the forward pass.
    pub fn time(&self, shape: &AttentionShape) -> Seconds {
        Seconds::seconds(smooth_max(self.arithmetic(shape), self.traffic(shape)) + self.floor)
    }

    /// Time of arithmetic alone, s.
    pub fn arithmetic(&self, shape: &AttentionShape) -> f64 {
        let blocks = shape.sequences * shape.heads * up(shape.length / BLOCK);
        let filled = blocks / self.processors;
        let waves = (filled + self.wave_share * (up(filled) - filled)).max(1.0);
        let keys = shape.attended + (1.0 - filled).max(0.0) * (shape.length - shape.attended).max(0.0);
        let narrow = if shape.head_dim < 128.0 { pow(shape.head_dim / 128.0, self.head_power) } else { 1.0 };
        waves * self.per_key * shape.head_dim * (keys + self.ramp) / narrow
    }

    /// Time of memory traffic alone, s.
    pub fn traffic(&self, shape: &AttentionShape) -> f64 {
        let heads = 2.0 * shape.heads + 2.0 * shape.kv_heads;
        ELEMENT * shape.sequences * shape.length * shape.head_dim * heads * self.per_byte
    }

    /// Time of the smallest kernel, s.
    pub fn floor(&self) -> f64 {
        self.floor
    }
}
