//! Quantiles and distribution functions in closed form, beside the draws of [`crate::Stream`].

/// Value below which a triangular number lies with a probability.
///
/// $$ x = a + \sqrt{p\,(c-a)(b-a)} \text{ if } p < \tfrac{b-a}{c-a}, \text{ else } c - \sqrt{(1-p)(c-a)(c-b)} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $p$ | `probability` | 1 |
/// | $a, b, c$ | `low`, `likely`, `high` | that of the result |
///
/// Holds for low ≤ likely ≤ high and a probability from 0 to 1; exact.
///
/// ```
/// # use quarterdeck_kernel::triangular_quantile;
/// assert_eq!(triangular_quantile(0.5, 0.0, 1.0, 2.0), 1.0);
/// assert_eq!(triangular_quantile(1.0, 0.0, 1.0, 4.0), 4.0);
/// ```
pub fn triangular_quantile(probability: f64, low: f64, likely: f64, high: f64) -> f64 {
    let span = high - low;
    if probability * span < likely - low {
        low + libm::sqrt(probability * span * (likely - low))
    } else {
        high - libm::sqrt((1.0 - probability) * span * (high - likely))
    }
}

/// Probability that a triangular number lies below a value; the inverse of [`triangular_quantile`].
pub fn triangular_cdf(value: f64, low: f64, likely: f64, high: f64) -> f64 {
    match value {
        _ if value <= low => f64::from(u8::from(value == low && low == high)),
        _ if value >= high => 1.0,
        _ if value < likely => (value - low) * (value - low) / ((high - low) * (likely - low)),
        _ => 1.0 - (high - value) * (high - value) / ((high - low) * (high - likely)),
    }
}

/// Probability that a standard normal number lies below a value: $\Phi(z) = \tfrac12\,\mathrm{erfc}(-z/\sqrt2)$.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Value below which a standard normal number lies with a probability: $\Phi^{-1}(p)$.
///
/// Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
/// Statistics 37(3), 1988. Relative error about 1e-16; infinite at 0 and 1.
///
/// ```
/// # use quarterdeck_kernel::{normal_cdf, normal_quantile};
/// assert!((normal_quantile(0.95) - 1.644_853_626_951_473).abs() < 1e-14);
/// assert!((normal_cdf(normal_quantile(1e-9)) / 1e-9 - 1.0).abs() < 1e-12);
/// ```
pub fn normal_quantile(probability: f64) -> f64 {
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if probability >= 1.0 {
        return f64::INFINITY;
    }
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        return centred * ratio(0.180_625 - centred * centred, &CENTRE);
    }
    let tail = libm::sqrt(-libm::log(probability.min(1.0 - probability)));
    let size = if tail <= 5.0 { ratio(tail - 1.6, &NEAR_TAIL) } else { ratio(tail - 5.0, &FAR_TAIL) };
    if centred < 0.0 { -size } else { size }
}

/// Quotient of two polynomials, coefficients from the constant term up.
fn ratio(x: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let polynomial = |terms: &[f64; 8]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    polynomial(above) / polynomial(below)
}

// The coefficients stand as printed, with more digits than a number holds.
#[allow(clippy::excessive_precision)]
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_608,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_083e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561e3,
    ],
];
#[allow(clippy::excessive_precision)]
const NEAR_TAIL: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];
#[allow(clippy::excessive_precision)]
const FAR_TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1,
        2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_9e-1,
        1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_invert_distribution_functions() {
        for step in 1..2_000 {
            let p = f64::from(step) / 2_000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-14, "{p}");
            for (low, likely, high) in [(1.0, 2.0, 6.0), (0.0, 0.0, 1.0), (0.0, 3.0, 3.0)] {
                let value = triangular_quantile(p, low, likely, high);
                assert!((triangular_cdf(value, low, likely, high) - p).abs() < 1e-12, "{p} {value}");
            }
        }
        for exponent in 3..300 {
            let p = libm::pow(10.0, -f64::from(exponent));
            assert!((normal_cdf(normal_quantile(p)) / p - 1.0).abs() < 1e-11, "1e-{exponent}");
        }
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert_eq!(triangular_cdf(3.0, 3.0, 3.0, 3.0), 1.0);
    }
}
