//! Which rows of an embedding table are looked up: Zipf's law or a measured distribution, what share of lookups the
//! most used rows answer, and how many different rows a batch touches.

use std::fmt;

use quarterdeck_units::{exp, ln, pow};

/// Largest skew that laws are made of: beyond it one row answers nearly all lookups.
pub const MOST_SKEW: f64 = 4.0;

/// How lookups spread over the rows of a table, the most used row first.
#[derive(Clone, PartialEq, Debug)]
pub enum IndexLaw {
    /// Row `i` is looked up in proportion to `i^-skew`; 0 is uniform.
    Zipf {
        /// Exponent.
        skew: f64,
    },
    /// As measured.
    Measured(Cumulated),
}

/// A measured distribution: shares of lookups that shares of rows answer, the most used rows first.
#[derive(Clone, PartialEq, Debug)]
pub struct Cumulated {
    /// Share of rows and share of lookups, ascending, from none to all; straight lines between.
    points: Vec<(f64, f64)>,
}

/// What is wrong with a law of indices.
#[derive(Clone, PartialEq, Debug)]
pub enum BadIndexLaw {
    /// The exponent is outside 0 to [`MOST_SKEW`].
    Skew {
        /// What was given.
        given: f64,
    },
    /// A measured distribution does not rise from (0, 0) to (1, 1), the most used rows first.
    Order {
        /// First point that breaks the order, from 0.
        point: usize,
    },
}

impl fmt::Display for BadIndexLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadIndexLaw::Skew { given } => {
                write!(f, "a skew of {given} is not within 0 (uniform) to {MOST_SKEW}")
            }
            BadIndexLaw::Order { point } => write!(
                f,
                "point {point} breaks the order: shares rise from 0 to 1, the most used rows first, so that each \
                 piece is no steeper than the one before"
            ),
        }
    }
}

impl std::error::Error for BadIndexLaw {}

impl IndexLaw {
    /// Every row as likely.
    pub const UNIFORM: IndexLaw = IndexLaw::Zipf { skew: 0.0 };

    /// Zipf's law.
    ///
    /// # Errors
    /// A skew that is negative, above [`MOST_SKEW`] or no number.
    ///
    /// ```
    /// # use quarterdeck_workload::IndexLaw;
    /// assert!(IndexLaw::zipf(1.05).is_ok());
    /// let fault = IndexLaw::zipf(-0.2).unwrap_err().to_string();
    /// assert_eq!(fault, "a skew of -0.2 is not within 0 (uniform) to 4");
    /// ```
    pub fn zipf(skew: f64) -> Result<IndexLaw, BadIndexLaw> {
        if (0.0..=MOST_SKEW).contains(&skew) {
            Ok(IndexLaw::Zipf { skew })
        } else {
            Err(BadIndexLaw::Skew { given: skew })
        }
    }

    /// A measured distribution: shares of rows, the most used first, and of the lookups that they answer.
    ///
    /// # Errors
    /// Points that do not rise from (0, 0) to (1, 1), or whose pieces grow steeper.
    pub fn measured(points: Vec<(f64, f64)>) -> Result<IndexLaw, BadIndexLaw> {
        let ends = points.first() == Some(&(0.0, 0.0)) && points.last() == Some(&(1.0, 1.0));
        if !ends {
            return Err(BadIndexLaw::Order { point: 0 });
        }
        let mut steepest = f64::INFINITY;
        for (index, pair) in points.windows(2).enumerate() {
            let (rows, lookups) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let slope = lookups / rows;
            if !(rows > 0.0 && lookups >= 0.0 && slope <= steepest * (1.0 + 1e-9)) {
                return Err(BadIndexLaw::Order { point: index + 1 });
            }
            steepest = slope;
        }
        Ok(IndexLaw::Measured(Cumulated { points }))
    }

    /// Share of lookups that the `kept` most used of `rows` rows answer.
    ///
    /// $$ h = \frac{H_s(\kappa)}{H_s(R)}, \qquad H_s(n) \approx \frac{n^{1-s} - 1}{1-s} + \frac{1 + n^{-s}}{2} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $\kappa, R$ | `kept`, `rows` | rows |
    /// | $s$ | skew | 1 |
    ///
    /// Source: Euler and Maclaurin's first terms of Zipf's sum, within a hundredth for more than ten rows. Of measured
    /// distributions the straight lines between their points.
    ///
    /// ```
    /// # use quarterdeck_workload::IndexLaw;
    /// let hit = |skew: f64| IndexLaw::zipf(skew).unwrap().hit_rate(1e6, 1e5);
    /// // A tenth of the rows: a tenth of uniform lookups, most of skewed ones (exact sum: 0.8841).
    /// assert!((hit(0.0) - 0.1).abs() < 1e-9);
    /// assert!((hit(1.05) - 0.8841).abs() < 0.01, "{}", hit(1.05));
    /// ```
    pub fn hit_rate(&self, rows: f64, kept: f64) -> f64 {
        let rows = rows.max(1.0);
        let kept = kept.clamp(0.0, rows);
        match self {
            IndexLaw::Zipf { skew } => {
                if kept < 1.0 {
                    // Part of the most used row.
                    return kept / harmonic(rows, *skew);
                }
                (harmonic(kept, *skew) / harmonic(rows, *skew)).min(1.0)
            }
            IndexLaw::Measured(curve) => curve.answered(kept / rows),
        }
    }

    /// Rows that are looked up with at least a probability.
    pub fn rows_above(&self, rows: f64, probability: f64) -> f64 {
        let rows = rows.max(1.0);
        match self {
            IndexLaw::Zipf { skew } => {
                let first = 1.0 / harmonic(rows, *skew);
                if probability <= 0.0 || (*skew == 0.0 && probability <= first) {
                    rows
                } else if probability > first {
                    0.0
                } else {
                    pow(first / probability, 1.0 / skew).clamp(0.0, rows)
                }
            }
            IndexLaw::Measured(curve) => rows * curve.steeper_than(probability * rows),
        }
    }

    /// Different rows that `draws` lookups touch on average.
    ///
    /// $$ U = \sum_{i=1}^{R} 1 - (1 - p_i)^n \approx \sum_k w_k\left(1 - e^{-n m_k / w_k}\right) $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $n, R$ | `draws`, `rows` | 1 |
    /// | $w_k, m_k$ | rows of a piece, whose ends double, and the share of lookups that they answer | 1 |
    ///
    /// Source: occupancy of urns; pieces overstate by less than three hundredths. Draws of one sample are taken as
    /// independent.
    ///
    /// ```
    /// # use quarterdeck_workload::IndexLaw;
    /// // A thousand draws of a thousand equal rows leave 1/e of them untouched.
    /// let touched = IndexLaw::UNIFORM.distinct(1000.0, 1000.0);
    /// assert!((touched - 632.1).abs() < 1.0);
    /// ```
    pub fn distinct(&self, rows: f64, draws: f64) -> f64 {
        let rows = rows.max(1.0);
        let piece = |wide: f64, mass: f64| {
            if wide > 0.0 { wide * (1.0 - exp(-draws * mass / wide)) } else { 0.0 }
        };
        let touched = match self {
            IndexLaw::Zipf { skew } if *skew == 0.0 => piece(rows, 1.0),
            IndexLaw::Zipf { skew } => {
                let all = harmonic(rows, *skew);
                let (mut from, mut below, mut sum) = (0.0, 0.0, 0.0);
                while from < rows {
                    let to = (2.0 * from).max(1.0).min(rows);
                    let mass = harmonic(to, *skew) / all;
                    sum += piece(to - from, mass - below);
                    (from, below) = (to, mass);
                }
                sum
            }
            IndexLaw::Measured(curve) => curve
                .points
                .windows(2)
                .map(|pair| piece(rows * (pair[1].0 - pair[0].0), pair[1].1 - pair[0].1))
                .sum(),
        };
        touched.min(draws).min(rows)
    }
}

impl Cumulated {
    fn answered(&self, share: f64) -> f64 {
        let after = self.points.partition_point(|point| point.0 <= share);
        let Some(right) = self.points.get(after) else { return 1.0 };
        let Some(left) = after.checked_sub(1).and_then(|before| self.points.get(before)) else { return 0.0 };
        left.1 + (right.1 - left.1) * (share - left.0) / (right.0 - left.0)
    }

    /// Share of rows on pieces at least as steep.
    fn steeper_than(&self, slope: f64) -> f64 {
        let pieces = self.points.windows(2);
        let steep = pieces.take_while(|pair| (pair[1].1 - pair[0].1) >= slope * (pair[1].0 - pair[0].0));
        steep.last().map_or(0.0, |pair| pair[1].0)
    }
}

/// Sum of `i^-skew` up to `n`, for `n` of at least one.
fn harmonic(n: f64, skew: f64) -> f64 {
    let last = pow(n, -skew);
    let integral = if (skew - 1.0).abs() < 1e-6 { ln(n) } else { (n * last - 1.0) / (1.0 - skew) };
    integral + 0.5 * (1.0 + last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(skew: f64, rows: usize) -> Vec<f64> {
        let weights: Vec<f64> = (1..=rows).map(|row| pow(row as f64, -skew)).collect();
        let all: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / all).collect()
    }

    #[test]
    fn shares_and_touched_rows_are_those_of_the_sums() {
        for skew in [0.0, 0.6, 1.0, 1.05, 1.6] {
            let (law, rows) = (IndexLaw::zipf(skew).unwrap(), 20_000);
            let chances = exact(skew, rows);
            for kept in [1, 10, 700, 9_000, 20_000] {
                let sum: f64 = chances.iter().take(kept).sum();
                let hit = law.hit_rate(rows as f64, kept as f64);
                assert!((hit - sum).abs() < 0.03, "skew {skew}, {kept} rows: {hit} beside {sum}");
            }
            for draws in [10.0, 1e3, 1e5] {
                let sum: f64 = chances.iter().map(|chance| 1.0 - pow(1.0 - chance, draws)).sum();
                let touched = law.distinct(rows as f64, draws);
                assert!((touched / sum - 1.0).abs() < 0.05, "skew {skew}, {draws}: {touched} beside {sum}");
            }
        }
    }

    #[test]
    fn rows_above_a_probability_are_those_rows() {
        let chances = exact(1.05, 5_000);
        let law = IndexLaw::zipf(1.05).unwrap();
        for row in [2, 40, 900] {
            let above = law.rows_above(5_000.0, chances[row - 1]);
            assert!((above / row as f64 - 1.0).abs() < 0.02, "row {row}: {above}");
        }
        assert_eq!(IndexLaw::UNIFORM.rows_above(100.0, 0.01), 100.0);
        assert_eq!(IndexLaw::UNIFORM.rows_above(100.0, 0.02), 0.0);
    }

    #[test]
    fn a_measured_curve_answers_as_its_points() {
        let law = IndexLaw::measured(vec![(0.0, 0.0), (0.01, 0.6), (0.2, 0.9), (1.0, 1.0)]).unwrap();
        assert!((law.hit_rate(1e6, 1e4) - 0.6).abs() < 1e-12);
        assert!((law.hit_rate(1e6, 6e5) - 0.95).abs() < 1e-12);
        assert!((law.rows_above(1e6, 1e-6) - 2e5).abs() < 1e-6);
        assert!(law.distinct(1e6, 1e5) < 6e4);
    }

    #[test]
    fn laws_that_are_none_are_named() {
        for skew in [-0.1, 4.5, f64::NAN] {
            assert!(matches!(IndexLaw::zipf(skew), Err(BadIndexLaw::Skew { .. })), "{skew}");
        }
        let steeper = IndexLaw::measured(vec![(0.0, 0.0), (0.5, 0.1), (1.0, 1.0)]);
        assert_eq!(steeper, Err(BadIndexLaw::Order { point: 2 }));
        assert!(IndexLaw::measured(vec![(0.0, 0.0), (1.0, 0.9)]).is_err());
        assert!(IndexLaw::measured(vec![]).is_err());
    }
}
