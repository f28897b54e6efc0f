//! Any bytes as a site file: read or refused with an error, and what is read survives being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::{MemoryFiles, Severity, resolve_design, resolve_design_text};
use std::sync::OnceLock;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let catalog = CATALOG.get_or_init(Catalog::builtin);
    let read = resolve_design("x.toml", &MemoryFiles::one("x.toml", bytes), catalog);
    let diagnostics = read.diagnostics();
    assert_eq!(read.value.is_err(), diagnostics.count(Severity::Error) > 0);
    let _ = diagnostics.to_json();
    if let Ok(design) = read.value {
        let again = resolve_design_text(&design.to_toml(), catalog);
        assert_eq!(again.value.as_ref(), Ok(&design));
    }
});
