//! Prints the score cards; `--rows` one line for each row; `--write` fits the bands and writes
//! `data/calibration/intervals.toml` and the pages `docs/validation.md`, `docs/validation-recommendation.md` and
//! `docs/validation-facility.md`.

use std::path::PathBuf;

use quarterdeck_catalog::Catalog;
use quarterdeck_validation::facility;
use quarterdeck_validation::intervals;
use quarterdeck_validation::recommendation;
use quarterdeck_validation::training::{self, Split, card};

fn main() -> std::io::Result<()> {
    let mut catalog = Catalog::builtin();
    let has = |wanted: &str| std::env::args().any(|word| word == wanted);
    let outcomes = match training::predict_published(&catalog) {
        Ok(outcomes) => outcomes,
        Err(faults) => return Err(std::io::Error::other(faults.to_string())),
    };
    let ranked = match recommendation::predict_published(&catalog) {
        Ok(outcomes) => outcomes,
        Err(faults) => return Err(std::io::Error::other(faults.to_string())),
    };
    let golden = match facility::predict_published(&catalog) {
        Ok(outcomes) => outcomes,
        Err(faults) => return Err(std::io::Error::other(faults.to_string())),
    };
    if has("--write") {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        catalog.intervals.training = intervals::fit(&card::residuals(&outcomes));
        catalog.intervals.recommendation = intervals::fit(&recommendation::card::residuals(&ranked));
        let bands = intervals::to_toml(&catalog.intervals.training, &catalog.intervals.recommendation);
        std::fs::write(root.join("data/calibration/intervals.toml"), bands)?;
        std::fs::write(root.join("docs/validation.md"), training::page(&outcomes, &catalog))?;
        let page = recommendation::page(&ranked, &catalog);
        std::fs::write(root.join("docs/validation-recommendation.md"), page)?;
        std::fs::write(root.join("docs/validation-facility.md"), facility::page(&golden))?;
    }
    if has("--rows") {
        println!("{}", training::ROW_COLUMNS.join(","));
        for outcome in &outcomes {
            println!("{}", training::row_values(outcome, &catalog.intervals.training).join(","));
        }
        for outcome in &ranked {
            println!("{}", recommendation::row_values(outcome, &catalog.intervals.recommendation).join(","));
        }
        return Ok(());
    }
    let splits = [Split::Test, Split::Calibrate];
    for sheets in [
        training::sheets(&outcomes, &catalog, &splits, true),
        recommendation::sheets(&ranked, &catalog, &splits, true),
        facility::sheets(&golden, false),
    ] {
        for sheet in &sheets.tables {
            println!("\n## {}\n\n{}", sheet.title, sheet.to_markdown());
        }
        for note in &sheets.notes {
            println!("- {note}");
        }
    }
    Ok(())
}
