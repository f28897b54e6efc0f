//! A hall filled with one platform: how many stand in it, and what binds.

use std::fmt;

use quarterdeck_catalog::{Catalog, Cooling, Platform, Provenance};
use quarterdeck_units::{Metres, Watts};

use super::layout::Grid;
use super::plan::{RackCounts, Support};
use super::rack::{RackFit, rack_fit};
use super::room::HallRoom;
use super::switching::Switching;
use crate::footprint::Misfit;

/// What a hall can run out of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HallBind {
    /// IT power.
    Power,
    /// Heat that room air carries away.
    AirCooling,
    /// Heat that facility water carries away at the racks.
    WaterCooling,
    /// Places for racks, because the floor lets heavy ones stand apart only.
    FloorLoad,
    /// Places for racks.
    Space,
    /// Places that cables of the allowed length reach.
    Reach,
}

impl fmt::Display for HallBind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            HallBind::Power => "power",
            HallBind::AirCooling => "air cooling",
            HallBind::WaterCooling => "water cooling",
            HallBind::FloorLoad => "floor load",
            HallBind::Space => "space",
            HallBind::Reach => "network reach",
        })
    }
}

/// How much of a resource a full hall takes; watts or rack positions.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct HallUsage {
    /// What it is of.
    pub resource: HallBind,
    /// All of it; infinite where nothing limits.
    pub limit: f64,
    /// What one platform takes.
    pub each: f64,
    /// Platforms that it would carry if nothing else bound.
    pub carries: f64,
}

/// A hall filled with one platform.
#[derive(Clone, PartialEq, Debug)]
pub struct HallFill {
    /// Whole platforms.
    pub platforms: u64,
    /// What stops one more.
    pub binds: HallBind,
    /// Every resource.
    pub usages: Vec<HallUsage>,
    /// One rack.
    pub rack: RackFit,
    /// Racks by kind.
    pub racks: RackCounts,
    /// IT power that they take, networks included.
    pub filled: Watts,
    /// Power that stays without use, because something else ran out.
    pub stranded: Watts,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// How many platforms of a kind a hall carries, and what binds.
///
/// $$ n = \left\lfloor \min_r \frac{L_r}{x_r} \right\rfloor $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $L_r$ | `hall`: power, heat to air, heat to water, rack positions, positions within reach | W, 1 |
/// | $x_r$ | what one platform takes of it, with its share of network, storage and cooling racks | W, 1 |
///
/// Shares of racks are fractions here, so up to a few racks more are needed in truth. Where a floor binds because it
/// lets heavy racks stand apart only, it is named instead of space.
///
/// # Errors
/// When not even one platform can stand there, with what would carry it.
pub fn fill(
    platform: &Platform,
    hall: &HallRoom,
    network: Option<&Switching>,
    catalog: &Catalog,
) -> Result<HallFill, Misfit> {
    let rack = rack_fit(platform, hall, catalog)?;
    let support = Support::of(&rack, network, &catalog.halls);
    let block = &hall.block;
    let racks = 1.0 / rack.platforms;
    let network_power = network.map_or(Watts::ZERO, Switching::power_per_platform);
    let power = rack.power * racks + network_power;
    let air = rack.air_heat * racks + network_power;
    let water = rack.water_heat * racks;
    let beside = support.positions_per_platform(1.0);
    let spread = support.positions_per_platform(rack.spread);
    let positions = hall.positions.map_or(f64::INFINITY, |all| (all - support.fixed_positions()).max(0.0));
    let within = hall.reach.map_or(f64::INFINITY, |reach| positions_within(hall, reach, catalog));
    let usage = |resource, limit: f64, each: f64| {
        let carries = if each > 0.0 { limit / each } else { f64::INFINITY };
        HallUsage { resource, limit, each, carries }
    };
    let water_limit = match block.cooling {
        Cooling::Liquid => hall.power.as_watts() * block.liquid_share,
        Cooling::Air | Cooling::AirAssistedLiquid => f64::INFINITY,
    };
    let usages = vec![
        usage(HallBind::Power, hall.power.as_watts(), power.as_watts()),
        usage(HallBind::AirCooling, block.air_capacity(hall.power).as_watts(), air.as_watts()),
        usage(HallBind::WaterCooling, water_limit, water.as_watts()),
        usage(HallBind::Space, positions, beside),
        usage(HallBind::FloorLoad, if spread > beside { positions } else { f64::INFINITY }, spread),
        usage(HallBind::Reach, within, spread),
    ];
    let first = usages[0];
    let least =
        usages.iter().fold(first, |best, next| if next.carries < best.carries { *next } else { best });
    let platforms = (least.carries + 1e-9).floor().max(0.0);
    let filled = power * platforms;
    let mut provenance = rack.provenance.clone();
    provenance.absorb_fact(&catalog.halls.support.switches_per_rack);
    if let Some(network) = network {
        provenance.absorb(&network.provenance);
    }
    Ok(HallFill {
        platforms: platforms as u64,
        binds: least.resource,
        racks: support.counts(platforms),
        filled,
        stranded: (hall.power - filled).max(Watts::ZERO),
        usages,
        rack,
        provenance,
    })
}

/// Positions of a hall whose cable to the middle of it is short enough; endless where the hall has no limit of space.
fn positions_within(hall: &HallRoom, reach: Metres, catalog: &Catalog) -> f64 {
    let all = hall.positions.unwrap_or_else(|| {
        // Without a limit of space, as many as racks of the usual power of its cooling kind.
        (hall.power / hall.block.rack_density_max).ceil()
    });
    let grid = Grid::of(all, &catalog.halls);
    grid.centres().filter(|centre| grid.cable(*centre, grid.middle(), &catalog.halls) <= reach).count() as f64
}
