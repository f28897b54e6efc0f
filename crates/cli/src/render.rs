//! Draws faults for people (in place, in their file) or for programs (JSON).

use crate::args::DiagnosticsForm;
use crate::exit::Failure;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use quarterdeck_scenario::{Diagnostic, Diagnostics, Severity};
use std::fmt;
use std::io::IsTerminal;

/// A diagnostic as the drawing library wants it.
struct Drawn<'a> {
    diagnostic: &'a Diagnostic,
    source: NamedSource<String>,
    has_text: bool,
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.diagnostic, f)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.has_text.then_some(&self.source as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let main = self.diagnostic.file();
        Some(Box::new(self.diagnostic.labels.iter().filter(move |label| label.span.file == main).map(
            |label| {
                let text = (!label.text.is_empty()).then(|| label.text.clone());
                let length = label.span.end.saturating_sub(label.span.start).max(1);
                LabeledSpan::new(text, label.span.start, length)
            },
        )))
    }
}

fn handler() -> GraphicalReportHandler {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    GraphicalReportHandler::new_themed(theme).with_width(100).with_context_lines(1).with_links(false)
}

/// Faults and doubts drawn in the user's files.
pub fn draw(diagnostics: &Diagnostics) -> String {
    let handler = handler();
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        let name = diagnostics.sources.name(diagnostic.file());
        let source = diagnostics.sources.text(diagnostic.file());
        let drawn = Drawn {
            diagnostic,
            source: NamedSource::new(name, source.to_owned()),
            has_text: !source.is_empty(),
        };
        let mut one = String::new();
        if handler.render_report(&mut one, &drawn).is_err() {
            one = format!("{}: {}\n", diagnostic.code, diagnostic.message);
        }
        if !drawn.has_text {
            one = format!("{}\n  in {name}\n", one.trim_end());
        }
        text.push_str(one.trim_start_matches('\n'));
        text.push('\n');
    }
    text
}

/// `3 errors, 1 warning`.
pub fn count(diagnostics: &Diagnostics) -> String {
    let noun = |count: usize, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        count => Some(format!("{count} {noun}s")),
    };
    let parts: Vec<String> = [
        noun(diagnostics.count(Severity::Error), "error"),
        noun(diagnostics.count(Severity::Warning), "warning"),
    ]
    .into_iter()
    .flatten()
    .collect();
    parts.join(", ")
}

/// Prints faults and doubts on standard error.
pub fn print_diagnostics(diagnostics: &Diagnostics, form: DiagnosticsForm) {
    if diagnostics.is_empty() {
        return;
    }
    match form {
        DiagnosticsForm::Text => eprint!("{}", draw(diagnostics)),
        DiagnosticsForm::Json => eprintln!("{}", diagnostics.to_json()),
    }
}

/// Prints why a command did not answer.
pub fn failure(failure: &Failure, form: DiagnosticsForm) {
    match failure {
        Failure::Diagnostics(diagnostics) => {
            print_diagnostics(diagnostics, form);
            if form == DiagnosticsForm::Text {
                eprintln!("{}; nothing was computed or written", count(diagnostics));
            }
        }
        Failure::Usage { message, help } => {
            eprintln!("error: {message}");
            if let Some(help) = help {
                eprintln!("help: {help}");
            }
        }
        Failure::Faults(faults) if form == DiagnosticsForm::Json => {
            let list: Vec<serde_json::Value> = faults
                .iter()
                .map(|fault| serde_json::json!({ "severity": "error", "message": fault.message, "help": fault.help }))
                .collect();
            eprintln!("{}", serde_json::Value::Array(list));
        }
        Failure::Faults(faults) => {
            for fault in faults {
                eprintln!("error: {}", fault.message);
                eprintln!("help: {}", fault.help);
            }
        }
        Failure::Disk { doing, path, error } => {
            eprintln!("error: can not {doing} `{}`: {error}", path.display())
        }
        Failure::NoAnswer(message) => {
            eprintln!("no answer: {message}");
            eprintln!("help: give it more time with `--time-limit`, or a wider `--gap`");
        }
        Failure::Bug(message) => {
            eprintln!("this is a bug of quarterdeck: {message}");
            eprintln!("help: please report it with the scenario and the output of `quarterdeck --version`");
        }
    }
}
