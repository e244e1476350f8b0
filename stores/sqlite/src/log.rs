use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How large the log may be. In ordinary use SQLite begins it anew at a quarter of that.
const LARGE: u64 = 16 << 20;

/// How long writers may have to wait for it to be cut.
const PATIENCE: Duration = Duration::from_millis(100);

/// SQLite's log, beside the database.
///
/// SQLite begins it anew when all of it is in the database and nobody reads it any more. Where reads overlap there is
/// no such moment, and it grows for as long as that goes on: so one that is large is cut, which new readers do not hold
/// up, and old ones only if they are slow.
pub(super) struct Log {
    file: PathBuf,
    interval: Duration,
    due: Instant,
}

impl Log {
    /// That of the database, to be looked at once an interval.
    pub(super) fn of(database: &Path, interval: Duration) -> Self {
        // It is beside the file that links lead to, wherever the program's directory is by then.
        let database = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut file = database.into_os_string();
        file.push("-wal");
        Self { file: file.into(), interval, due: Instant::now() + interval }
    }

    /// Whether it is time to [`cut`] it, and it is so large that it has to be.
    pub(super) fn is_due(&mut self) -> bool {
        if Instant::now() < self.due {
            return false;
        }
        self.due = Instant::now() + self.interval;
        self.is_large()
    }

    fn is_large(&self) -> bool {
        fs::metadata(&self.file).is_ok_and(|file| file.len() > LARGE)
    }
}

/// Brings the database up to date and empties the log, if readers let it within `PATIENCE`.
pub(super) fn cut(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    truncate(connection)
}

/// [`cut`], as long as it takes by the connection's timeout.
pub(super) fn truncate(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
