//! What golden tests share: published rows read from `validation/`, error statistics, and platforms.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_units::{exp, ln};

/// One row of a table of measurements, by column.
pub type Row = BTreeMap<String, String>;

/// Rows of a file below `validation/`.
pub fn rows(file: &str) -> Vec<Row> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../validation").join(file);
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let header = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            header.iter().zip(record.iter()).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        })
        .collect()
}

/// A number of a row; `default` where the cell is empty.
pub fn number(row: &Row, key: &str, default: f64) -> f64 {
    let text = row[key].trim();
    if text.is_empty() {
        default
    } else {
        text.parse().unwrap_or_else(|_| panic!("{key} = `{text}` of {}", row["id"]))
    }
}

/// Relative errors of predictions, and what is said of them.
#[derive(Clone, Debug, Default)]
pub struct Errors {
    ratios: Vec<f64>,
    worst: (String, f64),
}

impl Errors {
    /// Adds one prediction beside its measurement.
    pub fn add(&mut self, id: &str, predicted: f64, measured: f64) {
        let ratio = predicted / measured;
        assert!(ratio.is_finite() && ratio > 0.0, "{id}: predicted {predicted}, measured {measured}");
        if ln(ratio).abs() > ln(self.worst.1).abs() || self.ratios.is_empty() {
            self.worst = (id.to_owned(), ratio);
        }
        self.ratios.push(ratio);
    }

    /// Number of rows.
    pub fn count(&self) -> usize {
        self.ratios.len()
    }

    /// Median of `|predicted / measured - 1|`.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// A quantile of `|predicted / measured - 1|`.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut errors: Vec<f64> = self.ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect();
        errors.sort_by(f64::total_cmp);
        errors[((errors.len() - 1) as f64 * share).round() as usize]
    }

    /// Geometric mean of `predicted / measured`: above 1 is too slow or too much.
    pub fn geometric_mean(&self) -> f64 {
        exp(self.ratios.iter().map(|ratio| ln(*ratio)).sum::<f64>() / self.ratios.len() as f64)
    }

    /// Prints one line of statistics.
    pub fn report(&self, family: &str) {
        println!(
            "{family:<44} n {:>3}  geometric mean {:.3}  median {:>5.1} %  p90 {:>5.1} %  worst {:.2}x ({})",
            self.count(),
            self.geometric_mean(),
            100.0 * self.median(),
            100.0 * self.quantile(0.9),
            self.worst.1,
            self.worst.0
        );
    }
}

/// A platform of the catalogue.
pub fn platform(catalog: &Catalog, id: &str) -> Platform {
    catalog.platform(id).unwrap_or_else(|error| panic!("{error}")).as_ref().clone()
}

/// The 8-GPU server of a device, as measured systems had it.
pub fn server(catalog: &Catalog, device: &str, domain: u32, gigabits: f64) -> Platform {
    let mut server = platform(catalog, "h100-hgx-8");
    server.id = format!("{device}-test");
    server.device = device.to_owned();
    server.scale_up_domain = domain;
    server.scale_out.back_end_rate.value = quarterdeck_units::Bandwidth::gigabits_per_second(gigabits);
    server
}
