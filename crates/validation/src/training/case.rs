//! One row as a question to the model: job, platform, software and layout, with what had to be filled in.

use quarterdeck_catalog::{Catalog, Family, Platform, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Adaptation, Job, Pricer, Routing, Step, search};
use quarterdeck_performance::parallelism::{
    AttentionKernel, GradientExchange, Layout, Offload, Parallelism, Recompute, Sharding, TensorOverlap,
    divisors,
};

use super::facts::Facts;
use super::{hardware, models};

/// Software that made a step, as far as it decides its speed and the spread of predictions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Software {
    /// Megatron-LM and Megatron-DeepSpeed before fused attention.
    MegatronEarly,
    /// Megatron Core: NeMo, Megatron-Bridge.
    MegatronCore,
    /// Fully sharded data parallelism before PyTorch had it: DeepSpeed ZeRO-3 of 2021.
    ShardedEarly,
    /// Fully sharded data parallelism in PyTorch: FSDP.
    Sharded,
    /// Whole steps compiled by XLA: MaxText, Pax.
    Xla,
}

impl Software {
    /// The software of a framework's name; current Megatron where it is not known.
    pub fn of(framework: &str) -> Software {
        let name = framework.to_lowercase();
        match () {
            () if name.contains("maxtext") || name.contains("pax") || name.contains("axlearn") => {
                Software::Xla
            }
            () if name.contains("zero-3") => Software::ShardedEarly,
            () if name.contains("fsdp") || name.contains("torchtitan") => Software::Sharded,
            () if name.contains("megatron-lm") || name.contains("megatron-deepspeed") => {
                Software::MegatronEarly
            }
            () => Software::MegatronCore,
        }
    }

    /// The framework generation of the calibration that stands for a row's framework on a family of devices.
    pub fn generation(self, facts: &Facts, family: Family) -> &'static str {
        let name = facts.framework.to_lowercase();
        match self {
            Software::MegatronEarly if name.contains("deepspeed") => {
                // Sums of many micro-batches in bf16 would lose them; where a log says that they did, they did.
                let wide =
                    facts.precision.starts_with("bf16") && !facts.notes_say("gradients added in 16 bits");
                if wide { "megatron-deepspeed-bf16" } else { "megatron-deepspeed-fp16" }
            }
            Software::MegatronEarly if name.contains("2022") => "megatron-2022",
            Software::MegatronEarly => "megatron-2021",
            Software::MegatronCore => "nemo",
            Software::ShardedEarly => "deepspeed-2021",
            Software::Sharded if name.contains("composer") => "fsdp-2023",
            Software::Sharded => "fsdp2-2025",
            Software::Xla if family == Family::TpuXla => "xla-tpu",
            Software::Xla => "xla-gpu",
        }
    }

    /// Whether it splits weights over all ranks unless told otherwise.
    pub const fn is_sharded(self) -> bool {
        matches!(self, Software::ShardedEarly | Software::Sharded)
    }

    /// The word in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Software::MegatronEarly => "megatron-early",
            Software::MegatronCore => "megatron-core",
            Software::ShardedEarly => "sharded-early",
            Software::Sharded => "sharded",
            Software::Xla => "xla",
        }
    }
}

/// A row ready to be priced.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the row states.
    pub facts: Facts,
    /// Where it ran.
    pub platform: Platform,
    /// What was trained.
    pub job: Job,
    /// Software that ran it.
    pub software: Software,
    /// Layout as far as it is stated.
    pub layout: Layout,
    /// Settings that the row leaves open: the fastest values that fit are taken.
    open: Open,
    /// What was filled in, in words.
    pub filled: Vec<String>,
}

/// Settings that a row leaves open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Open {
    ways: bool,
    microbatch: bool,
    interleave: bool,
    recompute: bool,
    expert: bool,
}

/// A priced row.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The layout that was priced.
    pub layout: Layout,
    /// Its price.
    pub step: Step,
    /// Dense peak of one device at the row's precision, FLOP/s.
    pub peak: f64,
}

impl Case {
    /// Reads a row as a question, or says why it is none.
    pub fn of(catalog: &Catalog, facts: Facts) -> Result<Case, String> {
        let platform = hardware::platform(catalog, &facts)?;
        let device = catalog.device(&platform.device).map_err(|error| error.to_string())?;
        let shape = models::shape(catalog, &facts)?;
        let precision = hardware::precision(&facts.precision, device.peak.contains_key(&Precision::Bf16))?;
        let sequence = facts.sequence.ok_or("`seq_len` is empty")?;
        let global_batch = facts.global_batch.ok_or("`global_batch` is empty")?;
        let mut filled = Vec::new();
        if facts.layers.is_none() {
            filled.push(format!("{:.0} layers, from the number of parameters", shape.layers));
        }
        if facts.precision.is_empty() {
            filled.push(format!("{precision}, as no format is stated"));
        }
        // Routers that are forced to balance, or that drop what exceeds a capacity, load all experts alike.
        let balanced = facts.notes_say("balanced") || facts.model.to_lowercase().contains("tokendrop");
        let expert_imbalance =
            if balanced { 1.0 } else { catalog.efficiencies.general.expert_imbalance.value };
        let drops = facts.model.to_lowercase().contains("tokendrop");
        let routing = if drops { Routing::Capacity } else { Routing::Dropless };
        let low_rank = facts.model.to_lowercase().contains("lora") || facts.notes_say("lora");
        let software = Software::of(&facts.framework);
        let job = Job {
            software: Some(software.generation(&facts, device.family)),
            adaptation: if low_rank { Adaptation::LowRank { rank: 16.0 } } else { Adaptation::Full },
            expert_imbalance,
            routing,
            launches_wait: facts.notes_say("launch_blocking=1"),
            ..Job::new(shape, sequence, global_batch, precision)
        };
        let (layout, open) = layout(&facts, software, &mut filled)?;
        Ok(Case { facts, platform, job, software, layout, open, filled })
    }

    /// Whether the model has experts.
    pub fn has_experts(&self) -> bool {
        self.job.shape.moe.is_some()
    }

    /// Whether the row states no layout at all, so that the fastest one is searched.
    pub fn searched(&self) -> bool {
        self.open.ways
    }

    /// Prices the row. What it leaves open is filled with the fastest values that fit, as whoever ran it would have
    /// done; with those that need the least memory where none fit.
    pub fn price(&self, catalog: &Catalog) -> Result<Priced, String> {
        let machine = Machine::of(catalog, &self.platform).map_err(|reason| reason.to_string())?;
        let pricer = Pricer::new(&machine, &self.job).map_err(|reason| reason.to_string())?;
        let peak = machine.peak(self.job.precision).map_err(|reason| reason.to_string())?;
        let peak = peak.as_tera() * 1e12;
        if self.open.ways {
            let best = search(&pricer, self.facts.devices).map_err(|reason| reason.to_string())?;
            return Ok(Priced { layout: best.layout, step: best.step, peak });
        }
        let mut best: Option<(Layout, Step)> = None;
        for layout in self.candidates() {
            let step = pricer.price(&layout);
            if !step.breakdown.total().is_positive() || !step.breakdown.total().is_finite() {
                continue;
            }
            let better =
                best.as_ref().is_none_or(|(_, best)| match (step.memory.fits(), best.memory.fits()) {
                    (true, true) => step.breakdown.total() < best.breakdown.total(),
                    (false, false) => step.memory.used() < best.memory.used(),
                    (fits, _) => fits,
                });
            if better {
                best = Some((layout, step));
            }
        }
        let (layout, step) = best.ok_or("the model gives no finite time for this layout")?;
        Ok(Priced { layout, step, peak })
    }

    /// Layouts that agree with what is stated.
    fn candidates(&self) -> Vec<Layout> {
        let mut layouts = vec![self.layout];
        let mut widen = |open: bool, options: Vec<Layout>, change: fn(Layout, Layout) -> Layout| {
            if open {
                layouts = layouts
                    .iter()
                    .flat_map(|layout| options.iter().map(|option| change(*layout, *option)))
                    .collect();
            }
        };
        let per_copy = (self.job.global_batch / f64::from(self.layout.parallelism.data)).max(1.0) as u32;
        let microbatches = divisors(per_copy, 16).map(|microbatch| Layout { microbatch, ..self.layout });
        widen(self.open.microbatch, microbatches.collect(), |layout, option| Layout {
            microbatch: option.microbatch,
            ..layout
        });
        let stages = f64::from(self.layout.parallelism.pipeline);
        let per_stage = (self.job.shape.layers / stages).max(1.0) as u32;
        let chunks = if stages > 1.0 { 16 } else { 1 };
        let chunks = divisors(per_stage, chunks).map(|interleave| Layout { interleave, ..self.layout });
        widen(self.open.interleave, chunks.collect(), |layout, option| Layout {
            interleave: option.interleave,
            ..layout
        });
        let most =
            self.layout.parallelism.data * self.layout.parallelism.context * self.layout.parallelism.tensor;
        let experts = self.job.shape.moe.map_or(1, |moe| moe.experts);
        let spread = divisors(most, experts).filter(|ways| experts.is_multiple_of(*ways)).map(|expert| {
            Layout { parallelism: Parallelism { expert, ..self.layout.parallelism }, ..self.layout }
        });
        widen(self.open.expert, spread.collect(), |layout, option| Layout {
            parallelism: option.parallelism,
            ..layout
        });
        // No table of runs says what was kept in the memory of the host, except those that exclude it.
        let host = [Offload::NONE, Offload { activations: true, ..Offload::NONE }, Offload::ALL];
        let host = host.into_iter().map(|offload| Layout { offload, ..self.layout });
        let may_leave = !self.facts.metric.is_memory() && !self.facts.notes_say("offload=false");
        widen(may_leave, host.collect(), |layout, option| Layout { offload: option.offload, ..layout });
        let kinds = [Recompute::None, Recompute::Selective, Recompute::Full];
        let kinds = kinds.into_iter().map(|recompute| Layout { recompute, ..self.layout });
        widen(self.open.recompute, kinds.collect(), |layout, option| Layout {
            recompute: option.recompute,
            ..layout
        });
        layouts
    }
}

/// The stated part of a layout, and what is open.
fn layout(facts: &Facts, software: Software, filled: &mut Vec<String>) -> Result<(Layout, Open), String> {
    let open = Open {
        ways: facts.tensor.is_none() && facts.pipeline.is_none() && facts.data.is_none(),
        microbatch: facts.microbatch.is_none(),
        interleave: facts.interleave.is_none(),
        recompute: facts.recompute.is_empty(),
        expert: facts.expert.is_none() && facts.experts.is_some(),
    };
    let devices = facts.devices;
    let (tensor, pipeline) = (facts.tensor.unwrap_or(1), facts.pipeline.unwrap_or(1));
    let (context, expert) = (facts.context.unwrap_or(1), facts.expert.unwrap_or(1));
    let of_model = f64::from(tensor) * f64::from(pipeline) * f64::from(context);
    let data = match facts.data {
        Some(data) if f64::from(data) * of_model == devices => data,
        _ if open.ways => 1,
        stated => {
            let left = devices / of_model;
            if left < 1.0 || left.fract() != 0.0 {
                return Err(format!("tp x pp x cp = {of_model:.0} does not divide {devices:.0} devices"));
            }
            if let Some(stated) = stated {
                filled.push(format!("{left:.0} copies, as {stated} would not make up {devices:.0} devices"));
            }
            left as u32
        }
    };
    for (is_open, what) in [
        (open.ways, "the fastest layout, as none is stated"),
        (open.microbatch && !open.ways, "the fastest micro-batch, as none is stated"),
        (open.interleave && !open.ways && pipeline > 1, "the fastest chunks, as none are stated"),
        (open.expert && !open.ways, "the fastest ways of experts, as none are stated"),
        (open.recompute && !open.ways, "the fastest recomputation that fits, as none is stated"),
    ] {
        if is_open {
            filled.push(what.to_owned());
        }
    }
    let early = software == Software::MegatronEarly;
    let stage = facts.sharding.to_lowercase();
    let layout = Layout {
        parallelism: Parallelism { tensor, pipeline, data, expert, context },
        microbatch: facts.microbatch.unwrap_or(1),
        interleave: facts.interleave.unwrap_or(1),
        recompute: match facts.recompute.as_str() {
            "full" => Recompute::Full,
            // XLA's `minimal` policy keeps products and makes what lies between them again.
            "selective" | "minimal" => Recompute::Selective,
            "" | "none" => Recompute::None,
            other => {
                let other = crate::table::shortened(other);
                return Err(format!("`recompute` is `{other}`; known: none, selective, minimal, full"));
            }
        },
        sharding: match stage.chars().next() {
            Some('0') => Sharding::Replicated,
            Some('2') => Sharding::Gradients,
            // Weights stay gathered while the micro-batches of a pipeline pass: only gradients and states are split.
            Some('3') if pipeline > 1 => Sharding::Gradients,
            Some('3') => Sharding::Full,
            _ if stage.contains("shard_grad_op") => Sharding::Gradients,
            _ if stage.contains("full") => Sharding::Full,
            Some('1') => Sharding::Optimizer,
            None if software.is_sharded() && pipeline > 1 => Sharding::Gradients,
            None if software.is_sharded() || software == Software::Xla => Sharding::Full,
            None if early => Sharding::Replicated,
            None => Sharding::Optimizer,
            Some(_) => {
                let stage = crate::table::shortened(&stage);
                return Err(format!("`zero_stage` is `{stage}`; known: 0, 1, 2, 3"));
            }
        },
        shard_group: shard_group(facts, data),
        sequence_parallel: facts.sequence_parallel.unwrap_or(!early && tensor > 1),
        attention: if early && !facts.notes_say("flash") {
            AttentionKernel::Unfused
        } else {
            AttentionKernel::Fused
        },
        gradients: if early { GradientExchange::AtEnd } else { GradientExchange::Overlapped },
        tensor_overlap: if early { TensorOverlap::Exposed } else { TensorOverlap::Chunked },
        ..Layout::PLAIN
    };
    Ok((layout, open))
}

/// Ranks that fully sharded states are split over, where a source states fewer than all: `FSDP group 128`, or the
/// chips of one slice.
fn shard_group(facts: &Facts, data: u32) -> Option<u32> {
    let stage = facts.sharding.to_lowercase();
    let named = stage.split_once("group ").and_then(|(_, rest)| {
        rest.trim_end_matches([')', ' ']).split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    });
    let slices = super::hardware::slices(&facts.interconnect).filter(|_| stage.contains("inside slice"));
    let per_slice = slices.map(|slices| (f64::from(data) / slices) as u32);
    named.or(per_slice).filter(|ranks| *ranks >= 1 && *ranks < data && data.is_multiple_of(*ranks))
}
