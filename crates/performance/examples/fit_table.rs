//! Prices ten workloads on twelve platforms over twenty-four quarters and prints how long that took.
//!
//! `cargo run --release -p quarterdeck-performance --example fit_table`

#[path = "../tests/common/workloads.rs"]
#[allow(dead_code)]
mod workloads;

use std::time::Instant;

use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_performance::FitTable;
use quarterdeck_scenario::{Basis, Between, Curve, Drift, Workload, WorkloadKind};
use quarterdeck_units::{Growth, Quarter, Ratio, UsdPerWork, WorkRate};
use quarterdeck_workload::demand::work_unit;

const PLATFORMS: [&str; 12] = [
    "cpu-1s-2020",
    "cpu-2s-icx",
    "cpu-2s-spr",
    "v100-hgx-8",
    "a100-sxm-40-hgx-8",
    "a100-sxm-80-hgx-8",
    "h100-hgx-8",
    "b200-hgx-8",
    "gb200-nvl72",
    "tpu-v4",
    "mtia-v1",
    "mtia-2i",
];

fn main() {
    let catalog = Catalog::builtin();
    let quarters: Vec<Quarter> = Quarter::new(2021, 1).through(Quarter::new(2026, 4)).collect();
    let workloads: Vec<Workload> = workloads::all(&catalog).into_iter().take(10).map(drifting).collect();
    let platforms: Vec<Platform> = PLATFORMS
        .iter()
        .map(|id| catalog.platform(id).map(|found| found.as_ref().clone()).unwrap())
        .collect();
    let start = Instant::now();
    let table = FitTable::build(&workloads, &platforms, &quarters, &catalog);
    println!(
        "{} outcomes, {} priced, in {:.0} ms",
        table.iter().count(),
        table.priced(),
        start.elapsed().as_secs_f64() * 1e3
    );
    for work in workloads::all(&catalog) {
        let platform = &platforms[6];
        let start = Instant::now();
        let rounds = 20;
        for _ in 0..rounds {
            std::hint::black_box(work.on(&catalog, platform));
        }
        let micros = start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
        println!(
            "{:<16} {:<18} {micros:>9.1} us",
            work.id,
            work.model.as_ref().map_or("-", |model| model.id())
        );
    }
}

/// A workload whose model grows, where models do.
fn drifting(work: workloads::Work) -> Workload {
    let ranks = matches!(
        work.kind,
        WorkloadKind::RecommendationInference { .. } | WorkloadKind::RecommendationTraining { .. }
    );
    let growth = |per_year: f64| if ranks { Growth { per_year } } else { Growth::NONE };
    let unit = work_unit(&work.kind);
    Workload {
        id: format!("{}-{}", work.id, work.model.as_ref().map_or("-", |model| model.id())),
        title: String::new(),
        model: work.model,
        demand: Curve { points: vec![(None, WorkRate::new(1e6, unit))], between: Between::Geometric },
        peak_over_mean: Ratio(1.4),
        drift: Drift {
            from: Quarter::new(2021, 1),
            flops_per_sample: growth(1.9),
            embedding_bytes: growth(1.4),
            lookups_per_sample: growth(1.2),
        },
        unserved: UsdPerWork { dollars: 1e-6, unit },
        runs_on: Vec::new(),
        one_site: false,
        basis: Basis::default(),
        kind: work.kind,
    }
}
