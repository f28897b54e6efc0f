//! A year of outside air by the hour.

use quarterdeck_catalog::Provenance;
use quarterdeck_units::Metres;

use super::calendar::{HOURS, MONTH_STARTS};
use super::psychrometrics::{standard_pressure, wet_bulb};

/// Outside air of one hour; temperatures in °C.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Air {
    /// Dry bulb.
    pub dry_bulb: f64,
    /// Wet bulb.
    pub wet_bulb: f64,
    /// Dew point.
    pub dew_point: f64,
}

/// Outside air of a year of 365 days; temperatures in °C, one for each hour.
#[derive(Clone, PartialEq, Debug)]
pub struct WeatherYear {
    /// Key of its climate, or name of its file.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Height above the sea.
    pub elevation: Metres,
    /// Mean pressure of the air, in Pa.
    pub pressure: f64,
    /// Dry bulb.
    pub dry_bulb: Vec<f64>,
    /// Wet bulb.
    pub wet_bulb: Vec<f64>,
    /// Dew point, at most the dry bulb.
    pub dew_point: Vec<f64>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl WeatherYear {
    /// A year from dry bulbs and dew points; the wet bulbs follow at the standard pressure of the height.
    ///
    /// # Panics
    /// When there are not 8,760 of each, which is a fault of the caller.
    pub fn new(
        id: String,
        title: String,
        elevation: Metres,
        dry_bulb: Vec<f64>,
        mut dew_point: Vec<f64>,
        provenance: Provenance,
    ) -> Self {
        assert!(dry_bulb.len() == HOURS && dew_point.len() == HOURS, "a year has {HOURS} hours");
        let pressure = standard_pressure(elevation);
        let mut wet = Vec::with_capacity(HOURS);
        for (dry, dew) in dry_bulb.iter().zip(&mut dew_point) {
            *dew = dew.min(*dry);
            wet.push(wet_bulb(*dry, *dew, pressure));
        }
        Self { id, title, elevation, pressure, dry_bulb, wet_bulb: wet, dew_point, provenance }
    }

    /// The air of an hour.
    pub fn air(&self, hour: usize) -> Air {
        Air { dry_bulb: self.dry_bulb[hour], wet_bulb: self.wet_bulb[hour], dew_point: self.dew_point[hour] }
    }

    /// Mean dry bulb, wet bulb and dew point of a month (0 is January).
    pub fn month_means(&self, month: usize) -> Air {
        let hours = MONTH_STARTS[month]..MONTH_STARTS[month + 1];
        let mean = |values: &[f64]| values[hours.clone()].iter().sum::<f64>() / hours.len() as f64;
        Air {
            dry_bulb: mean(&self.dry_bulb),
            wet_bulb: mean(&self.wet_bulb),
            dew_point: mean(&self.dew_point),
        }
    }

    /// Temperature below which a share of the hours lies, of one of the three series.
    pub fn quantile(series: &[f64], share: f64) -> f64 {
        let mut sorted = series.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted[((share * sorted.len() as f64) as usize).min(last)]
    }
}
