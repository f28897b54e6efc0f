//! What Rust files may hold, beyond what the compiler and clippy see.

use super::{Finding, stages};
use crate::Repo;
use crate::rust_source::{code_only, lines_with_word, test_lines, without_literals, without_tests};
use std::collections::BTreeSet;

/// Where solver bindings and unsafe code may stand.
const SOLVER: &str = "crates/plan/src/solver";
/// Where else unsafe code may stand: calls of the GPU driver, which is opened at run time.
const DRIVER: &str = "crates/probe/src/gpu/driver.rs";
/// Most lines of a file, tests aside.
const LONGEST: usize = 800;
/// Words of unfinished work; texts of a program may speak of them.
const MARKS: &[&str] = &["TODO", "FIXME", "XXX"];

fn rust_files(repo: &Repo) -> impl Iterator<Item = (&str, &str)> {
    repo.tree.ending(".rs")
}

/// Whether a file is only compiled for tests, examples or benchmarks.
fn is_test(path: &str) -> bool {
    ["/tests/", "/benches/", "/examples/", "/fuzz_targets/"].iter().any(|folder| path.contains(folder))
        || path.starts_with("fuzz/")
        || path.ends_with("/tests.rs")
}

/// The crate that a file of `crates/NAME/src` belongs to.
fn source_of(path: &str) -> Option<&str> {
    let (name, rest) = path.strip_prefix("crates/")?.split_once('/')?;
    (rest.starts_with("src/") && !is_test(path)).then_some(name)
}

fn is_solver(path: &str) -> bool {
    path.strip_prefix(SOLVER).is_some_and(|rest| rest.starts_with(['/', '.']))
}

/// Refuses solver bindings and unsafe code elsewhere.
pub fn solver_stays_inside(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in rust_files(repo) {
        if is_solver(path) {
            continue;
        }
        let code = code_only(text);
        let allowed: &[&str] = if path == DRIVER { &["unsafe"] } else { &[] };
        for (word, what) in [("highs_sys", "solver bindings"), ("unsafe", "unsafe code")] {
            if allowed.contains(&word) {
                continue;
            }
            for line in lines_with_word(&code, word) {
                findings.push(Finding::line(
                    path,
                    line,
                    format!("{what} belong in {SOLVER} only (`{word}`)"),
                ));
            }
        }
    }
    findings
}

/// Refuses what reaches past the `World` that a stage is handed.
pub fn stages_are_pure(repo: &Repo) -> Vec<Finding> {
    const OUTSIDE: &[(&str, &str)] = &[
        ("std::fs", "the disk"),
        ("std::env", "the environment"),
        ("std::net", "the network"),
        ("std::process", "processes"),
        ("std::thread", "threads"),
        ("rayon", "threads"),
        ("SystemTime", "the clock"),
        ("Instant", "the clock"),
        ("println", "the terminal"),
        ("print", "the terminal"),
        ("eprintln", "the terminal"),
        ("eprint", "the terminal"),
    ];
    let mut findings = Vec::new();
    for (path, text) in rust_files(repo) {
        // The bindings must know on which thread foreign code calls back.
        let Some(name) = source_of(path).filter(|name| stages::PURE.contains(name) && !is_solver(path))
        else {
            continue;
        };
        let code = code_only(&without_tests(text));
        for (word, what) in OUTSIDE {
            for line in lines_with_word(&code, word) {
                let is_macro = word.contains("print");
                let called =
                    code.lines().nth(line - 1).is_some_and(|text| text.contains(&format!("{word}!")));
                if !is_macro || called {
                    findings.push(Finding::line(
                        path,
                        line,
                        format!(
                            "stage `{name}` touches {what} (`{word}`); it sees the world it is handed only"
                        ),
                    ));
                }
            }
        }
    }
    findings
}

/// Refuses a file that does not say what it is for.
pub fn headers(repo: &Repo) -> Vec<Finding> {
    let says_nothing = |(path, text): (&str, &str)| {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let purpose = first.strip_prefix("//!").map(str::trim).unwrap_or_default();
        (purpose.is_empty())
            .then(|| Finding::line(path, 1, "begin with a `//!` header that says what the file is for"))
    };
    rust_files(repo).filter_map(says_nothing).collect()
}

/// Refuses a file that is too long to be read in one go.
pub fn length(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in rust_files(repo).filter(|(path, _)| !is_test(path)) {
        let tests: usize = test_lines(text).into_iter().map(Iterator::count).sum();
        let lines = text.lines().count() - tests;
        if lines > LONGEST {
            findings.push(Finding::file(
                path,
                format!("{lines} lines without tests; split it ({LONGEST} at most)"),
            ));
        }
    }
    findings
}

/// Refuses `unwrap` where it would turn someone's data into a panic.
pub fn unwrap(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in
        rust_files(repo).filter(|(path, _)| source_of(path).is_some_and(|name| name != "testkit"))
    {
        let code = code_only(&without_tests(text));
        for line in lines_with_word(&code, "unwrap") {
            findings.push(Finding::line(
                path,
                line,
                "`unwrap` in a library; return an error, or `expect` with the reason why it cannot fail",
            ));
        }
    }
    findings
}

/// Refuses marks of unfinished work, in any text file of ours.
pub fn leftovers(repo: &Repo) -> Vec<Finding> {
    const OURS: &[&str] = &[".rs", ".toml", ".md", ".ts", ".css", ".html", ".sh", ".py", "Makefile"];
    let mut findings = Vec::new();
    for (path, text) in repo.tree.texts().filter(|(path, _)| OURS.iter().any(|end| path.ends_with(end))) {
        let prose = if path.ends_with(".rs") { without_literals(text) } else { text.to_owned() };
        for mark in MARKS {
            for line in lines_with_word(&prose, mark) {
                findings.push(Finding::line(
                    path,
                    line,
                    format!("finish it or describe the limit (`{mark}`)"),
                ));
            }
        }
        if path.ends_with(".rs") {
            let code = code_only(text);
            for word in ["dbg", "todo", "unimplemented"] {
                for line in BTreeSet::from_iter(lines_with_word(&code, word)) {
                    let called =
                        code.lines().nth(line - 1).is_some_and(|text| text.contains(&format!("{word}!")));
                    if called {
                        findings.push(Finding::line(
                            path,
                            line,
                            format!("`{word}!` is not for committed code"),
                        ));
                    }
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tiny::files;

    fn lines(findings: &[Finding]) -> Vec<Option<usize>> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn bindings_and_unsafe_code_are_refused_outside_the_solver() {
        let text = "//! x\nuse highs_sys::Highs_run;\nfn f() { unsafe {} }\n// unsafe in prose\n";
        assert_eq!(solver_stays_inside(&files([("crates/plan/src/solver/highs/mod.rs", text)])), []);
        assert_eq!(solver_stays_inside(&files([("crates/plan/src/solver.rs", text)])), []);
        let found = solver_stays_inside(&files([("crates/plan/src/solver_two.rs", text)]));
        assert_eq!(lines(&found), [Some(2), Some(3)]);
    }

    #[test]
    fn the_gpu_driver_may_be_called_in_its_module_only() {
        let text = "//! x\nfn f() { unsafe {} }\n";
        assert_eq!(solver_stays_inside(&files([("crates/probe/src/gpu/driver.rs", text)])), []);
        assert_eq!(lines(&solver_stays_inside(&files([("crates/probe/src/gpu/mod.rs", text)]))), [Some(2)]);
        let solver = "//! x\nuse highs_sys::Highs_run;\n";
        assert_eq!(
            lines(&solver_stays_inside(&files([("crates/probe/src/gpu/driver.rs", solver)]))),
            [Some(2)]
        );
    }

    #[test]
    fn a_stage_that_reads_a_file_is_refused() {
        let text = "//! x\nuse std::fs;\nfn f() { println!(\"{}\", std::env::args().count()); }\nlet pretty_print = 1;\n";
        let found = stages_are_pure(&files([("crates/plan/src/a.rs", text)]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(
            stages_are_pure(&files([("crates/cli/src/a.rs", text), ("crates/plan/tests/a.rs", text)])),
            []
        );
    }

    #[test]
    fn the_tests_of_a_stage_may_read_files() {
        let text = "//! x\n#[cfg(test)]\nmod tests {\n use std::fs;\n}\n";
        assert_eq!(stages_are_pure(&files([("crates/plan/src/a.rs", text)])), []);
    }

    #[test]
    fn a_file_without_header_is_refused() {
        let found = headers(&files([
            ("a.rs", "//! Says it.\n"),
            ("b.rs", "use x;\n"),
            ("c.rs", "//!\n"),
            ("d.rs", ""),
        ]));
        assert_eq!(
            found.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(),
            ["b.rs", "c.rs", "d.rs"]
        );
    }

    #[test]
    fn long_files_are_refused_but_long_tests_are_not() {
        let body = "let a = 1;\n\n".repeat(401);
        let long = format!("//! x\n{body}");
        let tested = format!("//! x\n#[cfg(test)]\nmod tests {{\n{body}}}\n");
        let found = length(&files([("a.rs", &*long), ("b.rs", &*tested), ("crates/x/tests/c.rs", &*long)]));
        assert_eq!(found.len(), 1);
        assert!(found[0].message.starts_with("803 lines"), "{}", found[0]);
    }

    #[test]
    fn unwrap_is_refused_in_libraries_only() {
        let text = "//! x\n/// a.unwrap()\nfn f() { a.unwrap(); b.unwrap_or(1); }\n#[cfg(test)]\nmod tests { fn g() { c.unwrap() } }\n";
        let found = unwrap(&files([("crates/plan/src/a.rs", text), ("crates/plan/tests/b.rs", text)]));
        assert_eq!(lines(&found), [Some(3)]);
    }

    #[test]
    fn unfinished_work_is_refused() {
        let text = format!("//! x\n// {} later\nfn f() {{ dbg!(1); let todo = 2; todo!() }}\n", MARKS[0]);
        let found = leftovers(&files([("crates/plan/src/a.rs", &*text), ("picture.svg", &*text)]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(leftovers(&files([("a.rs", "//! x\nconst MARK: &str = \"TODO\";\n")])), []);
        assert_eq!(leftovers(&files([("a.md", "TODO")])).len(), 1);
    }
}
