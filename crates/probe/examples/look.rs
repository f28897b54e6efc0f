//! A quick look at this machine, without the program around it: `cargo run -p quarterdeck-probe --example look`.

use quarterdeck_catalog::Catalog;
use quarterdeck_probe::{EntryOptions, Options, entry, probe};
use std::num::NonZeroUsize;
use std::time::Duration;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let time = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(10);
    let threads = arguments.next().and_then(|text| text.parse::<NonZeroUsize>().ok());
    let options = Options { time: Duration::from_secs(time), threads, memory: None, gpu: true };
    let measured = probe(&options, &mut |_| {});
    println!("{}", measured.to_text());
    if let Some(path) = arguments.next() {
        let overlay = entry(&measured, &EntryOptions::default(), &Catalog::builtin());
        let written = overlay.and_then(|overlay| overlay.to_toml()).map(|text| std::fs::write(&path, text));
        println!("{path}: {written:?}");
    }
}
