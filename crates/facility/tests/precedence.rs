//! Precedence networks: the critical path against every path, sampled dates against closed forms, money that sums.

use proptest::prelude::*;
use quarterdeck_catalog::{ActivityKind, Catalog, Cooling};
use quarterdeck_facility::project::precedence::{
    ActivitySpec, Duration, PaymentTerms, Precedence, PrecedenceFault, ProjectKind, Sampling,
    complete_projects, critical_path, exit_costs, order_by, project_block, project_network, project_terms,
    sample, spend_curve,
};
use quarterdeck_scenario::{Delivery, resolve_text};
use quarterdeck_units::{Quarter, Quarters, Seconds, Usd, UsdPerWatt, Watts};

const TERMS: PaymentTerms = PaymentTerms {
    order_deposit: 0.3,
    order_cancel_first: 0.2,
    order_cancel_last: 1.0,
    work_cancel: 0.1,
    holding: 0.01,
};

fn weeks(count: f64) -> Seconds {
    Seconds::days(7.0 * count)
}

fn activity(id: &str, duration: Duration, after: &[&str]) -> ActivitySpec {
    ActivitySpec {
        id: id.to_owned(),
        name: id.to_owned(),
        kind: ActivityKind::Work,
        duration,
        after: after.iter().map(|id| (*id).to_owned()).collect(),
        cost: Usd::millions(1.0),
        outage: false,
    }
}

fn fixed(id: &str, count: f64, after: &[&str]) -> ActivitySpec {
    activity(id, Duration::Fixed(weeks(count)), after)
}

fn network(specs: Vec<ActivitySpec>) -> Precedence {
    Precedence::new(specs, TERMS).expect("a network")
}

/// The worked example of many textbooks: two chains that meet, one longer by a week.
#[test]
fn two_chains_that_meet() {
    let net = network(vec![
        fixed("hand-over", 1.0, &["build", "deliver"]),
        fixed("dig", 4.0, &[]),
        fixed("order", 2.0, &[]),
        fixed("build", 6.0, &["dig"]),
        fixed("deliver", 7.0, &["order"]),
    ]);
    let path = critical_path(&net, &net.likely());
    let of = |id: &str| net.place(id).expect("an activity");
    assert_eq!(path.length, weeks(11.0));
    let names: Vec<&str> = path.critical.iter().map(|place| net.activities()[*place].id.as_str()).collect();
    assert_eq!(names, ["dig", "build", "hand-over"]);
    assert!((path.slack[of("deliver")] / weeks(1.0) - 1.0).abs() < 1e-12);
    assert!((path.latest_start[of("order")] / weeks(1.0) - 1.0).abs() < 1e-12);
    assert!(path.is_critical(of("build")) && !path.is_critical(of("order")));
}

#[test]
fn every_fault_of_a_network_is_named() {
    let specs = vec![
        fixed("a", 1.0, &["c"]),
        fixed("b", 1.0, &["a", "nowhere"]),
        fixed("c", 1.0, &["b"]),
        fixed("d", -1.0, &[]),
        fixed("d", 1.0, &[]),
    ];
    let faults = Precedence::new(specs, TERMS).expect_err("faults");
    let text: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 4, "{text:?}");
    assert!(faults.contains(&PrecedenceFault::Duplicate("d".into())));
    assert!(text.iter().any(|line| line.contains("`nowhere`")));
    let circle = faults.iter().find_map(|fault| match fault {
        PrecedenceFault::Circle(ids) => Some(ids.clone()),
        _ => None,
    });
    let mut circle = circle.expect("a circle");
    circle.sort();
    assert_eq!(circle, ["a", "b", "c"]);
}

/// Longest of all chains, found by walking every one of them.
fn longest_chain(net: &Precedence, durations: &[Seconds], place: usize) -> Seconds {
    let before = net.activities()[place].after.iter().map(|other| longest_chain(net, durations, *other));
    before.fold(Seconds::ZERO, Seconds::max) + durations[place]
}

/// Up to nine activities, each waiting for a random set of those named before it, given in a random order.
fn networks() -> impl Strategy<Value = Vec<ActivitySpec>> {
    (2usize..10)
        .prop_flat_map(|count| {
            let waits = prop::collection::vec(0u32..512, count);
            let times = prop::collection::vec(0u32..60, count);
            (waits, times, Just((0..count).collect::<Vec<_>>()).prop_shuffle())
        })
        .prop_map(|(waits, times, order)| {
            let id = |place: usize| format!("a{place}");
            let specs: Vec<ActivitySpec> = (0..times.len())
                .map(|place| {
                    let after: Vec<String> =
                        (0..place).filter(|bit| waits[place] >> bit & 1 == 1).map(id).collect();
                    let after: Vec<&str> = after.iter().map(String::as_str).collect();
                    fixed(&id(place), f64::from(times[place]), &after)
                })
                .collect();
            order.into_iter().map(|place| specs[place].clone()).collect()
        })
}

proptest! {
    /// The critical path is the longest of all chains, and moving an activity by its slack, but no more, keeps the end.
    #[test]
    fn the_critical_path_is_the_longest_chain(specs in networks()) {
        let net = network(specs);
        let durations = net.likely();
        let path = critical_path(&net, &durations);
        let all = (0..durations.len()).map(|place| longest_chain(&net, &durations, place));
        prop_assert_eq!(path.length, all.fold(Seconds::ZERO, Seconds::max));
        let chain: Seconds = path.critical.iter().map(|place| durations[*place]).sum();
        prop_assert!((chain - path.length).as_seconds().abs() < 1e-6);
        for pair in path.critical.windows(2) {
            prop_assert!(net.activities()[pair[1]].after.contains(&pair[0]));
        }
        for place in 0..durations.len() {
            prop_assert!(path.slack[place] >= Seconds::ZERO);
            for before in &net.activities()[place].after {
                prop_assert!(path.finish[*before] <= path.start[place]);
            }
            // A later start is a longer activity, as far as the rest can tell.
            let longer_by = |extra: Seconds| {
                let mut changed = durations.clone();
                changed[place] += extra;
                critical_path(&net, &changed).length
            };
            prop_assert!((longer_by(path.slack[place]) - path.length).as_seconds().abs() < 1e-3);
            prop_assert!(longer_by(path.slack[place] + weeks(1.0)) > path.length);
        }
        // With fixed durations every replica is the critical path.
        let sampled = sample(&net, Sampling { replicas: 3, ..Sampling::default() });
        prop_assert_eq!(sampled.finish(0.9), path.length);
        for (place, share) in sampled.criticality.iter().enumerate() {
            let expected = if path.is_critical(place) { 1.0 } else { 0.0 };
            prop_assert_eq!(*share, expected);
        }
    }

    /// Money is neither made nor lost, whatever the network and the quarter.
    #[test]
    fn money_sums_to_the_cost(specs in networks(), orders in 0u32..512) {
        let specs: Vec<ActivitySpec> = specs
            .into_iter()
            .enumerate()
            .map(|(place, spec)| {
                let kind = if orders >> place & 1 == 1 { ActivityKind::Order } else { ActivityKind::Work };
                ActivitySpec { kind, ..spec }
            })
            .collect();
        let net = network(specs);
        let path = critical_path(&net, &net.likely());
        let start = Quarter::new(2025, 1);
        let spend = spend_curve(&net, &path, start);
        let total: Usd = spend.values().sum();
        prop_assert!((total / net.cost() - 1.0).abs() < 1e-9);
        prop_assert!(spend.values().all(|amount| *amount >= Usd::dollars(-1e-6)));
        let mut before = Usd::ZERO;
        for exit in exit_costs(&net, &path, start) {
            let paid: Usd = spend.range(..exit.quarter).map(|(_, amount)| *amount).sum();
            prop_assert!((paid - exit.sunk).as_dollars().abs() < 1e-3);
            prop_assert!(exit.sunk >= before && exit.committed >= Usd::ZERO);
            prop_assert!(exit.avoided >= Usd::dollars(-1e-3));
            before = exit.sunk;
        }
    }
}

/// Quantiles of one activity against its closed form, within four standard errors of 10,000 replicas.
#[test]
fn one_activity_has_the_quantiles_of_its_distribution() {
    let shapes = [
        Duration::Triangular { low: weeks(46.0), likely: weeks(47.0), high: weeks(48.0) },
        Duration::Triangular { low: weeks(2.0), likely: weeks(4.0), high: weeks(10.0) },
        Duration::Lognormal { low: weeks(30.0), median: weeks(34.0), high: weeks(110.0) },
    ];
    for shape in shapes {
        let net = network(vec![activity("only", shape, &[])]);
        let sampled = sample(&net, Sampling::default());
        for p in [0.05, 0.1, 0.5, 0.9, 0.95] {
            let reached = shape.cdf(sampled.finish(p));
            let error = (p * (1.0 - p) / 10_000.0_f64).sqrt();
            assert!((reached - p).abs() < 4.0 * error, "{shape:?} at {p}: {reached}");
            assert!((shape.cdf(shape.quantile(p)) - p).abs() < 1e-12);
        }
        assert_eq!(sampled.criticality, [1.0]);
    }
}

/// The later of two equal independent activities: its distribution function is the square of theirs.
#[test]
fn the_later_of_two_is_later_than_either() {
    let shape = Duration::Triangular { low: weeks(0.0), likely: weeks(0.0), high: weeks(10.0) };
    let net = network(vec![activity("a", shape, &[]), activity("b", shape, &[])]);
    let sampled = sample(&net, Sampling { replicas: 40_000, ..Sampling::default() });
    for p in [0.1, 0.5, 0.9] {
        let within = shape.quantile(p);
        let expected = p * p;
        let error = (expected * (1.0 - expected) / 40_000.0_f64).sqrt();
        assert!((sampled.chance(within) - expected).abs() < 4.0 * error, "{p}");
    }
    assert!((sampled.criticality[0] - 0.5).abs() < 0.01);
    assert!((sampled.criticality[0] + sampled.criticality[1] - 1.0).abs() < 1e-9);
    assert!(critical_path(&net, &net.likely()).length < sampled.finish(0.1));
}

/// Two activities one after the other: the variance of the sum grows with the correlation as `2σ²(1 + ρ')`.
#[test]
fn a_common_market_widens_a_chain_and_keeps_each_activity() {
    let shape = Duration::Triangular { low: weeks(10.0), likely: weeks(20.0), high: weeks(30.0) };
    let net = network(vec![activity("a", shape, &[]), activity("b", shape, &["a"])]);
    let run = |correlation| sample(&net, Sampling { correlation, replicas: 20_000, ..Sampling::default() });
    let spread = |correlation| run(correlation).finish(0.9) - run(correlation).finish(0.1);
    assert!(spread(0.5) / spread(0.0) > 1.15 && spread(0.9) / spread(0.5) > 1.05);
    // The first activity alone keeps its distribution: the second starts when it ends.
    let start = run(0.8).start(1, 0.9);
    assert!((shape.cdf(start) - 0.9).abs() < 0.01);
    // The same seed, the same bytes; another seed, others.
    assert_eq!(run(0.3), run(0.3));
    assert_ne!(
        sample(&net, Sampling { seed: 1, ..Sampling::default() }),
        sample(&net, Sampling { seed: 2, ..Sampling::default() })
    );
}

#[test]
fn the_catalogue_has_a_network_for_every_kind() {
    let catalog = Catalog::builtin();
    let cost = Usd::millions(1000.0);
    for kind in ProjectKind::ALL {
        let net = project_network(kind, cost, &catalog).expect("a network");
        assert!((net.cost() / cost - 1.0).abs() < 1e-9, "{kind}");
        let path = critical_path(&net, &net.likely());
        let sampled = sample(&net, Sampling::of(&catalog));
        assert!(
            sampled.finish(0.5) >= path.length * 0.98,
            "{kind}: the median is not before the likely path"
        );
        assert!(sampled.finish(0.9) > sampled.finish(0.5), "{kind}");
        assert_eq!(kind.as_str().parse::<ProjectKind>(), Ok(kind));
    }
    assert!("palace".parse::<ProjectKind>().expect_err("unknown").contains("retrofit-liquid"));
}

/// Earthworks, shell, installation and commissioning are parts of a published 18 to 24 months, 21 in the middle.
#[test]
fn the_building_takes_the_published_time() {
    let catalog = Catalog::builtin();
    let facts = &catalog.construction;
    let sum = |of: fn(&quarterdeck_catalog::DurationFact) -> Seconds| -> Seconds {
        ["site-work", "shell", "electrical", "commissioning"]
            .iter()
            .map(|id| of(&facts.activity(id).expect("an activity").duration))
            .sum()
    };
    let months = |time: Seconds| time.as_years() * 12.0;
    assert!((months(sum(|fact| fact.low)) - 18.0).abs() < 1e-9);
    assert!((months(sum(|fact| fact.high)) - 24.0).abs() < 1e-9);
    assert!((sum(|fact| fact.likely) / catalog.facility.project.build_time.value - 1.0).abs() < 1e-9);
}

/// The grid decides a new site, and the power transformer an expansion: what the lead times of 2025 say.
#[test]
fn what_decides_is_power_and_not_concrete() {
    let catalog = Catalog::builtin();
    let decides = |kind, id: &str| {
        let net = project_network(kind, Usd::millions(1.0), &catalog).expect("a network");
        let sampled = sample(&net, Sampling::of(&catalog));
        sampled.criticality[net.place(id).expect("an activity")]
    };
    assert!(decides(ProjectKind::NewSite, "grid-connection") > 0.75);
    assert!(decides(ProjectKind::NewSite, "shell") < 0.05);
    assert!(decides(ProjectKind::Expansion, "transformer") > 0.9);
    assert!(decides(ProjectKind::PoweredSite, "shell") > 0.5);
}

#[test]
fn what_takes_longer_is_ordered_earlier() {
    let catalog = Catalog::builtin();
    let net = project_network(ProjectKind::NewSite, Usd::millions(1.0), &catalog).expect("a network");
    let sampled = sample(&net, Sampling::of(&catalog));
    let need = Quarter::new(2030, 1);
    let dates = order_by(&net, &sampled, need);
    for date in &dates {
        assert!(date.month_p90 <= date.month_p50 && date.month_p50.quarter() < need);
        assert!(date.p90 >= date.p50);
        for before in &net.activities()[date.place].after {
            assert!(dates[*before].p50 > date.p50, "an activity begins after what it waits for");
        }
    }
    let of = |id: &str| &dates[net.place(id).expect("an activity")];
    assert!(of("grid-connection").month_p50 < of("transformer").month_p50);
    assert!(of("transformer").month_p50 < of("switchgear").month_p50);
    // The project as a whole starts no later than its first activity.
    let first = dates.iter().map(|date| date.p50).fold(Seconds::ZERO, Seconds::max);
    assert!(sampled.finish(0.5) >= first);
}

#[test]
fn a_retrofit_keeps_its_hall_until_the_equipment_has_come() {
    let catalog = Catalog::builtin();
    let of =
        |kind| project_terms(kind, Usd::millions(20.0), Sampling::of(&catalog), &catalog).expect("terms");
    let water = of(ProjectKind::RetrofitLiquid);
    let outage = water.outage.expect("a hall out of service");
    assert!(outage < water.lead_time.duration() && outage > weeks(20.0), "{outage}");
    assert!(of(ProjectKind::RetrofitAirAssisted).outage.expect("one") < outage);
    assert_eq!(of(ProjectKind::Expansion).outage, None);
}

const SCENARIO: &str = r#"
schema = 1
name = "lead-times"
[horizon]
start = "2025-Q1"
end = "2034-Q4"
discount_rate = "8 %/yr"
price_year = 2025
[[site]]
id = "north"
it_power = "60 MW"
cooling = "air"
climate = "temperate"
assumed = "a test"
[[project]]
id = "more"
site = "north"
adds = { it_power = "30 MW", cooling = "liquid" }
cost = "12 USD/W"
assumed = "a test"
[[project]]
id = "water"
site = "north"
adds = { it_power = "20 MW", cooling = "liquid" }
removes = "15 MW"
cost = "2 USD/W"
spending = ["50 %", "50 %"]
assumed = "a test"
[[project]]
id = "far"
site = "far"
climate = "hot-dry"
adds = { it_power = "90 MW", cooling = "liquid" }
cost = "12 USD/W"
assumed = "a test"
[[project]]
id = "known"
site = "north"
adds = { it_power = "10 MW", cooling = "air" }
cost = "11 USD/W"
lead_time = "5 quarters"
assumed = "a test"
"#;

#[test]
fn a_scenario_without_lead_times_takes_them_from_the_networks() {
    let catalog = Catalog::builtin();
    let read = resolve_text(SCENARIO, &catalog).value;
    let mut scenario = read.unwrap_or_else(|faults| panic!("{faults}"));
    let known = scenario.projects[3].clone();
    let completed = complete_projects(&mut scenario, &catalog).expect("networks");
    let kinds: Vec<(&str, ProjectKind)> =
        completed.iter().map(|entry| (entry.project.as_str(), entry.terms.kind)).collect();
    let expected = [
        ("more", ProjectKind::Expansion),
        ("water", ProjectKind::RetrofitLiquid),
        ("far", ProjectKind::NewSite),
    ];
    assert_eq!(kinds, expected);
    // What is stated stays.
    assert_eq!(scenario.projects[3], known);
    assert_eq!(scenario.projects[1].spending.len(), 2);
    let far = &scenario.projects[2];
    assert!(far.lead_time.expect("one") > scenario.projects[0].lead_time.expect("one"));
    assert!(far.cancel_cost.is_some_and(|cost| cost.0 > 0.0 && cost.0 < 0.6));
    assert_eq!(far.pause_cost.expect("one").0, catalog.construction.terms.holding.value);
    assert_eq!(complete_projects(&mut scenario, &catalog).expect("networks"), []);
}

/// What `design` prints can be pasted, and reads back as what was meant.
#[test]
fn the_block_to_paste_is_a_project_of_a_scenario() {
    let catalog = Catalog::builtin();
    let cost = UsdPerWatt::per_watt(12.7);
    let adds = Delivery {
        it_power: Watts::megawatts(48.0),
        cooling: Cooling::Liquid,
        rack_density_max: Watts::kilowatts(140.0),
    };
    for kind in ProjectKind::ALL {
        let terms =
            project_terms(kind, cost * adds.it_power, Sampling::of(&catalog), &catalog).expect("terms");
        let block = project_block("hall-9", "north", &adds, cost, &terms);
        let head = SCENARIO.split("[[project]]").next().expect("a head");
        let read = resolve_text(&format!("{head}{block}"), &catalog);
        assert_eq!(read.warnings.list, [], "{block}");
        let scenario = read.value.unwrap_or_else(|faults| panic!("{faults}\n{block}"));
        let project = &scenario.projects[0];
        assert_eq!(project.lead_time, Some(terms.lead_time));
        assert_eq!((project.adds.clone(), project.cost), (adds.clone(), cost));
        let sum: f64 = project.spending.iter().map(|share| share.0).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        for (written, meant) in project.spending.iter().zip(&terms.spending) {
            assert!((written.0 - meant.0).abs() < 1.001e-3);
        }
        assert_eq!(project.spending.len() as i32, Quarters(terms.lead_time.0).0);
    }
}
