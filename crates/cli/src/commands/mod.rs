//! One module per verb.

mod assess;
mod catalog;
mod check;
mod design;
mod explain;
mod init;
mod plan;
mod probe;
mod rank;
mod train;
mod validate;

use crate::args::{Args, Command, Format, Global};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::render;
use clap::CommandFactory;
use quarterdeck_catalog::Catalog;
use quarterdeck_plan::PlanOptions;
use quarterdeck_report::html::{self, HtmlReport};
use quarterdeck_scenario::{Scenario, resolve_with};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by Ctrl-C: a solve then returns its best plan so far.
static CANCELLED: AtomicBool = AtomicBool::new(false);

/// Runs the command that was asked for.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let global = &args.global;
    let has_page = match &args.command {
        Command::Design(_) | Command::Train(_) | Command::Plan { .. } => true,
        Command::Rank(rank) => rank.chip_design.is_some(),
        _ => false,
    };
    if global.format == Format::Html && !has_page {
        return Err(Failure::usage(
            "this command has no page",
            "`design`, `train`, `plan` and `rank --chip-design` have one; `report` writes that of a plan",
        ));
    }
    match &args.command {
        Command::Demo { out, solve } => plan::demo(out, solve, global),
        Command::Init { path, template, force } => init::run(path, *template, *force),
        Command::Check { files, set } => check::run(files, set, global),
        Command::Assess { input, at, solve } => assess::run(input, *at, solve, global),
        Command::Design(design) => design::run(design, global),
        Command::Probe(probe) => probe::run(probe, global),
        Command::Rank(rank) => rank::run(rank, global),
        Command::Train(train) => train::run(train, global),
        Command::Plan { input, out, runs, write_mps, solve } => {
            plan::run(input, out.as_deref(), *runs, write_mps.as_deref(), solve, global)
        }
        Command::Report { input, output, solve } => plan::report(input, output, solve, global),
        Command::Explain { topic } => explain::run(topic.as_deref()),
        Command::Schema => explain::print_schema(),
        Command::Catalog(command) => catalog::run(command, global),
        Command::Validate { family, data, row, split } => {
            validate::run(*family, data.as_deref(), row.as_deref(), *split, global)
        }
        Command::Completions { shell } => {
            let mut command = Args::command();
            clap_complete::generate(*shell, &mut command, "quarterdeck", &mut std::io::stdout());
            Ok(Exit::Done)
        }
    }
}

/// The built-in catalogue, or the one in a folder.
fn load_catalog(global: &Global) -> Result<Catalog, Failure> {
    let Some(folder) = &global.catalog else { return Ok(Catalog::builtin()) };
    let mut files = Vec::new();
    read_tree(folder, folder, &mut files)?;
    Catalog::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::usage(
            errors.join("\n       "),
            "mend these files, or leave out `--catalog` for the built-in one",
        )
    })
}

fn read_tree(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let fail = |error| Failure::Disk { doing: "read", path: folder.to_owned(), error };
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).map_err(fail)?.collect::<Result<_, _>>().map_err(fail)?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            read_tree(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(fail)?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, text));
        }
    }
    Ok(())
}

/// A scenario from a file with changes; its warnings are shown, its errors end the command.
fn load_scenario(
    path: &str,
    set: &[String],
    files: &dyn quarterdeck_scenario::Files,
    catalog: &Catalog,
    global: &Global,
) -> Result<Scenario, Failure> {
    let read = resolve_with(path, set, files, catalog);
    let scenario = read.value.map_err(|errors| Failure::Diagnostics(errors.merge(read.warnings.clone())))?;
    render::print_diagnostics(&read.warnings, global.diagnostics);
    Ok(scenario)
}

/// A report as a page on standard output.
fn print_page(report: &HtmlReport) -> Result<(), Failure> {
    print!("{}", report.to_html().map_err(|error| Failure::Bug(error.to_string()))?);
    Ok(())
}

/// Writes a report as a page, and says so on standard error.
fn write_page(report: &HtmlReport, path: &Path) -> Result<(), Failure> {
    let page = report.to_html().map_err(|error| Failure::Bug(error.to_string()))?;
    crate::disk::write_whole(path, page.as_bytes())?;
    let note = if html::has_charts() { "" } else { " (without charts: `make web`, then build again)" };
    eprintln!("wrote {}{note}", path.display());
    Ok(())
}

/// The text of a scenario, for the report.
fn scenario_text(path: &str) -> String {
    if path == "-" {
        return String::new();
    }
    let bytes = quarterdeck_scenario::Files::read(&Disk, path, quarterdeck_scenario::MAX_BYTES);
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Settings of a solve, with Ctrl-C wired to return the best plan so far.
fn solve_options(solve: &crate::args::Solve) -> PlanOptions<'static> {
    // A second Ctrl-C ends the process at once.
    let _ = ctrlc::set_handler(|| {
        if CANCELLED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    PlanOptions {
        gap: solve.gap,
        time_limit: solve.time_limit,
        seed: solve.seed,
        threads: solve.threads,
        cancel: Some(&CANCELLED),
        start: None,
    }
}
