//! Rows of switch and cable counts: what the rule for Clos networks gives for as many nodes and that radix.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::network::{ClosRequest, clos};

use super::{Check, Published, Scored, Table};
use crate::table::Row;

/// Columns that a table must have.
pub const REQUIRED: &[&str] = &["system", "nodes", "gpus", "switch_radix"];

/// Counts that a row may print, with the column of each.
const COUNTS: [(&str, &str); 6] = [
    ("leaf", "leaves"),
    ("spine", "spines"),
    ("core", "core switches"),
    ("cables_node_leaf", "cables, node to leaf"),
    ("cables_leaf_spine", "cables, leaf to spine"),
    ("cables_spine_core", "cables, spine to core"),
];

/// Ports that fabric managers take beside the nodes, in the rows of systems that count them.
const MANAGER_PORTS: u64 = 4;
/// Most nodes and planes of a row.
const MOST_NODES: u32 = 10_000_000;
const MOST_PLANES: u32 = 64;

/// One row beside the rule.
pub(super) fn score(catalog: &Catalog, row: &Row) -> Result<Scored, String> {
    if let Some(fault) = &row.fault {
        return Err(fault.clone());
    }
    let system = row.text("system");
    let nodes = row.ways("nodes", MOST_NODES)?.ok_or("`nodes` is empty; the rule needs a number of nodes")?;
    let radix = row.ways("switch_radix", 4096)?.ok_or("`switch_radix` is empty; the rule needs it")?;
    let planes = row.ways("planes", MOST_PLANES)?.unwrap_or(1);
    let nodes = u64::from(nodes);
    let printed_gpus = row.number("gpus")?.map(|gpus| gpus as u64);
    let per_node = ports_per_node(catalog, system, nodes, printed_gpus)?;
    let managers = if system.contains("UFM") { MANAGER_PORTS } else { 0 };
    let endpoints = nodes * per_node;
    let request = ClosRequest { planes, ..ClosRequest::non_blocking(endpoints + managers, radix) };
    let fabric = clos(request).map_err(|error| error.to_string())?;

    // One cable carries the links of all planes of an endpoint.
    let cables = |links: u64| links / u64::from(planes);
    let ours = [
        fabric.leaf,
        fabric.spine,
        fabric.core,
        cables(fabric.links.endpoint_leaf),
        cables(fabric.links.leaf_spine),
        cables(fabric.links.spine_core),
    ];
    let mut checks = Vec::new();
    for ((column, what), ours) in COUNTS.into_iter().zip(ours) {
        if let Some(published) = row.number(column)? {
            let published = Published::Exact(published);
            checks.push(Check { what: what.to_owned(), unit: String::new(), published, ours: ours as f64 });
        }
    }
    let printed_cables = row.number("cables_node_leaf")?.map(|cables| cables as u64);
    Ok(Scored {
        table: Table::Fabric,
        name: system.to_owned(),
        source: row.text("source").to_owned(),
        slips: slips(nodes, per_node, managers, printed_gpus, printed_cables),
        basis: format!(
            "{endpoints} ports of {nodes} nodes with {per_node} each{}, {planes} plane{} of {radix}-port switches",
            if managers > 0 { format!(" and {managers} of fabric managers") } else { String::new() },
            if planes == 1 { "" } else { "s" }
        ),
        checks,
    })
}

/// Compute ports of a node: those of the catalogue's platform that the system is named after, else as many as it
/// prints GPUs for each.
fn ports_per_node(catalog: &Catalog, system: &str, nodes: u64, gpus: Option<u64>) -> Result<u64, String> {
    let lower = system.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let named = catalog.platforms.values().find(|platform| {
        let device = platform.id.split('-').next().unwrap_or_default();
        lower.contains("dgx") && words.contains(&device)
    });
    if let Some(platform) = named {
        return Ok(u64::from(platform.scale_out.back_end_ports));
    }
    match gpus {
        Some(gpus) if gpus % nodes == 0 && gpus > 0 => Ok(gpus / nodes),
        Some(gpus) => Err(format!(
            "{gpus} GPUs do not divide among {nodes} nodes, and `{system}` names no platform of the catalogue"
        )),
        None => Err("`gpus` is empty; the rule needs ports of a node".to_owned()),
    }
}

/// How a row contradicts itself: GPUs that its nodes do not hold.
fn slips(nodes: u64, per_node: u64, managers: u64, gpus: Option<u64>, cables: Option<u64>) -> Vec<String> {
    let holds = nodes * per_node;
    let Some(gpus) = gpus.filter(|gpus| *gpus != holds) else { return Vec::new() };
    let mut text = format!("prints {gpus} GPUs beside {nodes} nodes of {per_node}, which hold {holds}");
    if let Some(cables) = cables {
        let from_cables = cables - managers.min(cables);
        text.push_str(&format!("; its {cables} cables from nodes say {from_cables}"));
    }
    vec![text]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score_of(cells: &[(&str, &str)]) -> Result<Scored, String> {
        let cells = cells.iter().map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).collect();
        score(&Catalog::builtin(), &Row { cells, ..Row::default() })
    }

    #[test]
    fn a_row_of_another_system_takes_its_ports_from_its_gpus() {
        let cells = [("system", "Own cluster"), ("nodes", "16"), ("gpus", "64"), ("switch_radix", "32")];
        let scored = score_of(&[cells.as_slice(), &[("leaf", "4"), ("spine", "2")]].concat()).unwrap();
        assert_eq!(scored.checks.len(), 2);
        assert!(scored.agrees(), "{scored:?}");
    }

    #[test]
    fn a_row_that_can_not_be_says_why() {
        let cells = |nodes, gpus, radix| {
            [("system", "Own cluster"), ("nodes", nodes), ("gpus", gpus), ("switch_radix", radix)]
        };
        assert!(score_of(&cells("16", "65", "32")).unwrap_err().contains("do not divide"));
        assert!(score_of(&cells("16", "64", "1")).unwrap_err().contains("2 ports or more"));
        assert!(score_of(&cells("0", "64", "32")).unwrap_err().contains("`nodes`"));
        assert!(score_of(&cells("1000000", "8000000", "64")).unwrap_err().contains("65536"));
    }
}
