//! Tables of typed cells, and their forms: aligned text, CSV, Markdown, JSON and Parquet.
//!
//! A column says its unit twice: in words for people, and as the ending of its id
//! (`capex_musd`), so that no file that leaves here has a number without a unit. Text forms
//! round; the others keep full precision.

mod export;
#[cfg(feature = "parquet")]
mod parquet;
mod text;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use export::UnitRow;

use crate::provenance::Origin;
use crate::unit::{Unit, is_unit_suffix};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Words.
    Text,
    /// A measured amount; its column id ends in the unit.
    Number,
    /// A whole count.
    Integer,
    /// A calendar quarter, `2022-Q3`.
    Quarter,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Stable id in snake case; of a [`ColumnKind::Number`] it ends in the unit.
    pub id: String,
    /// Head of the column, for people.
    pub title: String,
    /// Unit in words (`million USD`), shown under the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Type of the cells.
    pub kind: ColumnKind,
    /// Decimals to show; without it, enough for three or four significant digits of the largest cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// Weakest origin among the cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Ids of the sources that the cells rest on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

impl Column {
    fn of(kind: ColumnKind, id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            unit: None,
            kind,
            decimals: None,
            origin: None,
            sources: Vec::new(),
        }
    }
    /// A column of words.
    pub fn text(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self::of(ColumnKind::Text, id, title)
    }
    /// A column of whole counts.
    pub fn integer(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self::of(ColumnKind::Integer, id, title)
    }
    /// A column of calendar quarters.
    pub fn quarter(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self::of(ColumnKind::Quarter, id, title)
    }
    /// A column of amounts; `name` and the unit make the id: `("capex", musd)` → `capex_musd`.
    pub fn number(name: &str, title: impl Into<String>, unit: &Unit) -> Self {
        let mut column = Self::of(ColumnKind::Number, unit.key(name), title);
        column.unit = Some(unit.name.to_string());
        column
    }
    /// Sets the decimals that are shown.
    pub fn decimals(mut self, decimals: u8) -> Self {
        self.decimals = Some(decimals);
        self
    }
    /// Sets the weakest origin of the cells.
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }
    /// Adds ids of sources.
    pub fn sources<S: Into<String>>(mut self, ids: impl IntoIterator<Item = S>) -> Self {
        self.sources.extend(ids.into_iter().map(Into::into));
        self
    }
    /// Whether its cells are set flush right.
    pub fn is_numeric(&self) -> bool {
        matches!(self.kind, ColumnKind::Number | ColumnKind::Integer)
    }
}

/// One typed cell. In JSON: `null`, a number, or text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// No value.
    Empty,
    /// A whole count.
    Integer(i64),
    /// A measured amount, in the unit of its column.
    Number(f64),
    /// Words, or a quarter such as `2022-Q3`.
    Text(String),
}

impl Cell {
    /// A number, or an empty cell if the value is not finite.
    pub fn number(value: f64) -> Self {
        if value.is_finite() { Self::Number(value) } else { Self::Empty }
    }
    /// The value of a numeric cell.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(*n as f64),
            Self::Number(x) => Some(*x),
            Self::Empty | Self::Text(_) => None,
        }
    }
    fn fits(&self, kind: ColumnKind) -> bool {
        match self {
            Self::Empty => true,
            Self::Integer(_) => kind == ColumnKind::Integer,
            Self::Number(x) => kind == ColumnKind::Number && x.is_finite(),
            Self::Text(_) => matches!(kind, ColumnKind::Text | ColumnKind::Quarter),
        }
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::number(value)
    }
}
impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}
impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_string())
    }
}
impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A table with its title and the sentence that says what it shows.
///
/// ```
/// use quarterdeck_report::{Column, Table, Unit};
/// let mut table = Table::new("capex", "Capital spending")
///     .takeaway("Spending doubles in a year.")
///     .column(Column::quarter("quarter", "Quarter"))
///     .column(Column::number("capex", "Capex", &Unit::musd()));
/// table.push(["2022-Q1".into(), 5_440.0.into()]);
/// table.push(["2023-Q1".into(), 10_900.0.into()]);
/// assert_eq!(table.check(), Ok(()));
/// assert_eq!(
///     table.to_text(100),
///     "Quarter        Capex\n         million USD\n───────  ───────────\n\
///      2022-Q1        5,440\n2023-Q1       10,900\n"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Stable id in kebab case; also the file name.
    pub id: String,
    /// Short name.
    pub title: String,
    /// One sentence that says what to see.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub takeaway: String,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            takeaway: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }
    /// Sets the sentence that says what to see.
    pub fn takeaway(mut self, sentence: impl Into<String>) -> Self {
        self.takeaway = sentence.into();
        self
    }
    /// Adds a column on the right.
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }
    /// Adds a row at the bottom.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether the table is sound: ids unique and in snake case, number columns named with
    /// their unit, rows complete, cells of their column's kind.
    pub fn check(&self) -> Result<(), TableError> {
        for (idx, column) in self.columns.iter().enumerate() {
            let fault =
                |fault| TableError::Column { table: self.id.clone(), column: column.id.clone(), fault };
            if self.columns[..idx].iter().any(|other| other.id == column.id) {
                return Err(fault(ColumnFault::Repeated));
            }
            if column.id != crate::unit::snake(&column.id) {
                return Err(fault(ColumnFault::NotSnakeCase));
            }
            if column.kind == ColumnKind::Number && !is_unit_suffix(&column.id) {
                return Err(fault(ColumnFault::NoUnit));
            }
        }
        for (row_idx, row) in self.rows.iter().enumerate() {
            if row.len() != self.columns.len() {
                return Err(TableError::RowLength {
                    table: self.id.clone(),
                    row: row_idx,
                    cells: row.len(),
                    columns: self.columns.len(),
                });
            }
            if let Some((column, _)) =
                self.columns.iter().zip(row).find(|(column, cell)| !cell.fits(column.kind))
            {
                return Err(TableError::Kind {
                    table: self.id.clone(),
                    row: row_idx,
                    column: column.id.clone(),
                });
            }
        }
        Ok(())
    }

    /// The sum of a numeric column; empty cells count as nothing.
    pub fn sum(&self, column_id: &str) -> Option<f64> {
        let idx = self.columns.iter().position(|c| c.id == column_id && c.is_numeric())?;
        Some(self.rows.iter().filter_map(|row| row.get(idx)).filter_map(Cell::as_f64).sum())
    }
}

/// What is wrong with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnFault {
    /// Another column has the same id.
    Repeated,
    /// The id is not in snake case.
    NotSnakeCase,
    /// The id of a number column does not end in a unit.
    NoUnit,
}

/// Why a table cannot be written. Each is a fault of the code that built it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// A column is wrong.
    Column {
        /// Id of the table.
        table: String,
        /// Id of the column.
        column: String,
        /// What is wrong.
        fault: ColumnFault,
    },
    /// A row has too few or too many cells.
    RowLength {
        /// Id of the table.
        table: String,
        /// Row, from 0.
        row: usize,
        /// Cells in the row.
        cells: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// A cell is not of its column's kind, or not finite.
    Kind {
        /// Id of the table.
        table: String,
        /// Row, from 0.
        row: usize,
        /// Id of the column.
        column: String,
    },
    /// The writer failed.
    Write {
        /// Id of the table.
        table: String,
        /// The writer's own words.
        reason: String,
    },
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column { table, column, fault } => {
                let what = match fault {
                    ColumnFault::Repeated => "is there twice",
                    ColumnFault::NotSnakeCase => "is not in snake case",
                    ColumnFault::NoUnit => "does not end in a unit, as in `capex_musd`",
                };
                write!(f, "table `{table}`: column `{column}` {what}")
            }
            Self::RowLength { table, row, cells, columns } => {
                write!(f, "table `{table}`: row {row} has {cells} cells for {columns} columns")
            }
            Self::Kind { table, row, column } => {
                write!(f, "table `{table}`: row {row} has a cell of the wrong kind in `{column}`")
            }
            Self::Write { table, reason } => write!(f, "table `{table}`: {reason}"),
        }
    }
}

impl std::error::Error for TableError {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small table with every kind of cell.
    pub(crate) fn purchases() -> Table {
        let mut table = Table::new("purchases", "Purchases")
            .takeaway("Two sites buy 3,072 accelerators.")
            .column(Column::quarter("order_by", "Order by"))
            .column(Column::text("site", "Site"))
            .column(Column::integer("devices", "Devices"))
            .column(
                Column::number("capex", "Capex", &Unit::musd())
                    .origin(Origin::Assumed)
                    .sources(["vendor-price-list"]),
            );
        table.push(["2026-Q1".into(), "Ashburn".into(), 2048.into(), 271.25.into()]);
        table.push(["2026-Q2".into(), "Dublin | east".into(), 1024.into(), Cell::Empty]);
        table
    }

    #[test]
    fn a_sound_table_passes() {
        assert_eq!(purchases().check(), Ok(()));
        assert_eq!(purchases().sum("capex_musd"), Some(271.25));
        assert_eq!(purchases().sum("site"), None);
    }

    #[test]
    fn faults_are_named() {
        let check = |change: &dyn Fn(&mut Table), expect: &str| {
            let mut table = purchases();
            change(&mut table);
            assert_eq!(table.check().unwrap_err().to_string(), expect);
        };
        check(
            &|t| t.columns[3].id = "capex".into(),
            "table `purchases`: column `capex` does not end in a unit, as in `capex_musd`",
        );
        check(
            &|t| t.columns[1].id = "order_by".into(),
            "table `purchases`: column `order_by` is there twice",
        );
        check(&|t| t.columns[1].id = "Site".into(), "table `purchases`: column `Site` is not in snake case");
        check(&|t| t.rows[1].truncate(2), "table `purchases`: row 1 has 2 cells for 4 columns");
        check(
            &|t| t.rows[0][2] = "many".into(),
            "table `purchases`: row 0 has a cell of the wrong kind in `devices`",
        );
        check(
            &|t| t.rows[0][3] = Cell::Number(f64::INFINITY),
            "table `purchases`: row 0 has a cell of the wrong kind in `capex_musd`",
        );
    }

    #[test]
    fn cells_survive_json() {
        let table = purchases();
        let text = serde_json::to_string(&table).unwrap();
        let back: Table = serde_json::from_str(&text).unwrap();
        assert_eq!(back, table);
    }
}
