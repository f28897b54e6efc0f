//! The HiGHS solver behind the project's own [`Solver`] trait.
//!
//! HiGHS is an open solver for linear and mixed-integer programmes (`huangfu-hall-2018`). Every
//! answer passes through the independent [`check`] before it leaves this module, and a cost is
//! always the recomputed one.

mod ffi;

use std::sync::atomic::AtomicBool;

use self::ffi::{Engine, Hooks, RowBasis, RowRanges, RunEnd};
use super::check::{Check, FEASIBILITY_TOLERANCE, activity, check, objective};
use super::model::{Model, Row};
use super::outcome::{
    DualSolution, Incumbent, LpMethod, OnProgress, Options, Phase, Ranging, RhsRange, Solution, SolveError,
    Solver, Start, Status, is_proven, silent,
};

/// A proven bound may exceed the recomputed cost by this share before it counts as wrong.
const BOUND_SLACK: f64 = 1e-5;
/// HiGHS ends with an optimum once its bound is this close (its option `mip_abs_gap`).
const ABSOLUTE_GAP: f64 = 1e-6;
/// Completing a partial start may take this many nodes, and this share of the time limit.
const START_NODES: u64 = 200;
const START_TIME_SHARE: f64 = 0.2;

/// The HiGHS solver, compiled into the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Highs;

/// What one run of the engine gave, before any judgement.
struct Run {
    end: RunEnd,
    values: Option<Vec<f64>>,
    bound: f64,
    nodes: u64,
    lp_iterations: u64,
    wall_time_s: f64,
}

impl Solver for Highs {
    fn name(&self) -> String {
        format!("HiGHS {}", Engine::version())
    }

    fn solve(
        &self,
        model: &Model,
        options: &Options<'_>,
        on_progress: &mut OnProgress<'_>,
    ) -> Result<Solution, SolveError> {
        refuse_faults(model)?;
        refuse_options(options)?;
        if model.n_columns() == 0 {
            return Ok(solve_empty(model));
        }
        let (start, spent_s) = prepare_start(model, options)?;
        let mut options = options.clone();
        options.time_limit_s = options.time_limit_s.map(|limit| (limit - spent_s).max(0.0));
        let start_values = start.as_ref().map(|start| start.values.as_slice());
        let mut run = run_engine(model, &options, start_values, on_progress)?;
        run.wall_time_s += spent_s;
        if matches!(run.end, RunEnd::Unbounded | RunEnd::UnboundedOrInfeasible) {
            run.end = tell_unbounded_from_infeasible(model, &options)?;
        }
        judge(model, run, start)
    }

    fn lp_with_fixed_integers(
        &self,
        model: &Model,
        values: &[f64],
        ranging: Ranging,
    ) -> Result<DualSolution, SolveError> {
        refuse_faults(model)?;
        refuse_values(model, values)?;
        let fixed = with_fixed_integers(model, values);
        if fixed.n_columns() == 0 {
            return Err(SolveError::NoOptimum(Status::Infeasible));
        }

        let mut listener = silent;
        let hooks = Hooks::new(&mut listener, Phase::Relaxation, None, None);
        let mut engine = Engine::new()?;
        engine.pass(&fixed, true)?;
        engine.set_int(c"threads", 1)?;
        engine.set_text(c"solver", "simplex")?;
        match engine.run(&hooks)? {
            RunEnd::Optimal => {}
            end => return Err(SolveError::NoOptimum(plain_status(end))),
        }
        let raw = engine.solution()?;
        let rhs_ranges = match ranging {
            Ranging::Skip => Vec::new(),
            Ranging::Compute => rhs_ranges(&mut engine, &hooks, &fixed, &raw.column_values)?,
        };
        let values = tidy(&fixed, raw.column_values);
        let check = check(&fixed, &values);
        Ok(DualSolution {
            objective: check.objective,
            values,
            row_duals: raw.row_duals,
            reduced_costs: raw.column_duals,
            rhs_ranges,
            check,
        })
    }
}

fn refuse_faults(model: &Model) -> Result<(), SolveError> {
    if model.faults().is_empty() { Ok(()) } else { Err(SolveError::Model(model.faults().to_vec())) }
}

fn refuse_options(options: &Options<'_>) -> Result<(), SolveError> {
    let refuse = |message: String| Err(SolveError::Option { message });
    if !(0.0..=1.0).contains(&options.relative_gap) {
        return refuse(format!("the relative gap is {}, but must be from 0 to 1", options.relative_gap));
    }
    if let Some(limit) = options.time_limit_s.filter(|limit| limit.is_nan() || *limit < 0.0) {
        return refuse(format!("the time limit is {limit} s, but must be zero or more"));
    }
    if !(1..=1024).contains(&options.threads) {
        return refuse(format!("the number of threads is {}, but must be from 1 to 1024", options.threads));
    }
    Ok(())
}

fn refuse_values(model: &Model, values: &[f64]) -> Result<(), SolveError> {
    if values.len() != model.n_columns() {
        return Err(SolveError::WrongLength { expected: model.n_columns(), given: values.len() });
    }
    match model.columns().find(|column| !values[column.index()].is_finite()) {
        Some(column) => Err(SolveError::Option {
            message: format!(
                "the value given for column `{}` is {}",
                model.column_name(column),
                values[column.index()]
            ),
        }),
        None => Ok(()),
    }
}

/// A model without columns has one answer, which either satisfies its rows or none does.
fn solve_empty(model: &Model) -> Solution {
    let check = check(model, &[]);
    let feasible = check.passes();
    Solution {
        status: if feasible { Status::Optimal } else { Status::Infeasible },
        bound: if feasible { check.objective } else { f64::INFINITY },
        incumbent: feasible.then(|| Incumbent { values: Vec::new(), objective: check.objective, check }),
        nodes: 0,
        lp_iterations: 0,
        wall_time_s: 0.0,
        trouble: None,
    }
}

fn run_engine(
    model: &Model,
    options: &Options<'_>,
    start: Option<&[f64]>,
    on_progress: &mut OnProgress<'_>,
) -> Result<Run, SolveError> {
    let is_mip = model.integer_columns().next().is_some();
    let phase = if is_mip { Phase::BranchAndBound } else { Phase::Relaxation };
    let mut engine = Engine::new()?;
    engine.pass(model, false)?;
    engine.set_int(c"threads", i32::try_from(options.threads).unwrap_or(i32::MAX))?;
    // HiGHS takes seeds of 31 bits.
    engine.set_int(c"random_seed", (options.seed & 0x7fff_ffff) as i32)?;
    engine.set_double(c"mip_rel_gap", options.relative_gap)?;
    if let Some(limit) = options.time_limit_s {
        engine.set_double(c"time_limit", limit)?;
    }
    if let Some(nodes) = options.node_limit {
        engine.set_int(c"mip_max_nodes", i32::try_from(nodes).unwrap_or(i32::MAX))?;
    }
    // For a mixed-integer model the option `solver` would mean its relaxation.
    engine.set_text(
        if is_mip { c"mip_lp_solver" } else { c"solver" },
        match options.lp_method {
            LpMethod::Choose => "choose",
            LpMethod::Simplex => "simplex",
            LpMethod::InteriorPoint => "ipx",
        },
    )?;
    if let Some(values) = start.filter(|_| is_mip) {
        engine.set_start(values)?;
    }

    let mut listener = |progress| on_progress(progress);
    let hooks = Hooks::new(&mut listener, phase, options.cancel, options.log);
    let end = engine.run(&hooks)?;
    let (improved, reported_bound) = hooks.improved();
    let values = match end {
        RunEnd::Disputed => improved,
        _ if engine.has_feasible_values() => Some(engine.solution()?.column_values),
        _ => None,
    };
    let bound = match (is_mip, end) {
        (_, RunEnd::Disputed) => values.as_ref().map(|values| {
            let cost = objective(model, values);
            reported_bound.max(cost - (options.relative_gap * cost.abs()).max(ABSOLUTE_GAP))
        }),
        (true, _) => engine.double_info(c"mip_dual_bound"),
        (false, RunEnd::Optimal) => engine.double_info(c"objective_function_value"),
        (false, _) => None,
    };
    let count = |value: Option<i64>| value.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    let iterations = [c"simplex_iteration_count", c"ipm_iteration_count", c"crossover_iteration_count"];
    Ok(Run {
        end,
        values,
        bound: bound.filter(|bound| !bound.is_nan()).unwrap_or(f64::NEG_INFINITY),
        nodes: if is_mip { count(engine.int64_info(c"mip_node_count")) } else { 0 },
        lp_iterations: iterations.map(|name| count(engine.int_info(name).map(i64::from))).iter().sum(),
        wall_time_s: engine.run_time_s(),
    })
}

/// Turns what the engine says into what we believe.
fn judge(model: &Model, run: Run, start: Option<Incumbent>) -> Result<Solution, SolveError> {
    let found = run.values.map(|values| verified(model, values)).transpose()?;
    // The start passed the check, so it stands in where the search found nothing better.
    let incumbent = match (found, start) {
        (Some(found), Some(start)) if start.objective < found.objective || !found.check.passes() => {
            Some(start)
        }
        (Some(found), _) => Some(found),
        (None, start) => start,
    };
    let mut solution = Solution {
        status: plain_status(run.end),
        incumbent,
        bound: run.bound,
        nodes: run.nodes,
        lp_iterations: run.lp_iterations,
        wall_time_s: run.wall_time_s,
        trouble: None,
    };
    match solution.status {
        Status::Infeasible => solution.bound = f64::INFINITY,
        Status::Unbounded => {
            solution.bound = f64::NEG_INFINITY;
            solution.incumbent = None;
        }
        _ => {}
    }
    let mut trouble = None;
    match (&solution.incumbent, solution.status) {
        (None, Status::Optimal) => {
            trouble = Some("the solver claims an optimum but gives no values".to_owned())
        }
        (Some(_), Status::Infeasible) => {
            trouble = Some("the solver claims that nothing fits, but the start given to it does".to_owned());
            solution.bound = f64::NEG_INFINITY;
        }
        (_, Status::NumericalTrouble) => trouble = Some("the solver gave up without a proof".to_owned()),
        (Some(incumbent), _) => {
            trouble = incumbent.check.trouble();
            let excess = solution.bound - incumbent.objective;
            if trouble.is_none() && excess > BOUND_SLACK * incumbent.objective.abs().max(1.0) {
                trouble = Some(format!(
                    "the solver claims that no solution costs less than {}, but this one costs {}",
                    solution.bound, incumbent.objective
                ));
                solution.bound = f64::NEG_INFINITY;
            }
            solution.bound = solution.bound.min(incumbent.objective);
            if solution.status == Status::Optimal && !is_proven(incumbent.objective, solution.bound) {
                solution.status = Status::GapReached;
            }
        }
        (None, _) => {}
    }
    if trouble.is_some() {
        solution.status = Status::NumericalTrouble;
        solution.trouble = trouble;
    }
    Ok(solution)
}

fn plain_status(end: RunEnd) -> Status {
    match end {
        RunEnd::Optimal | RunEnd::Empty | RunEnd::Disputed => Status::Optimal,
        RunEnd::Infeasible => Status::Infeasible,
        RunEnd::Unbounded => Status::Unbounded,
        RunEnd::TimeLimit => Status::TimeLimit,
        RunEnd::SolutionLimit => Status::NodeLimit,
        RunEnd::Interrupt => Status::Interrupted,
        RunEnd::UnboundedOrInfeasible | RunEnd::Unknown => Status::NumericalTrouble,
    }
}

/// Cleans the solver's values and checks them; where cleaning breaks a row, the raw values or a
/// fresh solve of the continuous part may still pass.
fn verified(model: &Model, raw: Vec<f64>) -> Result<Incumbent, SolveError> {
    let accept = |values: Vec<f64>, check: Check| Incumbent { objective: check.objective, values, check };
    let clean = tidy(model, raw.clone());
    let clean_check = check(model, &clean);
    if clean_check.passes() {
        return Ok(accept(clean, clean_check));
    }
    let raw_check = check(model, &raw);
    if raw_check.passes() {
        return Ok(accept(raw, raw_check));
    }
    if let Some(repaired) = resolve_continuous(model, &clean, None, None)?.0 {
        return Ok(repaired);
    }
    Ok(accept(raw, raw_check))
}

/// Rounds whole numbers and lifts values onto the bounds that they miss by less than the tolerance.
fn tidy(model: &Model, mut values: Vec<f64>) -> Vec<f64> {
    for column in model.columns() {
        let value = &mut values[column.index()];
        if model.kind(column).is_integral() {
            *value = value.round();
        }
        let (lower, upper) = model.bounds(column);
        let found = *value;
        let near = |bound: f64| {
            bound.is_finite() && (found - bound).abs() <= 1e-2 * FEASIBILITY_TOLERANCE * bound.abs().max(1.0)
        };
        if near(lower) {
            *value = lower;
        } else if near(upper) {
            *value = upper;
        }
        // Drop the sign of a negative zero, so that equal answers have equal bytes.
        *value += 0.0;
    }
    values
}

/// The same model with whole numbers pinned to `values`, rounded and moved within their bounds.
fn with_fixed_integers(model: &Model, values: &[f64]) -> Model {
    let mut fixed = model.clone();
    for column in model.integer_columns() {
        let (lower, upper) = model.bounds(column);
        fixed.fix(column, values[column.index()].round().clamp(lower, upper));
    }
    fixed
}

/// Keeps the whole numbers of `values` and solves the rest; `None` if that cannot be satisfied.
fn resolve_continuous(
    model: &Model,
    values: &[f64],
    time_limit_s: Option<f64>,
    cancel: Option<&AtomicBool>,
) -> Result<(Option<Incumbent>, f64), SolveError> {
    let fixed = with_fixed_integers(model, values).relaxed();
    let options = Options { time_limit_s, cancel, ..Options::default() };
    let run = run_engine(&fixed, &options, None, &mut silent)?;
    Ok((run.values.and_then(|values| passing(model, values)), run.wall_time_s))
}

/// The tidied values with their check, if they pass it.
fn passing(model: &Model, values: Vec<f64>) -> Option<Incumbent> {
    let values = tidy(model, values);
    let check = check(model, &values);
    check.passes().then_some(Incumbent { objective: check.objective, values, check })
}

/// A start that satisfies the model, made from what the caller knows, and the seconds it took.
fn prepare_start(model: &Model, options: &Options<'_>) -> Result<(Option<Incumbent>, f64), SolveError> {
    let time_limit_s = options.time_limit_s.map(|limit| limit * START_TIME_SHARE);
    let (start, spent_s) = match &options.start {
        Start::None => return Ok((None, 0.0)),
        Start::Full(values) => {
            refuse_values(model, values)?;
            match passing(model, values.clone()) {
                Some(start) => (Some(start), 0.0),
                None => resolve_continuous(model, values, time_limit_s, options.cancel)?,
            }
        }
        Start::Partial(known) => {
            let mut restricted = model.clone();
            for &(column, value) in known {
                if column.index() >= model.n_columns() || !value.is_finite() {
                    let message = format!("the start gives {value} to column {}", column.index());
                    return Err(SolveError::Option { message });
                }
                let (lower, upper) = model.bounds(column);
                let value = if model.kind(column).is_integral() { value.round() } else { value };
                restricted.fix(column, value.clamp(lower, upper));
            }
            let completing = Options {
                node_limit: Some(START_NODES),
                relative_gap: options.relative_gap.max(1e-3),
                time_limit_s,
                start: Start::None,
                log: None,
                ..options.clone()
            };
            let run = run_engine(&restricted, &completing, None, &mut silent)?;
            (run.values.and_then(|values| passing(model, values)), run.wall_time_s)
        }
    };
    if let (None, Some(log)) = (&start, options.log) {
        log("the start does not satisfy the model and was dropped");
    }
    Ok((start, spent_s))
}

/// Asks whether any point fits at all, which presolve may leave open.
fn tell_unbounded_from_infeasible(model: &Model, options: &Options<'_>) -> Result<RunEnd, SolveError> {
    let options = Options { start: Start::None, ..options.clone() };
    let run = run_engine(&model.without_objective(), &options, None, &mut silent)?;
    Ok(if run.end == RunEnd::Optimal { RunEnd::Unbounded } else { run.end })
}

/// Right-hand sides for which each dual holds.
fn rhs_ranges(
    engine: &mut Engine,
    hooks: &Hooks<'_>,
    model: &Model,
    values: &[f64],
) -> Result<Vec<Option<RhsRange>>, SolveError> {
    let (basis, ranges) = if model.n_nonzeros() == 0 {
        // Nothing to factorise: HiGHS solves such a model at sight, and every row is slack.
        let nothing = vec![0.0; model.n_rows()];
        (vec![RowBasis::Slack; model.n_rows()], RowRanges { lower: nothing.clone(), upper: nothing })
    } else {
        // Ranging needs the factors of the whole model, which presolve may have made superfluous.
        engine.set_text(c"presolve", "off")?;
        if engine.run(hooks)? != RunEnd::Optimal {
            return Err(SolveError::Engine { call: "the second run before ranging" });
        }
        (engine.row_basis()?, engine.row_ranges()?)
    };
    let range = |row: Row| {
        let (lower, upper) = model.row_limits(row);
        let at = row.index();
        let around = |rhs: f64| {
            rhs.is_finite().then(|| RhsRange {
                rhs,
                lower: ranges.lower[at].min(rhs),
                upper: ranges.upper[at].max(rhs),
            })
        };
        match basis[at] {
            RowBasis::AtLower => around(lower),
            RowBasis::AtUpper => around(upper),
            // A degenerate equality: the basis tells nothing about either side.
            RowBasis::Slack if lower == upper => Some(RhsRange { rhs: upper, lower: upper, upper }),
            // The dual is zero and stays so until the bound meets the activity.
            RowBasis::Slack => {
                let activity = activity(model, row, values);
                if upper.is_finite() && upper - activity <= activity - lower {
                    Some(RhsRange { rhs: upper, lower: activity.min(upper), upper: f64::INFINITY })
                } else if lower.is_finite() {
                    Some(RhsRange { rhs: lower, lower: f64::NEG_INFINITY, upper: activity.max(lower) })
                } else {
                    None
                }
            }
        }
    };
    Ok(model.rows().map(range).collect())
}

#[cfg(test)]
mod tests;
