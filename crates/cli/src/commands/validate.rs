//! `validate`: predictions beside published measurements, or beside the user's own runs.

use crate::args::{Format, Global, ValidateSplit, ValidationFamily};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use quarterdeck_report::{Cell, Column, Table, json::Document};
use quarterdeck_scenario::{Files, ReadError};
use quarterdeck_validation::training::{self, Sheets, Split};
use quarterdeck_validation::{FAMILIES, facility, recommendation, sheet::Sheet, table::MAX_BYTES};
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
        Some(family) => score(family, data, row, split, global),
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

/// What a family answers: every row in columns, and the tables of its score card.
struct Answer {
    rows: Vec<[String; 7]>,
    sheets: Sheets,
}

fn score(
    family: ValidationFamily,
    data: Option<&str>,
    row: Option<&str>,
    split: ValidateSplit,
    global: &Global,
) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    let bytes = data.map(read).transpose()?;
    let own = data.zip(bytes.as_deref());
    let splits: &[Split] = match split {
        ValidateSplit::All => &[Split::Test, Split::Calibrate],
        ValidateSplit::Test => &[Split::Test],
        ValidateSplit::Calibrate => &[Split::Calibrate],
    };
    let answer = match family {
        ValidationFamily::Training => {
            let outcomes = match own {
                Some((path, bytes)) => training::predict_table(&catalog, path, bytes),
                None => training::predict_published(&catalog),
            };
            let mut outcomes = outcomes.map_err(Failure::Diagnostics)?;
            if let Some(id) = row {
                let ids = outcomes.iter().map(|outcome| outcome.id.as_str());
                return match &outcomes[position(id, ids)?].result {
                    Ok(scored) => {
                        print_sheets(&training::explain(scored, &catalog).map_err(Failure::Bug)?, global)
                    }
                    Err(reason) => unpredicted(id, reason),
                };
            }
            outcomes.retain(|outcome| splits.contains(&outcome.split()));
            let bands = &catalog.intervals.training;
            Answer {
                rows: outcomes.iter().map(|outcome| training::row_values(outcome, bands)).collect(),
                sheets: training::sheets(&outcomes, &catalog, splits, data.is_none()),
            }
        }
        ValidationFamily::Recommendation => {
            let outcomes = match own {
                Some((path, bytes)) => recommendation::predict_table(&catalog, path, bytes),
                None => recommendation::predict_published(&catalog),
            };
            let mut outcomes = outcomes.map_err(Failure::Diagnostics)?;
            if let Some(id) = row {
                let ids = outcomes.iter().map(|outcome| outcome.id.as_str());
                return match &outcomes[position(id, ids)?].result {
                    Ok(scored) => print_sheets(&recommendation::explain(scored, &catalog), global),
                    Err(reason) => unpredicted(id, reason),
                };
            }
            outcomes.retain(|outcome| splits.contains(&outcome.split()));
            let bands = &catalog.intervals.recommendation;
            Answer {
                rows: outcomes.iter().map(|outcome| recommendation::row_values(outcome, bands)).collect(),
                sheets: recommendation::sheets(&outcomes, &catalog, splits, data.is_none()),
            }
        }
        ValidationFamily::Facility => {
            let outcomes = match own {
                Some((path, bytes)) => facility::predict_table(&catalog, path, bytes),
                None => facility::predict_published(&catalog),
            };
            let outcomes = outcomes.map_err(Failure::Diagnostics)?;
            if let Some(id) = row {
                let ids = outcomes.iter().map(|outcome| outcome.id.as_str());
                return match &outcomes[position(id, ids)?].result {
                    Ok(scored) => print_sheets(&facility::explain(scored), global),
                    Err(reason) => unpredicted(id, reason),
                };
            }
            Answer {
                rows: outcomes.iter().flat_map(facility::row_values).collect(),
                sheets: facility::sheets(&outcomes, data.is_some()),
            }
        }
    };
    print_answer(&answer, data.is_some(), global)
}

fn print_answer(answer: &Answer, own: bool, global: &Global) -> Result<Exit, Failure> {
    let sheets = &answer.sheets;
    match global.format {
        Format::Csv => super::catalog::print(&[rows(&answer.rows)], global),
        Format::Json => {
            let tables: Vec<Table> = sheets.tables.iter().map(table).collect();
            let rows: Vec<Value> = answer.rows.iter().map(row_json).collect();
            let body = json!({ "rows": rows, "tables": tables, "notes": sheets.notes });
            let text = Document::new("validation", body).to_pretty();
            print!("{}", text.map_err(|error| Failure::Bug(error.to_string()))?);
            Ok(Exit::Done)
        }
        Format::Text | Format::Md | Format::Html => {
            print_sheets(&sheets.tables, global)?;
            println!();
            for note in &sheets.notes {
                println!("{note}");
            }
            if own {
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

/// Place of a row among the ids.
fn position<'a>(id: &str, ids: impl Iterator<Item = &'a str> + Clone) -> Result<usize, Failure> {
    ids.clone().position(|known| known == id).ok_or_else(|| {
        let near = ids.clone().find(|known| known.starts_with(id));
        let help = near.map_or_else(
            || "`--format csv` prints the id of every row".to_owned(),
            |near| format!("did you mean `{near}`? `--format csv` prints the id of every row"),
        );
        Failure::usage(format!("there is no row `{id}`"), help)
    })
}

fn unpredicted(id: &str, reason: &str) -> Result<Exit, Failure> {
    println!("{id} can not be predicted: {reason}");
    Ok(Exit::Done)
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
fn rows(rows: &[[String; 7]]) -> Table {
    let mut table = Table::new("rows", "Rows");
    for column in training::ROW_COLUMNS {
        table = table.column(Column::text(column, column));
    }
    for values in rows {
        table.push(values.clone().map(Cell::from).to_vec());
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
