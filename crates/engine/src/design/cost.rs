//! Money until the site runs, by class, each with what it could be.

use quarterdeck_catalog::{Catalog, Cooling, MissingFact, PriceFact, Provenance};
use quarterdeck_facility::{CostRange, Prices};
use quarterdeck_report::design::{Cost, CostClass};
use quarterdeck_report::number;
use quarterdeck_units::{UsdPerWatt, Watts};

use super::options::Candidate;
use super::question::DesignQuestion;

/// Money for the halls of an IT power that keeps the operators' reserve.
pub(super) fn building(
    catalog: &Catalog,
    question: &DesignQuestion,
    cooling: Cooling,
    nameplate: Watts,
    provenance: &mut Provenance,
) -> Result<CostRange, MissingFact> {
    let projects = &catalog.facility.project;
    let missing = || MissingFact::new("catalog/facility.toml", &format!("project.build.{cooling}"));
    let fact: &PriceFact<UsdPerWatt> = projects.build.get(&cooling).ok_or_else(missing)?;
    let prices = Prices::new(&catalog.money, question.price_year());
    let typical = prices.of(fact, provenance).map_err(|_| missing())?;
    let usable = &catalog.facility.power_chain.usable_share;
    provenance.absorb_fact(usable);
    let built = nameplate / usable.value;
    let scale = |value: UsdPerWatt| typical * (value / fact.value) * built;
    Ok(CostRange { low: scale(fact.low), typical: typical * built, high: scale(fact.high) })
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
        _ => missing.push(format!("machines: the catalogue has no price of `{}`", question.platform.id)),
    }
    let network: CostRange =
        chosen.network.back_end.iter().chain(&chosen.network.front_end).map(|bill| bill.cost_range()).sum();
    add("network", "Network", network, "switches, cables and transceivers of all networks".to_owned());
    for (part, (id, name)) in PARTS {
        let Some(share) = catalog.facility.project.cost_share.get(part) else { continue };
        provenance.absorb_fact(share);
        add(
            id,
            name,
            chosen.building.times(share.value),
            format!("{} of the building's {}", number::percent(share.value), per_watt(chosen)),
        );
    }
    Cost { classes, missing }
}

/// Parts of a building as the catalogue divides it, with the class that each is told under.
const PARTS: [(&str, (&str, &str)); 6] = [
    ("critical-capacity", ("plant", "Power and cooling plant")),
    ("shell", ("shell", "Shell")),
    ("site", ("site", "Site works")),
    ("white-space", ("white-space", "White space")),
    ("back-of-house", ("back-of-house", "Back of house")),
    ("office", ("office", "Offices")),
];

fn per_watt(chosen: &Candidate) -> String {
    let watts = chosen.load.nameplate();
    format!(
        "{} a watt of IT",
        number::usd(chosen.building.typical.as_dollars() / watts.as_watts())
    )
}
