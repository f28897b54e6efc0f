//! Reliability: failure rates of published systems, recovery and checkpoint times, losses.

use std::collections::BTreeMap;

use quarterdeck_units::{Bandwidth, Seconds};
use serde::{Deserialize, Serialize};

use crate::error::UnknownId;
use crate::origin::Fact;

/// Failure rates of published systems, recovery and checkpoint times, losses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reliability {
    /// Published systems.
    pub system: Vec<FailureSystem>,
    /// Failure rate to plan with, per 1000 node-days, by class of node.
    pub node: BTreeMap<String, FailureBand>,
    /// Failures that small jobs see beside node failures.
    pub small_jobs: SmallJobs,
    /// Detection and restart.
    pub recovery: Recovery,
    /// Checkpoints.
    pub checkpoint: Checkpoint,
    /// Losses that are not failures.
    pub loss: Losses,
    /// Hours of one accelerator between uncorrectable memory errors, by device id.
    pub memory_error_interval: BTreeMap<String, Fact<Seconds>>,
    /// Causes of interruptions of one published run, as counts.
    pub cause: Vec<Cause>,
}

/// Failure rate of one published system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureSystem {
    /// Key.
    pub id: String,
    /// Name in full.
    pub name: String,
    /// Accelerators in the system.
    pub devices: u32,
    /// Accelerators per node.
    pub devices_per_node: u32,
    /// Failures per 1000 node-days.
    pub failures_per_1000_node_days: Fact<f64>,
}

/// Band of failure rates to plan with, per 1000 node-days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureBand {
    /// Best published.
    pub low: Fact<f64>,
    /// What to plan with.
    pub typical: Fact<f64>,
    /// Worst published.
    pub high: Fact<f64>,
}

/// The measured failure interval of a middle-sized job, which node failures alone do not explain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallJobs {
    /// Accelerators of the measured job.
    pub devices: Fact<u32>,
    /// Measured mean time to failure of such a job.
    pub mean_time_to_failure: Fact<Seconds>,
}

/// Detection and restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// Fault to alarm and diagnosis.
    pub detection: Fact<Seconds>,
    /// Restart and catch-up after a crash.
    pub restart: Fact<Seconds>,
    /// Repair of a failed node.
    pub repair: Fact<Seconds>,
}

/// Checkpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Bytes per parameter with optimiser state.
    pub bytes_per_parameter: Fact<f64>,
    /// Sustained write rate of one published storage system.
    pub write_bandwidth: Fact<Bandwidth>,
    /// Share of write time that stalls training when checkpoints are written behind it.
    pub exposed_share: Fact<f64>,
}

/// Losses that are not failures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Losses {
    /// Share of accelerator-hours lost to stragglers.
    pub straggler_share: Fact<f64>,
    /// Spare nodes to hold ready, as a share.
    pub spare_share: Fact<f64>,
    /// Share of node time under planned maintenance.
    pub maintenance_share: Fact<f64>,
}

/// One cause of interruptions and how often it struck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// What failed.
    pub name: String,
    /// Part of the system it belongs to.
    pub part: String,
    /// Interruptions.
    pub count: Fact<u32>,
}

impl Reliability {
    /// A published system by key.
    pub fn system(&self, id: &str) -> Result<&FailureSystem, UnknownId> {
        let known = || self.system.iter().map(|entry| entry.id.as_str());
        self.system.iter().find(|entry| entry.id == id).ok_or_else(|| UnknownId::new("system", id, known()))
    }
}
