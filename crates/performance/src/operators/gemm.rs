//! Time of a matrix multiply by its shape: tiles dealt to processors in waves, memory traffic, and a floor.
//!
//! ```text
//!  m x n ──► tiles ──► waves over the processors ──► arithmetic ─┐
//!                (best of eight tiles and five splits)           ├─ smooth maximum + floor
//!  operands and result ──► memory ──► traffic ───────────────────┘
//! ```

use quarterdeck_catalog::{GemmCurve, Precision};
use quarterdeck_units::{Bandwidth, FlopRate, Seconds};

/// Tiles that libraries choose from, rows by columns.
const TILES: [(f64, f64); 8] = [
    (256.0, 128.0),
    (128.0, 256.0),
    (128.0, 128.0),
    (64.0, 256.0),
    (256.0, 64.0),
    (64.0, 128.0),
    (128.0, 64.0),
    (64.0, 64.0),
];

/// Parts into which libraries divide the depth when tiles are few.
const SPLITS: [f64; 5] = [1.0, 2.0, 4.0, 8.0, 16.0];

/// Perimeter over area of the largest tile, per element.
const LEAST_PERIMETER: f64 = 1.0 / 256.0 + 1.0 / 128.0;

/// Bytes of a partial sum, written and read again.
const PARTIAL_SUM: f64 = 8.0;

/// Time beyond which a kernel is long enough to heat the device.
const WARM: f64 = 1e-3;

/// One tile with its rate.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Tile {
    /// Tiles for each row and each column of the result.
    per_row: f64,
    per_column: f64,
    /// Time of one element of depth of one wave.
    per_depth: f64,
}

/// Bytes of an element in memory while a matrix multiply runs: weights, inputs, results.
///
/// Formats of 4 bits carry a scale of 8 bits for 16 elements; results leave in 16 bits, or 32 where the inputs
/// have them.
pub fn element_bytes(precision: Precision) -> (f64, f64, f64) {
    match precision {
        Precision::Fp32 | Precision::Tf32 => (4.0, 4.0, 4.0),
        Precision::Bf16 | Precision::Fp16 => (2.0, 2.0, 2.0),
        Precision::Fp8 | Precision::Int8 => (1.0, 1.0, 2.0),
        Precision::Fp4 => (0.5625, 0.5625, 2.0),
    }
}

/// A matrix-multiply curve on one device at one precision, with what does not depend on the shape worked out.
///
/// $$ t = \left( t_c^4 + t_m^4 \right)^{1/4} + t_0 $$
///
/// $$ t_c = h \min_{T, s} \left[ w(T, s)\, \frac{2\,T_m T_n\,(k / s + k_0)}{\eta\,e(T)\,P / N}
///    \;{+}\; \frac{8\,s\,m n\,[s > 1]}{\eta_s B} \right], \qquad
///    t_m = \frac{b_w g n k + b_x m k + b_y m n}{\eta_m B} $$
///
/// $$ w = \max(1, x + \lambda(\lceil x \rceil - x)), \quad
///    x = \frac{s\,g}{N}\left\lceil \frac{m}{g T_m} \right\rceil \left\lceil \frac{n}{T_n} \right\rceil, \quad
///    e = \frac{1}{1 + c\,(1/T_m + 1/T_n - 1/256 - 1/128)}, \quad
///    h = 1 + \kappa \ln \max\left(1, \frac{2mnk}{P \cdot 1\,\mathrm{ms}}\right) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $m, n, k$ | rows over all groups, columns, depth | elements |
/// | $g$ | groups: weight matrices, the rows dealt evenly | 1 |
/// | $P, B, N$ | dense peak, memory bandwidth, multiprocessors of the device | FLOP/s, B/s, 1 |
/// | $T, s$ | tile and parts of the depth, the best of eight and five | elements, 1 |
/// | $\eta, k_0$ | `curve.peak_share`, `curve.ramp` | 1, elements |
/// | $\lambda, c$ | `curve.wave_share`, `curve.tile_loss` | 1, elements |
/// | $\eta_s, \eta_m$ | `curve.split_share`, `curve.memory_share` | 1 |
/// | $\kappa, t_0$ | `curve.heating`, `curve.floor` | 1, s |
/// | $b_w, b_x, b_y$ | [`element_bytes`] | B |
///
/// Sources: `williams-2009-roofline` for the two limits, `nvidia-matmul-guide` for tiles and waves; the numbers
/// are fitted to `aiconfigurator-095f58a`. Holds for forward layouts; the other two products of training are
/// taken to run alike. On training shapes the median error is 2 to 6 % (see `data/calibration/kernels.toml`).
///
/// ```
/// # use quarterdeck_performance::operators::GemmKernel;
/// # use quarterdeck_catalog::{Catalog, Precision};
/// let catalog = Catalog::builtin();
/// let h100 = catalog.device("h100-sxm").unwrap();
/// let kernels = catalog.efficiency("h100-sxm").unwrap();
/// let curve = kernels.gemm(Precision::Bf16).unwrap().curve().unwrap();
/// let peak = h100.peak(Precision::Bf16).unwrap().value;
/// let kernel = GemmKernel::new(curve, Precision::Bf16, peak, h100.memory.bandwidth.value, 132.0);
/// // 2·8192³ FLOP at 989.4 TFLOP/s take 1.11 ms; the kernel reaches 70 to 80 % of that rate.
/// let share = 1.1113e-3 / kernel.time(8192.0, 8192.0, 8192.0, 1.0).as_seconds();
/// assert!((0.68..0.8).contains(&share), "{share}");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GemmKernel {
    tiles: [Tile; 8],
    ramp: f64,
    wave_share: f64,
    processors: f64,
    /// Seconds for each partial sum of each part.
    per_partial: f64,
    /// Seconds for each byte.
    per_byte: f64,
    /// Seconds for each operation at peak.
    ideal: f64,
    heating: f64,
    floor: f64,
    bytes: (f64, f64, f64),
    /// Seconds for each element of the input that is cast.
    per_cast: f64,
}

impl GemmKernel {
    /// Works out what does not depend on the shape.
    pub fn new(
        curve: &GemmCurve,
        precision: Precision,
        peak: FlopRate,
        bandwidth: Bandwidth,
        processors: f64,
    ) -> GemmKernel {
        let peak = peak.as_per_second();
        let bandwidth = bandwidth.as_bytes_per_second();
        let rate = peak * curve.peak_share / processors;
        let tiles = TILES.map(|(rows, columns)| {
            let loss = 1.0 + curve.tile_loss * (1.0 / rows + 1.0 / columns - LEAST_PERIMETER);
            Tile {
                per_row: 1.0 / rows,
                per_column: 1.0 / columns,
                per_depth: 2.0 * rows * columns * loss / rate,
            }
        });
        let per_byte = 1.0 / (curve.memory_share * bandwidth);
        let bytes = element_bytes(precision);
        GemmKernel {
            tiles,
            ramp: curve.ramp,
            wave_share: curve.wave_share,
            processors,
            per_partial: PARTIAL_SUM / (curve.split_share * bandwidth),
            per_byte,
            ideal: 2.0 / peak,
            heating: curve.heating,
            floor: curve.floor.as_seconds(),
            bytes,
            per_cast: curve.cast * (2.0 + bytes.1) * per_byte,
        }
    }

    /// Time of `rows x depth` by `depth x columns`, the rows dealt evenly to `groups` weight matrices.
    pub fn time(&self, rows: f64, columns: f64, depth: f64, groups: f64) -> Seconds {
        let bytes = self.operand_bytes(rows, columns, depth, groups);
        let arithmetic = self.arithmetic(rows, columns, depth, groups);
        Seconds::seconds(smooth_max(arithmetic, bytes * self.per_byte) + self.floor)
    }

    /// Bytes of operands and result, each moved once.
    pub fn operand_bytes(&self, rows: f64, columns: f64, depth: f64, groups: f64) -> f64 {
        let (weight, input, output) = self.bytes;
        weight * groups * columns * depth + input * rows * depth + output * rows * columns
    }

    /// Time to cast the input of `rows x depth` from 16 bits, as the measured kernels of narrow formats do. Part
    /// of no other time here: a model that casts where norms write pays nothing for it.
    pub fn cast(&self, rows: f64, depth: f64) -> Seconds {
        Seconds::seconds(self.per_cast * rows * depth)
    }

    /// Time of arithmetic alone, s.
    pub fn arithmetic(&self, rows: f64, columns: f64, depth: f64, groups: f64) -> f64 {
        let group_rows = rows / groups;
        let results = rows * columns;
        let mut best = f64::INFINITY;
        for tile in &self.tiles {
            // Sides of tiles are powers of two, so their reciprocals are exact.
            let tiles = groups * up(group_rows * tile.per_row) * up(columns * tile.per_column);
            let filled = tiles / self.processors;
            // Full waves and no ramp would not be faster than what is known.
            if filled * tile.per_depth * depth >= best {
                continue;
            }
            for parts in SPLITS {
                let filled = filled * parts;
                let waves = (filled + self.wave_share * (up(filled) - filled)).max(1.0);
                let mut time = waves * tile.per_depth * (depth / parts + self.ramp);
                if parts > 1.0 {
                    time += results * parts * self.per_partial;
                }
                best = best.min(time);
                // More parts than that only add waves.
                if filled >= 2.0 {
                    break;
                }
            }
        }
        let ideal = self.ideal * results * depth;
        let heat = if self.heating > 0.0 && ideal > WARM {
            1.0 + self.heating * quarterdeck_units::ln(ideal / WARM)
        } else {
            1.0
        };
        best * heat
    }

    /// Time of memory traffic alone, s.
    pub fn traffic(&self, bytes: f64) -> f64 {
        bytes * self.per_byte
    }

    /// Time of the smallest kernel, s.
    pub fn floor(&self) -> f64 {
        self.floor
    }
}

/// The next whole number, for counts that are far below 2⁶³; processors without an instruction for it take this
/// faster than the library's.
pub(super) fn up(x: f64) -> f64 {
    let whole = x as i64 as f64;
    if whole < x { whole + 1.0 } else { whole }
}

/// `(a⁴ + b⁴)^{1/4}`: close to the larger where they differ, 19 % above it where they are equal.
pub(super) fn smooth_max(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high <= 0.0 {
        return 0.0;
    }
    let ratio = low / high;
    let square = ratio * ratio;
    high * (1.0 + square * square).sqrt().sqrt()
}
