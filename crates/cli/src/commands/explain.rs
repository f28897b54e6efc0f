//! `explain` and `schema`: what a field, table or code means; works offline.

use crate::exit::{Exit, Failure};
use quarterdeck_scenario::{explain, schema, topics};

/// Prints the page of a topic, or all topics.
pub fn run(topic: Option<&str>) -> Result<Exit, Failure> {
    match topic {
        None => {
            for topic in topics() {
                println!("{topic}");
            }
        }
        Some(topic) => {
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
