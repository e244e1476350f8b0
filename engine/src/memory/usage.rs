use super::shard::Freed;
use crate::sync::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// What a record or an audit entry counts as beside its own bytes: its fields, and its share of the tables that grow by
/// doubling.
pub(super) const OVERHEAD: u64 = 256;

/// The bounds beyond which no operation is begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

/// The room that records and audit entries take. Not more than a count, so the order of memory does not matter.
#[derive(Debug, Default)]
pub(super) struct Usage {
    records: AtomicU64,
    bytes: AtomicU64,
}

impl Usage {
    pub(super) fn records(&self) -> u64 {
        self.records.load(Relaxed)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// Counts one more record of `size` bytes, if both limits allow it.
    pub(super) fn reserve(&self, size: u64, limits: Limits) -> bool {
        let record = |records| (records < limits.records).then_some(records + 1);
        if self.records.fetch_update(Relaxed, Relaxed, record).is_err() {
            return false;
        }
        let enlarged = |bytes: u64| bytes.checked_add(size).filter(|bytes| *bytes <= limits.bytes);
        let fits = self.bytes.fetch_update(Relaxed, Relaxed, enlarged).is_ok();
        if !fits {
            self.records.fetch_sub(1, Relaxed);
        }
        fits
    }

    /// Returns `true` if `size` more bytes fit.
    pub(super) fn has_room(&self, size: u64, limits: Limits) -> bool {
        self.bytes().saturating_add(size) <= limits.bytes
    }

    /// Counts what has to be stored, limits or not.
    pub(super) fn add(&self, records: u64, bytes: u64) {
        self.records.fetch_add(records, Relaxed);
        self.bytes.fetch_add(bytes, Relaxed);
    }

    pub(super) fn release(&self, records: u64, bytes: u64) {
        self.records.fetch_sub(records, Relaxed);
        self.bytes.fetch_sub(bytes, Relaxed);
    }

    pub(super) fn resize(&self, from: u64, to: u64) {
        match to.checked_sub(from) {
            Some(more) => self.bytes.fetch_add(more, Relaxed),
            None => self.bytes.fetch_sub(from - to, Relaxed),
        };
    }

    pub(super) fn free(&self, freed: Freed) {
        if freed.records > 0 {
            self.release(freed.records, freed.bytes);
        }
    }
}
