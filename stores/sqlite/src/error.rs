//! The meaning of SQLite's errors.

use rusqlite::ErrorCode;
use steadfast_engine::StoreError;

// SQLite's codes, without the byte that says which kind.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const IO: u32 = 10;
const FULL: u32 = 13;
const CONSTRAINT: u32 = 19;

/// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`: the commit is in the log, and perhaps on the disk.
const NOT_SYNCED: [u32; 2] = [IO | 4 << 8, IO | 5 << 8];

/// Returns `true` if a single write may be the cause, without which others can be committed.
pub(crate) fn is_of_one_write(error: &rusqlite::Error) -> bool {
    use ErrorCode::{DiskFull, OutOfMemory, TooBig};
    matches!(error.sqlite_error_code(), Some(DiskFull | TooBig | OutOfMemory))
}

/// Returns `true` if the disk is full.
pub(crate) fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

/// Returns the error of a commit for one of the writes that were in it.
pub(crate) fn of_write(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::unavailable(error.to_string()),
    }
}

/// Returns `true` if another connection holds a lock.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// [`is_busy`] for the other driver.
pub(crate) fn is_busy_tx(error: &sqlx::Error) -> bool {
    matches!(code(error), Some(code) if [BUSY, LOCKED].contains(&(code & 0xFF)))
}

/// Returns the error of a statement of the store in a handler's transaction.
pub(crate) fn of_statement(error: sqlx::Error) -> StoreError {
    if code(&error).is_some_and(|code| code & 0xFF == FULL) {
        return StoreError::Full;
    }
    StoreError::unavailable(error)
}

/// Returns the reason why a `COMMIT` was rolled back, or else the error of one that may have taken effect.
/// `was_rolled_back` is what SQLite reported to the rollback hook.
pub(crate) fn of_commit(error: sqlx::Error, was_rolled_back: bool) -> Result<StoreError, StoreError> {
    let code = code(&error).unwrap_or_default();
    match code & 0xFF {
        // A deferred constraint, which SQLite checks before it commits anything. The transaction is still open.
        CONSTRAINT => Ok(StoreError::rolled_back(error)),
        BUSY => Ok(StoreError::unavailable(error)),
        FULL if was_rolled_back => Ok(StoreError::Full),
        IO if was_rolled_back && !NOT_SYNCED.contains(&code) => Ok(StoreError::unavailable(error)),
        FULL => Err(StoreError::Full),
        _ => Err(StoreError::unavailable(error)),
    }
}

/// Returns SQLite's extended code.
fn code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}
