//! One row in full: facts read, layout, time operator by operator, step, memory, and the prediction beside the
//! measurement.

use quarterdeck_catalog::Catalog;
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::Pricer;
use quarterdeck_units::{Bytes, Seconds};
use quarterdeck_workload::LayerKind;

use super::card::{family, interval};
use super::{Scored, generation};
use crate::sheet::{Sheet, percent, significant};

/// Tables that explain a row.
pub fn explain(scored: &Scored, catalog: &Catalog) -> Result<Vec<Sheet>, String> {
    Ok(vec![
        result(scored, catalog),
        facts(scored),
        operators(scored, catalog)?,
        step(scored),
        memory(scored),
    ])
}

fn two_columns(key: &'static str, title: &str) -> Sheet {
    Sheet::new(key, title, &[("what", "what"), ("value", "value")])
}

fn add(sheet: &mut Sheet, what: &str, value: impl Into<String>) {
    sheet.push([what.to_owned(), value.into()]);
}

fn result(scored: &Scored, catalog: &Catalog) -> Sheet {
    let (facts, unit) = (&scored.facts, scored.facts.unit.as_str());
    let mut sheet = two_columns("result", &format!("Row {}", facts.id));
    add(&mut sheet, "source", facts.source.clone());
    add(&mut sheet, "measured", format!("{} {unit} ({})", significant(facts.measured), facts.metric.name()));
    add(&mut sheet, "predicted", format!("{} {unit}", significant(scored.predicted.value)));
    if !scored.predicted.convention.is_empty() {
        add(&mut sheet, "operations counted as", scored.predicted.convention);
    }
    if let Some((lower, upper)) = interval(scored, &catalog.intervals.training) {
        let band = format!("{} to {} {unit}", significant(lower), significant(upper));
        add(&mut sheet, "80 % band", format!("{band} (family {})", family(scored)));
    }
    add(&mut sheet, "error", format!("{:+.1} %", 100.0 * scored.error()));
    if !facts.metric.is_memory() {
        add(&mut sheet, "measured step", format!("{:.4}", Seconds::seconds(scored.measured_seconds())));
        add(&mut sheet, "predicted step", format!("{:.4}", Seconds::seconds(scored.step_seconds())));
    }
    sheet
}

fn facts(scored: &Scored) -> Sheet {
    let (facts, case) = (&scored.facts, &scored.case);
    let (job, shape) = (&case.job, &case.job.shape);
    let mut sheet = two_columns("facts", "Facts and layout");
    let platform = &case.platform;
    add(&mut sheet, "hardware", format!("{:.0} x {} on {}", facts.devices, platform.device, platform.id));
    add(&mut sheet, "generation", generation(platform));
    let per_device = platform.scale_out.back_end() * (1.0 / f64::from(platform.devices.max(1)));
    add(
        &mut sheet,
        "between servers",
        format!("{per_device:.3} a device; domain {}", platform.scale_up_domain),
    );
    let experts = shape.moe.map_or_else(String::new, |moe| {
        format!(
            ", {} experts of {} (top {}, {} shared)",
            moe.experts, moe.expert_ffn, moe.top_k, moe.shared_experts
        )
    });
    add(
        &mut sheet,
        "model",
        format!(
            "{}: {:.2} billion parameters; {} layers, width {}, feed-forward {}, {} heads of {}, {} key-value heads, \
             vocabulary {}{experts}",
            facts.model,
            shape.parameters().total() / 1e9,
            shape.layers,
            shape.hidden,
            shape.ffn_hidden,
            shape.heads,
            shape.head_dim,
            shape.kv_heads,
            shape.vocab
        ),
    );
    add(
        &mut sheet,
        "job",
        format!("{} sequences of {} tokens a step, {}", job.global_batch, job.sequence, job.precision),
    );
    add(&mut sheet, "expert imbalance", significant(job.expert_imbalance));
    add(&mut sheet, "software", format!("{} ({})", facts.framework, case.software.as_str()));
    let layout = &scored.priced.layout;
    add(&mut sheet, "layout", layout.to_string());
    add(&mut sheet, "sequence parallel", if layout.sequence_parallel { "yes" } else { "no" });
    add(&mut sheet, "attention", format!("{:?}", layout.attention).to_lowercase());
    add(&mut sheet, "gradient exchange", format!("{:?}", layout.gradients).to_lowercase());
    add(&mut sheet, "micro-batches", significant(scored.priced.step.microbatches));
    for filled in &case.filled {
        add(&mut sheet, "filled in", filled.clone());
    }
    if !facts.notes.is_empty() {
        add(&mut sheet, "notes", facts.notes.clone());
    }
    sheet
}

/// Time of each operator of one layer for one micro-batch on one device, before communication.
fn operators(scored: &Scored, catalog: &Catalog) -> Result<Sheet, String> {
    let case = &scored.case;
    let machine = Machine::of(catalog, &case.platform).map_err(|reason| reason.to_string())?;
    let pricer = Pricer::new(&machine, &case.job).map_err(|reason| reason.to_string())?;
    let mut sheet = Sheet::new(
        "operators",
        "Operators of one layer, one micro-batch, one device",
        &[("layer", "layer"), ("operator", "operator"), ("forward", "forward"), ("backward", "backward")],
    );
    let layout = &scored.priced.layout;
    let stages = f64::from(layout.parallelism.pipeline);
    let kinds = case.job.shape.layer_kinds().map(|(kind, count)| {
        let name = match kind {
            LayerKind::Dense => "dense",
            LayerKind::Experts => "experts",
        };
        (Some(kind), format!("{name}, {:.1} a stage", count / stages))
    });
    for (kind, name) in kinds.chain([(None, "head, last stage".to_owned())]) {
        for (operator, forward, backward) in pricer.operator_costs(kind, layout) {
            let times = [forward.total(), backward.total()].map(|time| format!("{time:.2}"));
            let [forward, backward] = times;
            sheet.push([name.clone(), operator.to_owned(), forward, backward]);
        }
        let cost = match kind {
            Some(kind) => pricer.layer_cost(kind, layout),
            None => pricer.head_cost(layout),
        };
        for (what, forward, backward) in [
            ("all operators", cost.forward.total(), cost.backward.total()),
            (
                "communication, exposed",
                cost.forward_traffic.exposed.total(),
                cost.backward_traffic.exposed.total(),
            ),
            (
                "communication, hidden",
                cost.forward_traffic.hidden.total(),
                cost.backward_traffic.hidden.total(),
            ),
        ] {
            if forward.is_positive() || backward.is_positive() {
                sheet.push([
                    name.clone(),
                    what.to_owned(),
                    format!("{forward:.2}"),
                    format!("{backward:.2}"),
                ]);
            }
        }
    }
    Ok(sheet)
}

fn step(scored: &Scored) -> Sheet {
    let breakdown = &scored.priced.step.breakdown;
    let total = breakdown.total();
    let mut sheet = Sheet::new("step", "The step", &[("part", "part"), ("time", "time"), ("share", "share")]);
    for (name, time) in breakdown.parts().into_iter().filter(|(_, time)| time.is_positive()) {
        sheet.push([name.to_owned(), format!("{time:.3}"), percent(time / total)]);
    }
    sheet.push(["step".to_owned(), format!("{total:.3}"), percent(1.0)]);
    for (name, time) in [
        ("hidden: scale-up", breakdown.hidden.scale_up),
        ("hidden: scale-out", breakdown.hidden.scale_out),
        ("hidden: memory traffic or arithmetic", breakdown.hidden.device),
    ] {
        if time.is_positive() {
            sheet.push([name.to_owned(), format!("{time:.3}"), percent(time / total)]);
        }
    }
    sheet
}

fn memory(scored: &Scored) -> Sheet {
    let memory = &scored.priced.step.memory;
    let mut sheet = two_columns("memory", "Memory of the fullest device");
    let shown = |bytes: Bytes| format!("{:.2} GiB", bytes.as_gibibytes());
    for (name, bytes) in [
        ("weights", memory.weights),
        ("gradients", memory.gradients),
        ("optimizer", memory.optimizer),
        ("activations", memory.activations),
        ("logits", memory.logits),
        ("reserve", memory.reserve),
        ("used", memory.used()),
        ("capacity", memory.capacity),
    ] {
        add(&mut sheet, name, shown(bytes));
    }
    add(&mut sheet, "fits", if memory.fits() { "yes" } else { "no" });
    sheet
}
