//! Carbon of the energy that a site takes, by the hour where the grid is known so well; carbon of making machines;
//! water that power plants evaporate for it.

use std::fmt;

use quarterdeck_catalog::{Catalog, Fact, Platform, Provenance};
use quarterdeck_units::{Grams, GramsPerJoule, Joules, Litres, Seconds};

use crate::cooling::{Plant, YearOfOperation};
use crate::weather::WeatherYear;
use crate::weather::calendar::{HOURS, MONTH_STARTS};

/// Emissions of a grid, as finely as they are known.
#[derive(Clone, PartialEq, Debug)]
pub enum GridIntensity {
    /// One mean of a year.
    Yearly(GramsPerJoule),
    /// Means of the twelve months.
    Monthly([GramsPerJoule; 12]),
    /// Every hour of a year.
    Hourly(Vec<GramsPerJoule>),
}

/// Why a series of emissions can not be taken.
#[derive(Clone, PartialEq, Debug)]
pub struct SeriesFault {
    /// Values found; 1, 12 or 8,760 are due.
    pub values: usize,
    /// Place of the first value that no grid has, from 0.
    pub impossible: Option<usize>,
}

impl fmt::Display for SeriesFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.impossible {
            Some(place) => write!(f, "value {} is below nothing or above 2000 g/kWh", place + 1),
            None => write!(f, "{} values; give one, twelve or {HOURS}", self.values),
        }
    }
}

impl std::error::Error for SeriesFault {}

/// Most that a grid of the dirtiest coal gives off, with room: more is a slip of units.
const IMPOSSIBLE: f64 = 2000.0;

impl GridIntensity {
    /// A series of one, twelve or 8,760 values, as a user gives it.
    ///
    /// # Errors
    /// When there are other than 1, 12 or 8,760 values, or one that no grid has.
    ///
    /// ```
    /// # use quarterdeck_facility::emissions::GridIntensity;
    /// # use quarterdeck_units::GramsPerJoule;
    /// let half = GramsPerJoule::per_kilowatt_hour(500.0);
    /// assert!(matches!(GridIntensity::of_series(&[half; 12]), Ok(GridIntensity::Monthly(_))));
    /// assert_eq!(GridIntensity::of_series(&[half; 3]).unwrap_err().to_string(), "3 values; give one, twelve or 8760");
    /// ```
    pub fn of_series(values: &[GramsPerJoule]) -> Result<Self, SeriesFault> {
        let fault = |impossible| SeriesFault { values: values.len(), impossible };
        let odd = |value: &GramsPerJoule| !(0.0..=IMPOSSIBLE).contains(&value.as_per_kilowatt_hour());
        if let Some(place) = values.iter().position(odd) {
            return Err(fault(Some(place)));
        }
        if let Ok(months) = <[GramsPerJoule; 12]>::try_from(values) {
            return Ok(GridIntensity::Monthly(months));
        }
        match values {
            [value] => Ok(GridIntensity::Yearly(*value)),
            hours if hours.len() == HOURS => Ok(GridIntensity::Hourly(hours.to_vec())),
            _ => Err(fault(None)),
        }
    }

    /// Emissions in an hour of a month (0 is January).
    fn at(&self, month: usize, hour: usize) -> GramsPerJoule {
        match self {
            GridIntensity::Yearly(value) => *value,
            GridIntensity::Monthly(months) => months[month],
            GridIntensity::Hourly(hours) => hours[hour],
        }
    }
}

/// Emissions of the grid of a climate's place, with where they come from: by month where the catalogue has the grid,
/// else the yearly figure of its region; none where it has neither.
pub fn grid_of(climate: &str, catalog: &Catalog) -> Option<(GridIntensity, Provenance)> {
    let record = catalog.climate(climate).ok()?;
    let mut provenance = Provenance::none();
    if let Some(grid) = catalog.emissions.grid_of_climate(&record.id) {
        provenance.absorb_fact(&grid.monthly);
        return Some((GridIntensity::Monthly(grid.monthly.value.0), provenance));
    }
    let region = catalog.region(record.region.as_deref()?).ok()?;
    provenance.absorb_fact(&region.carbon);
    Some((GridIntensity::Yearly(region.carbon.value), provenance))
}

/// Carbon of the energy of a year, location-based.
///
/// $$ G = \sum_h P_h\,g_h\,\Delta t $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $P_h$ | what the meter shows in each hour | W |
/// | $g_h$ | emissions of the grid in that hour, its month, or its year | g/J |
///
/// With a yearly mean the sum is energy times mean; hours matter where hot afternoons meet a dirty or a sunny grid.
pub fn operational(plant: &Plant, weather: &WeatherYear, grid: &GridIntensity) -> Grams {
    let hours = plant.hours(weather);
    let mut total = Grams::ZERO;
    for month in 0..12 {
        let range = MONTH_STARTS[month]..MONTH_STARTS[month + 1];
        for (hour, found) in range.clone().zip(&hours[range]) {
            total += grid.at(month, hour) * (found.facility() * Seconds::hours(1.0));
        }
    }
    total
}

/// Carbon of making a platform, where somebody published it.
pub fn embodied<'a>(platform: &Platform, catalog: &'a Catalog) -> Option<&'a Fact<Grams>> {
    catalog.emissions.embodied.get(&platform.id)
}

/// Water of a year: what the site takes, and what power plants evaporate for its energy.
#[derive(Clone, PartialEq, Debug)]
pub struct WaterUse {
    /// On the site.
    pub onsite: Litres,
    /// At power plants.
    pub source: Litres,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Water that a year takes on the site and at power plants.
///
/// Power plants stand for the average of a country, so that the second figure is an order of magnitude.
pub fn water_use(year: &YearOfOperation, catalog: &Catalog) -> WaterUse {
    let mut provenance = year.provenance.clone();
    let factor = &catalog.emissions.source_water;
    provenance.absorb_fact(factor);
    WaterUse { onsite: year.water, source: source_water(year.energy.facility(), factor), provenance }
}

/// Water that power plants evaporate for an energy.
pub fn source_water(energy: Joules, factor: &Fact<quarterdeck_units::LitresPerJoule>) -> Litres {
    factor.value * energy
}
