//! Calibration of whole steps: what kernels alone do not show, such as sustained clocks, overlap and headroom.
//!
//! Kept apart from [`crate::efficiency`], whose numbers are read off kernels one by one: these are fitted on
//! end-to-end measurements, a handful for each kind of work.

use std::collections::BTreeMap;

use quarterdeck_units::{Bandwidth, Seconds, Watts};
use serde::{Deserialize, Serialize};

use crate::device::Device;
use crate::efficiency::Fitted;
use crate::error::MissingFact;
use crate::kinds::Family;
use crate::origin::Fact;
use crate::ranking::RecommendationCalibration;
use crate::software::{NarrowRates, TrainingSoftware};

/// Calibration of whole steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepCalibration {
    /// Training of language models.
    pub training: TrainingCalibration,
    /// Serving of language models.
    pub serving: ServingCalibration,
    /// Recommendation models.
    pub recommendation: RecommendationCalibration,
}

/// Training of language models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingCalibration {
    /// Rate of a long step over that of short kernels, by family: clocks fall under sustained power, and
    /// frameworks leave gaps.
    pub sustained: BTreeMap<Family, Fitted>,
    /// The same for single devices where rows allow it.
    #[serde(default)]
    pub sustained_device: BTreeMap<String, Fitted>,
    /// Time of the backward pass of fused attention over that of its operations at the rate of the forward pass.
    pub attention_backward: Fact<f64>,
    /// Traffic of attention scores out of memory backward over forward.
    pub unfused_scores_backward: Fact<f64>,
    /// Rate of 16-bit products whose depth is no multiple of eight over that of aligned ones.
    pub unaligned_rate: Fact<f64>,
    /// Time that a layer loses forward where each launch waits until the device is done; twice that backward.
    pub launch_wait: Fact<Seconds>,
    /// Matrix multiplies narrower than 16 bits.
    pub narrow: NarrowRates,
    /// Framework generation in use today, by family.
    pub current: BTreeMap<Family, String>,
    /// Framework generations by id.
    pub software: BTreeMap<String, TrainingSoftware>,
    /// Share of device memory lost to contexts, buffers of collectives and fragmentation.
    pub memory_reserve: Fact<f64>,
    /// Draw of each kind of work.
    pub power: TrainingPower,
}

/// Draw above idle of a kind of work, over the draw above idle while matrices multiply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingPower {
    /// Operators that move memory.
    pub memory: Fitted,
    /// Collectives that the step waits for.
    pub network: Fitted,
    /// Devices that wait for others, clocks up.
    pub waiting: Fitted,
}

/// Serving of language models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServingCalibration {
    /// Share of device memory given to weights and key-value cache.
    pub memory_share: Fact<f64>,
    /// Time of one layer that neither its operators nor their launches account for.
    pub layer_overhead: Fact<Seconds>,
    /// Most sequences that an engine decodes together on one group of devices.
    pub max_sequences: Fact<f64>,
    /// Highest share of time that the prompt phase may take before first tokens queue without bound.
    pub prefill_share_max: Fact<f64>,
}

/// Machines that feed the training of recommendation models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestionCalibration {
    /// Bytes as stored that one preprocessing server takes from storage.
    pub reader_rate: Fact<Bandwidth>,
    /// Bytes sent to trainers over bytes as stored: decompressed, filtered and transformed.
    pub sent_over_stored: Fact<f64>,
    /// Bytes that one storage server gives.
    pub storage_rate: Fact<Bandwidth>,
    /// Draw of a preprocessing server at work.
    pub reader_power: Fact<Watts>,
    /// Draw of a storage server at work.
    pub storage_power: Fact<Watts>,
    /// Load of both that leaves headroom, so that trainers do not stall.
    pub load: Fact<f64>,
    /// Share of training throughput that is lost when trainers preprocess on their own processors.
    pub lost_on_trainer: Fact<f64>,
}

impl TrainingCalibration {
    /// Rate of a long step over that of short kernels on a device.
    pub fn sustained(&self, device: &Device) -> Option<&Fitted> {
        self.sustained_device.get(&device.id).or_else(|| self.sustained.get(&device.family))
    }

    /// The framework generation in use today on a family of devices.
    pub fn current_software(&self, family: Family) -> Result<&TrainingSoftware, MissingFact> {
        let id = self.current.get(&family);
        self.software(id.ok_or_else(|| MissingFact::new(FILE, &format!("training.current.{family}")))?)
    }

    /// A framework generation, or the key that is missing.
    pub fn software(&self, id: &str) -> Result<&TrainingSoftware, MissingFact> {
        self.software.get(id).ok_or_else(|| MissingFact::new(FILE, &format!("training.software.{id}")))
    }
}

pub(crate) const FILE: &str = "calibration/performance.toml";
