//! Faults of the files on climates, plants, power and emissions: named with file and key, all at once.

use std::collections::BTreeMap;

use quarterdeck_catalog::{Catalog, Climate};

/// The faults of the embedded files after changes of text: `(file, from, to)`.
fn faults(changes: &[(&str, &str, &str)]) -> Vec<String> {
    let mut files: BTreeMap<&str, String> =
        Catalog::builtin_files().map(|(path, text)| (path, text.to_owned())).collect();
    for (file, from, to) in changes {
        let text = files.get_mut(file).unwrap_or_else(|| panic!("{file} exists"));
        assert!(text.contains(from), "{file} holds `{from}`");
        *text = text.replacen(from, to, 1);
    }
    let found = Catalog::from_files(files.iter().map(|(path, text)| (*path, text.as_str())));
    found.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn faults_across_the_files_come_together() {
    let found = faults(&[
        ("catalog/cooling.toml", "air_loop = \"chilled-tower\"", "air_loop = \"chilled-towr\""),
        ("catalog/cooling.toml", "hot-humid = \"singapore\"", "hot-humid = \"phoenix\""),
        ("catalog/power.toml", "usual_chain = \"double-conversion\"", "usual_chain = \"double\""),
        ("catalog/emissions.toml", "climates = [\"singapore\"]", "climates = [\"singapur\"]"),
        ("catalog/climates/phoenix.toml", "persistence = 0.62", "persistence = 1.62"),
    ]);
    for expected in [
        "loop.chilled-towr",
        "`phoenix` is hot-dry",
        "`double` is no chain",
        "`singapur` is not a climate",
        "is 1.62",
    ] {
        let hits = found.iter().filter(|fault| fault.contains(expected)).count();
        assert!(hits > 0, "{expected} is told in {found:#?}");
    }
}

#[test]
fn texts_of_many_numbers_say_what_is_wrong() {
    let climate = "catalog/climates/phoenix.toml";
    let daily = "daily_range = \"";
    for (to, expected) in [
        ("daily_range = \"1 2 3 °C\" #", "holds 3 numbers, not 12"),
        ("daily_range = \"1 2 3 4 5 6 7 8 9 10 11 12\" #", "lacks its unit"),
        ("daily_range = \"1 2 3 4 5 6 7 8 9 10 11 x °C\" #", "`x` is no number"),
        ("daily_range = \"1 2 3 4 5 6 7 8 9 10 11 412 °C\" #", "no temperature of the air"),
    ] {
        let found = faults(&[(climate, daily, to)]);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
    }
    for (from, to, expected) in [
        ("points = { value = \"0.1:0.985", "points = { value = \"0.1:1.985", "no `load:efficiency`"),
        ("points = { value = \"0.1:0.985 0.25", "points = { value = \"0.9:0.985 0.25", "ascending in load"),
        ("quantiles = { value = \"0:55.7", "quantiles = { value = \"0.05:55.7", "from share 0 to share 1"),
    ] {
        let found = faults(&[("catalog/power.toml", from, to)]);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{expected}: {found:?}");
    }
}

#[test]
fn classes_have_their_places_and_most_normals_a_source() {
    let catalog = Catalog::builtin();
    for class in Climate::ALL {
        assert_eq!(catalog.climate(class.as_str()).expect("a place").class, *class);
    }
    assert!(catalog.climates.len() >= 20);
    let cited = catalog.climates.values().filter(|climate| climate.normals.source.is_some()).count();
    println!("{cited} of {} climates cite their normals", catalog.climates.len());
    assert!(cited * 5 >= catalog.climates.len() * 4);
    for climate in catalog.climates.values() {
        assert!(climate.region.as_ref().is_none_or(|region| catalog.regions.contains_key(region)));
    }
}
