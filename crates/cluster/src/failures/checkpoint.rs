//! How often to write a checkpoint.

use quarterdeck_units::Seconds;

/// Checkpoint interval that loses least, to first order.
///
/// $$ \Delta t^* = \sqrt{2 w M} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $w$ | `write`, time that one checkpoint stops work | s |
/// | $M$ | `mttf` of the job | s |
///
/// The interval is work between two checkpoints, without the writing. Source: J. W. Young, "A first order
/// approximation to the optimum checkpoint interval", CACM 17(9), 1974. Holds while $w \ll M$; too long by up
/// to a fifth once a write takes a tenth of the time between failures.
///
/// ```
/// # use quarterdeck_cluster::young_1974;
/// # use quarterdeck_units::Seconds;
/// // 20 s of writing and a failure every 3.09 h: every eleven minutes.
/// let interval = young_1974(Seconds::seconds(20.0), Seconds::hours(3.09));
/// assert!((interval.as_seconds() - 667.05).abs() < 0.01);
/// ```
pub fn young_1974(write: Seconds, mttf: Seconds) -> Seconds {
    Seconds::seconds(libm::sqrt(2.0 * write.as_seconds() * mttf.as_seconds()))
}

/// Checkpoint interval that loses least, to higher order.
///
/// $$ \Delta t^* = \sqrt{2 w M}\left[1 + \tfrac13 \sqrt{\tfrac{w}{2M}} + \tfrac19 \tfrac{w}{2M}\right] - w
///    \ \text{ if } w < 2M,\ \text{ else } M $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $w$ | `write` | s |
/// | $M$ | `mttf` of the job | s |
///
/// The interval is work between two checkpoints, without the writing. Source: J. T. Daly, "A higher order
/// estimate of the optimum checkpoint interval for restart dumps", FGCS 22(3), 2006, equation 37. Within 1 %
/// of the exact optimum for $w < M/2$.
///
/// ```
/// # use quarterdeck_cluster::{daly_2006, young_1974};
/// # use quarterdeck_units::Seconds;
/// let (write, mttf) = (Seconds::seconds(20.0), Seconds::hours(3.09));
/// let ratio = daly_2006(write, mttf) / young_1974(write, mttf);
/// assert!((ratio - 0.980).abs() < 1e-3);
/// ```
pub fn daly_2006(write: Seconds, mttf: Seconds) -> Seconds {
    if write >= mttf * 2.0 {
        return mttf;
    }
    let share = write / (mttf * 2.0);
    young_1974(write, mttf) * (1.0 + libm::sqrt(share) / 3.0 + share / 9.0) - write
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::{FailureRate, ettr_daly_2006};

    /// The closed form against the best of many intervals, by the exact expectation.
    #[test]
    fn daly_is_the_best_interval() {
        for (write, hours) in [(1.0, 3.0), (20.0, 3.09), (300.0, 1.8), (600.0, 0.5)] {
            let (write, mttf) = (Seconds::seconds(write), Seconds::hours(hours));
            let rate = FailureRate::of_job(mttf, 1.0);
            let ettr = |interval: Seconds| ettr_daly_2006(1.0, rate, write, interval, Seconds::ZERO);
            let best = (1..4000).map(|step| ettr(mttf * (f64::from(step) / 1000.0))).fold(0.0, f64::max);
            let found = ettr(daly_2006(write, mttf));
            assert!(found > best - 2e-4, "{write:?} {mttf:?}: {found} against {best}");
            assert!(found >= ettr(young_1974(write, mttf)) - 1e-9);
        }
    }

    #[test]
    fn writing_longer_than_failures_allow_ends_at_the_mean_time() {
        let mttf = Seconds::seconds(100.0);
        assert_eq!(daly_2006(Seconds::seconds(200.0), mttf), mttf);
        let below = daly_2006(Seconds::seconds(199.999), mttf);
        assert!(below > Seconds::seconds(80.0) && below < Seconds::seconds(120.0), "{below:?}");
    }
}
