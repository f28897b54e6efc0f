//! The planning problem as a mixed-integer programme, one file per constraint family.
//!
//! ```text
//! investment:  fleet ── supply ── projects ── programmes ── porting ── history
//! operation:   serve ── one_site ── power                     money: budget ── objective
//! ```
//!
//! Units chosen so that coefficients stay near one: money in 10^6 USD, power in MW, work as the share of a
//! workload's peak demand, machines in lots of a power of ten that together draw about one megawatt.

mod budget;
mod fleet;
mod history;
mod objective;
mod one_site;
mod porting;
mod power;
mod projects;
mod serve;
mod supply;
mod variables;

pub use crate::outcome::Pool;
pub use variables::{AllocationKey, Stage, Variables, platforms_for_all};

use crate::problem::{Problem, QuarterIdx};
use crate::solver::{Column, Kind, Model, Row, RowBounds};

/// A row whose dual is reported, with what it stands for.
#[derive(Clone, Debug)]
pub struct LimitRow {
    /// The row in the model.
    pub row: Row,
    /// Family of the constraint.
    pub family: &'static str,
    /// Where or what.
    pub subject: String,
    /// The quarter, if it belongs to one.
    pub quarter: Option<QuarterIdx>,
    /// Dollars per reported unit for one unit of dual: sign and scale.
    pub dollars_per_dual: f64,
    /// Unit of one more.
    pub unit: &'static str,
}

/// The model with the columns' meaning.
#[derive(Debug)]
pub struct Formulation {
    /// What is handed to the solver.
    pub model: Model,
    /// Which column is which decision.
    pub variables: Variables,
    /// Rows whose duals have a meaning for people.
    pub limits: Vec<LimitRow>,
    /// Choices in time that rounding treats as one: the columns of a project, porting or programme.
    pub choices: Vec<Vec<Column>>,
}

/// Writes a problem as a mixed-integer programme.
pub fn formulate(problem: &Problem) -> Formulation {
    let mut model = Model::new(problem.name.clone());
    let variables = Variables::new(problem, &mut model);
    let mut formulation = Formulation { model, variables, limits: Vec::new(), choices: Vec::new() };
    fleet::constrain(problem, &mut formulation);
    supply::constrain(problem, &mut formulation);
    projects::constrain(problem, &mut formulation);
    porting::constrain(problem, &mut formulation);
    serve::constrain(problem, &mut formulation);
    one_site::constrain(problem, &mut formulation);
    power::constrain(problem, &mut formulation);
    budget::constrain(problem, &mut formulation);
    history::constrain(problem, &mut formulation);
    objective::price(problem, &mut formulation);
    formulation
}

impl Formulation {
    fn row(&mut self, name: String, bounds: RowBounds, terms: Vec<(Column, f64)>) -> Row {
        self.model.add_row(name, bounds, terms)
    }

    fn limit(
        &mut self,
        row: Row,
        family: &'static str,
        subject: &str,
        quarter: Option<QuarterIdx>,
        (dollars_per_dual, unit): (f64, &'static str),
    ) {
        self.limits.push(LimitRow {
            row,
            family,
            subject: subject.to_owned(),
            quarter,
            dollars_per_dual,
            unit,
        });
    }
}

fn continuous(model: &mut Model, name: String, upper: f64) -> Column {
    model.add_column(name, 0.0, upper, 0.0, Kind::Continuous)
}

fn binary(model: &mut Model, name: String) -> Column {
    model.add_column(name, 0.0, 1.0, 0.0, Kind::Binary)
}
