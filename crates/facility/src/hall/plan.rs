//! Halls for a number of platforms: how many halls, racks of each kind, rows, floor, and one hall as a layout.

use quarterdeck_catalog::{Catalog, FloorKind, Halls, Platform, Provenance};
use quarterdeck_units::{Metres, SquareMetres, Watts};

use super::layout::{Layout, RackKind, lay_out};
use super::rack::{RackFit, rack_fit};
use super::room::HallRoom;
use super::switching::Switching;
use crate::footprint::Misfit;
use crate::site::Block;

/// Racks by kind; units count where something is no rack.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RackCounts {
    /// Racks of platforms.
    pub compute: u64,
    /// Racks of switches.
    pub network: u64,
    /// Racks of storage and management.
    pub storage: u64,
    /// Coolant distribution units.
    pub cdu: u64,
    /// Sidecar heat exchangers.
    pub sidecar: u64,
}

impl RackCounts {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.compute + self.network + self.storage + self.cdu + self.sidecar
    }

    /// Racks with computers in them: without cooling units.
    pub const fn it(&self) -> u64 {
        self.compute + self.network + self.storage
    }
}

/// What stands beside the machines, for each platform.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Support {
    racks: f64,
    network: f64,
    storage: f64,
    cdu: f64,
    sidecars: f64,
    cdu_spares: f64,
    cdu_positions: f64,
    sidecar_positions: f64,
}

impl Support {
    pub(super) fn of(rack: &RackFit, network: Option<&Switching>, facts: &Halls) -> Support {
        let support = &facts.support;
        let racks = 1.0 / rack.platforms;
        let switches = network.map_or(0.0, Switching::switches_per_platform);
        let water = rack.water_heat.is_positive();
        Support {
            racks,
            network: switches / support.switches_per_rack.value,
            storage: racks / support.compute_racks_per_storage_rack.value,
            cdu: rack.water_heat * racks / support.cdu_heat.value,
            sidecars: rack.sidecars * racks,
            cdu_spares: if water { support.cdu_spares.value } else { 0.0 },
            cdu_positions: support.cdu_positions.value,
            sidecar_positions: support.sidecar_positions.value,
        }
    }

    /// Rack positions of one platform with its share of everything, its racks so far apart.
    pub(super) fn positions_per_platform(&self, spread: f64) -> f64 {
        self.racks * spread
            + self.sidecars * self.sidecar_positions
            + self.network
            + self.storage
            + self.cdu * self.cdu_positions
    }

    /// Rack positions that a hall needs however full it is.
    pub(super) fn fixed_positions(&self) -> f64 {
        self.cdu_spares * self.cdu_positions
    }

    /// Racks for a number of platforms in one hall.
    pub(super) fn counts(&self, platforms: f64) -> RackCounts {
        let whole = |each: f64| (each * platforms - 1e-9).ceil().max(0.0) as u64;
        let compute = whole(self.racks);
        let per_rack = if self.racks > 0.0 { self.sidecars / self.racks } else { 0.0 };
        let cooled = if self.cdu > 0.0 && platforms > 0.0 { self.cdu_spares as u64 } else { 0 };
        RackCounts {
            compute,
            network: whole(self.network),
            storage: whole(self.storage),
            cdu: whole(self.cdu) + cooled,
            sidecar: (compute as f64 * per_rack).round() as u64,
        }
    }
}

/// Halls that are asked for.
#[derive(Clone, Debug)]
pub struct HallRequest<'a> {
    /// What stands in them.
    pub platform: &'a Platform,
    /// How many.
    pub count: u64,
    /// Cooling, density and overheads of the halls.
    pub block: &'a Block,
    /// What they stand on.
    pub floor: FloorKind,
    /// IT power of one hall; the usual one of the catalogue if none.
    pub hall_power: Option<Watts>,
    /// Networks of all platforms, for their switches.
    pub network: Option<&'a Switching>,
}

/// Halls for a number of platforms.
#[derive(Clone, PartialEq, Debug)]
pub struct HallPlan {
    /// Halls.
    pub halls: u64,
    /// Platforms in the fullest hall.
    pub platforms_per_hall: u64,
    /// Platforms that share one set of leaves.
    pub group_platforms: u64,
    /// Such groups in the fullest hall.
    pub groups_per_hall: u64,
    /// Groups of a row of racks in the fullest hall, a share where one takes several rows.
    pub groups_per_row: f64,
    /// One rack of platforms.
    pub rack: RackFit,
    /// Racks of all halls.
    pub racks: RackCounts,
    /// Racks of the fullest hall.
    pub racks_per_hall: RackCounts,
    /// IT power of all halls, networks included.
    pub it_power: Watts,
    /// IT power of the fullest hall.
    pub hall_power: Watts,
    /// Floor of all halls, between their walls.
    pub area: SquareMetres,
    /// The fullest hall.
    pub layout: Layout,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

impl HallPlan {
    /// IT power of a square metre of hall floor, in watts.
    pub fn watts_per_square_metre(&self) -> f64 {
        self.it_power.as_watts() / self.area.as_square_metres()
    }
}

/// Halls, racks and rows for a number of platforms, and the fullest hall as a layout.
///
/// $$ h = \left\lceil \frac{N}{\lfloor P_h / P \rfloor} \right\rceil,\qquad
///    R_c = \left\lceil \frac{N_h}{n} \right\rceil,\quad R_n = \left\lceil \frac{S}{16} \right\rceil,\quad
///    R_s = \left\lceil \frac{R_c}{16} \right\rceil $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N, N_h$ | platforms in all, in the fullest hall | 1 |
/// | $P, P_h$ | power of one with its share of the network, of a hall | W |
/// | $n$ | platforms of a rack | 1 |
/// | $S$ | switches in racks of their own; leaves of the front end stand on top of the racks of machines | 1 |
///
/// Platforms stand in groups around one set of back-end leaves; halls take whole groups where one fits. Storage racks are a
/// usual share, not a design. With the catalogue's facts the rule gives the 38 racks of the published layout of 127
/// H100 systems.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind};
/// # use quarterdeck_facility::{hall::{hall_plan, HallRequest, Switching}, network::{platform_network, NetworkPolicy}};
/// # use quarterdeck_facility::{site::Block, Prices};
/// # use quarterdeck_units::{PriceYear, Quarter, Watts};
/// let catalog = Catalog::builtin();
/// let prices = Prices::new(&catalog.money, PriceYear(2024));
/// let hgx = catalog.platform("h100-hgx-8").unwrap();
/// let block = Block::example(Cooling::Air, Climate::Temperate, Watts::kilowatts(45.0), &catalog).unwrap();
/// let policy = NetworkPolicy::default().at(Quarter::new(2023, 4));
/// let network = Switching::of(&platform_network(hgx, 127, &catalog.fabric, &policy, &prices).unwrap());
/// let request = HallRequest {
///     platform: hgx, count: 127, block: &block, floor: FloorKind::Slab, hall_power: None, network: Some(&network),
/// };
/// let plan = hall_plan(&request, &catalog).unwrap();
/// assert_eq!((plan.halls, plan.racks.compute, plan.racks.it()), (1, 32, 38));
/// ```
///
/// # Errors
/// When the platform can not stand in such halls, with what would carry it.
pub fn hall_plan(request: &HallRequest<'_>, catalog: &Catalog) -> Result<HallPlan, Misfit> {
    let facts = &catalog.halls;
    let HallRequest { platform, count, network, .. } = *request;
    let power_of_hall = request.hall_power.unwrap_or(facts.support.hall_power.value);
    let room = HallRoom::of(request.block, power_of_hall).on(request.floor);
    let rack = rack_fit(platform, &room, catalog)?;
    let mut provenance = rack.provenance.clone();
    provenance.absorb_fact(&facts.support.switches_per_rack);
    provenance.absorb_fact(&facts.support.compute_racks_per_storage_rack);
    if request.hall_power.is_none() {
        provenance.absorb_fact(&facts.support.hall_power);
    }
    let each =
        rack.power * (1.0 / rack.platforms) + network.map_or(Watts::ZERO, Switching::power_per_platform);
    let group = group_size(network, count, facts);
    let (halls, per_hall) = spread_over_halls(count, group, power_of_hall / each);
    let groups = per_hall.div_ceil(group.max(1));
    let support = Support::of(&rack, network, facts);
    let mut fullest = support.counts(per_hall as f64);
    // Switches come in whole racks at every group of a hall, spines beside leaves where there is room.
    let switches = network.map_or(0, |net| net.switches);
    let leaves = network.map_or(0, |net| net.leaves);
    let per_rack = facts.support.switches_per_rack.value;
    let racks_for = |count: f64| (count / per_rack - 1e-9).ceil().max(0.0) as u64;
    let all_groups = count.div_ceil(group.max(1)).max(1);
    let group_racks = racks_for(leaves as f64 / all_groups as f64);
    let in_hall = racks_for(switches as f64 / halls.max(1) as f64).max(group_racks * groups);
    fullest.network = in_hall;
    let core_racks = in_hall - group_racks * groups;
    let cdu_positions = facts.support.cdu_positions.value;
    let shape = Shape { group_racks, core_racks, groups, platforms: per_hall, group, cdu_positions };
    let layout = lay_out(&sequence(&rack, &fullest, &shape), halls, facts);
    let compute = (count as f64 / rack.platforms - 1e-9).ceil() as u64;
    let racks = RackCounts {
        compute,
        network: racks_for(switches as f64).max(group_racks * all_groups),
        storage: ((compute as f64) / facts.support.compute_racks_per_storage_rack.value).ceil() as u64,
        cdu: fullest.cdu * halls,
        sidecar: (compute as f64 * rack.sidecars).round() as u64,
    };
    Ok(HallPlan {
        halls,
        platforms_per_hall: per_hall,
        group_platforms: group,
        groups_per_hall: groups,
        groups_per_row: groups as f64 / f64::from(layout.rows.max(1)),
        racks,
        racks_per_hall: fullest,
        it_power: each * count as f64,
        hall_power: each * per_hall as f64,
        area: layout.width * layout.depth * halls as f64,
        rack,
        layout,
        provenance,
    })
}

/// Platforms around one set of back-end leaves: as many as a leaf has ports down, each with one port on each of the
/// set; all of them where there is no back end.
fn group_size(network: Option<&Switching>, count: u64, facts: &Halls) -> u64 {
    let radix = network.map(|net| net.radix).filter(|radix| *radix > 0);
    let ports = radix.map(|radix| f64::from(radix) * facts.support.groups_leaf_ports.value);
    ports.map_or(count, |ports| (ports.floor() as u64).clamp(1, count.max(1)))
}

/// Halls and the platforms of the fullest, whole groups in each where one fits.
fn spread_over_halls(count: u64, group: u64, most: f64) -> (u64, u64) {
    let most = (most + 1e-9).floor().max(1.0) as u64;
    if count <= most {
        return (1, count);
    }
    if group <= most {
        let groups = count.div_ceil(group);
        let halls = groups.div_ceil(most / group);
        return (halls, (groups.div_ceil(halls) * group).min(count));
    }
    let halls = count.div_ceil(most);
    (halls, count.div_ceil(halls))
}

/// How the racks of one hall follow each other.
struct Shape {
    group_racks: u64,
    core_racks: u64,
    groups: u64,
    platforms: u64,
    group: u64,
    cdu_positions: f64,
}

/// A rack on its way into a row: kind, group, rack positions.
pub(super) type Standing = (RackKind, Option<u32>, f64);

/// Racks of one hall in order: each group around its switches, sidecars beside their racks, spines in the middle,
/// distribution units spread evenly, storage last.
fn sequence(rack: &RackFit, counts: &RackCounts, shape: &Shape) -> Vec<Standing> {
    let mut racks: Vec<Standing> = Vec::new();
    let mut compute_left = counts.compute;
    for index in 0..shape.groups {
        let group = u32::try_from(index).ok();
        let begun = index * shape.group;
        let platforms = shape.group.min(shape.platforms.saturating_sub(begun)) as f64;
        let compute = ((platforms / rack.platforms - 1e-9).ceil() as u64).min(compute_left);
        compute_left -= compute;
        let sidecars = rack.sidecars as u64;
        let stand = |racks: &mut Vec<Standing>, count: u64| {
            for _ in 0..count {
                racks.extend((0..sidecars / 2).map(|_| (RackKind::Sidecar, group, 1.0)));
                racks.push((RackKind::Compute, group, rack.spread));
                racks.extend((sidecars / 2..sidecars).map(|_| (RackKind::Sidecar, group, 1.0)));
            }
        };
        stand(&mut racks, compute / 2);
        racks.extend((0..shape.group_racks).map(|_| (RackKind::Network, group, 1.0)));
        stand(&mut racks, compute - compute / 2);
        if index + 1 == shape.groups.div_ceil(2) {
            racks.extend((0..shape.core_racks).map(|_| (RackKind::Network, None, 1.0)));
        }
    }
    racks.extend((0..counts.storage).map(|_| (RackKind::Storage, None, 1.0)));
    if counts.cdu > 0 {
        let step = racks.len().div_ceil(counts.cdu as usize).max(1);
        let mut mixed = Vec::with_capacity(racks.len() + counts.cdu as usize);
        let mut left = counts.cdu;
        for (place, standing) in racks.into_iter().enumerate() {
            if place % step == 0 && left > 0 {
                mixed.push((RackKind::Cdu, None, shape.cdu_positions));
                left -= 1;
            }
            mixed.push(standing);
        }
        mixed.extend((0..left).map(|_| (RackKind::Cdu, None, shape.cdu_positions)));
        racks = mixed;
    }
    racks
}

/// Length of the way between two points of a hall along trays.
pub(super) fn tray(from: (Metres, Metres), to: (Metres, Metres)) -> Metres {
    let apart = |a: Metres, b: Metres| (a - b).max(b - a);
    apart(from.0, to.0) + apart(from.1, to.1)
}
