//! `rank`: which platform carries a recommendation model, at what power and cost.

mod chip;
mod funnel;
mod platforms;

use crate::args::{Format, Global, Rank};
use crate::exit::{Exit, Failure, Fault};
use quarterdeck_catalog::Catalog;
use quarterdeck_engine::{Economics, RankQuestion, RankWork, TrainFault, rank};
use quarterdeck_report::json::Document;
use std::sync::Arc;

pub(super) use platforms::{Named, named};

/// Answers one question.
pub fn run(args: &Rank, global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    if let Some(file) = &args.chip_design {
        return chip::run(args, file, &catalog, global);
    }
    if let Some(file) = &args.funnel {
        return funnel::run(args, file, &catalog, global);
    }
    let Named { catalog, platforms, faults } = named(&args.on, catalog, global)?;
    let question = question(args, &catalog, platforms, faults)?;
    let ranking = rank(&catalog, &question).map_err(failure)?;
    match global.format {
        Format::Text => println!("{}", ranking.to_text().trim_end()),
        Format::Json => {
            let document = Document::new("ranking", ranking.to_json());
            print!("{}", document.to_pretty().map_err(|error| Failure::Bug(error.to_string()))?);
        }
        Format::Csv => {
            super::catalog::print(&[ranking.table()], global)?;
        }
        Format::Md | Format::Html => {
            super::catalog::print(&ranking.tables(), global)?;
        }
    }
    Ok(Exit::Done)
}

/// Faults of a question as the command tells them.
fn failure(faults: Vec<TrainFault>) -> Failure {
    Failure::Faults(
        faults.into_iter().map(|found| Fault { message: found.message, help: found.help }).collect(),
    )
}

/// Prices and where the machines stand.
fn economics(args: &Rank) -> Economics {
    Economics {
        electricity: args.electricity,
        region: args.region.clone(),
        discount_rate: args.discount_rate,
        ..Economics::default()
    }
}

/// The question that the arguments ask; every fault of them at once.
fn question(
    args: &Rank,
    catalog: &Catalog,
    platforms: Vec<Arc<quarterdeck_catalog::Platform>>,
    mut faults: Vec<Fault>,
) -> Result<RankQuestion, Failure> {
    let mut note = |message: String, help: &str| faults.push(Fault { message, help: help.to_owned() });
    let model = catalog.model(args.model.as_deref().unwrap_or_default()).map_err(|error| error.to_string());
    if let Err(message) = &model {
        note(message.clone(), "`quarterdeck catalog list models` prints every id");
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
            economics: economics(args),
        }),
        _ => Err(Failure::Faults(faults)),
    }
}
