//! Random small models solved by HiGHS, by a pure-Rust solver and by trying every whole number.
//!
//! The three share no code, so where they agree the answer is right, and where the checker, the
//! bound or the duals disagree with them one of ours is wrong.

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use proptest::prelude::*;
use quarterdeck_plan::solver::{
    Column, FEASIBILITY_TOLERANCE, Highs, Kind, Model, Options, Ranging, Row, RowBounds, Solver, Staging,
    StartGroup, Status, check, silent, solve_staged,
};

/// A model with at most five whole-number columns, bounded on all sides.
#[derive(Clone, Debug)]
struct Recipe {
    /// Upper bound (1 to 3), cost, and whether the column takes whole numbers.
    columns: Vec<(u8, i8, bool)>,
    /// Coefficients (one per column), right-hand side, and the kind of row.
    rows: Vec<(Vec<i8>, i8, u8)>,
    offset: i8,
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let columns = prop::collection::vec((1..=3_u8, -9..=9_i8, any::<bool>()), 1..=6);
    let rows = prop::collection::vec((prop::collection::vec(-5..=9_i8, 6), -6..=20_i8, 0..4_u8), 0..=5);
    (columns, rows, -20..=20_i8).prop_map(|(columns, rows, offset)| Recipe { columns, rows, offset })
}

fn build(recipe: &Recipe) -> Model {
    let mut model = Model::new("random");
    let mut wholes = 0;
    let columns: Vec<Column> = recipe
        .columns
        .iter()
        .enumerate()
        .map(|(index, &(upper, cost, whole))| {
            wholes += usize::from(whole);
            let kind = if whole && wholes <= 5 { Kind::Integer } else { Kind::Continuous };
            model.add_column(format!("x{index}"), 0.0, f64::from(upper), f64::from(cost), kind)
        })
        .collect();
    for (index, (coefficients, rhs, kind)) in recipe.rows.iter().enumerate() {
        let rhs = f64::from(*rhs);
        let bounds = match kind {
            0 => RowBounds::AtLeast(rhs),
            1 => RowBounds::Between(rhs - 4.0, rhs),
            2 => RowBounds::Equal(rhs),
            _ => RowBounds::AtMost(rhs),
        };
        let terms = columns.iter().zip(coefficients).map(|(&column, &value)| (column, f64::from(value)));
        model.add_row(format!("r{index}"), bounds, terms);
    }
    model.add_offset(f64::from(recipe.offset));
    model
}

/// The optimum by the other solver, or `None` if it finds the model infeasible.
fn by_microlp(model: &Model, fixed: &[(Column, f64)]) -> Option<f64> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut variables = Vec::new();
    for column in model.columns() {
        let (lower, upper) = model.bounds(column);
        variables.push(match fixed.iter().find(|(other, _)| *other == column) {
            Some(&(_, value)) => problem.add_var(model.cost(column), (value, value)),
            None if model.kind(column).is_integral() => {
                problem.add_integer_var(model.cost(column), (lower as i32, upper as i32))
            }
            None => problem.add_var(model.cost(column), (lower, upper)),
        });
    }
    for row in model.rows() {
        let terms: Vec<_> =
            model.row_terms(row).map(|(column, value)| (variables[column.index()], value)).collect();
        let (lower, upper) = model.row_limits(row);
        if lower.is_finite() {
            problem.add_constraint(terms.as_slice(), ComparisonOp::Ge, lower);
        }
        if upper.is_finite() {
            problem.add_constraint(terms.as_slice(), ComparisonOp::Le, upper);
        }
    }
    match problem.solve() {
        Ok(outcome) => {
            let solution = outcome.into_solution().expect("no limit is set");
            Some(solution.objective() + model.offset())
        }
        Err(microlp::Error::Infeasible) => None,
        Err(error) => panic!("the other solver failed: {error}"),
    }
}

/// The optimum by solving a linear programme for every choice of whole numbers.
fn by_enumeration(model: &Model) -> Option<f64> {
    let wholes: Vec<(Column, i32)> =
        model.integer_columns().map(|column| (column, model.bounds(column).1 as i32)).collect();
    let n_choices: i32 = wholes.iter().map(|(_, upper)| upper + 1).product();
    let choose = |mut code: i32| -> Vec<(Column, f64)> {
        wholes
            .iter()
            .map(|&(column, upper)| {
                let digit = code % (upper + 1);
                code /= upper + 1;
                (column, f64::from(digit))
            })
            .collect()
    };
    (0..n_choices).filter_map(|code| by_microlp(model, &choose(code))).min_by(f64::total_cmp)
}

/// Answers may break a row or a bound by the feasibility tolerance, and no dual of these small models
/// is worth a hundred per unit.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 100.0 * FEASIBILITY_TOLERANCE * a.abs().max(1.0)
}

fn exact() -> Options<'static> {
    Options { relative_gap: 0.0, ..Options::default() }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_optimum_agrees_with_another_solver(recipe in recipe()) {
        let model = build(&recipe);
        let solution = Highs.solve(&model, &exact(), &mut silent).unwrap();
        match by_microlp(&model, &[]) {
            Some(objective) => {
                prop_assert_eq!(solution.status, Status::Optimal);
                let found = solution.objective().unwrap();
                prop_assert!(close(found, objective), "{} against {}", found, objective);
                prop_assert!(check(&model, solution.values().unwrap()).passes());
                prop_assert!(solution.bound <= found);
            }
            None => prop_assert_eq!(solution.status, Status::Infeasible),
        }
    }

    #[test]
    fn threads_and_repetition_do_not_change_a_bit(recipe in recipe(), seed in any::<u32>()) {
        let model = build(&recipe);
        let run = |threads: u32| {
            let options = Options { seed, threads, ..exact() };
            let solution = Highs.solve(&model, &options, &mut silent).unwrap();
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            (solution.status, solution.bound.to_bits(), solution.values().map(bits))
        };
        let once = run(1);
        prop_assert_eq!(&once, &run(1));
        prop_assert_eq!(&once, &run(2));
    }

    #[test]
    fn the_staged_solve_agrees_with_the_plain_one(recipe in recipe()) {
        let model = build(&recipe);
        // Every column alone is a (trivially monotone) group.
        let groups = model
            .integer_columns()
            .map(|column| StartGroup { name: model.column_name(column).to_owned(), columns: vec![column] })
            .collect();
        let plain = Highs.solve(&model, &exact(), &mut silent).unwrap();
        let staged = solve_staged(&Highs, &model, &Staging::new(groups), &exact(), &mut silent).unwrap();
        prop_assert_eq!(plain.status, staged.status);
        if let (Some(plain), Some(staged_cost)) = (plain.objective(), staged.objective()) {
            prop_assert!(close(plain, staged_cost), "{} against {}", plain, staged_cost);
            prop_assert!(staged.bound <= staged_cost);
        }
    }

    #[test]
    fn duals_foretell_the_cost_within_their_range(recipe in recipe(), share in 0.1..0.9_f64) {
        let model = build(&recipe);
        let solution = Highs.solve(&model, &exact(), &mut silent).unwrap();
        prop_assume!(solution.status == Status::Optimal);
        let values = solution.values().unwrap();
        let duals = Highs.lp_with_fixed_integers(&model, values, Ranging::Compute).unwrap();
        prop_assert!(close(duals.objective, solution.objective().unwrap()));
        prop_assert!(duals.check.passes());

        let mut fixed = model.relaxed();
        for column in model.integer_columns() {
            fixed.fix(column, values[column.index()]);
        }
        let rows: Vec<Row> = model.rows().collect();
        for row in rows {
            let (lower, upper) = model.row_limits(row);
            let dual = duals.row_duals[row.index()];
            let Some(range) = duals.rhs_ranges[row.index()] else { continue };
            prop_assert!(range.lower <= range.rhs && range.rhs <= range.upper);
            for end in [range.lower, range.upper] {
                let end = end.clamp(range.rhs - 5.0, range.rhs + 5.0);
                let moved = range.rhs + share * (end - range.rhs);
                let bounds = if lower == upper {
                    RowBounds::Equal(moved)
                } else if range.rhs == upper {
                    // Moving one side of a band past the other would be another question.
                    if moved < lower { continue }
                    RowBounds::Between(lower, moved)
                } else {
                    if moved > upper { continue }
                    RowBounds::Between(moved, upper)
                };
                let mut what_if = fixed.clone();
                what_if.set_row_bounds(row, bounds);
                let cost = Highs.solve(&what_if, &exact(), &mut silent).unwrap().objective();
                let foretold = duals.objective + dual * (moved - range.rhs);
                prop_assert!(cost.is_some_and(|cost| close(cost, foretold)), "{:?} against {}", cost, foretold);
            }
        }
    }
}

/// HiGHS ends this model with an error: the row of its optimum is broken by a hair more than 1e-6.
#[test]
fn an_answer_at_the_edge_of_the_tolerance_is_kept() {
    let model = build(&Recipe {
        columns: vec![(2, -8, true), (3, 7, false), (1, 8, true), (3, -2, false), (1, 6, true)],
        rows: vec![
            (vec![-1, 6, -1, 4, -4, -1], 19, 1),
            (vec![2, 4, -4, 0, -3, 1], 7, 3),
            (vec![7, 7, 1, 1, -3, 4], 13, 1),
            (vec![-1, 4, 3, 4, 0, 3], 17, 3),
            (vec![-3, 7, 1, -3, 2, 6], 15, 3),
        ],
        offset: -14,
    });
    let groups = model
        .integer_columns()
        .map(|column| StartGroup { name: model.column_name(column).to_owned(), columns: vec![column] })
        .collect();
    let staged = solve_staged(&Highs, &model, &Staging::new(groups), &exact(), &mut silent).unwrap();
    assert_eq!(staged.status, Status::Optimal);
    assert!(close(staged.objective().unwrap(), by_enumeration(&model).unwrap()));
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn the_optimum_agrees_with_trying_everything(recipe in recipe()) {
        let model = build(&recipe);
        let solution = Highs.solve(&model, &exact(), &mut silent).unwrap();
        match by_enumeration(&model) {
            Some(objective) => {
                let found = solution.objective();
                prop_assert!(found.is_some_and(|found| close(found, objective)), "{:?} against {}", found, objective);
            }
            None => prop_assert_eq!(solution.status, Status::Infeasible),
        }
    }
}
