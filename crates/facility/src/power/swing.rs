//! Training in step: all devices draw their peak and their idle power together, many times a minute.

use quarterdeck_units::{Joules, Seconds, Watts};

/// How the draw of devices in step swings, with and without stores of energy.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Swing {
    /// Height of the step.
    pub step: Watts,
    /// Watts a second that the grid sees without a store, over the time that a step takes.
    pub ramp_without: f64,
    /// Watts a second that it sees with the store.
    pub ramp_with: f64,
    /// Longest period of a swing that the store flattens whole.
    pub smoothed_period: Seconds,
    /// Height of the swing that is left at the period asked for.
    pub step_left: Watts,
}

/// What stores of energy make of the swing of devices in step.
///
/// $$ E_\text{flat} = \Delta P\,d\,(1-d)\,\tau, \qquad \tau^* = \frac{E}{\Delta P\,d\,(1-d)}, \qquad r = \frac{\Delta P^2}{2E} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $\Delta P$ | `devices` times (`peak` − `idle`) | W |
/// | $d$, $\tau$ | `duty`: share of the period at peak; `period` | 1, s |
/// | $E$ | `devices` times `store` | J |
///
/// A square wave; the store takes up the surplus over the mean. A single step, as when a job begins or stops, is
/// spread over the time in which the store empties, so that the ramp $r$ is the least it allows. `rise` is how long
/// a step takes without a store.
///
/// ```
/// # use quarterdeck_facility::power::swing;
/// # use quarterdeck_units::{Joules, Seconds, Watts};
/// // 65 J for each device and 900 W of swing, half the time at peak: flat up to 0.29 s.
/// let found = swing(1000, Watts::watts(300.0), Watts::watts(1200.0), 0.5, Seconds::seconds(0.25),
///     Seconds::millis(10.0), Joules::joules(65.0));
/// assert!((found.smoothed_period.as_seconds() - 0.2889).abs() < 1e-4);
/// assert_eq!(found.step_left, Watts::ZERO);
/// assert!(found.ramp_with < found.ramp_without / 10.0);
/// ```
pub fn swing(
    devices: u32,
    idle: Watts,
    peak: Watts,
    duty: f64,
    period: Seconds,
    rise: Seconds,
    store: Joules,
) -> Swing {
    let count = f64::from(devices);
    let step = (peak - idle).max(Watts::ZERO) * count;
    let energy = store * count;
    let duty = duty.clamp(0.01, 0.99);
    let flat = step * (duty * (1.0 - duty));
    let smoothed_period = if flat.is_positive() { energy / flat } else { Seconds::INFINITE };
    let step_left =
        if period <= smoothed_period { Watts::ZERO } else { step * (1.0 - smoothed_period / period) };
    let ramp_without = step.as_watts() / rise.as_seconds();
    let by_store = step.as_watts() * step.as_watts() / (2.0 * energy.as_joules());
    let ramp_with = if energy.is_positive() { by_store.min(ramp_without) } else { ramp_without };
    Swing { step, ramp_without, ramp_with, smoothed_period, step_left }
}
