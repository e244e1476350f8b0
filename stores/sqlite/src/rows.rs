use super::super::StoreError;
use super::row::{PUT, REMOVE, Row, SELECT, id_column};
use crate::idempotency::record::RecordId;
use crate::idempotency::state::State;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

/// Reads the rows of a batch. Prepared once for all: to look a statement up costs as much as to run it.
pub(super) struct Select<'a>(CachedStatement<'a>);

/// Writes the rows of a batch.
pub(super) struct Write<'a> {
    put: CachedStatement<'a>,
    remove: CachedStatement<'a>,
}

impl<'a> Select<'a> {
    pub(super) fn on(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self(connection.prepare_cached(SELECT)?))
    }

    pub(super) fn load(&mut self, id: &RecordId) -> Result<State, StoreError> {
        let row = self.0.query_row([id_column(id)], |row| {
            Ok(Row {
                codec: row.get(0)?,
                state: row.get(1)?,
                algorithm: row.get(2)?,
                fingerprint: row.get(3)?,
                token: row.get(4)?,
                claimed_at: row.get(5)?,
                lease_until: row.get(6)?,
                expires_at: row.get(7)?,
                status: row.get(8)?,
                version: row.get(9)?,
                location: row.get(10)?,
                headers: row.get(11)?,
                body: row.get(12)?,
            })
        });
        match row.optional().map_err(StoreError::unavailable)? {
            Some(row) => row.decode(),
            None => Ok(State::Absent),
        }
    }
}

impl<'a> Write<'a> {
    pub(super) fn on(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self { put: connection.prepare_cached(PUT)?, remove: connection.prepare_cached(REMOVE)? })
    }

    pub(super) fn put(&mut self, id: &RecordId, state: &State) -> rusqlite::Result<()> {
        let Some(row) = Row::encode(state) else { return self.remove(id) };
        self.put.execute(params![
            id_column(id),
            row.codec,
            row.state,
            row.algorithm,
            row.fingerprint,
            row.token,
            row.claimed_at,
            row.lease_until,
            row.expires_at,
            row.status,
            row.version,
            row.location,
            row.headers,
            row.body,
        ])?;
        Ok(())
    }

    pub(super) fn remove(&mut self, id: &RecordId) -> rusqlite::Result<()> {
        self.remove.execute([id_column(id)]).map(drop)
    }
}
