//! Values over the quarters in a file: a constant, a table by quarter, or a column of a CSV file.

use crate::diagnostic::Diagnostic;
use crate::document::{Node, Value, cut};
use crate::model::{Between, Curve};
use crate::read::{MAX_CSV_BYTES, Reader};
use crate::source::{FileId, Span};
use crate::spec::{At, Field, FieldSpec, Need, Shape, Table, table};
use quarterdeck_units::Quarter;

/// A curve with the places of its points.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct RawCurve<T> {
    /// Points in order of quarters.
    pub(crate) points: Vec<(Option<At<Quarter>>, At<T>)>,
    between: Between,
}

impl<T: Clone> RawCurve<T> {
    pub(crate) fn curve(&self) -> Curve<T> {
        self.map(T::clone)
    }

    pub(crate) fn map<U>(&self, change: impl Fn(&T) -> U) -> Curve<U> {
        let points = self
            .points
            .iter()
            .map(|(quarter, value)| (quarter.as_ref().map(|quarter| quarter.value), change(&value.value)))
            .collect();
        Curve { points, between: self.between }
    }

    /// A curve that comes from no file, for writing.
    pub(crate) fn of<U>(curve: &Curve<U>, change: impl Fn(&U) -> T) -> RawCurve<T> {
        let points = curve
            .points
            .iter()
            .map(|(quarter, value)| (quarter.map(At::nowhere), At::nowhere(change(value))))
            .collect();
        RawCurve { points, between: curve.between }
    }
}

table! {
    /// A column of a CSV file: a header line, one line for each quarter. Lines that start with `#` are left out.
    CsvTable, "scenario.csv", "a CSV column", "";
    /// Path of the file, relative to the file that names it.
    csv: String = Need::Required, "\"demand.csv\"";
    /// Name of the column that holds the values.
    column: String = Need::Required, "\"ads\"";
    /// Name of the column that holds the quarters.
    quarter: String = Need::Default("`quarter`"), "\"quarter\"";
    /// Unit of the values.
    unit: String = Need::Default("each value carries its unit"), "\"samples/s\"";
}

impl<T: Field> Field for RawCurve<T> {
    fn shape() -> Shape {
        Shape::Curve(Box::new(T::shape()))
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        let between = field.between;
        let Value::Table(entries) = &node.value else {
            let value = T::read(reader, field, node)?;
            return Some(RawCurve { points: vec![(None, At::new(node.span, value))], between });
        };
        if node.get("csv").is_some() {
            let points = read_csv(reader, field, node)?;
            return finish(reader, field, node.span, points, between);
        }
        let mut points = Vec::new();
        let mut sound = true;
        for entry in entries {
            let quarter = reader.parsed::<Quarter>(field, entry.key_span, &entry.key);
            let value = T::read(reader, field, &entry.node);
            match (quarter, value) {
                (Some(quarter), Some(value)) => {
                    points.push((At::new(entry.key_span, quarter), At::new(entry.node.span, value)));
                }
                _ => sound = false,
            }
        }
        if !sound {
            return None;
        }
        finish(reader, field, node.span, points, between)
    }

    fn write(&self) -> toml::Value {
        if let [(None, value)] = self.points.as_slice() {
            return value.value.write();
        }
        let point = |(quarter, value): &(Option<At<Quarter>>, At<T>)| {
            let quarter = quarter.as_ref().map_or_else(String::new, |quarter| quarter.value.to_string());
            (quarter, value.value.write())
        };
        toml::Value::Table(self.points.iter().map(point).collect())
    }
}

/// Checks the order of the points; the curve has them in order.
fn finish<T>(
    reader: &mut Reader<'_>,
    field: &FieldSpec,
    span: Span,
    mut points: Vec<(At<Quarter>, At<T>)>,
    between: Between,
) -> Option<RawCurve<T>> {
    if points.is_empty() {
        let message = format!("`{}` has no point", field.key);
        let help = format!("write one, as in `{} = {}`", field.key, field.example);
        reader.push(Diagnostic::new("scenario::empty-curve", span, message).help(help));
        return None;
    }
    if let Some(pair) = points.windows(2).find(|pair| pair[1].0.value < pair[0].0.value) {
        let message = format!("the points of `{}` are not in order of time", field.key);
        reader.push(
            Diagnostic::new("scenario::unordered-curve", pair[1].0.span, message)
                .label(format!("{} stands after {}", pair[1].0.value, pair[0].0.value))
                .help("put them in order; they are read as if they were"),
        );
    }
    points.sort_by_key(|(quarter, _)| quarter.value);
    let mut sound = true;
    for pair in points.windows(2).filter(|pair| pair[1].0.value == pair[0].0.value) {
        let message = format!("`{}` has two values for {}", field.key, pair[0].0.value);
        reader.push(
            Diagnostic::new("scenario::duplicate-point", pair[1].0.span, message)
                .also(pair[0].0.span, "the other")
                .help("keep one of the two"),
        );
        sound = false;
    }
    let points = points.into_iter().map(|(quarter, value)| (Some(quarter), value)).collect();
    sound.then_some(RawCurve { points, between })
}

fn read_csv<T: Field>(
    reader: &mut Reader<'_>,
    field: &FieldSpec,
    node: &Node,
) -> Option<Vec<(At<Quarter>, At<T>)>> {
    let table = CsvTable::read_table(reader, node)?;
    let (path, column) = (table.csv?, table.column?);
    let file = reader.load(&path.value, Some(path.span), MAX_CSV_BYTES)?;
    let text = reader.sources.get(file)?.text.clone();
    let quarter_name = table.quarter.map_or_else(|| "quarter".to_owned(), |name| name.value);
    let unit = table.unit.map(|unit| unit.value);

    let mut lines = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = lines.headers().cloned().unwrap_or_default();
    if header.is_empty() {
        let message = format!("`{}` is empty", cut(&path.value));
        let help = format!("it needs a header line with `{quarter_name}` and `{}`", column.value);
        reader.push(Diagnostic::new("scenario::bad-csv", path.span, message).help(help));
        return None;
    }
    let place_of = |name: &str| header.iter().position(|column| column == name);
    let (Some(quarter_at), Some(value_at)) = (place_of(&quarter_name), place_of(&column.value)) else {
        for name in [&quarter_name, &column.value] {
            if place_of(name).is_none() {
                missing_column(
                    reader,
                    name,
                    &header,
                    if *name == column.value { column.span } else { node.span },
                );
            }
        }
        return None;
    };

    let mut points = Vec::new();
    let mut sound = true;
    for line in lines.records() {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                let message = format!("`{}` is not valid CSV: {error}", cut(&path.value));
                reader
                    .push(Diagnostic::new("scenario::bad-csv", path.span, message).help("correct the file"));
                return None;
            }
        };
        let (Some(quarter), Some(value)) = (line.get(quarter_at), line.get(value_at)) else {
            sound = false;
            let span = line_span(reader, file, &line);
            let message = format!("a line of `{}` has too few columns", cut(&path.value));
            let help = format!("it needs `{quarter_name}` and `{}`", column.value);
            reader.push(Diagnostic::new("scenario::bad-csv", span, message).help(help));
            continue;
        };
        if value.is_empty() {
            continue;
        }
        let span = line_span(reader, file, &line);
        let text = unit.as_ref().map_or_else(|| value.to_owned(), |unit| format!("{value} {unit}"));
        let cell = Node { span, value: Value::Text(text) };
        let quarter = reader.parsed::<Quarter>(field, span, quarter);
        match (quarter, T::read(reader, field, &cell)) {
            (Some(quarter), Some(value)) => points.push((At::new(span, quarter), At::new(span, value))),
            _ => sound = false,
        }
    }
    sound.then_some(points)
}

fn missing_column(reader: &mut Reader<'_>, name: &str, header: &csv::StringRecord, span: Span) {
    let message = format!("the CSV file has no column `{}`", cut(name));
    let mut diagnostic = Diagnostic::new("scenario::unknown-column", span, message)
        .help(format!("its columns are {}", crate::nearest::listed(header.iter())));
    if let Some(near) = crate::nearest::nearest(name, header.iter()) {
        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
    }
    reader.push(diagnostic);
}

fn line_span(reader: &Reader<'_>, file: FileId, line: &csv::StringRecord) -> Span {
    let offset = line.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
    reader.sources.line_span(file, offset)
}
