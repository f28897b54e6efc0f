//! Published rankers against prices: MLPerf inference per device, node power, and training throughput.

mod common;

use std::collections::BTreeMap;

use common::{Errors, Row, number, platform, rows, server};
use quarterdeck_catalog::{Catalog, Model, Platform, Precision};
use quarterdeck_performance::recommendation_inference::{Placement, Ranker, ranking_precision};
use quarterdeck_performance::{Machine, recommendation_training};
use quarterdeck_workload::{DriftFactors, SampleWork};

/// User-item pairs of one MLPerf sample, on average.
const PAIRS: f64 = 270.0;

fn work(catalog: &Catalog, model: &str) -> SampleWork {
    let model = catalog.model(model).unwrap();
    let Model::Recommendation(model) = model.as_ref() else { panic!("{} ranks nothing", model.id()) };
    SampleWork::of(model, &DriftFactors::NONE).unwrap()
}

fn host(catalog: &Catalog, device: &str) -> Platform {
    let cpu = catalog.device(device).unwrap().class == quarterdeck_catalog::DeviceClass::Cpu;
    let mut base = platform(catalog, if cpu { "cpu-2s-spr" } else { "h100-hgx-8" });
    base.device = device.to_owned();
    base
}

/// Samples per second of one device at full batches.
fn offline(catalog: &Catalog, row: &Row) -> f64 {
    let base = host(catalog, &row["device"]);
    let machine = Machine::of(catalog, &base).unwrap();
    let work = work(catalog, &row["model"]);
    let wanted = if row["precision"] == "8-bit" {
        None
    } else {
        Some(machine.device.first_peak(&[Precision::Bf16, Precision::Fp16]).unwrap().0)
    };
    let precision = ranking_precision(&machine, wanted).unwrap();
    let ranker = Ranker::new(&machine, &work, precision, PAIRS);
    let cost = ranker.sample_cost(Placement::EachDevice).unwrap();
    1.0 / (cost.exposed().as_seconds() * PAIRS)
}

#[test]
fn published_inference_is_met() {
    let catalog = Catalog::builtin();
    let mut families: BTreeMap<String, Errors> = BTreeMap::new();
    let (mut calibrate, mut test) = (Errors::default(), Errors::default());
    for row in rows("recommendation/inference.csv") {
        let measured = number(&row, "value", f64::NAN) / number(&row, "n_devices", 1.0);
        let predicted = offline(&catalog, &row);
        families
            .entry(format!("{} {} {} {}", row["split"], row["device"], row["model"], row["precision"]))
            .or_default()
            .add(&row["id"], predicted, measured);
        if row["split"] == "calibrate" { &mut calibrate } else { &mut test }
            .add(&row["id"], predicted, measured);
    }
    for (family, errors) in &families {
        errors.report(family);
    }
    calibrate.report("ranker inference, calibrate");
    test.report("ranker inference, test");
    assert!(calibrate.median() < 0.20, "calibrate: median {:.3}", calibrate.median());
    assert!((0.85..1.1).contains(&calibrate.geometric_mean()));
    // Eight-bit results of later rounds run below the share of the older ones.
    assert!(test.median() < 0.35, "test: median {:.3}", test.median());
    assert!((0.85..1.25).contains(&test.geometric_mean()));
}

/// Node power of busy rankers.
#[test]
fn published_node_power_is_met() {
    let catalog = Catalog::builtin();
    let mut errors = Errors::default();
    for row in rows("recommendation/power.csv") {
        let id = match row["device"].as_str() {
            "a100-sxm-40" => "a100-sxm-40-hgx-8",
            "a100-sxm-80" => "a100-sxm-80-hgx-8",
            "a100-pcie-80" => "a100-pcie-server-8",
            "h100-sxm" => "h100-hgx-8",
            "n3000" => "n3000-8",
            _ => continue,
        };
        let node = platform(&catalog, id);
        let machine = Machine::of(&catalog, &node).unwrap();
        let predicted =
            quarterdeck_performance::energy::mean_power(&machine, "recommendation-inference", 1.0)
                .unwrap()
                .as_watts();
        let measured = number(&row, "value", f64::NAN);
        errors.add(&row["id"], predicted, measured);
    }
    errors.report("ranker node power");
    assert!(errors.median() < 0.15 && errors.quantile(1.0) < 0.40);
}

#[test]
fn published_training_is_met() {
    let catalog = Catalog::builtin();
    let (mut errors, mut test) = (Errors::default(), Errors::default());
    for row in rows("recommendation/training.csv") {
        let devices = number(&row, "n_devices", 1.0);
        let cpu = row["device"].starts_with("xeon");
        let mut base = if cpu {
            platform(&catalog, "cpu-2s-spr")
        } else {
            server(&catalog, &row["device"], number(&row, "scale_up_domain", 8.0) as u32, 400.0)
        };
        base.device.clone_from(&row["device"]);
        let machine = Machine::of(&catalog, &base).unwrap();
        let precision = if cpu { Precision::Bf16 } else { Precision::Tf32 };
        let batch = number(&row, "batch_global", f64::NAN);
        let time = recommendation_training::iteration(
            &work(&catalog, &row["model"]),
            &machine,
            precision,
            batch,
            devices / machine.devices,
        )
        .unwrap();
        let predicted = batch / time.total().as_seconds();
        let measured = number(&row, "value", f64::NAN);
        if row["split"] == "calibrate" { &mut errors } else { &mut test }
            .add(&row["id"], predicted, measured);
    }
    errors.report("ranker training, calibrate");
    test.report("ranker training, test");
    // Two submissions on equal machines differ by 1.4x.
    assert!(errors.median() < 0.20, "median {:.3}", errors.median());
    assert!((0.8..1.2).contains(&errors.geometric_mean()));
    // Processors without accelerators: priced 1.6x too fast today.
    assert!((1.0..2.0).contains(&test.geometric_mean()), "{:.3}", test.geometric_mean());
}
