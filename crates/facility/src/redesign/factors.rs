//! The factors between two sites.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_scenario::SiteDesign;
use quarterdeck_units::{Bandwidth, PriceYear, Watts};

use super::facts::{RedesignFault, SiteFacts, front_end_of, site_facts};
use crate::growth::{Bases, CoreShare, Era, GrowthFactor, bases, growth_factor};
use crate::prices::Prices;

/// One quantity of two sites.
#[derive(Clone, PartialEq, Debug)]
pub struct RedesignFactor {
    /// What it is.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Of the old site.
    pub old: f64,
    /// Of the new one.
    pub new: f64,
    /// New over old, site by site.
    pub per_site: f64,
    /// New over old for each megawatt of IT power; none where the quantity is no amount.
    pub per_megawatt: Option<f64>,
    /// New over old for each rack of platforms.
    pub per_rack: Option<f64>,
    /// New over old for each server.
    pub per_server: Option<f64>,
}

/// Two sites beside each other.
#[derive(Clone, PartialEq, Debug)]
pub struct Redesign {
    /// The old site.
    pub old: SiteFacts,
    /// The new one.
    pub new: SiteFacts,
    /// Their factors.
    pub factors: Vec<RedesignFactor>,
    /// Growth of network capacity at equal power, taken apart.
    pub growth: GrowthFactor,
    /// The same on every basis, beside the published range.
    pub bases: Bases,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl Redesign {
    /// A factor by its name.
    pub fn factor(&self, name: &str) -> Option<&RedesignFactor> {
        self.factors.iter().find(|factor| factor.name == name)
    }
}

/// A site of one era beside a site of another: network capacity, density, heat, cost and time, per site, per megawatt,
/// per rack and per server.
///
/// Amounts (capacity, racks, money) have a factor on each basis; properties (power of a rack, PUE, lead time) only one.
/// Money is in dollars of `year`. The growth of network capacity is computed at equal IT power with networks left out
/// of it, as [`growth_factor`] does, so `per_megawatt` of the ports differs from it by the networks' own watts.
///
/// # Errors
/// What is wrong with the two sites, both at once.
pub fn redesign(
    old: &SiteDesign,
    new: &SiteDesign,
    year: PriceYear,
    catalog: &Catalog,
) -> Result<Redesign, Vec<RedesignFault>> {
    let prices = Prices::new(&catalog.money, year);
    let (before, after) = match (site_facts(old, &prices, catalog), site_facts(new, &prices, catalog)) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => return Err([before.err(), after.err()].into_iter().flatten().collect()),
    };
    // Both at the IT power of the new site, so that the factor tells of design and not of size.
    let power = after.it_power;
    let wrong = |fault: RedesignFault| vec![fault];
    let (old_platform, new_platform) = (
        catalog.platform(&old.platform).map_err(|error| wrong(error.into()))?,
        catalog.platform(&new.platform).map_err(|error| wrong(error.into()))?,
    );
    let old_era = era(old, &before, old_platform, power, catalog);
    let new_era = era(new, &after, new_platform, power, catalog);
    let growth = growth_factor(old_era, new_era).map_err(|misfit| wrong(misfit.into()))?;
    let bases = bases(old_era, new_era, catalog).map_err(|misfit| wrong(misfit.into()))?;
    let mut provenance = before.provenance.clone();
    for part in [&after.provenance, &growth.provenance, &bases.provenance] {
        provenance.absorb(part);
    }
    Ok(Redesign { factors: factors(&before, &after), old: before, new: after, growth, bases, provenance })
}

fn era<'a>(
    design: &SiteDesign,
    facts: &'a SiteFacts,
    platform: &'a quarterdeck_catalog::Platform,
    power: Watts,
    catalog: &Catalog,
) -> Era<'a> {
    let oversubscription = CoreShare {
        front_end: front_end_of(design, catalog),
        back_end: design.fabric.back_end_oversubscription * design.fabric.core_oversubscription,
    };
    Era { platform, block: &facts.block, power, oversubscription }
}

/// An amount, or a property that has no per-megawatt value.
enum Kind {
    Amount,
    Property,
}

/// Terabits in a second.
fn terabits(rate: Bandwidth) -> f64 {
    rate.as_gigabits_per_second() / 1e3
}

fn factors(old: &SiteFacts, new: &SiteFacts) -> Vec<RedesignFactor> {
    let row = |name, unit, kind: Kind, of: fn(&SiteFacts) -> f64| {
        let (before, after) = (of(old), of(new));
        let per_site = after / before;
        let per = |compared: fn(&SiteFacts) -> f64| match kind {
            Kind::Amount => Some(per_site / (compared(new) / compared(old))),
            Kind::Property => None,
        };
        RedesignFactor {
            name,
            unit,
            old: before,
            new: after,
            per_site,
            per_megawatt: per(|facts| facts.it_power.as_megawatts()),
            per_rack: per(|facts| facts.halls.racks.compute as f64),
            per_server: per(|facts| facts.servers as f64),
        }
    };
    vec![
        row("network capacity: all ports", "Tbit/s", Kind::Amount, |facts| terabits(facts.injection())),
        row("network capacity: what crosses the core", "Tbit/s", Kind::Amount, |facts| terabits(facts.core)),
        row("network capacity: bisection", "Tbit/s", Kind::Amount, |facts| terabits(facts.bisection)),
        row("switches", "1", Kind::Amount, |facts| facts.network.switches() as f64),
        row("links", "1", Kind::Amount, |facts| facts.network.links() as f64),
        row("power of networks", "kW", Kind::Amount, |facts| facts.network.power().as_kilowatts()),
        row("IT power", "MW", Kind::Amount, |facts| facts.it_power.as_megawatts()),
        row("servers", "1", Kind::Amount, |facts| facts.servers as f64),
        row("racks of machines", "1", Kind::Amount, |facts| facts.halls.racks.compute as f64),
        row("floor of halls", "m2", Kind::Amount, |facts| facts.area().as_square_metres()),
        row("power density of halls", "kW/m2", Kind::Property, |facts| {
            facts.halls.watts_per_square_metre() / 1e3
        }),
        row("heat of a rack", "kW", Kind::Property, |facts| facts.halls.rack.power.as_kilowatts()),
        row("heat of a rack to room air", "kW", Kind::Property, |facts| {
            facts.halls.rack.air_heat.as_kilowatts()
        }),
        row("weight of a rack", "kg", Kind::Property, |facts| facts.halls.rack.weight.as_kilograms()),
        row("PUE", "1", Kind::Property, |facts| facts.block.pue),
        row("cost of the building", "MUSD", Kind::Amount, |facts| facts.cost.building()[1].as_millions()),
        row("cost of everything", "MUSD", Kind::Amount, |facts| facts.cost.total()[1].as_millions()),
        row("lead time, half of all cases", "quarters", Kind::Property, |facts| {
            f64::from(facts.project.lead_time.0)
        }),
        row("lead time, nine of ten", "quarters", Kind::Property, |facts| {
            f64::from(facts.project.lead_time_p90.0)
        }),
    ]
}
