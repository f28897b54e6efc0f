//! How long fair rates take: 4,096 permutation flows on a three-tier fat tree; an all-to-all of 100,000 devices by
//! classes; a draw of hash collisions; the design of a large fabric from the catalogue.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use quarterdeck_catalog::Catalog;
use quarterdeck_facility::Prices;
use quarterdeck_facility::network::flows::{
    LinkGraph, LinkRates, Routing, all_to_all_classes, hashed, max_min, permutation,
};
use quarterdeck_facility::network::{ClosRequest, FabricCounts, FabricPolicy, back_end_fabric, clos};
use quarterdeck_kernel::Streams;
use quarterdeck_units::PriceYear;

const RATES: LinkRates = LinkRates { link: 50.0, scale_up: 450.0 };

fn network(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("network");
    group.sample_size(20);
    for flows in [256u64, 1024, 4096, 16_384] {
        // Switches with as many ports as make three tiers: sides of 8, 16 and 64 ports.
        let radix = if flows > 4096 { 64 } else { [16, 32, 64][(flows / 1024).min(2) as usize] };
        let tree = clos(ClosRequest { tiers: Some(3), ..ClosRequest::non_blocking(flows, radix) })
            .expect("three tiers");
        let graph = LinkGraph::new(&FabricCounts::Clos(tree), RATES, 1, false, Routing::Minimal);
        let mut stream = Streams::new(1).of("flows", flows);
        let pairs = permutation(graph.endpoints(), &mut stream);
        let set = hashed(&graph, &pairs, 1, &mut stream);
        group.bench_function(format!("fair rates of {flows} permutation flows"), |bencher| {
            bencher.iter(|| max_min(black_box(&set)));
        });
        group.bench_function(format!("the same with routes, {flows} flows"), |bencher| {
            bencher.iter(|| max_min(&hashed(&graph, black_box(&pairs), 1, &mut stream)));
        });
    }
    let large = clos(ClosRequest::non_blocking(100_000, 128)).expect("three tiers");
    group.bench_function("all-to-all of 100,000 devices by classes", |bencher| {
        bencher.iter(|| all_to_all_classes(black_box(&large), RATES));
    });
    let catalog = Catalog::builtin();
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    let platform = catalog.platform("h100-hgx-8").expect("a platform");
    group.bench_function("design of a fabric of 24,576 devices", |bencher| {
        bencher.iter(|| {
            back_end_fabric(&catalog, platform, black_box(3072), None, FabricPolicy::BACK_END, &prices)
        });
    });
    group.finish();
}

criterion_group!(benches, network);
criterion_main!(benches);
