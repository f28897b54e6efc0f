//! Any text as a file of measured entries: laid over the catalogue, or refused with faults that name the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_catalog::{Catalog, Overlay};
use std::sync::OnceLock;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

fuzz_target!(|text: &str| {
    let catalog = CATALOG.get_or_init(Catalog::builtin).clone();
    match Overlay::read(catalog, "fuzzed.toml", text) {
        Ok((catalog, platforms)) => {
            for id in platforms {
                assert!(catalog.platform(&id).is_ok());
            }
        }
        Err(errors) => assert!(!errors.is_empty() && errors.iter().all(|error| error.file == "fuzzed.toml")),
    }
});
