//! Sources that comments and pages name: each must stand in the list of sources, so that a reader finds the paper.
//!
//! ```text
//! /// … Source: `thakur-2005` for rings,      ─► thakur-2005, sanders-2009 ─► in sources.toml?
//! /// `sanders-2009` for trees.
//! ```

use super::Finding;
use crate::Repo;
use std::collections::BTreeSet;

/// The list of sources.
const SOURCES: &str = "data/catalog/sources.toml";

/// Refuses a source that a comment or a page cites and the list of sources lacks.
pub fn citations_are_listed(repo: &Repo) -> Vec<Finding> {
    let listed = repo.tree.text(SOURCES).map(listed).unwrap_or_default();
    let mut findings = Vec::new();
    for (path, text) in repo.tree.texts().filter(|(path, _)| path.ends_with(".rs") || path.ends_with(".md")) {
        for (line, id) in cited(path, text).into_iter().filter(|(_, id)| !listed.contains(id)) {
            let message = format!("`{id}` is cited as a source and is not in {SOURCES}; add it there");
            findings.push(Finding::line(path, line, message));
        }
    }
    findings
}

/// Refuses a source in the list that nothing cites.
pub fn sources_are_cited(repo: &Repo) -> Vec<Finding> {
    let Some(list) = repo.tree.text(SOURCES) else { return Vec::new() };
    let others = repo.tree.texts().filter(|(path, _)| *path != SOURCES);
    let words: BTreeSet<&str> = others
        .flat_map(|(_, text)| text.split(|letter| !in_id(letter)))
        .map(|word| word.trim_end_matches('.'))
        .collect();
    let unused = listed(list).into_iter().filter(|id| !words.contains(id));
    unused.map(|id| Finding::file(SOURCES, format!("nothing cites `{id}`; cite it or take it out"))).collect()
}

/// Ids in the list of sources.
fn listed(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).collect()
}

/// Ids that paragraphs opened by `Source:` or `Sources:` cite, with their lines counted from one.
fn cited<'a>(path: &str, text: &'a str) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let Some(prose) = prose(path, line) else {
            inside = false;
            continue;
        };
        let opened =
            ["Source: ", "Sources: "].iter().find_map(|mark| prose.split_once(mark)).map(|(_, rest)| rest);
        inside = opened.is_some() || (inside && !prose.is_empty());
        if inside {
            let ids = opened.unwrap_or(prose).split('`').skip(1).step_by(2);
            found.extend(ids.filter(|id| looks_like_source(id)).map(|id| (index + 1, id)));
        }
    }
    found
}

/// The words of a line of a page, or of a comment in Rust.
fn prose<'a>(path: &str, line: &'a str) -> Option<&'a str> {
    let line = line.trim();
    if path.ends_with(".md") {
        return Some(line);
    }
    ["///", "//!", "//"].iter().find_map(|mark| line.strip_prefix(mark)).map(str::trim)
}

/// Lower-case words joined by hyphens; names in code are not written so.
fn looks_like_source(id: &str) -> bool {
    id.contains('-') && id.starts_with(|first: char| first.is_ascii_lowercase()) && id.chars().all(in_id)
}

/// Letters that ids of sources are made of.
fn in_id(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tiny::files;

    fn check(source: &str, due: &[(usize, &str)]) {
        let listed = "[[source]]\nid = \"thakur-2005\"\n";
        let found = citations_are_listed(&files([("a.rs", source), (SOURCES, listed)]));
        let found: Vec<_> = found.iter().map(|finding| (finding.line, finding.message.clone())).collect();
        let lines: Vec<_> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, due.iter().map(|(line, _)| Some(*line)).collect::<Vec<_>>());
        for ((_, message), (_, id)) in found.iter().zip(due) {
            assert!(message.contains(id), "{message}");
        }
    }

    #[test]
    fn a_source_that_is_listed_passes() {
        check("/// Rings. Source: `thakur-2005`.\n", &[]);
    }

    #[test]
    fn a_source_that_is_not_listed_is_named_even_on_the_next_line() {
        check(
            "/// Sources: `thakur-2005` for rings,\n/// `sanders-2009` for trees.\n",
            &[(2, "sanders-2009")],
        );
    }

    #[test]
    fn a_source_that_nothing_cites_is_refused() {
        let list = "id = \"thakur-2005\"\nid = \"little-1961\"\n";
        let found = sources_are_cited(&files([(SOURCES, list), ("b.toml", "source = \"thakur-2005\"\n")]));
        let found: Vec<_> = found.iter().map(|finding| &*finding.message).collect();
        assert_eq!(found, ["nothing cites `little-1961`; cite it or take it out"]);
    }

    #[test]
    fn other_code_in_comments_is_no_source() {
        check(
            "/// Runs `h100-hgx-8`.\n///\n/// Source: own count of `Layer`.\nfn a() {}\n// `cpu-1s`\n",
            &[],
        );
    }
}
