//! A fit: the best strategy of a workload on a platform with its rate, time, memory and power, or the reason why
//! it cannot run.

use std::fmt;

use quarterdeck_catalog::{Catalog, Model, Platform, Precision, Provenance};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Seconds, Watts, WorkRate};
use quarterdeck_workload::DriftFactors;

use crate::collectives::Fabric;
use crate::llm_inference::ServingStrategy;
use crate::llm_training::TrainingStrategy;
use crate::machine::Machine;
use crate::recommendation_inference::RankingStrategy;
use crate::recommendation_training::RankerTrainingStrategy;
use crate::{device_hours, llm_inference, llm_training, recommendation_inference, recommendation_training};

/// What is asked: one workload on one platform.
#[derive(Clone, Copy, Debug)]
pub struct FitRequest<'a> {
    /// Workload id, for the answer.
    pub workload: &'a str,
    /// Kind of work with its settings.
    pub kind: &'a WorkloadKind,
    /// The model, as the catalogue has it.
    pub model: Option<&'a Model>,
    /// How much heavier the model is by the quarter asked about.
    pub drift: DriftFactors,
    /// The platform.
    pub platform: &'a Platform,
    /// Platforms that a job spanning several of them is assumed to hold; the smallest that can run it if none.
    pub platforms: Option<f64>,
    /// Share of the platform's rate between domains that the site's fabric passes; 1 where nothing is
    /// oversubscribed.
    pub fabric_share: f64,
    /// Levels of the fabric between domains, where a design is known.
    pub fabric: Option<Fabric>,
}

impl<'a> FitRequest<'a> {
    /// A workload on a platform: the model as it is, the smallest group that can run it, a non-blocking fabric.
    pub fn new(
        workload: &'a str,
        kind: &'a WorkloadKind,
        model: Option<&'a Model>,
        platform: &'a Platform,
    ) -> FitRequest<'a> {
        FitRequest {
            workload,
            kind,
            model,
            drift: DriftFactors::NONE,
            platform,
            platforms: None,
            fabric_share: 1.0,
            fabric: None,
        }
    }
}

/// The best strategy of a workload on a platform.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// Workload id.
    pub workload: String,
    /// Platform id.
    pub platform: String,
    /// How the work is laid on devices.
    pub strategy: Strategy,
    /// Work that one platform sustains each second at the objective, before failures.
    pub rate: WorkRate,
    /// Latency reached, where the work has one.
    pub latency: Option<Latency>,
    /// Where the time of a step goes.
    pub breakdown: Breakdown,
    /// Where the memory of the fullest device goes.
    pub memory: MemoryUse,
    /// Mean draw of one platform's IT equipment while it works.
    pub power: Watts,
    /// Smallest group of platforms that can run it.
    pub min_platforms: f64,
    /// What limits the rate.
    pub binds: Binding,
    /// How well the inputs are known.
    pub provenance: Provenance,
}

/// A fit, or why there is none. A workload that cannot run is an answer, not an error.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// It runs.
    Runs(Box<Fit>),
    /// It does not.
    CannotRun(CannotRun),
}

impl Outcome {
    /// The fit, if it runs.
    pub fn fit(&self) -> Option<&Fit> {
        match self {
            Outcome::Runs(fit) => Some(fit),
            Outcome::CannotRun(_) => None,
        }
    }
}

/// Why a workload cannot run on a platform.
#[derive(Clone, PartialEq, Debug)]
pub struct CannotRun {
    /// Workload id.
    pub workload: String,
    /// Platform id.
    pub platform: String,
    /// The reason.
    pub reason: Reason,
}

/// The reason why a workload cannot run.
#[derive(Clone, PartialEq, Debug)]
pub enum Reason {
    /// No layout fits the memory of the devices.
    Memory {
        /// What is held.
        of: &'static str,
        /// Bytes that the best layout needs on a device.
        needed: Bytes,
        /// Bytes that a device has for it.
        available: Bytes,
    },
    /// The device has no rate at the precision asked for.
    Precision {
        /// What was asked for; none if any would have done.
        wanted: Option<Precision>,
        /// What the device has.
        known: Vec<Precision>,
        /// Message that names the file and key.
        detail: String,
    },
    /// The device's software or circuits do not cover the kind of work.
    Coverage {
        /// What the device covers.
        covers: String,
    },
    /// The objective cannot be met even with the smallest batch.
    Objective {
        /// Which objective.
        of: &'static str,
        /// What was asked for.
        wanted: Seconds,
        /// The best that can be reached.
        best: Seconds,
    },
    /// The catalogue lacks a fact that the fit needs.
    Missing {
        /// Message that names file and key.
        fact: String,
    },
    /// The workload has no model, or one of the wrong kind.
    Model {
        /// What was due.
        wanted: &'static str,
    },
    /// A job needs more devices than it was given.
    TooFewDevices {
        /// Platforms that it needs.
        needed: f64,
        /// Platforms that it was given.
        given: f64,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Memory { of, needed, available } => {
                write!(f, "{of} need {needed:.1} of device memory, {available:.1} is there")
            }
            Reason::Precision { detail, .. } => f.write_str(detail),
            Reason::Coverage { covers } => write!(f, "the device covers {covers} only"),
            Reason::Objective { of, wanted, best } => {
                write!(f, "{of} of {wanted:.1} cannot be met: the best is {best:.1}")
            }
            Reason::Missing { fact } => f.write_str(fact),
            Reason::Model { wanted } => write!(f, "the workload has no {wanted}"),
            Reason::TooFewDevices { needed, given } => {
                write!(f, "a job needs {needed:.0} platforms, {given:.0} are given")
            }
        }
    }
}

impl fmt::Display for CannotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot run on `{}`: {}", self.workload, self.platform, self.reason)
    }
}

/// How a workload is laid on devices.
#[derive(Clone, PartialEq, Debug)]
pub enum Strategy {
    /// Training of a language model.
    Training(TrainingStrategy),
    /// Serving of a language model.
    Serving(ServingStrategy),
    /// Training of a recommendation model.
    RankerTraining(RankerTrainingStrategy),
    /// Inference of a recommendation model.
    Ranking(RankingStrategy),
    /// Devices handed out to jobs.
    Devices,
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Strategy::Training(strategy) => strategy.fmt(f),
            Strategy::Serving(strategy) => strategy.fmt(f),
            Strategy::RankerTraining(strategy) => strategy.fmt(f),
            Strategy::Ranking(strategy) => strategy.fmt(f),
            Strategy::Devices => f.write_str("devices handed out to jobs"),
        }
    }
}

/// Latency reached at the rate of the fit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Latency {
    /// Of a ranking query.
    Query {
        /// Time within which 99 of 100 queries are answered.
        p99: Seconds,
    },
    /// Of a language-model request.
    Tokens {
        /// Time to first token within which 99 of 100 requests stay.
        ttft_p99: Seconds,
        /// Time per output token after the first.
        tpot: Seconds,
    },
}

/// Exposed time of one step by cause; the fields sum to the step time.
///
/// A step is a global batch in training, a batch of queries in ranking, and one output token of every running
/// request, with the share of prompts read meanwhile, in serving.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Breakdown {
    /// Matrix multiplies, forward and backward.
    pub matrix: Seconds,
    /// Attention.
    pub attention: Seconds,
    /// Operators that only move bytes.
    pub streaming: Seconds,
    /// Embedding rows read and written.
    pub embedding: Seconds,
    /// Forward work done a second time.
    pub recompute: Seconds,
    /// Reading of prompts that decoding waits for.
    pub prefill: Seconds,
    /// Exposed communication inside the scale-up domain.
    pub scale_up: Seconds,
    /// Exposed communication between platforms.
    pub scale_out: Seconds,
    /// Exposed transfers between the memories of device and host.
    pub host: Seconds,
    /// Devices waiting for other stages of the pipeline.
    pub bubble: Seconds,
    /// Optimizer.
    pub optimizer: Seconds,
    /// Launches, host work and the least time of a step.
    pub overhead: Seconds,
    /// Headroom kept so that latency holds: time in which devices wait for work.
    pub headroom: Seconds,
    /// Work hidden behind the above, which costs no time.
    pub hidden: Hidden,
}

/// Time of work that runs behind other work.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Hidden {
    /// Communication inside the scale-up domain.
    pub scale_up: Seconds,
    /// Communication between platforms.
    pub scale_out: Seconds,
    /// Transfers between the memories of device and host.
    pub host: Seconds,
    /// Memory traffic behind arithmetic, or the reverse.
    pub device: Seconds,
}

impl Breakdown {
    /// Names and times of the exposed parts, in the order of the fields.
    pub fn parts(&self) -> [(&'static str, Seconds); 13] {
        [
            ("matrix", self.matrix),
            ("attention", self.attention),
            ("streaming", self.streaming),
            ("embedding", self.embedding),
            ("recompute", self.recompute),
            ("prefill", self.prefill),
            ("scale-up", self.scale_up),
            ("scale-out", self.scale_out),
            ("host", self.host),
            ("bubble", self.bubble),
            ("optimizer", self.optimizer),
            ("overhead", self.overhead),
            ("headroom", self.headroom),
        ]
    }

    /// Time of the step: the sum of the exposed parts.
    pub fn total(&self) -> Seconds {
        self.parts().into_iter().map(|(_, time)| time).sum()
    }

    /// Share of the step in which the device's arithmetic or memory works.
    pub fn busy_share(&self) -> f64 {
        let busy = self.matrix
            + self.attention
            + self.streaming
            + self.embedding
            + self.recompute
            + self.prefill
            + self.optimizer;
        let total = self.total();
        if total.is_positive() { busy / total } else { 0.0 }
    }

    /// Every part multiplied, hidden parts too.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Breakdown {
        Breakdown {
            matrix: self.matrix * factor,
            attention: self.attention * factor,
            streaming: self.streaming * factor,
            embedding: self.embedding * factor,
            recompute: self.recompute * factor,
            prefill: self.prefill * factor,
            scale_up: self.scale_up * factor,
            scale_out: self.scale_out * factor,
            host: self.host * factor,
            bubble: self.bubble * factor,
            optimizer: self.optimizer * factor,
            overhead: self.overhead * factor,
            headroom: self.headroom * factor,
            hidden: Hidden {
                scale_up: self.hidden.scale_up * factor,
                scale_out: self.hidden.scale_out * factor,
                host: self.hidden.host * factor,
                device: self.hidden.device * factor,
            },
        }
    }
}

/// Memory of the fullest device by use.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct MemoryUse {
    /// Weights.
    pub weights: Bytes,
    /// Gradients.
    pub gradients: Bytes,
    /// Optimizer states.
    pub optimizer: Bytes,
    /// Activations kept for the backward pass, or of the running step.
    pub activations: Bytes,
    /// Scores over the vocabulary.
    pub logits: Bytes,
    /// Keys and values.
    pub kv_cache: Bytes,
    /// Embedding tables.
    pub embeddings: Bytes,
    /// Contexts, buffers of collectives, fragmentation.
    pub reserve: Bytes,
    /// What the device has.
    pub capacity: Bytes,
    /// Bytes kept in the memory of the host for this device; not part of what it uses itself.
    pub host: Bytes,
    /// A device's share of the memory of the host.
    pub host_capacity: Bytes,
}

impl MemoryUse {
    /// Bytes in use: the sum of all parts.
    pub fn used(&self) -> Bytes {
        self.weights
            + self.gradients
            + self.optimizer
            + self.activations
            + self.logits
            + self.kv_cache
            + self.embeddings
            + self.reserve
    }

    /// Whether it fits, on the device and on the host.
    pub fn fits(&self) -> bool {
        self.used() <= self.capacity && self.host <= self.host_capacity
    }
}

/// What limits the rate of a fit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Binding {
    /// Arithmetic rate.
    Compute,
    /// Memory bandwidth.
    MemoryBandwidth,
    /// Memory capacity.
    MemoryCapacity,
    /// Network inside the scale-up domain.
    ScaleUp,
    /// Network between platforms.
    ScaleOut,
    /// The latency that was asked for.
    Latency,
    /// Launches, host work and the least time of a step.
    Floor,
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Binding::Compute => "compute",
            Binding::MemoryBandwidth => "memory bandwidth",
            Binding::MemoryCapacity => "memory capacity",
            Binding::ScaleUp => "scale-up network",
            Binding::ScaleOut => "scale-out network",
            Binding::Latency => "latency",
            Binding::Floor => "per-step floor",
        })
    }
}

/// The best strategy of a workload on a platform, or why it cannot run.
///
/// Closed form: reads no disk and no clock, and equal requests give equal answers.
pub fn fit(request: &FitRequest, catalog: &Catalog) -> Outcome {
    let machine = Machine::of(catalog, request.platform)
        .map(|machine| machine.behind(request.fabric_share).joined_by(request.fabric));
    let answer = machine.and_then(|machine| match request.kind {
        WorkloadKind::RecommendationTraining { .. } => recommendation_training::fit(request, &machine),
        WorkloadKind::RecommendationInference { .. } => recommendation_inference::fit(request, &machine),
        WorkloadKind::LlmPretraining { .. } | WorkloadKind::LlmFineTuning { .. } => {
            llm_training::fit(request, &machine)
        }
        WorkloadKind::LlmInference { .. } => llm_inference::fit(request, &machine),
        WorkloadKind::DeviceHours { .. } => device_hours::fit(request, catalog, &machine),
    });
    match answer {
        Ok(fit) => Outcome::Runs(Box::new(fit)),
        Err(reason) => Outcome::CannotRun(CannotRun {
            workload: request.workload.to_owned(),
            platform: request.platform.id.clone(),
            reason,
        }),
    }
}
