//! Reads a table of measurements from CSV text: columns in any order, unknown ones kept, faults of a row kept
//! with the row, faults of the file as diagnostics with their place.

use std::collections::BTreeMap;
use std::sync::Arc;

use quarterdeck_scenario::{Diagnostic, Diagnostics, Sources, Span};

/// Most bytes of a file that are read.
pub const MAX_BYTES: usize = 16 << 20;

/// One row: cells by column name, trimmed; empty cells are left out.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// Cells that hold something.
    pub cells: BTreeMap<String, String>,
    /// What is wrong with the row as a whole.
    pub fault: Option<String>,
}

impl Row {
    /// Text of a cell; empty where there is none.
    pub fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// A finite number of a cell, none where it is empty, or what is wrong with it.
    pub fn number(&self, column: &str) -> Result<Option<f64>, String> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let digits = text.replace(['_', ' '], "");
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(format!("`{column}` is `{}`, which is no number", shortened(text))),
        }
    }

    /// A whole number from 1 up to `most`, none where the cell is empty.
    pub fn ways(&self, column: &str, most: u32) -> Result<Option<u32>, String> {
        let Some(value) = self.number(column)? else { return Ok(None) };
        if value.fract() == 0.0 && value >= 1.0 && value <= f64::from(most) {
            Ok(Some(value as u32))
        } else {
            Err(format!("`{column}` is {value}, which is no whole number from 1 to {most}"))
        }
    }

    /// A number above zero, none where the cell is empty.
    pub fn positive(&self, column: &str) -> Result<Option<f64>, String> {
        match self.number(column)? {
            Some(value) if value <= 0.0 => Err(format!("`{column}` is {value}, which is not above zero")),
            other => Ok(other),
        }
    }
}

/// A text cut to what a message can hold.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST - 1).collect();
    format!("{head}…")
}

/// Rows of a CSV text.
///
/// # Errors
/// Text that is no UTF-8 or too large, a header that lacks a required column or names one twice, and lines that
/// break CSV, each with its place. Rows with too few or too many cells are kept with their fault.
pub fn read(name: &str, bytes: &[u8], required: &[&str]) -> Result<Vec<Row>, Diagnostics> {
    let mut sources = Sources::default();
    let text = match std::str::from_utf8(bytes) {
        _ if bytes.len() > MAX_BYTES => {
            let file = sources.add(name, "");
            let message = format!("{name} has {} bytes; at most {MAX_BYTES} are read", bytes.len());
            let fault = Diagnostic::new("scenario::too-large", Span::new(file, 0, 0), message)
                .help("score the rows in several files");
            return Err(Diagnostics::new(Arc::new(sources), vec![fault]));
        }
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            let end = valid.len();
            let file = sources.add(name, valid);
            let fault = Diagnostic::new(
                "scenario::not-text",
                Span::new(file, end, end),
                format!("byte {end} of {name} is no UTF-8 text"),
            )
            .help("save the table as CSV in UTF-8");
            return Err(Diagnostics::new(Arc::new(sources), vec![fault]));
        }
    };
    let file = sources.add(name, text);
    let mut faults = Vec::new();
    let fail = |sources: Sources, faults| Err(Diagnostics::new(Arc::new(sources), faults));
    let bad = |at: usize, message: String, help: String| {
        Diagnostic::new("scenario::bad-csv", Span::new(file, at, at), message).help(help)
    };

    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|cell| cell.to_lowercase()).collect(),
        Err(error) => {
            let fault = bad(0, format!("the header can not be read: {error}"), HELP_HEADER.to_owned());
            return fail(sources, vec![fault]);
        }
    };
    for column in required {
        if !header.iter().any(|cell| cell == column) {
            let nearest = header.iter().filter(|cell| alike(cell, column)).map(String::as_str).next();
            let help = nearest.map_or_else(
                || format!("the header must name: {}", required.join(", ")),
                |near| format!("is `{near}` meant to be `{column}`?"),
            );
            let end = text.find(['\r', '\n']).unwrap_or(text.len());
            let fault = Diagnostic::new(
                "scenario::unknown-column",
                Span::new(file, 0, end),
                format!("the header of {name} has no column `{column}`"),
            );
            faults.push(fault.help(help));
        }
    }
    for (idx, column) in header.iter().enumerate() {
        if !column.is_empty() && header[..idx].contains(column) {
            faults.push(bad(
                0,
                format!("the header names the column `{column}` twice"),
                "rename or remove one of the two".to_owned(),
            ));
        }
    }
    if !faults.is_empty() {
        return fail(sources, faults);
    }

    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let at = reader.position().byte() as usize;
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => rows.push(row(&header, &record)),
            Err(error) => {
                faults.push(bad(at, format!("this line can not be read: {error}"), HELP_QUOTES.to_owned()));
                break;
            }
        }
    }
    if faults.is_empty() { Ok(rows) } else { fail(sources, faults) }
}

const HELP_HEADER: &str = "the first line names the columns, separated by commas";
const HELP_QUOTES: &str = "separate cells by commas, and put text with commas in quotes";

fn row(header: &[String], record: &csv::StringRecord) -> Row {
    let cells = header
        .iter()
        .zip(record.iter())
        .filter(|(column, cell)| !column.is_empty() && !cell.is_empty())
        .map(|(column, cell)| (column.clone(), cell.to_owned()))
        .collect();
    let line = record.position().map_or(0, csv::Position::line);
    let fault = (record.len() != header.len())
        .then(|| format!("line {line} has {} cells, the header {}", record.len(), header.len()));
    Row { line, cells, fault }
}

/// Whether one name is a spelling of the other: equal without marks, or one contains the other.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let (one, other) = (plain(one), plain(other));
    !one.is_empty() && (one.contains(&other) || other.contains(&one))
}
