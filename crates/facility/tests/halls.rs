//! Halls: racks by hand, what binds, layouts without overlaps, cables that sum, conversions that lose what they say.

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind};
use quarterdeck_facility::hall::{
    CabledFabric, CarriedAs, HallBind, HallPlan, HallRequest, HallRoom, Layout, RackBind, RackKind,
    RetrofitRequest, Switching, cable_lengths, carry, fill, hall_plan, rack_fit, retrofit,
};
use quarterdeck_facility::network::{Links, NetworkPolicy, platform_network};
use quarterdeck_facility::site::Block;
use quarterdeck_facility::{Misfit, Prices};
use quarterdeck_units::{Metres, PriceYear, Quarter, SquareMetres, Watts};

fn hall(cooling: Cooling, density: f64, megawatts: f64, catalog: &Catalog) -> HallRoom {
    let density = Watts::kilowatts(density);
    let block = Block::example(cooling, Climate::Temperate, density, catalog).expect("a block");
    HallRoom::of(&block, Watts::megawatts(megawatts))
}

fn plan(platform: &str, count: u64, cooling: Cooling, density: f64, catalog: &Catalog) -> (HallPlan, Links) {
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    let platform = catalog.platform(platform).expect("a platform");
    let policy = NetworkPolicy::default().at(Quarter::new(2023, 4));
    let network = platform_network(platform, count, &catalog.fabric, &policy, &prices).expect("a network");
    let switching = Switching::of(&network);
    let block = hall(cooling, density, 1.0, catalog).block;
    let request = HallRequest {
        platform,
        count,
        block: &block,
        floor: FloorKind::Slab,
        hall_power: None,
        network: Some(&switching),
    };
    let links = network.back_end.as_ref().expect("a back end").counts.clos().expect("a Clos network").links;
    (hall_plan(&request, catalog).expect("halls"), links)
}

#[test]
fn a_rack_is_filled_until_something_binds() {
    let catalog = Catalog::builtin();
    let of = |id: &str, density| {
        let platform = catalog.platform(id).expect("a platform");
        rack_fit(platform, &hall(Cooling::Air, density, 10.0, &catalog), &catalog).expect("a rack")
    };
    // Four H100 servers of 10.2 kW, two at 25 kW a rack, one at 12.
    for (density, count, binds) in
        [(45.0, 4.0, RackBind::Layout), (25.0, 2.0, RackBind::Density), (12.0, 1.0, RackBind::Density)]
    {
        let rack = of("h100-hgx-8", density);
        assert_eq!((rack.platforms, rack.binds), (count, binds), "{density} kW");
        assert!((rack.power / (Watts::kilowatts(10.2) * count) - 1.0).abs() < 1e-12);
        // By hand: 130 kg each and the rack itself.
        assert!((rack.weight.as_kilograms() - (150.0 + 130.0 * count)).abs() < 1e-9);
    }
    // 36 servers of a unit each, though the rack has more units.
    assert_eq!(of("cpu-1s-2020", 12.0).platforms, 36.0);
}

/// The rule of the floor by hand: 1,360 kg on 0.6 m by 1.2 m with half of both aisles.
#[test]
fn a_heavy_rack_needs_floor() {
    let catalog = Catalog::builtin();
    let nvl72 = catalog.platform("gb200-nvl72").expect("a platform");
    let on = |floor| {
        let room = hall(Cooling::Liquid, 140.0, 10.0, &catalog).on(floor);
        rack_fit(nvl72, &room, &catalog).expect("a rack")
    };
    let (area, own) = (0.6 * (1.2 + 0.6 + 0.45), 0.6 * 1.2);
    let load = (1360.0 + 75.0 * (area - own) + 50.0 * area) / area;
    let slab = on(FloorKind::Slab);
    assert!((slab.floor_load.as_per_square_metre() / load - 1.0).abs() < 1e-9);
    assert_eq!(slab.spread, 1.0);
    let spread = (1360.0 - 75.0 * own) / (734.0 - 75.0 - 50.0) / area;
    assert!((on(FloorKind::Raised).spread / spread - 1.0).abs() < 1e-9);
    // With that much floor the load is what the floor carries.
    let wide = spread * area;
    let reached = (1360.0 + 75.0 * (wide - own) + 50.0 * wide) / wide;
    assert!((reached - 734.0).abs() < 1e-9);
    // A floor of a third of that can not carry it at any distance.
    let mut weak = catalog.clone();
    let floor = weak.halls.floor.get_mut(&FloorKind::Raised).expect("a floor");
    floor.value = floor.value * 0.4;
    let room = hall(Cooling::Liquid, 140.0, 10.0, &weak).on(FloorKind::Raised);
    let misfit = rack_fit(nvl72, &room, &weak).expect_err("too heavy");
    assert!(matches!(misfit, Misfit::FloorLoad { .. }) && misfit.to_string().contains("slab"), "{misfit}");
}

/// The published pod: 120 kW of machines in two racks, four heat exchangers of 20 kW beside them, six positions.
#[test]
fn sidecars_are_those_of_the_published_pod() {
    let mut catalog = Catalog::builtin();
    let mut half = catalog.platform("gb200-nvl72").expect("a platform").as_ref().clone();
    half.id = "half".into();
    half.power.rated.value = Watts::kilowatts(60.0);
    half.power.idle.value = Watts::kilowatts(10.0);
    half.cooling.kind = Cooling::AirAssistedLiquid;
    half.cooling.liquid_share.value = 80.0 / 120.0;
    catalog = catalog.with_platform(half).expect("a device");
    let half = catalog.platform("half").expect("a platform");
    let rack =
        rack_fit(half, &hall(Cooling::AirAssistedLiquid, 60.0, 10.0, &catalog), &catalog).expect("a rack");
    assert_eq!((rack.sidecars, rack.positions), (2.0, 3.0));
    // All of its heat ends in room air; on facility water only a third does.
    assert_eq!(rack.air_heat, rack.power);
    let wet = rack_fit(half, &hall(Cooling::Liquid, 140.0, 10.0, &catalog), &catalog).expect("a rack");
    assert!((wet.air_heat / wet.power - 1.0 / 3.0).abs() < 1e-12 && wet.sidecars == 0.0);
}

#[test]
fn every_limit_can_bind_and_is_named() {
    let catalog = Catalog::builtin();
    let hgx = catalog.platform("h100-hgx-8").expect("a platform");
    let nvl72 = catalog.platform("gb200-nvl72").expect("a platform");
    let binds = |platform, room: &HallRoom| fill(platform, room, None, &catalog).expect("a hall").binds;
    let air = hall(Cooling::Air, 45.0, 10.0, &catalog);
    let water = hall(Cooling::Liquid, 140.0, 10.0, &catalog);
    assert_eq!(binds(hgx, &air), HallBind::Power);
    assert_eq!(binds(hgx, &air.clone().with_positions(100.0)), HallBind::Space);
    // Air-cooled servers in a hall on water fill its air handlers first.
    assert_eq!(binds(hgx, &water), HallBind::AirCooling);
    assert_eq!(binds(nvl72, &water), HallBind::Power);
    let raised = water.clone().on(FloorKind::Raised).with_positions(100.0);
    assert_eq!(binds(nvl72, &raised), HallBind::FloorLoad);
    let mut short = air.clone().with_positions(400.0);
    short.reach = Some(Metres::metres(12.0));
    assert_eq!(binds(hgx, &short), HallBind::Reach);
    let mut dry = catalog.clone();
    let need = dry.platforms.get("gb200-nvl72").expect("a platform").as_ref().clone();
    let mut wetter = need;
    wetter.cooling.liquid_share.value = 1.0;
    dry = dry.with_platform(wetter).expect("a device");
    let wetter = dry.platform("gb200-nvl72").expect("a platform");
    assert_eq!(fill(wetter, &water, None, &dry).expect("a hall").binds, HallBind::WaterCooling);
    // 75 racks of 132 kW in 10 MW, and the rest of the power is left.
    let full = fill(nvl72, &water, None, &catalog).expect("a hall");
    assert_eq!((full.platforms, full.racks.compute, full.racks.cdu), (75, 75, 6));
    assert!((full.filled + full.stranded - water.power).as_watts().abs() < 1e-6);
}

proptest! {
    /// More of anything never carries fewer, and what binds is the least of what each resource carries.
    #[test]
    fn more_never_carries_less(
        megawatts in 0.5f64..40.0, more in 0.0f64..20.0, positions in 20.0f64..2_000.0, extra in 0.0f64..500.0,
        density in 12.0f64..60.0,
    ) {
        let catalog = catalog();
        let hgx = catalog.platform("h100-hgx-8").expect("a platform");
        let room = hall(Cooling::Air, density, megawatts, catalog).with_positions(positions);
        let found = fill(hgx, &room, None, catalog).expect("a hall");
        let least = found.usages.iter().map(|usage| usage.carries).fold(f64::INFINITY, f64::min);
        prop_assert_eq!(found.platforms, (least + 1e-9).floor() as u64);
        prop_assert!(found.filled <= room.power * (1.0 + 1e-9));
        prop_assert!(found.racks.total() as f64 <= positions + 4.0);
        let larger = HallRoom { power: room.power + Watts::megawatts(more), ..room.clone() };
        let larger = larger.with_positions(positions + extra);
        prop_assert!(fill(hgx, &larger, None, catalog).expect("a hall").platforms >= found.platforms);
    }

    /// Racks of a hall stand on its floor, none in another, and as many of each kind as are counted.
    #[test]
    fn layouts_hold_every_rack_once(count in 1u64..700, choice in 0usize..3) {
        let catalog = catalog();
        let (id, cooling, density) = [
            ("h100-hgx-8", Cooling::Air, 45.0),
            ("gb200-nvl72", Cooling::Liquid, 140.0),
            ("cpu-1s-2020", Cooling::Air, 12.0),
        ][choice];
        // A processor server has no back end; give the plan another network's links then.
        let block = hall(cooling, density, 1.0, catalog).block;
        let platform = catalog.platform(id).expect("a platform");
        let prices = Prices::new(&catalog.money, PriceYear(2024));
        let policy = NetworkPolicy::default();
        let network = platform_network(platform, count, &catalog.fabric, &policy, &prices).expect("a network");
        let switching = Switching::of(&network);
        let request = HallRequest {
            platform, count, block: &block, floor: FloorKind::Slab, hall_power: Some(Watts::megawatts(3.0)),
            network: Some(&switching),
        };
        let plan = hall_plan(&request, catalog).expect("halls");
        let layout = &plan.layout;
        prop_assert!(plan.platforms_per_hall * plan.halls >= count);
        prop_assert_eq!(layout.count(RackKind::Compute) as u64, plan.racks_per_hall.compute);
        prop_assert_eq!(layout.count(RackKind::Network) as u64, plan.racks_per_hall.network);
        prop_assert_eq!(layout.count(RackKind::Storage) as u64, plan.racks_per_hall.storage);
        prop_assert_eq!(layout.count(RackKind::Cdu) as u64, plan.racks_per_hall.cdu);
        check_floor(layout)?;
        for most in [1, 40, 400, 100_000] {
            let tiles = layout.tiles(most);
            let racks: u32 = tiles.iter().map(|tile| tile.racks).sum();
            prop_assert_eq!(racks as usize, layout.racks.len());
            prop_assert!(tiles.len() <= most.max(layout.rows as usize));
        }
    }
}

fn check_floor(layout: &Layout) -> Result<(), TestCaseError> {
    let near = Metres::metres(1e-9);
    for rack in &layout.racks {
        prop_assert!(rack.x >= Metres::ZERO && rack.x + rack.width <= layout.width + near);
        prop_assert!(rack.y >= Metres::ZERO && rack.y + rack.depth <= layout.depth + near);
    }
    for (place, a) in layout.racks.iter().enumerate() {
        for b in &layout.racks[place + 1..] {
            let beside = a.x + a.width <= b.x + near || b.x + b.width <= a.x + near;
            let behind = a.y + a.depth <= b.y + near || b.y + b.depth <= a.y + near;
            prop_assert!(beside || behind, "{a:?} and {b:?}");
        }
    }
    Ok(())
}

fn catalog() -> &'static Catalog {
    static CATALOG: std::sync::OnceLock<Catalog> = std::sync::OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

/// A picture of 64 GPUs shows each rack; one of 24,576 shows rows and stays small.
#[test]
fn pictures_are_legible_at_both_ends() {
    let catalog = catalog();
    let (small, _) = plan("h100-hgx-8", 8, Cooling::Air, 45.0, catalog);
    assert_eq!((small.halls, small.racks.compute), (1, 2));
    assert_eq!(small.layout.tiles(200).len(), small.layout.racks.len());
    let (large, _) = plan("h100-hgx-8", 3_072, Cooling::Air, 45.0, catalog);
    assert_eq!(large.racks.compute, 768);
    assert!(large.halls >= 3 && large.groups_per_hall > 1);
    let tiles = large.layout.tiles(200);
    assert!(tiles.len() <= 200 && tiles.len() > large.layout.rows as usize);
    assert!(large.area > SquareMetres::square_metres(1_000.0));
    // Whole groups of 32 servers, as the published unit has them.
    assert_eq!((large.group_platforms, large.platforms_per_hall % 32), (32, 0));
}

#[test]
fn cables_sum_to_the_links_and_grow_with_the_halls() {
    let catalog = catalog();
    let mut longest = Metres::ZERO;
    for count in [8, 128, 1_024, 3_072] {
        let (plan, links) = plan("h100-hgx-8", count, Cooling::Air, 45.0, catalog);
        let fabric = CabledFabric { links, fabrics: 1, top_of_rack: false };
        let tiers = cable_lengths(&plan.layout, &fabric, catalog);
        assert_eq!(tiers.iter().map(|tier| tier.cables).sum::<u64>(), links.total(), "{count}");
        for tier in &tiers {
            let by_class: u64 = tier.by_class.iter().map(|(_, cables)| cables).sum();
            assert_eq!(by_class, tier.cables, "{count} {}", tier.tier);
            assert!(tier.mean <= tier.longest && tier.mean.is_positive() && !tier.too_long);
        }
        let most = tiers.iter().map(|tier| tier.longest).fold(Metres::ZERO, Metres::max);
        assert!(most >= longest, "{count}");
        longest = most;
    }
    // Servers of a front end reach the top of their rack in copper, whatever the size of the hall.
    let (plan, links) = plan("h100-hgx-8", 1_024, Cooling::Air, 45.0, catalog);
    let fabric = CabledFabric { links, fabrics: 2, top_of_rack: true };
    let first = &cable_lengths(&plan.layout, &fabric, catalog)[0];
    assert_eq!(first.by_class[0], ("copper".to_owned(), 2 * links.endpoint_leaf));
    // 24,576 GPUs in several halls need single-mode fibre for their core.
    assert!(longest > Metres::metres(50.0), "{longest}");
}

#[test]
fn an_old_hall_carries_what_it_can_and_says_what_would_carry_the_rest() {
    let catalog = catalog();
    let old = hall(Cooling::Air, 12.0, 8.0, catalog).with_area(SquareMetres::square_metres(1_800.0), catalog);
    let all = carry(&old, catalog);
    assert_eq!(all.len(), catalog.platforms.len());
    let of = |id: &str| all.iter().find(|carried| carried.platform == id).expect("a platform");
    assert!(matches!(&of("cpu-1s-2020").how, CarriedAs::Now(fill) if fill.platforms > 20_000));
    let hgx = of("h100-hgx-8");
    assert!(matches!(&hgx.how, CarriedAs::Now(fill) if fill.rack.binds == RackBind::Density));
    let nvl72 = of("gb200-nvl72");
    assert!(matches!(nvl72.why_not, Some(Misfit::Cooling { .. })));
    match &nvl72.how {
        CarriedAs::After { cooling, fill, .. } => {
            assert_eq!((*cooling, fill.binds), (Cooling::Liquid, HallBind::Power));
            // The floor of its time lets them stand apart only; at 132 kW each there is room.
            assert!(fill.rack.spread > 1.5);
        }
        other => panic!("{other:?}"),
    }
    assert!(of("b200-hgx-8").why_not.is_some(), "14 kW are more than a rack of 12 kW");
}

#[test]
fn a_conversion_in_parts_takes_longer_and_loses_less() {
    let catalog = catalog();
    let prices = Prices::new(&catalog.money, PriceYear(2025));
    let old = hall(Cooling::Air, 12.0, 8.0, catalog);
    let of = |to, phases| {
        let request = RetrofitRequest { hall: &old, to, climate: Climate::Temperate, phases };
        retrofit(&request, &prices, catalog).expect("a conversion")
    };
    let (at_once, in_parts) = (of(Cooling::Liquid, 1), of(Cooling::Liquid, 4));
    assert!(in_parts.time > at_once.time && in_parts.lost < at_once.lost);
    assert_eq!(in_parts.power_out, old.power / 4.0);
    // By hand: 6 and 20 weeks.
    let weeks = |time: quarterdeck_units::Seconds| time.as_days() / 7.0;
    assert!((weeks(at_once.time) - 26.0).abs() < 1e-9 && (weeks(in_parts.time) - 44.0).abs() < 1e-9);
    let lost = weeks(in_parts.lost / old.power);
    assert!((lost - (6.0 + 20.0 / 4.0)).abs() < 1e-9);
    // 2 USD/W, between 1.5 and 4.
    let millions = at_once.cost.map(|cost| cost.as_millions());
    assert!(
        millions.iter().zip([12.0, 16.0, 32.0]).all(|(found, due)| (found - due).abs() < 1e-9),
        "{millions:?}"
    );
    // PUE from 1.12 to 1.10.
    assert!((at_once.freed_site_power.as_kilowatts() - 160.0).abs() < 1e-6);
    assert!((at_once.freed_it_power / old.power - (1.12 / 1.10 - 1.0)).abs() < 1e-9);
    assert_eq!(at_once.after.block.cooling, Cooling::Liquid);
    // Racks of 12 kW become racks of 155 kW.
    assert!((at_once.freed_positions - (8_000.0 / 12.0 - 8_000.0 / 155.0)).abs() < 1e-9);
    assert!(at_once.project.outage.is_some());
    let assisted = of(Cooling::AirAssistedLiquid, 1);
    assert!(assisted.time < at_once.time && assisted.cost[1] < at_once.cost[1]);
    assert!(assisted.freed_site_power < Watts::ZERO, "sidecar fans cost more than they save");
    let request = RetrofitRequest { hall: &old, to: Cooling::Air, climate: Climate::Temperate, phases: 1 };
    assert!(
        retrofit(&request, &prices, catalog).expect_err("no conversion").to_string().contains("air->air")
    );
}
