//! What the HiGHS wrapper promises: statuses, duals, starts, interruption, repeatability.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::model::{Column, Kind, Row, RowBounds};
use super::super::outcome::Progress;
use super::*;

fn solve(model: &Model) -> Solution {
    Highs.solve(model, &Options::default(), &mut silent).unwrap()
}

/// Values 60, 100, 120 with weights 10, 20, 30 in a sack of 50: the last two, worth 220.
fn knapsack() -> (Model, [Column; 3]) {
    let mut model = Model::new("knapsack");
    let items = [(60.0, "a"), (100.0, "b"), (120.0, "c")]
        .map(|(value, name)| model.add_column(name, 0.0, 1.0, -value, Kind::Binary));
    let weights = items.into_iter().zip([10.0, 20.0, 30.0]);
    model.add_row("weight", RowBounds::AtMost(50.0), weights);
    (model, items)
}

/// A multi-dimensional knapsack with correlated weights, hard enough to be interrupted.
fn hard_knapsack(n_items: usize, n_rows: usize) -> Model {
    let mut state = 12345_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    let mut model = Model::new("hard");
    let weights: Vec<Vec<f64>> =
        (0..n_rows).map(|_| (0..n_items).map(|_| (1.0 + 999.0 * next()).floor()).collect()).collect();
    let items: Vec<Column> = (0..n_items)
        .map(|item| {
            let mean: f64 = weights.iter().map(|row| row[item]).sum::<f64>() / n_rows as f64;
            let value = (mean + 500.0 * next()).floor();
            model.add_column(format!("item_{item}"), 0.0, 1.0, -value, Kind::Binary)
        })
        .collect();
    for (index, row) in weights.iter().enumerate() {
        let half = (row.iter().sum::<f64>() / 2.0).floor();
        let terms = items.iter().copied().zip(row.iter().copied());
        model.add_row(format!("weight_{index}"), RowBounds::AtMost(half), terms);
    }
    model
}

/// Minimise 2x + 3y with x + y >= 4, x + 3y >= 6, x <= 3: x = 3, y = 1, cost 9.
fn small_lp() -> (Model, [Row; 3]) {
    let mut model = Model::new("lp");
    let x = model.add_column("x", 0.0, f64::INFINITY, 2.0, Kind::Continuous);
    let y = model.add_column("y", 0.0, f64::INFINITY, 3.0, Kind::Continuous);
    let rows = [
        model.add_row("work", RowBounds::AtLeast(4.0), [(x, 1.0), (y, 1.0)]),
        model.add_row("power", RowBounds::AtLeast(6.0), [(x, 1.0), (y, 3.0)]),
        model.add_row("supply", RowBounds::AtMost(10.0), [(x, 1.0)]),
    ];
    (model, rows)
}

#[test]
fn the_engine_is_recent_enough() {
    let name = Highs.name();
    let version: Vec<u32> =
        name.trim_start_matches("HiGHS ").split('.').map(|part| part.parse().unwrap()).collect();
    assert!(version >= vec![1, 11], "{name}");
}

#[test]
fn a_knapsack_is_solved_to_its_known_optimum() {
    let (mut model, items) = knapsack();
    model.add_offset(20.0);
    let solution = solve(&model);
    assert_eq!(solution.status, Status::Optimal);
    assert_eq!(solution.objective(), Some(-200.0));
    assert_eq!(items.map(|item| solution.value(item).unwrap()), [0.0, 1.0, 1.0]);
    assert_eq!(solution.gap(), Some(0.0));
    assert!(solution.incumbent.unwrap().check.passes());
}

#[test]
fn a_linear_programme_is_solved_by_either_method() {
    let (model, _) = small_lp();
    for lp_method in [LpMethod::Choose, LpMethod::Simplex, LpMethod::InteriorPoint] {
        let options = Options { lp_method, ..Options::default() };
        let solution = Highs.solve(&model, &options, &mut silent).unwrap();
        assert_eq!(solution.status, Status::Optimal, "{lp_method:?}");
        let values = solution.values().unwrap();
        assert!((values[0] - 3.0).abs() < 1e-6 && (values[1] - 1.0).abs() < 1e-6, "{values:?}");
        assert!((solution.bound - 9.0).abs() < 1e-6);
    }
}

#[test]
fn infeasible_and_unbounded_are_told_apart() {
    let mut model = Model::new("infeasible");
    let x = model.add_column("x", 0.0, 1.0, 1.0, Kind::Integer);
    model.add_row("too_much", RowBounds::AtLeast(2.0), [(x, 1.0)]);
    let solution = solve(&model);
    assert_eq!((solution.status, solution.incumbent), (Status::Infeasible, None));
    assert_eq!(solution.bound, f64::INFINITY);

    for kind in [Kind::Continuous, Kind::Integer] {
        let mut model = Model::new("unbounded");
        let x = model.add_column("x", 0.0, f64::INFINITY, -1.0, kind);
        let y = model.add_column("y", 0.0, f64::INFINITY, 0.0, Kind::Continuous);
        model.add_row("free_rise", RowBounds::AtMost(1.0), [(x, 1.0), (y, -1.0)]);
        let solution = solve(&model);
        assert_eq!((solution.status, solution.incumbent), (Status::Unbounded, None), "{kind:?}");

        // The same ray of falling cost, but nothing fits.
        model.add_row("impossible", RowBounds::AtLeast(1.0), [(x, 1.0), (x, -1.0)]);
        assert_eq!(solve(&model).status, Status::Infeasible, "{kind:?}");
    }
}

#[test]
fn a_model_without_columns_has_its_one_answer() {
    let mut model = Model::new("empty");
    model.add_offset(3.0);
    let solution = solve(&model);
    assert_eq!((solution.status, solution.objective()), (Status::Optimal, Some(3.0)));
    model.add_row("impossible", RowBounds::AtLeast(1.0), []);
    assert_eq!(solve(&model).status, Status::Infeasible);
}

#[test]
fn columns_without_rows_go_to_their_cheaper_bound() {
    let mut model = Model::new("no rows");
    let x = model.add_column("x", -2.0, 5.0, 1.0, Kind::Continuous);
    let y = model.add_column("y", 0.0, 7.5, -1.0, Kind::Integer);
    let solution = solve(&model);
    assert_eq!((solution.value(x), solution.value(y)), (Some(-2.0), Some(7.0)));
}

#[test]
fn duals_are_the_change_of_cost_per_unit_of_right_hand_side() {
    // Both limits bind: y_1 + y_2 = 2 and y_1 + 3 y_2 = 3 give 1.5 and 0.5.
    let (model, rows) = small_lp();
    let solution = Highs.lp_with_fixed_integers(&model, &[0.0, 0.0], Ranging::Compute).unwrap();
    let dual = |row: Row| solution.row_duals[row.index()];
    assert!((dual(rows[0]) - 1.5).abs() < 1e-9 && (dual(rows[1]) - 0.5).abs() < 1e-9);
    assert_eq!(dual(rows[2]), 0.0);
    assert!(solution.reduced_costs.iter().all(|cost| cost.abs() < 1e-9));

    // One more unit of work costs its dual.
    let mut more = model.clone();
    more.set_row_bounds(rows[0], RowBounds::AtLeast(5.0));
    assert!((solve(&more).objective().unwrap() - (9.0 + 1.5)).abs() < 1e-9);

    // With work w: x = (3w - 6)/2 and y = (6 - w)/2 stay in 0..10 and at zero or more for w in 2..6.
    // With power p: x = (12 - p)/2 and y = (p - 4)/2 do so for p in 4..12.
    let range = |row: Row| solution.rhs_ranges[row.index()].unwrap();
    let near = |got: RhsRange, rhs: f64, lower: f64, upper: f64| {
        assert!(
            (got.rhs - rhs).abs() + (got.lower - lower).abs() + (got.upper - upper).abs() < 1e-9,
            "{got:?}"
        );
    };
    near(range(rows[0]), 4.0, 2.0, 6.0);
    near(range(rows[1]), 6.0, 4.0, 12.0);
    let slack = range(rows[2]);
    assert_eq!((slack.rhs, slack.upper), (10.0, f64::INFINITY));
    assert!((slack.lower - 3.0).abs() < 1e-9);
}

#[test]
fn duals_of_an_upper_limit_and_of_an_equality() {
    // Minimise 5 a + unserved * 8 with a + unserved = 10 and a <= 6.
    let mut model = Model::new("upper");
    let a = model.add_column("a", 0.0, f64::INFINITY, 5.0, Kind::Continuous);
    let unserved = model.add_column("unserved", 0.0, f64::INFINITY, 8.0, Kind::Continuous);
    let demand = model.add_row("demand", RowBounds::Equal(10.0), [(a, 1.0), (unserved, 1.0)]);
    let supply = model.add_row("supply", RowBounds::AtMost(6.0), [(a, 1.0)]);
    let solution = Highs.lp_with_fixed_integers(&model, &[0.0, 0.0], Ranging::Compute).unwrap();
    assert_eq!(solution.row_duals, [8.0, -3.0]);
    let range = |row: Row| solution.rhs_ranges[row.index()].unwrap();
    assert_eq!(range(demand), RhsRange { rhs: 10.0, lower: 6.0, upper: f64::INFINITY });
    assert_eq!(range(supply), RhsRange { rhs: 6.0, lower: 0.0, upper: 10.0 });
}

#[test]
fn whole_numbers_stay_fixed_while_the_rest_is_priced() {
    // Opening costs 10 and carries 5 units; a unit unserved costs 4.
    let mut model = Model::new("fixed");
    let open = model.add_column("open", 0.0, 1.0, 10.0, Kind::Binary);
    let served = model.add_column("served", 0.0, 8.0, 0.0, Kind::Continuous);
    let unserved = model.add_column("unserved", 0.0, f64::INFINITY, 4.0, Kind::Continuous);
    let demand = model.add_row("demand", RowBounds::AtLeast(8.0), [(served, 1.0), (unserved, 1.0)]);
    let carry = model.add_row("carry", RowBounds::AtMost(0.0), [(served, 1.0), (open, -5.0)]);
    let solution = solve(&model);
    assert_eq!((solution.value(open), solution.objective()), (Some(1.0), Some(22.0)));
    let duals = Highs.lp_with_fixed_integers(&model, solution.values().unwrap(), Ranging::Skip).unwrap();
    assert_eq!(duals.objective, 22.0);
    assert_eq!(duals.row_duals[demand.index()], 4.0);
    assert_eq!(duals.row_duals[carry.index()], -4.0);
    // Opening one more would cost 10 and save 5 units at 4.
    assert_eq!(duals.reduced_costs[open.index()], -10.0);
    assert!(duals.rhs_ranges.is_empty());
}

#[test]
fn duals_of_an_infeasible_remainder_are_refused() {
    let mut model = Model::new("fixed");
    let open = model.add_column("open", 0.0, 1.0, 1.0, Kind::Binary);
    model.add_row("must", RowBounds::AtLeast(1.0), [(open, 1.0)]);
    let refused = Highs.lp_with_fixed_integers(&model, &[0.0], Ranging::Skip);
    assert_eq!(refused, Err(SolveError::NoOptimum(Status::Infeasible)));
    let short = Highs.lp_with_fixed_integers(&model, &[], Ranging::Skip);
    assert_eq!(short, Err(SolveError::WrongLength { expected: 1, given: 0 }));
}

#[test]
fn a_listener_that_stops_gets_the_best_so_far() {
    let model = hard_knapsack(60, 8);
    let reports = RefCell::new(Vec::<Progress>::new());
    let mut listener = |progress: Progress| {
        reports.borrow_mut().push(progress);
        if progress.incumbent.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let solution = Highs.solve(&model, &Options::default(), &mut listener).unwrap();
    assert_eq!(solution.status, Status::Interrupted);
    let incumbent = solution.incumbent.as_ref().unwrap();
    assert!(incumbent.check.passes() && solution.bound < incumbent.objective);
    assert!(reports.borrow().iter().any(|report| report.improved));
}

#[test]
fn a_cancel_flag_set_while_running_stops_and_keeps_the_best() {
    let model = hard_knapsack(60, 8);
    let cancel = AtomicBool::new(false);
    let mut listener = |progress: Progress| {
        if progress.incumbent.is_some() {
            cancel.store(true, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    };
    let options = Options { cancel: Some(&cancel), ..Options::default() };
    let solution = Highs.solve(&model, &options, &mut listener).unwrap();
    assert_eq!(solution.status, Status::Interrupted);
    assert!(solution.incumbent.is_some());
}

#[test]
fn cancelling_before_the_start_ends_linear_programmes_too() {
    let cancel = AtomicBool::new(true);
    for lp_method in [LpMethod::Simplex, LpMethod::InteriorPoint] {
        let options = Options { cancel: Some(&cancel), lp_method, ..Options::default() };
        let relaxed = hard_knapsack(400, 60).relaxed();
        let solution = Highs.solve(&relaxed, &options, &mut silent).unwrap();
        assert_eq!(solution.status, Status::Interrupted, "{lp_method:?}");
        assert_eq!(solution.bound, f64::NEG_INFINITY);
    }
}

#[test]
fn a_node_limit_stops_with_an_honest_bound() {
    let model = hard_knapsack(60, 8);
    let options = Options { node_limit: Some(1), ..Options::default() };
    let solution = Highs.solve(&model, &options, &mut silent).unwrap();
    assert_eq!(solution.status, Status::NodeLimit);
    let best =
        Highs.solve(&model, &Options { node_limit: Some(300), ..Options::default() }, &mut silent).unwrap();
    assert!(solution.bound <= best.objective().unwrap() + 1e-6);
}

#[test]
fn no_time_gives_no_answer_but_a_status() {
    let options = Options { time_limit_s: Some(0.0), ..Options::default() };
    let solution = Highs.solve(&hard_knapsack(60, 8), &options, &mut silent).unwrap();
    assert_eq!(solution.status, Status::TimeLimit);
}

#[test]
fn a_loose_gap_is_reported_as_such() {
    let options = Options { relative_gap: 0.05, ..Options::default() };
    let solution = Highs.solve(&hard_knapsack(60, 8), &options, &mut silent).unwrap();
    assert_eq!(solution.status, Status::GapReached);
    assert!(solution.gap().unwrap() <= 0.05 && solution.gap().unwrap() > 0.0);
}

#[test]
fn starts_are_used_completed_or_dropped() {
    let model = hard_knapsack(60, 8);
    let good =
        Highs.solve(&model, &Options { node_limit: Some(100), ..Options::default() }, &mut silent).unwrap();
    let (cost, values) = (good.objective().unwrap(), good.values().unwrap().to_vec());
    let first_columns: Vec<Column> = model.columns().take(40).collect();
    let partial = first_columns.iter().map(|&column| (column, values[column.index()])).collect();
    // With no nodes to spend, only the start can bring the solver to this cost.
    let from = |start: Start| {
        let options = Options { start, node_limit: Some(0), ..Options::default() };
        Highs.solve(&model, &options, &mut silent).unwrap()
    };
    assert!(from(Start::Full(values)).objective().unwrap() <= cost);
    assert!(from(Start::Partial(partial)).objective().unwrap() <= cost * 0.98);

    let too_heavy = vec![1.0; model.n_columns()];
    let log = RefCell::new(String::new());
    let note = |line: &str| log.borrow_mut().push_str(line);
    let options = Options {
        start: Start::Full(too_heavy),
        node_limit: Some(0),
        log: Some(&note),
        ..Options::default()
    };
    Highs.solve(&model, &options, &mut silent).unwrap();
    assert!(log.borrow().contains("was dropped"));
    // The solver's own log comes the same way.
    assert!(log.borrow().contains("HiGHS"), "{}", log.borrow());
}

#[test]
fn a_start_with_good_whole_numbers_is_repaired() {
    let mut model = Model::new("repair");
    let open = model.add_column("open", 0.0, 1.0, 10.0, Kind::Binary);
    let served = model.add_column("served", 0.0, 5.0, 0.0, Kind::Continuous);
    model.add_row("demand", RowBounds::AtLeast(5.0), [(served, 1.0)]);
    model.add_row("carry", RowBounds::AtMost(0.0), [(served, 1.0), (open, -5.0)]);
    let options = Options { start: Start::Full(vec![0.9, 0.0]), ..Options::default() };
    let (start, _) = prepare_start(&model, &options).unwrap();
    assert_eq!(start.unwrap().values, [1.0, 5.0]);
}

#[test]
fn impossible_options_and_faulty_models_are_refused() {
    let (mut model, items) = knapsack();
    let refused = |options: Options<'_>| Highs.solve(&knapsack().0, &options, &mut silent).unwrap_err();
    let told = refused(Options { relative_gap: f64::NAN, ..Options::default() }).to_string();
    assert_eq!(told, "the relative gap is NaN, but must be from 0 to 1");
    let told = refused(Options { time_limit_s: Some(-1.0), ..Options::default() }).to_string();
    assert_eq!(told, "the time limit is -1 s, but must be zero or more");
    let told = refused(Options { threads: 0, ..Options::default() }).to_string();
    assert_eq!(told, "the number of threads is 0, but must be from 1 to 1024");
    let start = Start::Partial(vec![(items[0], f64::NAN)]);
    let told = refused(Options { start, ..Options::default() }).to_string();
    assert_eq!(told, "the start gives NaN to column 0");
    model.set_cost(items[0], f64::NAN);
    let error = Highs.solve(&model, &Options::default(), &mut silent).unwrap_err();
    assert!(error.to_string().contains("the cost of column `a` is NaN"), "{error}");
}

#[test]
fn a_solve_within_a_progress_report_is_refused() {
    let model = hard_knapsack(60, 8);
    let inner = RefCell::new(None);
    let mut listener = |_: Progress| {
        *inner.borrow_mut() = Some(Highs.solve(&knapsack().0, &Options::default(), &mut silent));
        ControlFlow::Break(())
    };
    Highs.solve(&model, &Options::default(), &mut listener).unwrap();
    assert_eq!(inner.into_inner(), Some(Err(SolveError::Nested)));
    assert_eq!(solve(&knapsack().0).status, Status::Optimal);
}

#[test]
fn a_panic_of_the_listener_passes_through_cleanly() {
    let model = hard_knapsack(60, 8);
    let caught = std::panic::catch_unwind(|| {
        let mut listener = |_: Progress| -> ControlFlow<()> { panic!("listener gives up") };
        Highs.solve(&model, &Options::default(), &mut listener)
    });
    let payload = caught.unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"listener gives up"));
    assert_eq!(solve(&knapsack().0).status, Status::Optimal);
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_one_and_two_threads() {
    let model = hard_knapsack(40, 5);
    let run = |threads: u32, seed: u32| {
        let options =
            Options { threads, seed, relative_gap: 0.0, node_limit: Some(200), ..Options::default() };
        let solution = Highs.solve(&model, &options, &mut silent).unwrap();
        let bits: Vec<u64> = solution.values().unwrap().iter().map(|value| value.to_bits()).collect();
        (bits, solution.bound.to_bits(), solution.nodes, solution.lp_iterations)
    };
    let once = run(1, 7);
    assert_eq!(once, run(1, 7));
    assert_eq!(once, run(2, 7));
}

#[test]
fn an_answer_that_breaks_a_row_is_named_and_not_believed() {
    let (model, _) = knapsack();
    let run = Run {
        end: RunEnd::Optimal,
        values: Some(vec![1.0, 1.0, 1.0]),
        bound: -280.0,
        nodes: 0,
        lp_iterations: 0,
        wall_time_s: 0.0,
    };
    let solution = judge(&model, run, None).unwrap();
    assert_eq!(solution.status, Status::NumericalTrouble);
    assert_eq!(solution.trouble.as_deref(), Some("row `weight` is violated by 1.000e1"));
}

#[test]
fn a_bound_above_a_checked_cost_is_not_believed() {
    let (model, _) = knapsack();
    let run = Run {
        end: RunEnd::Optimal,
        values: Some(vec![0.0, 1.0, 1.0]),
        bound: -100.0,
        nodes: 0,
        lp_iterations: 0,
        wall_time_s: 0.0,
    };
    let solution = judge(&model, run, None).unwrap();
    assert_eq!(solution.status, Status::NumericalTrouble);
    assert_eq!(solution.bound, f64::NEG_INFINITY);
}
