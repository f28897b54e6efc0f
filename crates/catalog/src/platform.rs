//! Platforms: what one buys and places, a server or rack with its devices, power, cooling and price.

use quarterdeck_units::{Bandwidth, Bytes, Kilograms, Quarter, Seconds, Watts};
use serde::{Deserialize, Serialize};

use crate::error::MissingFact;
use crate::kinds::Cooling;
use crate::origin::Fact;
use crate::price::PriceFact;

/// What one buys and places: servers, a scale-up domain and a cooling need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Key; equals the file name.
    pub id: String,
    /// Other names users type.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name in full.
    pub name: String,
    /// Id of the device it is built on. For a CPU platform this is the socket.
    pub device: String,
    /// Devices in one platform.
    pub devices: u32,
    /// Servers (operating-system images) in one platform.
    pub servers: u32,
    /// Devices one scale-up domain joins when platforms are combined; at least 1, and more than
    /// `devices` where the fast network spans platforms (TPU pods).
    pub scale_up_domain: u32,
    /// Links that a message between two devices of a domain crosses on the mean, where devices are joined to each
    /// other and not by switches: an all-to-all spends as many bytes of links. None behind switches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_up_hops: Option<Fact<f64>>,
    /// First quarter in which it could be had in volume.
    pub available_from: Quarter,
    /// Host side of the platform.
    pub host: Host,
    /// Power draw.
    pub power: Power,
    /// Space.
    pub rack: Rack,
    /// Cooling need.
    pub cooling: CoolingNeed,
    /// Networks that leave the platform.
    pub scale_out: ScaleOut,
    /// Price of the whole platform, with host, without fabric and building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PriceFact>,
    /// Planned service life.
    pub lifetime: Fact<Seconds>,
    /// What a reader must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Host processors and memory of a platform, all servers together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Processors in words.
    pub cpu: String,
    /// Catalogue id of the host socket, where it is in the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Host sockets in the platform.
    pub sockets: u32,
    /// Host memory capacity.
    pub memory: Fact<Bytes>,
    /// Host memory bandwidth.
    pub memory_bandwidth: Fact<Bandwidth>,
    /// Link between host and one device, one way; absent where the device is the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Fact<Bandwidth>>,
}

/// Power of a whole platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// Largest sustained draw the maker states: what nameplate planning reserves.
    pub rated: Fact<Watts>,
    /// Draw with no work.
    pub idle: Fact<Watts>,
    /// Wall power measured under a named load, where somebody published it.
    #[serde(default)]
    pub measured: Vec<MeasuredPower>,
}

/// Wall power measured under one load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredPower {
    /// What ran.
    pub load: String,
    /// Draw of the whole platform.
    pub power: Fact<Watts>,
}

/// Space of a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rack {
    /// Height in rack units.
    pub rack_units: Fact<f64>,
    /// Platforms in a rack as its maker or a reference design lays it out, power permitting.
    pub platforms_per_rack: Fact<f64>,
    /// Weight of one platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Fact<Kilograms>>,
}

/// How a platform gives off its heat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoolingNeed {
    /// The least the hall must offer.
    pub kind: Cooling,
    /// Share of heat that goes to liquid (0 for air).
    pub liquid_share: Fact<f64>,
}

/// Networks that leave a platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleOut {
    /// Back-end ports, for traffic between accelerators.
    pub back_end_ports: u32,
    /// Rate of one back-end port, one way.
    pub back_end_rate: Fact<Bandwidth>,
    /// Front-end ports, for storage and users.
    pub front_end_ports: u32,
    /// Rate of one front-end port, one way.
    pub front_end_rate: Fact<Bandwidth>,
}

impl ScaleOut {
    /// Back-end bandwidth of the whole platform, one way.
    pub fn back_end(&self) -> Bandwidth {
        self.back_end_rate.value * f64::from(self.back_end_ports)
    }

    /// Front-end bandwidth of the whole platform, one way.
    pub fn front_end(&self) -> Bandwidth {
        self.front_end_rate.value * f64::from(self.front_end_ports)
    }
}

impl Platform {
    /// Path of the platform's file below `data/`.
    pub fn file(&self) -> String {
        format!("catalog/platforms/{}.toml", self.id)
    }

    /// Price, or an error naming the key that lacks it.
    pub fn price(&self) -> Result<&PriceFact, MissingFact> {
        self.price.as_ref().ok_or_else(|| MissingFact::new(&self.file(), "price"))
    }

    /// Power of one rack filled as `rack.platforms_per_rack` says.
    pub fn rack_power(&self) -> Watts {
        self.power.rated.value * self.rack.platforms_per_rack.value
    }
}
