//! Money: the price index by year, labour, and the usual horizon of depreciation.

use std::collections::BTreeMap;

use quarterdeck_units::{Deflator, PriceYear, Usd};
use serde::{Deserialize, Serialize};

use crate::origin::Cited as _;
use crate::origin::{Citation, Fact, Provenance};
use crate::price::PriceFact;

/// Price index and labour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Price level by year.
    pub price_index: PriceIndex,
    /// Yearly cost of one engineer, all included.
    pub engineer_year: PriceFact<Usd>,
}

/// Price level by year on one base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceIndex {
    /// Name of the index and its base.
    pub name: String,
    /// Where the levels come from, unless a year says otherwise.
    pub cite: Citation,
    /// Level of each published year.
    pub level: BTreeMap<String, f64>,
    /// Level of each year not yet published, with its reason.
    #[serde(default)]
    pub projected: BTreeMap<String, Fact<f64>>,
}

impl PriceIndex {
    /// The index as units knows it.
    pub fn deflator(&self) -> Deflator {
        let published = self.level.iter().map(|(year, level)| (year, *level));
        let projected = self.projected.iter().map(|(year, fact)| (year, fact.value));
        let year = |text: &str| text.parse::<i32>().ok().map(PriceYear);
        Deflator::new(published.chain(projected).filter_map(|(text, level)| Some((year(text)?, level))))
    }

    /// Provenance of a conversion between two years.
    pub fn provenance(&self, from: PriceYear, to: PriceYear) -> Provenance {
        let mut provenance = self.cite.provenance();
        for year in [from, to] {
            if let Some(fact) = self.projected.get(&year.to_string()) {
                provenance.absorb_fact(fact);
            }
        }
        provenance
    }
}
