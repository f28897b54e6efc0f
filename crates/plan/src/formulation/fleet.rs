//! Family `arrival` and `end-of-life`: machines come by orders and go by retirement or age.
//!
//! $$ F_{p,l,q} = F_{p,l,q-1} + \sum_{o} b_{o,l,q-\text{lead}} - r_{p,l,q} \qquad
//!    F_{p,l,q} \le \sum_{\text{arrived in the last } L \text{ quarters}} b + \text{installed and alive} $$
//!
//! with $F$ the fleet, $b$ orders, $r$ retirements, $L$ the life in quarters. The second row forces out machines
//! at their end of life without a column for each year of manufacture.
//! Dual of `arrival`: worth of one more machine now.

use super::Formulation;
use crate::problem::{Placement, Problem, QuarterIdx};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for placement in &problem.placements {
        for quarter in 0..problem.quarters.len() {
            arrival(problem, formulation, placement, quarter);
            end_of_life(problem, formulation, placement, quarter);
        }
    }
}

/// Orders that come into service at this place within `(after, until]`.
fn arriving(
    problem: &Problem,
    formulation: &Formulation,
    placement: &Placement,
    after: Option<QuarterIdx>,
    until: QuarterIdx,
) -> Vec<Column> {
    formulation
        .variables
        .buy
        .iter()
        .filter(|((offer, place, ordered), _)| {
            let offer = &problem.offers[*offer];
            let arrives = ordered + offer.lead_time.0.max(0) as usize;
            offer.platform == placement.platform
                && *place == placement.place
                && arrives <= until
                && after.is_none_or(|after| arrives > after)
        })
        .map(|(_, column)| *column)
        .collect()
}

fn arrival(problem: &Problem, formulation: &mut Formulation, placement: &Placement, quarter: QuarterIdx) {
    let key = (placement.platform, placement.place, quarter);
    let mut terms = vec![(formulation.variables.fleet[&key], 1.0), (formulation.variables.retire[&key], 1.0)];
    let mut installed = 0.0;
    let before = quarter.checked_sub(1);
    match before {
        Some(before) => {
            let previous = formulation.variables.fleet[&(placement.platform, placement.place, before)];
            terms.push((previous, -1.0));
        }
        None => {
            installed = placement.installed.iter().map(|(count, _)| count).sum::<f64>()
                / formulation.variables.lot[placement.platform];
        }
    }
    let arrivals = arriving(problem, formulation, placement, before, quarter);
    terms.extend(arrivals.into_iter().map(|column| (column, -1.0)));
    let name = row_name(problem, "arrival", placement, quarter);
    formulation.row(name, RowBounds::Equal(installed), terms);
}

fn end_of_life(problem: &Problem, formulation: &mut Formulation, placement: &Placement, quarter: QuarterIdx) {
    let life = problem.platforms[placement.platform].life.0.max(1) as usize;
    let expired_installed = placement.installed.iter().any(|(_, end)| end.is_some_and(|end| end <= quarter));
    let after = quarter.checked_sub(life);
    let expired_orders =
        after.is_some_and(|after| !arriving(problem, formulation, placement, None, after).is_empty());
    if !expired_installed && !expired_orders {
        return;
    }
    let alive: f64 = placement
        .installed
        .iter()
        .filter(|(_, end)| end.is_none_or(|end| end > quarter))
        .map(|(count, _)| count)
        .sum();
    let mut terms = vec![(formulation.variables.fleet[&(placement.platform, placement.place, quarter)], 1.0)];
    let young = arriving(problem, formulation, placement, after, quarter);
    terms.extend(young.into_iter().map(|column| (column, -1.0)));
    let bound = RowBounds::AtMost(alive / formulation.variables.lot[placement.platform]);
    let name = row_name(problem, "end_of_life", placement, quarter);
    formulation.row(name, bound, terms);
}

pub(super) fn row_name(
    problem: &Problem,
    family: &str,
    placement: &Placement,
    quarter: QuarterIdx,
) -> String {
    format!(
        "{family}.{}.{}.{}",
        problem.platforms[placement.platform].id,
        problem.places[placement.place].id,
        problem.quarters[quarter]
    )
}
