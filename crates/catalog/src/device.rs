//! Devices: one accelerator, or one CPU socket, as its maker describes it.

use std::collections::BTreeMap;

use quarterdeck_units::{Bandwidth, Bytes, FlopRate, Quarter, Watts};
use serde::{Deserialize, Serialize};

use crate::error::MissingFact;
use crate::kinds::{DeviceClass, Family, Precision, words};
use crate::origin::{Fact, Origin, SourceId, check_citation, cited};
use crate::price::PriceFact;

/// One accelerator or one CPU socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Key; equals the file name.
    pub id: String,
    /// Other names users type.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name as sold.
    pub name: String,
    /// Maker.
    pub vendor: String,
    /// Kind of processor.
    pub class: DeviceClass,
    /// Software family.
    pub family: Family,
    /// Whether it trains models; by its family if nothing is said: all but in-house inference chips do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trains: Option<bool>,
    /// First quarter in which it could be had in volume.
    pub available_from: Quarter,
    /// Cores of a CPU socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<Fact<u32>>,
    /// Multiprocessors of an accelerator: what the tiles of a matrix multiply are dealt to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processors: Option<Fact<u32>>,
    /// Dense peak rate by precision.
    #[serde(default)]
    pub peak: BTreeMap<Precision, Peak>,
    /// Main memory of the device.
    pub memory: Memory,
    /// On-chip memory: last-level cache or scratchpad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sram: Option<Sram>,
    /// Link to the other devices of the scale-up domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_up: Option<ScaleUp>,
    /// Scale-out network rate per device that platforms with it usually have, one way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nic: Option<Fact<Bandwidth>>,
    /// Thermal design power of the device alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tdp: Option<Fact<Watts>>,
    /// Price of the device alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<PriceFact>,
    /// What a reader must know: traps, corrections, disagreements between sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

words! {
    /// What a printed peak counts.
    Basis: "a peak basis" {
        /// Every operand element multiplied; the only basis stored as a peak.
        Dense = "dense",
    }
}

/// One dense peak rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPeak")]
pub struct Peak {
    /// Operations per second, a multiply-accumulate counting two.
    pub value: FlopRate,
    /// What the figure counts.
    pub basis: Basis,
    /// How well it is known.
    pub origin: Origin,
    /// The source, absent only for assumed values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Where in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Why this value, required when assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

cited!(Peak);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeak {
    value: FlopRate,
    basis: Basis,
    origin: Option<Origin>,
    source: Option<SourceId>,
    locator: Option<String>,
    reason: Option<String>,
}

impl TryFrom<RawPeak> for Peak {
    type Error = String;

    fn try_from(raw: RawPeak) -> Result<Self, String> {
        let origin = check_citation(raw.origin, raw.source.as_ref(), raw.reason.as_deref())?;
        Ok(Self {
            value: raw.value,
            basis: raw.basis,
            origin,
            source: raw.source,
            locator: raw.locator,
            reason: raw.reason,
        })
    }
}

/// Main memory of a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Technology, such as `HBM3` or `DDR5-4800 x8`.
    pub kind: String,
    /// Capacity.
    pub capacity: Fact<Bytes>,
    /// Peak bandwidth.
    pub bandwidth: Fact<Bandwidth>,
}

/// On-chip memory of a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sram {
    /// Capacity.
    pub capacity: Fact<Bytes>,
    /// Peak bandwidth, where printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bandwidth: Option<Fact<Bandwidth>>,
}

/// Fast network between the devices of one domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleUp {
    /// Most devices one domain joins.
    pub domain: Fact<u32>,
    /// Bandwidth of one device, one way. Makers usually print both ways together.
    pub bandwidth: Fact<Bandwidth>,
}

impl Device {
    /// Generation of the device: its id without form and memory.
    ///
    /// ```
    /// # use quarterdeck_catalog::Catalog;
    /// assert_eq!(Catalog::builtin().device("a100-sxm-40").unwrap().generation(), "a100");
    /// ```
    pub fn generation(&self) -> &str {
        self.id.split("-sxm").next().unwrap_or(&self.id)
    }

    /// Path of the device's file below `data/`.
    pub fn file(&self) -> String {
        format!("catalog/devices/{}.toml", self.id)
    }

    /// The dense peak at a precision, or an error naming the file and key that lack it.
    pub fn peak(&self, precision: Precision) -> Result<&Peak, MissingPeak> {
        self.peak.get(&precision).ok_or_else(|| MissingPeak {
            device: self.id.clone(),
            precision,
            file: self.file(),
            known: self.peak.keys().copied().collect(),
        })
    }

    /// The first of the given precisions the device has, in the caller's order of preference.
    pub fn first_peak(&self, wanted: &[Precision]) -> Option<(Precision, &Peak)> {
        wanted.iter().find_map(|precision| self.peak.get(precision).map(|peak| (*precision, peak)))
    }

    /// Thermal design power, or an error naming the key that lacks it.
    pub fn tdp(&self) -> Result<&Fact<Watts>, MissingFact> {
        self.tdp.as_ref().ok_or_else(|| MissingFact::new(&self.file(), "tdp"))
    }
}

/// A device has no published rate at a precision; nothing is put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPeak {
    /// Device id.
    pub device: String,
    /// Precision asked for.
    pub precision: Precision,
    /// File that would hold it.
    pub file: String,
    /// Precisions the device does have.
    pub known: Vec<Precision>,
}

impl std::fmt::Display for MissingPeak {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known: Vec<_> = self.known.iter().map(|precision| precision.as_str()).collect();
        write!(
            formatter,
            "device `{}` has no peak rate at {} (key `peak.{}` in {}); it has {}",
            self.device,
            self.precision,
            self.precision,
            self.file,
            if known.is_empty() { "none".to_owned() } else { known.join(", ") }
        )
    }
}

impl std::error::Error for MissingPeak {}
