//! NVIDIA GPUs through the driver, opened at run time: what they are, copies, products by cuBLAS where it is
//! installed, and random rows by a kernel of our own that the driver compiles.
//!
//! No machine with such a GPU was at hand when this was written: it compiles everywhere, says plainly when there is no
//! driver, and its numbers are marked `unverified` until somebody has compared them with known ones.

#[allow(unsafe_code)]
mod driver;

use crate::gather::{GatherRate, POOLING};
use crate::sample::{Summary, rounds};
use driver::{Attribute, Blas, Context, Driver, Failed, Operands};
use quarterdeck_units::{Bandwidth, Bytes, FlopRate};
use serde_json::{Value, json};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// One GPU.
#[derive(Clone, PartialEq, Debug)]
pub struct Gpu {
    /// Its name by the driver.
    pub name: String,
    /// Compute capability, such as `9.0`.
    pub capability: String,
    /// Memory.
    pub memory: Bytes,
    /// Multiprocessors.
    pub processors: i32,
    /// Highest clock of the multiprocessors, MHz.
    pub megahertz: f64,
    /// Copies within its memory, bytes read and written a second.
    pub copy: Option<Summary>,
    /// Copies from host memory, bytes a second.
    pub upload: Option<Summary>,
    /// Products by number format, operations a second, by cuBLAS; empty where it is not installed.
    pub products: Vec<(&'static str, Summary)>,
    /// Random rows.
    pub gather: Vec<GatherRate>,
    /// What could not be measured, and why.
    pub problems: Vec<String>,
}

/// Text of the kernel that sums random rows, with the zero that the driver wants.
const GATHER: &str = concat!(include_str!("gather.ptx"), "\0");
/// Time for each kind of measurement.
const TIME: Duration = Duration::from_millis(600);
/// Bytes of the buffers that are copied.
const COPIED: usize = 512 << 20;
/// Side of the matrices.
const SIDE: i32 = 8192;
/// Most bytes of a table.
const LARGEST_TABLE: usize = 8 << 30;
/// Widths of rows, elements of four bytes.
const WIDTHS: [u32; 4] = [16, 32, 64, 128];
/// Bags of a run.
const BAGS: u32 = 1 << 17;

/// Looks for GPUs and measures them; says why there is none.
pub fn measure() -> Result<Vec<Gpu>, String> {
    let driver = match Driver::open() {
        None => return Err("no NVIDIA driver found".to_owned()),
        Some(Err(Failed(reason))) => return Err(format!("the NVIDIA driver does not start: {reason}")),
        Some(Ok(driver)) => driver,
    };
    let count = driver.count().map_err(|Failed(reason)| reason)?;
    let found: Result<Vec<Gpu>, Failed> = (0..count).map(|device| one(&driver, device)).collect();
    match found {
        Ok(found) if found.is_empty() => Err("the NVIDIA driver sees no GPU".to_owned()),
        Ok(found) => Ok(found),
        Err(Failed(reason)) => Err(reason),
    }
}

fn one(driver: &Rc<Driver>, device: i32) -> Result<Gpu, Failed> {
    let attribute = |which| driver.attribute(device, which);
    let capability =
        format!("{}.{}", attribute(Attribute::CapabilityMajor)?, attribute(Attribute::CapabilityMinor)?);
    let mut gpu = Gpu {
        name: driver.name(device)?,
        capability,
        memory: Bytes::bytes(driver.memory(device)? as f64),
        processors: attribute(Attribute::Multiprocessors)?,
        megahertz: f64::from(attribute(Attribute::ClockKilohertz)?) / 1e3,
        copy: None,
        upload: None,
        products: Vec::new(),
        gather: Vec::new(),
        problems: Vec::new(),
    };
    let context = Context::of(driver, device)?;
    let mut note = |what: &str, result: Result<(), Failed>| {
        if let Err(Failed(reason)) = result {
            gpu.problems.push(format!("{what}: {reason}"));
        }
    };
    let mut copy = None;
    let mut upload = None;
    note("copies", copies(&context).map(|found| (copy, upload) = found));
    let mut products = Vec::new();
    note("products", multiply(&context).map(|found| products = found));
    let mut gather = Vec::new();
    let cache = attribute(Attribute::CacheBytes).unwrap_or(0);
    note("random rows", rows(&context, gpu.memory, cache).map(|found| gather = found));
    (gpu.copy, gpu.upload, gpu.products, gpu.gather) = (copy, upload, products, gather);
    Ok(gpu)
}

/// Seconds of some work of the GPU, started and waited for.
fn seconds(context: &Context, work: impl Fn() -> Result<(), Failed>) -> Result<f64, Failed> {
    context.wait()?;
    let began = Instant::now();
    work()?;
    context.wait()?;
    Ok(began.elapsed().as_secs_f64())
}

/// Median and spread of a rate; the first failure ends it.
fn rate(amount: f64, mut time: impl FnMut() -> Result<f64, Failed>) -> Result<Option<Summary>, Failed> {
    let mut failure = None;
    let found = rounds(1, TIME, |_| match time() {
        Ok(seconds) => amount / seconds,
        Err(failed) => {
            failure = Some(failed);
            0.0
        }
    });
    match failure {
        Some(failed) => Err(failed),
        None => Ok(found.into_iter().next().flatten()),
    }
}

fn copies(context: &Context) -> Result<(Option<Summary>, Option<Summary>), Failed> {
    let (from, to) = (context.buffer(COPIED)?, context.buffer(COPIED)?);
    let within = rate(2.0 * COPIED as f64, || seconds(context, || context.copy(&to, &from, COPIED)))?;
    let host = vec![1_u8; COPIED / 4];
    let upload = rate(host.len() as f64, || seconds(context, || context.upload(&to, &host)))?;
    Ok((within, upload))
}

fn multiply(context: &Context) -> Result<Vec<(&'static str, Summary)>, Failed> {
    let Some(blas) = Blas::open() else { return Err(Failed("cuBLAS is not installed".to_owned())) };
    let bytes = 4 * (SIDE as usize).pow(2);
    let (left, right, result) = (context.buffer(bytes)?, context.buffer(bytes)?, context.buffer(bytes)?);
    let work = 2.0 * f64::from(SIDE) * f64::from(SIDE) * f64::from(SIDE);
    let mut found = Vec::new();
    for (name, operands) in [("fp32", Operands::Single), ("bf16", Operands::Brain)] {
        let measured =
            rate(work, || seconds(context, || blas.start(operands, SIDE, &left, &right, &result)))?;
        found.extend(measured.map(|measured| (name, measured)));
    }
    Ok(found)
}

fn rows(context: &Context, memory: Bytes, cache: i32) -> Result<Vec<GatherRate>, Failed> {
    let text =
        std::ffi::CStr::from_bytes_with_nul(GATHER.as_bytes()).map_err(|error| Failed(error.to_string()))?;
    let kernel = context.gather(text)?;
    let most = Bytes::bytes(LARGEST_TABLE as f64).min(memory * 0.25);
    let cache = Bytes::bytes(f64::from(cache.max(4 << 20)));
    let sums = context.buffer(BAGS as usize * 4 * WIDTHS[WIDTHS.len() - 1] as usize)?;
    let mut found = Vec::new();
    for size in crate::gather::sizes(cache, most) {
        let table = context.buffer(size.as_bytes() as usize)?;
        for width in WIDTHS {
            let row = Bytes::bytes(4.0 * f64::from(width));
            let bytes = f64::from(BAGS) * POOLING as f64 * row.as_bytes();
            let mut seed = 0;
            let measured = rate(bytes, || {
                seed += 1;
                seconds(context, || kernel.start(&table, &sums, width, BAGS, POOLING as u32, seed))
            })?;
            found.extend(measured.map(|rate| GatherRate { row, table: size, rate }));
        }
    }
    Ok(found)
}

impl Gpu {
    /// In words.
    pub fn words(&self) -> String {
        let mut words = vec![
            format!("{} (capability {})", self.name, self.capability),
            format!("{:.0}", self.memory),
            format!("{} multiprocessors at up to {:.0} MHz", self.processors, self.megahertz),
        ];
        if let Some(copy) = &self.copy {
            words.push(format!("copies {:.1}", Bandwidth::bytes_per_second(copy.median)));
        }
        if let Some(upload) = &self.upload {
            words.push(format!("from host {:.1}", Bandwidth::bytes_per_second(upload.median)));
        }
        for (name, product) in &self.products {
            words.push(format!("{name} {:.1}", FlopRate::per_second(product.median)));
        }
        if let Some(far) = self.gather.last() {
            words.push(format!("random rows {:.1}", Bandwidth::bytes_per_second(far.rate.median)));
        }
        words.extend(self.problems.iter().map(|problem| format!("not measured, {problem}")));
        words.push("unverified".to_owned());
        words.join(", ")
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let summary = |found: &Summary| json!({ "median": found.median, "low": found.low, "high": found.high, "runs": found.runs });
        json!({
            "name": self.name,
            "capability": self.capability,
            "memory_bytes": self.memory.as_bytes(),
            "multiprocessors": self.processors,
            "clock_mhz": self.megahertz,
            "copy_bytes_per_s": self.copy.as_ref().map(summary),
            "upload_bytes_per_s": self.upload.as_ref().map(summary),
            "products_flop_per_s": self.products.iter().map(|(name, found)| json!({ "precision": name, "rate": summary(found) })).collect::<Vec<_>>(),
            "gather": self.gather.iter().map(|found| json!({
                "row_bytes": found.row.as_bytes(), "table_bytes": found.table.as_bytes(), "rate_bytes_per_s": summary(&found.rate),
            })).collect::<Vec<_>>(),
            "problems": self.problems,
            "verified": false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_driver_says_so() {
        match measure() {
            Err(reason) => assert!(reason.contains("NVIDIA driver") || reason.contains("failed"), "{reason}"),
            Ok(found) => assert!(!found.is_empty()),
        }
    }

    #[test]
    fn the_kernel_ends_in_a_zero_and_names_its_entry() {
        assert!(GATHER.ends_with('\0') && GATHER.contains(".visible .entry gather("));
        assert_eq!(GATHER.matches('\0').count(), 1);
    }
}
