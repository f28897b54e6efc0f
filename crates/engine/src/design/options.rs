//! Every plant that could cool the platform at the place: what it comes to, or why it can not.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use quarterdeck_catalog::{Catalog, Cooling, FloorKind, Provenance};
use quarterdeck_facility::cooling::{ChoiceQuestion, CoolingDesign, Unsuitable, choose};
use quarterdeck_facility::hall::{HallPlan, HallRequest, Switching, hall_plan};
use quarterdeck_facility::network::PlatformNetwork;
use quarterdeck_facility::site::Block;
use quarterdeck_facility::{FacilityError, Misfit, Prices, annuity};
use quarterdeck_report::design as report;
use quarterdeck_units::{Joules, Seconds, Usd, Watts};

use super::cost::{self, Building};
use super::power::{Load, PlantYear};
use super::question::{DesignQuestion, DesignSize};
use super::{networks, power};
use crate::train::TrainFault;

/// One plant with its halls.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Key of the plant.
    pub design: String,
    pub title: String,
    pub cooling: Cooling,
    pub block: Block,
    pub platforms: u64,
    pub network: PlatformNetwork,
    pub plan: HallPlan,
    pub building: Building,
    /// What the plant costs above the cheapest of its kind.
    pub plant_extra: Usd,
    pub load: Load,
    pub plant: PlantYear,
    /// Halls and plant at equal yearly payments, upkeep, electricity and water: a year, for one platform.
    pub yearly: Usd,
    pub provenance: Provenance,
}

/// All plants.
pub(super) struct Options {
    /// Those that work, cheapest first.
    works: Vec<Candidate>,
    /// Those that do not, with their hall kind and reason.
    refused: Vec<(String, Cooling, String)>,
    /// Kinds of halls that could not hold the platform.
    misfits: Vec<Misfit>,
    /// The nearest plant that works where the ones asked for do not.
    nearest: Option<String>,
}

/// What does not depend on the plant.
struct Common {
    platforms: u64,
    network: PlatformNetwork,
    load: Load,
}

/// Halls of one kind of cooling for the platforms.
type Halls = Result<(Block, HallPlan, Building), Misfit>;

/// Every plant of the catalogue that was not ruled out, cheapest first.
pub(super) fn compare(catalog: &Catalog, question: &DesignQuestion) -> Result<Options, Vec<TrainFault>> {
    let one = |fault: TrainFault| vec![fault];
    let lacks = |error: FacilityError| one(TrainFault::new(error.to_string(), "add it to the catalogue"));
    let prices = Prices::new(&catalog.money, question.price_year());
    let common = common(catalog, question, &prices).map_err(one)?;
    let mut provenance = Provenance::analytical();
    let electricity = power::electricity(catalog, question, &mut provenance).map_err(one)?;
    let choice = choose(
        &ChoiceQuestion {
            platform: &question.platform,
            it_power: common.load.nameplate(),
            draw_share: common.load.drawn() / common.load.nameplate(),
            weather: &question.weather,
            chain: None,
            redundancy: question.redundancy,
            electricity,
            prices: &prices,
        },
        catalog,
    )
    .map_err(lacks)?;
    let kind_of = |design: &str| {
        catalog.cooling.design.get(design).map_or(question.platform.cooling.kind, |record| record.hall)
    };
    let wanted = |design: &str| {
        question.plant.as_deref().is_none_or(|only| only == design)
            && question.cooling.is_none_or(|only| only == kind_of(design))
    };
    let mut halls: BTreeMap<Cooling, Halls> = BTreeMap::new();
    let (mut works, mut refused, mut misfits) = (Vec::new(), Vec::new(), Vec::new());
    let cheapest = |kind: Cooling| {
        let same = choice.ranked.iter().filter(|other| kind_of(&other.design) == kind);
        same.map(|other| other.plant_cost).reduce(Usd::min).unwrap_or(Usd::ZERO)
    };
    for ranked in choice.ranked.iter().filter(|ranked| wanted(&ranked.design)) {
        let cooling = kind_of(&ranked.design);
        let found = match halls.entry(cooling) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                place.insert(halls_of(catalog, question, cooling, &common).map_err(lacks)?)
            }
        };
        let (block, plan, building) = match found {
            Ok(found) => found,
            Err(misfit) => {
                refused.push((ranked.design.clone(), cooling, misfit.to_string()));
                if !misfits.contains(misfit) {
                    misfits.push(misfit.clone());
                }
                continue;
            }
        };
        let design = CoolingDesign::of(&ranked.design, catalog).map_err(lacks)?;
        let plant = power::plant_year(catalog, question, &design, &common.load).map_err(lacks)?;
        let plant_extra = ranked.plant_cost - cheapest(cooling);
        let energy: Joules = plant.mean.energy.facility();
        let water = ranked.annual_cost.water;
        let yearly =
            yearly(catalog, question, building.typical(), plant_extra) + electricity * energy + water;
        let mut known = provenance.clone().merge(&ranked.provenance);
        for part in
            [&common.network.provenance, &plan.provenance, &plant.chain.provenance, &design.provenance]
        {
            known.absorb(part);
        }
        works.push(Candidate {
            design: ranked.design.clone(),
            title: ranked.title.clone(),
            cooling,
            block: block.clone(),
            platforms: common.platforms,
            network: common.network.clone(),
            plan: plan.clone(),
            building: building.clone(),
            plant_extra,
            load: common.load.clone(),
            plant,
            yearly: yearly / common.platforms.max(1) as f64,
            provenance: known,
        });
    }
    works.sort_by(|one, other| one.yearly.total_cmp(&other.yearly));
    let tell = |no: &Unsuitable| (no.design.clone(), kind_of(&no.design), reason(no));
    refused.extend(choice.rejected.iter().filter(|no| wanted(&no.design)).map(tell));
    let nearest = choice.best().map(|best| best.design.clone());
    Ok(Options { works, refused, misfits, nearest })
}

/// The reason without the names that stand beside it.
fn reason(no: &Unsuitable) -> String {
    let text = Unsuitable { nearest: None, ..no.clone() }.to_string();
    let text = text.split_once(": ").map_or(text.as_str(), |(_, reason)| reason);
    text.split("; no design of the catalogue works").next().unwrap_or(text).to_owned()
}

impl Options {
    pub(super) fn chosen(&self) -> Option<&Candidate> {
        self.works.first()
    }

    /// Others that work, cheapest first.
    pub(super) fn others(&self) -> &[Candidate] {
        self.works.get(1..).unwrap_or_default()
    }

    pub(super) fn told(&self) -> Vec<report::CoolingOption> {
        let works = self.works.iter().enumerate().map(|(at, found)| report::CoolingOption {
            design: found.design.clone(),
            kind: found.cooling.to_string(),
            chosen: at == 0,
            outcome: Ok(report::CoolingOutcome {
                platforms: found.platforms as f64,
                racks: found.plan.racks.total() as f64,
                pue: found.plant.mean.pue,
                wue: found.plant.mean.wue,
                chiller_share: f64::from(found.plant.mean.hours.mechanical) / 8760.0,
                peak: found.plant.peak.facility(),
                build: found.building.typical() + found.plant_extra,
                yearly_per_platform: found.yearly,
            }),
        });
        let refused = self.refused.iter().map(|(design, kind, reason)| report::CoolingOption {
            design: design.clone(),
            kind: kind.to_string(),
            chosen: false,
            outcome: Err(reason.clone()),
        });
        works.chain(refused).collect()
    }

    /// Why nothing works, with the flags that would.
    pub(super) fn misfit(&self, question: &DesignQuestion) -> report::Misfit {
        let mut instead = Vec::new();
        let mut add = |change: String, flags: String| {
            let new = report::Instead { change, flags };
            if !instead.contains(&new) {
                instead.push(new);
            }
        };
        for misfit in &self.misfits {
            match misfit {
                Misfit::RackDensity { needs, .. } => {
                    let kilowatts = needs.as_kilowatts().ceil();
                    add(format!("racks of {kilowatts:.0} kW"), format!("--rack-density '{kilowatts:.0} kW'"));
                }
                Misfit::Cooling { needs, .. } => {
                    add(format!("halls with {needs} cooling"), format!("--cooling {needs}"));
                }
                _ => {}
            }
        }
        let limited = question.cooling.is_some() || question.plant.is_some();
        if let Some(nearest) = self.nearest.as_ref().filter(|_| limited) {
            add(format!("the cheapest plant that cools it, {nearest}"), format!("--cooling {nearest}"));
        }
        let first = self.misfits.first().map(ToString::to_string);
        let first = first.or_else(|| {
            self.refused
                .first()
                .map(|(design, _, reason)| format!("`{design}`, as every plant asked for: {reason}"))
        });
        report::Misfit {
            reason: first.unwrap_or_else(|| "no plant of the catalogue is left to choose from".to_owned()),
            instead,
            options: self.told(),
        }
    }
}

/// Platforms, their network and their load.
fn common(catalog: &Catalog, question: &DesignQuestion, prices: &Prices<'_>) -> Result<Common, TrainFault> {
    let join = |platforms| networks::of_platforms(catalog, question, platforms, prices);
    let platforms = match question.size {
        DesignSize::Platforms(count) => count,
        DesignSize::ItPower(power) => largest(question, power, &join)?,
    };
    let network = join(platforms)?;
    let mut provenance = Provenance::none();
    let load = power::load(catalog, question, platforms, network.power(), &mut provenance)
        .map_err(|error| TrainFault::new(error.to_string(), "add it to the catalogue"))?;
    Ok(Common { platforms, network, load })
}

/// Halls of a kind of cooling for the platforms.
fn halls_of(
    catalog: &Catalog,
    question: &DesignQuestion,
    cooling: Cooling,
    common: &Common,
) -> Result<Halls, FacilityError> {
    let hall = catalog.facility.hall(cooling)?;
    let density = question.rack_density.or(question.place.rack_density).unwrap_or(hall.rack_power_max.value);
    let mut block = Block::example(cooling, question.place.climate, density, catalog)?;
    block.id = "the hall".to_owned();
    let switching = Switching::of(&common.network);
    let request = HallRequest {
        platform: &question.platform,
        count: common.platforms,
        block: &block,
        floor: FloorKind::Slab,
        hall_power: question.hall_power,
        network: Some(&switching),
    };
    let plan = match hall_plan(&request, catalog) {
        Ok(plan) => plan,
        Err(misfit) => return Ok(Err(misfit)),
    };
    let mut provenance = Provenance::none();
    let building = cost::building(catalog, question, cooling, common.load.nameplate(), &mut provenance)?;
    Ok(Ok((block, plan, building)))
}

/// Most platforms that an IT power feeds with their networks.
fn largest(
    question: &DesignQuestion,
    power: Watts,
    join: &dyn Fn(u64) -> Result<PlatformNetwork, TrainFault>,
) -> Result<u64, TrainFault> {
    let rated = question.platform.power.rated.value;
    let fits = |count: u64| -> Result<bool, TrainFault> {
        Ok(rated * count as f64 + join(count)?.power() <= power * (1.0 + 1e-9))
    };
    let (mut low, mut high) = (0, (power / rated * (1.0 + 1e-9)).floor() as u64 + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle)? { low = middle } else { high = middle }
    }
    if low == 0 {
        let needed = rated + join(1)?.power();
        let id = &question.platform.id;
        return Err(TrainFault::new(
            format!("{power:.1} of IT feed not one `{id}`, which needs {needed:.1} with its network"),
            format!("give `--it-power` of {needed:.1} or more, or a smaller platform"),
        ));
    }
    Ok(low)
}

/// Halls and plant at equal yearly payments over their lives, and the upkeep of halls.
fn yearly(catalog: &Catalog, question: &DesignQuestion, building: Usd, plant_extra: Usd) -> Usd {
    let projects = &catalog.facility.project;
    let year = Seconds::years(1.0);
    let rate = question.discount_rate;
    annuity(building, rate, projects.lifetime.value, year)
        + annuity(plant_extra, rate, catalog.cooling.money.lifetime.value, year)
        + building * projects.upkeep_share.value
}
