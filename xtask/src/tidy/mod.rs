//! The rules of this repository that no compiler checks. Each one is a function from text to faults.

mod crates;
mod dependencies;
mod folders;
mod licence;
mod source;
mod ui;

use crate::files::Files;
use crate::{Result, root};
use std::fmt;

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
    let files = Files::of(root())?;
    let mut faults: Vec<Fault> = files.rust().flat_map(|(path, text)| source::faults(path, text)).collect();
    faults.extend(ui::faults(&files));
    faults.extend(folders::faults(&files));
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
