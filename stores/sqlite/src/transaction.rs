use super::super::{BoxFuture, StoreError, Transaction};
use super::audit;
use super::failure;
use super::row::{PUT, REMOVE, Row, SELECT, id_column};
use super::seat::Seat;
use super::turn::Taken;
use super::{Shared, now};
use crate::clock::Clock;
use crate::idempotency::audit::AuditDraft;
use crate::idempotency::engine::{Action, Change, Event, step};
use crate::idempotency::record::RecordId;
use crate::idempotency::state::State;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::fmt;
use std::sync::Arc;

/// A transaction of a [`SqliteStore`](crate::SqliteStore) that a handler's [`Tx`](crate::Tx) writes into.
///
/// It begins as `BEGIN IMMEDIATE`: it holds the database's one write lock from the start and cannot fail half-way
/// because another writer was faster.
pub struct SqliteTransaction {
    // Before the turn: dropped, the connection is closed before the next in line begins.
    seat: Seat,
    turn: Taken,
    clock: Arc<dyn Clock>,
    /// The record as it was read here. The write lock keeps it so: it need not be read again.
    known: Option<(RecordId, State)>,
}

impl SqliteTransaction {
    pub(super) async fn begin(store: &Shared) -> Result<Self, StoreError> {
        let mut turn = store.turn.take().await?;
        // Whoever closes the store has waited for the turn too.
        store.check_open()?;
        let mut seat = match turn.seat().take() {
            Some(seat) => seat,
            None => Seat::open(&store.options).await?,
        };
        seat.begin().await?;
        Ok(Self { seat, turn, clock: Arc::clone(&store.clock), known: None })
    }

    /// The connection that the transaction is on.
    pub fn connection(&self) -> &SqliteConnection {
        self.seat.connection()
    }

    /// The connection that the transaction is on.
    pub fn connection_mut(&mut self) -> &mut SqliteConnection {
        self.seat.connection_mut()
    }

    async fn load(&mut self, id: RecordId) -> Result<State, StoreError> {
        if let Some((known, state)) = &self.known
            && *known == id
        {
            return Ok(state.clone());
        }
        let row = sqlx::query(SELECT).bind(id_column(&id)).fetch_optional(self.seat.connection_mut()).await;
        state(row.map_err(failure::of_statement)?.as_ref())
    }

    async fn save(&mut self, id: RecordId, state: &State) -> Result<(), StoreError> {
        let id = id_column(&id);
        let query = match Row::encode(state) {
            None => sqlx::query(REMOVE).bind(id),
            Some(row) => sqlx::query(PUT)
                .bind(id)
                .bind(row.codec)
                .bind(row.state)
                .bind(row.algorithm)
                .bind(row.fingerprint)
                .bind(row.token)
                .bind(row.claimed_at)
                .bind(row.lease_until)
                .bind(row.expires_at)
                .bind(row.status)
                .bind(row.version)
                .bind(row.location)
                .bind(row.headers)
                .bind(row.body),
        };
        query.execute(self.seat.connection_mut()).await.map_err(failure::of_statement)?;
        Ok(())
    }
}

impl Transaction for SqliteTransaction {
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            self.seat.check()?;
            let mut state = self.load(id).await?;
            let transition = step(&state, event, now(&*self.clock));
            let changed = match transition.change {
                Change::Keep => None,
                Change::Put(state) => Some(state),
                Change::Remove => Some(State::Absent),
            };
            if let Some(changed) = changed {
                self.save(id, &changed).await?;
                state = changed;
            }
            self.known = Some((id, state));
            Ok(transition.action)
        })
    }

    fn append(&mut self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.seat.check()?;
            audit::append(self.seat.connection_mut(), &id, &draft, now(&*self.clock)).await
        })
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            let Self { mut seat, mut turn, .. } = *self;
            let committed = seat.commit().await;
            match committed {
                Ok(()) => *turn.seat() = Some(seat),
                Err(_) => seat.close().await,
            }
            committed
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            let Self { seat, mut turn, .. } = *self;
            *turn.seat() = seat.roll_back().await;
            Ok(())
        })
    }
}

impl fmt::Debug for SqliteTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteTransaction").finish_non_exhaustive()
    }
}

/// The state that a row of [`SELECT`] holds.
pub(super) fn state(row: Option<&SqliteRow>) -> Result<State, StoreError> {
    let Some(row) = row else { return Ok(State::Absent) };
    let columns = || {
        Ok(Row {
            codec: row.try_get(0)?,
            state: row.try_get(1)?,
            algorithm: row.try_get(2)?,
            fingerprint: row.try_get(3)?,
            token: row.try_get(4)?,
            claimed_at: row.try_get(5)?,
            lease_until: row.try_get(6)?,
            expires_at: row.try_get(7)?,
            status: row.try_get(8)?,
            version: row.try_get(9)?,
            location: row.try_get(10)?,
            headers: row.try_get(11)?,
            body: row.try_get(12)?,
        })
    };
    columns().map_err(|error: sqlx::Error| StoreError::unreadable(error.to_string()))?.decode()
}
