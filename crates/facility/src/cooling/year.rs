//! A year of a plant: energy by use, water, PUE and WUE by month, and its worst hour.

use quarterdeck_catalog::Provenance;
use quarterdeck_units::{Joules, Litres, LitresPerJoule, Seconds, Watts};

use super::plant::{HourOfOperation, Mode, Plant, Steady, Varying};
use crate::weather::WeatherYear;
use crate::weather::calendar::{HOURS, MONTH_STARTS};

/// Energy by use; the parts sum to the meter's.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct EnergyUse {
    /// Machines, the fans in them included.
    pub it: Joules,
    /// Losses of the power chain.
    pub conversion: Joules,
    /// Fans of rooms and doors.
    pub air_fans: Joules,
    /// Pumps.
    pub pumps: Joules,
    /// Fans of coolers and towers.
    pub heat_rejection: Joules,
    /// Compressors.
    pub compressors: Joules,
    /// Lights, offices, control and the like.
    pub house: Joules,
}

impl EnergyUse {
    /// All energy.
    pub fn facility(&self) -> Joules {
        let plant = self.air_fans + self.pumps + self.heat_rejection + self.compressors;
        self.it + self.conversion + plant + self.house
    }

    /// Energy of the site over that of its machines.
    pub fn pue(&self) -> f64 {
        self.facility() / self.it
    }

    fn add(&mut self, other: &EnergyUse) {
        self.it += other.it;
        self.conversion += other.conversion;
        self.air_fans += other.air_fans;
        self.pumps += other.pumps;
        self.heat_rejection += other.heat_rejection;
        self.compressors += other.compressors;
        self.house += other.house;
    }
}

/// Hours of a year by how the hottest part of the plant was cooled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ModeHours {
    /// By outside air or evaporating towers alone.
    pub free: u32,
    /// With wetted air, or with fans at their most.
    pub assisted: u32,
    /// With compressors.
    pub mechanical: u32,
}

/// One month of a plant.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct MonthOfOperation {
    /// Energy by use.
    pub energy: EnergyUse,
    /// Water taken.
    pub water: Litres,
}

impl MonthOfOperation {
    /// Energy of the site over that of its machines.
    pub fn pue(&self) -> f64 {
        self.energy.pue()
    }

    /// Water per energy of machines.
    pub fn wue(&self) -> LitresPerJoule {
        self.water / self.energy.it
    }
}

/// The hour in which the meter shows most.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PeakHour {
    /// Hour of the year, from 0.
    pub hour: usize,
    /// What the meter shows.
    pub facility: Watts,
    /// Over the power of machines.
    pub pue: f64,
}

/// A year of a plant in a weather.
#[derive(Clone, PartialEq, Debug)]
pub struct YearOfOperation {
    /// Key of the design.
    pub design: String,
    /// Key of the climate, or name of the weather file.
    pub climate: String,
    /// Energy of the site over that of its machines.
    pub pue: f64,
    /// Water per energy of machines.
    pub wue: LitresPerJoule,
    /// Energy by use.
    pub energy: EnergyUse,
    /// Water taken.
    pub water: Litres,
    /// Hours by way of cooling.
    pub hours: ModeHours,
    /// Hours in which supply air or facility water was warmer than the design holds.
    pub over_hours: u32,
    /// Most kelvins by which supply air was too warm.
    pub air_over_max: f64,
    /// Most kelvins by which facility water was too warm.
    pub liquid_over_max: f64,
    /// The worst hour.
    pub peak: PeakHour,
    /// The twelve months.
    pub months: [MonthOfOperation; 12],
    /// Watts of the site for each watt of machines that is not spent on fans in them: unlike PUE, it does not look
    /// worse when fans vanish.
    pub watts_per_compute_watt: f64,
    /// Weakest origin and sources of plant and weather.
    pub provenance: Provenance,
}

impl Plant {
    /// A year of weather.
    ///
    /// ```
    /// # use quarterdeck_catalog::Catalog;
    /// # use quarterdeck_facility::cooling::{CoolingDesign, ItLoad, Plant};
    /// # use quarterdeck_facility::power::{PowerChain, Redundancy};
    /// # use quarterdeck_facility::weather::typical_year;
    /// # use quarterdeck_units::Watts;
    /// let catalog = Catalog::builtin();
    /// let it = Watts::megawatts(20.0);
    /// let chain = PowerChain::of("eco", Redundancy::NPlusOne, it, &catalog).unwrap();
    /// let plant = |id: &str| {
    ///     Plant::new(&CoolingDesign::of(id, &catalog).unwrap(), ItLoad::air(it), &chain)
    /// };
    /// let year = |id: &str, climate: &str| plant(id).year(&typical_year(catalog.climate(climate).unwrap()));
    /// // Outside air: little more than fans in Luleå, compressors all year in Singapore.
    /// let (lulea, singapore) = (year("outside-evaporative", "lulea"), year("outside-evaporative", "singapore"));
    /// assert!(lulea.pue < 1.08 && lulea.hours.mechanical < 50);
    /// assert!(singapore.pue > 1.2 && singapore.hours.mechanical > 8000);
    /// // A plant on towers evaporates about what the rule of thumb says.
    /// let tower = year("air-tower", "singapore");
    /// assert!((1.5..2.4).contains(&tower.wue.as_per_kilowatt_hour()));
    /// ```
    pub fn year(&self, weather: &WeatherYear) -> YearOfOperation {
        let limits = self.limits(weather.pressure);
        let mut months = [MonthOfOperation::default(); 12];
        let mut hours = ModeHours::default();
        let (mut over_hours, mut air_over_max, mut liquid_over_max) = (0, 0.0_f64, 0.0_f64);
        let (mut most, mut at) = (0.0, 0);
        for (month, part) in months.iter_mut().enumerate() {
            let mut sum = Sums::default();
            for hour in MONTH_STARTS[month]..MONTH_STARTS[month + 1] {
                let found = self.varying(weather.air(hour), limits);
                sum.add(&found);
                match found.mode {
                    Mode::Free => hours.free += 1,
                    Mode::Assisted => hours.assisted += 1,
                    Mode::Mechanical => hours.mechanical += 1,
                }
                if found.air_over > 0.0 || found.liquid_over > 0.0 {
                    over_hours += 1;
                    air_over_max = air_over_max.max(found.air_over);
                    liquid_over_max = liquid_over_max.max(found.liquid_over);
                }
                if found.facility > most {
                    (most, at) = (found.facility, hour);
                }
            }
            let hours = (MONTH_STARTS[month + 1] - MONTH_STARTS[month]) as f64;
            *part = sum.month(&self.steady, hours);
        }
        let (mut energy, mut water) = (EnergyUse::default(), Litres::ZERO);
        for month in &months {
            energy.add(&month.energy);
            water += month.water;
        }
        let share = if self.design.liquid.is_some() { self.load.liquid_share } else { 0.0 };
        let compute = energy.it * (1.0 - self.load.fan_share * (1.0 - share));
        YearOfOperation {
            design: self.design.id.clone(),
            climate: weather.id.clone(),
            pue: energy.pue(),
            wue: water / energy.it,
            energy,
            water,
            hours,
            over_hours,
            air_over_max,
            liquid_over_max,
            peak: PeakHour { hour: at, facility: Watts::watts(most), pue: most / self.steady.it },
            months,
            watts_per_compute_watt: energy.facility() / compute,
            provenance: self.design.provenance.clone().merge(&weather.provenance),
        }
    }

    /// Every hour of a year of weather.
    pub fn hours(&self, weather: &WeatherYear) -> Vec<HourOfOperation> {
        let limits = self.limits(weather.pressure);
        (0..HOURS).map(|hour| self.told(&self.varying(weather.air(hour), limits))).collect()
    }
}

/// Sums over the hours of a month of what changes with the weather, in W h and L.
#[derive(Default)]
struct Sums {
    conversion: f64,
    heat_rejection: f64,
    compressors: f64,
    water: f64,
}

impl Sums {
    fn add(&mut self, hour: &Varying) {
        self.conversion += hour.conversion;
        self.heat_rejection += hour.heat_rejection;
        self.compressors += hour.compressors;
        self.water += hour.water;
    }

    fn month(&self, steady: &Steady, hours: f64) -> MonthOfOperation {
        let energy = |watt_hours: f64| Watts::watts(watt_hours) * Seconds::hours(1.0);
        let energy = EnergyUse {
            it: energy(steady.it * hours),
            conversion: energy(self.conversion),
            air_fans: energy(steady.air_fans * hours),
            pumps: energy(steady.pumps * hours),
            heat_rejection: energy(self.heat_rejection),
            compressors: energy(self.compressors),
            house: energy(steady.house * hours),
        };
        MonthOfOperation { energy, water: Litres::litres(self.water) }
    }
}
