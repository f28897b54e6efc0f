//! `rank`: which platform carries a recommendation model, at what power and cost.

use crate::args::{Format, Global, Rank};
use crate::disk::Disk;
use crate::exit::{Exit, Failure, Fault};
use quarterdeck_catalog::{Catalog, Overlay, Platform};
use quarterdeck_engine::{Economics, RankQuestion, RankWork, rank};
use quarterdeck_report::json::Document;
use quarterdeck_scenario::{Files, MAX_BYTES, ReadError};
use std::sync::Arc;

/// Answers one question.
pub fn run(args: &Rank, global: &Global) -> Result<Exit, Failure> {
    let (catalog, names) = with_measured(super::load_catalog(global)?, &args.on)?;
    let question = question(args, &names, &catalog)?;
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

/// What stands before the name of a file that holds platforms.
const MEASURED: &str = "measured:";

/// The catalogue with the entries of every file that is named, and the names of platforms with the files' own in their
/// place; every fault of the files at once.
fn with_measured(mut catalog: Catalog, names: &[String]) -> Result<(Catalog, Vec<String>), Failure> {
    let mut platforms = Vec::new();
    let mut faults = Vec::new();
    for name in names {
        let Some(path) = name.strip_prefix(MEASURED) else {
            platforms.push(name.clone());
            continue;
        };
        let read = entry_text(path).and_then(|text| {
            Overlay::read(catalog.clone(), path, &text)
                .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())
        });
        match read {
            Ok((with, added)) => {
                catalog = with;
                platforms.extend(added);
            }
            Err(messages) => faults.extend(messages.into_iter().map(|message| Fault {
                message,
                help: "mend the file, or write it anew with `quarterdeck probe --out FILE`".to_owned(),
            })),
        }
    }
    if faults.is_empty() { Ok((catalog, platforms)) } else { Err(Failure::Faults(faults)) }
}

fn entry_text(path: &str) -> Result<String, Vec<String>> {
    let bytes = Disk.read(path, MAX_BYTES).map_err(|error| {
        vec![match error {
            ReadError::NotFound => format!("there is no file `{path}`"),
            ReadError::TooLarge { size } => {
                format!("`{path}` has {size} bytes; an entry has at most {MAX_BYTES}")
            }
            ReadError::Other(reason) => format!("`{path}` cannot be read: {reason}"),
        }]
    })?;
    String::from_utf8(bytes).map_err(|_| vec![format!("`{path}` is no text")])
}

/// The question that the arguments ask; every fault of them at once.
fn question(args: &Rank, names: &[String], catalog: &Catalog) -> Result<RankQuestion, Failure> {
    let mut faults = Vec::new();
    let mut note = |message: String, help: &str| faults.push(Fault { message, help: help.to_owned() });
    let model = catalog.model(&args.model).map_err(|error| error.to_string());
    if let Err(message) = &model {
        note(message.clone(), "`quarterdeck catalog list models` prints every id");
    }
    let mut platforms: Vec<Arc<Platform>> = Vec::new();
    for name in names {
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
