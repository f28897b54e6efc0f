//! Climates: the monthly normals of places where sites stand, from which typical years are made.

use std::fmt::Write as _;

use quarterdeck_units::{Celsius, Metres};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kinds::Climate;
use crate::origin::{Origin, Provenance, SourceId, check_citation, cited};

/// Months of a year.
pub const MONTHS: usize = 12;

/// Shares of the hours of a year below which the observed quantiles lie.
pub const QUANTILES: [f64; 8] = [0.004, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.996];

/// Temperatures written as one text, `"1.2 2.9 7.2 °C"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperatures<const N: usize>(pub [Celsius; N]);

impl<const N: usize> Serialize for Temperatures<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for value in &self.0 {
            // Writing into a text does not fail.
            let _ = write!(text, "{} ", value.as_degrees());
        }
        text.push_str("°C");
        serializer.serialize_str(&text)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Temperatures<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let numbers = text.trim().strip_suffix("°C").ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` lacks its unit; write \"1.2 2.9 7.2 °C\""))
        })?;
        let values = numbers_of::<N>(numbers).map_err(serde::de::Error::custom)?;
        match values.iter().find(|value| !(-90.0..=60.0).contains(*value)) {
            Some(value) => Err(serde::de::Error::custom(format!("{value} °C is no temperature of the air"))),
            None => Ok(Self(values.map(Celsius::degrees))),
        }
    }
}

/// Plain numbers between −1 and 1 written as one text, `"0.93 0.90 -0.1"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlations<const N: usize>(pub [f64; N]);

impl<const N: usize> Serialize for Correlations<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = self.0.iter().map(f64::to_string).collect();
        serializer.serialize_str(&texts.join(" "))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Correlations<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let values = numbers_of::<N>(&text).map_err(serde::de::Error::custom)?;
        match values.iter().find(|value| !(-1.0..=1.0).contains(*value)) {
            Some(value) => Err(serde::de::Error::custom(format!("{value} is no correlation"))),
            None => Ok(Self(values)),
        }
    }
}

pub(crate) fn numbers_of<const N: usize>(text: &str) -> Result<[f64; N], String> {
    let mut values = [0.0; N];
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() != N {
        return Err(format!("`{text}` holds {} numbers, not {N}", words.len()));
    }
    for (value, word) in values.iter_mut().zip(words) {
        let read = word.parse::<f64>().ok().filter(|number| number.is_finite());
        *value = read.ok_or_else(|| format!("`{word}` is no number"))?;
    }
    Ok(values)
}

/// Mean air of each month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawNormals")]
pub struct Normals {
    /// How well it is known.
    pub origin: Origin,
    /// Where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why these values, where they are assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Mean dry bulb.
    pub mean: Temperatures<MONTHS>,
    /// Warmest less coldest hour of the month's average day.
    pub daily_range: Temperatures<MONTHS>,
    /// Mean dew point.
    pub dew_point: Temperatures<MONTHS>,
}

/// How much one day differs from another of the same month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawSpread")]
pub struct Spread {
    /// How well it is known.
    pub origin: Origin,
    /// Where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why these values, where they are assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Standard deviation of the daily mean of the dry bulb, without the trend of the season.
    pub dry_bulb: Temperatures<MONTHS>,
    /// Standard deviation of the daily mean of the dew point, likewise.
    pub dew_point: Temperatures<MONTHS>,
    /// Correlation of the two.
    pub correlation: Correlations<MONTHS>,
    /// Correlation of one day with the next.
    pub persistence: f64,
}

/// Quantiles of the hours of the typical year that the normals were computed from; what a made year is held
/// against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Where it was read.
    pub source: SourceId,
    /// Where in the source.
    pub locator: String,
    /// Dry bulb at [`QUANTILES`].
    pub dry_bulb_quantiles: Temperatures<8>,
    /// Wet bulb at [`QUANTILES`].
    pub wet_bulb_quantiles: Temperatures<8>,
    /// Mean wet bulb.
    pub wet_bulb_mean: Celsius,
}

/// The climate of one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClimateRecord {
    /// Key; equals the file name.
    pub id: String,
    /// Other names users type.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name in full.
    pub title: String,
    /// Class that scenarios use.
    pub class: Climate,
    /// Region whose prices and grid apply, where the catalogue has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Places it stands for.
    pub stands_for: Vec<String>,
    /// Height above the sea.
    pub elevation: Metres,
    /// Mean air of each month.
    pub normals: Normals,
    /// How much days differ.
    pub spread: Spread,
    /// What the hours of the source show, where they were at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
}

impl ClimateRecord {
    /// Path of the climate's file below `data/`.
    pub fn file(&self) -> String {
        format!("catalog/climates/{}.toml", self.id)
    }

    /// Weakest origin and sources of all its numbers.
    pub fn provenance(&self) -> Provenance {
        let mut provenance = Provenance::none();
        provenance.absorb_fact(&self.normals);
        provenance.absorb_fact(&self.spread);
        provenance
    }

    /// Faults that a single number does not show: key and message.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for month in 0..MONTHS {
            let (mean, dew) = (self.normals.mean.0[month], self.normals.dew_point.0[month]);
            if dew > mean {
                found.push(("normals.dew_point".to_owned(), format!("{dew} is above the mean {mean}")));
            }
            for (key, value) in [
                ("normals.daily_range", self.normals.daily_range.0[month]),
                ("spread.dry_bulb", self.spread.dry_bulb.0[month]),
                ("spread.dew_point", self.spread.dew_point.0[month]),
            ] {
                if value < Celsius::ZERO {
                    found.push((key.to_owned(), format!("{value} is below nothing")));
                }
            }
        }
        if !(0.0..1.0).contains(&self.spread.persistence) {
            found.push(("spread.persistence".to_owned(), format!("is {}", self.spread.persistence)));
        }
        if !(-500.0..9000.0).contains(&self.elevation.as_metres()) {
            found.push(("elevation".to_owned(), format!("{} is no height of a site", self.elevation)));
        }
        found
    }
}

cited!(Normals, Spread);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNormals {
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
    mean: Temperatures<MONTHS>,
    daily_range: Temperatures<MONTHS>,
    dew_point: Temperatures<MONTHS>,
}

impl TryFrom<RawNormals> for Normals {
    type Error = String;

    fn try_from(raw: RawNormals) -> Result<Self, String> {
        let RawNormals { origin, source, locator, reason, mean, daily_range, dew_point } = raw;
        let origin = check_citation(origin, source.as_ref(), reason.as_deref())?;
        Ok(Self { origin, source, locator, reason, mean, daily_range, dew_point })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpread {
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
    dry_bulb: Temperatures<MONTHS>,
    dew_point: Temperatures<MONTHS>,
    correlation: Correlations<MONTHS>,
    persistence: f64,
}

impl TryFrom<RawSpread> for Spread {
    type Error = String;

    fn try_from(raw: RawSpread) -> Result<Self, String> {
        let RawSpread { origin, source, locator, reason, dry_bulb, dew_point, correlation, persistence } =
            raw;
        let origin = check_citation(origin, source.as_ref(), reason.as_deref())?;
        Ok(Self { origin, source, locator, reason, dry_bulb, dew_point, correlation, persistence })
    }
}
