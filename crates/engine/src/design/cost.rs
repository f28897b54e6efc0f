//! Money until the site runs, by class, each with what it could be.

use quarterdeck_catalog::{Catalog, Cooling, Provenance};
use quarterdeck_facility::redesign::{CostClassOfSite, CostLine, building_cost};
use quarterdeck_facility::{CostRange, FacilityError, Prices};
use quarterdeck_report::design::{Cost, CostClass};
use quarterdeck_report::number;
use quarterdeck_units::{Usd, Watts};

use super::options::Candidate;
use super::question::DesignQuestion;

/// Money for halls, by their parts.
#[derive(Clone, Debug)]
pub(super) struct Building {
    pub lines: Vec<CostLine>,
    /// IT power that is built, with the operators' reserve.
    pub power: Watts,
}

impl Building {
    /// All parts at central prices.
    pub(super) fn typical(&self) -> Usd {
        self.lines.iter().map(|line| line.typical).sum()
    }
}

/// Money for the halls of an IT power that keeps the operators' reserve.
pub(super) fn building(
    catalog: &Catalog,
    question: &DesignQuestion,
    cooling: Cooling,
    nameplate: Watts,
    provenance: &mut Provenance,
) -> Result<Building, FacilityError> {
    let usable = &catalog.facility.power_chain.usable_share;
    provenance.absorb_fact(usable);
    let power = nameplate / usable.value;
    let prices = Prices::new(&catalog.money, question.price_year());
    let lines = building_cost(cooling, power, Some(&question.place.region), &prices, catalog)?;
    for line in &lines {
        provenance.absorb(&line.provenance);
    }
    Ok(Building { lines, power })
}

/// Every class of money.
pub(super) fn cost(
    catalog: &Catalog,
    question: &DesignQuestion,
    chosen: &Candidate,
    provenance: &mut Provenance,
) -> Cost {
    let prices = Prices::new(&catalog.money, question.price_year());
    let platforms = chosen.platforms as f64;
    let mut classes = Vec::new();
    let mut missing = Vec::new();
    let mut add = |id: &str, name: &str, cost: CostRange, basis: String| {
        classes.push(CostClass { id: id.to_owned(), name: name.to_owned(), cost, basis });
    };
    match question.platform.price.as_ref().map(|price| prices.range(price, provenance)) {
        Some(Ok(each)) => add(
            "machines",
            "Machines",
            each.times(platforms),
            format!("{} of {}", number::count(platforms), number::usd(each.typical.as_dollars())),
        ),
        _ => missing.push(format!("machines, as the catalogue has no price of `{}`", question.platform.id)),
    }
    let network: CostRange =
        chosen.network.back_end.iter().chain(&chosen.network.front_end).map(|bill| bill.cost_range()).sum();
    add("network", "Network", network, "switches, cables and transceivers of all networks".to_owned());
    let building = &chosen.building;
    let whole = building.typical();
    for line in &building.lines {
        let CostClassOfSite::Building(part) = &line.class else { continue };
        let cost = CostRange { low: line.low, typical: line.typical, high: line.high };
        let basis = format!(
            "{} of {} a watt for {} of halls",
            number::percent(line.typical / whole),
            number::usd(whole.as_dollars() / building.power.as_watts()),
            number::power(building.power.as_watts())
        );
        add(part, part_name(part), cost, basis);
    }
    if chosen.plant_extra.is_positive() {
        let extra = chosen.plant_extra;
        let basis = format!("{} above the cheapest plant of its kind", chosen.design);
        add("plant", "Plant", CostRange { low: extra, typical: extra, high: extra }, basis);
    }
    Cost { classes, missing }
}

/// Names of the parts of a building for people.
fn part_name(part: &str) -> &str {
    match part {
        "critical-capacity" => "Power and cooling plant",
        "shell" => "Shell",
        "site" => "Site works",
        "white-space" => "White space",
        "back-of-house" => "Back of house",
        "office" => "Offices",
        other => other,
    }
}
