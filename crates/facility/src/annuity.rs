//! What a purchase costs for a time: the equal yearly payment over its life.

use quarterdeck_units::{Seconds, Usd};

/// Payment for the use of a purchase over a time, at equal payments over its life.
///
/// $$ C = P \cdot \frac{r}{1 - (1 + r)^{-n}} \cdot t $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P$ | `price` | USD |
/// | $r$ | `rate`, real, a year | 1 |
/// | $n$ | `life` | years |
/// | $t$ | `time` | years |
///
/// Source: the capital recovery factor of engineering economics; exact for payments at the ends of years. Nothing is
/// left at the end of the life; a machine that can be sold costs less.
///
/// ```
/// # use quarterdeck_facility::annuity;
/// # use quarterdeck_units::{Seconds, Usd};
/// // 100 dollars over five years at 8 %: 25.05 a year.
/// let paid = annuity(Usd::dollars(100.0), 0.08, Seconds::years(5.0), Seconds::years(1.0));
/// assert!((paid.as_dollars() - 25.046).abs() < 1e-3);
/// // Without interest: a fifth.
/// assert_eq!(annuity(Usd::dollars(100.0), 0.0, Seconds::years(5.0), Seconds::years(1.0)).as_dollars(), 20.0);
/// ```
pub fn annuity(price: Usd, rate: f64, life: Seconds, time: Seconds) -> Usd {
    let years = life.as_years();
    let factor =
        if rate.abs() < 1e-12 { 1.0 / years } else { rate / -libm::expm1(-years * libm::log1p(rate)) };
    price * (factor * time.as_years())
}
