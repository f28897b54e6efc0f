//! What a site costs, by class, each with its range.

use std::fmt;

use quarterdeck_catalog::{Catalog, Cooling, MissingFact, Platform, Provenance};
use quarterdeck_units::{Usd, Watts};

use crate::error::FacilityError;
use crate::network::{FabricBill, PlatformNetwork};
use crate::prices::{CostRange, Prices};

/// A class of the cost of a site.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CostClassOfSite {
    /// A part of the building, as the catalogue names it: shell, critical capacity and so on.
    Building(String),
    /// Switches, optics and cables.
    Network,
    /// The platforms.
    Machines,
}

impl fmt::Display for CostClassOfSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CostClassOfSite::Building(part) => f.pad(&part.replace('-', " ")),
            CostClassOfSite::Network => f.pad("network"),
            CostClassOfSite::Machines => f.pad("machines"),
        }
    }
}

/// The cost of one class.
#[derive(Clone, PartialEq, Debug)]
pub struct CostLine {
    /// The class.
    pub class: CostClassOfSite,
    /// Lowest credible cost.
    pub low: Usd,
    /// Central cost.
    pub typical: Usd,
    /// Highest credible cost.
    pub high: Usd,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// What a site costs, by class.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SiteCost {
    /// Every class, parts of the building first.
    pub lines: Vec<CostLine>,
}

impl SiteCost {
    /// Low, typical and high cost of all classes; low and high as if all were low or high together, so the range is
    /// wider than it would be if they were independent.
    pub fn total(&self) -> [Usd; 3] {
        self.sum(|_| true)
    }

    /// Low, typical and high cost of the building alone.
    pub fn building(&self) -> [Usd; 3] {
        self.sum(|class| matches!(class, CostClassOfSite::Building(_)))
    }

    /// The line of a class.
    pub fn line(&self, class: &CostClassOfSite) -> Option<&CostLine> {
        self.lines.iter().find(|line| line.class == *class)
    }

    fn sum(&self, counts: impl Fn(&CostClassOfSite) -> bool) -> [Usd; 3] {
        let of = |value: fn(&CostLine) -> Usd| {
            self.lines.iter().filter(|line| counts(&line.class)).map(value).sum()
        };
        [of(|line| line.low), of(|line| line.typical), of(|line| line.high)]
    }
}

/// What is to be priced.
#[derive(Clone, Copy, Debug)]
pub struct PricedSite<'a> {
    /// The platforms.
    pub platform: &'a Platform,
    /// How many.
    pub count: u64,
    /// Their networks.
    pub network: &'a PlatformNetwork,
    /// Cooling of the halls.
    pub cooling: Cooling,
    /// IT power that is built.
    pub it_power: Watts,
    /// Region of the catalogue, where the building's price is known there.
    pub region: Option<&'a str>,
}

/// What a site costs by class, with low, typical and high values.
///
/// $$ C_p = s_p\, c\, P,\qquad c = c_{\text{region}} \frac{c_{\text{cooling}}}{c_{\text{air}}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $s_p$ | share of a part of the building | 1 |
/// | $c$ | building cost of the cooling kind, in the region where the catalogue has one | USD/W |
/// | $P$ | IT power | W |
///
/// Land, soft costs and equipment furnished by the owner are left out, as in the source. Shares by part are those of
/// usual halls; a denser hall spends more of its money on power and less on shell.
///
/// # Errors
/// When the catalogue lacks a price or its year.
pub fn site_cost(
    site: &PricedSite<'_>,
    prices: &Prices<'_>,
    catalog: &Catalog,
) -> Result<SiteCost, FacilityError> {
    let mut lines = building_cost(site.cooling, site.it_power, site.region, prices, catalog)?;
    let bills = site.network.back_end.iter().chain(&site.network.front_end);
    let CostRange { low, typical, high } = bills.map(FabricBill::cost_range).sum();
    let provenance = site.network.provenance.clone();
    lines.push(CostLine { class: CostClassOfSite::Network, low, typical, high, provenance });
    let machine = site.platform.price()?;
    let mut provenance = Provenance::none();
    let typical = prices.of(machine, &mut provenance)? * site.count as f64;
    lines.push(CostLine {
        class: CostClassOfSite::Machines,
        low: typical * (machine.low / machine.value),
        typical,
        high: typical * (machine.high / machine.value),
        provenance,
    });
    Ok(SiteCost { lines })
}

/// What the building of a site costs by its parts, the dearest first: as [`site_cost`] counts it.
///
/// # Errors
/// When the catalogue lacks a price or its year.
pub fn building_cost(
    cooling: Cooling,
    it_power: Watts,
    region: Option<&str>,
    prices: &Prices<'_>,
    catalog: &Catalog,
) -> Result<Vec<CostLine>, FacilityError> {
    let mut lines = Vec::new();
    let building = &catalog.facility.project.build;
    let price = |kind: Cooling| {
        let key = format!("project.build.{kind}");
        building.get(&kind).ok_or_else(|| MissingFact::new("catalog/facility.toml", &key))
    };
    let (kind, air) = (price(cooling)?, price(Cooling::Air)?);
    let regional = region.and_then(|id| catalog.regions.get(id)).and_then(|found| found.build_cost.as_ref());
    let mut base = Provenance::none();
    let typical = match regional {
        Some(regional) => {
            let premium = prices.of(kind, &mut base)? / prices.of(air, &mut base)?;
            prices.of(regional, &mut base)? * premium
        }
        None => prices.of(kind, &mut base)?,
    };
    // The range of the kind is that of markets; a region has its own middle within it.
    let (low, high) = (kind.low / kind.value, kind.high / kind.value);
    for (part, share) in &catalog.facility.project.cost_share {
        let mut provenance = base.clone();
        provenance.absorb_fact(share);
        let cost = typical * it_power * share.value;
        lines.push(CostLine {
            class: CostClassOfSite::Building(part.clone()),
            low: cost * low,
            typical: cost,
            high: cost * high,
            provenance,
        });
    }
    lines.sort_by(|a, b| b.typical.total_cmp(&a.typical));
    Ok(lines)
}
