//! How long the parts of a plan take: reading, pricing, writing the model, solving.

use criterion::{Criterion, criterion_group, criterion_main};
use quarterdeck_bench::{FLAGSHIP, STARTUP, scenario};
use quarterdeck_catalog::Catalog;
use quarterdeck_engine::{PlanRequest, World, fits, plan, problem};
use quarterdeck_plan::formulation::formulate;
use quarterdeck_plan::{PlanOptions, Run};
use std::hint::black_box;

fn reading(criterion: &mut Criterion) {
    criterion.bench_function("catalogue, built in", |bench| bench.iter(Catalog::builtin));
    let catalog = Catalog::builtin();
    criterion.bench_function("scenario meta-2022, read and checked", |bench| {
        bench.iter(|| scenario(black_box(FLAGSHIP), &catalog));
    });
}

fn pricing(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let flagship = scenario(FLAGSHIP, &catalog);
    criterion
        .bench_function("fits of meta-2022", |bench| bench.iter(|| fits(black_box(&flagship), &catalog)));
    let table = fits(&flagship, &catalog);
    criterion.bench_function("model of meta-2022, written", |bench| {
        bench.iter(|| problem(&flagship, &catalog, &table, &Run::best()).map(|problem| formulate(&problem)));
    });
}

fn solving(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let world = World { catalog: &catalog, options: PlanOptions::default() };
    let mut group = criterion.benchmark_group("plan to a 0.1 % gap");
    group.sample_size(10);
    for (name, text, run) in [
        ("startup-assistant", STARTUP, Run::best()),
        ("meta-2022, best plan", FLAGSHIP, Run::best()),
        ("meta-2022, as it happened", FLAGSHIP, Run::as_it_happened()),
    ] {
        let scenario = scenario(text, &catalog);
        let requests = [PlanRequest { run }];
        group.bench_function(name, |bench| {
            bench.iter(|| plan(&world, &scenario, &requests, &mut |_, _| {}).map(|runs| runs.len()));
        });
    }
    group.finish();
}

criterion_group!(benches, reading, pricing, solving);
criterion_main!(benches);
