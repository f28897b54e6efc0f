//! What binds a site, and what its answer assumes, in sentences.

use quarterdeck_catalog::Catalog;
use quarterdeck_report::design::{Halls, Network, Schedule};
use quarterdeck_report::number;
use quarterdeck_units::Watts;

use super::options::{Candidate, Options};
use super::power;
use super::question::{DesignQuestion, DesignSize};

/// What binds, most first.
pub(super) fn binds(
    question: &DesignQuestion,
    options: &Options,
    chosen: &Candidate,
    halls: &Halls,
    networks: &[Network],
    schedule: &Schedule,
) -> Vec<String> {
    let mut found = Vec::new();
    let needed = chosen.load.nameplate();
    if let Some(energised) = question.place.energised
        && needed > energised
    {
        found.push(format!(
            "power: {} of IT against {} that is energised {}",
            number::power(needed.as_watts()),
            number::power(energised.as_watts()),
            question.place.words
        ));
    }
    if let DesignSize::ItPower(power) = question.size {
        found.push(format!(
            "IT power: {} of {} are taken, {} stay free",
            number::power(needed.as_watts()),
            number::power(power.as_watts()),
            number::power((power - needed).as_watts().max(0.0))
        ));
    }
    let critical: Vec<&str> = schedule
        .tasks
        .iter()
        .filter(|task| task.criticality > 0.5)
        .map(|task| task.name.as_str())
        .take(3)
        .collect();
    if !critical.is_empty() {
        found.push(format!("time: {} decide when it runs", critical.join(", ").to_lowercase()));
    }
    found.push(format!(
        "a rack: {} stops it at {} of {} and {}",
        halls.rack_limit,
        number::significant(halls.platforms_per_rack, 3),
        question.platform.id,
        number::power(halls.rack_power.as_watts())
    ));
    if let Some(network) = networks.first().filter(|network| network.bisection_share() < 0.999) {
        found.push(format!(
            "network: half the ports reach the other half at {} of their rate",
            number::percent(network.bisection_share())
        ));
    }
    found.extend(idle_supply(chosen));
    if let Some(other) = options.others().first() {
        let more = other.yearly / chosen.yearly - 1.0;
        found.push(format!(
            "cooling: {} would cost {} more a year than {}",
            other.design,
            number::percent(more.max(0.0)),
            chosen.design
        ));
    }
    found
}

/// Load of supply units below which most of what they lose is their own, not the machines'.
const IDLE_SUPPLY: f64 = 0.1;

/// Units of the power supply that are far larger than the site, which then makes the most of its overhead.
fn idle_supply(chosen: &Candidate) -> Option<String> {
    let draw = chosen.plant.chain.draw(chosen.load.drawn(), Watts::ZERO);
    let idle = draw.stages.iter().find(|stage| stage.load_share < IDLE_SUPPLY)?;
    Some(format!(
        "supply: {} run at {} load; a site this small would share a hall's supply, and its PUE with it",
        idle.title,
        number::percent(idle.load_share)
    ))
}

/// What the answer assumes, what moves it most first.
pub(super) fn assumptions(catalog: &Catalog, question: &DesignQuestion) -> Vec<String> {
    let usable = catalog.facility.power_chain.usable_share.value;
    let region = &question.place.region;
    let region = catalog.region(region).map_or(region.as_str(), |found| found.name.as_str());
    let mut lines = vec![
        format!(
            "Halls are built for {} more IT power than nameplate, as operators' reserve; land, soft costs, storage and \
             spares are not counted.",
            number::percent(1.0 / usable - 1.0)
        ),
        format!("Where the site gives none, electricity and grid are those of {region}."),
        format!("Through the year {}; in the peak hour they draw nameplate.", power::drawn_basis(question)),
        format!("The weather is that of {}.", question.weather.title),
    ];
    if question.place.energised.is_none() {
        lines.push("The site is new, and its grid connection is still to be applied for.".to_owned());
    }
    lines
}
