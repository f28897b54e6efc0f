//! Calibration of training software: how a framework spends the time of a device, apart from the device itself.
//!
//! Two frameworks of different years on one machine differ more than two generations of machines: eager launches,
//! attention kernels, what hides behind what. Each entry is a framework generation with a handful of numbers, fitted
//! on published steps of that generation, or stated in its documents.

use std::collections::BTreeMap;

use quarterdeck_units::Seconds;
use serde::{Deserialize, Serialize};

use crate::device::Device;
use crate::kinds::Family;
use crate::origin::Citation;

/// Key of the value that holds for devices without one of their own.
const DEFAULT: &str = "default";

/// A value by device, by family, or for all.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByDevice<T = f64>(pub BTreeMap<String, T>);

impl<T: Copy> ByDevice<T> {
    /// The value of a device: its own, its family's, or the default.
    pub fn of(&self, device: &str, family: Family) -> Option<T> {
        let found = self.0.get(device).or_else(|| self.0.get(family.as_str()));
        found.or_else(|| self.0.get(DEFAULT)).copied()
    }
}

/// One generation of a training framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSoftware {
    /// Name and years.
    pub title: String,
    /// Family of software whose predictions share a band.
    pub family: String,
    /// Where the numbers come from.
    pub cite: Citation,
    /// Published steps that they were fitted on; 0 where they were read from documents or assumed.
    pub rows: u32,
    /// Fitted numbers of this entry.
    pub fitted: u32,
    /// Share of the 16-bit peak that the products of attention reach by kernels of the framework's own, fused or not, the
    /// masked half not counted where they are fused; where absent, the device's kernels run.
    #[serde(default)]
    pub attention_share: ByDevice,
    /// Rate of fused attention over that of the device's kernels of the same shape, where those run.
    #[serde(default)]
    pub attention_rate: ByDevice,
    /// Rate of matrix multiplies over that of the device's kernels.
    #[serde(default)]
    pub matrix_rate: ByDevice,
    /// Bytes moved by norms and residual sums over the least that kernels of their own need.
    pub elementwise: f64,
    /// Bytes that unfused element-wise kernels move beyond that for each token and element of the residual stream
    /// of a layer, forward.
    pub eager_bytes: f64,
    /// Bytes moved by the loss over the least that it needs.
    pub loss: f64,
    /// Bytes moved for each attention score that leaves the chip, forward.
    pub score_bytes: f64,
    /// Time of one layer and micro-batch that no operator accounts for, forward; twice that backward.
    pub layer_overhead: ByDevice<Seconds>,
    /// Time of the host to launch a layer of experts, forward; one and a half times that backward. The device waits where its
    /// own work is shorter.
    pub expert_overhead: ByDevice<Seconds>,
    /// Reads and writes of permuted tokens over the least that permutation needs.
    pub permutation: f64,
    /// Time of the exchange of tokens between experts over that of the messages alone.
    pub expert_exchange: f64,
    /// Bytes that kernels of their own move for each element of the result of experts to add the biases of models that
    /// have them, forward and backward; 0 where the product adds them.
    #[serde(default)]
    pub expert_bias_bytes: [f64; 2],
    /// Time of a step that no operator accounts for.
    pub step_overhead: Seconds,
    /// Share of tensor-parallel gathers and scatters that hides behind matrix multiplies.
    pub tensor_overlap: f64,
    /// Share of gradient and weight exchange that may hide behind other work.
    pub data_overlap: f64,
    /// Share of messages between interleaved stages that hides.
    pub pipeline_overlap: f64,
    /// Share of the shorter of computation and gather that full sharding adds to the longer: both want the same
    /// memory and processors.
    pub gather_interference: f64,
    /// Bytes of a gradient element as it is exchanged.
    pub gradient_bytes: f64,
    /// Bytes that kernels of their own move for each parameter of a device to add the gradient of a micro-batch to
    /// that of those before; 0 where the product by weight adds it.
    pub accumulated_bytes: f64,
    /// Bytes that the product by weight moves for each element of its result: what it writes, and what it reads
    /// where it adds to the gradients of earlier micro-batches.
    pub weight_gradient_bytes: f64,
    /// Whether gathers of activations carry the narrow format of the matrix multiplies.
    pub narrow_gather: bool,
    /// Whether recomputation of whole layers leaves out the last product, whose result nothing needs.
    pub skips_last_product: bool,
}

impl TrainingSoftware {
    /// Share of the 16-bit peak that attention reaches on a device, if this software has kernels of its own.
    pub fn attention_share_on(&self, device: &Device) -> Option<f64> {
        self.attention_share.of(&device.id, device.family)
    }

    /// Rate of fused attention on a device over that of its kernels.
    pub fn attention_rate_on(&self, device: &Device) -> f64 {
        self.attention_rate.of(&device.id, device.family).unwrap_or(1.0)
    }

    /// Time of one layer and micro-batch on a device that no operator accounts for, forward.
    pub fn layer_overhead_on(&self, device: &Device) -> Seconds {
        self.layer_overhead.of(&device.id, device.family).unwrap_or(Seconds::ZERO)
    }

    /// Time of the host to launch a layer of experts of a device, forward.
    pub fn expert_overhead_on(&self, device: &Device) -> Seconds {
        self.expert_overhead.of(&device.id, device.family).unwrap_or(Seconds::ZERO)
    }

    /// Rate of matrix multiplies over that of the device's kernels.
    pub fn matrix_rate_on(&self, device: &Device) -> f64 {
        self.matrix_rate.of(&device.id, device.family).unwrap_or(1.0)
    }
}

/// How training runs matrix multiplies narrower than 16 bits: by the device's 16-bit curve at the narrow peak.
///
/// Kernels of narrow formats that inference engines ship cast and scale inside the product; training casts where
/// norms and activations write, and calls the libraries' plain products.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NarrowRate {
    /// Share of peak at unlimited depth over that of 16 bits.
    pub peak_share: f64,
    /// Depth that fills and drains a tile over that of 16 bits.
    pub ramp: f64,
}

/// Narrow products of training by width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NarrowRates {
    /// Where the numbers come from.
    pub cite: Citation,
    /// Eight bits.
    pub fp8: NarrowRate,
    /// Four bits.
    pub fp4: NarrowRate,
}
