//! Size and numeric range of a model, printed before a solve.
//!
//! Solvers work to absolute tolerances near 1e-6, so a model whose coefficients span many orders of
//! magnitude returns answers that satisfy the tolerance and not the intent. This says so in words,
//! naming the row or column at fault, while the formulation can still choose other units.

use std::fmt;

use super::model::{Kind, Model};

/// Sizes that keep a solver's absolute tolerances meaningful.
const COMFORTABLE: (f64, f64) = (1e-4, 1e4);
/// Costs and right-hand sides up to this size leave six digits above the feasibility tolerance.
const LARGEST_COMFORTABLE_COST: f64 = 1e6;

/// Smallest and largest size among some numbers of a model, and where each stands.
#[derive(Clone, Debug, PartialEq)]
pub struct NumericRange {
    /// Smallest size above zero.
    pub smallest: f64,
    /// Row or column that holds it.
    pub smallest_at: String,
    /// Largest size.
    pub largest: f64,
    /// Row or column that holds it.
    pub largest_at: String,
}

/// Size and numeric range of a model; a range is absent where the model has no such number.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// Decision variables.
    pub columns: usize,
    /// Constraints.
    pub rows: usize,
    /// Coefficients that are not zero.
    pub nonzeros: usize,
    /// Columns of whole numbers, binaries included.
    pub integers: usize,
    /// Columns that are zero or one.
    pub binaries: usize,
    /// Sizes of the coefficients in rows.
    pub matrix: Option<NumericRange>,
    /// Sizes of the costs in the objective.
    pub cost: Option<NumericRange>,
    /// Sizes of the finite bounds of rows.
    pub rhs: Option<NumericRange>,
    /// Sizes of the finite bounds of columns.
    pub bounds: Option<NumericRange>,
}

#[derive(Default)]
struct Extremes {
    smallest: Option<(f64, usize)>,
    largest: Option<(f64, usize)>,
}

impl Extremes {
    fn see(&mut self, value: f64, at: usize) {
        let size = value.abs();
        if size == 0.0 || !size.is_finite() {
            return;
        }
        if self.smallest.is_none_or(|(least, _)| size < least) {
            self.smallest = Some((size, at));
        }
        if self.largest.is_none_or(|(most, _)| size > most) {
            self.largest = Some((size, at));
        }
    }

    fn named(self, name: impl Fn(usize) -> String) -> Option<NumericRange> {
        let ((smallest, low), (largest, high)) = (self.smallest?, self.largest?);
        Some(NumericRange { smallest, smallest_at: name(low), largest, largest_at: name(high) })
    }
}

impl Model {
    /// Counts the model and measures its numeric range.
    pub fn stats(&self) -> Stats {
        let [mut matrix, mut cost, mut rhs, mut bounds] = std::array::from_fn(|_| Extremes::default());
        let (mut integers, mut binaries) = (0, 0);
        for column in self.columns() {
            cost.see(self.cost(column), column.index());
            let (lower, upper) = self.bounds(column);
            bounds.see(lower, column.index());
            bounds.see(upper, column.index());
            integers += usize::from(self.kind(column).is_integral());
            binaries += usize::from(self.kind(column) == Kind::Binary);
        }
        for row in self.rows() {
            let (lower, upper) = self.row_limits(row);
            rhs.see(lower, row.index());
            rhs.see(upper, row.index());
            for (_, value) in self.row_terms(row) {
                matrix.see(value, row.index());
            }
        }
        let columns: Vec<_> = self.columns().collect();
        let rows: Vec<_> = self.rows().collect();
        let row_name = |index: usize| self.row_name(rows[index]).to_owned();
        let column_name = |index: usize| self.column_name(columns[index]).to_owned();
        Stats {
            columns: self.n_columns(),
            rows: self.n_rows(),
            nonzeros: self.n_nonzeros(),
            integers,
            binaries,
            matrix: matrix.named(row_name),
            cost: cost.named(column_name),
            rhs: rhs.named(row_name),
            bounds: bounds.named(column_name),
        }
    }
}

impl Stats {
    /// What in the numbers may cost accuracy, one sentence each; empty when nothing does.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if let Some(range) = &self.matrix {
            if range.smallest < COMFORTABLE.0 {
                warnings.push(format!(
                    "row `{}` holds a coefficient of size {:.1e}; below {:.0e} it drowns in the solver's tolerance",
                    range.smallest_at, range.smallest, COMFORTABLE.0
                ));
            }
            if range.largest > COMFORTABLE.1 {
                warnings.push(format!(
                    "row `{}` holds a coefficient of size {:.1e}; above {:.0e} a small error elsewhere becomes large here",
                    range.largest_at, range.largest, COMFORTABLE.1
                ));
            }
        }
        if let Some(range) = &self.cost
            && range.largest > LARGEST_COMFORTABLE_COST
        {
            warnings.push(format!(
                "column `{}` costs {:.1e}; above {:.0e} the smaller costs lose their digits",
                range.largest_at, range.largest, LARGEST_COMFORTABLE_COST
            ));
        }
        if let Some(range) = &self.rhs
            && range.largest > LARGEST_COMFORTABLE_COST
        {
            warnings.push(format!(
                "row `{}` is bounded by {:.1e}; above {:.0e} its tolerance is coarser than it looks",
                range.largest_at, range.largest, LARGEST_COMFORTABLE_COST
            ));
        }
        warnings
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} columns ({} integer, of which {} binary), {} rows, {} nonzeros",
            self.columns, self.integers, self.binaries, self.rows, self.nonzeros
        )?;
        for (what, range) in [
            ("coefficients", &self.matrix),
            ("costs", &self.cost),
            ("right-hand sides", &self.rhs),
            ("bounds", &self.bounds),
        ] {
            if let Some(range) = range {
                write!(f, "; {what} {:.0e} to {:.0e}", range.smallest, range.largest)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Kind, Model, RowBounds};

    #[test]
    fn a_poor_range_is_told_with_the_row_at_fault() {
        let mut model = Model::new("test");
        let x = model.add_column("x", 0.0, 1.0, 3e7, Kind::Binary);
        let y = model.add_column("y", 0.0, f64::INFINITY, 1.0, Kind::Continuous);
        model.add_row("tiny", RowBounds::AtMost(1.0), [(x, 1e-6), (y, 1.0)]);
        model.add_row("large", RowBounds::AtMost(2.0), [(x, 1e5), (y, 1.0)]);
        let stats = model.stats();
        assert_eq!(
            stats.to_string(),
            "2 columns (1 integer, of which 1 binary), 2 rows, 4 nonzeros; coefficients 1e-6 to 1e5; \
             costs 1e0 to 3e7; right-hand sides 1e0 to 2e0; bounds 1e0 to 1e0"
        );
        let warnings = stats.warnings();
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        assert!(warnings[0].contains("`tiny`") && warnings[1].contains("`large`"));
        assert!(warnings[2].contains("`x`"));
    }

    #[test]
    fn a_well_scaled_model_has_no_warning() {
        let mut model = Model::new("test");
        let x = model.add_column("x", 0.0, 5.0, 2.0, Kind::Integer);
        model.add_row("r", RowBounds::AtMost(4.0), [(x, 1.5)]);
        assert!(model.stats().warnings().is_empty());
    }
}
