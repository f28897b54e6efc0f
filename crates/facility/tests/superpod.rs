//! Golden test: counts of switches, cables and modules that are printed for well-known fabrics, exact.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::Prices;
use quarterdeck_facility::network::{
    COUNTS, ClosRequest, FabricPolicy, FabricRequest, LeafPorts, Oversubscription, Role, back_end_fabric,
    clos, design_fabric, read_published, scale_up,
};
use quarterdeck_units::{Bandwidth, PriceYear};

const FABRIC: &str = include_str!("../../../validation/facility/superpod_fabric.csv");
const BILL: &str = include_str!("../../../validation/facility/superpod_bill.csv");
const PODS: &str = include_str!("../../../validation/facility/superpod_pods.csv");
const SCALE_UP: &str = include_str!("../../../validation/facility/superpod_scale_up.csv");
const TORUS: &str = include_str!("../../../validation/facility/superpod_torus.csv");

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

#[test]
fn all_25_published_rows_are_exact() {
    let rows = read_published(FABRIC).expect("rows");
    assert_eq!(rows.len(), 25);
    for row in &rows {
        let found = row.beside().expect("a published fabric exists");
        assert_eq!(found.counts.len(), COUNTS.len(), "{}: every count is printed", row.system);
        assert!(found.exact(), "{} on line {}: {:?}", row.system, row.line, found.counts);
        // The endpoint cables, from which the rest follows, are those of the nodes and the fabric managers.
        let managers = if row.system.contains("UFM") { UFM_PORTS } else { 0 };
        assert_eq!(row.counts[3], Some(row.nodes * PORTS_PER_NODE + managers), "{}", row.system);
    }
}

/// The one row whose GPU count contradicts its own node and cable counts is found, and no other.
#[test]
fn the_printed_slip_is_the_only_one() {
    let rows = read_published(FABRIC).expect("rows");
    let slips: Vec<_> = rows.iter().filter_map(|row| row.beside().ok()?.slip).collect();
    assert_eq!(slips, [(9216, 10_368)]);
}

/// A popular cost sheet keeps two tiers past what they join; such a row is not exact, and says where.
#[test]
fn a_wrong_row_is_found() {
    let sheet =
        "system,nodes,leaf,spine,core,cables_node_leaf,switch_radix,planes\nsheet,512,128,64,0,4096,64,1\n";
    let found = read_published(sheet).expect("a row")[0].beside().expect("a fabric");
    assert!(!found.exact());
    let wrong: Vec<_> = found.counts.iter().filter(|count| count.ours != count.published).collect();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    let faults = read_published("system,nodes\nx,1\n").expect_err("columns lack");
    assert_eq!(faults.len(), 2);
    assert!(faults[0].to_string().contains("`switch_radix`"), "{}", faults[0]);
}

#[test]
fn the_bill_of_four_scalable_units_is_exact() {
    let printed = |item: &str| {
        let rows = rows(BILL);
        let row = rows.iter().find(|row| &row[0] == item).unwrap_or_else(|| panic!("{item} is in the bill"));
        count(row, 1)
    };
    let nodes = printed("nodes");
    let catalog = Catalog::builtin();
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    let policy = FabricPolicy::BACK_END;
    let platform = catalog.platform("h100-hgx-8").expect("a platform");
    let bill = back_end_fabric(&catalog, platform, nodes, Some("qm9700"), policy, &prices).expect("a fabric");
    assert_eq!(bill.switches(), printed("compute switches"));
    assert_eq!(bill.links(), printed("compute cables"));
    let modules = |switches: bool| -> u64 {
        let there = |role: Role| role.is_switch() == switches;
        bill.optics.iter().filter(|optics| there(optics.role)).map(|optics| optics.modules).sum()
    };
    assert_eq!(modules(true), printed("switch transceivers"));
    assert_eq!(modules(false), printed("system transceivers"));
    let cables: f64 = quarterdeck_facility::network::Reach::ALL.iter().map(|reach| bill.cables(*reach)).sum();
    assert_eq!(cables, printed("compute cables") as f64);
}

/// Planes share the ports of an endpoint and its cable: 800 Gbit/s cables, two planes of 400 Gbit/s.
#[test]
fn cables_of_planes_are_those_printed() {
    let catalog = Catalog::builtin();
    let prices = Prices::new(&catalog.money, PriceYear(2025));
    let rows = rows(FABRIC);
    let dual: Vec<_> = rows.iter().filter(|row| count(row, 11) == 2).collect();
    assert!(!dual.is_empty());
    for row in dual {
        let shape = "clos,planes=2".parse().expect("a shape");
        let policy = FabricPolicy { shape, ..FabricPolicy::BACK_END };
        let rate = Bandwidth::gigabits_per_second(800.0);
        let request = FabricRequest::new(count(row, 2) * PORTS_PER_NODE, rate, policy);
        let request = FabricRequest { switch: Some("sn5600"), ..request };
        let bill = design_fabric(&request, &catalog.fabric, &prices).expect("a fabric");
        let cables: f64 =
            quarterdeck_facility::network::Reach::ALL.iter().map(|reach| bill.cables(*reach)).sum();
        assert_eq!(cables, (7..10).map(|column| count(row, column)).sum::<u64>() as f64, "{row:?}");
        assert_eq!(bill.switches(), (4..7).map(|column| count(row, column)).sum::<u64>(), "{row:?}");
    }
}

#[test]
fn published_pods_come_out() {
    let rows = rows(PODS);
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let ports = |column| u32::try_from(count(row, column)).expect("a few ports");
        let devices = count(row, 1);
        let over: f64 = row[8].parse().expect("a ratio");
        let request = ClosRequest {
            planes: ports(2),
            upper_radix: Some(ports(4)),
            leaf_ports: Some(LeafPorts { down: ports(5), up: ports(6) }),
            pod: Some(count(row, 7)),
            ..ClosRequest::non_blocking(devices, ports(3)).oversubscribed(Oversubscription::Top(over))
        };
        let found = clos(request).unwrap_or_else(|error| panic!("{}: {error}", &row[0]));
        assert_eq!(found.plane.pods, count(row, 9), "{}", &row[0]);
        let planes = u64::from(found.request.planes);
        assert_eq!(found.plane.pod_leaves * planes, count(row, 10), "{}", &row[0]);
        // A group of leaves (a rack's one, or the sixteen of a segment) serves so many devices.
        assert_eq!(found.plane.leaf_down * count(row, 12) / planes, count(row, 11), "{}", &row[0]);
        assert_eq!(found.leaf * found.plane.leaf_down / planes, devices, "{}", &row[0]);
        // What leaves a pod is at most what the ratio lets through, and less than one uplink a spine above it.
        let (_, pod) = found.uplink_shares();
        let spare = 1.0 / (found.plane.pod_leaves * found.plane.leaf_up / found.plane.pod_spines) as f64;
        assert!(pod >= 1.0 / over && pod < 1.0 / over + spare, "{}: {pod}", &row[0]);
    }
}

#[test]
fn published_scale_up_domains_come_out() {
    let catalog = Catalog::builtin();
    for row in &rows(SCALE_UP) {
        let network = catalog.fabric.scale_up(&row[0]).unwrap_or_else(|| panic!("{} has one", &row[0]));
        let domain = scale_up(network, 1);
        assert_eq!(domain.structure.count(Role::Endpoint), count(row, 1));
        assert_eq!(domain.structure.count(Role::Chip), count(row, 2));
        assert_eq!(domain.structure.links(), count(row, 3));
        let printed: f64 = row[4].parse().expect("a bandwidth");
        assert!((domain.both_ways().as_terabytes_per_second() - printed).abs() < 1e-9);
        // The links of the network carry what the device file says that a device sends.
        let platform = catalog.platform(&row[0]).expect("a platform");
        let device = catalog.device(&platform.device).expect("a device");
        let link = device.scale_up.as_ref().expect("links");
        assert!((link.bandwidth.value / domain.device_rate - 1.0).abs() < 1e-9, "{}", &row[0]);
    }
}

#[test]
fn a_published_torus_comes_out() {
    let catalog = Catalog::builtin();
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    let policy = FabricPolicy { shape: "torus".parse().expect("a shape"), ..FabricPolicy::BACK_END };
    for row in &rows(TORUS) {
        let platform = catalog.platform("tpu-v4").expect("a platform");
        let bill =
            back_end_fabric(&catalog, platform, count(row, 2), None, policy, &prices).expect("a torus");
        assert_eq!(bill.ports, count(row, 1));
        assert_eq!(bill.structure.count(Role::OpticalSwitch), count(row, 4));
        let optical = bill.structure.joins[1];
        assert_eq!(optical.links, count(row, 5));
        assert_eq!(optical.links / count(row, 2), count(row, 3));
        // Each optical switch holds one port for either face of every cube.
        assert_eq!(optical.links / count(row, 4), 2 * count(row, 2));
    }
}
