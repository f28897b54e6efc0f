//! Effective training time ratio: the share of a run's time that makes progress which is kept.

use quarterdeck_units::Seconds;

use super::rate::{FailureRate, mean_time_to_failure};

/// Which closed form to use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EttrModel {
    /// Exact for exponential failures; holds everywhere, and the simulation agrees.
    #[default]
    Daly2006,
    /// First order, as published for large training clusters; to compare with such publications.
    Kokolis2025,
}

impl EttrModel {
    /// The ratio by this model.
    pub fn ettr(
        self,
        nodes: f64,
        rate: FailureRate,
        write: Seconds,
        interval: Seconds,
        restart: Seconds,
    ) -> f64 {
        match self {
            EttrModel::Daly2006 => ettr_daly_2006(nodes, rate, write, interval, restart),
            EttrModel::Kokolis2025 => ettr_kokolis_2025(nodes, rate, write, interval, restart),
        }
    }
}

/// Expected effective training time ratio, to first order.
///
/// $$ E[\text{ETTR}] \approx \frac{1 - N r \left(u_0 + \frac{\Delta t}{2}\right)}{1 + \frac{w}{\Delta t}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N$ | `nodes` | 1 |
/// | $r$ | `rate` of a node | 1/s |
/// | $u_0$ | `restart`: detection, restart, loading | s |
/// | $\Delta t$ | `interval`, work between checkpoints | s |
/// | $w$ | `write`, time that one checkpoint stops work | s |
///
/// Source: `kokolis-2025`. Holds while $N r (u_0 + \Delta t/2)$ stays below about 0.2; beyond it is
/// pessimistic and ends at 0, where the exact form still makes progress.
///
/// ```
/// # use quarterdeck_cluster::{ettr_kokolis_2025, FailureRate};
/// # use quarterdeck_units::Seconds;
/// // A failure each 3.09 h on average, 25 min to be back at work, a checkpoint each 11 min.
/// let rate = FailureRate::of_job(Seconds::hours(3.09), 2048.0);
/// let minutes = |m: f64| Seconds::seconds(60.0 * m);
/// let ettr = ettr_kokolis_2025(2048.0, rate, Seconds::seconds(2.0), minutes(11.0), minutes(25.0));
/// assert!((ettr - 0.833).abs() < 1e-3);
/// ```
pub fn ettr_kokolis_2025(
    nodes: f64,
    rate: FailureRate,
    write: Seconds,
    interval: Seconds,
    restart: Seconds,
) -> f64 {
    let lost = rate.expected(nodes, restart + interval / 2.0);
    ((1.0 - lost) / (1.0 + write / interval)).max(0.0)
}

/// Expected effective training time ratio for exponential failures, exact.
///
/// $$ E[\text{ETTR}] = \frac{\Delta t}{M\,e^{u_0/M}\left(e^{(\Delta t + w)/M} - 1\right)},\quad M = \frac{1}{N r} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N, r$ | `nodes`, `rate` of a node | 1, 1/s |
/// | $u_0$ | `restart`, during which failures strike as well | s |
/// | $\Delta t$ | `interval`, work between checkpoints | s |
/// | $w$ | `write` | s |
///
/// Source: J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps", FGCS
/// 22(3), 2006, equation 20, as a share of time. Holds for any interval and rate with failures independent and
/// exponential, spares at hand, and checkpoints that never fail; optimistic where a repair must be waited for.
///
/// ```
/// # use quarterdeck_cluster::{ettr_daly_2006, FailureRate};
/// # use quarterdeck_units::Seconds;
/// let rate = FailureRate::of_job(Seconds::hours(3.09), 2048.0);
/// let minutes = |m: f64| Seconds::seconds(60.0 * m);
/// let ettr = ettr_daly_2006(2048.0, rate, Seconds::seconds(2.0), minutes(11.0), minutes(25.0));
/// assert!((ettr - 0.8455).abs() < 1e-4);
/// ```
pub fn ettr_daly_2006(
    nodes: f64,
    rate: FailureRate,
    write: Seconds,
    interval: Seconds,
    restart: Seconds,
) -> f64 {
    let mttf = mean_time_to_failure(nodes, rate);
    if !mttf.is_finite() {
        return 1.0 / (1.0 + write / interval);
    }
    interval / (mttf * (libm::exp(restart / mttf) * libm::expm1((interval + write) / mttf)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Inside its range the first-order form differs from the exact one by second order only.
        #[test]
        fn the_two_forms_agree_where_both_hold(
            hours in 1.0f64..1000.0, restart in 0.0f64..0.1, interval in 0.001f64..0.1, write in 0.0f64..0.01
        ) {
            let mttf = Seconds::hours(hours);
            let rate = FailureRate::of_job(mttf, 100.0);
            let (restart, interval, write) = (mttf * restart, mttf * interval, mttf * (interval * write));
            let exact = ettr_daly_2006(100.0, rate, write, interval, restart);
            let first = ettr_kokolis_2025(100.0, rate, write, interval, restart);
            let lost = (restart + interval) / mttf;
            prop_assert!((exact - first).abs() <= lost * lost + 1e-9, "{exact} {first}");
            // It leaves out the failures that strike while a checkpoint is written.
            prop_assert!(first <= exact + write / mttf + 1e-9);
        }

        #[test]
        fn more_trouble_never_helps(
            nodes in 1.0f64..1e5, rate in 0.1f64..30.0, write in 0.0f64..600.0, interval in 1.0f64..1e5,
            restart in 0.0f64..1e4, more in 1.0f64..3.0
        ) {
            for model in [EttrModel::Daly2006, EttrModel::Kokolis2025] {
                let ettr = |nodes: f64, write: f64, restart: f64| {
                    let rate = FailureRate::per_1000_node_days(rate);
                    let s = Seconds::seconds;
                    model.ettr(nodes, rate, s(write), s(interval), s(restart))
                };
                let base = ettr(nodes, write, restart);
                prop_assert!((0.0..=1.0).contains(&base));
                prop_assert!(ettr(nodes * more, write, restart) <= base + 1e-12);
                prop_assert!(ettr(nodes, write * more, restart) <= base + 1e-12);
                prop_assert!(ettr(nodes, write, restart * more) <= base + 1e-12);
            }
        }
    }
}
