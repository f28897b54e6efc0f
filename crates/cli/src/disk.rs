//! The only place that touches the disk: reading inputs, writing results whole or not at all.

use crate::exit::Failure;
use quarterdeck_scenario::{Files, ReadError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// Files of the machine; `-` is standard input.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        if path == "-" {
            let mut input = std::io::stdin().lock().take(limit + 1);
            input.read_to_end(&mut bytes).map_err(|error| ReadError::Other(error.to_string()))?;
        } else {
            let file = std::fs::File::open(path).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => ReadError::NotFound,
                _ => ReadError::Other(plain(&error)),
            })?;
            let size = file.metadata().map_err(|error| ReadError::Other(plain(&error)))?;
            if size.is_dir() {
                return Err(ReadError::Other("it is a folder; name the scenario file in it".to_owned()));
            }
            if size.len() > limit {
                return Err(ReadError::TooLarge { size: size.len() });
            }
            file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| ReadError::Other(plain(&error)))?;
        }
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: bytes.len() as u64 });
        }
        Ok(bytes)
    }
}

/// An operating-system error without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Results on their way to a folder: written beside it first, moved in place when all are there.
pub struct Outputs {
    folder: PathBuf,
    staged: Vec<(tempfile::NamedTempFile, PathBuf)>,
}

impl Outputs {
    /// Results for a folder, which is made if it is missing.
    pub fn new(folder: &Path) -> Result<Outputs, Failure> {
        std::fs::create_dir_all(folder).map_err(|error| Failure::Disk {
            doing: "make the folder",
            path: folder.to_owned(),
            error,
        })?;
        Ok(Outputs { folder: folder.to_owned(), staged: Vec::new() })
    }

    /// Adds a file.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let parent = path.parent().unwrap_or(&self.folder).to_owned();
        let fail = |error| Failure::Disk { doing: "write", path: path.clone(), error };
        std::fs::create_dir_all(&parent).map_err(fail)?;
        let mut file = tempfile::NamedTempFile::new_in(&parent).map_err(fail)?;
        file.write_all(bytes).map_err(fail)?;
        self.staged.push((file, path));
        Ok(())
    }

    /// Moves every file to its name.
    pub fn finish(self) -> Result<(), Failure> {
        for (file, path) in self.staged {
            // Results are for everybody, unlike temporary files.
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = std::fs::Permissions::from_mode(0o644);
                let changed = file.as_file().set_permissions(mode);
                changed.map_err(|error| Failure::Disk { doing: "write", path: path.clone(), error })?;
            }
            file.persist(&path).map_err(|error| Failure::Disk {
                doing: "write",
                path: path.clone(),
                error: error.error,
            })?;
        }
        Ok(())
    }
}

/// Writes one file whole or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name =
        path.file_name().ok_or_else(|| Failure::usage("the output has no file name", "name a file"))?;
    let mut outputs = Outputs::new(folder)?;
    outputs.add(&name.to_string_lossy(), bytes)?;
    outputs.finish()
}
