//! `design`: what platforms need at a place in racks, halls, power, cooling, network, money and weeks.

use std::path::Path;
use std::sync::Arc;

use quarterdeck_catalog::{Catalog, Climate, Cooling, Platform};
use quarterdeck_engine::{
    DesignPlace, DesignQuestion, DesignSize, FabricChoice, TrainFault, design, design_hours, growth,
    place_of_climate, place_of_site,
};
use quarterdeck_facility::emissions::GridIntensity;
use quarterdeck_facility::network::{FabricShape, Oversubscription};
use quarterdeck_facility::power::Redundancy;
use quarterdeck_facility::site::FALLBACK_REGION;
use quarterdeck_facility::weather::{WeatherYear, read_epw};
use quarterdeck_report::HtmlReport;
use quarterdeck_report::design::hours_table;
use quarterdeck_report::provenance::RunProvenance;
use quarterdeck_report::table::UnitRow;
use quarterdeck_scenario::{Diagnostics, Files as _, resolve_design};
use quarterdeck_units::GramsPerJoule;

use crate::args::{Design, Format, Global};
use crate::disk::Disk;
use crate::exit::{Exit, Failure, Fault};
use crate::render;

/// Answers one question.
pub fn run(args: &Design, global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    if let [old, new] = args.compare.as_slice() {
        return compare(args, [old, new], &catalog, global);
    }
    let question = question(args, &catalog, global)?;
    let answer = design(&catalog, &question).map_err(failure)?;
    let page = || page(&answer, &question, &catalog);
    if let Some(path) = &args.hours {
        write_hours(path, &answer, &question, &catalog)?;
    }
    match global.format {
        Format::Text => println!("{}", answer.to_text().trim_end()),
        Format::Json => {
            let value = answer.to_json().map_err(|error| Failure::Bug(error.to_string()))?;
            let text =
                serde_json::to_string_pretty(&value).map_err(|error| Failure::Bug(error.to_string()))?;
            println!("{text}");
        }
        Format::Csv | Format::Md => {
            super::catalog::print(&answer.tables(), global)?;
        }
        // The page goes to the file where one is named.
        Format::Html if args.output.is_some() => {}
        Format::Html => super::print_page(&page())?,
    }
    if let Some(path) = &args.output {
        super::write_page(&page(), path)?;
    }
    Ok(Exit::Done)
}

/// Writes the hours of the year; a platform that can not stand there has none, and the answer says why.
fn write_hours(
    path: &Path,
    answer: &quarterdeck_report::design::Design,
    question: &DesignQuestion,
    catalog: &Catalog,
) -> Result<(), Failure> {
    let hours = design_hours(catalog, question, answer).map_err(failure)?;
    if hours.is_empty() {
        return Ok(());
    }
    let table = hours_table(&hours).to_csv(UnitRow::Omit).map_err(|error| Failure::Bug(error.to_string()))?;
    crate::disk::write_whole(path, table.as_bytes())?;
    eprintln!("wrote {}", path.display());
    Ok(())
}

/// What grew from one site to another.
fn compare(args: &Design, files: [&String; 2], catalog: &Catalog, global: &Global) -> Result<Exit, Failure> {
    let asked = [
        ("--platform", args.platform.is_some()),
        ("--count", args.count.is_some()),
        ("--devices", args.devices.is_some()),
        ("--it-power", args.it_power.is_some()),
        ("--site", args.site.is_some()),
        ("--climate", args.climate.is_some()),
        ("--hours", args.hours.is_some()),
        ("-o", args.output.is_some()),
    ];
    let mut faults = Faults::default();
    for (flag, _) in asked.iter().filter(|(_, given)| *given) {
        faults.note(
            format!("`{flag}` says nothing beside `--compare`, whose files say all of both sites"),
            format!("leave out `{flag}`, or write it in one of the files"),
        );
    }
    if global.format == Format::Html {
        faults.note("a comparison has no page", "write its tables with `--format md`");
    }
    if !faults.0.is_empty() {
        return Err(Failure::Faults(faults.0));
    }
    let mut sites = Vec::new();
    let mut wrong: Option<Diagnostics> = None;
    for file in files {
        let read = resolve_design(file, &Disk, catalog);
        match read.value {
            Ok(site) => {
                render::print_diagnostics(&read.warnings, global.diagnostics);
                sites.push(site);
            }
            Err(errors) => {
                let all = errors.merge(read.warnings);
                wrong = Some(match wrong.take() {
                    Some(before) => before.merge(all),
                    None => all,
                });
            }
        }
    }
    if let Some(diagnostics) = wrong {
        return Err(Failure::Diagnostics(diagnostics));
    }
    let [old, new] = sites.as_slice() else {
        return Err(Failure::Bug("two files make two sites".to_owned()));
    };
    let answer = growth(catalog, old, new).map_err(failure)?;
    match global.format {
        Format::Text | Format::Html => println!("{}", answer.to_text().trim_end()),
        Format::Json => {
            let value = answer.to_json().map_err(|error| Failure::Bug(error.to_string()))?;
            let text =
                serde_json::to_string_pretty(&value).map_err(|error| Failure::Bug(error.to_string()))?;
            println!("{text}");
        }
        Format::Csv | Format::Md => {
            super::catalog::print(&answer.tables(), global)?;
        }
    }
    Ok(Exit::Done)
}

/// The answer as a page, with what is needed to repeat it.
fn page(
    answer: &quarterdeck_report::design::Design,
    question: &DesignQuestion,
    catalog: &Catalog,
) -> HtmlReport {
    let mut report = answer.to_html_report();
    report.provenance = RunProvenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: question.command.clone(),
        catalog_hash: Some(catalog.hash().to_owned()),
        ..RunProvenance::default()
    };
    report
}

fn failure(faults: Vec<TrainFault>) -> Failure {
    let faults = faults.into_iter().map(|found| Fault { message: found.message, help: found.help });
    Failure::Faults(faults.collect())
}

/// Faults of the arguments, gathered as they are found.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn note(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(Fault { message: message.into(), help: help.into() });
    }

    /// The value, or nothing with its fault noted.
    fn keep<T>(&mut self, value: Result<T, String>, help: &str) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(message) => {
                self.note(message, help);
                None
            }
        }
    }
}

const PLATFORMS: &str = "`quarterdeck catalog list platforms` prints every id";

/// The question that the arguments ask; every fault of them at once.
fn question(args: &Design, catalog: &Catalog, global: &Global) -> Result<DesignQuestion, Failure> {
    let mut faults = Faults::default();
    let platform = match &args.platform {
        None => {
            faults.note(
                "which platform is this?",
                "name one with `--platform`, such as `--platform h100-hgx-8`",
            );
            None
        }
        Some(name) => faults.keep(catalog.platform(name).map_err(|error| error.to_string()), PLATFORMS),
    };
    let size = size(args, platform, &mut faults);
    let shape = shape(args, &mut faults);
    if let Some(id) = &args.switch {
        faults.keep(
            catalog.fabric.switch(id).map_err(|error| error.to_string()),
            "leave out `--switch` for the cheapest",
        );
    }
    let (cooling, plant) = cooling(args, catalog, &mut faults);
    let redundancy = faults.keep(args.redundancy.parse::<Redundancy>(), "`n+1` is usual");
    let grid = args.grid_intensity.as_deref().and_then(|path| grid_intensity(path, &mut faults));
    let place = find_place(args, catalog, global, &mut faults)?;
    match (platform, size, shape, place, redundancy) {
        (Some(platform), Some(size), Some(shape), Some((place, weather)), Some(redundancy))
            if faults.0.is_empty() =>
        {
            Ok(DesignQuestion {
                platform: Arc::clone(platform),
                size,
                cooling: cooling.or(place.cooling.filter(|_| plant.is_none())),
                plant,
                redundancy,
                utilisation: args.utilisation,
                weather: Arc::new(weather),
                place: DesignPlace { grid_carbon: grid.or(place.grid_carbon), ..place },
                fabric: FabricChoice { shape, switch: args.switch.clone() },
                hall_power: args.hall_power,
                rack_density: args.rack_density,
                need: args.need,
                discount_rate: args.discount_rate,
                command: command(args),
            })
        }
        _ => Err(Failure::Faults(faults.0)),
    }
}

/// How much is asked for, by one of three flags.
fn size(args: &Design, platform: Option<&Arc<Platform>>, faults: &mut Faults) -> Option<DesignSize> {
    let whole = |value: f64, flag: &str, faults: &mut Faults| {
        if value.fract() == 0.0 && (1.0..=1e7).contains(&value) {
            return Some(value as u64);
        }
        faults.note(
            format!("`{flag} {value}` is no whole number from 1 to 10,000,000"),
            format!("write `{flag} 3072`"),
        );
        None
    };
    match (args.count, args.devices, args.it_power) {
        (Some(count), None, None) => whole(count, "--count", faults).map(DesignSize::Platforms),
        (None, Some(devices), None) => {
            let devices = whole(devices, "--devices", faults)?;
            let each = u64::from(platform?.devices.max(1));
            if devices % each == 0 {
                return Some(DesignSize::Platforms(devices / each));
            }
            let below = devices / each * each;
            let choice =
                if below > 0 { format!("{below} or {}", below + each) } else { (below + each).to_string() };
            faults.note(
                format!("{devices} devices do not fill platforms of {each} (`{}`)", platform?.id),
                format!("give `--devices` {choice}"),
            );
            None
        }
        (None, None, Some(power)) => Some(DesignSize::ItPower(power)),
        (None, None, None) => {
            faults
                .note("how much of it?", "give `--count` (platforms), `--devices`, or `--it-power '100 MW'`");
            None
        }
        _ => {
            faults.note(
                "the size is given more than once",
                "keep one of `--count` (platforms), `--devices` and `--it-power`",
            );
            None
        }
    }
}

/// Cooling by the kind of its halls, or one plant.
fn cooling(args: &Design, catalog: &Catalog, faults: &mut Faults) -> (Option<Cooling>, Option<String>) {
    let Some(word) = &args.cooling else { return (None, None) };
    if catalog.cooling.design.contains_key(word) {
        return (None, Some(word.clone()));
    }
    match word.parse::<Cooling>() {
        Ok(kind) => (Some(kind), None),
        Err(message) => {
            let plants = listed(catalog.cooling.design.keys());
            faults.note(
                message,
                format!("leave out `--cooling` for the cheapest that works, or name a plant: {plants}"),
            );
            (None, None)
        }
    }
}

/// The fabric with its oversubscription.
fn shape(args: &Design, faults: &mut Faults) -> Option<FabricShape> {
    let mut bad = |error: quarterdeck_facility::network::BadShape, flag: &str| {
        for fault in error.faults {
            faults.note(fault, format!("see `{flag}` of `quarterdeck design --help`"));
        }
    };
    let shape = match args.fabric.parse::<FabricShape>() {
        Ok(shape) => Some(shape),
        Err(error) => {
            bad(error, "--fabric");
            None
        }
    };
    let Some(text) = &args.oversubscription else { return shape };
    match text.parse::<Oversubscription>() {
        Err(error) => {
            bad(error, "--oversubscription");
            None
        }
        Ok(over) => {
            // Written together they are checked together: a torus has nothing to oversubscribe.
            let shape = shape?;
            match shape.oversubscribed(over).to_string().parse::<FabricShape>() {
                Ok(shape) => Some(shape),
                Err(error) => {
                    bad(error, "--oversubscription");
                    None
                }
            }
        }
    }
}

/// Where it stands and in which weather: a site of the scenario, a climate, or a weather file alone.
fn find_place(
    args: &Design,
    catalog: &Catalog,
    global: &Global,
    faults: &mut Faults,
) -> Result<Option<(DesignPlace, WeatherYear)>, Failure> {
    let scenario = match &args.scenario {
        Some(file) => Some(super::load_scenario(file, &[], &Disk, catalog, global)?),
        None => None,
    };
    let region = args.region.as_deref();
    if let Some(region) = region {
        let help = format!("regions are {}", listed(catalog.regions.keys()));
        faults.keep(catalog.region(region).map(|_| ()).map_err(|error| error.to_string()), &help);
    }
    let file = match &args.weather {
        Some(path) => weather(path, faults),
        None => None,
    };
    let name = match (&args.site, &args.climate) {
        (Some(site), Some(climate)) if site != climate => {
            faults.note(
                format!("`--site {site}` and `--climate {climate}` both say where it stands"),
                "keep one of them",
            );
            return Ok(None);
        }
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => return Ok(nowhere(args, catalog, file, faults)),
    };
    let site = scenario.as_ref().and_then(|scenario| scenario.sites.iter().find(|site| site.id == *name));
    let found = match (&scenario, site) {
        (Some(scenario), Some(site)) => {
            let quarter = args.need.unwrap_or(scenario.horizon.start);
            let quarter = quarter.clamp(scenario.horizon.start, scenario.horizon.end);
            faults.keep(place_of_site(site, region, quarter, catalog), "correct the climate of the site")
        }
        _ => {
            let mut help =
                format!("climates are {}; classes are {}", listed(catalog.climates.keys()), classes());
            if let Some(scenario) = &scenario {
                let sites = listed(scenario.sites.iter().map(|site| &site.id));
                help.push_str(&format!("; sites of the scenario are {sites}"));
            }
            faults.keep(place_of_climate(name, region, catalog), &help)
        }
    };
    Ok(found.map(|(place, typical)| {
        let electricity = args.electricity.or(place.electricity);
        (DesignPlace { electricity, ..place }, file.unwrap_or(typical))
    }))
}

/// A question that names no place: a weather file can stand alone.
fn nowhere(
    args: &Design,
    catalog: &Catalog,
    file: Option<WeatherYear>,
    faults: &mut Faults,
) -> Option<(DesignPlace, WeatherYear)> {
    if args.weather.is_none() {
        faults.note(
            "where does it stand?",
            format!(
                "name a climate with `--site`: {}, or one of {}",
                classes(),
                listed(catalog.climates.keys())
            ),
        );
        return None;
    }
    let weather = file?;
    let place = DesignPlace {
        name: weather.title.clone(),
        words: format!("at {}", weather.title),
        // Hours come from the file; the class is not used beside them.
        climate: Climate::Temperate,
        climate_id: None,
        region: args.region.clone().unwrap_or_else(|| FALLBACK_REGION.to_owned()),
        electricity: args.electricity,
        grid_carbon: None,
        cooling: None,
        rack_density: None,
        energised: None,
    };
    Some((place, weather))
}

/// Emissions of the grid from a file with one number a line, under a heading or none; every line that is none at once.
fn grid_intensity(path: &str, faults: &mut Faults) -> Option<GridIntensity> {
    const HELP: &str = "give one, twelve or 8760 numbers in g/kWh, one a line";
    let text = match Disk.read(path, quarterdeck_scenario::MAX_BYTES) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            faults.note(format!("`{path}` can not be read: {error}"), HELP);
            return None;
        }
    };
    let mut values = Vec::new();
    let mut is_whole = true;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        match line.parse::<f64>() {
            Ok(value) => values.push(GramsPerJoule::per_kilowatt_hour(value)),
            Err(_) if line.is_empty() || number == 1 => {}
            Err(_) => {
                faults.note(format!("{path}:{number}: `{line}` is no number"), HELP);
                is_whole = false;
            }
        }
    }
    if !is_whole {
        return None;
    }
    GridIntensity::of_series(&values).map_err(|fault| faults.note(format!("{path}: {fault}"), HELP)).ok()
}

/// Hours of a weather file; every fault of it at once.
fn weather(path: &str, faults: &mut Faults) -> Option<WeatherYear> {
    let bytes = match Disk.read(path, quarterdeck_scenario::MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            faults.note(
                format!("`{path}` can not be read: {error}"),
                "name a weather file in EnergyPlus format",
            );
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        faults.note(format!("`{path}` is no text"), "name a weather file in EnergyPlus format");
        return None;
    };
    match read_epw(path, &text) {
        Ok(weather) => Some(weather),
        Err(found) => {
            for fault in found {
                faults.note(fault.to_string(), fault.next_step());
            }
            None
        }
    }
}

fn classes() -> String {
    Climate::ALL.iter().map(|climate| format!("`{climate}`")).collect::<Vec<_>>().join(", ")
}

fn listed<'a>(ids: impl Iterator<Item = &'a String>) -> String {
    ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

/// The command that asks this again, without the form of the answer.
fn command(args: &Design) -> String {
    let mut text = "quarterdeck design".to_owned();
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            let plain =
                value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.:=/,+".contains(letter));
            text.push_str(&if plain { format!(" {flag} {value}") } else { format!(" {flag} '{value}'") });
        }
    };
    add("--platform", args.platform.clone());
    add("--count", args.count.map(|count| count.to_string()));
    add("--devices", args.devices.map(|devices| devices.to_string()));
    add("--it-power", args.it_power.map(|power| power.to_string()));
    add("--site", args.site.clone());
    add("--climate", args.climate.clone());
    add("--scenario", args.scenario.clone());
    add("--weather", args.weather.clone());
    add("--grid-intensity", args.grid_intensity.clone());
    add("--region", args.region.clone());
    add("--fabric", (args.fabric != "clos").then(|| args.fabric.clone()));
    add("--oversubscription", args.oversubscription.clone());
    add("--switch", args.switch.clone());
    add("--cooling", args.cooling.clone());
    add("--redundancy", (args.redundancy != "n+1").then(|| args.redundancy.clone()));
    add("--utilisation", (args.utilisation != 1.0).then(|| format!("{} %", args.utilisation * 100.0)));
    add("--hall-power", args.hall_power.map(|power| power.to_string()));
    add("--rack-density", args.rack_density.map(|power| power.to_string()));
    add("--need", args.need.map(|need| need.to_string()));
    add("--electricity", args.electricity.map(|price| price.to_string()));
    text
}
