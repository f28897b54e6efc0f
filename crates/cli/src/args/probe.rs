//! Arguments of `probe`.

use clap::Args as Group;
use quarterdeck_units::{Bytes, Seconds};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// A measurement of this machine.
#[derive(Group, Debug, Clone)]
pub struct Probe {
    /// File to write the catalogue entry to.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// A look of some ten seconds instead of a minute, with wider spread.
    #[arg(long, conflicts_with = "time")]
    pub quick: bool,
    /// Time to take, about.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    pub time: Seconds,
    /// Most threads; those that the system grants if none.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Most memory for tables; a quarter of what is free, 4 GiB at most, if none.
    #[arg(long, value_name = "BYTES", value_parser = memory)]
    pub memory: Option<Bytes>,
    /// Do not look for a GPU.
    #[arg(long)]
    pub no_gpu: bool,
    /// Id of the entry; from the processor's name if none.
    #[arg(long, value_name = "ID", value_parser = id, help_heading = "Entry")]
    pub id: Option<String>,
    /// Platform whose power, price and space are taken by share of cores; the server alike if none.
    #[arg(long, value_name = "PLATFORM", help_heading = "Entry")]
    pub like: Option<String>,
}

fn time(text: &str) -> Result<Seconds, String> {
    let time: Seconds = text.parse().map_err(|error| format!("{error}; write a time such as 60s"))?;
    if (1.0..=3600.0).contains(&time.as_seconds()) {
        Ok(time)
    } else {
        Err("a measurement takes from 1 s to 1 h".to_owned())
    }
}

fn memory(text: &str) -> Result<Bytes, String> {
    let memory: Bytes = text.parse().map_err(|error| format!("{error}; write an amount such as 8 GiB"))?;
    if (8.0..=1e8).contains(&memory.as_megabytes()) {
        Ok(memory)
    } else {
        Err("tables take from 8 MB to 100 TB".to_owned())
    }
}

fn id(text: &str) -> Result<String, String> {
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter);
    if !text.is_empty() && text.len() <= 64 && text.chars().all(plain) && !text.starts_with(['-', '.']) {
        Ok(text.to_owned())
    } else {
        Err("an id has lower-case letters, digits, `-` and `.`, 64 at most, such as our-server-1".to_owned())
    }
}
