//! Halls: racks, floors, aisles, what stands beside the machines, reach of cables, conversion of halls.

use std::collections::BTreeMap;

use quarterdeck_units::{Kilograms, KilogramsPerSquareMetre, Metres, Seconds, Watts};
use serde::{Deserialize, Serialize};

use crate::error::MissingFact;
use crate::kinds::{Cooling, words};
use crate::origin::Fact;

pub(crate) const FILE: &str = "catalog/halls.toml";

words! {
    /// What a hall stands on.
    FloorKind: "a floor" {
        /// Tiles on pedestals, air or cables below; halls of the time of air cooling.
        Raised = "raised",
        /// Concrete on the ground.
        Slab = "slab",
    }
}

/// Facts of halls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Halls {
    /// The rack that platforms are mounted in.
    pub rack: RackFrame,
    /// Distributed load that each kind of floor carries.
    pub floor: BTreeMap<FloorKind, Fact<KilogramsPerSquareMetre>>,
    /// How the load of a rack is counted.
    pub floor_rule: FloorRule,
    /// Aisles and rows.
    pub aisle: Aisles,
    /// What stands beside the machines.
    pub support: Support,
    /// How cables run.
    pub cabling: Cabling,
    /// Classes of cable by reach, the shortest first.
    pub cable_class: Vec<CableClass>,
    /// Conversion of a hall in place, keyed `"air->liquid"` and so on.
    pub conversion: BTreeMap<String, Conversion>,
}

/// The rack that platforms are mounted in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RackFrame {
    /// Rack units that platforms can take.
    pub units: Fact<f64>,
    /// Width along the row.
    pub width: Fact<Metres>,
    /// Depth across the row.
    pub depth: Fact<Metres>,
    /// Weight without platforms.
    pub frame_weight: Fact<Kilograms>,
    /// Weight of a rack unit of machines, where a platform states none.
    pub weight_per_unit: Fact<Kilograms>,
    /// Most weight that the rack itself carries, its own included.
    pub weight_max: Fact<Kilograms>,
}

/// How the load of a rack on the floor is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorRule {
    /// Load of people and equipment on the clearance around a rack.
    pub clearance_load: Fact<KilogramsPerSquareMetre>,
    /// Load of raised floor and cables everywhere.
    pub cover_load: Fact<KilogramsPerSquareMetre>,
    /// Share of the clearance that spreads the weight of the rack.
    pub clearance_counted: Fact<f64>,
    /// Farthest from the frame that weight spreads.
    pub reach: Fact<Metres>,
}

/// Aisles and rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aisles {
    /// Width of an aisle in front of racks.
    pub cold: Fact<Metres>,
    /// Width of an aisle behind racks.
    pub hot: Fact<Metres>,
    /// Width of the way around the rows.
    pub walkway: Fact<Metres>,
    /// Most rack positions of a row.
    pub row_positions: Fact<u32>,
}

/// What stands beside the machines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// Switches of one network rack.
    pub switches_per_rack: Fact<f64>,
    /// Racks of machines served by one rack of storage and management.
    pub compute_racks_per_storage_rack: Fact<f64>,
    /// Heat that one coolant distribution unit carries away.
    pub cdu_heat: Fact<Watts>,
    /// Rack positions of one unit.
    pub cdu_positions: Fact<f64>,
    /// Units more than needed in each hall.
    pub cdu_spares: Fact<f64>,
    /// Heat that one sidecar takes from its rack into room air.
    pub sidecar_heat: Fact<Watts>,
    /// Rack positions of one sidecar.
    pub sidecar_positions: Fact<f64>,
    /// Usual IT power of one hall.
    pub hall_power: Fact<Watts>,
    /// Share of a leaf's ports that go down: so many platforms form a group around one set of leaves.
    pub groups_leaf_ports: Fact<f64>,
}

/// How cables run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cabling {
    /// From a port to the tray over its rack.
    pub rise: Fact<Metres>,
    /// Share of length added for bends and spare.
    pub slack: Fact<f64>,
    /// Way between neighbouring halls.
    pub between_halls: Fact<Metres>,
}

/// A class of cable by reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CableClass {
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// Longest cable of the class.
    pub longest: Fact<Metres>,
}

/// Conversion of a hall in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversion {
    /// Time that each part of a hall is out of service, however small the part.
    pub fixed_time: Fact<Seconds>,
    /// Time of the work on a whole hall, in proportion for a part.
    pub work_time: Fact<Seconds>,
}

impl Halls {
    /// Distributed load that a kind of floor carries.
    pub fn floor(&self, kind: FloorKind) -> Result<&Fact<KilogramsPerSquareMetre>, MissingFact> {
        self.floor.get(&kind).ok_or_else(|| MissingFact::new(FILE, &format!("floor.{kind}")))
    }

    /// Conversion of a hall from one cooling kind to another.
    pub fn conversion(&self, from: Cooling, to: Cooling) -> Result<&Conversion, MissingFact> {
        let key = format!("{from}->{to}");
        self.conversion.get(&key).ok_or_else(|| MissingFact::new(FILE, &format!("conversion.{key}")))
    }
}
