//! What the tests of scenarios share: the catalogue, a plain rendering of diagnostics.
#![allow(dead_code)]

use quarterdeck_catalog::Catalog;
use quarterdeck_scenario::{Diagnostics, MemoryFiles, Scenario, Warned, resolve};
use std::sync::OnceLock;

/// The catalogue of this build, read once.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(Catalog::builtin)
}

/// Reads a text that may extend the base of the examples.
pub fn read(text: &str) -> Warned<Result<Scenario, Diagnostics>> {
    let files = MemoryFiles::one("example.toml", text).with("base.toml", quarterdeck_scenario::codes::BASE);
    resolve("example.toml", &files, catalog())
}

/// Codes of all diagnostics, in order.
pub fn codes(read: &Warned<Result<Scenario, Diagnostics>>) -> Vec<&'static str> {
    read.diagnostics().iter().map(|diagnostic| diagnostic.code).collect()
}

/// Diagnostics as plain text: the message, the line with its labels marked below, the help.
pub fn render(diagnostics: &Diagnostics) -> String {
    let sources = &diagnostics.sources;
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        out.push_str(&format!("{}[{}]: {}\n", diagnostic.severity, diagnostic.code, diagnostic.message));
        for label in &diagnostic.labels {
            let span = label.span;
            let start = sources.position(span.file, span.start);
            let line = sources.slice(sources.line_span(span.file, span.start)).trim_end();
            let width = sources.slice(span).lines().next().unwrap_or("").chars().count().max(1);
            out.push_str(&format!("  {}:{}:{}\n", sources.name(span.file), start.line, start.column));
            out.push_str(&format!("    | {line}\n"));
            let marks = format!("{}{}", " ".repeat(start.column - 1), "^".repeat(width));
            out.push_str(format!("    | {marks} {}", label.text).trim_end());
            out.push('\n');
        }
        if let Some(help) = &diagnostic.help {
            out.push_str(&format!("  help: {help}\n"));
        }
        out.push('\n');
    }
    out
}
