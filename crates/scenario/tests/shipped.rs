//! The scenarios and templates of the repository resolve without a doubt, and survive being written and read.

mod common;

use common::{catalog, render};
use quarterdeck_scenario::{Files, ReadError, Scenario, Template, Warned, resolve, resolve_text};

/// Files of the repository.
struct Repository;

impl Files for Repository {
    fn read(&self, path: &str, _limit: u64) -> Result<Vec<u8>, ReadError> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
        std::fs::read(format!("{root}{path}")).map_err(|error| ReadError::Other(error.to_string()))
    }
}

fn shipped() -> Vec<(String, Warned<Result<Scenario, quarterdeck_scenario::Diagnostics>>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| std::path::Path::new(folder).join(name).join("scenario.toml").exists())
        .collect();
    names.sort();
    assert!(names.len() >= 3, "{names:?}");
    let read = |name: &String| resolve(&format!("scenarios/{name}/scenario.toml"), &Repository, catalog());
    let mut all: Vec<_> = names.iter().map(|name| (name.clone(), read(name))).collect();
    let templates =
        Template::ALL.iter().map(|template| (template.to_string(), resolve_text(template.text(), catalog())));
    all.extend(templates);
    all
}

#[test]
fn shipped_scenarios_and_templates_resolve_without_warnings() {
    for (name, read) in shipped() {
        assert!(read.value.is_ok() && read.warnings.is_empty(), "{name}:\n{}", render(&read.diagnostics()));
    }
}

#[test]
fn shipped_scenarios_survive_being_written_and_read() {
    for (name, read) in shipped() {
        let scenario = read.value.unwrap();
        let text = scenario.to_toml(catalog());
        let again = resolve_text(&text, catalog());
        match again.value {
            Ok(again) => assert_eq!(again, scenario, "{name}:\n{text}"),
            Err(errors) => panic!("{name}:\n{}\n{text}", render(&errors)),
        }
        // Canonical: writing once more changes nothing.
        let twice = resolve_text(&text, catalog()).value.unwrap().to_toml(catalog());
        assert_eq!(twice, text, "{name}");
    }
}
