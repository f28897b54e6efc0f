//! What one asks of a solver and what comes back, free of any solver's own types.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::check::Check;
use super::model::{Column, Fault, Model};

/// Relative gap, and absolute distance, below which an answer counts as optimal.
pub(super) const PROVEN_GAP: f64 = 1e-6;

/// Which algorithm solves linear programmes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LpMethod {
    /// The solver's choice.
    #[default]
    Choose,
    /// Dual simplex: best from a warm start and on small models.
    Simplex,
    /// Interior point with crossover: best on large models.
    InteriorPoint,
}

/// A plan to begin from, such as last time's.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Start {
    /// Nothing known.
    #[default]
    None,
    /// A value for every column. If it does not satisfy the model, its whole numbers are kept and
    /// the rest is solved anew; if that fails too, it is dropped.
    Full(Vec<f64>),
    /// Values for some columns; the rest is completed by a short search, or the start is dropped.
    Partial(Vec<(Column, f64)>),
}

/// How to solve. `Options::default()` proves a gap of 0.01 % with no time limit on one thread.
#[derive(Clone)]
pub struct Options<'a> {
    /// Stop after this much wall time, in seconds.
    pub time_limit_s: Option<f64>,
    /// Stop when the best solution is proven within this share of its cost.
    pub relative_gap: f64,
    /// Stop after this many nodes of branch and bound: the reproducible alternative to a time limit.
    pub node_limit: Option<u64>,
    /// Same model, options and seed give the same bytes, whatever the number of threads,
    /// unless a time limit or cancellation stops the search.
    pub seed: u32,
    /// Threads the solver may use.
    pub threads: u32,
    /// Algorithm for linear programmes without whole numbers.
    pub lp_method: LpMethod,
    /// Solution to begin from.
    pub start: Start,
    /// Set it to true, from a signal handler or another thread, to get the best solution so far.
    pub cancel: Option<&'a AtomicBool>,
    /// Receives the solver's own log, line by line.
    pub log: Option<&'a dyn Fn(&str)>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            time_limit_s: None,
            relative_gap: 1e-4,
            node_limit: None,
            seed: 0,
            threads: 1,
            lp_method: LpMethod::Choose,
            start: Start::None,
            cancel: None,
            log: None,
        }
    }
}

impl Options<'_> {
    /// True once the caller has asked to stop.
    pub fn cancelled(&self) -> bool {
        self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("time_limit_s", &self.time_limit_s)
            .field("relative_gap", &self.relative_gap)
            .field("node_limit", &self.node_limit)
            .field("seed", &self.seed)
            .field("threads", &self.threads)
            .field("lp_method", &self.lp_method)
            .finish_non_exhaustive()
    }
}

/// What the solver is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Solving without whole numbers, for a bound.
    Relaxation,
    /// Trying rounded and restricted plans, for a good solution.
    Restriction,
    /// Branch and bound over the whole model.
    #[default]
    BranchAndBound,
}

/// A look at a running solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is going on.
    pub phase: Phase,
    /// Cost of the best solution so far.
    pub incumbent: Option<f64>,
    /// No solution can cost less than this; `-inf` while unknown.
    pub bound: f64,
    /// Wall time since the start, in seconds; information only.
    pub elapsed_s: f64,
    /// Nodes of branch and bound so far.
    pub nodes: u64,
    /// Simplex or interior-point iterations so far.
    pub lp_iterations: u64,
    /// True where this report announces a better solution.
    pub improved: bool,
}

impl Progress {
    /// Distance between incumbent and bound as a share of the incumbent; `None` without both.
    pub fn gap(&self) -> Option<f64> {
        self.incumbent.map(|incumbent| relative_gap(incumbent, self.bound)).filter(|gap| gap.is_finite())
    }
}

/// Receives progress and decides whether to go on.
pub type OnProgress<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// A listener that only lets the solver run.
pub fn silent(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proven: nothing costs less.
    Optimal,
    /// Proven within the gap asked for.
    GapReached,
    /// The time limit came first; there may or may not be a solution.
    TimeLimit,
    /// The node limit came first; there may or may not be a solution.
    NodeLimit,
    /// The caller stopped it; there may or may not be a solution.
    Interrupted,
    /// Proven: no values satisfy every row and bound.
    Infeasible,
    /// Cost can fall without limit.
    Unbounded,
    /// The answer failed the independent check, or the solver gave up; see [`Solution::trouble`].
    NumericalTrouble,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Optimal => "optimal",
            Status::GapReached => "within the gap asked for",
            Status::TimeLimit => "stopped by the time limit",
            Status::NodeLimit => "stopped by the node limit",
            Status::Interrupted => "interrupted",
            Status::Infeasible => "infeasible",
            Status::Unbounded => "unbounded",
            Status::NumericalTrouble => "in numerical trouble",
        })
    }
}

/// The best values found, with the independent check of them. They satisfy the model unless the
/// status is [`Status::NumericalTrouble`], where the check says by how much they miss.
#[derive(Clone, Debug, PartialEq)]
pub struct Incumbent {
    /// One value per column, by index; whole numbers are exact where the model allows it.
    pub values: Vec<f64>,
    /// Cost recomputed from the model, not the solver's word.
    pub objective: f64,
    /// The independent check of these values.
    pub check: Check,
}

/// How a solve ended and the best it found.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// How it ended.
    pub status: Status,
    /// The best values found, if any.
    pub incumbent: Option<Incumbent>,
    /// No solution can cost less than this; `-inf` where nothing is proven.
    pub bound: f64,
    /// Nodes of branch and bound.
    pub nodes: u64,
    /// Simplex or interior-point iterations.
    pub lp_iterations: u64,
    /// Wall time spent, in seconds; information only, differs from run to run.
    pub wall_time_s: f64,
    /// What went wrong, in words, with the name of the row or column at fault.
    pub trouble: Option<String>,
}

impl Solution {
    /// Best values, one per column.
    pub fn values(&self) -> Option<&[f64]> {
        self.incumbent.as_ref().map(|incumbent| incumbent.values.as_slice())
    }

    /// Best value of one column.
    pub fn value(&self, column: Column) -> Option<f64> {
        self.values().map(|values| values[column.index()])
    }

    /// Cost of the best values.
    pub fn objective(&self) -> Option<f64> {
        self.incumbent.as_ref().map(|incumbent| incumbent.objective)
    }

    /// How far, at most, the best values are from the true optimum, as a share of their cost.
    pub fn gap(&self) -> Option<f64> {
        self.objective().map(|objective| relative_gap(objective, self.bound)).filter(|gap| gap.is_finite())
    }
}

/// $(c - b) / |c|$ for cost $c$ and bound $b$; zero where they coincide, also at a cost of zero.
pub fn relative_gap(objective: f64, bound: f64) -> f64 {
    let distance = (objective - bound).max(0.0);
    if distance <= 1e-9 { 0.0 } else { distance / objective.abs() }
}

/// True where cost and bound coincide as far as a solver's tolerance can tell.
pub(super) fn is_proven(objective: f64, bound: f64) -> bool {
    objective - bound <= PROVEN_GAP * objective.abs().max(1.0)
}

/// Whether to compute how far each right-hand side may move before its dual changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ranging {
    /// Duals only.
    #[default]
    Skip,
    /// Duals and their validity ranges; costs about as much again as the linear programme.
    Compute,
}

/// Right-hand sides between which a dual value holds.
///
/// Conservative where the optimum is degenerate: the dual holds at least this far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RhsRange {
    /// The right-hand side in force.
    pub rhs: f64,
    /// Smallest right-hand side for which the dual holds.
    pub lower: f64,
    /// Largest right-hand side for which the dual holds.
    pub upper: f64,
}

/// Marginal values of a plan whose whole numbers stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct DualSolution {
    /// One value per column, optimal for the whole numbers given.
    pub values: Vec<f64>,
    /// Cost of those values.
    pub objective: f64,
    /// For each row, the rise of the cost per unit rise of the row's active bound,
    /// $\partial z / \partial b_i$: zero or negative for a binding "at most", zero or positive
    /// for a binding "at least".
    pub row_duals: Vec<f64>,
    /// For each column, the rise of the cost per unit rise of the column's active bound.
    pub reduced_costs: Vec<f64>,
    /// For each row, the right-hand sides for which its dual holds; empty if not asked for.
    pub rhs_ranges: Vec<Option<RhsRange>>,
    /// The independent check of the values.
    pub check: Check,
}

/// Why a solver could not even try, or gave no answer where one is needed.
#[derive(Clone, Debug, PartialEq)]
pub enum SolveError {
    /// The model has faults; all of them are listed.
    Model(Vec<Fault>),
    /// A list of values has another length than the model has columns.
    WrongLength {
        /// Columns in the model.
        expected: usize,
        /// Values given.
        given: usize,
    },
    /// An option is out of its range.
    Option {
        /// The option and its allowed range, in words.
        message: String,
    },
    /// Duals were asked for, but the linear programme has no optimum.
    NoOptimum(Status),
    /// A progress listener tried to start a solve inside the running one.
    Nested,
    /// The solver refused; a bug of ours or its own.
    Engine {
        /// The call that failed.
        call: &'static str,
    },
}

impl fmt::Display for SolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SolveError::Model(faults) => {
                write!(f, "the model cannot be solved as written")?;
                faults.iter().try_for_each(|fault| write!(f, "; {fault}"))
            }
            SolveError::WrongLength { expected, given } => {
                write!(f, "{given} values were given for {expected} columns")
            }
            SolveError::Option { message } => f.write_str(message),
            SolveError::NoOptimum(status) => {
                write!(f, "duals need an optimum, but the plan with its whole numbers fixed is {status}")
            }
            SolveError::Nested => f.write_str("a solve cannot be started from within a progress report"),
            SolveError::Engine { call } => write!(f, "the solver failed in {call}"),
        }
    }
}

impl std::error::Error for SolveError {}

/// A mixed-integer linear solver. The default build has one, [`Highs`](super::Highs); others plug
/// in here or through an MPS file.
pub trait Solver {
    /// Name and version, for reports.
    fn name(&self) -> String;

    /// Minimises the model; see [`Options`] for limits and [`Solution`] for what comes back.
    ///
    /// # Errors
    /// When the model has faults, an option is out of range, or the solver refuses.
    fn solve(
        &self,
        model: &Model,
        options: &Options<'_>,
        on_progress: &mut OnProgress<'_>,
    ) -> Result<Solution, SolveError>;

    /// Fixes whole numbers as in `values`, solves the rest, and returns marginal values.
    ///
    /// # Errors
    /// As for [`Solver::solve`], and when what remains has no optimum.
    fn lp_with_fixed_integers(
        &self,
        model: &Model,
        values: &[f64],
        ranging: Ranging,
    ) -> Result<DualSolution, SolveError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_shares_of_the_cost() {
        assert_eq!(relative_gap(200.0, 190.0), 0.05);
        assert_eq!(relative_gap(-200.0, -210.0), 0.05);
        assert_eq!(relative_gap(0.0, 0.0), 0.0);
        assert_eq!(relative_gap(0.0, -1.0), f64::INFINITY);
        assert_eq!(relative_gap(5.0, f64::NEG_INFINITY), f64::INFINITY);
        assert_eq!(relative_gap(5.0, 5.0 + 1e-9), 0.0);
    }

    #[test]
    fn errors_list_every_fault() {
        let mut model = Model::new("test");
        model.add_offset(f64::NAN);
        model.add_offset(f64::INFINITY);
        let told = SolveError::Model(model.faults().to_vec()).to_string();
        assert_eq!(
            told,
            "the model cannot be solved as written; the objective offset is NaN; the objective offset is inf"
        );
    }
}
