//! Whole runs of `train`: what is printed, what is refused, what is written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn train(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .arg("train")
        .args(arguments)
        .current_dir(root())
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
    let output = train(&all);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

const LLAMA: [&str; 5] = ["llama-3-405b", "--on", "h100-hgx-8", "--devices", "16384"];

/// Digits made `0`, so that a snapshot holds the form and not the calibration of the day.
fn form(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.contains('█')) {
        let mut digits = false;
        for c in line.trim_end().chars() {
            if c.is_ascii_digit() || (digits && (c == '.' || c == ',')) {
                if !digits {
                    out.push('#');
                }
                digits = true;
            } else {
                digits = false;
                out.push(c);
            }
        }
        out.push('\n');
    }
    out
}

/// An oversubscribed core makes data-parallel groups that span pods slower and cheaper; one that blocks nothing leaves
/// what its flows collide on.
#[test]
fn a_fabric_slows_what_leaves_its_pods() {
    let seconds = |fabric: &[&str]| {
        let all = [&LLAMA[..], &["--quick", "--strategy", "tp=8,pp=16,dp=128,zero=3"], fabric].concat();
        json(&all)["answer"]["strategies"][0]["step_s"].as_f64().expect("a step")
    };
    let (free, flat, thin) =
        (seconds(&[]), seconds(&["--fabric", "clos:3"]), seconds(&["--fabric", "clos:3,core=7:1,pod=3072"]));
    assert!(free <= flat && flat < thin, "{free} {flat} {thin}");

    let output = train(&[&LLAMA[..], &["--fabric", "clos:9"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--fabric"), "{}", text(&output.stderr));
}

#[test]
fn one_run_is_told_within_a_hundred_columns() {
    let output = train(&LLAMA);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    for part in [
        "Step",
        "Use",
        "Time",
        "State",
        "Energy",
        "Cost",
        "Best strategies",
        "Where a step of",
        "Memory of the fullest",
        "What limits",
        "What changes would bring",
        "Next:",
        "published 41 % on 16,384 devices",
        "visible half of attention",
    ] {
        assert!(shown.contains(part), "no {part} in\n{shown}");
    }
}

#[test]
fn parts_of_the_document_sum_to_their_wholes() {
    let document = json(&LLAMA);
    let answer = &document["answer"];
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let sum = |value: &serde_json::Value| {
        value.as_object().expect("parts").values().map(|part| part.as_f64().expect("a number")).sum::<f64>()
    };
    let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} is not {b}");
    let best = &answer["strategies"][0];
    near(sum(&best["exposed_s"]), number(&best["step_s"]));
    near(sum(&best["memory_b"]), number(&best["memory_used_b"]));
    let project = &answer["project"];
    let bill = |key: &str| {
        answer["bill"].as_array().expect("a bill").iter().map(|line| number(&line[key])).sum::<f64>()
    };
    near(bill("time_s"), number(&project["elapsed_s"]));
    near(bill("energy_j"), number(&project["site_energy_j"]));
    near(bill("cost_usd"), number(&project["cost_usd"]));
    near(number(&project["useful_s"]), number(&best["step_s"]) * number(&project["run_steps"]));
    // Strategies are in order, and every number says its unit.
    let steps: Vec<f64> = answer["strategies"]
        .as_array()
        .expect("strategies")
        .iter()
        .map(|one| number(&one["step_s"]))
        .collect();
    assert!(steps.len() == 5 && steps.is_sorted(), "{steps:?}");
    assert_eq!(quarterdeck_report::json::keys_without_unit(&document), Vec::<String>::new());
    // The curve runs from eight devices to a hundred thousand.
    let sizes = answer["scaling"].as_array().expect("a curve");
    assert_eq!(number(&sizes[0]["run_devices"]), 8.0);
    assert_eq!(number(&sizes[sizes.len() - 1]["run_devices"]), 100_000.0);
}

#[test]
fn a_given_strategy_is_priced_as_the_search_does() {
    let found = json(&LLAMA);
    let spec = found["answer"]["strategies"][0]["layout"]["spec"].as_str().expect("a spec").to_owned();
    let mut arguments = LLAMA.to_vec();
    arguments.extend(["--strategy", &spec, "--quick"]);
    let given = json(&arguments);
    assert_eq!(
        given["answer"]["strategies"][0]["step_s"], found["answer"]["strategies"][0]["step_s"],
        "{spec}"
    );
}

#[test]
fn what_is_fixed_stays_fixed_and_a_rent_replaces_the_purchase() {
    let mut arguments = LLAMA.to_vec();
    arguments.extend([
        "--tp",
        "4",
        "--recompute",
        "selective",
        "--no-offload",
        "--quick",
        "--price",
        "2 USD/h",
    ]);
    let document = json(&arguments);
    for strategy in document["answer"]["strategies"].as_array().expect("strategies") {
        assert_eq!(strategy["layout"]["tensor"], 4);
        assert_eq!(strategy["layout"]["recompute"], "selective");
        assert_eq!(strategy["layout"]["offload_optimizer"], false);
    }
    let project = &document["answer"]["project"];
    let hours = project["elapsed_s"].as_f64().expect("a time") / 3600.0;
    let cost = project["cost_usd"].as_f64().expect("a cost");
    assert!((cost / (hours * 16_384.0 * 2.0) - 1.0).abs() < 1e-9);
}

#[test]
fn a_run_that_does_not_fit_is_an_answer_that_says_what_would() {
    let output = train(&["llama-3-405b", "--on", "h100-hgx-8", "--devices", "8"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(form(&text(&output.stdout)), @r"
    Llama # #B does not fit on # × H# SXM# #GB; it fits on # of them.

      Why    weights, states and activations need # GB of device memory, # GB is there
      Short  by # GB a device at best: # GB needed, # GB there

      Next: `quarterdeck train llama-#-#b --on h#-hgx-# --devices #`
    ");
    let smallest =
        json(&["llama-3-405b", "--on", "h100-hgx-8", "--devices", "8"])["answer"]["smallest_devices"]
            .as_f64()
            .expect("a number of devices")
            .to_string();
    let fits = json(&["llama-3-405b", "--on", "h100-hgx-8", "--quick", "--devices", &smallest]);
    assert_eq!(fits["fits"], true, "{smallest}");
}

#[test]
fn every_fault_is_told_at_once_with_the_nearest_choice() {
    let output = train(&[
        "llama-3-70",
        "--on",
        "h100-hgx8",
        "--devices",
        "64",
        "--precision",
        "fp3",
        "--fix",
        "tp=x,pq=2",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    for part in ["`llama-3-70`", "llama-3-70b", "`h100-hgx8`", "h100-hgx-8", "`fp3`", "bf16", "`pq`", "tp"] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }
    let output = train(&[
        "llama-3-70b",
        "--on",
        "a100-sxm-80-hgx-8",
        "--devices",
        "575",
        "--precision",
        "fp8",
        "--strategy",
        "tp=7,pp=91,dp=1",
    ]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(text(&output.stderr), @r"
    error: 575 devices do not fill servers of 8 (`a100-sxm-80-hgx-8`)
    help: give `--devices` 568 or 576
    error: `a100-sxm-80` on `a100-sxm-80-hgx-8` has no peak rate in fp8
    help: the device has `--precision fp32`, `--precision tf32`, `--precision bf16`, `--precision fp16`
    error: tp 7 × pp 91 × cp 1 × dp 1 are 637 devices, and the run has 575
    help: choose ways whose product divides 575: 575
    error: tp 7 does not divide the model's 64 query heads
    help: choose tp from 4 or 8
    error: pp 91 × 1 chunks are more than the model's 80 layers
    help: choose pp up to 80
    ");
}

#[test]
fn models_are_read_from_files_and_missing_fields_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.json");
    std::fs::write(
        &config,
        r#"{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "intermediate_size": 14336,
            "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
            "max_position_embeddings": 131072}"#,
    )
    .expect("a file");
    let config = config.to_str().expect("a path");
    let asked = [config, "--on", "h100-hgx-8", "--devices", "64", "--quick"];
    let own = json(&asked);
    let known = json(&[
        "llama-3-8b",
        "--on",
        "h100-hgx-8",
        "--devices",
        "64",
        "--quick",
        "--global-batch",
        "512",
        "--seq",
        "8192",
    ]);
    assert_eq!(own["question"]["parameters_count"], known["question"]["parameters_count"]);
    assert_eq!(own["question"]["run_tokens"]["basis"], "assumed");
    assert_eq!(own["answer"]["strategies"][0]["step_s"], known["answer"]["strategies"][0]["step_s"]);

    std::fs::write(folder.path().join("bad.json"), r#"{"model_type": "llama", "hiden_size": 4096}"#)
        .expect("a file");
    let output =
        train(&[folder.path().join("bad.json").to_str().expect("a path"), "--on", "h100", "--devices", "8"]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(told.contains("`hidden_size` is missing") && told.contains("`vocab_size` is missing"), "{told}");
}

#[test]
fn reports_and_drawings_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let (page, drawing) = (path("train.html"), path("schedule.svg"));
    let mut arguments = LLAMA.to_vec();
    arguments.extend(["-o", &page, "--schedule-svg", &drawing]);
    let output = train(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let page = std::fs::read_to_string(page).expect("a report");
    assert!(page.contains("What changes would bring") && page.contains("16,384"));
    let drawing = std::fs::read_to_string(drawing).expect("a drawing");
    assert!(drawing.starts_with("<svg") && drawing.matches("<rect").count() > 1000);
}

#[test]
fn platforms_stand_side_by_side() {
    let output = train(&["llama-3-70b", "--devices", "576", "--compare", "h100-hgx-8,gb200-nvl72,tpu-v5p"]);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for part in ["h100-hgx-8", "gb200-nvl72", "tpu-v5p", "fastest"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
}
