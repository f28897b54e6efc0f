//! `rank`: which platform carries a recommendation model, at what power and cost.

use crate::args::{Format, Global, Rank};
use crate::exit::{Exit, Failure, Fault};
use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_engine::{Economics, RankQuestion, RankWork, rank};
use quarterdeck_report::json::Document;
use std::sync::Arc;

/// Answers one question.
pub fn run(args: &Rank, global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    let question = question(args, &catalog)?;
    let ranking = rank(&catalog, &question).map_err(|faults| {
        let faults = faults.into_iter().map(|found| Fault { message: found.message, help: found.help });
        Failure::Faults(faults.collect())
    })?;
    match global.format {
        Format::Text => println!("{}", ranking.to_text().trim_end()),
        Format::Json => {
            let document = Document::new("ranking", ranking.to_json());
            print!("{}", document.to_pretty().map_err(|error| Failure::Bug(error.to_string()))?);
        }
        Format::Csv => {
            super::catalog::print(&[ranking.table()], global)?;
        }
        Format::Md => {
            super::catalog::print(&ranking.tables(), global)?;
        }
    }
    Ok(Exit::Done)
}

/// The question that the arguments ask; every fault of them at once.
fn question(args: &Rank, catalog: &Catalog) -> Result<RankQuestion, Failure> {
    let mut faults = Vec::new();
    let mut note = |message: String, help: &str| faults.push(Fault { message, help: help.to_owned() });
    let model = catalog.model(&args.model).map_err(|error| error.to_string());
    if let Err(message) = &model {
        note(message.clone(), "`quarterdeck catalog list models` prints every id");
    }
    let mut platforms: Vec<Arc<Platform>> = Vec::new();
    for name in &args.on {
        match catalog.platform(name) {
            Ok(platform) if platforms.iter().any(|known| known.id == platform.id) => {}
            Ok(platform) => platforms.push(Arc::clone(platform)),
            Err(error) => note(error.to_string(), "`quarterdeck catalog list platforms` prints every id"),
        }
    }
    let precision = match args.precision.as_deref().map(super::train::precision).transpose() {
        Ok(precision) => precision,
        Err(message) => {
            note(message, "leave out `--precision` for the best that each device has");
            None
        }
    };
    if let Err(error) = catalog.region(&args.region) {
        note(error.to_string(), "name a region of the catalogue with `--region`");
    }
    let work = match (args.qps, args.p99, args.devices) {
        (_, _, Some(devices)) if args.train => {
            RankWork::Training { devices, global_batch: args.global_batch }
        }
        (Some(queries_per_second), Some(latency_p99), _) => {
            if !latency_p99.is_positive() {
                note(format!("a p99 of {latency_p99:.0} cannot be met"), "write a time such as `--p99 60ms`");
            }
            RankWork::Inference { queries_per_second, latency_p99, candidates: args.candidates }
        }
        _ => {
            return Err(Failure::usage(
                "what work is this?",
                "name `--qps N --p99 TIME`, or `--train --devices N`",
            ));
        }
    };
    match model {
        Ok(model) if faults.is_empty() => Ok(RankQuestion {
            model: Arc::clone(model),
            platforms,
            work,
            precision,
            years: args.years,
            economics: Economics {
                electricity: args.electricity,
                region: args.region.clone(),
                discount_rate: args.discount_rate,
                ..Economics::default()
            },
        }),
        _ => Err(Failure::Faults(faults)),
    }
}
