//! Reading of tables by their descriptions: unknown and missing keys, wrong kinds, units, bounds.

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{self, Document, Node, Value, cut};
use crate::files::{Files, ReadError, path_beside};
use crate::nearest::{listed, nearest};
use crate::source::{FileId, Sources, Span};
use crate::spec::{At, Field, FieldSpec, Limits, Need, Shape, Slot, Table, TableSpec};
use quarterdeck_units::ParseError;
use std::collections::BTreeSet;
use std::str::FromStr;

/// What reading gathers: the texts and what is wrong with them.
pub(crate) struct Reader<'a> {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) files: &'a dyn Files,
    damaged: BTreeSet<FileId>,
    /// Whether entries were left out, so that names which seem unknown may be declared in them.
    hidden: bool,
}

/// The size of a value, for comparison with its bounds.
pub(crate) trait Magnitude {
    fn magnitude(&self) -> f64;
}

/// Most faults reported of one reading.
const MAX_FAULTS: usize = 500;

/// Largest CSV file that is read.
pub(crate) const MAX_CSV_BYTES: u64 = 16 << 20;

impl<'a> Reader<'a> {
    pub(crate) fn new(files: &'a dyn Files) -> Reader<'a> {
        Reader {
            sources: Sources::default(),
            diagnostics: Vec::new(),
            files,
            damaged: BTreeSet::new(),
            hidden: false,
        }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        match self.diagnostics.len() {
            MAX_FAULTS.. => {}
            count if count == MAX_FAULTS - 1 => {
                let message = format!("more than {MAX_FAULTS} faults; the rest is left out");
                self.diagnostics.push(
                    Diagnostic::new("scenario::too-many", diagnostic.span(), message)
                        .help("mend those shown first, then check again"),
                );
            }
            _ => self.diagnostics.push(diagnostic),
        }
    }

    /// Whether so many faults are known that more are not reported.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_FAULTS
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether an error was reported inside an entry: then what seems to be missing there may only be faulty.
    ///
    /// The span of an entry in double brackets is its header, so the entry reaches to the next header of its file.
    pub(crate) fn has_errors_within(&self, entry: Span) -> bool {
        let rest = self.sources.text(entry.file).get(entry.end..).unwrap_or("");
        let end = rest.find("\n[").map_or(usize::MAX, |next| entry.end + next);
        self.diagnostics.iter().any(|diagnostic| {
            let span = diagnostic.span();
            let inside = span.file == entry.file && span.start >= entry.start && span.start < end;
            inside && diagnostic.severity == Severity::Error
        })
    }

    /// Whether the text has syntax errors, so that what seems to be missing may be there.
    pub(crate) fn is_damaged(&self, file: FileId) -> bool {
        self.damaged.contains(&file)
    }

    /// Whether a name that seems unknown may be declared in a part that could not be read.
    pub(crate) fn hides_names(&self) -> bool {
        self.hidden || self.any_damaged()
    }

    /// Whether any text has syntax errors.
    pub(crate) fn any_damaged(&self) -> bool {
        !self.damaged.is_empty()
    }

    /// Reads a text file named at `from` (nowhere for the main file); none after a fault was reported.
    pub(crate) fn load(&mut self, path: &str, from: Option<Span>, limit: u64) -> Option<FileId> {
        let full = match from {
            Some(span) => path_beside(self.sources.name(span.file), path),
            None => path.to_owned(),
        };
        let (code, message, help) = match self.files.read(&full, limit) {
            Ok(bytes) => match document::text_of(&bytes, &full) {
                Ok(text) => return Some(self.sources.add(full, text)),
                Err((code, message)) => {
                    (code, message, "a scenario is a text file in TOML; tables beside it are CSV".to_owned())
                }
            },
            Err(ReadError::TooLarge { size }) => (
                "scenario::too-large",
                format!("`{full}` has {}, more than {}", megabytes(size), megabytes(limit)),
                "keep long tables in CSV files and point at their columns, as in \
                 `demand = { csv = \"demand.csv\", column = \"ads\" }`"
                    .to_owned(),
            ),
            Err(error) => (
                "scenario::unreadable",
                format!("`{full}` can not be read: {error}"),
                match from {
                    Some(_) => "paths are relative to the folder of the file that names them".to_owned(),
                    None => "check the path, or write a new scenario with `quarterdeck init`".to_owned(),
                },
            ),
        };
        let span = from.unwrap_or_else(|| Span::new(self.sources.add(full, ""), 0, 0));
        self.push(Diagnostic::new(code, span, message).help(help));
        None
    }

    /// Reads the tree of a text; notes whether its syntax has errors.
    pub(crate) fn parse(&mut self, file: FileId) -> Node {
        let Document { root, damaged } = document::parse(&self.sources, file, &mut self.diagnostics);
        if damaged {
            self.damaged.insert(file);
        }
        root
    }

    /// The values of a table in the order of its description; unknown and missing keys are reported.
    pub(crate) fn keys<'n>(
        &mut self,
        spec: &'static TableSpec,
        node: &'n Node,
    ) -> Option<Vec<Option<&'n Node>>> {
        let entries = node.entries()?;
        let mut found: Vec<Option<&Node>> = vec![None; spec.fields.len()];
        let tag = spec.tag.and_then(|key| node.get(key)?.text());
        let known_tag = tag.filter(|tag| spec.fields.iter().any(|field| field.only.contains(tag)));
        // A key that is meant by a misspelt one is not missing.
        let mut meant = BTreeSet::new();
        for entry in entries {
            let Some(index) = spec.fields.iter().position(|field| field.key == entry.key) else {
                meant.extend(self.unknown_key(spec, &entry.key, entry.key_span, known_tag));
                continue;
            };
            let field = &spec.fields[index];
            if let Some(tag) = known_tag
                && !field.applies(tag)
            {
                let message = format!("`{}` does not belong to {} of kind `{tag}`", entry.key, spec.noun);
                self.push(
                    Diagnostic::new("scenario::misplaced-key", entry.key_span, message)
                        .label(format!("belongs to {}", listed(field.only.iter().copied())))
                        .help(format!("remove it, or change `{}`", spec.tag.unwrap_or("kind"))),
                );
                continue;
            }
            found[index] = Some(&entry.node);
        }
        let tag_missing = spec.tag.is_some() && known_tag.is_none();
        for (field, value) in spec.fields.iter().zip(&found) {
            let due = field.need == Need::Required && known_tag.is_none_or(|tag| field.applies(tag));
            if due && value.is_none() && !meant.contains(field.key) && (!tag_missing || field.only.is_empty())
            {
                self.missing_key(spec, field, node);
            }
        }
        Some(found)
    }

    /// Reports a key that is not known; gives the one that is meant.
    fn unknown_key(
        &mut self,
        spec: &'static TableSpec,
        key: &str,
        span: Span,
        tag: Option<&str>,
    ) -> Option<&'static str> {
        if self.is_full() {
            return None;
        }
        let fields = || spec.fields.iter().filter(|field| tag.is_none_or(|tag| field.applies(tag)));
        let message = format!("`{}` is not a key of {}", cut(key), spec.noun);
        let mut diagnostic = Diagnostic::new("scenario::unknown-key", span, message)
            .help(format!("`quarterdeck explain {}` lists its keys", spec.path));
        let meant = nearest(key, fields().map(|field| field.key));
        diagnostic = match meant {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.label(format!("known: {}", listed(fields().map(|field| field.key)))),
        };
        self.push(diagnostic);
        meant
    }

    fn missing_key(&mut self, spec: &TableSpec, field: &FieldSpec, node: &Node) {
        if self.is_damaged(node.span.file) {
            return;
        }
        let named = ["id", "platform", "workload"].iter().find_map(|key| node.get(key)?.text());
        let whose = match named {
            Some(id) => format!("{} `{}`", spec.bare_noun(), cut(id)),
            None => spec.noun.to_owned(),
        };
        let table = matches!((field.shape)(), Shape::Table(_));
        let name = spec.path.split_once('.').map_or(spec.path, |(_, name)| name);
        let written = match (table, spec.path) {
            (true, path) if !path.contains('.') => format!("add a table `[{}]`", field.key),
            (true, _) => {
                format!("add `{} = {}` or a table `[{name}.{}]`", field.key, field.example, field.key)
            }
            (false, _) => format!("write `{} = {}`", field.key, field.example),
        };
        let first = field.doc();
        let first =
            first.split_once(". ").map_or(first.as_str(), |(sentence, _)| sentence).trim_end_matches('.');
        self.push(
            Diagnostic::new("scenario::missing-key", node.span, format!("{whose} has no `{}`", field.key))
                .help(format!("{written} ({})", lower_first(first))),
        );
    }

    /// The value of a key, if it is there and sound.
    pub(crate) fn slot<T: Field>(&mut self, field: &FieldSpec, node: Option<&Node>) -> Slot<T> {
        let node = node?;
        T::read(self, field, node).map(|value| At::new(node.span, value))
    }

    /// Reports a value that is no table.
    pub(crate) fn single_table(&mut self, field: &FieldSpec, node: &Node) -> Option<()> {
        match &node.value {
            Value::Table(_) => Some(()),
            Value::List(items) if items.iter().all(|item| item.entries().is_some()) => {
                let message = format!("there is one `{}`, so it is no list of tables", field.key);
                let help = format!("write `[{}]` in single brackets, once", field.key);
                self.push(Diagnostic::new("scenario::wrong-type", node.span, message).help(help));
                None
            }
            _ => self.wrong_type(field, node),
        }
    }

    /// Reports a value of the wrong kind.
    pub(crate) fn wrong_type<T>(&mut self, field: &FieldSpec, node: &Node) -> Option<T> {
        let shape = (field.shape)();
        let message = format!("`{}` is {}, where {} is due", field.key, node.kind(), shape.noun());
        let help = format!("write it as in `{} = {}`", field.key, field.example);
        self.push(Diagnostic::new("scenario::wrong-type", node.span, message).help(help));
        None
    }

    /// A value in text form with a unit.
    pub(crate) fn quantity<T>(&mut self, field: &FieldSpec, node: &Node) -> Option<T>
    where
        T: FromStr<Err = ParseError> + Magnitude,
    {
        match &node.value {
            Value::Text(text) => {
                let value = self.parsed::<T>(field, node.span, text)?;
                self.within(field, node.span, &value).then_some(value)
            }
            Value::Integer(_) | Value::Float(_) => {
                let given = self.sources.slice(node.span).to_owned();
                self.missing_unit(field, node.span, &given);
                None
            }
            _ => self.wrong_type(field, node),
        }
    }

    /// A value that may stand as a plain number.
    pub(crate) fn number<T>(&mut self, field: &FieldSpec, node: &Node, plain: fn(f64) -> T) -> Option<T>
    where
        T: FromStr<Err = ParseError> + Magnitude,
    {
        #[allow(clippy::cast_precision_loss)]
        let value = match &node.value {
            Value::Integer(number) => plain(*number as f64),
            Value::Float(number) if number.is_finite() => plain(*number),
            Value::Float(_) => {
                let message = format!("`{}` is not a finite number", field.key);
                self.push(
                    Diagnostic::new("scenario::bad-number", node.span, message).help("write a finite number"),
                );
                return None;
            }
            Value::Text(text) => self.parsed::<T>(field, node.span, text)?,
            _ => return self.wrong_type(field, node),
        };
        self.within(field, node.span, &value).then_some(value)
    }

    fn missing_unit(&mut self, field: &FieldSpec, span: Span, given: &str) {
        let unit = field.example.trim_matches('"').split_once(' ').map_or("", |(_, unit)| unit);
        // Who writes 0.08 where 8 % is due means the same.
        let given = match given.parse::<f64>() {
            Ok(share) if unit.starts_with('%') && share.abs() < 1.0 => {
                ((share * 1e8).round() / 1e6).to_string()
            }
            _ => given.to_owned(),
        };
        let mut diagnostic =
            Diagnostic::new("scenario::missing-unit", span, format!("`{}` has no unit", field.key))
                .label(format!("{} is due", (field.shape)().of_point().noun()));
        if !unit.is_empty() {
            diagnostic = diagnostic
                .help(format!("write the unit, in quotes, as in `{} = \"{} {unit}\"`", field.key, given));
        }
        self.push(diagnostic);
    }

    /// Text to value, with each fault of the text under its own code.
    pub(crate) fn parsed<T: FromStr<Err = ParseError>>(
        &mut self,
        field: &FieldSpec,
        span: Span,
        text: &str,
    ) -> Option<T> {
        let error = match text.parse::<T>() {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let code = match &error {
            ParseError::MissingUnit { .. } => {
                self.missing_unit(field, span, text.trim());
                return None;
            }
            ParseError::Number { .. } | ParseError::NotFinite { .. } => "scenario::bad-number",
            ParseError::UnknownUnit { .. } => "scenario::unknown-unit",
            ParseError::WrongDimension { .. } => "scenario::wrong-unit",
            ParseError::Form { .. } => "scenario::wrong-form",
        };
        let label = format!("`{}` takes {}", field.key, (field.shape)().of_point().noun());
        let help = match &error {
            ParseError::UnknownUnit { unit, suggestion: Some(suggestion) } => {
                match suggestion.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
                    Some(known) if !known.contains('`') => {
                        format!("write `{} = \"{}\"`", field.key, text.trim().replace(unit.as_str(), known))
                    }
                    _ => format!("write {suggestion}"),
                }
            }
            _ => format!("write it as in `{} = {}`", field.key, field.example),
        };
        self.push(Diagnostic::new(code, span, error.to_string()).label(label).help(help));
        None
    }

    /// Whether a value lies within the bounds of its key; doubts are reported too.
    fn within<T>(&mut self, field: &FieldSpec, span: Span, value: &T) -> bool
    where
        T: FromStr<Err = ParseError> + Magnitude,
    {
        let Some(limits) = field.limits else { return true };
        let given = self.sources.slice(span).trim_matches('"').to_owned();
        let broken = check_limits(&limits, value);
        let Some((code, relation, why)) = broken else { return true };
        let message = format!("`{}` of {given} {relation}", field.key);
        let diagnostic = Diagnostic::new(code, span, message).label(why).help(match code {
            "scenario::impossible" => format!("write it as in `{} = {}`", field.key, field.example),
            _ => "correct it, or keep it if it is meant".to_owned(),
        });
        let impossible = diagnostic.severity == Severity::Error;
        self.push(diagnostic);
        !impossible
    }
}

/// The code, the relation in words and the reason if a value is out of bounds.
fn check_limits<T>(limits: &Limits, value: &T) -> Option<(&'static str, String, &'static str)>
where
    T: FromStr<Err = ParseError> + Magnitude,
{
    let size = value.magnitude();
    let bound = |text: &str| text.parse::<T>().map(|bound| bound.magnitude()).ok();
    if limits.positive && size <= 0.0 {
        return Some(("scenario::impossible", "is not above zero".to_owned(), "must be above zero"));
    }
    if let Some(lowest) = limits.lowest {
        let least = if lowest == "0" { Some(0.0) } else { bound(lowest) };
        if least.is_some_and(|least| size < least) {
            return Some(("scenario::impossible", format!("is below {lowest}"), "can not be that low"));
        }
    }
    if let Some((highest, why)) = limits.highest
        && bound(highest).is_some_and(|most| size > most)
    {
        return Some(("scenario::impossible", format!("is above {highest}"), why));
    }
    if let Some((low, why)) = limits.unlikely_below
        && bound(low).is_some_and(|least| size < least)
    {
        return Some(("scenario::unlikely", format!("is below {low}"), why));
    }
    if let Some((high, why)) = limits.unlikely_above
        && bound(high).is_some_and(|most| size > most)
    {
        return Some(("scenario::unlikely", format!("is above {high}"), why));
    }
    None
}

impl Shape {
    /// What one point of it takes.
    fn of_point(self) -> Shape {
        match self {
            Shape::Curve(inner) | Shape::List(inner) | Shape::OneOrMany(inner) | Shape::Map(inner) => *inner,
            other => other,
        }
    }

    /// What is due, with its article, for messages.
    pub fn noun(&self) -> String {
        match self {
            Shape::Text => "text".to_owned(),
            Shape::Id => "an id".to_owned(),
            Shape::Flag => "true or false".to_owned(),
            Shape::Integer => "a whole number".to_owned(),
            Shape::Year => "a year".to_owned(),
            Shape::Quantity(kind) => format!("{kind} with its unit"),
            Shape::Ratio => "a share or factor".to_owned(),
            Shape::Factor => "a factor such as `x40` or `+20 %`".to_owned(),
            Shape::Count => "a number of things".to_owned(),
            Shape::Quarter => "a quarter such as `2022-Q3`".to_owned(),
            Shape::QuarterSpan => "a list of first and last quarter".to_owned(),
            Shape::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                match words.split_last() {
                    Some((last, first)) if !first.is_empty() => {
                        format!("one of {} or {last}", first.join(", "))
                    }
                    _ => words.concat(),
                }
            }
            Shape::Reference(what) => format!("the id of {what}"),
            Shape::List(inner) => format!("a list of {}", inner.plural()),
            Shape::OneOrMany(inner) => format!("{}, or a list of them", inner.noun()),
            Shape::Curve(inner) => format!("{}, constant or by quarter", inner.noun()),
            Shape::Map(inner) => format!("a table of {}", inner.plural()),
            Shape::Table(spec) => format!("a table ({})", spec.noun),
            Shape::Tables(_) => "a list of tables in double brackets".to_owned(),
            Shape::Either(shapes) => shapes.iter().map(Shape::noun).collect::<Vec<_>>().join(" or "),
            Shape::CatalogEntry(what) => format!("{what} written as in the catalogue"),
        }
    }

    fn plural(&self) -> String {
        match self {
            Shape::Quarter => "quarters".to_owned(),
            Shape::Ratio => "shares".to_owned(),
            Shape::Text => "texts".to_owned(),
            Shape::Table(spec) => format!("tables, each {}", spec.noun),
            Shape::CatalogEntry(what) => {
                format!("{}s written as in the catalogue", what.trim_start_matches("a "))
            }
            Shape::Reference(what) => {
                format!("ids of {}s", what.trim_start_matches("a ").trim_start_matches("an "))
            }
            other => {
                let noun = other.noun();
                noun.trim_start_matches("a ").trim_start_matches("an ").to_owned()
            }
        }
    }
}

/// A list of tables in double brackets.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Tables<T>(pub(crate) Vec<T>);

impl<T: Table> Field for Tables<T> {
    fn shape() -> Shape {
        Shape::Tables(T::spec())
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        let items = double_brackets(reader, field, node)?;
        Some(Tables(items.iter().filter_map(|item| T::read_table(reader, item)).collect()))
    }

    fn write(&self) -> toml::Value {
        toml::Value::Array(self.0.iter().map(|table| toml::Value::Table(table.write_table())).collect())
    }
}

/// The tables of a list; a single table or another value is reported.
pub(crate) fn double_brackets<'n>(
    reader: &mut Reader<'_>,
    field: &FieldSpec,
    node: &'n Node,
) -> Option<&'n [Node]> {
    match &node.value {
        Value::List(items) if items.iter().all(|item| item.entries().is_some()) => Some(items),
        Value::Table(_) => {
            let message = format!("`{}` is one table, where several can stand", field.key);
            let help = format!("write `[[{}]]` in double brackets", field.key);
            reader.hidden = true;
            reader.push(Diagnostic::new("scenario::wrong-type", node.span, message).help(help));
            None
        }
        _ => reader.wrong_type(field, node),
    }
}

fn megabytes(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)]
    let megabytes = bytes as f64 / f64::from(1 << 20);
    format!("{megabytes:.1} MiB")
}

fn lower_first(text: &str) -> String {
    let mut rest = text.chars();
    match (rest.next(), rest.clone().next()) {
        // `IT power` keeps its capitals.
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(rest).collect()
        }
        _ => text.to_owned(),
    }
}
