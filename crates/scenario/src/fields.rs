//! The values that keys take: how each is read, written and described.

use crate::diagnostic::Diagnostic;
use crate::document::{Entry, Node, Value, cut};
use crate::model::CostClass;
use crate::nearest::{listed, nearest};
use crate::read::{Magnitude, Reader};
use crate::source::Span;
use crate::spec::{At, Field, FieldSpec, Shape};
use quarterdeck_catalog::chip::Operator;
use quarterdeck_catalog::{Climate, Cooling, Family, FloorKind, Precision};
use quarterdeck_units::{
    Bandwidth, Bytes, Celsius, Count, DefectDensity, GramsPerJoule, Growth, Hertz, ParseError, PriceYear,
    Quantity, Quarter, Quarters, Ratio, Seconds, SquareMetres, Usd, UsdPerJoule, UsdPerSecond, UsdPerWatt,
    UsdPerWork, Watts, WorkRate,
};
use std::str::FromStr;

/// What a table says about where its values come from.
pub(crate) struct Citation<'a> {
    pub(crate) place: Span,
    pub(crate) noun: &'static str,
    pub(crate) sources: &'a [At<SourceRef>],
    pub(crate) assumed: bool,
}

/// A table whose inputs are cited or assumed.
pub(crate) trait Cited {
    fn cited(&self) -> Citation<'_>;
}

macro_rules! quantity_fields {
    ($($type:ty: $words:literal),* $(,)?) => {$(
        impl Magnitude for $type {
            fn magnitude(&self) -> f64 {
                self.base()
            }
        }

        impl Field for $type {
            fn shape() -> Shape {
                Shape::Quantity($words)
            }

            fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
                reader.quantity(field, node)
            }

            fn write(&self) -> toml::Value {
                toml::Value::String(self.to_string())
            }
        }
    )*};
}
quantity_fields! {
    Watts: "a power",
    Hertz: "a clock rate",
    Bandwidth: "a data rate",
    SquareMetres: "an area",
    DefectDensity: "a density of defects",
    Seconds: "a time",
    Bytes: "an amount of data",
    Celsius: "a temperature",
    GramsPerJoule: "a carbon intensity",
    Usd: "money",
    UsdPerJoule: "a price of energy",
    UsdPerSecond: "money per time",
    UsdPerWatt: "money per power",
}

macro_rules! text_fields {
    ($($type:ty: $shape:expr, $size:expr);* $(;)?) => {$(
        impl Magnitude for $type {
            fn magnitude(&self) -> f64 {
                let size: fn(&$type) -> f64 = $size;
                size(self)
            }
        }

        impl Field for $type {
            fn shape() -> Shape {
                $shape
            }

            fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
                reader.quantity(field, node)
            }

            fn write(&self) -> toml::Value {
                toml::Value::String(self.to_string())
            }
        }
    )*};
}
text_fields! {
    Growth: Shape::Quantity("growth by year"), |growth| growth.per_year;
    WorkRate: Shape::Quantity("a rate of work"), |rate| rate.per_second;
    UsdPerWork: Shape::Quantity("money per work"), |price| price.dollars;
    Quarters: Shape::Quantity("a number of quarters"), |quarters| f64::from(quarters.0);
}

macro_rules! number_fields {
    ($($type:ident: $shape:expr);* $(;)?) => {$(
        impl Magnitude for $type {
            fn magnitude(&self) -> f64 {
                self.0
            }
        }

        impl Field for $type {
            fn shape() -> Shape {
                $shape
            }

            fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
                reader.number(field, node, $type)
            }

            fn write(&self) -> toml::Value {
                plain_number(self.0)
            }
        }
    )*};
}
number_fields! {
    Ratio: Shape::Ratio;
    Count: Shape::Count;
    Factor: Shape::Factor;
}

/// A number as TOML writes it, whole where it is whole.
pub(crate) fn plain_number(value: f64) -> toml::Value {
    #[allow(clippy::cast_possible_truncation)]
    if value.fract() == 0.0 && value.abs() < 1e15 {
        toml::Value::Integer(value as i64)
    } else {
        toml::Value::Float(value)
    }
}

/// A factor of change, written `"x40"`, `"40x"`, `"+20 %"`, `"-5 %"` or as a number.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub(crate) struct Factor(pub(crate) f64);

impl FromStr for Factor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Factor, ParseError> {
        let trimmed = text.trim();
        let wrong = || ParseError::Form {
            given: cut(trimmed),
            expected: "a factor such as `x40`, `0.8x` or a change such as `+20 %`",
        };
        let plain = |text: &str| quarterdeck_units::parse_ratio(text.trim()).map_err(|_| wrong());
        if let Some(number) = trimmed.strip_prefix(['x', 'X', '×']) {
            return plain(number).map(Factor);
        }
        let value = plain(trimmed)?;
        // A percentage without a sign could mean a factor or a change, so it is refused.
        match (trimmed.ends_with('%'), trimmed.starts_with(['+', '-'])) {
            (true, true) => Ok(Factor(1.0 + value)),
            (true, false) => Err(wrong()),
            (false, true) => Err(wrong()),
            (false, false) => Ok(Factor(value)),
        }
    }
}

impl Field for String {
    fn shape() -> Shape {
        Shape::Text
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match node.text() {
            Some(text) => Some(text.to_owned()),
            None => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        toml::Value::String(self.clone())
    }
}

impl Field for bool {
    fn shape() -> Shape {
        Shape::Flag
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match node.value {
            Value::Flag(flag) => Some(flag),
            _ => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        toml::Value::Boolean(*self)
    }
}

impl Field for i64 {
    fn shape() -> Shape {
        Shape::Integer
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match node.value {
            Value::Integer(number) => Some(number),
            _ => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        toml::Value::Integer(*self)
    }
}

impl Field for PriceYear {
    fn shape() -> Shape {
        Shape::Year
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match node.value {
            Value::Integer(year @ 1900..=2200) => i32::try_from(year).ok().map(PriceYear),
            Value::Integer(year) => {
                let message = format!("`{}` of {year} is no year of prices", field.key);
                let help = format!("write it as in `{} = {}`", field.key, field.example);
                reader.push(Diagnostic::new("scenario::impossible", node.span, message).help(help));
                None
            }
            _ => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        toml::Value::Integer(i64::from(self.0))
    }
}

impl Field for Quarter {
    fn shape() -> Shape {
        Shape::Quarter
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match node.text() {
            Some(text) => reader.parsed(field, node.span, text),
            None => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        toml::Value::String(self.to_string())
    }
}

/// First and last quarter, both counted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct QuarterSpan(pub(crate) Quarter, pub(crate) Quarter);

impl Field for QuarterSpan {
    fn shape() -> Shape {
        Shape::QuarterSpan
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        let Some([first, last]) = node.list() else {
            return reader.wrong_type(field, node);
        };
        let (first, last) = (Quarter::read(reader, field, first), Quarter::read(reader, field, last));
        let (first, last) = (first?, last?);
        if last < first {
            let message = format!("`{}` ends in {last}, before it starts in {first}", field.key);
            let help = format!("write `{} = [\"{last}\", \"{first}\"]` if the two are swapped", field.key);
            reader.push(Diagnostic::new("scenario::reversed", node.span, message).help(help));
            return None;
        }
        Some(QuarterSpan(first, last))
    }

    fn write(&self) -> toml::Value {
        toml::Value::Array(vec![self.0.write(), self.1.write()])
    }
}

/// A name: letters, digits, `-`, `_` and `.`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Id(pub(crate) String);

const LONGEST_ID: usize = 64;

/// Reads a name that must keep to the characters of ids.
fn read_id(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<String> {
    let Some(text) = node.text() else {
        return reader.wrong_type(field, node);
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if starts && text.len() <= LONGEST_ID && text.chars().all(allowed) {
        return Some(text.to_owned());
    }
    let kept: String = text.trim().to_lowercase().chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    let kept: String = kept.trim_matches(['-', '.', '_']).chars().take(LONGEST_ID).collect();
    let mut diagnostic =
        Diagnostic::new("scenario::bad-id", node.span, format!("`{}` can not be an id", cut(text)))
            .label(format!("letters, digits, `-`, `_` and `.`, at most {LONGEST_ID}"));
    if !kept.is_empty() {
        diagnostic = diagnostic.help(format!("write `\"{kept}\"`; `title` takes any text"));
    }
    reader.push(diagnostic);
    None
}

impl Field for Id {
    fn shape() -> Shape {
        Shape::Id
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        read_id(reader, field, node).map(Id)
    }

    fn write(&self) -> toml::Value {
        toml::Value::String(self.0.clone())
    }
}

macro_rules! reference_fields {
    ($($(#[$doc:meta])* $name:ident: $what:literal);* $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
        pub(crate) struct $name(pub(crate) String);

        impl Field for $name {
            fn shape() -> Shape {
                Shape::Reference($what)
            }

            fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
                read_id(reader, field, node).map($name)
            }

            fn write(&self) -> toml::Value {
                toml::Value::String(self.0.clone())
            }
        }
    )*};
}
reference_fields! {
    /// A source of this scenario or of the catalogue.
    SourceRef: "a source";
    /// A platform of the catalogue or of this scenario.
    PlatformRef: "a platform";
    /// A site of this scenario.
    SiteRef: "a site";
    /// A site or a project of this scenario.
    PlaceRef: "a site or project";
    /// A workload of this scenario.
    WorkloadRef: "a workload";
    /// An offer of this scenario.
    OfferRef: "an offer";
    /// A project of this scenario.
    ProjectRef: "a project";
    /// A programme of this scenario.
    ProgrammeRef: "a programme";
    /// A region of the catalogue.
    RegionRef: "a region of the catalogue";
}

/// A closed set of words.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// What messages call one of them.
    const WHAT: &'static str;
    /// Every word with its meaning.
    fn all() -> Vec<(&'static str, Self)>;
}

/// One word of a closed set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct OneWord<T>(pub(crate) T);

impl<T: Word> Field for OneWord<T> {
    fn shape() -> Shape {
        Shape::Word(T::all().into_iter().map(|(word, _)| word).collect())
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        let Some(text) = node.text() else {
            return reader.wrong_type(field, node);
        };
        if let Some((_, value)) = T::all().into_iter().find(|(word, _)| *word == text) {
            return Some(OneWord(value));
        }
        let words: Vec<&str> = T::all().into_iter().map(|(word, _)| word).collect();
        let mut diagnostic = Diagnostic::new(
            "scenario::unknown-word",
            node.span,
            format!("`{}` is not {}", cut(text), T::WHAT),
        )
        .help(format!("`{}` is one of {}", field.key, listed(words.iter().copied())));
        if let Some(near) = nearest(text, words) {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
        }
        reader.push(diagnostic);
        None
    }

    fn write(&self) -> toml::Value {
        let word = T::all().into_iter().find(|(_, value)| *value == self.0).map_or("", |(word, _)| word);
        toml::Value::String(word.to_owned())
    }
}

macro_rules! catalogue_words {
    ($($type:ty: $what:literal),* $(,)?) => {$(
        impl Word for $type {
            const WHAT: &'static str = $what;
            fn all() -> Vec<(&'static str, Self)> {
                <$type>::ALL.iter().map(|word| (word.as_str(), *word)).collect()
            }
        }
    )*};
}
catalogue_words! {
    Cooling: "a cooling kind",
    Climate: "a climate",
    Family: "a family of machines",
    Precision: "a precision",
    FloorKind: "a floor",
    Operator: "an operator",
}

impl Word for CostClass {
    const WHAT: &'static str = "a class of cost";
    fn all() -> Vec<(&'static str, Self)> {
        CostClass::ALL.iter().map(|class| (class.as_str(), *class)).collect()
    }
}

/// A list of values.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct List<T>(pub(crate) Vec<At<T>>);

fn read_items<T: Field>(reader: &mut Reader<'_>, field: &FieldSpec, items: &[Node]) -> Vec<At<T>> {
    items
        .iter()
        .filter_map(|item| T::read(reader, field, item).map(|value| At::new(item.span, value)))
        .collect()
}

impl<T: Field> Field for List<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match node.list() {
            Some(items) => Some(List(read_items(reader, field, items))),
            None => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        toml::Value::Array(self.0.iter().map(|item| item.value.write()).collect())
    }
}

/// One value, or a list of them.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<At<T>>);

impl<T: Field> Field for OneOrMany<T> {
    fn shape() -> Shape {
        Shape::OneOrMany(Box::new(T::shape()))
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        let items = match node.list() {
            Some(items) => read_items(reader, field, items),
            None => vec![At::new(node.span, T::read(reader, field, node)?)],
        };
        Some(OneOrMany(items))
    }

    fn write(&self) -> toml::Value {
        match self.0.as_slice() {
            [one] => one.value.write(),
            many => toml::Value::Array(many.iter().map(|item| item.value.write()).collect()),
        }
    }
}

/// A table whose keys the user chooses.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Map<T>(pub(crate) Vec<(At<String>, At<T>)>);

impl<T: Field> Field for Map<T> {
    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        let Some(entries) = node.entries() else {
            return reader.wrong_type(field, node);
        };
        let read = |entry: &Entry| {
            let value = T::read(reader, field, &entry.node)?;
            Some((At::new(entry.key_span, entry.key.clone()), At::new(entry.node.span, value)))
        };
        Some(Map(entries.iter().filter_map(read).collect()))
    }

    fn write(&self) -> toml::Value {
        toml::Value::Table(
            self.0.iter().map(|(key, value)| (key.value.clone(), value.value.write())).collect(),
        )
    }
}

/// Number of machines of a fleet: a number, or a table that says since when too.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct FleetValue {
    pub(crate) count: Count,
    pub(crate) since: Option<Quarter>,
}

impl Field for FleetValue {
    fn shape() -> Shape {
        use crate::spec::Table;
        Shape::Either(vec![Shape::Count, Shape::Table(crate::tables::InstalledTable::spec())])
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        use crate::spec::Table;
        if node.entries().is_none() {
            return Count::read(reader, field, node).map(|count| FleetValue { count, since: None });
        }
        let table = crate::tables::InstalledTable::read_table(reader, node)?;
        Some(FleetValue { count: table.count?.value, since: table.since.map(|since| since.value) })
    }

    fn write(&self) -> toml::Value {
        match self.since {
            None => self.count.write(),
            Some(since) => toml::Value::Table(
                [("count".to_owned(), self.count.write()), ("since".to_owned(), since.write())]
                    .into_iter()
                    .collect(),
            ),
        }
    }
}

/// A price of a rental: of a platform, or of each of its devices.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Rent {
    PerPlatform(UsdPerSecond),
    /// Dollars for one device and second.
    PerDevice(f64),
}

impl FromStr for Rent {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Rent, ParseError> {
        use quarterdeck_units::WorkUnit;
        match text.parse::<UsdPerWork>() {
            Ok(UsdPerWork { dollars, unit: WorkUnit::DeviceSeconds }) => Ok(Rent::PerDevice(dollars)),
            _ => text.parse().map(Rent::PerPlatform),
        }
    }
}

impl Magnitude for Rent {
    fn magnitude(&self) -> f64 {
        match self {
            Rent::PerPlatform(price) => price.base(),
            Rent::PerDevice(dollars) => *dollars,
        }
    }
}

impl Field for Rent {
    fn shape() -> Shape {
        Shape::Quantity("money per device and time, or per time for a whole platform")
    }

    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        reader.quantity(field, node)
    }

    fn write(&self) -> toml::Value {
        toml::Value::String(match self {
            Rent::PerPlatform(price) => price.to_string(),
            Rent::PerDevice(dollars) => {
                UsdPerWork { dollars: *dollars, unit: quarterdeck_units::WorkUnit::DeviceSeconds }.to_string()
            }
        })
    }
}

/// A published number whose unit depends on the measure.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Published {
    Plain(f64),
    Text(String),
}

impl Field for Published {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Count, Shape::Quantity("money per time")])
    }

    #[allow(clippy::cast_precision_loss)]
    fn read(reader: &mut Reader<'_>, field: &FieldSpec, node: &Node) -> Option<Self> {
        match &node.value {
            Value::Integer(number) => Some(Published::Plain(*number as f64)),
            Value::Float(number) if number.is_finite() => Some(Published::Plain(*number)),
            Value::Text(text) => Some(Published::Text(text.clone())),
            _ => reader.wrong_type(field, node),
        }
    }

    fn write(&self) -> toml::Value {
        match self {
            Published::Plain(number) => plain_number(*number),
            Published::Text(text) => toml::Value::String(text.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_read_in_the_ways_people_write_them() {
        let check = |text: &str, expect: Option<f64>| {
            let got = text.parse::<Factor>().ok().map(|factor| (factor.0 * 1e9).round() / 1e9);
            assert_eq!(got, expect, "{text}");
        };
        check("x40", Some(40.0));
        check("40x", Some(40.0));
        check("0.5", Some(0.5));
        check("+20 %", Some(1.2));
        check("-20%", Some(0.8));
        check("20 %", None);
        check("+3", None);
        check("40 MW", None);
        check("", None);
    }

    #[test]
    fn rent_by_device_and_by_platform_are_told_apart() {
        assert!(
            matches!("3.6 USD/device/h".parse::<Rent>(), Ok(Rent::PerDevice(d)) if (d - 0.001).abs() < 1e-12)
        );
        assert!(matches!("3.6 USD/h".parse::<Rent>(), Ok(Rent::PerPlatform(_))));
        assert!("3.6 USD".parse::<Rent>().is_err());
    }
}
