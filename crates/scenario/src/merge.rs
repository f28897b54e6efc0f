//! Scenarios that change another one: `extends`, `remove`, and overrides from the command line.

use crate::diagnostic::Diagnostic;
use crate::document::{Entry, MAX_BYTES, Node, Value, cut, too_deep};
use crate::nearest::{listed, nearest};
use crate::read::Reader;
use crate::source::{FileId, Span};
use crate::spec::{Shape, TableSpec};
use std::collections::BTreeMap;

/// Longest chain of scenarios that extend one another.
const LONGEST_CHAIN: usize = 16;

/// The document of a file with everything that it extends below it.
pub(crate) fn extended(
    reader: &mut Reader<'_>,
    file: FileId,
    chain: &mut Vec<(String, Span)>,
) -> Option<Node> {
    let mut root = reader.parse(file);
    let Some(base) = root.entry("extends").map(|entry| entry.node.clone()) else { return Some(root) };
    let Some(path) = base.text() else { return Some(root) };

    chain.push((reader.sources.name(file).to_owned(), base.span));
    let full = crate::files::path_beside(reader.sources.name(file), path);
    if let Some(at) = chain.iter().position(|(name, _)| *name == full) {
        let circle: Vec<&str> = chain[at..].iter().map(|(name, _)| name.as_str()).collect();
        let message =
            format!("scenarios extend one another in a circle: {} extends `{full}` again", listed(circle));
        reader.push(
            Diagnostic::new("scenario::cyclic-extends", base.span, message)
                .help("remove `extends` from one of them"),
        );
        return None;
    }
    if chain.len() >= LONGEST_CHAIN {
        let message = format!("more than {LONGEST_CHAIN} scenarios extend one another");
        reader.push(
            Diagnostic::new("scenario::cyclic-extends", base.span, message)
                .help("extend a scenario nearer to the first"),
        );
        return None;
    }
    let below = reader.load(path, Some(base.span), MAX_BYTES)?;
    let mut below = extended(reader, below, chain)?;
    remove(reader, &mut below, &root);
    merge_root(&mut below, &mut root);
    Some(below)
}

/// Takes out of the base what `remove` names.
fn remove(reader: &mut Reader<'_>, below: &mut Node, above: &Node) {
    let Some(names) = above.get("remove").and_then(Node::list) else { return };
    for item in names {
        let Some(name) = item.text() else { continue };
        let (table, id) = name.split_once('.').map_or((name, None), |(table, id)| (table, Some(id)));
        let Value::Table(entries) = &mut below.value else { return };
        let Some(index) = entries.iter().position(|entry| entry.key == table) else {
            nothing_to_remove(reader, item.span, name, entries.iter().map(|entry| entry.key.as_str()));
            continue;
        };
        let Some(id) = id else {
            entries.remove(index);
            continue;
        };
        match &mut entries[index].node.value {
            Value::List(items) => {
                let before = items.len();
                let known: Vec<String> = items.iter().filter_map(|item| identity(table, item)).collect();
                items.retain(|item| identity(table, item).is_none_or(|known| known != id));
                if items.len() == before {
                    nothing_to_remove(reader, item.span, name, known.iter().map(String::as_str));
                }
            }
            Value::Table(inner) if inner.iter().any(|entry| entry.key == id) => {
                inner.retain(|entry| entry.key != id);
            }
            _ => nothing_to_remove(reader, item.span, name, []),
        }
    }
}

fn nothing_to_remove<'k>(
    reader: &mut Reader<'_>,
    span: Span,
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
) {
    let known: Vec<&str> = known.into_iter().collect();
    let last = name.rsplit('.').next().unwrap_or(name);
    let message = format!("the extended scenario has no `{}` to remove", cut(name));
    let mut diagnostic = Diagnostic::new("scenario::nothing-to-remove", span, message);
    if let Some(near) = nearest(last, known.iter().copied()) {
        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
    }
    reader.push(diagnostic.help(format!("known: {}", listed(known))));
}

/// What makes an entry of a list the same as another: its id, or what stands for one.
pub(crate) fn identity(table: &str, node: &Node) -> Option<String> {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    match table {
        "porting" => Some(format!("{}>{}", text("workload")?, text("to")?)),
        "offer" => text("id").or_else(|| text("platform")),
        "history" => None,
        _ => text("id"),
    }
}

/// Lays a scenario over its base: settings and entries with the same id key by key, other entries added.
fn merge_root(below: &mut Node, above: &mut Node) {
    below.span = above.span;
    let (Value::Table(base), Value::Table(over)) = (&mut below.value, &mut above.value) else { return };
    base.retain(|entry| !matches!(entry.key.as_str(), "extends" | "remove"));
    let index = index_of(base);
    for entry in over.drain(..) {
        match index.get(&entry.key) {
            None => base.push(entry),
            Some(known) => merge_entry(&mut base[*known], entry),
        }
    }
}

fn index_of(entries: &[Entry]) -> BTreeMap<String, usize> {
    entries.iter().enumerate().map(|(index, entry)| (entry.key.clone(), index)).collect()
}

fn merge_entry(known: &mut Entry, mut over: Entry) {
    match (&mut known.node.value, &mut over.node.value) {
        (Value::Table(below), Value::Table(above)) => {
            known.node.span = over.node.span;
            merge_keys(below, above);
        }
        (Value::List(below), Value::List(above)) if over.key != "remove" => {
            let index: BTreeMap<String, usize> = below
                .iter()
                .enumerate()
                .filter_map(|(index, item)| Some((identity(&over.key, item)?, index)))
                .collect();
            for mut item in above.drain(..) {
                let same =
                    identity(&over.key, &item).and_then(|id| index.get(&id)).map(|same| &mut below[*same]);
                match (same, &mut item.value) {
                    (Some(Node { span, value: Value::Table(below) }), Value::Table(above)) => {
                        *span = item.span;
                        merge_keys(below, above);
                    }
                    _ => below.push(item),
                }
            }
        }
        _ => *known = over,
    }
}

fn merge_keys(below: &mut Vec<Entry>, above: &mut Vec<Entry>) {
    let index = index_of(below);
    for entry in above.drain(..) {
        match index.get(&entry.key) {
            Some(known) => below[*known] = entry,
            None => below.push(entry),
        }
    }
}

/// Name under which an override is shown.
pub const OVERRIDE_NAME: &str = "--set";

/// Applies `table.id.key=value` to a document whose root is described by `spec`. The value is TOML; text that is no TOML is taken as text, so
/// that a shell's quotes are enough.
pub(crate) fn apply_override(
    reader: &mut Reader<'_>,
    spec: &'static TableSpec,
    root: &mut Node,
    given: &str,
) {
    let file = reader.sources.add(OVERRIDE_NAME, given);
    let whole = Span::new(file, 0, given.len());
    let form = "write `--set table.id.key=value`, as in `--set site.north.it_power=\"30 MW\"`";
    let Some(equals) = equals_sign(given) else {
        let message = format!("`{}` sets nothing", cut(given));
        reader.push(Diagnostic::new("scenario::bad-override", whole, message).help(form));
        return;
    };
    let (path_text, value_text) = (&given[..equals], &given[equals + 1..]);
    let Some(path) = key_path(path_text) else {
        let message = format!("`{}` is no path of keys", cut(path_text));
        reader
            .push(Diagnostic::new("scenario::bad-override", Span::new(file, 0, equals), message).help(form));
        return;
    };
    let value_span = Span::new(file, equals + 1, given.len());
    let value = override_value(value_text, value_span);
    set_path(reader, spec, root, &path, Span::new(file, 0, equals), value);
}

/// The first `=` outside quotes.
fn equals_sign(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('=', None) => return Some(at),
            _ => {}
        }
    }
    None
}

/// Keys separated by dots; a part with a dot of its own stands in quotes.
fn key_path(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let part;
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let end = rest[1..].find(quote)? + 1;
            part = &rest[1..end];
            rest = rest[end + 1..].trim_start();
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            part = rest[..end].trim();
            rest = &rest[end..];
        }
        if part.is_empty() || parts.len() > 8 {
            return None;
        }
        parts.push(part.to_owned());
        if rest.is_empty() {
            return Some(parts);
        }
        rest = rest.strip_prefix('.')?.trim_start();
    }
}

fn override_value(text: &str, span: Span) -> Node {
    let trimmed = text.trim();
    let toml =
        if too_deep(trimmed).is_some() { None } else { format!("x = {trimmed}").parse::<toml::Table>().ok() };
    match toml.and_then(|mut table| if table.len() == 1 { table.remove("x") } else { None }) {
        Some(value) => Node::from_plain(value, span),
        None => Node { span, value: Value::Text(trimmed.to_owned()) },
    }
}

fn set_path(
    reader: &mut Reader<'_>,
    spec: &'static TableSpec,
    root: &mut Node,
    path: &[String],
    span: Span,
    value: Node,
) {
    let table = path[0].as_str();
    let Some(field) = spec.field(table) else {
        let known = spec.fields.iter().map(|field| field.key);
        return unknown_part(reader, span, table, spec.noun, known.collect());
    };
    let is_list = matches!((field.shape)(), Shape::Tables(_))
        || matches!((field.shape)(), Shape::List(inner) if matches!(*inner, Shape::CatalogEntry(_)));
    if !is_list {
        return set_keys(reader, root, path, span, value);
    }
    let entries = root.get(table).and_then(Node::list).unwrap_or_default();
    let known: Vec<String> = entries
        .iter()
        .enumerate()
        .map(|(index, entry)| identity(table, entry).unwrap_or_else(|| (index + 1).to_string()))
        .collect();
    let (Some(id), true) = (path.get(1), path.len() > 2) else {
        let message = format!("`{}` names no key of an entry", path.join("."));
        let help = format!("write `{table}.ID.KEY`; known: {}", listed(known.iter().map(String::as_str)));
        reader.push(Diagnostic::new("scenario::bad-override", span, message).help(help));
        return;
    };
    let Some(index) = known.iter().position(|name| name == id) else {
        return unknown_part(
            reader,
            span,
            id,
            &format!("`{table}`"),
            known.iter().map(String::as_str).collect(),
        );
    };
    let Value::Table(top) = &mut root.value else { return };
    let list = top.iter_mut().find(|entry| entry.key == table).map(|entry| &mut entry.node.value);
    if let Some(Value::List(items)) = list {
        set_keys(reader, &mut items[index], &path[2..], span, value);
    }
}

fn unknown_part(reader: &mut Reader<'_>, span: Span, given: &str, of: &str, known: Vec<&str>) {
    let message = format!("{of} has no `{}`", cut(given));
    let mut diagnostic = Diagnostic::new("scenario::bad-override", span, message);
    if let Some(near) = nearest(given, known.iter().copied()) {
        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
    }
    reader.push(diagnostic.help(format!("known: {}", listed(known))));
}

fn set_keys(reader: &mut Reader<'_>, node: &mut Node, path: &[String], span: Span, value: Node) {
    let Some((key, rest)) = path.split_first() else { return };
    let kind = node.kind();
    let Value::Table(entries) = &mut node.value else {
        let message = format!("`{key}` can not be set in {kind}");
        reader.push(Diagnostic::new("scenario::bad-override", span, message).help("give the whole value"));
        return;
    };
    let index = match entries.iter().position(|entry| entry.key == *key) {
        Some(index) => index,
        None => {
            entries.push(Entry { key: key.clone(), key_span: span, node: Node::table(span, Vec::new()) });
            entries.len() - 1
        }
    };
    let entry = &mut entries[index];
    if rest.is_empty() {
        entry.key_span = span;
        entry.node = value;
    } else {
        set_keys(reader, &mut entry.node, rest, span, value);
    }
}
