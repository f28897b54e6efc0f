//! Families `serve` and `capacity`: demand is served by machines that are there.
//!
//! $$ \sum_{p} s_{w,p,q} + u_{w,q} \ge 1 \qquad
//!    \sum_w \frac{D_{w,q}}{\rho_{w,p,q}}\, s_{w,p,q} \le a_p \sum_l F_{p,l,q} \;(+\ \text{rented}) $$
//!
//! with $s$ the share of the peak demand $D$ served on platform $p$, $u$ the share not served, $\rho$ the work each
//! second of one platform, $a$ the share of the fleet available. Dual of `serve`: marginal cost of one unit of work.
//!
//! Capacity is summed over sites: only fleets are bound to a place (by power), so splitting each allocation by
//! site would change nothing and cost as many columns again for every site. Workloads that must run at one site
//! are the exception, in `one_site`.

use super::{AllocationKey, Formulation, Pool};
use crate::problem::{PlatformIdx, Problem, QuarterIdx};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    let quarters = problem.quarters.len();
    for (index, workload) in problem.workloads.iter().enumerate() {
        for quarter in 0..quarters {
            let Some(unserved) = formulation.variables.unserved.get(&(index, quarter)) else { continue };
            let mut terms = vec![(*unserved, 1.0)];
            terms.extend(shares(formulation, |key| key.workload == index && key.quarter == quarter));
            let name = format!("serve.{}.{}", workload.id, problem.quarters[quarter]);
            let row = formulation.row(name, RowBounds::AtLeast(1.0), terms);
            // Per 1 % of the peak demand of the quarter.
            formulation.limit(row, "serve", &workload.id, Some(quarter), (-1e6 / 100.0, "1 % of demand"));
        }
    }
    for platform in 0..problem.platforms.len() {
        for quarter in 0..quarters {
            for pool in [Pool::Own, Pool::Rented] {
                capacity(problem, formulation, platform, pool, quarter);
            }
        }
    }
}

fn shares(formulation: &Formulation, keep: impl Fn(&AllocationKey) -> bool) -> Vec<(Column, f64)> {
    formulation
        .variables
        .share
        .iter()
        .filter(|(key, _)| keep(key))
        .map(|(_, column)| (*column, 1.0))
        .collect()
}

fn capacity(
    problem: &Problem,
    formulation: &mut Formulation,
    platform: PlatformIdx,
    pool: Pool,
    quarter: QuarterIdx,
) {
    let variables = &formulation.variables;
    let mut terms: Vec<(Column, f64)> = variables
        .share
        .iter()
        .filter(|(key, _)| key.platform == platform && key.pool == pool && key.quarter == quarter)
        .map(|(key, column)| (*column, variables.lots_for_all(problem, *key)))
        .collect();
    if terms.is_empty() {
        return;
    }
    let suffix = match pool {
        Pool::Own => {
            let available = problem.platforms[platform].available.0;
            let fleets =
                variables.fleet.iter().filter(|((of, _, when), _)| *of == platform && *when == quarter);
            terms.extend(fleets.map(|(_, column)| (*column, -available)));
            ""
        }
        Pool::Rented => {
            terms.extend(active_rentals(problem, formulation, platform, quarter));
            ".rented"
        }
    };
    let facts = &problem.platforms[platform];
    let name = format!("capacity.{}{suffix}.{}", facts.id, problem.quarters[quarter]);
    let row = formulation.row(name, RowBounds::AtMost(0.0), terms);
    let lot = formulation.variables.lot[platform];
    formulation.limit(row, "capacity", &facts.id, Some(quarter), (1e6 / lot, "platform"));
}

/// Rentals begun within their term before `quarter`, as capacity.
fn active_rentals(
    problem: &Problem,
    formulation: &Formulation,
    platform: PlatformIdx,
    quarter: QuarterIdx,
) -> Vec<(Column, f64)> {
    formulation
        .variables
        .rent
        .iter()
        .filter(|((rental, begun), _)| {
            let rental = &problem.rentals[*rental];
            rental.platform == platform
                && *begun <= quarter
                && quarter < begun + rental.term.0.max(1) as usize
        })
        .map(|(_, column)| (*column, -1.0))
        .collect()
}
