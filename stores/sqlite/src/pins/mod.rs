//! Pins in a SQLite database, beside the application's own tables.

mod table;
#[cfg(test)]
mod tests;

use super::{CachedPins, PinStore, PinStoreError};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;
use steadfast_core::Date;
use table::Table;
use tokio::time::{Instant, sleep};

/// How long a writer waits for another before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait before the journal mode is asked for again.
const AGAIN: Duration = Duration::from_millis(5);

/// Pins in a SQLite database, which can be the application's own and be shared by several processes. Clones share one
/// cache.
///
/// The store adds the table `steadfast_pins` to the database. Only a caller's first call and [`set`](PinStore::set)
/// write. What is read is remembered as [`CachedPins`] says, so that a pin which another process moved is seen here
/// after [`ttl`](Self::ttl) at the latest.
///
/// Each write is a transaction of its own. A handler that holds a [`Tx`](crate::Tx) on the same database cannot set a
/// pin meanwhile: it would wait for itself, and fail when the time for that is up.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let directory = tempfile::TempDir::new().unwrap();
/// # let path = directory.path().join("pins.db");
/// use steadfast::{Date, PinStore, SqlitePins};
///
/// let (first, second) = (Date::parse("2024-01-15").unwrap(), Date::parse("2024-12-18").unwrap());
/// let pins = SqlitePins::open(&path).await?;
/// assert_eq!(pins.pin_first("acme", first).await?, first);
/// assert_eq!(pins.pin_first("acme", second).await?, first);
///
/// let after_a_restart = SqlitePins::open(&path).await?;
/// assert_eq!(after_a_restart.pin_first("acme", second).await?, first);
/// # Ok::<(), steadfast::PinStoreError>(()) }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct SqlitePins(CachedPins<Table>);

impl SqlitePins {
    /// Pins in the database that `pool` is connected to. How long a write waits for those of other processes is the
    /// `busy_timeout` of the pool.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use steadfast::{SqlitePins, SqliteStore};
    ///
    /// let store = SqliteStore::in_memory().await.unwrap();
    /// let pins = SqlitePins::new(store.pool().clone()).await?;
    /// # Ok::<(), steadfast::PinStoreError>(()) }).unwrap();
    /// ```
    pub async fn new(pool: SqlitePool) -> Result<Self, PinStoreError> {
        Ok(Self(CachedPins::new(Table::prepare(pool).await?)))
    }

    /// Opens the database at `path`, and creates it if there is none. It is put into WAL mode.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, PinStoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path.as_ref())
            .create_if_missing(true)
            .busy_timeout(BUSY_TIMEOUT)
            .journal_mode(SqliteJournalMode::Wal)
            // A pin that a client was served by must not be gone after a power failure.
            .synchronous(SqliteSynchronous::Full);
        let until = Instant::now() + BUSY_TIMEOUT;
        loop {
            match SqlitePoolOptions::new().connect_with(options.clone()).await {
                Ok(pool) => return Self::new(pool).await,
                // Of those that open a new file at once one puts it into WAL mode, and SQLite has the others not wait.
                Err(error) if is_busy(&error) && Instant::now() < until => sleep(AGAIN).await,
                Err(error) => return Err(PinStoreError::new(error)),
            }
        }
    }

    /// Remembers the pins of about `callers` callers; 10,000 unless this is called. See [`CachedPins::capacity`].
    #[must_use]
    pub fn capacity(self, callers: usize) -> Self {
        Self(self.0.capacity(callers))
    }

    /// Reads a pin again once it is `ttl` old; 60 seconds unless this is called. See [`CachedPins::ttl`].
    #[must_use]
    pub fn ttl(self, ttl: Duration) -> Self {
        Self(self.0.ttl(ttl))
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    const BUSY: &str = "5";
    const LOCKED: &str = "6";
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == BUSY || code == LOCKED)
}

impl PinStore for SqlitePins {
    fn pin_first(
        &self,
        caller: &str,
        newest: Date,
    ) -> impl Future<Output = Result<Date, PinStoreError>> + Send {
        self.0.pin_first(caller, newest)
    }

    fn get(&self, caller: &str) -> impl Future<Output = Result<Option<Date>, PinStoreError>> + Send {
        self.0.get(caller)
    }

    fn set(&self, caller: &str, version: Date) -> impl Future<Output = Result<(), PinStoreError>> + Send {
        self.0.set(caller, version)
    }
}
