//! Designs of every kind from 64 to 24,576 devices: parts that fit their ports, sums that hold, refusals that help.

use std::sync::LazyLock;

use proptest::prelude::*;
use quarterdeck_catalog::Catalog;
use quarterdeck_facility::Prices;
use quarterdeck_facility::network::{
    FabricBill, FabricCounts, FabricPolicy, NoFabric, PartKind, Reach, Role, back_end_fabric,
};
use quarterdeck_units::PriceYear;

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::builtin);

const SHAPES: [&str; 8] = [
    "clos",
    "clos,over=3:1",
    "clos:3,core=7:1",
    "clos:3,leaf=2:1,core=2:1",
    "clos,planes=2",
    "rail-only",
    "dragonfly",
    "clos:3,core=7:1,pod=1024",
];

fn design(platform: &str, count: u64, switch: Option<&str>, shape: &str) -> Result<FabricBill, NoFabric> {
    let prices = Prices::new(&CATALOG.money, PriceYear(2024));
    let policy = FabricPolicy { shape: shape.parse().expect("a shape"), ..FabricPolicy::BACK_END };
    let platform = CATALOG.platform(platform).expect("a platform");
    back_end_fabric(&CATALOG, platform, count, switch, policy, &prices)
}

fn check(bill: &FabricBill, shape: &str) {
    let structure = &bill.structure;
    assert!(structure.tiers.len() <= 4 && structure.joins.len() <= 4, "{shape}");
    assert_eq!(structure.tiers[0].role, Role::Endpoint);
    assert_eq!(structure.tiers[0].count, bill.ports, "{shape}");
    if let Some(id) = &bill.switch {
        let switch = CATALOG.fabric.switch(id).expect("a switch");
        let split =
            (switch.port_rate.value / (bill.port_rate / structure.planes as f64)).max(1.0).round() as u64;
        for (place, tier) in structure.tiers.iter().enumerate().filter(|(_, tier)| tier.role.is_switch()) {
            let ports = tier.count * u64::from(switch.ports.value) * split;
            assert!(structure.ports_used(place) <= ports, "{shape}: {tier:?} of {id}");
        }
        let bought: f64 =
            bill.lines.iter().filter(|line| line.kind == PartKind::Switch).map(|line| line.count).sum();
        assert_eq!(bought, bill.switches() as f64, "{shape}");
    }
    for tier in &structure.tiers {
        assert!(tier.groups >= 1 && tier.groups <= tier.count.max(1), "{shape}: {tier:?}");
    }
    let range = bill.cost_range();
    assert!(range.low.is_positive() && range.low <= range.typical && range.typical <= range.high, "{shape}");
    assert!((range.typical / (bill.switch_cost() + bill.link_cost()) - 1.0).abs() < 1e-12, "{shape}");
    assert!((bill.power() / (bill.switch_power() + bill.link_power()) - 1.0).abs() < 1e-12, "{shape}");
    let cables: f64 = Reach::ALL.iter().map(|reach| bill.cables(*reach)).sum();
    assert!(cables > 0.0 && cables <= bill.links() as f64, "{shape}");
    assert!(bill.bisection() <= bill.injection() * 0.5 * (1.0 + 1e-12), "{shape}");
    assert!(structure.hops.mean <= f64::from(structure.hops.worst) + 1e-12, "{shape}");
    assert!(!bill.provenance.sources.is_empty(), "{shape}");
}

#[test]
fn designs_hold_from_small_to_large() {
    for count in [8, 64, 128, 512, 3072] {
        for shape in SHAPES {
            let bill =
                design("h100-hgx-8", count, None, shape).unwrap_or_else(|error| panic!("{shape}: {error}"));
            assert_eq!(bill.ports, 8 * count, "{shape}");
            check(&bill, shape);
        }
    }
    for count in [1, 8, 64] {
        check(&design("tpu-v4", count, None, "torus").expect("a torus"), "torus");
    }
}

/// The catalogue's usual path: a plan of 64 devices is one switch, one of 24,576 has tiers that a picture can hold.
#[test]
fn two_sizes_are_drawn_alike() {
    let small = design("h100-hgx-8", 8, Some("qm9700"), "clos").expect("a fabric");
    assert_eq!((small.structure.switches(), small.structure.hops.worst), (1, 1));
    let large = design("h100-hgx-8", 3072, Some("qm9700"), "clos").expect("a fabric");
    let tiers: Vec<_> =
        large.structure.tiers.iter().map(|tier| (tier.role, tier.count, tier.groups)).collect();
    assert_eq!(
        tiers,
        [(Role::Endpoint, 24_576, 24), (Role::Leaf, 768, 24), (Role::Spine, 768, 24), (Role::Core, 384, 1)]
    );
    // Leaves of 32 ports on 8 rails serve 32 servers in eight racks: cables along the row.
    assert_eq!(large.cables(Reach::Row), 24_576.0);
    assert_eq!(large.cables(Reach::Hall), 2.0 * 24_576.0);
}

#[test]
fn refusals_name_what_would_work() {
    let refused =
        |count, switch, shape| design("h100-hgx-8", count, switch, shape).expect_err(shape).to_string();
    assert!(refused(0, None, "clos").contains("at least one endpoint"));
    assert!(refused(512, Some("qm9700"), "clos:2").contains("they join 2048; take a tier more"));
    assert!(refused(3072, Some("qm9700"), "clos:3,core=7:1,pod=3072").contains("take `pod=1792`"));
    assert!(refused(3, None, "rail-only,rails=7").contains("take 21 or 28"));
    assert!(refused(40_000, Some("qm9700"), "dragonfly").contains("take routers of 67 ports or more"));
    assert!(refused(3, None, "torus").contains("take 64"));
    assert!(refused(8, Some("qm970"), "clos").contains("did you mean `qm9700`"));
    assert!(refused(8, Some("qm8700"), "clos").contains("less than the 400 Gbit/s"));
    assert!(design("tpu-v4", 64, None, "clos").expect_err("none").to_string().contains("no back-end ports"));
    let alone = design("l4-server-8", 8, None, "torus").expect_err("none").to_string();
    assert!(alone.contains("no links between its devices"), "{alone}");
}

#[test]
fn a_torus_needs_no_packet_switch() {
    let bill = design("tpu-v4", 64, None, "torus").expect("a torus");
    assert_eq!((bill.switches(), bill.switch.as_deref()), (0, None));
    let FabricCounts::Torus(found) = bill.counts else { panic!("a torus") };
    // Copper links whole, optical ones from either side.
    assert_eq!(found.copper_links() + bill.structure.joins[1].links / 2, found.links());
    // A module in every cube for each of its fibres; the switch has mirrors only.
    let modules: u64 = bill.optics.iter().map(|optics| optics.modules * u64::from(optics.module_ports)).sum();
    assert_eq!(modules, bill.structure.joins[1].links);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A narrower top never carries more, and on the same switch costs no more but for whole switches in small fabrics.
    #[test]
    fn narrower_is_never_dearer(count in 1u64..1500, over in 1.0f64..8.0) {
        let of = |over: f64| design("h100-hgx-8", count, Some("qm9700"), &format!("clos:3,core={over}:1"));
        if let (Ok(free), Ok(tight)) = (of(1.0), of(over)) {
            check(&tight, "clos:3");
            prop_assert!(tight.bisection() <= free.bisection() * (1.0 + 1e-12));
            prop_assert!(tight.cost() <= free.cost() * 1.05, "{} {}", tight.cost(), free.cost());
        }
    }
}
