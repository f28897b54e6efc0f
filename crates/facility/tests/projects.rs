//! Schedules of projects: worked cases by hand, and sums that must hold for any project.

use proptest::prelude::*;
use quarterdeck_catalog::Cooling;
use quarterdeck_facility::project::{Event, Schedule, all_schedules, alternatives, course};
use quarterdeck_scenario::{Basis, Decision, Delivery, HistoryEntry, Horizon, Project, Redesign};
use quarterdeck_units::{Growth, PriceYear, Quarter, Quarters, Ratio, Usd, UsdPerWatt, Watts};

fn quarter(text: &str) -> Quarter {
    text.parse().expect("a quarter")
}

fn horizon() -> Horizon {
    Horizon {
        start: quarter("2021-Q1"),
        end: quarter("2026-Q4"),
        discount_rate: Growth::NONE,
        price_year: PriceYear(2022),
    }
}

/// 100 MW at 10 USD/W over 8 quarters: 1,000 MUSD in all, 125 a quarter.
fn temple() -> Project {
    Project {
        id: "temple".into(),
        title: "Temple".into(),
        site: "temple".into(),
        climate: None,
        adds: Delivery {
            it_power: Watts::megawatts(100.0),
            cooling: Cooling::Air,
            rack_density_max: Watts::kilowatts(12.0),
        },
        removes: None,
        cost: UsdPerWatt::per_watt(10.0),
        lead_time: Some(Quarters(8)),
        spending: vec![],
        started: Some(quarter("2022-Q1")),
        from: None,
        until: None,
        cancel_cost: Some(Ratio(0.3)),
        pause_cost: Some(Ratio(0.01)),
        redesign: Some(Redesign {
            adds: Delivery {
                it_power: Watts::megawatts(150.0),
                cooling: Cooling::Liquid,
                rack_density_max: Watts::kilowatts(130.0),
            },
            cost: UsdPerWatt::per_watt(8.0),
            lead_time: Quarters(6),
            reuse: Ratio(0.4),
        }),
        excludes: vec![],
        basis: Basis::default(),
    }
}

fn run(project: &Project, events: &[(&str, Event)]) -> Schedule {
    let events: Vec<_> = events.iter().map(|(when, event)| (quarter(when), *event)).collect();
    course(project, &events, horizon().end).expect("a possible course")
}

fn close(found: Usd, millions: f64) {
    assert!((found.as_millions() - millions).abs() < 1e-6, "{} against {millions} MUSD", found.as_millions());
}

#[test]
fn going_on_spends_everything_and_delivers_after_the_lead_time() {
    let schedule = run(&temple(), &[("2022-Q1", Event::Start)]);
    close(schedule.cash.building_total(), 1000.0);
    close(schedule.cash.in_quarter(quarter("2023-Q4")), 125.0);
    close(schedule.cash.in_quarter(quarter("2024-Q1")), 0.0);
    assert_eq!(schedule.delivers.as_ref().expect("power").quarter, quarter("2024-Q1"));
    assert_eq!(schedule.id, "start@2022-Q1");
    assert!(!schedule.stopped);
}

#[test]
fn cancelling_costs_a_share_of_what_is_not_spent() {
    let schedule = run(&temple(), &[("2022-Q1", Event::Start), ("2022-Q4", Event::Cancel)]);
    close(schedule.cash.building_total(), 375.0);
    close(schedule.cash.exit[&quarter("2022-Q4")], 0.3 * 625.0);
    close(schedule.sunk, 375.0);
    assert_eq!(schedule.delivers, None);
    assert!(schedule.stopped && schedule.stopped_by(quarter("2022-Q4")));
    assert!(!schedule.stopped_by(quarter("2022-Q3")));
}

#[test]
fn a_pause_costs_by_the_quarter_and_shifts_the_rest() {
    let events = [("2022-Q1", Event::Start), ("2022-Q4", Event::Pause), ("2023-Q4", Event::Resume)];
    let schedule = run(&temple(), &events);
    close(schedule.cash.building_total(), 1000.0);
    close(schedule.cash.exit_total(), 4.0 * 10.0);
    close(schedule.cash.in_quarter(quarter("2022-Q4")), 10.0);
    assert_eq!(schedule.delivers.as_ref().expect("power").quarter, quarter("2025-Q1"));
    // Never taken up again: paid to the end of the horizon, 2022-Q4 to 2026-Q4.
    let forever = run(&temple(), &events[..2]);
    close(forever.cash.exit_total(), 17.0 * 10.0);
    assert_eq!(forever.delivers, None);
    close(forever.sunk, 375.0);
}

#[test]
fn a_redesign_keeps_what_serves_and_loses_the_rest() {
    let schedule = run(&temple(), &[("2022-Q1", Event::Start), ("2022-Q4", Event::Redesign)]);
    // 1,200 for the new design less 0.4 of the 375 spent.
    close(schedule.cash.building_total(), 375.0 + 1200.0 - 150.0);
    close(schedule.sunk, 225.0);
    // The new design needs more than was left, so nothing is given up.
    close(schedule.cash.exit_total(), 0.0);
    let delivered = schedule.delivers.as_ref().expect("power");
    assert_eq!((delivered.quarter, delivered.block.as_str()), (quarter("2024-Q2"), "temple+redesign"));
    assert_eq!(delivered.delivery.cooling, Cooling::Liquid);
    // A smaller design gives up the difference.
    let mut project = temple();
    project.redesign.as_mut().expect("a redesign").adds.it_power = Watts::megawatts(50.0);
    let schedule = run(&project, &[("2022-Q1", Event::Start), ("2022-Q4", Event::Redesign)]);
    close(schedule.cash.exit_total(), 0.3 * (625.0 - (400.0 - 150.0)));
}

#[test]
fn a_spending_curve_stretches_with_a_delay() {
    let mut project = temple();
    project.spending = [0.4, 0.3, 0.2, 0.1].map(Ratio).to_vec();
    project.lead_time = Some(Quarters(4));
    let schedule = run(&project, &[("2022-Q1", Event::Start)]);
    close(schedule.cash.in_quarter(quarter("2022-Q3")), 200.0);
    project.lead_time = Some(Quarters(8));
    let schedule = run(&project, &[("2022-Q1", Event::Start)]);
    close(schedule.cash.in_quarter(quarter("2022-Q2")), 200.0);
    close(schedule.cash.in_quarter(quarter("2023-Q4")), 50.0);
    close(schedule.cash.building_total(), 1000.0);
}

#[test]
fn a_retrofit_takes_power_from_its_start_on() {
    let mut project = temple();
    project.removes = Some(Watts::megawatts(20.0));
    let schedule = run(&project, &[("2022-Q1", Event::Start)]);
    assert_eq!(schedule.removed_by(quarter("2021-Q4")), Watts::ZERO);
    assert_eq!(schedule.removed_by(quarter("2022-Q1")), Watts::megawatts(20.0));
    assert_eq!(run(&project, &[]).removes, None);
}

#[test]
fn impossible_orders_are_refused_with_the_reason() {
    let refused = |events: &[(&str, Event)]| {
        let events: Vec<_> = events.iter().map(|(when, event)| (quarter(when), *event)).collect();
        course(&temple(), &events, horizon().end).expect_err("an impossible course").to_string()
    };
    let late = refused(&[("2022-Q1", Event::Start), ("2024-Q2", Event::Cancel)]);
    assert_eq!(late, "project `temple` can not cancel in 2024-Q2: it has been delivered");
    assert!(refused(&[("2022-Q1", Event::Pause)]).contains("not been started"));
    assert!(refused(&[("2022-Q1", Event::Start), ("2022-Q3", Event::Resume)]).contains("not paused"));
    assert!(refused(&[("2022-Q2", Event::Start), ("2022-Q1", Event::Pause)]).contains("already lies behind"));
    let twice = [("2022-Q1", Event::Start), ("2022-Q3", Event::Redesign), ("2022-Q4", Event::Redesign)];
    assert!(refused(&twice).contains("redesigned already"));
}

#[test]
fn a_project_not_begun_may_wait_or_start_in_its_window() {
    let mut project = temple();
    project.started = None;
    project.from = Some(quarter("2024-Q1"));
    let schedules = alternatives(&project, &horizon()).expect("courses");
    assert_eq!(schedules[0].id, "never");
    let starts: Vec<_> = schedules.iter().filter(|s| s.quarter_of(Event::Redesign).is_none()).collect();
    // Power of a start after 2024-Q4 would come after 2026-Q4.
    assert_eq!(starts.len(), 1 + 4);
    assert_eq!(starts[4].id, "start@2024-Q4");
    // Six quarters instead of eight, and nothing is stopped by starting with the other design.
    let redesigned: Vec<_> = schedules.iter().filter(|s| s.quarter_of(Event::Redesign).is_some()).collect();
    assert_eq!(redesigned.len(), 6);
    assert!(redesigned.iter().all(|schedule| !schedule.stopped && schedule.sunk == Usd::ZERO));
}

#[test]
fn a_project_under_way_has_all_its_exits_and_not_too_many() {
    let schedules = alternatives(&temple(), &horizon()).expect("courses");
    let ids: Vec<_> = schedules.iter().map(|schedule| schedule.id.as_str()).collect();
    assert_eq!(ids[0], "start@2022-Q1");
    for wanted in [
        "start@2022-Q1+cancel@2022-Q4",
        "start@2022-Q1+redesign@2022-Q4",
        "start@2022-Q1+pause@2022-Q4",
        "start@2022-Q1+pause@2022-Q4+resume@2023-Q4",
    ] {
        assert!(ids.contains(&wanted), "{wanted} is among {ids:?}");
    }
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());
    let mut long = temple();
    long.lead_time = Some(Quarters(19));
    assert!(alternatives(&long, &horizon()).expect("courses").len() <= 60);
    let mut finished = temple();
    finished.started = Some(quarter("2018-Q1"));
    assert_eq!(alternatives(&finished, &horizon()).expect("courses").len(), 1);
}

#[test]
fn history_leaves_one_course() {
    let entry = |decision| HistoryEntry { decision, title: String::new(), basis: Basis::default() };
    let paused = Decision::Pause { project: "temple".into(), quarter: quarter("2022-Q4"), resumed: None };
    let redesigned = Decision::Redesign { project: "temple".into(), quarter: quarter("2023-Q3") };
    let history = [entry(redesigned.clone()), entry(paused.clone())];
    let all = all_schedules(&[temple()], &horizon(), &history).expect("courses");
    let [only] = all[0].schedules.as_slice() else { panic!("one course") };
    assert_eq!(only.id, "start@2022-Q1+pause@2022-Q4+redesign@2023-Q3");
    assert!(only.obeys(&paused) && only.obeys(&redesigned));
    assert!(!only.obeys(&Decision::Never { project: "temple".into() }));
    assert!(only.obeys(&Decision::Never { project: "elsewhere".into() }));
    let late = Decision::Cancel { project: "temple".into(), quarter: quarter("2025-Q1") };
    let faults = all_schedules(&[temple()], &horizon(), &[entry(late)]).expect_err("a contradiction");
    assert!(faults[0].to_string().contains("has been delivered"));
}

fn projects() -> impl Strategy<Value = Project> {
    let shares = prop::collection::vec(0.01f64..1.0, 0..10);
    let design = (0.0f64..20.0, 0i32..14, 1.0f64..500.0);
    let changed = (0.0f64..20.0, 0i32..14, 1.0f64..500.0, 0.0f64..1.0);
    (shares, design, changed, -8i32..20, any::<bool>(), 0.0f64..1.0, 0.0f64..0.1).prop_map(
        |(spending, design, changed, offset, under_way, cancel, pause)| {
            let mut project = temple();
            project.spending = spending.into_iter().map(Ratio).collect();
            project.cost = UsdPerWatt::per_watt(design.0);
            project.lead_time = Some(Quarters(design.1));
            project.adds.it_power = Watts::megawatts(design.2);
            let redesign = project.redesign.as_mut().expect("a redesign");
            redesign.cost = UsdPerWatt::per_watt(changed.0);
            redesign.lead_time = Quarters(changed.1);
            redesign.adds.it_power = Watts::megawatts(changed.2);
            redesign.reuse = Ratio(changed.3);
            project.started = under_way.then(|| quarter("2021-Q1") + Quarters(offset));
            project.cancel_cost = Some(Ratio(cancel));
            project.pause_cost = Some(Ratio(pause));
            project
        },
    )
}

proptest! {
    /// Money by quarter adds up to what the course must cost, whatever the project.
    #[test]
    fn cash_sums_to_the_stated_totals(project in projects()) {
        let total = (project.cost * project.adds.it_power).as_dollars();
        let redesign = project.redesign.as_ref().expect("a redesign");
        let new_total = (redesign.cost * redesign.adds.it_power).as_dollars();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + total + new_total);
        for schedule in alternatives(&project, &horizon()).expect("courses") {
            let building = schedule.cash.building_total().as_dollars();
            let entries: f64 = schedule.cash.entries().map(|(_, _, usd)| usd.as_dollars()).sum();
            prop_assert!(near(entries, building + schedule.cash.exit_total().as_dollars()));
            prop_assert!(schedule.cash.entries().all(|(_, _, usd)| usd.is_positive()));
            let redesigned = schedule.quarter_of(Event::Redesign).is_some();
            match (&schedule.delivers, redesigned) {
                (Some(_), false) => {
                    prop_assert!(near(building, total));
                    prop_assert_eq!(schedule.sunk, Usd::ZERO);
                }
                // What was spent serves in part; the rest is sunk on top of the new design's cost.
                (Some(_), true) => prop_assert!(near(building, new_total + schedule.sunk.as_dollars())),
                (None, _) => prop_assert!(near(building, schedule.sunk.as_dollars())),
            }
            prop_assert!(schedule.is_active() || (entries == 0.0 && schedule.delivers.is_none()));
        }
    }

    /// A pause never makes power come sooner, and never makes building dearer.
    #[test]
    fn a_pause_only_delays(project in projects()) {
        let schedules = alternatives(&project, &horizon()).expect("courses");
        let going_on = &schedules[0];
        for schedule in schedules.iter().filter(|schedule| schedule.quarter_of(Event::Pause).is_some()) {
            if let (Some(late), Some(soon)) = (&schedule.delivers, &going_on.delivers) {
                prop_assert!(late.quarter > soon.quarter);
            }
            let bound = going_on.cash.building_total().as_dollars();
            prop_assert!(schedule.cash.building_total().as_dollars() <= bound * (1.0 + 1e-12));
        }
    }
}
