//! The highest rate that holds a p99, by bisection over simulations with the same draws.

use quarterdeck_units::Seconds;

use super::simulation::{QueryOutcome, QuerySimulation, simulate_queries};

/// The highest rate within a limit, and what queries met at it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Capacity {
    /// Queries a second.
    pub rate: f64,
    /// At that rate.
    pub outcome: QueryOutcome,
}

/// Bisections: the rate is found to one part in a thousand.
const HALVINGS: usize = 10;

/// The highest rate at which 99 of 100 queries leave within `limit`, if there is one up to `most` queries a second.
///
/// The rate of `run` is not read. Draws are common to all rates, so that the p99 rises smoothly with the rate once
/// batches fill without waiting; where queries wait long for others it may fall first, so the highest rate that holds
/// is looked for from `most` down in steps of a sixteenth before the step is halved.
pub fn capacity(
    run: &QuerySimulation,
    limit: Seconds,
    most: f64,
    service: impl Fn(f64) -> Seconds,
) -> Option<Capacity> {
    const STEPS: usize = 16;
    let at = |rate: f64| simulate_queries(&QuerySimulation { rate, ..*run }, &service);
    let mut found = None;
    let mut above = most;
    for step in (1..=STEPS).rev() {
        let rate = most * step as f64 / STEPS as f64;
        let outcome = at(rate);
        if outcome.p99 <= limit {
            found = Some(Capacity { rate, outcome });
            break;
        }
        above = rate;
    }
    let mut found = found?;
    if found.rate >= most {
        return Some(found);
    }
    for _ in 0..HALVINGS {
        let rate = 0.5 * (found.rate + above);
        let outcome = at(rate);
        if outcome.p99 <= limit {
            found = Capacity { rate, outcome };
        } else {
            above = rate;
        }
    }
    Some(found)
}
