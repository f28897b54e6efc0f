//! What the compiler does not check: stage order, what sources hold, and that the documents tell of
//! the code as it is. Each check reads a [`Repo`] and says what is wrong and where.

pub mod citations;
pub mod dependencies;
pub mod documents;
pub mod sources;
pub mod stages;
pub mod words;

use crate::Repo;
use std::fmt;

/// Something that a check refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// The line, counted from one, where the finding has one.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

impl Finding {
    /// A finding on a whole file.
    pub fn file(path: &str, message: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: None, message: message.into() }
    }

    /// A finding on a line.
    pub fn line(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: Some(line), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

/// A rule of the repository.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Short name.
    pub name: &'static str,
    /// What it refuses, in words.
    pub refuses: &'static str,
    /// Finds what it refuses.
    pub run: fn(&Repo) -> Vec<Finding>,
}

/// All rules.
pub const CHECKS: &[Check] = &[
    Check {
        name: "citations",
        refuses: "a source that a comment or a page cites and the list of sources lacks",
        run: citations::citations_are_listed,
    },
    Check {
        name: "sources",
        refuses: "a source in the list that nothing cites",
        run: citations::sources_are_cited,
    },
    Check {
        name: "stages",
        refuses: "a crate that uses one to its right in the arrow, or that the arrow does not hold",
        run: stages::order,
    },
    Check {
        name: "kernel",
        refuses: "a `kernel` that knows a crate of the domain",
        run: stages::kernel_knows_no_domain,
    },
    Check {
        name: "solver",
        refuses: "solver bindings or unsafe code outside `plan/solver`",
        run: sources::solver_stays_inside,
    },
    Check {
        name: "pure",
        refuses: "disk, clock, environment, threads or printing in a stage",
        run: sources::stages_are_pure,
    },
    Check { name: "headers", refuses: "a Rust file without a `//!` header", run: sources::headers },
    Check { name: "length", refuses: "a Rust file past 800 lines, tests aside", run: sources::length },
    Check { name: "unwrap", refuses: "`unwrap` in a library, tests aside", run: sources::unwrap },
    Check { name: "leftovers", refuses: "marks of unfinished work", run: sources::leftovers },
    Check {
        name: "machine",
        refuses: "paths of one machine and hosts of package registries",
        run: words::nothing_of_one_machine,
    },
    Check {
        name: "dependencies",
        refuses: "a direct dependency without a reason in docs/dependencies.md, or a reason without one",
        run: dependencies::each_has_a_reason,
    },
    Check {
        name: "architecture",
        refuses: "a crate table in ARCHITECTURE.md that is not the workspace",
        run: documents::architecture_lists_the_crates,
    },
    Check { name: "changelog", refuses: "a changelog without this version", run: documents::changelog },
    Check { name: "links", refuses: "a link in a document that leads nowhere", run: documents::links },
    Check {
        name: "book",
        refuses: "a page that the book does not list, or the reverse",
        run: documents::book,
    },
    Check { name: "adr", refuses: "a decision record without its four parts", run: documents::decisions },
    Check {
        name: "glossary",
        refuses: "a word of the house style that the glossary lacks, or a word defined twice",
        run: documents::glossary,
    },
    Check {
        name: "diagnostics",
        refuses: "a diagnostic code without a page, or a page without a code",
        run: documents::diagnostics,
    },
];

/// All that the rules refuse in `repo`, each with the name of its rule.
pub fn findings(repo: &Repo) -> Vec<(&'static str, Finding)> {
    let named = |check: &'static Check| (check.run)(repo).into_iter().map(|finding| (check.name, finding));
    CHECKS.iter().flat_map(named).collect()
}

#[cfg(test)]
pub(crate) mod tiny {
    //! Small repositories that a test breaks in one place.

    use crate::Repo;
    use crate::tree::Tree;
    use crate::workspace::{Dependency, Kind, Package, Workspace};

    /// A repository of the given files, without crates.
    pub fn files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Repo {
        Repo { tree: Tree::of(files), workspace: Workspace::default() }
    }

    /// A crate of the project that uses the named packages; own crates are those with the project's prefix.
    pub fn package(name: &str, uses: &[(&str, Kind)]) -> Package {
        let line = |(name, kind): &(&str, Kind)| Dependency {
            name: (*name).to_owned(),
            kind: *kind,
            own: name.starts_with("quarterdeck-"),
        };
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            dependencies: uses.iter().map(line).collect(),
        }
    }
}
