//! Entries of the catalogue side by side, each value with its unit and how it is known.

use quarterdeck_catalog::{Comparison, Origin};

use crate::table::{Cell, Column, Table};
use crate::unit::snake;

/// A comparison as a table: a row for each field, a column for each entry.
///
/// A value without a tag is published; every other origin is named behind it.
pub fn comparison_table(comparison: &Comparison) -> Table {
    let mut table = Table::new("comparison", "Side by side")
        .takeaway("Values are published unless a tag says otherwise.")
        .column(Column::text("field", "Field"));
    for (id, name) in comparison.ids.iter().zip(&comparison.names) {
        table = table.column(Column::text(snake(id), name.as_str()));
    }
    for row in &comparison.rows {
        let cells = row.cells.iter().map(|cell| match cell {
            Some(cell) => match cell.origin {
                None | Some(Origin::Published) => Cell::from(cell.text.as_str()),
                Some(origin) => format!("{} [{}]", cell.text, origin).into(),
            },
            None => Cell::Empty,
        });
        table.push([Cell::from(row.field.as_str())].into_iter().chain(cells));
    }
    table
}
