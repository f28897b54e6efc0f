//! A design of the catalogue with its parts looked up.

use quarterdeck_catalog::{
    AirPath, AirSystem, Catalog, Chiller, Cited, Cooling, LiquidSystem, PriceFact, Provenance, Sink,
    WaterLoop,
};
use quarterdeck_units::{Celsius, UsdPerWatt, Watts};

use crate::error::FacilityError;

/// A compressor, temperatures in K or °C as plain numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Compressor {
    pub carnot_share: f64,
    pub evaporator_approach: f64,
    pub condenser_approach: f64,
    pub lift_min: f64,
}

/// A loop of water.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Loop {
    pub sink: Sink,
    pub approach: f64,
    pub rise: f64,
    pub fans: f64,
    pub fan_speed_min: f64,
    pub pumps: f64,
    pub pad_effectiveness: f64,
    pub air_rise: f64,
    pub evaporated_share: f64,
    pub compressor: Option<Compressor>,
}

/// A path of air.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct AirSide {
    pub path: AirPath,
    pub supply: f64,
    pub rise: f64,
    pub fans: f64,
    pub dew_point_max: f64,
    pub coil_approach: f64,
    pub evaporation: Option<f64>,
    pub compressor: Option<Compressor>,
    pub water: Option<Loop>,
}

/// A path of liquid.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct LiquidSide {
    pub facility_supply: f64,
    pub unit_approach: f64,
    pub pumps: f64,
    pub water: Loop,
}

/// A plant as designed, before it has a load.
#[derive(Clone, PartialEq, Debug)]
pub struct CoolingDesign {
    /// Key in the catalogue.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Kind of hall that it makes.
    pub cooling: Cooling,
    /// Most heat of one rack that its air carries.
    pub rack_air_max: Watts,
    /// Money of the plant per watt of machines.
    pub cost: PriceFact<UsdPerWatt>,
    /// Times that salts concentrate before water is drained.
    pub cycles: f64,
    /// Lights, offices, control and the like, as a share of the power of machines at most.
    pub house_share: f64,
    /// Weakest origin and sources.
    pub provenance: Provenance,
    pub(crate) air: AirSide,
    pub(crate) liquid: Option<LiquidSide>,
}

impl CoolingDesign {
    /// A design by key.
    ///
    /// # Errors
    /// When the catalogue lacks it or a part of it.
    pub fn of(id: &str, catalog: &Catalog) -> Result<Self, FacilityError> {
        let parts = &catalog.cooling;
        let record = parts.design(id)?;
        let mut provenance = Provenance::none();
        provenance.absorb_fact(&record.rack_air_max);
        provenance.absorb_fact(&parts.water.cycles);
        provenance.absorb_fact(&parts.house.share);
        let mut water_loop = |key: &str| -> Result<Loop, FacilityError> {
            let part = parts.water_loop(key)?;
            let compressor = match &part.chiller {
                Some(key) => Some(compressor(parts.chiller(key)?, &mut provenance)),
                None => None,
            };
            Ok(loop_of(part, compressor, &mut provenance))
        };
        let air_loop = record.air_loop.as_deref().map(&mut water_loop).transpose()?;
        let liquid_loop = record.liquid_loop.as_deref().map(&mut water_loop).transpose()?;
        let air = parts.air(&record.air)?;
        let trim = match &air.chiller {
            Some(key) => Some(compressor(parts.chiller(key)?, &mut provenance)),
            None => None,
        };
        let air = air_of(air, trim, air_loop, &mut provenance);
        let liquid = match (&record.liquid, liquid_loop) {
            (Some(key), Some(water)) => Some(liquid_of(parts.liquid(key)?, water, &mut provenance)),
            _ => None,
        };
        Ok(Self {
            id: id.to_owned(),
            title: record.title.clone(),
            cooling: record.hall,
            rack_air_max: record.rack_air_max.value,
            cost: record.cost.clone(),
            cycles: parts.water.cycles.value,
            house_share: parts.house.share.value,
            provenance,
            air,
            liquid,
        })
    }

    /// Air at the inlet of machines.
    pub fn air_supply(&self) -> Celsius {
        Celsius::degrees(self.air.supply)
    }

    /// Liquid at the cold plates, where the design has any.
    pub fn coolant_supply(&self) -> Option<Celsius> {
        self.liquid.map(|liquid| Celsius::degrees(liquid.facility_supply + liquid.unit_approach))
    }

    /// Whether a compressor holds both supply temperatures in any weather.
    pub fn holds_in_any_weather(&self) -> bool {
        let air = match &self.air.water {
            Some(water) => water.compressor.is_some(),
            None => self.air.compressor.is_some(),
        };
        air && self.liquid.is_none_or(|liquid| liquid.water.compressor.is_some())
    }

    /// Raises or lowers the temperatures that the design holds by so many kelvins; for studies of set points.
    #[must_use]
    pub fn shifted(mut self, kelvins: f64) -> Self {
        self.air.supply += kelvins;
        if let Some(liquid) = &mut self.liquid {
            liquid.facility_supply += kelvins;
        }
        self
    }
}

/// Every design of the catalogue, by key.
///
/// # Errors
/// When one lacks a part, which reading the catalogue rules out.
pub fn designs(catalog: &Catalog) -> Result<Vec<CoolingDesign>, FacilityError> {
    catalog.cooling.design.keys().map(|id| CoolingDesign::of(id, catalog)).collect()
}

fn absorb<'a>(provenance: &mut Provenance, facts: impl IntoIterator<Item = &'a dyn Cited>) {
    for fact in facts {
        provenance.absorb(&fact.provenance());
    }
}

fn compressor(part: &Chiller, provenance: &mut Provenance) -> Compressor {
    let facts: [&dyn Cited; 4] =
        [&part.carnot_share, &part.evaporator_approach, &part.condenser_approach, &part.lift_min];
    absorb(provenance, facts);
    Compressor {
        carnot_share: part.carnot_share.value,
        evaporator_approach: part.evaporator_approach.value.as_degrees(),
        condenser_approach: part.condenser_approach.value.as_degrees(),
        lift_min: part.lift_min.value.as_degrees(),
    }
}

fn loop_of(part: &WaterLoop, compressor: Option<Compressor>, provenance: &mut Provenance) -> Loop {
    let facts: [&dyn Cited; 5] = [&part.approach, &part.rise, &part.fans, &part.fan_speed_min, &part.pumps];
    absorb(provenance, facts);
    let optional = [part.pad_effectiveness.as_ref(), part.evaporated_share.as_ref()];
    absorb(provenance, optional.into_iter().flatten().map(|fact| fact as &dyn Cited));
    absorb(provenance, part.air_rise.iter().map(|fact| fact as &dyn Cited));
    Loop {
        sink: part.sink,
        approach: part.approach.value.as_degrees(),
        rise: part.rise.value.as_degrees(),
        fans: part.fans.value,
        fan_speed_min: part.fan_speed_min.value,
        pumps: part.pumps.value,
        pad_effectiveness: part.pad_effectiveness.as_ref().map_or(0.0, |fact| fact.value),
        air_rise: part.air_rise.as_ref().map_or(1.0, |fact| fact.value.as_degrees()),
        evaporated_share: part.evaporated_share.as_ref().map_or(0.0, |fact| fact.value),
        compressor,
    }
}

fn air_of(
    part: &AirSystem,
    compressor: Option<Compressor>,
    water: Option<Loop>,
    provenance: &mut Provenance,
) -> AirSide {
    let facts: [&dyn Cited; 4] = [&part.supply, &part.rise, &part.fans, &part.dew_point_max];
    absorb(provenance, facts);
    absorb(provenance, part.coil_approach.iter().map(|fact| fact as &dyn Cited));
    absorb(provenance, part.evaporation_effectiveness.iter().map(|fact| fact as &dyn Cited));
    AirSide {
        path: part.path,
        supply: part.supply.value.as_degrees(),
        rise: part.rise.value.as_degrees(),
        fans: part.fans.value,
        dew_point_max: part.dew_point_max.value.as_degrees(),
        coil_approach: part.coil_approach.as_ref().map_or(0.0, |fact| fact.value.as_degrees()),
        evaporation: part.evaporation_effectiveness.as_ref().map(|fact| fact.value),
        compressor,
        water,
    }
}

fn liquid_of(part: &LiquidSystem, water: Loop, provenance: &mut Provenance) -> LiquidSide {
    let facts: [&dyn Cited; 3] = [&part.facility_supply, &part.unit_approach, &part.pumps];
    absorb(provenance, facts);
    LiquidSide {
        facility_supply: part.facility_supply.value.as_degrees(),
        unit_approach: part.unit_approach.value.as_degrees(),
        pumps: part.pumps.value,
        water,
    }
}
