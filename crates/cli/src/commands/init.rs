//! `init`: a short commented scenario to start from.

use crate::args::Template;
use crate::disk::write_whole;
use crate::exit::{Exit, Failure};
use quarterdeck_scenario::Template as Text;
use std::path::Path;

/// Writes a template to a file, or to standard output.
pub fn run(path: &str, template: Template, force: bool) -> Result<Exit, Failure> {
    let text = match template {
        Template::Serving => Text::Serving,
        Template::Training => Text::Training,
        Template::Fleet => Text::Fleet,
    }
    .text();
    if path == "-" {
        print!("{text}");
        return Ok(Exit::Done);
    }
    if Path::new(path).exists() && !force {
        return Err(Failure::usage(
            format!("`{path}` exists already"),
            "name another file, or overwrite it with `--force`",
        ));
    }
    write_whole(Path::new(path), text.as_bytes())?;
    println!("wrote {path}\nNext: `quarterdeck check {path}`   `quarterdeck plan {path}`");
    Ok(Exit::Done)
}
