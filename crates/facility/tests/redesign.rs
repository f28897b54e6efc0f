//! Sites of two eras: factors by hand, every basis beside the published range, money by class.

use quarterdeck_catalog::{Catalog, Climate, Cooling, Origin};
use quarterdeck_facility::growth::{Basis, CoreShare, Counted, Era, bases, growth_factor};
use quarterdeck_facility::redesign::{CostClassOfSite, Redesign, RedesignFault, redesign};
use quarterdeck_facility::site::Block;
use quarterdeck_scenario::{DesignSize, SiteDesign, resolve_design_text};
use quarterdeck_units::{Count, PriceYear, Watts};

const OLD: &str = include_str!("../../../examples/meta-cpu-site.toml");
const NEW: &str = include_str!("../../../examples/meta-gpu-site.toml");

fn design(text: &str, catalog: &Catalog) -> SiteDesign {
    let read = resolve_design_text(text, catalog);
    assert_eq!(read.warnings.list, []);
    read.value.unwrap_or_else(|faults| panic!("{faults}"))
}

fn compared(catalog: &Catalog) -> Redesign {
    redesign(&design(OLD, catalog), &design(NEW, catalog), PriceYear(2024), catalog).expect("two sites")
}

#[test]
fn the_examples_are_compared() {
    let catalog = Catalog::builtin();
    let found = compared(&catalog);
    for (facts, power) in [(&found.old, 54.0), (&found.new, 135.0)] {
        let filled = facts.it_power.as_megawatts();
        assert!(filled <= power * (1.0 + 1e-9) && filled > power * 0.999, "{filled} of {power} MW");
        assert!((facts.network.injection() / facts.injection() - 1.0).abs() < 1e-9, "{}", facts.name);
    }
    // Ports of a server: 25 against 4,000 Gbit/s.
    let ports = found.factor("network capacity: all ports").expect("a factor");
    assert!((ports.per_server.expect("an amount") - 160.0).abs() < 1e-9);
    assert!((ports.old * 1e3 - 25.0 * found.old.servers as f64).abs() < 1e-6);
    // Per megawatt the site's factor less its growth of power.
    let power = found.factor("IT power").expect("a factor");
    assert!((ports.per_megawatt.expect("one") * power.per_site / ports.per_site - 1.0).abs() < 1e-9);
    assert!((power.per_megawatt.expect("one") - 1.0).abs() < 1e-12);
    let heat = found.factor("heat of a rack").expect("a factor");
    assert!((heat.old - 7.2).abs() < 1e-9 && (heat.new - 40.8).abs() < 1e-9 && heat.per_megawatt.is_none());
    let lead = found.factor("lead time, half of all cases").expect("a factor");
    assert_eq!(lead.per_site, 1.0, "both are built to the same template");
    assert_eq!(found.provenance.origin, Origin::Assumed);
}

/// The published 24 to 32 times: not at equal power, whatever else is assumed; per rack and per server it can be.
#[test]
fn the_published_factor_is_set_beside_every_basis() {
    let catalog = Catalog::builtin();
    let found = compared(&catalog).bases;
    assert_eq!(found.published, (24.0, 32.0));
    let view = |basis, counted| {
        found.views.iter().find(|view| view.basis == basis && view.counted == counted).expect("a view")
    };
    assert_eq!(found.views.len(), 9);
    assert!((found.given - view(Basis::Power, Counted::Ports).factor).abs() < 1e-12);
    // By hand: 4,000 Gbit/s in 10.2 kW against 25 Gbit/s in 200 W.
    assert!((found.given - (4000.0 / 10.2) / (25.0 / 0.2)).abs() < 1e-9);
    let verdict = found.verdict();
    assert!(!verdict.reproduced);
    for counted in Counted::ALL {
        let range = view(Basis::Power, counted).range;
        assert!(range.1 < 24.0, "{counted}: {range:?}");
    }
    assert!(verdict.possible.contains(&(Basis::Rack, Counted::Core)));
    assert!(verdict.possible.contains(&(Basis::Server, Counted::Ports)));
    assert!(verdict.possible.iter().all(|(basis, _)| *basis != Basis::Power));
    assert_eq!(found.deciding().name, "what is compared: sites of equal power, racks or servers");
    // A port of 100 Gbit/s against the eight of 400 of the new back end is 32 times.
    assert!((160.0 * 25.0 / 100.0 * 0.8 - 32.0_f64).abs() < 1e-9);
    assert!((view(Basis::Server, Counted::BackEnd).factor - 128.0).abs() < 1e-9);
    // Every share is one, and those of an assumption average to the share of all.
    let (all, inside) = found.combinations;
    let share = inside as f64 / all as f64;
    assert!(inside > 0 && share < 0.3, "{inside} of {all}");
    for assumption in &found.assumptions {
        let mean = assumption.alternatives.iter().map(|value| value.inside).sum::<f64>()
            / assumption.alternatives.len() as f64;
        assert!((mean - share).abs() < 1e-9, "{}", assumption.name);
        assert!(assumption.swing() >= 1.0);
    }
    assert!(found.assumptions.windows(2).all(|pair| pair[0].swing() >= pair[1].swing()));
}

/// The bases agree with the factor that is taken apart, whatever the halls.
#[test]
fn bases_and_growth_agree() {
    let catalog = Catalog::builtin();
    let hall = |cooling, density| {
        Block::example(cooling, Climate::Temperate, Watts::kilowatts(density), &catalog).expect("a block")
    };
    let (old, new) = (hall(Cooling::Air, 8.0), hall(Cooling::Liquid, 140.0));
    let era = |platform: &str, block| Era {
        platform: &catalog.platforms[platform],
        block,
        power: Watts::megawatts(80.0),
        oversubscription: CoreShare { front_end: 3.0, back_end: 7.0 },
    };
    let (before, after) = (era("cpu-1s-2020", &old), era("gb200-nvl72", &new));
    let growth = growth_factor(before, after).expect("both stand");
    let found = bases(before, after, &catalog).expect("both stand");
    let of = |basis, counted| {
        found.views.iter().find(|view| view.basis == basis && view.counted == counted).expect("a view").factor
    };
    let close = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} against {b}");
    close(of(Basis::Power, Counted::Ports), growth.per_kilowatt);
    close(of(Basis::Rack, Counted::Ports), growth.per_rack);
    close(of(Basis::Server, Counted::Ports), growth.per_server);
    close(of(Basis::Rack, Counted::Core), growth.core_per_rack);
}

#[test]
fn money_by_class_sums_and_keeps_its_range() {
    let catalog = Catalog::builtin();
    let found = compared(&catalog);
    for facts in [&found.old, &found.new] {
        let [low, typical, high] = facts.cost.total();
        assert!(low < typical && typical < high);
        let sum: f64 = facts.cost.lines.iter().map(|line| line.typical.as_dollars()).sum();
        assert!((sum / typical.as_dollars() - 1.0).abs() < 1e-12);
        assert!(facts.cost.lines.iter().all(|line| line.low <= line.typical && line.typical <= line.high));
        let network = facts.cost.line(&CostClassOfSite::Network).expect("a class").typical;
        assert!((network / facts.network.cost() - 1.0).abs() < 1e-12);
        // The building by hand: the lowest of the markets, with the premium of its cooling.
        let price = |cooling: Cooling| catalog.facility.project.build[&cooling].value.as_per_watt();
        let texas = catalog.region("us-texas").expect("a region").build_cost.as_ref().expect("a price");
        let index =
            catalog.money.price_index.level["2024"] / catalog.money.price_index.projected["2025"].value;
        let due = texas.value.as_per_watt() * price(facts.block.cooling) / price(Cooling::Air) * index;
        let built = facts.cost.building()[1].as_dollars() / facts.it_power.as_watts();
        assert!((built / due - 1.0).abs() < 1e-9, "{built} against {due}");
    }
    // GPUs cost more than their building many times over; servers cost less than twice theirs.
    let over = |facts: &quarterdeck_facility::redesign::SiteFacts| {
        facts.cost.line(&CostClassOfSite::Machines).expect("a class").typical / facts.cost.building()[1]
    };
    assert!(over(&found.new) > 2.0 && over(&found.old) > 1.0);
}

#[test]
fn a_site_by_number_is_that_site_by_power() {
    let catalog = Catalog::builtin();
    let by_power = design(NEW, &catalog);
    let found = compared(&catalog);
    let by_count =
        SiteDesign { size: DesignSize::Platforms(Count(found.new.platforms as f64)), ..by_power.clone() };
    let again = redesign(&design(OLD, &catalog), &by_count, PriceYear(2024), &catalog).expect("two sites");
    assert_eq!(again.new, found.new);
    let none = SiteDesign { size: DesignSize::Power(Watts::kilowatts(5.0)), ..by_power };
    let faults = redesign(&none, &none, PriceYear(2024), &catalog).expect_err("too small");
    assert_eq!(faults.len(), 2, "both sites are judged");
    assert!(
        matches!(&faults[0], RedesignFault::TooSmall { .. }) && faults[0].to_string().contains("10.2 kW")
    );
}
