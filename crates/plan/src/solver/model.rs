//! A mixed-integer linear programme as plain data: columns, rows, costs, names.
//!
//! $$ \min\ c_0 + c^\top x \quad\text{so that}\quad \ell_r \le A x \le u_r,\quad
//! \ell \le x \le u,\quad x_j \in \mathbb{Z}\ \text{for integer columns} $$
//!
//! The model is the boundary between quantities and the solver: numbers here are bare `f64`, and
//! the formulation says in the name or beside the column which unit it chose (thousands of
//! devices, MW, millions of USD), so that coefficients stay near one.
//!
//! Adding never fails, because a formulation of thousands of lines should read as equations.
//! Anything unfit for a solver (a NaN, crossed bounds, two rows of one name) is kept as a
//! [`Fault`], and every consumer refuses a model that has any, naming all of them at once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Bounds of at least this size mean "no bound" to solvers, so a finite one is refused.
const UNBOUNDED_FROM: f64 = 1e20;
/// Below this size solvers drop a coefficient without a word; we refuse it instead.
const SMALLEST_COEFFICIENT: f64 = 1e-12;
/// From this size on solvers refuse a coefficient.
const LARGEST_COEFFICIENT: f64 = 1e15;

/// A decision variable of one [`Model`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column(pub(super) u32);

impl Column {
    /// Position in the model, counted from zero in the order of adding.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A constraint of one [`Model`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub(super) u32);

impl Row {
    /// Position in the model, counted from zero in the order of adding.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which values a column may take between its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any real number.
    Continuous,
    /// Whole numbers.
    Integer,
    /// Zero or one; the bounds given are narrowed to this.
    Binary,
}

impl Kind {
    /// True where fractions are forbidden.
    pub fn is_integral(self) -> bool {
        self != Kind::Continuous
    }
}

/// The range in which a row's activity must lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowBounds {
    /// Exactly this value.
    Equal(f64),
    /// This value or less; `f64::INFINITY` means no limit.
    AtMost(f64),
    /// This value or more; `f64::NEG_INFINITY` means no limit.
    AtLeast(f64),
    /// From the first to the second value.
    Between(f64, f64),
}

impl RowBounds {
    /// Lower and upper bound, infinite where there is none.
    pub fn limits(self) -> (f64, f64) {
        match self {
            RowBounds::Equal(value) => (value, value),
            RowBounds::AtMost(upper) => (f64::NEG_INFINITY, upper),
            RowBounds::AtLeast(lower) => (lower, f64::INFINITY),
            RowBounds::Between(lower, upper) => (lower, upper),
        }
    }
}

/// Why a model cannot be handed to a solver.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Two columns share this name.
    DuplicateColumn {
        /// The name.
        name: String,
    },
    /// Two rows share this name.
    DuplicateRow {
        /// The name.
        name: String,
    },
    /// A cost, coefficient or offset is NaN or infinite, or a bound is NaN or infinite on the wrong side.
    NotFinite {
        /// What carries the value, in words.
        place: String,
        /// The value found.
        value: f64,
    },
    /// A finite bound is so large that a solver takes it for "no bound".
    HugeBound {
        /// What carries the bound, in words.
        place: String,
        /// The bound found.
        value: f64,
    },
    /// A lower bound lies above its upper bound.
    CrossedBounds {
        /// What carries the bounds, in words.
        place: String,
        /// Lower bound.
        lower: f64,
        /// Upper bound.
        upper: f64,
    },
    /// A coefficient is so small that a solver drops it, or so large that it refuses it.
    UnscaledCoefficient {
        /// Row of the coefficient.
        row: String,
        /// Column of the coefficient.
        column: String,
        /// The coefficient found.
        value: f64,
    },
    /// A row or a change mentions a column that this model does not have.
    ForeignColumn {
        /// What mentions it, in words.
        place: String,
        /// The position it claims.
        index: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::DuplicateColumn { name } => write!(f, "two columns are named `{name}`"),
            Fault::DuplicateRow { name } => write!(f, "two rows are named `{name}`"),
            Fault::NotFinite { place, value } => write!(f, "{place} is {value}"),
            Fault::HugeBound { place, value } => {
                write!(f, "{place} is {value:e}; from {UNBOUNDED_FROM:e} on write infinity")
            }
            Fault::CrossedBounds { place, lower, upper } => {
                write!(f, "{place} has lower bound {lower} above upper bound {upper}")
            }
            Fault::UnscaledCoefficient { row, column, value } => write!(
                f,
                "row `{row}` holds {value:e} for column `{column}`; sizes from \
                 {SMALLEST_COEFFICIENT:e} to {LARGEST_COEFFICIENT:e} are solvable, choose other units"
            ),
            Fault::ForeignColumn { place, index } => {
                write!(f, "{place} mentions column {index}, which belongs to another model")
            }
        }
    }
}

#[derive(Clone, Debug)]
struct ColumnData {
    name: Arc<str>,
    lower: f64,
    upper: f64,
    cost: f64,
    kind: Kind,
}

/// A minimisation over named columns and rows; see the module for the mathematics.
///
/// ```
/// use quarterdeck_plan::solver::{Kind, Model, RowBounds};
///
/// let mut model = Model::new("two-sites");
/// let near = model.add_column("build_near", 0.0, 3.0, 2.0, Kind::Integer);
/// let far = model.add_column("build_far", 0.0, f64::INFINITY, 1.5, Kind::Continuous);
/// model.add_row("demand", RowBounds::AtLeast(4.0), [(near, 1.0), (far, 1.0)]);
/// assert!(model.faults().is_empty());
/// assert_eq!(model.stats().nonzeros, 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Model {
    name: String,
    columns: Vec<ColumnData>,
    row_names: Vec<Arc<str>>,
    row_lower: Vec<f64>,
    row_upper: Vec<f64>,
    /// Start of each row in `term_columns` and `term_values`, with one more entry for the end.
    row_starts: Vec<usize>,
    term_columns: Vec<u32>,
    term_values: Vec<f64>,
    offset: f64,
    column_by_name: BTreeMap<Arc<str>, u32>,
    row_by_name: BTreeMap<Arc<str>, u32>,
    faults: Vec<Fault>,
}

impl Model {
    /// An empty model; the name appears in exported files.
    pub fn new(name: impl Into<String>) -> Model {
        Model { name: name.into(), row_starts: vec![0], ..Model::default() }
    }

    /// The name given at the start.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a decision variable with bounds, cost in the objective and kind.
    ///
    /// Use infinities for missing bounds. A binary column's bounds are narrowed to 0 and 1.
    pub fn add_column(
        &mut self,
        name: impl Into<String>,
        lower: f64,
        upper: f64,
        cost: f64,
        kind: Kind,
    ) -> Column {
        let name: Arc<str> = name.into().into();
        let index = self.columns.len() as u32;
        let (lower, upper) =
            if kind == Kind::Binary { (lower.max(0.0), upper.min(1.0)) } else { (lower, upper) };
        if self.column_by_name.insert(Arc::clone(&name), index).is_some() {
            self.faults.push(Fault::DuplicateColumn { name: name.to_string() });
        }
        check_bounds(&mut self.faults, || format!("column `{name}`"), lower, upper);
        check_finite(&mut self.faults, || format!("the cost of column `{name}`"), cost);
        self.columns.push(ColumnData { name, lower, upper, cost, kind });
        Column(index)
    }

    /// Adds a constraint; terms of one column are summed, and terms that come to zero are dropped.
    pub fn add_row(
        &mut self,
        name: impl Into<String>,
        bounds: RowBounds,
        terms: impl IntoIterator<Item = (Column, f64)>,
    ) -> Row {
        let name: Arc<str> = name.into().into();
        let index = self.row_names.len() as u32;
        if self.row_by_name.insert(Arc::clone(&name), index).is_some() {
            self.faults.push(Fault::DuplicateRow { name: name.to_string() });
        }
        let (lower, upper) = bounds.limits();
        check_bounds(&mut self.faults, || format!("row `{name}`"), lower, upper);

        let mut merged: Vec<(u32, f64)> = Vec::new();
        for (column, value) in terms {
            if column.index() < self.columns.len() {
                merged.push((column.0, value));
            } else {
                self.faults
                    .push(Fault::ForeignColumn { place: format!("row `{name}`"), index: column.index() });
            }
        }
        // A stable sort keeps the order of summation, hence the very bits, as written.
        merged.sort_by_key(|&(column, _)| column);
        let mut cursor = 0;
        while cursor < merged.len() {
            let (column, mut value) = merged[cursor];
            cursor += 1;
            while cursor < merged.len() && merged[cursor].0 == column {
                value += merged[cursor].1;
                cursor += 1;
            }
            if value == 0.0 {
                continue;
            }
            if !value.is_finite() {
                let column = &self.columns[column as usize].name;
                let place = format!("the coefficient of `{column}` in row `{name}`");
                self.faults.push(Fault::NotFinite { place, value });
            } else if value.abs() < SMALLEST_COEFFICIENT || value.abs() >= LARGEST_COEFFICIENT {
                self.faults.push(Fault::UnscaledCoefficient {
                    row: name.to_string(),
                    column: self.columns[column as usize].name.to_string(),
                    value,
                });
            }
            self.term_columns.push(column);
            self.term_values.push(value);
        }
        self.row_starts.push(self.term_columns.len());
        self.row_names.push(name);
        self.row_lower.push(lower);
        self.row_upper.push(upper);
        Row(index)
    }

    /// Adds a constant to the objective.
    pub fn add_offset(&mut self, constant: f64) {
        check_finite(&mut self.faults, || "the objective offset".to_owned(), constant);
        self.offset += constant;
    }

    /// Pins a column to one value.
    pub fn fix(&mut self, column: Column, value: f64) {
        self.set_bounds(column, value, value);
    }

    /// Replaces a column's bounds.
    pub fn set_bounds(&mut self, column: Column, lower: f64, upper: f64) {
        let Some(data) = self.columns.get_mut(column.index()) else {
            self.foreign("a change of bounds", column);
            return;
        };
        (data.lower, data.upper) = (lower, upper);
        let name = Arc::clone(&data.name);
        check_bounds(&mut self.faults, || format!("column `{name}`"), lower, upper);
    }

    /// Replaces a column's cost.
    pub fn set_cost(&mut self, column: Column, cost: f64) {
        let Some(data) = self.columns.get_mut(column.index()) else {
            self.foreign("a change of cost", column);
            return;
        };
        data.cost = cost;
        let name = Arc::clone(&data.name);
        check_finite(&mut self.faults, || format!("the cost of column `{name}`"), cost);
    }

    /// Replaces a row's bounds, as for a what-if on one limit.
    ///
    /// # Panics
    /// When the row belongs to another model and lies beyond this one's rows.
    pub fn set_row_bounds(&mut self, row: Row, bounds: RowBounds) {
        let (lower, upper) = bounds.limits();
        self.row_lower[row.index()] = lower;
        self.row_upper[row.index()] = upper;
        let name = Arc::clone(&self.row_names[row.index()]);
        check_bounds(&mut self.faults, || format!("row `{name}`"), lower, upper);
    }

    /// Everything that makes this model unfit for a solver, in the order it was written.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.row_names.len()
    }

    /// Number of nonzero coefficients.
    pub fn n_nonzeros(&self) -> usize {
        self.term_columns.len()
    }

    /// All columns in the order of adding.
    pub fn columns(&self) -> impl Iterator<Item = Column> + '_ {
        (0..self.columns.len() as u32).map(Column)
    }

    /// All rows in the order of adding.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        (0..self.row_names.len() as u32).map(Row)
    }

    /// All columns that take whole numbers only.
    pub fn integer_columns(&self) -> impl Iterator<Item = Column> + '_ {
        self.columns().filter(|&column| self.kind(column).is_integral())
    }

    /// A column's name.
    pub fn column_name(&self, column: Column) -> &str {
        &self.columns[column.index()].name
    }

    /// A row's name.
    pub fn row_name(&self, row: Row) -> &str {
        &self.row_names[row.index()]
    }

    /// The column of this name.
    pub fn find_column(&self, name: &str) -> Option<Column> {
        self.column_by_name.get(name).copied().map(Column)
    }

    /// The row of this name.
    pub fn find_row(&self, name: &str) -> Option<Row> {
        self.row_by_name.get(name).copied().map(Row)
    }

    /// Lower and upper bound of a column.
    pub fn bounds(&self, column: Column) -> (f64, f64) {
        let data = &self.columns[column.index()];
        (data.lower, data.upper)
    }

    /// A column's cost in the objective.
    pub fn cost(&self, column: Column) -> f64 {
        self.columns[column.index()].cost
    }

    /// A column's kind.
    pub fn kind(&self, column: Column) -> Kind {
        self.columns[column.index()].kind
    }

    /// Lower and upper bound of a row.
    pub fn row_limits(&self, row: Row) -> (f64, f64) {
        (self.row_lower[row.index()], self.row_upper[row.index()])
    }

    /// A row's terms, by rising column.
    pub fn row_terms(&self, row: Row) -> impl Iterator<Item = (Column, f64)> + '_ {
        let span = self.row_starts[row.index()]..self.row_starts[row.index() + 1];
        let columns = self.term_columns[span.clone()].iter().map(|&column| Column(column));
        columns.zip(self.term_values[span].iter().copied())
    }

    /// The constant in the objective.
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// The same model with every column continuous.
    pub fn relaxed(&self) -> Model {
        let mut relaxed = self.clone();
        for column in &mut relaxed.columns {
            column.kind = Kind::Continuous;
        }
        relaxed
    }

    /// The same rows with nothing to minimise, which asks only whether any point fits.
    pub fn without_objective(&self) -> Model {
        let mut plain = self.clone();
        plain.offset = 0.0;
        for column in &mut plain.columns {
            column.cost = 0.0;
        }
        plain
    }

    /// Row starts, columns and values, row by row, as solvers take them.
    pub(super) fn matrix(&self) -> (&[usize], &[u32], &[f64]) {
        (&self.row_starts, &self.term_columns, &self.term_values)
    }

    fn foreign(&mut self, place: &str, column: Column) {
        let place = place.to_owned();
        self.faults.push(Fault::ForeignColumn { place, index: column.index() });
    }
}

fn check_finite(faults: &mut Vec<Fault>, place: impl Fn() -> String, value: f64) {
    if !value.is_finite() {
        faults.push(Fault::NotFinite { place: place(), value });
    }
}

fn check_bounds(faults: &mut Vec<Fault>, place: impl Fn() -> String, lower: f64, upper: f64) {
    if lower.is_nan() || lower == f64::INFINITY {
        let place = format!("the lower bound of {}", place());
        faults.push(Fault::NotFinite { place, value: lower });
    } else if upper.is_nan() || upper == f64::NEG_INFINITY {
        let place = format!("the upper bound of {}", place());
        faults.push(Fault::NotFinite { place, value: upper });
    } else if lower > upper {
        faults.push(Fault::CrossedBounds { place: place(), lower, upper });
    }
    for (side, bound) in [("lower", lower), ("upper", upper)] {
        if bound.is_finite() && bound.abs() >= UNBOUNDED_FROM {
            let place = format!("the {side} bound of {}", place());
            faults.push(Fault::HugeBound { place, value: bound });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_column() -> (Model, Column) {
        let mut model = Model::new("test");
        let x = model.add_column("x", 0.0, 1.0, 1.0, Kind::Continuous);
        (model, x)
    }

    #[test]
    fn terms_of_one_column_are_summed_and_zeros_dropped() {
        let (mut model, x) = one_column();
        let y = model.add_column("y", 0.0, 1.0, 0.0, Kind::Continuous);
        let row = model.add_row("r", RowBounds::Equal(1.0), [(y, 2.0), (x, 1.5), (y, -2.0), (x, 0.5)]);
        assert_eq!(model.row_terms(row).collect::<Vec<_>>(), [(x, 2.0)]);
        assert!(model.faults().is_empty());
    }

    #[test]
    fn every_fault_is_kept_and_told() {
        let (mut model, x) = one_column();
        let foreign = Column(9);
        model.add_column("x", 0.0, 1.0, f64::NAN, Kind::Continuous);
        model.add_column("crossed", 2.0, 1.0, 0.0, Kind::Continuous);
        model.add_column("nowhere", f64::INFINITY, f64::INFINITY, 0.0, Kind::Continuous);
        model.add_column("huge", 0.0, 1e21, 0.0, Kind::Continuous);
        model.add_row("r", RowBounds::AtMost(f64::NAN), [(x, f64::INFINITY), (foreign, 1.0)]);
        model.add_row("r", RowBounds::AtMost(1.0), [(x, 1e-13)]);
        model.add_offset(f64::NAN);
        model.set_cost(foreign, 1.0);
        let told: Vec<String> = model.faults().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "two columns are named `x`",
                "the cost of column `x` is NaN",
                "column `crossed` has lower bound 2 above upper bound 1",
                "the lower bound of column `nowhere` is inf",
                "the upper bound of column `huge` is 1e21; from 1e20 on write infinity",
                "the upper bound of row `r` is NaN",
                "row `r` mentions column 9, which belongs to another model",
                "the coefficient of `x` in row `r` is inf",
                "two rows are named `r`",
                "row `r` holds 1e-13 for column `x`; sizes from 1e-12 to 1e15 are solvable, choose other units",
                "the objective offset is NaN",
                "a change of cost mentions column 9, which belongs to another model",
            ]
        );
    }

    #[test]
    fn a_binary_is_narrowed_to_zero_and_one() {
        let mut model = Model::new("test");
        let b = model.add_column("b", -5.0, 7.0, 0.0, Kind::Binary);
        assert_eq!(model.bounds(b), (0.0, 1.0));
    }

    #[test]
    fn columns_and_rows_are_found_by_name() {
        let (mut model, x) = one_column();
        let row = model.add_row("cap", RowBounds::Between(0.5, 0.7), [(x, 1.0)]);
        assert_eq!(model.find_column("x"), Some(x));
        assert_eq!(model.find_row("cap"), Some(row));
        assert_eq!(model.find_row("x"), None);
        assert_eq!(model.row_limits(row), (0.5, 0.7));
    }
}
