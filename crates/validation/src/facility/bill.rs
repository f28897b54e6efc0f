//! The parts list of four H100 units: what the catalogue's platform, switch and links give for as many nodes.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::Prices;
use quarterdeck_facility::network::{FabricBill, FabricPolicy, Role, back_end_fabric};
use quarterdeck_scenario::Diagnostics;
use quarterdeck_units::PriceYear;

use super::{BILL, Check, Outcome, Published, Scored, Table};
use crate::table::{self, Row};

/// The platform and the switch of the published list.
const PLATFORM: &str = "h100-hgx-8";
const SWITCH: &str = "qm9700";

/// Every item of the list.
pub(super) fn outcomes(catalog: &Catalog) -> Result<Vec<Outcome>, Diagnostics> {
    let rows = table::read("validation/facility/superpod_bill.csv", BILL.as_bytes(), &["item", "count"])?;
    let nodes =
        rows.iter().find(|row| row.text("item") == "nodes").and_then(|row| row.number("count").ok()?);
    let fabric = fabric(catalog, nodes.unwrap_or(0.0) as u64);
    let scored = rows.into_iter().map(|row| {
        let mut outcome = Outcome::of(row, |row| score(row, fabric.as_ref().map_err(Clone::clone)?));
        outcome.id = format!("bill/{}", super::slug(outcome.row.text("item")));
        outcome
    });
    Ok(scored.collect())
}

fn fabric(catalog: &Catalog, nodes: u64) -> Result<FabricBill, String> {
    let platform = catalog.platform(PLATFORM).map_err(|error| error.to_string())?;
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    back_end_fabric(catalog, platform, nodes, Some(SWITCH), FabricPolicy::BACK_END, &prices)
        .map_err(|error| error.to_string())
}

fn score(row: &Row, fabric: &FabricBill) -> Result<Scored, String> {
    let item = row.text("item");
    let published = row.number("count")?.ok_or("`count` is empty")?;
    let modules = |at_endpoint: bool| -> f64 {
        let of = fabric.optics.iter().filter(|optics| (optics.role == Role::Endpoint) == at_endpoint);
        of.map(|optics| optics.modules as f64).sum()
    };
    let ours = match item {
        "nodes" => published,
        "compute switches" => fabric.switches() as f64,
        "compute cables" => fabric.links() as f64,
        "switch transceivers" => modules(false),
        "system transceivers" => modules(true),
        other => return Err(format!("nothing of the parts list is called `{other}`")),
    };
    Ok(Scored {
        table: Table::Bill,
        name: item.to_owned(),
        source: row.text("source").to_owned(),
        checks: vec![Check {
            what: item.to_owned(),
            unit: String::new(),
            published: Published::Exact(published),
            ours,
        }],
        slips: Vec::new(),
        basis: format!("parts of `{PLATFORM}` and `{SWITCH}` in the catalogue, counted as `design` does"),
    })
}
