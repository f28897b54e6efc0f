//! Weather files: any text gives a year of 8,760 possible hours, or faults with lines that the text has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_facility::weather::read_epw;

fuzz_target!(|text: &str| {
    match read_epw("fuzz.epw", text) {
        Ok(year) => {
            assert_eq!((year.dry_bulb.len(), year.wet_bulb.len()), (8760, 8760));
            assert!(year.wet_bulb.iter().all(|wet| wet.is_finite()));
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            let lines = text.lines().count().max(1);
            assert!(faults.iter().all(|fault| fault.line <= lines && !fault.to_string().is_empty()));
        }
    }
});
