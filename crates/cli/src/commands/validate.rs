//! `validate`: predictions beside published measurements, or beside the user's own runs.

use crate::args::{Format, Global, ValidateSplit, ValidationFamily};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use quarterdeck_catalog::Catalog;
use quarterdeck_report::{Cell, Column, Table, json::Document};
use quarterdeck_scenario::{Files, ReadError};
use quarterdeck_validation::training::{self, Outcome, Split};
use quarterdeck_validation::{FAMILIES, sheet::Sheet, table::MAX_BYTES};
use serde_json::{Value, json};

/// Scores a family of measurements; lists the families where none is named.
pub fn run(
    family: Option<ValidationFamily>,
    data: Option<&str>,
    row: Option<&str>,
    split: ValidateSplit,
    global: &Global,
) -> Result<Exit, Failure> {
    match family {
        None if data.is_some() || row.is_some() => Err(Failure::usage(
            "which measurements are these?",
            "name a family: `quarterdeck validate training`",
        )),
        None => super::catalog::print(&[families()], global),
        Some(ValidationFamily::Training) => score(data, row, split, global),
    }
}

fn families() -> Table {
    let mut table = Table::new("families", "Measurements that predictions are scored against")
        .column(Column::text("family", "family"))
        .column(Column::text("what", "what is measured"));
    for family in FAMILIES {
        table.push([Cell::from(family.name.to_owned()), Cell::from(family.what.to_owned())]);
    }
    table
}

fn score(
    data: Option<&str>,
    row: Option<&str>,
    split: ValidateSplit,
    global: &Global,
) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    let outcomes = match data {
        Some(path) => training::predict_table(&catalog, path, &read(path)?),
        None => training::predict_published(&catalog),
    };
    let mut outcomes = outcomes.map_err(Failure::Diagnostics)?;
    if let Some(id) = row {
        return explain(id, &outcomes, &catalog, global);
    }
    let splits: &[Split] = match split {
        ValidateSplit::All => &[Split::Test, Split::Calibrate],
        ValidateSplit::Test => &[Split::Test],
        ValidateSplit::Calibrate => &[Split::Calibrate],
    };
    outcomes.retain(|outcome| splits.contains(&outcome.split()));
    match global.format {
        Format::Csv => super::catalog::print(&[rows(&outcomes, &catalog)], global),
        Format::Json => {
            let sheets = training::sheets(&outcomes, &catalog, splits, data.is_none());
            let tables: Vec<Table> = sheets.tables.iter().map(table).collect();
            let rows: Vec<Value> = outcomes
                .iter()
                .map(|outcome| row_json(&training::row_values(outcome, &catalog.intervals.training)))
                .collect();
            let body = json!({ "rows": rows, "tables": tables, "notes": sheets.notes });
            let text = Document::new("validation", body).to_pretty();
            print!("{}", text.map_err(|error| Failure::Bug(error.to_string()))?);
            Ok(Exit::Done)
        }
        Format::Text | Format::Md => {
            let sheets = training::sheets(&outcomes, &catalog, splits, data.is_none());
            print_sheets(&sheets.tables, global)?;
            println!();
            for note in &sheets.notes {
                println!("{note}");
            }
            if data.is_some() {
                println!("`--format csv` prints each row, `--row ID` explains one.");
            }
            Ok(Exit::Done)
        }
    }
}

fn read(path: &str) -> Result<Vec<u8>, Failure> {
    Disk.read(path, MAX_BYTES as u64).map_err(|error| {
        let why = match error {
            ReadError::NotFound => "there is no such file".to_owned(),
            ReadError::TooLarge { size } => format!("it has {size} bytes, at most {MAX_BYTES} are read"),
            ReadError::Other(why) => why,
        };
        Failure::usage(
            format!("`{path}` can not be read: {why}"),
            "name a CSV file with the columns that `docs/how-to/score-your-runs.md` lists, or `-`",
        )
    })
}

/// One row in full.
fn explain(id: &str, outcomes: &[Outcome], catalog: &Catalog, global: &Global) -> Result<Exit, Failure> {
    let Some(outcome) = outcomes.iter().find(|outcome| outcome.id == id) else {
        let near = outcomes.iter().map(|outcome| outcome.id.as_str()).find(|known| known.starts_with(id));
        let help = near.map_or_else(
            || "`--format csv` prints the id of every row".to_owned(),
            |near| format!("did you mean `{near}`? `--format csv` prints the id of every row"),
        );
        return Err(Failure::usage(format!("there is no row `{id}`"), help));
    };
    match &outcome.result {
        Ok(scored) => {
            let sheets = training::explain(scored, catalog).map_err(Failure::Bug)?;
            print_sheets(&sheets, global)
        }
        Err(reason) => {
            println!("{id} can not be predicted: {reason}");
            Ok(Exit::Done)
        }
    }
}

fn print_sheets(sheets: &[Sheet], global: &Global) -> Result<Exit, Failure> {
    let wide = matches!(global.format, Format::Text | Format::Md);
    for (idx, sheet) in sheets.iter().enumerate() {
        if wide {
            let heading = if global.format == Format::Md { "## " } else { "" };
            println!("{}{heading}{}\n", if idx > 0 { "\n" } else { "" }, sheet.title);
        }
        super::catalog::print(&[table(sheet)], global)?;
    }
    Ok(Exit::Done)
}

fn table(sheet: &Sheet) -> Table {
    let mut table = Table::new(sheet.key, sheet.title.clone());
    for column in &sheet.columns {
        table = table.column(Column::text(column.key, column.title));
    }
    for row in &sheet.rows {
        table.push(row.iter().cloned().map(Cell::from).collect::<Vec<_>>());
    }
    table
}

/// Every row of a score, in the columns that other programs read.
fn rows(outcomes: &[Outcome], catalog: &Catalog) -> Table {
    let mut table = Table::new("rows", "Rows");
    for column in training::ROW_COLUMNS {
        table = table.column(Column::text(column, column));
    }
    for outcome in outcomes {
        let values = training::row_values(outcome, &catalog.intervals.training);
        table.push(values.map(Cell::from).to_vec());
    }
    table
}

fn row_json(values: &[String; 7]) -> Value {
    let mut object = serde_json::Map::new();
    for (column, value) in training::ROW_COLUMNS.iter().zip(values) {
        let number = value.parse::<f64>().ok().filter(|_| !matches!(*column, "id" | "unit" | "status"));
        object.insert((*column).to_owned(), number.map_or_else(|| json!(value), |number| json!(number)));
    }
    Value::Object(object)
}
