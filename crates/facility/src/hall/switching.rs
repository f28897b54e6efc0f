//! What halls need to know of a network: switches that need racks, leaves that groups stand around, watts.

use quarterdeck_catalog::Provenance;
use quarterdeck_units::Watts;

use crate::network::{FabricBill, FabricCounts, PlatformNetwork, Role};

/// What halls need to know of the networks of their platforms.
#[derive(Clone, PartialEq, Debug)]
pub struct Switching {
    /// Platforms that they join.
    pub platforms: u64,
    /// Switches in racks of their own: all but the leaves of the front end, which stand on top of the racks of machines.
    pub switches: u64,
    /// Leaves of the back end, around which platforms stand in groups; none without a back end.
    pub leaves: u64,
    /// Ports of one back-end switch; decides how many platforms share a set of leaves.
    pub radix: u32,
    /// Draw of switches and optics.
    pub power: Watts,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Switches that endpoints are plugged into.
fn leaves(bill: &FabricBill) -> u64 {
    bill.structure.count(Role::Leaf) + bill.structure.count(Role::Router)
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
    /// Of both networks of platforms.
    pub fn of(network: &PlatformNetwork) -> Switching {
        let back_end = network.back_end.as_ref();
        let top_of_rack = network.front_end.as_ref().map_or(0, leaves);
        Switching {
            platforms: network.platforms,
            switches: network.switches() - top_of_rack,
            leaves: back_end.map_or(0, leaves),
            radix: back_end.map_or(0, radix),
            power: network.power(),
            provenance: network.provenance.clone(),
        }
    }

    /// Draw of one platform's share.
    pub fn power_per_platform(&self) -> Watts {
        self.power / self.platforms.max(1) as f64
    }

    /// Switches of one platform's share that need racks.
    pub fn switches_per_platform(&self) -> f64 {
        self.switches as f64 / self.platforms.max(1) as f64
    }
}
