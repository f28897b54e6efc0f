//! Documents tell of the code as it is: crate table, changelog, links, the book, decision records,
//! glossary and the pages of diagnostics.

use super::Finding;
use crate::Repo;
use crate::rust_source::{literals, without_tests};
use crate::tidy::stages;
use std::collections::{BTreeMap, BTreeSet};

/// The lines under the heading `title`, up to the next heading of its level or above, with their
/// numbers counted from one.
pub fn section<'a>(page: &'a str, title: &str) -> Vec<(usize, &'a str)> {
    let level = |line: &str| line.bytes().take_while(|byte| *byte == b'#').count();
    let mut lines = page.lines().enumerate().map(|(index, line)| (index + 1, line));
    let Some((_, heading)) =
        lines.find(|(_, line)| level(line) > 0 && line.trim_start_matches('#').trim() == title)
    else {
        return Vec::new();
    };
    lines.take_while(|(_, line)| level(line) == 0 || level(line) > level(heading)).collect()
}

/// Cells of the tables among `lines`, without their headings.
pub fn table_rows<'a>(lines: Vec<(usize, &'a str)>) -> Vec<(usize, Vec<&'a str>)> {
    let cells =
        |line: &'a str| -> Vec<&'a str> { line.trim().trim_matches('|').split('|').map(str::trim).collect() };
    let mut rows = Vec::new();
    let mut in_body = false;
    for (number, line) in lines {
        if !line.trim_start().starts_with('|') {
            in_body = false;
        } else if line.contains("---") {
            in_body = true;
        } else if in_body {
            rows.push((number, cells(line)));
        }
    }
    rows
}

/// Refuses a crate table that is not the workspace.
pub fn architecture_lists_the_crates(repo: &Repo) -> Vec<Finding> {
    const PAGE: &str = "ARCHITECTURE.md";
    let Some(page) = repo.tree.text(PAGE) else {
        return vec![Finding::file(PAGE, "missing: it draws the arrow and lists the crates")];
    };
    let rows = table_rows(section(page, "Crates"));
    let listed: BTreeSet<&str> = rows.iter().map(|(_, cells)| cells[0].trim_matches('`')).collect();
    let present: BTreeSet<&str> = repo.workspace.packages.iter().map(|package| package.short()).collect();
    let missing =
        present.difference(&listed).map(|name| format!("crate `{name}` is not in the table \"Crates\""));
    let gone = listed
        .difference(&present)
        .map(|name| format!("the table \"Crates\" lists `{name}`, which is no crate"));
    missing.chain(gone).map(|message| Finding::file(PAGE, message)).collect()
}

/// Refuses a changelog that does not tell of the present version.
pub fn changelog(repo: &Repo) -> Vec<Finding> {
    const PAGE: &str = "CHANGELOG.md";
    let Some(page) = repo.tree.text(PAGE) else {
        return vec![Finding::file(PAGE, "missing: it tells users what changed")];
    };
    let versions: BTreeSet<&str> =
        repo.workspace.packages.iter().map(|package| package.version.as_str()).collect();
    let told = |version: &str| page.lines().any(|line| line.starts_with("## ") && line.contains(version));
    let silent = versions.into_iter().filter(|version| !told(version));
    silent.map(|version| Finding::file(PAGE, format!("no heading for version {version}"))).collect()
}

/// The targets of a page's links, outside code, with their lines.
fn link_targets(text: &str) -> Vec<(usize, &str)> {
    let mut targets = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for (at, _) in line.match_indices("](") {
            // An odd number of back-ticks before it: the link is an example in code.
            let quoted = line[..at].matches('`').count() % 2 == 1;
            if let Some(end) = line[at + 2..].find(')').filter(|_| !quoted) {
                targets.push((index + 1, &line[at + 2..at + 2 + end]));
            }
        }
    }
    targets
}

/// The path that `target` means, seen from the file `from`.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Refuses a link to a file that is not there.
pub fn links(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in repo.tree.ending(".md") {
        for (line, target) in link_targets(text) {
            let file = target.split(['#', ' ']).next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            if !repo.tree.has(&resolve(path, file)) {
                findings.push(Finding::line(path, line, format!("`{target}` leads nowhere")));
            }
        }
    }
    findings
}

/// Refuses pages that the book's summary does not list, and entries without page.
pub fn book(repo: &Repo) -> Vec<Finding> {
    const SUMMARY: &str = "docs/SUMMARY.md";
    let Some(summary) = repo.tree.text(SUMMARY) else {
        return vec![Finding::file(SUMMARY, "missing: it lists the pages of the book")];
    };
    let listed: BTreeSet<String> =
        link_targets(summary).iter().map(|(_, target)| resolve(SUMMARY, target)).collect();
    let pages = repo.tree.ending(".md").map(|(path, _)| path);
    let unlisted =
        pages.filter(|path| path.starts_with("docs/") && *path != SUMMARY && !listed.contains(*path));
    unlisted
        .map(|path| Finding::file(path, "the book does not list this page; add it to docs/SUMMARY.md"))
        .collect()
}

/// Refuses a decision record that leaves out a part.
pub fn decisions(repo: &Repo) -> Vec<Finding> {
    const PARTS: &[&str] = &["Context", "Choice", "Price paid", "When to revisit"];
    let mut findings = Vec::new();
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    let records = repo
        .tree
        .ending(".md")
        .filter_map(|(path, text)| Some((path, path.strip_prefix("docs/adr/")?, text)));
    for (path, name, text) in records.filter(|(_, name, _)| *name != "index.md") {
        let number = name.get(..4).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        match number {
            None => findings.push(Finding::file(path, "name it NNNN-title.md")),
            Some(number) => {
                if let Some(other) = numbers.insert(number, path) {
                    findings.push(Finding::file(path, format!("has the number of {other}")));
                }
            }
        }
        for part in
            PARTS.iter().filter(|part| section(text, part).iter().all(|(_, line)| line.trim().is_empty()))
        {
            findings.push(Finding::file(path, format!("says nothing under \"{part}\"")));
        }
    }
    findings
}

/// Words that the house style names; the glossary defines each.
const WORDS: &[&str] = &[
    "ttft",
    "tpot",
    "input_len",
    "output_len",
    "request_rate",
    "goodput",
    "prefill",
    "decode",
    "kv_cache",
    "microbatch",
    "global_batch",
    "bubble",
    "recompute",
    "step_time",
    "mfu",
    "tensor",
    "pipeline",
    "data",
    "expert",
    "context",
    "accelerator",
    "server",
    "rack",
    "scale_up",
    "scale_out",
    "hbm",
    "it_load",
    "nameplate",
    "derated",
    "energized",
    "pue",
    "wue",
    "headroom",
    "period",
    "build",
    "retire",
    "lead_time",
    "overnight_cost",
    "annuity",
    "unserved",
    "device",
    "platform",
    "hall",
    "site",
    "place",
    "fabric",
    "workload",
    "strategy",
    "fit",
    "offer",
    "project",
    "programme",
    "porting",
    "shock",
    "plan",
    "outcome",
    "regret",
    "origin",
    "exposed",
    "hidden",
];

/// Refuses a glossary that lacks a word, or defines one twice. An entry is a line that begins with
/// the word in bold code: `**`word`**`.
pub fn glossary(repo: &Repo) -> Vec<Finding> {
    const PAGE: &str = "docs/glossary.md";
    let Some(page) = repo.tree.text(PAGE) else {
        return vec![Finding::file(PAGE, "missing: it defines the words of the project")];
    };
    let mut findings = Vec::new();
    let mut defined: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, line) in page.lines().enumerate() {
        let Some((word, _)) = line
            .trim_start_matches(['|', '-', ' '])
            .strip_prefix("**`")
            .and_then(|rest| rest.split_once("`**"))
        else {
            continue;
        };
        if let Some(before) = defined.insert(word, index + 1) {
            findings.push(Finding::line(
                PAGE,
                index + 1,
                format!("`{word}` is defined on line {before} already"),
            ));
        }
    }
    let lacking = WORDS.iter().filter(|word| !defined.contains_key(*word));
    findings.extend(lacking.map(|word| Finding::file(PAGE, format!("does not define `{word}`"))));
    findings
}

/// Refuses a diagnostic code of the sources without a page under `docs/diagnostics`, and the
/// reverse. A page's first heading is its code.
pub fn diagnostics(repo: &Repo) -> Vec<Finding> {
    let mut used: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for (path, text) in
        repo.tree.ending(".rs").filter(|(path, _)| path.starts_with("crates/") && path.contains("/src/"))
    {
        for (line, text) in literals(&without_tests(text)) {
            if is_code(text) {
                used.entry(text.to_owned()).or_insert((path.to_owned(), line));
            }
        }
    }
    let heading = |text: &str| {
        text.lines().find_map(|line| Some(line.strip_prefix("# ")?.trim().trim_matches('`').to_owned()))
    };
    let pages: BTreeMap<String, &str> = repo
        .tree
        .ending(".md")
        .filter(|(path, _)| path.starts_with("docs/diagnostics/") && !path.ends_with("/index.md"))
        .map(|(path, text)| (heading(text).unwrap_or_default(), path))
        .collect();
    let without_page = used.iter().filter(|(code, _)| !pages.contains_key(*code));
    let without_code = pages.iter().filter(|(code, _)| !used.contains_key(*code));
    let missing = without_page.map(|(code, (path, line))| {
        Finding::line(path, *line, format!("`{code}` has no page under docs/diagnostics"))
    });
    let stale = without_code.map(|(code, path)| Finding::file(path, format!("no source raises `{code}`")));
    missing.chain(stale).collect()
}

/// Whether a text has the form of a diagnostic code: a stage, two colons, words with hyphens.
fn is_code(text: &str) -> bool {
    text.split_once("::").is_some_and(|(stage, rest)| {
        stages::PURE.contains(&stage)
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tiny::{files, package};

    fn messages(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_section_ends_at_the_next_heading() {
        let rows = table_rows(section(
            "# a\n## b\n| x |\n|---|\n| 1 |\n### c\n| y |\n|---|\n| 2 |\n## d\n| 3 |\n",
            "b",
        ));
        assert_eq!(rows, [(5, vec!["1"]), (9, vec!["2"])]);
    }

    #[test]
    fn a_crate_table_that_is_not_the_workspace_is_refused() {
        let mut repo = files([("ARCHITECTURE.md", "## Crates\n| crate | is |\n|---|---|\n| `plan` | x |\n")]);
        repo.workspace.packages = vec![package("quarterdeck-plan", &[])];
        assert_eq!(architecture_lists_the_crates(&repo), []);
        repo.workspace.packages.push(package("xtask", &[]));
        assert!(messages(architecture_lists_the_crates(&repo))[0].contains("`xtask` is not in the table"));
        repo.workspace.packages = vec![];
        assert!(messages(architecture_lists_the_crates(&repo))[0].contains("`plan`, which is no crate"));
        assert_eq!(architecture_lists_the_crates(&files([("a", "")])).len(), 1);
    }

    #[test]
    fn a_changelog_without_this_version_is_refused() {
        let mut repo = files([("CHANGELOG.md", "# Changes\n\n## 0.1.0\n")]);
        repo.workspace.packages = vec![package("quarterdeck-plan", &[])];
        assert_eq!(changelog(&repo), []);
        repo.workspace.packages[0].version = "0.2.0".to_owned();
        assert_eq!(messages(changelog(&repo)), ["no heading for version 0.2.0"]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_refused() {
        let page = "[a](../README.md#x) [b](gone.md) [c](https://x.org) `[d](gone.md)` [e](#here) [f](adr)\n```\n[g](gone.md)\n```\n";
        let repo = files([("docs/a.md", page), ("README.md", "[a](docs/a.md)"), ("docs/adr/0001-x.md", "")]);
        assert_eq!(messages(links(&repo)), ["`gone.md` leads nowhere"]);
    }

    #[test]
    fn a_page_outside_the_book_is_refused() {
        let repo = files([
            ("docs/SUMMARY.md", "- [a](./a.md)\n"),
            ("docs/a.md", ""),
            ("docs/b/c.md", ""),
            ("d.md", ""),
        ]);
        let found = book(&repo);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "docs/b/c.md");
    }

    #[test]
    fn a_decision_without_its_price_is_refused() {
        let whole = "# 1\n## Context\nx\n## Choice\nx\n## Price paid\nx\n## When to revisit\nx\n";
        let part = whole.replace("## Price paid\nx\n", "## Price paid\n\n");
        let repo =
            files([("docs/adr/0001-a.md", whole), ("docs/adr/0001-b.md", &*part), ("docs/adr/x.md", whole)]);
        let found = messages(decisions(&repo));
        assert_eq!(
            found,
            [
                "has the number of docs/adr/0001-a.md",
                "says nothing under \"Price paid\"",
                "name it NNNN-title.md"
            ]
        );
    }

    #[test]
    fn a_word_without_definition_is_refused() {
        let all: String = WORDS.iter().map(|word| format!("- **`{word}`** it is this.\n")).collect();
        assert_eq!(glossary(&files([("docs/glossary.md", &*all)])), []);
        let lacking = all.replace("- **`pue`**", "- pue");
        assert_eq!(messages(glossary(&files([("docs/glossary.md", &*lacking)]))), ["does not define `pue`"]);
        let twice = format!("{all}- **`pue`** again.\n");
        assert!(messages(glossary(&files([("docs/glossary.md", &*twice)])))[0].contains("already"));
    }

    #[test]
    fn a_code_without_page_and_a_page_without_code_are_refused() {
        let source = "//! x\nconst A: &str = \"scenario::unknown-key\";\nconst B: &str = \"std::fs\";\n";
        let good =
            [("crates/scenario/src/a.rs", source), ("docs/diagnostics/x.md", "# `scenario::unknown-key`\n")];
        assert_eq!(diagnostics(&files(good)), []);
        let bad = [("crates/scenario/src/a.rs", source), ("docs/diagnostics/x.md", "# `scenario::gone`\n")];
        let found = messages(diagnostics(&files(bad)));
        assert_eq!(
            found,
            [
                "`scenario::unknown-key` has no page under docs/diagnostics",
                "no source raises `scenario::gone`"
            ]
        );
    }
}
