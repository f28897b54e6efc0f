//! Arguments of `train`, with the short forms of numbers that training is spoken of in: `15.6T`, `300B`, `16,384`.

use clap::Args as Group;
use quarterdeck_units::{Usd, UsdPerJoule};
use std::path::PathBuf;

/// A question about one training run.
#[derive(Group, Debug, Clone)]
pub struct Train {
    /// Model: an id or alias of the catalogue, or a file (TOML of the catalogue's form, or a config.json).
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// Platform: an id or alias of the catalogue.
    #[arg(long, value_name = "PLATFORM", required_unless_present = "compare", help_heading = "Machine")]
    pub on: Option<String>,
    /// Devices of the run, a multiple of the platform's.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Machine")]
    pub devices: f64,
    /// The same run on each of these platforms, side by side.
    #[arg(long, value_name = "PLATFORM,…", value_delimiter = ',', help_heading = "Machine")]
    pub compare: Vec<String>,
    /// Fabric between platforms, as `design` takes it: clos:3,core=7:1,pod=3072; one that blocks nothing if none.
    #[arg(long, value_name = "FABRIC", help_heading = "Machine")]
    pub fabric: Option<String>,
    /// Tokens of the whole run, such as 15.6T; the model's own if none.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Run")]
    pub tokens: Option<f64>,
    /// Tokens of one sequence; the model's own if none.
    #[arg(long, alias = "sequence-length", value_name = "N", value_parser = count, help_heading = "Run")]
    pub seq: Option<f64>,
    /// Sequences of one step over all devices; the model's own if none.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Run")]
    pub global_batch: Option<f64>,
    /// Numbers of the matrix multiplies: bf16, fp8, nvfp4 …; the widest usual one if none.
    #[arg(long, value_name = "FORMAT", help_heading = "Run")]
    pub precision: Option<String>,
    /// Train low-rank adapters of this rank and leave the weights as they are.
    #[arg(long, value_name = "RANK", value_parser = count, help_heading = "Run")]
    pub lora: Option<f64>,
    /// Price this one strategy, such as `tp=8,pp=16,vpp=4,recompute=selective`; copies fill the devices.
    #[arg(long, value_name = "SPEC", conflicts_with_all = ["fix", "tp", "pp", "dp", "cp", "ep", "vpp", "mbs", "recompute", "zero", "schedule", "no_offload"], help_heading = "Strategy")]
    pub strategy: Option<String>,
    /// Fix a part of the strategy and search the rest, in the same words.
    #[arg(long, value_name = "SPEC", help_heading = "Strategy")]
    pub fix: Option<String>,
    /// Fix the tensor ways.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub tp: Option<u32>,
    /// Fix the stages of the pipeline.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub pp: Option<u32>,
    /// Fix the copies of the model.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub dp: Option<u32>,
    /// Fix the context ways.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub cp: Option<u32>,
    /// Fix the expert ways.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub ep: Option<u32>,
    /// Fix the chunks of layers that a stage holds.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub vpp: Option<u32>,
    /// Fix the sequences of a micro-batch.
    #[arg(long, value_name = "N", help_heading = "Strategy")]
    pub mbs: Option<u32>,
    /// Fix what is computed again: none, selective, full, or layers of a stage.
    #[arg(long, value_name = "WHAT", help_heading = "Strategy")]
    pub recompute: Option<String>,
    /// Fix what copies share: 0 nothing, 1 optimizer, 2 gradients too, 3 weights too.
    #[arg(long, value_name = "STAGE", help_heading = "Strategy")]
    pub zero: Option<u32>,
    /// Fix the order of the pipeline: 1f1b, zb, dualpipe.
    #[arg(long, value_name = "ORDER", help_heading = "Strategy")]
    pub schedule: Option<String>,
    /// Keep everything on the device.
    #[arg(long, help_heading = "Strategy")]
    pub no_offload: bool,
    /// Search every layout that divides, rather than those usual in large runs.
    #[arg(long, help_heading = "Strategy")]
    pub exhaustive: bool,
    /// Strategies to show.
    #[arg(long, value_name = "K", default_value_t = 5, help_heading = "Strategy")]
    pub top: usize,
    /// Leave out scaling and what changes would bring.
    #[arg(long, help_heading = "Strategy")]
    pub quick: bool,
    /// Rent of one device for an hour, all included, in place of the catalogue's purchase price.
    #[arg(long, value_name = "USD/h", value_parser = hourly, help_heading = "Money")]
    pub price: Option<Usd>,
    /// Price of electricity, such as `62 USD/MWh`; the region's if none.
    #[arg(long, value_name = "PRICE", help_heading = "Money")]
    pub electricity: Option<UsdPerJoule>,
    /// Region of the site, for climate and electricity.
    #[arg(long, value_name = "REGION", default_value = "us-average", help_heading = "Money")]
    pub region: String,
    /// Real discount rate a year.
    #[arg(long, value_name = "SHARE", default_value = "8 %", value_parser = share, help_heading = "Money")]
    pub discount_rate: f64,
    /// Draw the schedule of the best strategy's pipeline.
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub schedule_svg: Option<PathBuf>,
    /// Write the report as one HTML file.
    #[arg(long, short = 'o', visible_alias = "html", value_name = "FILE", help_heading = "Files")]
    pub output: Option<PathBuf>,
}

impl Train {
    /// What is fixed of the strategy, as one text in the words of `--fix`.
    pub fn fixed(&self) -> String {
        let mut parts: Vec<String> = self.fix.iter().cloned().collect();
        let ways = [("tp", self.tp), ("pp", self.pp), ("dp", self.dp), ("cp", self.cp), ("ep", self.ep)];
        let more = [("vpp", self.vpp), ("mbs", self.mbs), ("zero", self.zero)];
        for (key, value) in ways.into_iter().chain(more) {
            parts.extend(value.map(|value| format!("{key}={value}")));
        }
        for (key, value) in [("recompute", &self.recompute), ("schedule", &self.schedule)] {
            parts.extend(value.iter().map(|value| format!("{key}={value}")));
        }
        if self.no_offload {
            parts.push("offload=none".to_owned());
        }
        parts.join(",")
    }
}

/// A number as people write it: `16384`, `16,384`, `15.6T`, `4M`, `1.5e13`.
pub fn count(text: &str) -> Result<f64, String> {
    let plain = text.trim().replace([',', '_', ' '], "");
    let (digits, factor) = match plain.char_indices().next_back() {
        Some((at, suffix)) => match suffix {
            'k' | 'K' => (&plain[..at], 1e3),
            'M' | 'm' => (&plain[..at], 1e6),
            'B' | 'b' | 'G' => (&plain[..at], 1e9),
            'T' | 't' => (&plain[..at], 1e12),
            _ => (plain.as_str(), 1.0),
        },
        None => (plain.as_str(), 1.0),
    };
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value * factor),
        _ => Err(format!("`{text}` is no positive number; write 16384, 16,384, 4M, 300B or 15.6T")),
    }
}

/// Dollars an hour, with or without its unit.
fn hourly(text: &str) -> Result<Usd, String> {
    let plain = text.trim().trim_start_matches('$').trim_end_matches("/h").trim_end_matches("USD").trim();
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(Usd::dollars(value)),
        _ => Err(format!("`{text}` is no price; write dollars a device-hour, such as 2.50 or `2.50 USD/h`")),
    }
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    let share = quarterdeck_units::parse_ratio(text).map_err(|error| error.to_string())?;
    if (0.0..1.0).contains(&share) {
        Ok(share)
    } else {
        Err("a rate lies from 0 to 1, such as 8 %".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{count, hourly};

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, value) in [
            ("16384", 16_384.0),
            ("16,384", 16_384.0),
            ("15.6T", 15.6e12),
            ("300B", 3e11),
            ("4M", 4e6),
            ("8k", 8e3),
            ("1.5e13", 1.5e13),
        ] {
            assert!((count(text).unwrap() / value - 1.0).abs() < 1e-12, "{text}");
        }
        for text in ["", "T", "-3", "0", "many", "1..2", "NaN", "é"] {
            assert!(count(text).is_err(), "{text}");
        }
        assert_eq!(hourly("2.5 USD/h").unwrap().as_dollars(), 2.5);
        assert!(hourly("two").is_err());
    }
}
