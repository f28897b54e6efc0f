//! Every direct dependency has a line that says why, in `docs/dependencies.md`.

use super::Finding;
use super::documents::{section, table_rows};
use crate::Repo;
use serde_json::Value;
use std::collections::BTreeSet;

const PAGE: &str = "docs/dependencies.md";
const FRONT_END: &str = "web/package.json";
const PYTHON: &str = "scripts/requirements.txt";
/// Fewer words than this give no reason.
const SHORTEST_REASON: usize = 3;

/// Refuses a dependency without reason, and a reason without dependency.
pub fn each_has_a_reason(repo: &Repo) -> Vec<Finding> {
    let Some(page) = repo.tree.text(PAGE) else {
        return vec![Finding::file(PAGE, "missing: it says why each dependency is there")];
    };
    let mut findings = Vec::new();
    let sections = [("Rust", crates(repo)), ("Browser front end", npm(repo)), ("Python", python(repo))];
    for (title, used) in sections {
        let rows = table_rows(section(page, title));
        for (line, cells) in &rows {
            let words = cells.get(1).map(|reason| reason.split_whitespace().count()).unwrap_or_default();
            if words < SHORTEST_REASON {
                findings.push(Finding::line(PAGE, *line, format!("`{}` has no reason", cells[0])));
            }
        }
        let listed: BTreeSet<String> =
            rows.iter().map(|(_, cells)| cells[0].trim_matches('`').to_owned()).collect();
        for name in used.difference(&listed) {
            findings.push(Finding::file(PAGE, format!("`{name}` is used but has no line under \"{title}\"")));
        }
        for name in listed.difference(&used) {
            findings.push(Finding::file(
                PAGE,
                format!("`{name}` has a line under \"{title}\" but nothing uses it"),
            ));
        }
    }
    findings.extend(shared_but_unused(repo));
    findings
}

fn crates(repo: &Repo) -> BTreeSet<String> {
    let lines = repo.workspace.packages.iter().flat_map(|package| &package.dependencies);
    lines.filter(|line| !line.own).map(|line| line.name.clone()).collect()
}

fn npm(repo: &Repo) -> BTreeSet<String> {
    let manifest: Value =
        repo.tree.text(FRONT_END).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let names = |key: &str| {
        manifest[key].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    names("dependencies").into_iter().chain(names("devDependencies")).collect()
}

fn python(repo: &Repo) -> BTreeSet<String> {
    let text = repo.tree.text(PYTHON).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split(['=', '<', '>', '~', ' ', ';']).next()).map(str::to_owned).collect()
}

/// Versions that the workspace's manifest holds and no crate takes; our own crates may wait for use.
fn shared_but_unused(repo: &Repo) -> Vec<Finding> {
    let manifest = repo.tree.text("Cargo.toml").unwrap_or_default();
    let after = manifest
        .lines()
        .enumerate()
        .skip_while(|(_, line)| line.trim() != "[workspace.dependencies]")
        .skip(1);
    let within = after.take_while(|(_, line)| !line.starts_with('['));
    let keys = within.filter_map(|(index, line)| Some((index + 1, line.split_once(['=', '.'])?.0.trim())));
    let all = repo.workspace.packages.iter().flat_map(|package| &package.dependencies);
    let used: BTreeSet<&str> = all.map(|line| line.name.as_str()).collect();
    let idle = keys.filter(|(_, key)| {
        !key.is_empty()
            && !key.starts_with(['#', '"', '}', ']'])
            && !key.starts_with("quarterdeck-")
            && !key.contains(' ')
            && !used.contains(key)
    });
    idle.map(|(line, key)| Finding::line("Cargo.toml", line, format!("no crate uses `{key}`"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tiny::{files, package};
    use crate::workspace::Kind;

    const GOOD: &str = "# Why\n## Rust\n| name | why |\n|---|---|\n| `serde` | reads and writes files |\n\
        ## Browser front end\n| name | why |\n|---|---|\n| `vite` | bundles the front end |\n\
        ## Python\n| name | why |\n|---|---|\n| `highspy` | a second solver build |\n";

    fn repo(page: &str) -> Repo {
        let mut repo = files([
            (PAGE, page),
            (FRONT_END, r#"{"devDependencies": {"vite": "1"}}"#),
            (PYTHON, "# pinned\nhighspy==1.2.3\n"),
            (
                "Cargo.toml",
                "[workspace.dependencies]\nserde = { version = \"1\" }\n\n[profile.dev]\ndebug = 1\n",
            ),
        ]);
        repo.workspace.packages =
            vec![package("quarterdeck-plan", &[("serde", Kind::Dev), ("quarterdeck-units", Kind::Normal)])];
        repo
    }

    fn messages(repo: &Repo) -> Vec<String> {
        each_has_a_reason(repo).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_full_page_passes() {
        assert_eq!(messages(&repo(GOOD)), [""; 0]);
    }

    #[test]
    fn a_dependency_without_line_is_refused() {
        for name in ["serde", "vite", "highspy"] {
            let page: String =
                GOOD.lines().filter(|line| !line.contains(name)).map(|line| format!("{line}\n")).collect();
            let found = messages(&repo(&page));
            assert!(found.len() == 1 && found[0].contains(name) && found[0].contains("no line"), "{found:?}");
        }
    }

    #[test]
    fn a_line_without_dependency_is_refused() {
        let page = GOOD.replace("## Browser", "| `gone` | was used once |\n## Browser");
        let found = messages(&repo(&page));
        assert!(found.len() == 1 && found[0].contains("`gone`"), "{found:?}");
    }

    #[test]
    fn a_line_without_reason_is_refused() {
        let found = messages(&repo(&GOOD.replace("reads and writes files", "serde")));
        assert!(found.len() == 1 && found[0].contains("no reason"), "{found:?}");
    }

    #[test]
    fn a_shared_version_that_nobody_takes_is_refused() {
        let mut bad = repo(GOOD);
        bad.workspace.packages[0].dependencies.retain(|line| line.name != "serde");
        let found = messages(&bad);
        assert!(found.contains(&"no crate uses `serde`".to_owned()), "{found:?}");
    }

    #[test]
    fn a_missing_page_is_refused() {
        assert_eq!(messages(&files([("a", "")])).len(), 1);
    }
}
