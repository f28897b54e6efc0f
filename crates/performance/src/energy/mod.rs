//! Power of a platform while it works, from how busy it is and how hot its kind of load runs.

use quarterdeck_units::{Joules, Seconds, Watts};

use crate::fit::{Breakdown, Reason};
use crate::machine::Machine;

/// Mean draw of one platform whose devices work for a share of the time.
///
/// $$ P = P_{idle} + u\,(\beta P_{rated} - P_{idle}) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P_{idle}, P_{rated}$ | `platform.power` | W |
/// | $\beta$ | calibration `busy_power` by kind of load: draw over rating when busy | 1 |
/// | $u$ | `utilisation` | 1 |
///
/// Source: `mlperf-inference` and `acme-trace` for the shares. Measured DLRM inference draws 51 to 59 % of a
/// node's rating, training of language models 84 % and more, so nameplate planning overbuilds. Holds for whole
/// nodes with air cooling; a load whose share of the rating is below idle draws idle power.
pub fn mean_power(machine: &Machine, load: &str, utilisation: f64) -> Result<Watts, Reason> {
    let share = machine.general.busy_power.get(load).ok_or_else(|| Reason::Missing {
        fact: format!("the calibration has no `general.busy_power.{load}` in calibration/efficiency.toml"),
    })?;
    let power = &machine.platform.power;
    let (idle, rated) = (power.idle.value, power.rated.value);
    let busy = (rated * share.value).max(idle);
    Ok(idle + (busy - idle) * utilisation.clamp(0.0, 1.0))
}

/// Shares of a step's time by what the device does; they sum to one.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Activity {
    /// Matrix multiplies and attention, forward, backward and again.
    pub arithmetic: f64,
    /// Operators that move memory, the optimizer among them.
    pub memory: f64,
    /// Communication that the step waits for.
    pub network: f64,
    /// Waiting for other stages, the host or the next step.
    pub waiting: f64,
}

impl Activity {
    /// The shares of a training step.
    ///
    /// Recomputed work is counted as arithmetic: whole layers are mostly that.
    pub fn of(breakdown: &Breakdown) -> Activity {
        let total = breakdown.total();
        if !total.is_positive() {
            return Activity { waiting: 1.0, ..Activity::default() };
        }
        let share = |time: Seconds| time / total;
        let arithmetic = share(breakdown.matrix + breakdown.attention + breakdown.recompute);
        let memory = share(breakdown.streaming + breakdown.embedding + breakdown.optimizer);
        let network = share(breakdown.scale_up + breakdown.scale_out);
        Activity { arithmetic, memory, network, waiting: (1.0 - arithmetic - memory - network).max(0.0) }
    }
}

/// Mean draw of one platform over a training step, from what its devices do.
///
/// $$ P = P_{idle} + (\beta P_{rated} - P_{idle})\,(u_a + w_m u_m + w_n u_n + w_w u_w) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P_{idle}, P_{rated}$ | `platform.power` | W |
/// | $\beta$ | calibration `busy_power.llm-training`: draw over rating while matrices multiply | 1 |
/// | $u_a, u_m, u_n, u_w$ | `activity`, summing to 1 | 1 |
/// | $w_m, w_n, w_w$ | calibration `training.power`: draw above idle over that of matrix work | 1 |
///
/// Source: `acme-trace` for $\beta$, the 99th percentile of servers that train language models, which is a server
/// whose devices multiply all the time; the weights are assumed. Traffic hidden behind arithmetic adds nothing, which
/// is optimistic by some percent; chips that reach their power limit in arithmetic make it less.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_performance::{Machine, energy::{Activity, training_power}};
/// let catalog = Catalog::builtin();
/// let machine = Machine::of(&catalog, catalog.platform("h100-hgx-8").unwrap()).unwrap();
/// let power = |activity| training_power(&machine, &activity).unwrap().as_kilowatts();
/// // All arithmetic: 0.85 of 10.2 kW. All waiting: a quarter of the way up from 1.9 kW.
/// assert!((power(Activity { arithmetic: 1.0, ..Activity::default() }) - 8.67).abs() < 1e-9);
/// assert!((power(Activity { waiting: 1.0, ..Activity::default() }) - 3.5925).abs() < 1e-9);
/// ```
///
/// # Errors
/// When the calibration lacks the draw of training.
pub fn training_power(machine: &Machine, activity: &Activity) -> Result<Watts, Reason> {
    let weights = &machine.steps.training.power;
    let level = activity.arithmetic
        + weights.memory.value * activity.memory
        + weights.network.value * activity.network
        + weights.waiting.value * activity.waiting;
    mean_power(machine, "llm-training", level)
}

/// Energy of one training step on `devices` devices of which a share is used.
///
/// $$ E = \frac{n}{g}\left( P_{idle} + u\,(P - P_{idle}) \right) t $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n, g$ | `devices`, devices of a platform | 1 |
/// | $u$ | `used`; the others idle | 1 |
/// | $t$ | `step` | s |
/// | $P$ | [`training_power`] of what the step does | W |
///
/// Source: as [`training_power`]. A machine without a calibrated draw draws its rating.
pub fn step_energy(machine: &Machine, devices: f64, used: f64, step: &Breakdown) -> Joules {
    let power = &machine.platform.power;
    let idle = power.idle.value;
    let busy = training_power(machine, &Activity::of(step)).unwrap_or(power.rated.value);
    let mean = idle + (busy - idle) * used.clamp(0.0, 1.0);
    mean * step.total() * (devices / machine.devices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::Catalog;

    #[test]
    fn shares_of_a_step_sum_to_one_and_more_waiting_draws_less() {
        let breakdown = Breakdown {
            matrix: Seconds::seconds(5.0),
            streaming: Seconds::seconds(1.0),
            scale_out: Seconds::seconds(0.5),
            bubble: Seconds::seconds(0.5),
            ..Breakdown::default()
        };
        let activity = Activity::of(&breakdown);
        let sum = activity.arithmetic + activity.memory + activity.network + activity.waiting;
        assert!((sum - 1.0).abs() < 1e-12);
        let catalog = Catalog::builtin();
        for platform in catalog.platforms.values() {
            let Ok(machine) = Machine::of(&catalog, platform) else { continue };
            let power = |breakdown: &Breakdown| training_power(&machine, &Activity::of(breakdown));
            let waiting = Breakdown { bubble: Seconds::seconds(2.0), ..breakdown };
            let (busy, waiting) = (power(&breakdown).expect("a draw"), power(&waiting).expect("a draw"));
            assert!(waiting <= busy && busy <= platform.power.rated.value, "{}", platform.id);
            assert!(waiting >= platform.power.idle.value, "{}", platform.id);
        }
    }
}
