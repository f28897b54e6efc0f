//! Single published numbers of networks, power, cooling and halls beside what the models give.

use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind, Platform};
use quarterdeck_facility::cooling::{
    CoolingDesign, Plant, YearOfOperation, air_flow, designs, liquid_flow, load_of, suits,
};
use quarterdeck_facility::hall::{HallRequest, Switching, hall_plan};
use quarterdeck_facility::network::{
    BadShape, FabricBill, FabricPolicy, NetworkPolicy, NoDragonfly, PlatformNetwork, Role, back_end_fabric,
    dragonfly, platform_network, scale_up,
};
use quarterdeck_facility::power::{PowerChain, Redundancy};
use quarterdeck_facility::site::Block;
use quarterdeck_facility::weather::typical_year;
use quarterdeck_facility::{FacilityError, Prices};
use quarterdeck_scenario::Diagnostics;
use quarterdeck_units::{Celsius, PriceYear, Quarter, Watts};

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
        part.trim()
            .replace(',', "")
            .parse::<f64>()
            .map_err(|_| format!("`published` is `{text}`, which is no number"))
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
    let scale_up = || {
        let network =
            catalog.fabric.scale_up("gb200-nvl72").ok_or("the catalogue has no scale-up network")?;
        Ok::<_, String>(scale_up(network, 1))
    };
    Ok(match id {
        "nvl72-chips" => scale_up()?.structure.count(Role::Chip) as f64,
        "nvl72-links" => scale_up()?.structure.links() as f64,
        "nvl72-bandwidth" => scale_up()?.both_ways().as_terabytes_per_second(),
        // Asked for too much, the rule says the most.
        "dragonfly-endpoints" => match dragonfly(u64::MAX / 4, 15) {
            Err(NoDragonfly::TooManyPorts { most, .. }) => most as f64,
            other => return Err(format!("{other:?}")),
        },
        "tpu-v4-switches" => {
            let pod = fabric(catalog, "tpu-v4", 64, None, "torus")?;
            pod.structure.count(Role::OpticalSwitch) as f64
        }
        "rail-only-cost" => {
            let cost = |shape: &str| {
                Ok::<_, String>(fabric(catalog, "h100-hgx-8", 2048, Some("qm9700"), shape)?.cost())
            };
            100.0 * (1.0 - cost("rail-only")? / cost("clos")?)
        }
        "h100-rack-power" => platform(catalog, "h100-hgx-8")?.rack_power().as_kilowatts(),
        "h100-racks" => h100_racks(catalog)?,
        "gb200-unit-power" => {
            let rack = platform(catalog, "gb200-nvl72")?;
            let networks = networks(catalog, rack, 128)?;
            8.0 * (rack.power.rated.value + networks.power_per_platform()).as_megawatts()
        }
        "air-flow" => {
            air_flow(Watts::kilowatts(120.0), Celsius::degrees(20.0 / 1.8)) / CUBIC_METRES_PER_SECOND_OF_CFM
        }
        "liquid-flow" => liquid_flow(Watts::kilowatts(1.0), Celsius::degrees(10.0)),
        "cdu-flow" => liquid_flow(Watts::kilowatts(1.0), Celsius::degrees(12.0)),
        "pue-free-cooling" => year(catalog, "h100-hgx-8", "outside-evaporative", "prineville")?.pue,
        "pue-large-air" => {
            let mut worst: f64 = 0.0;
            for climate in catalog.climates.keys() {
                worst = worst.max(best_pue(catalog, "h100-hgx-8", climate)?);
            }
            worst
        }
        "pue-liquid" => year(catalog, "gb200-nvl72", "liquid-w32-dry", "ashburn")?.pue,
        "wue-adiabatic" => {
            year(catalog, "gb200-nvl72", "liquid-w32-adiabatic", "ashburn")?.wue.as_per_kilowatt_hour()
        }
        other => return Err(format!("no model gives `{other}`")),
    })
}

/// Cubic metres a second of a cubic foot a minute.
const CUBIC_METRES_PER_SECOND_OF_CFM: f64 = 0.3048 * 0.3048 * 0.3048 / 60.0;
/// Power of the halls whose years are compared.
const HALLS: Watts = Watts::megawatts(20.0);

fn platform<'a>(catalog: &'a Catalog, id: &str) -> Result<&'a Platform, String> {
    catalog.platform(id).map(AsRef::as_ref).map_err(|error| error.to_string())
}

fn fabric(
    catalog: &Catalog,
    id: &str,
    count: u64,
    switch: Option<&str>,
    shape: &str,
) -> Result<FabricBill, String> {
    let shape = shape.parse().map_err(|error: BadShape| error.to_string())?;
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    let policy = FabricPolicy { shape, ..FabricPolicy::BACK_END };
    back_end_fabric(catalog, platform(catalog, id)?, count, switch, policy, &prices)
        .map_err(|error| error.to_string())
}

fn networks(catalog: &Catalog, platform: &Platform, count: u64) -> Result<PlatformNetwork, String> {
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    platform_network(platform, count, &catalog.fabric, &NetworkPolicy::default(), &prices)
        .map_err(|error| error.to_string())
}

/// Racks of the published system of 127 nodes: machines, switches, storage.
fn h100_racks(catalog: &Catalog) -> Result<f64, String> {
    let prices = Prices::new(&catalog.money, PriceYear(2024));
    let platform = platform(catalog, "h100-hgx-8")?;
    let policy = NetworkPolicy::default().at(Quarter::new(2023, 4));
    let network = platform_network(platform, 127, &catalog.fabric, &policy, &prices);
    let network = Switching::of(&network.map_err(|error| error.to_string())?);
    let block = Block::example(Cooling::Air, Climate::Temperate, Watts::kilowatts(45.0), catalog)
        .map_err(|error| error.to_string())?;
    let request = HallRequest {
        platform,
        count: 127,
        block: &block,
        floor: FloorKind::Slab,
        hall_power: None,
        network: Some(&network),
    };
    hall_plan(&request, catalog).map(|plan| plan.racks.it() as f64).map_err(|misfit| misfit.to_string())
}

/// A typical year of a plant at full draw.
fn year(catalog: &Catalog, id: &str, design: &str, climate: &str) -> Result<YearOfOperation, String> {
    let text = |error: FacilityError| error.to_string();
    let climate = catalog.climate(climate).map_err(|error| error.to_string())?;
    let design = CoolingDesign::of(design, catalog).map_err(text)?;
    let chain = PowerChain::usual(Redundancy::NPlusOne, HALLS, catalog).map_err(text)?;
    let load = load_of(platform(catalog, id)?, HALLS, HALLS, catalog);
    Ok(Plant::new(&design, load, &chain).year(&typical_year(climate)))
}

/// The lowest PUE of the plants for air that cool a platform in a climate.
fn best_pue(catalog: &Catalog, id: &str, climate: &str) -> Result<f64, String> {
    let record = catalog.climate(climate).map_err(|error| error.to_string())?;
    let weather = typical_year(record);
    let mut best = f64::INFINITY;
    for design in designs(catalog).map_err(|error| error.to_string())? {
        let suits =
            suits(platform(catalog, id)?, &design, &weather, catalog).map_err(|error| error.to_string())?;
        if design.cooling == Cooling::Air && suits.is_ok() {
            best = best.min(year(catalog, id, &design.id, climate)?.pue);
        }
    }
    Ok(best)
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
