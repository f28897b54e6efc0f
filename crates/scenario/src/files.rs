//! Files that a scenario points at, read through a trait: this crate touches no disk.

use std::collections::BTreeMap;
use std::fmt;

/// Why a file could not be had.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// There is no such file.
    NotFound,
    /// It is larger than asked for.
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// Anything else, in words.
    Other(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NotFound => f.write_str("there is no such file"),
            ReadError::TooLarge { size } => write!(f, "it has {size} bytes"),
            ReadError::Other(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for ReadError {}

/// Where files come from.
pub trait Files {
    /// The bytes of a file of at most `limit` bytes. Paths use `/` and are as given on the command line or
    /// relative to the folder of the file that names them.
    ///
    /// # Errors
    /// When there is none, it is too large, or it can not be read.
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError>;
}

/// Files held in memory: for standard input, tests and the browser.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryFiles {
    /// A single file.
    pub fn one(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> MemoryFiles {
        MemoryFiles::default().with(path, bytes)
    }

    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> MemoryFiles {
        self.files.insert(path.into(), bytes.into());
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = self.files.get(path).ok_or(ReadError::NotFound)?;
        let size = bytes.len() as u64;
        if size > limit { Err(ReadError::TooLarge { size }) } else { Ok(bytes.clone()) }
    }
}

/// The path of a file named in another one: `a/b.toml` naming `../c.csv` means `c.csv`.
///
/// ```
/// use quarterdeck_scenario::path_beside;
/// assert_eq!(path_beside("a/b.toml", "../c.csv"), "c.csv");
/// assert_eq!(path_beside("b.toml", "../c.csv"), "../c.csv");
/// assert_eq!(path_beside("/x/b.toml", "./y/c.csv"), "/x/y/c.csv");
/// ```
pub fn path_beside(file: &str, named: &str) -> String {
    if named.starts_with('/') {
        return named.to_owned();
    }
    let folder = file.rfind('/').map_or("", |slash| &file[..=slash]);
    let joined = format!("{folder}{named}");
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/').skip(usize::from(joined.starts_with('/'))) {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let root = if joined.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}
