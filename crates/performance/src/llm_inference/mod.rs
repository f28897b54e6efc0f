//! Serving of language models: how many devices serve one copy, how many requests it decodes together, and the
//! rate at which time to first token and time per token hold.
//!
//! ```text
//!  group of devices ──► weights fit? ──► room for keys and values ──► most requests at once
//!  n requests ──► step of decoding + share of prompts read meanwhile = time per token ──► n within TPOT, TTFT
//!             ──► rate = n / (output · time per token), copies on the platform × rate
//! ```

mod engine;

use std::fmt;

use quarterdeck_catalog::Precision;
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Seconds, WorkRate, WorkUnit};

use crate::energy::mean_power;
use crate::fit::{Binding, Fit, FitRequest, Latency, Reason, Strategy};
use crate::llm_training::grown;
use crate::machine::Machine;
use crate::parallelism::powers_of_two;

pub use engine::{Engine, Group, Operating, Requests, Split};

/// Kind of load, for power.
const LOAD: &str = "llm-inference";

/// Number formats that serving takes where none is named, best first.
const SERVING_PRECISIONS: [Precision; 5] =
    [Precision::Fp8, Precision::Bf16, Precision::Fp16, Precision::Tf32, Precision::Fp32];

/// How a language model is served.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ServingStrategy {
    /// Devices that serve one copy together and how they split it.
    pub group: Group,
    /// Copies on one platform; a fraction where a copy spans several.
    pub copies: f64,
    /// Requests that a copy decodes together on average.
    pub running: f64,
    /// Share of time spent reading prompts.
    pub prefill_share: f64,
    /// Output tokens that one platform writes each second.
    pub tokens_per_second: f64,
    /// Numbers of weights and matrix multiplies.
    pub precision: Precision,
}

impl fmt::Display for ServingStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:.0} requests at once in {}", self.group, self.running, self.precision)
    }
}

/// Platforms over which one copy may be spread, stage by stage.
const MOST_PLATFORMS: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// The fit of language-model serving: the group of devices whose platforms serve most requests within the
/// objectives.
pub fn fit(request: &FitRequest, machine: &Machine) -> Result<Fit, Reason> {
    machine.covers_only_ranking()?;
    let WorkloadKind::LlmInference { input_len, output_len, ttft, tpot, precision } = request.kind else {
        return Err(Reason::Model { wanted: "serving settings" });
    };
    let model = request
        .model
        .and_then(quarterdeck_catalog::Model::as_transformer)
        .ok_or(Reason::Model { wanted: "transformer" })?;
    let shape = grown(model, &request.drift);
    let precision = machine.choose(*precision, &SERVING_PRECISIONS)?;
    let requests = Requests { input: input_len.0.max(1.0), output: output_len.0.max(1.0) };
    let engine = Engine::new(machine, &shape, precision)?;
    let mut search = Search { best: None, short: None, slowest: None };
    for group in groups(machine, &engine) {
        search.consider(&engine, group, &requests, *ttft, *tpot);
    }
    let (group, operating) = search.answer(*ttft, *tpot)?;
    let copies = engine.copies(&group);
    let rate = operating.rate * copies;
    let mut provenance = machine.provenance(precision, LOAD);
    provenance.absorb_fact(&model.architecture.cite);
    provenance.absorb_fact(&machine.efficiency.attention_decode);
    provenance.absorb_fact(&machine.general.serving_step);
    provenance.absorb_fact(&machine.steps.serving.layer_overhead);
    if group.devices() > 1.0 {
        provenance.absorb(&machine.network_provenance());
    }
    Ok(Fit {
        workload: request.workload.to_owned(),
        platform: request.platform.id.clone(),
        strategy: Strategy::Serving(ServingStrategy {
            group,
            copies,
            running: operating.running,
            prefill_share: operating.prefill_share,
            tokens_per_second: rate * requests.output,
            precision,
        }),
        rate: WorkRate::new(rate, WorkUnit::Requests),
        latency: Some(Latency::Tokens { ttft_p99: operating.ttft_p99, tpot: operating.tpot }),
        breakdown: operating.breakdown,
        memory: operating.memory,
        power: mean_power(machine, LOAD, operating.breakdown.busy_share())?,
        min_platforms: group.platforms,
        binds: operating.binds,
        provenance,
    })
}

/// Groups worth trying: powers of two inside the scale-up domain, and whole domains stage by stage.
fn groups<'m>(machine: &'m Machine, engine: &'m Engine) -> impl Iterator<Item = Group> + 'm {
    let domain = machine.network.scale_up.size.min(machine.devices);
    let inside = powers_of_two(domain.min(64.0)).map(f64::from);
    let splits = engine.splits();
    let within = inside.flat_map(move |devices| {
        splits.iter().map(move |split| Group { inside: devices, platforms: 1.0, split: *split })
    });
    let largest = powers_of_two(domain.min(64.0)).last().map_or(1.0, f64::from);
    let across = MOST_PLATFORMS.into_iter().skip(1).flat_map(move |platforms| {
        splits.iter().map(move |split| Group { inside: largest, platforms, split: *split })
    });
    within.chain(across)
}

struct Search {
    best: Option<(Group, Operating, f64)>,
    /// Memory that the roomiest group needs and has.
    short: Option<(Bytes, Bytes)>,
    /// The best latencies of groups that fit and are too slow.
    slowest: Option<(Seconds, Seconds)>,
}

impl Search {
    fn consider(&mut self, engine: &Engine, group: Group, requests: &Requests, ttft: Seconds, tpot: Seconds) {
        // A copy over several platforms costs latency: only for models that fit no single one.
        if group.platforms > 1.0 && (self.best.is_some() || self.slowest.is_some()) {
            return;
        }
        let memory = engine.room(&group, requests);
        if memory.most_requests < 1.0 {
            self.short = Some((memory.needed_for_one, memory.available));
            return;
        }
        match engine.operate_within(&group, requests, ttft, tpot) {
            Ok(operating) => {
                let per_platform = operating.rate * engine.copies(&group);
                if self.best.as_ref().is_none_or(|(_, _, rate)| per_platform > *rate) {
                    self.best = Some((group, operating, per_platform));
                }
            }
            Err((first, each)) => {
                let (best_first, best_each) = self.slowest.unwrap_or((Seconds::INFINITE, Seconds::INFINITE));
                self.slowest = Some((best_first.min(first), best_each.min(each)));
            }
        }
    }

    fn answer(self, ttft: Seconds, tpot: Seconds) -> Result<(Group, Operating), Reason> {
        if let Some((group, operating, _)) = self.best {
            return Ok((group, operating));
        }
        if let Some((first, each)) = self.slowest {
            return Err(if each > tpot {
                Reason::Objective { of: "a time per token", wanted: tpot, best: each }
            } else {
                Reason::Objective { of: "a time to first token", wanted: ttft, best: first }
            });
        }
        let (needed, available) = self.short.unwrap_or_default();
        Err(Reason::Memory { of: "weights and the keys and values of one request", needed, available })
    }
}

/// The largest part of a token's time.
fn binding(
    breakdown: &crate::fit::Breakdown,
    attention_is_traffic: bool,
    matrix_is_traffic: bool,
) -> Binding {
    let traffic = |is: bool, time: Seconds| if is { time } else { Seconds::ZERO };
    let memory = breakdown.streaming
        + traffic(matrix_is_traffic, breakdown.matrix)
        + traffic(attention_is_traffic, breakdown.attention);
    let compute = breakdown.prefill
        + traffic(!matrix_is_traffic, breakdown.matrix)
        + traffic(!attention_is_traffic, breakdown.attention);
    let parts = [
        (Binding::Compute, compute),
        (Binding::MemoryBandwidth, memory),
        (Binding::ScaleUp, breakdown.scale_up),
        (Binding::ScaleOut, breakdown.scale_out),
        (Binding::Floor, breakdown.overhead),
    ];
    parts
        .into_iter()
        .max_by(|left, right| left.1.total_cmp(&right.1))
        .map_or(Binding::Compute, |(binds, _)| binds)
}
