use std::sync::atomic::{AtomicU64, Ordering};

/// The number of writes that a [`SqliteStore`](crate::SqliteStore) has made since it was opened, for metrics. What is
/// committed in a transaction with a handler's writes is not counted.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use steadfast_sqlite::SqliteStore;
///
/// let store = SqliteStore::in_memory().await?;
/// assert_eq!(store.counts().commits, 0);
/// # Ok::<(), steadfast_engine::StoreError>(()) }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SqliteCounts {
    /// Writes of records and of entries of the audit log, including those that found another revision.
    pub writes: u64,
    /// The commits that these writes were in.
    pub commits: u64,
    /// Records that were removed because they had expired.
    pub removed: u64,
}

/// The counters behind [`SqliteCounts`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    writes: AtomicU64,
    commits: AtomicU64,
    removed: AtomicU64,
}

impl Counters {
    pub(crate) fn add_commit(&self, writes: usize) {
        self.writes.fetch_add(writes as u64, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add_removed(&self, records: usize) {
        self.removed.fetch_add(records as u64, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> SqliteCounts {
        SqliteCounts {
            writes: self.writes.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            removed: self.removed.load(Ordering::Relaxed),
        }
    }
}
