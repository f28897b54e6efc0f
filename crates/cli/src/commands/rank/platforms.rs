//! Platforms by name: of the catalogue, or of a file that is laid over it.

use crate::args::Global;
use crate::disk::Disk;
use crate::exit::{Failure, Fault};
use crate::render;
use quarterdeck_catalog::{Catalog, Overlay, Platform};
use quarterdeck_scenario::{Files as _, MAX_BYTES, ReadError, resolve_chip};
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

/// What stands before the name of a chip design file.
const CHIP: &str = "chip:";
/// What stands before the name of a file that holds platforms, as `probe` writes it.
const MEASURED: &str = "measured:";

/// Finds platforms by id, alias, `measured:FILE` or `chip:FILE`.
///
/// # Errors
/// Faults in a design file, which are drawn in their place. Faults of measured files and names that the catalogue does
/// not have come back together.
pub fn named(names: &[String], mut catalog: Catalog, global: &Global) -> Result<Named, Failure> {
    let mut ids: Vec<String> = Vec::new();
    let mut faults = Vec::new();
    for name in names {
        if let Some(file) = name.strip_prefix(CHIP) {
            let design = design(file, &[], &catalog, global)?;
            catalog = overlaid(catalog, &design, file)?;
            ids.push(design.id);
        } else if let Some(file) = name.strip_prefix(MEASURED) {
            match measured(file, &catalog) {
                Ok((with, added)) => {
                    catalog = with;
                    ids.extend(added);
                }
                Err(messages) => faults.extend(messages.into_iter().map(|message| Fault {
                    message,
                    help: "mend the file, or write it anew with `quarterdeck probe --out FILE`".to_owned(),
                })),
            }
        } else {
            ids.push(name.clone());
        }
    }
    let mut platforms: Vec<Arc<Platform>> = Vec::new();
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

/// The catalogue with the entries of a measured file, and the ids of the platforms that it has.
fn measured(file: &str, catalog: &Catalog) -> Result<(Catalog, Vec<String>), Vec<String>> {
    let bytes = Disk.read(file, MAX_BYTES).map_err(|error| {
        vec![match error {
            ReadError::NotFound => format!("there is no file `{file}`"),
            ReadError::TooLarge { size } => {
                format!("`{file}` has {size} bytes; an entry has at most {MAX_BYTES}")
            }
            ReadError::Other(reason) => format!("`{file}` cannot be read: {reason}"),
        }]
    })?;
    let text = String::from_utf8(bytes).map_err(|_| vec![format!("`{file}` is no text")])?;
    Overlay::read(catalog.clone(), file, &text)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
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
