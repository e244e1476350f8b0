mod log;
mod shard;
mod usage;

use crate::sync::{Mutex, MutexGuard};
use crate::{
    AuditDraft, AuditFilter, AuditLog, AuditRow, BoxFuture, Entry, Found, RecordId, Revision, Store,
    StoreError, Swap,
};
use log::Log;
use shard::{Record, Shard};
use std::collections::hash_map::Entry as Slot;
use std::fmt;
use std::future;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use steadfast_core::{Clock, SystemClock};
use usage::{Limits, Usage};

/// Enough that a dozen cores seldom meet in one.
const SHARDS: usize = 64;

/// How many records a write may look at for being expired. Each is looked at twice, so more than two, or expired records
/// would come faster than they go.
const CHECKS_PER_WRITE: usize = 4;

/// Records in the memory of this process: for tests, and for services of one process whose operations may run again
/// after a restart.
///
/// The store holds a bounded number of records and of bytes. When it is full, it refuses new operations, which clients
/// receive as 503 `overloaded`, and never removes a record before its time: a cache that evicts charges a customer twice.
/// An execution that is in progress can always be completed, even if its record grows beyond the bound.
///
/// Clones share their records. A clone has settings of its own, so configure the store before you clone it.
///
/// ```
/// use steadfast_engine::MemoryStore;
///
/// let store = MemoryStore::new().capacity(100_000).capacity_bytes(256 << 20);
/// assert!(store.is_empty());
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    shared: Arc<Shared>,
    limits: Limits,
    keep_audit_for: Option<Duration>,
    clock: Arc<dyn Clock>,
}

struct Shared {
    shards: [Mutex<Shard>; SHARDS],
    usage: Usage,
    log: Log,
}

impl MemoryStore {
    /// Creates an empty store on the system's clock, for a million records and 1 GiB.
    pub fn new() -> Self {
        let shared = Shared {
            shards: std::array::from_fn(|index| Mutex::new(Shard::new(index))),
            usage: Usage::default(),
            log: Log::default(),
        };
        Self {
            shared: Arc::new(shared),
            limits: Limits { records: 1_000_000, bytes: 1 << 30 },
            keep_audit_for: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Begins no operation beyond this many records, nor beyond this many entries of the audit log. Defaults to
    /// 1,000,000.
    #[must_use]
    pub fn capacity(mut self, records: usize) -> Self {
        self.limits.records = records.try_into().unwrap_or(u64::MAX);
        self
    }

    /// Begins no operation beyond this many bytes. Defaults to 1 GiB.
    ///
    /// A record counts as its own bytes and 256 for the space around it; so does an entry of the audit log. A completed
    /// execution with a response of 500 bytes comes to about one kilobyte. The records of executions in progress grow
    /// when they are completed, which is never refused: leave room for as many responses as there are executions at once.
    #[must_use]
    pub fn capacity_bytes(mut self, bytes: u64) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// Measures the age of records by `clock`. Defaults to the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Removes the entries of the audit log when they are this old. Otherwise they stay as long as the store does, and
    /// when there are as many as its [capacity](Self::capacity), no new operation is begun.
    #[must_use]
    pub fn keep_audit_for(mut self, time: Duration) -> Self {
        self.keep_audit_for = Some(time);
        self
    }

    /// Returns the number of records, including expired ones that are not yet removed.
    pub fn len(&self) -> usize {
        self.shared.usage.records().try_into().unwrap_or(usize::MAX)
    }

    /// Returns `true` if the store holds no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn find_or_insert_now(
        &self,
        id: RecordId,
        claim: &mut (dyn FnMut() -> Result<Entry, StoreError> + Send + '_),
    ) -> Result<Found, StoreError> {
        let Shared { usage, log, .. } = &*self.shared;
        let now = self.clock.now();
        let mut guard = self.shard(id);
        let shard = &mut *guard;
        let vacant = match shard.records.entry(id) {
            Slot::Occupied(slot) if slot.get().is_live(now) => return Ok(slot.get().found(now)),
            Slot::Occupied(slot) => {
                usage.release(1, slot.remove().size());
                None
            }
            Slot::Vacant(slot) => Some(slot),
        };
        if log.is_full(self.limits.records, self.old(now), usage) {
            return Err(StoreError::Full);
        }
        let record = Record::new(claim()?, shard.revisions.next(), now);
        let (size, check) = (record.size(), record.check);
        let found = Found { inserted: true, ..record.found(now) };
        if let Some(slot) = vacant.filter(|_| usage.reserve(size, self.limits)) {
            slot.insert(record);
        } else if self.make_room(shard, id, size, now) {
            shard.records.insert(id, record);
        } else {
            return Err(StoreError::Full);
        }
        shard.schedule(check, id);
        usage.free(shard.remove_expired(now, CHECKS_PER_WRITE));
        Ok(found)
    }

    fn swap_now(
        &self,
        id: RecordId,
        expected: Option<&Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> Swap {
        let Shared { usage, log, .. } = &*self.shared;
        let now = self.clock.now();
        let mut guard = self.shard(id);
        let shard = &mut *guard;
        let slot = shard.records.entry(id);
        let current = match &slot {
            Slot::Occupied(slot) if slot.get().is_live(now) => Some(slot.get().revision()),
            _ => None,
        };
        if current.as_ref() != expected {
            return Swap::Conflict;
        }
        let new = new.map(|entry| Record::new(entry, shard.revisions.next(), now));
        let revision = new.as_ref().map(Record::revision);
        let check = match (slot, new) {
            (Slot::Occupied(mut slot), Some(record)) => {
                usage.resize(slot.get().size(), record.size());
                slot.get_mut().replace_by(record)
            }
            (Slot::Vacant(slot), Some(record)) => {
                usage.add(1, record.size());
                Some(slot.insert(record).check)
            }
            (Slot::Occupied(slot), None) => {
                usage.release(1, slot.remove().size());
                None
            }
            (Slot::Vacant(_), None) => None,
        };
        if let Some(check) = check {
            shard.schedule(check, id);
            usage.free(shard.remove_expired(now, CHECKS_PER_WRITE));
        }
        // While the record is locked, so that nobody sees one without the other.
        log.append(id, audit, milliseconds(now), self.old(now), usage);
        Swap::Done(revision)
    }

    fn load_now(&self, id: RecordId) -> Option<Found> {
        let now = self.clock.now();
        let shard = self.shard(id);
        shard.records.get(&id).filter(|record| record.is_live(now)).map(|record| record.found(now))
    }

    fn append_now(&self, id: RecordId, entry: AuditDraft) -> Result<(), StoreError> {
        let Shared { usage, log, .. } = &*self.shared;
        let now = self.clock.now();
        if log.is_full(self.limits.records, self.old(now), usage)
            || !usage.has_room(log::size(&entry), self.limits)
        {
            return Err(StoreError::Full);
        }
        log.append(id, vec![entry], milliseconds(now), self.old(now), usage);
        Ok(())
    }

    /// Reserves the room for one more record, if removing expired records and audit entries makes enough.
    fn make_room(&self, shard: &mut Shard, id: RecordId, size: u64, now: Duration) -> bool {
        let Shared { shards, usage, log } = &*self.shared;
        usage.free(shard.remove_expired(now, usize::MAX));
        for (index, other) in shards.iter().enumerate() {
            // Never waits for a second shard: two threads that do so would wait for each other.
            if index != shard_of(id)
                && let Ok(mut other) = other.try_lock()
            {
                usage.free(other.remove_expired(now, usize::MAX));
            }
        }
        log.remove_old(self.old(now), usage);
        usage.reserve(size, self.limits)
    }

    /// Returns the time up to which the entries of the audit log are old enough to go.
    fn old(&self, now: Duration) -> Option<u64> {
        now.checked_sub(self.keep_audit_for?).map(milliseconds)
    }

    fn shard(&self, id: RecordId) -> MutexGuard<'_, Shard> {
        // Nothing panics half-way through a change: a claim is made before the first one.
        self.shared.shards[shard_of(id)].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

fn shard_of(id: RecordId) -> usize {
    usize::from(id.0[31]) % SHARDS
}

// The futures are ready: what they return is smaller than what they would otherwise capture.
impl Store for MemoryStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(future::ready(self.find_or_insert_now(id, claim)))
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        Box::pin(future::ready(Ok(self.swap_now(id, expected.as_ref(), new, audit))))
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(future::ready(Ok(self.load_now(id))))
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        Some(self)
    }
}

impl AuditLog for MemoryStore {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(future::ready(self.append_now(id, entry)))
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        Box::pin(future::ready(Ok(self.shared.log.read(&filter, limit))))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("records", &self.len())
            .field("bytes", &self.shared.usage.bytes())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod tests;
