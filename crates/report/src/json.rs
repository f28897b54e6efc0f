//! Versioned JSON documents: one object, `schema_version` first, keys that end in units.
//!
//! A minor version adds keys and never changes the meaning of old ones; a major version may.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::unit::is_unit_suffix;

/// Version of every JSON document and chart spec that this crate writes.
pub const SCHEMA_VERSION: &str = "1.0";

/// The wrapper around a result: version and kind first, then the result's own keys.
///
/// ```
/// use quarterdeck_report::json::Document;
/// let body = std::collections::BTreeMap::from([("capex_musd", 412.0)]);
/// let text = Document::new("plan", body).to_pretty().unwrap();
/// assert!(text.starts_with("{\n  \"schema_version\": \"1.0\",\n  \"document\": \"plan\","));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document<T> {
    /// [`SCHEMA_VERSION`] when it was written.
    pub schema_version: String,
    /// What the document is: `plan`, `assessment`, `report`.
    pub document: String,
    /// The result; must serialise as an object.
    #[serde(flatten)]
    pub body: T,
}

impl<T> Document<T> {
    /// Wraps a result.
    pub fn new(document: impl Into<String>, body: T) -> Self {
        Self { schema_version: SCHEMA_VERSION.to_string(), document: document.into(), body }
    }

    /// Whether a document of this version can be read here: same major version.
    pub fn is_readable(&self) -> bool {
        major(&self.schema_version) == major(SCHEMA_VERSION)
    }
}

impl<T: Serialize> Document<T> {
    /// Indented JSON with a final line break.
    pub fn to_pretty(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// Paths of numbers with a fraction whose key does not end in a unit. A result document should
/// have none; whole numbers are counts and need no unit.
///
/// Numbers inside an array or a map take the unit of the nearest key above that has one, so
/// `"capex_musd": [1.5, 2.5]` and `"capex_musd": {"2022-Q1": 1.5}` are both sound. Records in a
/// list name their own.
///
/// ```
/// use quarterdeck_report::json::keys_without_unit;
/// let value = serde_json::json!({ "sites": [{ "load_mw": 9.1, "cost": 1.5 }] });
/// assert_eq!(keys_without_unit(&value), ["/sites/0/cost"]);
/// ```
pub fn keys_without_unit(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, "", false, &mut found);
    found
}

fn walk(value: &Value, path: &str, has_unit: bool, found: &mut Vec<String>) {
    match value {
        Value::Number(n) if n.is_f64() && !has_unit => found.push(path.to_string()),
        Value::Array(items) => {
            for (idx, item) in items.iter().enumerate() {
                // A list of records, such as `sites`, is no list of amounts.
                let has_unit = has_unit && !item.is_object();
                walk(item, &format!("{path}/{idx}"), has_unit, found);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let named = has_unit || is_unit_suffix(key);
                walk(item, &format!("{path}/{key}"), named, found);
            }
        }
        _ => {}
    }
}

/// Compact JSON that is safe inside an HTML `script` element: no `<`, `>` or `&`, and no line
/// separators that old scripts trip over.
///
/// ```
/// use quarterdeck_report::json::to_script_json;
/// let text = to_script_json(&"</script><!--").unwrap();
/// assert_eq!(text, r#""\u003c/script\u003e\u003c!--""#);
/// ```
pub fn to_script_json<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(value)?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // These occur only inside JSON strings, where an escape means the same.
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_later_minor_version_is_readable_and_a_major_one_is_not() {
        let read = |version: &str| {
            let mut document = Document::new("plan", Value::Object(serde_json::Map::new()));
            document.schema_version = version.to_string();
            document.is_readable()
        };
        assert!(read("1.7"));
        assert!(!read("2.0"));
    }

    #[test]
    fn units_reach_down_into_arrays_and_maps() {
        let value = serde_json::json!({
            "capex_musd": { "2022-Q1": [1.5] }, "n": 3, "name": "x", "deep": { "odd": 0.5 },
            "sites": [{ "cost": 1.5 }]
        });
        assert_eq!(keys_without_unit(&value), ["/deep/odd", "/sites/0/cost"]);
    }

    proptest! {
        #[test]
        fn script_json_reads_back_and_cannot_close_the_script(text in "\\PC*(</script>)?[<>&]*") {
            let json = to_script_json(&text).unwrap();
            prop_assert!(!json.contains(['<', '>', '&']));
            let back: String = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back, text);
        }
    }
}
