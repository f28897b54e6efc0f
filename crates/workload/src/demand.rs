//! Demand by quarter: what is asked of the machines on average and at the daily peak, with the shocks that are
//! known.
//!
//! ```text
//!  points ──between──► mean ── × shocks known by then ──► × peak over mean ──► peak
//! ```

use quarterdeck_scenario::{Shock, ShockChange, Workload, WorkloadKind};
use quarterdeck_units::{Quarter, WorkRate, WorkUnit};

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
            let mean = workload.demand.at(quarter).unwrap_or(WorkRate::new(0.0, work_unit(kind)));
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
    use quarterdeck_scenario::{Basis, Between, Curve, Drift};
    use quarterdeck_units::{Count, Growth, Ratio, Seconds, UsdPerWork};

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
