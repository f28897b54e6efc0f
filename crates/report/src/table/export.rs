//! CSV, Markdown and JSON.

use serde_json::{Map, Value};

use super::{Cell, Table, TableError};

/// Whether a CSV file has a second head row with the units in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitRow {
    /// One head row of column ids (which end in their units).
    Omit,
    /// A second head row with the units in words.
    Include,
}

impl Table {
    /// CSV with a head row of column ids, at full precision.
    pub fn to_csv(&self, units: UnitRow) -> Result<String, TableError> {
        self.check()?;
        let failed = |reason: String| TableError::Write { table: self.id.clone(), reason };
        let mut writer = csv::Writer::from_writer(Vec::new());
        let ids = self.columns.iter().map(|c| c.id.as_str());
        writer.write_record(ids).map_err(|e| failed(e.to_string()))?;
        if units == UnitRow::Include {
            let names = self.columns.iter().map(|c| c.unit.as_deref().unwrap_or(""));
            writer.write_record(names).map_err(|e| failed(e.to_string()))?;
        }
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Empty => String::new(),
                Cell::Integer(n) => n.to_string(),
                Cell::Number(x) => x.to_string(),
                Cell::Text(text) => text.clone(),
            });
            writer.write_record(cells).map_err(|e| failed(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| failed(e.to_string()))
    }

    /// A Markdown table with its takeaway above, to paste in a review; rounded as text is.
    pub fn to_markdown(&self) -> String {
        let escape = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;");
        let mut out = format!("**{}**", escape(&self.title));
        if !self.takeaway.is_empty() {
            out.push_str(&format!(": {}", escape(&self.takeaway)));
        }
        out.push_str("\n\n|");
        for column in &self.columns {
            let unit = column.unit.as_deref().map(|u| format!(" ({u})")).unwrap_or_default();
            out.push_str(&format!(" {}{} |", escape(&column.title), escape(&unit)));
        }
        out.push_str("\n|");
        for column in &self.columns {
            out.push_str(if column.is_numeric() { " ---: |" } else { " --- |" });
        }
        out.push('\n');
        for row in self.shown_cells() {
            out.push('|');
            for cell in row {
                out.push_str(&format!(" {} |", escape(&cell)));
            }
            out.push('\n');
        }
        out
    }

    /// The rows as objects keyed by column id, with the columns beside them.
    pub fn to_json(&self) -> Result<Value, TableError> {
        self.check()?;
        let failed =
            |e: serde_json::Error| TableError::Write { table: self.id.clone(), reason: e.to_string() };
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let mut record = Map::new();
            for (column, cell) in self.columns.iter().zip(row) {
                record.insert(column.id.clone(), serde_json::to_value(cell).map_err(failed)?);
            }
            rows.push(Value::Object(record));
        }
        let mut table = Map::new();
        table.insert("id".into(), self.id.clone().into());
        table.insert("title".into(), self.title.clone().into());
        table.insert("takeaway".into(), self.takeaway.clone().into());
        table.insert("columns".into(), serde_json::to_value(&self.columns).map_err(failed)?);
        table.insert("rows".into(), rows.into());
        Ok(Value::Object(table))
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::table::tests::purchases;

    #[test]
    fn csv_has_ids_as_its_head() {
        assert_snapshot!(purchases().to_csv(UnitRow::Omit).unwrap(), @r#"
        order_by,site,devices,capex_musd
        2026-Q1,Ashburn,2048,271.25
        2026-Q2,Dublin | east,1024,
        "#);
    }

    #[test]
    fn csv_can_have_a_unit_row() {
        let text = purchases().to_csv(UnitRow::Include).unwrap();
        assert_eq!(text.lines().nth(1), Some(",,,million USD"));
    }

    #[test]
    fn csv_keeps_every_digit_and_quotes_what_needs_it() {
        let mut table = purchases();
        table.rows[0][1] = "say \"yes\", twice\nor not".into();
        table.rows[0][3] = Cell::Number(0.1 + 0.2);
        let text = table.to_csv(UnitRow::Omit).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let first = reader.records().next().unwrap().unwrap();
        assert_eq!(&first[1], "say \"yes\", twice\nor not");
        assert_eq!(first[3].parse::<f64>().unwrap(), 0.1 + 0.2);
    }

    #[test]
    fn markdown_escapes_its_own_marks() {
        assert_snapshot!(purchases().to_markdown(), @r#"
        **Purchases**: Two sites buy 3,072 accelerators.

        | Order by | Site | Devices | Capex (million USD) |
        | --- | --- | ---: | ---: |
        | 2026-Q1 | Ashburn | 2,048 | 271.2 |
        | 2026-Q2 | Dublin \| east | 1,024 |  |
        "#);
    }

    #[test]
    fn json_rows_are_keyed_by_column() {
        let json = purchases().to_json().unwrap();
        assert_eq!(json["rows"][0]["capex_musd"], 271.25);
        assert_eq!(json["rows"][1]["capex_musd"], Value::Null);
        assert_eq!(json["columns"][3]["origin"], "assumed");
    }

    #[test]
    fn an_unsound_table_is_not_written() {
        let mut table = purchases();
        table.rows[0].pop();
        assert!(table.to_csv(UnitRow::Omit).is_err());
        assert!(table.to_json().is_err());
    }
}
