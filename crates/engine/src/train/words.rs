//! What limits a step, how well it uses the machine, what was assumed: facts turned into sentences for the report.

use quarterdeck_catalog::{Catalog, Origin, Provenance};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Adaptation, Job};
use quarterdeck_performance::parallelism::Recompute;
use quarterdeck_report::number;
use quarterdeck_report::train::{Basis, Published, Strategy, Utilisation};
use quarterdeck_report::{Origin as Shown, SourceRef};
use quarterdeck_units::Seconds;
use quarterdeck_workload::Pass;

use super::question::{Pay, Resolved, TrainQuestion};

/// Passes over the model that count as work: forward, gradients of inputs, gradients of weights that are trained.
fn passes(job: &Job) -> f64 {
    match job.adaptation {
        Adaptation::Full => 3.0,
        Adaptation::LowRank { .. } => 2.0,
    }
}

/// Operations of training on one token, nothing twice, attention over the visible half.
pub(super) fn flops_per_token(job: &Job) -> f64 {
    job.shape.training_flops_per_token(job.sequence).as_flop() * passes(job) / 3.0
}

/// Utilisation of the best strategy by the usual conventions, beside what was published.
pub(super) fn utilisation(
    question: &TrainQuestion,
    resolved: &Resolved,
    job: &Job,
    best: &Strategy,
) -> Utilisation {
    let counted = flops_per_token(job);
    let square = Pass { attended: job.sequence, ..Pass::training(1.0, job.sequence) };
    let palm = job.shape.forward_flops(&square).as_flop() * passes(job) / job.sequence;
    let pass = Pass::training(1.0, job.sequence);
    let layers = job.shape.forward_flops(&Pass { scored: 0.0, ..pass }).as_flop() / job.sequence;
    // Selective recomputation repeats operators without products worth counting.
    let again = match best.layout.recompute {
        Recompute::None | Recompute::Selective => 0.0,
        Recompute::Full => layers,
        Recompute::Layers(of_stage) => {
            let stages = f64::from(best.layout.parallelism.pipeline);
            layers * (f64::from(of_stage) * stages / job.shape.layers).min(1.0)
        }
    };
    let mut published: Vec<Published> = question
        .model
        .training
        .iter()
        .filter(|run| run.device.as_deref() == Some(question.platform.device.as_str()))
        .filter_map(|run| {
            Some(Published {
                mfu: run.mfu?,
                devices: f64::from(run.devices?),
                sequence: f64::from(run.sequence),
                global_batch: f64::from(run.global_batch),
                convention: run.convention.clone().unwrap_or_default(),
                source: run.cite.source.as_ref().map_or_else(String::new, ToString::to_string),
            })
        })
        .collect();
    let distance = |run: &Published| {
        let size = (run.devices / question.devices).max(question.devices / run.devices);
        ((run.sequence - resolved.sequence.value).abs(), size)
    };
    published.sort_by(|a, b| {
        let (a, b) = (distance(a), distance(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let tokens = job.sequence * job.global_batch;
    Utilisation {
        flops_per_token: counted,
        mfu: best.mfu,
        mfu_palm: best.mfu * palm / counted,
        hfu: best.mfu * (counted + again) / counted,
        tokens_per_second: tokens / best.step_time().as_seconds() / question.devices,
        published,
    }
}

/// Parts of a step that are worth a sentence.
const WORTH: f64 = 0.04;

/// What limits the step, the largest first.
pub(super) fn limits(best: &Strategy, machine: &Machine, job: &Job) -> Vec<String> {
    let breakdown = &best.breakdown;
    let total = breakdown.total();
    let share = |time: Seconds| number::percent(time / total);
    let hidden = breakdown.hidden;
    let scale_out = machine.platform.scale_out.back_end() / machine.devices;
    let mut parts = vec![
        (
            breakdown.matrix,
            format!(
                "Matrix multiplies take {} of the step, at {} of the dense {} peak while they run.",
                share(breakdown.matrix),
                number::percent(matrix_rate(best, machine, job)),
                job.precision
            ),
        ),
        (breakdown.attention, format!("Attention takes {}.", share(breakdown.attention))),
        (
            breakdown.streaming,
            format!(
                "Operators that only move memory take {}: norms, rotations, gates, casts, the loss.",
                share(breakdown.streaming)
            ),
        ),
        (
            breakdown.recompute,
            format!("Work done again to save memory takes {}.", share(breakdown.recompute)),
        ),
        (
            breakdown.scale_up,
            format!(
                "Exchange inside the scale-up domain of {} devices takes {}, with {} more hidden behind work.",
                number::count(machine.network.scale_up.size),
                share(breakdown.scale_up),
                number::duration(hidden.scale_up.as_seconds())
            ),
        ),
        (
            breakdown.scale_out,
            format!(
                "Exchange between platforms takes {} at {:.0} Gbit/s a device, with {} more hidden behind work.",
                share(breakdown.scale_out),
                scale_out.as_gigabits_per_second(),
                number::duration(hidden.scale_out.as_seconds())
            ),
        ),
        (
            breakdown.bubble,
            format!(
                "Stages wait for each other {}: {} micro-batches over {} stages.",
                share(breakdown.bubble),
                number::count(best.microbatches),
                best.layout.parallelism.pipeline
            ),
        ),
        (breakdown.optimizer, format!("The optimizer takes {}.", share(breakdown.optimizer))),
        (breakdown.overhead, format!("Host work between steps takes {}.", share(breakdown.overhead))),
    ];
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut sentences: Vec<String> =
        parts.into_iter().filter(|(time, _)| *time / total >= WORTH).map(|(_, sentence)| sentence).collect();
    let memory = &best.memory;
    sentences.push(format!(
        "Memory is {} full: {} of {}.",
        number::percent(memory.used() / memory.capacity),
        number::bytes(memory.used().as_bytes()),
        number::bytes(memory.capacity.as_bytes())
    ));
    sentences
}

/// Share of the peak at which matrices multiply, while they do.
fn matrix_rate(best: &Strategy, machine: &Machine, job: &Job) -> f64 {
    let pass = Pass { attended: 0.0, ..Pass::training(1.0, job.sequence) };
    let products = job.shape.forward_flops(&pass).as_flop() * passes(job) * job.global_batch;
    let devices = best.layout.parallelism.devices();
    let peak = machine.peak(job.precision).map_or(f64::INFINITY, |peak| peak.as_per_second());
    products / (devices * peak * best.breakdown.matrix.as_seconds())
}

/// What was assumed, what moves the answer most first.
pub(super) fn assumptions(question: &TrainQuestion, resolved: &Resolved, machine: &Machine) -> Vec<String> {
    let mut sentences = Vec::new();
    for setting in [&resolved.tokens, &resolved.sequence, &resolved.global_batch] {
        if let Basis::Assumed(reason) = &setting.basis {
            sentences.push(format!("Assumed: {reason}."));
        }
    }
    if let Some(shape) = question.fabric {
        sentences.push(format!(
            "Platforms are joined by `{shape}`, of its cheapest switches, with flows hashed onto paths."
        ));
    }
    let economics = &question.economics;
    if economics.pay == Pay::Purchase {
        let price = question.platform.price.as_ref().map_or_else(String::new, |price| {
            format!("{} a platform in dollars of {}", number::usd(price.value.as_dollars()), price.price_year)
        });
        if !price.is_empty() {
            sentences.push(format!(
                "Money: {price} ({}), paid over {:.0} years at {} a year; `--price` takes a rent by the hour instead.",
                question.platform.price.as_ref().map_or("", |price| price.origin.as_str()),
                question.platform.lifetime.value.as_years(),
                number::percent(economics.discount_rate)
            ));
        }
    }
    let power = &machine.steps.training.power;
    sentences.push(format!(
        "Power: {} of the rating while matrices multiply, above idle {}, {} and {} of that for memory, network and \
         waiting (assumed).",
        number::percent(machine.general.busy_power.get("llm-training").map_or(0.0, |share| share.value)),
        number::percent(power.memory.value),
        number::percent(power.network.value),
        number::percent(power.waiting.value)
    ));
    sentences
}

/// The report's word for an origin.
pub(crate) fn origin(origin: Origin) -> Shown {
    match origin {
        Origin::Measured => Shown::Measured,
        Origin::Published => Shown::Published,
        Origin::Interpolated => Shown::Interpolated,
        Origin::Analytical => Shown::Analytical,
        Origin::Assumed => Shown::Assumed,
    }
}

/// Sources of a provenance as the report lists them.
pub(crate) fn sources(catalog: &Catalog, provenance: &Provenance) -> Vec<SourceRef> {
    provenance
        .sources
        .iter()
        .filter_map(|id| catalog.sources.get(id))
        .map(|source| SourceRef {
            id: source.id.to_string(),
            title: source.title.clone(),
            publisher: Some(source.publisher.clone()),
            url: Some(source.url.clone()),
            date: source.date.clone(),
        })
        .collect()
}
