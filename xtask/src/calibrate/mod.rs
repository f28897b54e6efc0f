//! `cargo xtask calibrate`: measured kernel rows in, a few numbers for each device and precision out.
//!
//! ```text
//!  FOLDER/*.csv.gz ──rows──► shapes and times ──minimise──► curves ──rounded──► residuals
//!                                                               └──► data/calibration/kernels.toml
//! ```
//!
//! The equations are those of `quarterdeck-performance`, so a curve is fitted to what prices it.

mod gemm;
mod minimise;
mod others;
mod rows;
mod text;

pub use minimise::minimise;
pub use rows::{Row, read};

use std::collections::BTreeMap;
use std::path::Path;

use quarterdeck_catalog::{Catalog, Kernels, Residuals};

/// Name of a measured system → device of the catalogue. Systems without an entry are left out.
const DEVICES: &[(&str, &str)] = &[
    ("a100_sxm", "a100-sxm-80"),
    ("b200_sxm", "b200-sxm"),
    ("b300_sxm", "b300-sxm"),
    ("gb200", "gb200-nvl72"),
    ("gb300", "gb300-nvl72"),
    ("h100_sxm", "h100-sxm"),
    ("h200_sxm", "h200-sxm"),
    ("l40s", "l40s"),
];

/// Source of the rows.
const SOURCE: &str = "aiconfigurator-095f58a";

/// Fits every curve to the rows of a folder and returns the text of `data/calibration/kernels.toml` and one line
/// of residuals for each curve.
///
/// # Errors
/// When a file is missing or cannot be read, in words.
pub fn calibrate(folder: &Path) -> Result<(String, Vec<String>), String> {
    let catalog = Catalog::builtin();
    let mut kernels = Kernels::default();
    let mut report = Vec::new();
    gemm::fit(&read(&folder.join("gemm_perf.csv.gz"))?, &catalog, &mut kernels, &mut report)?;
    let table = |name: &str| read(&folder.join(name));
    others::experts(&table("moe_perf.csv.gz")?, &catalog, &mut kernels, &mut report)?;
    others::attention(&table("context_attention_perf.csv.gz")?, &catalog, &mut kernels, &mut report)?;
    others::collectives(&table("nccl_perf.csv.gz")?, &catalog, &mut kernels, &mut report)?;
    Ok((text::write(&kernels), report))
}

fn device_of(system: &str) -> Option<&'static str> {
    DEVICES.iter().find(|(name, _)| *name == system).map(|(_, device)| *device)
}

/// Rows of the devices of the catalogue, grouped.
fn grouped<K: Ord>(rows: &[Row], key: impl Fn(&'static str, &Row) -> Option<K>) -> BTreeMap<K, Vec<&Row>> {
    let mut groups: BTreeMap<K, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = device_of(row.text("system")).and_then(|device| key(device, row)) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
}

/// Loss of one error: its size, but round near nothing so that the minimum is smooth.
fn loss(error: f64) -> f64 {
    const NOISE: f64 = 0.02;
    (error * error + NOISE * NOISE).sqrt()
}

/// Residuals of `ln(predicted / measured)`.
fn residuals(errors: &[f64]) -> Residuals {
    let mut sizes: Vec<f64> = errors.iter().map(|error| quarterdeck_units::exp(error.abs()) - 1.0).collect();
    sizes.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (share * sizes.len().saturating_sub(1) as f64).round() as usize;
        sizes.get(index).copied().unwrap_or_default()
    };
    let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
    Residuals {
        rows: u32::try_from(errors.len()).unwrap_or(u32::MAX),
        median: rounded(at(0.5), 3),
        p90: rounded(at(0.9), 3),
        mean: rounded(quarterdeck_units::exp(mean), 4),
    }
}

/// A number rounded to significant digits.
fn rounded(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = digits - 1 - (quarterdeck_units::ln(value.abs()) / std::f64::consts::LN_10).floor() as i32;
    let text = format!("{:.*}", usize::try_from(scale.max(0)).unwrap_or(0), value);
    text.parse().unwrap_or(value)
}

/// `1 / (1 + e^-x)`.
fn share(x: f64) -> f64 {
    1.0 / (1.0 + quarterdeck_units::exp(-x))
}

/// The inverse of [`share`].
fn logit(share: f64) -> f64 {
    quarterdeck_units::ln(share / (1.0 - share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_digits() {
        assert_eq!(rounded(0.123_456, 3), 0.123);
        assert_eq!(rounded(123_456.0, 3), 123_456.0);
        assert_eq!(rounded(1.236, 3), 1.24);
        assert_eq!(rounded(0.0, 3), 0.0);
    }

    #[test]
    fn residuals_are_of_absolute_errors() {
        let errors: Vec<f64> = (-5..=5).map(|step| f64::from(step) * 0.01).collect();
        let found = residuals(&errors);
        assert_eq!(found.rows, 11);
        assert_eq!(found.mean, 1.0);
        assert!((found.median - 0.03).abs() < 1e-3 && (found.p90 - 0.051).abs() < 1e-3, "{found:?}");
    }
}
