//! Whether a design can cool a platform in a weather: halls, racks, inlets, hours; and what would work if not.

use std::fmt;

use quarterdeck_catalog::{Catalog, Cooling, Platform, Provenance};
use quarterdeck_units::{Celsius, Watts};

use super::design::{CoolingDesign, designs};
use super::plant::{ItLoad, Plant};
use crate::error::FacilityError;
use crate::power::{PowerChain, Redundancy};
use crate::weather::WeatherYear;

/// How a design cools a platform.
#[derive(Clone, PartialEq, Debug)]
pub struct Suitability {
    /// Key of the design.
    pub design: String,
    /// Platforms that a rack holds under the design's air, at most as its maker lays it out.
    pub platforms_per_rack: f64,
    /// Heat of such a rack that goes to air.
    pub rack_air_heat: Watts,
    /// Warmest air that the platform takes less what the design gives in its worst hour.
    pub air_margin: Celsius,
    /// Warmest liquid that the platform takes less what the design gives in its worst hour.
    pub coolant_margin: Option<Celsius>,
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Why a design does not cool a platform.
#[derive(Clone, PartialEq, Debug)]
pub enum Reason {
    /// The halls do not carry its heat away in the way it needs.
    Hall {
        /// What it needs.
        needs: Cooling,
        /// What the design makes.
        has: Cooling,
    },
    /// All its heat goes to air, which a design for liquid cools for a small part of a hall only.
    NoLiquid,
    /// Even one platform in a rack gives more heat to air than the design carries.
    Rack {
        /// Heat of one platform that goes to air.
        needs: Watts,
        /// Most of a rack.
        carries: Watts,
    },
    /// Its liquid must be colder than the design gives.
    Coolant {
        /// Warmest that it takes.
        limit: Celsius,
        /// What the design gives in its worst hour.
        gives: Celsius,
        /// Hours of the year above the design's own set point; none where the set point itself is too warm.
        hours: u32,
    },
    /// Its air must be colder than the design gives.
    Inlet {
        /// Warmest that it takes.
        limit: Celsius,
        /// What the design gives in its worst hour.
        gives: Celsius,
        /// Hours of the year above the design's own set point; none where the set point itself is too warm.
        hours: u32,
    },
}

/// A platform, a design and a weather that do not go together.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsuitable {
    /// Platform id.
    pub platform: String,
    /// Key of the design.
    pub design: String,
    /// Key of the climate, or name of the weather file.
    pub climate: String,
    /// Why.
    pub reason: Reason,
    /// Key and title of the design that works and is nearest in kind and cost; none when none does.
    pub nearest: Option<(String, String)>,
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unsuitable { platform, design, climate, .. } = self;
        write!(f, "`{design}` does not cool `{platform}` in `{climate}`: ")?;
        let over = |hours: &u32| match hours {
            0 => String::new(),
            hours => format!(" in the worst of {hours} hours"),
        };
        match &self.reason {
            Reason::Hall { needs, has } => write!(f, "it makes halls for {has}, and {needs} is needed"),
            Reason::NoLiquid => write!(f, "the platform gives nothing to liquid"),
            Reason::Rack { needs, carries } => write!(
                f,
                "one platform gives {:.0} kW to air, and a rack may give {:.0} kW",
                needs.as_kilowatts(),
                carries.as_kilowatts()
            ),
            Reason::Coolant { limit, gives, hours } => write!(
                f,
                "its liquid may be {:.1} °C, and the design gives {:.1} °C{}",
                limit.as_degrees(),
                gives.as_degrees(),
                over(hours)
            ),
            Reason::Inlet { limit, gives, hours } => write!(
                f,
                "its air may be {:.1} °C, and the design gives {:.1} °C{}",
                limit.as_degrees(),
                gives.as_degrees(),
                over(hours)
            ),
        }?;
        match &self.nearest {
            Some((id, title)) => write!(f, "; nearest that works: `{id}` ({title})"),
            None => write!(f, "; no design of the catalogue works"),
        }
    }
}

impl std::error::Error for Unsuitable {}

/// Load on which hot hours are counted; they do not depend on its size.
const SAMPLE: Watts = Watts::megawatts(10.0);

/// How a platform loads a plant of a power.
pub fn load_of(platform: &Platform, draw: Watts, peak: Watts, catalog: &Catalog) -> ItLoad {
    let liquid_share = match platform.cooling.kind {
        // Liquid that ends in room air loads the plant as air does.
        Cooling::Air | Cooling::AirAssistedLiquid => 0.0,
        Cooling::Liquid => platform.cooling.liquid_share.value,
    };
    ItLoad { draw, peak, liquid_share, fan_share: catalog.facility.power_chain.fan_share_air.value }
}

/// What a design does for a platform, or why it does not.
pub(crate) fn judge(
    platform: &Platform,
    design: &CoolingDesign,
    weather: &WeatherYear,
    catalog: &Catalog,
) -> Result<Result<Suitability, Reason>, FacilityError> {
    let need = platform.cooling.kind;
    if design.cooling < need {
        return Ok(Err(Reason::Hall { needs: need, has: design.cooling }));
    }
    if need == Cooling::Air && design.cooling == Cooling::Liquid {
        return Ok(Err(Reason::NoLiquid));
    }
    let to_liquid = if design.liquid.is_some() { platform.cooling.liquid_share.value } else { 0.0 };
    let one = platform.power.rated.value * (1.0 - to_liquid);
    let per_rack = (design.rack_air_max / one).floor().min(platform.rack.platforms_per_rack.value.max(1.0));
    if per_rack < 1.0 {
        return Ok(Err(Reason::Rack { needs: one, carries: design.rack_air_max }));
    }
    let (mut air_over, mut liquid_over, mut hours) = (0.0, 0.0, 0);
    if !design.holds_in_any_weather() {
        let chain = PowerChain::usual(Redundancy::N, SAMPLE, catalog)?;
        let year = Plant::new(design, load_of(platform, SAMPLE, SAMPLE, catalog), &chain).year(weather);
        (air_over, liquid_over, hours) = (year.air_over_max, year.liquid_over_max, year.over_hours);
    }
    let limits = &catalog.cooling.inlet;
    let mut provenance = design.provenance.clone();
    let air_limit = limits.platform_air.get(&platform.id).unwrap_or(&limits.air);
    provenance.absorb_fact(air_limit);
    let gives = design.air_supply() + Celsius::degrees(air_over);
    if gives > air_limit.value {
        let hours = if air_over > 0.0 { hours } else { 0 };
        return Ok(Err(Reason::Inlet { limit: air_limit.value, gives, hours }));
    }
    let mut coolant_margin = None;
    if let Some(supply) = design.coolant_supply() {
        let limit = limits.platform_coolant.get(&platform.id).unwrap_or(&limits.coolant);
        provenance.absorb_fact(limit);
        let gives = supply + Celsius::degrees(liquid_over);
        if gives > limit.value {
            let hours = if liquid_over > 0.0 { hours } else { 0 };
            return Ok(Err(Reason::Coolant { limit: limit.value, gives, hours }));
        }
        coolant_margin = Some(limit.value - gives);
    }
    Ok(Ok(Suitability {
        design: design.id.clone(),
        platforms_per_rack: per_rack,
        rack_air_heat: one * per_rack,
        air_margin: air_limit.value - gives,
        coolant_margin,
        provenance,
    }))
}

/// Whether a design can cool a platform in a weather.
///
/// It can when its halls are of a kind that the platform can stand in, when at least one platform fits the heat that
/// a rack may give to air, and when air and liquid stay at or below what the platform takes, in every hour of the
/// weather for designs without compressors.
///
/// # Errors
/// The outer error is a fact that the catalogue lacks. The inner one is the answer no, with the reason and the
/// nearest design that works.
///
/// ```
/// # use quarterdeck_catalog::Catalog;
/// # use quarterdeck_facility::cooling::{CoolingDesign, suits};
/// # use quarterdeck_facility::weather::typical_year;
/// let catalog = Catalog::builtin();
/// let phoenix = typical_year(catalog.climate("phoenix").unwrap());
/// let rack = catalog.platform("gb200-nvl72").unwrap();
/// let air = CoolingDesign::of("air-tower", &catalog).unwrap();
/// let no = suits(rack, &air, &phoenix, &catalog).unwrap().unwrap_err();
/// assert!(no.to_string().contains("it makes halls for air, and liquid is needed; nearest that works: `liquid-"));
/// ```
pub fn suits(
    platform: &Platform,
    design: &CoolingDesign,
    weather: &WeatherYear,
    catalog: &Catalog,
) -> Result<Result<Suitability, Unsuitable>, FacilityError> {
    let reason = match judge(platform, design, weather, catalog)? {
        Ok(found) => return Ok(Ok(found)),
        Err(reason) => reason,
    };
    let mut working = Vec::new();
    for other in designs(catalog)? {
        if judge(platform, &other, weather, catalog)?.is_ok() {
            working.push(other);
        }
    }
    // Nearest in kind, then in money.
    let far = |other: &CoolingDesign| (other.cooling as i32 - design.cooling as i32).abs();
    let nearest = working
        .into_iter()
        .min_by(|a, b| far(a).cmp(&far(b)).then(a.cost.value.total_cmp(&b.cost.value)).then(a.id.cmp(&b.id)));
    Ok(Err(Unsuitable {
        platform: platform.id.clone(),
        design: design.id.clone(),
        climate: weather.id.clone(),
        reason,
        nearest: nearest.map(|design| (design.id, design.title)),
    }))
}
