//! Fits matrix-multiply curves.

use std::collections::BTreeMap;

use quarterdeck_catalog::{Catalog, Citation, Clocks, Device, GemmCurve, Kernels, Origin, Precision};
use quarterdeck_performance::operators::GemmKernel;
use quarterdeck_units::{Seconds, exp, ln};

use super::{Row, SOURCE, grouped, logit, loss, minimise, residuals, rounded, share};

/// Smallest kernel above which short rows time the host rather than the device.
const HOST_BOUND: f64 = 40e-6;

/// Over that smallest time, what a row must take to time the device alone.
const CLEAR_OF_HOST: f64 = 3.0;

/// One measured product.
#[derive(Clone, Copy)]
struct Product {
    rows: f64,
    columns: f64,
    depth: f64,
    time: f64,
    weight: f64,
}

impl Product {
    fn is_training(&self) -> bool {
        self.rows >= 2048.0 && self.columns >= 1024.0 && self.depth >= 1024.0
    }

    /// Training shapes count most; slivers that no model has count least.
    fn weigh(rows: f64, columns: f64, depth: f64) -> f64 {
        if columns <= 64.0 || depth <= 64.0 {
            0.1
        } else if rows >= 2048.0 && columns >= 1024.0 && depth >= 1024.0 {
            4.0
        } else if rows >= 128.0 && columns >= 256.0 && depth >= 256.0 {
            1.0
        } else {
            0.3
        }
    }
}

pub(super) fn precision_of(name: &str) -> Option<Precision> {
    match name {
        "bfloat16" => Some(Precision::Bf16),
        "fp8" | "fp8_block" | "fp8_static" => Some(Precision::Fp8),
        "nvfp4" => Some(Precision::Fp4),
        _ => None,
    }
}

/// Fits one curve for each device and precision. Where several kernels were measured the one that is fastest on
/// training shapes is taken.
pub(super) fn fit(
    rows: &[Row],
    catalog: &Catalog,
    into: &mut Kernels,
    report: &mut Vec<String>,
) -> Result<(), String> {
    let groups = grouped(rows, |device, row| {
        let kind = row.text("gemm_dtype");
        precision_of(kind).map(|precision| (device, precision, kind.to_owned()))
    });
    let mut best: BTreeMap<(&str, Precision), (f64, GemmCurve)> = BTreeMap::new();
    for ((id, precision, kind), rows) in groups {
        let device = catalog.device(id).map_err(|error| error.to_string())?;
        let Ok(peak) = device.peak(precision) else { continue };
        let mut products = Vec::new();
        for row in &rows {
            let (rows, columns, depth) = (row.number("m")?, row.number("n")?, row.number("k")?);
            let time = row.number("latency")? * 1e-3;
            products.push(Product {
                rows,
                columns,
                depth,
                time,
                weight: Product::weigh(rows, columns, depth),
            });
        }
        let least = products.iter().map(|product| product.time).fold(f64::INFINITY, f64::min);
        let name = format!("{id:12} {precision:5} {kind:10}");
        let mut kept = String::new();
        let mut like = None;
        if least > HOST_BOUND {
            // Long rows say nothing of small shapes, which the 16-bit curve of the device stands in for.
            like = best.get(&(id, Precision::Bf16)).map(|(_, curve)| curve.clone());
            products.retain(|product| product.time > CLEAR_OF_HOST * least);
            let (count, bound) = (products.len(), CLEAR_OF_HOST * least * 1e6);
            kept = format!(
                ", the {count} rows above {bound:.0} us, which shorter launches of the host do not reach"
            );
        }
        let metered = rows.iter().any(|row| row.number("power").is_ok_and(|watts| watts > 0.0));
        let cite = Citation {
            origin: Origin::Measured,
            source: Some(SOURCE.into()),
            locator: Some(format!(
                "gemm_perf, {kind}, {}, against {}{kept}",
                rows.first().map_or("", |row| row.text("engine")),
                peak.value
            )),
            reason: None,
        };
        let clocks = if metered { Clocks::Sustained } else { Clocks::Boost };
        let (curve, reference) = fit_one(&products, device, precision, cite, clocks, like.as_ref())?;
        report.push(format!(
            "{name} all {:5} rows {:4.1} % {:5.1} %   training {:4} rows {:4.1} % {:5.1} %   share {:.3}",
            curve.all.rows,
            curve.all.median * 100.0,
            curve.all.p90 * 100.0,
            curve.training.rows,
            curve.training.median * 100.0,
            curve.training.p90 * 100.0,
            reference,
        ));
        let key = (id, precision);
        if best.get(&key).is_none_or(|(other, _)| reference > *other) {
            best.insert(key, (reference, curve));
        }
    }
    for ((id, precision), (_, curve)) in best {
        into.device.entry(id.to_owned()).or_default().gemm.insert(precision, curve);
    }
    Ok(())
}

/// The curve with its numbers taken from the free parameters of the search.
fn curve_at(x: &[f64], cite: &Citation, clocks: Clocks) -> GemmCurve {
    let none = residuals(&[]);
    GemmCurve {
        cite: cite.clone(),
        clocks,
        peak_share: share(x[0]),
        ramp: exp(x[1]).min(2000.0),
        wave_share: share(x[2]),
        tile_loss: exp(x[3]).min(1000.0),
        split_share: exp(x[4]).clamp(1e-3, 1.0),
        heating: (0.1 * x[5]).clamp(0.0, 0.3),
        memory_share: share(x[6]),
        floor: Seconds::micros(exp(x[7])),
        cast: x.get(8).map_or(0.0, |cast| exp(*cast).min(4.0)),
        all: none,
        training: none,
    }
}

/// A curve with the numbers that small shapes decide taken from another.
fn with_small_shapes(curve: GemmCurve, like: Option<&GemmCurve>) -> GemmCurve {
    let Some(like) = like else { return curve };
    GemmCurve {
        ramp: like.ramp,
        split_share: like.split_share,
        memory_share: like.memory_share,
        floor: like.floor,
        ..curve
    }
}

/// The curve as the file holds it.
fn as_filed(curve: GemmCurve) -> GemmCurve {
    GemmCurve {
        peak_share: rounded(curve.peak_share, 4),
        ramp: rounded(curve.ramp, 3),
        wave_share: rounded(curve.wave_share, 3),
        tile_loss: rounded(curve.tile_loss, 3),
        split_share: rounded(curve.split_share, 3),
        heating: rounded(curve.heating, 3),
        memory_share: rounded(curve.memory_share, 4),
        floor: Seconds::micros(rounded(curve.floor.as_micros(), 3)),
        cast: rounded(curve.cast, 3),
        ..curve
    }
}

/// Fits one curve; also returns its mean share of peak over shapes of training.
fn fit_one(
    products: &[Product],
    device: &Device,
    precision: Precision,
    cite: Citation,
    clocks: Clocks,
    like: Option<&GemmCurve>,
) -> Result<(GemmCurve, f64), String> {
    let peak = device.peak(precision).map_err(|error| error.to_string())?.value;
    let processors =
        device.processors.as_ref().ok_or_else(|| format!("{} has no `processors`", device.id))?;
    let kernel = |curve: &GemmCurve| {
        let bandwidth = device.memory.bandwidth.value;
        GemmKernel::new(curve, precision, peak, bandwidth, f64::from(processors.value))
    };
    let error = |kernel: &GemmKernel, product: &Product| {
        let time = kernel.time(product.rows, product.columns, product.depth, 1.0)
            + kernel.cast(product.rows, product.depth);
        ln(time.as_seconds() / product.time)
    };
    let weight: f64 = products.iter().map(|product| product.weight).sum();
    let cost = |x: &[f64]| {
        let kernel = kernel(&with_small_shapes(curve_at(x, &cite, clocks), like));
        products.iter().map(|product| product.weight * loss(error(&kernel, product))).sum::<f64>() / weight
    };
    let mut start = vec![logit(0.75), ln(100.0), logit(0.4), ln(15.0), ln(0.3), 0.3, logit(0.75), ln(3.0)];
    let mut step = vec![0.4, 0.6, 0.6, 0.8, 0.8, 0.4, 0.4, 0.4];
    // Kernels of narrow formats cast their input first, and the rows time both.
    if precision.bytes_per_element() < 2.0 {
        start.push(0.0);
        step.push(0.5);
    }
    let (found, _) = minimise(&cost, &start, &step, 6);
    let mut curve = as_filed(with_small_shapes(curve_at(&found, &cite, clocks), like));
    let fitted = kernel(&curve);
    let errors = |wanted: &dyn Fn(&Product) -> bool| -> Vec<f64> {
        products.iter().filter(|product| wanted(product)).map(|product| error(&fitted, product)).collect()
    };
    curve.all = residuals(&errors(&|_| true));
    curve.training = residuals(&errors(&Product::is_training));
    let mut logs = 0.0;
    let sides = [2048.0, 4096.0, 8192.0, 16384.0];
    for columns in sides {
        for depth in sides {
            let ideal = 2.0 * 8192.0 * columns * depth / peak.as_per_second();
            logs += ln(ideal / fitted.time(8192.0, columns, depth, 1.0).as_seconds());
        }
    }
    Ok((curve, exp(logs / 16.0)))
}
