//! Moist air: pressure of vapour, dew point, humidity, wet bulb. Temperatures in °C, pressures in Pa.

use quarterdeck_units::{Metres, exp, ln, pow};

/// Molar mass of water over that of dry air.
const MASS_RATIO: f64 = 0.621_945;
/// Coefficients of the vapour pressure over water: Pa, 1, °C.
const MAGNUS: (f64, f64, f64) = (610.94, 17.625, 243.04);

/// Pressure of the standard atmosphere at a height.
///
/// $$ p = 101325 \left(1 - 2.25577\cdot 10^{-5} h\right)^{5.25588} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $h$ | `height` above the sea | m |
///
/// Source: the standard atmosphere, as ASHRAE's handbook of fundamentals prints it; weather moves it by 2 %.
///
/// ```
/// # use quarterdeck_facility::weather::psychrometrics::standard_pressure;
/// # use quarterdeck_units::Metres;
/// assert!((standard_pressure(Metres::metres(1609.0)) - 83_437.0).abs() < 50.0);
/// ```
pub fn standard_pressure(height: Metres) -> f64 {
    101_325.0 * pow(1.0 - 2.25577e-5 * height.as_metres(), 5.25588)
}

/// Pressure of water vapour in saturated air.
///
/// $$ e_s = 610.94\ \exp\frac{17.625\,t}{t + 243.04} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $t$ | `temperature` | °C |
///
/// Source: O. A. Alduchov, R. E. Eskridge, J. Appl. Meteorol. 35 (1996) 601, doi:10.1175/1520-0450(1996)035. Within
/// 0.4 % from −40 to 50 °C over water; it is used over ice too, where it is up to a tenth high, which no plant feels.
///
/// ```
/// # use quarterdeck_facility::weather::psychrometrics::saturation_pressure;
/// assert!((saturation_pressure(20.0) - 2333.0).abs() < 5.0);
/// ```
pub fn saturation_pressure(temperature: f64) -> f64 {
    MAGNUS.0 * exp(MAGNUS.1 * temperature / (temperature + MAGNUS.2))
}

/// Dew point of air whose vapour has a pressure; the inverse of [`saturation_pressure`].
///
/// ```
/// # use quarterdeck_facility::weather::psychrometrics::{dew_point, saturation_pressure};
/// assert!((dew_point(saturation_pressure(12.5)) - 12.5).abs() < 1e-12);
/// ```
pub fn dew_point(vapour: f64) -> f64 {
    let logarithm = ln(vapour / MAGNUS.0);
    MAGNUS.2 * logarithm / (MAGNUS.1 - logarithm)
}

/// Dew point of air of a dry bulb and a relative humidity (a share).
///
/// ```
/// # use quarterdeck_facility::weather::psychrometrics::dew_point_of;
/// assert!((dew_point_of(25.0, 0.5) - 13.9).abs() < 0.1);
/// ```
pub fn dew_point_of(dry_bulb: f64, relative_humidity: f64) -> f64 {
    dew_point(relative_humidity.max(1e-3) * saturation_pressure(dry_bulb))
}

/// Mass of vapour to that of dry air.
pub fn humidity_ratio(vapour: f64, pressure: f64) -> f64 {
    MASS_RATIO * vapour / (pressure - vapour)
}

/// Wet bulb of air.
///
/// The temperature $t^*$ at which the heat that evaporation takes up equals what cooling air gives:
///
/// $$ W = \frac{(2501 - 2.326\,t^*)\,W_s(t^*) - 1.006\,(t - t^*)}{2501 + 1.86\,t - 4.186\,t^*} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $t$, $W$ | dry bulb, humidity ratio at the dew point | °C, 1 |
/// | $W_s$ | humidity ratio of saturated air | 1 |
///
/// Source: ASHRAE handbook of fundamentals, chapter on psychrometrics. Solved by Newton steps, the last below 1e-6 K, which leaves less than 1e-10 K; over ice
/// the equation for water is kept, so that it has no step at 0 °C.
///
/// ```
/// # use quarterdeck_facility::weather::psychrometrics::{dew_point_of, wet_bulb};
/// // 35 °C at 40 % and sea level: 24.0 °C in the tables.
/// assert!((wet_bulb(35.0, dew_point_of(35.0, 0.4), 101_325.0) - 24.0).abs() < 0.1);
/// // Saturated air.
/// assert!((wet_bulb(18.0, 18.0, 101_325.0) - 18.0).abs() < 1e-6);
/// ```
pub fn wet_bulb(dry_bulb: f64, dew_point: f64, pressure: f64) -> f64 {
    let dew_point = dew_point.min(dry_bulb);
    let ratio = humidity_ratio(saturation_pressure(dew_point), pressure);
    // A third of the way from dew point to dry bulb is near for most air.
    let mut wet = dew_point + (dry_bulb - dew_point) * 0.4;
    for _ in 0..12 {
        let vapour = saturation_pressure(wet);
        let saturated = humidity_ratio(vapour, pressure);
        let surplus = (2501.0 - 2.326 * wet) * saturated
            - 1.006 * (dry_bulb - wet)
            - ratio * (2501.0 + 1.86 * dry_bulb - 4.186 * wet);
        let spread = wet + MAGNUS.2;
        let growth = MAGNUS.1 * MAGNUS.2 / (spread * spread) * pressure / (pressure - vapour);
        let slope = (2501.0 - 2.326 * wet) * saturated * growth - 2.326 * saturated + 1.006 + 4.186 * ratio;
        let step = surplus / slope;
        wet -= step;
        // Newton's error squares with each step: what remains after this one is below 1e-8 K.
        if step.abs() < 1e-4 {
            break;
        }
    }
    wet.clamp(dew_point, dry_bulb)
}

/// Wet bulb of air of a dry bulb whose dew point is at a limit: air with a higher wet bulb is more humid.
pub fn wet_bulb_at_limit(dry_bulb: f64, dew_point_max: f64, pressure: f64) -> f64 {
    wet_bulb(dry_bulb, dew_point_max.min(dry_bulb), pressure)
}
