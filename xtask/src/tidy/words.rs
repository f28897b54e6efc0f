//! Words that tie the repository to one machine or one registry; a clone must build anywhere.

use super::Finding;
use crate::Repo;
use crate::rust_source::line_of;

/// Folders of somebody's machine; cut in two so that this file does not hold them.
const FOLDERS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
];

/// Hosts of package registries: builds use whichever registry the machine is set to use.
const HOSTS: &[&str] = &[
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("files.", "pythonhosted.org"),
    concat!("pypi.", "org/simple"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
];

/// Cargo writes the name of its index into this file by itself.
const EXEMPT: &[&str] = &["Cargo.lock"];

/// Refuses paths of one machine and hosts of package registries.
pub fn nothing_of_one_machine(repo: &Repo) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in repo.tree.texts().filter(|(path, _)| !EXEMPT.contains(path)) {
        for folder in FOLDERS {
            for (at, _) in text.match_indices(folder).filter(|(at, _)| begins_a_path(text, *at)) {
                let message = format!("`{folder}` is a folder of one machine");
                findings.push(Finding::line(path, line_of(text, at), message));
            }
        }
        for host in HOSTS {
            for (at, _) in text.match_indices(host) {
                let message = format!("`{host}`: leave the choice of registry to the machine");
                findings.push(Finding::line(path, line_of(text, at), message));
            }
        }
    }
    findings
}

/// Whether what stands at `at` is the start of a path, not the middle of an address.
fn begins_a_path(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    before.is_none_or(|letter| letter.is_whitespace() || "\"'`(=<[,:".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tiny::files;

    #[test]
    fn a_folder_of_one_machine_is_refused() {
        let text = format!("a\nsee `{}x`\n", FOLDERS[0]);
        let found = nothing_of_one_machine(&files([("a.md", &*text)]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [Some(2)]);
    }

    #[test]
    fn an_address_is_not_a_folder() {
        let text = format!("<https://example.org{}x>", FOLDERS[2]);
        assert_eq!(nothing_of_one_machine(&files([("a.md", &*text)])), []);
    }

    #[test]
    fn a_registry_is_refused_but_for_the_lock_file_of_cargo() {
        let text = format!("\"resolved\": \"https://{}/vite\"", HOSTS[0]);
        let found =
            nothing_of_one_machine(&files([("web/package-lock.json", &*text), ("Cargo.lock", &*text)]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "web/package-lock.json");
    }
}
