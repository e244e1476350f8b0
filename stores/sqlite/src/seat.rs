use super::super::StoreError;
use super::failure;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// SQLite's code for constraints, without the byte that says which kind.
const CONSTRAINT: u32 = 19;

/// The connection that the transactions of a store are on, one after the other. Dropped, it is closed, and what is
/// open on it is rolled back.
///
/// SQLite may end a transaction in the middle of it: `ON CONFLICT ROLLBACK` says so, a full disk does so, a `COMMIT`
/// sent as a statement does so. Whatever runs then would be committed statement by statement. So here nothing is
/// committed but by [`commit`](Self::commit), and a transaction that has ended stays ended.
pub(super) struct Seat {
    connection: SqliteConnection,
    watch: Arc<Watch>,
}

/// What SQLite's hooks are told, and what they tell.
#[derive(Default)]
struct Watch {
    may_commit: AtomicBool,
    rolled_back: AtomicBool,
}

impl Seat {
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let mut connection = options.connect().await.map_err(StoreError::unavailable)?;
        let watch = Arc::new(Watch::default());
        let (committing, rolling_back) = (Arc::clone(&watch), Arc::clone(&watch));
        {
            let mut handle = connection.lock_handle().await.map_err(StoreError::unavailable)?;
            handle.set_commit_hook(move || committing.may_commit.load(Ordering::Acquire));
            handle.set_rollback_hook(move || rolling_back.rolled_back.store(true, Ordering::Release));
        }
        // A `sqlx::Transaction` cannot outlive a borrow of its connection, so transactions are begun and ended here by
        // statements. This has sqlx count one that is never over: those that a handler begins are nested in it.
        std::mem::forget(connection.begin().await.map_err(StoreError::unavailable)?);
        let mut seat = Self { connection, watch };
        seat.run("ROLLBACK").await.map_err(StoreError::unavailable)?;
        Ok(seat)
    }

    pub(super) fn connection(&self) -> &SqliteConnection {
        &self.connection
    }

    pub(super) fn connection_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        self.run("BEGIN IMMEDIATE").await.map_err(StoreError::unavailable)?;
        self.watch.rolled_back.store(false, Ordering::Release);
        Ok(())
    }

    /// Whether the transaction that was begun is still the one that statements run in.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.watch.rolled_back.load(Ordering::Acquire) {
            return Err(StoreError::rolled_back("a statement of the handler ended the transaction"));
        }
        Ok(())
    }

    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        self.check()?;
        self.watch.may_commit.store(true, Ordering::Release);
        let committed = self.run("COMMIT").await;
        self.watch.may_commit.store(false, Ordering::Release);
        committed.map_err(|error| {
            // A deferred one: SQLite checks it before it commits anything.
            if failure::code(&error) == Some(CONSTRAINT) {
                StoreError::rolled_back(error)
            } else {
                failure::of_statement(error)
            }
        })
    }

    /// Ready for another transaction; `None` if the connection had to be closed for it.
    pub(super) async fn roll_back(mut self) -> Option<Self> {
        if self.check().is_ok() && self.run("ROLLBACK").await.is_ok() {
            return Some(self);
        }
        self.close().await;
        None
    }

    async fn run(&mut self, statement: &'static str) -> sqlx::Result<()> {
        sqlx::query(statement).execute(&mut self.connection).await.map(drop)
    }

    pub(super) async fn close(self) {
        // One that fails has no connection left to close.
        let _ = self.connection.close().await;
    }
}
