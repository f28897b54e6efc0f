//! The cheapest design that cools a platform in a weather, and what the others would cost.

use quarterdeck_catalog::{Catalog, Platform, Provenance};
use quarterdeck_units::{Seconds, Usd, UsdPerJoule, Watts};

use super::design::designs;
use super::plant::Plant;
use super::suits::{Suitability, Unsuitable, judge, load_of};
use super::year::YearOfOperation;
use crate::annuity::annuity;
use crate::error::FacilityError;
use crate::power::{PowerChain, Redundancy};
use crate::prices::Prices;
use crate::weather::WeatherYear;

/// What is asked when a design is chosen.
#[derive(Clone, Copy, Debug)]
pub struct ChoiceQuestion<'a> {
    /// Machines to be cooled.
    pub platform: &'a Platform,
    /// Power that they and their network may take at most.
    pub it_power: Watts,
    /// Share of it that they draw on average.
    pub draw_share: f64,
    /// Weather of the place.
    pub weather: &'a WeatherYear,
    /// Key of the power chain; the catalogue's usual one if none.
    pub chain: Option<&'a str>,
    /// Redundancy of the power chain.
    pub redundancy: Redundancy,
    /// Price of electricity in dollars of the prices' year.
    pub electricity: UsdPerJoule,
    /// Year of the money.
    pub prices: &'a Prices<'a>,
}

/// Money of a year of a design.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AnnualCost {
    /// Energy of the plant and of the power chain; that of machines is the same for every design.
    pub overhead_energy: Usd,
    /// Water with its drain.
    pub water: Usd,
    /// Equal yearly payment for the plant over its life.
    pub capital: Usd,
}

impl AnnualCost {
    /// All of it.
    pub fn total(&self) -> Usd {
        self.overhead_energy + self.water + self.capital
    }
}

/// A design that works.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Key of the design.
    pub design: String,
    /// Name for people.
    pub title: String,
    /// How it suits the platform.
    pub suitability: Suitability,
    /// Its year.
    pub year: YearOfOperation,
    /// What a year costs.
    pub annual_cost: AnnualCost,
    /// What the plant costs when built.
    pub plant_cost: Usd,
    /// Weakest origin and sources, prices included.
    pub provenance: Provenance,
}

/// Designs by their yearly cost.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// Those that work, cheapest first.
    pub ranked: Vec<Candidate>,
    /// Those that do not, each with its reason and the cheapest that does.
    pub rejected: Vec<Unsuitable>,
}

impl Choice {
    /// The cheapest that works, if any does.
    pub fn best(&self) -> Option<&Candidate> {
        self.ranked.first()
    }
}

/// Every design of the catalogue, ranked by what it costs in a year to cool a platform there.
///
/// $$ C = c_e\,(E_\text{site} - E_\text{it}) + c_w\,V + a\,k\,P $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $c_e$, $c_w$ | prices of electricity and of water | USD/J, USD/L |
/// | $E$, $V$ | energy and water of the year | J, L |
/// | $k$, $P$, $a$ | plant cost per watt, power at most, yearly payment for a dollar | USD/W, W, 1 |
///
/// # Errors
/// When the catalogue lacks a fact or the price index a year. That nothing works is no error: `ranked` is empty.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::{Prices, cooling::{ChoiceQuestion, choose}, power::Redundancy};
/// # use quarterdeck_facility::weather::typical_year;
/// # use quarterdeck_units::{PriceYear, UsdPerJoule, Watts};
/// let catalog = Catalog::builtin();
/// let prices = Prices::new(&catalog.money, PriceYear(2025));
/// let weather = typical_year(catalog.climate("hot-humid").unwrap());
/// let choice = choose(&ChoiceQuestion {
///     platform: catalog.platform("gb200-nvl72").unwrap(),
///     it_power: Watts::megawatts(100.0),
///     draw_share: 0.8,
///     weather: &weather,
///     chain: None,
///     redundancy: Redundancy::NPlusOne,
///     electricity: UsdPerJoule::per_megawatt_hour(100.0),
///     prices: &prices,
/// }, &catalog).unwrap();
/// assert!(choice.best().unwrap().design.starts_with("liquid-"));
/// assert!(choice.rejected.iter().any(|no| no.design == "air-tower"));
/// ```
pub fn choose(question: &ChoiceQuestion<'_>, catalog: &Catalog) -> Result<Choice, FacilityError> {
    let ChoiceQuestion { platform, it_power, weather, prices, .. } = *question;
    let chain_id = question.chain.unwrap_or(&catalog.power.usual_chain);
    let chain = PowerChain::of(chain_id, question.redundancy, it_power, catalog)?;
    let load = load_of(platform, it_power * question.draw_share.clamp(0.01, 1.0), it_power, catalog);
    let facts = &catalog.cooling;
    let (mut ranked, mut rejected) = (Vec::new(), Vec::new());
    for design in designs(catalog)? {
        let suitability = match judge(platform, &design, weather, catalog)? {
            Ok(found) => found,
            Err(reason) => {
                rejected.push(Unsuitable {
                    platform: platform.id.clone(),
                    design: design.id.clone(),
                    climate: weather.id.clone(),
                    reason,
                    nearest: None,
                });
                continue;
            }
        };
        let year = Plant::new(&design, load, &chain).year(weather);
        let mut provenance = year.provenance.clone().merge(&suitability.provenance);
        provenance.absorb(&chain.provenance);
        provenance.absorb_fact(&facts.money.lifetime);
        provenance.absorb_fact(&facts.money.discount_rate);
        let plant_cost = prices.of(&design.cost, &mut provenance)? * it_power;
        let cubic_metre = prices.of(&facts.water.price, &mut provenance)?;
        let (rate, life) = (facts.money.discount_rate.value, facts.money.lifetime.value);
        let annual_cost = AnnualCost {
            overhead_energy: question.electricity * (year.energy.facility() - year.energy.it),
            water: cubic_metre * (year.water.as_litres() / 1000.0),
            capital: annuity(plant_cost, rate, life, Seconds::years(1.0)),
        };
        ranked.push(Candidate {
            design: design.id,
            title: design.title,
            suitability,
            year,
            annual_cost,
            plant_cost,
            provenance,
        });
    }
    ranked.sort_by(|a, b| {
        a.annual_cost.total().total_cmp(&b.annual_cost.total()).then_with(|| a.design.cmp(&b.design))
    });
    let best = ranked.first().map(|best| (best.design.clone(), best.title.clone()));
    for no in &mut rejected {
        no.nearest.clone_from(&best);
    }
    Ok(Choice { ranked, rejected })
}
