//! A year of hourly weather through a plant, for each design and many sites.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use quarterdeck_catalog::{Catalog, ClimateRecord};
use quarterdeck_facility::cooling::{ItLoad, Plant, designs};
use quarterdeck_facility::power::{PowerChain, Redundancy};
use quarterdeck_facility::weather::typical_year;
use quarterdeck_units::Watts;
use rayon::prelude::*;

fn years(criterion: &mut Criterion) {
    let catalog = Catalog::builtin();
    let peak = Watts::megawatts(20.0);
    let chain = PowerChain::usual(Redundancy::NPlusOne, peak, &catalog).expect("the chain exists");
    let load = ItLoad { draw: Watts::megawatts(16.0), peak, liquid_share: 0.87, fan_share: 0.10 };
    let plants: Vec<Plant> =
        designs(&catalog).expect("designs").iter().map(|design| Plant::new(design, load, &chain)).collect();
    let weather = typical_year(catalog.climate("ashburn").expect("a climate"));
    let hot = typical_year(catalog.climate("phoenix").expect("a climate"));

    criterion.bench_function("typical year", |bencher| {
        let record = catalog.climate("ashburn").expect("a climate");
        bencher.iter(|| typical_year(black_box(record)));
    });
    let mut group = criterion.benchmark_group("year");
    for plant in [&plants[0], plants.last().expect("a plant")] {
        let name = plant.year(&weather).design;
        group.bench_function(&name, |bencher| bencher.iter(|| plant.year(black_box(&hot))));
    }
    group.finish();
    let twenty: Vec<&Plant> = plants.iter().cycle().take(20).collect();
    criterion.bench_function("20 designs at one site, weather included", |bencher| {
        let record = catalog.climate("ashburn").expect("a climate");
        bencher.iter(|| {
            let weather = typical_year(black_box(record));
            twenty.iter().map(|plant| plant.year(&weather).pue).sum::<f64>()
        });
    });
    let records: Vec<_> = catalog.climates.values().cycle().take(1000).collect();
    let mut group = criterion.benchmark_group("many sites");
    group.sample_size(10);
    group.bench_function("20 designs at 1,000 sites, weather included, every core", |bencher| {
        bencher.iter(|| {
            let site = |record: &&Arc<ClimateRecord>| {
                let weather = typical_year(black_box(record));
                twenty.iter().map(|plant| plant.year(&weather).pue).sum::<f64>()
            };
            records.par_iter().map(site).collect::<Vec<f64>>()
        });
    });
    group.finish();
}

criterion_group!(benches, years);
criterion_main!(benches);
