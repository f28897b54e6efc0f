//! Platforms in one rack, and the floor that it needs.

use std::fmt;

use quarterdeck_catalog::{Catalog, Cooling, Halls, MissingFact, Platform, Provenance};
use quarterdeck_units::{Kilograms, KilogramsPerSquareMetre, Metres, SquareMetres, Watts};

use super::room::HallRoom;
use crate::footprint::{Misfit, Provision, RackLimit, footprint};

/// What stops a rack from holding more platforms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RackBind {
    /// The rack is full as its maker or a reference design lays it out.
    Layout,
    /// The rack is full.
    Units,
    /// The hall allows no more power in one rack.
    Density,
    /// The rack carries no more weight.
    Weight,
}

impl fmt::Display for RackBind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            RackBind::Layout => "layout",
            RackBind::Units => "rack units",
            RackBind::Density => "power of a rack",
            RackBind::Weight => "weight of a rack",
        })
    }
}

/// One rack filled with platforms, in a hall.
#[derive(Clone, PartialEq, Debug)]
pub struct RackFit {
    /// Platform id.
    pub platform: String,
    /// Platforms of one rack; below 1 where one takes several racks.
    pub platforms: f64,
    /// What stops one more.
    pub binds: RackBind,
    /// Power of the rack, its platforms at nameplate.
    pub power: Watts,
    /// Weight with the rack itself.
    pub weight: Kilograms,
    /// Whether the weight is stated by a source, and not counted from rack units.
    pub weight_known: bool,
    /// Heat that room air carries away.
    pub air_heat: Watts,
    /// Heat that facility water carries away at the rack.
    pub water_heat: Watts,
    /// Sidecar heat exchangers of the rack.
    pub sidecars: f64,
    /// Load on the floor with neighbours on both sides.
    pub floor_load: KilogramsPerSquareMetre,
    /// Rack positions that the rack takes so that its floor carries it; 1 where it may stand beside others.
    pub spread: f64,
    /// Rack positions with sidecars.
    pub positions: f64,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Platforms in one rack of a hall, and the floor that the rack needs.
///
/// $$ n = \min\left(n_l,\ \left\lfloor\tfrac{U}{u}\right\rfloor,\ \left\lfloor\tfrac{\rho}{P}\right\rfloor,\
///    \left\lfloor\tfrac{W_m - W_f}{w}\right\rfloor\right),\qquad
///    A \ge \frac{W - c\,a}{q - c - r},\qquad s = \max\left(1, \frac{A}{b\,(t + g)}\right) $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n_l, u, P, w$ | the platform: its usual layout, rack units, nameplate power, weight | 1, 1, W, kg |
/// | $U, W_m, W_f$ | the rack: units, most weight, own weight | 1, kg, kg |
/// | $\rho$ | most power of a rack in the hall | W |
/// | $q$ | load that the floor carries | kg/m² |
/// | $c, r$ | load of people on the clearance, load of floor cover and cables | kg/m² |
/// | $a = bt,\ g$ | area of the rack, half of both aisles | m², m |
/// | $s$ | rack positions that it takes | 1 |
///
/// Source of the floor rule: `ibm-floor-loading`, solved for the area. It is the distributed load; point loads of
/// casters and the way in must be checked on site. A platform without a stated weight counts by its rack units,
/// which is good to about a third.
///
/// ```
/// # use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind};
/// # use quarterdeck_facility::{hall::{rack_fit, HallRoom}, site::Block};
/// # use quarterdeck_units::Watts;
/// let catalog = Catalog::builtin();
/// let block = Block::example(Cooling::Liquid, Climate::Temperate, Watts::kilowatts(140.0), &catalog).unwrap();
/// let hall = HallRoom::of(&block, Watts::megawatts(10.0));
/// let nvl72 = catalog.platform("gb200-nvl72").unwrap();
/// // 1,360 kg stand side by side on a slab of 1,224 kg/m², and need 1.6 positions on a raised floor of 734.
/// assert_eq!(rack_fit(nvl72, &hall, &catalog).unwrap().spread, 1.0);
/// let raised = rack_fit(nvl72, &hall.on(FloorKind::Raised), &catalog).unwrap();
/// assert!((raised.spread - 1.59).abs() < 0.01, "{}", raised.spread);
/// ```
///
/// # Errors
/// When the platform can not stand in the hall, with what would carry it.
pub fn rack_fit(platform: &Platform, hall: &HallRoom, catalog: &Catalog) -> Result<RackFit, Misfit> {
    let facts = &catalog.halls;
    let needs = footprint(platform, &hall.block, Provision::Nameplate, None)?;
    let mut provenance = needs.provenance.clone();
    let by_footprint = 1.0 / needs.racks;
    let (mut platforms, mut binds) = match needs.rack_limit {
        RackLimit::Layout => (by_footprint, RackBind::Layout),
        RackLimit::Density => (by_footprint, RackBind::Density),
    };
    // What spans racks or fills one stands as its maker built it.
    let whole_rack = platform.rack.platforms_per_rack.value <= 1.0;
    let stated = platform.rack.weight.as_ref();
    let each = match stated {
        Some(weight) => {
            provenance.absorb_fact(weight);
            weight.value
        }
        None => {
            provenance.absorb_fact(&facts.rack.weight_per_unit);
            facts.rack.weight_per_unit.value * platform.rack.rack_units.value
        }
    };
    let frame = if whole_rack && stated.is_some() { Kilograms::ZERO } else { facts.rack.frame_weight.value };
    if !whole_rack {
        provenance.absorb_fact(&facts.rack.units);
        let by_units = (facts.rack.units.value / platform.rack.rack_units.value).floor().max(1.0);
        let by_weight = ((facts.rack.weight_max.value - frame) / each).floor().max(1.0);
        for (most, reason) in [(by_units, RackBind::Units), (by_weight, RackBind::Weight)] {
            if most < platforms {
                (platforms, binds) = (most, reason);
            }
        }
    }
    let power = needs.provisioned * platforms;
    let weight = frame + each * platforms;
    let floor = floor_of(weight, hall, facts, &mut provenance).map_err(|cause| match cause {
        FloorFault::Missing(fact) => Misfit::Unknown(fact),
        FloorFault::TooHeavy { needs, allowed } => {
            Misfit::FloorLoad { platform: platform.id.clone(), block: hall.block.id.clone(), needs, allowed }
        }
    })?;
    let to_liquid = power * platform.cooling.liquid_share.value;
    let (water_heat, sidecars) = match hall.block.cooling {
        Cooling::Air => (Watts::ZERO, 0.0),
        Cooling::AirAssistedLiquid if to_liquid.is_positive() => {
            provenance.absorb_fact(&facts.support.sidecar_heat);
            (Watts::ZERO, (to_liquid / facts.support.sidecar_heat.value - 1e-9).ceil())
        }
        Cooling::AirAssistedLiquid => (Watts::ZERO, 0.0),
        Cooling::Liquid => (to_liquid, 0.0),
    };
    Ok(RackFit {
        platform: platform.id.clone(),
        platforms,
        binds,
        power,
        weight,
        weight_known: stated.is_some(),
        air_heat: power - water_heat,
        water_heat,
        sidecars,
        floor_load: floor.load,
        spread: floor.spread,
        positions: floor.spread + sidecars * facts.support.sidecar_positions.value,
        provenance,
    })
}

/// Load of a rack among others, and how far it must stand from them.
struct Floor {
    load: KilogramsPerSquareMetre,
    spread: f64,
}

enum FloorFault {
    Missing(MissingFact),
    TooHeavy { needs: KilogramsPerSquareMetre, allowed: KilogramsPerSquareMetre },
}

fn floor_of(
    weight: Kilograms,
    hall: &HallRoom,
    facts: &Halls,
    provenance: &mut Provenance,
) -> Result<Floor, FloorFault> {
    let allowed = facts.floor(hall.floor).map_err(FloorFault::Missing)?;
    let rule = &facts.floor_rule;
    provenance.absorb_fact(allowed);
    provenance.absorb_fact(&rule.clearance_load);
    let (width, depth) = (facts.rack.width.value, facts.rack.depth.value);
    let counted = rule.clearance_counted.value;
    let half = |aisle: Metres| (aisle * counted).min(rule.reach.value);
    let length = depth + half(facts.aisle.cold.value) + half(facts.aisle.hot.value);
    let own = width * depth;
    let (people, cover) = (rule.clearance_load.value, rule.cover_load.value);
    let load_on = |area: SquareMetres| -> KilogramsPerSquareMetre {
        let kilograms = weight + people * (area - own) + cover * area;
        KilogramsPerSquareMetre::per_square_metre(kilograms.as_kilograms() / area.as_square_metres())
    };
    let beside = width * length;
    let load = load_on(beside);
    if load <= allowed.value {
        return Ok(Floor { load, spread: 1.0 });
    }
    // The gap to a neighbour carries weight of both, as far as the rule lets it spread.
    let widest = (width + rule.reach.value * 2.0) * length;
    if load_on(widest) > allowed.value {
        return Err(FloorFault::TooHeavy { needs: load_on(widest), allowed: allowed.value });
    }
    let left = allowed.value - people - cover;
    let area =
        SquareMetres::square_metres((weight - people * own).as_kilograms() / left.as_per_square_metre());
    Ok(Floor { load, spread: area / beside })
}
