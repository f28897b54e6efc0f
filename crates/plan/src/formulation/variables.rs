//! The columns of the model and the decision that each stands for.

use super::{binary, continuous};
use crate::outcome::Pool;
use crate::problem::{
    OfferIdx, PlaceIdx, PlatformIdx, PortingIdx, Problem, ProgrammeIdx, ProjectIdx, QuarterIdx, SiteIdx,
    WorkloadIdx,
};
use crate::solver::{Column, Kind, Model};
use quarterdeck_units::Watts;
use std::collections::BTreeMap;

/// How mature the software of a workload on a family of machines is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// The full rate.
    Full,
    /// The lower rate of the first quarters after porting.
    Ramp,
}

/// Which allocation a column stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AllocationKey {
    /// The workload.
    pub workload: WorkloadIdx,
    /// The kind of machine.
    pub platform: PlatformIdx,
    /// Own or rented.
    pub pool: Pool,
    /// The site, for a workload that needs one and own machines.
    pub site: Option<SiteIdx>,
    /// Maturity of the software.
    pub stage: Stage,
    /// The quarter.
    pub quarter: QuarterIdx,
}

/// Columns by decision.
#[derive(Debug, Default)]
pub struct Variables {
    /// Platforms in one lot, by platform: the unit of its columns.
    pub lot: Vec<f64>,
    /// Lots ordered, by offer, place and quarter of the order.
    pub buy: BTreeMap<(OfferIdx, PlaceIdx, QuarterIdx), Column>,
    /// Lots in service.
    pub fleet: BTreeMap<(PlatformIdx, PlaceIdx, QuarterIdx), Column>,
    /// Lots taken out of service.
    pub retire: BTreeMap<(PlatformIdx, PlaceIdx, QuarterIdx), Column>,
    /// Lots newly rented.
    pub rent: BTreeMap<(usize, QuarterIdx), Column>,
    /// Share of peak demand served.
    pub share: BTreeMap<AllocationKey, Column>,
    /// Share of peak demand not served.
    pub unserved: BTreeMap<(WorkloadIdx, QuarterIdx), Column>,
    /// Whether a one-site workload runs on this platform at this site (none: rented).
    pub runs_at: BTreeMap<(WorkloadIdx, PlatformIdx, Option<SiteIdx>), Column>,
    /// Whether a project goes by this schedule.
    pub project: BTreeMap<(ProjectIdx, usize), Column>,
    /// Whether a programme goes by this schedule.
    pub programme: BTreeMap<(ProgrammeIdx, usize), Column>,
    /// Whether a porting starts in this quarter.
    pub port: BTreeMap<(PortingIdx, QuarterIdx), Column>,
    /// Megawatts above the envelope.
    pub power_slack: BTreeMap<(PlaceIdx, QuarterIdx), Column>,
    /// Racks above the space.
    pub rack_slack: BTreeMap<(PlaceIdx, QuarterIdx), Column>,
    /// 10^6 USD above the budget.
    pub overspend: BTreeMap<QuarterIdx, Column>,
    /// Lots below (first) and above (second) what history holds, by index of the pin.
    pub pin_slack: BTreeMap<usize, (Column, Column)>,
}

/// A power of ten of platforms that draws about a megawatt; single ones where orders come whole.
fn lot_size(problem: &Problem, platform: PlatformIdx) -> f64 {
    let whole = problem.offers.iter().any(|offer| offer.platform == platform && offer.whole)
        || problem.rentals.iter().any(|rental| rental.platform == platform && rental.whole);
    let draw = problem
        .placements
        .iter()
        .filter(|placement| placement.platform == platform)
        .map(|placement| placement.provisioned_power)
        .fold(Watts::ZERO, Watts::max);
    if whole || !draw.is_positive() {
        return 1.0;
    }
    let mut lot = 1.0;
    while draw * (lot * 10.0) <= Watts::megawatts(3.0) {
        lot *= 10.0;
    }
    lot
}

impl Variables {
    /// Adds every column of the model; costs come later.
    pub fn new(problem: &Problem, model: &mut Model) -> Variables {
        let mut variables = Variables {
            lot: (0..problem.platforms.len()).map(|platform| lot_size(problem, platform)).collect(),
            ..Variables::default()
        };
        variables.machines(problem, model);
        variables.work(problem, model);
        variables.choices(problem, model);
        variables.slacks(problem, model);
        variables
    }

    fn machines(&mut self, problem: &Problem, model: &mut Model) {
        let quarters = problem.quarters.len();
        for placement in &problem.placements {
            let (platform, place) = (placement.platform, placement.place);
            let names = (&problem.platforms[platform].id, &problem.places[place].id);
            for quarter in 0..quarters {
                let suffix = format!("{}.{}.{}", names.0, names.1, problem.quarters[quarter]);
                let fleet = continuous(model, format!("fleet.{suffix}"), f64::INFINITY);
                let retire = continuous(model, format!("retire.{suffix}"), f64::INFINITY);
                self.fleet.insert((platform, place, quarter), fleet);
                self.retire.insert((platform, place, quarter), retire);
            }
            for (index, offer) in
                problem.offers.iter().enumerate().filter(|(_, offer)| offer.platform == platform)
            {
                for quarter in 0..quarters {
                    let arrives = quarter + offer.lead_time.0.max(0) as usize;
                    // What would arrive after the last quarter serves nobody within the horizon.
                    if arrives >= quarters || offer.supply[quarter] <= 0.0 {
                        continue;
                    }
                    let name = format!("buy.{}.{}.{}", offer.id, names.1, problem.quarters[quarter]);
                    let most = offer.supply[quarter] / self.lot[platform];
                    let kind = if offer.whole { Kind::Integer } else { Kind::Continuous };
                    let column = model.add_column(name, 0.0, most, 0.0, kind);
                    self.buy.insert((index, place, quarter), column);
                }
            }
        }
        for (index, rental) in problem.rentals.iter().enumerate() {
            for quarter in 0..quarters {
                if rental.supply[quarter] > 0.0 {
                    let name = format!("rent.{}.{}", rental.id, problem.quarters[quarter]);
                    let most = rental.supply[quarter] / self.lot[rental.platform];
                    let kind = if rental.whole { Kind::Integer } else { Kind::Continuous };
                    self.rent.insert((index, quarter), model.add_column(name, 0.0, most, 0.0, kind));
                }
            }
        }
    }

    fn work(&mut self, problem: &Problem, model: &mut Model) {
        for (index, workload) in problem.workloads.iter().enumerate() {
            for (quarter, demand) in workload.peak_demand.iter().enumerate() {
                if *demand > 0.0 {
                    let name = format!("unserved.{}.{}", workload.id, problem.quarters[quarter]);
                    self.unserved.insert((index, quarter), continuous(model, name, 1.0));
                }
            }
            for (platform, rates) in &workload.rates {
                let family = &problem.platforms[*platform].family;
                let native = workload.runs_on.contains(family);
                let ported = problem
                    .portings
                    .iter()
                    .any(|porting| porting.workload == index && porting.family == *family);
                if !native && !ported {
                    continue;
                }
                let ramp = problem.portings.iter().any(|porting| {
                    porting.workload == index && porting.family == *family && porting.ramp.0 > 0 && !native
                });
                for (pool, site) in self.pools(problem, *platform, workload.one_site) {
                    let mut used = false;
                    for (quarter, rate) in rates.iter().enumerate() {
                        if workload.peak_demand[quarter] <= 0.0 || rate.per_platform <= 0.0 {
                            continue;
                        }
                        used = true;
                        let stages: &[Stage] = if ramp && !workload.one_site {
                            &[Stage::Full, Stage::Ramp]
                        } else {
                            &[Stage::Full]
                        };
                        for stage in stages {
                            let key = AllocationKey {
                                workload: index,
                                platform: *platform,
                                pool,
                                site,
                                stage: *stage,
                                quarter,
                            };
                            self.share.insert(key, continuous(model, allocation_name(problem, key), 1.0));
                        }
                    }
                    if used && workload.one_site {
                        let place = site.map_or("rented", |site| &problem.sites[site]);
                        let name =
                            format!("runs_at.{}.{}.{place}", workload.id, problem.platforms[*platform].id);
                        self.runs_at.insert((index, *platform, site), binary(model, name));
                    }
                }
            }
        }
    }

    /// Own and rented machines of a platform; own ones by site for a workload that needs one.
    fn pools(
        &self,
        problem: &Problem,
        platform: PlatformIdx,
        one_site: bool,
    ) -> Vec<(Pool, Option<SiteIdx>)> {
        let mut pools = Vec::new();
        let mut sites: Vec<SiteIdx> = problem
            .placements
            .iter()
            .filter(|placement| placement.platform == platform)
            .map(|placement| problem.places[placement.place].site)
            .collect();
        sites.sort_unstable();
        sites.dedup();
        match (one_site, sites.is_empty()) {
            (true, _) => pools.extend(sites.into_iter().map(|site| (Pool::Own, Some(site)))),
            (false, false) => pools.push((Pool::Own, None)),
            (false, true) => {}
        }
        if problem.rentals.iter().any(|rental| rental.platform == platform) {
            pools.push((Pool::Rented, None));
        }
        pools
    }

    fn choices(&mut self, problem: &Problem, model: &mut Model) {
        for (index, project) in problem.projects.iter().enumerate() {
            for (schedule, choice) in project.schedules.iter().enumerate() {
                let name = format!("project.{}.{}", project.id, choice.id);
                self.project.insert((index, schedule), binary(model, name));
            }
        }
        for (index, programme) in problem.programmes.iter().enumerate() {
            for (schedule, choice) in programme.schedules.iter().enumerate() {
                let name = format!("programme.{}.{}", programme.id, choice.id);
                self.programme.insert((index, schedule), binary(model, name));
            }
        }
        for (index, porting) in problem.portings.iter().enumerate() {
            let workload = &problem.workloads[porting.workload].id;
            for quarter in 0..problem.quarters.len() {
                let name = format!("port.{workload}.{}.{}", porting.family, problem.quarters[quarter]);
                self.port.insert((index, quarter), binary(model, name));
            }
        }
    }

    fn slacks(&mut self, problem: &Problem, model: &mut Model) {
        for quarter in 0..problem.quarters.len() {
            let when = problem.quarters[quarter];
            for (index, place) in problem.places.iter().enumerate() {
                let slack = continuous(model, format!("short_power.{}.{when}", place.id), f64::INFINITY);
                self.power_slack.insert((index, quarter), slack);
                if place.racks[quarter].is_finite() {
                    let slack = continuous(model, format!("short_racks.{}.{when}", place.id), f64::INFINITY);
                    self.rack_slack.insert((index, quarter), slack);
                }
            }
            if problem.budget[quarter].is_finite() {
                self.overspend.insert(quarter, continuous(model, format!("overspend.{when}"), f64::INFINITY));
            }
        }
    }

    /// Lots of machines that serve the whole peak demand: the coefficient of a share in a capacity row.
    pub fn lots_for_all(&self, problem: &Problem, key: AllocationKey) -> f64 {
        platforms_for_all(problem, key) / self.lot[key.platform]
    }
}

/// Platforms that serve the whole peak demand of a workload in a quarter.
pub fn platforms_for_all(problem: &Problem, key: AllocationKey) -> f64 {
    let workload = &problem.workloads[key.workload];
    let rate = workload.rates[&key.platform][key.quarter].per_platform;
    let share_of_rate = match key.stage {
        Stage::Full => 1.0,
        Stage::Ramp => ramp_rate(problem, key.workload, key.platform),
    };
    workload.peak_demand[key.quarter] / (rate * share_of_rate)
}

fn ramp_rate(problem: &Problem, workload: WorkloadIdx, platform: PlatformIdx) -> f64 {
    let family = &problem.platforms[platform].family;
    problem
        .portings
        .iter()
        .find(|porting| porting.workload == workload && porting.family == *family)
        .map_or(1.0, |porting| porting.ramp_rate)
}

fn allocation_name(problem: &Problem, key: AllocationKey) -> String {
    let mut name = format!(
        "share.{}.{}.{}",
        problem.workloads[key.workload].id, problem.platforms[key.platform].id, problem.quarters[key.quarter]
    );
    if key.pool == Pool::Rented {
        name.push_str(".rented");
    }
    if let Some(site) = key.site {
        name.push('.');
        name.push_str(&problem.sites[site]);
    }
    if key.stage == Stage::Ramp {
        name.push_str(".ramp");
    }
    name
}
