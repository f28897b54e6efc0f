//! What comes of the rows of a table, whatever they measure: a prediction, or why there is none.

use quarterdeck_scenario::Diagnostics;

use crate::table::{self, Row};

/// Which rows may be looked at while the model is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Split {
    /// For fitting.
    Calibrate,
    /// For scoring only.
    Test,
}

impl Split {
    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Split::Calibrate => "calibrate",
            Split::Test => "test",
        }
    }
}

/// What came of one row.
#[derive(Clone, Debug)]
pub struct Outcome<Scored> {
    /// Key of the row; its line where it has none.
    pub id: String,
    /// The row as read.
    pub row: Row,
    /// The prediction, or why there is none.
    pub result: Result<Box<Scored>, String>,
}

impl<Scored> Outcome<Scored> {
    /// A row with what a family makes of it.
    pub(crate) fn of(row: Row, predict: impl FnOnce(&Row) -> Result<Scored, String>) -> Outcome<Scored> {
        let id = match row.text("id") {
            "" => format!("line {}", row.line),
            id => id.to_owned(),
        };
        let result = predict(&row).map(Box::new);
        Outcome { id, row, result }
    }

    /// Every row of a table with what a family makes of it.
    pub(crate) fn of_table(
        name: &str,
        bytes: &[u8],
        required: &[&str],
        predict: impl Fn(&Row) -> Result<Scored, String>,
    ) -> Result<Vec<Outcome<Scored>>, Diagnostics> {
        let rows = table::read(name, bytes, required)?;
        Ok(rows.into_iter().map(|row| Outcome::of(row, &predict)).collect())
    }

    /// Split of the row; test where it names none.
    pub fn split(&self) -> Split {
        if self.row.text("split").eq_ignore_ascii_case("calibrate") { Split::Calibrate } else { Split::Test }
    }
}
