//! The repository itself passes every tidy check, so that plain `cargo test` covers them.

use xtask::{Repo, root, tidy};

#[test]
fn this_repository_is_tidy() {
    let repo = Repo::load(&root()).expect("the repository can be read");
    assert!(repo.tree.len() > 20 && repo.workspace.packages.len() > 5, "the repository was not found");
    let findings: Vec<String> = tidy::findings(&repo)
        .into_iter()
        .map(|(check, finding)| format!("tidy[{check}] {finding}"))
        .collect();
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}
