//! Whole runs of the program as a user sees them: exit codes, what is printed, what is written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn quarterdeck(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .args(arguments)
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

const FLAGSHIP: &str = "scenarios/meta-2022/scenario.toml";
const SMALL: &str = "scenarios/startup-assistant/scenario.toml";

#[test]
fn check_accepts_what_is_shipped() {
    let output = quarterdeck(&["check", FLAGSHIP, SMALL, "scenarios/university-cluster/scenario.toml"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).matches(": valid.").count(), 3);
}

#[test]
fn ten_mistakes_give_ten_messages_in_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.toml");
    let mut broken = std::fs::read_to_string(root().join(FLAGSHIP)).unwrap();
    for (right, wrong) in [
        ("discount_rate = \"8 %/yr\"", "discount_rate = \"8 %\""),
        ("end = \"2026-Q4\"", "end = \"2026-Q5\""),
        ("model = \"dlrm-ads-2021\"", "model = \"dlrm-adds-2021\""),
        ("latency_p99 = \"60 ms\"", "latency_p99 = 60"),
        ("peak_over_mean = 1.4", "peek_over_mean = 1.4"),
        ("id = \"feed-ranking\"", "id = \"ads-ranking\""),
        ("cooling = \"air\"", "cooling = \"airy\""),
        ("rack_density_max = \"12 kW\"", "rack_density_max = \"12 Gb\""),
        ("platform = \"v100-hgx-8\"", "platform = \"v100-hgx-9\""),
        ("to = \"cuda\"", "to = \"cudda\""),
    ] {
        assert!(broken.contains(right), "the scenario no longer holds {right}");
        broken = broken.replacen(right, wrong, 1);
    }
    std::fs::write(&path, broken).unwrap();
    let output = quarterdeck(&["check", path.to_str().unwrap()]);
    let messages = text(&output.stderr);
    assert_eq!(code(&output), 2);
    for said in [
        "8 %",
        "2026-Q5",
        "dlrm-ads-2021",
        "60",
        "peak_over_mean",
        "ads-ranking",
        "airy",
        "Gb",
        "v100-hgx-8",
        "cuda",
    ] {
        assert!(messages.contains(said), "no message speaks of {said}:\n{messages}");
    }
    assert!(messages.matches("scenario::").count() >= 10, "{messages}");
    assert!(messages.contains("broken.toml:"), "{messages}");
}

#[test]
fn bad_files_are_refused_with_code_2_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let huge = vec![b'#'; 50 << 20];
    let deep = format!("a = {}", "[".repeat(100_000));
    let cases = [
        write("empty.toml", b""),
        write("binary.toml", &[0, 159, 146, 150, 255, 0, 1]),
        write("huge.toml", &huge),
        write("deep.toml", deep.as_bytes()),
        write("cyclic.toml", b"extends = \"cyclic.toml\"\nschema = 1\n"),
        folder.path().join("missing.toml").to_str().unwrap().to_owned(),
        folder.path().to_str().unwrap().to_owned(),
    ];
    let out = folder.path().join("out");
    for path in cases {
        let output = quarterdeck(&["plan", &path, "--out", out.to_str().unwrap()]);
        let messages = text(&output.stderr);
        assert_eq!(code(&output), 2, "{path}: {messages}");
        assert!(!messages.contains("panicked") && !messages.is_empty(), "{path}: {messages}");
        assert!(!out.exists(), "{path} left something behind");
    }
}

#[test]
fn absurd_values_are_named_with_their_bound() {
    let output = quarterdeck(&["check", FLAGSHIP, "--set", "site.midwest.it_power=5 TW"]);
    assert_eq!(code(&output), 2, "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("it_power"), "{}", text(&output.stderr));
}

#[test]
fn a_small_plan_is_written_whole_and_repeats_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, threads: &str| {
        let out = folder.path().join(name);
        let output = quarterdeck(&[
            "plan",
            SMALL,
            "--out",
            out.to_str().unwrap(),
            "--threads",
            threads,
            "--format",
            "json",
        ]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        (out, text(&output.stdout))
    };
    let (first, document) = run("first", "1");
    let (second, _) = run("second", "2");
    for name in ["plan.json", "report.html", "scenario.toml", "tables/orders.csv", "tables/ledger.parquet"] {
        assert!(first.join(name).is_file() || name.contains("orders"), "{name} is missing");
    }
    let ledger = |folder: &Path| std::fs::read(folder.join("tables/ledger.csv")).unwrap();
    assert_eq!(ledger(&first), ledger(&second));
    assert!(document.contains("\"schema_version\""));
    let again = quarterdeck(&["check", first.join("scenario.toml").to_str().unwrap()]);
    assert_eq!(code(&again), 0, "{}", text(&again.stderr));
}

#[test]
fn assess_tells_the_state_of_a_quarter() {
    let output = quarterdeck(&["assess", SMALL, "--at", "2025-Q1"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).lines().all(|line| line.chars().count() <= 100), "{}", text(&output.stdout));
    let outside = quarterdeck(&["assess", SMALL, "--at", "1999-Q1"]);
    assert_eq!(code(&outside), 2);
    assert!(text(&outside.stderr).contains("lies outside"), "{}", text(&outside.stderr));
}

#[test]
fn the_catalogue_compares_and_suggests() {
    let output = quarterdeck(&["catalog", "compare", "a100-sxm-80", "h100-sxm", "mtia-v1", "tpu-v4"]);
    assert_eq!(code(&output), 0);
    let shown = text(&output.stdout);
    assert!(shown.contains("989.4 TFLOP/s") && shown.contains("assumed"), "{shown}");
    let wrong = quarterdeck(&["catalog", "show", "h100-sxn"]);
    assert_eq!(code(&wrong), 2);
    assert!(text(&wrong.stderr).contains("h100-sxm"), "{}", text(&wrong.stderr));
}

#[test]
fn explain_and_init_work_offline() {
    assert_eq!(code(&quarterdeck(&["explain", "scenario.site.it_power"])), 0);
    assert_eq!(code(&quarterdeck(&["explain", "scenario::unknown-key"])), 0);
    assert_eq!(code(&quarterdeck(&["explain", "nonsense-topic"])), 2);
    let folder = tempfile::tempdir().unwrap();
    for template in ["serving", "training", "fleet"] {
        let path = folder.path().join(format!("{template}.toml"));
        let path = path.to_str().unwrap();
        assert_eq!(code(&quarterdeck(&["init", path, "--template", template])), 0);
        assert_eq!(
            code(&quarterdeck(&["init", path, "--template", template])),
            2,
            "never overwrites unasked"
        );
        let output = quarterdeck(&["check", path]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    }
}

/// A Python with another build of HiGHS; `None` where there is none and none is demanded.
fn python() -> Option<PathBuf> {
    let candidates =
        [std::env::var_os("QUARTERDECK_PYTHON").map(PathBuf::from), Some(root().join(".venv/bin/python"))];
    let found = candidates.into_iter().flatten().find(|python| {
        Command::new(python).args(["-c", "import highspy"]).output().is_ok_and(|run| run.status.success())
    });
    assert!(
        found.is_some() || std::env::var_os("CI").is_none(),
        "no Python with highspy: `make test` installs one"
    );
    found
}

const READER: &str = "
import sys, highspy
solver = highspy.Highs()
solver.setOptionValue('output_flag', False)
solver.setOptionValue('mip_rel_gap', 1e-9)
assert solver.readModel(sys.argv[1]) == highspy.HighsStatus.kOk
solver.run()
print(repr(solver.getInfo().objective_function_value))
";

#[test]
fn another_build_of_the_solver_finds_the_same_cost() {
    let Some(python) = python() else {
        eprintln!("SKIPPED: no Python with highspy; `make test` installs one");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    // A short horizon proves the optimum to the last digit in a moment.
    for (scenario, end) in [(SMALL, "2024-Q4"), ("scenarios/university-cluster/scenario.toml", "2025-Q2")] {
        let shorter = format!("horizon.end={end}");
        let mps = folder.path().join("model.mps");
        let mps = mps.to_str().unwrap();
        let output = quarterdeck(&[
            "plan",
            scenario,
            "--set",
            &shorter,
            "--runs",
            "best",
            "--gap",
            "1e-9",
            "--write-mps",
            mps,
            "--format",
            "json",
        ]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let ours = document["runs"][0]["present_cost_usd"].as_f64().expect("a cost in the document");
        let solved = Command::new(&python).args(["-c", READER, mps]).output().unwrap();
        let theirs: f64 =
            text(&solved.stdout).trim().parse().unwrap_or_else(|_| panic!("{}", text(&solved.stderr)));
        let theirs = theirs * 1e6;
        assert!((ours - theirs).abs() <= 1e-6 * ours.abs(), "{scenario}: ours {ours}, theirs {theirs}");
    }
}
