//! What to buy, build, redesign, pause or cancel: from a scenario to a plan.

use crate::world::World;
use quarterdeck_catalog::{Catalog, MissingFact, Platform};
use quarterdeck_facility::{FacilityError, project::precedence::complete_projects, site::site_envelopes};
use quarterdeck_performance::FitTable;
use quarterdeck_plan::{
    AssembleError, Plan, PlanError, PlanProgress, Problem, Run, assemble, optimise, platform_ids,
};
use quarterdeck_scenario::Scenario;
use std::fmt;
use std::sync::Arc;

/// Which plan is asked for.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// What is known and what is pinned.
    pub run: Run,
}

/// A plan with what it was made from.
#[derive(Clone, Debug)]
pub struct PlanRun {
    /// Name of the run.
    pub label: String,
    /// The problem.
    pub problem: Problem,
    /// The plan.
    pub plan: Plan,
    /// What each workload needs on each platform.
    pub fits: Arc<FitTable>,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum EngineError {
    /// The scenario and the catalogue together do not make a problem; everything that is wrong.
    Input(Vec<String>),
    /// The solver did not answer in time, or a bug.
    Plan(PlanError),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EngineError::Input(messages) => f.write_str(&messages.join("\n")),
            EngineError::Plan(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EngineError {}

impl From<Vec<FacilityError>> for EngineError {
    fn from(errors: Vec<FacilityError>) -> Self {
        EngineError::Input(errors.iter().map(ToString::to_string).collect())
    }
}

impl From<Vec<MissingFact>> for EngineError {
    fn from(missing: Vec<MissingFact>) -> Self {
        EngineError::Input(missing.iter().map(ToString::to_string).collect())
    }
}

impl From<Vec<AssembleError>> for EngineError {
    fn from(errors: Vec<AssembleError>) -> Self {
        EngineError::Input(errors.iter().map(ToString::to_string).collect())
    }
}

impl From<PlanError> for EngineError {
    fn from(error: PlanError) -> Self {
        EngineError::Plan(error)
    }
}

/// What each workload of a scenario needs on each platform that it could have, in every quarter.
pub fn fits(scenario: &Scenario, catalog: &Catalog) -> FitTable {
    let platforms: Vec<Arc<Platform>> =
        platform_ids(scenario).iter().filter_map(|id| catalog.platform(id).ok().cloned()).collect();
    FitTable::build(
        &scenario.workloads,
        platforms.iter().map(AsRef::as_ref),
        &scenario.horizon.quarters(),
        catalog,
    )
}

/// The planning problem of a run. Projects that state no lead time get that of their precedence networks.
///
/// # Errors
/// Everything that the scenario and the catalogue together lack.
pub fn problem(
    scenario: &Scenario,
    catalog: &Catalog,
    fits: &FitTable,
    run: &Run,
) -> Result<Problem, EngineError> {
    let mut scenario = scenario.clone();
    complete_projects(&mut scenario, catalog)?;
    let envelopes = site_envelopes(&scenario, catalog)?;
    Ok(assemble(&scenario, catalog, fits, &envelopes, run)?)
}

/// The cheapest plan of a scenario for each request; fits are computed once for all.
///
/// # Errors
/// When the scenario and the catalogue do not make a problem, or the solver gave no plan.
pub fn plan(
    world: &World<'_>,
    scenario: &Scenario,
    requests: &[PlanRequest],
    on_progress: &mut dyn FnMut(&str, PlanProgress),
) -> Result<Vec<PlanRun>, EngineError> {
    let catalog = scenario.catalog(world.catalog).map_err(|message| EngineError::Input(vec![message]))?;
    let fits = Arc::new(fits(scenario, &catalog));
    let mut runs = Vec::new();
    for request in requests {
        let problem = problem(scenario, &catalog, &fits, &request.run)?;
        let label = request.run.label.clone();
        let plan = optimise(&problem, &world.options, &mut |progress| on_progress(&label, progress))?;
        runs.push(PlanRun { label, problem, plan, fits: Arc::clone(&fits) });
    }
    Ok(runs)
}
