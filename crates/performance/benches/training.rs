//! How long pricing one layout and searching whole spaces take: GPT-3 175B on 4,096 A100, DeepSeek-V3 on 2,048 H800.
//!
//! Prints the size of each space, the share that was never priced and layouts a second, then the times.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use quarterdeck_catalog::{Catalog, Platform, Precision};
use quarterdeck_performance::Machine;
use quarterdeck_performance::llm_training::{Job, Pricer, Query, Space, explore, search, smallest_group};
use quarterdeck_performance::parallelism::Layout;
use quarterdeck_workload::Shape;

/// A training run to be laid out.
struct Run {
    name: &'static str,
    model: &'static str,
    platform: Platform,
    devices: f64,
    sequence: f64,
    global_batch: f64,
    precision: Precision,
}

fn runs(catalog: &Catalog) -> [Run; 2] {
    let platform = |id: &str| catalog.platform(id).expect("a platform of the catalogue").as_ref().clone();
    // Servers of H800 are those of H100 with the other device.
    let h800 = Platform { device: "h800-sxm".to_owned(), ..platform("h100-hgx-8") };
    [
        Run {
            name: "GPT-3 175B on 4,096 A100",
            model: "gpt-3-175b",
            platform: platform("a100-sxm-80-hgx-8"),
            devices: 4096.0,
            sequence: 2048.0,
            global_batch: 1536.0,
            precision: Precision::Bf16,
        },
        Run {
            name: "DeepSeek-V3 on 2,048 H800",
            model: "deepseek-v3",
            platform: h800,
            devices: 2048.0,
            sequence: 4096.0,
            global_batch: 15_360.0,
            precision: Precision::Fp8,
        },
    ]
}

fn training(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let mut group = criterion.benchmark_group("training");
    group.sample_size(10);
    for run in runs(&catalog) {
        let machine = Machine::of(&catalog, &run.platform).expect("a platform that trains");
        let model = catalog.model(run.model).expect("a model of the catalogue");
        let shape = Shape::from(&model.as_transformer().expect("a transformer").architecture);
        let job = Job::new(shape, run.sequence, run.global_batch, run.precision);
        let pricer = Pricer::new(&machine, &job).expect("a precision of the device");
        let query = Query::fastest(run.devices, Space::WHOLE);

        let started = std::time::Instant::now();
        let found = explore(&[&pricer], &query);
        let seconds = started.elapsed().as_secs_f64();
        let best = found.best.first().expect("a layout that fits");
        println!(
            "{}: {} layouts, {:.4} % never priced, {:.1e} layouts/s; best {} at {:.3} s a step",
            run.name,
            found.counters.size,
            100.0 * found.counters.pruned_share(),
            found.counters.size as f64 / seconds,
            best.layout.spec(),
            best.time().as_seconds(),
        );
        group.bench_function(format!("{}, whole space", run.name), |bench| {
            bench.iter(|| explore(&[&pricer], black_box(&query)));
        });
        group.bench_function(format!("{}, best layout priced", run.name), |bench| {
            bench.iter(|| pricer.price(black_box(&best.layout)));
        });
        let plain: Layout = "tp=8,pp=16,dp=16,mbs=1,recompute=selective,zero=1,sp".parse().expect("a layout");
        group.bench_function(format!("{}, one layout priced", run.name), |bench| {
            bench.iter(|| pricer.price(black_box(&plain)));
        });
        group.bench_function(format!("{}, usual space", run.name), |bench| {
            bench.iter(|| search(&pricer, black_box(run.devices)));
        });
        group.bench_function(format!("{}, smallest group", run.name), |bench| {
            bench.iter(|| smallest_group(black_box(&pricer)));
        });
    }
    group.finish();
}

criterion_group!(benches, training);
criterion_main!(benches);
