//! Switch chips and links inside a scale-up domain, whose money and power belong to the platform.

use quarterdeck_catalog::{Medium, Provenance, ScaleUpNetwork};
use quarterdeck_units::Bandwidth;

use super::structure::{Grouping, Hops, Join, Reach, Role, Structure, StructureTier};

/// The network inside scale-up domains.
#[derive(Clone, PartialEq, Debug)]
pub struct ScaleUp {
    /// Domains.
    pub domains: u64,
    /// Devices and chips of all domains with their links.
    pub structure: Structure,
    /// What one device sends, one way.
    pub device_rate: Bandwidth,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl ScaleUp {
    /// What all devices send and receive together: the way makers print the bandwidth of a domain.
    pub fn both_ways(&self) -> Bandwidth {
        self.device_rate * (2 * self.structure.count(Role::Endpoint)) as f64
    }
}

/// The networks inside a number of scale-up domains.
///
/// Every device has links to every chip, so a domain blocks nothing; its links are its devices times theirs.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::network::{Role, scale_up};
/// let catalog = Catalog::builtin();
/// let rack = scale_up(catalog.fabric.scale_up("gb200-nvl72").unwrap(), 1);
/// assert_eq!((rack.structure.count(Role::Chip), rack.structure.links()), (18, 1296));
/// assert!((rack.both_ways().as_terabytes_per_second() - 129.6).abs() < 1e-9);
/// ```
pub fn scale_up(network: &ScaleUpNetwork, domains: u64) -> ScaleUp {
    let mut provenance = Provenance::analytical();
    for fact in [&network.devices, &network.chips, &network.links] {
        provenance.absorb_fact(fact);
    }
    provenance.absorb_fact(&network.link_rate);
    let (devices, chips) = (u64::from(network.devices.value), u64::from(network.chips.value));
    let links = u64::from(network.links.value);
    let structure = Structure {
        tiers: vec![
            StructureTier { role: Role::Endpoint, count: devices * domains, groups: domains },
            StructureTier { role: Role::Chip, count: chips * domains, groups: domains },
        ],
        joins: vec![Join {
            lower: 0,
            upper: 1,
            links: devices * links * domains,
            // Uneven where the links of a device are not a multiple of the chips.
            trunk: if links.is_multiple_of(chips.max(1)) { links / chips.max(1) } else { 0 },
            reach: Reach::InRack,
            medium: Medium::Copper,
        }],
        grouping: Grouping::Whole,
        planes: 1,
        bisection_share: 1.0,
        hops: Hops { mean: 1.0, worst: 1 },
    };
    let device_rate = network.link_rate.value * links as f64;
    ScaleUp { domains, structure, device_rate, provenance }
}
