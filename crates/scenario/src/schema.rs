//! The JSON Schema of the format, from the descriptions of the tables: TOML editors complete and check with it.

use crate::codes;
use crate::spec::{FieldSpec, Need, Shape, Table, TableSpec};
use crate::tables::RootTable;
use serde_json::{Map, Value, json};

/// Name under which the schema is known.
pub const SCHEMA_ID: &str = "urn:quarterdeck:schema:scenario:1";

/// The schema as a JSON document (draft 2020-12).
///
/// A file with `extends` may leave keys of its entries out, since the extended file has them; so the keys that are
/// due are demanded of files without `extends` only.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let root = RootTable::spec();
    let mut properties = Map::new();
    let mut due = Map::new();
    for field in root.fields {
        properties
            .insert(field.key.to_owned(), described(field, of_shape(&(field.shape)(), &mut definitions)));
        match (field.shape)() {
            Shape::Table(spec) => {
                due.insert(field.key.to_owned(), demands(spec));
            }
            Shape::Tables(spec) => {
                due.insert(field.key.to_owned(), json!({ "items": demands(spec) }));
            }
            _ => {}
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Quarterdeck scenario",
        "description": root.doc(),
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "if": { "required": ["extends"] },
        "else": { "required": required(root, None), "properties": due },
        "$defs": definitions,
    })
}

fn required(spec: &TableSpec, tag: Option<&str>) -> Vec<&'static str> {
    let belongs = |field: &&FieldSpec| match tag {
        Some(tag) => !field.only.is_empty() && field.applies(tag),
        None => field.only.is_empty(),
    };
    spec.fields
        .iter()
        .filter(|field| field.need == Need::Required)
        .filter(belongs)
        .map(|field| field.key)
        .collect()
}

/// The tags of a table: every word of its tag key.
fn tags(spec: &TableSpec) -> Vec<&'static str> {
    let field = spec.tag.and_then(|tag| spec.field(tag));
    match field.map(|field| (field.shape)()) {
        Some(Shape::Word(words)) => words,
        _ => Vec::new(),
    }
}

/// The keys that are due in a table, some of them only under a tag.
fn demands(spec: &TableSpec) -> Value {
    let mut demands = json!({ "required": required(spec, None) });
    let Some(tag) = spec.tag else { return demands };
    let conditions: Vec<Value> = tags(spec)
        .into_iter()
        .map(|word| {
            json!({
                "if": { "properties": { (tag): { "const": word } }, "required": [tag] },
                "then": { "required": required(spec, Some(word)) },
            })
        })
        .collect();
    demands["allOf"] = Value::Array(conditions);
    demands
}

/// A table's definition without what is due in it.
fn definition(spec: &'static TableSpec, definitions: &mut Map<String, Value>) -> Value {
    let name = definition_name(spec);
    if !definitions.contains_key(&name) {
        // Holds the place while the tables within are described.
        definitions.insert(name.clone(), Value::Null);
        let mut properties = Map::new();
        for field in spec.fields {
            let shape = (field.shape)();
            let mut value = of_shape(&shape, definitions);
            // What stands inside an entry is replaced whole, so its keys are due in every file.
            if let Shape::Table(inner) = shape {
                value = json!({ "allOf": [value, demands(inner)] });
            }
            properties.insert(field.key.to_owned(), described(field, value));
        }
        let mut table = json!({
            "type": "object",
            "description": spec.doc(),
            "properties": properties,
            "additionalProperties": false,
        });
        if let Some(tag) = spec.tag {
            table["allOf"] =
                Value::Array(tags(spec).into_iter().map(|word| misplaced(spec, tag, word)).collect());
        }
        definitions.insert(name.clone(), table);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// Refuses the keys that do not belong to a tag.
fn misplaced(spec: &TableSpec, tag: &str, word: &str) -> Value {
    let strangers: Map<String, Value> = spec
        .fields
        .iter()
        .filter(|field| !field.applies(word))
        .map(|field| (field.key.to_owned(), Value::Bool(false)))
        .collect();
    json!({
        "if": { "properties": { (tag): { "const": word } }, "required": [tag] },
        "then": { "properties": strangers },
    })
}

fn definition_name(spec: &TableSpec) -> String {
    spec.path.trim_start_matches("scenario.").to_owned()
}

fn described(field: &FieldSpec, mut value: Value) -> Value {
    let mut text = field.doc();
    if let Need::Default(default) = field.need {
        text.push_str(&format!(" Default: {default}."));
    }
    if let Some(bounds) = crate::explain::bounds(field) {
        text.push_str(&format!(" {bounds}"));
    }
    value["description"] = Value::String(text);
    if let Some(example) = example(field) {
        value["examples"] = json!([example]);
    }
    value
}

/// The example of a key as JSON.
fn example(field: &FieldSpec) -> Option<Value> {
    let table: toml::Table = format!("x = {}", field.example).parse().ok()?;
    serde_json::to_value(table.get("x")?).ok()
}

/// Text that starts with a number; the unit is checked by the program.
fn number_text() -> Value {
    json!({ "type": "string", "pattern": "^\\s*[+-]?[0-9.]" })
}

fn of_shape(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Text | Shape::Reference(_) => json!({ "type": "string" }),
        Shape::Id => json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Year => json!({ "type": "integer", "minimum": 1900, "maximum": 2200 }),
        Shape::Quantity(_) => number_text(),
        Shape::Ratio | Shape::Count => json!({ "anyOf": [{ "type": "number" }, number_text()] }),
        Shape::Factor => json!({ "anyOf": [{ "type": "number" }, { "type": "string" }] }),
        Shape::Quarter => json!({ "type": "string", "pattern": QUARTER }),
        Shape::QuarterSpan => json!({
            "type": "array", "items": { "type": "string", "pattern": QUARTER }, "minItems": 2, "maxItems": 2,
        }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::List(inner) => json!({ "type": "array", "items": of_shape(inner, definitions) }),
        Shape::OneOrMany(inner) => {
            let one = of_shape(inner, definitions);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Shape::Curve(inner) => {
            let value = of_shape(inner, definitions);
            let csv = crate::curves::CsvTable::spec();
            let column = definition(csv, definitions);
            json!({
                "anyOf": [
                    value,
                    {
                        "type": "object",
                        "patternProperties": { (QUARTER): value },
                        "additionalProperties": false,
                        "minProperties": 1,
                    },
                    { "allOf": [column, demands(csv)] },
                ],
            })
        }
        Shape::Map(inner) => {
            let value = of_shape(inner, definitions);
            let value = match &**inner {
                Shape::Table(spec) => json!({ "allOf": [value, demands(spec)] }),
                _ => value,
            };
            json!({ "type": "object", "additionalProperties": value })
        }
        Shape::Table(spec) => definition(spec, definitions),
        Shape::Tables(spec) => json!({ "type": "array", "items": definition(spec, definitions) }),
        Shape::Either(shapes) => {
            json!({ "anyOf": shapes.iter().map(|shape| of_shape(shape, definitions)).collect::<Vec<_>>() })
        }
        Shape::CatalogEntry(_) => json!({ "type": "object" }),
    }
}

const QUARTER: &str = "^[0-9]{4}-?Q[1-4]$";

/// Every generated document of this crate: path below `docs/` and text. A test holds the files to it.
pub fn documents() -> Vec<(String, String)> {
    let mut schema = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    schema.push('\n');
    let mut documents = vec![
        ("schema/scenario.schema.json".to_owned(), schema),
        ("reference/scenario.md".to_owned(), crate::explain::reference_page()),
        ("reference/site-file.md".to_owned(), crate::explain::site_page()),
        ("diagnostics/index.md".to_owned(), codes::index_page()),
    ];
    documents
        .extend(codes::all().iter().map(|code| (format!("diagnostics/{}.md", code.name()), code.page())));
    documents
}
