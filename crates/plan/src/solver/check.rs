//! An independent look at a solver's answer: does it satisfy the model, and what does it cost?
//!
//! Solvers are programs, and wrong bounds and infeasible "solutions" have been reported for all of
//! them. Nothing here uses a solver: activities and cost are summed again from the model, with
//! compensated summation, so that an answer is believed because it was checked.

use std::fmt;

use super::model::{Column, Model, Row};

/// A violation counts from here on, as a share of the largest term of its row (at least one).
pub const FEASIBILITY_TOLERANCE: f64 = 1e-6;
/// Distance from a whole number that still counts as whole.
pub const INTEGRALITY_TOLERANCE: f64 = 1e-6;

/// The worst violation of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Violation {
    /// By how much, in the row's or column's own unit; zero when nothing is violated.
    pub amount: f64,
    /// The same over the largest term involved (at least one).
    pub relative: f64,
    /// Name of the row or column, empty when nothing is violated.
    pub at: String,
}

/// What recomputing an answer shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    /// Cost recomputed from the model, offset included.
    pub objective: f64,
    /// Worst row.
    pub row: Violation,
    /// Worst bound of a column.
    pub bound: Violation,
    /// Worst distance from a whole number among integer columns.
    pub integrality: Violation,
}

impl Check {
    /// True when every violation is within the tolerances of this module.
    pub fn passes(&self) -> bool {
        self.objective.is_finite()
            && self.row.relative <= FEASIBILITY_TOLERANCE
            && self.bound.relative <= FEASIBILITY_TOLERANCE
            && self.integrality.amount <= INTEGRALITY_TOLERANCE
    }

    /// The first thing that fails, in words; `None` when all is well.
    pub fn trouble(&self) -> Option<String> {
        (!self.passes()).then(|| self.to_string())
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.passes() {
            write!(f, "the answer satisfies every row, bound and whole number")
        } else if !self.objective.is_finite() {
            write!(f, "the answer's cost is {}", self.objective)
        } else if self.row.relative > FEASIBILITY_TOLERANCE {
            write!(f, "row `{}` is violated by {:.3e}", self.row.at, self.row.amount)
        } else if self.bound.relative > FEASIBILITY_TOLERANCE {
            write!(f, "column `{}` leaves its bounds by {:.3e}", self.bound.at, self.bound.amount)
        } else {
            let Violation { amount, at, .. } = &self.integrality;
            write!(f, "column `{at}` is {amount:.3e} away from a whole number")
        }
    }
}

/// Sums with a running compensation (Neumaier), so that the error does not grow with the count.
#[derive(Default)]
struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let next = self.total + value;
        if self.total.abs() >= value.abs() {
            self.lost += (self.total - next) + value;
        } else {
            self.lost += (value - next) + self.total;
        }
        self.total = next;
    }

    fn value(&self) -> f64 {
        self.total + self.lost
    }
}

/// Cost of `values` in `model`, offset included.
pub fn objective(model: &Model, values: &[f64]) -> f64 {
    let mut sum = Sum::default();
    sum.add(model.offset());
    for column in model.columns() {
        sum.add(model.cost(column) * values[column.index()]);
    }
    sum.value()
}

/// Activity of one row: its terms summed at `values`.
pub fn activity(model: &Model, row: Row, values: &[f64]) -> f64 {
    let mut sum = Sum::default();
    for (column, coefficient) in model.row_terms(row) {
        sum.add(coefficient * values[column.index()]);
    }
    sum.value()
}

/// Recomputes cost and every violation of `values`, which must have one entry per column.
///
/// ```
/// use quarterdeck_plan::solver::{check, Kind, Model, RowBounds};
///
/// let mut model = Model::new("test");
/// let x = model.add_column("x", 0.0, 9.0, 2.0, Kind::Integer);
/// model.add_row("demand", RowBounds::AtLeast(4.0), [(x, 1.0)]);
/// assert!(check(&model, &[4.0]).passes());
/// assert_eq!(check(&model, &[3.0]).to_string(), "row `demand` is violated by 1.000e0");
/// ```
///
/// # Panics
/// When `values` has another length than the model has columns.
pub fn check(model: &Model, values: &[f64]) -> Check {
    assert_eq!(values.len(), model.n_columns(), "one value per column");
    let mut row_worst = Worst::default();
    for row in model.rows() {
        let (lower, upper) = model.row_limits(row);
        let activity = activity(model, row, values);
        let amount = outside(activity, lower, upper);
        let largest_term = model
            .row_terms(row)
            .map(|(column, coefficient)| (coefficient * values[column.index()]).abs())
            .fold(1.0, f64::max);
        row_worst.see(amount, largest_term, row.index());
    }
    let (mut bound_worst, mut integrality_worst) = (Worst::default(), Worst::default());
    for column in model.columns() {
        let value = values[column.index()];
        let (lower, upper) = model.bounds(column);
        bound_worst.see(outside(value, lower, upper), value.abs().max(1.0), column.index());
        if model.kind(column).is_integral() {
            integrality_worst.see((value - value.round()).abs(), 1.0, column.index());
        }
    }
    let column_name = |index: usize| model.column_name(Column(index as u32)).to_owned();
    Check {
        objective: objective(model, values),
        row: row_worst.named(|index| model.row_name(Row(index as u32)).to_owned()),
        bound: bound_worst.named(column_name),
        integrality: integrality_worst.named(column_name),
    }
}

/// How far `value` lies outside its limits; NaN counts as infinitely far.
fn outside(value: f64, lower: f64, upper: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { (lower - value).max(value - upper).max(0.0) }
}

#[derive(Default)]
struct Worst {
    amount: f64,
    relative: f64,
    at: Option<usize>,
}

impl Worst {
    fn see(&mut self, amount: f64, scale: f64, at: usize) {
        let amount = if amount.is_nan() { f64::INFINITY } else { amount };
        let relative = if amount.is_infinite() { amount } else { amount / scale };
        if relative > self.relative {
            *self = Worst { amount, relative, at: Some(at) };
        }
    }

    fn named(self, name: impl Fn(usize) -> String) -> Violation {
        Violation { amount: self.amount, relative: self.relative, at: self.at.map(name).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Kind, RowBounds};
    use super::*;

    fn sample() -> Model {
        let mut model = Model::new("test");
        let x = model.add_column("x", 0.0, 10.0, 1.0, Kind::Integer);
        let y = model.add_column("y", -5.0, 5.0, 0.5, Kind::Continuous);
        model.add_row("low", RowBounds::AtLeast(2.0), [(x, 1.0), (y, 1.0)]);
        model.add_row("band", RowBounds::Between(-1.0, 1.0), [(y, 1.0)]);
        model.add_offset(10.0);
        model
    }

    #[test]
    fn a_good_answer_passes_with_its_cost() {
        let check = check(&sample(), &[2.0, 0.5]);
        assert!(check.passes() && check.trouble().is_none());
        assert_eq!(check.objective, 12.25);
    }

    #[test]
    fn each_kind_of_violation_is_named() {
        let model = sample();
        assert_eq!(check(&model, &[2.0, 3.0]).to_string(), "row `band` is violated by 2.000e0");
        assert_eq!(check(&model, &[11.0, 0.0]).to_string(), "column `x` leaves its bounds by 1.000e0");
        let fraction = check(&model, &[2.25, 0.0]).to_string();
        assert_eq!(fraction, "column `x` is 2.500e-1 away from a whole number");
        assert!(!check(&model, &[f64::NAN, 0.0]).passes());
    }

    #[test]
    fn the_scale_of_a_row_sets_its_tolerance() {
        let mut model = Model::new("test");
        let x = model.add_column("x", 0.0, f64::INFINITY, 1.0, Kind::Continuous);
        model.add_row("big", RowBounds::AtMost(1e6), [(x, 1.0)]);
        assert!(check(&model, &[1e6 + 0.5]).passes());
        assert!(!check(&model, &[1e6 + 2.0]).passes());
    }

    #[test]
    fn compensated_sums_keep_small_terms() {
        let mut sum = Sum::default();
        for value in [1.0, 1e100, 1.0, -1e100] {
            sum.add(value);
        }
        assert_eq!(sum.value(), 2.0);
    }
}
