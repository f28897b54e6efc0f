//! The files of the repository, as text; what `.gitignore` names is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Larger files are data, known by name only.
const LARGEST_TEXT: u64 = 4 << 20;

/// Files by path relative to the root, with `/` between folders.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads all files under `root` but those that `.gitignore` names.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn load(root: &Path) -> Result<Tree, String> {
        let ignored = Ignored::parse(&std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default());
        let mut tree = Tree::default();
        tree.walk(root, "", &ignored)?;
        Ok(tree)
    }

    /// A tree made of the given files.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.texts.insert(path.to_owned(), text.to_owned());
            tree.paths.insert(path.to_owned());
        }
        tree
    }

    fn walk(&mut self, root: &Path, under: &str, ignored: &Ignored) -> Result<(), String> {
        let folder = root.join(under);
        let unreadable = |error| format!("cannot read {}: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if under.is_empty() { name.clone() } else { format!("{under}/{name}") };
            let kind = entry.file_type().map_err(unreadable)?;
            if name == ".git" || kind.is_symlink() || ignored.matches(&path, &name) {
                continue;
            }
            if kind.is_dir() {
                self.walk(root, &path, ignored)?;
                continue;
            }
            self.paths.insert(path.clone());
            let small = entry.metadata().is_ok_and(|facts| facts.len() <= LARGEST_TEXT);
            // What is not text has no words to check.
            if small && let Ok(text) = std::fs::read_to_string(entry.path()) {
                self.texts.insert(path, text);
            }
        }
        Ok(())
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// All text files, in order of their paths.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Text files whose path ends in `suffix`.
    pub fn ending(&self, suffix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| path.ends_with(suffix))
    }

    /// Whether `path` is a file or a folder of the tree.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.paths.contains(path)
            || self.paths.range(folder.clone()..).next().is_some_and(|next| next.starts_with(&folder))
    }
}

/// The three forms of pattern that this repository's `.gitignore` uses.
#[derive(Debug, Default)]
struct Ignored {
    anchored: BTreeSet<String>,
    names: BTreeSet<String>,
    suffixes: Vec<String>,
}

impl Ignored {
    fn parse(text: &str) -> Ignored {
        let mut ignored = Ignored::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let line = line.trim_end_matches('/');
            if let Some(path) = line.strip_prefix('/') {
                ignored.anchored.insert(path.to_owned());
            } else if let Some(suffix) = line.strip_prefix('*') {
                ignored.suffixes.push(suffix.to_owned());
            } else {
                ignored.names.insert(line.to_owned());
            }
        }
        ignored
    }

    fn matches(&self, path: &str, name: &str) -> bool {
        self.anchored.contains(path)
            || self.names.contains(name)
            || self.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_paths_names_and_suffixes_match() {
        let ignored = Ignored::parse("# built\n/target\nnode_modules/\n*.log\n");
        assert!(ignored.matches("target", "target"));
        assert!(!ignored.matches("crates/target", "target"));
        assert!(ignored.matches("web/node_modules", "node_modules"));
        assert!(ignored.matches("a/b.log", "b.log"));
        assert!(!ignored.matches("a/b.rs", "b.rs"));
    }

    #[test]
    fn folders_are_part_of_the_tree() {
        let tree = Tree::of([("docs/adr/0001.md", ""), ("docs2.md", "")]);
        assert!(tree.has("docs") && tree.has("docs/adr/") && tree.has("docs/adr/0001.md"));
        assert!(!tree.has("doc") && !tree.has("docs/ad"));
    }

    #[test]
    fn the_repository_itself_is_read() {
        let tree = Tree::load(&crate::root()).unwrap();
        assert!(tree.text("xtask/src/tree.rs").is_some_and(|text| text.contains("fn walk")));
        assert!(!tree.has("target") && !tree.has(".git"));
    }
}
