//! Fits the numbers of training software to `calibrate` rows, and prints them as they stand in
//! `data/calibration/performance.toml`.
//!
//! Coordinate descent on the mean absolute logarithm of predicted over measured time; each source and number format
//! weighs by the root of its rows. Rows of the `test` split are never read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use quarterdeck_catalog::{Catalog, TrainingSoftware};
use quarterdeck_units::{Seconds, ln};
use quarterdeck_validation::table;
use quarterdeck_validation::training::{Completeness, MEASURED, Outcome, Split, predict_row};

type Get = Box<dyn Fn(&mut Catalog) -> &mut f64>;

/// One fitted number.
struct Parameter {
    name: String,
    low: f64,
    high: f64,
    /// Where it stands; in several places where it is shared.
    at: Vec<At>,
}

/// The chip of two parts, and the parts.
const A100: &str = "a100-sxm";
const A100_PARTS: [&str; 2] = ["a100-sxm-80", "a100-sxm-40"];

/// Generations of Megatron before fused attention, whose kernels are fitted together.
const MEGATRON: &[&str] =
    &["megatron-2022", "megatron-2021", "megatron-deepspeed-fp16", "megatron-deepspeed-bf16"];

/// Devices of servers whose scale-up domain is the server, and devices of racks that are one domain.
const SERVERS: &[&str] = &["default"];
const RACKS: &[&str] = &["gb200-nvl72", "gb300-nvl72"];

enum At {
    Number(Get),
    Time(Box<dyn Fn(&mut Catalog) -> &mut Seconds>),
}

impl Parameter {
    fn get(&self, catalog: &mut Catalog) -> f64 {
        match &self.at[0] {
            At::Number(at) => *at(catalog),
            At::Time(at) => at(catalog).as_seconds(),
        }
    }
    fn set(&self, catalog: &mut Catalog, value: f64) {
        for at in &self.at {
            match at {
                At::Number(at) => *at(catalog) = value,
                At::Time(at) => *at(catalog) = Seconds::seconds(value),
            }
        }
    }
}

fn software<'a>(catalog: &'a mut Catalog, id: &str) -> &'a mut TrainingSoftware {
    catalog.steps.training.software.get_mut(id).unwrap_or_else(|| panic!("no software {id}"))
}

type Software = &'static [&'static str];

fn of(
    ids: Software,
    name: &str,
    low: f64,
    high: f64,
    field: fn(&mut TrainingSoftware) -> &mut f64,
) -> Parameter {
    let number = |id| At::Number(Box::new(move |catalog: &mut Catalog| field(software(catalog, id))));
    let at = ids.iter().copied().map(number).collect();
    Parameter { name: format!("{}.{name}", ids[0]), low, high, at }
}

fn time(
    ids: Software,
    name: &str,
    low: f64,
    high: f64,
    field: fn(&mut TrainingSoftware) -> &mut Seconds,
) -> Parameter {
    let time = |id| At::Time(Box::new(move |catalog: &mut Catalog| field(software(catalog, id))));
    let at = ids.iter().copied().map(time).collect();
    Parameter { name: format!("{}.{name}", ids[0]), low, high, at }
}

/// The names of a device's parts, or its own.
fn parts(device: &'static str) -> Vec<&'static str> {
    if device == A100 { A100_PARTS.to_vec() } else { vec![device] }
}

fn attention(ids: Software, device: &'static str, low: f64, high: f64) -> Parameter {
    let at = |id: &'static str, part: &'static str| {
        At::Number(Box::new(move |catalog: &mut Catalog| {
            software(catalog, id).attention_share.0.entry(part.to_owned()).or_insert(0.4)
        }))
    };
    let parts = parts(device);
    let at = ids.iter().flat_map(|id| parts.iter().map(move |part| at(id, part))).collect();
    Parameter { name: format!("{}.attention.{device}", ids[0]), low, high, at }
}

fn matrix_rate(id: &'static str, device: &'static str, low: f64, high: f64) -> Parameter {
    let at = At::Number(Box::new(move |catalog: &mut Catalog| {
        software(catalog, id).matrix_rate.0.entry(device.to_owned()).or_insert(1.0)
    }));
    Parameter { name: format!("{id}.matrix_rate.{device}"), low, high, at: vec![at] }
}

fn layer_overhead(ids: Software, devices: &'static [&'static str]) -> Parameter {
    let at = |id: &'static str, device: &'static str| {
        At::Time(Box::new(move |catalog: &mut Catalog| {
            let values = &mut software(catalog, id).layer_overhead.0;
            let default = values.get("default").copied().unwrap_or(Seconds::ZERO);
            values.entry(device.to_owned()).or_insert(default)
        }))
    };
    let at = ids.iter().flat_map(|id| devices.iter().map(move |device| at(id, device))).collect();
    Parameter { name: format!("{}.layer_overhead.{}", ids[0], devices[0]), low: 1e-6, high: 1e-3, at }
}

/// Time of the host to launch a layer of experts on some devices, which are fitted together.
fn expert_overhead(id: &'static str, devices: &'static [&'static str]) -> Parameter {
    let at = |device: &'static str| {
        At::Time(Box::new(move |catalog: &mut Catalog| {
            let values = &mut software(catalog, id).expert_overhead.0;
            let default = values.get("default").copied().unwrap_or(Seconds::ZERO);
            values.entry(device.to_owned()).or_insert(default)
        }))
    };
    let at = devices.iter().map(|device| at(device)).collect();
    Parameter { name: format!("{id}.expert_overhead.{}", devices[0]), low: 1e-6, high: 1e-2, at }
}

fn sustained(device: &'static str, low: f64, high: f64) -> Parameter {
    let at = |part: &'static str| {
        At::Number(Box::new(move |catalog: &mut Catalog| {
            let found = catalog.steps.training.sustained_device.get_mut(part);
            &mut found.unwrap_or_else(|| panic!("no {part}")).value
        }))
    };
    let at = parts(device).into_iter().map(at).collect();
    Parameter { name: format!("sustained_device.{device}"), low, high, at }
}

fn narrow(name: &'static str, low: f64, high: f64, field: fn(&mut Catalog) -> &mut f64) -> Parameter {
    Parameter { name: format!("narrow.{name}"), low, high, at: vec![At::Number(Box::new(field))] }
}

/// Seconds predicted over measured, with the group of its row.
fn ratio(outcome: &Outcome) -> Option<(String, f64)> {
    let scored = outcome.result.as_ref().ok()?;
    let facts = &scored.facts;
    if facts.metric.is_memory() || facts.completeness == Completeness::Partial {
        return None;
    }
    let ratio = scored.step_seconds() / scored.measured_seconds();
    Some((format!("{} {} {}", facts.publication(), facts.precision, scored.case.has_experts()), ratio))
}

fn loss(catalog: &Catalog, rows: &[table::Row]) -> f64 {
    let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows {
        if let Some((group, ratio)) = ratio(&predict_row(catalog, row.clone())) {
            groups.entry(group).or_default().push(ln(ratio).abs().min(0.5));
        }
    }
    let weight = |errors: &Vec<f64>| (errors.len() as f64).sqrt();
    let total: f64 = groups.values().map(weight).sum();
    groups
        .values()
        .map(|errors| weight(errors) * errors.iter().sum::<f64>() / errors.len() as f64)
        .sum::<f64>()
        / total
}

fn descend(catalog: &mut Catalog, rows: &[table::Row], parameters: &[Parameter]) {
    for parameter in parameters {
        let start = parameter.get(catalog).clamp(parameter.low, parameter.high);
        parameter.set(catalog, start);
    }
    let mut best = loss(catalog, rows);
    println!("# {} rows, loss {best:.4}", rows.len());
    let mut steps = vec![0.2; parameters.len()];
    for _ in 0..40 {
        let mut improved = false;
        for (parameter, step) in parameters.iter().zip(&mut steps) {
            let start = parameter.get(catalog);
            let mut kept = start;
            for factor in [1.0 + *step, 1.0 / (1.0 + *step)] {
                let tried = if start == 0.0 { 0.05 * parameter.high } else { start * factor };
                let tried = tried.clamp(parameter.low, parameter.high);
                parameter.set(catalog, tried);
                let found = loss(catalog, rows);
                if found < best - 1e-6 {
                    best = found;
                    kept = tried;
                    improved = true;
                }
            }
            parameter.set(catalog, kept);
            if kept == start {
                *step /= 1.6;
            }
        }
        if !improved && steps.iter().all(|step| *step < 0.01) {
            break;
        }
    }
    best = wander(catalog, rows, parameters, best);
    println!("# loss {best:.4}");
    for parameter in parameters {
        println!("{} = {:.6}", parameter.name, parameter.get(catalog));
    }
}

/// Steps in random directions, since the least mean absolute error of coupled numbers has edges at which steps along one
/// of them stop. The same steps each time.
fn wander(catalog: &mut Catalog, rows: &[table::Row], parameters: &[Parameter], start: f64) -> f64 {
    let mut best = start;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for width in [0.6, 0.3, 0.15, 0.07, 0.03] {
        for _ in 0..400 {
            let held: Vec<f64> = parameters.iter().map(|parameter| parameter.get(catalog)).collect();
            for (parameter, held) in parameters.iter().zip(&held) {
                let factor = quarterdeck_units::exp(width * (2.0 * uniform() - 1.0));
                let held = held.max(1e-3 * parameter.high);
                parameter.set(catalog, (held * factor).clamp(parameter.low, parameter.high));
            }
            let found = loss(catalog, rows);
            if found < best - 1e-6 {
                best = found;
            } else {
                parameters.iter().zip(held).for_each(|(parameter, held)| parameter.set(catalog, held));
            }
        }
    }
    best
}

/// The catalogue as it lies in the working tree, so that a change of numbers needs no build.
fn catalog() -> Catalog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let mut files: Vec<(String, String)> = Vec::new();
    let mut folders = vec![root.join("catalog"), root.join("calibration")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let files = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Catalog::from_files(files).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn main() {
    let mut catalog = catalog();
    let all =
        table::read("measured.csv", MEASURED.as_bytes(), quarterdeck_validation::training::REQUIRED).unwrap();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let rows_where = |catalog: &Catalog, keep: &dyn Fn(&str, &str, bool) -> bool| -> Vec<table::Row> {
        all.iter()
            .filter(|row| {
                let outcome = predict_row(catalog, (*row).clone());
                outcome.result.as_ref().is_ok_and(|scored| {
                    scored.facts.split == Split::Calibrate
                        && keep(
                            scored.case.job.software.unwrap_or(""),
                            &scored.case.platform.device,
                            scored.case.has_experts(),
                        )
                })
            })
            .cloned()
            .collect()
    };
    let runs = |stage: &str| wanted.is_empty() || wanted.iter().any(|word| word == stage);
    // First, since frameworks of other stages ran on the same device.
    if runs("dense") {
        let rows =
            rows_where(&catalog, &|id, device, experts| id == "nemo" && device == "h100-sxm" && !experts);
        let id: Software = &["nemo"];
        descend(
            &mut catalog,
            &rows,
            &[
                sustained("h100-sxm", 0.75, 1.0),
                of(id, "attention_rate", 0.4, 3.0, |s| {
                    s.attention_rate.0.entry("default".to_owned()).or_insert(1.0)
                }),
                narrow("fp8.peak_share", 0.6, 1.2, |c| &mut c.steps.training.narrow.fp8.peak_share),
                narrow("fp8.ramp", 1.0, 30.0, |c| &mut c.steps.training.narrow.fp8.ramp),
                of(id, "elementwise", 0.8, 4.0, |s| &mut s.elementwise),
                layer_overhead(id, &["default"]),
                of(id, "tensor_overlap", 0.0, 0.95, |s| &mut s.tensor_overlap),
                of(id, "data_overlap", 0.2, 1.0, |s| &mut s.data_overlap),
                of(id, "pipeline_overlap", 0.0, 1.0, |s| &mut s.pipeline_overlap),
                time(id, "step_overhead", 0.001, 0.1, |s| &mut s.step_overhead),
            ],
        );
    }
    if runs("a100") {
        // One chip, whatever its memory: the frameworks that ran on it are fitted together.
        let rows = rows_where(&catalog, &|id, device, _| {
            id == "fsdp-2023" || (device.starts_with("a100") && MEGATRON.contains(&id))
        });
        let (megatron, fsdp): (Software, Software) = (MEGATRON, &["fsdp-2023"]);
        descend(
            &mut catalog,
            &rows,
            &[
                sustained("a100-sxm", 0.8, 1.0),
                attention(megatron, "default", 0.2, 0.8),
                of(megatron, "score_bytes", 5.0, 16.0, |s| &mut s.score_bytes),
                of(megatron, "elementwise", 1.0, 4.0, |s| &mut s.elementwise),
                layer_overhead(megatron, &["default"]),
                time(megatron, "step_overhead", 0.001, 0.3, |s| &mut s.step_overhead),
                attention(fsdp, "a100-sxm", 0.1, 0.7),
                attention(fsdp, "default", 0.1, 0.6),
                matrix_rate("fsdp-2023", "default", 0.6, 1.1),
                of(fsdp, "eager_bytes", 0.0, 120.0, |s| &mut s.eager_bytes),
                of(fsdp, "loss", 0.7, 5.0, |s| &mut s.loss),
                of(fsdp, "gather_interference", 0.0, 1.0, |s| &mut s.gather_interference),
                layer_overhead(fsdp, &["default"]),
                time(fsdp, "step_overhead", 0.001, 0.3, |s| &mut s.step_overhead),
            ],
        );
    }
    if runs("blackwell") {
        let rows =
            rows_where(&catalog, &|id, device, experts| id == "nemo" && device == "b200-sxm" && !experts);
        descend(&mut catalog, &rows, &[sustained("b200-sxm", 0.7, 1.0)]);
    }
    if runs("experts") {
        // Racks that are one domain replay captured launches; all that is dense on them is fitted with their experts.
        let rows =
            rows_where(&catalog, &|id, device, experts| id == "nemo" && (experts || RACKS.contains(&device)));
        descend(
            &mut catalog,
            &rows,
            &[
                of(&["nemo"], "permutation", 0.5, 8.0, |s| &mut s.permutation),
                of(&["nemo"], "expert_exchange", 0.5, 3.0, |s| &mut s.expert_exchange),
                expert_overhead("nemo", SERVERS),
                expert_overhead("nemo", RACKS),
                layer_overhead(&["nemo"], RACKS),
                sustained("gb200-nvl72", 0.7, 1.0),
            ],
        );
    }
    if runs("xla-gpu") {
        let rows = rows_where(&catalog, &|id, _, _| id == "xla-gpu");
        let id: Software = &["xla-gpu"];
        descend(
            &mut catalog,
            &rows,
            &[
                matrix_rate("xla-gpu", "default", 0.5, 1.1),
                time(id, "step_overhead", 0.001, 0.6, |s| &mut s.step_overhead),
                of(id, "gather_interference", 0.0, 1.0, |s| &mut s.gather_interference),
            ],
        );
    }
    if runs("xla-tpu") {
        let rows = rows_where(&catalog, &|id, _, _| id == "xla-tpu");
        let at = At::Number(Box::new(|catalog: &mut Catalog| {
            &mut catalog.steps.training.sustained.get_mut(&quarterdeck_catalog::Family::TpuXla).unwrap().value
        }));
        descend(
            &mut catalog,
            &rows,
            &[Parameter { name: "sustained.tpu-xla".to_owned(), low: 0.7, high: 1.2, at: vec![at] }],
        );
    }
    report(&catalog, &all);
}

/// Errors of every publication under what was fitted.
fn report(catalog: &Catalog, all: &[table::Row]) {
    let verbose = std::env::var_os("ROWS").is_some();
    let mut groups: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in all {
        let outcome = predict_row(catalog, row.clone());
        if let (Some((_, ratio)), Ok(scored)) = (ratio(&outcome), &outcome.result) {
            let facts = &scored.facts;
            let kind = if scored.case.has_experts() { "experts" } else { "dense" };
            for key in [
                format!(
                    "{} {} {kind} {}",
                    facts.split.as_str(),
                    facts.publication(),
                    scored.case.platform.device
                ),
                format!("{} all", facts.split.as_str()),
            ] {
                groups.entry(key).or_default().push(ratio);
            }
            if verbose {
                println!("{} {} {ratio:.3}", outcome.id, facts.split.as_str());
            }
        }
    }
    for (group, ratios) in groups {
        let mut errors: Vec<f64> = ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        errors.sort_by(f64::total_cmp);
        let at = |share: f64| 100.0 * errors[((errors.len() - 1) as f64 * share).round() as usize];
        let mean =
            quarterdeck_units::exp(ratios.iter().map(|ratio| ln(*ratio)).sum::<f64>() / ratios.len() as f64);
        println!(
            "# {group:<80} n {:>4} median {:>5.1} p90 {:>5.1} ratio {mean:.3}",
            errors.len(),
            at(0.5),
            at(0.9)
        );
    }
}
