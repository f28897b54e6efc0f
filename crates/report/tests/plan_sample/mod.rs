//! A made-up company with two runs of one scenario: what it did, and what would have been best. The plans are put
//! together by a simple rule (oldest machines first, dearest work first), not by a solver; every sum is therefore
//! known here and can be held against what the report says.

#![allow(dead_code)]

mod problem;
mod scenario;

use std::collections::BTreeMap;

use quarterdeck_plan::ledger::{self, placement};
use quarterdeck_plan::problem::{PlaceIdx, PlatformIdx, Problem, QuarterIdx};
use quarterdeck_plan::{LimitValue, Order, Plan, Pool, PowerUse, Shortfall, SolveRecord};
use quarterdeck_report::SourceRef;
use quarterdeck_report::plan::{Computed, Context, Run, assumptions, judge};
use quarterdeck_scenario::Scenario;
use quarterdeck_units::{Usd, Watts};

pub use problem::{ADS, HIGH_DESERT, MIDWEST, TEMPLE_NEW, best_problem, history_problem};
pub use scenario::{SCENARIO_TEXT, scenario};

/// Number of quarters.
pub const N: usize = 24;

/// A scenario with both runs.
pub struct Sample {
    pub scenario: Scenario,
    pub best_problem: Problem,
    pub best: Plan,
    pub history_problem: Problem,
    pub history: Plan,
}

/// An order: offer, place, quarter, platforms.
pub type Bought = (usize, PlaceIdx, QuarterIdx, f64);

pub fn sample() -> Sample {
    let best_problem = best_problem();
    let history_problem = history_problem();
    let best = plan(&best_problem, &BEST, [0, 1, 1, 0], [Some(1), Some(2), Some(6)], 1);
    let history = plan(&history_problem, &HISTORY, [2, 2, 2, 2], [Some(6), Some(7), None], 2);
    Sample { scenario: scenario(), best_problem, best, history_problem, history }
}

/// CPU, A100, H100, GB200, own chip: offers 0 to 4. Places 0 high-desert, 1 midwest, 2 temple (air), 3 temple
/// (liquid), 4 new design.
const BEST: [Bought; 17] = [
    (1, MIDWEST, 0, 400.0),
    (1, MIDWEST, 1, 400.0),
    (1, HIGH_DESERT, 2, 800.0),
    (1, MIDWEST, 4, 1_200.0),
    (1, HIGH_DESERT, 6, 1_500.0),
    (2, MIDWEST, 6, 2_500.0),
    (2, HIGH_DESERT, 7, 3_000.0),
    (2, MIDWEST, 8, 2_500.0),
    (2, TEMPLE_NEW, 9, 5_000.0),
    (2, TEMPLE_NEW, 11, 3_500.0),
    (4, HIGH_DESERT, 12, 2_000.0),
    (4, MIDWEST, 14, 2_500.0),
    (3, TEMPLE_NEW, 14, 300.0),
    (3, 4, 15, 200.0),
    (3, 4, 16, 300.0),
    (3, 4, 18, 400.0),
    (3, 4, 20, 500.0),
];

const HISTORY: [Bought; 11] = [
    (0, MIDWEST, 1, 60_000.0),
    (0, HIGH_DESERT, 3, 50_000.0),
    (1, MIDWEST, 3, 800.0),
    (1, MIDWEST, 6, 2_500.0),
    (2, MIDWEST, 6, 2_500.0),
    (2, HIGH_DESERT, 8, 7_000.0),
    (2, TEMPLE_NEW, 12, 9_000.0),
    (2, MIDWEST, 14, 3_000.0),
    (3, TEMPLE_NEW, 15, 600.0),
    (3, 4, 17, 900.0),
    (3, 4, 19, 1_200.0),
];

/// A plan with purchases of the caller's own: an offer, a place, a quarter and a count each.
pub fn plan_with(problem: &Problem, bought: &[Bought]) -> Plan {
    plan(problem, bought, [0, 1, 1, 0], [Some(1), None, Some(6)], 0)
}

/// A plan from its purchases, the schedules of its projects, the starts of its portings and the fate of its chip.
fn plan(
    problem: &Problem,
    bought: &[Bought],
    projects: [usize; 4],
    portings: [Option<usize>; 3],
    programme: usize,
) -> Plan {
    let mut plan = Plan { name: problem.name.clone(), ..Plan::default() };
    for (offer, place, quarter, count) in bought {
        let in_service = quarter + problem.offers[*offer].lead_time.0 as usize;
        plan.orders.push(Order {
            offer: *offer,
            place: *place,
            quarter: *quarter,
            in_service,
            count: *count,
        });
    }
    plan.projects = projects.into_iter().enumerate().collect();
    plan.portings = portings.into_iter().enumerate().collect();
    plan.programmes = BTreeMap::from([(0, programme)]);
    stand(problem, &mut plan);
    work(problem, &mut plan);
    draw(problem, &mut plan);
    limits(problem, &mut plan);
    plan.ledger = ledger::bill(problem, &plan);
    let cost = plan.present_cost();
    plan.solve = SolveRecord {
        status: "optimal within the gap".to_owned(),
        stopped_early: false,
        objective: cost,
        bound: cost * 0.9991,
        gap: 0.0009,
        columns: 14_210,
        integers: 312,
        rows: 9_876,
        coefficients: 61_000,
        nodes: 41,
        largest_violation: 3e-10,
        progress: vec![
            (0.4, None, cost.as_dollars() * 0.93),
            (1.1, Some(cost.as_dollars() * 1.02), cost.as_dollars() * 0.985),
            (3.9, Some(cost.as_dollars()), cost.as_dollars() * 0.9991),
        ],
    };
    plan
}

/// Machines in service: those at the start until their end of life, those bought from their arrival on.
fn stand(problem: &Problem, plan: &mut Plan) {
    for placement in &problem.placements {
        for (count, end) in &placement.installed {
            let fleet =
                plan.fleet.entry((placement.platform, placement.place)).or_insert_with(|| vec![0.0; N]);
            fleet[..end.unwrap_or(N)].iter_mut().for_each(|sum| *sum += count);
        }
    }
    for order in &plan.orders {
        let platform = problem.offers[order.offer].platform;
        let life = problem.platforms[platform].life.0 as usize;
        let fleet = plan.fleet.entry((platform, order.place)).or_insert_with(|| vec![0.0; N]);
        fleet[order.in_service.min(N)..(order.in_service + life).min(N)]
            .iter_mut()
            .for_each(|sum| *sum += order.count);
    }
}

/// Work is served in the order of its price, on the newest machines first.
fn work(problem: &Problem, plan: &mut Plan) {
    let mut order: Vec<usize> = (0..problem.workloads.len()).collect();
    order.sort_by(|a, b| {
        let worth = |w: usize| ledger::value_of_demand(problem, w, N - 1).as_dollars();
        worth(*b).total_cmp(&worth(*a))
    });
    for quarter in 0..N {
        let mut free: BTreeMap<PlatformIdx, f64> = BTreeMap::new();
        for ((platform, _), fleet) in &plan.fleet {
            *free.entry(*platform).or_default() += fleet[quarter] * problem.platforms[*platform].available.0;
        }
        for workload in &order {
            let facts = &problem.workloads[*workload];
            let mut left = facts.peak_demand[quarter];
            if left <= 0.0 {
                continue;
            }
            for platform in (0..problem.platforms.len()).rev() {
                let Some(rates) = facts.rates.get(&platform) else { continue };
                let rate = rates[quarter].per_platform;
                if rate <= 0.0 || !is_ported(problem, plan, *workload, platform, quarter) {
                    continue;
                }
                let given = (left / rate).min(free.get(&platform).copied().unwrap_or(0.0));
                if given <= 0.0 {
                    continue;
                }
                *free.entry(platform).or_default() -= given;
                left = if given * rate >= left * (1.0 - 1e-12) { 0.0 } else { left - given * rate };
                let row = |map: &mut BTreeMap<_, Vec<f64>>, key, amount: f64| {
                    map.entry(key).or_insert_with(|| vec![0.0; N])[quarter] += amount;
                };
                plan.allocation.entry((*workload, platform, Pool::Own)).or_insert_with(|| vec![0.0; N])
                    [quarter] += given;
                row(&mut plan.served, (*workload, platform), given * rate);
            }
            if left > 0.0 {
                plan.unserved.entry(*workload).or_insert_with(|| vec![0.0; N])[quarter] = left;
            }
        }
    }
}

fn is_ported(
    problem: &Problem,
    plan: &Plan,
    workload: usize,
    platform: PlatformIdx,
    quarter: QuarterIdx,
) -> bool {
    let family = &problem.platforms[platform].family;
    let facts = &problem.workloads[workload];
    facts.runs_on.contains(family)
        || problem.portings.iter().enumerate().any(|(index, porting)| {
            porting.workload == workload
                && porting.family == *family
                && plan.portings[&index].is_some_and(|start| start + porting.effort.0 as usize <= quarter)
        })
}

fn draw(problem: &Problem, plan: &mut Plan) {
    for (index, place) in problem.places.iter().enumerate() {
        let mut uses = vec![PowerUse::default(); N];
        for (quarter, power) in uses.iter_mut().enumerate() {
            power.envelope = place.it_power[quarter];
            for (project, schedule) in &plan.projects {
                let schedule = &problem.projects[*project].schedules[*schedule];
                for (_, watts) in schedule.adds.iter().filter(|(at, _)| *at == index) {
                    power.envelope += watts[quarter];
                }
            }
            for ((platform, at), fleet) in plan.fleet.iter().filter(|((_, at), _)| *at == index) {
                let each =
                    placement(problem, *platform, *at).map_or(Watts::ZERO, |found| found.provisioned_power);
                power.provisioned += each * fleet[quarter];
                power.drawn += each * (fleet[quarter] * 0.72);
            }
        }
        plan.power.insert(index, uses);
    }
}

/// Where a limit is passed it is short; where it is nearly full it has a worth.
fn limits(problem: &Problem, plan: &mut Plan) {
    for (place, uses) in &plan.power {
        for (quarter, power) in uses.iter().enumerate() {
            let over = (power.provisioned - power.envelope).as_megawatts();
            let subject = problem.places[*place].id.clone();
            if over > 1e-6 {
                plan.shortfalls.push(Shortfall {
                    family: "power",
                    subject: subject.clone(),
                    quarter: Some(quarter),
                    amount: over,
                    unit: "MW",
                });
            }
            if power.envelope.as_watts() > 0.0 && power.provisioned / power.envelope > 0.97 {
                plan.duals.push(LimitValue {
                    family: "power",
                    subject,
                    quarter: Some(quarter),
                    value: 310_000.0,
                    unit: "MW",
                });
            }
        }
    }
    for quarter in [6, 7, 8] {
        let subject = problem.offers[2].id.clone();
        plan.duals.push(LimitValue {
            family: "supply",
            subject,
            quarter: Some(quarter),
            value: 190_000.0,
            unit: "platform",
        });
    }
    plan.duals.push(LimitValue {
        family: "serve",
        subject: problem.workloads[ADS].id.clone(),
        quarter: Some(8),
        value: -2.5e6,
        unit: "1 % of demand",
    });
}

impl Sample {
    pub fn best(&self) -> Run<'_> {
        Run { label: "best plan", problem: &self.best_problem, plan: &self.best }
    }

    pub fn history(&self) -> Run<'_> {
        Run { label: "as it happened", problem: &self.history_problem, plan: &self.history }
    }

    pub fn context(&self) -> Context<'_> {
        let network = BTreeMap::from([(
            "network".to_owned(),
            Computed {
                value: 27.4,
                how: "one server in place of 24 of the old ones at equal power, with eight 400 Gbit/s ports for \
                      accelerators beside its own where the old one had 25 Gbit/s"
                    .to_owned(),
            },
        )]);
        let quarters = self.history_problem.quarters.clone();
        let published = self.history.cash(quarterdeck_plan::LedgerKind::Capex, N);
        // As published: what the history run spends, but 8 % less at first and 15 % more at last.
        let published_capex = quarters
            .into_iter()
            .zip(published)
            .enumerate()
            .take(21)
            .map(|(n, (quarter, amount))| {
                (quarter, Usd::dollars(amount.as_dollars() * (0.92 + 0.011 * n as f64)))
            })
            .collect();
        Context {
            scenario: &self.scenario,
            scenario_file: "scenarios/sample/scenario.toml",
            scenario_text: SCENARIO_TEXT,
            run_folder: None,
            version: "0.1.0",
            seed: 7,
            catalog_hash: "3f9a21c07be4",
            assumptions: assumptions(&self.scenario),
            sources: vec![SourceRef {
                id: "sample-paper".to_owned(),
                title: "A made-up publication".to_owned(),
                publisher: Some("Nobody".to_owned()),
                url: None,
                date: Some("2023-04".to_owned()),
            }],
            judgements: judge(&self.scenario, &self.history(), &network),
            designs: Vec::new(),
            published_capex,
        }
    }
}
