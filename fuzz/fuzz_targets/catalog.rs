//! Any text in place of one file of the catalogue: read, or refused with faults that name the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_catalog::Catalog;
use std::sync::OnceLock;

static FILES: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();

fuzz_target!(|input: (u16, &str)| {
    let files = FILES.get_or_init(|| Catalog::builtin_files().collect());
    let (index, text) = (usize::from(input.0) % files.len(), input.1);
    let mut changed = files.clone();
    changed[index].1 = text;
    if let Err(errors) = Catalog::from_files(changed) {
        assert!(!errors.is_empty());
    }
});
