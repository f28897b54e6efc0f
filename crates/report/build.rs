//! Embeds the built front end, `web/dist/report.html`, if it is there.
//!
//! A build without it is complete in all but charts: the HTML report then holds tables and says
//! how to get charts. `web/dist/` itself is always there, so that a build without the front end
//! does not run this again and again, and a build after `make web` picks the new file up.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the manifest folder"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets the output folder"));
    let dist = root.join("../../web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    // Without the folder, cargo would run this on every build: slow, but never stale.
    println!("cargo::rerun-if-changed={}", dist.display());
    let shell = fs::read_to_string(dist.join("report.html")).unwrap_or_default();
    for mark in ["<!--quarterdeck:data-->", "<!--quarterdeck:title-->", "<!--quarterdeck:static-->"] {
        assert!(
            shell.is_empty() || shell.contains(mark),
            "`web/dist/report.html` lacks `{mark}`; build it again with `make web`"
        );
    }
    fs::write(out.join("report-shell.html"), shell).expect("the output folder can be written");
}
