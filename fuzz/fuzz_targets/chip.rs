//! Any bytes as a chip design file: read or refused with an error, and what is read has a cost and a place in the
//! catalogue.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::{MemoryFiles, Severity, resolve_chip};
use std::sync::OnceLock;

static CATALOG: OnceLock<Catalog> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let catalog = CATALOG.get_or_init(Catalog::builtin);
    let read = resolve_chip("x.toml", &[], &MemoryFiles::one("x.toml", bytes), catalog);
    let diagnostics = read.diagnostics();
    assert_eq!(read.value.is_err(), diagnostics.count(Severity::Error) > 0);
    let _ = diagnostics.to_json();
    if let Ok(design) = read.value {
        assert!(design.faults(&catalog.silicon).is_empty());
        let year = quarterdeck_units::PriceYear(design.price_year);
        let unit = design.unit_cost(&catalog.silicon, &catalog.money, year).expect("a sound design has a cost");
        let total = unit.total();
        assert!(total.low <= total.typical && total.typical <= total.high);
        assert!(design.overlay(catalog).is_ok());
    }
});
