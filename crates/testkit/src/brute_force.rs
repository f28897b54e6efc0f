//! The cheapest plan by trying every combination of whole choices, each with a linear programme of its own.

use quarterdeck_plan::problem::{Pin, Problem};
use quarterdeck_plan::{PlanOptions, optimise};
use quarterdeck_units::Usd;

/// Lowest present cost over all schedules of projects and programmes and all starts of portings.
///
/// Sites of one-site workloads stay with the solver; everything else that is whole is enumerated.
///
/// # Panics
/// When a combination has no plan, which priced slacks rule out.
pub fn cheapest(problem: &Problem) -> Usd {
    let mut best = Usd::INFINITE;
    let mut pins = Vec::new();
    try_all(problem, &mut pins, &mut best);
    best
}

fn try_all(problem: &Problem, pins: &mut Vec<Pin>, best: &mut Usd) {
    let (projects, programmes) = (problem.projects.len(), problem.programmes.len());
    let options: Vec<Pin> = match pins.len() {
        at if at < projects => (0..problem.projects[at].schedules.len())
            .map(|schedule| Pin::Project { project: at, schedule })
            .collect(),
        at if at < projects + programmes => {
            let programme = at - projects;
            let schedules = 0..problem.programmes[programme].schedules.len();
            schedules.map(|schedule| Pin::Programme { programme, schedule }).collect()
        }
        at if at < projects + programmes + problem.portings.len() => {
            let porting = at - projects - programmes;
            let starts = (0..problem.quarters.len()).map(Some).chain([None]);
            starts.map(|start| Pin::Porting { porting, start }).collect()
        }
        _ => {
            let mut pinned = problem.clone();
            pinned.pins.extend(pins.iter().cloned());
            let options = PlanOptions { gap: 1e-9, ..PlanOptions::default() };
            let plan = optimise(&pinned, &options, &mut |_| {}).expect("priced slacks leave a plan");
            *best = best.min(plan.present_cost());
            return;
        }
    };
    for pin in options {
        pins.push(pin);
        try_all(problem, pins, best);
        pins.pop();
    }
}
