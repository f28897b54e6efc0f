//! Sites as blocks of halls: power by quarter, cooling, rack density, PUE and WUE of each block.

use std::collections::BTreeMap;

use quarterdeck_catalog::{Catalog, Climate, Cooling, Provenance};
use quarterdeck_scenario::{Delivery, Project, Scenario, Site};
use quarterdeck_units::{Celsius, GramsPerJoule, LitresPerJoule, Quarter, UsdPerJoule, Watts};

use crate::error::FacilityError;
use crate::prices::Prices;
use crate::project::{Schedule, redesigned_block};

/// Where a block of halls comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BlockSource {
    /// It stands at the start, or comes by the site's own power curve.
    Existing,
    /// A project brings it.
    Project {
        /// Project id.
        project: String,
        /// Whether it is the project's other design.
        redesigned: bool,
    },
}

/// Halls of one site with the same cooling and rack density.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// Key among all blocks: the site's id, the project's, or the project's with `+redesign`.
    pub id: String,
    /// Site id.
    pub site: String,
    /// Where it comes from.
    pub source: BlockSource,
    /// What its halls can cool.
    pub cooling: Cooling,
    /// Most power of one rack.
    pub rack_density_max: Watts,
    /// Racks that fit; no limit but power if none.
    pub racks_max: Option<f64>,
    /// IT power by quarter that no decision changes: energised less reserved; empty for a project's block.
    pub base_power: BTreeMap<Quarter, Watts>,
    /// IT power that the project's delivery brings; nothing for existing halls.
    pub delivered_power: Watts,
    /// Share of heat that facility water takes at the rack; the rest must go to room air.
    pub liquid_share: f64,
    /// Share of the IT power that operators fill.
    pub usable_share: f64,
    /// Power of the site over power of its IT equipment, annual mean.
    pub pue: f64,
    /// Water per IT energy.
    pub wue: LitresPerJoule,
    /// Weakest origin and sources of cooling, PUE and WUE.
    pub provenance: Provenance,
}

impl Block {
    /// IT power in a quarter under the schedules chosen, one of each project.
    ///
    /// A retrofit takes its power from the existing halls of its site; they never fall below nothing.
    pub fn power<'a>(
        &self,
        quarter: Quarter,
        chosen: impl IntoIterator<Item = (&'a str, &'a Schedule)>,
    ) -> Watts {
        let mut power = self.base_power.get(&quarter).copied().unwrap_or(Watts::ZERO);
        for (site, schedule) in chosen {
            if schedule.delivers.as_ref().is_some_and(|delivered| delivered.block == self.id) {
                power += schedule.delivered_by(quarter);
            }
            if self.source == BlockSource::Existing && site == self.site {
                power -= schedule.removed_by(quarter);
            }
        }
        power.max(Watts::ZERO)
    }

    /// IT power that may be filled, of a power that is energised.
    pub fn usable(&self, power: Watts) -> Watts {
        power * self.usable_share
    }

    /// Heat that its room air can carry away, of a power that is energised.
    ///
    /// Halls with air or air-assisted cooling carry all of it. Halls on facility water have air handlers for
    /// the part that water does not take, so air-cooled machines can fill only that part of them.
    pub fn air_capacity(&self, power: Watts) -> Watts {
        power * (1.0 - self.liquid_share)
    }

    /// Power that the site draws for a draw of the IT equipment: `it × PUE`.
    ///
    /// ```
    /// # use quarterdeck_catalog::{Catalog, Climate, Cooling};
    /// # use quarterdeck_facility::site::Block;
    /// # use quarterdeck_units::Watts;
    /// let catalog = Catalog::builtin();
    /// let block = Block::example(Cooling::Air, Climate::ColdDry, Watts::kilowatts(12.0), &catalog).unwrap();
    /// let facility = block.facility_power(Watts::megawatts(100.0));
    /// assert!((facility.as_megawatts() - 109.0).abs() < 1e-6); // PUE 1.09
    /// ```
    pub fn facility_power(&self, it_draw: Watts) -> Watts {
        it_draw * self.pue
    }

    /// A block of a cooling kind in a climate that belongs to no site, for design questions and examples.
    ///
    /// # Errors
    /// When the catalogue lacks PUE or WUE of the pair.
    pub fn example(
        cooling: Cooling,
        climate: Climate,
        rack_density_max: Watts,
        catalog: &Catalog,
    ) -> Result<Block, FacilityError> {
        let hall = Hall { site: "example", cooling, rack_density_max };
        block("example", hall, BlockSource::Existing, climate, catalog)
    }
}

/// A site with its blocks and what its energy costs and emits.
#[derive(Clone, PartialEq, Debug)]
pub struct SiteEnvelope {
    /// Site id.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Climate class.
    pub climate: Climate,
    /// Whether it exists only once a project builds it.
    pub is_new: bool,
    /// Existing halls first, then those that projects may bring.
    pub blocks: Vec<Block>,
    /// Price of electricity, in dollars of the scenario's year.
    pub electricity: UsdPerJoule,
    /// Emissions of its grid.
    pub grid_carbon: GramsPerJoule,
    /// Highest temperature of supply water that its machines get.
    pub supply_water: Option<Celsius>,
    /// Weakest origin and sources of price and emissions where the catalogue gave them.
    pub provenance: Provenance,
}

impl SiteEnvelope {
    /// A block by key.
    pub fn block(&self, id: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.id == id)
    }

    /// The halls that stand at the start.
    pub fn existing(&self) -> Option<&Block> {
        self.blocks.iter().find(|block| block.source == BlockSource::Existing)
    }
}

/// Region whose price of electricity and grid emissions stand in where a scenario gives none.
pub const FALLBACK_REGION: &str = "us-average";

/// Every site of a scenario, those that projects would build included, in order of the file.
///
/// PUE and WUE come from the catalogue by cooling kind and climate. A site without a price of electricity has
/// the scenario's, else the United States average, brought to the scenario's price year; a site without grid
/// emissions has that region's too, and the provenance says so.
///
/// # Errors
/// All sites that can not be described, each with the fact or name that is missing.
pub fn site_envelopes(
    scenario: &Scenario,
    catalog: &Catalog,
) -> Result<Vec<SiteEnvelope>, Vec<FacilityError>> {
    let mut envelopes = Vec::new();
    let mut errors = Vec::new();
    let mut keep = |found: Result<SiteEnvelope, FacilityError>| match found {
        Ok(envelope) => envelopes.push(envelope),
        Err(error) => errors.push(error),
    };
    for site in &scenario.sites {
        let projects: Vec<&Project> = scenario.projects.iter().filter(|p| p.site == site.id).collect();
        keep(existing_site(site, &projects, scenario, catalog));
    }
    let mut new_sites: BTreeMap<&str, Vec<&Project>> = BTreeMap::new();
    for project in &scenario.projects {
        if scenario.sites.iter().all(|site| site.id != project.site) {
            new_sites.entry(&project.site).or_default().push(project);
        }
    }
    for (site, projects) in new_sites {
        keep(new_site(site, &projects, scenario, catalog));
    }
    if errors.is_empty() { Ok(envelopes) } else { Err(errors) }
}

fn existing_site(
    site: &Site,
    projects: &[&Project],
    scenario: &Scenario,
    catalog: &Catalog,
) -> Result<SiteEnvelope, FacilityError> {
    let climate = parse_climate(&site.id, &site.climate)?;
    let hall = Hall { site: &site.id, cooling: site.cooling, rack_density_max: site.rack_density_max };
    let mut halls = block(&site.id, hall, BlockSource::Existing, climate, catalog)?;
    halls.racks_max = site.racks_max.map(|count| count.0);
    for quarter in scenario.horizon.quarters() {
        let energised = site.it_power.at(quarter).unwrap_or(Watts::ZERO);
        let reserved = site.reserved.at(quarter).unwrap_or(Watts::ZERO);
        halls.base_power.insert(quarter, (energised - reserved).max(Watts::ZERO));
    }
    let mut blocks = vec![halls];
    add_project_blocks(&mut blocks, projects, climate, catalog)?;
    let mut envelope = SiteEnvelope {
        id: site.id.clone(),
        title: site.title.clone(),
        climate,
        is_new: false,
        blocks,
        electricity: UsdPerJoule::ZERO,
        grid_carbon: GramsPerJoule::ZERO,
        supply_water: site.supply_water,
        provenance: Provenance::none(),
    };
    energy_of(&mut envelope, site.electricity, site.grid_carbon, scenario, catalog)?;
    Ok(envelope)
}

fn new_site(
    site: &str,
    projects: &[&Project],
    scenario: &Scenario,
    catalog: &Catalog,
) -> Result<SiteEnvelope, FacilityError> {
    let given = projects.iter().find_map(|project| project.climate.as_deref());
    let climate = match (given, projects.first()) {
        (Some(given), _) => parse_climate(site, given)?,
        (None, first) => {
            let project = first.map_or_else(String::new, |project| project.id.clone());
            return Err(FacilityError::NoClimate { site: site.to_owned(), project });
        }
    };
    let mut blocks = Vec::new();
    add_project_blocks(&mut blocks, projects, climate, catalog)?;
    let title = projects.first().map_or(site, |project| project.title.as_str());
    let mut envelope = SiteEnvelope {
        id: site.to_owned(),
        title: title.to_owned(),
        climate,
        is_new: true,
        blocks,
        electricity: UsdPerJoule::ZERO,
        grid_carbon: GramsPerJoule::ZERO,
        supply_water: None,
        provenance: Provenance::none(),
    };
    energy_of(&mut envelope, None, None, scenario, catalog)?;
    Ok(envelope)
}

fn parse_climate(site: &str, given: &str) -> Result<Climate, FacilityError> {
    given.parse().map_err(|message| FacilityError::Climate {
        site: site.to_owned(),
        given: given.to_owned(),
        message,
    })
}

/// Price and emissions of a site's energy: its own, the scenario's, or those of the fallback region.
fn energy_of(
    envelope: &mut SiteEnvelope,
    electricity: Option<UsdPerJoule>,
    carbon: Option<GramsPerJoule>,
    scenario: &Scenario,
    catalog: &Catalog,
) -> Result<(), FacilityError> {
    let fallback = || {
        let missing = quarterdeck_catalog::MissingFact::new("catalog/regions.toml", "region.us-average");
        catalog.regions.get(FALLBACK_REGION).ok_or(FacilityError::Missing(missing))
    };
    envelope.electricity = match electricity.or(scenario.costs.electricity) {
        Some(price) => price,
        None => {
            let prices = Prices::new(&catalog.money, scenario.horizon.price_year);
            prices.of(&fallback()?.electricity, &mut envelope.provenance)?
        }
    };
    envelope.grid_carbon = match carbon {
        Some(carbon) => carbon,
        None => {
            let carbon = &fallback()?.carbon;
            envelope.provenance.absorb_fact(carbon);
            carbon.value
        }
    };
    Ok(())
}

/// What distinguishes the halls of one block.
struct Hall<'a> {
    site: &'a str,
    cooling: Cooling,
    rack_density_max: Watts,
}

impl<'a> Hall<'a> {
    fn of(site: &'a str, delivery: &Delivery) -> Self {
        Self { site, cooling: delivery.cooling, rack_density_max: delivery.rack_density_max }
    }
}

fn add_project_blocks(
    blocks: &mut Vec<Block>,
    projects: &[&Project],
    climate: Climate,
    catalog: &Catalog,
) -> Result<(), FacilityError> {
    for project in projects {
        let mut add = |id: &str, delivery: &Delivery, redesigned| {
            let source = BlockSource::Project { project: project.id.clone(), redesigned };
            let mut found = block(id, Hall::of(&project.site, delivery), source, climate, catalog)?;
            found.delivered_power = delivery.it_power;
            blocks.push(found);
            Ok::<(), FacilityError>(())
        };
        add(&project.id, &project.adds, false)?;
        if let Some(redesign) = &project.redesign {
            add(&redesigned_block(&project.id), &redesign.adds, true)?;
        }
    }
    Ok(())
}

fn block(
    id: &str,
    hall: Hall<'_>,
    source: BlockSource,
    climate: Climate,
    catalog: &Catalog,
) -> Result<Block, FacilityError> {
    let facility = &catalog.facility;
    let kind = facility.hall(hall.cooling)?;
    let pue = facility.pue(hall.cooling, climate)?;
    let wue = facility.wue(hall.cooling, climate)?;
    let usable = &facility.power_chain.usable_share;
    let mut provenance = Provenance::none();
    provenance.absorb_fact(pue);
    provenance.absorb_fact(wue);
    provenance.absorb_fact(usable);
    provenance.absorb_fact(&kind.liquid_share);
    Ok(Block {
        id: id.to_owned(),
        site: hall.site.to_owned(),
        source,
        cooling: hall.cooling,
        rack_density_max: hall.rack_density_max,
        racks_max: None,
        base_power: BTreeMap::new(),
        delivered_power: Watts::ZERO,
        liquid_share: kind.liquid_share.value,
        usable_share: usable.value,
        pue: pue.value,
        wue: wue.value,
        provenance,
    })
}
