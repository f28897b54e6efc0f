//! Generated documents are as the code has them. `QUARTERDECK_UPDATE=1 cargo test` writes them anew.

use quarterdeck_scenario::{documents, explain, schema, tables, topics};

#[test]
fn generated_documents_are_current() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs"));
    let update = std::env::var_os("QUARTERDECK_UPDATE").is_some();
    let mut stale = Vec::new();
    for (name, text) in documents() {
        let path = folder.join(&name);
        if update {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "run `QUARTERDECK_UPDATE=1 cargo test -p quarterdeck-scenario`; stale: {stale:?}"
    );
    // The book shows only pages that its summary lists.
    let summary = std::fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    for (name, _) in documents().iter().filter(|(name, _)| name.ends_with(".md")) {
        assert!(summary.contains(&format!("({name})")), "docs/SUMMARY.md does not list {name}");
    }
    // A page of a code that is gone would stay for ever.
    let known: Vec<String> = documents().into_iter().map(|(name, _)| name).collect();
    for entry in std::fs::read_dir(folder.join("diagnostics")).unwrap() {
        let name = format!("diagnostics/{}", entry.unwrap().file_name().to_string_lossy());
        assert!(known.contains(&name), "{name} belongs to no code");
    }
}

#[test]
fn every_topic_is_explained() {
    for topic in topics() {
        let text = explain(&topic).unwrap();
        assert!(text.len() > 40, "{topic}: {text}");
    }
    assert!(explain("latency_p99").unwrap().contains("scenario.workload.latency_p99"));
    assert_eq!(
        explain("scenario::unknwon-key").unwrap_err().nearest.as_deref(),
        Some("scenario::unknown-key")
    );
    assert!(explain("\u{0}").is_err());
}

#[test]
fn the_schema_has_every_table_and_key() {
    let schema = schema();
    for table in tables() {
        let name = table.path.trim_start_matches("scenario.");
        let properties = if table.path == "scenario" {
            &schema["properties"]
        } else {
            &schema["$defs"][name]["properties"]
        };
        for field in table.fields {
            let property = &properties[field.key];
            assert!(
                property["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{}.{}",
                table.path,
                field.key
            );
        }
        assert_eq!(
            properties.as_object().map(serde_json::Map::len),
            Some(table.fields.len()),
            "{}",
            table.path
        );
    }
}

#[test]
fn every_key_says_what_it_means_and_shows_an_example() {
    for table in tables() {
        assert!(!table.doc().is_empty());
        for field in table.fields {
            let doc = field.doc();
            assert!(doc.ends_with('.') && doc.len() > 8, "{}.{}: {doc}", table.path, field.key);
            let stands_alone = matches!(
                (field.shape)(),
                quarterdeck_scenario::spec::Shape::Tables(_) | quarterdeck_scenario::spec::Shape::List(_)
            ) || field.key == "redesign";
            if field.example.is_empty() {
                assert!(stands_alone, "{}.{} has no example", table.path, field.key);
            } else {
                let line = format!("x = {}", field.example);
                assert!(line.parse::<toml::Table>().is_ok(), "{}.{}: {line}", table.path, field.key);
            }
        }
    }
}
