//! The `quarterdeck` command line: arguments in, text and files out; every answer comes from the engine.
//!
//! ```text
//! args ──► command ──► engine ──► report ──► stdout (data), stderr (talk), files (whole or not at all)
//! ```
//!
//! Exit codes: 0 done; 1 a stated requirement failed; 2 input wrong; 3 limit hit without an answer; 101 bug.

mod args;
mod commands;
mod disk;
mod exit;
mod progress;
mod render;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    restore_broken_pipe();
    let args = args::Args::parse();
    match commands::run(&args) {
        Ok(code) => code.into(),
        Err(failure) => {
            render::failure(&failure, args.global.diagnostics);
            failure.code().into()
        }
    }
}

/// `quarterdeck … | head` ends quietly: a panic on a closed pipe would look like a bug.
fn restore_broken_pipe() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>().map_or("", String::as_str);
        if text.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(info);
    }));
}
