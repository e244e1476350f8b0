//! SQLite's write-ahead log.

use rusqlite::Connection;
use std::time::Duration;

/// The size beyond which SQLite shortens the log when it starts it anew, in bytes. In ordinary use that is at a quarter
/// of this size.
pub(crate) const SIZE_LIMIT: u32 = 16 << 20;

/// The number of pages beyond which the log is emptied.
const MAX_PAGES: i64 = 4096;

/// The time that writers may have to wait for the log to be emptied.
const PATIENCE: Duration = Duration::from_millis(100);

/// Empties the log if it is long. Readers that do not permit it now may do so the next time.
///
/// SQLite starts the log anew when all of it is in the database and nobody reads it. While reads overlap there is no
/// such moment, and the log grows for as long as they do; emptying it makes new readers wait.
pub(crate) fn cut(connection: &Connection) -> rusqlite::Result<()> {
    let pages: i64 = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if pages > MAX_PAGES {
        connection.busy_timeout(PATIENCE)?;
        truncate(connection)?;
    }
    Ok(())
}

/// Copies the log into the database and empties it.
pub(crate) fn truncate(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
