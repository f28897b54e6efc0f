//! Sites, footprints, headroom, operation and growth on a small scenario with every kind of block.

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Climate, Cooling, Origin};
use quarterdeck_facility::growth::{CoreShare, Era, growth_factor};
use quarterdeck_facility::network::{NetworkPolicy, platform_network};
use quarterdeck_facility::project::{Schedule, all_schedules};
use quarterdeck_facility::site::{Block, BlockSource, SiteEnvelope, site_envelopes};
use quarterdeck_facility::{
    FacilityError, Misfit, Prices, Provision, RackLimit, Resource, footprint, headroom, operate,
};
use quarterdeck_scenario::{Scenario, resolve_text};
use quarterdeck_units::{PriceYear, Quarter, Seconds, Watts};

const SCENARIO: &str = r#"
schema = 1
name = "halls"

[horizon]
start = "2022-Q1"
end = "2024-Q4"
discount_rate = "8 %/yr"
price_year = 2022

[[site]]
id = "prineville"
it_power = { "2022-Q1" = "60 MW", "2023-Q1" = "80 MW" }
reserved = "20 MW"
cooling = "air"
rack_density_max = "12 kW"
racks_max = 6000
climate = "cold-dry"
electricity = "60 USD/MWh"
grid_carbon = "280 g/kWh"
assumed = "a test"

[[project]]
id = "hall-9"
site = "prineville"
adds = { it_power = "30 MW", cooling = "liquid", rack_density_max = "140 kW" }
removes = "25 MW"
cost = "2 USD/W"
lead_time = "4 quarters"
from = "2022-Q2"
until = "2022-Q2"
assumed = "a test"

[[project]]
id = "temple-1"
site = "temple"
climate = "hot-dry"
adds = { it_power = "100 MW", cooling = "air", rack_density_max = "15 kW" }
cost = "11 USD/W"
lead_time = "6 quarters"
started = "2021-Q3"
cancel_cost = "30 %"
redesign = { adds = { it_power = "150 MW", cooling = "air-assisted-liquid", rack_density_max = "45 kW" }, cost = "9 USD/W", lead_time = "5 quarters", reuse = "50 %" }
assumed = "a test"

[[workload]]
id = "assistant"
kind = "llm-inference"
model = "llama-3-70b"
demand = "10 requests/s"
input_len = 1000
output_len = 300
ttft = "1 s"
tpot = "50 ms"
unserved = "0.01 USD/1 request"
runs_on = ["cuda"]
assumed = "a test"
"#;

fn scenario(text: &str, catalog: &Catalog) -> Scenario {
    let warned = resolve_text(text, catalog);
    match warned.value {
        Ok(scenario) => scenario,
        Err(diagnostics) => panic!("the test scenario is faulty: {diagnostics:?}"),
    }
}

fn envelopes() -> (Scenario, Vec<SiteEnvelope>) {
    let catalog = Catalog::builtin();
    let scenario = scenario(SCENARIO, &catalog);
    let envelopes = site_envelopes(&scenario, &catalog).expect("describable sites");
    (scenario, envelopes)
}

fn megawatts(block: &Block, quarter: (i32, i32), chosen: &[(&str, &Schedule)]) -> f64 {
    block.power(Quarter::new(quarter.0, quarter.1), chosen.iter().copied()).as_megawatts()
}

#[test]
fn power_of_blocks_follows_curves_and_schedules() {
    let (scenario, envelopes) = envelopes();
    assert_eq!(envelopes.len(), 2);
    let prineville = &envelopes[0];
    let old = prineville.existing().expect("halls at the start");
    assert!((megawatts(old, (2022, 1), &[]) - 40.0).abs() < 1e-9);
    assert!((megawatts(old, (2024, 1), &[]) - 60.0).abs() < 1e-9);

    let all = all_schedules(&scenario.projects, &scenario.horizon, &[]).expect("courses");
    let retrofit = all[0].schedules.iter().find(|schedule| schedule.is_active()).expect("a start");
    let chosen = [("prineville", retrofit)];
    assert!((megawatts(old, (2022, 1), &chosen) - 40.0).abs() < 1e-9);
    assert!((megawatts(old, (2022, 2), &chosen) - 15.0).abs() < 1e-9);
    let new = prineville.block("hall-9").expect("the project's block");
    assert_eq!(megawatts(new, (2023, 1), &chosen), 0.0);
    assert!((megawatts(new, (2023, 2), &chosen) - 30.0).abs() < 1e-9);

    let temple = &envelopes[1];
    assert!(temple.is_new && temple.existing().is_none() && temple.climate == Climate::HotDry);
    let blocks: Vec<&str> = temple.blocks.iter().map(|block| block.id.as_str()).collect();
    assert_eq!(blocks, ["temple-1", "temple-1+redesign"]);
    let redesigned =
        all[1].schedules.iter().find(|s| s.id == "start@2021-Q3+redesign@2022-Q2").expect("a course");
    let block = temple.block("temple-1+redesign").expect("a block");
    assert!(matches!(&block.source, BlockSource::Project { redesigned: true, .. }));
    assert!((megawatts(block, (2023, 3), &[("temple", redesigned)]) - 150.0).abs() < 1e-9);
    assert_eq!(megawatts(&temple.blocks[0], (2024, 4), &[("temple", redesigned)]), 0.0);
}

#[test]
fn a_site_without_prices_says_that_its_energy_is_assumed() {
    let (_, envelopes) = envelopes();
    assert!((envelopes[0].electricity.as_per_megawatt_hour() - 60.0).abs() < 1e-9);
    assert_eq!(envelopes[0].provenance.origin, Origin::Measured);
    let fallback = Catalog::builtin().region("us-average").expect("a region").electricity.value;
    assert_eq!(envelopes[1].electricity, fallback);
    assert_eq!(envelopes[1].provenance.origin, Origin::Assumed);
    // PUE of a cold site is published, that of a hot one assumed.
    assert!(envelopes[0].blocks[0].pue < envelopes[1].blocks[0].pue);
    assert_eq!(envelopes[1].blocks[0].provenance.origin, Origin::Assumed);
}

#[test]
fn a_new_site_without_climate_is_named() {
    let catalog = Catalog::builtin();
    let mut scenario = scenario(SCENARIO, &catalog);
    scenario.projects[1].climate = None;
    let errors = site_envelopes(&scenario, &catalog).expect_err("no climate");
    assert!(matches!(&errors[0], FacilityError::NoClimate { site, .. } if site == "temple"));
    scenario.projects[1].climate = Some("tundra".into());
    let text = site_envelopes(&scenario, &catalog).expect_err("no such climate")[0].to_string();
    assert!(text.contains("temple") && text.contains("tundra") && text.contains("cold-dry"), "{text}");
}

#[test]
fn what_does_not_fit_says_why_and_what_would_carry_it() {
    let catalog = Catalog::builtin();
    let (_, envelopes) = envelopes();
    let old = envelopes[0].existing().expect("halls");
    let nvl72 = catalog.platform("gb200-nvl72").expect("a platform");
    let misfit = footprint(nvl72, old, Provision::Nameplate, None).expect_err("liquid in an air hall");
    assert_eq!(
        misfit.to_string(),
        "`gb200-nvl72` needs liquid cooling and `prineville` has air; a retrofit to liquid would carry it"
    );
    let new = envelopes[0].block("hall-9").expect("a block");
    let fits = footprint(nvl72, new, Provision::Nameplate, None).expect("a liquid hall");
    assert_eq!((fits.racks, fits.rack_limit), (1.0, RackLimit::Layout));
    assert!((fits.rack_weight.expect("a weight").as_kilograms() - 1360.0).abs() < 1e-9);
    // 17 of 132 kW go to room air.
    assert!((fits.air_heat.as_kilowatts() - 17.0).abs() < 0.5);
    let mut thin = new.clone();
    thin.rack_density_max = Watts::kilowatts(60.0);
    let misfit = footprint(nvl72, &thin, Provision::Nameplate, None).expect_err("too dense");
    assert!(matches!(misfit, Misfit::RackDensity { .. }));
    assert!(misfit.to_string().contains("132.0 kW"));
}

#[test]
fn air_cooled_machines_fill_only_the_air_part_of_a_liquid_hall() {
    let catalog = Catalog::builtin();
    let (_, envelopes) = envelopes();
    let hall = envelopes[0].block("hall-9").expect("a block");
    let hgx = catalog.platform("h100-hgx-8").expect("a platform");
    let prices = Prices::new(&catalog.money, PriceYear(2022));
    let network =
        platform_network(hgx, 400, &catalog.fabric, &NetworkPolicy::default(), &prices).expect("one");
    let needs = footprint(hgx, hall, Provision::Nameplate, Some(&network)).expect("it may stand there");
    assert_eq!(needs.air_heat, needs.it_power());
    assert!((needs.network_cost * 400.0 / network.cost() - 1.0).abs() < 1e-12);
    let empty = headroom(hall, Watts::megawatts(30.0), &[]);
    let room = empty.room_for(&needs);
    assert_eq!(room.binds, Resource::AirCooling);
    assert!((needs.it_power() * room.platforms / Watts::megawatts(30.0) - 0.13).abs() < 1e-9);
    assert!((room.stranded.as_megawatts() - 26.1).abs() < 1e-6);
    // Filled as far as it goes, room air is what binds and nothing more fits.
    let full = headroom(hall, Watts::megawatts(30.0), &[(&needs, room.platforms)]);
    assert_eq!(full.binds(), Resource::AirCooling);
    assert!(full.room_for(&needs).platforms < 1e-6);
    assert!((full.of(Resource::AirCooling).share() - 1.0).abs() < 1e-9);
    // Measured draw fits more machines than nameplate.
    let measured = footprint(hgx, hall, Provision::HighestMeasured, None).expect("it may stand there");
    assert!(measured.provisioned < needs.provisioned);
}

/// The growth of the published story, computed and taken apart; the number is a result and not an input.
#[test]
fn growth_of_network_capacity_is_taken_apart() {
    let catalog = Catalog::builtin();
    let hall = |cooling, density| {
        Block::example(cooling, Climate::Temperate, Watts::kilowatts(density), &catalog).expect("a block")
    };
    let (old, new) = (hall(Cooling::Air, 8.0), hall(Cooling::AirAssistedLiquid, 45.0));
    let era = |platform: &str, block| Era {
        platform: &catalog.platforms[platform],
        block,
        power: Watts::megawatts(100.0),
        oversubscription: CoreShare::usual(&catalog),
    };
    let growth = growth_factor(era("cpu-1s-2020", &old), era("h100-hgx-8", &new)).expect("both stand");
    let product: f64 = growth.terms.iter().map(|term| term.factor).product();
    assert!((product / growth.per_site - 1.0).abs() < 1e-9);
    let shares: f64 = growth.terms.iter().map(|term| growth.share(term)).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    // Ports by hand: 25 Gbit/s in 200 W against 4,000 Gbit/s in 10.2 kW.
    let old_rate = growth.old.platforms * 0.2;
    assert!((old_rate / 100e3 - 1.0).abs() < 1e-9, "the old site is filled by power");
    let by_hand = (4000.0 / 10.2)
        / (era("cpu-1s-2020", &old).platform.scale_out.front_end().as_gigabits_per_second() / 0.2);
    assert!((growth.per_kilowatt / by_hand - 1.0).abs() < 1e-9);
    assert!((growth.per_site / by_hand - 1.0).abs() < 1e-9);
    assert_eq!(growth.deciding().name, "a second network between accelerators");
    // The front-end rate that the old servers must have had for a factor follows by proportion.
    let rate = growth.old_rate_for(growth.per_site / 2.0);
    assert!((rate / era("cpu-1s-2020", &old).platform.scale_out.front_end_rate.value - 2.0).abs() < 1e-9);
    assert_eq!(growth.provenance.origin, Origin::Assumed);
}

proptest! {
    /// Energy balances, facility power is at least IT power, and more PUE never costs less.
    #[test]
    fn energy_balances(megawatts in 0.0f64..500.0, pue in 1.0f64..2.0, more in 0.0f64..1.0, hours in 0.1f64..3000.0) {
        let (_, envelopes) = envelopes_once();
        let site = &envelopes[0];
        let mut block = site.blocks[0].clone();
        block.pue = pue;
        let (draw, time) = (Watts::megawatts(megawatts), Seconds::hours(hours));
        prop_assert!(block.facility_power(draw) >= draw);
        let lean = operate(&block, site, draw, time);
        let parts = lean.it_energy + lean.overhead_energy;
        let whole = block.facility_power(draw) * time;
        prop_assert!((parts.as_joules() - whole.as_joules()).abs() <= 1e-9 * whole.as_joules());
        prop_assert!((lean.energy_cost.as_dollars() - (site.electricity * whole).as_dollars()).abs()
            <= 1e-9 * (1.0 + lean.energy_cost.as_dollars()));
        block.pue += more;
        let wasteful = operate(&block, site, draw, time);
        prop_assert!(wasteful.energy_cost >= lean.energy_cost);
        prop_assert!(wasteful.carbon >= lean.carbon);
        prop_assert_eq!(wasteful.water, lean.water);
        let halves: quarterdeck_facility::Operation =
            [operate(&block, site, draw, time / 2.0), operate(&block, site, draw, time / 2.0)].into_iter().sum();
        prop_assert!((halves.facility_energy().as_joules() - wasteful.facility_energy().as_joules()).abs()
            <= 1e-9 * wasteful.facility_energy().as_joules());
    }

    /// Whatever fits, the racks are no denser than allowed, and what stands uses no more than there is.
    #[test]
    fn footprints_keep_the_limits(index in 0usize..1000, density in 1.0f64..200.0, megawatts in 0.1f64..300.0, racks in 1.0f64..5e4) {
        let (catalog, _) = envelopes_once();
        let platforms: Vec<_> = catalog.platforms.values().collect();
        let platform = platforms[index % platforms.len()];
        let cooling = Cooling::ALL[index % Cooling::ALL.len()];
        let density = Watts::kilowatts(density);
        let mut block = Block::example(cooling, Climate::Temperate, density, catalog).expect("a block");
        block.racks_max = Some(racks);
        if let Ok(needs) = footprint(platform, &block, Provision::Nameplate, None) {
            prop_assert!(needs.rack_power <= density * 1.0011);
            prop_assert!(needs.air_heat <= needs.it_power() * (1.0 + 1e-12));
            prop_assert!((needs.rack_power / (needs.provisioned / needs.racks) - 1.0).abs() < 1e-9);
            let power = Watts::megawatts(megawatts);
            let room = headroom(&block, power, &[]).room_for(&needs);
            let full = headroom(&block, power, &[(&needs, room.platforms)]);
            prop_assert!(full.usages.iter().all(|usage| usage.share() <= 1.0 + 1e-9));
            prop_assert!((full.of(room.binds).share() - 1.0).abs() < 1e-9);
            let spent = needs.it_power() * room.platforms + room.stranded;
            prop_assert!((spent / power - 1.0).abs() < 1e-9);
        } else {
            let too_weak = platform.cooling.kind > cooling;
            let per_rack = platform.rack.platforms_per_rack.value.min(1.0);
            prop_assert!(too_weak || platform.power.rated.value * per_rack > density);
        }
    }
}

fn envelopes_once() -> (&'static Catalog, &'static [SiteEnvelope]) {
    static ONCE: std::sync::OnceLock<(Catalog, Vec<SiteEnvelope>)> = std::sync::OnceLock::new();
    let (catalog, envelopes) = ONCE.get_or_init(|| (Catalog::builtin(), envelopes().1));
    (catalog, envelopes)
}
