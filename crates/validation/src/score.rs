//! Statistics of predictions beside measurements, whatever is measured: errors, order of pairs, coverage, and the
//! null model that a prediction has to beat.

use std::collections::BTreeMap;

use quarterdeck_units::{exp, ln};

/// Times closer than this are not told apart by measurement, so their order says nothing.
pub const PAIR_MARGIN: f64 = 0.03;

/// One prediction beside its measurement, in the same unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Sample {
    /// Key of the row.
    pub id: String,
    /// What was measured.
    pub measured: f64,
    /// What was predicted.
    pub predicted: f64,
}

impl Sample {
    /// Absolute relative error, `|predicted / measured - 1|`.
    pub fn error(&self) -> f64 {
        (self.predicted / self.measured - 1.0).abs()
    }
}

/// Errors of a group of rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Statistics {
    /// Number of rows.
    pub n: usize,
    /// Median absolute relative error.
    pub median: f64,
    /// Mean absolute relative error.
    pub mean: f64,
    /// Absolute relative error that nine rows of ten stay within.
    pub p90: f64,
    /// Largest absolute relative error.
    pub worst: f64,
    /// Row of the largest.
    pub worst_id: String,
    /// Geometric mean of `predicted / measured`: what is left of it after luck is bias.
    pub ratio: f64,
}

impl Statistics {
    /// Statistics of samples; none of no samples.
    ///
    /// ```
    /// # use quarterdeck_validation::score::{Sample, Statistics};
    /// let sample = |id: &str, predicted| Sample { id: id.to_owned(), measured: 10.0, predicted };
    /// let errors = Statistics::of(&[sample("a", 11.0), sample("b", 9.5), sample("c", 13.0)]).unwrap();
    /// assert!((errors.median - 0.10).abs() < 1e-12);
    /// assert!((errors.mean - 0.15).abs() < 1e-12);
    /// // Between the second and third of three: 0.1 + 0.8 · (0.3 - 0.1).
    /// assert!((errors.p90 - 0.26).abs() < 1e-12);
    /// assert_eq!(errors.worst_id, "c");
    /// ```
    pub fn of(samples: &[Sample]) -> Option<Statistics> {
        let worst = samples.iter().max_by(|one, other| one.error().total_cmp(&other.error()))?;
        let errors: Vec<f64> = samples.iter().map(Sample::error).collect();
        let n = samples.len() as f64;
        let logs: f64 = samples.iter().map(|sample| ln(sample.predicted / sample.measured)).sum();
        Some(Statistics {
            n: samples.len(),
            median: quantile(&errors, 0.5),
            mean: errors.iter().sum::<f64>() / n,
            p90: quantile(&errors, 0.9),
            worst: worst.error(),
            worst_id: worst.id.clone(),
            ratio: exp(logs / n),
        })
    }
}

/// A quantile of values, linear between neighbours; `NaN` of none.
///
/// ```
/// # use quarterdeck_validation::score::quantile;
/// assert_eq!(quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), 2.5);
/// ```
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Pairs of runs of one question whose order was predicted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pairs {
    /// Pairs whose faster run was named.
    pub right: usize,
    /// All pairs whose times lie apart by more than [`PAIR_MARGIN`].
    pub all: usize,
}

impl Pairs {
    /// Pairs of times `(measured, predicted)` of runs that asked the same question. Equal predictions are wrong.
    ///
    /// ```
    /// # use quarterdeck_validation::score::Pairs;
    /// // The second and third are too close to be a pair; the first is told from both, once rightly.
    /// let pairs = Pairs::of(&[(10.0, 9.0), (8.0, 9.5), (8.1, 7.0)]);
    /// assert_eq!(pairs, Pairs { right: 1, all: 2 });
    /// ```
    pub fn of(times: &[(f64, f64)]) -> Pairs {
        let mut pairs = Pairs::default();
        for (idx, one) in times.iter().enumerate() {
            for other in &times[idx + 1..] {
                let apart = (one.0 - other.0).abs() / one.0.min(other.0);
                if apart > PAIR_MARGIN {
                    pairs.all += 1;
                    pairs.right += usize::from((one.0 - other.0) * (one.1 - other.1) > 0.0);
                }
            }
        }
        pairs
    }

    /// Pairs inside each group of `(key, measured, predicted)`.
    pub fn within<K: Ord>(times: impl IntoIterator<Item = (K, f64, f64)>) -> Pairs {
        let mut groups: BTreeMap<K, Vec<(f64, f64)>> = BTreeMap::new();
        for (key, measured, predicted) in times {
            groups.entry(key).or_default().push((measured, predicted));
        }
        groups.values().map(|times| Pairs::of(times)).fold(Pairs::default(), |sum, pairs| Pairs {
            right: sum.right + pairs.right,
            all: sum.all + pairs.all,
        })
    }

    /// Share ordered right; none without pairs.
    pub fn share(&self) -> Option<f64> {
        (self.all > 0).then(|| self.right as f64 / self.all as f64)
    }
}

/// Share of `(lower, measured, upper)` whose measurement lies within; none of no intervals.
pub fn coverage(intervals: &[(f64, f64, f64)]) -> Option<f64> {
    let within = intervals.iter().filter(|(lower, measured, upper)| (lower..=upper).contains(&measured));
    (!intervals.is_empty()).then(|| within.count() as f64 / intervals.len() as f64)
}

/// A row for the null model.
#[derive(Clone, PartialEq, Debug)]
pub struct Constant {
    /// Rows that share one constant.
    pub group: String,
    /// Where the row comes from: constants are learnt elsewhere.
    pub source: String,
    /// The quantity that the null model holds constant, such as a utilisation.
    pub value: f64,
}

/// The constant that the null model uses for each row: the geometric mean over rows of the same group from other
/// sources; none where there are none.
pub fn constants_from_others(rows: &[Constant]) -> Vec<Option<f64>> {
    let mut sums: BTreeMap<(&str, &str), (f64, f64)> = BTreeMap::new();
    let mut totals: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for row in rows {
        let log = ln(row.value);
        let of_source = sums.entry((row.group.as_str(), row.source.as_str())).or_default();
        *of_source = (of_source.0 + log, of_source.1 + 1.0);
        let total = totals.entry(row.group.as_str()).or_default();
        *total = (total.0 + log, total.1 + 1.0);
    }
    rows.iter()
        .map(|row| {
            let (log, n) = totals.get(row.group.as_str())?;
            let (own_log, own_n) = sums.get(&(row.group.as_str(), row.source.as_str()))?;
            (n - own_n > 0.5).then(|| exp((log - own_log) / (n - own_n)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(group: &str, source: &str, value: f64) -> Constant {
        Constant { group: group.to_owned(), source: source.to_owned(), value }
    }

    #[test]
    fn the_null_model_learns_from_other_sources_only() {
        let rows = [
            constant("a100 bf16", "one", 0.4),
            constant("a100 bf16", "one", 0.1),
            constant("a100 bf16", "two", 0.5),
            constant("a100 bf16", "three", 0.2),
            constant("h100 bf16", "one", 0.3),
        ];
        let found = constants_from_others(&rows);
        let near = |found: Option<f64>, by_hand: f64| (found.unwrap() - by_hand).abs() < 1e-12;
        // By hand: sqrt(0.5 · 0.2) = sqrt(0.1), and (0.4 · 0.1 · 0.2)^(1/3) = 0.2, (0.4 · 0.1 · 0.5)^(1/3).
        assert!(near(found[0], 0.1_f64.sqrt()) && near(found[1], 0.1_f64.sqrt()));
        assert!(near(found[2], 0.2));
        assert!(near(found[3], quarterdeck_units::pow(0.02, 1.0 / 3.0)));
        assert_eq!(found[4], None);
    }

    #[test]
    fn pairs_are_counted_within_their_group_only() {
        let pairs = Pairs::within([("a", 1.0, 1.0), ("a", 2.0, 3.0), ("b", 9.0, 0.5), ("b", 8.0, 0.4)]);
        assert_eq!(pairs, Pairs { right: 2, all: 2 });
        assert_eq!(Pairs::of(&[(1.0, 2.0), (2.0, 2.0)]), Pairs { right: 0, all: 1 });
        assert_eq!(Pairs::default().share(), None);
    }

    #[test]
    fn coverage_counts_both_ends() {
        assert_eq!(
            coverage(&[(1.0, 1.0, 2.0), (1.0, 2.0, 2.0), (1.0, 2.1, 2.0), (1.0, 0.9, 2.0)]),
            Some(0.5)
        );
        assert_eq!(coverage(&[]), None);
    }

    #[test]
    fn no_samples_have_no_statistics() {
        assert_eq!(Statistics::of(&[]), None);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
