//! What the sites of a plan look like at its end: the fabric and the halls of each site's largest fleet.

use std::collections::BTreeMap;
use std::sync::Arc;

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::emissions::GridIntensity;
use quarterdeck_facility::power::Redundancy;
use quarterdeck_facility::site::{Block, site_envelopes};
use quarterdeck_report::design::Design;
use quarterdeck_scenario::Scenario;
use quarterdeck_units::Watts;

use super::design;
use super::question::{DesignPlace, DesignQuestion, DesignSize, FabricChoice, place_of_climate};
use crate::plan::PlanRun;

/// Most sites that are drawn.
const MOST_SITES: usize = 4;

/// The largest fleet of accelerators of each place at the end of a plan, as a design; the largest places first.
///
/// A fleet that can not be designed as it stands, such as one whose network no switch of the catalogue joins, is left
/// out: the plan counts its halls and networks by their shares.
pub fn plan_designs(scenario: &Scenario, catalog: &Catalog, run: &PlanRun) -> Vec<(String, Design)> {
    let Ok(envelopes) = site_envelopes(scenario, catalog) else { return Vec::new() };
    let blocks: BTreeMap<&str, &Block> =
        envelopes.iter().flat_map(|site| &site.blocks).map(|block| (block.id.as_str(), block)).collect();
    let mut fleets: BTreeMap<usize, (usize, f64, Watts)> = BTreeMap::new();
    for (&(platform, place), counts) in &run.plan.fleet {
        let Ok(facts) = catalog.platform(&run.problem.platforms[platform].id) else { continue };
        let count = counts.last().copied().unwrap_or(0.0).round();
        let power = facts.power.rated.value * count;
        if facts.scale_out.back_end_ports == 0 || count < 2.0 {
            continue;
        }
        let largest = fleets.entry(place).or_insert((platform, count, power));
        if power > largest.2 {
            *largest = (platform, count, power);
        }
    }
    let mut ranked: Vec<(usize, (usize, f64, Watts))> = fleets.into_iter().collect();
    ranked.sort_by(|one, other| other.1.2.total_cmp(&one.1.2));
    let mut found = Vec::new();
    for (place, (platform, count, _)) in ranked {
        let facts = &run.problem.places[place];
        let (Ok(platform), Some(block)) =
            (catalog.platform(&run.problem.platforms[platform].id), blocks.get(facts.id.as_str()))
        else {
            continue;
        };
        let Some(site) = envelopes.iter().find(|site| site.id == block.site) else { continue };
        let Ok((place_there, weather)) = place_of_climate(site.climate.as_str(), None, catalog) else {
            continue;
        };
        let question = DesignQuestion {
            platform: Arc::clone(platform),
            size: DesignSize::Platforms(count as u64),
            place: DesignPlace {
                name: facts.title.clone(),
                words: format!("at {}", facts.title),
                electricity: Some(site.electricity),
                grid_carbon: Some(GridIntensity::Yearly(site.grid_carbon)),
                cooling: Some(block.cooling),
                rack_density: Some(block.rack_density_max),
                ..place_there
            },
            weather: Arc::new(weather),
            plant: None,
            redundancy: Redundancy::NPlusOne,
            utilisation: 1.0,
            fabric: FabricChoice::default(),
            cooling: Some(block.cooling),
            hall_power: None,
            rack_density: None,
            need: None,
            discount_rate: scenario.horizon.discount_rate.per_year - 1.0,
            command: String::new(),
        };
        if let Ok(answer) = design(catalog, &question)
            && answer.site().is_some()
        {
            found.push((facts.title.clone(), answer));
        }
        if found.len() == MOST_SITES {
            break;
        }
    }
    found
}
