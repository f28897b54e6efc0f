//! Entries that stand beside the catalogue: a machine that was measured, a chip that is a design.
//!
//! ```text
//!  Overlay { device, platform, efficiency, source } ──Catalog::overlaid──► Catalog with them
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::device::Device;
use crate::efficiency::EfficiencyRow;
use crate::error::CatalogError;
use crate::origin::Source;
use crate::platform::Platform;

/// Entries, each in the form that the catalogue's own files have.
///
/// ```
/// use quarterdeck_catalog::{Catalog, Overlay};
/// let catalog = Catalog::builtin();
/// let mut server = (**catalog.platform("cpu-2s-spr").unwrap()).clone();
/// server.id = "our-server".to_owned();
/// let overlay = Overlay { platform: vec![server], ..Overlay::default() };
/// let catalog = catalog.overlaid(&overlay, "ours.toml", "").unwrap();
/// assert_eq!(catalog.platform("our-server").unwrap().devices, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Sources that the entries cite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Source>,
    /// Devices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub device: Vec<Device>,
    /// Platforms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platform: Vec<Platform>,
    /// Shares of peak by device; what is absent comes from a sibling or the family's prior.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub efficiency: BTreeMap<String, EfficiencyRow>,
}

impl Catalog {
    /// Adds or replaces the entries of an overlay; `path` and `text` are what it was read from, for messages.
    ///
    /// # Errors
    /// Every device that lacks efficiencies and every platform without its device.
    pub fn overlaid(
        mut self,
        overlay: &Overlay,
        path: &str,
        text: &str,
    ) -> Result<Catalog, Vec<CatalogError>> {
        let mut errors = Vec::new();
        let mut fault = |id: &str, key: String, message: String| {
            let line = text.find(&format!("\"{id}\"")).map_or(0, |at| crate::catalog::line_of(text, at));
            errors.push(CatalogError { file: path.to_owned(), line, key, message });
        };
        for source in &overlay.source {
            self.sources.insert(source.id.clone(), source.clone());
        }
        self.efficiencies.device.extend(overlay.efficiency.clone());
        for device in &overlay.device {
            match self.clone().with_device(device.clone()) {
                Ok(catalog) => self = catalog,
                Err(missing) => {
                    for fact in missing {
                        fault(&device.id, fact.key, "neither device, sibling nor family has it".to_owned());
                    }
                }
            }
        }
        for platform in &overlay.platform {
            match self.clone().with_platform(platform.clone()) {
                Ok(catalog) => self = catalog,
                Err(unknown) => fault(&platform.id, "device".to_owned(), unknown.to_string()),
            }
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}
