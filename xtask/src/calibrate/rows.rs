//! Rows of a gzipped table with a header line; fields hold no commas and no quotes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::rc::Rc;

use flate2::read::GzDecoder;

/// One row, its fields by the names of the header.
#[derive(Clone, Debug)]
pub struct Row {
    columns: Rc<BTreeMap<String, usize>>,
    fields: Vec<String>,
}

impl Row {
    /// A field as text; empty where the table lacks it.
    pub fn text(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|index| self.fields.get(*index)).map_or("", String::as_str)
    }

    /// A field as a number.
    ///
    /// # Errors
    /// When it is none, naming the column.
    pub fn number(&self, column: &str) -> Result<f64, String> {
        let text = self.text(column);
        text.parse().map_err(|_| format!("`{text}` in column `{column}` is not a number"))
    }
}

/// Reads all rows of a table.
///
/// # Errors
/// When the file cannot be read or a line has another number of fields than the header.
pub fn read(path: &Path) -> Result<Vec<Row>, String> {
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut text = String::new();
    let file = File::open(path).map_err(|error| at(&error))?;
    GzDecoder::new(file).read_to_string(&mut text).map_err(|error| at(&error))?;
    parse(&text).map_err(|error| at(&error))
}

fn parse(text: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.lines();
    let header = lines.next().ok_or("is empty")?;
    let columns: BTreeMap<String, usize> =
        header.split(',').enumerate().map(|(index, name)| (name.to_owned(), index)).collect();
    let columns = Rc::new(columns);
    let mut rows = Vec::new();
    for (number, line) in (2..).zip(lines) {
        let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        if fields.len() != columns.len() {
            return Err(format!("line {number} has {} fields, the header {}", fields.len(), columns.len()));
        }
        rows.push(Row { columns: Rc::clone(&columns), fields });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let rows = parse("m,n\n4,x\n").unwrap();
        assert_eq!(rows[0].number("m").unwrap(), 4.0);
        assert!(rows[0].number("n").unwrap_err().contains("`x` in column `n`"));
        assert_eq!(rows[0].text("missing"), "");
        assert!(parse("m,n\n4\n").unwrap_err().contains("line 2 has 1 fields, the header 2"));
    }
}
