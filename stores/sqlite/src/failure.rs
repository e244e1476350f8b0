//! What SQLite's errors mean for whoever asked.

use super::super::StoreError;
use rusqlite::ErrorCode;

/// SQLite's code for a full disk, without the byte that says which kind.
const FULL: u32 = 13;

/// Why a commit of the store failed, for each of those who waited for it.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// There is no room for what was to be written.
    Full,
    /// What was to be written is more than SQLite takes.
    TooMuch(String),
    Other(String),
}

impl Failure {
    /// Whether it may be the fault of one event, and the others that were to be committed with it can do without it.
    pub(super) fn is_of_one(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::TooBig | ErrorCode::OutOfMemory) => Self::TooMuch(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full => Self::Full,
            Failure::TooMuch(why) | Failure::Other(why) => Self::unavailable(why),
        }
    }
}

/// Of the store's own statements in a handler's transaction.
pub(super) fn of_statement(error: sqlx::Error) -> StoreError {
    if code(&error) == Some(FULL) { StoreError::Full } else { StoreError::unavailable(error) }
}

/// SQLite's code, without the byte that says which kind.
pub(super) fn code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xFF)
}
