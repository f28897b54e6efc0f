//! Calendar quarters, the plan's clock.

use crate::parse::ParseError;
use crate::quantity::Seconds;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// A calendar quarter such as 2022-Q3; ordered, and counted in [`Quarters`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Quarter(i32);

/// A number of quarters: a lead time, a life, a distance between two dates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Quarters(pub i32);

impl Quarter {
    /// The quarter `q` (1 to 4) of `year`.
    ///
    /// # Panics
    /// When `q` is not 1 to 4.
    pub const fn new(year: i32, q: i32) -> Quarter {
        assert!(q >= 1 && q <= 4, "a year has quarters 1 to 4");
        Quarter(year * 4 + q - 1)
    }

    /// The calendar year.
    pub const fn year(self) -> i32 {
        self.0.div_euclid(4)
    }

    /// 1 to 4.
    pub const fn of_year(self) -> i32 {
        self.0.rem_euclid(4) + 1
    }

    /// Every quarter from this one to `last`, both counted.
    pub fn through(self, last: Quarter) -> impl DoubleEndedIterator<Item = Quarter> + Clone {
        (self.0..=last.0).map(Quarter)
    }
}

impl Quarters {
    /// Length as time, at a quarter of 365.25 days.
    pub fn duration(self) -> Seconds {
        Seconds::quarters(f64::from(self.0))
    }

    /// In years.
    pub fn years(self) -> f64 {
        f64::from(self.0) / 4.0
    }
}

impl Add<Quarters> for Quarter {
    type Output = Quarter;
    fn add(self, after: Quarters) -> Quarter {
        Quarter(self.0 + after.0)
    }
}

impl Sub<Quarters> for Quarter {
    type Output = Quarter;
    fn sub(self, before: Quarters) -> Quarter {
        Quarter(self.0 - before.0)
    }
}

impl Sub for Quarter {
    type Output = Quarters;
    fn sub(self, other: Quarter) -> Quarters {
        Quarters(self.0 - other.0)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-Q{}", self.year(), self.of_year()))
    }
}

const QUARTER_FORM: &str = "a calendar quarter such as `2022-Q3`";

impl FromStr for Quarter {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Quarter, ParseError> {
        let wrong = || ParseError::Form { given: text.chars().take(40).collect(), expected: QUARTER_FORM };
        let (year, q) =
            text.trim().split_once("-Q").or_else(|| text.trim().split_once('Q')).ok_or_else(wrong)?;
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(year) || year.len() != 4 || !all_digits(q) {
            return Err(wrong());
        }
        let (year, q) = (year.parse::<i32>().map_err(|_| wrong())?, q.parse::<i32>().map_err(|_| wrong())?);
        if (1..=4).contains(&q) { Ok(Quarter::new(year, q)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Quarters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "quarter" } else { "quarters" })
    }
}

const QUARTERS_FORM: &str = "a whole number of quarters such as `3 quarters`";

impl FromStr for Quarters {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Quarters, ParseError> {
        let wrong = || ParseError::Form { given: text.chars().take(40).collect(), expected: QUARTERS_FORM };
        let seconds: Seconds = text.parse()?;
        let quarters = seconds.as_quarters();
        let whole = quarters.round();
        if (quarters - whole).abs() > 1e-6 || whole.abs() > 4000.0 {
            return Err(wrong());
        }
        Ok(Quarters(whole as i32))
    }
}

#[cfg(feature = "serde")]
mod text {
    use super::{Quarter, Quarters};
    use crate::quantity::deserialize_text;

    impl<'de> serde::Deserialize<'de> for Quarter {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserialize_text(deserializer, "2022-Q3")
        }
    }
    impl serde::Serialize for Quarter {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }
    impl<'de> serde::Deserialize<'de> for Quarters {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserialize_text(deserializer, "3 quarters")
        }
    }
    impl serde::Serialize for Quarters {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }
}
