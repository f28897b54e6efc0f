//! `assess`: what each fleet, platform and site carries in a quarter, and what binds.

use crate::args::{Format, Global, Input, Solve};
use crate::disk::Disk;
use crate::exit::{Exit, Failure};
use crate::progress::SolveLine;
use quarterdeck_engine::{PlanRequest, World, assess, plan};
use quarterdeck_plan::Run;
use quarterdeck_units::Quarter;

/// Prints the state of the fleet in a quarter: as it happened where there is history, else by the best plan.
pub fn run(input: &Input, at: Option<Quarter>, solve: &Solve, global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    let scenario = super::load_scenario(&input.file, &input.set, &Disk, &catalog, global)?;
    let (first, last) = (scenario.horizon.start, scenario.horizon.end);
    let quarter = at.unwrap_or(first);
    let run = if scenario.history.is_empty() { Run::best() } else { Run::as_it_happened() };
    let world = World { catalog: &catalog, options: super::solve_options(solve) };
    let mut line = SolveLine::new(&run.label, global);
    let runs = plan(&world, &scenario, &[PlanRequest { run }], &mut |_, progress| line.tell(progress))
        .map_err(super::plan::failure)?;
    drop(line);
    let Some(state) = assess(&scenario, &input.file, &runs[0], quarter) else {
        return Err(Failure::usage(
            format!("{quarter} lies outside the scenario"),
            format!("give a quarter from {first} to {last} with `--at`"),
        ));
    };
    match global.format {
        Format::Text => println!("{}", state.to_text().trim_end()),
        Format::Json => {
            let value = state.to_json().map_err(|error| Failure::Bug(error.to_string()))?;
            let text =
                serde_json::to_string_pretty(&value).map_err(|error| Failure::Bug(error.to_string()))?;
            println!("{text}");
        }
        Format::Csv | Format::Md | Format::Html => {
            super::catalog::print(&state.tables(), global)?;
        }
    }
    Ok(Exit::Done)
}
