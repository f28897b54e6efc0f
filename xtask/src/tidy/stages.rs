//! The arrow: a crate uses crates to its left only.

use super::Finding;
use crate::Repo;
use crate::workspace::{Dependency, Kind, Package, short};

/// The crates from left to right. Those in one row are level: none of them uses another.
pub const ARROW: &[&[&str]] = &[
    &["units"],
    &["kernel", "catalog"],
    &["scenario"],
    &["workload"],
    &["performance"],
    &["cluster"],
    &["facility"],
    &["plan", "validation"],
    &["report"],
    &["engine"],
    &["probe"],
    &["cli", "server", "python"],
];

/// Crates beside the arrow, which may use any of it; the arrow uses them in tests only.
pub const BESIDE: &[&str] = &["testkit", "bench", "xtask"];

/// The stages proper, which see the world only as it is handed to them.
pub const PURE: &[&str] = &[
    "units",
    "kernel",
    "catalog",
    "scenario",
    "workload",
    "performance",
    "validation",
    "cluster",
    "facility",
    "plan",
    "report",
];

fn place(name: &str) -> Option<usize> {
    ARROW.iter().position(|row| row.contains(&name))
}

fn manifest(package: &Package) -> String {
    match package.short() {
        "xtask" => "xtask/Cargo.toml".to_owned(),
        name => format!("crates/{name}/Cargo.toml"),
    }
}

/// Refuses a use to the right, and a crate that stands nowhere.
pub fn order(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &repo.workspace.packages {
        let name = package.short();
        let path = manifest(package);
        if BESIDE.contains(&name) {
            continue;
        }
        let Some(here) = place(name) else {
            findings.push(Finding::file(
                &path,
                format!("`{name}` has no place in the arrow; give it one in xtask/src/tidy/stages.rs"),
            ));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.own) {
            let used = short(&dependency.name);
            if BESIDE.contains(&used) {
                if dependency.kind == Kind::Normal {
                    findings.push(Finding::file(
                        &path,
                        format!("`{name}` uses `{used}` outside tests; move it to [dev-dependencies]"),
                    ));
                }
            } else if place(used).is_none_or(|there| there >= here) {
                findings.push(Finding::file(
                    &path,
                    format!("`{name}` uses `{used}`, which is not to its left in the arrow"),
                ));
            }
        }
    }
    findings
}

/// Refuses any crate of the domain under `kernel`, tests aside; quantities are no domain.
pub fn kernel_knows_no_domain(repo: &Repo) -> Vec<Finding> {
    let kernel = repo.workspace.packages.iter().filter(|package| package.short() == "kernel");
    let own = kernel.flat_map(|package| {
        let of_domain =
            |line: &&Dependency| line.own && line.kind != Kind::Dev && short(&line.name) != "units";
        package.dependencies.iter().filter(of_domain).map(|line| {
            let used = short(&line.name);
            Finding::file(&manifest(package), format!("`kernel` uses `{used}`; it knows no domain noun"))
        })
    });
    own.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tiny::package;
    use crate::workspace::Workspace;

    fn repo(packages: Vec<Package>) -> Repo {
        Repo { workspace: Workspace { packages }, ..Repo::default() }
    }

    fn messages(findings: Vec<Finding>) -> String {
        findings.into_iter().map(|finding| finding.to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_use_to_the_left_passes() {
        let good = repo(vec![
            package("quarterdeck-plan", &[("quarterdeck-units", Kind::Normal), ("serde", Kind::Normal)]),
            package("quarterdeck-units", &[("quarterdeck-testkit", Kind::Dev)]),
            package("quarterdeck-bench", &[("quarterdeck-engine", Kind::Normal)]),
            package("xtask", &[]),
        ]);
        assert_eq!(order(&good), []);
    }

    #[test]
    fn a_use_to_the_right_is_refused() {
        let bad = repo(vec![package("quarterdeck-facility", &[("quarterdeck-plan", Kind::Normal)])]);
        assert_eq!(
            messages(order(&bad)),
            "crates/facility/Cargo.toml: `facility` uses `plan`, which is not to its left in the arrow"
        );
    }

    #[test]
    fn a_test_may_not_look_right_either() {
        let bad = repo(vec![package("quarterdeck-facility", &[("quarterdeck-plan", Kind::Dev)])]);
        assert_eq!(order(&bad).len(), 1);
    }

    #[test]
    fn fixtures_stay_in_tests() {
        let bad = repo(vec![package("quarterdeck-plan", &[("quarterdeck-testkit", Kind::Normal)])]);
        assert!(messages(order(&bad)).contains("[dev-dependencies]"));
    }

    #[test]
    fn an_unknown_crate_is_refused() {
        let bad = repo(vec![package("quarterdeck-misc", &[])]);
        assert!(messages(order(&bad)).contains("no place in the arrow"));
    }

    #[test]
    fn kernel_may_know_quantities_and_no_more() {
        let bad = repo(vec![package("quarterdeck-kernel", &[("quarterdeck-catalog", Kind::Normal)])]);
        assert_eq!(kernel_knows_no_domain(&bad).len(), 1);
        let uses = [("quarterdeck-units", Kind::Normal), ("quarterdeck-testkit", Kind::Dev)];
        let good = repo(vec![package("quarterdeck-kernel", &uses)]);
        assert_eq!(kernel_knows_no_domain(&good), []);
    }
}
