//! Demand by quarter: what is asked of the machines on average and at the daily peak, with the shocks that are
//! known.
//!
//! ```text
//!  points ──between──► mean ── × shocks known by then ──► × peak over mean ──► peak
//! ```

use quarterdeck_scenario::{Between, Curve, Shock, ShockChange, Workload, WorkloadKind};
use quarterdeck_units::{Quarter, WorkRate, WorkUnit, exp, ln};

/// Demand of one workload in one quarter.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Demand {
    /// Averaged over the quarter; energy is paid for this.
    pub mean: WorkRate,
    /// Highest rate of a day; machines are sized for this.
    pub peak: WorkRate,
}

/// What is known of the future when a demand is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Foresight {
    /// Every shock, as in hindsight.
    Everything,
    /// Shocks that have become known by a quarter.
    KnownBy(Quarter),
    /// No shock: the forecast of the first day.
    Nothing,
}

impl Foresight {
    /// Whether a shock is seen.
    pub fn sees(self, shock: &Shock) -> bool {
        match self {
            Foresight::Everything => true,
            Foresight::KnownBy(now) => shock.known <= now,
            Foresight::Nothing => false,
        }
    }
}

/// A value that a curve can hold between its points.
pub trait Blend: Copy {
    /// The number that is blended.
    fn number(self) -> f64;
    /// The same kind of value with another number.
    fn with_number(self, number: f64) -> Self;
}

impl Blend for WorkRate {
    fn number(self) -> f64 {
        self.per_second
    }
    fn with_number(self, number: f64) -> Self {
        WorkRate { per_second: number, ..self }
    }
}

macro_rules! blend_quantities {
    ($($name:ident),+) => {$(
        impl Blend for quarterdeck_units::$name {
            fn number(self) -> f64 {
                quarterdeck_units::Quantity::base(self)
            }
            fn with_number(self, number: f64) -> Self {
                quarterdeck_units::Quantity::from_base(number)
            }
        }
    )+};
}
blend_quantities!(Usd, UsdPerSecond, Watts, Bytes);

impl Blend for quarterdeck_units::Count {
    fn number(self) -> f64 {
        self.0
    }
    fn with_number(self, number: f64) -> Self {
        quarterdeck_units::Count(number)
    }
}

/// Value of a curve in a quarter; none before its first point, the last value beyond its last.
///
/// Between two points at $q_0$ and $q_1$, with $\theta = (q - q_0)/(q_1 - q_0)$: linear
/// $x_0 + \theta (x_1 - x_0)$, geometric $x_0 (x_1/x_0)^\theta$, step $x_0$. Where one end of a geometric piece
/// is not positive, growth by a factor has no meaning and the straight line is taken.
pub fn value_at<T: Blend>(curve: &Curve<T>, quarter: Quarter) -> Option<T> {
    let mut before: Option<(Option<Quarter>, T)> = None;
    for &(at, value) in &curve.points {
        let Some(at_quarter) = at else { return Some(value) };
        if at_quarter > quarter {
            let (Some(from), start) = before? else { return Some(value) };
            let theta = f64::from((quarter - from).0) / f64::from((at_quarter - from).0);
            return Some(start.with_number(blend(curve.between, start.number(), value.number(), theta)));
        }
        before = Some((at, value));
    }
    before.map(|(_, value)| value)
}

fn blend(between: Between, start: f64, end: f64, theta: f64) -> f64 {
    match between {
        Between::Step => start,
        Between::Geometric if start > 0.0 && end > 0.0 => start * exp(theta * ln(end / start)),
        Between::Linear | Between::Geometric => start + theta * (end - start),
    }
}

/// Demand of a workload in a quarter, with the shocks that are seen.
///
/// A pre-training run asks for its tokens evenly over its window, whatever its curve says, and has no daily
/// peak. A shock multiplies demand from the quarter it happens on.
pub fn demand_at(workload: &Workload, quarter: Quarter, shocks: &[Shock], foresight: Foresight) -> Demand {
    let (mean, peak_over_mean) = match &workload.kind {
        WorkloadKind::LlmPretraining { tokens, window, .. } => {
            let (first, last) = *window;
            let running = first <= quarter && quarter <= last;
            let duration = quarterdeck_units::Quarters((last - first).0 + 1).duration();
            let rate = if running { tokens.0 / duration.as_seconds() } else { 0.0 };
            (WorkRate::new(rate, WorkUnit::Tokens), 1.0)
        }
        kind => {
            let mean = value_at(&workload.demand, quarter).unwrap_or(WorkRate::new(0.0, work_unit(kind)));
            (mean, workload.peak_over_mean.0.max(1.0))
        }
    };
    let factor: f64 = shocks
        .iter()
        .filter(|shock| shock.happens <= quarter && foresight.sees(shock))
        .filter_map(|shock| match &shock.changes {
            ShockChange::Demand { workload: id, factor } if *id == workload.id => Some(factor.0),
            _ => None,
        })
        .product();
    let mean = WorkRate { per_second: mean.per_second * factor, ..mean };
    Demand { mean, peak: WorkRate { per_second: mean.per_second * peak_over_mean, ..mean } }
}

/// What a kind of work is counted in.
pub fn work_unit(kind: &WorkloadKind) -> WorkUnit {
    match kind {
        WorkloadKind::RecommendationTraining { .. } | WorkloadKind::RecommendationInference { .. } => {
            WorkUnit::Samples
        }
        WorkloadKind::LlmPretraining { .. } | WorkloadKind::LlmFineTuning { .. } => WorkUnit::Tokens,
        WorkloadKind::LlmInference { .. } => WorkUnit::Requests,
        WorkloadKind::DeviceHours { .. } => WorkUnit::DeviceSeconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_scenario::{Basis, Drift};
    use quarterdeck_units::{Count, Growth, Ratio, Seconds, UsdPerWork};

    fn curve(between: Between, points: &[(&str, f64)]) -> Curve<Count> {
        let points = points.iter().map(|(at, value)| (Some(at.parse().unwrap()), Count(*value))).collect();
        Curve { points, between }
    }

    fn check(between: Between, at: &str, due: Option<f64>) {
        let curve = curve(between, &[("2021-Q1", 100.0), ("2022-Q1", 400.0)]);
        let found = value_at(&curve, at.parse().unwrap()).map(|count| count.0);
        match (found, due) {
            (Some(found), Some(due)) => assert!((found - due).abs() < 1e-9, "{between:?} at {at}: {found}"),
            (found, due) => assert_eq!(found, due, "{between:?} at {at}"),
        }
    }

    #[test]
    fn curves_go_between_their_points() {
        for between in [Between::Linear, Between::Geometric, Between::Step] {
            check(between, "2020-Q4", None);
            check(between, "2021-Q1", Some(100.0));
            check(between, "2022-Q1", Some(400.0));
            check(between, "2030-Q1", Some(400.0));
        }
        check(Between::Linear, "2021-Q3", Some(250.0));
        check(Between::Geometric, "2021-Q3", Some(200.0));
        check(Between::Step, "2021-Q4", Some(100.0));
    }

    #[test]
    fn a_single_value_holds_always() {
        let constant = Curve { points: vec![(None, Count(7.0))], between: Between::Linear };
        assert_eq!(value_at(&constant, Quarter::new(1999, 1)), Some(Count(7.0)));
    }

    #[test]
    fn growth_from_nothing_is_a_straight_line() {
        let from_zero = curve(Between::Geometric, &[("2021-Q1", 0.0), ("2022-Q1", 400.0)]);
        assert_eq!(value_at(&from_zero, Quarter::new(2021, 2)), Some(Count(100.0)));
    }

    fn assistant(kind: WorkloadKind) -> Workload {
        Workload {
            id: "assistant".to_owned(),
            title: String::new(),
            kind,
            model: None,
            demand: Curve {
                points: vec![(None, WorkRate::new(100.0, WorkUnit::Requests))],
                between: Between::Linear,
            },
            peak_over_mean: Ratio(1.8),
            drift: Drift {
                from: Quarter::new(2021, 1),
                flops_per_sample: Growth::NONE,
                embedding_bytes: Growth::NONE,
                lookups_per_sample: Growth::NONE,
            },
            unserved: UsdPerWork { dollars: 0.0, unit: WorkUnit::Requests },
            runs_on: Vec::new(),
            one_site: false,
            basis: Basis::default(),
        }
    }

    fn serving() -> WorkloadKind {
        WorkloadKind::LlmInference {
            input_len: Count(1000.0),
            output_len: Count(300.0),
            ttft: Seconds::seconds(1.0),
            tpot: Seconds::millis(50.0),
            precision: None,
        }
    }

    fn shock(happens: Quarter, known: Quarter, workload: &str) -> Shock {
        Shock {
            id: "chatgpt".to_owned(),
            title: String::new(),
            happens,
            known,
            changes: ShockChange::Demand { workload: workload.to_owned(), factor: Ratio(40.0) },
            basis: Basis::default(),
        }
    }

    #[test]
    fn shocks_count_once_they_happen_and_are_known() {
        let (happens, known) = (Quarter::new(2022, 4), Quarter::new(2023, 1));
        let shocks = [shock(happens, known, "assistant"), shock(happens, known, "another")];
        let peak = |at: Quarter, foresight: Foresight| {
            demand_at(&assistant(serving()), at, &shocks, foresight).peak.per_second
        };
        let (before, after) = (Quarter::new(2022, 3), Quarter::new(2023, 2));
        assert_eq!(peak(before, Foresight::Everything), 180.0);
        assert_eq!(peak(after, Foresight::Everything), 7200.0);
        assert_eq!(peak(after, Foresight::Nothing), 180.0);
        assert_eq!(peak(after, Foresight::KnownBy(happens)), 180.0);
        assert_eq!(peak(after, Foresight::KnownBy(known)), 7200.0);
    }

    #[test]
    fn pretraining_asks_for_its_tokens_over_its_window() {
        let kind = WorkloadKind::LlmPretraining {
            tokens: Count(15.6e12),
            window: (Quarter::new(2023, 3), Quarter::new(2024, 2)),
            sequence_length: Count(8192.0),
            global_batch: Count(2048.0),
            precision: None,
        };
        let at = |quarter| demand_at(&assistant(kind.clone()), quarter, &[], Foresight::Everything);
        let inside = at(Quarter::new(2023, 4));
        assert_eq!(inside.mean, inside.peak);
        // Four quarters of 365.25 / 4 days each.
        assert!((inside.mean.per_second * 365.25 * 86_400.0 / 15.6e12 - 1.0).abs() < 1e-12);
        assert_eq!(at(Quarter::new(2023, 2)).mean.per_second, 0.0);
        assert_eq!(at(Quarter::new(2024, 3)).mean.per_second, 0.0);
    }
}
