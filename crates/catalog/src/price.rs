//! Price facts: an amount of money (or money per watt, per energy), the year whose dollars it is in,
//! the region, and a range.

use std::fmt;

use quarterdeck_units::{Price, PriceYear, Usd};
use serde::{Deserialize, Serialize};

use crate::origin::{Origin, SourceId, check_citation, cited};

/// What one thing costs. `T` is dollars, dollars per watt or dollars per energy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    try_from = "RawPrice<T>",
    bound(deserialize = "T: Deserialize<'de> + Copy + PartialOrd + fmt::Display")
)]
pub struct PriceFact<T = Usd> {
    /// Central value.
    pub value: T,
    /// Lowest credible value; equals `value` when the source prints one number.
    pub low: T,
    /// Highest credible value.
    pub high: T,
    /// Year whose dollars these are.
    pub price_year: i32,
    /// Region the price was asked in; a key of `regions.toml`.
    pub region: String,
    /// How well it is known.
    pub origin: Origin,
    /// The source, absent only for assumed values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why this value, required when assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

cited!(PriceFact<T> where T);

impl<T> PriceFact<T> {
    /// The year whose dollars these are.
    pub fn year(&self) -> PriceYear {
        PriceYear(self.price_year)
    }
}

impl PriceFact<Usd> {
    /// The central value with its price year, ready to be converted to another year's dollars.
    pub fn price(&self) -> Price {
        Price { amount: self.value, year: self.year() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrice<T> {
    value: T,
    low: Option<T>,
    high: Option<T>,
    price_year: i32,
    region: String,
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl<T: Copy + PartialOrd + fmt::Display> TryFrom<RawPrice<T>> for PriceFact<T> {
    type Error = String;

    fn try_from(raw: RawPrice<T>) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        let (low, high) = (raw.low.unwrap_or(raw.value), raw.high.unwrap_or(raw.value));
        if !(low <= raw.value && raw.value <= high) {
            return Err(format!("price {} lies outside its range {low} to {high}", raw.value));
        }
        Ok(Self {
            value: raw.value,
            low,
            high,
            price_year: raw.price_year,
            region: raw.region,
            origin,
            source: raw.source,
            locator: raw.locator,
            reason: raw.reason,
        })
    }
}
