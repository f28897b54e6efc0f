//! The commands that the README and the book show end as they say.

use std::path::Path;

#[test]
fn commands_of_the_documents_run() {
    let ran = xtask::commands::run_all(&xtask::root(), Path::new(env!("CARGO_BIN_EXE_quarterdeck")))
        .unwrap_or_else(|failures| panic!("{failures}"));
    assert!(ran >= 5, "the README shows its commands in blocks marked `console`; {ran} were found");
}
