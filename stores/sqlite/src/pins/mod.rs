mod table;
#[cfg(test)]
mod tests;

use crate::database::{Database, Location};
use crate::{SqliteOptions, threads};
use sqlx::SqlitePool;
use std::path::Path;
use std::time::Duration;
use steadfast_core::Date;
use steadfast_pins::{CachedPins, PinStore, PinStoreError};
use table::Table;

/// A store of pins in a SQLite database, which can be the application's own and be shared by several processes. Clones
/// share one cache.
///
/// The store adds the table `steadfast_pins` to the database. Only a caller's first call and [`set`](PinStore::set)
/// write. Pins are cached as by [`CachedPins`], so that a pin which another process moved is seen here after
/// [`ttl`](Self::ttl) at the latest.
///
/// Each write is a transaction of its own. A handler that holds a transaction on the same database cannot set a pin
/// meanwhile: it would wait for itself, and fail after five seconds.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let directory = tempfile::TempDir::new().unwrap();
/// # let path = directory.path().join("pins.db");
/// use steadfast_core::Date;
/// use steadfast_pins::PinStore;
/// use steadfast_sqlite::SqlitePins;
///
/// let (first, second) = (Date::parse("2024-01-15").unwrap(), Date::parse("2024-12-18").unwrap());
/// let pins = SqlitePins::open(&path).await?;
/// assert_eq!(pins.pin_first("acme", first).await?, first);
/// assert_eq!(pins.pin_first("acme", second).await?, first);
///
/// let after_a_restart = SqlitePins::open(&path).await?;
/// assert_eq!(after_a_restart.pin_first("acme", second).await?, first);
/// # Ok::<(), steadfast_pins::PinStoreError>(()) }).unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct SqlitePins(CachedPins<Table>);

impl SqlitePins {
    /// Returns the pins in the database that `pool` is connected to, and creates the table if there is none. The
    /// `busy_timeout` of the pool bounds how long a write waits for those of other processes.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use steadfast_sqlite::{SqlitePins, SqliteStore};
    ///
    /// let store = SqliteStore::in_memory().await.unwrap();
    /// let pins = SqlitePins::new(store.pool().clone()).await?;
    /// # Ok::<(), steadfast_pins::PinStoreError>(()) }).unwrap();
    /// ```
    pub async fn new(pool: SqlitePool) -> Result<Self, PinStoreError> {
        Ok(Self(CachedPins::new(Table::prepare(pool).await?)))
    }

    /// Opens the database at `path`, and creates it if there is none. It is put into WAL mode.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, PinStoreError> {
        let location = Location::File(path.as_ref().to_owned());
        // Commits wait for the disk: a power failure must not take away a pin that a client was served by.
        let database = Database { location, options: SqliteOptions::new() };
        let opened = database.clone();
        threads::start(move || Ok((opened.connect()?, ())), drop).await.map_err(PinStoreError::new)?;
        Self::new(database.resolved().pool().await.map_err(PinStoreError::new)?).await
    }

    /// Caches the pins of about `callers` callers. Defaults to 10,000. See [`CachedPins::capacity`].
    #[must_use]
    pub fn capacity(self, callers: usize) -> Self {
        Self(self.0.capacity(callers))
    }

    /// Reads a pin again once it is `ttl` old. Defaults to 60 seconds. See [`CachedPins::ttl`].
    #[must_use]
    pub fn ttl(self, ttl: Duration) -> Self {
        Self(self.0.ttl(ttl))
    }
}

impl PinStore for SqlitePins {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        self.0.pin_first(caller, newest).await
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        self.0.get(caller).await
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        self.0.set(caller, version).await
    }
}
