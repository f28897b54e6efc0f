//! Racks and halls of the chosen cooling, and where racks stand.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::hall::{HallPlan, RackKind};
use quarterdeck_report::chart::{FloorOutline, FloorTile};
use quarterdeck_report::design::{FloorPlan, Halls, RackGroup};
use quarterdeck_report::number;
use quarterdeck_units::Watts;

use super::options::Candidate;

/// Most rectangles of the picture; more racks are merged with their neighbours.
const MOST_TILES: usize = 600;

/// Kinds of racks in the order in which they are told.
const KINDS: [RackKind; 5] =
    [RackKind::Compute, RackKind::Network, RackKind::Storage, RackKind::Cdu, RackKind::Sidecar];

/// Racks and halls of the chosen cooling.
pub(super) fn halls(catalog: &Catalog, chosen: &Candidate) -> Halls {
    let plan = &chosen.plan;
    let rack = &plan.rack;
    let racks = KINDS.map(|kind| group(catalog, chosen, kind)).into_iter().collect();
    Halls {
        cooling: chosen.cooling.to_string(),
        count: plan.halls as f64,
        hall_power: plan.hall_power,
        platforms_per_rack: rack.platforms,
        rack_power: rack.power,
        density_max: chosen.block.rack_density_max,
        rack_limit: rack.binds.to_string(),
        racks,
        floor: floor(plan),
        area: plan.area,
        floor_note: floor_note(plan),
    }
}

fn floor_note(plan: &HallPlan) -> Option<String> {
    let rack = &plan.rack;
    let tonnes = rack.weight.as_kilograms();
    let stated = if rack.weight_known { "" } else { ", by the weight of usual servers of its height" };
    let apart = if rack.spread > 1.0 {
        format!("; racks stand {} apart so that the floor carries them", number::factor(rack.spread))
    } else {
        String::new()
    };
    Some(format!("A full rack weighs {} kg{stated}{apart}.", number::count(tonnes.round())))
}

/// Racks of one kind over all halls.
fn group(catalog: &Catalog, chosen: &Candidate, kind: RackKind) -> RackGroup {
    let plan = &chosen.plan;
    let support = &catalog.halls.support;
    // Leaves of the front end stand on top of racks of machines.
    let switching = chosen.network.back_end.as_ref().map_or(Watts::ZERO, |bill| bill.switch_power());
    let racks = match kind {
        RackKind::Compute => plan.racks.compute,
        RackKind::Network => plan.racks.network,
        RackKind::Storage => plan.racks.storage,
        RackKind::Cdu => plan.racks.cdu,
        RackKind::Sidecar => plan.racks.sidecar,
    };
    let share = |power: Watts| if racks > 0 { power / racks as f64 } else { Watts::ZERO };
    let (id, name, power, basis) = match kind {
        RackKind::Compute => (
            "platforms",
            "machines",
            share(chosen.load.machines_rated),
            format!(
                "{} in a full rack; {} stops more",
                number::significant(plan.rack.platforms, 3),
                plan.rack.binds
            ),
        ),
        RackKind::Network => (
            "network",
            "network",
            share(switching),
            format!(
                "{} switches a rack, without transceivers; front-end leaves stand on top of machines",
                number::significant(support.switches_per_rack.value, 3)
            ),
        ),
        RackKind::Storage => (
            "storage",
            "storage and management",
            Watts::ZERO,
            format!(
                "one for {} racks of machines; its power is not counted",
                number::significant(support.compute_racks_per_storage_rack.value, 3)
            ),
        ),
        RackKind::Cdu => ("cdu", "coolant distribution", Watts::ZERO, "units with their spares".to_owned()),
        RackKind::Sidecar => ("sidecar", "sidecars", Watts::ZERO, "heat exchangers beside racks".to_owned()),
    };
    RackGroup { id: id.to_owned(), name: name.to_owned(), racks: racks as f64, power, basis }
}

/// The fullest hall as rectangles, in metres.
fn floor(plan: &HallPlan) -> FloorPlan {
    let layout = &plan.layout;
    let metres = |length: quarterdeck_units::Metres| length.as_metres();
    let tiles = layout.tiles(MOST_TILES).into_iter().map(|tile| FloorTile {
        kind: KINDS.iter().position(|kind| *kind == tile.kind).unwrap_or(0),
        racks: u64::from(tile.racks),
        label: tile.group.map_or_else(String::new, |group| format!("group {}", group + 1)),
        x: metres(tile.x),
        y: metres(tile.y),
        width: metres(tile.width),
        depth: metres(tile.depth),
    });
    let (width, depth) = (metres(layout.width), metres(layout.depth));
    let name = if layout.halls > 1 { format!("Hall 1 of {}", layout.halls) } else { "Hall".to_owned() };
    FloorPlan {
        width,
        depth,
        halls: vec![FloorOutline { name, x: 0.0, y: 0.0, width, depth }],
        tiles: tiles.collect(),
    }
}
