//! Files that stand beside the catalogue: what is taken, and every fault at once.

use quarterdeck_catalog::{Catalog, CatalogError, Overlay};

fn faults(text: &str) -> Vec<CatalogError> {
    Overlay::read(Catalog::builtin(), "ours.toml", text).expect_err("a faulty file")
}

/// A server of the catalogue under another name.
fn server() -> String {
    let mut server = (**Catalog::builtin().platform("cpu-2s-spr").unwrap()).clone();
    server.id = "our-server".to_owned();
    server.aliases.clear();
    Overlay { platform: vec![server], ..Overlay::default() }.to_toml().unwrap()
}

#[test]
fn an_entry_is_added_and_changes_the_hash() {
    let before = Catalog::builtin();
    let (after, platforms) = Overlay::read(Catalog::builtin(), "ours.toml", &server()).unwrap();
    assert_eq!(platforms, ["our-server"]);
    assert_ne!(before.hash(), after.hash());
    assert_eq!(after.platforms.len(), before.platforms.len() + 1);
}

#[test]
fn names_of_the_catalogue_are_not_taken_twice() {
    let found = faults(&server().replace("our-server", "cpu-2s-spr"));
    assert!(
        found.iter().any(|fault| fault.key == "platform.id" && fault.message.contains("already")),
        "{found:?}"
    );
}

#[test]
fn every_fault_is_said_with_file_and_line() {
    let text = server()
        .replace("device = \"xeon-8480p\"", "device = \"abacus\"")
        .replace("price_year = 2023", "price_year = 1023")
        .replace("region = \"us-average\"", "region = \"atlantis\"");
    let found = faults(&text);
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    for part in ["`abacus` is not a device", "1023 is not in the price index", "`atlantis` is not in"] {
        assert!(said.iter().any(|line| line.contains(part)), "{part}: {said:?}");
    }
    assert!(found.iter().all(|fault| fault.file == "ours.toml" && fault.line > 0), "{said:?}");
}

#[test]
fn sources_that_nobody_names_are_refused() {
    let text = server().replace("origin = \"assumed\"", "origin = \"assumed\"\nsource = \"hearsay\"");
    assert!(faults(&text).iter().any(|fault| fault.message.contains("`hearsay`")));
}

#[test]
fn a_curve_with_holes_is_refused() {
    let text = format!(
        "{}\n[kernels.our-server.gather]\npooling = 32\ncite = {{ origin = \"assumed\", reason = \"a test\" }}\n\
         point = [{{ row = \"64 B\", table = \"8 MB\", bandwidth = \"4 GB/s\", low = \"4 GB/s\", high = \"4 GB/s\" }},\n\
         {{ row = \"128 B\", table = \"9 MB\", bandwidth = \"4 GB/s\", low = \"4 GB/s\", high = \"4 GB/s\" }}]\n",
        server()
    );
    let found = faults(&text);
    assert!(found.iter().any(|fault| fault.message.contains("every width of row")), "{found:?}");
}

#[test]
fn a_file_without_platform_and_an_unknown_key_say_so() {
    assert!(faults("")[0].message.contains("has no platform"));
    let found = faults("colour = 1\n");
    assert!(found[0].message.contains("unknown field `colour`") && found[0].line == 1);
}
