//! TOML text to a tree in which every key and value knows its place; reading goes on after a syntax error.

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};
use toml::de::{DeTable, DeValue};

/// Largest TOML file that is read. Parsing takes about a hundred times the size of its text in the worst case.
pub const MAX_BYTES: u64 = 4 << 20;
/// Deepest nesting of tables, arrays and dotted keys.
pub const MAX_DEPTH: usize = 32;
/// Syntax errors reported of one file; one slip in brackets can cause many.
const MAX_SYNTAX_ERRORS: usize = 20;
/// With more errors than this a text is no scenario with some slips, and reading it again finds nothing better.
const MOST_ERRORS_TO_MEND: usize = 200;

/// A value with its place.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What TOML can hold.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    /// A TOML date, which no key of a scenario takes.
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key of a table with its value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

impl Node {
    pub(crate) fn table(span: Span, entries: Vec<Entry>) -> Node {
        Node { span, value: Value::Table(entries) }
    }

    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The kind of value as messages call it.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Flag(_) => "true or false",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// A tree from plain TOML, every value at one place.
    pub(crate) fn from_plain(value: toml::Value, span: Span) -> Node {
        let value = match value {
            toml::Value::String(text) => Value::Text(text),
            toml::Value::Integer(number) => Value::Integer(number),
            toml::Value::Float(number) => Value::Float(number),
            toml::Value::Boolean(flag) => Value::Flag(flag),
            toml::Value::Datetime(date) => Value::Date(date.to_string()),
            toml::Value::Array(items) => {
                Value::List(items.into_iter().map(|item| Node::from_plain(item, span)).collect())
            }
            toml::Value::Table(table) => Value::Table(
                table
                    .into_iter()
                    .map(|(key, value)| Entry { key, key_span: span, node: Node::from_plain(value, span) })
                    .collect(),
            ),
        };
        Node { span, value }
    }
}

/// The tree of a text as far as it can be read, and whether its syntax has errors.
pub(crate) struct Document {
    pub(crate) root: Node,
    pub(crate) damaged: bool,
}

/// Bytes of a file as text, or what is wrong with them.
pub(crate) fn text_of(bytes: &[u8], name: &str) -> Result<String, (&'static str, String)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => {
            Err(("scenario::not-text", format!("`{name}` holds zero bytes: it is not a text file")))
        }
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            Err(("scenario::not-text", format!("`{name}` is not UTF-8 text (first bad byte in line {line})")))
        }
    }
}

/// Reads a text that is already among the sources.
pub(crate) fn parse(sources: &Sources, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> Document {
    let text = sources.text(file);
    if let Some(offset) = too_deep(text) {
        let span = sources.line_span(file, offset);
        diagnostics.push(
            Diagnostic::new("scenario::too-deep", span, format!("more than {MAX_DEPTH} levels of nesting"))
                .help("a scenario needs no more than four levels; check the brackets and dots of this line"),
        );
        return Document { root: Node::table(Span::new(file, 0, 0), Vec::new()), damaged: true };
    }

    // The parser gives up at some slips. Each such line is blanked and the rest read again, so that the
    // faults behind it come in the same run; spans stay, since blanks are as long as the line was.
    let mut masked = text.to_owned();
    let mut found: Vec<(usize, Diagnostic)> = Vec::new();
    let mut last_line = None;
    loop {
        let (table, errors) = DeTable::parse_recoverable(&masked);
        let mut errors: Vec<(std::ops::Range<usize>, String)> =
            errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message().to_owned())).collect();
        errors.sort_by_key(|(span, _)| span.start);
        let fatal = errors.iter().find(|(span, message)| !keeps_value(text, span, message));
        if let Some((span, message)) = fatal {
            found.push((span.start, syntax_error(sources, file, span, message)));
            let line = sources.line_span(file, span.start);
            let hopeless = found.len() >= MAX_SYNTAX_ERRORS || errors.len() > MOST_ERRORS_TO_MEND;
            let stuck = last_line == Some(line) || hopeless;
            last_line = Some(line);
            if !stuck {
                let end = blank_end(&masked, line);
                let blanks: String = masked[line.start..end]
                    .chars()
                    .flat_map(|c| std::iter::repeat_n(blank(c), c.len_utf8()))
                    .collect();
                masked.replace_range(line.start..end, &blanks);
                continue;
            }
        }
        let kept = errors.iter().filter(|(span, message)| keeps_value(text, span, message));
        for (span, message) in kept.take(MAX_SYNTAX_ERRORS) {
            found.push((span.start, syntax_error(sources, file, span, message)));
        }
        let damaged = !found.is_empty();
        found.truncate(MAX_SYNTAX_ERRORS);
        diagnostics.extend(found.into_iter().map(|(_, diagnostic)| diagnostic));
        let entries = convert_table(table.get_ref(), file, text, diagnostics);
        return Document { root: Node::table(Span::new(file, 0, 0), entries), damaged };
    }
}

fn blank(character: char) -> char {
    if character == '\n' { '\n' } else { ' ' }
}

/// A broken header takes the keys below it along: they would land in the wrong table.
fn blank_end(text: &str, line: Span) -> usize {
    if !text[line.start..line.end].trim_start().starts_with('[') {
        return line.end;
    }
    let mut end = line.end;
    for following in text[line.end..].split_inclusive('\n').skip(1) {
        if following.trim_start().starts_with('[') {
            break;
        }
        end += following.len();
    }
    // The end of the header's own line was not counted above.
    (end + text[line.end..].find('\n').map_or(0, |newline| newline + 1)).min(text.len())
}

/// Errors after which the parser still has the value that was meant.
fn keeps_value(text: &str, span: &std::ops::Range<usize>, message: &str) -> bool {
    let line = text.get(..span.start).map_or(0, |before| before.rfind('\n').map_or(0, |newline| newline + 1));
    // A header given twice opens a table in place of the first, so it is left out with its keys.
    let header = text.get(line..).is_some_and(|line| line.trim_start().starts_with('['));
    let quotable = message.starts_with("string values must be quoted");
    span.start < span.end && (quotable || (message == "duplicate key" && !header))
}

fn syntax_error(sources: &Sources, file: FileId, span: &std::ops::Range<usize>, message: &str) -> Diagnostic {
    let place = Span::new(file, span.start, span.end);
    let line = sources.line_span(file, span.start);
    let line_text = sources.slice(line);
    if message == "duplicate key" {
        let key = sources.slice(place);
        let diagnostic =
            Diagnostic::new("scenario::duplicate-key", place, format!("`{key}` is given twice in one table"));
        return if line_text.trim_start().starts_with('[') {
            diagnostic.label("a table with this name stands above").help(format!(
                "put its keys together in one place, or write `[[{key}]]` with an `id` where there can be several"
            ))
        } else {
            diagnostic.label("already given above").help("keep one of the two")
        };
    }
    let quotable = message.starts_with("string values must be quoted") || message.starts_with("invalid date");
    if quotable && span.start < span.end {
        let value = sources.slice(place);
        return Diagnostic::new("scenario::syntax", place, format!("`{value}` is not in quotes"))
            .label("text and quantities stand in quotes")
            .help(format!("write `\"{value}\"`"));
    }
    let message = message.replace("expected newline, `#`", "expected the end of the line");
    let diagnostic = Diagnostic::new("scenario::syntax", place, format!("not valid TOML: {message}"));
    match line_text.split_once('=') {
        Some((key, value)) if is_key(key.trim()) && looks_like_quantity(value.trim()) => {
            let value = value.split('#').next().unwrap_or(value).trim();
            diagnostic.help(format!("write `{} = \"{value}\"`", key.trim()))
        }
        _ => diagnostic.help("a line is `key = value`, `[table]` or `[[entry]]`; text stands in quotes"),
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

fn looks_like_quantity(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['"', '\'', '[', '{'])
}

fn convert_table(
    table: &DeTable<'_>,
    file: FileId,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Entry> {
    let entry = |key: &toml::Spanned<toml::de::DeString<'_>>,
                 value: &toml::Spanned<DeValue<'_>>,
                 diagnostics: &mut Vec<Diagnostic>| Entry {
        key: key.get_ref().to_string(),
        key_span: Span::new(file, key.span().start, key.span().end),
        node: convert(value, file, text, diagnostics),
    };
    table.iter().map(|(key, value)| entry(key, value, diagnostics)).collect()
}

fn convert(
    value: &toml::Spanned<DeValue<'_>>,
    file: FileId,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    let span = Span::new(file, value.span().start, value.span().end);
    let value = match value.get_ref() {
        DeValue::String(string) => Value::Text(string.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                let given = text.get(span.start..span.end).unwrap_or_default();
                let message = format!("`{}` is too large for a whole number", cut(given));
                diagnostics.push(
                    Diagnostic::new("scenario::bad-number", span, message)
                        .help("write large numbers with an exponent, such as `15.6e12`"),
                );
                Value::Integer(0)
            }
        },
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| convert(item, file, text, diagnostics)).collect())
        }
        DeValue::Table(table) => Value::Table(convert_table(table, file, text, diagnostics)),
    };
    Node { span, value }
}

/// A text shortened for a message.
pub(crate) fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Where nesting goes beyond the limit. Counts open brackets and the dots of keys outside strings and comments,
/// so that no later step, recursive as they are, can run out of stack.
pub(crate) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    let mut dots = 0usize;
    let mut at = 0;
    // A header ends with its line, closed or not.
    let mut in_header = false;
    while at < bytes.len() {
        if open.is_empty() && bytes[at] == b'[' && (at == 0 || bytes[at - 1] == b'\n') {
            in_header = true;
        }
        match bytes[at] {
            b'\n' if in_header => {
                in_header = false;
                open.clear();
                dots = 0;
            }
            b'#' => at += bytes[at..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - at),
            quote @ (b'"' | b'\'') => {
                at = after_string(bytes, at, quote);
                continue;
            }
            b'[' | b'{' => {
                open.push(dots);
                dots = 0;
            }
            b']' | b'}' => dots = open.pop().unwrap_or(0),
            b'.' => dots += 1,
            b',' | b'\n' => dots = 0,
            _ => {}
        }
        if dots.max(open.len()) > MAX_DEPTH || open.len() + dots + open.iter().sum::<usize>() > 2 * MAX_DEPTH
        {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The byte after a string that starts at `at`; a one-line string ends at the end of its line at the latest.
fn after_string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let mut at = at + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' && (triple || bytes.get(at + 1) != Some(&b'\n')) => at += 1,
            b'\n' if !triple => return at,
            byte if byte == quote && !triple => return at + 1,
            byte if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
