//! Family `history`: facts that a plan of the past must keep; numbers with a priced slack, choices fixed.

use super::Formulation;
use super::continuous;
use crate::problem::{Pin, PlatformIdx, Problem};
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for (index, pin) in problem.pins.iter().enumerate() {
        match pin {
            Pin::Buy { offers, span, range, .. } => {
                let terms = formulation
                    .variables
                    .buy
                    .iter()
                    .filter(|((offer, _, quarter), _)| {
                        offers.contains(offer) && (span.0..=span.1).contains(quarter)
                    })
                    .map(|((offer, _, _), column)| (*column, problem.offers[*offer].platform))
                    .collect();
                number(formulation, index, *range, terms);
            }
            Pin::Fleet { platforms, quarter, range, .. } => {
                let terms = formulation
                    .variables
                    .fleet
                    .iter()
                    .filter(|((platform, _, when), _)| platforms.contains(platform) && when == quarter)
                    .map(|((platform, _, _), column)| (*column, *platform))
                    .collect();
                number(formulation, index, *range, terms);
            }
            Pin::Project { project, schedule } => {
                let chosen = formulation.variables.project[&(*project, *schedule)];
                formulation.model.fix(chosen, 1.0);
            }
            Pin::Programme { programme, schedule } => {
                let chosen = formulation.variables.programme[&(*programme, *schedule)];
                formulation.model.fix(chosen, 1.0);
            }
            Pin::Porting { porting, start } => {
                for quarter in 0..problem.quarters.len() {
                    let column = formulation.variables.port[&(*porting, quarter)];
                    formulation.model.fix(column, if *start == Some(quarter) { 1.0 } else { 0.0 });
                }
            }
        }
    }
}

fn number(
    formulation: &mut Formulation,
    index: usize,
    (least, most): (f64, f64),
    columns: Vec<(Column, PlatformIdx)>,
) {
    // All counts of the row in thousands of platforms, slacks too.
    let mut terms: Vec<(Column, f64)> = columns
        .into_iter()
        .map(|(column, platform)| (column, formulation.variables.lot[platform] / 1000.0))
        .collect();
    let below = continuous(&mut formulation.model, format!("history_below.{index}"), f64::INFINITY);
    let above = continuous(&mut formulation.model, format!("history_above.{index}"), f64::INFINITY);
    terms.extend([(below, 1.0), (above, -1.0)]);
    let bounds = RowBounds::Between(least / 1000.0, most / 1000.0);
    formulation.row(format!("history.{index}"), bounds, terms);
    formulation.variables.pin_slack.insert(index, (below, above));
}
