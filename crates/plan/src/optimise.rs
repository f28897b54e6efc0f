//! From a problem to a plan: formulate, solve, read back, verify, and say what each limit is worth.

use crate::extract::extract;
use crate::formulation::{Formulation, formulate};
use crate::outcome::{LimitValue, Plan, SolveRecord};
use crate::problem::Problem;
use crate::solver::{
    Highs, Options, Progress, Ranging, Solution, SolveError, Solver, Start, Status, relative_gap, write_mps,
};
use crate::verify::{Violation, verify};
use quarterdeck_units::{Seconds, Usd};
use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// How long and how well to solve.
#[derive(Clone, Debug)]
pub struct PlanOptions<'a> {
    /// Stop when the plan is proven within this share of its cost.
    pub gap: f64,
    /// Stop after this time with the best plan so far.
    pub time_limit: Option<Seconds>,
    /// Seed of the solver; the same seed gives the same bytes.
    pub seed: u32,
    /// Threads of the solver.
    pub threads: u32,
    /// Set to true, by Ctrl-C say, to get the best plan so far.
    pub cancel: Option<&'a AtomicBool>,
    /// Values of a plan of the same problem to begin from.
    pub start: Option<Vec<f64>>,
}

impl Default for PlanOptions<'_> {
    fn default() -> Self {
        PlanOptions { gap: 1e-3, time_limit: None, seed: 0, threads: 1, cancel: None, start: None }
    }
}

/// Why no plan came back.
#[derive(Debug)]
pub enum PlanError {
    /// Time ran out, or the user stopped, before any plan was found.
    NoPlanYet {
        /// What ended the solve, in words.
        status: String,
        /// Lowest cost that any plan can have.
        bound: Usd,
    },
    /// The solver failed or the problem has no plan, which priced slacks rule out: a bug.
    Solver(String),
    /// The plan breaks its own problem: a bug of the formulation or of the solver.
    Broken(Vec<Violation>),
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanError::NoPlanYet { status, bound } => {
                write!(f, "no plan was found before the end ({status}); none can cost less than {bound:.3}")
            }
            PlanError::Solver(message) => f.write_str(message),
            PlanError::Broken(violations) => {
                write!(f, "the plan breaks {} of its own limits", violations.len())?;
                violations
                    .iter()
                    .take(5)
                    .try_for_each(|found| write!(f, "; {} by {}", found.limit, found.excess))
            }
        }
    }
}

impl std::error::Error for PlanError {}

impl From<SolveError> for PlanError {
    fn from(error: SolveError) -> Self {
        PlanError::Solver(error.to_string())
    }
}

/// A look at a running solve, in dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanProgress {
    /// Cost of the best plan so far.
    pub best: Option<Usd>,
    /// No plan can cost less.
    pub bound: Usd,
    /// Time since the start; information only.
    pub elapsed: Seconds,
}

/// The cheapest plan, within the gap asked for.
///
/// # Errors
/// When there was no time for any plan, or for a bug.
pub fn optimise(
    problem: &Problem,
    options: &PlanOptions<'_>,
    on_progress: &mut dyn FnMut(PlanProgress),
) -> Result<Plan, PlanError> {
    let formulation = formulate(problem);
    let mut history: Vec<(f64, Option<f64>, f64)> = Vec::new();
    let mut listen = |progress: Progress| {
        let millions = |value: f64| Usd::millions(value);
        if progress.improved || history.last().is_none_or(|(at, _, _)| progress.elapsed_s - at > 0.5) {
            let best = progress.incumbent.map(|value| value * 1e6);
            history.push((progress.elapsed_s, best, progress.bound * 1e6));
        }
        on_progress(PlanProgress {
            best: progress.incumbent.map(millions),
            bound: millions(progress.bound),
            elapsed: Seconds::seconds(progress.elapsed_s),
        });
        ControlFlow::Continue(())
    };
    let solver_options = Options {
        time_limit_s: options.time_limit.map(Seconds::as_seconds),
        relative_gap: options.gap,
        seed: options.seed,
        threads: options.threads,
        cancel: options.cancel,
        start: options.start.clone().map_or(Start::None, Start::Full),
        ..Options::default()
    };
    let solution = Highs.solve(&formulation.model, &solver_options, &mut listen)?;
    let Some(values) = solution.values() else {
        return Err(match solution.status {
            Status::TimeLimit | Status::Interrupted => PlanError::NoPlanYet {
                status: solution.status.to_string(),
                bound: Usd::millions(solution.bound),
            },
            status => {
                PlanError::Solver(format!("the solver found the problem {status}, which slacks rule out"))
            }
        });
    };
    // The continuous part is solved anew for the chosen whole numbers: values at a vertex, and duals.
    let polished = Highs.lp_with_fixed_integers(&formulation.model, values, Ranging::Skip)?;
    let mut plan = extract(problem, &formulation, &polished.values);
    let violations = verify(problem, &plan);
    if !violations.is_empty() {
        return Err(PlanError::Broken(violations));
    }
    plan.duals = limit_values(problem, &formulation, &polished.row_duals);
    plan.solve = record(&formulation, &solution, polished.objective, history);
    Ok(plan)
}

/// Writes the model as an MPS file with readable names, for another solver.
///
/// # Errors
/// When the writer fails or the model has faults.
pub fn write_model(problem: &Problem, writer: &mut impl io::Write) -> Result<(), String> {
    write_mps(&formulate(problem).model, writer).map_err(|error| error.to_string())
}

fn limit_values(problem: &Problem, formulation: &Formulation, duals: &[f64]) -> Vec<LimitValue> {
    formulation
        .limits
        .iter()
        .filter_map(|limit| {
            // A dual says how the cost rises with the right-hand side; its worth is the fall.
            let value = -duals[limit.row.index()] * limit.dollars_per_dual;
            (value.abs() > 1.0).then(|| LimitValue {
                family: limit.family,
                subject: limit.subject.clone(),
                quarter: limit.quarter,
                value: value / limit.quarter.map_or(1.0, |quarter| problem.discount[quarter]),
                unit: limit.unit,
            })
        })
        .collect()
}

fn record(
    formulation: &Formulation,
    solution: &Solution,
    objective: f64,
    progress: Vec<(f64, Option<f64>, f64)>,
) -> SolveRecord {
    let model = &formulation.model;
    SolveRecord {
        status: solution.status.to_string(),
        stopped_early: matches!(solution.status, Status::TimeLimit | Status::Interrupted | Status::NodeLimit),
        objective: Usd::millions(objective),
        bound: Usd::millions(solution.bound),
        gap: relative_gap(objective, solution.bound),
        columns: model.n_columns(),
        integers: model.integer_columns().count(),
        rows: model.n_rows(),
        coefficients: model.n_nonzeros(),
        nodes: solution.nodes,
        largest_violation: solution.incumbent.as_ref().map_or(0.0, |incumbent| incumbent.check.row.relative),
        progress,
    }
}
