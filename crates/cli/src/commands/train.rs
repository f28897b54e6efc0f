//! `train`: the best strategies of a training run on a machine, and what the whole run takes.

use crate::args::{Format, Global, Train};
use crate::disk::{Disk, write_whole};
use crate::exit::{Exit, Failure, Fault};
use quarterdeck_catalog::{Catalog, Platform, Precision, Transformer, hugging_face};
use quarterdeck_engine::{Economics, Pay, TrainFault, TrainQuestion, train};
use quarterdeck_facility::network::FabricShape;
use quarterdeck_performance::llm_training::{Breadth, Space};
use quarterdeck_performance::parallelism::Fixed;
use quarterdeck_report::HtmlReport;
use quarterdeck_report::provenance::RunProvenance;
use quarterdeck_report::train::{Run, Training, comparison};
use quarterdeck_scenario::Files as _;
use std::path::Path;
use std::sync::Arc;

/// Answers one question, or the same for several platforms.
pub fn run(args: &Train, global: &Global) -> Result<Exit, Failure> {
    let mut names: Vec<String> = args.on.iter().cloned().collect();
    for name in &args.compare {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let super::rank::Named { catalog, platforms, faults } =
        super::rank::named(&names, super::load_catalog(global)?, global)?;
    let questions = questions(args, &catalog, platforms, faults)?;
    let mut answers = Vec::new();
    let mut faults = Vec::new();
    for question in &questions {
        match train(&catalog, question) {
            Ok(answer) => answers.push(answer),
            Err(found) => faults.extend(found.into_iter().map(fault)),
        }
    }
    if !faults.is_empty() {
        return Err(Failure::Faults(faults));
    }
    match answers.as_slice() {
        [answer] => print(answer, &catalog, global)?,
        _ => print_comparison(&answers, global)?,
    }
    if let (Some(path), [answer, ..]) = (&args.schedule_svg, answers.as_slice()) {
        let svg = answer.run().and_then(Run::schedule_svg);
        let svg = svg.ok_or_else(|| {
            Failure::usage("the best strategy has no pipeline that can be drawn", "fix one with `--pp 8`")
        })?;
        write_whole(path, svg.as_bytes())?;
        eprintln!("wrote {}", path.display());
    }
    if let (Some(path), Some(answer)) = (&args.output, answers.first()) {
        super::write_page(&page(answer, &catalog), path)?;
    }
    Ok(Exit::Done)
}

/// The run as a page, with what is needed to repeat it.
fn page(answer: &Training, catalog: &Catalog) -> HtmlReport {
    let mut report = answer.to_html_report();
    report.provenance = RunProvenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario: answer.question.model.clone(),
        catalog_hash: Some(catalog.hash().to_owned()),
        ..RunProvenance::default()
    };
    report
}

fn print_comparison(answers: &[Training], global: &Global) -> Result<(), Failure> {
    let table = comparison(answers);
    match global.format {
        Format::Text => println!("{}\n\n{}", table.takeaway, table.to_text(100).trim_end()),
        Format::Json => {
            let values = answers.iter().map(Training::to_json).collect::<Result<Vec<_>, _>>();
            let values = values.map_err(|error| Failure::Bug(error.to_string()))?;
            let body = serde_json::json!({ "trainings": values });
            let document = quarterdeck_report::json::Document::new("comparison", body);
            print!("{}", document.to_pretty().map_err(|error| Failure::Bug(error.to_string()))?);
        }
        Format::Csv | Format::Md => {
            super::catalog::print(&[table], global)?;
        }
        Format::Html => {
            return Err(Failure::usage(
                "a comparison has no page",
                "leave out `--compare` for the page of one platform, or write its table with `--format md`",
            ));
        }
    }
    Ok(())
}

fn print(answer: &Training, catalog: &Catalog, global: &Global) -> Result<(), Failure> {
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
        Format::Html => super::print_page(&page(answer, catalog))?,
    }
    Ok(())
}

fn fault(found: TrainFault) -> Fault {
    Fault { message: found.message, help: found.help }
}

/// The questions that the arguments ask; every fault of them at once.
fn questions(
    args: &Train,
    catalog: &Catalog,
    platforms: Vec<Arc<Platform>>,
    unknown: Vec<Fault>,
) -> Result<Vec<TrainQuestion>, Failure> {
    let mut faults = Vec::new();
    let mut note = |message: String, help: &str| faults.push(Fault { message, help: help.to_owned() });
    let model = model(&args.model, catalog);
    let precision = match args.precision.as_deref().map(precision).transpose() {
        Ok(precision) => precision,
        Err(message) => {
            note(message, "`bf16` is what every current device has");
            None
        }
    };
    let fabric = match args.fabric.as_deref().map(str::parse::<FabricShape>).transpose() {
        Ok(fabric) => fabric,
        Err(error) => {
            for fault in error.faults {
                note(fault, "see `--fabric` of `quarterdeck design --help`");
            }
            None
        }
    };
    let fixed = match args.strategy.clone().unwrap_or_else(|| args.fixed()).as_str() {
        "" => Fixed::NOTHING,
        text => text.parse::<Fixed>().unwrap_or_else(|found| {
            for fault in found.0 {
                note(fault.message, &fault.help);
            }
            Fixed::NOTHING
        }),
    };
    if let Err(error) = catalog.region(&args.region) {
        note(error.to_string(), "name a region of the catalogue with `--region`");
    }
    faults.extend(unknown);
    let (label, model) = match model {
        Ok(model) if faults.is_empty() => model,
        Ok(_) => return Err(Failure::Faults(faults)),
        Err(found) => return Err(Failure::Faults(found.into_iter().chain(faults).collect())),
    };
    let pay = args.price.map_or(Pay::Purchase, |device_hour| Pay::Rent { device_hour });
    Ok(platforms
        .into_iter()
        .map(|platform| TrainQuestion {
            label: label.clone(),
            model: model.clone(),
            platform,
            devices: args.devices,
            tokens: args.tokens,
            sequence: args.seq,
            global_batch: args.global_batch,
            precision,
            fabric,
            lora_rank: args.lora,
            strategy: args.strategy.as_ref().map(|_| fixed.complete(Some(args.devices))),
            space: Space { fixed, breadth: if args.exhaustive { Breadth::Whole } else { Breadth::Usual } },
            top: args.top,
            thorough: !args.quick && args.compare.is_empty(),
            economics: Economics {
                pay,
                electricity: args.electricity,
                region: args.region.clone(),
                discount_rate: args.discount_rate,
            },
        })
        .collect())
}

/// A model of the catalogue or of a file, with the name that it goes by; every fault of it.
fn model(name: &str, catalog: &Catalog) -> Result<(String, Transformer), Vec<Fault>> {
    let file = Path::new(name);
    let is_file =
        file.extension().is_some_and(|end| end == "json" || end == "toml") || name == "-" || file.is_file();
    if is_file {
        return read_model(name);
    }
    let help = "`quarterdeck catalog list models` prints every id; a file is named by its path";
    let found = catalog
        .model(name)
        .map_err(|error| vec![Fault { message: error.to_string(), help: help.to_owned() }])?;
    match found.as_transformer() {
        Some(model) => Ok((model.id.clone(), model.clone())),
        None => Err(vec![Fault {
            message: format!("`{name}` is a recommendation model, and `train` prices language models"),
            help: help.to_owned(),
        }]),
    }
}

/// A model from a file: TOML of the catalogue's form, or the config.json that comes with published weights.
fn read_model(name: &str) -> Result<(String, Transformer), Vec<Fault>> {
    let one = |message: String, help: &str| vec![Fault { message, help: help.to_owned() }];
    let bytes = Disk
        .read(name, quarterdeck_scenario::MAX_BYTES)
        .map_err(|error| one(format!("`{name}` can not be read: {error}"), "name a file that is there"))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| one(format!("`{name}` is no text"), "name a TOML file or a config.json"))?;
    if Path::new(name).extension().is_some_and(|end| end == "toml") {
        let model = Transformer::from_toml(name, &text).map_err(|errors| {
            let help = "`quarterdeck catalog show llama-3-8b` prints a model with every key".to_owned();
            errors
                .iter()
                .map(|error| Fault { message: error.to_string(), help: help.clone() })
                .collect::<Vec<_>>()
        })?;
        return Ok((name.to_owned(), model));
    }
    let read = hugging_face::read(&text, &config_name(name)).map_err(|faults| {
        faults
            .iter()
            .map(|fault| Fault {
                message: format!("{name}: {fault}"),
                help: format!("mend or add the key in `{name}`"),
            })
            .collect::<Vec<_>>()
    })?;
    for note in &read.notes {
        eprintln!("note: {name}: {note}");
    }
    Ok((name.to_owned(), read.model))
}

/// Name of a model from the path of its configuration: `config.json` is called after its folder.
fn config_name(path: &str) -> String {
    let path = Path::new(path);
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let folder = path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    match folder {
        Some(folder) if stem == "config" => folder,
        _ if stem.is_empty() || stem == "-" => "the model".to_owned(),
        _ => stem,
    }
}

/// A number format by any of its usual names.
pub(super) fn precision(text: &str) -> Result<Precision, String> {
    let name = text.to_lowercase();
    let name = match name.as_str() {
        "nvfp4" | "mxfp4" => "fp4",
        "mxfp8" | "fp8-cs" | "fp8-mx" | "float8" => "fp8",
        "bfloat16" => "bf16",
        "float16" | "half" => "fp16",
        "float32" | "single" => "fp32",
        name => name,
    };
    name.parse()
}
