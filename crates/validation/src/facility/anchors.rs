//! Single published numbers of networks, power, cooling and halls beside what the models give.

use quarterdeck_catalog::Catalog;
use quarterdeck_facility::network::{Role, dragonfly, scale_up};
use quarterdeck_scenario::Diagnostics;

use super::{ANCHORS, Check, Outcome, Published, Scored, Table};
use crate::table::{self, Row};

/// Columns of the file.
const REQUIRED: &[&str] = &["id", "what", "published", "unit", "source"];

/// Every number of the file.
pub(super) fn outcomes(catalog: &Catalog) -> Result<Vec<Outcome>, Diagnostics> {
    let rows = table::read("validation/facility/anchors.csv", ANCHORS.as_bytes(), REQUIRED)?;
    Ok(rows.into_iter().map(|row| Outcome::of(row, |row| score(catalog, row))).collect())
}

fn score(catalog: &Catalog, row: &Row) -> Result<Scored, String> {
    let ours = ours(catalog, row.text("id"))?;
    let what = row.text("what").to_owned();
    Ok(Scored {
        table: Table::Anchors,
        name: what.clone(),
        source: row.text("source").to_owned(),
        checks: vec![Check { what, unit: row.text("unit").to_owned(), published: published(row)?, ours }],
        slips: Vec::new(),
        basis: row.text("note").to_owned(),
    })
}

/// One number, or a range, as the file writes it: `18`, `18 +-5 %`, `1.1 to 1.3`, `>= 40`, `<= 1.3`.
fn published(row: &Row) -> Result<Published, String> {
    let text = row.text("published");
    let number = |part: &str| {
        part.trim().replace(',', "").parse::<f64>().map_err(|_| format!("`published` is `{text}`, which is no number"))
    };
    if let Some(rest) = text.strip_prefix(">=") {
        return Ok(Published::AtLeast(number(rest)?));
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return Ok(Published::AtMost(number(rest)?));
    }
    if let Some((value, share)) = text.split_once("+-") {
        let share = share.trim().trim_end_matches('%');
        return Ok(Published::Near(number(value)?, number(share)? / 100.0));
    }
    match text.split_once(" to ") {
        Some((low, high)) => Ok(Published::Between(number(low)?, number(high)?)),
        None => Ok(Published::Exact(number(text)?)),
    }
}

/// What the models give for a number, by its id.
fn ours(catalog: &Catalog, id: &str) -> Result<f64, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let nvl72 = || {
        let network = catalog.fabric.scale_up("gb200-nvl72").ok_or("the catalogue has no scale-up network")?;
        Ok::<_, String>(scale_up(network, 1))
    };
    Ok(match id {
        "nvl72-chips" => nvl72()?.structure.count(Role::Chip) as f64,
        "nvl72-links" => nvl72()?.structure.links() as f64,
        "nvl72-bandwidth" => nvl72()?.both_ways().as_terabytes_per_second(),
        "dragonfly-endpoints" => {
            // The largest balanced dragonfly of routers of 15 ports.
            let error = dragonfly(u64::MAX / 4, 15).err();
            match error {
                Some(quarterdeck_facility::network::NoDragonfly::TooManyPorts { most, .. }) => most as f64,
                other => return Err(format!("{other:?}")),
            }
        }
        "h100-rack-power" => {
            let platform = catalog.platform("h100-hgx-8").map_err(|error| text(&error))?;
            platform.rack_power().as_kilowatts()
        }
        other => return Err(format!("no model gives `{other}`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Published, String> {
        let cells = [("published".to_owned(), text.to_owned())].into();
        published(&Row { cells, ..Row::default() })
    }

    #[test]
    fn published_numbers_are_read_as_they_are_written() {
        assert_eq!(read("1,296"), Ok(Published::Exact(1296.0)));
        assert_eq!(read("129.6 +-1 %"), Ok(Published::Near(129.6, 0.01)));
        assert_eq!(read("1.1 to 1.3"), Ok(Published::Between(1.1, 1.3)));
        assert_eq!(read(">= 40"), Ok(Published::AtLeast(40.0)));
        assert_eq!(read("<= 1.3"), Ok(Published::AtMost(1.3)));
        assert!(read("many").is_err());
    }
}
