use super::database::{Isolation, Turn};
use super::fault::Fault;
use crate::{
    AuditDraft, AuditLog, AuditRow, BoxFuture, Entry, Found, Kind, RecordId, Revision, Store, StoreError,
    Swap, Transactions,
};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use steadfast_core::{Clock, FixedClock};
use tokio::sync::OwnedRwLockReadGuard;

/// What a call has read of a record.
enum Read<T> {
    /// It reads under the lock under which it writes.
    Now,
    /// It has read before, under a lock of its own.
    Before(Option<T>),
}

impl<T> Read<T> {
    fn before(in_steps: bool, read: impl FnOnce() -> Option<T>) -> Self {
        if in_steps { Self::Before(read()) } else { Self::Now }
    }

    fn or_else(self, read: impl FnOnce() -> Option<T>) -> Option<T> {
        match self {
            Self::Now => read(),
            Self::Before(read) => read,
        }
    }
}

/// A store that is right, or wrong in one way.
pub(super) struct TestStore {
    pub(super) records: Records,
    /// Without one the store has neither transactions nor an audit log.
    pub(super) isolation: Option<Isolation>,
    pub(super) turn: Turn,
}

/// The records and the log, which a transaction shares with its store.
#[derive(Clone)]
pub(super) struct Records {
    pub(super) fault: Option<Fault>,
    pub(super) clock: FixedClock,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) rows: HashMap<RecordId, Row>,
    pub(super) log: Vec<AuditRow>,
    revisions: u64,
}

#[derive(Clone)]
pub(super) struct Row {
    entry: Entry,
    pub(super) revision: u64,
    pub(super) written_at: Duration,
    inserted_at: Duration,
}

impl Records {
    pub(super) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn id(&self, mut id: RecordId) -> RecordId {
        if self.is(Fault::ShortIds) {
            id.0[17] = 0;
        }
        id
    }

    fn age(&self, row: &Row) -> Duration {
        let now = self.clock.now();
        match self.fault {
            Some(Fault::NoAge) => Duration::ZERO,
            Some(Fault::AgeFromInsert) => now.saturating_sub(row.inserted_at),
            Some(Fault::FutureIsOld) => now.abs_diff(row.written_at),
            _ => now.saturating_sub(row.written_at),
        }
    }

    fn is_live(&self, row: &Row) -> bool {
        let (now, keep_for) = (self.clock.now(), row.entry.keep_for);
        let age = now.saturating_sub(row.written_at);
        match self.fault {
            Some(Fault::KeepsFromInsert) => now.saturating_sub(row.inserted_at) < keep_for,
            Some(Fault::ExpiresEarly) => age + Duration::from_millis(1) < keep_for,
            Some(Fault::ExpiresLate) => age <= keep_for,
            Some(Fault::ShortTimes) => age < keep_for.min(Duration::from_millis(u32::MAX.into())),
            Some(Fault::ZeroIsForEver) => keep_for.is_zero() || age < keep_for,
            Some(Fault::FutureIsGone) => now >= row.written_at && age < keep_for,
            _ => age < keep_for,
        }
    }

    pub(super) fn live<'a>(&self, state: &'a State, id: RecordId) -> Option<&'a Row> {
        state.rows.get(&id).filter(|row| self.is_live(row))
    }

    pub(super) fn found(&self, row: &Row) -> Found {
        Found {
            record: row.entry.record.clone(),
            kind: row.entry.kind,
            revision: row.revision.into(),
            age: self.age(row),
            inserted: self.is(Fault::AlwaysInserted),
        }
    }

    /// Writes a row, whatever there was. Returns its revision.
    pub(super) fn write(&self, state: &mut State, id: RecordId, mut entry: Entry, swaps: bool) -> u64 {
        let now = self.clock.now();
        let old = state.rows.get(&id).cloned();
        let replaced = old.as_ref().filter(|row| self.is_live(row));
        match (self.fault, &old) {
            (Some(Fault::TextOnly), _) => {
                entry.record = String::from_utf8_lossy(&entry.record).into_owned().into();
            }
            (Some(Fault::SmallOnly), _) => entry.record.truncate(1 << 16),
            (Some(Fault::KeepsTail), Some(old)) if old.entry.record.len() > entry.record.len() => {
                let tail = &old.entry.record[entry.record.len()..];
                entry.record = [&entry.record[..], tail].concat().into();
            }
            (Some(Fault::OneKind), _) => entry.kind = Kind::Running,
            (Some(Fault::FirstKind), Some(old)) => entry.kind = old.entry.kind,
            (Some(Fault::LongestKeepFor), Some(old)) => {
                entry.keep_for = entry.keep_for.max(old.entry.keep_for);
            }
            _ => {}
        }
        state.revisions += 1;
        let revision = match self.fault {
            Some(Fault::RevisionPerRecord) => replaced.map_or(1, |row| row.revision + 1),
            Some(Fault::RevisionOfBytes) => hash(&entry),
            Some(Fault::RevisionOfSwappedBytes) if replaced.is_some() => hash(&entry),
            Some(Fault::SmallRevision) => state.revisions % 16,
            Some(Fault::SwapInsertsAtOne) if swaps && replaced.is_none() => 1,
            Some(Fault::ExpiryStartsAtOne) if old.is_some() && replaced.is_none() => 1,
            _ => state.revisions + 1,
        };
        let inserted_at = replaced.map_or(now, |row| row.inserted_at);
        state.rows.insert(id, Row { entry, revision, written_at: now, inserted_at });
        revision
    }

    pub(super) fn remove(&self, state: &mut State, id: RecordId) {
        if self.is(Fault::AuditGoesWithRecord) && state.rows.contains_key(&id) {
            state.log.retain(|row| row.record != id);
        }
        if self.is(Fault::RemovalRemovesAll) {
            state.rows.clear();
        }
        state.rows.remove(&id);
    }

    fn find_or_insert(
        &self,
        id: RecordId,
        claim: &mut (dyn FnMut() -> Result<Entry, StoreError> + Send + '_),
        read: Read<Found>,
    ) -> Result<Found, StoreError> {
        let mut state = self.state();
        let found = read.or_else(|| self.live(&state, id).map(|row| self.found(row)));
        if let Some(found) = found {
            return Ok(found);
        }
        if self.is(Fault::ExpiredBlocksInsert)
            && let Some(row) = state.rows.get(&id)
        {
            return Ok(self.found(row));
        }
        if self.is(Fault::ClaimTwice) {
            claim()?;
        }
        let entry = match claim() {
            Err(_) if self.is(Fault::FailedClaimIsEmpty) => {
                Entry { record: "".into(), kind: Kind::Running, keep_for: Duration::MAX }
            }
            entry => entry?,
        };
        self.write(&mut state, id, entry, false);
        let found = Found { inserted: true, ..self.found(&state.rows[&id]) };
        if self.is(Fault::InsertIsLost) {
            state.rows.remove(&id);
        }
        Ok(found)
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<&Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
        read: Read<Revision>,
    ) -> Swap {
        let mut state = self.state();
        let state = &mut *state;
        let current = read.or_else(|| self.revision(state, id));
        let conflicts = match self.fault {
            Some(Fault::LastWriteWins) => false,
            Some(Fault::LastRemovalWins) => new.is_some() && current.as_ref() != expected,
            Some(Fault::NoneExpectsAnything) => expected.is_some() && current.as_ref() != expected,
            Some(Fault::AbsentMeetsAnything) => current.is_some() && current.as_ref() != expected,
            Some(Fault::SwapNeedsEntry) => current.is_none() || current.as_ref() != expected,
            _ => current.as_ref() != expected,
        };
        if conflicts {
            if self.is(Fault::ConflictAppends) {
                self.append(state, id, audit);
            }
            if self.is(Fault::ConflictWrites)
                && let Some(entry) = new
            {
                self.write(state, id, entry, true);
            }
            return Swap::Conflict;
        }
        let appends = !self.is(Fault::AuditNeedsEntry) || new.is_some();
        let revision = match new {
            Some(_) if self.is(Fault::SwapIsLost) => current,
            Some(entry) => {
                let revision = self.write(state, id, entry, true).into();
                Some(if self.is(Fault::SwapReturnsOldRevision) {
                    current.unwrap_or(revision)
                } else {
                    revision
                })
            }
            None if self.is(Fault::RemovalLeavesEmpty) && current.is_some() => {
                let empty = Entry { record: "".into(), kind: Kind::Running, keep_for: Duration::MAX };
                self.write(state, id, empty, true);
                None
            }
            None => {
                self.remove(state, id);
                None
            }
        };
        let elsewhere = [Fault::AuditInSteps, Fault::AppendsAfterSwap, Fault::AppendsBeforeSwap];
        if appends && !elsewhere.into_iter().any(|fault| self.is(fault)) {
            self.append(state, id, audit);
        }
        Swap::Done(revision)
    }

    pub(super) fn revision(&self, state: &State, id: RecordId) -> Option<Revision> {
        let row = match self.fault {
            Some(Fault::SwapSeesExpired) => state.rows.get(&id),
            _ => self.live(state, id),
        };
        row.map(|row| row.revision.into())
    }
}

fn hash(entry: &Entry) -> u64 {
    let mut hasher = DefaultHasher::new();
    entry.record.hash(&mut hasher);
    hasher.finish()
}

impl TestStore {
    pub(super) fn new(fault: Option<Fault>, isolation: Option<Isolation>, clock: FixedClock) -> Self {
        let records = Records { fault, clock, state: Arc::default() };
        Self { records, isolation, turn: Turn::default() }
    }

    /// Waits until no transaction is open, if those wait that write beside one.
    async fn writer(&self, unless: Fault) -> Result<Option<OwnedRwLockReadGuard<()>>, StoreError> {
        match self.isolation {
            Some(isolation) if !self.records.is(unless) => self.turn.write(isolation).await,
            _ => Ok(None),
        }
    }
}

impl Store for TestStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        let (records, id) = (&self.records, self.records.id(id));
        Box::pin(async move {
            let _turn = self.writer(Fault::ClaimsDoNotWait).await?;
            let in_steps = match records.fault {
                Some(Fault::ClaimsInSteps | Fault::ClaimsInTwoLocks) => true,
                Some(Fault::ClaimsOfExpiredInSteps) => records.state().rows.contains_key(&id),
                _ => false,
            };
            let read =
                Read::before(in_steps, || records.live(&records.state(), id).map(|row| records.found(row)));
            if in_steps && !records.is(Fault::ClaimsInTwoLocks) {
                tokio::task::yield_now().await;
            }
            records.find_or_insert(id, claim, read)
        })
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        let (records, id) = (&self.records, self.records.id(id));
        Box::pin(async move {
            let _turn = self.writer(Fault::SwapsDoNotWait).await?;
            let in_steps = match records.fault {
                Some(Fault::SwapsInSteps) => expected.is_some() && new.is_some(),
                Some(Fault::SwapsFromNothingInSteps) => expected.is_none(),
                Some(Fault::RemovalsInSteps) => new.is_none(),
                _ => false,
            };
            let read = Read::before(in_steps, || records.revision(&records.state(), id));
            if in_steps {
                tokio::task::yield_now().await;
            }
            if records.is(Fault::AuditInSteps) && records.revision(&records.state(), id) == expected {
                tokio::task::yield_now().await;
                records.append(&mut records.state(), id, audit.clone());
            }
            let is_current = records.revision(&records.state(), id) == expected;
            if is_current && records.is(Fault::AppendsBeforeSwap) {
                records.append(&mut records.state(), id, audit.clone());
                tokio::task::yield_now().await;
            }
            let swap = records.swap(id, expected.as_ref(), new, audit.clone(), read);
            if is_current && records.is(Fault::AppendsAfterSwap) {
                tokio::task::yield_now().await;
                records.append(&mut records.state(), id, audit);
            }
            Ok(swap)
        })
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        let (records, id) = (&self.records, self.records.id(id));
        let mut state = records.state();
        let found = records.live(&state, id).map(|row| records.found(row));
        match (records.fault, &found) {
            (Some(Fault::LoadInserts), None) => {
                let empty = Entry { record: "".into(), kind: Kind::Running, keep_for: Duration::MAX };
                records.write(&mut state, id, empty, false);
            }
            (Some(Fault::ReadRenews), Some(found)) => {
                if let Some(row) = state.rows.get_mut(&id) {
                    // The age stays what it is, and the end moves.
                    row.renew(found.age);
                }
            }
            _ => {}
        }
        Box::pin(async { Ok(found) })
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        self.isolation.is_some().then_some(self)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        self.isolation.is_some().then_some(self)
    }
}

impl Row {
    /// Moves the end of the entry, as if it had been written `age` later.
    fn renew(&mut self, age: Duration) {
        self.entry.keep_for += age;
    }
}
