//! `cargo xtask probe-check`: five rankers run in PyTorch on this machine, beside what the performance model says of
//! them from the file that `quarterdeck probe` wrote on it.

use quarterdeck_catalog::{Catalog, Overlay, Precision, Recommendation};
use quarterdeck_performance::Machine;
use quarterdeck_performance::operators::Roofline;
use quarterdeck_performance::ranker_forward::{ForwardPass, FrameworkCosts, forward_pass};
use quarterdeck_units::Seconds;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Shapes with their batches.
const SHAPES: [(&str, u32); 5] = [
    ("lookups-many", 256),
    ("tables-many", 128),
    ("layers-wide", 256),
    ("tables-large", 256),
    ("one-hot", 512),
];
/// Largest error that passes.
const BAR: f64 = 0.25;
/// Rounds over all shapes.
const ROUNDS: u32 = 9;
/// The product that the script times beside the shapes.
const PRODUCT: (f64, f64) = (384.0, 768.0);

/// Runs the check; the lines to print, and whether every shape is within the bar.
///
/// # Errors
/// When a file, the interpreter or the script fails.
pub fn run(root: &Path, probe: &Path, python: &Path, threads: u32) -> Result<(Vec<String>, bool), String> {
    let text = std::fs::read_to_string(probe).map_err(|error| format!("{}: {error}", probe.display()))?;
    let (catalog, platforms) = Overlay::read(Catalog::builtin(), &probe.display().to_string(), &text)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let platform =
        platforms.first().and_then(|id| catalog.platform(id).ok()).ok_or("the file has no platform")?;
    let machine = Machine::of(&catalog, platform).map_err(|reason| reason.to_string())?;
    let folder = root.join("validation/probe");
    let models: Vec<Recommendation> = SHAPES
        .iter()
        .map(|(name, _)| {
            let path = folder.join(format!("{name}.toml"));
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
        })
        .collect::<Result<_, String>>()?;
    let measured = measure(&folder.join("ranker.py"), python, &models, threads)?;
    report(&machine, &models, &measured)
}

fn measure(script: &Path, python: &Path, models: &[Recommendation], threads: u32) -> Result<Value, String> {
    let shapes: Vec<Value> = models
        .iter()
        .zip(SHAPES)
        .filter_map(|(model, (_, batch))| {
            let dense = model.dense.as_ref()?;
            let tables: Vec<Value> = model
                .tables
                .iter()
                .map(|group| json!({"count": group.count, "rows": group.rows, "dim": group.dim, "pooling": group.pooling}))
                .collect();
            Some(json!({
                "id": model.id, "batch": batch, "tables": tables, "bottom": dense.bottom_mlp, "top": dense.top_mlp,
            }))
        })
        .collect();
    let asked = json!({ "threads": threads, "rounds": ROUNDS, "shapes": shapes }).to_string();
    let failed = |error: std::io::Error| format!("{}: {error}", python.display());
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut input = child.stdin.take().ok_or("the script takes no input")?;
    input.write_all(asked.as_bytes()).map_err(failed)?;
    drop(input);
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err("the script failed; `validation/probe/requirements.txt` says what it needs".to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("the script's output: {error}"))
}

fn report(
    machine: &Machine,
    models: &[Recommendation],
    measured: &Value,
) -> Result<(Vec<String>, bool), String> {
    let number =
        |value: &Value| value.as_f64().ok_or_else(|| "the script's output lacks a number".to_owned());
    let cost = |name: &str| number(&measured["costs"][name]).map(Seconds::seconds);
    let costs = FrameworkCosts {
        lookup: cost("lookup_s")?,
        layer: cost("layer_s")?,
        elementwise: cost("elementwise_s")?,
    };
    let roofline = Roofline::of(machine, Precision::Fp32, 1.0).map_err(|reason| reason.to_string())?;
    let (rows, width) = PRODUCT;
    let own = 2.0 * rows * width * width / roofline.gemm_time(rows, width, width, 1.0).exposed.as_seconds();
    let theirs = number(&measured["product_flop_per_s"])?;
    let mut lines = vec![
        format!(
            "torch {}: a lookup costs {:.1}, a layer {:.1}, an element-wise operator {:.1} before it works",
            measured["torch"].as_str().unwrap_or("?"),
            costs.lookup,
            costs.layer,
            costs.elementwise
        ),
        format!(
            "a product of 384 x 768 x 768: {:.1} GFLOP/s by torch, {:.1} by the probe's entry ({:.2}x)",
            theirs / 1e9,
            own / 1e9,
            theirs / own
        ),
        String::new(),
        "| shape | batch | measured, ms (least to most) | predicted, ms | error | rows | products | framework | rest |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    let mut worst = 0.0_f64;
    for (index, (model, (name, batch))) in models.iter().zip(SHAPES).enumerate() {
        let pass: ForwardPass = forward_pass(model, machine, Precision::Fp32, f64::from(batch), &costs)
            .map_err(|reason| reason.to_string())?;
        let row = &measured["shapes"][index];
        let (median, low, high) =
            (number(&row["median_s"])?, number(&row["low_s"])?, number(&row["high_s"])?);
        let error = pass.total().as_seconds() / median - 1.0;
        worst = worst.max(error.abs());
        lines.push(format!(
            "| {name} | {batch} | {:.2} ({:.2} to {:.2}) | {:.2} | {:+.0} % | {:.2} | {:.2} | {:.2} | {:.2} |",
            median * 1e3,
            low * 1e3,
            high * 1e3,
            pass.total().as_millis(),
            100.0 * error,
            pass.lookups.as_millis(),
            pass.products.as_millis(),
            pass.framework.as_millis(),
            (pass.indices + pass.elementwise).as_millis(),
        ));
    }
    lines.push(String::new());
    lines.push(format!("largest error {:.0} %; the bar is {:.0} %", 100.0 * worst, 100.0 * BAR));
    Ok((lines, worst <= BAR))
}
