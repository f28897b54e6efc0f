//! A staged solve for planning models, where branch and bound alone is slow to find any plan.
//!
//! Planning models have few decisions that matter (when does each project start?) and many that
//! follow from them. So: solve without whole numbers, which gives the bound; round the starts in a
//! few ways and solve what remains; let each start move a little around the best of these; hand the
//! best plan to branch and bound with the time that is left. Rounding cannot know what a budget
//! allows, so every rounded plan is judged by solving it, priced slack included, never by its looks.
//! The idea of searching where the relaxation is undecided is `berthold-2014-rens`.

use std::ops::ControlFlow;

use super::check::check;
use super::model::{Column, Model};
use super::outcome::{
    Incumbent, LpMethod, OnProgress, Options, Phase, Progress, Solution, SolveError, Solver, Start, Status,
    is_proven, relative_gap,
};

/// A fraction this close to a whole number counts as decided by the relaxation.
const DECIDED: f64 = 1e-6;
/// From this many columns on the relaxation goes to the interior-point method, which took 14 s
/// against 54 s by simplex on a planning model of 91,000 columns; the dividing line is a guess.
const INTERIOR_POINT_FROM: usize = 40_000;

/// The columns of one decision "how many started by period q", in the order of periods.
///
/// The model must make them monotone ($x_q \le x_{q+1}$); binary columns say when one thing starts.
#[derive(Clone, Debug, PartialEq)]
pub struct StartGroup {
    /// What starts, in the user's words.
    pub name: String,
    /// One integer column per period, first period first.
    pub columns: Vec<Column>,
}

/// How to divide the work among the stages.
#[derive(Clone, Debug, PartialEq)]
pub struct Staging {
    /// The decisions to round.
    pub groups: Vec<StartGroup>,
    /// Fractions from which a start is rounded up, one rounded plan for each; low starts early.
    pub thresholds: Vec<f64>,
    /// By how many periods a start may move around the best plan.
    pub window: usize,
    /// How often to search around the best plan.
    pub rounds: usize,
    /// Nodes of branch and bound for each restricted search.
    pub restricted_nodes: u64,
    /// Largest share of the time limit for each restricted search.
    pub restricted_time_share: f64,
}

impl Staging {
    /// The usual division of work for these decisions.
    pub fn new(groups: Vec<StartGroup>) -> Staging {
        Staging {
            groups,
            thresholds: vec![0.5, 0.1, 0.9],
            window: 2,
            rounds: 3,
            restricted_nodes: 500,
            restricted_time_share: 0.2,
        }
    }
}

/// Minimises by stages; returns the best plan found and the best bound proven by any stage.
///
/// A start in `options` takes part as a further plan to search around.
///
/// # Errors
/// As for [`Solver::solve`].
pub fn solve_staged(
    solver: &dyn Solver,
    model: &Model,
    staging: &Staging,
    options: &Options<'_>,
    on_progress: &mut OnProgress<'_>,
) -> Result<Solution, SolveError> {
    let mut search = Search {
        solver,
        model,
        staging,
        options,
        on_progress,
        best: None,
        bound: f64::NEG_INFINITY,
        nodes: 0,
        lp_iterations: 0,
        elapsed_s: 0.0,
        stopped: false,
    };
    search.run()
}

struct Search<'a, 'b, 'c> {
    solver: &'a dyn Solver,
    model: &'a Model,
    staging: &'a Staging,
    options: &'a Options<'b>,
    on_progress: &'a mut OnProgress<'c>,
    best: Option<Incumbent>,
    bound: f64,
    nodes: u64,
    lp_iterations: u64,
    elapsed_s: f64,
    stopped: bool,
}

impl<'b> Search<'_, 'b, '_> {
    fn run(&mut self) -> Result<Solution, SolveError> {
        let relaxation = self.relax()?;
        if relaxation.status == Status::Infeasible {
            return Ok(self.finish(Status::Infeasible));
        }
        if let (Status::Optimal, Some(relaxed)) = (relaxation.status, relaxation.values()) {
            self.bound = relaxation.bound;
            let integral = check(self.model, relaxed);
            if integral.passes() {
                let values = relaxed.to_vec();
                self.best = Some(Incumbent { objective: integral.objective, values, check: integral });
                return Ok(self.finish(Status::Optimal));
            }
            self.round(relaxed)?;
            self.search_around(relaxed)?;
        }
        if let Some(status) = self.finished() {
            return Ok(self.finish(status));
        }
        self.branch_and_bound()
    }

    fn relax(&mut self) -> Result<Solution, SolveError> {
        let relaxed = self.model.relaxed();
        let lp_method = match self.options.lp_method {
            LpMethod::Choose if relaxed.n_columns() >= INTERIOR_POINT_FROM => LpMethod::InteriorPoint,
            chosen => chosen,
        };
        let options = Options { start: Start::None, lp_method, ..self.limited(None, None) };
        self.stage(&relaxed, &options, Phase::Relaxation)
    }

    /// Solves what remains once the starts are rounded, by each threshold and as in the start given.
    fn round(&mut self, relaxed: &[f64]) -> Result<(), SolveError> {
        let mut plans: Vec<Vec<Vec<f64>>> = Vec::new();
        if let Start::Full(values) = &self.options.start
            && values.len() == self.model.n_columns()
        {
            plans.push(rounded(self.model, &self.staging.groups, values, 0.5));
        }
        for &threshold in &self.staging.thresholds {
            let plan = rounded(self.model, &self.staging.groups, relaxed, threshold);
            if !plans.contains(&plan) {
                plans.push(plan);
            }
        }
        for plan in plans {
            if self.finished().is_some() {
                break;
            }
            let mut restricted = self.model.clone();
            for (group, values) in self.staging.groups.iter().zip(&plan) {
                for (&column, &value) in group.columns.iter().zip(values) {
                    restricted.fix(column, value);
                }
            }
            self.restricted(&restricted, Start::None)?;
        }
        Ok(())
    }

    /// Lets each start move around the best plan and wherever the relaxation is undecided.
    fn search_around(&mut self, relaxed: &[f64]) -> Result<(), SolveError> {
        for _ in 0..self.staging.rounds {
            let Some(best) = &self.best else { return Ok(()) };
            if self.finished().is_some() {
                return Ok(());
            }
            let (before, values) = (best.objective, best.values.clone());
            let mut restricted = self.model.clone();
            for group in &self.staging.groups {
                for (place, &column) in group.columns.iter().enumerate() {
                    let (lower, upper) = self.model.bounds(column);
                    let at = |place: Option<usize>, beyond: f64| {
                        place
                            .and_then(|place| group.columns.get(place))
                            .map_or(beyond, |column| values[column.index()])
                    };
                    let later = at(place.checked_sub(self.staging.window), lower);
                    let earlier = at(Some(place + self.staging.window), upper);
                    let fraction = relaxed[column.index()];
                    restricted.set_bounds(
                        column,
                        later.min((fraction + DECIDED).floor()).clamp(lower, upper),
                        earlier.max((fraction - DECIDED).ceil()).clamp(lower, upper),
                    );
                }
            }
            self.restricted(&restricted, Start::Full(values))?;
            let after = self.best.as_ref().map_or(before, |best| best.objective);
            if is_proven(before, after) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn restricted(&mut self, restricted: &Model, start: Start) -> Result<(), SolveError> {
        let share = Some(self.staging.restricted_time_share);
        let options = Options { start, ..self.limited(share, Some(self.staging.restricted_nodes)) };
        let found = self.stage(restricted, &options, Phase::Restriction)?;
        if let Some(incumbent) = found.incumbent {
            self.offer(incumbent.values);
        }
        Ok(())
    }

    fn branch_and_bound(&mut self) -> Result<Solution, SolveError> {
        let start = match &self.best {
            Some(best) => Start::Full(best.values.clone()),
            None => self.options.start.clone(),
        };
        let options = Options { start, ..self.limited(None, self.options.node_limit) };
        let found = self.stage(self.model, &options, Phase::BranchAndBound)?;
        let no_plan =
            matches!(found.status, Status::Infeasible | Status::Unbounded | Status::NumericalTrouble);
        if no_plan && self.best.is_none() {
            return Ok(Solution { nodes: self.nodes, wall_time_s: self.elapsed_s, ..found });
        }
        if found.status != Status::NumericalTrouble {
            self.bound = self.bound.max(found.bound);
        }
        if let Some(incumbent) = found.incumbent {
            self.offer(incumbent.values);
        }
        let status = if self.stopped { Status::Interrupted } else { found.status };
        let mut solution = self.finish(status);
        solution.trouble = found.trouble;
        Ok(solution)
    }

    /// Keeps values that satisfy the whole model and cost less than the best so far.
    fn offer(&mut self, values: Vec<f64>) {
        let check = check(self.model, &values);
        let better = self.best.as_ref().is_none_or(|best| check.objective < best.objective);
        if better && check.passes() {
            self.best = Some(Incumbent { objective: check.objective, values, check });
        }
    }

    /// The caller's options with the time that is left, or a share of the whole for one stage.
    fn limited(&self, share: Option<f64>, node_limit: Option<u64>) -> Options<'b> {
        let left = self.options.time_limit_s.map(|limit| {
            let left = (limit - self.elapsed_s).max(0.0);
            share.map_or(left, |share| left.min(share * limit))
        });
        Options { time_limit_s: left, node_limit, ..self.options.clone() }
    }

    /// Runs one stage, telling the caller about the whole search rather than about the stage.
    fn stage(&mut self, model: &Model, options: &Options<'_>, phase: Phase) -> Result<Solution, SolveError> {
        let best = self.best.as_ref().map(|best| best.objective);
        let (bound, began_s, nodes, iterations) =
            (self.bound, self.elapsed_s, self.nodes, self.lp_iterations);
        let (listener, stopped) = (&mut *self.on_progress, &mut self.stopped);
        let mut on_progress = |report: Progress| {
            let improved = match (report.incumbent, best) {
                (Some(now), Some(best)) => report.improved && now < best,
                (now, _) => report.improved && now.is_some(),
            };
            let flow = listener(Progress {
                phase,
                incumbent: match (report.incumbent.filter(|_| phase != Phase::Relaxation), best) {
                    (Some(now), Some(best)) => Some(now.min(best)),
                    (now, best) => now.or(best),
                },
                // A restricted search says nothing about plans outside its restriction.
                bound: if phase == Phase::Restriction { bound } else { report.bound.max(bound) },
                elapsed_s: began_s + report.elapsed_s,
                nodes: nodes + report.nodes,
                lp_iterations: iterations + report.lp_iterations,
                improved: improved && phase != Phase::Relaxation,
            });
            *stopped |= flow == ControlFlow::Break(());
            flow
        };
        let found = self.solver.solve(model, options, &mut on_progress)?;
        self.stopped |= found.status == Status::Interrupted;
        self.elapsed_s += found.wall_time_s;
        self.nodes += found.nodes;
        self.lp_iterations += found.lp_iterations;
        Ok(found)
    }

    /// The reason to end before the last stage, if there is one.
    fn finished(&self) -> Option<Status> {
        if self.stopped || self.options.cancelled() {
            return Some(Status::Interrupted);
        }
        if let Some(best) = &self.best {
            if is_proven(best.objective, self.bound) {
                return Some(Status::Optimal);
            }
            if relative_gap(best.objective, self.bound) <= self.options.relative_gap {
                return Some(Status::GapReached);
            }
        }
        let out_of_time = self.options.time_limit_s.is_some_and(|limit| self.elapsed_s >= limit);
        out_of_time.then_some(Status::TimeLimit)
    }

    fn finish(&mut self, status: Status) -> Solution {
        let incumbent = self.best.take();
        let bound = match (&incumbent, status) {
            (_, Status::Infeasible) => f64::INFINITY,
            (Some(best), _) => self.bound.min(best.objective),
            (None, _) => self.bound,
        };
        let status = match (&incumbent, status) {
            (Some(best), Status::Optimal) if !is_proven(best.objective, bound) => Status::GapReached,
            _ => status,
        };
        Solution {
            status,
            incumbent,
            bound,
            nodes: self.nodes,
            lp_iterations: self.lp_iterations,
            wall_time_s: self.elapsed_s,
            trouble: None,
        }
    }
}

/// Values of each group rounded up from `threshold` on, monotone and within the columns' bounds.
fn rounded(model: &Model, groups: &[StartGroup], values: &[f64], threshold: f64) -> Vec<Vec<f64>> {
    let round_group = |group: &StartGroup| {
        let mut started = f64::NEG_INFINITY;
        let round_one = |&column: &Column| {
            let (lower, upper) = model.bounds(column);
            let whole = (values[column.index()] + 1.0 - threshold + DECIDED).floor();
            started = started.max(whole).clamp(lower, upper);
            started
        };
        group.columns.iter().map(round_one).collect()
    };
    groups.iter().map(round_group).collect()
}

#[cfg(test)]
mod tests;
