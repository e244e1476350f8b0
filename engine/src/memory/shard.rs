use super::SHARDS;
use super::usage::OVERHEAD;
use crate::{Entry, Found, IdentityHasher, Kind, RecordId, Revision};
use bytes::Bytes;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::BuildHasherDefault;
use std::time::Duration;

/// How many stale checks a shard may hold beyond two per record.
pub(super) const STALE_CHECKS: usize = 64;

/// When the record of an execution in progress is looked at first. By then it is usually a completed one, which ends
/// long before the record of an execution that nobody completed.
const FIRST_CHECK: Duration = Duration::from_mins(1);

/// The records whose ids lead to one lock.
pub(super) struct Shard {
    pub(super) records: HashMap<RecordId, Record, BuildHasherDefault<IdentityHasher>>,
    pub(super) revisions: Revisions,
    /// When to look whether a record can go. One that lives longer by then gets another check. The checks of records that
    /// went before their time stay behind, until they are due or too many.
    checks: BinaryHeap<Reverse<(Duration, RecordId)>>,
}

pub(super) struct Record {
    bytes: Bytes,
    kind: Kind,
    revision: u64,
    written_at: Duration,
    keep_for: Duration,
    /// When the earliest of its checks is due. Every other check is stale.
    pub(super) check: Duration,
}

/// The numbers that a shard gives to writes: one in [`SHARDS`], so that no two writes to the store have the same number
/// and no counter is shared between threads.
pub(super) struct Revisions(u64);

/// The room that expired records took.
#[derive(Clone, Copy, Default)]
pub(super) struct Freed {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

impl Revisions {
    pub(super) fn next(&mut self) -> u64 {
        self.0 += SHARDS as u64;
        self.0
    }
}

impl Record {
    pub(super) fn new(entry: Entry, revision: u64, now: Duration) -> Self {
        let Entry { record: bytes, kind, keep_for } = entry;
        let mut record = Self { bytes, kind, revision, written_at: now, keep_for, check: now };
        record.check = record.next_check(now);
        record
    }

    /// Replaces the record. Returns when to check the new one, if that is earlier than the old one was to be checked.
    pub(super) fn replace_by(&mut self, new: Self) -> Option<Duration> {
        let old = std::mem::replace(self, new);
        if self.check < old.check {
            return Some(self.check);
        }
        self.check = old.check;
        None
    }

    pub(super) fn is_live(&self, now: Duration) -> bool {
        self.age(now) < self.keep_for
    }

    pub(super) fn found(&self, now: Duration) -> Found {
        Found {
            record: self.bytes.clone(),
            kind: self.kind,
            revision: self.revision(),
            age: self.age(now),
            inserted: false,
        }
    }

    pub(super) fn revision(&self) -> Revision {
        self.revision.into()
    }

    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64 + OVERHEAD
    }

    fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.written_at)
    }

    /// An execution in progress is checked at its end, but before that ever less often.
    fn next_check(&self, now: Duration) -> Duration {
        let end = self.written_at.saturating_add(self.keep_for);
        match self.kind {
            Kind::Running => end.min(now.saturating_add(self.age(now).max(FIRST_CHECK))),
            Kind::Held | Kind::Done => end,
        }
    }
}

impl Shard {
    pub(super) fn new(index: usize) -> Self {
        Self {
            records: HashMap::default(),
            revisions: Revisions(index as u64),
            checks: BinaryHeap::default(),
        }
    }

    pub(super) fn schedule(&mut self, check: Duration, id: RecordId) {
        self.checks.push(Reverse((check, id)));
        // Clients that are refused and try again leave a check with every attempt.
        if self.checks.len() > 2 * self.records.len() + STALE_CHECKS {
            self.checks = self.records.iter().map(|(id, record)| Reverse((record.check, *id))).collect();
        }
    }

    /// Does at most so many checks that are due, and removes the records that are expired.
    pub(super) fn remove_expired(&mut self, now: Duration, most: usize) -> Freed {
        let mut freed = Freed::default();
        for _ in 0..most {
            match self.checks.peek() {
                Some(Reverse((due, _))) if *due <= now => {}
                _ => break,
            }
            let Some(Reverse((due, id))) = self.checks.pop() else { break };
            let Some(record) = self.records.get_mut(&id).filter(|record| record.check == due) else {
                continue;
            };
            if record.is_live(now) {
                let check = record.next_check(now);
                record.check = check;
                self.schedule(check, id);
            } else {
                freed.records += 1;
                freed.bytes += record.size();
                self.records.remove(&id);
            }
        }
        freed
    }

    #[cfg(test)]
    pub(super) fn checks(&self) -> usize {
        self.checks.len()
    }
}
