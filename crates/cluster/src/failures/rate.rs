//! Failure rates of nodes and the time between failures of a job on many of them.

use quarterdeck_catalog::{Fact, Origin, Provenance, Reliability};
use quarterdeck_units::Seconds;

/// Failures of one node in a time.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct FailureRate {
    per_second: f64,
}

impl FailureRate {
    /// From failures in 1000 days of a node, as publications count them.
    pub fn per_1000_node_days(failures: f64) -> Self {
        Self { per_second: failures / (1000.0 * Seconds::days(1.0).as_seconds()) }
    }

    /// From the mean time between failures of a job on a number of nodes.
    pub fn of_job(mean_time_to_failure: Seconds, nodes: f64) -> Self {
        Self { per_second: 1.0 / (mean_time_to_failure.as_seconds() * nodes) }
    }

    /// Failures in 1000 days of a node.
    pub fn as_per_1000_node_days(self) -> f64 {
        self.per_second * 1000.0 * Seconds::days(1.0).as_seconds()
    }

    /// Expected failures of a number of nodes in a time.
    pub fn expected(self, nodes: f64, time: Seconds) -> f64 {
        self.per_second * nodes * time.as_seconds()
    }
}

/// Mean time to failure of a job that any failed node stops.
///
/// $$ M = \frac{1}{N r} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $N$ | `nodes` | 1 |
/// | $r$ | `rate` | 1/s |
///
/// Source: `kokolis-2025`. Holds for independent failures at a constant rate; optimistic where one switch or
/// power feed takes many nodes at once, pessimistic in the first weeks after bad nodes have been removed.
///
/// ```
/// # use quarterdeck_cluster::{mean_time_to_failure, FailureRate};
/// // RSC-1's rate at 16,384 GPUs on 2,048 nodes: the paper projects 1.8 h.
/// let mttf = mean_time_to_failure(2048.0, FailureRate::per_1000_node_days(6.5));
/// assert!((mttf.as_hours() - 1.803).abs() < 1e-3);
/// ```
pub fn mean_time_to_failure(nodes: f64, rate: FailureRate) -> Seconds {
    Seconds::seconds(1.0 / (nodes * rate.per_second))
}

/// Which failures a job sees.
///
/// Published rates fall into two groups that no single rate joins. On RSC-1, jobs of every user fail with
/// 21 (8 GPUs) to 24 (1,024 GPUs) failures per 1000 node-days, while the node failures alone are 6.5: three
/// quarters of what ends an ordinary job is not a broken node. Runs of thousands of nodes are debugged at
/// smaller size first and watched by engineers, so they see the node failures only: 6.5 predicts the paper's
/// projections, and Llama 3 counts 3.8 with software faults included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Population {
    /// A job like most: node failures, user errors, software, storage.
    Ordinary,
    /// A large run with engineers at hand: node and network failures.
    Flagship,
}

impl Population {
    /// The failure rate of an accelerator node to plan with, and what it rests on.
    ///
    /// `Flagship` is the catalogue's typical node rate. `Ordinary` is the rate that the measured interval of a
    /// middle-sized job implies, or the node rate where that is higher.
    ///
    /// ```
    /// # use quarterdeck_cluster::Population;
    /// # use quarterdeck_catalog::Catalog;
    /// let catalog = Catalog::builtin();
    /// let (ordinary, _) = Population::Ordinary.accelerator_rate(&catalog.reliability);
    /// assert!((ordinary.as_per_1000_node_days() - 23.7).abs() < 0.1); // 1 / (7.9 h × 128 nodes)
    /// ```
    pub fn accelerator_rate(self, reliability: &Reliability) -> (FailureRate, Provenance) {
        let (rate, mut provenance) = node_rate(reliability, "accelerator");
        match self {
            Population::Flagship => (rate, provenance),
            Population::Ordinary => {
                let jobs = &reliability.small_jobs;
                provenance.absorb_fact(&jobs.devices);
                provenance.absorb_fact(&jobs.mean_time_to_failure);
                provenance.origin = provenance.origin.weakest(Origin::Analytical);
                let nodes = f64::from(jobs.devices.value) / DEVICES_PER_MEASURED_NODE;
                let job = FailureRate::of_job(jobs.mean_time_to_failure.value, nodes);
                (if job > rate { job } else { rate }, provenance)
            }
        }
    }
}

/// Devices of one node in the measured cluster, `kokolis-2025`.
const DEVICES_PER_MEASURED_NODE: f64 = 8.0;

/// Typical failure rate of a class of node, `accelerator` or `cpu`.
///
/// Absent classes fall to the accelerators' rate, the highest published; an absent table to no failures at all,
/// which the catalogue's own tests rule out.
pub(crate) fn node_rate(reliability: &Reliability, class: &str) -> (FailureRate, Provenance) {
    let band = reliability.node.get(class).or_else(|| reliability.node.get("accelerator"));
    let mut provenance = Provenance::none();
    let typical = band.map(|band| &band.typical);
    if let Some(fact) = typical {
        provenance.absorb_fact(fact);
    }
    (FailureRate::per_1000_node_days(typical.map_or(0.0, |fact: &Fact<f64>| fact.value)), provenance)
}
