//! Whole runs of `rank`: what is printed and what is refused.

use std::path::Path;
use std::process::{Command, Output};

fn rank(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .arg("rank")
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let output = rank(&all);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

const ADS: [&str; 7] = [
    "dlrm-ads-2021",
    "--on",
    "cpu-2s-spr,a100-hgx-8,h100-hgx-8,mtia-v1,tpu-v4",
    "--qps",
    "50e6",
    "--p99",
    "60ms",
];

#[test]
fn platforms_are_ranked_by_cost_within_a_hundred_columns() {
    let output = rank(&ADS);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    for said in ["per million", "binds", "After 3 years of drift", "no price of tpu-v4"] {
        assert!(shown.contains(said), "{said}");
    }
    let answer = json(&ADS);
    let costs: Vec<f64> = answer["platforms"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["now"]["cost_per_million_samples_usd"].as_f64())
        .collect();
    assert_eq!(costs.len(), 4);
    assert!(costs.windows(2).all(|pair| pair[0] <= pair[1]), "{costs:?}");
}

#[test]
fn machines_carry_the_rate_and_a_heavier_model_needs_more() {
    let answer = json(&ADS);
    for entry in answer["platforms"].as_array().unwrap() {
        let number = |when: &str, key: &str| entry[when][key].as_f64().unwrap();
        let carried = number("now", "machines") * number("now", "rate_per_machine_samples_per_s");
        assert!(carried >= 50e6 * 200.0, "{entry}");
        assert!(number("later", "machines") > number("now", "machines"), "{entry}");
        assert!(number("now", "latency_p99_ms") <= 60.0 + 1e-9);
        let price = number("now", "site_power_w") / number("now", "machines");
        assert!(price < 1.5 * number("now", "rated_power_w") / number("now", "machines"));
    }
    let twice = json(&["dlrm-ads-2021", "--on", "h100-hgx-8", "--qps", "100M", "--p99", "60ms"]);
    let once = json(&["dlrm-ads-2021", "--on", "h100-hgx-8", "--qps", "50M", "--p99", "60ms"]);
    let machines = |answer: &serde_json::Value| answer["platforms"][0]["now"]["machines"].as_f64().unwrap();
    assert!((machines(&twice) / machines(&once) - 2.0).abs() < 0.01);
}

#[test]
fn training_is_ranked_on_a_number_of_devices() {
    let answer = json(&["dlrm-dcnv2", "--train", "--on", "h100-hgx-8,b200-hgx-8", "--devices", "64"]);
    let platforms = answer["platforms"].as_array().unwrap();
    assert_eq!(platforms.len(), 2);
    for entry in platforms {
        assert_eq!(entry["now"]["machines"].as_f64(), Some(8.0));
        assert!(entry["now"]["cost_per_million_samples_usd"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn an_objective_that_cannot_be_met_is_an_answer_with_the_best_that_can() {
    let output = rank(&["dlrm-dcnv2", "--on", "h100-hgx-8", "--qps", "100", "--p99", "0.1ms"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("cannot be met: the best is"));
}

#[test]
fn every_fault_of_a_question_is_told_at_once() {
    let output =
        rank(&["dlrm-ads", "--on", "h100-hgx,abacus", "--qps", "4", "--p99", "0ms", "--precision", "roman"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: `h100-hgx` is not a platform of the catalogue; did you mean `h100` or `h100-hgx-8` or `a100-hgx-8`?
    help: `quarterdeck catalog list platforms` prints every id
    error: `abacus` is not a platform of the catalogue
    help: `quarterdeck catalog list platforms` prints every id
    error: `roman` is not a precision; known: fp32, tf32, bf16, fp16, fp8, int8, fp4
    help: leave out `--precision` for the best that each device has
    error: a p99 of 0 s cannot be met
    help: write a time such as `--p99 60ms`
    ");
    for (arguments, said) in [
        (vec!["llama-3-8b", "--on", "h100-hgx-8", "--qps", "4", "--p99", "1s"], "is a language model"),
        (vec!["dlrm-dcnv2", "--train", "--on", "h100-hgx-8", "--devices", "63"], "`--devices 64` fills them"),
        (vec!["dlrm-dcnv2", "--on", "h100-hgx-8"], "--qps"),
        (vec!["dlrm-dcnv2", "--on", "h100-hgx-8", "--qps", "0", "--p99", "1s"], "no positive number"),
    ] {
        let output = rank(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
}
