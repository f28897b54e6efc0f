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
        WorkloadKind::RecommendationTraining { .. } | WorkloadKind::RecommendationInference { .. } => WorkUnit::Samples,
        WorkloadKind::LlmPretraining { .. } | WorkloadKind::LlmFineTuning { .. } => WorkUnit::Tokens,
        WorkloadKind::LlmInference { .. } => WorkUnit::Requests,
        WorkloadKind::DeviceHours { .. } => WorkUnit::DeviceSeconds,
    }
}
