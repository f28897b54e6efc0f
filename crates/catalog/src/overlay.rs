//! Entries laid over a catalogue: a chip design, a machine that was just measured, or devices of a file.
//!
//! ```text
//!  [[device]] [[platform]] [efficiency.ID] [[source]] ──from_toml──► Overlay ──with_overlay──► Catalog
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, line_of};
use crate::device::Device;
use crate::efficiency::EfficiencyRow;
use crate::error::CatalogError;
use crate::origin::Source;
use crate::platform::Platform;

/// Devices with their efficiencies, platforms and sources, in the form of the catalogue's own files.
///
/// ```
/// use quarterdeck_catalog::{Catalog, Overlay};
/// let text = r#"
/// [[device]]
/// id = "box"
/// name = "a measured box"
/// vendor = "me"
/// class = "cpu"
/// family = "x86"
/// available_from = "2026-Q1"
/// peak.fp32 = { value = "1 TFLOP/s", basis = "dense", origin = "assumed", reason = "an example" }
/// [device.memory]
/// kind = "DDR5"
/// capacity = { value = "64 GB", origin = "assumed", reason = "an example" }
/// bandwidth = { value = "80 GB/s", origin = "assumed", reason = "an example" }
/// "#;
/// let overlay = Overlay::from_toml("box.toml", text).unwrap();
/// let catalog = Catalog::builtin().with_overlay(overlay).unwrap();
/// assert!(catalog.efficiency("box").is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Devices.
    #[serde(default, rename = "device")]
    pub devices: Vec<Device>,
    /// Efficiencies of devices by id; what is absent comes from a sibling or the family's prior.
    #[serde(default, rename = "efficiency")]
    pub efficiencies: BTreeMap<String, EfficiencyRow>,
    /// Platforms.
    #[serde(default, rename = "platform")]
    pub platforms: Vec<Platform>,
    /// Sources that only these entries cite.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

impl Overlay {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// The first fault of the text, with file, line and message.
    pub fn from_toml(file: &str, text: &str) -> Result<Overlay, Vec<CatalogError>> {
        toml::from_str(text).map_err(|error| {
            vec![CatalogError {
                file: file.to_owned(),
                line: line_of(text, error.span().map_or(0, |span| span.start)),
                key: String::new(),
                message: error.message().to_owned(),
            }]
        })
    }
}

impl Catalog {
    /// Adds or replaces the entries of an overlay.
    ///
    /// # Errors
    /// Every device that lacks efficiencies and every platform without its device.
    pub fn with_overlay(mut self, overlay: Overlay) -> Result<Catalog, Vec<CatalogError>> {
        let mut errors = Vec::new();
        let mut fault = |file: String, key: String, message: String| {
            errors.push(CatalogError { file, line: 0, key, message });
        };
        for source in overlay.sources {
            self.sources.insert(source.id.clone(), source);
        }
        self.efficiencies.device.extend(overlay.efficiencies);
        for device in overlay.devices {
            let file = device.file();
            match self.clone().with_device(device) {
                Ok(catalog) => self = catalog,
                Err(missing) => {
                    for fact in missing {
                        fault(file.clone(), fact.key, "neither device, sibling nor family has it".to_owned());
                    }
                }
            }
        }
        for platform in overlay.platforms {
            let file = platform.file();
            match self.clone().with_platform(platform) {
                Ok(catalog) => self = catalog,
                Err(unknown) => fault(file, "device".to_owned(), unknown.to_string()),
            }
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}
