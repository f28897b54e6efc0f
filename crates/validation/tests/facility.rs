//! The golden card of fabrics, power, cooling and halls: counts exact, the maker's own slip found, the page current.

use quarterdeck_catalog::Catalog;
use quarterdeck_validation::facility::{self, Table};

#[test]
fn printed_fabrics_and_their_parts_list_are_exact() {
    let outcomes = facility::predict_published(&Catalog::builtin()).expect("embedded files are sound");
    let scored = |table: Table| {
        let all = outcomes.iter().map(|outcome| outcome.result.as_deref().expect("every row is scored"));
        all.filter(|scored| scored.table == table).cloned().collect::<Vec<_>>()
    };
    let (fabric, bill, anchors) = (scored(Table::Fabric), scored(Table::Bill), scored(Table::Anchors));
    assert_eq!((fabric.len(), bill.len()), (25, 5));
    for row in fabric.iter().chain(&bill) {
        for check in &row.checks {
            println!("{}: {} {} {}", row.name, check.what, check.published, check.difference());
        }
        assert!(row.agrees(), "{row:?}");
    }
    assert!(anchors.len() >= 16);
    let agree = anchors.iter().filter(|row| row.agrees()).count();
    for row in &anchors {
        let check = &row.checks[0];
        println!("{}: {} beside {} ({})", check.what, check.ours, check.published, check.difference());
    }
    // What differs stands in the page; it may become less, never more.
    assert!(agree >= ANCHORS_THAT_AGREE, "{agree} of {}", anchors.len());
}

/// Single numbers that lay in their published range when this was written.
const ANCHORS_THAT_AGREE: usize = 13;

#[test]
fn the_one_row_that_contradicts_itself_is_found_without_help() {
    let outcomes = facility::predict_published(&Catalog::builtin()).expect("embedded files are sound");
    let slips: Vec<&String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.result.as_ref().ok())
        .flat_map(|scored| &scored.slips)
        .collect();
    assert_eq!(
        slips,
        ["prints 9216 GPUs beside 1296 nodes of 8, which hold 10368; its 10368 cables from nodes say 10368"]
    );
}

#[test]
fn rows_of_ones_own_are_scored_and_wrong_counts_are_told() {
    let catalog = Catalog::builtin();
    let text = "system,nodes,gpus,switch_radix,leaf,spine\nmine,128,1024,64,32,12\nodd,7,50,64,1,1\n";
    let outcomes = facility::predict_table(&catalog, "mine.csv", text.as_bytes()).expect("a sound file");
    let first = outcomes[0].result.as_ref().expect("scored");
    assert_eq!(first.checks.iter().map(|check| check.difference()).collect::<Vec<_>>(), ["exact", "+4"]);
    assert!(outcomes[1].result.as_ref().unwrap_err().contains("do not divide"));
    let sheets = facility::sheets(&outcomes, true);
    assert!(sheets.tables.iter().any(|sheet| sheet.key == "differing" && sheet.rows.len() == 1));
    assert!(facility::predict_table(&catalog, "bad.csv", b"system,nodes\n").is_err());
}

#[test]
fn the_page_is_current() {
    let outcomes = facility::predict_published(&Catalog::builtin()).expect("embedded files are sound");
    let stored =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/validation-facility.md"));
    assert!(
        stored.unwrap_or_default() == facility::page(&outcomes),
        "docs/validation-facility.md is out of date; run\n  \
         cargo run -p quarterdeck-validation --example score_card -- --write"
    );
}
