//! Catalogue prices in the dollars of one year.

use std::iter::Sum;
use std::ops::Mul;

use quarterdeck_catalog::{Cited, Money, PriceFact, Provenance};
use quarterdeck_units::{Deflator, Price, PriceYear, UnknownPriceYear, Usd};

/// Brings catalogue prices into the dollars of one year.
#[derive(Clone, Debug)]
pub struct Prices<'a> {
    money: &'a Money,
    deflator: Deflator,
    year: PriceYear,
}

/// An amount with the range in which it may lie.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct CostRange {
    /// Every price at its lowest.
    pub low: Usd,
    /// Every price at its central value.
    pub typical: Usd,
    /// Every price at its highest.
    pub high: Usd,
}

impl CostRange {
    /// So many of it.
    #[must_use]
    pub fn times(self, count: f64) -> CostRange {
        CostRange { low: self.low * count, typical: self.typical * count, high: self.high * count }
    }
}

impl Sum for CostRange {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(CostRange::default(), |a, b| CostRange {
            low: a.low + b.low,
            typical: a.typical + b.typical,
            high: a.high + b.high,
        })
    }
}

impl<'a> Prices<'a> {
    /// Prices in dollars of `year`.
    pub fn new(money: &'a Money, year: PriceYear) -> Self {
        Self { money, deflator: money.price_index.deflator(), year }
    }

    /// The year whose dollars all prices are in.
    pub fn year(&self) -> PriceYear {
        self.year
    }

    /// The central value in dollars of the year, with its provenance added to `provenance`.
    ///
    /// Works for money, money per watt and money per energy alike.
    ///
    /// # Errors
    /// When the price index lacks one of the two years.
    pub fn of<T>(&self, fact: &PriceFact<T>, provenance: &mut Provenance) -> Result<T, UnknownPriceYear>
    where
        T: Copy + Mul<f64, Output = T>,
    {
        Ok(fact.value * self.factor(fact, provenance)?)
    }

    /// The lowest, central and highest value in dollars of the year.
    ///
    /// # Errors
    /// When the price index lacks one of the two years.
    pub fn range(
        &self,
        fact: &PriceFact,
        provenance: &mut Provenance,
    ) -> Result<CostRange, UnknownPriceYear> {
        let factor = self.factor(fact, provenance)?;
        Ok(CostRange { low: fact.low * factor, typical: fact.value * factor, high: fact.high * factor })
    }

    /// What a dollar of the fact's year is in dollars of this one.
    fn factor<T>(&self, fact: &PriceFact<T>, provenance: &mut Provenance) -> Result<f64, UnknownPriceYear> {
        provenance.absorb(&fact.provenance());
        if fact.year() == self.year {
            return Ok(1.0);
        }
        provenance.absorb(&self.money.price_index.provenance(fact.year(), self.year));
        let dollar = Price { amount: Usd::dollars(1.0), year: fact.year() };
        Ok(dollar.in_year(self.year, &self.deflator)?.as_dollars())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::Catalog;

    #[test]
    fn a_price_moves_with_the_index_and_says_what_it_rests_on() {
        let catalog = Catalog::builtin();
        let index = catalog.money.price_index.deflator();
        let fact = &catalog.fabric.switch("qm9700").expect("a switch").price;
        let mut provenance = Provenance::none();
        let same = Prices::new(&catalog.money, fact.year()).of(fact, &mut provenance).expect("a year");
        assert_eq!(same, fact.value);
        let older = PriceYear(fact.price_year - 2);
        let found = Prices::new(&catalog.money, older).of(fact, &mut provenance).expect("a year");
        let expected = fact.price().in_year(older, &index).expect("a year");
        assert!((found / expected - 1.0).abs() < 1e-12 && found < same);
        assert!(provenance.sources.iter().any(|source| Some(source) == fact.source.as_ref()));
        assert!(Prices::new(&catalog.money, PriceYear(1850)).of(fact, &mut provenance).is_err());
    }
}
