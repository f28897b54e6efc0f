//! Money with the year whose dollars it is counted in; changing years is explicit.

use crate::quantity::Usd;
use std::collections::BTreeMap;
use std::fmt;

/// The year whose dollars a price is stated in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct PriceYear(pub i32);

impl fmt::Display for PriceYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An amount of money in the dollars of a year.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Price {
    /// The amount, in dollars of `year`.
    pub amount: Usd,
    /// The year of the dollars.
    pub year: PriceYear,
}

/// Price level by year, on any common base.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Deflator {
    index: BTreeMap<PriceYear, f64>,
}

/// A year that the price index does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownPriceYear(pub PriceYear);

impl fmt::Display for UnknownPriceYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the price index holds no year {}", self.0)
    }
}

impl std::error::Error for UnknownPriceYear {}

impl Deflator {
    /// A price index from pairs of year and level.
    pub fn new(levels: impl IntoIterator<Item = (PriceYear, f64)>) -> Deflator {
        Deflator { index: levels.into_iter().collect() }
    }

    /// First and last year of the index.
    pub fn span(&self) -> Option<(PriceYear, PriceYear)> {
        Some((*self.index.keys().next()?, *self.index.keys().next_back()?))
    }

    fn level(&self, year: PriceYear) -> Result<f64, UnknownPriceYear> {
        self.index.get(&year).copied().ok_or(UnknownPriceYear(year))
    }
}

impl Price {
    /// The same purchasing power in dollars of another year: `amount * index(to) / index(from)`.
    ///
    /// ```
    /// # use quarterdeck_units::{Deflator, Price, PriceYear, Usd};
    /// let index = Deflator::new([(PriceYear(2020), 100.0), (PriceYear(2022), 110.0)]);
    /// let price = Price { amount: Usd::dollars(200.0), year: PriceYear(2020) };
    /// assert!((price.in_year(PriceYear(2022), &index).unwrap().as_dollars() - 220.0).abs() < 1e-9);
    /// ```
    ///
    /// # Errors
    /// When the index lacks one of the two years.
    pub fn in_year(self, year: PriceYear, index: &Deflator) -> Result<Usd, UnknownPriceYear> {
        if year == self.year {
            return Ok(self.amount);
        }
        Ok(self.amount * (index.level(year)? / index.level(self.year)?))
    }
}
