//! Printed counts of fabrics beside ours: rows with the columns of `validation/facility/superpod_fabric.csv`.

use std::fmt;

use super::clos::{ClosRequest, NoClos, clos};

/// Columns whose counts are compared, in the order of [`PublishedFabric::counts`].
pub const COUNTS: [&str; 6] =
    ["leaf", "spine", "core", "cables_node_leaf", "cables_leaf_spine", "cables_spine_core"];
/// Columns that a file must have beside those.
const NEEDED: [&str; 4] = ["system", "nodes", "switch_radix", "planes"];

/// One printed fabric.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedFabric {
    /// Line of the file.
    pub line: u64,
    /// Name.
    pub system: String,
    /// Servers.
    pub nodes: u64,
    /// Devices, where printed.
    pub gpus: Option<u64>,
    /// Switches and cables of [`COUNTS`], where printed.
    pub counts: [Option<u64>; COUNTS.len()],
    /// Ports of a switch.
    pub radix: u32,
    /// Networks side by side; one cable carries the links of all.
    pub planes: u32,
    /// Where it is printed.
    pub source: String,
}

/// A cell that can not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowFault {
    /// Line of the file.
    pub line: u64,
    /// Column, or empty where the whole row is at fault.
    pub column: String,
    /// What is wrong, with what is allowed.
    pub message: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.column.is_empty() {
            write!(f, "`{}` ", self.column)?;
        }
        f.write_str(&self.message)
    }
}

/// A printed count and ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beside {
    /// Column.
    pub name: &'static str,
    /// What is printed.
    pub published: u64,
    /// What the rule gives.
    pub ours: u64,
}

/// A printed fabric with every count that it prints beside ours.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// Counts, those that are printed.
    pub counts: Vec<Beside>,
    /// Devices that the row prints and that its own nodes and cables give, where these contradict each other.
    pub slip: Option<(u64, u64)>,
}

impl Comparison {
    /// Whether all counts agree.
    pub fn exact(&self) -> bool {
        self.counts.iter().all(|count| count.published == count.ours)
    }
}

/// Reads rows, all faults at once. Further columns are passed over, and an empty count is one that is not printed.
///
/// ```
/// # use quarterdeck_facility::network::read_published;
/// let text = "system,nodes,gpus,leaf,spine,core,cables_node_leaf,cables_leaf_spine,cables_spine_core,switch_radix,planes\n\
///             pod,64,512,16,8,0,512,512,0,64,1\n";
/// let rows = read_published(text).unwrap();
/// assert!(rows[0].beside().unwrap().exact());
/// let faults = read_published(&text.replace("pod,64", "pod,many").replace(",64,1", ",1,1")).unwrap_err();
/// assert_eq!(faults.len(), 2);
/// ```
///
/// # Errors
/// Every cell that is not what its column holds.
pub fn read_published(text: &str) -> Result<Vec<PublishedFabric>, Vec<RowFault>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let fault =
        |line: u64, column: &str, message: String| RowFault { line, column: column.to_owned(), message };
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(vec![fault(1, "", format!("is not a table: {error}"))]),
    };
    let place = |name: &str| header.iter().position(|column| column.trim() == name);
    let mut faults: Vec<RowFault> = NEEDED
        .iter()
        .filter(|name| place(name).is_none())
        .map(|name| fault(1, name, "is missing; the header must name it".to_owned()))
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.push(fault(line, "", format!("is not a row of the table: {error}")));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |name: &str| place(name).and_then(|at| record.get(at)).unwrap_or_default().trim();
        let mut number = |name: &str, least: u64| -> Option<u64> {
            let given = cell(name);
            if given.is_empty() && least == 0 {
                return None;
            }
            let found = given.parse().ok().filter(|number| *number >= least);
            if found.is_none() {
                faults.push(fault(
                    line,
                    name,
                    format!("is `{given}`; a whole number of at least {least} is needed"),
                ));
            }
            found
        };
        let counts = COUNTS.map(|name| number(name, 0));
        let gpus = number("gpus", 0);
        let [nodes, radix, planes] =
            [("nodes", 1), ("switch_radix", 2), ("planes", 1)].map(|(n, l)| number(n, l));
        let few = |number: Option<u64>| number.and_then(|number| u32::try_from(number).ok());
        if let (Some(nodes), Some(radix), Some(planes)) = (nodes, few(radix), few(planes)) {
            let (system, source) = (cell("system").to_owned(), cell("source").to_owned());
            rows.push(PublishedFabric { line, system, nodes, gpus, counts, radix, planes, source });
        }
    }
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

impl PublishedFabric {
    /// Endpoint ports of one plane: the cables to nodes where they are printed, which count fabric managers too.
    fn ports(&self) -> u64 {
        self.counts[3].or(self.gpus).unwrap_or(self.nodes)
    }

    /// Every printed count beside ours, from the endpoint cables, the radix and the planes of the row.
    ///
    /// # Errors
    /// When no Clos of that radix joins the ports.
    pub fn beside(&self) -> Result<Comparison, NoClos> {
        let planes = self.planes;
        let request = ClosRequest { planes, ..ClosRequest::non_blocking(self.ports(), self.radix) };
        let found = clos(request)?;
        let cables = |links: u64| links / u64::from(planes);
        let ours = [
            found.leaf,
            found.spine,
            found.core,
            cables(found.links.endpoint_leaf),
            cables(found.links.leaf_spine),
            cables(found.links.spine_core),
        ];
        let counts = COUNTS.into_iter().zip(self.counts).zip(ours);
        let counts =
            counts.filter_map(|((name, published), ours)| Some(Beside { name, published: published?, ours }));
        // Managers take a few ports of the last leaves, so nodes times whole ports are the devices.
        let devices = self.ports() / self.nodes * self.nodes;
        let slip = self.gpus.filter(|gpus| *gpus != devices).map(|gpus| (gpus, devices));
        Ok(Comparison { counts: counts.collect(), slip })
    }
}
