//! Any bytes as a funnel file: read or refused with an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::{MemoryFiles, Severity, resolve_funnel};
use std::sync::OnceLock;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let catalog = CATALOG.get_or_init(Catalog::builtin);
    let read = resolve_funnel("x.toml", &MemoryFiles::one("x.toml", bytes), catalog);
    let diagnostics = read.diagnostics();
    assert_eq!(read.value.is_err(), diagnostics.count(Severity::Error) > 0);
    if let Ok(funnel) = read.value {
        assert!(!funnel.stages.is_empty() && funnel.requests_per_second > 0.0);
    }
});
