//! The one description of every table of a scenario: it drives reading, the JSON Schema, `explain` and the book.
//!
//! ```text
//!  table! { key: Type = need, "example" }  ──► read  (text to values, all faults at once)
//!                                          ──► write (values to canonical text)
//!                                          ──► spec  (schema, explain, reference pages)
//! ```

use crate::document::Node;
use crate::model::Between;
use crate::read::Reader;
use crate::source::Span;

/// Whether a key must be there, and what holds if it is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Must be there.
    Required,
    /// Need not be there; the text says what holds then.
    Default(&'static str),
}

/// What a key takes.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Any text.
    Text,
    /// A name: letters, digits, `-`, `_`, `.`.
    Id,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Integer,
    /// A calendar year.
    Year,
    /// A number with its unit, in quotes; the text names the kind of unit.
    Quantity(&'static str),
    /// A share or factor: a number, or text such as `"30 %"`.
    Ratio,
    /// A factor of change such as `"x40"` or `"+20 %"`.
    Factor,
    /// A number of things: a number, or text such as `"15.6T"`.
    Count,
    /// A calendar quarter, `"2022-Q3"`.
    Quarter,
    /// First and last quarter, `["2023-Q3", "2024-Q2"]`.
    QuarterSpan,
    /// One of some words.
    Word(Vec<&'static str>),
    /// The id of something; the text says of what.
    Reference(&'static str),
    /// A list.
    List(Box<Shape>),
    /// One, or a list of them.
    OneOrMany(Box<Shape>),
    /// A constant, a table by quarter, or a column of a CSV file.
    Curve(Box<Shape>),
    /// A table whose keys are chosen by the user.
    Map(Box<Shape>),
    /// A table.
    Table(&'static TableSpec),
    /// Tables in double brackets, `[[name]]`.
    Tables(&'static TableSpec),
    /// Any of several.
    Either(Vec<Shape>),
    /// An entry as the catalogue's files write it; the text says of which kind.
    CatalogEntry(&'static str),
}

/// Bounds of a value, written as the user would write them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Zero is impossible too.
    pub positive: bool,
    /// Below this the value can not be.
    pub lowest: Option<&'static str>,
    /// Above this the value can not be, and why.
    pub highest: Option<(&'static str, &'static str)>,
    /// Below this the value is unlikely, and why.
    pub unlikely_below: Option<(&'static str, &'static str)>,
    /// Above this the value is unlikely, and why.
    pub unlikely_above: Option<(&'static str, &'static str)>,
}

impl Limits {
    const NONE: Limits =
        Limits { positive: false, lowest: None, highest: None, unlikely_below: None, unlikely_above: None };

    /// Without bounds, to be given some.
    pub const fn unbounded() -> Limits {
        Limits::NONE
    }

    /// Above zero.
    pub const fn positive() -> Limits {
        Limits { positive: true, ..Limits::NONE }
    }

    /// Zero or above.
    pub const fn not_negative() -> Limits {
        Limits::NONE.at_least("0")
    }

    /// A share or probability: 0 to 1.
    pub const fn share() -> Limits {
        Limits::not_negative().at_most("1", "a share lies between 0 and 1 (0 % and 100 %)")
    }

    /// No lower than this.
    pub const fn at_least(mut self, value: &'static str) -> Limits {
        self.lowest = Some(value);
        self
    }

    /// No higher than this, since.
    pub const fn at_most(mut self, value: &'static str, why: &'static str) -> Limits {
        self.highest = Some((value, why));
        self
    }

    /// Doubtful above this, since.
    pub const fn unlikely_above(mut self, value: &'static str, why: &'static str) -> Limits {
        self.unlikely_above = Some((value, why));
        self
    }

    /// Doubtful below this, since.
    pub const fn unlikely_below(mut self, value: &'static str, why: &'static str) -> Limits {
        self.unlikely_below = Some((value, why));
        self
    }
}

/// One key of a table.
#[derive(Debug)]
pub struct FieldSpec {
    /// The key.
    pub key: &'static str,
    doc: &'static str,
    /// What it takes.
    pub shape: fn() -> Shape,
    /// Whether it must be there.
    pub need: Need,
    /// A value as it stands in a file, quotes included.
    pub example: &'static str,
    /// The tags (`kind`, `decision`, `measure`) that it belongs to; all if empty.
    pub only: &'static [&'static str],
    /// Bounds of the value.
    pub limits: Option<Limits>,
    /// How a curve goes between its points.
    pub between: Between,
}

impl FieldSpec {
    pub(crate) const fn new(
        key: &'static str,
        doc: &'static str,
        shape: fn() -> Shape,
        need: Need,
        example: &'static str,
    ) -> FieldSpec {
        FieldSpec { key, doc, shape, need, example, only: &[], limits: None, between: Between::Step }
    }

    pub(crate) const fn only(mut self, tags: &'static [&'static str]) -> FieldSpec {
        self.only = tags;
        self
    }

    pub(crate) const fn limits(mut self, limits: Limits) -> FieldSpec {
        self.limits = Some(limits);
        self
    }

    pub(crate) const fn between(mut self, between: Between) -> FieldSpec {
        self.between = between;
        self
    }

    /// What the key means, in one or two sentences.
    pub fn doc(&self) -> String {
        joined(self.doc)
    }

    /// Whether the key belongs to entries with this tag.
    pub fn applies(&self, tag: &str) -> bool {
        self.only.is_empty() || self.only.contains(&tag)
    }
}

/// One table: its keys and what it is for.
#[derive(Debug)]
pub struct TableSpec {
    /// Topic of `explain`, such as `scenario.site`.
    pub path: &'static str,
    /// What messages call it, such as `a site`.
    pub noun: &'static str,
    doc: &'static str,
    /// The key whose value says which other keys belong.
    pub tag: Option<&'static str>,
    /// The keys.
    pub fields: &'static [FieldSpec],
}

impl TableSpec {
    pub(crate) const fn new(
        path: &'static str,
        noun: &'static str,
        doc: &'static str,
        tag: &'static str,
        fields: &'static [FieldSpec],
    ) -> TableSpec {
        TableSpec { path, noun, doc, tag: if tag.is_empty() { None } else { Some(tag) }, fields }
    }

    /// What the table is for.
    pub fn doc(&self) -> String {
        joined(self.doc)
    }

    /// What messages call it where an id follows.
    pub fn bare_noun(&self) -> &'static str {
        ["a ", "an "].iter().find_map(|article| self.noun.strip_prefix(article)).unwrap_or(self.noun)
    }

    /// A key by its name.
    pub fn field(&self, key: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// The lines of a doc comment as one text; an empty line stays as a break.
fn joined(doc: &str) -> String {
    doc.split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// A value that a key can take: how it is read, written and described.
pub(crate) trait Field: Sized {
    /// What it takes, for the schema and `explain`.
    fn shape() -> Shape;
    /// Reads it; none after a fault was reported.
    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self>;
    /// Writes it in canonical form.
    fn write(&self) -> toml::Value;
}

/// A table declared by [`table!`].
pub(crate) trait Table: Sized + Default {
    /// Its description.
    fn spec() -> &'static TableSpec;
    /// Reads its keys; keys with faults are left out after the fault was reported.
    fn read_table(reader: &mut Reader<'_>, node: &Node) -> Option<Self>;
    /// Writes the keys that are there.
    fn write_table(&self) -> toml::Table;
}

/// A value with its place.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct At<T> {
    pub(crate) span: Span,
    pub(crate) value: T,
}

impl<T> At<T> {
    pub(crate) fn new(span: Span, value: T) -> At<T> {
        At { span, value }
    }

    /// A value that comes from no file, for writing.
    pub(crate) fn nowhere(value: T) -> At<T> {
        At { span: Span::default(), value }
    }
}

/// A key's value if the key was there and sound.
pub(crate) type Slot<T> = Option<At<T>>;

/// Declares a table: a struct of slots, and how it is read, written and described.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        $name:ident, $path:literal, $noun:literal, $tag:literal;
        $(
            $(#[doc = $field_doc:literal])+
            $key:ident: $kind:ty = $need:expr, $example:literal $(, $extra:ident($arg:expr))*;
        )*
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Debug, Default)]
        pub(crate) struct $name {
            /// Place of the table.
            pub(crate) place: $crate::source::Span,
            $( $(#[doc = $field_doc])+ pub(crate) $key: $crate::spec::Slot<$kind>, )*
        }

        impl $crate::spec::Table for $name {
            fn spec() -> &'static $crate::spec::TableSpec {
                static FIELDS: &[$crate::spec::FieldSpec] = &[$(
                    $crate::spec::FieldSpec::new(
                        stringify!($key),
                        concat!($($field_doc, "\n"),+),
                        <$kind as $crate::spec::Field>::shape,
                        $need,
                        $example,
                    )$(.$extra($arg))*
                ),*];
                static SPEC: $crate::spec::TableSpec =
                    $crate::spec::TableSpec::new($path, $noun, concat!($($doc, "\n"),+), $tag, FIELDS);
                &SPEC
            }

            // The last key advances the counter once more than is read.
            #[allow(unused_assignments)]
            fn read_table(
                reader: &mut $crate::read::Reader<'_>,
                node: &$crate::document::Node,
            ) -> Option<Self> {
                let spec = <Self as $crate::spec::Table>::spec();
                let found = reader.keys(spec, node)?;
                let mut index = 0;
                $(
                    let $key = reader.slot::<$kind>(&spec.fields[index], found[index]);
                    index += 1;
                )*
                Some(Self { place: node.span, $($key),* })
            }

            fn write_table(&self) -> toml::Table {
                let mut table = toml::Table::new();
                $(
                    if let Some(slot) = &self.$key {
                        table.insert(
                            stringify!($key).to_owned(),
                            <$kind as $crate::spec::Field>::write(&slot.value),
                        );
                    }
                )*
                table
            }
        }

        impl $crate::spec::Field for $name {
            fn shape() -> $crate::spec::Shape {
                $crate::spec::Shape::Table(<Self as $crate::spec::Table>::spec())
            }

            fn read(
                reader: &mut $crate::read::Reader<'_>,
                field: &$crate::spec::FieldSpec,
                node: &$crate::document::Node,
            ) -> Option<Self> {
                reader.single_table(field, node)?;
                <Self as $crate::spec::Table>::read_table(reader, node)
            }

            fn write(&self) -> toml::Value {
                toml::Value::Table(<Self as $crate::spec::Table>::write_table(self))
            }
        }
    };
}

/// A table whose inputs are cited or assumed: two keys more.
macro_rules! cited_table {
    (
        $(#[doc = $doc:literal])+
        $name:ident, $path:literal, $noun:literal, $tag:literal;
        $($rest:tt)*
    ) => {
        $crate::spec::table! {
            $(#[doc = $doc])+
            $name, $path, $noun, $tag;
            $($rest)*
            /// Where the values come from: ids of sources, in this scenario's `[source.ID]` tables or in the
            /// catalogue.
            source: $crate::fields::OneOrMany<$crate::fields::SourceRef> =
                $crate::spec::Need::Default("none; then `assumed` is due"), "\"meta-2022-q3-results\"";
            /// Why values that no source holds were chosen.
            assumed: String = $crate::spec::Need::Default("none; then `source` is due"),
                "\"between the two years that are published\"";
        }

        // Files that are only read need no writing, and some tables are cited for their check alone.
        #[allow(dead_code)]
        impl $name {
            /// Where the inputs come from.
            pub(crate) fn basis(&self) -> $crate::model::Basis {
                $crate::model::Basis {
                    sources: self.source.iter().flat_map(|slot| &slot.value.0).map(|at| at.value.0.clone()).collect(),
                    assumed: self.assumed.as_ref().map(|slot| slot.value.clone()),
                }
            }

            /// Sets where the inputs come from, for writing.
            #[must_use]
            pub(crate) fn with_basis(mut self, basis: &$crate::model::Basis) -> Self {
                if !basis.sources.is_empty() {
                    let refs = basis.sources.iter().map(|id| {
                        $crate::spec::At::nowhere($crate::fields::SourceRef(id.clone()))
                    });
                    self.source = Some($crate::spec::At::nowhere($crate::fields::OneOrMany(refs.collect())));
                }
                self.assumed = basis.assumed.clone().map($crate::spec::At::nowhere);
                self
            }
        }

        impl $crate::fields::Cited for $name {
            fn cited(&self) -> $crate::fields::Citation<'_> {
                $crate::fields::Citation {
                    place: self.place,
                    noun: $noun,
                    sources: self.source.as_ref().map_or(&[], |slot| slot.value.0.as_slice()),
                    assumed: self.assumed.is_some(),
                }
            }
        }
    };
}
pub(crate) use {cited_table, table};
