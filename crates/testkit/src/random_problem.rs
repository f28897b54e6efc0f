//! Small random planning problems that use every constraint family.

use quarterdeck_catalog::{Origin, Provenance};
use quarterdeck_plan::CostClass;
use quarterdeck_plan::problem::*;
use quarterdeck_units::{Quarter, Quarters, Ratio, Usd, UsdPerJoule, Watts, WorkUnit, pow};
use std::collections::BTreeMap;

/// A stream of numbers for tests (SplitMix64), the same on every platform.
pub struct Dice(u64);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// An index below `count`.
    pub fn index(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count - 1)
    }
}

/// A problem of `quarters` quarters with two platforms, two places, two workloads, a project, a porting, a
/// programme and a rental; all numbers from the seed.
pub fn random_problem(seed: u64, quarters: usize) -> Problem {
    let mut dice = Dice::new(seed);
    let start = Quarter::new(2024, 1);
    let flat = |value: f64| vec![value; quarters];
    let platform = |id: &str, family: &str, idle: f64| PlatformFacts {
        id: id.to_owned(),
        title: id.to_owned(),
        family: family.to_owned(),
        devices: 1.0,
        life: Quarters(3),
        idle_power: Watts::kilowatts(idle),
        available: Ratio(0.9),
        maintenance: Usd::dollars(100.0),
        provenance: Provenance { origin: Origin::Assumed, sources: Default::default() },
    };
    let grow = dice.between(1.0, 1.5);
    let demand =
        |first: f64| -> Vec<f64> { (0..quarters).map(|quarter| first * pow(grow, quarter as f64)).collect() };
    let mut workload = |id: &str, first: f64, one_site: bool| {
        let rate = |per_platform: f64, kilowatts: f64| {
            vec![Rate { per_platform, power: Watts::kilowatts(kilowatts) }; quarters]
        };
        WorkloadFacts {
            id: id.to_owned(),
            title: id.to_owned(),
            unit: WorkUnit::Samples,
            peak_demand: demand(first),
            mean_over_peak: 0.7,
            unserved_price: dice.between(1e-6, 2e-5),
            one_site,
            window: None,
            rates: BTreeMap::from([(0, rate(1e3, 0.4)), (1, rate(dice.between(1e4, 4e4), 8.0))]),
            runs_on: if one_site { vec!["x86".into(), "gpu".into()] } else { vec!["x86".into()] },
        }
    };
    let workloads = vec![workload("rank", 2e6, false), workload("train", 4e5, true)];
    let place = |id: &str, site: usize, megawatts: f64, pue: f64| Place {
        id: id.to_owned(),
        title: id.to_owned(),
        site,
        cooling: "air".to_owned(),
        it_power: vec![Watts::megawatts(megawatts); quarters],
        racks: flat(f64::INFINITY),
        air_share: 1.0,
        pue,
        electricity: UsdPerJoule::per_megawatt_hour(60.0),
    };
    let places =
        vec![place("east", 0, dice.between(0.5, 2.0), 1.3), place("west", 1, dice.between(0.0, 1.0), 1.1)];
    let mut placements = Vec::new();
    for (platform, kilowatts, installed) in [(0, 0.5, 1500.0), (1, 10.0, 0.0)] {
        for place in 0..2 {
            placements.push(Placement {
                platform,
                place,
                provisioned_power: Watts::kilowatts(kilowatts),
                racks: 0.1,
                air_heat: Watts::kilowatts(kilowatts),
                network_capex: Usd::dollars(kilowatts * 1000.0),
                network_gbps: 100.0,
                installed: if place == 0 && installed > 0.0 {
                    vec![(installed, Some(2))]
                } else {
                    Vec::new()
                },
            });
        }
    }
    let cash = |at: usize, millions: f64| {
        let mut cash = vec![Usd::ZERO; quarters];
        if at < quarters {
            cash[at] = Usd::millions(millions);
        }
        cash
    };
    let size = dice.between(0.5, 2.0);
    let schedule = |begun: Option<usize>| ProjectSchedule {
        id: begun.map_or("never".to_owned(), |quarter| format!("start.{quarter}")),
        label: String::new(),
        cash: begun.map_or_else(BTreeMap::new, |quarter| {
            BTreeMap::from([(CostClass::Buildings, cash(quarter, 5.0 * size))])
        }),
        adds: begun.map_or_else(Vec::new, |quarter| {
            let added =
                (0..quarters).map(|now| if now > quarter { Watts::megawatts(size) } else { Watts::ZERO });
            vec![(1, added.collect())]
        }),
        removes: Vec::new(),
        residual: if begun.is_some() { Usd::millions(2.0 * size) } else { Usd::ZERO },
        delivers: begun.is_some(),
        stopped: None,
    };
    let programme_schedule = |ships: Option<usize>| ProgrammeSchedule {
        id: ships.map_or("never".to_owned(), |quarter| format!("ship.{quarter}")),
        label: String::new(),
        cash: ships.map_or_else(BTreeMap::new, |_| BTreeMap::from([(CostClass::Programmes, cash(0, 3.0))])),
        ships,
        stopped: None,
    };
    let offer = |id: &str, platform: usize, price: f64, supply: f64, programme: Option<usize>| OfferFacts {
        id: id.to_owned(),
        vendor: "vendor".to_owned(),
        platform,
        price: vec![Usd::dollars(price); quarters],
        lead_time: Quarters(1),
        supply: flat(supply),
        programme,
        whole: false,
    };
    Problem {
        name: format!("random {seed}"),
        quarters: (0..quarters).map(|quarter| start + Quarters(quarter as i32)).collect(),
        discount: (0..quarters).map(|quarter| pow(0.98, quarter as f64)).collect(),
        platforms: vec![platform("cpu", "x86", 0.2), platform("gpu", "gpu", 3.0)],
        sites: vec!["east".to_owned(), "west".to_owned()],
        places,
        placements,
        workloads,
        offers: vec![
            offer("cpu", 0, 7e3, 2000.0, None),
            offer("gpu", 1, dice.between(1e5, 3e5), 60.0, None),
            offer("gpu-own", 1, 5e4, 40.0, Some(0)),
        ],
        rentals: vec![RentalFacts {
            id: "cloud".to_owned(),
            vendor: "cloud".to_owned(),
            platform: 1,
            price: vec![Usd::dollars(6e4); quarters],
            term: Quarters(2),
            supply: flat(20.0),
            whole: false,
        }],
        projects: vec![ProjectFacts {
            id: "hall".to_owned(),
            title: "hall".to_owned(),
            schedules: (0..quarters - 1).map(Some).chain([None]).map(schedule).rev().collect(),
            excludes: Vec::new(),
        }],
        portings: vec![PortingFacts {
            workload: 0,
            family: "gpu".to_owned(),
            effort: Quarters(1),
            ramp: Quarters(1),
            ramp_rate: 0.6,
            cost: Usd::millions(dice.between(0.1, 4.0)),
        }],
        programmes: vec![ProgrammeFacts {
            id: "chip".to_owned(),
            title: "chip".to_owned(),
            schedules: vec![programme_schedule(None), programme_schedule(Some(1))],
        }],
        committed: BTreeMap::from([(CostClass::Other, vec![Usd::millions(1.0); quarters])]),
        budget: vec![Usd::millions(dice.between(5.0, 30.0)); quarters],
        penalties: Penalties::default(),
        pins: Vec::new(),
    }
}
