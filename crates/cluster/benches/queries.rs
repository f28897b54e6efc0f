//! How fast queries are simulated: events a second of single queries and of batches.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quarterdeck_cluster::{
    Arrivals, Batching, Candidates, QuerySimulation, ServiceSpread, capacity, simulate_queries,
};
use quarterdeck_units::Seconds;
use std::hint::black_box;

const QUERIES: usize = 100_000;

fn run(servers: usize, most: f64) -> QuerySimulation {
    QuerySimulation {
        rate: 0.8 * servers as f64 * most / 0.01,
        arrivals: Arrivals::Poisson,
        candidates: Candidates::Fixed(1.0),
        servers,
        batching: Batching { most, wait: Seconds::ZERO },
        spread: ServiceSpread::None,
        queries: QUERIES,
        seed: 1,
    }
}

fn queries(criterion: &mut Criterion) {
    let service = |_: f64| Seconds::millis(10.0);
    let mut group = criterion.benchmark_group("queries");
    group.throughput(Throughput::Elements(QUERIES as u64)).sample_size(20);
    for (name, servers, most) in [("one server", 1, 1.0), ("eight servers, batches of 16", 8, 16.0)] {
        group.bench_function(name, |bench| {
            bench.iter(|| simulate_queries(black_box(&run(servers, most)), service));
        });
    }
    let small = QuerySimulation { queries: 10_000, ..run(8, 16.0) };
    group.bench_function("capacity of eight servers within 40 ms", |bench| {
        bench.iter(|| capacity(black_box(&small), Seconds::millis(40.0), 8.0 * 16.0 / 0.01, service));
    });
}

criterion_group!(benches, queries);
criterion_main!(benches);
