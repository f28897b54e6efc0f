//! Sites: regions with their climate and prices, and the facts of buildings, power chain and cooling.

use std::collections::BTreeMap;

use quarterdeck_units::{GramsPerJoule, LitresPerJoule, Seconds, UsdPerJoule, UsdPerWatt, Watts};
use serde::{Deserialize, Serialize};

use crate::error::MissingFact;
use crate::kinds::{Climate, Cooling};
use crate::origin::Fact;
use crate::price::PriceFact;

/// Regions in which sites stand and prices are asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regions {
    /// Region by key.
    pub region: BTreeMap<String, Region>,
}

/// One region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Name in full.
    pub name: String,
    /// Climate class of its usual sites.
    pub climate: Climate,
    /// Electricity for a large industrial customer.
    pub electricity: PriceFact<UsdPerJoule>,
    /// Average emissions of the grid, location-based.
    pub carbon: Fact<GramsPerJoule>,
    /// Cost of a new site per watt of IT power, without IT equipment, land and soft costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_cost: Option<PriceFact<UsdPerWatt>>,
}

/// Facts of buildings, power chain and cooling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facility {
    /// Efficiency of each stage between grid and IT equipment.
    pub power_chain: PowerChain,
    /// What a hall of each cooling kind can do.
    pub hall: BTreeMap<Cooling, Hall>,
    /// Building and conversion.
    pub project: Projects,
}

/// Efficiency of each stage between grid and IT equipment, at its usual load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerChain {
    /// Large transformer.
    pub transformer: Fact<f64>,
    /// Uninterruptible supply, double conversion.
    pub ups_double_conversion: Fact<f64>,
    /// Uninterruptible supply in eco mode.
    pub ups_eco: Fact<f64>,
    /// Power distribution unit.
    pub pdu: Fact<f64>,
    /// Rack power shelf at half load.
    pub rack_shelf: Fact<f64>,
    /// Share of an air-cooled server's power that its fans draw.
    pub fan_share_air: Fact<f64>,
    /// Share of site power lost between grid meter and IT equipment, all stages together.
    pub distribution_loss: Fact<f64>,
    /// Largest share of a site's IT envelope that operators fill, as reserve for peaks and faults.
    pub usable_share: Fact<f64>,
}

/// What a hall of one cooling kind can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    /// Largest rack power that the kind carries away.
    pub rack_power_max: Fact<Watts>,
    /// Rack power usual before dense AI racks.
    pub rack_power_usual: Fact<Watts>,
    /// Share of heat that facility water takes at the rack.
    pub liquid_share: Fact<f64>,
    /// Annual mean power usage effectiveness of a new large hall, by climate.
    pub pue: BTreeMap<Climate, Fact<f64>>,
    /// Water per IT energy, by climate.
    pub wue: BTreeMap<Climate, Fact<LitresPerJoule>>,
}

/// Cost and time of building and conversion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Projects {
    /// New site per watt of IT power, by the cooling kind it is built for.
    pub build: BTreeMap<Cooling, PriceFact<UsdPerWatt>>,
    /// Conversion of a hall, keyed `"air->liquid"` and so on.
    pub retrofit: BTreeMap<String, PriceFact<UsdPerWatt>>,
    /// Ground-breaking to first IT load of a new site.
    pub build_time: Fact<Seconds>,
    /// Conversion of a hall.
    pub retrofit_time: Fact<Seconds>,
    /// Share of the build cost by part, summing to 1.
    pub cost_share: BTreeMap<String, Fact<f64>>,
    /// Yearly upkeep and staff of a site as a share of its build cost.
    pub upkeep_share: Fact<f64>,
    /// Service life of a building.
    pub lifetime: Fact<Seconds>,
}

impl Facility {
    /// What a hall of a cooling kind can do.
    pub fn hall(&self, cooling: Cooling) -> Result<&Hall, MissingFact> {
        self.hall.get(&cooling).ok_or_else(|| MissingFact::new(FACILITY, &format!("hall.{cooling}")))
    }

    /// Power usage effectiveness of a cooling kind in a climate.
    pub fn pue(&self, cooling: Cooling, climate: Climate) -> Result<&Fact<f64>, MissingFact> {
        let missing = || MissingFact::new(FACILITY, &format!("hall.{cooling}.pue.{climate}"));
        self.hall(cooling)?.pue.get(&climate).ok_or_else(missing)
    }

    /// Water per IT energy of a cooling kind in a climate.
    pub fn wue(&self, cooling: Cooling, climate: Climate) -> Result<&Fact<LitresPerJoule>, MissingFact> {
        let missing = || MissingFact::new(FACILITY, &format!("hall.{cooling}.wue.{climate}"));
        self.hall(cooling)?.wue.get(&climate).ok_or_else(missing)
    }

    /// Cost per watt of converting a hall from one cooling kind to another.
    pub fn retrofit(&self, from: Cooling, to: Cooling) -> Result<&PriceFact<UsdPerWatt>, MissingFact> {
        let key = format!("{from}->{to}");
        let missing = || MissingFact::new(FACILITY, &format!("project.retrofit.\"{key}\""));
        self.project.retrofit.get(&key).ok_or_else(missing)
    }
}

pub(crate) const FACILITY: &str = "catalog/facility.toml";
