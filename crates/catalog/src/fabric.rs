//! Fabric parts: switches, links with their optics, network cards; and how well fabrics perform.

use quarterdeck_units::{Bandwidth, Quarter, Watts};
use serde::{Deserialize, Serialize};

use crate::error::UnknownId;
use crate::kinds::words;
use crate::origin::Fact;
use crate::price::PriceFact;

/// Parts that fabrics are built from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fabric {
    /// Switches.
    pub switch: Vec<Switch>,
    /// Links with both ends.
    pub link: Vec<Link>,
    /// Network cards.
    pub nic: Vec<Nic>,
    /// Optical circuit switches.
    #[serde(default)]
    pub optical_switch: Vec<OpticalSwitch>,
    /// Networks inside scale-up domains.
    #[serde(default)]
    pub scale_up: Vec<ScaleUpNetwork>,
    /// Performance and planning factors.
    pub design: FabricDesign,
}

words! {
    /// Protocol of a switch.
    Protocol: "a protocol" {
        /// Ethernet, with RDMA over it where accelerators talk.
        Ethernet = "ethernet",
        /// InfiniBand.
        Infiniband = "infiniband",
    }
}

words! {
    /// What a link is made of.
    Medium: "a medium" {
        /// Passive copper, a few metres.
        Copper = "copper",
        /// Fibre with a transceiver at each end.
        Optical = "optical",
    }
}

/// One switch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Key.
    pub id: String,
    /// Name as sold.
    pub name: String,
    /// Protocol.
    pub protocol: Protocol,
    /// Ports at `port_rate`.
    pub ports: Fact<u32>,
    /// Rate of one port, one way.
    pub port_rate: Fact<Bandwidth>,
    /// First quarter in which it could be had in volume.
    pub available_from: Quarter,
    /// Price without optics.
    pub price: PriceFact,
    /// Usual draw without optics.
    pub power: Fact<Watts>,
    /// What a reader must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// One link with both ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is made of.
    pub medium: Medium,
    /// Rate, one way.
    pub rate: Fact<Bandwidth>,
    /// Price of cable and both transceivers.
    pub price: PriceFact,
    /// Draw of both ends.
    pub power: Fact<Watts>,
    /// Ports that one transceiver module serves; one where it is not given, none on passive copper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module_ports: Option<Fact<u32>>,
}

/// One optical circuit switch: mirrors join any two of its fibres, at whatever rate these carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpticalSwitch {
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// Fibres that it joins, spares among them.
    pub ports: Fact<u32>,
    /// First quarter in which it could be had in volume.
    pub available_from: Quarter,
    /// Price.
    pub price: PriceFact,
    /// Greatest draw.
    pub power: Fact<Watts>,
}

/// Switch chips and links that join the devices of one scale-up domain; its money is in the platform's price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleUpNetwork {
    /// Key.
    pub id: String,
    /// Name.
    pub name: String,
    /// Platforms that have it.
    pub platforms: Vec<String>,
    /// Devices of a domain.
    pub devices: Fact<u32>,
    /// Switch chips of a domain.
    pub chips: Fact<u32>,
    /// Links of one device, spread over the chips.
    pub links: Fact<u32>,
    /// Rate of one link, one way.
    pub link_rate: Fact<Bandwidth>,
}

/// One network card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nic {
    /// Key.
    pub id: String,
    /// Name as sold.
    pub name: String,
    /// Rate, one way.
    pub rate: Fact<Bandwidth>,
    /// Price.
    pub price: PriceFact,
    /// Draw.
    pub power: Fact<Watts>,
}

/// Performance and planning factors of fabrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FabricDesign {
    /// Share of link rate that collectives reach when flows are hashed onto paths untuned.
    pub hashed_share: Fact<f64>,
    /// Share of link rate that collectives reach with flow spreading and tuning.
    pub tuned_share: Fact<f64>,
    /// Pod-to-pod oversubscription of a published very large cluster.
    pub core_oversubscription: Fact<f64>,
    /// Accelerators in one non-blocking pod of that cluster.
    pub pod_devices: Fact<u32>,
    /// Share of a cluster's capital that its networks take.
    pub network_share_of_capex: Fact<f64>,
    /// Queue pairs that a flow of a tuned cluster on hashed paths is dealt to.
    pub queue_pairs: Fact<u32>,
    /// Racks of one row, which cables pass without crossing the hall.
    pub racks_per_row: Fact<u32>,
}

impl Fabric {
    /// A switch by key.
    pub fn switch(&self, id: &str) -> Result<&Switch, UnknownId> {
        let known = || self.switch.iter().map(|entry| entry.id.as_str());
        self.switch.iter().find(|entry| entry.id == id).ok_or_else(|| UnknownId::new("switch", id, known()))
    }

    /// A link by key.
    pub fn link(&self, id: &str) -> Result<&Link, UnknownId> {
        let known = || self.link.iter().map(|entry| entry.id.as_str());
        self.link.iter().find(|entry| entry.id == id).ok_or_else(|| UnknownId::new("link", id, known()))
    }

    /// The network inside a platform's scale-up domain, where the catalogue knows its parts.
    pub fn scale_up(&self, platform: &str) -> Option<&ScaleUpNetwork> {
        self.scale_up.iter().find(|entry| entry.platforms.iter().any(|id| id == platform))
    }

    /// A network card by key.
    pub fn nic(&self, id: &str) -> Result<&Nic, UnknownId> {
        let known = || self.nic.iter().map(|entry| entry.id.as_str());
        self.nic
            .iter()
            .find(|entry| entry.id == id)
            .ok_or_else(|| UnknownId::new("network card", id, known()))
    }
}
