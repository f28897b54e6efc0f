//! `quarterdeck validate` as a user sees it: forms of the answer, own files, and faults with their exit code.

use std::path::Path;
use std::process::{Command, Output};

fn quarterdeck(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refusal(arguments: &[&str]) -> String {
    let output = quarterdeck(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const RUNS: &str = "id,hardware,gpus,model,seq_len,global_batch,tp,pp,micro_batch,precision,measured_metric,\
                    measured_value,unit\n\
                    good,h100-hgx-8,64,llama-3-70b,8192,128,4,4,1,bf16,step_time,14.9,s\n\
                    odd,\"abacus, wooden\",64,llama-3-70b,8192,128,4,4,1,bf16,step_time,14.9,s\n";

#[test]
fn families_are_listed() {
    assert!(stdout(&quarterdeck(&["validate"])).contains("training"));
}

#[test]
fn every_published_row_is_one_line_of_csv() {
    let text = stdout(&quarterdeck(&["validate", "training", "--format", "csv"]));
    assert_eq!(text.lines().next(), Some("id,measured,predicted,lower,upper,unit,status"));
    assert_eq!(text.lines().count(), 1 + 837 + 3);
    let test = stdout(&quarterdeck(&["validate", "training", "--split", "test", "--format", "csv"]));
    assert_eq!(test.lines().count(), 1 + 395 + 3);
}

#[test]
fn the_score_card_fits_the_page_and_names_what_it_rests_on() {
    let text = stdout(&quarterdeck(&["validate", "training"]));
    for said in ["Bars of the test rows", "Errors by source, test rows", "null", "Calculon", "Fitted numbers"]
    {
        assert!(text.contains(said), "{said}");
    }
    let tables = text.lines().take_while(|line| !line.starts_with("Errors are"));
    assert!(tables.map(|line| line.chars().count()).max().unwrap_or(0) <= 100);
}

#[test]
fn recommendation_has_its_own_card_rows_and_explanations() {
    let rows = stdout(&quarterdeck(&["validate", "recommendation", "--format", "csv"]));
    assert_eq!(rows.lines().next(), Some("id,measured,predicted,lower,upper,unit,status"));
    assert_eq!(rows.lines().count(), 1 + 635 + 7 + 149);
    let test = stdout(&quarterdeck(&["validate", "recommendation", "--split", "test", "--format", "csv"]));
    assert_eq!(test.lines().count(), 1 + 191 + 149);
    let card = stdout(&quarterdeck(&["validate", "recommendation"]));
    for said in ["Bars of the test rows", "Pairs of hardware", "Spread of equal submissions", "Null model"] {
        assert!(card.contains(said), "{said}");
    }
    let one = stdout(&quarterdeck(&["validate", "recommendation", "--row", "rs0001"]));
    assert!(one.contains("a100-pcie-80") && one.contains("One batch"));
    let json = stdout(&quarterdeck(&["validate", "recommendation", "--split", "test", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(191 + 149));
}

#[test]
fn own_runs_are_scored_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    std::fs::write(&path, RUNS).unwrap();
    let path = path.to_str().unwrap();
    let rows = stdout(&quarterdeck(&["validate", "training", "--data", path, "--format", "csv"]));
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("good,14.9,") && lines[1].ends_with(",s,ok"), "{}", lines[1]);
    assert!(lines[2].starts_with("odd,14.9,,,,s,"), "{}", lines[2]);
    let bill = stdout(&quarterdeck(&["validate", "training", "--data", path, "--row", "good"]));
    for said in ["Operators of one layer", "feed-forward down", "The step", "optimizer", "capacity"] {
        assert!(bill.contains(said), "{said}");
    }
    let json = stdout(&quarterdeck(&["validate", "training", "--data", path, "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["rows"][0]["predicted"].as_f64().unwrap() > 5.0);
}

#[test]
fn faults_of_files_and_ids_end_with_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.csv");
    std::fs::write(&path, RUNS.replace("gpus", "cards")).unwrap();
    let path = path.to_str().unwrap();
    assert!(refusal(&["validate", "training", "--data", path]).contains("no column `gpus`"));
    assert!(refusal(&["validate", "training", "--data", "no-such.csv"]).contains("no such file"));
    assert!(refusal(&["validate", "training", "--row", "dg00"]).contains("did you mean `dg0001`?"));
    assert!(refusal(&["validate", "--row", "dg0001"]).contains("validate training"));
}
