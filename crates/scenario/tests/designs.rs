//! The site file of comparisons: examples read, every fault at once with its place, what is written reads back.

use proptest::prelude::*;
use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind};
use quarterdeck_scenario::{
    DesignSize, MemoryFiles, Severity, SiteDesign, design_tables, explain, resolve_design,
    resolve_design_text,
};
use quarterdeck_units::{Count, Watts};

const OLD: &str = include_str!("../../../examples/meta-cpu-site.toml");
const NEW: &str = include_str!("../../../examples/meta-gpu-site.toml");

fn catalog() -> &'static Catalog {
    static CATALOG: std::sync::OnceLock<Catalog> = std::sync::OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

fn read(text: &str) -> SiteDesign {
    let read = resolve_design_text(text, catalog());
    read.value.unwrap_or_else(|faults| panic!("{faults}"))
}

/// Codes with their lines.
fn faults(text: &str) -> Vec<(String, usize)> {
    let diagnostics = resolve_design_text(text, catalog()).diagnostics();
    let place = |span: quarterdeck_scenario::Span| diagnostics.sources.position(span.file, span.start).line;
    diagnostics.iter().map(|fault| (fault.code.to_owned(), place(fault.span()))).collect()
}

#[test]
fn the_examples_are_read() {
    let (old, new) = (read(OLD), read(NEW));
    assert_eq!((old.platform.as_str(), old.size), ("cpu-1s-2020", DesignSize::Power(Watts::megawatts(54.0))));
    assert_eq!((old.cooling, old.floor, old.climate), (Cooling::Air, FloorKind::Raised, Climate::HotHumid));
    assert_eq!(old.fabric.front_end_oversubscription, None);
    assert_eq!((new.floor, new.fabric.core_oversubscription), (FloorKind::Slab, 7.0));
    assert_eq!(new.basis.sources, ["temple-resumes", "llama-3-2024", "new-design"]);
    for text in [OLD, NEW] {
        assert_eq!(resolve_design_text(text, catalog()).warnings.list, []);
        let design = read(text);
        assert_eq!(read(&design.to_toml()), design);
    }
}

#[test]
fn what_is_left_out_comes_from_the_catalogue() {
    let text = "schema = 1\nname = \"a\"\n[site]\nplatform = \"h100\"\ncount = 40\ncooling = \"air\"\n\
                rack_density_max = \"45 kW\"\nregion = \"us-texas\"\nassumed = \"a test\"\n";
    let design = read(text);
    assert_eq!((design.title.as_str(), design.platform.as_str()), ("a", "h100-hgx-8"));
    assert_eq!(design.size, DesignSize::Platforms(Count(40.0)));
    assert_eq!(design.climate, catalog().region("us-texas").unwrap().climate);
    assert_eq!((design.project.as_str(), design.quarter), ("powered-site", None));
}

/// Every fault of a file comes back in one go, in order of lines.
#[test]
fn every_fault_is_found_at_once() {
    let text = r#"schema = 2
name = "old site"
titel = "x"
[site]
platform = "h100-hgx-9"
count = 0
it_power = "54"
cooling = "aire"
climate = "tundra"
region = "us-atlantis"
project = "new-sites"
source = ["nowhere"]
[site.fabric]
core_oversubscription = 0.5
[source.memo]
title = "A memo"
"#;
    let expected = [
        ("scenario::schema-version", 1),
        ("scenario::bad-id", 2),
        ("scenario::unknown-key", 3),
        ("scenario::unknown-platform", 5),
        ("scenario::impossible", 6),
        ("scenario::missing-unit", 7),
        ("scenario::unknown-word", 8),
        ("scenario::unknown-word", 9),
        ("scenario::unknown-region", 10),
        ("scenario::unknown-word", 11),
        ("scenario::unknown-source", 12),
        ("scenario::impossible", 14),
        ("scenario::unused-source", 15),
    ];
    let expected: Vec<(String, usize)> = expected.map(|(code, line)| (code.to_owned(), line)).to_vec();
    assert_eq!(faults(text), expected);
}

#[test]
fn faults_across_keys_name_the_next_step() {
    let with = |rest: &str| {
        let text = format!("schema = 1\nname = \"a\"\n[site]\nassumed = \"a test\"\n{rest}");
        let read = resolve_design_text(&text, catalog()).diagnostics();
        read.iter().map(|fault| (fault.code, fault.help.clone().unwrap_or_default())).collect::<Vec<_>>()
    };
    let site = "platform = \"gb200-nvl72\"\ncooling = \"liquid\"\nclimate = \"temperate\"\n";
    let one = |rest: &str| {
        let found = with(&format!("{site}{rest}"));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    assert_eq!(one("").0, "scenario::missing-key");
    assert!(one("").1.contains("it_power"));
    assert_eq!(one("count = 3\nit_power = \"3 MW\"\n").0, "scenario::one-of");
    let (code, help) = one("count = 3\nrack_density_max = \"40 kW\"\n");
    assert_eq!(code, "scenario::fleet-density");
    assert!(help.contains("132 kW"), "{help}");
    let dry = with("platform = \"gb200-nvl72\"\ncooling = \"air\"\nclimate = \"temperate\"\ncount = 3\n");
    let codes: Vec<&str> = dry.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["scenario::fleet-density", "scenario::fleet-cooling"]);
    let nowhere = with("platform = \"h100\"\ncooling = \"air\"\nrack_density_max = \"45 kW\"\ncount = 3\n");
    assert_eq!(nowhere[0].0, "scenario::missing-key");
    assert!(nowhere[0].1.contains("`temperate`"));
    // A file without a site, an empty one, and none.
    assert_eq!(faults("schema = 1\nname = \"a\"\n"), [("scenario::missing-key".to_owned(), 1)]);
    assert_eq!(faults(""), [("scenario::empty".to_owned(), 1)]);
    let files = MemoryFiles::default();
    let none = resolve_design("x.toml", &files, catalog()).diagnostics();
    assert_eq!(none.list[0].code, "scenario::unreadable");
}

#[test]
fn every_key_is_explained() {
    for table in design_tables() {
        assert!(explain(table.path).unwrap().len() > 40);
        for field in table.fields {
            let text = explain(&format!("{}.{}", table.path, field.key)).unwrap();
            assert!(text.contains("takes"), "{text}");
            assert!(field.doc().ends_with('.') && !field.example.is_empty(), "{}.{}", table.path, field.key);
            assert!(format!("x = {}", field.example).parse::<toml::Table>().is_ok(), "{}", field.example);
        }
    }
}

proptest! {
    /// Whatever is done to a file, the reader answers, and an answer is a design or an error.
    #[test]
    fn damaged_files_are_refused_and_not_feared(at in 0usize..1200, with in "[ -~\\n]{0,6}", gone in 0usize..30) {
        let mut bytes = NEW.as_bytes().to_vec();
        let at = at.min(bytes.len());
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, with.bytes());
        let read = resolve_design("x.toml", &MemoryFiles::one("x.toml", bytes), catalog());
        let errors = read.diagnostics().count(Severity::Error);
        prop_assert_eq!(read.value.is_err(), errors > 0);
        if let Ok(design) = read.value {
            let again = resolve_design_text(&design.to_toml(), catalog());
            prop_assert_eq!(again.value.as_ref(), Ok(&design));
        }
    }
}
