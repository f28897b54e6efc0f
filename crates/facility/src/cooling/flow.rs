//! How much air or liquid carries a heat.

use quarterdeck_units::{Celsius, Watts};

/// Heat that a cubic metre of water takes up when it warms by a kelvin, in J/(m³ K).
const WATER: f64 = 4.186e6;
/// Likewise of air at sea level and 20 °C.
const AIR: f64 = 1.206e3;
const LITRES_PER_MINUTE: f64 = 60_000.0;

/// Flow of water that carries a heat at a rise, in litres a minute.
///
/// $$ \dot V = \frac{Q}{\rho c\,\Delta T} = \frac{14.3}{\Delta T}\ \text{L/min per kW} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $Q$, $\Delta T$ | `heat`, `rise` | W, K |
///
/// Water; a quarter of glycol needs a tenth more.
///
/// ```
/// # use quarterdeck_facility::cooling::liquid_flow;
/// # use quarterdeck_units::{Celsius, Watts};
/// // 115 kW at 10 K: 165 L/min; makers' rule of 1.5 L/min per kW gives 172.
/// let flow = liquid_flow(Watts::kilowatts(115.0), Celsius::degrees(10.0));
/// assert!((flow - 164.8).abs() < 0.1);
/// ```
pub fn liquid_flow(heat: Watts, rise: Celsius) -> f64 {
    heat.as_watts() / (WATER * rise.as_degrees()) * LITRES_PER_MINUTE
}

/// Flow of air that carries a heat at a rise, in cubic metres a second.
///
/// ```
/// # use quarterdeck_facility::cooling::air_flow;
/// # use quarterdeck_units::{Celsius, Watts};
/// // 120 kW at 20 °F: 19,000 cubic feet a minute.
/// let flow = air_flow(Watts::kilowatts(120.0), Celsius::degrees(20.0 / 1.8));
/// assert!((flow / 0.000_471_947 - 19_000.0).abs() < 100.0);
/// ```
pub fn air_flow(heat: Watts, rise: Celsius) -> f64 {
    heat.as_watts() / (AIR * rise.as_degrees())
}
