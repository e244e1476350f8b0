//! The rules of this repository that no compiler checks. Each one is a function from text to faults.

mod dependencies;
mod licence;
mod source;
mod ui;

use crate::{Result, root};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A broken rule.
#[derive(Debug, PartialEq)]
struct Fault {
    /// From the root of the repository.
    file: String,
    line: usize,
    why: String,
}

impl Fault {
    fn new(file: &str, line: usize, why: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, why: why.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.why)
    }
}

/// Checks every rule and prints each fault.
pub(crate) fn run() -> Result {
    let files = Files::of_repository()?;
    let mut faults = Vec::new();
    for (path, text) in &files.0 {
        if Path::new(path).extension().is_some_and(|extension| extension == "rs") {
            faults.extend(source::faults(path, text));
        }
    }
    faults.extend(ui::faults(&files));
    faults.extend(dependencies::faults(&files)?);
    if faults.is_empty() {
        println!("tidy: {} files keep the rules", files.0.len());
        return Ok(());
    }
    for fault in &faults {
        println!("{fault}");
    }
    Err(format!("rules are broken in {} places", faults.len()).into())
}

/// The text files that rules read, by their path from the root with `/` between folders.
struct Files(Vec<(String, String)>);

impl Files {
    const EXTENSIONS: [&str; 4] = ["rs", "stderr", "toml", "lock"];

    fn of_repository() -> Result<Self> {
        let mut paths = Vec::new();
        collect(root(), &mut paths)?;
        paths.sort();
        let read = |path: PathBuf| -> Result<_> {
            let name = path.strip_prefix(root())?.to_string_lossy().replace('\\', "/");
            Ok((name, fs::read_to_string(&path)?))
        };
        Ok(Self(paths.into_iter().map(read).collect::<Result<_>>()?))
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == path).map(|(_, text)| text.as_str())
    }
}

/// What is built, hidden or left over is no part of the repository.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !name.starts_with('.') && !["target", "wip"].contains(&&*name) {
                collect(&path, paths)?;
            }
        } else if Files::EXTENSIONS
            .iter()
            .any(|extension| path.extension().is_some_and(|own| own == *extension))
        {
            paths.push(path);
        }
    }
    Ok(())
}
