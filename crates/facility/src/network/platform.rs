//! Networks of a number of equal platforms: the back end between accelerators and the front end to the world.

use quarterdeck_catalog::{Catalog, Fabric, Platform, Provenance};
use quarterdeck_units::{Bandwidth, Quarter, Usd, Watts};

use super::bill::{FabricBill, FabricPolicy, FabricRequest, design_fabric};
use super::error::NoFabric;
use super::shape::FabricKind;
use crate::prices::Prices;

/// How the networks of platforms are to be built.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct NetworkPolicy {
    /// Between accelerators.
    pub back_end: FabricPolicy,
    /// Towards storage and users.
    pub front_end: FabricPolicy,
}

impl Default for NetworkPolicy {
    fn default() -> Self {
        Self { back_end: FabricPolicy::BACK_END, front_end: FabricPolicy::FRONT_END }
    }
}

impl NetworkPolicy {
    /// The same policy with switches that can be had in a quarter.
    #[must_use]
    pub fn at(mut self, quarter: Quarter) -> Self {
        self.back_end.quarter = Some(quarter);
        self.front_end.quarter = Some(quarter);
        self
    }
}

/// Networks of a number of equal platforms.
#[derive(Clone, PartialEq, Debug)]
pub struct PlatformNetwork {
    /// Platforms joined.
    pub platforms: u64,
    /// Network between accelerators; none if the platform has no ports for one.
    pub back_end: Option<FabricBill>,
    /// Network towards storage and users.
    pub front_end: Option<FabricBill>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl PlatformNetwork {
    fn sum<T: std::iter::Sum>(&self, of: impl Fn(&FabricBill) -> T) -> T {
        self.back_end.iter().chain(&self.front_end).map(of).sum()
    }

    /// Money for both networks.
    pub fn cost(&self) -> Usd {
        self.sum(FabricBill::cost)
    }

    /// Draw of both networks.
    pub fn power(&self) -> Watts {
        self.sum(FabricBill::power)
    }

    /// Switches of both networks.
    pub fn switches(&self) -> u64 {
        self.sum(FabricBill::switches)
    }

    /// Links of both networks.
    pub fn links(&self) -> u64 {
        self.sum(FabricBill::links)
    }

    /// Capacity that the platforms can inject, one way.
    pub fn injection(&self) -> Bandwidth {
        self.sum(FabricBill::injection)
    }

    /// Capacity across the worst even cuts, one way.
    pub fn bisection(&self) -> Bandwidth {
        self.sum(FabricBill::bisection)
    }

    /// Money of one platform's share.
    pub fn cost_per_platform(&self) -> Usd {
        self.cost() / self.platforms.max(1) as f64
    }

    /// Draw of one platform's share.
    pub fn power_per_platform(&self) -> Watts {
        self.power() / self.platforms.max(1) as f64
    }
}

/// Networks that join `count` platforms of one kind, as parts lists.
///
/// A plan counts money and watts of networks in proportion to platforms, so ask for the number that the site
/// will hold: tiers come in steps, and the share of one platform at 100 platforms is about half of that at
/// 2,000.
///
/// Scale-up networks (NVLink, TPU interconnect) belong to the platform and its price; a platform without
/// back-end ports has no back end here.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::{network::{platform_network, NetworkPolicy, Role}, Prices};
/// # use quarterdeck_units::{PriceYear, Quarter};
/// let catalog = Catalog::builtin();
/// let prices = Prices::new(&catalog.money, PriceYear(2024));
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let in_2023 = NetworkPolicy::default().at(Quarter::new(2023, 1));
/// let network = platform_network(hgx, 128, &catalog.fabric, &in_2023, &prices).unwrap();
/// let back_end = network.back_end.as_ref().unwrap();
/// let tiers = [Role::Leaf, Role::Spine].map(|role| back_end.structure.count(role));
/// assert_eq!(tiers, [32, 16]);
/// ```
///
/// # Errors
/// When the catalogue has no parts for a port rate, or no three tiers join the ports.
pub fn platform_network(
    platform: &Platform,
    count: u64,
    fabric: &Fabric,
    policy: &NetworkPolicy,
    prices: &Prices<'_>,
) -> Result<PlatformNetwork, NoFabric> {
    let scale_out = &platform.scale_out;
    let mut provenance = Provenance::analytical();
    let mut bill = |ports: u32,
                    rate: &quarterdeck_catalog::Fact<Bandwidth>,
                    policy: &FabricPolicy|
     -> Result<Option<FabricBill>, NoFabric> {
        if ports == 0 || !rate.value.is_positive() {
            return Ok(None);
        }
        let bill = design_fabric(&request(platform, count, ports, rate.value, *policy), fabric, prices)?;
        provenance.absorb_fact(rate);
        provenance.absorb(&bill.provenance);
        Ok(Some(bill))
    };
    let back_end = bill(scale_out.back_end_ports, &scale_out.back_end_rate, &policy.back_end)?;
    let front_end = bill(scale_out.front_end_ports, &scale_out.front_end_rate, &policy.front_end)?;
    Ok(PlatformNetwork { platforms: count, back_end, front_end, provenance })
}

/// What a number of platforms with so many ports of a rate ask of a fabric.
fn request<'a>(
    platform: &Platform,
    count: u64,
    ports: u32,
    rate: Bandwidth,
    policy: FabricPolicy,
) -> FabricRequest<'a> {
    FabricRequest {
        platform_ports: Some(ports),
        server_ports: Some((ports / platform.servers.max(1)).max(1)),
        rack_ports: Some(platform.rack.platforms_per_rack.value * f64::from(ports)),
        ..FabricRequest::new(count.saturating_mul(u64::from(ports)), rate, policy)
    }
}

/// The fabric between the accelerators of a number of platforms, of any kind.
///
/// Switched fabrics join the back-end ports. A torus joins the devices themselves by their scale-up links, each of
/// which is the device's bandwidth over the links that the torus gives it.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::{network::{back_end_fabric, FabricPolicy, Role}, Prices};
/// # use quarterdeck_units::PriceYear;
/// let catalog = Catalog::builtin();
/// let prices = Prices::new(&catalog.money, PriceYear(2024));
/// let policy = FabricPolicy { shape: "torus".parse().unwrap(), ..FabricPolicy::BACK_END };
/// let cubes = catalog.platform("tpu-v4").unwrap();
/// let pod = back_end_fabric(&catalog, cubes, 64, None, policy, &prices).unwrap();
/// assert_eq!((pod.ports, pod.structure.count(Role::OpticalSwitch)), (4096, 48));
/// ```
///
/// # Errors
/// As [`design_fabric`], and when the platform has no ports or links of the kind.
pub fn back_end_fabric(
    catalog: &Catalog,
    platform: &Platform,
    count: u64,
    switch: Option<&str>,
    policy: FabricPolicy,
    prices: &Prices<'_>,
) -> Result<FabricBill, NoFabric> {
    let lacks = |what| NoFabric::NoPorts { platform: platform.id.clone(), what };
    if let FabricKind::Torus { sides } = policy.shape.kind {
        let device = catalog.device(&platform.device)?;
        let link = device.scale_up.as_ref().ok_or_else(|| lacks("links between its devices"))?;
        // Rings in as many directions as there are sides longer than one device; three if nothing says.
        let directions = sides.map_or(3, |sides| sides.iter().filter(|side| **side > 1).count()).max(1);
        let rate = link.bandwidth.value / (2 * directions) as f64;
        let devices = count.saturating_mul(u64::from(platform.devices));
        let rack_ports = platform.rack.platforms_per_rack.value * f64::from(platform.devices);
        let request =
            FabricRequest { rack_ports: Some(rack_ports), ..FabricRequest::new(devices, rate, policy) };
        let mut bill = design_fabric(&request, &catalog.fabric, prices)?;
        bill.provenance.absorb_fact(&link.bandwidth);
        return Ok(bill);
    }
    let scale_out = &platform.scale_out;
    if scale_out.back_end_ports == 0 {
        return Err(lacks("back-end ports"));
    }
    let request = request(platform, count, scale_out.back_end_ports, scale_out.back_end_rate.value, policy);
    let mut bill = design_fabric(&FabricRequest { switch, ..request }, &catalog.fabric, prices)?;
    bill.provenance.absorb_fact(&scale_out.back_end_rate);
    Ok(bill)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_catalog::Catalog;
    use quarterdeck_units::PriceYear;

    #[test]
    fn the_share_of_a_platform_is_the_bill_divided() {
        let catalog = Catalog::builtin();
        let prices = Prices::new(&catalog.money, PriceYear(2024));
        let hgx = catalog.platform("h100-hgx-8").expect("a platform");
        let network = platform_network(hgx, 512, &catalog.fabric, &NetworkPolicy::default(), &prices);
        let network = network.expect("a network");
        let (back, front) =
            (network.back_end.as_ref().expect("one"), network.front_end.as_ref().expect("one"));
        assert!((network.cost() / (back.cost() + front.cost()) - 1.0).abs() < 1e-12);
        assert!((network.cost_per_platform() * 512.0 / network.cost() - 1.0).abs() < 1e-12);
        assert_eq!(back.injection(), hgx.scale_out.back_end() * 512.0);
        // Published estimates put networks at a tenth to a third of a server's price.
        let share = network.cost_per_platform() / hgx.price().expect("a price").value;
        assert!(share > 0.05 && share < 0.35, "{share}");
        // Switches and optics draw a twentieth to a tenth of the servers.
        let share = network.power_per_platform() / hgx.power.rated.value;
        assert!(share > 0.03 && share < 0.12, "{share}");
    }
}
