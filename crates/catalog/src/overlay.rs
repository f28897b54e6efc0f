//! Entries that stand beside the catalogue in one file: a machine that was measured, or a part not sold yet.
//!
//! ```text
//!  probe.toml ──read──► Overlay ──Catalog::overlaid──► Catalog with its devices, platforms and curves
//!                          │ every fault at once, with line and key
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, parse};
use crate::device::Device;
use crate::efficiency::EfficiencyRow;
use crate::error::CatalogError;
use crate::kernels::KernelRow;
use crate::origin::Source;
use crate::platform::Platform;

/// Entries of one file, each in the format that the catalogue's own files have.
///
/// ```
/// use quarterdeck_catalog::{Catalog, Overlay};
/// let catalog = Catalog::builtin();
/// let mut server = (**catalog.platform("cpu-2s-spr").unwrap()).clone();
/// server.id = "our-server".to_owned();
/// server.aliases.clear();
/// let overlay = Overlay { platform: vec![server], ..Overlay::default() };
/// let text = overlay.to_toml().unwrap();
/// let catalog = Overlay::read(catalog, "ours.toml", &text).unwrap().0;
/// assert_eq!(catalog.platform("our-server").unwrap().devices, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Sources that the entries cite, as in `catalog/sources.toml`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Source>,
    /// Devices, as in `catalog/devices`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub device: Vec<Device>,
    /// Platforms, as in `catalog/platforms`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platform: Vec<Platform>,
    /// Shares of peak by device, as in `calibration/efficiency.toml`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub efficiency: BTreeMap<String, EfficiencyRow>,
    /// Curves by device, as in `calibration/kernels.toml`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kernels: BTreeMap<String, KernelRow>,
}

impl Overlay {
    /// Reads a file into a catalogue; returns it with the ids of the platforms that the file has.
    ///
    /// # Errors
    /// Every fault of the file, or the first one where its TOML cannot be read.
    pub fn read(
        catalog: Catalog,
        path: &str,
        text: &str,
    ) -> Result<(Catalog, Vec<String>), Vec<CatalogError>> {
        let overlay: Overlay = parse(path, text).map_err(|error| vec![error])?;
        let platforms: Vec<String> = overlay.platform.iter().map(|platform| platform.id.clone()).collect();
        let catalog = catalog.overlaid(&overlay, path, text)?;
        if platforms.is_empty() {
            let message = "has no platform; `quarterdeck probe --out FILE` writes one".to_owned();
            return Err(vec![CatalogError {
                file: path.to_owned(),
                line: 1,
                key: "platform".to_owned(),
                message,
            }]);
        }
        Ok((catalog, platforms))
    }

    /// The file's text.
    ///
    /// # Errors
    /// When a value has no form in TOML, which no entry that was read has.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|error| error.to_string())
    }
}
