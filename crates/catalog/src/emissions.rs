//! Emissions: grids by region with the months of a year, carbon embodied in platforms, water at power plants.

use std::collections::BTreeMap;

use quarterdeck_units::{Grams, GramsPerJoule, LitresPerJoule};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::climate::{MONTHS, numbers_of};
use crate::error::UnknownId;
use crate::origin::Fact;

/// Intensities of the months of a year, written as one text, `"228 192 … g/kWh"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthlyIntensity(pub [GramsPerJoule; MONTHS]);

impl Serialize for MonthlyIntensity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> =
            self.0.iter().map(|value| value.as_per_kilowatt_hour().to_string()).collect();
        serializer.serialize_str(&format!("{} g/kWh", texts.join(" ")))
    }
}

impl<'de> Deserialize<'de> for MonthlyIntensity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let numbers = text
            .trim()
            .strip_suffix("g/kWh")
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` lacks its unit, g/kWh")))?;
        let values = numbers_of::<MONTHS>(numbers).map_err(serde::de::Error::custom)?;
        match values.iter().find(|value| !(0.0..=2000.0).contains(*value)) {
            Some(value) => Err(serde::de::Error::custom(format!("{value} g/kWh is no grid"))),
            None => Ok(Self(values.map(GramsPerJoule::per_kilowatt_hour))),
        }
    }
}

/// Facts of emissions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmissionFacts {
    /// Grids by key.
    pub grid: BTreeMap<String, GridRecord>,
    /// Carbon of making a platform, by platform id.
    pub embodied: BTreeMap<String, Fact<Grams>>,
    /// Water that power plants evaporate for a unit of electricity.
    pub source_water: Fact<LitresPerJoule>,
}

/// One grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridRecord {
    /// Name in full.
    pub title: String,
    /// Climates on it, by key.
    pub climates: Vec<String>,
    /// Mean of a year.
    pub yearly: Fact<GramsPerJoule>,
    /// Means of its months.
    pub monthly: Fact<MonthlyIntensity>,
}

impl EmissionFacts {
    /// The grid that a climate's place is on, where the catalogue has it.
    pub fn grid_of_climate(&self, climate: &str) -> Option<&GridRecord> {
        self.grid.values().find(|grid| grid.climates.iter().any(|id| id == climate))
    }

    /// A grid by key.
    pub fn grid(&self, key: &str) -> Result<&GridRecord, UnknownId> {
        let unknown = || UnknownId::new("grid", key, self.grid.keys().map(String::as_str));
        self.grid.get(key).ok_or_else(unknown)
    }
}
