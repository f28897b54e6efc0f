//! Parquet files, column by column. The file's metadata hold what a column's type cannot:
//! unit, origin and sources.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::{Cell, ColumnKind, Table, TableError};
use crate::json::SCHEMA_VERSION;

/// Rows in one row group; readers load one at a time.
const GROUP_ROWS: usize = 100_000;

impl Table {
    /// Writes the table as Parquet, every column optional, at full precision.
    ///
    /// File metadata: `quarterdeck.schema_version`, `quarterdeck.title`, `quarterdeck.takeaway`,
    /// and for each column `quarterdeck.column.<id>` with its title, unit, origin and sources as
    /// JSON. The same table gives the same bytes.
    pub fn to_parquet<W: Write + Send>(&self, to: W) -> Result<(), TableError> {
        self.check()?;
        self.write_parquet(to)
            .map_err(|e| TableError::Write { table: self.id.clone(), reason: e.to_string() })
    }

    fn write_parquet<W: Write + Send>(&self, to: W) -> Result<(), ParquetError> {
        let properties = WriterProperties::builder()
            .set_created_by(format!("quarterdeck {}", env!("CARGO_PKG_VERSION")))
            .set_key_value_metadata(Some(self.metadata()?))
            .build();
        let mut file = SerializedFileWriter::new(to, self.schema()?, Arc::new(properties))?;
        for rows in self.rows.chunks(GROUP_ROWS) {
            let mut group = file.next_row_group()?;
            let mut column_idx = 0;
            while let Some(mut column) = group.next_column()? {
                let cells = || rows.iter().filter_map(|row| row.get(column_idx));
                let present: Vec<i16> = cells().map(|c| i16::from(*c != Cell::Empty)).collect();
                match self.columns[column_idx].kind {
                    ColumnKind::Number => {
                        let values: Vec<f64> = cells().filter_map(Cell::as_f64).collect();
                        column.typed::<DoubleType>().write_batch(&values, Some(&present), None)?;
                    }
                    ColumnKind::Integer => {
                        let values: Vec<i64> = cells().filter_map(integer).collect();
                        column.typed::<Int64Type>().write_batch(&values, Some(&present), None)?;
                    }
                    ColumnKind::Text | ColumnKind::Quarter => {
                        let values: Vec<ByteArray> = cells().filter_map(text).collect();
                        column.typed::<ByteArrayType>().write_batch(&values, Some(&present), None)?;
                    }
                }
                column.close()?;
                column_idx += 1;
            }
            group.close()?;
        }
        file.close()?;
        Ok(())
    }

    fn schema(&self) -> Result<TypePtr, ParquetError> {
        let mut fields = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let (physical, logical) = match column.kind {
                ColumnKind::Number => (Physical::DOUBLE, None),
                ColumnKind::Integer => (Physical::INT64, None),
                ColumnKind::Text | ColumnKind::Quarter => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            };
            let field = Type::primitive_type_builder(&column.id, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()?;
            fields.push(Arc::new(field));
        }
        Ok(Arc::new(Type::group_type_builder("table").with_fields(fields).build()?))
    }

    fn metadata(&self) -> Result<Vec<KeyValue>, ParquetError> {
        let mut pairs = vec![
            KeyValue::new("quarterdeck.schema_version".into(), SCHEMA_VERSION.to_string()),
            KeyValue::new("quarterdeck.title".into(), self.title.clone()),
            KeyValue::new("quarterdeck.takeaway".into(), self.takeaway.clone()),
        ];
        for column in &self.columns {
            let json = serde_json::to_string(column).map_err(|e| ParquetError::General(e.to_string()))?;
            pairs.push(KeyValue::new(format!("quarterdeck.column.{}", column.id), json));
        }
        Ok(pairs)
    }
}

fn integer(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Integer(n) => Some(*n),
        _ => None,
    }
}

fn text(cell: &Cell) -> Option<ByteArray> {
    match cell {
        Cell::Text(text) => Some(ByteArray::from(text.as_str())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    use crate::table::tests::purchases;

    #[test]
    fn a_file_reads_back_with_its_units() {
        let mut bytes = Vec::new();
        purchases().to_parquet(&mut bytes).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].get_string(1).unwrap(), "Ashburn");
        assert_eq!(rows[1].get_long(2).unwrap(), 1024);
        assert_eq!(rows[0].get_double(3).unwrap(), 271.25);
        assert!(rows[1].get_double(3).is_err(), "an empty cell is null");

        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
        let capex = metadata.iter().find(|m| m.key == "quarterdeck.column.capex_musd").unwrap();
        let column: crate::Column = serde_json::from_str(capex.value.as_deref().unwrap()).unwrap();
        assert_eq!(column.unit.as_deref(), Some("million USD"));
        assert_eq!(column.sources, ["vendor-price-list"]);
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        let write = || {
            let mut bytes = Vec::new();
            purchases().to_parquet(&mut bytes).unwrap();
            bytes
        };
        assert_eq!(write(), write());
    }
}
