//! `rank --chip-design`: whether an own chip pays.

use super::{economics, failure, platforms};
use crate::args::{Format, Global, Rank};
use crate::exit::{Exit, Failure, Fault};
use quarterdeck_catalog::{Catalog, Model};
use quarterdeck_engine::{ChipQuestion, SweepAxis, rank_chip};
use quarterdeck_report::html::HtmlReport;
use quarterdeck_report::json::Document;
use quarterdeck_report::provenance::RunProvenance;
use quarterdeck_units::Seconds;
use std::sync::Arc;

/// Time of a query where nobody names one.
const USUAL_P99: Seconds = Seconds::millis(60.0);

/// Answers one question about a design.
pub fn run(args: &Rank, file: &str, catalog: &Catalog, global: &Global) -> Result<Exit, Failure> {
    let design = platforms::design(file, &args.set, catalog, global)?;
    let mut faults = Vec::new();
    let mut note = |message: String, help: &str| faults.push(Fault { message, help: help.to_owned() });
    let rival = args.against.as_deref().map(|name| catalog.platform(name).cloned());
    if let Some(Err(error)) = &rival {
        note(error.to_string(), "`quarterdeck catalog list platforms` prints every id");
    }
    let mut models: Vec<(Arc<Model>, f64)> = Vec::new();
    for given in &args.models {
        let (name, share) = given.split_once('=').unwrap_or((given, "1"));
        match catalog.model(name.trim()) {
            Ok(model) => match share.trim().parse::<f64>() {
                Ok(share) if share > 0.0 && share.is_finite() => models.push((Arc::clone(model), share)),
                _ => note(
                    format!("`{given}` has no share above zero"),
                    "write it as in `--model dlrm-ads-2022=2,dlrm-feed-2021=1`",
                ),
            },
            Err(error) => note(error.to_string(), "`quarterdeck catalog list models` prints every id"),
        }
    }
    let latency_p99 = args.p99.unwrap_or(USUAL_P99);
    if !latency_p99.is_positive() {
        note(format!("a p99 of {latency_p99:.0} cannot be met"), "write a time such as `--p99 60ms`");
    }
    let precision = args.precision.as_deref().map(crate::commands::train::precision).transpose();
    if let Err(message) = &precision {
        note(message.clone(), "leave out `--precision` for the best that each device has");
    }
    if let Err(error) = catalog.region(&args.region) {
        note(error.to_string(), "name a region of the catalogue with `--region`");
    }
    let mut sweep = Vec::new();
    for text in &args.sweep {
        match SweepAxis::parse(text) {
            Ok(axis) => sweep.push(axis),
            Err(fault) => note(fault.message, &fault.help),
        }
    }
    let (Some(Ok(rival)), Ok(precision), true) = (rival, precision, faults.is_empty()) else {
        return Err(Failure::Faults(faults));
    };
    let all: f64 = models.iter().map(|(_, share)| share).sum();
    models.iter_mut().for_each(|(_, share)| *share /= all);
    let question = ChipQuestion {
        design,
        rival,
        models,
        latency_p99,
        candidates: args.candidates,
        precision,
        volume: args.volume,
        seed: args.seed,
        futures: args.futures,
        sweep,
        economics: economics(args),
    };
    let answer = rank_chip(catalog, &question).map_err(failure)?;
    let bug = |error: &dyn std::fmt::Display| Failure::Bug(error.to_string());
    let page = || {
        let provenance = RunProvenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: file.to_owned(),
            catalog_hash: Some(catalog.hash().to_owned()),
            ..RunProvenance::default()
        };
        HtmlReport { provenance, ..answer.to_html_report() }
    };
    match global.format {
        Format::Text => println!("{}", answer.to_text().trim_end()),
        Format::Html if args.output.is_some() => {}
        Format::Html => super::super::print_page(&page())?,
        Format::Json => {
            let document = Document::new("chip", answer.to_json());
            print!("{}", document.to_pretty().map_err(|error| bug(&error))?);
        }
        Format::Csv => {
            let table = answer.sweep_table(true).unwrap_or_else(|| answer.lifetime_table());
            crate::commands::catalog::print(&[table], global)?;
        }
        Format::Md => {
            crate::commands::catalog::print(&answer.tables(), global)?;
        }
    }
    if let Some(path) = &args.output {
        super::super::write_page(&page(), path)?;
    }
    Ok(Exit::Done)
}
