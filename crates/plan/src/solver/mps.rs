//! Export of a model as free-format MPS, which any solver reads.
//!
//! Names are the model's own as far as the format allows: characters other than ASCII letters,
//! digits and `_ . - + [ ] ( ) / @` become `_`, and where two names would then coincide the later one
//! gets a suffix. The constant of the objective stands, with its sign turned, as right-hand side of
//! the objective row, as most readers expect. Numbers are written so that reading gives the same bits.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::model::{Kind, Model};
use super::outcome::SolveError;

/// Name of the objective row in the file.
const OBJECTIVE: &str = "total_cost";

/// Why a model was not written.
#[derive(Debug)]
pub enum WriteMpsError {
    /// The model has faults, which a file would only pass on.
    Model(SolveError),
    /// The destination refused.
    Io(io::Error),
}

impl std::fmt::Display for WriteMpsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WriteMpsError::Model(error) => error.fmt(f),
            WriteMpsError::Io(error) => write!(f, "the model could not be written: {error}"),
        }
    }
}

impl std::error::Error for WriteMpsError {}

impl From<io::Error> for WriteMpsError {
    fn from(error: io::Error) -> Self {
        WriteMpsError::Io(error)
    }
}

/// Writes the model as free-format MPS.
///
/// # Errors
/// When the model has faults or the destination refuses.
pub fn write_mps(model: &Model, out: &mut impl Write) -> Result<(), WriteMpsError> {
    if !model.faults().is_empty() {
        return Err(WriteMpsError::Model(SolveError::Model(model.faults().to_vec())));
    }
    let mut taken = BTreeSet::from([OBJECTIVE.to_owned()]);
    let row_names: Vec<String> = model.rows().map(|row| unique(model.row_name(row), &mut taken)).collect();
    let mut taken = BTreeSet::new();
    let column_names: Vec<String> =
        model.columns().map(|column| unique(model.column_name(column), &mut taken)).collect();

    writeln!(out, "NAME {} FREE", sanitised(model.name()))?;
    writeln!(out, "ROWS\n N {OBJECTIVE}")?;
    for row in model.rows() {
        let kind = match model.row_limits(row) {
            (lower, upper) if lower == upper => 'E',
            (f64::NEG_INFINITY, f64::INFINITY) => 'N',
            (_, f64::INFINITY) => 'G',
            // A row with both bounds is an "L" row with a range below it.
            _ => 'L',
        };
        writeln!(out, " {kind} {}", row_names[row.index()])?;
    }
    write_columns(model, out, &row_names, &column_names)?;
    write_rhs_and_ranges(model, out, &row_names)?;
    write_bounds(model, out, &column_names)?;
    writeln!(out, "ENDATA")?;
    Ok(())
}

fn write_columns(
    model: &Model,
    out: &mut impl Write,
    row_names: &[String],
    column_names: &[String],
) -> io::Result<()> {
    let mut by_column: Vec<Vec<(usize, f64)>> = vec![Vec::new(); model.n_columns()];
    for row in model.rows() {
        for (column, value) in model.row_terms(row) {
            by_column[column.index()].push((row.index(), value));
        }
    }
    writeln!(out, "COLUMNS")?;
    let (mut in_integers, mut n_markers) = (false, 0);
    let mut switch = |out: &mut dyn Write, to_integers: bool| -> io::Result<()> {
        if in_integers != to_integers {
            let which = if to_integers { "INTORG" } else { "INTEND" };
            writeln!(out, " MARKER_{n_markers} 'MARKER' '{which}'")?;
            n_markers += 1;
            in_integers = to_integers;
        }
        Ok(())
    };
    for column in model.columns() {
        switch(out, model.kind(column).is_integral())?;
        let name = &column_names[column.index()];
        let cost = model.cost(column);
        // A column that stands nowhere would be unknown to the reader, so name it at least once.
        if cost != 0.0 || by_column[column.index()].is_empty() {
            writeln!(out, " {name} {OBJECTIVE} {}", number(cost))?;
        }
        for &(row, value) in &by_column[column.index()] {
            writeln!(out, " {name} {} {}", row_names[row], number(value))?;
        }
    }
    switch(out, false)
}

fn write_rhs_and_ranges(model: &Model, out: &mut impl Write, row_names: &[String]) -> io::Result<()> {
    writeln!(out, "RHS")?;
    if model.offset() != 0.0 {
        writeln!(out, " RHS {OBJECTIVE} {}", number(-model.offset()))?;
    }
    for row in model.rows() {
        let (lower, upper) = model.row_limits(row);
        let rhs = if upper.is_finite() { upper } else { lower };
        if rhs != 0.0 && rhs.is_finite() {
            writeln!(out, " RHS {} {}", row_names[row.index()], number(rhs))?;
        }
    }
    let is_ranged = |&(lower, upper): &(f64, f64)| lower.is_finite() && upper.is_finite() && lower != upper;
    if model.rows().any(|row| is_ranged(&model.row_limits(row))) {
        writeln!(out, "RANGES")?;
        for row in model.rows() {
            let limits = model.row_limits(row);
            if is_ranged(&limits) {
                writeln!(out, " RANGE {} {}", row_names[row.index()], number(limits.1 - limits.0))?;
            }
        }
    }
    Ok(())
}

fn write_bounds(model: &Model, out: &mut impl Write, column_names: &[String]) -> io::Result<()> {
    writeln!(out, "BOUNDS")?;
    for column in model.columns() {
        let name = &column_names[column.index()];
        let integral = model.kind(column).is_integral();
        match model.bounds(column) {
            (0.0, 1.0) if model.kind(column) == Kind::Binary => writeln!(out, " BV BOUND {name}")?,
            (lower, upper) if lower == upper => writeln!(out, " FX BOUND {name} {}", number(lower))?,
            (f64::NEG_INFINITY, f64::INFINITY) => writeln!(out, " FR BOUND {name}")?,
            (lower, upper) => {
                // Readers disagree on the missing bounds of whole numbers and on the lower bound
                // beside a negative upper one, so say what could be read in two ways.
                if lower == f64::NEG_INFINITY {
                    writeln!(out, " MI BOUND {name}")?;
                } else if lower != 0.0 || integral {
                    writeln!(out, " LO BOUND {name} {}", number(lower))?;
                }
                if upper.is_finite() {
                    writeln!(out, " UP BOUND {name} {}", number(upper))?;
                } else if integral {
                    writeln!(out, " PL BOUND {name}")?;
                }
            }
        }
    }
    Ok(())
}

/// Shortest text that reads back as the same number.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e15).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}

fn sanitised(name: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || "_.-+[]()/@".contains(c);
    let clean: String = name.chars().map(|c| if keep(c) { c } else { '_' }).collect();
    if clean.is_empty() { "_".to_owned() } else { clean }
}

/// The sanitised name, with the first free suffix where another one took it.
fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let clean = sanitised(name);
    let free = std::iter::once(clean.clone())
        .chain((2_u64..).map(|n| format!("{clean}.{n}")))
        .find(|candidate| !taken.contains(candidate))
        .unwrap_or(clean);
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::super::model::RowBounds;
    use super::*;

    #[test]
    fn a_small_model_reads_as_it_was_written() {
        let mut model = Model::new("two sites");
        let x = model.add_column("build Luleå", 0.0, 3.0, 2.0, Kind::Integer);
        let y = model.add_column("build Lule__", f64::NEG_INFINITY, 4.5, -1.5, Kind::Continuous);
        let z = model.add_column("open", 0.0, 1.0, 0.0, Kind::Binary);
        model.add_column("spare", 0.0, f64::INFINITY, 0.0, Kind::Integer);
        model.add_column("free", f64::NEG_INFINITY, f64::INFINITY, 1e-7, Kind::Continuous);
        model.add_column("fixed", 2.0, 2.0, 0.0, Kind::Continuous);
        model.add_row("need", RowBounds::AtLeast(1.0), [(x, 1.0), (y, 1.0)]);
        model.add_row("band", RowBounds::Between(-2.0, 5.0), [(y, 1.0), (z, 1e16)]);
        model.add_row("open", RowBounds::Equal(0.0), [(z, 1.0)]);
        model.add_row("total_cost", RowBounds::AtMost(f64::INFINITY), [(x, 1.0)]);
        model.add_offset(7.25);
        // The oversized coefficient is a fault, which the writer refuses.
        assert!(write_mps(&model, &mut Vec::new()).is_err());

        let mut model = Model::new("two sites");
        let x = model.add_column("build Luleå", 0.0, 3.0, 2.0, Kind::Integer);
        let y = model.add_column("build Lule__", f64::NEG_INFINITY, 4.5, -1.5, Kind::Continuous);
        let w = model.add_column("build Lule_ ", 0.0, 4.5, 0.0, Kind::Continuous);
        let z = model.add_column("open", 0.0, 1.0, 0.0, Kind::Binary);
        model.add_column("spare", 0.0, f64::INFINITY, 0.0, Kind::Integer);
        model.add_column("free", f64::NEG_INFINITY, f64::INFINITY, 1e-7, Kind::Continuous);
        model.add_column("fixed", 2.0, 2.0, 0.0, Kind::Continuous);
        model.add_row("need", RowBounds::AtLeast(1.0), [(x, 1.0), (y, 1.0), (w, 1.0)]);
        model.add_row("band", RowBounds::Between(-2.0, 5.0), [(y, 1.0), (z, 0.1)]);
        model.add_row("open", RowBounds::Equal(0.0), [(z, 1.0)]);
        model.add_row("total_cost", RowBounds::AtMost(f64::INFINITY), [(x, 1.0)]);
        model.add_offset(7.25);
        let mut text = Vec::new();
        write_mps(&model, &mut text).unwrap();
        let expected = "\
NAME two_sites FREE
ROWS
 N total_cost
 G need
 L band
 E open
 N total_cost.2
COLUMNS
 MARKER_0 'MARKER' 'INTORG'
 build_Lule_ total_cost 2
 build_Lule_ need 1
 build_Lule_ total_cost.2 1
 MARKER_1 'MARKER' 'INTEND'
 build_Lule__ total_cost -1.5
 build_Lule__ need 1
 build_Lule__ band 1
 build_Lule__.2 need 1
 MARKER_2 'MARKER' 'INTORG'
 open band 0.1
 open open 1
 spare total_cost 0
 MARKER_3 'MARKER' 'INTEND'
 free total_cost 1e-7
 fixed total_cost 0
RHS
 RHS total_cost -7.25
 RHS need 1
 RHS band 5
RANGES
 RANGE band 7
BOUNDS
 LO BOUND build_Lule_ 0
 UP BOUND build_Lule_ 3
 MI BOUND build_Lule__
 UP BOUND build_Lule__ 4.5
 UP BOUND build_Lule__.2 4.5
 BV BOUND open
 LO BOUND spare 0
 PL BOUND spare
 FR BOUND free
 FX BOUND fixed 2
ENDATA
";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn numbers_read_back_to_the_same_bits() {
        for value in [0.1, 1.0 / 3.0, 1e-300, -2.5e17, 123_456_789.123_456_79, f64::MIN_POSITIVE] {
            assert_eq!(number(value).parse::<f64>().unwrap().to_bits(), value.to_bits(), "{value}");
        }
    }
}
