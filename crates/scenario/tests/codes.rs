//! Every code is yielded by its own example, and only by it.

mod common;

use common::{catalog, read, render};
use quarterdeck_scenario::codes::{self, BASE, Example};
use quarterdeck_scenario::{MemoryFiles, resolve, resolve_with};

#[test]
fn the_base_of_the_examples_has_no_fault() {
    let read = read(BASE);
    assert!(read.value.is_ok(), "{}", render(&read.diagnostics()));
    assert!(read.warnings.is_empty(), "{}", render(&read.warnings));
}

#[test]
fn every_example_yields_its_code_and_no_other() {
    let mut wrong = Vec::new();
    for code in codes::all() {
        let files = MemoryFiles::default().with("base.toml", BASE);
        let read = match &code.example {
            Example::File(text) => resolve("example.toml", &files.with("example.toml", *text), catalog()),
            Example::With(text, name, other) => {
                resolve("example.toml", &files.with("example.toml", *text).with(*name, *other), catalog())
            }
            Example::Override(given) => resolve_with("base.toml", &[(*given).to_owned()], &files, catalog()),
            Example::Bytes(_, bytes) => {
                resolve("example.toml", &files.with("example.toml", bytes()), catalog())
            }
        };
        let diagnostics = read.diagnostics();
        let mut found: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        found.dedup();
        if found != [code.code] {
            wrong.push(format!("{} yields {found:?}\n{}", code.code, render(&diagnostics)));
        }
        for diagnostic in diagnostics.iter() {
            assert_eq!(diagnostic.severity, codes::find(diagnostic.code).unwrap().severity);
            assert!(diagnostic.help.is_some(), "{} has no help", diagnostic.code);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn codes_are_in_order_and_in_kebab_case() {
    let names: Vec<_> = codes::all().iter().map(|code| code.code).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for code in codes::all() {
        assert!(code.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", code.code);
        assert!(code.title.chars().next().is_some_and(|c| !c.is_uppercase()), "{}", code.title);
    }
}

/// Every code in the sources of this crate is in the table, and every one of the table is used.
#[test]
fn the_table_has_exactly_the_codes_that_are_used() {
    let mut used = std::collections::BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("codes") {
                    folders.push(path);
                }
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            used.extend(
                text.split("\"scenario::")
                    .skip(1)
                    .map(|rest| format!("scenario::{}", rest.split('"').next().unwrap())),
            );
        }
    }
    used.retain(|code| !code.contains("{") && code != "scenario::");
    let table: std::collections::BTreeSet<String> =
        codes::all().iter().map(|code| code.code.to_owned()).collect();
    assert_eq!(used, table);
}
