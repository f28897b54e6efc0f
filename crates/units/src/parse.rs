//! Reads quantities such as `"3.35 TB/s"` or `"0.9 USD/1e6 samples"`: a number and a product of units,
//! each with its dimension, so that a wrong kind of unit is found and named.

use std::fmt;

/// Exponents of the base dimensions of a unit, for example bytes per second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dimension([i8; BASE_COUNT]);

const BASE_COUNT: usize = 13;
/// Base units in the order of the exponents; the text is used in messages.
const BASE_NAMES: [&str; BASE_COUNT] =
    ["B", "FLOP", "s", "J", "USD", "°C", "L", "g", "samples", "tokens", "requests", "devices", "m"];

impl Dimension {
    /// A pure number.
    pub const NONE: Dimension = Dimension([0; BASE_COUNT]);
    pub(crate) const BYTE: Dimension = Self::base(0);
    pub(crate) const FLOP: Dimension = Self::base(1);
    pub(crate) const SECOND: Dimension = Self::base(2);
    pub(crate) const JOULE: Dimension = Self::base(3);
    pub(crate) const USD: Dimension = Self::base(4);
    pub(crate) const CELSIUS: Dimension = Self::base(5);
    pub(crate) const LITRE: Dimension = Self::base(6);
    pub(crate) const GRAM: Dimension = Self::base(7);
    pub(crate) const SAMPLE: Dimension = Self::base(8);
    pub(crate) const TOKEN: Dimension = Self::base(9);
    pub(crate) const REQUEST: Dimension = Self::base(10);
    pub(crate) const DEVICE: Dimension = Self::base(11);
    pub(crate) const METRE: Dimension = Self::base(12);
    pub(crate) const AREA: Dimension = Self::METRE.times(Self::METRE);

    const fn base(index: usize) -> Dimension {
        let mut exponents = [0; BASE_COUNT];
        exponents[index] = 1;
        Dimension(exponents)
    }

    /// The dimension of a product of two quantities.
    pub const fn times(self, other: Dimension) -> Dimension {
        self.combine(other, 1)
    }

    /// The dimension of a quotient of two quantities.
    pub const fn per(self, other: Dimension) -> Dimension {
        self.combine(other, -1)
    }

    const fn combine(self, other: Dimension, sign: i8) -> Dimension {
        let mut exponents = self.0;
        let mut index = 0;
        while index < BASE_COUNT {
            exponents[index] = exponents[index].saturating_add(other.0[index].saturating_mul(sign));
            index += 1;
        }
        Dimension(exponents)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |positive: bool| -> Vec<String> {
            BASE_NAMES
                .iter()
                .zip(self.0)
                .filter(|(_, exponent)| (*exponent > 0) == positive && *exponent != 0)
                .map(|(name, exponent)| match exponent.unsigned_abs() {
                    1 => (*name).to_owned(),
                    power => format!("{name}^{power}"),
                })
                .collect()
        };
        let (above, below) = (side(true), side(false));
        match (above.is_empty(), below.is_empty()) {
            (true, true) => f.write_str("a plain number"),
            (_, true) => f.write_str(&above.join("·")),
            (true, _) => write!(f, "1/{}", below.join("·")),
            _ => write!(f, "{}/{}", above.join("·"), below.join("·")),
        }
    }
}

/// Why a text is not the quantity that was due.
#[derive(Clone, PartialEq, Debug)]
pub enum ParseError {
    /// The text holds no number at its start.
    Number {
        /// The text as given.
        given: String,
    },
    /// A number without the unit that is due.
    MissingUnit {
        /// The text as given.
        given: String,
        /// An example with a right unit.
        example: &'static str,
    },
    /// A unit that is not known.
    UnknownUnit {
        /// The unit as given.
        unit: String,
        /// A known unit that is near, where there is one.
        suggestion: Option<String>,
    },
    /// A known unit of the wrong kind.
    WrongDimension {
        /// The text as given.
        given: String,
        /// The dimension that was read.
        found: Dimension,
        /// The dimension that is due.
        expected: Dimension,
        /// An example with a right unit.
        example: &'static str,
    },
    /// A calendar quarter or another fixed form that is not as it must be.
    Form {
        /// The text as given.
        given: String,
        /// The form that is due, in words, with an example.
        expected: &'static str,
    },
    /// Infinite, not a number, or too long to be meant.
    NotFinite {
        /// The text as given, cut.
        given: String,
    },
}

impl ParseError {
    /// The one next step that would mend the text, where there is one.
    pub fn help(&self) -> Option<String> {
        match self {
            ParseError::Number { .. } => Some("write a number and its unit, such as `\"1.2 MW\"`".to_owned()),
            ParseError::MissingUnit { given, example } => {
                Some(format!("write the unit after the number, as in `\"{example}\"` (given `{given}`)"))
            }
            ParseError::UnknownUnit { suggestion, .. } => {
                suggestion.as_ref().map(|suggestion| format!("write {suggestion}"))
            }
            ParseError::WrongDimension { example, .. } => Some(format!("write it as in `\"{example}\"`")),
            ParseError::Form { expected, .. } => Some(format!("write {expected}")),
            ParseError::NotFinite { .. } => Some("write a finite number".to_owned()),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Number { given } => write!(f, "`{given}` does not start with a number"),
            ParseError::MissingUnit { given, .. } => write!(f, "`{given}` has no unit"),
            ParseError::UnknownUnit { unit, .. } => write!(f, "`{unit}` is not a known unit"),
            ParseError::WrongDimension { given, found, expected, .. } => {
                write!(f, "`{given}` is {found}, where {expected} is due")
            }
            ParseError::Form { given, expected } => write!(f, "`{given}` is not {expected}"),
            ParseError::NotFinite { given } => write!(f, "`{given}` is not a finite number"),
        }
    }
}

impl std::error::Error for ParseError {}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;
/// Julian year, the convention of the calendar module too.
pub(crate) const YEAR: f64 = 365.25 * DAY;

#[derive(Clone, Copy, PartialEq)]
enum Prefix {
    None,
    Si,
    SiAndBinary,
}

struct Unit {
    symbol: &'static str,
    dimension: Dimension,
    factor: f64,
    prefix: Prefix,
}

const fn unit(symbol: &'static str, dimension: Dimension, factor: f64, prefix: Prefix) -> Unit {
    Unit { symbol, dimension, factor, prefix }
}

const UNITS: &[Unit] = &[
    unit("B", Dimension::BYTE, 1.0, Prefix::SiAndBinary),
    unit("bit", Dimension::BYTE, 0.125, Prefix::SiAndBinary),
    unit("FLOP", Dimension::FLOP, 1.0, Prefix::Si),
    unit("FLOPs", Dimension::FLOP, 1.0, Prefix::Si),
    // Integer operations are counted as FLOP of an integer precision.
    unit("OP", Dimension::FLOP, 1.0, Prefix::Si),
    unit("s", Dimension::SECOND, 1.0, Prefix::Si),
    unit("min", Dimension::SECOND, MINUTE, Prefix::None),
    unit("h", Dimension::SECOND, HOUR, Prefix::None),
    unit("hour", Dimension::SECOND, HOUR, Prefix::None),
    unit("hours", Dimension::SECOND, HOUR, Prefix::None),
    unit("d", Dimension::SECOND, DAY, Prefix::None),
    unit("day", Dimension::SECOND, DAY, Prefix::None),
    unit("days", Dimension::SECOND, DAY, Prefix::None),
    unit("week", Dimension::SECOND, 7.0 * DAY, Prefix::None),
    unit("weeks", Dimension::SECOND, 7.0 * DAY, Prefix::None),
    unit("month", Dimension::SECOND, YEAR / 12.0, Prefix::None),
    unit("months", Dimension::SECOND, YEAR / 12.0, Prefix::None),
    unit("quarter", Dimension::SECOND, YEAR / 4.0, Prefix::None),
    unit("quarters", Dimension::SECOND, YEAR / 4.0, Prefix::None),
    unit("yr", Dimension::SECOND, YEAR, Prefix::None),
    unit("year", Dimension::SECOND, YEAR, Prefix::None),
    unit("years", Dimension::SECOND, YEAR, Prefix::None),
    unit("W", Dimension::JOULE.per(Dimension::SECOND), 1.0, Prefix::Si),
    unit("J", Dimension::JOULE, 1.0, Prefix::Si),
    unit("Wh", Dimension::JOULE, HOUR, Prefix::Si),
    unit("USD", Dimension::USD, 1.0, Prefix::Si),
    unit("°C", Dimension::CELSIUS, 1.0, Prefix::None),
    unit("C", Dimension::CELSIUS, 1.0, Prefix::None),
    unit("K", Dimension::CELSIUS, 1.0, Prefix::None),
    unit("L", Dimension::LITRE, 1.0, Prefix::Si),
    unit("m3", Dimension::LITRE, 1000.0, Prefix::None),
    unit("g", Dimension::GRAM, 1.0, Prefix::Si),
    unit("t", Dimension::GRAM, 1e6, Prefix::Si),
    unit("m", Dimension::METRE, 1.0, Prefix::Si),
    unit("cm", Dimension::METRE, 1e-2, Prefix::None),
    unit("m2", Dimension::AREA, 1.0, Prefix::None),
    unit("cm2", Dimension::AREA, 1e-4, Prefix::None),
    unit("mm2", Dimension::AREA, 1e-6, Prefix::None),
    unit("um2", Dimension::AREA, 1e-12, Prefix::None),
    unit("Hz", Dimension::NONE.per(Dimension::SECOND), 1.0, Prefix::Si),
    // Defects are counted, so that `0.09 defects/cm2` is a density.
    unit("defects", Dimension::NONE, 1.0, Prefix::None),
    unit("%", Dimension::NONE, 0.01, Prefix::None),
    unit("x", Dimension::NONE, 1.0, Prefix::None),
    unit("sample", Dimension::SAMPLE, 1.0, Prefix::Si),
    unit("samples", Dimension::SAMPLE, 1.0, Prefix::Si),
    unit("token", Dimension::TOKEN, 1.0, Prefix::Si),
    unit("tokens", Dimension::TOKEN, 1.0, Prefix::Si),
    unit("request", Dimension::REQUEST, 1.0, Prefix::Si),
    unit("requests", Dimension::REQUEST, 1.0, Prefix::Si),
    unit("device", Dimension::DEVICE, 1.0, Prefix::Si),
    unit("devices", Dimension::DEVICE, 1.0, Prefix::Si),
];

const SI: &[(&str, f64)] = &[
    ("n", 1e-9),
    ("u", 1e-6),
    ("µ", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
    ("Z", 1e21),
];
const BINARY: &[(&str, f64)] = &[
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
];

fn find_unit(symbol: &str) -> Option<(f64, Dimension)> {
    let exact = UNITS.iter().find(|unit| unit.symbol == symbol);
    if let Some(unit) = exact {
        return Some((unit.factor, unit.dimension));
    }
    UNITS.iter().filter(|unit| unit.prefix != Prefix::None).find_map(|unit| {
        let prefix = symbol.strip_suffix(unit.symbol)?;
        let binary = if unit.prefix == Prefix::SiAndBinary { BINARY } else { &[] };
        let (_, scale) = SI.iter().chain(binary).find(|(text, _)| *text == prefix)?;
        Some((scale * unit.factor, unit.dimension))
    })
}

fn suggest_unit(symbol: &str) -> Option<String> {
    // `Gb` is written for both; the factor of eight decides, so ask.
    if let Some(prefix) = symbol.strip_suffix('b')
        && (prefix.is_empty() || SI.iter().chain(BINARY).any(|(text, _)| *text == prefix))
    {
        return Some(format!("`{prefix}bit` for bits or `{prefix}B` for bytes"));
    }
    if matches!(symbol, "$" | "usd" | "Usd" | "dollar" | "dollars") {
        return Some("`USD`".to_owned());
    }
    for (prefix, _) in SI.iter().chain(&[("", 1.0)]) {
        if symbol
            .strip_prefix(prefix)
            .is_some_and(|rest| rest == "FLOPS" || rest == "flops" || rest == "Flops")
        {
            return Some(format!("`{prefix}FLOP/s`"));
        }
        if symbol.strip_prefix(prefix).is_some_and(|rest| rest == "TOPS" || rest == "OPS") {
            return Some(format!("`{prefix}OP/s`"));
        }
    }
    let lower = symbol.to_lowercase();
    UNITS
        .iter()
        .find(|unit| unit.symbol.to_lowercase() == lower)
        .map(|unit| format!("`{}`", unit.symbol))
        .or_else(|| {
            let spelled = SI.iter().chain(BINARY).flat_map(|(prefix, _)| {
                UNITS
                    .iter()
                    .filter(|unit| unit.prefix != Prefix::None)
                    .map(move |unit| format!("{prefix}{}", unit.symbol))
            });
            // `Mw` is nearer to `MW` than to `mW`.
            let slips =
                |text: &str| text.chars().zip(symbol.chars()).filter(|(known, given)| known != given).count();
            spelled
                .filter(|text| text.to_lowercase() == lower)
                .min_by_key(|text| slips(text))
                .map(|text| format!("`{text}`"))
        })
}

/// A quantity longer than this is not meant as one.
const LONGEST: usize = 80;

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The longest prefix of `text` that is a number; digits may be grouped by `_`.
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let bytes = text.as_bytes();
    let mut end = 0;
    let mut seen_digit = false;
    while end < bytes.len() {
        let byte = bytes[end];
        let after_exponent = end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        match byte {
            b'0'..=b'9' => seen_digit = true,
            b'_' | b'.' => {}
            b'+' | b'-' if end == 0 || after_exponent => {}
            b'e' | b'E' if seen_digit => {
                // An exponent only when digits follow: `1 EB` must not lose its prefix.
                let rest = &bytes[end + 1..];
                let digits = match rest.first() {
                    Some(b'+' | b'-') => rest.get(1),
                    first => first,
                };
                if !digits.is_some_and(u8::is_ascii_digit) {
                    break;
                }
            }
            _ => break,
        }
        end += 1;
    }
    if !seen_digit {
        return None;
    }
    let digits: String = text[..end].chars().filter(|character| *character != '_').collect();
    digits.parse::<f64>().ok().map(|value| (value, &text[end..]))
}

/// Number and dimension of a text such as `"60e6 USD/quarter"`, in base units.
///
/// # Errors
/// Says what is wrong with the number or the unit; the dimension is not checked here.
pub fn parse_quantity(text: &str, example: &'static str) -> Result<(f64, Dimension, bool), ParseError> {
    let trimmed = text.trim();
    if trimmed.len() > LONGEST {
        return Err(ParseError::NotFinite { given: cut(trimmed) });
    }
    let Some((number, rest)) = leading_number(trimmed) else {
        return Err(ParseError::Number { given: cut(trimmed) });
    };
    let mut value = number;
    let mut dimension = Dimension::NONE;
    let mut rest = rest.trim_start();
    let has_unit = !rest.is_empty();
    let mut divide = false;
    while !rest.is_empty() {
        let mut factor = 1.0;
        if let Some((number, after)) = leading_number(rest) {
            factor = number;
            rest = after.trim_start();
        }
        let end = rest.find(['/', '*', '·', ' ']).unwrap_or(rest.len());
        let symbol = &rest[..end];
        if symbol.is_empty() {
            return Err(ParseError::MissingUnit { given: cut(trimmed), example });
        }
        let Some((scale, unit_dimension)) = find_unit(symbol) else {
            return Err(ParseError::UnknownUnit { unit: cut(symbol), suggestion: suggest_unit(symbol) });
        };
        factor *= scale;
        if divide {
            value /= factor;
            dimension = dimension.per(unit_dimension);
        } else {
            value *= factor;
            dimension = dimension.times(unit_dimension);
        }
        rest = rest[end..].trim_start();
        if rest.is_empty() {
            break;
        }
        let separator = rest.chars().next().unwrap_or('/');
        match separator {
            '/' => divide = true,
            '*' | '·' => divide = false,
            _ => return Err(ParseError::UnknownUnit { unit: cut(rest), suggestion: None }),
        }
        rest = rest[separator.len_utf8()..].trim_start();
        if rest.is_empty() {
            return Err(ParseError::MissingUnit { given: cut(trimmed), example });
        }
    }
    if !value.is_finite() {
        return Err(ParseError::NotFinite { given: cut(trimmed) });
    }
    Ok((value, dimension, has_unit))
}

/// The value of `text` in base units of `expected`.
///
/// # Errors
/// When the number, the unit or the kind of unit is wrong.
pub fn parse_with(text: &str, expected: Dimension, example: &'static str) -> Result<f64, ParseError> {
    let (value, found, has_unit) = parse_quantity(text, example)?;
    if !has_unit && expected != Dimension::NONE {
        return Err(ParseError::MissingUnit { given: cut(text.trim()), example });
    }
    if found != expected {
        return Err(ParseError::WrongDimension { given: cut(text.trim()), found, expected, example });
    }
    Ok(value)
}

/// A share such as `"30 %"` or `"0.3"`, as a plain number.
///
/// # Errors
/// When the text has another unit or no number.
pub fn parse_ratio(text: &str) -> Result<f64, ParseError> {
    parse_with(text, Dimension::NONE, "30 %")
}
