//! What machines of one platform cost in a year: machines, network, hall and energy.

use quarterdeck_catalog::{Catalog, Platform, Provenance};
use quarterdeck_facility::network::{NetworkPolicy, platform_network};
use quarterdeck_facility::{Prices, annuity};
use quarterdeck_units::{Joules, Seconds, Usd, Watts};

use crate::train::Economics;

/// Dollars of a year by class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Yearly {
    /// Machines at equal payments over their life.
    pub machines: Usd,
    /// Switches and links, at equal payments over the life of the machines.
    pub network: Usd,
    /// Hall at equal payments over its life, with upkeep.
    pub hall: Usd,
    /// Electricity.
    pub energy: Usd,
    /// Purchase of the machines, not a part of the year.
    pub capex: Usd,
    /// Draw at the site's meter, network included.
    pub site: Watts,
}

impl Yearly {
    /// All classes together.
    pub fn total(&self) -> Usd {
        self.machines + self.network + self.hall + self.energy
    }

    /// The classes with their names.
    pub fn parts(&self) -> [(&'static str, Usd); 4] {
        [("machines", self.machines), ("network", self.network), ("hall", self.hall), ("energy", self.energy)]
    }

    /// A share of all of it.
    pub fn share(&self, share: f64) -> Yearly {
        Yearly {
            machines: self.machines * share,
            network: self.network * share,
            hall: self.hall * share,
            energy: self.energy * share,
            capex: self.capex * share,
            site: self.site * share,
        }
    }
}

/// Power usage effectiveness of a new hall of the platform's cooling in the region's climate; 1 if none is known.
pub(super) fn pue(catalog: &Catalog, economics: &Economics, platform: &Platform) -> f64 {
    let region = catalog.region(&economics.region).ok();
    let fact = region.and_then(|region| catalog.facility.pue(platform.cooling.kind, region.climate).ok());
    fact.map_or(1.0, |fact| fact.value)
}

/// What `count` platforms that draw `draw` together cost in a year; none without a price.
pub(super) fn yearly(
    catalog: &Catalog,
    economics: &Economics,
    prices: &Prices,
    platform: &Platform,
    count: f64,
    draw: Watts,
) -> Option<Yearly> {
    let mut provenance = Provenance::none();
    let capex = prices.of(platform.price.as_ref()?, &mut provenance).ok()? * count;
    let (rate, life, year) = (economics.discount_rate, platform.lifetime.value, Seconds::years(1.0));
    let joined =
        platform_network(platform, count.max(1.0) as u64, &catalog.fabric, &NetworkPolicy::default(), prices);
    let (network, network_draw) =
        joined.map_or((Usd::ZERO, Watts::ZERO), |network| (network.cost(), network.power()));
    let projects = &catalog.facility.project;
    let build = projects.build.get(&platform.cooling.kind);
    let hall = build.and_then(|build| prices.of(build, &mut provenance).ok()).map_or(Usd::ZERO, |per_watt| {
        let hall = per_watt * (platform.power.rated.value * count + network_draw);
        annuity(hall, rate, projects.lifetime.value, year) + hall * projects.upkeep_share.value
    });
    let electricity = economics.electricity.or_else(|| {
        let region = catalog.region(&economics.region).ok()?;
        prices.of(&region.electricity, &mut provenance).ok()
    });
    let site = (draw + network_draw) * pue(catalog, economics, platform);
    let used: Joules = site * year;
    Some(Yearly {
        machines: annuity(capex, rate, life, year),
        network: annuity(network, rate, life, year),
        hall,
        energy: electricity.map_or(Usd::ZERO, |price| price * used),
        capex,
        site,
    })
}
