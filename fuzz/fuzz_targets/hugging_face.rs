//! Configurations of models: any text gives a model or faults, and a model gives finite counts.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(read) = quarterdeck_catalog::hugging_face::read(text, "fuzzed") {
        assert!(read.model.architecture.faults().is_empty());
        let parameters = quarterdeck_workload::Shape::from(&read.model.architecture).parameters();
        assert!(parameters.total().is_finite() && parameters.active() <= parameters.total());
    }
});
