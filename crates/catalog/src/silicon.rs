//! What chips are made of: wafers by process node, memories, packages, arithmetic, and how fast rivals improve.

use std::collections::BTreeMap;

use quarterdeck_units::{
    AreaPerByte, Bandwidth, Bytes, DefectDensity, Hertz, JoulesPerByte, JoulesPerFlop, Metres, SquareMetres,
    Usd, UsdPerArea, UsdPerByte, UsdPerWatt, WattsPerByte,
};
use serde::{Deserialize, Serialize};

use crate::efficiency::Fitted;
use crate::kinds::Precision;
use crate::origin::Fact;
use crate::price::PriceFact;

/// Facts that turn the numbers of a chip design into cost, area and power.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silicon {
    /// Wafers of every node.
    pub wafer: Wafer,
    /// Process nodes by key.
    pub node: BTreeMap<String, Node>,
    /// Kinds of memory by key.
    pub memory: BTreeMap<String, MemoryKind>,
    /// Ways of packaging: `substrate`, and `interposer` for stacked memory.
    pub package: BTreeMap<String, Package>,
    /// Test, board and the margin of a partner.
    pub unit: UnitCosts,
    /// Area and energy of a multiply and an add in 45 nm, by precision.
    pub arithmetic: BTreeMap<Precision, Arithmetic>,
    /// How area and power follow the numbers of a design.
    pub design_rules: DesignRules,
    /// What is expected of the years to come.
    pub outlook: Outlook,
}

/// Wafers of every node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wafer {
    /// Diameter.
    pub diameter: Fact<Metres>,
    /// Ring at the rim without good dies.
    pub edge: Fact<Metres>,
    /// Street between dies.
    pub scribe: Fact<Metres>,
    /// Largest die that a scanner exposes at once.
    pub reticle: Fact<SquareMetres>,
    /// How far defects cluster: the shape of their gamma distribution.
    pub clustering: Fitted,
}

/// A process node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Name for people.
    pub title: String,
    /// Price of a wafer in volume.
    pub wafer: PriceFact,
    /// Killer defects of the mature node.
    pub defects: Fitted<DefectDensity>,
    /// All that a first product takes before its first good die.
    pub design: PriceFact,
    /// Area of on-chip memory.
    pub sram_area: Fact<AreaPerByte>,
    /// Area of a gate over that of 45 nm.
    pub logic_area: Fact<f64>,
    /// Energy of an operation over that of 45 nm.
    pub energy: Fact<f64>,
}

/// A kind of memory, bought in units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryKind {
    /// Name of a unit for people.
    pub title: String,
    /// Whether it stands on an interposer with the dies.
    #[serde(default)]
    pub interposer: bool,
    /// Rate of one unit.
    pub unit_rate: Fact<Bandwidth>,
    /// Largest capacity of one unit.
    pub unit_capacity: Fact<Bytes>,
    /// Most units around one package.
    pub most_units: Fact<u32>,
    /// Price by capacity.
    pub price: PriceFact<UsdPerByte>,
    /// Energy of moving data, device and interface together.
    pub energy: Fact<JoulesPerByte>,
    /// Area on the die for the interface of one unit.
    pub interface_area: Fact<SquareMetres>,
}

impl MemoryKind {
    /// Units that a capacity and a rate take: whichever needs more.
    pub fn units(&self, capacity: Bytes, rate: Bandwidth) -> f64 {
        let by_rate = rate / self.unit_rate.value;
        let by_capacity = capacity / self.unit_capacity.value;
        // A published rate is rounded, so a hundredth above a whole number of units is that number.
        (by_rate.max(by_capacity) - 0.01).ceil().max(1.0)
    }

    /// Highest rate around one package.
    pub fn most_rate(&self) -> Bandwidth {
        self.unit_rate.value * f64::from(self.most_units.value)
    }

    /// Largest capacity around one package.
    pub fn most_capacity(&self) -> Bytes {
        self.unit_capacity.value * f64::from(self.most_units.value)
    }
}

/// A way of packaging.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Name for people.
    pub title: String,
    /// Price of the smallest.
    pub base: PriceFact,
    /// Price by area of dies and stacks.
    pub area_price: PriceFact<UsdPerArea>,
    /// Share of assemblies that are good; a bad one costs its dies and stacks.
    pub r#yield: Fact<f64>,
    /// Area of one stack of memory on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack_area: Option<Fact<SquareMetres>>,
}

/// Test, board and the margin of a partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitCosts {
    /// Test of wafer and package.
    pub test: PriceFact<Usd>,
    /// Card of one chip without its memory.
    pub board: PriceFact<Usd>,
    /// Regulators and heat sink.
    pub board_power: PriceFact<UsdPerWatt>,
    /// What a design partner adds to the cost of a unit.
    pub margin: Fitted,
}

/// Area and energy of a multiply and an add in 45 nm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arithmetic {
    /// Area of the circuits.
    pub area: Fact<SquareMetres>,
    /// Energy of an operation, a multiply and an add counting two.
    pub energy: Fact<JoulesPerFlop>,
}

/// How area and power follow the numbers of a design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignRules {
    /// Area of a datapath over that of its multipliers and adders.
    pub datapath_area: Fitted,
    /// Energy of a datapath over that of its multipliers and adders.
    pub datapath_energy: Fitted,
    /// Power of on-chip memory by capacity.
    pub sram_power: Fact<WattsPerByte>,
    /// Above this no clock runs.
    pub clock_max: Fact<Hertz>,
}

/// What is expected of the years to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlook {
    /// Yearly factor by which work on newly bought rivals falls in cost.
    pub rival_progress: Fitted,
}

pub(crate) const FILE: &str = "catalog/silicon.toml";
