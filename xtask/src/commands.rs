//! The `quarterdeck` commands that the README and the book show, run as a reader would run them.
//!
//! A block marked `console` holds lines that begin with `$ `; those whose program is `quarterdeck`
//! are run in order, in one fresh folder for each document that has copies of `scenarios` and `examples`. A command
//! must end with exit code 0, or with the one stated after `exit=` in the mark of its block; a block
//! marked `norun` is left alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

/// A command of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its line, counted from one.
    pub line: usize,
    /// What a reader types.
    pub text: String,
    /// The exit code that it ends with.
    pub exit: i32,
}

/// The commands of a document, in order.
pub fn commands_in(text: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut block: Option<Vec<&str>> = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(mark) = line.trim_start().strip_prefix("```") {
            block = match block {
                Some(_) => None,
                None => Some(mark.split_whitespace().collect()),
            };
            continue;
        }
        let Some(marks) = &block else { continue };
        if marks.first() != Some(&"console") || marks.contains(&"norun") {
            continue;
        }
        let exit = marks.iter().find_map(|mark| mark.strip_prefix("exit=")?.parse().ok()).unwrap_or(0);
        let typed = line.trim_start().strip_prefix("$ ").map(without_remark);
        if let Some(text) = typed.filter(|text| text.split_whitespace().next() == Some("quarterdeck")) {
            commands.push(Command { line: index + 1, text: text.to_owned(), exit });
        }
    }
    commands
}

fn without_remark(line: &str) -> &str {
    line.split("  #").next().unwrap_or(line).trim()
}

/// Documents whose commands are run: the README and the pages of the book.
fn documents(root: &Path) -> Result<Vec<PathBuf>, String> {
    let tree = crate::tree::Tree::load(root)?;
    let ours = |path: &str| path == "README.md" || path.starts_with("docs/");
    Ok(tree.ending(".md").filter(|(path, _)| ours(path)).map(|(path, _)| PathBuf::from(path)).collect())
}

/// Runs all commands of the documents under `root` with `binary`; says how many there were.
///
/// # Errors
/// When a command ends otherwise than its document states, with all such commands.
pub fn run_all(root: &Path, binary: &Path) -> Result<usize, String> {
    let binary =
        binary.canonicalize().map_err(|error| format!("cannot find {}: {error}", binary.display()))?;
    let mut ran = 0;
    let mut failures = Vec::new();
    for document in documents(root)? {
        let text = fs::read_to_string(root.join(&document))
            .map_err(|error| format!("{}: {error}", document.display()))?;
        let commands = commands_in(&text);
        if commands.is_empty() {
            continue;
        }
        let folder = Folder::fresh(root)?;
        for command in commands {
            ran += 1;
            if let Err(reason) = run(&command, &folder.0, &binary) {
                failures.push(format!(
                    "{}:{}: `{}` {reason}",
                    document.display(),
                    command.line,
                    command.text
                ));
            }
        }
    }
    if failures.is_empty() { Ok(ran) } else { Err(failures.join("\n")) }
}

fn run(command: &Command, folder: &Path, binary: &Path) -> Result<(), String> {
    let arguments = command.text.strip_prefix("quarterdeck").unwrap_or(&command.text);
    let output = Process::new("sh")
        .args(["-c", &format!("\"$QUARTERDECK\" {arguments}")])
        .env("QUARTERDECK", binary)
        .env("NO_COLOR", "1")
        .current_dir(folder)
        .output()
        .map_err(|error| format!("cannot be run: {error}"))?;
    let code = output.status.code();
    if code == Some(command.exit) {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let first: Vec<&str> = told.lines().take(12).collect();
    Err(format!("ended with {code:?} where the document states {}\n{}", command.exit, first.join("\n")))
}

/// A folder of its own for each document, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn fresh(root: &Path) -> Result<Folder, String> {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("quarterdeck-documents-{}-{count}", std::process::id()));
        let failed = |error: std::io::Error| format!("cannot make {}: {error}", path.display());
        fs::create_dir_all(&path).map_err(failed)?;
        let folder = Folder(path.clone());
        for name in ["scenarios", "examples"] {
            let folder = root.join(name);
            if folder.is_dir() {
                copy_folder(&folder, &path.join(name)).map_err(failed)?;
            }
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind in the system's temporary place harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_console_blocks_only() {
        let text = "```console\n$ make demo\n$ quarterdeck demo  # a few seconds\nsays this\n```\n\
            ```sh\n$ quarterdeck no\n```\n```console exit=2\n$ quarterdeck check bad.toml\n```\n\
            ```console norun\n$ quarterdeck plan huge.toml\n```\n";
        let found = commands_in(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], Command { line: 3, text: "quarterdeck demo".to_owned(), exit: 0 });
        assert_eq!((found[1].text.as_str(), found[1].exit), ("quarterdeck check bad.toml", 2));
    }

    fn run_on(readme: &str, program: &str) -> Result<usize, String> {
        let folder = Folder::fresh(Path::new("nowhere"))?;
        fs::write(folder.0.join("README.md"), readme).map_err(|error| error.to_string())?;
        run_all(&folder.0, Path::new(program))
    }

    fn system_program(name: &str) -> String {
        let folders = ["/bin", "/usr/bin"].iter().map(|folder| format!("{folder}/{name}"));
        folders.into_iter().find(|path| Path::new(path).exists()).expect("a system has true and false")
    }

    #[test]
    fn a_command_that_fails_is_told() {
        let readme = "```console\n$ quarterdeck demo\n```\n";
        let (succeeds, fails) = (system_program("true"), system_program("false"));
        assert_eq!(run_on(readme, &succeeds), Ok(1));
        let told = run_on(readme, &fails).unwrap_err();
        assert!(told.starts_with("README.md:2: `quarterdeck demo` ended with Some(1)"), "{told}");
        assert_eq!(run_on(&readme.replace("console", "console exit=1"), &fails), Ok(1));
    }
}
