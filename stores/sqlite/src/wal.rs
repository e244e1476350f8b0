//! SQLite's write-ahead log.

use rusqlite::Connection;
use std::cell::Cell;
use std::ffi::c_int;
use std::time::{Duration, Instant};

/// The size beyond which SQLite shortens the log when it starts it anew, in bytes.
pub(crate) const SIZE_LIMIT: u32 = 16 << 20;

/// The number of pages in the log at which it is copied into the database, as SQLite does by itself.
const COPY_AT: i64 = 1000;

/// The number of pages in the log at which writers have to wait for that, for at most [`PATIENCE`].
const EMPTY_AT: i64 = 4000;
const PATIENCE: Duration = Duration::from_millis(100);

/// How long a commit that finds the disk full waits for readers.
const RESTART_PATIENCE: Duration = Duration::from_millis(20);

thread_local! {
    /// The number of pages in the log after the last commit of this thread.
    static PAGES: Cell<c_int> = const { Cell::new(0) };
}

/// The checkpoints of the connection that commits most.
///
/// SQLite starts the log anew when all of it is in the database and nobody reads it. While reads overlap, or several
/// processes write, there is no such moment, and the log grows for as long as they do.
pub(crate) struct Checkpoints {
    empty_after: Instant,
}

impl Checkpoints {
    /// Makes checkpoints of the log on this connection, instead of SQLite.
    pub(crate) fn on(connection: &Connection) -> rusqlite::Result<Self> {
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.wal_hook(Some(|_, pages| {
            PAGES.set(pages);
            Ok(())
        }));
        Ok(Self { empty_after: Instant::now() })
    }

    /// [Copies](Self::make) the log if it was long after the last commit on this connection.
    pub(crate) fn make_after_commit(&mut self, connection: &Connection) {
        if i64::from(PAGES.get()) >= COPY_AT {
            self.make(connection);
        }
    }

    /// Copies the log into the database if it is long, whoever has written it. What fails is left to the next time.
    pub(crate) fn make(&mut self, connection: &Connection) {
        let now = Instant::now();
        match run(connection, "NOOP").unwrap_or_default() {
            EMPTY_AT.. if self.empty_after <= now => {
                empty(connection, PATIENCE);
                // Slow readers may not permit it for long, and are not to delay writers all of the time.
                self.empty_after = Instant::now() + 10 * now.elapsed();
            }
            COPY_AT.. => drop(run(connection, "PASSIVE")),
            _ => {}
        }
    }
}

/// Copies the log into the database and empties it, if writers and readers permit that in time.
pub(crate) fn empty(connection: &Connection, patience: Duration) {
    let _ = connection.busy_timeout(patience);
    let _ = run(connection, "TRUNCATE");
}

/// Copies the log into the database, so that the next commit takes the room in it from the beginning. Not the file, but
/// what is in it ends: on a full disk somebody else would take what it gives back.
pub(crate) fn restart(connection: &Connection) {
    let _ = connection.busy_timeout(RESTART_PATIENCE);
    let _ = run(connection, "RESTART");
}

/// Returns the number of pages in the log.
fn run(connection: &Connection, mode: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?.query_row([], |row| row.get(1))
}
