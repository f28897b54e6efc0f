//! Fits layers of experts, attention and collectives.

use std::collections::BTreeMap;

use quarterdeck_catalog::{
    AttentionCurve, Catalog, Citation, Clocks, CollectiveCurve, CollectiveCurves, ExpertCurve, Kernels,
    Origin, Precision,
};
use quarterdeck_performance::collectives::Protocols;
use quarterdeck_performance::operators::{
    AttentionShape, ExpertShape, FlashKernel, GemmKernel, expert_layer_time,
};
use quarterdeck_units::{Bytes, Seconds, exp, ln};

use super::gemm::precision_of;
use super::{Row, SOURCE, grouped, logit, loss, minimise, residuals, rounded, share};

/// Distribution of tokens among experts in the rows that are taken.
const EVEN: &str = "balanced";

fn cite(table: &str, what: &str, rows: &[&Row]) -> Citation {
    Citation {
        origin: Origin::Measured,
        source: Some(SOURCE.into()),
        locator: Some(format!("{table}, {what}, {}", rows.first().map_or("", |row| row.text("engine")))),
        reason: None,
    }
}

fn clocks(rows: &[&Row]) -> Clocks {
    let metered = rows.iter().any(|row| row.number("power").is_ok_and(|watts| watts > 0.0));
    if metered { Clocks::Sustained } else { Clocks::Boost }
}

/// Weighted mean loss of the errors.
fn cost<T>(rows: &[(T, f64, f64)], predict: impl Fn(&T) -> f64) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (shape, time, weight) in rows {
        sum += weight * loss(ln(predict(shape) / time));
        weights += weight;
    }
    sum / weights
}

fn errors<T>(rows: &[(T, f64, f64)], training: bool, predict: impl Fn(&T) -> f64) -> Vec<f64> {
    let wanted = rows.iter().filter(|(_, _, weight)| !training || *weight >= TRAINING);
    wanted.map(|(shape, time, _)| ln(predict(shape) / time)).collect()
}

/// Weight of a row of the sizes of training.
const TRAINING: f64 = 4.0;

fn line(name: &str, fit: (&quarterdeck_catalog::Residuals, &quarterdeck_catalog::Residuals)) -> String {
    let (all, training) = fit;
    format!(
        "{name:45} all {:5} rows {:4.1} % {:5.1} %   training {:4} rows {:4.1} % {:5.1} %",
        all.rows,
        all.median * 100.0,
        all.p90 * 100.0,
        training.rows,
        training.median * 100.0,
        training.p90 * 100.0
    )
}

/// Attention of whole sequences without windows.
pub(super) fn attention(
    rows: &[Row],
    catalog: &Catalog,
    into: &mut Kernels,
    report: &mut Vec<String>,
) -> Result<(), String> {
    let groups = grouped(rows, |device, row| {
        let kind = row.text("attn_dtype");
        let plain = matches!(row.text("window_size"), "" | "0") && row.text("kv_cache_dtype") == kind;
        let usual = !row.text("kernel_source").contains("flashinfer");
        precision_of(kind).filter(|_| plain && usual).map(|precision| (device, precision))
    });
    for ((id, precision), rows) in groups {
        let device = catalog.device(id).map_err(|error| error.to_string())?;
        let (Ok(peak), Some(processors)) = (device.peak(precision), &device.processors) else { continue };
        let mut points = Vec::new();
        for row in &rows {
            let length = row.number("isl")?;
            let shape = AttentionShape {
                sequences: row.number("batch_size")?,
                length,
                attended: (length + 1.0) / 2.0,
                heads: row.number("num_heads")?,
                kv_heads: row.number("num_key_value_heads")?,
                head_dim: row.number("head_dim")?,
            };
            let training = length >= 1024.0 && shape.sequences * length >= 2048.0 && shape.heads >= 8.0;
            let weight = if training { TRAINING } else { [0.2, 1.0][usize::from(length >= 256.0)] };
            points.push((shape, row.number("latency")? * 1e-3, weight));
        }
        let cite = cite("context_attention_perf", row_kind(precision), &rows);
        let clocks = clocks(&rows);
        let curve = |x: &[f64]| AttentionCurve {
            cite: cite.clone(),
            clocks,
            peak_share: rounded(share(x[0]), 4),
            ramp: rounded(exp(x[1]).min(5000.0), 3),
            wave_share: rounded(share(x[2]), 3),
            head_power: rounded(exp(x[3]).min(2.0), 3),
            memory_share: rounded(share(x[4]), 3),
            floor: Seconds::micros(rounded(exp(x[5]), 3)),
            all: residuals(&[]),
            training: residuals(&[]),
        };
        let kernel = |curve: &AttentionCurve| {
            let processors = f64::from(processors.value);
            FlashKernel::new(curve, peak.value, device.memory.bandwidth.value, processors)
        };
        let total = |x: &[f64]| {
            let kernel = kernel(&curve(x));
            cost(&points, |shape| kernel.time(shape).as_seconds())
        };
        let start = [logit(0.6), ln(400.0), logit(0.8), ln(0.5), logit(0.4), ln(8.0)];
        let (found, _) = minimise(&total, &start, &[0.3, 0.5, 0.8, 0.4, 0.5, 0.4], 6);
        let mut curve = curve(&found);
        let fitted = kernel(&curve);
        curve.all = residuals(&errors(&points, false, |shape| fitted.time(shape).as_seconds()));
        curve.training = residuals(&errors(&points, true, |shape| fitted.time(shape).as_seconds()));
        report.push(line(&format!("{id} attention {precision}"), (&curve.all, &curve.training)));
        into.device.entry(id.to_owned()).or_default().attention.insert(precision, curve);
    }
    Ok(())
}

fn row_kind(precision: Precision) -> &'static str {
    if precision == Precision::Bf16 { "bfloat16" } else { "fp8" }
}

/// Layers of experts whose tokens are dealt evenly, by grouped multiplies of the libraries that training uses.
/// Where several were measured the fastest is taken.
pub(super) fn experts(
    rows: &[Row],
    catalog: &Catalog,
    into: &mut Kernels,
    report: &mut Vec<String>,
) -> Result<(), String> {
    let groups = grouped(rows, |device, row| {
        let source = row.text("kernel_source");
        // Kernels like those of training; the others are built for short latency or compiled from scripts.
        let usual = source.contains("cutlass") || source.contains("deepgemm");
        let even = row.text("distribution") == EVEN;
        let precision = precision_of(row.text("moe_dtype")).filter(|_| usual && even)?;
        Some((device, precision, format!("{} {source}", row.text("moe_dtype"))))
    });
    let mut best: BTreeMap<(&str, Precision), (f64, ExpertCurve)> = BTreeMap::new();
    for ((id, precision, source), rows) in groups {
        let device = catalog.device(id).map_err(|error| error.to_string())?;
        let dense = into.device.get(id).and_then(|row| row.gemm.get(&precision));
        let (Some(dense), Ok(peak), Some(processors)) = (dense, device.peak(precision), &device.processors)
        else {
            continue;
        };
        let processors = f64::from(processors.value);
        let kernel = GemmKernel::new(dense, precision, peak.value, device.memory.bandwidth.value, processors);
        let mut points = Vec::new();
        for row in &rows {
            let (tokens, parts) = (row.number("num_tokens")?, row.number("moe_ep_size")?);
            let top_k = row.number("topk")?;
            let (experts, inner) = (row.number("num_experts")?, row.number("inter_size")?);
            // Fewer copies than experts leave some idle.
            let shape = ExpertShape {
                tokens,
                copies: tokens * top_k / parts,
                hidden: row.number("hidden_size")?,
                inner: inner / row.number("moe_tp_size")?,
                experts: (experts / parts).min(tokens * top_k / parts).max(1.0),
            };
            let busy = shape.copies / shape.experts >= 64.0;
            let training = tokens >= 2048.0 && shape.inner >= 512.0 && busy;
            let weight = if training { TRAINING } else { [0.1, 0.5][usize::from(tokens >= 256.0)] };
            points.push((shape, row.number("latency")? * 1e-3, weight));
        }
        if points.iter().filter(|point| point.2 >= TRAINING).count() < 20 {
            continue;
        }
        let cite = cite("moe_perf", &format!("{source}, tokens dealt evenly"), &rows);
        let clocks = dense.clocks;
        let curve = |x: &[f64]| ExpertCurve {
            cite: cite.clone(),
            clocks,
            share: rounded(share(x[0]), 4),
            moves: rounded(exp(x[1]).min(20.0), 3),
            floor: Seconds::micros(rounded(exp(x[2]), 3)),
            all: residuals(&[]),
            training: residuals(&[]),
        };
        let time =
            |curve: &ExpertCurve, shape: &ExpertShape| expert_layer_time(&kernel, curve, shape).as_seconds();
        let total = |x: &[f64]| {
            let curve = curve(x);
            cost(&points, |shape| time(&curve, shape))
        };
        let (found, _) = minimise(&total, &[logit(0.8), 0.0, ln(20.0)], &[0.4, 0.4, 0.4], 6);
        let mut curve = curve(&found);
        let fitted = curve.clone();
        curve.all = residuals(&errors(&points, false, |shape| time(&fitted, shape)));
        curve.training = residuals(&errors(&points, true, |shape| time(&fitted, shape)));
        report.push(format!(
            "{}   share {:.3} moves {:.2}",
            line(&format!("{id} experts {precision} {source}"), (&curve.all, &curve.training)),
            curve.share,
            curve.moves
        ));
        let large =
            ExpertShape { tokens: 8192.0, copies: 16384.0, hidden: 6144.0, inner: 2048.0, experts: 16.0 };
        let reference = time(&curve, &large);
        let key = (id, precision);
        if best.get(&key).is_none_or(|(other, _)| reference < *other) {
            best.insert(key, (reference, curve));
        }
    }
    for ((id, precision), (_, curve)) in best {
        into.device.entry(id.to_owned()).or_default().experts.insert(precision, curve);
    }
    Ok(())
}

/// One collective: bytes and devices.
type Message = (Bytes, f64);

/// Collectives inside a scale-up domain.
pub(super) fn collectives(
    rows: &[Row],
    catalog: &Catalog,
    into: &mut Kernels,
    report: &mut Vec<String>,
) -> Result<(), String> {
    let groups = grouped(rows, |device, row| {
        let kind = match row.text("op_name") {
            "all_reduce" => "all-reduce",
            "all_gather" | "reduce_scatter" => "all-gather and reduce-scatter",
            "alltoall" => "all-to-all",
            _ => return None,
        };
        (row.text("nccl_dtype") == "half").then_some((device, kind))
    });
    let mut found: BTreeMap<&str, BTreeMap<&str, CollectiveCurve>> = BTreeMap::new();
    for ((id, kind), rows) in groups {
        let device = catalog.device(id).map_err(|error| error.to_string())?;
        let Some(link) = device.scale_up.as_ref().map(|link| link.bandwidth.value) else { continue };
        let mut points: Vec<(Message, f64, f64)> = Vec::new();
        for row in &rows {
            // Sizes are counted in elements of two bytes.
            let bytes = 2.0 * row.number("message_size")?;
            let weight = if bytes >= 4e6 { TRAINING } else { 1.0 };
            let message = (Bytes::bytes(bytes), row.number("num_gpus")?);
            points.push((message, row.number("latency")? * 1e-3, weight));
        }
        let largest = points.iter().map(|point| point.0.1).fold(2.0, f64::max);
        let cite = cite("nccl_perf", &format!("{kind}, half precision"), &rows);
        let curve = |x: &[f64]| {
            let large_share = rounded(share(x[3]), 4);
            let small = exp(x[0]);
            CollectiveCurve {
                cite: cite.clone(),
                small_latency: Seconds::micros(rounded(small, 3)),
                small_share: rounded(large_share * share(x[1]), 3),
                large_latency: Seconds::micros(rounded(small + exp(x[2]), 3)),
                large_share,
                doubling: rounded(exp(x[4]).min(3.0), 3),
                group_power: rounded(0.1 * x[5].clamp(-5.0, 5.0), 3),
                largest: largest as u32,
                all: residuals(&[]),
                training: residuals(&[]),
            }
        };
        let passes = if kind == "all-reduce" { 2.0 } else { 1.0 };
        let total = |x: &[f64]| {
            let protocols = Protocols::new(&curve(x), link, passes);
            cost(&points, |(bytes, n)| protocols.time(*bytes, *n).as_seconds())
        };
        let start = [ln(8.0), logit(0.3), ln(15.0), logit(0.75), ln(0.3), 1.0];
        let (at, _) = minimise(&total, &start, &[0.4, 0.5, 0.5, 0.4, 0.5, 1.0], 6);
        let mut curve = curve(&at);
        let protocols = Protocols::new(&curve, link, passes);
        let time = |(bytes, n): &Message| protocols.time(*bytes, *n).as_seconds();
        curve.all = residuals(&errors(&points, false, time));
        curve.training = residuals(&errors(&points, true, time));
        report.push(line(&format!("{id} {kind}"), (&curve.all, &curve.training)));
        found.entry(id).or_default().insert(kind, curve);
    }
    for (id, mut kinds) in found {
        let all = (
            kinds.remove("all-reduce"),
            kinds.remove("all-gather and reduce-scatter"),
            kinds.remove("all-to-all"),
        );
        if let (Some(all_reduce), Some(all_gather), Some(all_to_all)) = all {
            into.device.entry(id.to_owned()).or_default().collectives =
                Some(CollectiveCurves { all_reduce, all_gather, all_to_all });
        }
    }
    Ok(())
}
