use crate::idempotency::audit::{AuditDraft, AuditFilter, AuditRow};
use crate::idempotency::record::RecordId;
use crate::sync::{Mutex, MutexGuard};
use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Duration;

/// How many entries may go for each that comes: more than one, so that they go faster than they come.
const FORGOTTEN_PER_ENTRY: usize = 2;

/// The audit trail of a [`MemoryStore`](super::MemoryStore). Its lock is taken last, while that of a record is held.
#[derive(Default)]
pub(super) struct Trail {
    entries: Mutex<Entries>,
    keep_for: Option<Duration>,
}

#[derive(Default)]
struct Entries {
    /// In the order of their numbers.
    rows: VecDeque<AuditRow>,
    last: u64,
}

impl Trail {
    pub(super) fn keep_for(&mut self, time: Duration) {
        self.keep_for = Some(time);
    }

    pub(super) fn append(&self, record: RecordId, draft: AuditDraft, now: u64) {
        let mut entries = self.entries();
        self.forget(&mut entries, now, FORGOTTEN_PER_ENTRY);
        entries.last += 1;
        let sequence = entries.last;
        entries.rows.push_back(AuditRow { sequence, at: now, record, draft });
    }

    /// Whether there is no room, after what is too old has gone.
    pub(super) fn is_full(&self, capacity: usize, now: u64) -> bool {
        let mut entries = self.entries();
        if entries.rows.len() >= capacity {
            self.forget(&mut entries, now, usize::MAX);
        }
        entries.rows.len() >= capacity
    }

    pub(super) fn read(&self, filter: &AuditFilter, limit: usize) -> Vec<AuditRow> {
        let entries = self.entries();
        let begin = entries.rows.partition_point(|row| row.sequence <= filter.after);
        entries.rows.range(begin..).filter(|row| filter.selects(row)).take(limit).cloned().collect()
    }

    /// Forgets the oldest entries, at most so many, if their time is up.
    fn forget(&self, entries: &mut Entries, now: u64, most: usize) {
        let Some(keep_for) = self.keep_for else { return };
        let keep_for = u64::try_from(keep_for.as_millis()).unwrap_or(u64::MAX);
        for _ in 0..most {
            if entries.rows.front().is_none_or(|row| row.at.saturating_add(keep_for) > now) {
                return;
            }
            entries.rows.pop_front();
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Appending cannot panic half-way.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
