use crate::files::Files;
use crate::statements::{PUT, REMOVE, Row, SELECT, column, expires_at, found, id};
use crate::tx_connection::TxConnection;
use crate::writer_queue::{WritePermit, late};
use crate::{Shared, audit, error, now};
use sqlx::SqliteConnection;
use std::fmt;
use std::sync::Arc;
use steadfast_core::Clock;
use steadfast_engine::{AuditDraft, BoxFuture, Entry, Finish, Found, RecordId, StoreError, Transaction};

/// A transaction of a [`SqliteStore`](crate::SqliteStore) that a handler writes into.
///
/// It begins as `BEGIN IMMEDIATE`: it holds the database's one write lock from the start, and cannot fail half-way
/// because another writer was faster.
pub struct SqliteTransaction {
    // Before the permit, so that a transaction that is dropped ends before the next writer begins.
    connection: TxConnection,
    permit: WritePermit,
    clock: Arc<dyn Clock>,
    files: Files,
    id: Option<RecordId>,
}

impl SqliteTransaction {
    pub(crate) async fn begin(
        store: &Shared,
        id: Option<RecordId>,
    ) -> Result<(Self, Option<Found>), StoreError> {
        let mut permit = store.queue.enter().await.ok_or_else(late)?;
        // Whoever closes the store has waited in the queue, too.
        store.check_open()?;
        // A connection to a file in the place of this one would remove the log of this one when it is closed.
        store.files.check()?;
        let mut connection = match permit.connection().take() {
            Some(connection) => connection,
            None => TxConnection::open(&store.database).await?,
        };
        connection.begin(store.queue.patience).await?;
        let (clock, files) = (Arc::clone(&store.database.options.clock), store.files.clone());
        let mut this = Self { connection, permit, clock, files, id };
        let found = match id {
            Some(id) => this.load(&id).await,
            None => Ok(None),
        };
        // First, because another file may have no such table.
        this.files.check()?;
        Ok((this, found?))
    }

    /// Returns the connection that the transaction is on.
    pub fn connection(&self) -> &SqliteConnection {
        self.connection.get()
    }

    /// Returns the connection that the transaction is on.
    pub fn connection_mut(&mut self) -> &mut SqliteConnection {
        self.connection.get_mut()
    }

    async fn load(&mut self, record: &RecordId) -> Result<Option<Found>, StoreError> {
        let now = now(&*self.clock);
        let select = sqlx::query_as::<_, Row>(SELECT).bind(id(record)).bind(column(now));
        let row = select.fetch_optional(self.connection.get_mut()).await;
        row.map_err(error::of_statement)?.map(|row| found(row, now)).transpose()
    }

    /// Writes the record, whose revision nobody else can have changed, and the entries of the audit log.
    async fn write(&mut self, new: Option<Entry>, audit: Vec<AuditDraft>) -> Result<(), StoreError> {
        self.connection.check()?;
        let (Some(record), now) = (self.id, now(&*self.clock)) else { return Ok(()) };
        let write = match &new {
            None => sqlx::query(REMOVE).bind(id(&record)),
            Some(entry) => sqlx::query(PUT)
                .bind(id(&record))
                .bind(entry.kind.number())
                .bind(column(now))
                .bind(expires_at(entry, now))
                .bind(&*entry.record),
        };
        write.execute(self.connection_mut()).await.map_err(error::of_statement)?;
        for draft in &audit {
            audit::append_tx(self.connection_mut(), &record, draft, now).await?;
        }
        self.connection.check()
    }
}

impl Transaction for SqliteTransaction {
    fn finish(
        mut self: Box<Self>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'static, Result<Finish, StoreError>> {
        Box::pin(async move {
            let written = self.write(new, audit).await;
            let Self { mut permit, mut connection, files, .. } = *self;
            // What fails before the commit is not committed.
            let finish = match written.and_then(|()| Ok(files.check()?)) {
                Ok(()) => connection.commit().await,
                Err(error) => Ok(Finish::RolledBack(error)),
            };
            if let Ok(Finish::Committed) = finish {
                *permit.connection() = Some(connection);
                // It may be in a file that nobody else has.
                files.check()?;
                return finish;
            }
            let rolled_back = connection.roll_back().await;
            // What could still be rolled back was not committed, whatever `COMMIT` has returned.
            let finish = match finish {
                Err(error) if rolled_back.is_some() => Ok(Finish::RolledBack(error)),
                finish => finish,
            };
            *permit.connection() = rolled_back;
            if let (Ok(Finish::RolledBack(StoreError::Full)), Some(connection)) =
                (&finish, permit.connection())
            {
                connection.restart_log().await;
            }
            finish
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            let Self { mut permit, connection, .. } = *self;
            *permit.connection() = connection.roll_back().await;
            Ok(())
        })
    }
}

impl fmt::Debug for SqliteTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteTransaction").finish_non_exhaustive()
    }
}
