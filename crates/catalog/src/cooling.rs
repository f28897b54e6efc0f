//! Cooling plants: loops, chillers, paths of air and liquid, and the designs that they make up.

use std::collections::BTreeMap;

use quarterdeck_units::{Celsius, Seconds, Usd, UsdPerWatt, Watts};
use serde::{Deserialize, Serialize};

use crate::error::MissingFact;
use crate::kinds::{Climate, Cooling, words};
use crate::origin::Fact;
use crate::price::PriceFact;

words! {
    /// What a loop of water gives its heat to.
    Sink: "a heat sink" {
        /// Outside air over dry coils.
        Dry = "dry",
        /// Outside air over coils behind pads that are wetted when dry air is too warm.
        Adiabatic = "adiabatic",
        /// Evaporation in a cooling tower.
        Tower = "tower",
    }
}

words! {
    /// How heat leaves the air of a room.
    AirPath: "a path of air" {
        /// Outside air drawn through the room, wetted when it is too warm.
        OutsideAir = "outside-air",
        /// Air handlers on chilled water.
        ChilledWater = "chilled-water",
        /// Heat exchangers in the rear doors of racks.
        RearDoor = "rear-door",
    }
}

/// Facts of cooling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoolingParts {
    /// Climate that stands for a class: its key in `climates`.
    pub representative: BTreeMap<Climate, String>,
    /// Compressors.
    pub chiller: BTreeMap<String, Chiller>,
    /// Loops of water.
    #[serde(rename = "loop")]
    pub water_loop: BTreeMap<String, WaterLoop>,
    /// Paths of air.
    pub air: BTreeMap<String, AirSystem>,
    /// Paths of liquid.
    pub liquid: BTreeMap<String, LiquidSystem>,
    /// Whole designs, by key.
    pub design: BTreeMap<String, DesignRecord>,
    /// What machines ask of the air and water that reach them.
    pub inlet: InletLimits,
    /// What a site takes beside machines and plant.
    pub house: HouseLoad,
    /// Water and what it costs.
    pub water: WaterFacts,
    /// Money of plants.
    pub money: PlantMoney,
}

/// A compressor plant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chiller {
    /// Share of the best possible coefficient of performance that it reaches.
    pub carnot_share: Fact<f64>,
    /// Evaporating refrigerant below the water it cools.
    pub evaporator_approach: Fact<Celsius>,
    /// Condensing refrigerant above what its sink gives.
    pub condenser_approach: Fact<Celsius>,
    /// Least lift at which it runs.
    pub lift_min: Fact<Celsius>,
}

/// A loop of water between heat and sink.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterLoop {
    /// What it gives its heat to.
    pub sink: Sink,
    /// Leaving water above the sink's temperature at design heat and full fans.
    pub approach: Fact<Celsius>,
    /// Warming of the water by the heat it takes up.
    pub rise: Fact<Celsius>,
    /// Power of the sink's fans at full speed per design heat.
    pub fans: Fact<f64>,
    /// Least speed of the fans.
    pub fan_speed_min: Fact<f64>,
    /// Power of the pumps at design flow per design heat.
    pub pumps: Fact<f64>,
    /// Key of the chiller that helps when the sink is too warm; none for a loop that goes warm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chiller: Option<String>,
    /// Share of the wet-bulb depression that wetted pads reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pad_effectiveness: Option<Fact<f64>>,
    /// Warming of the air over the coils at full fans, which says how much air is wetted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub air_rise: Option<Fact<Celsius>>,
    /// Share of a tower's heat that leaves as vapour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaporated_share: Option<Fact<f64>>,
}

/// How air carries heat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirSystem {
    /// Way of the heat.
    pub path: AirPath,
    /// Air at the inlet of machines.
    pub supply: Fact<Celsius>,
    /// Warming of the air through machines.
    pub rise: Fact<Celsius>,
    /// Power of the building's fans at design flow per heat.
    pub fans: Fact<f64>,
    /// Dew point above which outside air is not let in.
    pub dew_point_max: Fact<Celsius>,
    /// Supply air above the water that cools it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coil_approach: Option<Fact<Celsius>>,
    /// Share of the wet-bulb depression that evaporation into supply air reaches; none without water.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaporation_effectiveness: Option<Fact<f64>>,
    /// Chiller that trims outside air.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chiller: Option<String>,
}

/// How liquid carries heat from cold plates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiquidSystem {
    /// ASHRAE class of the facility water, such as `W32`.
    pub class: String,
    /// Facility water at the distribution unit: the class's highest.
    pub facility_supply: Fact<Celsius>,
    /// Liquid to the cold plates above facility water.
    pub unit_approach: Fact<Celsius>,
    /// Warming of the liquid through the rack.
    pub rise: Fact<Celsius>,
    /// Power of the distribution units' pumps at design flow per heat.
    pub pumps: Fact<f64>,
}

/// A whole design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DesignRecord {
    /// Name in full.
    pub title: String,
    /// Kind of hall that it makes.
    pub hall: Cooling,
    /// Key of its path of air.
    pub air: String,
    /// Key of the loop behind its air handlers or doors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub air_loop: Option<String>,
    /// Key of its path of liquid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liquid: Option<String>,
    /// Key of the loop behind its distribution units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liquid_loop: Option<String>,
    /// Most heat of one rack that its air path carries.
    pub rack_air_max: Fact<Watts>,
    /// Money of the plant per watt of heat.
    pub cost: PriceFact<UsdPerWatt>,
}

/// What machines ask of the air and water that reach them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InletLimits {
    /// Warmest air that servers take by their usual class.
    pub air: Fact<Celsius>,
    /// Warmest air of classes, by name.
    pub air_class: BTreeMap<String, Fact<Celsius>>,
    /// Warmest facility water of classes, by name.
    pub water_class: BTreeMap<String, Fact<Celsius>>,
    /// Warmest liquid at the inlet of platforms that take it, unless named below.
    pub coolant: Fact<Celsius>,
    /// Warmest liquid at the inlet of a platform, by id.
    #[serde(default)]
    pub platform_coolant: BTreeMap<String, Fact<Celsius>>,
    /// Warmest air of a platform, by id.
    #[serde(default)]
    pub platform_air: BTreeMap<String, Fact<Celsius>>,
    /// Share of a year in which a limit may be passed, for designs without compressors.
    pub share_over: Fact<f64>,
}

/// What a site takes beside machines, power chain and plant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseLoad {
    /// Lights, offices, control and the like, as a share of the power of machines at most.
    pub share: Fact<f64>,
}

/// Water of evaporating plants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaterFacts {
    /// Times that dissolved salts concentrate before water is drained.
    pub cycles: Fact<f64>,
    /// Price of water with its drain, per cubic metre.
    pub price: PriceFact<Usd>,
}

/// Money of plants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantMoney {
    /// Service life of a plant.
    pub lifetime: Fact<Seconds>,
    /// Yearly rate at which its money is discounted.
    pub discount_rate: Fact<f64>,
}

const FILE: &str = "catalog/cooling.toml";

fn find<'a, T>(table: &'a BTreeMap<String, T>, kind: &str, key: &str) -> Result<&'a T, MissingFact> {
    table.get(key).ok_or_else(|| MissingFact::new(FILE, &format!("{kind}.{key}")))
}

impl CoolingParts {
    /// A design by key.
    pub fn design(&self, key: &str) -> Result<&DesignRecord, MissingFact> {
        find(&self.design, "design", key)
    }

    /// A path of air by key.
    pub fn air(&self, key: &str) -> Result<&AirSystem, MissingFact> {
        find(&self.air, "air", key)
    }

    /// A path of liquid by key.
    pub fn liquid(&self, key: &str) -> Result<&LiquidSystem, MissingFact> {
        find(&self.liquid, "liquid", key)
    }

    /// A loop by key.
    pub fn water_loop(&self, key: &str) -> Result<&WaterLoop, MissingFact> {
        find(&self.water_loop, "loop", key)
    }

    /// A chiller by key.
    pub fn chiller(&self, key: &str) -> Result<&Chiller, MissingFact> {
        find(&self.chiller, "chiller", key)
    }

    /// Keys that lead nowhere and numbers out of range: key and message.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut missing = |key: String, result: Result<(), MissingFact>| {
            if let Err(fact) = result {
                found.push((key, format!("`{}` is not in this file", fact.key)));
            }
        };
        for (id, design) in &self.design {
            let key = |field: &str| format!("design.{id}.{field}");
            missing(key("air"), self.air(&design.air).map(drop));
            for (field, name) in [("air_loop", &design.air_loop), ("liquid_loop", &design.liquid_loop)] {
                if let Some(name) = name {
                    missing(key(field), self.water_loop(name).map(drop));
                }
            }
            if let Some(name) = &design.liquid {
                missing(key("liquid"), self.liquid(name).map(drop));
            }
        }
        for (id, part) in &self.water_loop {
            if let Some(name) = &part.chiller {
                missing(format!("loop.{id}.chiller"), self.chiller(name).map(drop));
            }
        }
        for (id, part) in &self.air {
            if let Some(name) = &part.chiller {
                missing(format!("air.{id}.chiller"), self.chiller(name).map(drop));
            }
        }
        self.part_faults(&mut found);
        self.design_faults(&mut found);
        found
    }

    fn part_faults(&self, found: &mut Vec<(String, String)>) {
        for (id, part) in &self.water_loop {
            let needs: &[(&str, bool)] = match part.sink {
                Sink::Dry => &[],
                Sink::Adiabatic => &[
                    ("pad_effectiveness", part.pad_effectiveness.is_some()),
                    ("air_rise", part.air_rise.is_some()),
                ],
                Sink::Tower => &[("evaporated_share", part.evaporated_share.is_some())],
            };
            for (field, _) in needs.iter().filter(|(_, given)| !given) {
                found.push((format!("loop.{id}.{field}"), format!("is due for a {} sink", part.sink)));
            }
            let shares =
                [Some(&part.fan_speed_min), part.pad_effectiveness.as_ref(), part.evaporated_share.as_ref()];
            if shares.into_iter().flatten().any(|fact| !(fact.value > 0.0 && fact.value <= 1.0)) {
                found.push((format!("loop.{id}"), "a share is not above 0 and at most 1".to_owned()));
            }
            if part.approach.value <= Celsius::ZERO || part.rise.value <= Celsius::ZERO {
                found.push((format!("loop.{id}"), "approach and rise are above nothing".to_owned()));
            }
        }
        for (id, part) in &self.air {
            if part.path != AirPath::OutsideAir && part.coil_approach.is_none() {
                found.push((format!("air.{id}.coil_approach"), format!("is due for {}", part.path)));
            }
            if part.rise.value <= Celsius::ZERO {
                found.push((format!("air.{id}.rise"), "is not above nothing".to_owned()));
            }
        }
        for (id, part) in &self.chiller {
            if !(part.carnot_share.value > 0.0 && part.carnot_share.value < 1.0) {
                found.push((format!("chiller.{id}.carnot_share"), "is no share below 1".to_owned()));
            }
        }
        if !(0.0..1.0).contains(&self.house.share.value) {
            found.push(("house.share".to_owned(), "is no share below 1".to_owned()));
        }
        if self.water.cycles.value <= 1.0 {
            found.push(("water.cycles".to_owned(), "is not above 1".to_owned()));
        }
    }

    fn design_faults(&self, found: &mut Vec<(String, String)>) {
        for (id, design) in &self.design {
            let water_path = self.air.get(&design.air).is_some_and(|part| part.path != AirPath::OutsideAir);
            if water_path != design.air_loop.is_some() {
                let message = "is due for air on water, and only for it";
                found.push((format!("design.{id}.air_loop"), message.to_owned()));
            }
            let pair = design.liquid.is_some() && design.liquid_loop.is_some();
            let none = design.liquid.is_none() && design.liquid_loop.is_none();
            let fits = if design.hall == Cooling::Liquid { pair } else { none };
            if !fits {
                let message = "`liquid` and `liquid_loop` are due for halls on liquid, and only for them";
                found.push((format!("design.{id}.liquid"), message.to_owned()));
            }
        }
        for climate in Climate::ALL {
            if !self.representative.contains_key(climate) {
                found.push((format!("representative.{climate}"), "is missing".to_owned()));
            }
        }
    }
}
