//! Records in a SQLite database, beside the application's own tables.

mod queue;
mod reader;
mod row;
mod schema;
mod seat;
mod transaction;
mod turn;
mod writer;

use super::{BoxFuture, Store, StoreError, Transaction, Transactions};
use crate::clock::{Clock, SystemClock};
use crate::idempotency::engine::{Action, Event};
use crate::idempotency::record::RecordId;
use queue::Queue;
use rusqlite::{Connection, OpenFlags};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
pub use transaction::SqliteTransaction;
use turn::Turn;

/// How long one writer waits for another before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Records in a SQLite database, which can be the application's own: then a handler that takes a
/// [`Tx<Sqlite>`](crate::Tx) commits its writes and the record together.
///
/// The store adds the tables `steadfast_idempotency` and `steadfast_meta` to the database. Its own writes go through
/// one thread that commits whatever is waiting at once, each commit synced to the disk. They and the transactions of
/// this process take turns, first come first served.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use steadfast::SqliteStore;
///
/// let store = SqliteStore::in_memory().await?;
/// sqlx::query("CREATE TABLE payments (id TEXT PRIMARY KEY, cents INTEGER NOT NULL)").execute(store.pool()).await.unwrap();
/// # Ok::<(), steadfast::idempotency::StoreError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteStore(Arc<Shared>);

struct Shared {
    pool: SqlitePool,
    queue: Queue,
    clock: Arc<dyn Clock>,
    turn: Turn,
    /// How to open a connection for transactions.
    options: SqliteConnectOptions,
}

/// Which database, as both drivers have to be told.
#[derive(Debug, Clone)]
enum Location {
    File(PathBuf),
    /// A name that every connection of this process shares.
    Memory(String),
}

impl SqliteStore {
    /// Opens the database at `path`, and creates it if there is none. It is put into WAL mode.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_at(path, SystemClock).await
    }

    /// [`open`](Self::open), with leases and times-to-live judged by `clock`.
    pub async fn open_at(path: impl AsRef<Path>, clock: impl Clock) -> Result<Self, StoreError> {
        Self::connect(Location::File(path.as_ref().to_owned()), Arc::new(clock)).await
    }

    /// A new database in memory that is gone with the store, for tests.
    ///
    /// Here SQLite has one lock for all: while a transaction writes, nobody else reads.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::in_memory_at(SystemClock).await
    }

    /// [`in_memory`](Self::in_memory), with leases and times-to-live judged by `clock`.
    pub async fn in_memory_at(clock: impl Clock) -> Result<Self, StoreError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(StoreError::unavailable)?;
        let name = format!("/steadfast-{:016x}", u64::from_le_bytes(random));
        Self::connect(Location::Memory(name), Arc::new(clock)).await
    }

    async fn connect(location: Location, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        // First: it creates the tables, and it keeps a database in memory alive.
        let turn = Turn::default();
        let queue = Queue::start(location.clone(), Arc::clone(&clock), turn.clone()).await?;
        let options =
            SqliteConnectOptions::new().busy_timeout(BUSY_TIMEOUT).synchronous(SqliteSynchronous::Full);
        let options = match location {
            Location::File(path) => options.filename(path).journal_mode(SqliteJournalMode::Wal),
            Location::Memory(name) => {
                options.filename(name).vfs("memdb").journal_mode(SqliteJournalMode::Memory)
            }
        };
        let pool = SqlitePoolOptions::new().connect_with(options.clone()).await;
        let pool = pool.map_err(StoreError::unavailable)?;
        Ok(Self(Arc::new(Shared { pool, queue, clock, turn, options })))
    }

    /// Connections to the database, for the application's own statements. The store itself uses none of them.
    pub fn pool(&self) -> &SqlitePool {
        &self.0.pool
    }
}

impl Store for SqliteStore {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(self.0.queue.apply(id, event))
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl Transactions for SqliteStore {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(self.0.queue.apply(id, event))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>> {
        Box::pin(async move {
            let transaction = SqliteTransaction::begin(&self.0).await?;
            Ok(Box::new(transaction) as Box<dyn Transaction>)
        })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("pool", &self.0.pool).finish_non_exhaustive()
    }
}

/// A connection for the threads of the store.
fn connect(location: &Location) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = match location {
        Location::File(path) => Connection::open_with_flags(path, flags - OpenFlags::SQLITE_OPEN_URI),
        Location::Memory(name) => Connection::open_with_flags(format!("file:{name}?vfs=memdb"), flags),
    }?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    if let Location::File(_) = location {
        connection.pragma_update(None, "journal_mode", "WAL")?;
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn now(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
