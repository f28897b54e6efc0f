//! Checks a plan against the problem from its decisions alone, without the formulation: flows of machines,
//! supply, space, power, demand and choices. What it finds is a fault of the formulation or of the solver.

use crate::ledger;
use crate::outcome::{Plan, Pool};
use crate::problem::{Problem, QuarterIdx};

/// Relative tolerance of a limit.
const TOLERANCE: f64 = 1e-5;

/// A limit that the decisions break beyond what the plan itself declares as short.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The limit in words.
    pub limit: String,
    /// By how much, in the limit's unit.
    pub excess: f64,
}

/// Everything in a plan that its own problem does not allow.
pub fn verify(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut check = |limit: String, used: f64, allowed: f64| {
        let excess = used - allowed;
        if excess > TOLERANCE * allowed.abs().max(1.0) {
            found.push(Violation { limit, excess });
        }
    };
    let declared = |family: &str, subject: &str, quarter: QuarterIdx| -> f64 {
        plan.shortfalls
            .iter()
            .filter(|short| {
                short.family == family && short.subject == subject && short.quarter == Some(quarter)
            })
            .map(|short| short.amount)
            .sum()
    };
    for (quarter, when) in problem.quarters.iter().enumerate() {
        for (index, offer) in problem.offers.iter().enumerate() {
            let ordered: f64 = plan
                .orders
                .iter()
                .filter(|order| order.offer == index && order.quarter == quarter)
                .map(|order| order.count)
                .sum();
            let shipped = offer.programme.is_none_or(|programme| {
                plan.programmes.get(&programme).is_some_and(|schedule| {
                    problem.programmes[programme].schedules[*schedule]
                        .ships
                        .is_some_and(|ships| ships <= quarter)
                })
            });
            check(
                format!("supply of {} in {when}", offer.id),
                ordered,
                if shipped { offer.supply[quarter] } else { 0.0 },
            );
        }
        for ((platform, place), fleet) in &plan.fleet {
            let placement = ledger::placement(problem, *platform, *place);
            let life = problem.platforms[*platform].life.0.max(1) as usize;
            let arrived = |after: Option<usize>| -> f64 {
                plan.orders
                    .iter()
                    .filter(|order| {
                        problem.offers[order.offer].platform == *platform
                            && order.place == *place
                            && order.in_service <= quarter
                            && after.is_none_or(|after| order.in_service > after)
                    })
                    .map(|order| order.count)
                    .sum()
            };
            let installed: f64 = placement.map_or(0.0, |placement| {
                let alive = placement.installed.iter().filter(|(_, end)| end.is_none_or(|end| end > quarter));
                alive.map(|(count, _)| count).sum()
            });
            let name = &problem.platforms[*platform].id;
            check(
                format!("{name} at {} in {when} beyond what arrived and lives", problem.places[*place].id),
                fleet[quarter],
                arrived(quarter.checked_sub(life)) + installed,
            );
        }
        for (index, facts) in problem.platforms.iter().enumerate() {
            for pool in [Pool::Own, Pool::Rented] {
                let used: f64 = plan
                    .allocation
                    .iter()
                    .filter(|((_, platform, of), _)| *platform == index && *of == pool)
                    .map(|(_, counts)| counts[quarter])
                    .sum();
                let there: f64 = match pool {
                    Pool::Own => {
                        let fleets = plan.fleet.iter().filter(|((platform, _), _)| *platform == index);
                        fleets.map(|(_, fleet)| fleet[quarter]).sum::<f64>() * facts.available.0
                    }
                    Pool::Rented => plan.rented.get(&index).map_or(0.0, |counts| counts[quarter]),
                };
                check(format!("work on {} ({pool:?}) in {when}", facts.id), used, there);
            }
        }
        for (index, place) in problem.places.iter().enumerate() {
            let power = plan.power[&index][quarter];
            let short = declared("power", &place.id, quarter);
            check(
                format!("power at {} in {when}, MW", place.id),
                power.provisioned.as_megawatts(),
                power.envelope.as_megawatts() + short,
            );
        }
        for (index, workload) in problem.workloads.iter().enumerate() {
            let served: f64 = plan
                .served
                .iter()
                .filter(|((of, _), _)| *of == index)
                .map(|(_, served)| served[quarter])
                .sum();
            let short = plan.unserved.get(&index).map_or(0.0, |short| short[quarter]);
            let peak = workload.peak_demand[quarter];
            if peak > 0.0 {
                check(format!("demand of {} in {when}", workload.id), 1.0, (served + short) / peak);
            }
        }
        if problem.budget[quarter].is_finite() {
            let capex: f64 = plan
                .ledger
                .iter()
                .filter(|line| line.kind == crate::LedgerKind::Capex && line.quarter == quarter)
                .map(|line| line.amount.as_millions())
                .sum();
            let allowed = problem.budget[quarter].as_millions() + declared("budget", "capex", quarter);
            check(format!("capital budget of {when}, 10^6 USD"), capex, allowed);
        }
    }
    for index in 0..problem.projects.len() {
        check(
            format!("one schedule of {}", problem.projects[index].id),
            1.0,
            if plan.projects.contains_key(&index) { 1.0 } else { 0.0 },
        );
    }
    found
}
