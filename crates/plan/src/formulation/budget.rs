//! Family `budget`: capital spending of a quarter within its limit, with a priced excess.
//!
//! $$ \sum_{o,l} (P_o + N_{p,l})\, b_{o,l,q-\text{lead}} + \sum_{j,k} C_{j,k,q}\, x_{j,k} + \text{committed}_q
//!    \le B_q + \text{overspend}_q $$
//!
//! Machines and their network are paid on delivery. Dual: worth of a dollar of budget now.

use super::Formulation;
use crate::problem::Problem;
use crate::solver::{Column, RowBounds};
use crate::{CostClass, ledger};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for quarter in 0..problem.quarters.len() {
        let Some(overspend) = formulation.variables.overspend.get(&quarter).copied() else { continue };
        let mut terms: Vec<(Column, f64)> = vec![(overspend, -1.0)];
        for ((offer, place, ordered), column) in &formulation.variables.buy {
            let facts = &problem.offers[*offer];
            if ordered + facts.lead_time.0.max(0) as usize != quarter {
                continue;
            }
            let lot = formulation.variables.lot[facts.platform];
            let unit = ledger::delivered_cost(problem, *offer, *place, *ordered);
            terms.push((*column, (unit.machine + unit.network).as_millions() * lot));
        }
        for ((project, schedule), column) in &formulation.variables.project {
            let cash: f64 = problem.projects[*project].schedules[*schedule]
                .cash
                .iter()
                .filter(|(class, _)| ledger::is_capex(**class))
                .map(|(_, cash)| cash[quarter].as_millions())
                .sum();
            if cash != 0.0 {
                terms.push((*column, cash));
            }
        }
        let committed: f64 = problem
            .committed
            .iter()
            .filter(|(class, _): &(&CostClass, _)| ledger::is_capex(**class))
            .map(|(_, cash)| cash[quarter].as_millions())
            .sum();
        let name = format!("budget.{}", problem.quarters[quarter]);
        let bound = RowBounds::AtMost(problem.budget[quarter].as_millions() - committed);
        let row = formulation.row(name, bound, terms);
        formulation.limit(row, "budget", "capex", Some(quarter), (1e6, "10^6 USD"));
    }
}
