//! `check`: every fault of scenario files at once; nothing is computed.

use crate::args::Global;
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::render;
use quarterdeck_report::number;
use quarterdeck_scenario::{Scenario, resolve_with};

/// Checks each file; ends with code 2 if any has an error.
pub fn run(files: &[String], set: &[String], global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    let mut worst = Exit::Done;
    for path in files {
        let read = resolve_with(path, set, &Disk, &catalog);
        let diagnostics = read.diagnostics();
        render::print_diagnostics(&diagnostics, global.diagnostics);
        match &read.value {
            Ok(scenario) => println!("{path}: {}{}", summary(scenario), warned(&render::count(&diagnostics))),
            Err(_) => {
                worst = Exit::Input;
                println!("{path}: {}", render::count(&diagnostics));
            }
        }
    }
    Ok(worst)
}

fn warned(count: &str) -> String {
    if count.is_empty() { String::new() } else { format!(" ({count})") }
}

/// What a valid file holds, so that a missing table is noticed.
fn summary(scenario: &Scenario) -> String {
    let counted = |count: usize, noun: &str| number::counted(count as i64, noun);
    format!(
        "valid. {} to {}: {}, {}, {}, {}, {} of history",
        scenario.horizon.start,
        scenario.horizon.end,
        counted(scenario.workloads.len(), "workload"),
        counted(scenario.sites.len(), "site"),
        counted(scenario.projects.len(), "project"),
        counted(scenario.offers.len(), "offer"),
        counted(scenario.history.len(), "decision"),
    )
}
