//! What halls need to know of a network: its switches, its leaves, its watts.

use quarterdeck_catalog::Provenance;
use quarterdeck_units::Watts;

use crate::network::{FabricBill, FabricCounts, PlatformNetwork, Role};

/// What halls need to know of the networks of their platforms.
#[derive(Clone, PartialEq, Debug)]
pub struct Switching {
    /// Platforms that they join.
    pub platforms: u64,
    /// Switches of all tiers.
    pub switches: u64,
    /// Switches that platforms are plugged into.
    pub leaves: u64,
    /// Ports of one switch; decides how many platforms share a set of leaves.
    pub radix: u32,
    /// Draw of switches and optics.
    pub power: Watts,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Ports of one switch; none in a torus, whose devices are joined to each other.
fn radix(bill: &FabricBill) -> u32 {
    match &bill.counts {
        FabricCounts::Clos(clos) | FabricCounts::RailOnly { rail: clos, .. } => clos.request.radix,
        FabricCounts::Dragonfly(found) => found.radix,
        FabricCounts::Torus(_) => 0,
    }
}

impl Switching {
    /// Of both networks of platforms; the back end decides the groups where there is one.
    pub fn of(network: &PlatformNetwork) -> Switching {
        let bills = || network.back_end.iter().chain(&network.front_end);
        Switching {
            platforms: network.platforms,
            switches: network.switches(),
            leaves: bills().map(|bill| bill.structure.count(Role::Leaf) + bill.structure.count(Role::Router)).sum(),
            radix: bills().next().map_or(0, radix),
            power: network.power(),
            provenance: network.provenance.clone(),
        }
    }

    /// Draw of one platform's share.
    pub fn power_per_platform(&self) -> Watts {
        self.power / self.platforms.max(1) as f64
    }

    /// Switches of one platform's share.
    pub fn switches_per_platform(&self) -> f64 {
        self.switches as f64 / self.platforms.max(1) as f64
    }
}
