//! Every way of cooling the platform at the place: what it comes to, or why it can not carry it.

use quarterdeck_catalog::{Catalog, Cooling, FloorKind, Provenance};
use quarterdeck_facility::hall::{HallPlan, HallRequest, Switching, hall_plan};
use quarterdeck_facility::network::PlatformNetwork;
use quarterdeck_facility::site::Block;
use quarterdeck_facility::{Misfit, Prices, annuity};
use quarterdeck_report::design as report;
use quarterdeck_units::{Joules, Seconds, Usd, Watts};

use super::question::{DesignQuestion, DesignSize};
use super::cost::{self, Building};
use super::{networks, power};
use crate::train::TrainFault;

/// One way of cooling that carries the platform.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub cooling: Cooling,
    pub block: Block,
    pub platforms: u64,
    pub network: PlatformNetwork,
    pub plan: HallPlan,
    pub building: Building,
    pub load: power::Load,
    /// Halls at equal yearly payments, upkeep and electricity: a year, for one platform.
    pub yearly: Usd,
    pub provenance: Provenance,
}

/// All ways of cooling.
pub(super) struct Options {
    found: Vec<(Cooling, Result<Candidate, Misfit>)>,
    chosen: Option<usize>,
}

/// Every way of cooling that was not ruled out, with the cheapest that carries most platforms chosen.
pub(super) fn compare(catalog: &Catalog, question: &DesignQuestion) -> Result<Options, Vec<TrainFault>> {
    let kinds = Cooling::ALL.iter().copied();
    let kinds: Vec<Cooling> = kinds.filter(|kind| question.cooling.is_none_or(|only| only == *kind)).collect();
    let mut found = Vec::new();
    for cooling in kinds {
        match candidate(catalog, question, cooling) {
            Ok(outcome) => found.push((cooling, outcome)),
            Err(fault) => return Err(vec![fault]),
        }
    }
    // More platforms first where power is given; a cheaper year among equals.
    let better = |one: &Candidate, other: &Candidate| {
        other.platforms.cmp(&one.platforms).then(one.yearly.total_cmp(&other.yearly))
    };
    let works = found.iter().enumerate().filter_map(|(at, (_, outcome))| Some((at, outcome.as_ref().ok()?)));
    let chosen = works.min_by(|one, other| better(one.1, other.1)).map(|(at, _)| at);
    Ok(Options { found, chosen })
}

impl Candidate {
    /// Rated power of all platforms.
    pub(super) fn machines(&self) -> Watts {
        self.load.machines_rated
    }
}

impl Options {
    pub(super) fn chosen(&self) -> Option<&Candidate> {
        self.found.get(self.chosen?)?.1.as_ref().ok()
    }

    /// Others that carry it, cheapest first.
    pub(super) fn others(&self) -> Vec<&Candidate> {
        let chosen = self.chosen().map(|chosen| chosen.cooling);
        let works = self.found.iter().filter_map(|(_, outcome)| outcome.as_ref().ok());
        let mut others: Vec<&Candidate> = works.filter(|one| Some(one.cooling) != chosen).collect();
        others.sort_by(|one, other| one.yearly.total_cmp(&other.yearly));
        others
    }

    pub(super) fn told(&self) -> Vec<report::CoolingOption> {
        let tell = |(at, (cooling, outcome)): (usize, &(Cooling, Result<Candidate, Misfit>))| report::CoolingOption {
            kind: cooling.to_string(),
            chosen: self.chosen == Some(at),
            outcome: match outcome {
                Err(misfit) => Err(misfit.to_string()),
                Ok(found) => Ok(report::CoolingOutcome {
                    platforms: found.platforms as f64,
                    racks: found.plan.racks.total() as f64,
                    pue: found.load.pue,
                    wue: found.load.wue,
                    peak: found.load.facility_peak(),
                    build: found.building.typical(),
                    yearly_per_platform: found.yearly,
                }),
            },
        };
        self.found.iter().enumerate().map(tell).collect()
    }

    /// Why nothing carries it, with the flags that would.
    pub(super) fn misfit(&self) -> report::Misfit {
        let reasons: Vec<&Misfit> = self.found.iter().filter_map(|(_, outcome)| outcome.as_ref().err()).collect();
        let mut instead = Vec::new();
        let mut add = |change: String, flags: String| {
            let new = report::Instead { change, flags };
            if !instead.contains(&new) {
                instead.push(new);
            }
        };
        for reason in &reasons {
            match reason {
                Misfit::Cooling { needs, .. } => {
                    add(format!("halls with {needs} cooling"), format!("--cooling {needs}"));
                }
                Misfit::RackDensity { needs, .. } => {
                    let kilowatts = needs.as_kilowatts().ceil();
                    add(format!("racks of {kilowatts:.0} kW"), format!("--rack-density '{kilowatts:.0} kW'"));
                }
                _ => {}
            }
        }
        let reason = reasons.last().map_or_else(
            || "no way of cooling was left to choose from".to_owned(),
            |misfit| misfit.to_string(),
        );
        report::Misfit { reason, instead, options: self.told() }
    }
}

/// Halls of a kind of cooling for the platforms that are asked for, or for as many as the power feeds.
fn candidate(
    catalog: &Catalog,
    question: &DesignQuestion,
    cooling: Cooling,
) -> Result<Result<Candidate, Misfit>, TrainFault> {
    let missing = |fact: &dyn std::fmt::Display| TrainFault::new(fact.to_string(), "add it to the catalogue");
    let hall = catalog.facility.hall(cooling).map_err(|fact| missing(&fact))?;
    let density = question.rack_density.or(question.place.rack_density).unwrap_or(hall.rack_power_max.value);
    let mut block =
        Block::example(cooling, question.place.climate, density, catalog).map_err(|fact| missing(&fact))?;
    block.id = "the hall".to_owned();
    let prices = Prices::new(&catalog.money, question.price_year());
    let join = |platforms| networks::of_platforms(catalog, question, platforms, &prices);
    let platforms = match question.size {
        DesignSize::Platforms(count) => count,
        DesignSize::ItPower(power) => largest(question, power, &join)?,
    };
    let network = join(platforms)?;
    let switching = Switching::of(&network);
    let request = HallRequest {
        platform: &question.platform,
        count: platforms,
        block: &block,
        floor: FloorKind::Slab,
        hall_power: question.hall_power,
        network: Some(&switching),
    };
    let plan = match hall_plan(&request, catalog) {
        Ok(plan) => plan,
        Err(misfit) => return Ok(Err(misfit)),
    };
    let mut provenance = Provenance::analytical();
    let nameplate = question.platform.power.rated.value * platforms as f64 + network.power();
    let load = power::load(question, &block, platforms, &network, &mut provenance);
    let building =
        cost::building(catalog, question, cooling, nameplate, &mut provenance).map_err(|fact| missing(&fact))?;
    let yearly = yearly(catalog, question, building.typical(), &load, &mut provenance).map_err(|fact| missing(&fact))?;
    provenance.absorb(&block.provenance);
    provenance.absorb(&network.provenance);
    provenance.absorb(&plan.provenance);
    Ok(Ok(Candidate {
        cooling,
        block,
        platforms,
        network,
        plan,
        building,
        load,
        yearly: yearly / platforms.max(1) as f64,
        provenance,
    }))
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
        return Err(TrainFault::new(
            format!("{power:.1} of IT feed not one `{}`, which needs {needed:.1} with its network", question.platform.id),
            format!("give `--it-power` of {needed:.1} or more, or a smaller platform"),
        ));
    }
    Ok(low)
}

/// Halls at equal yearly payments, upkeep, and electricity.
fn yearly(
    catalog: &Catalog,
    question: &DesignQuestion,
    building: Usd,
    load: &power::Load,
    provenance: &mut Provenance,
) -> Result<Usd, TrainFault> {
    let projects = &catalog.facility.project;
    let year = Seconds::years(1.0);
    provenance.absorb_fact(&projects.lifetime);
    provenance.absorb_fact(&projects.upkeep_share);
    let price = power::electricity(catalog, question, provenance)?;
    let energy: Joules = load.facility_mean() * year;
    Ok(annuity(building, question.discount_rate, projects.lifetime.value, year)
        + building * projects.upkeep_share.value
        + price * energy)
}
