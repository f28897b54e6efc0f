//! Models, devices and platforms written in a scenario: read by the catalogue's own types, with places kept,
//! optionally on top of an entry that the catalogue has.

use crate::diagnostic::Diagnostic;
use crate::document::{Entry, Node, Value};
use crate::nearest::nearest;
use crate::read::Reader;
use crate::source::Span;
use quarterdeck_catalog::{Catalog, Device, Model, Platform, Recommendation, Transformer};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the catalogue's types refuse, with the innermost place that is known.
#[derive(Debug)]
struct EntryError {
    message: String,
    span: Option<Span>,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EntryError {}

impl de::Error for EntryError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        EntryError { message: message.to_string(), span: None }
    }
}

impl EntryError {
    fn at(mut self, span: Span) -> EntryError {
        self.span.get_or_insert(span);
        self
    }
}

struct NodeReader<'n>(&'n Node);

impl<'de> de::Deserializer<'de> for NodeReader<'_> {
    type Error = EntryError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, EntryError> {
        let result = match &self.0.value {
            Value::Text(text) | Value::Date(text) => visitor.visit_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            Value::Table(entries) => visitor.visit_map(Keys { entries: entries.iter(), value: None }),
        };
        result.map_err(|error: EntryError| error.at(self.0.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, EntryError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, EntryError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, EntryError> {
        let span = self.0.span;
        let word = self
            .0
            .text()
            .ok_or_else(|| de::Error::custom(format_args!("{} stands for a word", self.0.kind())));
        let reader: Result<StrDeserializer<'_, EntryError>, EntryError> =
            word.map(IntoDeserializer::into_deserializer);
        reader
            .and_then(|reader| reader.deserialize_enum(name, variants, visitor))
            .map_err(|error| error.at(span))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'n>(std::slice::Iter<'n, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = EntryError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, EntryError> {
        self.0
            .next()
            .map(|item| seed.deserialize(NodeReader(item)).map_err(|error| error.at(item.span)))
            .transpose()
    }
}

struct Keys<'n> {
    entries: std::slice::Iter<'n, Entry>,
    value: Option<&'n Node>,
}

impl<'de> MapAccess<'de> for Keys<'_> {
    type Error = EntryError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, EntryError> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some(&entry.node);
        let key: StrDeserializer<'_, EntryError> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|error| error.at(entry.key_span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, EntryError> {
        match self.value.take() {
            Some(node) => seed.deserialize(NodeReader(node)).map_err(|error| error.at(node.span)),
            None => Err(de::Error::custom("a value without its key")),
        }
    }
}

/// A tree as plain TOML.
pub(crate) fn plain(node: &Node) -> toml::Value {
    match &node.value {
        Value::Text(text) | Value::Date(text) => toml::Value::String(text.clone()),
        Value::Integer(number) => toml::Value::Integer(*number),
        Value::Float(number) => toml::Value::Float(*number),
        Value::Flag(flag) => toml::Value::Boolean(*flag),
        Value::List(items) => toml::Value::Array(items.iter().map(plain).collect()),
        Value::Table(entries) => {
            toml::Value::Table(entries.iter().map(|entry| (entry.key.clone(), plain(&entry.node))).collect())
        }
    }
}

/// A catalogue's entry as a tree at one place.
pub(crate) fn tree<T: Serialize>(entry: &T, span: Span) -> Option<Node> {
    toml::Value::try_from(entry).ok().map(|value| Node::from_plain(value, span))
}

/// Lays the user's keys over a base. A table with `value` is a fact of its own and replaces the base's fact: a
/// new value must not keep the old one's source.
fn overlay(base: &mut Node, over: &Node) {
    let (Value::Table(below), Value::Table(above)) = (&mut base.value, &over.value) else {
        base.clone_from(over);
        return;
    };
    base.span = over.span;
    for entry in above {
        let is_fact = entry.node.get("value").is_some();
        match below.iter_mut().find(|known| known.key == entry.key) {
            Some(known) if !is_fact => {
                known.key_span = entry.key_span;
                overlay(&mut known.node, &entry.node);
            }
            Some(known) => *known = entry.clone(),
            None => below.push(entry.clone()),
        }
    }
}

fn without_base(node: &Node) -> Node {
    let entries = node.entries().unwrap_or_default();
    Node::table(node.span, entries.iter().filter(|entry| entry.key != "base").cloned().collect())
}

/// The entry's keys over those of its base; `find` gives the base's tree.
fn on_base(
    reader: &mut Reader<'_>,
    node: &Node,
    default_id: Option<&str>,
    find: impl Fn(&str, Span) -> Result<Node, quarterdeck_catalog::UnknownId>,
) -> Option<Node> {
    let Some(base) = node.get("base") else { return Some(node.clone()) };
    let Some(name) = base.text() else {
        let message = format!("`base` is {}, where an id of the catalogue is due", base.kind());
        reader.push(
            Diagnostic::new("scenario::wrong-type", base.span, message)
                .help("write it as in `base = \"llama-3-70b\"`"),
        );
        return None;
    };
    let mut whole = match find(name, base.span) {
        Ok(whole) => whole,
        Err(unknown) => {
            unknown_entry(reader, base.span, &unknown);
            return None;
        }
    };
    let mine = without_base(node);
    overlay(&mut whole, &mine);
    // Aliases stay the base's own; a changed entry is another thing with another id.
    if let Value::Table(entries) = &mut whole.value {
        entries.retain(|entry| entry.key != "aliases");
        if let (Some(id), None) = (default_id, mine.get("id"))
            && let Some(entry) = entries.iter_mut().find(|entry| entry.key == "id")
        {
            entry.node = Node { span: node.span, value: Value::Text(id.to_owned()) };
        }
    }
    if default_id.is_none() && mine.get("id").is_none() {
        reader.push(
            Diagnostic::new(
                "scenario::missing-key",
                node.span,
                format!("the entry based on `{name}` has no `id`"),
            )
            .help(format!("write an id of its own, as in `id = \"{name}-new\"`")),
        );
        return None;
    }
    Some(whole)
}

/// Reports a name that the catalogue does not have.
pub(crate) fn unknown_entry(reader: &mut Reader<'_>, span: Span, unknown: &quarterdeck_catalog::UnknownId) {
    let code = match unknown.kind {
        "model" => "scenario::unknown-model",
        "platform" => "scenario::unknown-platform",
        "device" => "scenario::unknown-device",
        _ => "scenario::unknown-region",
    };
    let given = crate::document::cut(&unknown.given);
    let message = format!("`{given}` is not a {} of the catalogue", unknown.kind);
    let mut diagnostic = Diagnostic::new(code, span, message);
    if let Some(first) = unknown.nearest.first() {
        diagnostic = diagnostic.label(format!("did you mean `{first}`?"));
    }
    let help = match unknown.kind {
        "region" => "`quarterdeck catalog list regions` shows them".to_owned(),
        kind => {
            format!("`quarterdeck catalog list {kind}s` shows them; others can be written in the scenario")
        }
    };
    reader.push(diagnostic.help(help));
}

fn read_as<T: for<'de> Deserialize<'de>>(reader: &mut Reader<'_>, what: &str, node: &Node) -> Option<T> {
    match T::deserialize(NodeReader(node)) {
        Ok(value) => Some(value),
        Err(error) => {
            let mut diagnostic = Diagnostic::new(
                "scenario::bad-entry",
                error.span.unwrap_or(node.span),
                format!("this is not {what} as the catalogue writes it: {}", error.message),
            );
            let unknown = error.message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
            if let Some((given, expected)) = unknown {
                let known = expected.split('`').skip(1).step_by(2);
                if let Some(near) = nearest(given, known) {
                    diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
                }
            }
            let entry = what.trim_start_matches("a ");
            reader.push(diagnostic.help(format!(
                "start from an entry that exists, as in `base = \"…\"`, or see one with `quarterdeck catalog show` \
                 and its {entry} file"
            )));
            None
        }
    }
}

/// A model written in a workload.
pub(crate) fn read_model(
    reader: &mut Reader<'_>,
    catalog: &Catalog,
    node: &Node,
    default_id: &str,
) -> Option<Model> {
    let find = |name: &str, span| {
        let model = catalog.model(name)?;
        tree(&**model, span).ok_or_else(|| quarterdeck_catalog::UnknownId {
            kind: "model",
            given: name.to_owned(),
            nearest: Vec::new(),
        })
    };
    let whole = on_base(reader, node, Some(default_id), find)?;
    match whole.get("kind").and_then(Node::text) {
        Some("transformer") => read_as::<Transformer>(reader, "a transformer", &whole)
            .map(|model| Model::Transformer(Box::new(model))),
        Some("recommendation") => {
            let model = read_as::<Recommendation>(reader, "a recommendation model", &whole)?;
            tables_are_possible(reader, &whole, &model).then(|| Model::Recommendation(Box::new(model)))
        }
        _ => {
            let span = whole.get("kind").map_or(node.span, |kind| kind.span);
            let message = "a model written here says its `kind`: `transformer` or `recommendation`";
            let help = "write `base = \"llama-3-70b\"` to start from a model of the catalogue, \
                        or `kind = \"transformer\"` and all its keys";
            reader.push(Diagnostic::new("scenario::bad-entry", span, message).help(help));
            None
        }
    }
}

/// Reports embedding tables whose numbers can not be meant.
fn tables_are_possible(reader: &mut Reader<'_>, node: &Node, model: &Recommendation) -> bool {
    let items = node.get("tables").and_then(Node::list).unwrap_or_default();
    let mut possible = true;
    for (group, item) in model.tables.iter().zip(items) {
        let bounds = [
            ("skew", group.skew, group.skew >= 0.0, "0 (every row as likely) or above; 0.6 to 1.2 is usual"),
            ("rows", group.rows, group.rows >= 1.0, "a table has at least one row"),
            ("pooling", group.pooling, group.pooling > 0.0, "a sample reads more than no row of a table"),
            (
                "bytes_per_element",
                group.bytes_per_element,
                group.bytes_per_element > 0.0,
                "above 0; 4 is fp32, 2 fp16, 1 int8",
            ),
        ];
        for (key, given, sound, why) in bounds {
            if sound && given.is_finite() {
                continue;
            }
            let span = item.get(key).map_or(item.span, |value| value.span);
            let message = format!("`{key}` of {given} can not be meant");
            reader.push(
                Diagnostic::new(IMPOSSIBLE, span, message).label(why).help(format!("correct `{key}`: {why}")),
            );
            possible = false;
        }
    }
    possible
}

/// A device written in a scenario.
pub(crate) fn read_device(reader: &mut Reader<'_>, catalog: &Catalog, node: &Node) -> Option<Device> {
    let find = |name: &str, span| {
        let device = catalog.device(name)?;
        tree(&**device, span).ok_or_else(|| quarterdeck_catalog::UnknownId {
            kind: "device",
            given: name.to_owned(),
            nearest: Vec::new(),
        })
    };
    let whole = on_base(reader, node, None, find)?;
    let device: Device = read_as(reader, "a device", &whole)?;
    device_is_possible(reader, &whole, &device).then_some(device)
}

/// A platform written in a scenario.
pub(crate) fn read_platform(reader: &mut Reader<'_>, catalog: &Catalog, node: &Node) -> Option<Platform> {
    let find = |name: &str, span| {
        let platform = catalog.platform(name)?;
        tree(&**platform, span).ok_or_else(|| quarterdeck_catalog::UnknownId {
            kind: "platform",
            given: name.to_owned(),
            nearest: Vec::new(),
        })
    };
    let whole = on_base(reader, node, None, find)?;
    let platform: Platform = read_as(reader, "a platform", &whole)?;
    platform_is_possible(reader, &whole, &platform).then_some(platform)
}

/// Place of a nested key, or of the nearest table that is there.
fn place(node: &Node, path: &[&str]) -> Span {
    let mut at = node;
    for key in path {
        match at.get(key) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    at.span
}

struct Bound<'a> {
    path: &'a [&'a str],
    shown: String,
    sound: bool,
    code: &'static str,
    why: &'static str,
}

fn report_bounds(reader: &mut Reader<'_>, node: &Node, bounds: Vec<Bound<'_>>) -> bool {
    let mut possible = true;
    for bound in bounds.into_iter().filter(|bound| !bound.sound) {
        let span = place(node, bound.path);
        let message = format!("`{}` of {} can not be meant", bound.path.join("."), bound.shown);
        let help = match bound.code {
            "scenario::impossible" => "correct the number or its unit",
            _ => "correct it, or keep it if it is meant",
        };
        reader.push(Diagnostic::new(bound.code, span, message).label(bound.why).help(help));
        possible &= bound.code != "scenario::impossible";
    }
    possible
}

const IMPOSSIBLE: &str = "scenario::impossible";
const UNLIKELY: &str = "scenario::unlikely";

fn device_is_possible(reader: &mut Reader<'_>, node: &Node, device: &Device) -> bool {
    let bandwidth = device.memory.bandwidth.value;
    let capacity = device.memory.capacity.value;
    let to_bandwidth: &[&str] = &["memory", "bandwidth", "value"];
    let to_capacity: &[&str] = &["memory", "capacity", "value"];
    let terabytes_per_second = bandwidth.as_terabytes_per_second();
    let mut bounds = vec![
        Bound {
            path: to_bandwidth,
            shown: bandwidth.to_string(),
            sound: terabytes_per_second > 0.0 && terabytes_per_second <= 1000.0,
            code: IMPOSSIBLE,
            why: "1 PB/s would take some 500 stacks of HBM4 at 2 TB/s each; no package carries them",
        },
        Bound {
            path: to_bandwidth,
            shown: bandwidth.to_string(),
            sound: terabytes_per_second <= 60.0 || terabytes_per_second > 1000.0,
            code: UNLIKELY,
            why: "the fastest accelerators announced up to 2026 have about 20 TB/s",
        },
        Bound {
            path: to_capacity,
            shown: capacity.to_string(),
            sound: capacity.is_positive() && capacity.as_terabytes() <= 100.0,
            code: IMPOSSIBLE,
            why: "no single device has that much memory",
        },
        Bound {
            path: to_capacity,
            shown: capacity.to_string(),
            sound: capacity.as_terabytes() <= 16.0 || capacity.as_terabytes() > 100.0,
            code: UNLIKELY,
            why: "sockets hold up to about 6 TB, accelerators about 0.4 TB",
        },
    ];
    let tdp: &[&str] = &["tdp", "value"];
    if let Some(power) = &device.tdp {
        let kilowatts = power.value.as_kilowatts();
        bounds.push(Bound {
            path: tdp,
            shown: power.value.to_string(),
            sound: kilowatts > 0.0 && kilowatts <= 100.0,
            code: IMPOSSIBLE,
            why: "no cold plate carries that much heat from one device",
        });
    }
    for (precision, peak) in &device.peak {
        let path = ["peak", precision.as_str(), "value"];
        let tera = peak.value.as_tera();
        let bound = Bound {
            path: &path,
            shown: peak.value.to_string(),
            sound: tera > 0.0 && tera <= 1e6,
            code: IMPOSSIBLE,
            why: "1 EFLOP/s in one device is more than twenty times the fastest announced up to 2026",
        };
        if !bound.sound && !report_bounds(reader, node, vec![bound]) {
            return false;
        }
    }
    report_bounds(reader, node, bounds)
}

fn platform_is_possible(reader: &mut Reader<'_>, node: &Node, platform: &Platform) -> bool {
    let rated = platform.power.rated.value;
    let per_device = rated.as_kilowatts() / f64::from(platform.devices.max(1));
    let to_power: &[&str] = &["power", "rated", "value"];
    let bounds = vec![
        Bound {
            path: &["devices"],
            shown: platform.devices.to_string(),
            sound: platform.devices >= 1,
            code: IMPOSSIBLE,
            why: "a platform has at least one device",
        },
        Bound {
            path: to_power,
            shown: rated.to_string(),
            sound: per_device > 0.0 && per_device <= 100.0,
            code: IMPOSSIBLE,
            why: "no cooling carries more than 100 kW for each device",
        },
        Bound {
            path: &["power", "idle", "value"],
            shown: platform.power.idle.value.to_string(),
            sound: platform.power.idle.value <= rated,
            code: IMPOSSIBLE,
            why: "a platform draws no more without work than at its rated power",
        },
    ];
    report_bounds(reader, node, bounds)
}
