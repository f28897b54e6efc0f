//! Work and its rate: samples, tokens, requests or device time, never mixed; counts, shares and growth.

use crate::parse::{Dimension, ParseError, YEAR, parse_quantity};
use std::fmt;
use std::str::FromStr;

/// A number as people write it, with an exponent where its digits would not fit the text form.
struct Plain(f64);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size != 0.0 && !(1e-12..1e21).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

/// What a workload's demand is counted in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum WorkUnit {
    /// One user-item pair scored or trained on.
    Samples,
    /// One token read or written.
    Tokens,
    /// One request answered.
    Requests,
    /// One device busy for one second, of the reference device.
    DeviceSeconds,
}

impl WorkUnit {
    /// The plural noun.
    pub const fn noun(self) -> &'static str {
        match self {
            WorkUnit::Samples => "samples",
            WorkUnit::Tokens => "tokens",
            WorkUnit::Requests => "requests",
            WorkUnit::DeviceSeconds => "device-seconds",
        }
    }

    fn of(dimension: Dimension) -> Option<WorkUnit> {
        let pairs = [
            (Dimension::SAMPLE, WorkUnit::Samples),
            (Dimension::TOKEN, WorkUnit::Tokens),
            (Dimension::REQUEST, WorkUnit::Requests),
            (Dimension::DEVICE.times(Dimension::SECOND), WorkUnit::DeviceSeconds),
        ];
        pairs.into_iter().find(|(found, _)| *found == dimension).map(|(_, unit)| unit)
    }
}

impl fmt::Display for WorkUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}

/// Work per second, with what is counted; `"1.9e9 samples/s"`, `"40 devices"` for device time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WorkRate {
    /// Units of work each second.
    pub per_second: f64,
    /// What is counted.
    pub unit: WorkUnit,
}

impl WorkRate {
    /// A rate of `per_second` units each second.
    pub const fn new(per_second: f64, unit: WorkUnit) -> WorkRate {
        WorkRate { per_second, unit }
    }
}

impl fmt::Display for WorkRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            WorkUnit::DeviceSeconds => write!(f, "{} devices", Plain(self.per_second)),
            unit => write!(f, "{} {unit}/s", Plain(self.per_second)),
        }
    }
}

const RATE_FORM: &str =
    "a rate of work such as `1.9e9 samples/s`, `2e6 tokens/s`, `300 requests/s` or `64 devices`";

impl FromStr for WorkRate {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<WorkRate, ParseError> {
        let (per_second, dimension, _) = parse_quantity(text, "1.9e9 samples/s")?;
        WorkUnit::of(dimension.times(Dimension::SECOND))
            .map(|unit| WorkRate { per_second, unit })
            .ok_or_else(|| ParseError::Form { given: text.to_owned(), expected: RATE_FORM })
    }
}

/// Money per unit of work, such as the price of unserved demand: `"0.9 USD/1e6 samples"`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct UsdPerWork {
    /// Dollars for one unit of work.
    pub dollars: f64,
    /// What is counted.
    pub unit: WorkUnit,
}

impl fmt::Display for UsdPerWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            WorkUnit::DeviceSeconds => write!(f, "{} USD/device/s", Plain(self.dollars)),
            unit => write!(f, "{} USD/{unit}", Plain(self.dollars)),
        }
    }
}

const USD_PER_WORK_FORM: &str =
    "money per work such as `0.9 USD/1e6 samples`, `2 USD/1e6 tokens` or `2.5 USD/device/h`";

impl FromStr for UsdPerWork {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<UsdPerWork, ParseError> {
        let (dollars, dimension, _) = parse_quantity(text, "0.9 USD/1e6 samples")?;
        WorkUnit::of(Dimension::USD.per(dimension))
            .map(|unit| UsdPerWork { dollars, unit })
            .ok_or_else(|| ParseError::Form { given: text.to_owned(), expected: USD_PER_WORK_FORM })
    }
}

/// A plain share or factor: `"30 %"`, `"0.3"`, `"1.2x"`.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Ratio(pub f64);

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Plain(self.0))
    }
}

impl FromStr for Ratio {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Ratio, ParseError> {
        crate::parse::parse_ratio(text).map(Ratio)
    }
}

/// A number of things, with the suffixes that people write: `"15.6e12"`, `"15.6T"`, `"350k"`.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Count(pub f64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Plain(self.0))
    }
}

const COUNT_FORM: &str = "a count such as `15.6e12`, `15.6T` or `350k`";

impl FromStr for Count {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Count, ParseError> {
        let trimmed = text.trim();
        let suffixes = [("k", 1e3), ("M", 1e6), ("G", 1e9), ("B", 1e9), ("T", 1e12), ("", 1.0)];
        let wrong = || ParseError::Form { given: trimmed.chars().take(40).collect(), expected: COUNT_FORM };
        for (suffix, scale) in suffixes {
            if let Some(number) = trimmed.strip_suffix(suffix) {
                let (value, dimension, has_unit) =
                    parse_quantity(number.trim_end(), "15.6T").map_err(|_| wrong())?;
                if has_unit || dimension != Dimension::NONE {
                    return Err(wrong());
                }
                return Ok(Count(value * scale));
            }
        }
        Err(wrong())
    }
}

/// Growth by a constant factor each year: `"1.9x/yr"` or `"8 %/yr"` (which is 1.08x).
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Growth {
    /// The factor of one year; 1 is no growth.
    pub per_year: f64,
}

impl Growth {
    /// No growth.
    pub const NONE: Growth = Growth { per_year: 1.0 };

    /// The factor over a number of years: `per_year ^ years`.
    ///
    /// ```
    /// # use quarterdeck_units::Growth;
    /// let growth: Growth = "1.21x/yr".parse().unwrap();
    /// assert!((growth.over_years(0.5) - 1.1).abs() < 1e-12);
    /// ```
    pub fn over_years(self, years: f64) -> f64 {
        crate::pow(self.per_year, years)
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x/yr", Plain(self.per_year))
    }
}

const GROWTH_FORM: &str = "growth by year such as `1.9x/yr` or `8 %/yr`";

impl FromStr for Growth {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Growth, ParseError> {
        let wrong = || ParseError::Form { given: text.chars().take(40).collect(), expected: GROWTH_FORM };
        let (per_second, dimension, _) = parse_quantity(text, "1.9x/yr")?;
        if dimension != Dimension::NONE.per(Dimension::SECOND) {
            return Err(wrong());
        }
        let rate = per_second * YEAR;
        let factor = if text.contains('%') { 1.0 + rate } else { rate };
        // Multiplying and dividing by a year costs the last digit; the text meant the round number.
        let factor = (factor * 1e12).round() / 1e12;
        if factor > 0.0 { Ok(Growth { per_year: factor }) } else { Err(wrong()) }
    }
}

#[cfg(feature = "serde")]
mod text {
    use super::{Count, Growth, Ratio, UsdPerWork, WorkRate};
    use crate::quantity::deserialize_text;

    macro_rules! text_form {
        ($($name:ident as $example:literal),*) => {$(
            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserialize_text(deserializer, $example)
                }
            }
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }
        )*};
    }
    text_form!(Count as "15.6T", Growth as "1.9x/yr", Ratio as "30 %", UsdPerWork as "0.9 USD/1e6 samples", WorkRate as "1.9e9 samples/s");
}
