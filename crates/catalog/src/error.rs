//! Errors of the catalogue: faults in its files, unknown names, and facts that are missing.

use std::fmt;

/// One fault in one catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CatalogError {
    /// Path below `data/`.
    pub file: String,
    /// Line, counted from 1; 0 when the fault is the file's absence.
    pub line: usize,
    /// Dotted key, empty when the fault is not in one key.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)?;
        if !self.key.is_empty() {
            write!(formatter, ": `{}`", self.key)?;
        }
        write!(formatter, ": {}", self.message)
    }
}

impl std::error::Error for CatalogError {}

/// A fact that the catalogue does not have; nothing is put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingFact {
    /// File that would hold it.
    pub file: String,
    /// Key that would hold it.
    pub key: String,
}

impl MissingFact {
    /// Names the file and key of a missing fact.
    pub fn new(file: &str, key: &str) -> Self {
        Self { file: file.to_owned(), key: key.to_owned() }
    }
}

impl fmt::Display for MissingFact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the catalogue has no `{}` in {}", self.key, self.file)
    }
}

impl std::error::Error for MissingFact {}

/// A name that is in no table of the catalogue, with the nearest that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownId {
    /// What was looked up: `device`, `platform`, `model`, `entry`.
    pub kind: &'static str,
    /// The name given.
    pub given: String,
    /// Known names, nearest first, at most three.
    pub nearest: Vec<String>,
}

impl UnknownId {
    /// Ranks the known names by edit distance and keeps those that could be slips of the given one.
    pub(crate) fn new<'a>(kind: &'static str, given: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let wanted = given.to_lowercase().replace(['_', ' '], "-");
        let mut ranked: Vec<(usize, &str)> = known
            .map(|name| {
                let distance = strsim::damerau_levenshtein(&wanted, name);
                // A name that contains the given text, or the reverse, is a likelier wish than its
                // length suggests.
                let contained = wanted.len() >= 2 && (name.contains(&wanted) || wanted.contains(name));
                (if contained { distance.min(2) } else { distance }, name)
            })
            .filter(|(distance, name)| *distance <= 2.max(wanted.len().max(name.len()) * 2 / 5))
            .collect();
        ranked.sort_unstable();
        ranked.dedup();
        let nearest = ranked.into_iter().take(3).map(|(_, name)| name.to_owned()).collect();
        Self { kind, given: given.to_owned(), nearest }
    }
}

impl fmt::Display for UnknownId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` is not a {} of the catalogue", self.given, self.kind)?;
        if let Some((first, others)) = self.nearest.split_first() {
            write!(formatter, "; did you mean `{first}`")?;
            for other in others {
                write!(formatter, " or `{other}`")?;
            }
            write!(formatter, "?")?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownId {}
