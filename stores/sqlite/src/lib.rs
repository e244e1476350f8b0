//! Records in a SQLite database, beside the application's own tables.

mod audit;
mod counts;
mod database;
mod failure;
mod log;
mod neighbours;
mod options;
mod queue;
mod reader;
mod row;
mod rows;
mod schema;
mod seat;
mod sweeper;
mod transaction;
mod turn;
mod writer;

use super::{AuditStore, BoxFuture, Store, StoreError, Transaction, Transactions};
use crate::clock::Clock;
use crate::idempotency::audit::{AuditDraft, AuditFilter, AuditRow};
use crate::idempotency::engine::{Action, Event};
use crate::idempotency::record::RecordId;
pub use counts::SqliteCounts;
use database::{Database, Location};
pub use options::{SqliteOptions, Synchronous};
use queue::Queue;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use sweeper::Pace;
pub use transaction::SqliteTransaction;
use turn::Turn;

/// Records in a SQLite database, which can be the application's own: then a handler that takes a
/// [`Tx<Sqlite>`](crate::Tx) commits its writes and the record together.
///
/// The store adds the tables `steadfast_idempotency`, `steadfast_audit` and `steadfast_meta` to the database. Its own
/// writes go through one thread that commits whatever is waiting at once, each commit synced to the disk unless
/// [`options`](Self::options) say otherwise. They and the transactions of this process take turns, first come first
/// served.
///
/// Any number of processes of one machine may have the database open. They take turns too, so that none waits long
/// because another never pauses; for this there are empty files beside the database while it is open, which end in
/// `-next`, `-turn` and `-sweep`. What the application writes through [`pool`](Self::pool) takes no turns, and waits as
/// SQLite has it wait.
///
/// Records whose time is up are removed in the background, a few hundred in a commit. When the disk is full, clients
/// hear 503 `overloaded`, and nothing runs that could not be recorded.
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
    closed: AtomicBool,
}

impl SqliteStore {
    /// [Opens](SqliteOptions::open) the database at `path`, and creates it if there is none. It is put into WAL mode.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path).await
    }

    /// [`open`](Self::open), with leases and times-to-live judged by `clock`.
    pub async fn open_at(path: impl AsRef<Path>, clock: impl Clock) -> Result<Self, StoreError> {
        Self::options().clock(clock).open(path).await
    }

    /// A new database in memory that is gone with the store, for tests.
    ///
    /// Here SQLite has one lock for all: while a transaction writes, nobody else reads.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::options().in_memory().await
    }

    /// [`in_memory`](Self::in_memory), with leases and times-to-live judged by `clock`.
    pub async fn in_memory_at(clock: impl Clock) -> Result<Self, StoreError> {
        Self::options().clock(clock).in_memory().await
    }

    /// How to open a store otherwise.
    pub fn options() -> SqliteOptions {
        SqliteOptions::new()
    }

    async fn connect(
        database: Database,
        clock: Arc<dyn Clock>,
        pace: Pace,
        keep_audit_for: Option<Duration>,
    ) -> Result<Self, StoreError> {
        // First: it creates the tables, and it keeps a database in memory alive.
        let turn = Turn::new(database.busy_timeout);
        let queue = Queue::start(&database, Arc::clone(&clock), turn.clone(), pace, keep_audit_for).await?;
        if let Location::File(path) = &database.location {
            turn.share(path).await;
        }
        let database = database.resolved();
        let options = database.options();
        let pool = SqlitePoolOptions::new().connect_with(options.clone()).await;
        let pool = pool.map_err(|error| database.unusable(error))?;
        Ok(Self(Arc::new(Shared { pool, queue, clock, turn, options, closed: AtomicBool::new(false) })))
    }

    /// Connections to the database, for the application's own statements. The store itself uses one only while its audit
    /// trail is read.
    pub fn pool(&self) -> &SqlitePool {
        &self.0.pool
    }

    /// What the store has written by itself so far.
    pub fn counts(&self) -> SqliteCounts {
        self.0.queue.counts()
    }

    /// Closes the database, for all clones of this store, once what has begun is done: events that wait for their
    /// commit, transactions that are open, statements on connections of the [`pool`](Self::pool). From now on
    /// everything else that is asked of the store is answered that it is unavailable.
    ///
    /// All that was committed is then in the file itself, and if no other process has the database open, the files
    /// beside it are gone. A store that is dropped without this loses nothing; it ends in the background.
    ///
    /// Executions have to be recorded before. The order at the end of a program is: stop serving, wait for
    /// [`Drain::wait`](crate::idempotency::Drain::wait), close the store.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let directory = tempfile::TempDir::new().unwrap();
    /// # let path = directory.path().join("payments.db");
    /// use steadfast::SqliteStore;
    ///
    /// let store = SqliteStore::open(path).await?;
    /// store.close().await;
    /// # Ok::<(), steadfast::idempotency::StoreError>(()) }).unwrap();
    /// ```
    pub async fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
        let mut turn = self.0.turn.wait().await;
        if let Some(seat) = turn.seat().take() {
            seat.close().await;
        }
        drop(turn);
        self.0.pool.close().await;
        self.0.queue.stop().await;
        self.0.turn.end().await;
    }
}

impl Shared {
    fn check_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::unavailable("the store is closed"));
        }
        Ok(())
    }

    async fn apply(
        &self,
        id: RecordId,
        event: Event,
        draft: Option<Box<AuditDraft>>,
    ) -> Result<Action, StoreError> {
        self.check_open()?;
        self.queue.apply(id, event, draft).await
    }

    async fn append(&self, id: RecordId, draft: Box<AuditDraft>) -> Result<(), StoreError> {
        self.check_open()?;
        self.queue.append(id, draft).await
    }

    async fn read_audit(&self, filter: AuditFilter, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.check_open()?;
        audit::read(&self.pool, filter, limit).await
    }
}

impl Store for SqliteStore {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(self.0.apply(id, event, None))
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }

    fn audit(&self) -> Option<&dyn AuditStore> {
        Some(self)
    }
}

impl AuditStore for SqliteStore {
    fn apply_audited(
        &self,
        id: RecordId,
        event: Event,
        draft: AuditDraft,
    ) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(self.0.apply(id, event, Some(Box::new(draft))))
    }

    fn append(&self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.0.append(id, Box::new(draft)))
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        Box::pin(self.0.read_audit(filter, limit))
    }
}

impl Transactions for SqliteStore {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(self.0.apply(id, event, None))
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

fn now(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
