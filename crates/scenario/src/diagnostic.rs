//! What is wrong or doubtful in the user's input: code, message, places, advice. Built here, rendered by the fronts.

use crate::codes;
use crate::source::{FileId, Sources, Span};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Arc;

/// Whether an answer can be computed in spite of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Severity {
    /// The input can not be used.
    Error,
    /// The input can be used; what is said is doubtful.
    Warning,
}

impl Severity {
    /// The word that is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A place with what is to be said there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Said at the place; may be empty.
    pub text: String,
}

/// One fault or doubt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable code such as `scenario::unknown-key`, described in [`crate::codes`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where; the first is the main place.
    pub labels: Vec<Label>,
    /// One next step.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault at a place; severity is that of the code.
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        let severity = codes::find(code).map_or(Severity::Error, |entry| entry.severity);
        debug_assert!(codes::find(code).is_some(), "{code} is not in the table of codes");
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { code, severity, message: message.into(), labels, help: None }
    }

    /// Says something at the main place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.labels[0].text = text.into();
        self
    }

    /// Points at a further place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says the one next step.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// The main place.
    pub fn span(&self) -> Span {
        self.labels.first().map_or_else(Span::default, |label| label.span)
    }

    /// The text it is about.
    pub fn file(&self) -> FileId {
        self.span().file
    }
}

/// All faults and doubts of one reading, with the texts they point into.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Diagnostics {
    /// The texts.
    pub sources: Arc<Sources>,
    /// In order of place.
    pub list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Puts faults in order of place and drops repetitions.
    pub fn new(sources: Arc<Sources>, mut list: Vec<Diagnostic>) -> Diagnostics {
        list.sort_by(|a, b| {
            (a.span(), a.severity, a.code, &a.message).cmp(&(b.span(), b.severity, b.code, &b.message))
        });
        list.dedup();
        Diagnostics { sources, list }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In order of place.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// How many of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// Those of two readings of the same texts together.
    #[must_use]
    pub fn merge(self, other: Diagnostics) -> Diagnostics {
        let sources = if self.sources.iter().count() >= other.sources.iter().count() {
            self.sources
        } else {
            other.sources
        };
        let list = self.list.into_iter().chain(other.list).collect();
        Diagnostics::new(sources, list)
    }

    /// For editors and scripts: places as bytes and as line and column, both counted as documented in the keys.
    pub fn to_json(&self) -> Value {
        let label = |label: &Label| {
            let span = label.span;
            let start = self.sources.position(span.file, span.start);
            let end = self.sources.position(span.file, span.end);
            json!({
                "file": self.sources.name(span.file),
                "start_byte": span.start,
                "end_byte": span.end,
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
                "text": label.text,
            })
        };
        let diagnostic = |diagnostic: &Diagnostic| {
            json!({
                "code": diagnostic.code,
                "severity": diagnostic.severity.as_str(),
                "message": diagnostic.message,
                "labels": diagnostic.labels.iter().map(label).collect::<Vec<_>>(),
                "help": diagnostic.help,
            })
        };
        json!({
            "schema_version": 1,
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "diagnostics": self.list.iter().map(diagnostic).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Diagnostics {
    /// One line each: `fleet.toml:14:1: error[scenario::unknown-key]: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.list {
            let span = diagnostic.span();
            let place = self.sources.position(span.file, span.start);
            let name = self.sources.name(span.file);
            write!(f, "{name}:{}:{}: {}", place.line, place.column, diagnostic.severity)?;
            writeln!(f, "[{}]: {}", diagnostic.code, diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A value together with the doubts that came up on the way.
#[derive(Clone, PartialEq, Debug)]
pub struct Warned<T> {
    /// The value.
    pub value: T,
    /// Doubts; warnings only.
    pub warnings: Diagnostics,
}

impl<T> Warned<Result<T, Diagnostics>> {
    /// Errors and warnings in order of place.
    pub fn diagnostics(&self) -> Diagnostics {
        match &self.value {
            Ok(_) => self.warnings.clone(),
            Err(errors) => errors.clone().merge(self.warnings.clone()),
        }
    }
}
