//! `explain` and `schema`: what a field, table or code means; works offline.

use crate::exit::{Exit, Failure};
use quarterdeck_scenario::{explain, schema, topics};

/// Words of the field as this program uses them.
const GLOSSARY: &str = include_str!("../../../../docs/glossary.md");

/// The meaning of a word, from its row in the glossary.
fn word(topic: &str) -> Option<String> {
    let wanted = topic.trim().to_lowercase();
    GLOSSARY.lines().find_map(|line| {
        let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
        let name = cells.next()?.replace(['`', '*'], "");
        let meaning = cells.next()?;
        (name.to_lowercase() == wanted).then(|| format!("{name}: {meaning}"))
    })
}

/// Prints the page of a topic, or all topics.
pub fn run(topic: Option<&str>) -> Result<Exit, Failure> {
    match topic {
        None => {
            for topic in topics() {
                println!("{topic}");
            }
        }
        Some(topic) => {
            if let Some(meaning) = word(topic) {
                println!("{meaning}");
                return Ok(Exit::Done);
            }
            let page = explain(topic).map_err(|error| {
                Failure::usage(error.to_string(), "`quarterdeck explain` without a topic prints all of them")
            })?;
            println!("{}", page.trim_end());
        }
    }
    Ok(Exit::Done)
}

/// Prints the JSON Schema of scenario files.
pub fn print_schema() -> Result<Exit, Failure> {
    let text = serde_json::to_string_pretty(&schema()).map_err(|error| Failure::Bug(error.to_string()))?;
    println!("{text}");
    Ok(Exit::Done)
}
