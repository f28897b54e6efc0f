//! Turns the solver's values back into decisions.

use crate::formulation::{Formulation, Stage, platforms_for_all};
use crate::ledger;
use crate::outcome::{Order, Plan, Pool, PowerUse, RentalStart, Shortfall};
use crate::problem::{PlatformIdx, Problem, QuarterIdx};
use crate::solver::Column;
use quarterdeck_units::Watts;

/// Below this a count of lots, a share or a megawatt is the solver's rounding, not a decision.
const NOTHING: f64 = 1e-7;

/// Decisions of a plan from the values of the columns.
pub fn extract(problem: &Problem, formulation: &Formulation, values: &[f64]) -> Plan {
    let reader = Reader { problem, formulation, values };
    let mut plan = Plan { name: problem.name.clone(), ..Plan::default() };
    reader.machines(&mut plan);
    reader.work(&mut plan);
    reader.choices(&mut plan);
    reader.shortfalls(&mut plan);
    reader.power(&mut plan);
    plan.ledger = ledger::bill(problem, &plan);
    plan
}

struct Reader<'a> {
    problem: &'a Problem,
    formulation: &'a Formulation,
    values: &'a [f64],
}

impl Reader<'_> {
    fn value(&self, column: Column) -> f64 {
        let value = self.values[column.index()];
        if value.abs() < NOTHING { 0.0 } else { value }
    }

    fn platforms(&self, platform: PlatformIdx, column: Column) -> f64 {
        self.value(column) * self.formulation.variables.lot[platform]
    }

    fn quarters(&self) -> usize {
        self.problem.quarters.len()
    }

    fn machines(&self, plan: &mut Plan) {
        let variables = &self.formulation.variables;
        for ((offer, place, quarter), column) in &variables.buy {
            let facts = &self.problem.offers[*offer];
            let count = self.platforms(facts.platform, *column);
            if count > 0.0 {
                let in_service = quarter + facts.lead_time.0.max(0) as usize;
                plan.orders.push(Order {
                    offer: *offer,
                    place: *place,
                    quarter: *quarter,
                    in_service,
                    count,
                });
            }
        }
        for ((platform, place, quarter), column) in &variables.fleet {
            let count = self.platforms(*platform, *column);
            plan.fleet.entry((*platform, *place)).or_insert_with(|| vec![0.0; self.quarters()])[*quarter] =
                count;
        }
        for ((platform, place, quarter), column) in &variables.retire {
            let count = self.platforms(*platform, *column);
            plan.retired.entry((*platform, *place)).or_insert_with(|| vec![0.0; self.quarters()])[*quarter] =
                count;
        }
        for ((rental, begun), column) in &variables.rent {
            let platform = self.problem.rentals[*rental].platform;
            let count = self.platforms(platform, *column);
            if count > 0.0 {
                plan.rentals.push(RentalStart { rental: *rental, quarter: *begun, count });
                for quarter in ledger::rental_quarters(self.problem, *rental, *begun) {
                    plan.rented.entry(platform).or_insert_with(|| vec![0.0; self.quarters()])[quarter] +=
                        count;
                }
            }
        }
        plan.fleet.retain(|_, counts| counts.iter().any(|count| *count > 0.0));
        plan.retired.retain(|_, counts| counts.iter().any(|count| *count > 0.0));
    }

    fn work(&self, plan: &mut Plan) {
        let variables = &self.formulation.variables;
        for (key, column) in &variables.share {
            let share = self.value(*column);
            if share <= 0.0 {
                continue;
            }
            let peak = self.problem.workloads[key.workload].peak_demand[key.quarter];
            let counts = plan
                .allocation
                .entry((key.workload, key.platform, key.pool))
                .or_insert_with(|| vec![0.0; self.quarters()]);
            counts[key.quarter] += share * platforms_for_all(self.problem, *key);
            let served =
                plan.served.entry((key.workload, key.platform)).or_insert_with(|| vec![0.0; self.quarters()]);
            served[key.quarter] += share * peak;
            debug_assert!(key.stage == Stage::Full || !self.problem.workloads[key.workload].one_site);
        }
        for ((workload, quarter), column) in &variables.unserved {
            let short = self.value(*column) * self.problem.workloads[*workload].peak_demand[*quarter];
            if short > 0.0 {
                plan.unserved.entry(*workload).or_insert_with(|| vec![0.0; self.quarters()])[*quarter] =
                    short;
            }
        }
        for ((workload, platform, site), column) in &variables.runs_at {
            if self.value(*column) > 0.5
                && let Some(site) = site
            {
                plan.gang_site.insert(*workload, (*platform, *site));
            }
        }
    }

    fn choices(&self, plan: &mut Plan) {
        let variables = &self.formulation.variables;
        for ((project, schedule), column) in &variables.project {
            if self.value(*column) > 0.5 {
                plan.projects.insert(*project, *schedule);
            }
        }
        for ((programme, schedule), column) in &variables.programme {
            if self.value(*column) > 0.5 {
                plan.programmes.insert(*programme, *schedule);
            }
        }
        for (index, _) in self.problem.portings.iter().enumerate() {
            let start =
                (0..self.quarters()).find(|quarter| self.value(variables.port[&(index, *quarter)]) > 0.5);
            plan.portings.insert(index, start);
        }
    }

    fn shortfalls(&self, plan: &mut Plan) {
        let variables = &self.formulation.variables;
        let mut add = |family, subject: &str, quarter: Option<QuarterIdx>, amount: f64, unit| {
            if amount > 0.0 {
                plan.shortfalls.push(Shortfall {
                    family,
                    subject: subject.to_owned(),
                    quarter,
                    amount,
                    unit,
                });
            }
        };
        for ((place, quarter), column) in &variables.power_slack {
            add("power", &self.problem.places[*place].id, Some(*quarter), self.value(*column), "MW");
        }
        for ((place, quarter), column) in &variables.rack_slack {
            add("racks", &self.problem.places[*place].id, Some(*quarter), self.value(*column), "racks");
        }
        for (quarter, column) in &variables.overspend {
            add("budget", "capex", Some(*quarter), self.value(*column), "10^6 USD");
        }
        for (pin, (below, above)) in &variables.pin_slack {
            let amount = (self.value(*below) + self.value(*above)) * 1000.0;
            add("history", &ledger::pin_label(&self.problem.pins[*pin]), None, amount, "platforms");
        }
    }

    fn power(&self, plan: &mut Plan) {
        let busy = |platform: PlatformIdx, quarter: QuarterIdx| -> Watts {
            let problem = self.problem;
            let above_idle = |workload: usize, count: f64| {
                let facts = &problem.workloads[workload];
                let power = facts.rates[&platform][quarter].power - problem.platforms[platform].idle_power;
                power.max(Watts::ZERO) * (count * facts.mean_over_peak)
            };
            plan.allocation
                .iter()
                .filter(|((_, of, pool), _)| *of == platform && *pool == Pool::Own)
                .map(|((workload, _, _), counts)| above_idle(*workload, counts[quarter]))
                .sum()
        };
        for (index, place) in self.problem.places.iter().enumerate() {
            let mut uses = vec![PowerUse::default(); self.quarters()];
            for (quarter, power) in uses.iter_mut().enumerate() {
                power.envelope = place.it_power[quarter];
                for (project, schedule) in &plan.projects {
                    let schedule = &self.problem.projects[*project].schedules[*schedule];
                    for (_, watts) in schedule.adds.iter().filter(|(at, _)| *at == index) {
                        power.envelope += watts[quarter];
                    }
                    for (_, watts) in schedule.removes.iter().filter(|(at, _)| *at == index) {
                        power.envelope -= watts[quarter];
                    }
                }
                for ((platform, _), fleet) in plan.fleet.iter().filter(|((_, at), _)| *at == index) {
                    let count = fleet[quarter];
                    let all: f64 = plan
                        .fleet
                        .iter()
                        .filter(|((of, _), _)| of == platform)
                        .map(|(_, fleet)| fleet[quarter])
                        .sum();
                    if let Some(placement) = ledger::placement(self.problem, *platform, index) {
                        power.provisioned += placement.provisioned_power * count;
                    }
                    power.drawn += self.problem.platforms[*platform].idle_power * count;
                    if all > 0.0 {
                        power.drawn += busy(*platform, quarter) * (count / all);
                    }
                }
            }
            plan.power.insert(index, uses);
        }
    }
}
