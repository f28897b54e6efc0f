//! How long an activity takes, as a distribution with closed forms.

use quarterdeck_catalog::{DurationFact, DurationShape};
use quarterdeck_kernel::{normal_cdf, normal_quantile, triangular_cdf, triangular_quantile};
use quarterdeck_units::Seconds;

/// How long an activity takes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Duration {
    /// Always the same.
    Fixed(Seconds),
    /// Within two ends, most often near a third value.
    Triangular {
        /// Shortest.
        low: Seconds,
        /// Peak.
        likely: Seconds,
        /// Longest.
        high: Seconds,
    },
    /// Above a low end, without a longest.
    Lognormal {
        /// Shortest.
        low: Seconds,
        /// Median.
        median: Seconds,
        /// 95 % quantile.
        high: Seconds,
    },
}

/// Share of all cases that the upper end of a lognormal covers.
const HIGH_QUANTILE: f64 = 0.95;

impl Duration {
    /// The duration of an activity of the catalogue.
    pub fn of(fact: &DurationFact) -> Duration {
        let (low, likely, high) = (fact.low, fact.likely, fact.high);
        match fact.shape {
            _ if low == high => Duration::Fixed(likely),
            DurationShape::Triangular => Duration::Triangular { low, likely, high },
            DurationShape::Lognormal => Duration::Lognormal { low, median: likely, high },
        }
    }

    /// The value that a plan without distributions would use: the peak, or the median where a tail has none of use.
    pub fn likely(&self) -> Seconds {
        match *self {
            Duration::Fixed(time) => time,
            Duration::Triangular { likely, .. } => likely,
            Duration::Lognormal { median, .. } => median,
        }
    }

    /// Time within which the activity is done with a probability.
    ///
    /// $$ t_p = a + (m - a)\,e^{\sigma \Phi^{-1}(p)}, \quad
    ///    \sigma = \frac{\ln\frac{c-a}{m-a}}{\Phi^{-1}(0.95)} \quad \text{(lognormal)} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $p$ | `probability` | 1 |
    /// | $a, m, c$ | `low`, `median`, `high` | s |
    ///
    /// A lognormal that starts at its low end: the form of delivery times, which have a floor and a long tail. The
    /// triangle is [`quarterdeck_kernel::triangular_quantile`]. Exact.
    ///
    /// ```
    /// # use quarterdeck_facility::project::precedence::Duration;
    /// # use quarterdeck_units::Seconds;
    /// let weeks = |count: f64| Seconds::days(7.0 * count);
    /// // Generators: 30 to 38 weeks, up to 110.
    /// let generators = Duration::Lognormal { low: weeks(30.0), median: weeks(34.0), high: weeks(110.0) };
    /// assert!((generators.quantile(0.5) / weeks(34.0) - 1.0).abs() < 1e-12);
    /// assert!((generators.quantile(0.95) / weeks(110.0) - 1.0).abs() < 1e-12);
    /// assert!(generators.quantile(0.0) == weeks(30.0));
    /// ```
    pub fn quantile(&self, probability: f64) -> Seconds {
        match *self {
            Duration::Fixed(time) => time,
            Duration::Triangular { low, likely, high } => Seconds::seconds(triangular_quantile(
                probability,
                low.as_seconds(),
                likely.as_seconds(),
                high.as_seconds(),
            )),
            Duration::Lognormal { low, median, high } => {
                let factor = quarterdeck_units::exp(sigma(low, median, high) * normal_quantile(probability));
                low + (median - low) * factor
            }
        }
    }

    /// Probability that the activity is done within a time.
    pub fn cdf(&self, time: Seconds) -> f64 {
        match *self {
            Duration::Fixed(fixed) => f64::from(u8::from(time >= fixed)),
            Duration::Triangular { low, likely, high } => {
                triangular_cdf(time.as_seconds(), low.as_seconds(), likely.as_seconds(), high.as_seconds())
            }
            Duration::Lognormal { low, median, high } if time > low => {
                let z = quarterdeck_units::ln((time - low) / (median - low)) / sigma(low, median, high);
                normal_cdf(z)
            }
            Duration::Lognormal { .. } => 0.0,
        }
    }

    /// Expected value: $(a+b+c)/3$ of a triangle, $a + (m-a)\,e^{\sigma^2/2}$ of a lognormal.
    pub fn mean(&self) -> Seconds {
        match *self {
            Duration::Fixed(time) => time,
            Duration::Triangular { low, likely, high } => (low + likely + high) / 3.0,
            Duration::Lognormal { low, median, high } => {
                let sigma = sigma(low, median, high);
                low + (median - low) * quarterdeck_units::exp(sigma * sigma / 2.0)
            }
        }
    }

    /// What is wrong with it, in words.
    pub(super) fn fault(&self) -> Option<String> {
        let ordered = |low: Seconds, middle: Seconds, high: Seconds| {
            low >= Seconds::ZERO && low <= middle && middle <= high && high.is_finite()
        };
        match *self {
            Duration::Fixed(time) if !(time >= Seconds::ZERO && time.is_finite()) => {
                Some(format!("{time} is no duration"))
            }
            Duration::Triangular { low, likely, high } if !ordered(low, likely, high) => {
                Some(format!("{low}, {likely}, {high} are not in order"))
            }
            Duration::Lognormal { low, median, high }
                if !(ordered(low, median, high) && low < median && median < high) =>
            {
                Some(format!("{low}, {median}, {high} are not in order, each above the one before"))
            }
            _ => None,
        }
    }
}

/// Standard deviation of the logarithm above the low end.
fn sigma(low: Seconds, median: Seconds, high: Seconds) -> f64 {
    quarterdeck_units::ln((high - low) / (median - low)) / normal_quantile(HIGH_QUANTILE)
}
