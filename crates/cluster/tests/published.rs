//! Golden tests: failure intervals that publications print, from the catalogue's rates.

use quarterdeck_catalog::{Catalog, Provenance};
use quarterdeck_cluster::{FailureRate, Population, mean_time_to_failure, platform_goodput};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Count, Seconds};

fn rate(catalog: &Catalog, system: &str) -> FailureRate {
    let system = catalog.reliability.system(system).expect("a published system");
    FailureRate::per_1000_node_days(system.failures_per_1000_node_days.value)
}

#[test]
fn llama_3_is_interrupted_419_times_in_54_days() {
    let catalog = Catalog::builtin();
    let system = catalog.reliability.system("llama-3").expect("a published system");
    let nodes = f64::from(system.devices / system.devices_per_node);
    let counted: u32 = catalog.reliability.cause.iter().map(|cause| cause.count.value).sum();
    assert_eq!(counted, 419, "the causes of the paper's table 5 add up to its unexpected interruptions");
    let expected = rate(&catalog, "llama-3").expected(nodes, Seconds::days(54.0));
    assert!((expected - 419.0).abs() < 1.0, "{expected}");
    let mttf = mean_time_to_failure(nodes, rate(&catalog, "llama-3"));
    assert!((mttf.as_hours() - 3.09).abs() < 0.01, "{mttf:?}");
}

#[test]
fn rsc_1_projects_to_the_printed_intervals() {
    let catalog = Catalog::builtin();
    let hours = |devices: f64| mean_time_to_failure(devices / 8.0, rate(&catalog, "rsc-1")).as_hours();
    // Printed with one and two digits.
    assert!((hours(16_384.0) - 1.8).abs() < 0.05, "{}", hours(16_384.0));
    assert!((hours(131_072.0) - 0.23).abs() < 0.005 + 1e-9, "{}", hours(131_072.0));
}

/// The rate of ordinary jobs comes from 1,024 GPUs; the measured interval of 8 GPUs is the test: 47.7 days.
#[test]
fn ordinary_jobs_of_8_gpus_follow_from_those_of_1024() {
    let catalog = Catalog::builtin();
    let (ordinary, provenance) = Population::Ordinary.accelerator_rate(&catalog.reliability);
    let middle = mean_time_to_failure(128.0, ordinary);
    assert!((middle.as_hours() - 7.9).abs() < 1e-6, "{middle:?}");
    let small = mean_time_to_failure(1.0, ordinary).as_days();
    let error = small / 47.7 - 1.0;
    assert!(error.abs() < 0.15, "{small} days, {:.0} % off", 100.0 * error);
    // One population would say 28.8 h where 7.9 h was measured.
    let single = mean_time_to_failure(128.0, rate(&catalog, "rsc-1"));
    assert!((single.as_hours() - 28.8).abs() < 0.1);
    assert_ne!(provenance, Provenance::none());
}

#[test]
fn kinds_of_work_rank_as_they_should() {
    let catalog = Catalog::builtin();
    let hgx = catalog.platform("h100-hgx-8").expect("a platform");
    let training = WorkloadKind::DeviceHours {
        reference: "h100-hgx-8".into(),
        devices_per_job: Count(8.0),
        memory_per_device: None,
    };
    let serving = WorkloadKind::LlmInference {
        input_len: Count(1000.0),
        output_len: Count(300.0),
        ttft: Seconds::seconds(1.0),
        tpot: Seconds::millis(50.0),
        precision: None,
    };
    let of = |kind: &WorkloadKind, platforms: f64| {
        platform_goodput(kind, hgx, platforms, Bytes::gigabytes(1000.0), None, &catalog)
    };
    let (small, large) = (of(&training, 1.0), of(&training, 128.0));
    assert!(small.goodput.runtime > large.goodput.runtime);
    assert!(large.goodput.runtime > 0.5);
    let served = of(&serving, 1.0);
    assert!(served.goodput.runtime > 0.999 && served.goodput.runtime < 1.0);
    assert!(served.goodput.checkpoint_interval == Seconds::INFINITE);
    assert!(served.spares_needed >= 1 && large.spares_needed < 20);
    assert!(served.goodput.availability < 0.96);
}
