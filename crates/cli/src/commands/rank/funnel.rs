//! `rank --funnel`: machines of the stages of a funnel.

use super::economics;
use crate::args::{Format, Global, Rank};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::render;
use quarterdeck_catalog::Catalog;
use quarterdeck_engine::{FunnelQuestion, rank_funnel};
use quarterdeck_report::json::Document;
use quarterdeck_scenario::resolve_funnel;

/// Answers one question about a funnel.
pub fn run(args: &Rank, file: &str, catalog: &Catalog, global: &Global) -> Result<Exit, Failure> {
    if let Err(error) = catalog.region(&args.region) {
        return Err(Failure::usage(error.to_string(), "name a region of the catalogue with `--region`"));
    }
    let read = resolve_funnel(file, &Disk, catalog);
    let funnel = read.value.map_err(|errors| Failure::Diagnostics(errors.merge(read.warnings.clone())))?;
    render::print_diagnostics(&read.warnings, global.diagnostics);
    let answer = rank_funnel(catalog, &FunnelQuestion { funnel, economics: economics(args) });
    match global.format {
        Format::Text => println!("{}", answer.to_text().trim_end()),
        Format::Json => {
            let document = Document::new("funnel", answer.to_json());
            print!("{}", document.to_pretty().map_err(|error| Failure::Bug(error.to_string()))?);
        }
        Format::Csv => {
            crate::commands::catalog::print(&[answer.table()], global)?;
        }
        Format::Md | Format::Html => {
            crate::commands::catalog::print(&answer.tables(), global)?;
        }
    }
    Ok(Exit::Done)
}
