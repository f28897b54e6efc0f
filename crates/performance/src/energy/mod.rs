//! Power of a platform while it works, from how busy it is and how hot its kind of load runs.

use quarterdeck_units::{Joules, Watts};

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

/// Energy of one training step on `devices` devices of which a share is used.
///
/// $$ E = \frac{n}{g}\left( P_{idle}\, t + u\,(\beta P_{rated} - P_{idle})\, t_{busy} \right) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n, g$ | `devices`, devices of a platform | 1 |
/// | $u$ | `used` | 1 |
/// | $t, t_{busy}$ | `step`: all of it, and while arithmetic or memory works | s |
/// | $P_{idle}, P_{rated}, \beta$ | as in [`mean_power`] | W, W, 1 |
///
/// Source: as [`mean_power`]. Waiting for messages and for other stages is counted at idle draw, which is a little
/// low. A load without a calibrated share draws its rating while busy.
pub fn step_energy(machine: &Machine, load: &str, devices: f64, used: f64, step: &Breakdown) -> Joules {
    let power = &machine.platform.power;
    let (idle, rated) = (power.idle.value, power.rated.value);
    let share = machine.general.busy_power.get(load).map_or(1.0, |share| share.value);
    let busy = (rated * share).max(idle);
    let time = step.total();
    let working = time * step.busy_share();
    (idle * time + (busy - idle) * working * used.clamp(0.0, 1.0)) * (devices / machine.devices)
}
