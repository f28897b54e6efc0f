//! Platforms by name: of the catalogue, or of a file that is laid over it.

use crate::args::Global;
use crate::disk::Disk;
use crate::exit::{Failure, Fault};
use crate::render;
use quarterdeck_catalog::{Catalog, Platform};
use quarterdeck_scenario::resolve_chip;
use std::sync::Arc;

/// A catalogue with what files brought, and the platforms that were named.
pub struct Named {
    /// The catalogue to ask.
    pub catalog: Catalog,
    /// Platforms in the order they were named, each once.
    pub platforms: Vec<Arc<Platform>>,
    /// Names that are none.
    pub faults: Vec<Fault>,
}

/// Name of a chip design file where a platform is due.
const CHIP: &str = "chip:";

/// Finds platforms by id, alias, or `chip:FILE`.
///
/// # Errors
/// Faults in a file. Names that the catalogue does not have come back with the others, to be told together.
pub fn named(names: &[String], mut catalog: Catalog, global: &Global) -> Result<Named, Failure> {
    let mut ids: Vec<String> = Vec::new();
    for name in names {
        match name.strip_prefix(CHIP) {
            None => ids.push(name.clone()),
            Some(file) => {
                let design = design(file, &[], &catalog, global)?;
                catalog = overlaid(catalog, &design, file)?;
                ids.push(design.id);
            }
        }
    }
    let mut platforms: Vec<Arc<Platform>> = Vec::new();
    let mut faults = Vec::new();
    for id in &ids {
        match catalog.platform(id) {
            Ok(platform) if platforms.iter().any(|known| known.id == platform.id) => {}
            Ok(platform) => platforms.push(Arc::clone(platform)),
            Err(error) => faults.push(Fault {
                message: error.to_string(),
                help: "`quarterdeck catalog list platforms` prints every id".to_owned(),
            }),
        }
    }
    Ok(Named { catalog, platforms, faults })
}

/// A chip design from a file; its doubts are shown, its faults end the command.
pub fn design(
    file: &str,
    set: &[String],
    catalog: &Catalog,
    global: &Global,
) -> Result<quarterdeck_catalog::chip::ChipDesign, Failure> {
    let read = resolve_chip(file, set, &Disk, catalog);
    let design = read.value.map_err(|errors| Failure::Diagnostics(errors.merge(read.warnings.clone())))?;
    render::print_diagnostics(&read.warnings, global.diagnostics);
    Ok(design)
}

/// The catalogue with a design as a device and a platform.
fn overlaid(
    catalog: Catalog,
    design: &quarterdeck_catalog::chip::ChipDesign,
    file: &str,
) -> Result<Catalog, Failure> {
    let refuse = |message: String| Failure::usage(message, format!("mend `{file}`"));
    let overlay = design.overlay(&catalog).map_err(refuse)?;
    catalog.overlaid(&overlay, file, "").map_err(|errors| {
        refuse(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n       "))
    })
}
