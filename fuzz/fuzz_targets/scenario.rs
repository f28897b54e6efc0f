//! Any bytes as a scenario file: read or refused with an error, and what is read survives being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::{MemoryFiles, Severity, codes, resolve, resolve_text};
use std::sync::OnceLock;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let catalog = CATALOG.get_or_init(Catalog::builtin);
    let files = MemoryFiles::one("x.toml", bytes).with("base.toml", codes::BASE).with("demand.csv", bytes);
    let read = resolve("x.toml", &files, catalog);
    let diagnostics = read.diagnostics();
    assert_eq!(read.value.is_err(), diagnostics.count(Severity::Error) > 0);
    let _ = diagnostics.to_json();
    if let Ok(scenario) = read.value {
        let again = resolve_text(&scenario.to_toml(catalog), catalog);
        assert_eq!(again.value.as_ref(), Ok(&scenario));
    }
});
