//! Finish dates by confidence: many replicas of a network with durations drawn from their distributions.

use quarterdeck_kernel::{Streams, normal_cdf, normal_quantile};
use quarterdeck_units::Seconds;

use super::critical_path::{forward, tails};
use super::network::Precedence;

/// How to sample.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sampling {
    /// Replicas.
    pub replicas: u32,
    /// Seed; the same seed gives the same dates.
    pub seed: u64,
    /// Correlation of the durations with each other, from 0 to below 1.
    pub correlation: f64,
}

impl Default for Sampling {
    /// 10,000 replicas of independent durations.
    fn default() -> Self {
        Sampling { replicas: 10_000, seed: 2022, correlation: 0.0 }
    }
}

/// What the replicas of a network showed.
#[derive(Clone, PartialEq, Debug)]
pub struct Sampled {
    lengths: Vec<Seconds>,
    starts: Vec<Vec<Seconds>>,
    tails: Vec<Vec<Seconds>>,
    /// Share of replicas in which each activity had no slack.
    pub criticality: Vec<f64>,
}

impl Sampled {
    /// Length of the project that is kept with a confidence.
    pub fn finish(&self, confidence: f64) -> Seconds {
        quantile(&self.lengths, confidence)
    }

    /// Mean length of the project.
    pub fn mean(&self) -> Seconds {
        self.lengths.iter().sum::<Seconds>() / self.lengths.len().max(1) as f64
    }

    /// Start of an activity, counted from the start of the project, by which it begins with a confidence.
    pub fn start(&self, place: usize, confidence: f64) -> Seconds {
        quantile(&self.starts[place], confidence)
    }

    /// Time from the start of an activity to the end of the project that suffices with a confidence.
    pub fn tail(&self, place: usize, confidence: f64) -> Seconds {
        quantile(&self.tails[place], confidence)
    }

    /// Share of replicas that end within a time.
    pub fn chance(&self, within: Seconds) -> f64 {
        self.lengths.partition_point(|length| *length <= within) as f64 / self.lengths.len().max(1) as f64
    }
}

/// Value at a share of a sorted list, linear between neighbours.
fn quantile(sorted: &[Seconds], probability: f64) -> Seconds {
    let Some(last) = sorted.len().checked_sub(1) else { return Seconds::ZERO };
    let place = probability.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// Share of a project's length below which slack counts as none.
const TIE: f64 = 1e-9;

/// Dates of a network whose durations are drawn many times.
///
/// $$ u_i = \Phi\!\left(\sqrt\rho\,z_0 + \sqrt{1-\rho}\,z_i\right),\qquad d_i = Q_i(u_i) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $Q_i$ | quantile function of activity $i$ | s |
/// | $z_0, z_i$ | standard normal, one for all activities and one for each | 1 |
/// | $\rho$ | `correlation` | 1 |
///
/// Each activity draws from a stream of its own, so that adding one does not move the others; with the same seed the
/// bytes are the same on every platform. A quantile of 10,000 replicas has a standard error of
/// $\sqrt{p(1-p)/n}$ in probability, 0.5 percentage points at the median. Independent durations ($\rho = 0$) make
/// the spread of a chain too narrow where one market delays many deliveries.
pub fn sample(network: &Precedence, sampling: Sampling) -> Sampled {
    let activities = network.activities();
    let replicas = sampling.replicas.max(1) as usize;
    let streams = Streams::new(sampling.seed);
    let mut common = streams.of("market", 0);
    let mut own: Vec<_> = activities.iter().map(|activity| streams.of(&activity.id, 0)).collect();
    let shared = sampling.correlation.clamp(0.0, 1.0);
    let (shared_weight, own_weight) = (libm::sqrt(shared), libm::sqrt(1.0 - shared));
    let mut lengths = Vec::with_capacity(replicas);
    let mut starts = vec![Vec::with_capacity(replicas); activities.len()];
    let mut all_tails = vec![Vec::with_capacity(replicas); activities.len()];
    let mut critical = vec![0_u32; activities.len()];
    let mut durations = vec![Seconds::ZERO; activities.len()];
    for _ in 0..replicas {
        let market = common.uniform();
        for ((duration, activity), stream) in durations.iter_mut().zip(activities).zip(&mut own) {
            let drawn = stream.uniform();
            let probability = if shared > 0.0 {
                // Both ends stay open: neither a duration of nothing nor one without end is drawn.
                let normal = |uniform: f64| normal_quantile(uniform.max(f64::MIN_POSITIVE));
                normal_cdf(shared_weight * normal(market) + own_weight * normal(drawn))
            } else {
                drawn
            };
            *duration = activity.duration.quantile(probability);
        }
        let (start, finish) = forward(network, &durations);
        let length = finish.iter().copied().fold(Seconds::ZERO, Seconds::max);
        let tail = tails(network, &durations);
        for place in 0..activities.len() {
            if length - tail[place] - start[place] <= length * TIE {
                critical[place] += 1;
            }
            starts[place].push(start[place]);
            all_tails[place].push(tail[place]);
        }
        lengths.push(length);
    }
    lengths.sort_by(Seconds::total_cmp);
    for list in starts.iter_mut().chain(&mut all_tails) {
        list.sort_by(Seconds::total_cmp);
    }
    let criticality = critical.iter().map(|count| f64::from(*count) / replicas as f64).collect();
    Sampled { lengths, starts, tails: all_tails, criticality }
}
