//! The crates of the workspace and what each depends on, as `cargo metadata` tells.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The members of the workspace, in order of their names.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// Its crates.
    pub packages: Vec<Package>,
}

/// One crate.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name in the manifest.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What its manifest names as dependencies, of every kind.
    pub dependencies: Vec<Dependency>,
}

/// A line of a manifest's dependencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Name of the package depended on.
    pub name: String,
    /// What it is needed for.
    pub kind: Kind,
    /// Whether it is a crate of this repository.
    pub own: bool,
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The crate itself.
    Normal,
    /// Its tests, examples and benchmarks.
    Dev,
    /// Its build script.
    Build,
}

impl Workspace {
    /// Asks cargo about the workspace at `root`; no network is used.
    ///
    /// # Errors
    /// When cargo cannot be run or fails.
    pub fn load(root: &Path) -> Result<Workspace, String> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let output = Command::new(&cargo)
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .current_dir(root)
            .output()
            .map_err(|error| format!("cannot run `{cargo} metadata`: {error}"))?;
        if !output.status.success() {
            return Err(format!("`cargo metadata` failed:\n{}", String::from_utf8_lossy(&output.stderr)));
        }
        Workspace::from_metadata(&String::from_utf8_lossy(&output.stdout))
    }

    /// Reads the JSON that `cargo metadata` prints.
    ///
    /// # Errors
    /// When it is not of the form that cargo documents.
    pub fn from_metadata(json: &str) -> Result<Workspace, String> {
        let metadata: Value =
            serde_json::from_str(json).map_err(|error| format!("cargo metadata: {error}"))?;
        let listed = metadata["packages"].as_array().ok_or("cargo metadata holds no packages")?;
        let mut packages = listed.iter().map(Package::from_metadata).collect::<Result<Vec<_>, _>>()?;
        packages.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(Workspace { packages })
    }
}

impl Package {
    fn from_metadata(value: &Value) -> Result<Package, String> {
        let text = |key: &str| {
            value[key].as_str().map(str::to_owned).ok_or(format!("cargo metadata: a package without {key}"))
        };
        let lines = value["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        let dependencies = lines
            .iter()
            .map(|line| {
                let name = line["name"].as_str().ok_or("cargo metadata: a dependency without name")?;
                let kind = match line["kind"].as_str() {
                    Some("dev") => Kind::Dev,
                    Some("build") => Kind::Build,
                    _ => Kind::Normal,
                };
                Ok(Dependency { name: name.to_owned(), kind, own: line["path"].is_string() })
            })
            .collect::<Result<_, String>>()?;
        Ok(Package { name: text("name")?, version: text("version")?, dependencies })
    }

    /// The name without the project's prefix, as the arrow spells it.
    pub fn short(&self) -> &str {
        short(&self.name)
    }
}

/// A crate's name without the project's prefix.
pub fn short(name: &str) -> &str {
    name.strip_prefix("quarterdeck-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_becomes_packages() {
        let workspace = Workspace::from_metadata(
            r#"{"packages": [{"name": "quarterdeck-plan", "version": "0.1.0", "dependencies": [
                {"name": "quarterdeck-units", "kind": null, "path": "/x/units"},
                {"name": "proptest", "kind": "dev"},
                {"name": "cc", "kind": "build"}]}]}"#,
        )
        .unwrap();
        let plan = &workspace.packages[0];
        assert_eq!(plan.short(), "plan");
        assert_eq!(plan.dependencies.iter().map(|line| line.own).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(plan.dependencies[1].kind, Kind::Dev);
        assert_eq!(plan.dependencies[2].kind, Kind::Build);
    }

    #[test]
    fn malformed_metadata_is_refused() {
        assert!(Workspace::from_metadata("{}").is_err());
        assert!(Workspace::from_metadata("not json").is_err());
        assert!(Workspace::from_metadata(r#"{"packages": [{"version": "1"}]}"#).is_err());
    }
}
