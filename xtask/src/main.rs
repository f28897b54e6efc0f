//! `cargo xtask tidy`, `cargo xtask commands`, `cargo xtask calibrate` and `cargo xtask probe-check`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xtask::{Repo, calibrate, commands, probe_check, root, tidy};

const USAGE: &str = "\
usage: cargo xtask <chore>

  tidy                 check what the compiler does not: stage order, headers, documents, dependencies
  tidy --list          say what each check refuses
  commands [BINARY]    run the quarterdeck commands of the README and the book
                       (default binary: target/debug/quarterdeck)
  calibrate --rows FOLDER
                       fit data/calibration/kernels.toml to the measured kernel rows of a folder
  probe-check PROBE PYTHON THREADS
                       run five rankers in PyTorch beside what PROBE, written by `quarterdeck probe`, predicts";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => run_tidy(),
        ["tidy", "--list"] => {
            for check in tidy::CHECKS {
                println!("{:<14} {}", check.name, check.refuses);
            }
            ExitCode::SUCCESS
        }
        ["commands"] => run_commands(root().join("target/debug/quarterdeck")),
        ["calibrate", "--rows", folder] => run_calibrate(Path::new(folder)),
        ["probe-check", probe, python, threads] => run_probe_check(probe, python, threads),
        ["commands", binary] => run_commands(PathBuf::from(binary)),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run_tidy() -> ExitCode {
    let repo = match Repo::load(&root()) {
        Ok(repo) => repo,
        Err(reason) => return fail(&reason),
    };
    let findings = tidy::findings(&repo);
    for (check, finding) in &findings {
        eprintln!("tidy[{check}] {finding}");
    }
    let (files, crates) = (repo.tree.len(), repo.workspace.packages.len());
    if findings.is_empty() {
        println!("tidy: {} checks passed on {files} files in {crates} crates", tidy::CHECKS.len());
        ExitCode::SUCCESS
    } else {
        fail(&format!("tidy: {} findings in {files} files", findings.len()))
    }
}

fn run_commands(binary: PathBuf) -> ExitCode {
    match commands::run_all(&root(), &binary) {
        Ok(ran) => {
            println!("commands: {ran} commands of the documents ran as stated");
            ExitCode::SUCCESS
        }
        Err(reason) => fail(&reason),
    }
}

fn run_calibrate(folder: &Path) -> ExitCode {
    let written = calibrate::calibrate(folder).and_then(|(text, report)| {
        let file = root().join("data/calibration/kernels.toml");
        std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(report)
    });
    match written {
        Ok(report) => {
            for line in report {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(reason) => fail(&reason),
    }
}

fn run_probe_check(probe: &str, python: &str, threads: &str) -> ExitCode {
    let Ok(threads) = threads.parse() else { return fail(&format!("`{threads}` is no number of threads")) };
    match probe_check::run(&root(), Path::new(probe), Path::new(python), threads) {
        Ok((lines, within)) => {
            println!("{}", lines.join("\n"));
            if within { ExitCode::SUCCESS } else { fail("a shape is past the bar") }
        }
        Err(reason) => fail(&reason),
    }
}

fn fail(reason: &str) -> ExitCode {
    eprintln!("{reason}");
    ExitCode::FAILURE
}
