//! Chores of the repository: what `cargo xtask` does, as functions that tests call too.
//!
//! ```text
//! files ───────────► Tree ──────┐
//!                               ├─► Repo ─► tidy checks ─► findings
//! cargo metadata ──► Workspace ─┘
//! README, book ────► commands ─► run with the built binary ─► failures
//! measured rows ───► calibrate ► data/calibration/kernels.toml
//! probe, PyTorch ──► probe_check ► predicted beside measured
//! ```

pub mod calibrate;
pub mod commands;
pub mod probe_check;
pub mod rust_source;
pub mod tidy;
pub mod tree;
pub mod workspace;

use std::path::{Path, PathBuf};

/// The repository as the checks see it.
#[derive(Clone, Debug, Default)]
pub struct Repo {
    /// Its files.
    pub tree: tree::Tree,
    /// Its crates and what they depend on.
    pub workspace: workspace::Workspace,
}

impl Repo {
    /// Reads the repository at `root`.
    ///
    /// # Errors
    /// When a folder cannot be read or `cargo metadata` fails, in words.
    pub fn load(root: &Path) -> Result<Repo, String> {
        Ok(Repo { tree: tree::Tree::load(root)?, workspace: workspace::Workspace::load(root)? })
    }
}

/// The root of this repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
