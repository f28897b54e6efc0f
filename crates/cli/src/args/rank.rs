//! Arguments of `rank`.

use super::train::{count, share};
use clap::Args as Group;
use quarterdeck_units::{Seconds, UsdPerJoule};

/// A question about platforms for one recommendation model.
#[derive(Group, Debug, Clone)]
pub struct Rank {
    /// Model: an id or alias of the catalogue; not with `--chip-design` or `--funnel`.
    #[arg(value_name = "MODEL", required_unless_present_any = ["chip_design", "funnel"])]
    pub model: Option<String>,
    /// Platforms to rank: ids or aliases of the catalogue, `measured:FILE` as `probe` writes it,
    /// or `chip:FILE` for a chip design.
    #[arg(long, value_name = "PLATFORM,…", value_delimiter = ',', required_unless_present_any = ["chip_design", "funnel"], help_heading = "Machine")]
    pub on: Vec<String>,
    /// Queries to answer each second, such as 5e6 or 2M.
    #[arg(long, value_name = "N", value_parser = count, required_unless_present_any = ["train", "chip_design", "funnel"], help_heading = "Inference")]
    pub qps: Option<f64>,
    /// Time within which 99 of 100 queries are answered, such as 60ms; 60 ms with `--chip-design`.
    #[arg(long, value_name = "TIME", required_unless_present_any = ["train", "chip_design", "funnel"], help_heading = "Inference")]
    pub p99: Option<Seconds>,
    /// Ask whether the chip of this design file pays.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["on", "qps", "train", "funnel", "model"], requires = "against", help_heading = "Own chip")]
    pub chip_design: Option<String>,
    /// Platform that would be bought instead of the chip.
    #[arg(long, value_name = "PLATFORM", requires = "chip_design", help_heading = "Own chip")]
    pub against: Option<String>,
    /// Models that the chip runs, with their shares of all samples: `dlrm-ads-2022=2,dlrm-feed-2021=1`.
    #[arg(long = "model", value_name = "MODEL[=SHARE],…", value_delimiter = ',', requires = "chip_design", default_values = ["dlrm-ads-2022=2", "dlrm-feed-2021=2", "dlrm-video-2021=1"], help_heading = "Own chip")]
    pub models: Vec<String>,
    /// Chips over its life; the design's own volume if none.
    #[arg(long, value_name = "N", value_parser = count, requires = "chip_design", help_heading = "Own chip")]
    pub volume: Option<f64>,
    /// Price designs over a grid: `sram=64MB..1GB,memory-rate=100GB/s..400GB/s:4`.
    #[arg(
        long,
        value_name = "NUMBER=RANGE,…",
        value_delimiter = ',',
        requires = "chip_design",
        help_heading = "Own chip"
    )]
    pub sweep: Vec<String>,
    /// Change a number of the design before it is checked, as in `silicon.sram=512 MB`.
    #[arg(long, value_name = "FIELD=VALUE", requires = "chip_design", help_heading = "Own chip")]
    pub set: Vec<String>,
    /// Futures that are sampled for the risk.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000), help_heading = "Own chip")]
    pub futures: u64,
    /// The same seed gives the same futures.
    #[arg(long, default_value_t = 0, help_heading = "Own chip")]
    pub seed: u64,
    /// Write the answer on a chip as an HTML report.
    #[arg(long, short = 'o', value_name = "FILE", requires = "chip_design", help_heading = "Own chip")]
    pub output: Option<std::path::PathBuf>,
    /// Size the stages of a funnel, from a file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["on", "qps", "p99", "train", "model", "candidates"], help_heading = "Funnel")]
    pub funnel: Option<String>,
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
