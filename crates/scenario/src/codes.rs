//! The stable codes of this crate's diagnostics: what each means, the smallest file that yields it, how to mend it.
//! `quarterdeck explain CODE` and the pages under `docs/diagnostics` print it; a test yields every one.

mod list;

use crate::diagnostic::Severity;

/// One code.
#[derive(Debug)]
pub struct Code {
    /// Such as `scenario::unknown-key`.
    pub code: &'static str,
    /// Whether an answer can be computed in spite of it.
    pub severity: Severity,
    /// One line.
    pub title: &'static str,
    /// What it means and why it matters.
    pub explanation: &'static str,
    /// A file that yields it.
    pub example: Example,
    /// How to mend it.
    pub fix: &'static str,
}

/// A file that yields a code. Most extend [`BASE`], which is without fault, under the name `base.toml`.
#[derive(Debug)]
pub enum Example {
    /// The file.
    File(&'static str),
    /// The file and another one beside it, with its name.
    With(&'static str, &'static str, &'static str),
    /// An override of [`BASE`] on the command line.
    Override(&'static str),
    /// Bytes that are better described than shown.
    Bytes(&'static str, fn() -> Vec<u8>),
}

/// The scenario that the examples extend.
pub const BASE: &str = include_str!("codes/base.toml");

/// Every code, in the order of their names.
pub fn all() -> &'static [Code] {
    list::CODES
}

/// A code by its name.
pub fn find(code: &str) -> Option<&'static Code> {
    all().iter().find(|entry| entry.code == code)
}

impl Code {
    /// The code without its prefix: the name of its page.
    pub fn name(&self) -> &'static str {
        self.code.trim_start_matches("scenario::")
    }

    /// Its page as Markdown.
    pub fn page(&self) -> String {
        let example = match &self.example {
            Example::File(text) => format!("```toml\n{}\n```", text.trim()),
            Example::With(text, name, other) => {
                format!("```toml\n{}\n```\n\nwith `{name}`:\n\n```text\n{}\n```", text.trim(), other.trim())
            }
            Example::Override(text) => {
                format!("```console norun\n$ quarterdeck check base.toml --set '{text}'\n```")
            }
            Example::Bytes(words, _) => (*words).to_owned(),
        };
        let base = if example.contains("base.toml") {
            "\n\n`base.toml` is [the scenario that all examples extend](index.md#the-base-of-the-examples)."
        } else {
            ""
        };
        format!(
            "# `{}`\n\n{}: {}\n\n{}\n\n## Example\n\n{example}{base}\n\n## How to mend it\n\n{}\n",
            self.code, self.severity, self.title, self.explanation, self.fix
        )
    }
}

/// The page that lists all codes, as Markdown.
pub fn index_page() -> String {
    let mut page = String::from(
        "# Diagnostics\n\nEvery fault that a scenario file can have has a stable code. `quarterdeck explain CODE` \
         prints its page.\n\n| code | severity | meaning |\n|---|---|---|\n",
    );
    for code in all() {
        page.push_str(&format!(
            "| [`{}`]({}.md) | {} | {} |\n",
            code.code,
            code.name(),
            code.severity,
            code.title
        ));
    }
    page.push_str(&format!("\n## The base of the examples\n\n```toml\n{}\n```\n", BASE.trim()));
    page
}
