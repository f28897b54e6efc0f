//! The power chain, what machines draw, capping, emissions: against measured anchors and second ways of counting.

use std::sync::OnceLock;

use proptest::prelude::*;
use quarterdeck_catalog::Catalog;
use quarterdeck_facility::cooling::{CoolingDesign, ItLoad, Plant};
use quarterdeck_facility::emissions::{GridIntensity, embodied, grid_of, operational, water_use};
use quarterdeck_facility::power::{
    LossCurve, PowerChain, PowerDistribution, Redundancy, capping, it_draw, oversubscribe,
};
use quarterdeck_facility::weather::typical_year;
use quarterdeck_kernel::Streams;
use quarterdeck_units::Watts;

/// The catalogue, read once.
fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

#[test]
fn frontier_s_form_gives_the_simulator_s_numbers() {
    // P_in = (P_out + 17) / 0.96 and (P_out + 13) / 0.98, one after the other, as the simulator of Frontier has it.
    let rectifier = LossCurve::Affine { fixed: Watts::watts(17.0), efficiency: 0.96 };
    let converter = LossCurve::Affine { fixed: Watts::watts(13.0), efficiency: 0.98 };
    let rating = Watts::kilowatts(15.0);
    let node = Watts::watts(2704.0);
    let between = node + converter.loss(node, rating);
    let input = between + rectifier.loss(between, rating);
    let expected = ((2704.0 + 13.0) / 0.98 + 17.0) / 0.96;
    assert!((input.as_watts() - expected).abs() < 1e-9);
    let catalog = catalog();
    let stage = catalog.power.stage("frontier-rectifier").expect("a stage");
    assert_eq!(LossCurve::of(stage), rectifier);
}

#[test]
fn printed_efficiencies_are_met_and_redundancy_costs() {
    let catalog = catalog();
    let peak = Watts::megawatts(30.0);
    for id in catalog.power.chain.keys() {
        let mut last = 0.0;
        for redundancy in Redundancy::ALL {
            let chain = PowerChain::of(id, redundancy, peak, catalog).expect("a chain");
            let draw = chain.draw(peak * 0.7, peak * 0.1);
            let loss = draw.loss() / draw.grid;
            println!("{id:18} {redundancy:4} {:.2} % lost", loss * 100.0);
            let parts: Watts = draw.stages.iter().map(|stage| stage.loss).sum();
            assert_eq!(draw.grid, draw.critical + draw.mechanical + parts);
            assert!((0.005..0.12).contains(&loss), "{id} {redundancy}: {loss}");
            last = f64::max(last, loss);
        }
        assert!(last > 0.0);
    }
    // Old double conversion at two sides against one: the constant part is paid twice.
    let loss = |redundancy| {
        let chain = PowerChain::of("double-conversion", redundancy, peak, catalog).expect("a chain");
        chain.draw(peak * 0.4, Watts::ZERO).loss()
    };
    assert!(loss(Redundancy::TwoN) > loss(Redundancy::N) * 1.1);
    // The reference figure of 415 V distribution behind double conversion: 0.92 to 0.93 end to end.
    let chain = PowerChain::of("double-conversion", Redundancy::NPlusOne, peak, catalog).expect("a chain");
    let whole = chain.draw(peak * 0.9, Watts::ZERO);
    let efficiency = whole.critical / whole.grid;
    println!("double conversion, end to end {efficiency:.3}");
    assert!((0.915..0.945).contains(&efficiency), "{efficiency}");
}

#[test]
fn machines_draw_what_was_measured_and_parts_sum() {
    let catalog = catalog();
    let mut shares = Vec::new();
    for platform in catalog.platforms.values() {
        for utilisation in [0.0, 0.5, 1.0] {
            let draw = it_draw(platform, utilisation, true, catalog).expect("facts");
            let sum = draw.compute + draw.fans + draw.supply;
            assert!((sum / draw.total - 1.0).abs() < 1e-12, "{}", platform.id);
            assert!(draw.compute.is_positive() && draw.total <= draw.nameplate * 1.06, "{}", platform.id);
        }
        if platform.id.ends_with("hgx-8") && !platform.power.measured.is_empty() {
            let full = it_draw(platform, 1.0, true, catalog).expect("facts");
            println!(
                "{:20} draws {:.1} % of its nameplate",
                platform.id,
                100.0 * (full.total / full.nameplate)
            );
            shares.push(full.total / full.nameplate);
        }
    }
    assert!(
        shares.iter().any(|share| (0.50..0.60).contains(share)),
        "DLRM inference draws 51 to 59 %: {shares:?}"
    );
}

#[test]
fn research_clusters_draw_half_of_what_the_nameplate_says() {
    let catalog = catalog();
    for (id, mean) in [("acme-kalos-gpu", 192.0), ("acme-seren-gpu", 169.0)] {
        let record = catalog.power.distribution(id).expect("a distribution");
        let found = PowerDistribution::of(record).mean().as_watts();
        println!("{id}: mean {found:.0} W, published about {mean} W of {}", record.rated.value);
        // Few quantiles stand for the whole curve.
        assert!((found / mean - 1.0).abs() < 0.15, "{id}: {found}");
    }
}

#[test]
fn capping_agrees_with_drawing_machines_one_by_one() {
    let catalog = catalog();
    let record = catalog.power.distribution("acme-seren-gpu").expect("a distribution");
    let one = PowerDistribution::of(record);
    let points = &record.quantiles.value.0;
    let mut stream = Streams::new(11).of("draw", 0);
    let mut sample = || {
        let share = stream.uniform();
        let pair = points.windows(2).find(|pair| share <= pair[1].0).expect("a pair");
        let place = (share - pair[0].0) / (pair[1].0 - pair[0].0);
        pair[0].1.as_watts() + (pair[1].1 - pair[0].1).as_watts() * place
    };
    let (machines, hours) = (64, 4000);
    let mean = one.mean().as_watts();
    let limit = Watts::watts(f64::from(machines) * mean * 1.1);
    let draws: Vec<f64> = (0..hours).map(|_| (0..machines).map(|_| sample()).sum()).collect();
    let capped = draws.iter().filter(|draw| **draw > limit.as_watts()).count() as f64 / f64::from(hours);
    let cut = draws.iter().map(|draw| (draw - limit.as_watts()).max(0.0)).sum::<f64>() / f64::from(hours);
    let found = capping(&one, machines, limit, record.rated.value, 0.0);
    println!(
        "hours capped {:.3}, drawn {capped:.3}; cut {:.1} W, drawn {cut:.1} W",
        found.share_of_hours,
        found.mean_cut.as_watts()
    );
    assert!((found.share_of_hours - capped).abs() < 0.02);
    assert!((found.mean_cut.as_watts() - cut).abs() < 0.1 * cut.max(10.0));
}

proptest! {
    /// A higher limit never caps more, and the most machines under a limit are the most indeed.
    #[test]
    fn limits_are_monotonic(share in 0.3_f64..1.1, more in 0.0_f64..0.3, correlation in 0.0_f64..=1.0) {
        let catalog = catalog();
        let one = PowerDistribution::of(catalog.power.distribution("acme-kalos-gpu").expect("a distribution"));
        let rated = Watts::watts(400.0);
        let cap = |share: f64| capping(&one, 100, rated * (100.0 * share), rated, correlation);
        prop_assert!(cap(share + more).share_of_hours <= cap(share).share_of_hours + 1e-12);
        prop_assert!(cap(share + more).mean_cut <= cap(share).mean_cut + Watts::watts(1e-9));
        let limit = rated * 1000.0;
        let most = oversubscribe(&one, limit, rated, correlation, 0.01);
        prop_assert!(capping(&one, most, limit, rated, correlation).share_of_hours <= 0.01);
        prop_assert!(capping(&one, most + 1, limit, rated, correlation).share_of_hours > 0.01);
    }
}

#[test]
fn carbon_by_the_year_the_month_and_the_hour() {
    let catalog = catalog();
    let it = Watts::megawatts(20.0);
    let chain = PowerChain::usual(Redundancy::N, it, catalog).expect("a chain");
    let design = CoolingDesign::of("outside-dry", catalog).expect("a design");
    let plant = Plant::new(&design, ItLoad::air(it), &chain);
    let weather = typical_year(catalog.climate("san-jose").expect("a climate"));
    let year = plant.year(&weather);
    let (monthly, provenance) = grid_of("san-jose", catalog).expect("a grid");
    let GridIntensity::Monthly(months) = &monthly else { panic!("California is known by month") };
    assert!(!provenance.sources.is_empty());
    // A flat series is energy times its mean; a monthly one is what the months say.
    let flat = GridIntensity::Yearly(months[0]);
    let expected = months[0] * year.energy.facility();
    assert!((operational(&plant, &weather, &flat) / expected - 1.0).abs() < 1e-12);
    let by_month: f64 =
        months.iter().zip(&year.months).map(|(g, month)| (*g * month.energy.facility()).as_tonnes()).sum();
    assert!((operational(&plant, &weather, &monthly).as_tonnes() / by_month - 1.0).abs() < 1e-12);
    let hourly = GridIntensity::of_series(&vec![months[3]; 8760]).expect("a series");
    assert!(
        (operational(&plant, &weather, &hourly) / (months[3] * year.energy.facility()) - 1.0).abs() < 1e-12
    );
    let water = water_use(&year, catalog);
    assert!(water.onsite == year.water && water.source > water.onsite);
    assert!(grid_of("lulea", catalog).is_some() && grid_of("nowhere", catalog).is_none());
}

#[test]
fn machines_carry_the_carbon_of_their_making_where_it_is_known() {
    let catalog = catalog();
    let platform = |id: &str| catalog.platform(id).expect("a platform");
    let server = embodied(platform("a100-sxm-80-hgx-8"), catalog).expect("a figure");
    // 318 kg for each of eight devices with their part of the server.
    assert!((server.value.as_tonnes() * 1000.0 - 8.0 * 318.0).abs() < 1e-9);
    assert!(
        embodied(platform("cpu-1s-2020"), catalog).is_none(),
        "nothing is put in the place of a missing figure"
    );
}
