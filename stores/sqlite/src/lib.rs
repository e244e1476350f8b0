//! Idempotency records and version pins of steadfast in a SQLite database, beside the application's own tables.
//!
//! Depend on `steadfast` with its feature `sqlite`, which re-exports what applications need from here.

mod audit;
mod database;
mod error;
mod files;
mod options;
mod pins;
mod reader;
mod reserve;
mod schema;
mod statements;
mod stats;
mod sweeper;
mod threads;
mod transaction;
mod tx_connection;
mod tx_database;
mod wal;
mod writer;
mod writer_queue;

use database::Database;
use files::Files;
pub use options::{SqliteOptions, Synchronous};
pub use pins::SqlitePins;
use reserve::Reserve;
use sqlx::SqlitePool;
pub use stats::SqliteCounts;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use steadfast_core::Clock;
use steadfast_engine::{
    AuditDraft, AuditFilter, AuditLog, AuditRow, BoxFuture, Entry, Found, RecordId, Revision, Store,
    StoreError, Swap, Transaction, Transactions,
};
use threads::Threads;
pub use transaction::SqliteTransaction;
use writer::{Change, Opened, Write, Written};
use writer_queue::WriterQueue;

/// Names SQLite as the database of a handler's transaction.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

/// A store of idempotency records in a SQLite database, which can be the application's own: then a handler that takes a
/// transaction commits its writes and the record together.
///
/// The store adds the tables `steadfast_idempotency`, `steadfast_audit` and `steadfast_meta` to the database. Its own
/// writes go through one thread that commits all that wait at once, and waits for the disk with each commit unless the
/// [`options`](Self::options) say otherwise. These commits and the transactions of this process wait for each other in a
/// queue that is first come, first served.
///
/// Any number of processes of one machine may have the database open. Nothing is fair among them: a process tries
/// SQLite's lock again after random pauses, and rests for a millisecond after it has written for 25 without a pause. For
/// many writing processes use a database server.
///
/// Expired records are removed in the background, a few hundred in a commit.
///
/// # A full disk
///
/// A file beside the database, of the same name with `-reserve`, holds back [room](SqliteOptions::reserve) for the
/// outcomes of what runs. When the disk is full the store gives the room up and records them in it; until it has the room
/// again it returns [`StoreError::Full`] for whatever would begin, and nothing runs that could not be recorded. So it does
/// for a replay that is to be written to the audit log. A transaction that finds no room is rolled back.
///
/// # The file
///
/// On Unix the store notices when the database, or SQLite's `-wal` or `-shm` beside it, is deleted, moved or replaced: it
/// looks before each commit, and after it before anybody receives the result, and after each read. From then on it is
/// unavailable, until the file is back in its place. What runs at that moment cannot be recorded any more, and other
/// processes that open the new file know nothing of it. To put an older copy in the place of the file, stop all processes
/// first. Windows does not let an open database be deleted or replaced; on other systems nothing is noticed. What
/// overwrites the file in its place is not noticed anywhere.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use steadfast_sqlite::SqliteStore;
///
/// let store = SqliteStore::in_memory().await?;
/// sqlx::query("CREATE TABLE payments (id TEXT PRIMARY KEY, cents INTEGER NOT NULL)").execute(store.pool()).await.unwrap();
/// # Ok::<(), steadfast_engine::StoreError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct SqliteStore(Arc<Shared>);

struct Shared {
    database: Database,
    files: Files,
    reserve: Reserve,
    pool: SqlitePool,
    threads: Threads,
    queue: WriterQueue,
    closed: AtomicBool,
}

impl SqliteStore {
    /// [Opens](SqliteOptions::open) the database at `path` with the default options.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path).await
    }

    /// [Opens](Self::open) the database at `path`; records age and expire by `clock`.
    pub async fn open_at(path: impl AsRef<Path>, clock: impl Clock) -> Result<Self, StoreError> {
        Self::options().clock(clock).open(path).await
    }

    /// Opens a new database in memory, which is dropped with the store, for tests.
    ///
    /// Such a database has one lock for all: while a transaction writes, nobody else reads.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::options().in_memory().await
    }

    /// Opens a new database [in memory](Self::in_memory); records age and expire by `clock`.
    pub async fn in_memory_at(clock: impl Clock) -> Result<Self, StoreError> {
        Self::options().clock(clock).in_memory().await
    }

    /// Returns the default options, to open a store with others.
    pub fn options() -> SqliteOptions {
        SqliteOptions::new()
    }

    async fn connect(database: Database) -> Result<Self, StoreError> {
        let queue = WriterQueue::new(database.options.busy_timeout);
        // First, because the threads create the tables, and keep a database in memory alive.
        let (threads, Opened { database, files, reserve }) = Threads::start(&database, queue.clone()).await?;
        let pool = database.pool().await?;
        files.check()?;
        let closed = AtomicBool::new(false);
        Ok(Self(Arc::new(Shared { database, files, reserve, pool, threads, queue, closed })))
    }

    /// Returns connections to the database, for the application's own statements. The store itself uses one only while
    /// its audit log is read.
    ///
    /// What is written through them does not wait in the queue of the store, but as SQLite lets it wait.
    pub fn pool(&self) -> &SqlitePool {
        &self.0.pool
    }

    /// Returns the number of writes that the store has made so far.
    pub fn counts(&self) -> SqliteCounts {
        self.0.threads.counts()
    }

    /// Closes the database, for all clones of this store, after what has begun: writes that wait for their commit,
    /// transactions that are open, statements on connections of the [`pool`](Self::pool). From now on the store is
    /// unavailable.
    ///
    /// All that was committed is then in the file itself, and if no other process has the database open, SQLite's files
    /// beside it are removed. A store that is dropped without this loses nothing; it ends in the background.
    ///
    /// Close the store after the server has stopped and all executions are recorded.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let directory = tempfile::TempDir::new().unwrap();
    /// # let path = directory.path().join("payments.db");
    /// use steadfast_sqlite::SqliteStore;
    ///
    /// let store = SqliteStore::open(path).await?;
    /// store.close().await;
    /// # Ok::<(), steadfast_engine::StoreError>(()) }).unwrap();
    /// ```
    pub async fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        let mut permit = self.0.queue.wait().await;
        if let Some(connection) = permit.connection().take() {
            connection.close().await;
        }
        drop(permit);
        self.0.pool.close().await;
        self.0.threads.stop().await;
    }
}

impl Shared {
    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::unavailable("the store is closed"));
        }
        Ok(())
    }

    async fn load(&self, id: RecordId) -> Result<Option<Found>, StoreError> {
        self.check_open()?;
        self.threads.read(id).await
    }

    async fn write(
        &self,
        id: RecordId,
        change: Option<Change>,
        audit: Vec<AuditDraft>,
    ) -> Result<Written, StoreError> {
        self.check_open()?;
        self.threads.write(Write { id, change, audit }).await
    }
}

impl Store for SqliteStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(async move {
            self.0.check_open()?;
            let entry = claim()?;
            let (record, kind) = (entry.record.clone(), entry.kind);
            let change = Some(Change { expected: None, new: Some(entry) });
            match self.0.threads.insert(Write { id, change, audit: Vec::new() }).await? {
                Written::Done(Some(revision)) => {
                    Ok(Found { record, kind, revision, age: Duration::ZERO, inserted: true })
                }
                Written::Conflict(Some(found)) => Ok(found),
                Written::Done(None) | Written::Conflict(None) => {
                    Err(StoreError::unavailable("a record was neither inserted nor found"))
                }
            }
        })
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        Box::pin(async move {
            let expected = match expected.map(|revision| revision.as_number()) {
                None => None,
                Some(Some(number)) => Some(number.cast_signed()),
                // No revision of this store.
                Some(None) => return Ok(Swap::Conflict),
            };
            Ok(match self.0.write(id, Some(Change { expected, new }), audit).await? {
                Written::Done(revision) => Swap::Done(revision),
                Written::Conflict(_) => Swap::Conflict,
            })
        })
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(self.0.load(id))
    }

    fn check_room(&self) -> Result<(), StoreError> {
        self.0.reserve.check()
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        Some(self)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl AuditLog for SqliteStore {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.0.write(id, None, vec![entry]).await.map(drop) })
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        Box::pin(async move {
            self.0.check_open()?;
            self.0.files.check()?;
            let rows = audit::read(&self.0.pool, filter, limit).await;
            // First, because another file may have no such table.
            self.0.files.check()?;
            rows
        })
    }
}

impl Transactions for SqliteStore {
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>> {
        Box::pin(async move {
            let (transaction, found) = SqliteTransaction::begin(&self.0, id).await?;
            Ok((Box::new(transaction) as Box<dyn Transaction>, found))
        })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("pool", &self.0.pool).finish_non_exhaustive()
    }
}

/// Returns the current time in milliseconds since the Unix epoch.
fn now(clock: &dyn Clock) -> u64 {
    statements::milliseconds(clock.now())
}

#[cfg(test)]
mod tests;
