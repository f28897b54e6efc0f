//! What each fleet and site carries in a quarter, and what binds: the state of a run read at one date.

use crate::plan::PlanRun;
use quarterdeck_performance::{CannotRun, Outcome};
use quarterdeck_plan::ledger::{self, Prices};
use quarterdeck_plan::{Pool, Problem};
use quarterdeck_report::assess::{Assessment, FleetState, SiteState, WorkloadState};
use quarterdeck_report::number;
use quarterdeck_scenario::Scenario;
use quarterdeck_units::{Quarter, Seconds, Usd, Watts};
use std::collections::BTreeMap;

/// Share of an envelope from which it counts as full.
const FULL: f64 = 0.97;

/// The state of a run in a quarter; `None` if the quarter lies outside the horizon.
pub fn assess(
    scenario: &Scenario,
    scenario_file: &str,
    run: &PlanRun,
    quarter: Quarter,
) -> Option<Assessment> {
    let at = run.problem.quarters.iter().position(|planned| *planned == quarter)?;
    let reader = Reader { run, problem: &run.problem, at, quarter };
    Some(Assessment {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        scenario_file: scenario_file.to_owned(),
        quarter,
        fleets: reader.fleets(),
        workloads: reader.workloads(),
        sites: reader.sites(),
        binds: reader.binds(),
        ways_out: reader.ways_out(),
    })
}

struct Reader<'a> {
    run: &'a PlanRun,
    problem: &'a Problem,
    at: usize,
    quarter: Quarter,
}

impl Reader<'_> {
    fn in_service(&self, platform: usize) -> f64 {
        let fleets = self.run.plan.fleet.iter().filter(|((of, _), _)| *of == platform);
        fleets.map(|(_, fleet)| fleet[self.at]).sum()
    }

    /// Own platforms given to each workload.
    fn given(&self, platform: usize) -> Vec<(usize, f64)> {
        let own = self
            .run
            .plan
            .allocation
            .iter()
            .filter(|((_, of, pool), _)| *of == platform && *pool == Pool::Own);
        own.map(|((workload, _, _), counts)| (*workload, counts[self.at]))
            .filter(|(_, count)| *count > 0.0)
            .collect()
    }

    fn fleets(&self) -> Vec<FleetState> {
        let mut states = Vec::new();
        for ((platform, place), fleet) in &self.run.plan.fleet {
            let count = fleet[self.at];
            if count < 0.5 {
                continue;
            }
            let facts = &self.problem.platforms[*platform];
            let all = self.in_service(*platform);
            let usable = all * facts.available.0;
            let given = self.given(*platform);
            let busy: f64 = given.iter().map(|(_, count)| count).sum();
            let share = |count: f64| if usable > 0.0 { count / usable } else { 0.0 };
            let power = ledger::placement(self.problem, *platform, *place)
                .map_or(Watts::ZERO, |placement| placement.provisioned_power);
            states.push(FleetState {
                platform: facts.id.clone(),
                title: facts.title.clone(),
                site: self.problem.places[*place].title.clone(),
                platforms: count,
                devices: count * facts.devices,
                it_power: power * count,
                carries: given
                    .iter()
                    .map(|(workload, count)| (self.problem.workloads[*workload].title.clone(), share(*count)))
                    .collect(),
                utilisation: share(busy).min(1.0),
            });
        }
        states
    }

    fn workloads(&self) -> Vec<WorkloadState> {
        let prices = Prices::of(self.problem);
        let mut states = Vec::new();
        for (index, facts) in self.problem.workloads.iter().enumerate() {
            let demand = facts.peak_demand[self.at];
            if demand <= 0.0 {
                continue;
            }
            let served = self.run.plan.served.iter().filter(|((workload, _), _)| *workload == index);
            let served: f64 = served.map(|(_, served)| served[self.at]).sum();
            states.push(WorkloadState {
                id: facts.id.clone(),
                title: facts.title.clone(),
                unit: facts.unit,
                demand,
                capacity: served + self.idle_capacity(index),
                binding: self.binding(index),
                cost_per_unit: self.cost_per_unit(index, served, &prices),
            });
        }
        states
    }

    /// What machines that nobody uses now could do for a workload that runs on them.
    fn idle_capacity(&self, workload: usize) -> f64 {
        let facts = &self.problem.workloads[workload];
        facts
            .rates
            .iter()
            .filter(|(platform, _)| self.runs_on(workload, **platform))
            .map(|(platform, rates)| {
                let usable = self.in_service(*platform) * self.problem.platforms[*platform].available.0;
                let busy: f64 = self.given(*platform).iter().map(|(_, count)| count).sum();
                (usable - busy).max(0.0) * rates[self.at].per_platform
            })
            .sum()
    }

    fn runs_on(&self, workload: usize, platform: usize) -> bool {
        let family = &self.problem.platforms[platform].family;
        let ported = self.problem.portings.iter().enumerate().any(|(index, porting)| {
            porting.workload == workload
                && porting.family == *family
                && self
                    .run
                    .plan
                    .portings
                    .get(&index)
                    .copied()
                    .flatten()
                    .is_some_and(|start| start + porting.effort.0.max(0) as usize <= self.at)
        });
        self.problem.workloads[workload].runs_on.contains(family) || ported
    }

    /// What stops one more unit: the binding resource of the platform that serves most of it.
    fn binding(&self, workload: usize) -> String {
        let served = self.run.plan.served.iter().filter(|((of, _), _)| *of == workload);
        let main =
            served.max_by(|a, b| a.1[self.at].total_cmp(&b.1[self.at])).filter(|(_, s)| s[self.at] > 0.0);
        let Some(((_, platform), _)) = main else {
            return self.cannot(workload).unwrap_or_else(|| "no machine that it runs on".to_owned());
        };
        let platform = &self.problem.platforms[*platform].id;
        let id = &self.problem.workloads[workload].id;
        match self.run.fits.get(id, platform, self.quarter) {
            Some(Outcome::Runs(fit)) => format!("{} on {platform}", fit.binds),
            _ => format!("on {platform}"),
        }
    }

    fn cannot(&self, workload: usize) -> Option<String> {
        let id = &self.problem.workloads[workload].id;
        self.problem.platforms.iter().enumerate().filter(|(index, _)| self.in_service(*index) > 0.5).find_map(
            |(_, platform)| match self.run.fits.get(id, &platform.id, self.quarter) {
                Some(Outcome::CannotRun(CannotRun { reason, .. })) => Some(reason.to_string()),
                _ => None,
            },
        )
    }

    /// Upkeep and energy of the machines that serve it, for a unit of work; machines are paid for already.
    fn cost_per_unit(&self, workload: usize, served: f64, prices: &Prices) -> Option<Usd> {
        let facts = &self.problem.workloads[workload];
        let quarter = Seconds::quarters(1.0).as_seconds();
        let work = served * facts.mean_over_peak * quarter;
        if work <= 0.0 {
            return None;
        }
        let mut cost = Usd::ZERO;
        for ((of, platform, pool), counts) in &self.run.plan.allocation {
            if *of != workload || *pool == Pool::Rented {
                continue;
            }
            let count = counts[self.at] / self.problem.platforms[*platform].available.0;
            let all = self.in_service(*platform);
            for ((_, place), fleet) in self.run.plan.fleet.iter().filter(|((of, _), _)| of == platform) {
                let upkeep = prices.upkeep(self.problem, *platform, *place);
                if all > 0.0 {
                    cost += (upkeep.energy + upkeep.maintenance) * (count * fleet[self.at] / all);
                }
            }
            cost += prices.work(self.problem, workload, *platform, self.at) * counts[self.at];
        }
        Some(cost / work)
    }

    fn sites(&self) -> Vec<SiteState> {
        let mut states = Vec::new();
        for (index, place) in self.problem.places.iter().enumerate() {
            let power = self.run.plan.power[&index][self.at];
            if !power.envelope.is_positive() && !power.provisioned.is_positive() {
                continue;
            }
            let racks: f64 = self
                .run
                .plan
                .fleet
                .iter()
                .filter(|((_, at), _)| *at == index)
                .filter_map(|((platform, _), fleet)| {
                    ledger::placement(self.problem, *platform, index)
                        .map(|placement| placement.racks * fleet[self.at])
                })
                .sum();
            let limit = place.racks[self.at];
            let by_power = power.provisioned / power.envelope;
            let by_space = if limit.is_finite() { racks / limit } else { 0.0 };
            let binds = match () {
                () if by_space > by_power && by_space >= FULL => "space",
                () if by_power >= FULL => "power",
                () => "nothing",
            };
            states.push(SiteState {
                id: place.id.clone(),
                title: place.title.clone(),
                cooling: place.cooling.clone(),
                envelope: power.envelope,
                used: power.provisioned,
                racks,
                racks_max: limit.is_finite().then_some(limit),
                binds: binds.to_owned(),
            });
        }
        states
    }

    fn binds(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (index, place) in self.problem.places.iter().enumerate() {
            let power = self.run.plan.power[&index][self.at];
            if power.envelope.is_positive() && power.provisioned / power.envelope >= FULL {
                sentences.push(format!(
                    "Power at {}: {} of {} reserved.",
                    place.title,
                    number::power(power.provisioned.as_watts()),
                    number::power(power.envelope.as_watts())
                ));
            }
        }
        for (platform, facts) in self.problem.platforms.iter().enumerate() {
            let usable = self.in_service(platform) * facts.available.0;
            let busy: f64 = self.given(platform).iter().map(|(_, count)| count).sum();
            if usable > 0.5 && busy / usable >= FULL {
                sentences.push(format!("{}: all {} in use.", facts.title, number::count(usable)));
            }
        }
        sentences.extend(self.old_families());
        sentences
    }

    /// Workloads that could run better on machines they are not ported to.
    fn old_families(&self) -> Vec<String> {
        let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for porting in &self.problem.portings {
            let workload = &self.problem.workloads[porting.workload];
            let short =
                self.run.plan.unserved.get(&porting.workload).is_some_and(|short| short[self.at] > 0.0);
            let there = (0..self.problem.platforms.len()).any(|platform| {
                self.problem.platforms[platform].family == porting.family && self.in_service(platform) > 0.5
            });
            let runs = (0..self.problem.platforms.len()).any(|platform| {
                self.problem.platforms[platform].family == porting.family
                    && self.runs_on(porting.workload, platform)
            });
            if there && !runs && short {
                waiting.entry(&porting.family).or_default().push(&workload.title);
            }
        }
        waiting
            .into_iter()
            .map(|(family, workloads)| {
                format!("Software: {} not ported to {family} yet.", workloads.join(", "))
            })
            .collect()
    }

    /// Whether a limit is one that the fleet of this quarter meets: a place with power, a machine in service, an
    /// offer on sale.
    fn is_there(&self, family: &str, subject: &str) -> bool {
        let problem = self.problem;
        match family {
            "power" => problem.places.iter().enumerate().any(|(index, place)| {
                place.id == subject && self.run.plan.power[&index][self.at].envelope.is_positive()
            }),
            "supply" => problem.offers.iter().any(|offer| offer.id == subject && offer.supply[self.at] > 0.0),
            "capacity" => (0..problem.platforms.len())
                .any(|platform| problem.platforms[platform].id == subject && self.in_service(platform) > 0.5),
            family => family == "budget",
        }
    }

    /// Limits by what one more unit is worth in this quarter, the dearest first.
    fn ways_out(&self) -> Vec<String> {
        let mut values: Vec<_> = self
            .run
            .plan
            .duals
            .iter()
            .filter(|dual| dual.quarter == Some(self.at) && dual.value > 1e3)
            .filter(|dual| self.is_there(dual.family, &dual.subject))
            .collect();
        values.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.subject.cmp(&b.subject)));
        let words = |family: &str, subject: &str| match family {
            "power" => format!("one more MW at {subject}"),
            "supply" => format!("one more order allotted of {subject}"),
            "capacity" => format!("one more {subject} in service"),
            _ => "10^6 USD more of budget".to_owned(),
        };
        values
            .iter()
            .take(6)
            .map(|dual| {
                format!("{} would save {}.", words(dual.family, &dual.subject), number::usd(dual.value))
            })
            .collect()
    }
}
