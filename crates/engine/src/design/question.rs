//! A question about a site: what was asked, checked against platform and place; every fault at once.

use std::sync::Arc;

use quarterdeck_catalog::{Catalog, Climate, Cooling, Platform};
use quarterdeck_facility::emissions::GridIntensity;
use quarterdeck_facility::network::FabricShape;
use quarterdeck_facility::power::Redundancy;
use quarterdeck_facility::site::FALLBACK_REGION;
use quarterdeck_facility::weather::{WeatherYear, typical_year};
use quarterdeck_report::design::{Asked, Place, Question};
use quarterdeck_scenario::Site as ScenarioSite;
use quarterdeck_units::{PriceYear, Quarter, UsdPerJoule, Watts};

use crate::train::TrainFault;

/// How much is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DesignSize {
    /// Platforms.
    Platforms(u64),
    /// As many platforms as an IT power feeds, networks included.
    ItPower(Watts),
}

/// Where the site stands.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignPlace {
    /// Its name for people.
    pub name: String,
    /// The same after a preposition: `in a cold-dry climate`, `at Prineville`.
    pub words: String,
    /// Class of its climate.
    pub climate: Climate,
    /// Key of its climate in the catalogue; none where a file gives the weather and nothing names the place.
    pub climate_id: Option<String>,
    /// Region whose prices and grid are counted with.
    pub region: String,
    /// Price of electricity; the region's if none.
    pub electricity: Option<UsdPerJoule>,
    /// Emissions of the grid; the region's if none.
    pub grid_carbon: Option<GridIntensity>,
    /// Cooling of halls that stand there.
    pub cooling: Option<Cooling>,
    /// Most power of a rack in halls that stand there.
    pub rack_density: Option<Watts>,
    /// IT power that is energised there in the quarter of need, or at the start.
    pub energised: Option<Watts>,
}

/// How the network between accelerators is built.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FabricChoice {
    /// Kind, oversubscription, planes, pods.
    pub shape: FabricShape,
    /// Switch id; the cheapest if none.
    pub switch: Option<String>,
}

/// What is asked about one site.
#[derive(Clone, Debug)]
pub struct DesignQuestion {
    /// The platform.
    pub platform: Arc<Platform>,
    /// How much of it.
    pub size: DesignSize,
    /// Where.
    pub place: DesignPlace,
    /// The network between accelerators.
    pub fabric: FabricChoice,
    /// Weather of a year there.
    pub weather: Arc<WeatherYear>,
    /// Cooling of the halls; the cheapest that carries the platform if none.
    pub cooling: Option<Cooling>,
    /// One plant of the catalogue; the cheapest if none.
    pub plant: Option<String>,
    /// Redundancy of the power supply.
    pub redundancy: Redundancy,
    /// Share of its way from idle to the most that was measured, or to its nameplate, that a platform draws on the
    /// mean.
    pub utilisation: f64,
    /// IT power of one hall; the usual one if none.
    pub hall_power: Option<Watts>,
    /// Most power of a rack; what the cooling carries if none.
    pub rack_density: Option<Watts>,
    /// First quarter in which it must run.
    pub need: Option<Quarter>,
    /// Real discount rate a year.
    pub discount_rate: f64,
    /// The command that asks this again.
    pub command: String,
}

/// The place of a scenario's site, with the typical weather of its climate.
///
/// # Errors
/// When its climate is none of the catalogue's.
pub fn place_of_site(
    site: &ScenarioSite,
    region: Option<&str>,
    quarter: Quarter,
    catalog: &Catalog,
) -> Result<(DesignPlace, WeatherYear), String> {
    let (place, weather) = place_of_climate(&site.climate, region, catalog)?;
    let place = DesignPlace {
        name: site.title.clone(),
        words: format!("at {}", site.title),
        electricity: site.electricity,
        grid_carbon: site.grid_carbon.map(GridIntensity::Yearly),
        cooling: Some(site.cooling),
        rack_density: Some(site.rack_density_max),
        energised: site.it_power.at(quarter),
        ..place
    };
    Ok((place, weather))
}

/// The place of a climate of the catalogue, with its typical year; a class stands for its representative.
///
/// # Errors
/// When the catalogue has no such climate.
pub fn place_of_climate(
    name: &str,
    region: Option<&str>,
    catalog: &Catalog,
) -> Result<(DesignPlace, WeatherYear), String> {
    let climate = catalog.climate(name).map_err(|error| error.to_string())?;
    let words = match name.parse::<Climate>() {
        Ok(class) => format!("in a {class} climate"),
        Err(_) => format!("in {}", climate.title),
    };
    let own = climate.region.as_deref().unwrap_or(FALLBACK_REGION);
    let place = DesignPlace {
        name: name.to_owned(),
        words,
        climate: climate.class,
        climate_id: Some(climate.id.clone()),
        region: region.unwrap_or(own).to_owned(),
        electricity: None,
        grid_carbon: None,
        cooling: None,
        rack_density: None,
        energised: None,
    };
    Ok((place, typical_year(climate)))
}

impl DesignQuestion {
    /// Everything that is wrong with the question.
    pub(super) fn check(&self, catalog: &Catalog) -> Result<(), Vec<TrainFault>> {
        let mut faults = Vec::new();
        match self.size {
            DesignSize::Platforms(0) => {
                faults.push(TrainFault::new("`--count 0` is no site", "give one platform or more"));
            }
            DesignSize::ItPower(power) if !power.is_positive() => {
                faults.push(TrainFault::new(
                    format!("an IT power of {power:.0} feeds nothing"),
                    format!(
                        "one platform needs {:.1}: give `--it-power` at least that",
                        self.platform.power.rated.value
                    ),
                ));
            }
            _ => {}
        }
        if let Err(error) = catalog.region(&self.place.region) {
            faults.push(TrainFault::new(error.to_string(), "name a region of the catalogue with `--region`"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Year of the dollars: that of the platform's price.
    pub(super) fn price_year(&self) -> PriceYear {
        self.platform.price.as_ref().map_or(PriceYear(2024), quarterdeck_catalog::PriceFact::year)
    }

    pub(super) fn told(&self) -> Question {
        Question {
            platform: self.platform.id.clone(),
            platform_name: self.platform.name.clone(),
            device: self.platform.device.clone(),
            devices_per_platform: f64::from(self.platform.devices.max(1)),
            asked: match self.size {
                DesignSize::Platforms(count) => Asked::Platforms(count as f64),
                DesignSize::ItPower(power) => Asked::ItPower(power),
            },
            place: Place {
                name: self.place.name.clone(),
                words: self.place.words.clone(),
                climate: self.place.climate.to_string(),
                weather: self.weather.title.clone(),
                region: self.place.region.clone(),
            },
            need: self.need,
            price_year: self.price_year().0,
            command: self.command.clone(),
        }
    }
}
