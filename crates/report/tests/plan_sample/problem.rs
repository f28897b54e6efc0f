//! The two problems of the sample: five platforms, five places, six workloads, twenty-four quarters.

use std::collections::BTreeMap;

use quarterdeck_catalog::Provenance;
use quarterdeck_plan::CostClass;
use quarterdeck_plan::problem::{
    OfferFacts, Penalties, Pin, Place, Placement, PlatformFacts, PortingFacts, Problem, ProgrammeFacts,
    ProgrammeSchedule, ProjectFacts, ProjectSchedule, Rate, WorkloadFacts,
};
use quarterdeck_units::{Quarter, Quarters, Ratio, Usd, UsdPerJoule, Watts, WorkUnit};

use super::N;

pub const HIGH_DESERT: usize = 0;
pub const MIDWEST: usize = 1;
pub const TEMPLE_NEW: usize = 3;

pub const ADS: usize = 0;
pub const FEED: usize = 1;
pub const LLAMA: usize = 3;
pub const ASSISTANT: usize = 4;

pub fn quarters() -> Vec<Quarter> {
    Quarter::new(2021, 1).through(Quarter::new(2026, 4)).collect()
}

/// Growth by a factor each quarter, without platform functions.
fn growth(start: f64, factor: f64) -> Vec<f64> {
    let mut value = start;
    (0..N)
        .map(|_| {
            let now = value;
            value *= factor;
            now
        })
        .collect()
}

/// Values that hold from a quarter on.
fn steps(points: &[(usize, f64)]) -> Vec<f64> {
    (0..N).map(|q| points.iter().rev().find(|(at, _)| *at <= q).map_or(0.0, |(_, value)| *value)).collect()
}

fn megawatts(points: &[(usize, f64)]) -> Vec<Watts> {
    steps(points).into_iter().map(Watts::megawatts).collect()
}

fn millions(points: &[(usize, f64)]) -> Vec<Usd> {
    let mut cash = vec![Usd::ZERO; N];
    for (quarter, amount) in points {
        cash[*quarter] = Usd::millions(*amount);
    }
    cash
}

pub fn best_problem() -> Problem {
    let mut problem = Problem {
        name: "sample · best plan".to_owned(),
        quarters: quarters(),
        discount: growth(1.0, 1.0 / 1.0194),
        platforms: platforms(),
        sites: ["high-desert", "midwest", "temple", "new-design-1"].map(str::to_owned).to_vec(),
        places: places(),
        placements: Vec::new(),
        workloads: workloads(),
        offers: offers(),
        rentals: Vec::new(),
        projects: projects(),
        portings: portings(),
        programmes: programmes(),
        committed: BTreeMap::from([(
            CostClass::Other,
            steps(&[(0, 3_000.0), (4, 4_200.0), (8, 3_600.0), (16, 5_000.0)])
                .into_iter()
                .map(Usd::millions)
                .collect(),
        )]),
        budget: steps(&[(0, 4_700.0), (4, 6_900.0), (8, 7_400.0), (12, 9_000.0), (16, 12_000.0)])
            .into_iter()
            .map(Usd::millions)
            .collect(),
        penalties: Penalties { overspend: 3.0, ..Penalties::default() },
        pins: Vec::new(),
    };
    problem.placements = placements(&problem);
    problem
}

pub fn history_problem() -> Problem {
    let mut problem = best_problem();
    problem.name = "sample · as it happened".to_owned();
    problem.pins = vec![
        Pin::Project { project: 0, schedule: 2 },
        Pin::Project { project: 1, schedule: 2 },
        Pin::Project { project: 2, schedule: 3 },
        Pin::Fleet {
            platforms: vec![2],
            quarter: 15,
            range: (20_000.0, f64::INFINITY),
            label: "H100 at the end of 2024".to_owned(),
        },
    ];
    problem
}

fn platforms() -> Vec<PlatformFacts> {
    let platform =
        |id: &str, title: &str, family: &str, devices: f64, idle: f64, maintenance: f64| PlatformFacts {
            id: id.to_owned(),
            title: title.to_owned(),
            family: family.to_owned(),
            devices,
            life: Quarters(20),
            idle_power: Watts::watts(idle),
            available: Ratio(0.97),
            maintenance: Usd::dollars(maintenance),
            provenance: Provenance::none(),
        };
    vec![
        platform("cpu-1s-2020", "1-socket server of 2020 (Delta Lake class)", "x86", 1.0, 70.0, 40.0),
        platform(
            "a100-sxm-80-hgx-8",
            "8 x A100 80 GB server (DGX A100, HGX A100 class)",
            "cuda",
            8.0,
            1_500.0,
            1_100.0,
        ),
        platform(
            "h100-hgx-8",
            "8 x H100 SXM server (DGX H100, HGX H100, Grand Teton class)",
            "cuda",
            8.0,
            2_400.0,
            2_200.0,
        ),
        platform("gb200-nvl72", "GB200 NVL72 rack", "cuda", 72.0, 30_000.0, 24_000.0),
        platform("mtia-2i", "MTIA 2i chassis, 24 accelerators", "own", 24.0, 900.0, 500.0),
    ]
}

fn places() -> Vec<Place> {
    let place = |id: &str, title: &str, site: usize, cooling: &str, power: Vec<Watts>, pue: f64| Place {
        id: id.to_owned(),
        title: title.to_owned(),
        site,
        cooling: cooling.to_owned(),
        it_power: power,
        racks: vec![f64::INFINITY; N],
        air_share: if cooling == "liquid" { 0.3 } else { 1.0 },
        pue,
        electricity: UsdPerJoule::per_megawatt_hour(58.0),
    };
    vec![
        place(
            "high-desert",
            "Prineville, Eagle Mountain, Los Lunas",
            0,
            "air",
            megawatts(&[(0, 62.0), (4, 80.0), (8, 96.0), (14, 118.0)]),
            1.09,
        ),
        place(
            "midwest",
            "Altoona, Sarpy, New Albany, DeKalb",
            1,
            "air",
            megawatts(&[(0, 74.0), (6, 96.0), (9, 118.0), (15, 140.0)]),
            1.1,
        ),
        place("temple", "Temple, Texas", 2, "air", megawatts(&[]), 1.11),
        place("temple+redesign", "Temple, Texas, redesigned", 2, "liquid", megawatts(&[]), 1.13),
        place("new-design-1", "New-design sites, first wave", 3, "liquid", megawatts(&[]), 1.12),
    ]
}

/// Power and network of each platform, and where it may stand.
fn placements(problem: &Problem) -> Vec<Placement> {
    let facts = [
        (0.21, 120.0, 25.0),
        (7.0, 15_000.0, 1_800.0),
        (10.6, 41_000.0, 3_600.0),
        (138.0, 520_000.0, 32_400.0),
        (3.1, 4_000.0, 400.0),
    ];
    let mut placements = Vec::new();
    for (platform, (kilowatts, network, gbps)) in facts.into_iter().enumerate() {
        for (place, found) in problem.places.iter().enumerate() {
            let needs_liquid = problem.platforms[platform].id == "gb200-nvl72";
            if needs_liquid && found.cooling != "liquid" {
                continue;
            }
            let installed = match (platform, place) {
                (0, HIGH_DESERT) => vec![(120_000.0, Some(12)), (100_000.0, Some(18))],
                (0, MIDWEST) => vec![(140_000.0, Some(12)), (120_000.0, Some(18))],
                _ => Vec::new(),
            };
            placements.push(Placement {
                platform,
                place,
                provisioned_power: Watts::kilowatts(kilowatts),
                racks: 0.2,
                air_heat: Watts::kilowatts(if needs_liquid { 0.15 * kilowatts } else { kilowatts }),
                network_capex: Usd::dollars(network),
                network_gbps: gbps,
                installed,
            });
        }
    }
    placements
}

fn workloads() -> Vec<WorkloadFacts> {
    // Rates of one platform at the start, by platform; the model grows heavier by `drift` each quarter.
    let watts = [190.0, 5_200.0, 8_900.0, 112_000.0, 2_300.0];
    let rates = |at_start: [f64; 5], drift: f64| -> BTreeMap<usize, Vec<Rate>> {
        at_start
            .into_iter()
            .enumerate()
            .filter(|(_, rate)| *rate > 0.0)
            .map(|(platform, rate)| {
                let row = growth(rate, 1.0 / drift)
                    .into_iter()
                    .map(|per_platform| Rate { per_platform, power: Watts::watts(watts[platform]) })
                    .collect();
                (platform, row)
            })
            .collect()
    };
    let workload =
        |id: &str, title: &str, unit: WorkUnit, peak: Vec<f64>, price: f64, rates, runs_on: &[&str]| {
            WorkloadFacts {
                id: id.to_owned(),
                title: title.to_owned(),
                unit,
                peak_demand: peak,
                mean_over_peak: 0.7,
                unserved_price: price,
                one_site: id == "llama-3",
                window: (id == "llama-3").then_some((11, 13)),
                rates,
                runs_on: runs_on.iter().map(|family| (*family).to_owned()).collect(),
            }
        };
    let run: Vec<f64> = (0..N).map(|q| if (11..=13).contains(&q) { 2.0e6 } else { 0.0 }).collect();
    let late: Vec<f64> = growth(1_200.0, 1.32)
        .into_iter()
        .enumerate()
        .map(|(q, x)| if q < 12 { 0.0 } else { x / 29.0 })
        .collect();
    vec![
        workload(
            "ads-ranking",
            "Ads ranking",
            WorkUnit::Samples,
            growth(0.84e9, 1.035),
            0.9e-6,
            rates([4_400.0, 1.0e6, 2.4e6, 42.0e6, 0.9e6], 1.12),
            &["x86"],
        ),
        workload(
            "feed-ranking",
            "Feed ranking",
            WorkUnit::Samples,
            growth(1.33e9, 1.027),
            0.3e-6,
            rates([9_000.0, 1.9e6, 4.4e6, 80.0e6, 1.8e6], 1.11),
            &["x86", "own"],
        ),
        workload(
            "ads-training",
            "Ads training",
            WorkUnit::Samples,
            growth(110e6, 1.043),
            1.7e-6,
            rates([1_100.0, 0.3e6, 0.75e6, 13.0e6, 0.0], 1.09),
            &["x86", "cuda"],
        ),
        workload(
            "llama-3",
            "Foundation model 2024",
            WorkUnit::Tokens,
            run,
            50e-6,
            rates([0.0, 900.0, 2_700.0, 55_000.0, 0.0], 1.0),
            &["cuda"],
        ),
        workload(
            "assistant",
            "Assistant",
            WorkUnit::Requests,
            late,
            0.01,
            rates([0.0, 1.6, 5.0, 140.0, 0.0], 1.0),
            &["cuda"],
        ),
        workload(
            "research",
            "Research and experiments",
            WorkUnit::DeviceSeconds,
            growth(2_200.0, 1.13),
            3.0 / 3600.0,
            rates([0.0, 8.0, 17.0, 300.0, 0.0], 1.0),
            &["cuda"],
        ),
    ]
}

fn offers() -> Vec<OfferFacts> {
    let offer =
        |id: &str, vendor: &str, platform: usize, price: f64, lead: i32, supply: Vec<f64>| OfferFacts {
            id: id.to_owned(),
            vendor: vendor.to_owned(),
            platform,
            price: vec![Usd::dollars(price); N],
            lead_time: Quarters(lead),
            supply,
            programme: None,
            whole: false,
        };
    vec![
        offer("cpu-1s-2020", "intel", 0, 4_600.0, 2, steps(&[(0, 100_000.0), (12, 0.0)])),
        offer(
            "a100-sxm-80-hgx-8",
            "nvidia",
            1,
            148_000.0,
            2,
            steps(&[(0, 400.0), (3, 1_200.0), (6, 2_500.0), (12, 0.0)]),
        ),
        offer(
            "h100-hgx-8",
            "nvidia",
            2,
            285_000.0,
            3,
            steps(&[(6, 2_500.0), (7, 7_500.0), (8, 11_000.0), (15, 0.0)]),
        ),
        offer("gb200-nvl72", "nvidia", 3, 3_100_000.0, 3, steps(&[(14, 600.0), (16, 1_500.0)])),
        offer("mtia-2i", "own", 4, 62_000.0, 2, steps(&[(12, 4_000.0)])),
    ]
}

fn projects() -> Vec<ProjectFacts> {
    let schedule = |id: &str,
                    label: &str,
                    cash: BTreeMap<CostClass, Vec<Usd>>,
                    adds: Vec<(usize, Vec<Watts>)>,
                    stopped| {
        ProjectSchedule {
            id: id.to_owned(),
            label: label.to_owned(),
            cash,
            delivers: !adds.is_empty(),
            adds,
            removes: Vec::new(),
            residual: Usd::ZERO,
            stopped,
        }
    };
    let built = |from: usize, to: usize, each: f64| -> BTreeMap<CostClass, Vec<Usd>> {
        BTreeMap::from([(CostClass::Buildings, millions(&(from..to).map(|q| (q, each)).collect::<Vec<_>>()))])
    };
    let with_exit = |mut cash: BTreeMap<CostClass, Vec<Usd>>, quarter: usize, amount: f64| {
        cash.insert(CostClass::Exit, millions(&[(quarter, amount)]));
        cash
    };
    vec![
        ProjectFacts {
            id: "temple".to_owned(),
            title: "Temple, Texas".to_owned(),
            schedules: vec![
                schedule(
                    "start@2021-Q3+redesign@2022-Q2",
                    "Temple, Texas started 2021-Q3, redesigned 2022-Q2, energised 2023-Q4",
                    built(2, 11, 115.0),
                    vec![(TEMPLE_NEW, megawatts(&[(11, 135.0)]))],
                    Some(5),
                ),
                schedule(
                    "start@2021-Q3",
                    "Temple, Texas started 2021-Q3, energised 2024-Q2",
                    built(2, 13, 72.0),
                    vec![(2, megawatts(&[(13, 54.0)]))],
                    None,
                ),
                schedule(
                    "start@2021-Q3+redesign@2022-Q4",
                    "Temple, Texas started 2021-Q3, redesigned 2022-Q4, energised 2024-Q3",
                    built(2, 14, 118.0),
                    vec![(TEMPLE_NEW, megawatts(&[(14, 135.0)]))],
                    Some(7),
                ),
            ],
            excludes: Vec::new(),
        },
        ProjectFacts {
            id: "new-design-1".to_owned(),
            title: "New-design sites, first wave".to_owned(),
            schedules: vec![
                schedule(
                    "never",
                    "New-design sites, first wave not started",
                    BTreeMap::new(),
                    Vec::new(),
                    None,
                ),
                schedule(
                    "start@2023-Q1",
                    "New-design sites, first wave started 2023-Q1, energised 2024-Q4",
                    built(8, 15, 430.0),
                    vec![(4, megawatts(&[(15, 300.0), (19, 560.0)]))],
                    None,
                ),
                schedule(
                    "start@2023-Q3",
                    "New-design sites, first wave started 2023-Q3, energised 2025-Q2",
                    built(10, 17, 430.0),
                    vec![(4, megawatts(&[(17, 300.0), (20, 560.0)]))],
                    None,
                ),
            ],
            excludes: Vec::new(),
        },
        ProjectFacts {
            id: "odense".to_owned(),
            title: "Odense, Denmark: two more buildings".to_owned(),
            schedules: vec![
                schedule(
                    "start@2022-Q3",
                    "Odense, Denmark: two more buildings started 2022-Q3, energised 2025-Q4",
                    built(6, 19, 58.0),
                    Vec::new(),
                    None,
                ),
                schedule(
                    "never",
                    "Odense, Denmark: two more buildings not started",
                    BTreeMap::new(),
                    Vec::new(),
                    None,
                ),
                schedule(
                    "start@2022-Q3+cancel@2022-Q4",
                    "Odense, Denmark: two more buildings started 2022-Q3, cancelled 2022-Q4",
                    with_exit(built(6, 7, 30.0), 7, 70.0),
                    Vec::new(),
                    Some(7),
                ),
                schedule(
                    "start@2022-Q3+cancel@2023-Q1",
                    "Odense, Denmark: two more buildings started 2022-Q3, cancelled 2023-Q1",
                    with_exit(built(6, 8, 30.0), 8, 68.0),
                    Vec::new(),
                    Some(8),
                ),
            ],
            excludes: Vec::new(),
        },
        ProjectFacts {
            id: "kuna".to_owned(),
            title: "Kuna, Idaho".to_owned(),
            schedules: vec![
                schedule("never", "Kuna, Idaho not started", BTreeMap::new(), Vec::new(), None),
                schedule(
                    "start@2022-Q3",
                    "Kuna, Idaho started 2022-Q3, energised 2025-Q3",
                    built(6, 18, 66.0),
                    Vec::new(),
                    None,
                ),
                schedule(
                    "start@2022-Q3+pause@2022-Q4",
                    "Kuna, Idaho started 2022-Q3, paused 2022-Q4",
                    with_exit(built(6, 7, 40.0), 8, 8.0),
                    Vec::new(),
                    Some(7),
                ),
            ],
            excludes: Vec::new(),
        },
    ]
}

fn portings() -> Vec<PortingFacts> {
    let porting = |workload: usize, family: &str, effort: i32, cost: f64| PortingFacts {
        workload,
        family: family.to_owned(),
        effort: Quarters(effort),
        ramp: Quarters(2),
        ramp_rate: 0.7,
        cost: Usd::millions(cost),
    };
    vec![porting(ADS, "cuda", 3, 60.0), porting(FEED, "cuda", 3, 45.0), porting(ADS, "own", 4, 50.0)]
}

fn programmes() -> Vec<ProgrammeFacts> {
    let schedule = |id: &str, label: &str, cash: Vec<Usd>, ships, stopped| ProgrammeSchedule {
        id: id.to_owned(),
        label: label.to_owned(),
        cash: BTreeMap::from([(CostClass::Programmes, cash)]),
        ships,
        stopped,
    };
    let until = |end: usize| millions(&(0..end).map(|q| (q, 60.0)).collect::<Vec<_>>());
    vec![ProgrammeFacts {
        id: "own-chip-1".to_owned(),
        title: "Inference chip of 2020".to_owned(),
        schedules: vec![
            schedule("ship.2022-Q4", "goes on and ships in 2022-Q4", until(7), Some(7), None),
            schedule("stop.2021-Q2", "stopped in 2021-Q2", until(1), None, Some(1)),
            schedule("stop.2022-Q3", "stopped in 2022-Q3", until(6), None, Some(6)),
        ],
    }]
}
