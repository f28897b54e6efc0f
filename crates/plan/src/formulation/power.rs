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
use quarterdeck_units::Watts;

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for place in 0..problem.places.len() {
        for quarter in 0..problem.quarters.len() {
            power(problem, formulation, place, quarter);
            air(problem, formulation, place, quarter);
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
    terms.extend(
        changes(problem, formulation, place, quarter).into_iter().map(|(column, change)| (column, -change)),
    );
    terms.push((formulation.variables.power_slack[&(place, quarter)], -1.0));
    let facts = &problem.places[place];
    let name = format!("power.{}.{}", facts.id, problem.quarters[quarter]);
    let row = formulation.row(name, RowBounds::AtMost(facts.it_power[quarter].as_megawatts()), terms);
    formulation.limit(row, "power", &facts.id, Some(quarter), (1e6, "MW"));
}

/// In liquid-cooled halls, room air carries only its share of the heat:
/// $\sum_p H_{p,l} F_{p,l,q} \le \alpha_l (E + A x - R x)$, with $H$ the heat left to air and $\alpha$ the share.
fn air(problem: &Problem, formulation: &mut Formulation, place: PlaceIdx, quarter: QuarterIdx) {
    let facts = &problem.places[place];
    if facts.air_share >= 1.0 {
        return;
    }
    let mut terms =
        fleets(problem, formulation, place, quarter, |placement| placement.air_heat.as_megawatts());
    if terms.is_empty() {
        return;
    }
    terms.extend(
        changes(problem, formulation, place, quarter)
            .into_iter()
            .map(|(column, change)| (column, -change * facts.air_share)),
    );
    let name = format!("air.{}.{}", facts.id, problem.quarters[quarter]);
    let bound = RowBounds::AtMost(facts.it_power[quarter].as_megawatts() * facts.air_share);
    let row = formulation.row(name, bound, terms);
    formulation.limit(row, "air", &facts.id, Some(quarter), (1e6, "MW of heat in room air"));
}

/// Megawatts that each schedule of each project adds to a place, or takes from it.
fn changes(
    problem: &Problem,
    formulation: &Formulation,
    place: PlaceIdx,
    quarter: QuarterIdx,
) -> Vec<(Column, f64)> {
    let at = |changes: &[(PlaceIdx, Vec<Watts>)]| -> f64 {
        let here = changes.iter().filter(|(at, _)| *at == place);
        here.map(|(_, watts)| watts[quarter].as_megawatts()).sum()
    };
    let mut columns = Vec::new();
    for (project, facts) in problem.projects.iter().enumerate() {
        for (index, schedule) in facts.schedules.iter().enumerate() {
            let change = at(&schedule.adds) - at(&schedule.removes);
            if change != 0.0 {
                columns.push((formulation.variables.project[&(project, index)], change));
            }
        }
    }
    columns
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
