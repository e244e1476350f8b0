//! The command line.

use clap::Parser;
use std::fmt;
use std::path::PathBuf;
use std::process::exit;
use std::str::FromStr;
use std::sync::Arc;
use steadfast::idempotency::StoreError;
use steadfast::{Clock, Date, FixedClock, SqliteStore, SystemClock};

/// A payments API with dated versions and retry-safe writes.
#[derive(Debug, Parser)]
#[command(name = "payments")]
pub struct Options {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    pub listen: String,

    /// Where payments and idempotency records are kept: `memory` or `sqlite:PATH`
    #[arg(long, default_value = "sqlite:payments.db")]
    pub store: Place,

    /// The day by which versions are deprecated or sunset, instead of the system's
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
}

impl Options {
    /// Reads the command line. If it asks for help or cannot be understood, says so and ends the process.
    pub fn from_command_line() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            if !error.use_stderr() {
                error.exit();
            }
            // The first line says what is wrong; the rest is the usage, which `--help` shows.
            let text = error.to_string();
            eprintln!("{}; see --help", text.lines().next().unwrap_or_default());
            exit(2)
        })
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        match self.today {
            Some(day) => Arc::new(FixedClock::at_start_of(day)),
            None => Arc::new(SystemClock),
        }
    }
}

/// Where rows and records are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Gone when the process ends.
    Memory,
    File(PathBuf),
}

impl Place {
    pub async fn open(&self) -> Result<SqliteStore, StoreError> {
        match self {
            Self::Memory => SqliteStore::in_memory().await,
            Self::File(path) => SqliteStore::open(path).await,
        }
    }
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "memory" {
            return Ok(Self::Memory);
        }
        match text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
            // SQLite has names of its own for databases that are no files.
            Some(path) if !path.is_empty() && !path.starts_with(':') => Ok(Self::File(path.into())),
            _ => Err("use `memory`, or `sqlite:PATH` such as `sqlite:payments.db`"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("in memory"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let file = |path: &str| Ok(Place::File(path.into()));
        for (text, place) in [
            ("memory", Ok(Place::Memory)),
            ("sqlite:payments.db", file("payments.db")),
            ("sqlite:/var/lib/payments.db", file("/var/lib/payments.db")),
            ("sqlite://payments.db", file("payments.db")),
            ("sqlite:///var/lib/payments.db", file("/var/lib/payments.db")),
        ] {
            assert_eq!(text.parse(), place, "{text}");
        }
        for text in ["", "sqlite", "sqlite:", "sqlite::memory:", "payments.db", "redis://localhost"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
