//! Whether a rate holds: the same product again and again, the first second beside the last.

use crate::gemm::{LARGE, Product, Single, pooled, seconds};
use crate::sample::Summary;
use std::time::{Duration, Instant};

/// Rates of one product on all threads over time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Clocks {
    /// In the first second, operations a second.
    pub first: Summary,
    /// In the last third of the time.
    pub sustained: Summary,
    /// How long it ran, s.
    pub ran: f64,
}

impl Clocks {
    /// Sustained over first.
    pub fn ratio(&self) -> f64 {
        self.sustained.median / self.first.median
    }
}

/// Least time, so that a last third after the first second exists.
const LEAST: Duration = Duration::from_millis(2_000);

/// Runs the product for the given time.
pub fn measure(threads: usize, time: Duration) -> Clocks {
    let time = time.max(LEAST);
    let rates = pooled(threads, || {
        let mut product = Single::new(LARGE);
        product.run();
        let began = Instant::now();
        let mut rates = Vec::new();
        while began.elapsed() < time {
            let taken = seconds(&mut product, LARGE, threads);
            rates.push((began.elapsed().as_secs_f64(), LARGE.flops() / taken));
        }
        rates
    });
    let between = |from: f64, to: f64| {
        let within = rates.iter().filter(|(at, _)| (from..=to).contains(at)).map(|(_, rate)| *rate);
        Summary::of(within.collect())
    };
    let ran = rates.last().map_or(0.0, |(at, _)| *at);
    // A product slower than a second is its own first second.
    let only = Summary { median: f64::NAN, low: f64::NAN, high: f64::NAN, runs: 0 };
    let all = between(0.0, f64::INFINITY).unwrap_or(only);
    Clocks {
        first: between(0.0, 1.0).unwrap_or(all),
        sustained: between(ran * 2.0 / 3.0, f64::INFINITY).unwrap_or(all),
        ran,
    }
}
