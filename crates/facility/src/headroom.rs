//! What is left in a block of halls, and what binds first.

use std::fmt;

use quarterdeck_units::Watts;

use crate::footprint::Footprint;
use crate::site::Block;

/// What a block of halls can run out of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Resource {
    /// IT power.
    Power,
    /// Places for racks.
    Racks,
    /// Heat that room air carries away.
    AirCooling,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Resource::Power => "power",
            Resource::Racks => "racks",
            Resource::AirCooling => "air cooling",
        })
    }
}

/// How much of a resource is taken; in watts, or in racks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Usage {
    /// What it is of.
    pub resource: Resource,
    /// All of it; infinite where nothing limits.
    pub limit: f64,
    /// What is taken.
    pub used: f64,
}

impl Usage {
    /// What is left; below nothing when too much is taken.
    pub fn free(&self) -> f64 {
        self.limit - self.used
    }

    /// Share taken; 0 where nothing limits.
    pub fn share(&self) -> f64 {
        match () {
            () if !self.limit.is_finite() => 0.0,
            () if self.limit > 0.0 => self.used / self.limit,
            () if self.used > 0.0 => f64::INFINITY,
            () => 0.0,
        }
    }
}

/// What is taken and left in a block of halls.
#[derive(Clone, PartialEq, Debug)]
pub struct Headroom {
    /// Block id.
    pub block: String,
    /// Power, racks, room air, in this order.
    pub usages: [Usage; 3],
}

/// How many more platforms of a kind fit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Room {
    /// Platforms, in fractions; none when something is exhausted.
    pub platforms: f64,
    /// What stops the next one.
    pub binds: Resource,
    /// Power that then stays without use, because something else ran out.
    pub stranded: Watts,
}

impl Headroom {
    /// One resource.
    pub fn of(&self, resource: Resource) -> &Usage {
        match resource {
            Resource::Power => &self.usages[0],
            Resource::Racks => &self.usages[1],
            Resource::AirCooling => &self.usages[2],
        }
    }

    /// The resource of which the greatest share is taken; power among equals.
    pub fn binds(&self) -> Resource {
        let most = self.usages.iter().rev().max_by(|a, b| a.share().total_cmp(&b.share()));
        most.map_or(Resource::Power, |usage| usage.resource)
    }

    /// How many more platforms of a kind fit, and what stops the next one.
    ///
    /// $$ k = \min_r \frac{L_r - U_r}{n_r} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $L_r, U_r$ | limit and use of each resource | W or racks |
    /// | $n_r$ | what the footprint needs of it | W or racks |
    pub fn room_for(&self, footprint: &Footprint) -> Room {
        let needs = needs_of(footprint);
        let fits =
            |usage: &Usage, need: f64| if need > 0.0 { usage.free().max(0.0) / need } else { f64::INFINITY };
        let pairs = self.usages.iter().zip(needs);
        let (binds, platforms) = pairs.fold((Resource::Power, f64::INFINITY), |best, (usage, need)| {
            let count = fits(usage, need);
            if count < best.1 { (usage.resource, count) } else { best }
        });
        let left = self.of(Resource::Power).free() - platforms * needs[0];
        let stranded = if platforms.is_finite() { Watts::watts(left.max(0.0)) } else { Watts::ZERO };
        Room { platforms, binds, stranded }
    }
}

fn needs_of(footprint: &Footprint) -> [f64; 3] {
    [footprint.it_power().as_watts(), footprint.racks, footprint.air_heat.as_watts()]
}

/// What a fleet takes of a block of halls whose IT power is `power`, and what is left.
///
/// `power` is what may be filled: pass [`Block::usable`] of the energised power to keep the operators' reserve.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling};
/// # use quarterdeck_facility::{footprint, headroom, Provision, Resource, site::Block};
/// # use quarterdeck_units::Watts;
/// let catalog = Catalog::builtin();
/// let mut hall = Block::example(Cooling::Air, Climate::Temperate, Watts::kilowatts(12.0), &catalog).unwrap();
/// hall.racks_max = Some(500.0);
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let needs = footprint(hgx, &hall, Provision::Nameplate, None).unwrap();
/// let room = headroom(&hall, Watts::megawatts(10.0), &[]).room_for(&needs);
/// // One server a rack: places run out at 5.1 of 10 MW.
/// assert_eq!((room.platforms, room.binds), (500.0, Resource::Racks));
/// assert!((room.stranded.as_megawatts() - 4.9).abs() < 1e-9);
/// ```
pub fn headroom(block: &Block, power: Watts, fleet: &[(&Footprint, f64)]) -> Headroom {
    let mut used = [0.0; 3];
    for (footprint, count) in fleet {
        for (sum, need) in used.iter_mut().zip(needs_of(footprint)) {
            *sum += need * count;
        }
    }
    let limits =
        [power.as_watts(), block.racks_max.unwrap_or(f64::INFINITY), block.air_capacity(power).as_watts()];
    let resources = [Resource::Power, Resource::Racks, Resource::AirCooling];
    let usage = |index: usize| Usage { resource: resources[index], limit: limits[index], used: used[index] };
    Headroom { block: block.id.clone(), usages: [usage(0), usage(1), usage(2)] }
}
