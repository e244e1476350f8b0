use std::sync::atomic::{AtomicU64, Ordering};

/// What a [`SqliteStore`](crate::SqliteStore) has written by itself since it was opened, for metrics. What handlers
/// commit through a [`Tx`](crate::Tx) is not in here.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let store = steadfast::SqliteStore::in_memory().await?;
/// assert_eq!(store.counts().commits, 0);
/// # Ok::<(), steadfast::idempotency::StoreError>(()) }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SqliteCounts {
    /// Claims, completions and whatever else may have to be written.
    pub events: u64,
    /// The commits that these were in.
    pub commits: u64,
    /// Records that were removed because their time was up.
    pub removed: u64,
}

/// [`SqliteCounts`] while they grow.
#[derive(Default)]
pub(super) struct Counters {
    events: AtomicU64,
    commits: AtomicU64,
    removed: AtomicU64,
}

impl Counters {
    pub(super) fn committed(&self, events: usize) {
        self.events.fetch_add(events as u64, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn removed(&self, rows: usize) {
        self.removed.fetch_add(rows as u64, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> SqliteCounts {
        SqliteCounts {
            events: self.events.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            removed: self.removed.load(Ordering::Relaxed),
        }
    }
}
