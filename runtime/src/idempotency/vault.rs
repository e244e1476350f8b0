//! The store of an API, with what turns states into the bytes of its records.

use super::audit::readable;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Clock;
use steadfast_engine::{
    AuditDraft, AuditFilter, AuditRow, Codec, Entry, Found, Keep, RecordId, Revision, State, Store,
    StoreError,
};

/// A store, the codec of its records, and the clock of what they display.
#[derive(Clone)]
pub(super) struct Vault {
    pub(super) store: Arc<dyn Store>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
}

/// A record as it was found, decoded.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) state: State,
    pub(super) age: Duration,
    pub(super) revision: Option<Revision>,
}

impl Record {
    /// No record.
    pub(super) const ABSENT: Self = Self { state: State::Absent, age: Duration::ZERO, revision: None };
}

impl Vault {
    /// Returns the current time in milliseconds since the Unix epoch, for what records display. It decides nothing.
    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.clock.now().as_millis()).unwrap_or(u64::MAX)
    }

    /// Returns when something that is stored from now on stops being replayed. For display.
    pub(super) fn expires_at(&self, keep: Keep) -> u64 {
        self.now().saturating_add(u64::try_from(keep.ttl.as_millis()).unwrap_or(u64::MAX))
    }

    /// Returns the record under `id`.
    pub(super) async fn load(&self, id: RecordId) -> Result<Record, StoreError> {
        self.decode(id, self.store.load(id).await?)
    }

    /// Decodes what a store or a transaction has found.
    pub(super) fn decode(&self, id: RecordId, found: Option<Found>) -> Result<Record, StoreError> {
        let Some(Found { record, age, revision, .. }) = found else { return Ok(Record::ABSENT) };
        Ok(Record { state: self.codec.decode(id, &record)?, age, revision: Some(revision) })
    }

    /// Encodes a state; `None` for the absent one.
    pub(super) fn encode(&self, id: RecordId, state: &State) -> Result<Option<Entry>, StoreError> {
        self.codec.encode(id, state)
    }

    /// Encrypts entries of the audit log, where records are encrypted.
    pub(super) fn seal(
        &self,
        id: RecordId,
        audit: impl IntoIterator<Item = AuditDraft>,
    ) -> Result<Vec<AuditDraft>, StoreError> {
        audit.into_iter().map(|entry| self.codec.seal_entry(id, entry)).collect()
    }

    /// Appends an entry to the audit log, about a record that does not change.
    pub(super) async fn append(&self, id: RecordId, entry: AuditDraft) -> Result<(), StoreError> {
        let entry = self.codec.seal_entry(id, entry)?;
        let log = self.store.audit_log().ok_or_else(StoreError::without_audit_log)?;
        log.append(id, entry).await
    }

    /// Reads entries of the audit log.
    pub(super) async fn read(&self, filter: AuditFilter, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        let log = self.store.audit_log().ok_or_else(StoreError::without_audit_log)?;
        readable(log.read(filter, limit).await?.into_iter().map(|row| self.codec.open_entry(row)))
    }
}
