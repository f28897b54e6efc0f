//! `plan`, `demo` and `report`: from a scenario to decisions, tables and the HTML report.

use crate::args::{Format, Global, Input, Runs, Solve};
use crate::disk::{Disk, Outputs, write_whole};
use crate::exit::{Exit, Failure};
use crate::progress::SolveLine;
use include_dir::{Dir, include_dir};
use quarterdeck_catalog::Catalog;
use quarterdeck_engine::{EngineError, PlanRequest, PlanRun, World, network_factor, plan, plan_designs};
use quarterdeck_plan::{PlanError, Run, write_model};
use quarterdeck_report::plan::{Computed, Context, PlanReport, Run as ReportRun, assumptions, judge};
use quarterdeck_report::{SourceRef, html, number, table::UnitRow};
use quarterdeck_scenario::{Files, MemoryFiles, ReadError, Scenario};
use quarterdeck_units::{Quarter, Usd};
use std::collections::BTreeMap;
use std::path::Path;

/// The flagship scenario, for a demo without any file.
static FLAGSHIP: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../scenarios/meta-2022");
const FLAGSHIP_FILE: &str = "scenarios/meta-2022/scenario.toml";

/// A failure of the engine as this program tells it.
pub fn failure(error: EngineError) -> Failure {
    match error {
        EngineError::Input(messages) => Failure::usage(
            messages.join("\n       "),
            "change the scenario; `quarterdeck catalog show ID` prints what a platform needs",
        ),
        EngineError::Plan(error @ PlanError::NoPlanYet { .. }) => Failure::NoAnswer(error.to_string()),
        EngineError::Plan(error) => Failure::Bug(error.to_string()),
    }
}

/// A scenario with where it came from.
struct Job {
    file: String,
    text: String,
    scenario: Scenario,
    catalog: Catalog,
    published_capex: Vec<(Quarter, Usd)>,
}

impl Job {
    fn load(
        file: &str,
        set: &[String],
        files: &dyn Files,
        text: String,
        global: &Global,
    ) -> Result<Job, Failure> {
        let catalog = super::load_catalog(global)?;
        let scenario = super::load_scenario(file, set, files, &catalog, global)?;
        let beside = Path::new(file).with_file_name("capex.csv");
        let published_capex = published_capex(&beside.to_string_lossy(), files, &scenario);
        Ok(Job { file: file.to_owned(), text, scenario, catalog, published_capex })
    }

    fn flagship(global: &Global) -> Result<Job, Failure> {
        let mut files = MemoryFiles::default();
        for name in ["scenario.toml", "capex.csv"] {
            let file =
                FLAGSHIP.get_file(name).ok_or_else(|| Failure::Bug(format!("{name} is not bundled")))?;
            files = files.with(FLAGSHIP_FILE.replace("scenario.toml", name), file.contents());
        }
        let text =
            FLAGSHIP.get_file("scenario.toml").and_then(|file| file.contents_utf8()).unwrap_or_default();
        Job::load(FLAGSHIP_FILE, &[], &files, text.to_owned(), global)
    }

    fn from(input: &Input, global: &Global) -> Result<Job, Failure> {
        if input.file == "-" {
            // Standard input can be read only once: the text serves reading and report.
            let bytes = Disk.read("-", quarterdeck_scenario::MAX_BYTES).map_err(|error| {
                let reason = match error {
                    ReadError::TooLarge { .. } => "standard input is too large for a scenario".to_owned(),
                    other => format!("standard input can not be read: {other}"),
                };
                Failure::usage(reason, "name a file")
            })?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let files = MemoryFiles::one("-", bytes);
            return Job::load("-", &input.set, &files, text, global);
        }
        Job::load(&input.file, &input.set, &Disk, super::scenario_text(&input.file), global)
    }

    fn requests(&self, runs: Runs) -> Vec<PlanRequest> {
        let history = !self.scenario.history.is_empty();
        let mut requests = Vec::new();
        if runs != Runs::History || !history {
            requests.push(PlanRequest { run: Run::best() });
        }
        if runs != Runs::Best && history {
            requests.push(PlanRequest { run: Run::as_it_happened() });
        }
        requests
    }

    fn solve(&self, runs: Runs, solve: &Solve, global: &Global) -> Result<Vec<PlanRun>, Failure> {
        let world = World { catalog: &self.catalog, options: super::solve_options(solve) };
        let mut line: Option<(String, SolveLine)> = None;
        let mut tell = |label: &str, progress| {
            if line.as_ref().is_none_or(|(of, _)| of != label) {
                line = Some((label.to_owned(), SolveLine::new(label, global)));
            }
            if let Some((_, line)) = &mut line {
                line.tell(progress);
            }
        };
        plan(&world, &self.scenario, &self.requests(runs), &mut tell).map_err(failure)
    }

    fn context<'a>(&'a self, runs: &[PlanRun], folder: Option<&'a str>, solve: &Solve) -> Context<'a> {
        let own = self.scenario.catalog(&self.catalog).ok();
        let catalog = own.as_ref().unwrap_or(&self.catalog);
        let network: BTreeMap<String, Computed> = self
            .scenario
            .expectations
            .iter()
            .filter_map(|expectation| {
                let factor = network_factor(&self.scenario, catalog, &expectation.measure)?.ok()?;
                let deciding = factor.growth.deciding();
                let views: Vec<String> = factor
                    .growth
                    .views()
                    .iter()
                    .map(|(name, value)| format!("{name} {}", number::factor(*value)))
                    .collect();
                let how = format!(
                    "{} against {} at equal power; {}. The deciding term is {} ({})",
                    factor.new,
                    factor.old,
                    views.join(", "),
                    deciding.name,
                    number::factor(deciding.factor)
                );
                Some((expectation.id.clone(), Computed { value: factor.growth.per_site, how }))
            })
            .collect();
        let judged = runs.iter().find(|run| run.label == Run::as_it_happened().label);
        let judgements =
            judged.map_or_else(Vec::new, |run| judge(&self.scenario, &report_run(run), &network));
        Context {
            scenario: &self.scenario,
            scenario_file: &self.file,
            scenario_text: &self.text,
            run_folder: folder,
            version: env!("CARGO_PKG_VERSION"),
            seed: u64::from(solve.seed),
            catalog_hash: self.catalog.hash(),
            assumptions: assumptions(&self.scenario),
            sources: self.sources(runs, &judgements),
            judgements,
            designs: runs.first().map_or_else(Vec::new, |run| plan_designs(&self.scenario, catalog, run)),
            published_capex: self.published_capex.clone(),
        }
    }

    /// The scenario's sources, and the catalogue's that the machines and the judged numbers rest on.
    fn sources(
        &self,
        runs: &[PlanRun],
        judgements: &[quarterdeck_report::plan::Judgement],
    ) -> Vec<SourceRef> {
        let own = self.scenario.sources.iter().map(|source| SourceRef {
            id: source.id.clone(),
            title: source.title.clone(),
            publisher: None,
            url: source.url.clone(),
            date: source.date.clone(),
        });
        let mut found: BTreeMap<String, SourceRef> = own.map(|source| (source.id.clone(), source)).collect();
        let machines =
            runs.iter().flat_map(|run| &run.problem.platforms).flat_map(|facts| &facts.provenance.sources);
        let judged = judgements.iter().flat_map(|judgement| &judgement.sources);
        let ids = machines.map(|id| id.as_str().to_owned()).chain(judged.cloned());
        for id in ids {
            let known = self.catalog.sources.iter().find(|(known, _)| known.as_str() == id);
            if let (Some((_, source)), false) = (known, found.contains_key(&id)) {
                found.insert(
                    id.clone(),
                    SourceRef {
                        id,
                        title: source.title.clone(),
                        publisher: Some(source.publisher.clone()),
                        url: Some(source.url.clone()),
                        date: source.date.clone(),
                    },
                );
            }
        }
        found.into_values().collect()
    }
}

fn report_run(run: &PlanRun) -> ReportRun<'_> {
    ReportRun { label: &run.label, problem: &run.problem, plan: &run.plan }
}

/// Published capital spending from `capex.csv` beside the scenario, in dollars of its price year.
fn published_capex(path: &str, files: &dyn Files, scenario: &Scenario) -> Vec<(Quarter, Usd)> {
    let Ok(bytes) = files.read(path, 1 << 20) else { return Vec::new() };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut lines = text.lines();
    let column = format!("capex_musd_{}", scenario.horizon.price_year);
    let Some(index) = lines.next().and_then(|header| header.split(',').position(|name| name == column))
    else {
        return Vec::new();
    };
    let row = |line: &str| -> Option<(Quarter, Usd)> {
        let cells: Vec<&str> = line.split(',').collect();
        Some((cells.first()?.parse().ok()?, Usd::millions(cells.get(index)?.parse().ok()?)))
    };
    lines.filter_map(row).collect()
}

/// `plan`.
pub fn run(
    input: &Input,
    out: Option<&Path>,
    runs: Runs,
    mps: Option<&Path>,
    solve: &Solve,
    global: &Global,
) -> Result<Exit, Failure> {
    let job = Job::from(input, global)?;
    let solved = job.solve(runs, solve, global)?;
    if let Some(path) = mps {
        let mut bytes = Vec::new();
        write_model(&solved[0].problem, &mut bytes).map_err(Failure::Bug)?;
        write_whole(path, &bytes)?;
        eprintln!("wrote the model of the {} to {}", solved[0].label, path.display());
    }
    answer(&job, &solved, out, solve, global)?;
    Ok(Exit::Done)
}

/// `demo`.
pub fn demo(out: &Path, solve: &Solve, global: &Global) -> Result<Exit, Failure> {
    let job = Job::flagship(global)?;
    let solved = job.solve(Runs::Both, solve, global)?;
    answer(&job, &solved, Some(out), solve, global)?;
    Ok(Exit::Done)
}

/// `report`.
pub fn report(input: &Input, output: &Path, solve: &Solve, global: &Global) -> Result<Exit, Failure> {
    // A folder that `plan --out` wrote holds its report: nothing is computed again.
    let saved = Path::new(&input.file).join("report.html");
    if saved.is_file() {
        let page = std::fs::read(&saved).map_err(|error| Failure::Disk {
            doing: "read",
            path: saved.clone(),
            error,
        })?;
        write_whole(output, &page)?;
        println!("wrote {}", output.display());
        return Ok(Exit::Done);
    }
    let job = Job::from(input, global)?;
    let solved = job.solve(Runs::Both, solve, global)?;
    let runs: Vec<ReportRun<'_>> = solved.iter().map(report_run).collect();
    let report = PlanReport::new(&runs, job.context(&solved, None, solve));
    let page = report.to_html_report().to_html().map_err(|error| Failure::Bug(error.to_string()))?;
    write_whole(output, page.as_bytes())?;
    println!("wrote {}{}", output.display(), chart_note());
    Ok(Exit::Done)
}

fn chart_note() -> &'static str {
    if html::has_charts() { "" } else { " (without charts: `make web`, then build again)" }
}

/// Prints the answer and writes the folder.
fn answer(
    job: &Job,
    solved: &[PlanRun],
    out: Option<&Path>,
    solve: &Solve,
    global: &Global,
) -> Result<(), Failure> {
    let folder = out.map(|path| path.to_string_lossy().into_owned());
    let runs: Vec<ReportRun<'_>> = solved.iter().map(report_run).collect();
    let report = PlanReport::new(&runs, job.context(solved, folder.as_deref(), solve));
    let bug = |error: &dyn std::fmt::Display| Failure::Bug(error.to_string());
    if let Some(folder) = out {
        write_folder(job, &report, folder)?;
    }
    match global.format {
        Format::Text => {
            for run in solved.iter().filter(|run| run.plan.solve.stopped_early) {
                eprintln!(
                    "the {} was {}: best plan so far, at most {} dearer than the cheapest",
                    run.label,
                    run.plan.solve.status,
                    number::percent(run.plan.solve.gap)
                );
            }
            println!("{}", report.verdict().to_text(100).trim_end());
            if let Some(folder) = out {
                println!("\nReport: {}{}", folder.join("report.html").display(), chart_note());
            }
        }
        Format::Json => {
            let value = report.to_json().map_err(|error| bug(&error))?;
            println!("{}", serde_json::to_string_pretty(&value).map_err(|error| bug(&error))?);
        }
        Format::Csv | Format::Md => {
            super::catalog::print(&report.tables(), global)?;
        }
        Format::Html => super::print_page(&report.to_html_report())?,
    }
    Ok(())
}

/// Everything of a run: tables as CSV and Parquet, one JSON document, the report, the scenario itself.
fn write_folder(job: &Job, report: &PlanReport<'_>, folder: &Path) -> Result<(), Failure> {
    let bug = |error: &dyn std::fmt::Display| Failure::Bug(error.to_string());
    let mut outputs = Outputs::new(folder)?;
    for table in report.tables() {
        let csv = table.to_csv(UnitRow::Omit).map_err(|error| bug(&error))?;
        outputs.add(&format!("tables/{}.csv", table.id), csv.as_bytes())?;
        let mut parquet = Vec::new();
        table.to_parquet(&mut parquet).map_err(|error| bug(&error))?;
        outputs.add(&format!("tables/{}.parquet", table.id), &parquet)?;
    }
    let value = report.to_json().map_err(|error| bug(&error))?;
    let json = serde_json::to_string_pretty(&value).map_err(|error| bug(&error))?;
    outputs.add("plan.json", json.as_bytes())?;
    outputs.add("scenario.toml", job.scenario.to_toml(&job.catalog).as_bytes())?;
    let page = report.to_html_report().to_html().map_err(|error| bug(&error))?;
    outputs.add("report.html", page.as_bytes())?;
    outputs.finish()
}
