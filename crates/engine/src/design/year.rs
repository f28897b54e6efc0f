//! A year of running the site: energy, money, water, carbon.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_facility::upkeep;
use quarterdeck_report::design::{Power, Year};
use quarterdeck_units::{Ratio, Seconds, Usd};

use super::options::Candidate;
use super::power;
use super::question::DesignQuestion;

/// A year of running at the mean draw.
pub(super) fn year(
    catalog: &Catalog,
    question: &DesignQuestion,
    chosen: &Candidate,
    power: &Power,
    provenance: &mut Provenance,
) -> Year {
    let time = Seconds::years(1.0);
    let it_energy = power.drawn * time;
    let site_energy = power.facility_mean() * time;
    let price = power::electricity(catalog, question, provenance);
    let grid = power::grid(catalog, question, provenance);
    let share = &catalog.facility.project.upkeep_share;
    Year {
        it_energy,
        site_energy,
        electricity: price.map_or(Usd::ZERO, |price| price * site_energy),
        upkeep: upkeep(chosen.building.typical(), Ratio(share.value), time),
        water: power.wue * it_energy,
        carbon: grid * site_energy,
        embodied: None,
    }
}
