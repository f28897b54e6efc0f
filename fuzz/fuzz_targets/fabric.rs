//! Text of a fabric: no input may panic, what is read reads back as itself, and what is refused says why.

#![no_main]

use libfuzzer_sys::fuzz_target;
use quarterdeck_facility::network::{FabricShape, Oversubscription};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.parse::<FabricShape>() {
        Ok(shape) => assert_eq!(shape.to_string().parse(), Ok(shape)),
        Err(refused) => assert!(!refused.faults.is_empty()),
    }
    if let Ok(over) = text.parse::<Oversubscription>() {
        assert!(over.overall() >= 1.0);
    }
});
