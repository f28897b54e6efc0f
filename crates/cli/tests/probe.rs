//! Whole runs of `probe`: what it writes is read back by `rank`, and what is wrong is said before it measures.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn quarterdeck(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the results")
}

/// A measurement as short as can be.
fn short(out: &Path) -> Output {
    let out = out.display().to_string();
    let short =
        ["probe", "--time", "1s", "--memory", "32 MB", "--threads", "1", "--no-gpu", "--format", "json"];
    let mut arguments = short.to_vec();
    arguments.extend(["--id", "our-server", "--out", &out]);
    quarterdeck(&arguments)
}

#[test]
fn a_measured_machine_is_ranked() {
    let folder = folder();
    let file: PathBuf = folder.path().join("probe.toml");
    let measured = short(&file);
    assert_eq!(measured.status.code(), Some(0), "{}", text(&measured.stderr));
    let found: serde_json::Value = serde_json::from_slice(&measured.stdout).expect("one JSON document");
    for table in found["gemm"].as_array().expect("products") {
        assert!(table["peak_flop_per_s"].as_f64().unwrap() > 1e8, "{table}");
    }
    let rates = found["gather"]["rates"].as_array().expect("random rows");
    assert!(
        rates.len() >= 8
            && rates.iter().all(|rate| rate["rate"]["median_bytes_per_s"].as_f64().unwrap() > 1e6)
    );
    assert_eq!(found["gpu"]["reason"], "not looked for");

    let on = format!("measured:{},cpu-2s-spr", file.display());
    let arguments = [
        "rank",
        "dlrm-mlperf-v1",
        "--on",
        &on,
        "--qps",
        "10",
        "--p99",
        "10s",
        "--candidates",
        "20",
        "--format",
        "json",
    ];
    let ranked = quarterdeck(&arguments);
    assert_eq!(ranked.status.code(), Some(0), "{}", text(&ranked.stderr));
    let ranked: serde_json::Value = serde_json::from_slice(&ranked.stdout).expect("one JSON document");
    let ours = ranked["platforms"].as_array().expect("platforms");
    let ours = ours.iter().find(|entry| entry["platform"] == "our-server").expect("the measured machine");
    assert_eq!(ours["now"]["runs"], true, "{ours}");
    assert!(ours["now"]["simulated_p99_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn what_is_wrong_is_said_before_anything_is_measured() {
    let folder = folder();
    let file = folder.path().join("probe.toml");
    let out = file.display().to_string();
    for (arguments, said) in [
        (vec!["probe", "--like", "abacus", "--out", &out], "`abacus` is not a platform"),
        (vec!["probe", "--format", "csv"], "prints text or JSON"),
        (vec!["probe", "--time", "5"], "60s"),
        (vec!["probe", "--memory", "1 kB"], "8 MB to 100 TB"),
        (vec!["probe", "--id", "Our Server"], "lower-case"),
    ] {
        let refused = quarterdeck(&arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(text(&refused.stderr).contains(said), "{arguments:?}: {}", text(&refused.stderr));
    }
    assert!(!file.exists());
}

#[test]
fn every_fault_of_measured_files_is_said_at_once() {
    let folder = folder();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        format!("measured:{}", path.display())
    };
    let unknown = write("unknown.toml", "colour = 1\n");
    let empty = write("empty.toml", "");
    let missing = format!("measured:{}", folder.path().join("missing.toml").display());
    let on = format!("{unknown},{empty},{missing}");
    let refused = quarterdeck(&["rank", "dlrm-mlperf-v1", "--on", &on, "--qps", "10", "--p99", "1s"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    for part in ["unknown field `colour`", "has no platform", "there is no file"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
