//! Golden test: switch and cable counts that NVIDIA prints for DGX SuperPODs, exact.

use quarterdeck_facility::network::{Clos, ClosRequest, clos};

const FABRIC: &str = include_str!("../../../validation/facility/superpod_fabric.csv");
const BILL: &str = include_str!("../../../validation/facility/superpod_bill.csv");

/// GPUs, and so compute ports, of every DGX system in the table.
const PORTS_PER_NODE: u64 = 8;
/// Ports that the fabric managers take beside the nodes, in the rows that count them.
const UFM_PORTS: u64 = 4;

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().map(|row| row.expect("a row")).collect()
}

fn count(row: &csv::StringRecord, column: usize) -> u64 {
    row[column].parse().unwrap_or_else(|_| panic!("column {column} of {row:?} is a count"))
}

fn fabric_of(row: &csv::StringRecord) -> Clos {
    let managers = if row[0].contains("UFM") { UFM_PORTS } else { 0 };
    let ports = count(row, 2) * PORTS_PER_NODE + managers;
    let request = ClosRequest {
        planes: u32::try_from(count(row, 11)).expect("a few planes"),
        ..ClosRequest::non_blocking(ports, u32::try_from(count(row, 10)).expect("a radix"))
    };
    clos(request).expect("a published fabric exists")
}

#[test]
fn all_25_published_rows_are_exact() {
    let rows = rows(FABRIC);
    assert_eq!(rows.len(), 25);
    for row in &rows {
        let fabric = fabric_of(row);
        // One cable carries the links of all planes of an endpoint.
        let cables = |links: u64| links / u64::from(fabric.request.planes);
        let links = fabric.links;
        let ours = [
            fabric.leaf,
            fabric.spine,
            fabric.core,
            cables(links.endpoint_leaf),
            cables(links.leaf_spine),
            cables(links.spine_core),
        ];
        let printed: Vec<u64> = (4..10).map(|column| count(row, column)).collect();
        assert_eq!(ours.as_slice(), printed, "{} with {} scalable units", &row[0], &row[1]);
    }
}

/// The one row whose GPU count contradicts its own node and cable counts is found, and no other.
#[test]
fn the_printed_slip_is_the_only_one() {
    let contradicts = |row: &&csv::StringRecord| count(row, 3) != count(row, 2) * PORTS_PER_NODE;
    let rows = rows(FABRIC);
    let slips: Vec<_> = rows.iter().filter(contradicts).map(|row| (count(row, 2), count(row, 3))).collect();
    assert_eq!(slips, [(1296, 9216)]);
}

#[test]
fn the_bill_of_four_scalable_units_is_exact() {
    let printed = |item: &str| {
        let rows = rows(BILL);
        let row = rows.iter().find(|row| &row[0] == item).unwrap_or_else(|| panic!("{item} is in the bill"));
        count(row, 1)
    };
    let nodes = printed("nodes");
    let fabric = clos(ClosRequest::non_blocking(nodes * PORTS_PER_NODE, 64)).expect("a fabric");
    assert_eq!(fabric.switches(), printed("compute switches"));
    assert_eq!(fabric.links.total(), printed("compute cables"));
    // A cage holds a twin-port transceiver, so each serves two ports.
    assert_eq!(fabric.switch_ports().div_ceil(2), printed("switch transceivers"));
    assert_eq!(nodes * PORTS_PER_NODE.div_ceil(2), printed("system transceivers"));
}
