//! A year of running the site: energy, money, water, carbon.

use quarterdeck_catalog::{Catalog, Cited as _, Provenance};
use quarterdeck_facility::cooling::{CoolingDesign, Plant, load_of};
use quarterdeck_facility::emissions::{GridIntensity, embodied, grid_of, operational, water_use};
use quarterdeck_facility::upkeep;
use quarterdeck_report::design::Year;
use quarterdeck_units::{Grams, Ratio, Seconds, Usd};

use super::options::Candidate;
use super::power;
use super::question::DesignQuestion;

/// A year of running at the mean draw.
pub(super) fn year(
    catalog: &Catalog,
    question: &DesignQuestion,
    chosen: &Candidate,
    provenance: &mut Provenance,
) -> Year {
    let mean = &chosen.plant.mean;
    let site_energy = mean.energy.facility();
    let price = power::electricity(catalog, question, provenance);
    let share = &catalog.facility.project.upkeep_share;
    let water = water_use(mean, catalog);
    provenance.absorb(&water.provenance);
    let made = embodied(&question.platform, catalog);
    if let Some(fact) = made {
        provenance.absorb(&fact.provenance());
    }
    Year {
        it_energy: mean.energy.it,
        site_energy,
        electricity: price.map_or(Usd::ZERO, |price| price * site_energy),
        upkeep: upkeep(chosen.building.typical(), Ratio(share.value), Seconds::years(1.0)),
        water: water.onsite,
        source_water: water.source,
        carbon: carbon(catalog, question, chosen, provenance),
        embodied: made.map(|fact| fact.value * chosen.platforms as f64),
    }
}

/// Carbon of the energy: the grid that the question gives, that of the climate by month, or that of the region.
fn carbon(
    catalog: &Catalog,
    question: &DesignQuestion,
    chosen: &Candidate,
    provenance: &mut Provenance,
) -> Grams {
    let place = &question.place;
    let of_climate = || grid_of(place.climate_id.as_deref()?, catalog);
    let (grid, known) = match (&place.grid_carbon, of_climate()) {
        (Some(given), _) => (given.clone(), Provenance::none()),
        (None, Some(found)) => found,
        (None, None) => match catalog.region(&place.region) {
            Ok(region) => (GridIntensity::Yearly(region.carbon.value), region.carbon.provenance()),
            Err(_) => return Grams::ZERO,
        },
    };
    provenance.absorb(&known);
    let Ok(design) = CoolingDesign::of(&chosen.design, catalog) else { return Grams::ZERO };
    let load = load_of(&question.platform, chosen.load.drawn(), chosen.load.nameplate(), catalog);
    operational(&Plant::new(&design, load, &chosen.plant.chain), &question.weather, &grid)
}
