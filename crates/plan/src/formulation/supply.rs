//! Family `supply`: what vendors can deliver, and own chips only once their programme has shipped.
//!
//! $$ \sum_{l} b_{o,l,q} \le S_{o,q} \cdot \begin{cases} 1 \\ \sum_{k:\,\text{ships}_k \le q} y_{c,k} \end{cases} $$
//!
//! with $S$ the supply and $y$ the schedule of the programme $c$ that makes the chip.
//! Dual: worth of one more machine allotted by the vendor.

use super::Formulation;
use crate::problem::Problem;
use crate::solver::{Column, RowBounds};

pub(super) fn constrain(problem: &Problem, formulation: &mut Formulation) {
    for (index, offer) in problem.offers.iter().enumerate() {
        let lot = formulation.variables.lot[offer.platform];
        for quarter in 0..problem.quarters.len() {
            let mut terms: Vec<(Column, f64)> = (0..problem.places.len())
                .filter_map(|place| formulation.variables.buy.get(&(index, place, quarter)))
                .map(|column| (*column, 1.0))
                .collect();
            let supply = offer.supply[quarter] / lot;
            if terms.is_empty() || !supply.is_finite() {
                continue;
            }
            let bound = match offer.programme {
                None => supply,
                Some(programme) => {
                    let schedules = &problem.programmes[programme].schedules;
                    for (schedule, choice) in schedules.iter().enumerate() {
                        if choice.ships.is_some_and(|ships| ships <= quarter) {
                            terms.push((formulation.variables.programme[&(programme, schedule)], -supply));
                        }
                    }
                    0.0
                }
            };
            let name = format!("supply.{}.{}", offer.id, problem.quarters[quarter]);
            let row = formulation.row(name, RowBounds::AtMost(bound), terms);
            formulation.limit(row, "supply", &offer.id, Some(quarter), (1e6 / lot, "platform"));
        }
    }
}
