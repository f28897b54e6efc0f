//! Whole runs of `rank` with chip designs and funnels: what is printed, what must hold, what is refused.

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn shown(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    serde_json::from_str(&shown(&all)).expect("one JSON document")
}

const OWN: [&str; 5] = ["rank", "--chip-design", "examples/own-chip.toml", "--against", "h100-hgx-8"];

fn own(more: &[&str]) -> serde_json::Value {
    let mut all = OWN.to_vec();
    all.extend(more);
    json(&all)
}

#[test]
fn an_own_chip_is_judged_within_a_hundred_columns_and_equal_seeds_give_equal_bytes() {
    let once = shown(&OWN);
    assert!(once.lines().all(|line| line.chars().count() <= 100), "{once}");
    assert_eq!(once, shown(&OWN));
    insta::assert_snapshot!(once);
}

#[test]
fn the_break_even_is_what_the_parts_give() {
    let answer = own(&[]);
    let number = |key: &str| answer[key].as_f64().unwrap();
    let fixed = number("development_at_shipment_usd") + number("porting_usd");
    assert!((number("break_even_devices") * number("saving_per_chip_usd") / fixed - 1.0).abs() < 1e-9);
    let likely = answer["volume_devices"]["likely_devices"].as_f64().unwrap();
    assert!((number("net_usd") - (likely * number("saving_per_chip_usd") - fixed)).abs() < 1.0);
    let parts: f64 = answer["unit_cost_parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["typical_usd"].as_f64().unwrap())
        .sum();
    assert!((parts / answer["unit_cost_usd"]["typical_usd"].as_f64().unwrap() - 1.0).abs() < 1e-9);
    for side in answer["sides"].as_array().unwrap() {
        let parts: f64 =
            side["cost_parts_usd"].as_object().unwrap().values().map(|usd| usd.as_f64().unwrap()).sum();
        assert!((parts / side["cost_per_million_samples_usd"].as_f64().unwrap() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn bad_news_never_makes_a_chip_look_better() {
    let scrapped = |more: &[&str]| own(more)["risk"]["scrapped_fraction"].as_f64().unwrap();
    let median = |more: &[&str]| own(more)["risk"]["net_p50_usd"].as_f64().unwrap();
    let base = scrapped(&[]);
    assert!(scrapped(&["--set", "programme.meets_target=0.2"]) >= base);
    assert!(scrapped(&["--set", "programme.missed_performance=10 %"]) >= base);
    assert!(median(&["--volume", "10000"]) < median(&[]));
    assert!(median(&["--set", "programme.cost=100e6 USD/quarter"]) < median(&[]));
    let sure = own(&["--volume", "250000"]);
    assert!(sure["risk"]["net_p10_usd"].as_f64() <= sure["risk"]["net_p50_usd"].as_f64());
    assert!(sure["risk"]["net_p50_usd"].as_f64() <= sure["risk"]["net_p90_usd"].as_f64());
}

#[test]
fn a_dearer_wafer_and_a_lower_yield_raise_the_unit_cost() {
    let unit = |more: &[&str]| own(more)["unit_cost_usd"]["typical_usd"].as_f64().unwrap();
    let assumed = ["--set", "cost.assumed=a test"];
    let with = |setting: &str| unit(&[&["--set", setting], &assumed[..]].concat());
    assert!(with("cost.wafer=30e3 USD") > unit(&[]));
    assert!(with("cost.die_yield=20 %") > unit(&[]));
    assert!(with("cost.margin=0") < unit(&[]));
}

#[test]
fn a_chip_without_an_operator_does_not_cover_the_model_that_needs_it() {
    let answer = own(&["--model", "hstu-small"]);
    assert_eq!(answer["break_even_devices"], serde_json::Value::Null);
    assert_eq!(answer["coverage"][0]["runs"], false);
    assert!(answer["coverage"][0]["reason"].as_str().unwrap().contains("does not cover attention"));
    assert_eq!(answer["lost_after_quarters"], 0);
}

#[test]
fn a_sweep_marks_the_front_and_one_best_design() {
    let answer = own(&["--sweep", "sram=64MB..1GB:3,clock=1GHz|1.3GHz|9GHz"]);
    let designs = answer["sweep"]["designs"].as_array().unwrap();
    assert_eq!(designs.len(), 9);
    assert_eq!(designs.iter().filter(|design| design["best"] == true).count(), 1);
    // 9 GHz is impossible, and says so.
    let refused: Vec<&str> = designs.iter().filter_map(|design| design["refused"].as_str()).collect();
    assert_eq!(refused.len(), 3);
    assert!(refused[0].contains("a clock of"), "{refused:?}");
    let best = designs.iter().find(|design| design["best"] == true).unwrap();
    let most =
        designs.iter().filter_map(|design| design["net_usd"].as_f64()).fold(f64::NEG_INFINITY, f64::max);
    assert_eq!(best["net_usd"].as_f64(), Some(most));
    // More memory on the die takes more of it.
    let area = |sram: &str| {
        let of =
            designs.iter().find(|design| design["settings"]["sram"] == sram && design["refused"].is_null());
        of.unwrap()["die_area_mm2"].as_f64().unwrap()
    };
    assert!(area("1 GB") > area("64 MB"));
}

/// Samples a joule of a platform on a model, at the site's meter less the hall.
fn samples_per_joule(model: &str, platform: &str) -> f64 {
    let answer = json(&["rank", model, "--on", platform, "--qps", "1e5", "--p99", "100ms", "--years", "0"]);
    let now = &answer["platforms"][0]["now"];
    assert_eq!(now["runs"], true, "{model} on {platform}: {now}");
    let rate = now["rate_per_machine_samples_per_s"].as_f64().unwrap() * now["machines"].as_f64().unwrap();
    rate / now["site_power_w"].as_f64().unwrap()
}

#[test]
fn anchors_of_published_chips_are_near_what_was_published() {
    let over = |model: &str, chip: &str, rival: &str| {
        samples_per_joule(model, chip) / samples_per_joule(model, rival)
    };
    let gpu = "a100-pcie-server-8";
    let n3000 = over("dlrm-mlperf-v1", "chip:examples/chips/n3000.toml", gpu);
    let models = ["dlrm-small", "dlrm-medium", "dlrm-large"];
    let mtia: f64 =
        models.iter().map(|model| over(model, "chip:examples/chips/mtia-v1.toml", gpu)).sum::<f64>() / 3.0;
    println!("N3000 over A100: {n3000:.2} (1.39 published); MTIA v1 over a GPU: {mtia:.2} (0.9 published)");
    // Too low today: the prior of a design was set before rankers were priced by software stack.
    assert!((n3000 / 1.39 - 1.0).abs() < 0.45, "{n3000}");
    assert!((mtia / 0.9 - 1.0).abs() < 0.35, "{mtia}");
}

#[test]
fn a_design_stands_where_a_platform_does() {
    let answer = json(&[
        "rank",
        "dlrm-ads-2022",
        "--on",
        "mtia-2i,chip:examples/chips/mtia-2i.toml",
        "--qps",
        "1e6",
        "--p99",
        "60ms",
    ]);
    let rate = |at: usize| answer["platforms"][at]["now"]["rate_per_machine_samples_per_s"].as_f64().unwrap();
    // The design has the numbers of the catalogue's device, but for its peak, which is not rounded.
    assert!((rate(0) / rate(1) - 1.0).abs() < 0.01, "{} {}", rate(0), rate(1));
    let refused = run(&[
        "train",
        "llama-3-8b",
        "--on",
        "chip:examples/own-chip.toml",
        "--devices",
        "24",
        "--tokens",
        "1e9",
    ]);
    assert!(text(&refused.stderr).contains("covers inference of recommendation models only"), "{refused:?}");
}

#[test]
fn a_funnel_is_sized_stage_by_stage() {
    let once = shown(&["rank", "--funnel", "examples/funnel-ads.toml"]);
    assert!(once.lines().all(|line| line.chars().count() <= 100), "{once}");
    insta::assert_snapshot!(once);
    let answer = json(&["rank", "--funnel", "examples/funnel-ads.toml"]);
    let stages = answer["stages"].as_array().unwrap();
    let time: f64 = stages.iter().map(|stage| stage["time_ms"].as_f64().unwrap()).sum();
    assert!(time + answer["hops_ms"].as_f64().unwrap() <= answer["latency_p99_ms"].as_f64().unwrap() + 1e-6);
    for stage in stages {
        let best = &stage["platforms"][0];
        assert!(best["latency_p99_ms"].as_f64() <= stage["time_ms"].as_f64(), "{stage}");
    }
}

#[test]
fn faults_of_files_and_arguments_end_with_two_and_say_what_to_do() {
    let output =
        run(&[&OWN[..], &["--set", "silicon.clock=0 GHz", "--set", "silicon.die_area=2000 mm2"]].concat());
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    for said in ["a clock of 0 Hz runs nothing", "can not be exposed at once", "2 errors"] {
        assert!(told.contains(said), "{said}\n{told}");
    }
    for (arguments, said) in [
        (vec!["rank", "--chip-design", "examples/own-chip.toml"], "--against"),
        (
            vec!["rank", "--chip-design", "examples/none.toml", "--against", "h100-hgx-8"],
            "there is no such file",
        ),
        (vec!["rank", "--chip-design", "examples/own-chip.toml", "--against", "h100-hgx"], "did you mean"),
        (
            vec!["rank", "--chip-design", "examples/own-chip.toml", "--against", "tpu-v4"],
            "no price of `tpu-v4`",
        ),
        ([&OWN[..], &["--model", "dlrm-add=x"]].concat(), "is not a model of the catalogue"),
        ([&OWN[..], &["--sweep", "colour=1..2"]].concat(), "is not a number of a chip design"),
        (
            vec!["rank", "dlrm-ads-2022", "--on", "chip:examples/none.toml", "--qps", "1", "--p99", "1s"],
            "no such file",
        ),
        (vec!["rank", "--funnel", "examples/own-chip.toml"], "is not a key of a funnel"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{said}\n{}", text(&output.stderr));
    }
}

#[test]
fn the_page_is_written_whole_with_its_charts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chip.html");
    let path = path.to_str().unwrap();
    shown(&[&OWN[..], &["-o", path, "--sweep", "clock=1GHz|1.3GHz"]].concat());
    let page = std::fs::read_to_string(path).unwrap();
    for id in ["chip-cost", "chip-volume", "chip-lifetime", "chip-risk", "chip-sweep"] {
        assert!(page.contains(id), "{id}");
    }
}
