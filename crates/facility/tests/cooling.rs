//! Plants through typical years: energy closes, heat leaves, and comparison with published fleets and with the
//! judged tables that plans use.

use std::sync::OnceLock;

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Climate, Cooling};
use quarterdeck_facility::Prices;
use quarterdeck_facility::cooling::{
    ChoiceQuestion, CoolingDesign, ItLoad, Plant, Reason, YearOfOperation, choose, designs, suits,
};
use quarterdeck_facility::power::{PowerChain, Redundancy};
use quarterdeck_facility::weather::{Air, WeatherYear, typical_year};
use quarterdeck_units::{Joules, Litres, PriceYear, UsdPerJoule, Watts};

/// The catalogue, read once.
fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

const IT: Watts = Watts::megawatts(20.0);

/// A new large hall on liquid gives this share of its heat to it.
const LIQUID_SHARE: f64 = 0.87;

fn plant(catalog: &Catalog, design: &str, chain: &str, draw: f64) -> Plant {
    let chain = PowerChain::of(chain, Redundancy::NPlusOne, IT, catalog).expect("a chain");
    let design = CoolingDesign::of(design, catalog).expect("a design");
    let load = ItLoad { draw: IT * draw, peak: IT, liquid_share: LIQUID_SHARE, fan_share: 0.10 };
    Plant::new(&design, load, &chain)
}

fn weather(catalog: &Catalog, climate: &str) -> WeatherYear {
    typical_year(catalog.climate(climate).expect("a climate"))
}

fn year(catalog: &Catalog, design: &str, climate: &str, chain: &str) -> YearOfOperation {
    plant(catalog, design, chain, 0.8).year(&weather(catalog, climate))
}

fn line(found: &YearOfOperation) -> String {
    format!(
        "{:22} {:12} PUE {:.3}, worst hour {:.3}; WUE {:.2} L/kWh; hours free {}, assisted {}, mechanical {}; \
         {} too warm by up to {:.1} K; {:.3} W/W of compute",
        found.design,
        found.climate,
        found.pue,
        found.peak.pue,
        found.wue.as_per_kilowatt_hour(),
        found.hours.free,
        found.hours.assisted,
        found.hours.mechanical,
        found.over_hours,
        found.air_over_max.max(found.liquid_over_max),
        found.watts_per_compute_watt
    )
}

#[test]
fn every_design_runs_through_every_class_and_the_months_sum_to_the_year() {
    let catalog = catalog();
    for design in designs(catalog).expect("designs") {
        for climate in Climate::ALL {
            let found = year(catalog, &design.id, climate.as_str(), "modern");
            println!("{}", line(&found));
            assert!((1.0..2.0).contains(&found.pue), "{}", line(&found));
            let hours = found.hours;
            assert_eq!(hours.free + hours.assisted + hours.mechanical, 8760);
            let energy: Joules = found.months.iter().map(|month| month.energy.facility()).sum();
            let water: Litres = found.months.iter().map(|month| month.water).sum();
            assert!((energy / found.energy.facility() - 1.0).abs() < 1e-12);
            assert!((water.as_litres() - found.water.as_litres()).abs() <= 1e-9 * water.as_litres());
            assert!(found.peak.pue >= found.pue - 1e-9, "the worst hour is no better than the mean");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// What the meter shows leaves the site as heat, hour by hour, to one part in a billion.
    #[test]
    fn energy_closes_in_every_hour(
        index in 0_usize..15,
        chain in 0_usize..4,
        redundancy in 0_usize..3,
        draw in 0.05_f64..1.0,
        liquid_share in 0.0_f64..1.0,
        dry_bulb in -35.0_f64..52.0,
        depression in 0.0_f64..0.9,
        shift in -4.0_f64..6.0,
    ) {
        let catalog = catalog();
        let all = designs(catalog).expect("designs");
        let design = all[index % all.len()].clone().shifted(shift);
        let names: Vec<&String> = catalog.power.chain.keys().collect();
        let chain = PowerChain::of(names[chain % names.len()], Redundancy::ALL[redundancy], IT, catalog).expect("a chain");
        let load = ItLoad { draw: IT * draw, peak: IT, liquid_share, fan_share: 0.1 };
        let wet_bulb = dry_bulb - depression * (dry_bulb + 40.0) * 0.4;
        let air = Air { dry_bulb, wet_bulb, dew_point: wet_bulb - (dry_bulb - wet_bulb) * 0.6 };
        let hour = Plant::new(&design, load, &chain).hour(air);
        prop_assert!((hour.rejected / hour.facility() - 1.0).abs() < 1e-9, "{hour:?}");
        prop_assert!(hour.pue() > 1.0 && hour.pue() < 4.0 && hour.water >= Litres::ZERO);
        for part in [hour.conversion, hour.air_fans, hour.pumps, hour.heat_rejection, hour.compressors] {
            prop_assert!(part >= Watts::ZERO && part.is_finite());
        }
    }

    /// Warmer air never lowers the power of compressors of a plant on dry coolers.
    #[test]
    fn warmer_air_is_never_cheaper_for_compressors(from in -20.0_f64..45.0, more in 0.0_f64..5.0) {
        let catalog = catalog();
        for id in ["air-dry", "liquid-w32-dry"] {
            let plant = plant(catalog, id, "eco", 1.0);
            let power = |dry_bulb: f64| {
                plant.hour(Air { dry_bulb, wet_bulb: dry_bulb - 5.0, dew_point: dry_bulb - 9.0 }).compressors
            };
            prop_assert!(power(from + more) >= power(from), "{id}");
        }
    }
}

/// A published range, and the design, place and chain that stand for it.
struct Anchor {
    what: &'static str,
    design: &'static str,
    climate: &'static str,
    chain: &'static str,
    low: f64,
    high: f64,
}

const fn anchor(
    what: &'static str,
    (design, climate, chain): (&'static str, &'static str, &'static str),
    (low, high): (f64, f64),
) -> Anchor {
    Anchor { what, design, climate, chain, low, high }
}

const PUE: &[Anchor] = &[
    anchor("Meta's fleet: Prineville", ("outside-evaporative", "prineville", "rack-battery"), (1.08, 1.09)),
    anchor("Meta's fleet: Altoona", ("outside-evaporative", "altoona", "rack-battery"), (1.08, 1.09)),
    anchor("Meta's fleet: Luleå", ("outside-evaporative", "lulea", "rack-battery"), (1.08, 1.09)),
    anchor(
        "Google's fleet: Council Bluffs",
        ("liquid-w27-tower", "council-bluffs", "rack-battery"),
        (1.09, 1.09),
    ),
    anchor("Google's fleet: Hamina", ("outside-evaporative", "hamina", "rack-battery"), (1.09, 1.09)),
    anchor("new liquid halls: Frankfurt", ("liquid-w32-dry", "frankfurt", "modern"), (1.03, 1.30)),
    anchor("new liquid halls: Singapore", ("liquid-w32-dry", "singapore", "modern"), (1.03, 1.30)),
    anchor("new large halls: Ashburn", ("air-dry", "ashburn", "modern"), (1.00, 1.30)),
    anchor("new large halls: Singapore", ("air-tower", "singapore", "modern"), (1.00, 1.30)),
];
const WUE: &[Anchor] = &[
    anchor("adiabatic assist: Ashburn", ("liquid-w32-adiabatic", "ashburn", "modern"), (0.15, 0.17)),
    anchor("adiabatic assist: Prineville", ("liquid-w32-adiabatic", "prineville", "modern"), (0.15, 0.17)),
    anchor("towers: Singapore", ("air-tower", "singapore", "modern"), (1.8, 1.8)),
    anchor("towers: Ashburn", ("air-tower", "ashburn", "modern"), (1.8, 1.8)),
];

#[test]
fn published_fleets_bound_the_model() {
    let catalog = catalog();
    let mut outside = Vec::new();
    // Fleets average sites of many ages; water is printed for unnamed ones.
    for (name, anchors, tolerance) in [("PUE", PUE, 0.04), ("WUE", WUE, 0.3)] {
        for one in anchors {
            let found = year(catalog, one.design, one.climate, one.chain);
            let ours = if name == "PUE" { found.pue } else { found.wue.as_per_kilowatt_hour() };
            let gap = (one.low - ours).max(ours - one.high).max(0.0);
            let text =
                format!("{name} {:32} published {} to {}, ours {ours:.3}", one.what, one.low, one.high);
            println!("{text}");
            if gap > tolerance {
                outside.push(text);
            }
        }
    }
    // An old hall: cold air, double conversion on two sides, a third full. Surveys of all halls average 1.5 to 1.6.
    let chain = PowerChain::of("double-conversion", Redundancy::TwoN, IT, catalog).expect("a chain");
    let design = CoolingDesign::of("air-dry", catalog).expect("a design").shifted(-7.0);
    let load = ItLoad { draw: IT * 0.35, ..ItLoad::air(IT) };
    let old = Plant::new(&design, load, &chain).year(&weather(catalog, "ashburn"));
    println!(
        "{:56} 1.50 to 1.60, ours {:.3} for a modern design run as old ones",
        "surveys of all halls", old.pue
    );
    assert!(old.pue > year(catalog, "air-dry", "ashburn", "modern").pue + 0.05);
    assert!(outside.is_empty(), "{outside:#?}");
}

#[test]
fn judged_tables_of_plans_beside_what_is_computed() {
    let catalog = catalog();
    // Designs that large owners build for each kind of hall.
    let usual = [
        (Cooling::Air, "outside-evaporative"),
        (Cooling::AirAssistedLiquid, "sidecar-evaporative"),
        (Cooling::Liquid, "liquid-w32-adiabatic"),
    ];
    let mut worst: f64 = 0.0;
    for (cooling, design) in usual {
        for climate in Climate::ALL.iter().copied() {
            let found = year(catalog, design, climate.as_str(), "modern");
            let pue = catalog.facility.pue(cooling, climate).expect("a PUE").value;
            let wue = catalog.facility.wue(cooling, climate).expect("a WUE").value.as_per_kilowatt_hour();
            println!(
                "{:20} {:11} PUE table {pue:.2} computed {:.3} ({:+.3}); WUE table {wue:.2} computed {:.2}",
                cooling.as_str(),
                climate.as_str(),
                found.pue,
                found.pue - pue,
                found.wue.as_per_kilowatt_hour()
            );
            worst = worst.max((found.pue - pue).abs());
        }
    }
    println!("largest difference of PUE {worst:.3}");
    assert!(worst < 0.12, "tables and model have drifted apart: {worst:.3}");
}

#[test]
fn pue_hides_what_watts_per_compute_watt_shows() {
    let catalog = catalog();
    let air = year(catalog, "outside-evaporative", "stockholm", "modern");
    let liquid = year(catalog, "liquid-w40-dry", "stockholm", "modern");
    println!("{}\n{}", line(&air), line(&liquid));
    let gain = |a: f64, b: f64| a / b;
    assert!(
        gain(air.watts_per_compute_watt, liquid.watts_per_compute_watt) > gain(air.pue, liquid.pue) + 0.05,
        "fans that vanish count for more than PUE shows"
    );
}

#[test]
fn a_refusal_names_what_works() {
    let catalog = catalog();
    let phoenix = weather(catalog, "phoenix");
    let no = |platform: &str, design: &str| {
        let design = CoolingDesign::of(design, catalog).expect("a design");
        let platform = catalog.platform(platform).expect("a platform");
        suits(platform, &design, &phoenix, catalog).expect("facts").expect_err("it does not work")
    };
    let rack = no("gb200-nvl72", "outside-evaporative");
    assert!(matches!(rack.reason, Reason::Hall { needs: Cooling::Liquid, has: Cooling::Air }));
    let nearest = rack.nearest.expect("something works").0;
    let design = CoolingDesign::of(&nearest, catalog).expect("a design");
    let platform = catalog.platform("gb200-nvl72").expect("a platform");
    assert!(suits(platform, &design, &phoenix, catalog).expect("facts").is_ok(), "`{nearest}` works indeed");
    // Water of 40 °C without compressors is too warm for it on Phoenix afternoons: 45 °C at the plates is the limit.
    let hot = no("gb200-nvl72", "liquid-w40-dry");
    println!("{hot}");
    assert!(matches!(hot.reason, Reason::Coolant { hours, .. } if hours > 0), "{hot}");
    assert!(matches!(no("h100-hgx-8", "liquid-w32-dry").reason, Reason::NoLiquid));
    // Four servers of 10.2 kW are more than a rack of 40 kW on air: three stand in it.
    let tower = CoolingDesign::of("air-tower", catalog).expect("a design");
    let hgx = catalog.platform("h100-hgx-8").expect("a platform");
    let fits = suits(hgx, &tower, &phoenix, catalog).expect("facts").expect("it works");
    assert_eq!(fits.platforms_per_rack, 3.0);
}

#[test]
fn the_cheapest_design_follows_the_climate_and_the_price_of_water_and_power() {
    let catalog = catalog();
    let prices = Prices::new(&catalog.money, PriceYear(2025));
    for (platform, climate) in [
        ("gb200-nvl72", "hot-humid"),
        ("gb200-nvl72", "cool-humid"),
        ("h100-hgx-8", "cold-dry"),
        ("h100-hgx-8", "hot-humid"),
        ("h100-hgx-8", "hot-dry"),
    ] {
        let weather = weather(catalog, climate);
        let question = ChoiceQuestion {
            platform: catalog.platform(platform).expect("a platform"),
            it_power: Watts::megawatts(100.0),
            draw_share: 0.8,
            weather: &weather,
            chain: None,
            redundancy: Redundancy::NPlusOne,
            electricity: UsdPerJoule::per_megawatt_hour(80.0),
            prices: &prices,
        };
        let choice = choose(&question, catalog).expect("facts");
        let totals: Vec<f64> =
            choice.ranked.iter().map(|one| one.annual_cost.total().as_millions()).collect();
        println!("{platform} in {climate}:");
        for one in choice.ranked.iter().take(4) {
            println!(
                "  {:22} {:.1} MUSD a year (energy {:.1}, water {:.2}, plant {:.1}), PUE {:.3}",
                one.design,
                one.annual_cost.total().as_millions(),
                one.annual_cost.overhead_energy.as_millions(),
                one.annual_cost.water.as_millions(),
                one.annual_cost.capital.as_millions(),
                one.year.pue
            );
        }
        assert!(totals.is_sorted() && totals.len() > 1);
        assert_eq!(choice.ranked.len() + choice.rejected.len(), catalog.cooling.design.len());
        // Dear power favours the design that takes least of it.
        let dear = ChoiceQuestion { electricity: UsdPerJoule::per_megawatt_hour(1e6), ..question };
        let dear = choose(&dear, catalog).expect("facts");
        let least = choice.ranked.iter().min_by(|a, b| a.year.pue.total_cmp(&b.year.pue)).expect("one");
        assert_eq!(dear.best().expect("one").design, least.design);
    }
}
