//! What comes and how it differs: times between queries, candidates of a query, and the spread of service times.

use quarterdeck_kernel::Stream;
use quarterdeck_units::{Seconds, exp};

/// When queries come.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Arrivals {
    /// Each independent of all others.
    Poisson,
    /// Poisson at a rate that switches between a high and a low one, each for exponential spans: a Markov-modulated
    /// Poisson process of two states. The mean rate is that of the queue.
    Bursty {
        /// High rate over the mean, above 1.
        peak: f64,
        /// Share of time at the high rate, below 1 over `peak`.
        share: f64,
        /// Mean time from the start of one burst to that of the next.
        cycle: Seconds,
    },
}

/// Times of arrivals, one after the other.
pub(super) struct ArrivalTimes {
    arrivals: Arrivals,
    /// Mean time between queries.
    mean: f64,
    now: f64,
    /// End of the present state, and whether it is the high one.
    until: f64,
    high: bool,
    gaps: Stream,
    states: Stream,
}

impl ArrivalTimes {
    pub(super) fn new(arrivals: Arrivals, rate: f64, gaps: Stream, states: Stream) -> ArrivalTimes {
        ArrivalTimes { arrivals, mean: 1.0 / rate, now: 0.0, until: 0.0, high: true, gaps, states }
    }

    /// Time of the next query, s.
    pub(super) fn next(&mut self) -> f64 {
        match self.arrivals {
            Arrivals::Poisson => self.now += self.gaps.exponential(self.mean),
            Arrivals::Bursty { peak, share, cycle } => {
                // Work to be passed through, in mean gaps; states change how fast it passes.
                let mut left = self.gaps.exponential(1.0);
                loop {
                    if self.now >= self.until {
                        self.high = !self.high;
                        let span = cycle.as_seconds() * if self.high { share } else { 1.0 - share };
                        self.until = self.now + self.states.exponential(span);
                    }
                    let factor = if self.high { peak } else { (1.0 - peak * share) / (1.0 - share) };
                    let rate = factor / self.mean;
                    let room = (self.until - self.now) * rate;
                    if left <= room {
                        self.now += left / rate;
                        break;
                    }
                    left -= room;
                    self.now = self.until;
                }
            }
        }
        self.now
    }
}

/// Candidates of a query.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Candidates {
    /// Always as many.
    Fixed(f64),
    /// Logarithm normal around a mean, cut at a largest number.
    LogNormal {
        /// Mean before the cut.
        mean: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Most of one query.
        most: f64,
    },
}

impl Candidates {
    pub(super) fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Candidates::Fixed(number) => number,
            Candidates::LogNormal { mean, sigma, most } => {
                stream.lognormal(mean * exp(-0.5 * sigma * sigma), sigma).clamp(1.0, most)
            }
        }
    }
}

/// How service times of equal batches differ: a factor with mean 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ServiceSpread {
    /// Not at all.
    None,
    /// Exponential, as in M/M/k.
    Exponential,
    /// Logarithm normal.
    LogNormal {
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
}

impl ServiceSpread {
    pub(super) fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            ServiceSpread::None => 1.0,
            ServiceSpread::Exponential => stream.exponential(1.0),
            ServiceSpread::LogNormal { sigma } => stream.lognormal(exp(-0.5 * sigma * sigma), sigma),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_kernel::Streams;

    fn times(arrivals: Arrivals, rate: f64, count: usize) -> Vec<f64> {
        let streams = Streams::new(5);
        let mut times = ArrivalTimes::new(arrivals, rate, streams.of("gap", 0), streams.of("state", 0));
        (0..count).map(|_| times.next()).collect()
    }

    #[test]
    fn the_mean_rate_is_kept_with_and_without_bursts() {
        let bursty = Arrivals::Bursty { peak: 3.0, share: 0.2, cycle: Seconds::seconds(0.5) };
        for arrivals in [Arrivals::Poisson, bursty] {
            let times = times(arrivals, 100.0, 200_000);
            let rate = times.len() as f64 / times[times.len() - 1];
            assert!((rate / 100.0 - 1.0).abs() < 0.03, "{arrivals:?}: {rate}");
            assert!(times.is_sorted());
        }
    }

    #[test]
    fn bursts_crowd_queries() {
        // Variance over mean of counts in windows is 1 for Poisson and more with bursts.
        let dispersion = |arrivals| {
            let times = times(arrivals, 100.0, 100_000);
            let mut counts = vec![0.0; times[times.len() - 1] as usize];
            for time in &times {
                if let Some(count) = counts.get_mut(*time as usize) {
                    *count += 1.0;
                }
            }
            let mean = counts.iter().sum::<f64>() / counts.len() as f64;
            counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>()
                / counts.len() as f64
                / mean
        };
        let poisson = dispersion(Arrivals::Poisson);
        assert!((poisson - 1.0).abs() < 0.2, "{poisson}");
        let bursty = Arrivals::Bursty { peak: 3.0, share: 0.2, cycle: Seconds::seconds(2.0) };
        assert!(dispersion(bursty) > 5.0);
    }

    #[test]
    fn candidates_and_spread_have_the_means_they_state() {
        let mut stream = Streams::new(9).of("draws", 0);
        let candidates = Candidates::LogNormal { mean: 270.0, sigma: 0.5, most: 1e6 };
        let mean = (0..100_000).map(|_| candidates.draw(&mut stream)).sum::<f64>() / 1e5;
        assert!((mean / 270.0 - 1.0).abs() < 0.01, "{mean}");
        for spread in [ServiceSpread::Exponential, ServiceSpread::LogNormal { sigma: 0.7 }] {
            let mean = (0..200_000).map(|_| spread.draw(&mut stream)).sum::<f64>() / 2e5;
            assert!((mean - 1.0).abs() < 0.02, "{spread:?}: {mean}");
        }
    }
}
