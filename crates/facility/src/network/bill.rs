//! Parts list of a fabric: switches, links and transceivers of the catalogue, with their money and power.

use quarterdeck_catalog::{Fabric, Link, Medium, Provenance, Switch};
use quarterdeck_units::{Bandwidth, Quarter, Usd, Watts};

use super::clos::{Clos, ClosRequest, clos};
use super::dragonfly::{Dragonfly, dragonfly};
use super::error::NoFabric;
use super::optics::{Optics, optics};
use super::shape::{FabricKind, FabricShape, Oversubscription};
use super::structure::{Grouping, Join, Placing, Reach, Role, Structure, of_clos, of_dragonfly, of_torus};
use super::torus::{Torus, torus};
use crate::prices::{CostRange, Prices};

/// How a fabric is to be built.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FabricPolicy {
    /// Kind, oversubscription, planes, pods.
    pub shape: FabricShape,
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
        shape: FabricShape::CLOS,
        endpoint_medium: Medium::Optical,
        largest: None,
        quarter: None,
    };
    /// Towards storage and users: three server ports for one uplink, copper inside the rack. The ratio is a
    /// judgement: racks of web and batch servers are usually built at 2:1 to 4:1.
    pub const FRONT_END: FabricPolicy = FabricPolicy {
        shape: FabricShape::CLOS.oversubscribed(Oversubscription::Tiers { leaf: 3.0, core: 1.0 }),
        endpoint_medium: Medium::Copper,
        largest: None,
        quarter: None,
    };
}

/// What a fabric must join, and how.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FabricRequest<'a> {
    /// Endpoint ports; devices of a torus.
    pub ports: u64,
    /// Rate of an endpoint port, one way, all planes together; of one link of a torus.
    pub rate: Bandwidth,
    /// Endpoint ports of one platform, where they come in platforms: the rails of a rail-only fabric.
    pub platform_ports: Option<u32>,
    /// Endpoint ports of one server of a platform: the rails of a Clos, whose cables they lengthen.
    pub server_ports: Option<u32>,
    /// Endpoint ports of one rack, where it is known; without it, cables are taken to cross the hall.
    pub rack_ports: Option<f64>,
    /// Id of the switch; the cheapest of the catalogue if none.
    pub switch: Option<&'a str>,
    /// How it is built.
    pub policy: FabricPolicy,
}

impl FabricRequest<'_> {
    /// Ports of a rate, of which no more is known.
    pub const fn new(ports: u64, rate: Bandwidth, policy: FabricPolicy) -> Self {
        Self { ports, rate, platform_ports: None, server_ports: None, rack_ports: None, switch: None, policy }
    }

    fn rails(&self) -> Option<u64> {
        let of_platform = match self.policy.shape.kind {
            FabricKind::RailOnly => self.platform_ports,
            _ => self.server_ports,
        };
        self.policy.shape.rails.or(of_platform).map(u64::from)
    }
}

/// The numbers that a kind of fabric is defined by, for one of the equal fabrics.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum FabricCounts {
    /// A folded Clos.
    Clos(Clos),
    /// Equal Clos networks, one for each rail.
    RailOnly {
        /// Rails.
        rails: u64,
        /// One of them.
        rail: Clos,
    },
    /// A dragonfly.
    Dragonfly(Dragonfly),
    /// A torus.
    Torus(Torus),
}

impl FabricCounts {
    /// The Clos, or that of one rail.
    pub const fn clos(&self) -> Option<&Clos> {
        match self {
            FabricCounts::Clos(clos) | FabricCounts::RailOnly { rail: clos, .. } => Some(clos),
            _ => None,
        }
    }
}

/// What a line of a parts list is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartKind {
    /// A packet switch.
    Switch,
    /// An optical circuit switch.
    OpticalSwitch,
    /// A cable with both ends.
    Cable(Medium, Reach),
}

/// One line of a parts list.
#[derive(Clone, PartialEq, Debug)]
pub struct BillLine {
    /// Id in `catalog/fabric.toml`.
    pub part: String,
    /// What it is.
    pub kind: PartKind,
    /// Tiers that it stands on or joins.
    pub roles: (Role, Role),
    /// Pieces; a cable shared by slower links counts in part.
    pub count: f64,
    /// Money for all of them.
    pub cost: CostRange,
    /// Draw of all of them.
    pub power: Watts,
}

/// Parts of one or several equal fabrics, with their money and power.
#[derive(Clone, PartialEq, Debug)]
pub struct FabricBill {
    /// The shape asked for.
    pub shape: FabricShape,
    /// The numbers of one of the fabrics.
    pub counts: FabricCounts,
    /// Tiers and links of all fabrics.
    pub structure: Structure,
    /// Fabrics side by side.
    pub fabrics: u64,
    /// Endpoint ports of all fabrics, or devices of a torus.
    pub ports: u64,
    /// Neighbouring endpoints that lie on different leaves; 1 where neighbours share one.
    pub rails: u64,
    /// Rate of an endpoint port, one way, all planes together; of one link of a torus.
    pub port_rate: Bandwidth,
    /// What all endpoints can send together, one way.
    pub injection: Bandwidth,
    /// Id of the packet switch, where there is one.
    pub switch: Option<String>,
    /// Parts, switches first.
    pub lines: Vec<BillLine>,
    /// Transceiver modules by link and place; their money and power are in the cables' lines.
    pub optics: Vec<Optics>,
    /// Weakest origin and sources of the parts.
    pub provenance: Provenance,
}

impl FabricBill {
    /// Packet switches of all fabrics.
    pub fn switches(&self) -> u64 {
        self.structure.switches()
    }

    /// Links of all fabrics, at the rate of the endpoint ports. A link through an optical switch counts twice,
    /// once from each end.
    pub fn links(&self) -> u64 {
        self.structure.links()
    }

    fn lines(&self, switches: bool) -> impl Iterator<Item = &BillLine> {
        self.lines.iter().filter(move |line| matches!(line.kind, PartKind::Cable(..)) != switches)
    }

    /// Money for switches, at central prices.
    pub fn switch_cost(&self) -> Usd {
        self.lines(true).map(|line| line.cost.typical).sum()
    }

    /// Money for links with their transceivers, at central prices.
    pub fn link_cost(&self) -> Usd {
        self.lines(false).map(|line| line.cost.typical).sum()
    }

    /// Draw of switches without transceivers.
    pub fn switch_power(&self) -> Watts {
        self.lines(true).map(|line| line.power).sum()
    }

    /// Draw of transceivers and cables.
    pub fn link_power(&self) -> Watts {
        self.lines(false).map(|line| line.power).sum()
    }

    /// Money for everything, at central prices.
    pub fn cost(&self) -> Usd {
        self.switch_cost() + self.link_cost()
    }

    /// Money for everything, with its range.
    pub fn cost_range(&self) -> CostRange {
        self.lines.iter().map(|line| line.cost).sum()
    }

    /// Draw of everything.
    pub fn power(&self) -> Watts {
        self.switch_power() + self.link_power()
    }

    /// Cables of a reach.
    pub fn cables(&self, reach: Reach) -> f64 {
        let of = |line: &&BillLine| matches!(line.kind, PartKind::Cable(_, found) if found == reach);
        self.lines.iter().filter(of).map(|line| line.count).sum()
    }

    /// Capacity that endpoints can inject, all together, one way.
    pub fn injection(&self) -> Bandwidth {
        self.injection
    }

    /// Capacity across the worst even cut of each fabric that keeps platforms whole, one way; nothing joins
    /// separate fabrics.
    pub fn bisection(&self) -> Bandwidth {
        self.injection() * (0.5 * self.structure.bisection_share)
    }
}

/// Parts of the cheapest fabric that joins `ports` endpoint ports of a rate: [`design_fabric`] where no more is known.
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
/// As [`design_fabric`].
pub fn fabric_bill(
    ports: u64,
    rate: Bandwidth,
    fabric: &Fabric,
    policy: &FabricPolicy,
    prices: &Prices<'_>,
) -> Result<FabricBill, NoFabric> {
    design_fabric(&FabricRequest::new(ports, rate, *policy), fabric, prices)
}

/// Parts of the cheapest fabric of the wanted shape.
///
/// Every switch of the catalogue whose ports carry the rate is tried, unless one is named, and the cheapest result
/// kept (the first id among equals). A port two, four … times as fast as needed is split into as many; a port that is
/// faster by another factor runs below its rate. Links split in the same way, so a 100 Gbit/s link on 400 Gbit/s
/// fibre costs a quarter of that fibre. Planes share the rate of an endpoint port, whose cable serves all of them.
///
/// $$ \text{cost} = n_s c_s + \sum_{t} l_t c_t \frac{b}{b_t},\quad
///    \text{power} = n_s p_s + \sum_{t} l_t p_t \frac{b}{b_t} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n_s, l_t$ | [`clos`], [`dragonfly`], [`torus`] | switches, links of tier $t$ |
/// | $c_s, p_s$ | the switch | USD, W |
/// | $c_t, p_t, b_t$ | the link of that tier | USD, W, B/s |
/// | $b$ | `rate` | B/s |
///
/// Holds for fabrics with every port of every switch filled with what its links need. Spare transceivers, patch
/// panels and labour are left out: about 10 % optimistic on money.
///
/// # Errors
/// When the catalogue has no switch or link for the rate, or no fabric of the shape joins the ports; with the
/// nearest that would work.
pub fn design_fabric(
    request: &FabricRequest<'_>,
    fabric: &Fabric,
    prices: &Prices<'_>,
) -> Result<FabricBill, NoFabric> {
    let policy = &request.policy;
    if request.ports == 0 {
        return Err(NoFabric::Nothing);
    }
    if let FabricKind::Torus { sides } = policy.shape.kind {
        let optical = fabric.optical_switch.first();
        let found = torus(request.ports, sides, optical.map(|optical| optical.ports.value))?;
        return Parts::of(request, fabric, None).bill(FabricCounts::Torus(found), 1, prices);
    }
    let sold = |switch: &&Switch| policy.quarter.is_none_or(|quarter| switch.available_from <= quarter);
    let rate = request.rate / f64::from(policy.shape.planes.max(1));
    if let Some(id) = request.switch {
        let switch = fabric.switch(id)?;
        if !carries(switch.port_rate.value, rate) {
            let (has, switch) = (switch.port_rate.value, switch.id.clone());
            return Err(NoFabric::SlowSwitch { switch, has, rate });
        }
        return bill_of(switch, request, fabric, prices);
    }
    let mut best: Option<FabricBill> = None;
    let mut refused: Option<NoFabric> = None;
    for switch in fabric.switch.iter().filter(sold).filter(|switch| carries(switch.port_rate.value, rate)) {
        match bill_of(switch, request, fabric, prices) {
            Ok(bill) => {
                if best.as_ref().is_none_or(|best| bill.cost() < best.cost()) {
                    best = Some(bill);
                }
            }
            // Of several refusals, the one that comes nearest to what was asked helps most.
            Err(error) if refused.as_ref().is_none_or(|refused| error.most() >= refused.most()) => {
                refused = Some(error);
            }
            Err(_) => (),
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
    request: &FabricRequest<'_>,
    fabric: &Fabric,
    prices: &Prices<'_>,
) -> Result<FabricBill, NoFabric> {
    let FabricRequest { ports, policy, .. } = request;
    let shape = &policy.shape;
    let planes = shape.planes.max(1);
    let split = split_of(switch.port_rate.value, request.rate / f64::from(planes));
    let radix = switch.ports.value * split;
    let fabrics = policy.largest.map_or(1, |largest| ports.div_ceil(largest.max(1)).max(1));
    let ports = ports.div_ceil(fabrics);
    let build = |ports: u64, tiers| {
        clos(ClosRequest {
            planes: shape.planes,
            tiers,
            pod: shape.pod,
            oversubscription: shape.oversubscription,
            ..ClosRequest::non_blocking(ports, radix)
        })
    };
    let counts = match shape.kind {
        FabricKind::Clos { tiers } => FabricCounts::Clos(build(ports, tiers)?),
        FabricKind::RailOnly => {
            let rails =
                request.rails().filter(|rails| *rails > 0).ok_or(NoFabric::Rails { ports, rails: None })?;
            if !ports.is_multiple_of(rails) {
                return Err(NoFabric::Rails { ports, rails: Some(rails) });
            }
            FabricCounts::RailOnly { rails, rail: build(ports / rails, None)? }
        }
        FabricKind::Dragonfly => FabricCounts::Dragonfly(dragonfly(ports, radix)?),
        FabricKind::Torus { .. } => return Err(NoFabric::Nothing),
    };
    Parts::of(request, fabric, Some(switch)).bill(counts, fabrics, prices)
}

/// The catalogue's parts for one fabric.
struct Parts<'a> {
    request: &'a FabricRequest<'a>,
    fabric: &'a Fabric,
    switch: Option<&'a Switch>,
    /// Rate of one link.
    link_rate: Bandwidth,
}

impl<'a> Parts<'a> {
    fn of(request: &'a FabricRequest<'a>, fabric: &'a Fabric, switch: Option<&'a Switch>) -> Parts<'a> {
        let planes = if switch.is_some() { request.policy.shape.planes.max(1) } else { 1 };
        Parts { request, fabric, switch, link_rate: request.rate / f64::from(planes) }
    }

    /// Rails leave the rack; where endpoints are joined in copper, the leaf stands in their rack.
    fn rails(&self) -> u64 {
        match self.request.policy.endpoint_medium {
            Medium::Copper => 1,
            Medium::Optical => self.request.rails().unwrap_or(1),
        }
    }

    fn structure(&self, counts: &FabricCounts) -> Structure {
        let placing = Placing {
            medium: self.request.policy.endpoint_medium,
            rack_ports: self.request.rack_ports,
            rails: self.rails(),
            row: u64::from(self.fabric.design.racks_per_row.value),
        };
        match counts {
            FabricCounts::Clos(clos) => of_clos(clos, &placing),
            FabricCounts::RailOnly { rails, rail } => {
                of_clos(rail, &Placing { rails: *rails, ..placing }).times(*rails, Grouping::Rails)
            }
            FabricCounts::Dragonfly(found) => of_dragonfly(found, &placing),
            FabricCounts::Torus(found) => of_torus(found, &placing),
        }
    }

    /// The link of a join, and how many of the fabric's links it carries.
    fn link(&self, join: &Join) -> Result<(&'a Link, f64), NoFabric> {
        // The cable of an endpoint serves all of its planes; switches are joined port by port.
        let rate = match self.switch {
            Some(switch) if join.lower != 0 => switch.port_rate.value,
            _ => self.request.rate,
        };
        let link = link_for(self.fabric, rate, join.medium)?;
        Ok((link, f64::from(split_of(link.rate.value, self.link_rate))))
    }

    fn bill(&self, counts: FabricCounts, fabrics: u64, prices: &Prices<'_>) -> Result<FabricBill, NoFabric> {
        let one = self.structure(&counts);
        let grouping = one.grouping;
        let structure = one.times(fabrics, grouping);
        let mut provenance = Provenance::analytical();
        let mut lines = Vec::new();
        for tier in &structure.tiers {
            let (id, kind, price, power) = match (tier.role, self.switch, self.fabric.optical_switch.first())
            {
                (role, Some(switch), _) if role.is_switch() => {
                    provenance.absorb_fact(&switch.ports);
                    provenance.absorb_fact(&switch.port_rate);
                    (&switch.id, PartKind::Switch, &switch.price, &switch.power)
                }
                (Role::OpticalSwitch, _, Some(optical)) => {
                    provenance.absorb_fact(&optical.ports);
                    (&optical.id, PartKind::OpticalSwitch, &optical.price, &optical.power)
                }
                _ => continue,
            };
            provenance.absorb_fact(power);
            lines.push(BillLine {
                part: id.clone(),
                kind,
                roles: (tier.role, tier.role),
                count: tier.count as f64,
                cost: prices.range(price, &mut provenance)?.times(tier.count as f64),
                power: power.value * tier.count as f64,
            });
        }
        let mut links = Vec::new();
        for join in &structure.joins {
            let (link, split) = self.link(join)?;
            let roles = (structure.tiers[join.lower].role, structure.tiers[join.upper].role);
            // A fibre to an optical switch has a transceiver at one end only.
            let ends = if roles.1 == Role::OpticalSwitch { 0.5 } else { 1.0 };
            let count = join.links as f64 / split;
            provenance.absorb_fact(&link.power);
            lines.push(BillLine {
                part: link.id.clone(),
                kind: PartKind::Cable(link.medium, join.reach),
                roles,
                count,
                cost: prices.range(&link.price, &mut provenance)?.times(count * ends),
                power: link.power.value * (count * ends),
            });
            links.push((link, split));
        }
        let ports = match &counts {
            FabricCounts::Torus(found) => found.devices(),
            FabricCounts::Clos(clos) => clos.request.ports * fabrics,
            FabricCounts::RailOnly { rails, rail } => rail.request.ports * rails * fabrics,
            FabricCounts::Dragonfly(found) => found.ports * fabrics,
        };
        let injection = match &counts {
            FabricCounts::Torus(found) => self.request.rate * (found.devices() * found.degree()) as f64,
            _ => self.link_rate * structure.endpoint_links() as f64,
        };
        Ok(FabricBill {
            shape: self.request.policy.shape,
            counts,
            optics: optics(&structure, &links, self.request.server_ports, &mut provenance),
            structure,
            fabrics,
            ports,
            rails: self.rails(),
            port_rate: self.request.rate,
            injection,
            switch: self.switch.map(|switch| switch.id.clone()),
            lines,
            provenance,
        })
    }
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
    use crate::network::NoClos;
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
        let switch = catalog.fabric.switch(bill.switch.as_deref().expect("one")).expect("a switch");
        let link = catalog.fabric.link("optical-400g").expect("a link");
        assert_eq!((bill.switches(), bill.links()), (320, 12_288));
        assert!((bill.switch_cost() / (switch.price.value * 320.0) - 1.0).abs() < 1e-12);
        assert!((bill.link_cost() / (link.price.value * 12_288.0) - 1.0).abs() < 1e-12);
        assert!((bill.link_power() / (link.power.value * 12_288.0) - 1.0).abs() < 1e-12);
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
        assert_eq!((one.switch.as_deref(), one.switches()), (Some("eth-32x100g"), 1));
        assert_eq!(one.counts.clos().expect("a Clos").request.radix, 128);
        let whole = bill(24, 100.0, &policy).expect("a fabric");
        assert!((one.link_cost() / whole.link_cost() - 1.0).abs() < 1e-12);
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
