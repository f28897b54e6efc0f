//! `probe`: measures this machine and writes it as an entry of the catalogue.

use crate::args::{Format, Global, Probe};
use crate::disk::write_whole;
use crate::exit::{Exit, Failure};
use quarterdeck_catalog::Overlay;
use quarterdeck_probe::{EntryOptions, Measured, Options, entry, probe};
use quarterdeck_report::json::Document;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

/// Time of a quick look, s.
const QUICK: f64 = 12.0;

/// Measures, writes the entry if a file is named, and prints what was found.
pub fn run(args: &Probe, global: &Global) -> Result<Exit, Failure> {
    let catalog = super::load_catalog(global)?;
    // What can be wrong is said before a minute is spent.
    if let Some(like) = &args.like {
        catalog.platform(like).map_err(|error| {
            Failure::usage(error.to_string(), "`quarterdeck catalog list platforms` prints every id")
        })?;
    }
    if matches!(global.format, Format::Csv | Format::Md) {
        return Err(Failure::usage("`probe` prints text or JSON", "write `--format json`"));
    }
    let seconds = if args.quick { QUICK } else { args.time.as_seconds() };
    let options = Options {
        time: Duration::from_secs_f64(seconds),
        threads: args.threads,
        memory: args.memory,
        gpu: !args.no_gpu,
    };
    let watched = std::io::stderr().is_terminal() && !global.no_progress;
    let measured = probe(&options, &mut |what| {
        if watched {
            eprintln!("measuring {what} …");
        }
    });
    let written = args.out.as_deref().map(|path| write(&measured, args, catalog, path)).transpose()?;
    match global.format {
        Format::Json => {
            let document = Document::new("probe", measured.to_json());
            print!("{}", document.to_pretty().map_err(|error| Failure::Bug(error.to_string()))?);
        }
        _ => {
            print!("{}", measured.to_text());
            if let (Some(id), Some(path)) = (written, &args.out) {
                println!(
                    "\nWritten to {} as `{id}`. Power, price and space in it are assumed; look at them.\nNext: quarterdeck rank dlrm-ads-2021 --on measured:{} --qps 100 --p99 60ms",
                    path.display(),
                    path.display()
                );
            }
        }
    }
    Ok(Exit::Done)
}

/// Writes the entry, having read it back as `rank` will; returns its id.
fn write(
    measured: &Measured,
    args: &Probe,
    catalog: quarterdeck_catalog::Catalog,
    path: &Path,
) -> Result<String, Failure> {
    let options = EntryOptions { id: args.id.clone(), like: args.like.clone() };
    let overlay = entry(measured, &options, &catalog)
        .map_err(|reason| Failure::NoAnswer(format!("no entry can be written: {reason}")))?;
    let body = overlay.to_toml().map_err(Failure::Bug)?;
    let text = format!(
        "# Measured by `quarterdeck probe` on {}: {}.\n# Use it with `quarterdeck rank MODEL --on measured:FILE`. Assumed values carry their reason; mend them where you know better.\n\n{body}",
        measured.date,
        measured.topology.words()
    );
    let name = path.display().to_string();
    let (_, platforms) = Overlay::read(catalog, &name, &text).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let clash = errors.iter().any(|error| error.contains("already"));
        if clash {
            Failure::usage(errors.join("\n       "), "name another id with `--id`")
        } else {
            Failure::NoAnswer(format!("what was measured makes no entry: {}", errors.join("; ")))
        }
    })?;
    write_whole(path, text.as_bytes())?;
    Ok(platforms.join(", "))
}
