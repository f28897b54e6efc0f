//! The embedded catalogue reads without a fault.

use quarterdeck_catalog::Catalog;

#[test]
fn every_embedded_file_parses_and_passes_the_checks() {
    let errors = Catalog::from_files(Catalog::builtin_files()).err().unwrap_or_default();
    let list: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert!(list.is_empty(), "{}", list.join("\n"));
}
