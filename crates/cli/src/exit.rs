//! How a command ends.

use quarterdeck_scenario::Diagnostics;
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit codes, stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Done.
    Done,
    /// Input wrong.
    Input,
    /// A limit was hit without an answer.
    NoAnswer,
    /// A bug of ours.
    Bug,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Input => 2,
            Exit::NoAnswer => 3,
            Exit::Bug => 101,
        })
    }
}

/// Why a command did not answer.
#[derive(Debug)]
pub enum Failure {
    /// Faults in the user's files.
    Diagnostics(Diagnostics),
    /// A fault in the arguments, with the one next step.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// Several faults in the arguments, each with its next step.
    Faults(Vec<Fault>),
    /// A file or folder could not be read or written.
    Disk {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// A limit of time came before any answer.
    NoAnswer(String),
    /// Something that must not happen.
    Bug(String),
}

/// A fault in the arguments with its next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Failure {
    /// The code that the process ends with.
    pub fn code(&self) -> Exit {
        match self {
            Failure::Diagnostics(_) | Failure::Usage { .. } | Failure::Faults(_) | Failure::Disk { .. } => {
                Exit::Input
            }
            Failure::NoAnswer(_) => Exit::NoAnswer,
            Failure::Bug(_) => Exit::Bug,
        }
    }

    /// A fault in the arguments.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Failure {
        Failure::Usage { message: message.into(), help: Some(help.into()) }
    }
}
