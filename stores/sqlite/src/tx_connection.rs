use crate::database::{Database, Location};
use crate::error;
use crate::writer_queue::Pauses;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use steadfast_engine::{Finish, StoreError};

/// The connection of a store's transactions, which are on it one after the other. Dropped, it is closed, and what is
/// open on it is rolled back.
///
/// SQLite may end a transaction in the middle of it: an `ON CONFLICT ROLLBACK` does so, a full disk does so, a `COMMIT`
/// sent as a statement does so. Statements that follow would be committed one by one. So on this connection nothing is
/// committed but by [`commit`](Self::commit), and a transaction that has ended stays ended.
pub(crate) struct TxConnection {
    connection: SqliteConnection,
    hooks: Arc<Hooks>,
}

/// What SQLite's hooks read and write.
#[derive(Default)]
struct Hooks {
    may_commit: AtomicBool,
    rolled_back: AtomicBool,
}

impl TxConnection {
    pub(crate) async fn open(database: &Database) -> Result<Self, StoreError> {
        Self::try_open(database).await.map_err(StoreError::unavailable)
    }

    async fn try_open(database: &Database) -> sqlx::Result<Self> {
        let mut connection = database.connect_options().connect().await?;
        let hooks = Arc::new(Hooks::default());
        let (committing, rolling_back) = (Arc::clone(&hooks), Arc::clone(&hooks));
        {
            let mut handle = connection.lock_handle().await?;
            handle.set_commit_hook(move || committing.may_commit.load(Ordering::Acquire));
            handle.set_rollback_hook(move || rolling_back.rolled_back.store(true, Ordering::Release));
        }
        // A `sqlx::Transaction` cannot outlive a borrow of its connection, so transactions are begun and ended here by
        // statements. This makes sqlx count one that never ends: those that a handler begins are nested in it.
        std::mem::forget(connection.begin().await?);
        let mut this = Self { connection, hooks };
        this.run("ROLLBACK").await?;
        // In a file only `BEGIN` meets a lock, and has pauses of its own. In memory readers lock as well.
        if let Location::File(_) = database.location {
            this.run("PRAGMA busy_timeout = 0").await?;
        }
        Ok(this)
    }

    pub(crate) fn get(&self) -> &SqliteConnection {
        &self.connection
    }

    pub(crate) fn get_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Begins a transaction that holds the database's write lock, if that is free in time.
    pub(crate) async fn begin(&mut self, patience: Duration) -> Result<(), StoreError> {
        let mut pauses = Pauses::for_at_most(patience);
        while let Err(error) = self.run("BEGIN IMMEDIATE").await {
            match pauses.next() {
                Some(pause) if error::is_busy_tx(&error) => tokio::time::sleep(pause).await,
                _ => return Err(StoreError::unavailable(error)),
            }
        }
        self.hooks.rolled_back.store(false, Ordering::Release);
        Ok(())
    }

    /// Rejects statements that would not run in the transaction that was begun, because that has ended.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if self.hooks.rolled_back.load(Ordering::Acquire) {
            return Err(StoreError::rolled_back("a statement of the handler ended the transaction"));
        }
        Ok(())
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// If it is not known whether the commit took effect.
    pub(crate) async fn commit(&mut self) -> Result<Finish, StoreError> {
        self.hooks.may_commit.store(true, Ordering::Release);
        let committed = self.run("COMMIT").await;
        self.hooks.may_commit.store(false, Ordering::Release);
        let Err(error) = committed else { return Ok(Finish::Committed) };
        error::of_commit(error, self.check().is_err()).map(Finish::RolledBack)
    }

    /// Rolls the transaction back. Returns the connection for another one, or `None` if it had to be closed.
    pub(crate) async fn roll_back(mut self) -> Option<Self> {
        if self.check().is_ok() && self.run("ROLLBACK").await.is_ok() {
            return Some(self);
        }
        self.close().await;
        None
    }

    /// Copies the log into the database, so that the next transaction finds room in it.
    pub(crate) async fn restart_log(&mut self) {
        // What fails is left to the writer, and to the next transaction that finds the disk full.
        let _ = self.run("PRAGMA wal_checkpoint(RESTART)").await;
    }

    async fn run(&mut self, statement: &'static str) -> sqlx::Result<()> {
        sqlx::query(statement).execute(&mut self.connection).await.map(drop)
    }

    pub(crate) async fn close(self) {
        // A connection whose end cannot be awaited ends all the same.
        let _ = self.connection.close().await;
    }
}
