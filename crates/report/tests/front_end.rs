//! The contract between this crate and the front end: a sample report, written as TypeScript, so
//! that the TypeScript compiler compares every field with the types in `web/src/spec.ts`.
//!
//! `UPDATE_FIXTURES=1 cargo test -p quarterdeck-report --test front_end` writes it anew.

mod sample;

use std::path::PathBuf;

fn fixture() -> String {
    let document = sample::report().to_document().expect("the sample is sound");
    let json = serde_json::to_string_pretty(&document).expect("the sample is JSON");
    // Rows of values on one line each keep the file readable.
    let mut out = String::with_capacity(json.len());
    let mut line = String::new();
    for text in json.lines() {
        let item = text.trim();
        let is_scalar = item.trim_end_matches(',').parse::<f64>().is_ok()
            || matches!(item, "null" | "null,")
            || (item.starts_with('"') && !item.contains("\": "));
        if is_scalar && (out.ends_with("[\n") || !line.is_empty()) {
            line.push_str(item);
            line.push(' ');
            continue;
        }
        if !line.is_empty() {
            out.pop();
            out.push_str(line.trim_end());
            out.push_str(item);
            line.clear();
        } else {
            out.push_str(text);
        }
        out.push('\n');
    }
    format!(
        "// Written by the test `front_end` of crates/report; do not edit.\n\
         import type {{ ReportDocument }} from \"../spec\";\n\n\
         export const sample: ReportDocument = {out};\n"
    )
    .replace("\n;\n", ";\n")
}

#[test]
fn the_front_end_has_the_sample_of_this_version() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/src/sample/report.ts");
    let fixture = fixture();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::create_dir_all(path.parent().expect("has a folder")).expect("can make a folder");
        std::fs::write(&path, &fixture).expect("can write the fixture");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == fixture,
        "web/src/sample/report.ts is out of date; run\n  \
         UPDATE_FIXTURES=1 cargo test -p quarterdeck-report --test front_end"
    );
}

#[test]
fn the_sample_has_every_kind_of_chart() {
    let document = sample::report().to_document().expect("the sample is sound");
    let kinds: std::collections::BTreeSet<String> = document["sections"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|section| section["charts"].as_array().into_iter().flatten())
        .filter_map(|chart| chart["spec"]["chart"]["kind"].as_str().map(str::to_string))
        .collect();
    let expect = [
        "bars",
        "bridge",
        "fabric",
        "fan",
        "floor",
        "gantt",
        "heat-map",
        "lines",
        "memory-stack",
        "pareto",
        "schedule",
        "stacked-area",
        "stepped-lines",
        "waterfall",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), expect);
}

#[test]
fn the_sample_makes_a_page_of_either_kind() {
    let report = sample::report();
    let page = report.to_html().expect("the sample is sound");
    assert!(page.starts_with("<!doctype html>"));
    assert_eq!(page.contains("quarterdeck-data"), quarterdeck_report::html::has_charts());
    let plain = report.to_static_html().expect("the sample is sound");
    assert!(plain.contains("Dublin reaches 94 % of its 40 MW envelope"));
}
