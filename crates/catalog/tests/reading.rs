//! Reading a faulty catalogue reports every fault with file, line and key; lookups suggest names.

use std::collections::BTreeMap;

use quarterdeck_catalog::{Catalog, CatalogError, EntryKind, Origin};

/// The embedded files with one of them changed, added or taken away.
fn with(path: &str, change: impl Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        Catalog::builtin_files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let text = files.remove(path).unwrap_or_default();
    if let Some(text) = change(&text) {
        files.insert(path.to_owned(), text);
    }
    files
}

fn errors(files: &BTreeMap<String, String>) -> Vec<CatalogError> {
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Catalog::from_files(files).err().unwrap_or_default()
}

/// Expects exactly one fault, on a line that holds `on`, whose text holds `says`.
fn refused(path: &str, from: &str, to: &str, on: &str, says: &str) {
    let files = with(path, |text| {
        assert!(text.contains(from), "{path} no longer holds `{from}`");
        Some(text.replacen(from, to, 1))
    });
    let errors = errors(&files);
    let list: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 1, "{list:#?}");
    let error = &errors[0];
    assert_eq!(error.file, path, "{list:#?}");
    assert!(error.to_string().contains(says), "{error}");
    let line = files[path].lines().nth(error.line.wrapping_sub(1)).unwrap_or_default();
    assert!(line.contains(on), "line {} of {path} is `{line}`: {error}", error.line);
}

const H100: &str = "catalog/devices/h100-sxm.toml";
const SERVER: &str = "catalog/platforms/h100-hgx-8.toml";

#[test]
fn each_kind_of_fault_is_found_at_its_line() {
    refused(H100, "tdp =", "tpd =", "tpd", "unknown field `tpd`");
    refused(H100, "\"989.4 TFLOP/s\"", "989.4", "989.4", "text with its unit");
    refused(H100, "\"989.4 TFLOP/s\"", "\"989.4 GB/s\"", "989.4", "GB/s");
    refused(H100, "basis = \"dense\"", "basis = \"sparse\"", "sparse", "unknown variant `sparse`");
    refused(H100, "id = \"h100-sxm\"", "id = \"h100-sxm5\"", "id =", "the file is named `h100-sxm`");
    refused(SERVER, "device = \"h100-sxm\"", "device = \"h100-sxn\"", "h100-sxn", "not a device");
    refused(SERVER, "value = \"1.9 kW\"", "value = \"19 kW\"", "idle", "not between nothing and the rated");
    refused(SERVER, "price_year = 2024", "price_year = 1950", "1950", "not in the price index");
    refused(
        SERVER,
        "region = \"us-average\"",
        "region = \"atlantis\"",
        "atlantis",
        "not in catalog/regions.toml",
    );
    refused(SERVER, "kind = \"air\"", "kind = \"liquid\"", "liquid_share", "does not fit cooling");
    refused(
        "catalog/money.toml",
        "origin = \"assumed\", reason = \"salary",
        "origin = \"assumed\", locator = \"salary",
        "engineer_year",
        "needs a `reason`",
    );
    refused(
        "catalog/facility.toml",
        "temperate = { value = 1.12",
        "temperate = { value = 0.9",
        "temperate",
        "is 0.9",
    );
    refused("catalog/facility.toml", "office = { value = 0.02", "office = { value = 0.5", "", "sums to");
    refused("calibration/efficiency.toml", "rows = 0 }", "rows = 0, x = 1 }", "x = 1", "unknown field `x`");
}

#[test]
fn a_measured_value_needs_its_source_and_rows() {
    let files = with("calibration/efficiency.toml", |text| {
        Some(text.replacen(
            "origin = \"measured\", source = \"aiconfigurator-095f58a\"",
            "origin = \"measured\"",
            1,
        ))
    });
    assert!(errors(&files)[0].message.contains("needs a `source`"));
}

#[test]
fn a_source_must_exist() {
    let files =
        with("catalog/devices/t4.toml", |text| Some(text.replace("\"geektopia-t4\"", "\"geektopia-t5\"")));
    let errors = errors(&files);
    assert!(errors.iter().any(|error| error.message.contains("`geektopia-t5` is not in")), "{errors:?}");
}

#[test]
fn faults_of_all_files_come_together_in_order() {
    let mut files = with(H100, |text| Some(text.replacen("vendor =", "vendors =", 1)));
    for (path, text) in with(SERVER, |text| Some(text.replacen("servers =", "serverz =", 1))) {
        if path == SERVER {
            files.insert(path, text);
        }
    }
    files.insert("catalog/extra.toml".to_owned(), "x = 1".to_owned());
    files.remove("catalog/fabric.toml");
    let errors = errors(&files);
    let found: Vec<_> = errors.iter().map(|error| error.file.as_str()).collect();
    assert_eq!(found, [H100, "catalog/extra.toml", "catalog/fabric.toml", SERVER]);
}

#[test]
fn unreadable_text_is_an_error_and_not_a_panic() {
    for text in ["", "\u{0}\u{1}", "id = ", "[[[[", "kind = \"transformer\"", &"x".repeat(100_000)] {
        assert!(!errors(&with(H100, |_| Some(text.to_owned()))).is_empty());
        assert!(!errors(&with("catalog/models/llama-3-8b.toml", |_| Some(text.to_owned()))).is_empty());
    }
    assert!(!errors(&BTreeMap::new()).is_empty());
}

#[test]
fn unknown_names_come_with_the_nearest_known() {
    let catalog = Catalog::builtin();
    let check = |given: &str, nearest: &str| {
        let error = catalog.device(given).unwrap_err();
        assert!(error.nearest.iter().any(|name| name == nearest), "{error}");
        assert!(error.to_string().contains("did you mean"), "{error}");
    };
    check("h100_sxm", "h100-sxm");
    check("H100-SXM5", "h100-sxm");
    check("tpu4", "tpu-v4");
    check("xeon-8480", "xeon-8480p");
    let hopeless = catalog.device("quantum-abacus-9000-deluxe-edition").unwrap_err();
    assert!(hopeless.nearest.is_empty(), "{hopeless}");
}

#[test]
fn the_hash_follows_every_byte() {
    let files = || Catalog::builtin_files();
    let hash = Catalog::from_files(files()).unwrap().hash().to_owned();
    assert_eq!(hash.len(), 64);
    assert_eq!(hash, Catalog::builtin().hash());
    let shuffled: Vec<_> = files().collect::<Vec<_>>().into_iter().rev().collect();
    assert_eq!(hash, Catalog::from_files(shuffled).unwrap().hash(), "order of files does not matter");
    let changed = with(H100, |text| Some(format!("{text}\n")));
    let changed =
        Catalog::from_files(changed.iter().map(|(path, text)| (path.as_str(), text.as_str()))).unwrap();
    assert_ne!(hash, changed.hash());
}

#[test]
fn compare_lines_up_fields_with_provenance() {
    let catalog = Catalog::builtin();
    let table = catalog.compare(&["a100-sxm-80", "h100-sxm", "mtia-v1", "tpu-v4"]).unwrap();
    assert_eq!(table.kind, EntryKind::Device);
    assert_eq!(table.ids, ["a100-sxm-80", "h100-sxm", "mtia-v1", "tpu-v4"]);
    let row = |field: &str| table.rows.iter().find(|row| row.field == field).unwrap();
    let fp8 = row("peak.fp8");
    assert!(fp8.cells[0].is_none() && fp8.cells[2].is_none(), "absent where the device has none");
    let cell = fp8.cells[1].as_ref().unwrap();
    assert_eq!(cell.text, "1.979 PFLOP/s");
    assert_eq!(cell.origin, Some(Origin::Published));
    assert!(cell.source.is_some() && cell.number == Some(1.979e15));
    assert!(row("memory.bandwidth").cells.iter().all(Option::is_some));
    // `tpu-v4` and `mtia-v1` are platforms too; all names together decide the table.
    assert_eq!(catalog.compare(&["tpu-v4", "h100-hgx-8"]).unwrap().kind, EntryKind::Platform);
    assert_eq!(catalog.compare(&["dlrm-ads", "llama-3-8b"]).unwrap().kind, EntryKind::Model);
    assert_eq!(catalog.compare(&["h100-sxm", "h100-sxn"]).unwrap_err().given, "h100-sxn");
    for kind in EntryKind::ALL.iter().copied() {
        let names: Vec<String> = catalog.list(Some(kind)).into_iter().map(|entry| entry.id).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let all = catalog.compare(&names).unwrap();
        for row in &all.rows {
            for cell in row.cells.iter().flatten() {
                let explained = match cell.origin {
                    None => true,
                    Some(Origin::Assumed | Origin::Analytical) => {
                        cell.reason.is_some() || cell.source.is_some()
                    }
                    Some(_) => cell.source.is_some(),
                };
                assert!(explained && !cell.text.is_empty(), "{}: {cell:?}", row.field);
            }
        }
    }
    assert_eq!(
        catalog.list(None).len(),
        catalog.devices.len() + catalog.platforms.len() + catalog.models.len()
    );
}
