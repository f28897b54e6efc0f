//! Repeated runs: rounds over all trials until the time is over, then median and spread of each.

use std::time::{Duration, Instant};

/// Fewest rounds, whatever the time: below three a median says nothing.
const FEWEST_ROUNDS: usize = 3;

/// Median and spread of the runs of one trial.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Summary {
    /// Median.
    pub median: f64,
    /// Least.
    pub low: f64,
    /// Greatest.
    pub high: f64,
    /// Runs.
    pub runs: usize,
}

impl Summary {
    /// Of some values; none where there are none.
    pub fn of(mut values: Vec<f64>) -> Option<Summary> {
        values.sort_by(f64::total_cmp);
        let (low, high) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) };
        Some(Summary { median, low, high, runs: values.len() })
    }

    /// Half the spread as a share of the median: 0.05 where runs differ by 10 %.
    pub fn spread(&self) -> f64 {
        if self.median > 0.0 { 0.5 * (self.high - self.low) / self.median } else { 0.0 }
    }
}

/// Runs every trial once a round, in order, until the time is over; `run` gets the number of the trial and returns
/// its rate. Rounds spread the runs of a trial over the whole time, so that a busy moment meets all trials alike.
pub fn rounds(trials: usize, time: Duration, mut run: impl FnMut(usize) -> f64) -> Vec<Option<Summary>> {
    let began = Instant::now();
    let mut values = vec![Vec::new(); trials];
    let mut round = 0;
    while round < FEWEST_ROUNDS || began.elapsed() < time {
        for (trial, values) in values.iter_mut().enumerate() {
            let rate = run(trial);
            // The first round warms caches, pages and clocks.
            if round > 0 {
                values.push(rate);
            }
            if round > FEWEST_ROUNDS && began.elapsed() > time {
                break;
            }
        }
        round += 1;
    }
    values.into_iter().map(Summary::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(Summary::of(vec![]), None);
        assert_eq!(
            Summary::of(vec![3.0, 1.0, 8.0]),
            Some(Summary { median: 3.0, low: 1.0, high: 8.0, runs: 3 })
        );
        assert_eq!(Summary::of(vec![1.0, 2.0, 4.0, 9.0]).map(|found| found.median), Some(3.0));
    }

    #[test]
    fn the_first_round_only_warms() {
        let mut calls = 0;
        let found = rounds(2, Duration::ZERO, |trial| {
            calls += 1;
            (calls * 10 + trial) as f64
        });
        assert_eq!(calls, 2 * FEWEST_ROUNDS);
        assert_eq!(found[1].map(|summary| summary.runs), Some(FEWEST_ROUNDS - 1));
        // Trial 0 ran as calls 1, 3 and 5; the first is left out.
        assert_eq!(found[0].map(|summary| (summary.low, summary.high)), Some((30.0, 50.0)));
    }
}
