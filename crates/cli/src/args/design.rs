//! Arguments of `design`.

use super::train::{count, share};
use clap::Args as Group;
use quarterdeck_units::{Quarter, UsdPerJoule, Watts};
use std::path::PathBuf;

/// A question about one site, or two sites compared.
#[derive(Group, Debug, Clone)]
pub struct Design {
    /// Platform: an id or alias of the catalogue.
    #[arg(long, value_name = "PLATFORM", help_heading = "Size")]
    pub platform: Option<String>,
    /// Platforms: servers or racks as they are sold, each of several devices.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Size")]
    pub count: Option<f64>,
    /// Devices, a multiple of the platform's; in place of `--count`.
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Size")]
    pub devices: Option<f64>,
    /// IT power; the largest fleet that it feeds, in place of `--count`.
    #[arg(long, value_name = "POWER", help_heading = "Size")]
    pub it_power: Option<Watts>,
    /// A climate of the catalogue, a class such as `cold-dry`, or a site of `--scenario`.
    #[arg(long, value_name = "PLACE", help_heading = "Place")]
    pub site: Option<String>,
    /// A climate of the catalogue, or a class such as `hot-humid`.
    #[arg(long, value_name = "CLIMATE", help_heading = "Place")]
    pub climate: Option<String>,
    /// Scenario that has the site.
    #[arg(long, value_name = "FILE", help_heading = "Place")]
    pub scenario: Option<String>,
    /// Hourly weather in place of a typical year.
    #[arg(long, value_name = "FILE.epw", help_heading = "Place")]
    pub weather: Option<String>,
    /// Emissions of the grid in g/kWh, one number a line: one of the year, twelve of months or 8,760 of hours.
    #[arg(long, value_name = "FILE.csv", help_heading = "Place")]
    pub grid_intensity: Option<String>,
    /// Region for electricity and grid; the climate's if none.
    #[arg(long, value_name = "REGION", help_heading = "Place")]
    pub region: Option<String>,
    /// Fabric between accelerators: clos, clos:3, rail-only, dragonfly, torus, torus:16x16x16.
    #[arg(long, value_name = "FABRIC", default_value = "clos", help_heading = "Network")]
    pub fabric: String,
    /// Oversubscription of the highest tier such as `7:1`, or by tier: `leaf=3:1,core=7:1`.
    #[arg(long, value_name = "RATIO", help_heading = "Network")]
    pub oversubscription: Option<String>,
    /// Switch id of the catalogue; the cheapest if none.
    #[arg(long, value_name = "SWITCH", help_heading = "Network")]
    pub switch: Option<String>,
    /// Cooling: air, air-assisted-liquid, liquid, or a design of the catalogue; the cheapest if none.
    #[arg(long, value_name = "KIND", help_heading = "Halls")]
    pub cooling: Option<String>,
    /// Power supply: n, n+1 or 2n.
    #[arg(long, value_name = "WORD", default_value = "n+1", help_heading = "Halls")]
    pub redundancy: String,
    /// Mean draw of machines between idle and the highest that was measured of them, or their nameplate.
    #[arg(long, value_name = "SHARE", default_value = "100 %", value_parser = utilisation, help_heading = "Halls")]
    pub utilisation: f64,
    /// IT power of one hall.
    #[arg(long, value_name = "POWER", help_heading = "Halls")]
    pub hall_power: Option<Watts>,
    /// Most power of one rack; what the cooling carries if none.
    #[arg(long, value_name = "POWER", help_heading = "Halls")]
    pub rack_density: Option<Watts>,
    /// First quarter in which it must run.
    #[arg(long, value_name = "QUARTER", help_heading = "Dates and money")]
    pub need: Option<Quarter>,
    /// Price of electricity, such as `62 USD/MWh`; the region's if none.
    #[arg(long, value_name = "PRICE", help_heading = "Dates and money")]
    pub electricity: Option<UsdPerJoule>,
    /// Real discount rate a year.
    #[arg(long, value_name = "SHARE", default_value = "8 %", value_parser = share, help_heading = "Dates and money")]
    pub discount_rate: f64,
    /// What grew from one site to another: two files that each describe one.
    #[arg(long, value_names = ["OLD", "NEW"], num_args = 2, help_heading = "Compare")]
    pub compare: Vec<String>,
    /// Write the year hour by hour: weather, power, water, PUE and WUE.
    #[arg(long, value_name = "FILE.csv", help_heading = "Files")]
    pub hours: Option<PathBuf>,
    /// Write the report as one HTML file.
    #[arg(long, short = 'o', value_name = "FILE", help_heading = "Files")]
    pub output: Option<PathBuf>,
}

fn utilisation(text: &str) -> Result<f64, String> {
    let share = quarterdeck_units::parse_ratio(text).map_err(|error| error.to_string())?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("a utilisation lies from 0 to 1, such as 80 %".to_owned())
    }
}
