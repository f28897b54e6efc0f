//! Recommendation models: one fit of each kind, and the sharding of a thousand tables on 128 devices.
//!
//! `cargo bench -p quarterdeck-performance --bench ranking`

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_performance::embedding::sharding::{Devices, TableLoad, plan};
use quarterdeck_performance::{FitRequest, fit};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bandwidth, Bytes, Count, Seconds};

fn fits(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let serving = WorkloadKind::RecommendationInference {
        latency_p99: Seconds::millis(60.0),
        candidates_per_query: Count(200.0),
        precision: None,
    };
    let training =
        WorkloadKind::RecommendationTraining { global_batch: Count(65_536.0), precision: Precision::Bf16 };
    for (name, kind, model, platform) in [
        ("serve dlrm-dcnv2 on h100-hgx-8", &serving, "dlrm-dcnv2", "h100-hgx-8"),
        (
            "serve dlrm-ads-2022 on t4-server-4, tables in host memory",
            &serving,
            "dlrm-ads-2022",
            "t4-server-4",
        ),
        ("train dlrm-dcnv2 on h100-hgx-8", &training, "dlrm-dcnv2", "h100-hgx-8"),
    ] {
        let (Ok(model), Ok(platform)) = (catalog.model(model), catalog.platform(platform)) else { continue };
        let request = FitRequest::new(name, kind, Some(model.as_ref()), platform.as_ref());
        criterion
            .bench_function(name, |bencher| bencher.iter(|| black_box(fit(black_box(&request), &catalog))));
    }
}

fn sharding(criterion: &mut Criterion) {
    let devices = Devices {
        count: 128,
        memory: Bytes::gigabytes(60.0),
        lookup_rate: Bandwidth::gigabytes_per_second(1700.0),
        exchange_rate: Bandwidth::gigabytes_per_second(200.0),
        line: 32.0,
        vector_bytes: 2.0,
        global_batch: 65_536.0,
    };
    // Sizes over four decades, widths and poolings as production models mix them.
    let tables: Vec<TableLoad> = (0..1000_u32)
        .map(|index| {
            let turn = f64::from(index * 7919 % 1000) / 1000.0;
            TableLoad {
                rows: quarterdeck_units::pow(10.0, 3.0 + 4.5 * turn),
                width: [32.0, 64.0, 128.0, 256.0][index as usize % 4],
                pooling: 1.0 + f64::from(index * 104_729 % 60),
                element_bytes: 2.0,
                unique_share: 0.1,
            }
        })
        .collect();
    let mut group = criterion.benchmark_group("sharding");
    group.sample_size(10);
    group.bench_function("1,000 tables on 128 devices", |bencher| {
        bencher.iter(|| black_box(plan(black_box(&tables), &devices)));
    });
}

criterion_group!(ranking, fits, sharding);
criterion_main!(ranking);
