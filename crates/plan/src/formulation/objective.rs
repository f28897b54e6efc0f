//! The objective: discounted cash, minus the value left at the horizon, plus priced shortfalls, in 10^6 USD.
//!
//! $$ \min \sum_q d_q \left( \text{capex}_q + \text{opex}_q + \text{unserved}_q + \text{penalties}_q \right)
//!    - d_{\text{end}}\, \text{residual} $$
//!
//! Each price comes from the functions of `ledger`, which also add up the plan's bill from its decisions; that the
//! two sums agree is tested.

use super::variables::platforms_for_all;
use super::{Formulation, Pool};
use crate::ledger::{self, Prices};
use crate::problem::Problem;
use crate::solver::Column;
use std::collections::BTreeMap;

pub(super) fn price(problem: &Problem, formulation: &mut Formulation) {
    let prices = Prices::of(problem);
    let mut costs: BTreeMap<Column, f64> = BTreeMap::new();
    let mut add = |column: Column, millions: f64| *costs.entry(column).or_insert(0.0) += millions;
    let variables = &formulation.variables;
    let discount = &problem.discount;
    let last = problem.quarters.len() - 1;

    for ((offer, place, ordered), column) in &variables.buy {
        let facts = &problem.offers[*offer];
        let lot = variables.lot[facts.platform];
        let arrives = ordered + facts.lead_time.0.max(0) as usize;
        let unit = ledger::delivered_cost(problem, *offer, *place, *ordered);
        add(*column, (unit.machine + unit.network).as_millions() * lot * discount[arrives]);
        let left = ledger::residual_share(problem, facts.platform, arrives);
        add(*column, -(unit.machine + unit.network).as_millions() * lot * left * discount[last]);
    }
    for ((platform, place, quarter), column) in &variables.fleet {
        let lot = variables.lot[*platform];
        let upkeep = prices.upkeep(problem, *platform, *place);
        add(*column, (upkeep.energy + upkeep.maintenance).as_millions() * lot * discount[*quarter]);
    }
    for ((rental, begun), column) in &variables.rent {
        let facts = &problem.rentals[*rental];
        let lot = variables.lot[facts.platform];
        for quarter in ledger::rental_quarters(problem, *rental, *begun) {
            add(*column, facts.price[*begun].as_millions() * lot * discount[quarter]);
        }
    }
    for (key, column) in &variables.share {
        if key.pool == Pool::Own {
            let platforms = platforms_for_all(problem, *key);
            let energy = prices.work(problem, key.workload, key.platform, key.quarter);
            add(*column, energy.as_millions() * platforms * discount[key.quarter]);
        }
    }
    for ((workload, quarter), column) in &variables.unserved {
        let all = ledger::value_of_demand(problem, *workload, *quarter);
        add(*column, all.as_millions() * discount[*quarter]);
    }
    for ((project, schedule), column) in &variables.project {
        let facts = &problem.projects[*project].schedules[*schedule];
        for cash in facts.cash.values() {
            for (quarter, amount) in cash.iter().enumerate() {
                add(*column, amount.as_millions() * discount[quarter]);
            }
        }
        add(*column, -facts.residual.as_millions() * discount[last]);
    }
    for ((programme, schedule), column) in &variables.programme {
        for cash in problem.programmes[*programme].schedules[*schedule].cash.values() {
            for (quarter, amount) in cash.iter().enumerate() {
                add(*column, amount.as_millions() * discount[quarter]);
            }
        }
    }
    for ((porting, start), column) in &variables.port {
        for (quarter, amount) in ledger::porting_cash(problem, *porting, *start) {
            add(*column, amount.as_millions() * discount[quarter]);
        }
    }
    let penalties = &problem.penalties;
    for ((_, quarter), column) in &variables.power_slack {
        add(*column, penalties.power_per_watt * discount[*quarter]);
    }
    for ((_, quarter), column) in &variables.rack_slack {
        add(*column, penalties.rack / 1e6 * discount[*quarter]);
    }
    for (quarter, column) in &variables.overspend {
        add(*column, penalties.overspend * discount[*quarter]);
    }
    for (below, above) in variables.pin_slack.values() {
        for column in [below, above] {
            add(*column, penalties.history_per_platform * 1000.0 / 1e6);
        }
    }
    let committed: f64 = problem
        .committed
        .values()
        .flat_map(|cash| cash.iter().zip(discount))
        .map(|(amount, discount)| amount.as_millions() * discount)
        .sum();
    formulation.model.add_offset(committed);
    for (column, cost) in costs {
        formulation.model.set_cost(column, cost);
    }
}
