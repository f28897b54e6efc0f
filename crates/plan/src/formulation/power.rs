//! Families `power` and `racks`: machines stand where there is energised power and space for them.
//!
//! $$ \sum_p W_{p,l} F_{p,l,q} \le E_{l,q} + \sum_{j,k} A_{j,k,l,q}\, x_{j,k} - \sum_{j,k} R_{j,k,l,q}\, x_{j,k} + \text{slack} $$
//!
//! with $W$ the IT power reserved for one platform, $E$ the envelope, $A$ and $R$ what a project's schedule adds and
//! takes. Cooling is a property of the place: only platforms that its halls can cool have a placement there.
//! Dual: worth of one more megawatt there and then.

use super::Formulation;
use crate::problem::{PlaceIdx, Problem, QuarterIdx};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for place in 0..problem.places.len() {
        for quarter in 0..problem.quarters.len() {
            power(problem, formulation, place, quarter);
            racks(problem, formulation, place, quarter);
        }
    }
}

fn fleets(
    problem: &Problem,
    formulation: &Formulation,
    place: PlaceIdx,
    quarter: QuarterIdx,
    take: impl Fn(&crate::problem::Placement) -> f64,
) -> Vec<(Column, f64)> {
    problem
        .placements
        .iter()
        .filter(|placement| placement.place == place)
        .map(|placement| {
            let lot = formulation.variables.lot[placement.platform];
            let column = formulation.variables.fleet[&(placement.platform, place, quarter)];
            (column, take(placement) * lot)
        })
        .collect()
}

fn power(problem: &Problem, formulation: &mut Formulation, place: PlaceIdx, quarter: QuarterIdx) {
    let mut terms =
        fleets(problem, formulation, place, quarter, |placement| placement.provisioned_power.as_megawatts());
    if terms.is_empty() {
        return;
    }
    for (project, facts) in problem.projects.iter().enumerate() {
        for (index, schedule) in facts.schedules.iter().enumerate() {
            let at = |changes: &[(PlaceIdx, Vec<quarterdeck_units::Watts>)]| -> f64 {
                changes
                    .iter()
                    .filter(|(where_to, _)| *where_to == place)
                    .map(|(_, watts)| watts[quarter].as_megawatts())
                    .sum()
            };
            let change = at(&schedule.adds) - at(&schedule.removes);
            if change != 0.0 {
                terms.push((formulation.variables.project[&(project, index)], -change));
            }
        }
    }
    terms.push((formulation.variables.power_slack[&(place, quarter)], -1.0));
    let facts = &problem.places[place];
    let name = format!("power.{}.{}", facts.id, problem.quarters[quarter]);
    let row = formulation.row(name, RowBounds::AtMost(facts.it_power[quarter].as_megawatts()), terms);
    formulation.limit(row, "power", &facts.id, Some(quarter), (1e6, "MW"));
}

fn racks(problem: &Problem, formulation: &mut Formulation, place: PlaceIdx, quarter: QuarterIdx) {
    let Some(slack) = formulation.variables.rack_slack.get(&(place, quarter)).copied() else { return };
    // Hundreds of racks keep the row near one.
    let mut terms = fleets(problem, formulation, place, quarter, |placement| placement.racks / 100.0);
    terms.push((slack, -1.0 / 100.0));
    let facts = &problem.places[place];
    let name = format!("racks.{}.{}", facts.id, problem.quarters[quarter]);
    let row = formulation.row(name, RowBounds::AtMost(facts.racks[quarter] / 100.0), terms);
    formulation.limit(row, "racks", &facts.id, Some(quarter), (1e6 / 100.0, "rack"));
}
