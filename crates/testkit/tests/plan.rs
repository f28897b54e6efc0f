//! The planning MILP against trying every choice, and laws that every plan obeys.

use proptest::prelude::*;
use quarterdeck_plan::{PlanOptions, optimise};
use quarterdeck_testkit::brute_force::cheapest;
use quarterdeck_testkit::random_problem::random_problem;
use quarterdeck_units::{Usd, Watts};

fn exact() -> PlanOptions<'static> {
    PlanOptions { gap: 1e-9, ..PlanOptions::default() }
}

fn near(left: Usd, right: Usd) -> bool {
    (left - right).as_dollars().abs() <= 1e-6 * left.as_dollars().abs().max(1.0)
}

#[test]
fn the_milp_finds_what_trying_every_choice_finds() {
    for seed in 0..4 {
        let problem = random_problem(seed, 4);
        let plan = optimise(&problem, &exact(), &mut |_| {}).unwrap();
        let best = cheapest(&problem);
        assert!(near(plan.present_cost(), best), "seed {seed}: {} against {best}", plan.present_cost());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bill_equals_the_objective(seed in any::<u64>(), quarters in 3usize..8) {
        let problem = random_problem(seed, quarters);
        let plan = optimise(&problem, &exact(), &mut |_| {}).unwrap();
        prop_assert!(
            near(plan.present_cost(), plan.solve.objective),
            "bill {} against objective {}", plan.present_cost(), plan.solve.objective
        );
    }

    #[test]
    fn more_power_money_or_supply_never_costs(seed in any::<u64>()) {
        let problem = random_problem(seed, 5);
        let cost = |problem| optimise(problem, &exact(), &mut |_| {}).unwrap().present_cost();
        let before = cost(&problem);
        let mut richer = problem.clone();
        for place in &mut richer.places {
            place.it_power.iter_mut().for_each(|power| *power += Watts::megawatts(0.5));
        }
        richer.budget.iter_mut().for_each(|budget| *budget += Usd::millions(2.0));
        richer.offers.iter_mut().for_each(|offer| offer.supply.iter_mut().for_each(|supply| *supply += 5.0));
        prop_assert!(cost(&richer) <= before + Usd::dollars(1e-6 * before.as_dollars().abs()));
    }

    #[test]
    fn renaming_and_reordering_places_changes_nothing(seed in any::<u64>()) {
        let problem = random_problem(seed, 4);
        let mut swapped = problem.clone();
        swapped.places.swap(0, 1);
        swapped.placements.iter_mut().for_each(|placement| placement.place = 1 - placement.place);
        for project in &mut swapped.projects {
            for schedule in &mut project.schedules {
                schedule.adds.iter_mut().for_each(|(place, _)| *place = 1 - *place);
            }
        }
        let cost = |problem| optimise(problem, &exact(), &mut |_| {}).unwrap().present_cost();
        prop_assert!(near(cost(&problem), cost(&swapped)));
    }
}
