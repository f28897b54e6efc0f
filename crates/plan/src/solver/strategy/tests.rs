//! The staged solve against the plain one, on a small model of sites that open.

use std::cell::RefCell;

use super::super::highs::Highs;
use super::super::model::{Kind, RowBounds};
use super::super::outcome::silent;
use super::*;

/// Sites that may open once and then carry load; demand grows; unserved demand is dear; each
/// quarter's openings share a budget with a priced slack.
fn sites(n_sites: usize, n_quarters: usize) -> (Model, Vec<StartGroup>) {
    let mut model = Model::new("sites");
    let mut groups = Vec::new();
    let mut load = vec![Vec::new(); n_quarters];
    for site in 0..n_sites {
        let size = 3.0 + site as f64 * 1.7;
        let price = 20.0 + 7.0 * size + ((site * 5) % 3) as f64;
        let open: Vec<Column> = (0..n_quarters)
            .map(|q| {
                // Cumulative: the price is paid once and is worth less later.
                let now = price * quarterdeck_units::pow(0.97, q as f64);
                let next = if q + 1 < n_quarters {
                    price * quarterdeck_units::pow(0.97, (q + 1) as f64)
                } else {
                    0.0
                };
                model.add_column(format!("open_{site}_{q}"), 0.0, 1.0, now - next, Kind::Binary)
            })
            .collect();
        for q in 0..n_quarters {
            let carried = model.add_column(format!("load_{site}_{q}"), 0.0, size, 0.2, Kind::Continuous);
            model.add_row(
                format!("carry_{site}_{q}"),
                RowBounds::AtMost(0.0),
                [(carried, 1.0), (open[q], -size)],
            );
            if q > 0 {
                model.add_row(
                    format!("stays_{site}_{q}"),
                    RowBounds::AtLeast(0.0),
                    [(open[q], 1.0), (open[q - 1], -1.0)],
                );
            }
            load[q].push((carried, 1.0));
        }
        groups.push(StartGroup { name: format!("site {site}"), columns: open });
    }
    for (q, carried) in load.into_iter().enumerate() {
        let unserved = model.add_column(format!("unserved_{q}"), 0.0, f64::INFINITY, 6.0, Kind::Continuous);
        let demand = 2.0 + 1.3 * q as f64;
        let terms = carried.into_iter().chain([(unserved, 1.0)]);
        model.add_row(format!("demand_{q}"), RowBounds::AtLeast(demand), terms);
        let over = model.add_column(format!("over_budget_{q}"), 0.0, f64::INFINITY, 50.0, Kind::Continuous);
        let openings: Vec<(Column, f64)> = groups
            .iter()
            .flat_map(|group| {
                let before = q.checked_sub(1).map(|before| (group.columns[before], -1.0));
                std::iter::once((group.columns[q], 1.0)).chain(before)
            })
            .chain([(over, -1.0)])
            .collect();
        model.add_row(format!("budget_{q}"), RowBounds::AtMost(1.0), openings);
    }
    (model, groups)
}

#[test]
fn the_staged_solve_reaches_the_plain_optimum() {
    let (model, groups) = sites(5, 10);
    let options = Options { relative_gap: 1e-6, ..Options::default() };
    let plain = Highs.solve(&model, &options, &mut silent).unwrap();
    let staged = solve_staged(&Highs, &model, &Staging::new(groups), &options, &mut silent).unwrap();
    assert_eq!(plain.status, Status::Optimal);
    assert_eq!(staged.status, Status::Optimal);
    let (plain, staged) = (plain.objective().unwrap(), staged.objective().unwrap());
    assert!((plain - staged).abs() <= 2e-6 * plain.abs(), "{plain} against {staged}");
}

#[test]
fn a_loose_gap_is_met_without_branch_and_bound_over_the_whole() {
    let (model, groups) = sites(6, 12);
    let reports = RefCell::new(Vec::new());
    let mut listener = |progress: Progress| {
        reports.borrow_mut().push(progress);
        ControlFlow::Continue(())
    };
    let options = Options { relative_gap: 0.3, ..Options::default() };
    let solution = solve_staged(&Highs, &model, &Staging::new(groups), &options, &mut listener).unwrap();
    assert_eq!(solution.status, Status::GapReached);
    assert!(solution.gap().unwrap() <= 0.3);
    assert!(reports.borrow().iter().all(|report| report.phase != Phase::BranchAndBound));
}

#[test]
fn reported_bounds_never_fall_nor_exceed_the_optimum() {
    let (model, groups) = sites(5, 10);
    let reports = RefCell::new(Vec::<Progress>::new());
    let mut listener = |progress: Progress| {
        reports.borrow_mut().push(progress);
        ControlFlow::Continue(())
    };
    let options = Options { relative_gap: 0.0, ..Options::default() };
    let solution = solve_staged(&Highs, &model, &Staging::new(groups), &options, &mut listener).unwrap();
    let best = solution.objective().unwrap();
    // The solver's own sums and ours differ in the last digits.
    let rounding = 1e-9 * best.abs();
    let mut incumbent = f64::INFINITY;
    let mut bound = f64::NEG_INFINITY;
    for report in reports.borrow().iter() {
        assert!(report.bound <= best + 1e-6 * best.abs(), "{report:?} against {best}");
        assert!(
            report.bound >= bound - rounding
                && report.incumbent.unwrap_or(f64::INFINITY) <= incumbent + rounding,
            "{report:?}"
        );
        bound = report.bound;
        incumbent = report.incumbent.unwrap_or(incumbent);
    }
    assert!(!reports.borrow().is_empty());
}

#[test]
fn a_node_limit_still_brings_a_plan_and_an_honest_bound() {
    let (model, groups) = sites(8, 12);
    let exact =
        Highs.solve(&model, &Options { relative_gap: 1e-6, ..Options::default() }, &mut silent).unwrap();
    let staging = Staging { restricted_nodes: 1, rounds: 1, ..Staging::new(groups) };
    let options = Options { node_limit: Some(0), relative_gap: 0.0, ..Options::default() };
    let solution = solve_staged(&Highs, &model, &staging, &options, &mut silent).unwrap();
    let optimum = exact.objective().unwrap();
    assert!(solution.objective().unwrap() >= optimum * (1.0 - 1e-6));
    assert!(solution.bound <= optimum * (1.0 + 1e-6) && solution.bound > 0.0);
}

#[test]
fn stopping_in_the_middle_returns_the_best_so_far() {
    let (model, groups) = sites(8, 16);
    let mut listener = |progress: Progress| {
        if progress.incumbent.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = Options { relative_gap: 0.0, ..Options::default() };
    let solution = solve_staged(&Highs, &model, &Staging::new(groups), &options, &mut listener).unwrap();
    assert_eq!(solution.status, Status::Interrupted);
    assert!(solution.incumbent.unwrap().check.passes());
    assert!(solution.bound.is_finite());
}

#[test]
fn infeasible_models_are_told_by_the_relaxation_or_by_the_last_stage() {
    let (mut model, groups) = sites(2, 4);
    let open = groups[0].columns[0];
    let never = model.add_row("half_open", RowBounds::Equal(0.5), [(open, 1.0)]);
    let staging = Staging::new(groups);
    let solved = |model: &Model| {
        solve_staged(&Highs, model, &staging, &Options::default(), &mut silent).unwrap().status
    };
    assert_eq!(solved(&model), Status::Infeasible);
    model.set_row_bounds(never, RowBounds::Equal(2.0));
    assert_eq!(solved(&model), Status::Infeasible);
}

#[test]
fn a_known_plan_takes_part() {
    let (model, groups) = sites(5, 10);
    let exact =
        Highs.solve(&model, &Options { relative_gap: 1e-6, ..Options::default() }, &mut silent).unwrap();
    let staging = Staging { thresholds: vec![], rounds: 0, ..Staging::new(groups) };
    let options = Options {
        start: Start::Full(exact.values().unwrap().to_vec()),
        node_limit: Some(0),
        relative_gap: 0.0,
        ..Options::default()
    };
    let solution = solve_staged(&Highs, &model, &staging, &options, &mut silent).unwrap();
    assert!(solution.objective().unwrap() <= exact.objective().unwrap() * (1.0 + 1e-9));
}

#[test]
fn rounding_keeps_groups_monotone_and_within_bounds() {
    let mut model = Model::new("round");
    let columns: Vec<Column> =
        ["a", "b", "c", "d"].map(|name| model.add_column(name, 0.0, 3.0, 0.0, Kind::Integer)).to_vec();
    let groups = [StartGroup { name: "halls".to_owned(), columns }];
    let values = [0.2, 0.6, 1.4, 2.95];
    assert_eq!(rounded(&model, &groups, &values, 0.5), [[0.0, 1.0, 1.0, 3.0]]);
    assert_eq!(rounded(&model, &groups, &values, 0.1), [[1.0, 1.0, 2.0, 3.0]]);
    assert_eq!(rounded(&model, &groups, &values, 0.9), [[0.0, 0.0, 1.0, 3.0]]);
    // Noise that falls by a hair does not undo a start.
    assert_eq!(rounded(&model, &groups, &[0.5, 0.4999, 0.5, 0.5], 0.5), [[1.0; 4]]);
}
