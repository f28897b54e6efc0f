//! `catalog`: facts with their sources, listed, shown and compared.

use crate::args::{CatalogCommand, CatalogKind, Format, Global};
use crate::exit::{Exit, Failure};
use quarterdeck_catalog::{Catalog, Comparison, EntryKind, UnknownId};
use quarterdeck_report::{Cell, Column, Table};

/// Answers a question about the catalogue.
pub fn run(command: &CatalogCommand, global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    match command {
        CatalogCommand::List { kind: Some(CatalogKind::Sources) } => print(&[sources(&catalog)], global),
        CatalogCommand::List { kind } => {
            let kind = kind.and_then(entry_kind);
            print(&[list(&catalog, kind)], global)
        }
        CatalogCommand::Show { id } => {
            let found = catalog.compare(&[id.as_str()]).map_err(|error| unknown(&error))?;
            print(&[show(&found)], global)?;
            notes(&found, global);
            Ok(Exit::Done)
        }
        CatalogCommand::Compare { ids } => {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = catalog.compare(&ids).map_err(|error| unknown(&error))?;
            print(&[compare(&found)], global)?;
            notes(&found, global);
            Ok(Exit::Done)
        }
    }
}

fn entry_kind(kind: CatalogKind) -> Option<EntryKind> {
    match kind {
        CatalogKind::Devices => Some(EntryKind::Device),
        CatalogKind::Platforms => Some(EntryKind::Platform),
        CatalogKind::Models => Some(EntryKind::Model),
        CatalogKind::Sources => None,
    }
}

fn unknown(error: &UnknownId) -> Failure {
    Failure::usage(error.to_string(), "`quarterdeck catalog list` prints every id")
}

/// Prints tables in the form asked for.
pub fn print(tables: &[Table], global: &Global) -> Result<Exit, Failure> {
    for table in tables {
        let text = match global.format {
            Format::Text => table.to_text(100),
            Format::Csv => table
                .to_csv(quarterdeck_report::table::UnitRow::Omit)
                .map_err(|error| Failure::Bug(error.to_string()))?,
            // `commands::run` refuses pages of what has none.
            Format::Md | Format::Html => table.to_markdown(),
            Format::Json => {
                let document = quarterdeck_report::json::Document::new("table", table);
                document.to_pretty().map_err(|error| Failure::Bug(error.to_string()))?
            }
        };
        println!("{}", text.trim_end());
    }
    Ok(Exit::Done)
}

fn list(catalog: &Catalog, kind: Option<EntryKind>) -> Table {
    let mut table = Table::new("catalog", "Catalogue")
        .column(Column::text("kind", "kind"))
        .column(Column::text("id", "id"))
        .column(Column::text("summary", "what it is"))
        .column(Column::text("weakest", "weakest origin"));
    for entry in catalog.list(kind) {
        let summary = format!("{}: {}", entry.name, entry.summary);
        table.push([
            Cell::from(entry.kind.to_string()),
            Cell::from(entry.id),
            Cell::from(summary),
            Cell::from(format!("{} ({} of {} assumed)", entry.weakest, entry.assumed, entry.values)),
        ]);
    }
    table
}

fn sources(catalog: &Catalog) -> Table {
    let mut table = Table::new("sources", "Sources")
        .column(Column::text("id", "id"))
        .column(Column::text("title", "title"))
        .column(Column::text("publisher", "publisher"))
        .column(Column::text("url", "address"));
    for source in catalog.sources.values() {
        table.push([
            Cell::from(source.id.to_string()),
            Cell::from(source.title.clone()),
            Cell::from(source.publisher.clone()),
            Cell::from(source.url.clone()),
        ]);
    }
    table
}

fn show(found: &Comparison) -> Table {
    let mut table = Table::new("entry", found.names.first().cloned().unwrap_or_default())
        .column(Column::text("field", "field"))
        .column(Column::text("value", "value"))
        .column(Column::text("origin", "origin"))
        .column(Column::text("basis", "source or reason"));
    for row in &found.rows {
        let Some(Some(cell)) = row.cells.first() else { continue };
        let place =
            [cell.source.as_ref().map(ToString::to_string), cell.locator.clone(), cell.reason.clone()];
        let basis: Vec<String> = place.into_iter().flatten().collect();
        table.push([
            Cell::from(row.field.clone()),
            Cell::from(cell.text.clone()),
            Cell::from(cell.origin.map_or(String::new(), |origin| origin.to_string())),
            Cell::from(basis.join("; ")),
        ]);
    }
    table
}

/// Marks of values that are weaker than published.
const MARKS: &str = "* assumed   ~ interpolated or derived   (all other values are measured or published; \
                     `quarterdeck catalog show ID` names each source)";

fn compare(found: &Comparison) -> Table {
    let mut table = Table::new("compare", found.ids.join(" · ")).column(Column::text("field", "field"));
    for id in &found.ids {
        table = table.column(Column::text(id.replace('-', "_"), id.clone()));
    }
    for row in &found.rows {
        let cells = row.cells.iter().map(|cell| match cell {
            None => "–".to_owned(),
            Some(cell) => {
                let mark = match cell.origin {
                    Some(quarterdeck_catalog::Origin::Assumed) => " *",
                    Some(
                        quarterdeck_catalog::Origin::Interpolated | quarterdeck_catalog::Origin::Analytical,
                    ) => " ~",
                    _ => "",
                };
                format!("{}{mark}", cell.text)
            }
        });
        table.push(std::iter::once(row.field.clone()).chain(cells).map(Cell::from).collect::<Vec<_>>());
    }
    table
}

fn notes(found: &Comparison, global: &Global) {
    if global.format != Format::Text {
        return;
    }
    if found.ids.len() > 1 {
        println!("\n{MARKS}");
    }
    for (id, note) in found.ids.iter().zip(&found.notes) {
        if let Some(note) = note {
            println!("{id}: {note}");
        }
    }
}
