//! Forward passes of rankers on a machine with a measured curve: parts, growth and what is refused.

use quarterdeck_catalog::{
    Catalog, Citation, GatherCurve, GatherPoint, KernelRow, Origin, Overlay, Precision, Recommendation,
};
use quarterdeck_performance::Machine;
use quarterdeck_performance::ranker_forward::{FrameworkCosts, forward_pass};
use quarterdeck_units::{Bandwidth, Bytes, Seconds};

/// A catalogue server with a curve of random rows that falls with the table.
fn catalog() -> Catalog {
    let builtin = Catalog::builtin();
    let mut device = (**builtin.device("xeon-8280").unwrap()).clone();
    let mut platform = (**builtin.platform("cpu-2s-clx").unwrap()).clone();
    (device.id, platform.id, platform.device) = ("ours".to_owned(), "ours".to_owned(), "ours".to_owned());
    platform.host.device = None;
    device.aliases.clear();
    platform.aliases.clear();
    let point = |row: f64, table: f64, rate: f64| {
        let rate = Bandwidth::gigabytes_per_second(rate);
        GatherPoint {
            row: Bytes::bytes(row),
            table: Bytes::megabytes(table),
            bandwidth: rate,
            low: rate,
            high: rate,
        }
    };
    let cite =
        Citation { origin: Origin::Assumed, source: None, locator: None, reason: Some("a test".to_owned()) };
    let gather = GatherCurve {
        cite,
        pooling: 32,
        point: vec![
            point(64.0, 10.0, 40.0),
            point(64.0, 4000.0, 8.0),
            point(256.0, 10.0, 80.0),
            point(256.0, 4000.0, 20.0),
        ],
    };
    let overlay = Overlay {
        device: vec![device],
        platform: vec![platform],
        kernels: [("ours".to_owned(), KernelRow { gather: Some(gather), ..KernelRow::default() })].into(),
        ..Overlay::default()
    };
    let text = overlay.to_toml().unwrap();
    Overlay::read(builtin, "ours.toml", &text).unwrap().0
}

fn ranker(skew: f64) -> Recommendation {
    let text = include_str!("../../../validation/probe/tables-large.toml");
    let mut model: Recommendation = toml::from_str(text).unwrap();
    model.tables[0].skew = skew;
    model
}

fn pass(
    catalog: &Catalog,
    model: &Recommendation,
    batch: f64,
    costs: &FrameworkCosts,
) -> quarterdeck_performance::ranker_forward::ForwardPass {
    let machine = Machine::of(catalog, catalog.platform("ours").unwrap()).unwrap();
    forward_pass(model, &machine, Precision::Fp32, batch, costs).unwrap()
}

#[test]
fn rows_cost_what_the_curve_says() {
    let catalog = catalog();
    let found = pass(&catalog, &ranker(0.0), 256.0, &FrameworkCosts::NONE);
    // Each of 2 tables of 2e6 rows of 512 B has 1,024 MB, both 2,048; their geometric mean is read. Rows past the widest
    // measured take its rates: between 80 GB/s at 10 MB and 20 GB/s at 4 GB on logarithmic scales.
    let share = quarterdeck_units::ln((1024.0f64 * 2048.0).sqrt() / 10.0) / quarterdeck_units::ln(400.0);
    let rate = 80e9 * quarterdeck_units::pow(20.0 / 80.0, share);
    let bytes = 256.0 * 2.0 * 32.0 * 512.0;
    let off = found.lookups.as_seconds() / (bytes / rate) - 1.0;
    assert!(off.abs() < 1e-9, "{found:?}: {off}");
    assert_eq!(found.framework, Seconds::ZERO);
}

#[test]
fn twice_the_batch_takes_about_twice_and_costs_stay() {
    let catalog = catalog();
    let costs = FrameworkCosts {
        lookup: Seconds::micros(40.0),
        layer: Seconds::micros(18.0),
        elementwise: Seconds::micros(5.0),
    };
    let (one, two) =
        (pass(&catalog, &ranker(0.0), 256.0, &costs), pass(&catalog, &ranker(0.0), 512.0, &costs));
    assert_eq!(one.framework, two.framework);
    // Two tables, four layers with their activations, one join.
    let expected = 2.0 * 40.0 + 4.0 * 23.0 + 5.0;
    assert!((one.framework.as_micros() - expected).abs() < 1e-6, "{one:?}");
    let ratio = two.lookups / one.lookups;
    assert!((ratio - 2.0).abs() < 1e-9);
    assert!(two.products > one.products * 1.5 && two.products < one.products * 2.1, "{one:?} {two:?}");
}

#[test]
fn skew_makes_rows_cheaper() {
    let catalog = catalog();
    let rows = [0.0, 0.6, 1.05, 1.4]
        .map(|skew| pass(&catalog, &ranker(skew), 256.0, &FrameworkCosts::NONE).lookups.as_millis());
    assert!(rows.windows(2).all(|pair| pair[0] > pair[1]), "{rows:?}");
}

#[test]
fn a_machine_without_curve_is_refused() {
    let catalog = Catalog::builtin();
    let machine = Machine::of(&catalog, catalog.platform("cpu-2s-clx").unwrap()).unwrap();
    let refused = forward_pass(&ranker(0.0), &machine, Precision::Fp32, 64.0, &FrameworkCosts::NONE);
    assert!(refused.unwrap_err().to_string().contains("random rows"));
}
