//! What a table, a key or a code means, in words, from the descriptions that reading uses.

use crate::codes;
use crate::nearest::{listed, nearest};
use crate::spec::{FieldSpec, Need, Shape, Table, TableSpec};
use crate::tables::{ChipTable, DesignTable, FunnelTable, RootTable};

/// Every table of a scenario file, the root first, each before those within it.
pub fn tables() -> Vec<&'static TableSpec> {
    let mut found = below(RootTable::spec());
    found.push(crate::curves::CsvTable::spec());
    found
}

/// Every table of the site file of a comparison, the root first, each before those within it.
pub fn design_tables() -> Vec<&'static TableSpec> {
    let mut found = below(DesignTable::spec());
    // Sources are those of a scenario, and described there.
    found.retain(|table| table.path.starts_with("design"));
    found
}

/// A table and those within it.
fn below(root: &'static TableSpec) -> Vec<&'static TableSpec> {
    fn walk(spec: &'static TableSpec, found: &mut Vec<&'static TableSpec>) {
        if found.iter().any(|known| known.path == spec.path) {
            return;
        }
        found.push(spec);
        for field in spec.fields {
            of_shape(&(field.shape)(), found);
        }
    }
    fn of_shape(shape: &Shape, found: &mut Vec<&'static TableSpec>) {
        match shape {
            Shape::Table(spec) | Shape::Tables(spec) => walk(spec, found),
            Shape::List(inner) | Shape::OneOrMany(inner) | Shape::Map(inner) => of_shape(inner, found),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| of_shape(shape, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(root, &mut found);
    found
}

/// The first table of each kind of file: scenarios, chip designs, sites of a comparison, funnels.
fn roots() -> [&'static TableSpec; 4] {
    [RootTable::spec(), ChipTable::spec(), DesignTable::spec(), FunnelTable::spec()]
}

/// Every table of every kind of file.
fn all_tables() -> Vec<&'static TableSpec> {
    let mut all = tables();
    for table in roots().into_iter().flat_map(below) {
        if !all.iter().any(|known| known.path == table.path) {
            all.push(table);
        }
    }
    all
}

/// Every topic: codes, tables, keys.
pub fn topics() -> Vec<String> {
    let mut topics: Vec<String> = codes::all().iter().map(|code| code.code.to_owned()).collect();
    for table in all_tables() {
        topics.push(table.path.to_owned());
        topics.extend(table.fields.iter().map(|field| format!("{}.{}", table.path, field.key)));
    }
    topics
}

/// No such topic.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownTopic {
    /// What was asked for.
    pub given: String,
    /// A topic that is near.
    pub nearest: Option<String>,
}

impl std::fmt::Display for UnknownTopic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no topic `{}`", self.given)?;
        match &self.nearest {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownTopic {}

/// A topic in words: a code (`scenario::unknown-key`), a table (`scenario.site`), or a key
/// (`scenario.site.it_power`). `scenario.` may be left out.
///
/// ```
/// let text = quarterdeck_scenario::explain("site.it_power").unwrap();
/// assert!(text.contains("IT power that can be drawn"));
/// let unknown = quarterdeck_scenario::explain("scenario.site.it_powr").unwrap_err();
/// assert_eq!(unknown.nearest.as_deref(), Some("scenario.site.it_power"));
/// ```
///
/// # Errors
/// When there is no such topic; with the nearest.
pub fn explain(topic: &str) -> Result<String, UnknownTopic> {
    let topic = topic.trim();
    if let Some(code) = codes::find(topic).or_else(|| codes::find(&format!("scenario::{topic}"))) {
        return Ok(code.page());
    }
    let root = topic.split('.').next().unwrap_or(topic);
    let whole = roots().iter().any(|table| table.path == root);
    let path = if whole { topic.to_owned() } else { format!("scenario.{topic}") };
    for table in all_tables() {
        if table.path == path {
            return Ok(table_text(table));
        }
        let key = path.strip_prefix(table.path).and_then(|rest| rest.strip_prefix('.'));
        if let Some(field) = key.and_then(|key| table.field(key)) {
            return Ok(field_text(table, field));
        }
    }
    // A bare key is explained wherever it stands.
    let places: Vec<String> = all_tables()
        .into_iter()
        .filter_map(|table| table.field(topic).map(|field| field_text(table, field)))
        .collect();
    if !places.is_empty() {
        return Ok(places.join("\n"));
    }
    let topics = topics();
    let near = nearest(&path, topics.iter().map(String::as_str).filter(|known| known.contains('.')));
    let near = near.or_else(|| nearest(topic, topics.iter().map(String::as_str)));
    Err(UnknownTopic { given: topic.to_owned(), nearest: near.map(str::to_owned) })
}

fn table_text(table: &TableSpec) -> String {
    let mut text = format!("{}\n\n{}\n\n", heading(table), table.doc());
    let width = table.fields.iter().map(|field| field.key.len()).max().unwrap_or(0);
    for field in table.fields {
        let need = if field.need == Need::Required { "due" } else { "" };
        text.push_str(&format!("  {:width$}  {need:3}  {}\n", field.key, first_sentence(&field.doc())));
    }
    text.push_str(&format!("\n`quarterdeck explain {}.KEY` says more of a key.\n", table.path));
    text
}

/// How the table stands in a file.
fn heading(table: &TableSpec) -> String {
    let (first, name) = table.path.split_once('.').unwrap_or((table.path, ""));
    let root = roots().into_iter().find(|root| root.path == first).unwrap_or(table);
    match root.field(name).map(|field| (field.shape)()) {
        _ if !table.path.contains('.') => format!("{}: the whole file", table.path),
        Some(Shape::Tables(_)) => format!("[[{name}]]"),
        Some(Shape::Map(_)) => format!("[{name}.ID]"),
        Some(_) => format!("[{name}]"),
        None => name.to_owned(),
    }
}

fn field_text(table: &TableSpec, field: &FieldSpec) -> String {
    let mut text = format!("{}.{}\n\n{}\n\n", table.path, field.key, field.doc());
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:8} {value}\n"));
    line("takes", &(field.shape)().noun());
    match field.need {
        Need::Required => line("needed", "yes"),
        Need::Default(default) => line("default", default),
    }
    if !field.only.is_empty() {
        line("only in", &listed(field.only.iter().copied()));
    }
    if let Some(bounds) = bounds(field) {
        line("bounds", &bounds);
    }
    if !field.example.is_empty() {
        line("example", &format!("{} = {}", field.key, field.example));
    }
    text
}

/// The bounds of a key in words.
pub(crate) fn bounds(field: &FieldSpec) -> Option<String> {
    let limits = field.limits?;
    let mut parts = Vec::new();
    if limits.positive {
        parts.push("Above zero.".to_owned());
    }
    match limits.lowest {
        Some("0") => parts.push("Zero or more.".to_owned()),
        Some(lowest) => parts.push(format!("At least {lowest}.")),
        None => {}
    }
    if let Some((highest, why)) = limits.highest {
        parts.push(format!("At most {highest}: {why}."));
    }
    if let Some((low, why)) = limits.unlikely_below {
        parts.push(format!("Doubted below {low}: {why}."));
    }
    if let Some((high, why)) = limits.unlikely_above {
        parts.push(format!("Doubted above {high}: {why}."));
    }
    if parts.is_empty() { None } else { Some(parts.join(" ")) }
}

fn first_sentence(text: &str) -> String {
    text.split_once(". ").map_or(text, |(sentence, _)| sentence).trim_end_matches('.').to_owned()
}

/// The reference page of the format, as Markdown.
pub fn reference_page() -> String {
    let mut page = String::from(
        "# The scenario file\n\nEvery table and key of a scenario file, from the descriptions that the reader itself \
         uses. Editors complete and check with the [JSON Schema](../schema/scenario.schema.json): put \
         `#:schema PATH/scenario.schema.json` in the first line of the file.\n\nA value that may change over time is \
         written once, by quarter (`{ \"2024-Q1\" = …, \"2025-Q3\" = … }`), or as a [column of a CSV \
         file](#a-column-of-a-csv-file).\n",
    );
    describe(&mut page, &tables());
    page
}

/// The reference page of the site file of a comparison, as Markdown.
pub fn site_page() -> String {
    let mut page = String::from(
        "# The site file\n\nEvery table and key of the files that `quarterdeck design --compare OLD NEW` reads: one \
         site, filled with one platform. Examples are in `examples/`. `[source.ID]` is as in [a \
         scenario](scenario.md).\n",
    );
    describe(&mut page, &design_tables());
    page
}

fn describe(page: &mut String, tables: &[&'static TableSpec]) {
    for table in tables {
        let title = match table.path {
            "scenario" | "design" => "The file".to_owned(),
            "scenario.csv" => "A column of a CSV file".to_owned(),
            _ => format!("`{}`", heading(table)),
        };
        page.push_str(&format!("\n## {title}\n\n{}\n\n", table.doc()));
        page.push_str("| key | takes | default | meaning |\n|---|---|---|---|\n");
        for field in table.fields {
            let default = match field.need {
                Need::Required => "**due**",
                Need::Default(default) => default,
            };
            let mut meaning = field.doc().replace("\n\n", " ");
            if !field.only.is_empty() {
                meaning.push_str(&format!(" Only in {}.", listed(field.only.iter().copied())));
            }
            if let Some(bounds) = bounds(field) {
                meaning.push_str(&format!(" {bounds}"));
            }
            if !field.example.is_empty() {
                meaning.push_str(&format!(" Example: `{}`", field.example));
            }
            let cell = |text: &str| text.replace('|', "\\|");
            page.push_str(&format!(
                "| `{}` | {} | {} | {} |\n",
                field.key,
                cell(&(field.shape)().noun()),
                cell(default),
                cell(&meaning)
            ));
        }
    }
}
