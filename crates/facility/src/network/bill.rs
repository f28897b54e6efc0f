//! Parts list of a fabric: switches, links and transceivers of the catalogue, with their money and power.

use std::fmt;

use quarterdeck_catalog::{Fabric, Link, Medium, Provenance, Switch};
use quarterdeck_units::{Bandwidth, Quarter, UnknownPriceYear, Usd, Watts};

use super::clos::{Clos, ClosRequest, NoClos, clos};
use crate::prices::Prices;

/// How a fabric is to be built.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FabricPolicy {
    /// Endpoint ports of a leaf over its uplinks.
    pub leaf_oversubscription: f64,
    /// Capacity that enters the core tier over capacity of its links.
    pub core_oversubscription: f64,
    /// What joins endpoints to leaves.
    pub endpoint_medium: Medium,
    /// Most endpoint ports of one fabric; more are split into equal fabrics side by side.
    pub largest: Option<u64>,
    /// Quarter in which the switches must be had; any of the catalogue if none.
    pub quarter: Option<Quarter>,
}

impl FabricPolicy {
    /// Between accelerators: nothing blocks, fibre from the server on, because rails leave the rack.
    pub const BACK_END: FabricPolicy = FabricPolicy {
        leaf_oversubscription: 1.0,
        core_oversubscription: 1.0,
        endpoint_medium: Medium::Optical,
        largest: None,
        quarter: None,
    };
    /// Towards storage and users: three server ports for one uplink, copper inside the rack. The ratio is a
    /// judgement: racks of web and batch servers are usually built at 2:1 to 4:1.
    pub const FRONT_END: FabricPolicy = FabricPolicy {
        leaf_oversubscription: 3.0,
        core_oversubscription: 1.0,
        endpoint_medium: Medium::Copper,
        largest: None,
        quarter: None,
    };
}

/// Parts of one or several equal fabrics, with their money and power.
#[derive(Clone, PartialEq, Debug)]
pub struct FabricBill {
    /// Switches and links of one of the fabrics.
    pub clos: Clos,
    /// Fabrics side by side.
    pub fabrics: u64,
    /// Rate of an endpoint port, one way.
    pub port_rate: Bandwidth,
    /// Id of the switch.
    pub switch: String,
    /// Id of the link between endpoints and leaves.
    pub endpoint_link: String,
    /// Id of the link between switches.
    pub switch_link: String,
    /// Money for switches.
    pub switch_cost: Usd,
    /// Money for links with their transceivers.
    pub link_cost: Usd,
    /// Draw of switches without transceivers.
    pub switch_power: Watts,
    /// Draw of transceivers and cables.
    pub link_power: Watts,
    /// Weakest origin and sources of the parts.
    pub provenance: Provenance,
}

impl FabricBill {
    /// Switches of all fabrics.
    pub fn switches(&self) -> u64 {
        self.clos.switches() * self.fabrics
    }

    /// Links of all fabrics, at the rate of the endpoint ports.
    pub fn links(&self) -> u64 {
        self.clos.links.total() * self.fabrics
    }

    /// Money for everything.
    pub fn cost(&self) -> Usd {
        self.switch_cost + self.link_cost
    }

    /// Draw of everything.
    pub fn power(&self) -> Watts {
        self.switch_power + self.link_power
    }

    /// Capacity that endpoints can inject, all together, one way.
    pub fn injection(&self) -> Bandwidth {
        self.port_rate * (self.clos.links.endpoint_leaf * self.fabrics) as f64
    }

    /// Capacity across the worst even cut of each fabric, one way; nothing joins separate fabrics.
    pub fn bisection(&self) -> Bandwidth {
        self.injection() * (0.5 * self.clos.bisection_share)
    }
}

/// Why no fabric can be built from the catalogue's parts.
#[derive(Clone, PartialEq, Debug)]
pub enum NoFabric {
    /// No switch serves the rate in that quarter.
    NoSwitch {
        /// Rate of the endpoint ports.
        rate: Bandwidth,
        /// Quarter asked for.
        quarter: Option<Quarter>,
        /// The fastest port that any switch has then.
        fastest: Option<Bandwidth>,
    },
    /// No link carries the rate.
    NoLink(Bandwidth),
    /// No network of these switches joins the endpoints.
    Clos(NoClos),
    /// A price can not be brought into the year asked for.
    Year(UnknownPriceYear),
}

impl fmt::Display for NoFabric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoFabric::NoSwitch { rate, quarter, fastest } => {
                let rate = rate.as_gigabits_per_second();
                write!(f, "catalog/fabric.toml has no switch with ports of {rate:.0} Gbit/s or more")?;
                if let Some(quarter) = quarter {
                    write!(f, " by {quarter}")?;
                }
                match fastest {
                    Some(fastest) => {
                        write!(f, "; the fastest has {:.0} Gbit/s", fastest.as_gigabits_per_second())
                    }
                    None => write!(f, "; it has no switch at all then"),
                }
            }
            NoFabric::NoLink(rate) => {
                let rate = rate.as_gigabits_per_second();
                write!(f, "catalog/fabric.toml has no link of {rate:.0} Gbit/s or more")
            }
            NoFabric::Clos(error) => error.fmt(f),
            NoFabric::Year(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NoFabric {}

impl From<NoClos> for NoFabric {
    fn from(error: NoClos) -> Self {
        NoFabric::Clos(error)
    }
}

impl From<UnknownPriceYear> for NoFabric {
    fn from(error: UnknownPriceYear) -> Self {
        NoFabric::Year(error)
    }
}

/// Parts of the cheapest fabric that joins `ports` endpoint ports of a rate.
///
/// Every switch of the catalogue whose ports carry the rate is tried, and the cheapest result kept (the first
/// id among equals). A port two, four … times as fast as needed is split into as many; a port that is faster by
/// another factor runs below its rate. Links split in the same way, so a 100 Gbit/s link on 400 Gbit/s
/// fibre costs a quarter of that fibre.
///
/// $$ \text{cost} = n_s c_s + \sum_{t} l_t c_t \frac{b}{b_t},\quad
///    \text{power} = n_s p_s + \sum_{t} l_t p_t \frac{b}{b_t} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n_s, l_t$ | [`clos`] | switches, links of tier $t$ |
/// | $c_s, p_s$ | the switch | USD, W |
/// | $c_t, p_t, b_t$ | the link of that tier | USD, W, B/s |
/// | $b$ | `rate` | B/s |
///
/// Holds for Clos fabrics with every port of every switch filled with what its links need. Spare
/// transceivers, patch panels and labour are left out: about 10 % optimistic on money.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::{network::{fabric_bill, FabricPolicy}, Prices};
/// # use quarterdeck_units::{Bandwidth, PriceYear, Quarter};
/// let catalog = Catalog::builtin();
/// let prices = Prices::new(&catalog.money, PriceYear(2024));
/// let rate = Bandwidth::gigabits_per_second(400.0);
/// let in_2023 = FabricPolicy { quarter: Some(Quarter::new(2023, 1)), ..FabricPolicy::BACK_END };
/// let bill = fabric_bill(1024, rate, &catalog.fabric, &in_2023, &prices).unwrap();
/// assert_eq!((bill.switches(), bill.links()), (48, 2048));
/// ```
///
/// # Errors
/// When the catalogue has no switch or link for the rate, or no three tiers of its switches join the ports.
pub fn fabric_bill(
    ports: u64,
    rate: Bandwidth,
    fabric: &Fabric,
    policy: &FabricPolicy,
    prices: &Prices<'_>,
) -> Result<FabricBill, NoFabric> {
    let sold = |switch: &&Switch| policy.quarter.is_none_or(|quarter| switch.available_from <= quarter);
    let mut best: Option<FabricBill> = None;
    let mut refused: Option<NoFabric> = None;
    for switch in fabric.switch.iter().filter(sold).filter(|switch| carries(switch.port_rate.value, rate)) {
        match bill_of(switch, ports, rate, fabric, policy, prices) {
            Ok(bill) => {
                if best.as_ref().is_none_or(|best| bill.cost() < best.cost()) {
                    best = Some(bill);
                }
            }
            Err(error) => refused = Some(error),
        }
    }
    let fastest =
        || fabric.switch.iter().filter(sold).map(|switch| switch.port_rate.value).reduce(Bandwidth::max);
    best.ok_or_else(|| {
        refused.unwrap_or_else(|| NoFabric::NoSwitch { rate, quarter: policy.quarter, fastest: fastest() })
    })
}

/// Whether a port or link of one rate carries another; a thousandth of play absorbs unit conversion.
fn carries(has: Bandwidth, needs: Bandwidth) -> bool {
    has / needs > 0.999
}

/// Ports of the needed rate that one port splits into: 1, 2, 4 or 8.
fn split_of(has: Bandwidth, needs: Bandwidth) -> u32 {
    let ratio = has / needs;
    [8u32, 4, 2].into_iter().find(|split| (ratio / f64::from(*split) - 1.0).abs() < 1e-3).unwrap_or(1)
}

fn bill_of(
    switch: &Switch,
    ports: u64,
    rate: Bandwidth,
    fabric: &Fabric,
    policy: &FabricPolicy,
    prices: &Prices<'_>,
) -> Result<FabricBill, NoFabric> {
    let radix = switch.ports.value * split_of(switch.port_rate.value, rate);
    let fabrics = policy.largest.map_or(1, |largest| ports.div_ceil(largest.max(1)).max(1));
    let clos = clos(ClosRequest {
        ports: ports.div_ceil(fabrics),
        radix,
        planes: 1,
        leaf_oversubscription: policy.leaf_oversubscription,
        core_oversubscription: policy.core_oversubscription,
    })?;
    let endpoint_link = link_for(fabric, rate, policy.endpoint_medium)?;
    let switch_link = link_for(fabric, switch.port_rate.value, Medium::Optical)?;

    let mut provenance = Provenance::analytical();
    let switch_price = prices.of(&switch.price, &mut provenance)?;
    provenance.absorb_fact(&switch.ports);
    provenance.absorb_fact(&switch.port_rate);
    provenance.absorb_fact(&switch.power);
    let switches = (clos.switches() * fabrics) as f64;
    let mut link_cost = Usd::ZERO;
    let mut link_power = Watts::ZERO;
    let tiers = [(endpoint_link, clos.links.endpoint_leaf), (switch_link, clos.links.between_switches())];
    for (link, count) in tiers {
        // A faster link is shared by as many links of this rate.
        let links = (count * fabrics) as f64 / f64::from(split_of(link.rate.value, rate));
        link_cost += prices.of(&link.price, &mut provenance)? * links;
        provenance.absorb_fact(&link.power);
        link_power += link.power.value * links;
    }
    Ok(FabricBill {
        clos,
        fabrics,
        port_rate: rate,
        switch: switch.id.clone(),
        endpoint_link: endpoint_link.id.clone(),
        switch_link: switch_link.id.clone(),
        switch_cost: switch_price * switches,
        link_cost,
        switch_power: switch.power.value * switches,
        link_power,
        provenance,
    })
}

/// The slowest link that carries the rate, of the wanted medium if there is one, the cheapest among equals.
fn link_for(fabric: &Fabric, rate: Bandwidth, medium: Medium) -> Result<&Link, NoFabric> {
    let fits = fabric.link.iter().filter(|link| carries(link.rate.value, rate));
    fits.min_by(|a, b| {
        let of_medium = |link: &Link| link.medium != medium;
        of_medium(a)
            .cmp(&of_medium(b))
            .then(a.rate.value.total_cmp(&b.rate.value))
            .then(a.price.value.total_cmp(&b.price.value))
    })
    .ok_or(NoFabric::NoLink(rate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::Catalog;
    use quarterdeck_units::PriceYear;

    fn bill(ports: u64, gigabits: f64, policy: &FabricPolicy) -> Result<FabricBill, NoFabric> {
        let catalog = Catalog::builtin();
        let prices = Prices::new(&catalog.money, PriceYear(2024));
        fabric_bill(ports, Bandwidth::gigabits_per_second(gigabits), &catalog.fabric, policy, &prices)
    }

    #[test]
    fn a_published_cluster_costs_what_its_parts_cost() {
        // 4,096 GPUs of the public cost sheet, but with the three tiers that they need: 320 switches.
        let catalog = Catalog::builtin();
        let in_2023 = FabricPolicy { quarter: Some(Quarter::new(2023, 1)), ..FabricPolicy::BACK_END };
        let bill = bill(4096, 400.0, &in_2023).expect("a fabric");
        let switch = catalog.fabric.switch(&bill.switch).expect("a switch");
        let link = catalog.fabric.link("optical-400g").expect("a link");
        assert_eq!((bill.switches(), bill.links()), (320, 12_288));
        assert!((bill.switch_cost / (switch.price.value * 320.0) - 1.0).abs() < 1e-12);
        assert!((bill.link_cost / (link.price.value * 12_288.0) - 1.0).abs() < 1e-12);
        assert!((bill.link_power / (link.power.value * 12_288.0) - 1.0).abs() < 1e-12);
        assert_eq!(bill.bisection() / bill.injection(), 0.5);
    }

    #[test]
    fn only_what_is_sold_can_be_built_with() {
        let early = FabricPolicy { quarter: Some(Quarter::new(2021, 1)), ..FabricPolicy::BACK_END };
        let error = bill(64, 400.0, &early).expect_err("no 400G switch in 2021");
        assert!(matches!(error, NoFabric::NoSwitch { .. }));
        let text = error.to_string();
        assert!(
            text.contains("400 Gbit/s") && text.contains("2021-Q1") && text.contains("200 Gbit/s"),
            "{text}"
        );
        let at_200 = bill(64, 200.0, &early).expect("a fabric");
        assert!(at_200.cost().is_positive());
    }

    #[test]
    fn a_fast_port_splits() {
        // 25 Gbit/s on ports of 100 Gbit/s: four endpoints a port, a quarter of a cable each.
        let policy = FabricPolicy { quarter: Some(Quarter::new(2018, 1)), ..FabricPolicy::FRONT_END };
        let one = bill(96, 25.0, &policy).expect("a fabric");
        assert_eq!((one.switch.as_str(), one.clos.request.radix, one.switches()), ("eth-32x100g", 128, 1));
        let whole = bill(24, 100.0, &policy).expect("a fabric");
        assert!((one.link_cost / whole.link_cost - 1.0).abs() < 1e-12);
    }

    #[test]
    fn fabrics_side_by_side_split_evenly() {
        let policy = FabricPolicy { largest: Some(24_576), ..FabricPolicy::BACK_END };
        let two = bill(49_152, 400.0, &policy).expect("a fabric");
        let one = bill(24_576, 400.0, &policy).expect("a fabric");
        assert_eq!((two.fabrics, two.switches()), (2, 2 * one.switches()));
        assert!((two.cost() / one.cost() - 2.0).abs() < 1e-12);
        let error = bill(5_000_000, 800.0, &FabricPolicy::BACK_END).expect_err("too many");
        assert!(matches!(error, NoFabric::Clos(NoClos::TooManyPorts { .. })), "{error}");
    }
}
