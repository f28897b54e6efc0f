//! Arguments of `rank`.

use super::train::{count, share};
use clap::Args as Group;
use quarterdeck_units::{Seconds, UsdPerJoule};

/// A question about platforms for one recommendation model.
#[derive(Group, Debug, Clone)]
pub struct Rank {
    /// Model: an id or alias of the catalogue.
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// Platforms to rank: ids or aliases of the catalogue, or `measured:FILE` as `probe` writes it.
    #[arg(long, value_name = "PLATFORM,…", value_delimiter = ',', required = true, help_heading = "Machine")]
    pub on: Vec<String>,
    /// Queries to answer each second, such as 5e6 or 2M.
    #[arg(long, value_name = "N", value_parser = count, required_unless_present = "train", help_heading = "Inference")]
    pub qps: Option<f64>,
    /// Time within which 99 of 100 queries are answered, such as 60ms.
    #[arg(long, value_name = "TIME", required_unless_present = "train", help_heading = "Inference")]
    pub p99: Option<Seconds>,
    /// Candidates that a query ranks; the model's own if none.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Inference")]
    pub candidates: Option<f64>,
    /// Rank for training instead of inference.
    #[arg(long, conflicts_with_all = ["qps", "p99", "candidates"], requires = "devices", help_heading = "Training")]
    pub train: bool,
    /// Devices of the training job, a multiple of each platform's.
    #[arg(long, value_name = "N", value_parser = count, requires = "train", help_heading = "Training")]
    pub devices: Option<f64>,
    /// Samples of one step over all devices.
    #[arg(long, value_name = "N", value_parser = count, default_value = "65536", help_heading = "Training")]
    pub global_batch: f64,
    /// Numbers of the dense part: bf16, fp8, int8 …; the best of each device if none.
    #[arg(long, value_name = "FORMAT", help_heading = "Model")]
    pub precision: Option<String>,
    /// Years of drift after which the machines are counted again; 0 for none.
    #[arg(long, value_name = "YEARS", default_value_t = 3.0, value_parser = years, help_heading = "Model")]
    pub years: f64,
    /// Price of electricity, such as `62 USD/MWh`; the region's if none.
    #[arg(long, value_name = "PRICE", help_heading = "Money")]
    pub electricity: Option<UsdPerJoule>,
    /// Region of the site.
    #[arg(long, value_name = "REGION", default_value = "us-average", help_heading = "Money")]
    pub region: String,
    /// Real discount rate a year.
    #[arg(long, value_name = "RATE", default_value = "8 %", value_parser = share, help_heading = "Money")]
    pub discount_rate: f64,
}

fn years(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(years) if (0.0..=10.0).contains(&years) => Ok(years),
        _ => Err(format!("`{text}` is no number of years from 0 to 10")),
    }
}
