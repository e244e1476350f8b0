use super::usage::{OVERHEAD, Usage};
use crate::sync::{AtomicU64, Mutex, MutexGuard};
use crate::{AuditDraft, AuditFilter, AuditRow, RecordId};
use std::collections::VecDeque;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

/// How many old entries are removed for each that is appended: more than one, so that they go faster than they come.
const REMOVED_PER_ENTRY: usize = 2;

/// The audit log of a [`MemoryStore`](super::MemoryStore). Its lock is taken last, while that of a record is held.
#[derive(Default)]
pub(super) struct Log {
    entries: Mutex<Entries>,
    /// The number of entries, for whoever begins an operation and need not wait for the lock.
    len: AtomicU64,
}

#[derive(Default)]
struct Entries {
    /// In the order of their numbers.
    rows: VecDeque<AuditRow>,
    last: u64,
}

/// Returns what an entry counts as.
pub(super) fn size(draft: &AuditDraft) -> u64 {
    (draft.details.len() + draft.operation.len()) as u64 + OVERHEAD
}

impl Log {
    /// Appends entries, even if the log is full, because what they report has happened. For each of them removes some
    /// that were appended at `old` or before.
    pub(super) fn append(
        &self,
        record: RecordId,
        drafts: Vec<AuditDraft>,
        at: u64,
        old: Option<u64>,
        usage: &Usage,
    ) {
        if drafts.is_empty() {
            return;
        }
        let mut entries = self.entries();
        self.remove(&mut entries, old, REMOVED_PER_ENTRY * drafts.len(), usage);
        for draft in drafts {
            usage.add(0, size(&draft));
            self.len.fetch_add(1, Relaxed);
            entries.last += 1;
            let sequence = entries.last;
            entries.rows.push_back(AuditRow { sequence, at, record, draft });
        }
    }

    /// Returns `true` if there are `capacity` entries that were appended after `old`.
    pub(super) fn is_full(&self, capacity: u64, old: Option<u64>, usage: &Usage) -> bool {
        if self.len.load(Relaxed) < capacity {
            return false;
        }
        self.remove_old(old, usage);
        self.len.load(Relaxed) >= capacity
    }

    /// Removes all entries that were appended at `old` or before.
    pub(super) fn remove_old(&self, old: Option<u64>, usage: &Usage) {
        self.remove(&mut self.entries(), old, usize::MAX, usage);
    }

    pub(super) fn read(&self, filter: &AuditFilter, limit: usize) -> Vec<AuditRow> {
        let entries = self.entries();
        let begin = entries.rows.partition_point(|row| row.sequence <= filter.after);
        entries.rows.range(begin..).filter(|row| filter.selects(row)).take(limit).cloned().collect()
    }

    fn remove(&self, entries: &mut Entries, old: Option<u64>, most: usize, usage: &Usage) {
        let Some(old) = old else { return };
        for _ in 0..most {
            let Some(row) = entries.rows.pop_front_if(|row| row.at <= old) else { return };
            self.len.fetch_sub(1, Relaxed);
            usage.release(0, size(&row.draft));
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Appending cannot panic half-way.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
