//! A price in the unit of a measurement: time, rate, utilisation or memory, by the convention of its source.

use quarterdeck_workload::Shape;

use super::case::{Case, Priced};
use super::facts::Metric;

/// A predicted value in the row's own unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Predicted {
    /// The value.
    pub value: f64,
    /// How operations were counted, where they were.
    pub convention: &'static str,
}

/// What a row's metric would read if the step took as long as priced.
pub fn predict(case: &Case, priced: &Priced) -> Result<Predicted, String> {
    let step = priced.step.breakdown.total().as_seconds();
    let memory = &priced.step.memory;
    let tokens = case.job.global_batch * case.job.sequence;
    let devices = case.facts.devices;
    let tflops = |operations: f64| operations / (step * devices) / 1e12;
    let plain = |value: f64| Predicted { value, convention: "" };
    let predicted = match case.facts.metric {
        Metric::StepTime => plain(step),
        Metric::Tokens => plain(tokens / step),
        Metric::TokensPerDevice => plain(tokens / (step * devices)),
        Metric::Samples => plain(case.job.global_batch / step),
        Metric::HardwareTflops => Predicted {
            value: tflops(recomputed_operations(case)) * early_count(case),
            convention: "96BslH²(1 + s/6H + V/16lH), recomputation counted (narayanan-2021)",
        },
        Metric::ModelTflops => {
            let (operations, convention) = model_operations(case);
            Predicted { value: tflops(operations), convention }
        }
        Metric::Mfu => {
            let operations = tokens * palm_operations_per_token(&case.job.shape, case.job.sequence);
            let share = operations / (step * devices * priced.peak);
            // Sources write per cent; a share below 1.5 is one.
            let scale = if case.facts.unit == "%" || case.facts.measured > 1.5 { 100.0 } else { 1.0 };
            Predicted {
                value: share * scale,
                convention: "6N + 12·layers·width·s a token, recomputation not counted (palm-2022)",
            }
        }
        Metric::MemoryActivations => plain(memory.activations.as_gibibytes()),
        Metric::MemoryStates => plain((memory.weights + memory.gradients + memory.optimizer).as_gibibytes()),
        Metric::MemoryTotal => plain(memory.used().as_gibibytes()),
    };
    let value = predicted.value * unit_factor(case)?;
    if value.is_finite() && value > 0.0 {
        Ok(Predicted { value, ..predicted })
    } else {
        Err("the model gives no finite value".to_owned())
    }
}

/// Unit of the row over the unit of the metric.
fn unit_factor(case: &Case) -> Result<f64, String> {
    let unit = case.facts.unit.to_lowercase();
    let per = |base: &str| unit == base || unit.starts_with(&format!("{base}/"));
    Ok(match case.facts.metric {
        Metric::StepTime if unit == "ms" => 1e3,
        Metric::StepTime if unit == "min" => 1.0 / 60.0,
        Metric::StepTime if !matches!(unit.as_str(), "s" | "sec" | "seconds") => {
            return Err(format!(
                "`unit` is `{}`; known for times: s, ms, min",
                crate::table::shortened(&unit)
            ));
        }
        Metric::HardwareTflops | Metric::ModelTflops if per("pflop") || per("pflop/s") => 1e-3,
        metric if metric.is_memory() && per("gb") => 1.073_741_824,
        metric if metric.is_memory() && !per("gib") => {
            return Err(format!("`unit` is `{}`; known for memory: GiB, GB", crate::table::shortened(&unit)));
        }
        _ => 1.0,
    })
}

/// Operations of a step with full recomputation, as Narayanan et al. count them.
fn recomputed_operations(case: &Case) -> f64 {
    let shape = &case.job.shape;
    let (batch, s, h) = (case.job.global_batch, case.job.sequence, shape.hidden);
    let (l, v) = (shape.layers, shape.vocab);
    96.0 * batch * s * l * h * h * (1.0 + s / (6.0 * h) + v / (16.0 * l * h))
}

/// BigScience counted about 3 % too little before 21 February 2022, as its log says.
fn early_count(case: &Case) -> f64 {
    let notes = &case.facts.notes;
    let day = notes.find("measured 02-").and_then(|at| notes.get(at + 12..at + 14));
    match day.and_then(|day| day.parse::<u32>().ok()) {
        Some(day) if day < 21 && notes.contains("under-reports") => 0.97,
        _ => 1.0,
    }
}

/// Operations of a step that the model needs, by the count of the framework.
fn model_operations(case: &Case) -> (f64, &'static str) {
    let shape = &case.job.shape;
    let sequence = case.job.sequence;
    let tokens = case.job.global_batch * sequence;
    let framework = case.facts.framework.to_lowercase();
    let parameters = shape.parameters();
    let square = 12.0 * shape.layers * shape.heads * shape.head_dim * sequence;
    if framework.contains("maxtext") {
        let products = 6.0 * (parameters.active() - parameters.embedding);
        (tokens * (products + square), "products and the full square of attention (MaxText, 2024)")
    } else if framework.contains("nemo") || framework.contains("megatron") {
        let head = shape.vocab * shape.hidden;
        let products = 6.0 * (parameters.active() - parameters.embedding - parameters.head + head);
        (tokens * (products + square), "products and the full square of attention (NeMo)")
    } else {
        let per_token = shape.training_flops_per_token(sequence).as_tera() * 1e12;
        (tokens * per_token, "products and the visible half of attention")
    }
}

/// Operations of one token, `6N + 12·L·H·Q·s` (`palm-2022`, appendix B), with the parameters that a token uses.
pub fn palm_operations_per_token(shape: &Shape, sequence: f64) -> f64 {
    6.0 * shape.parameters().active() + 12.0 * shape.layers * shape.heads * shape.head_dim * sequence
}
