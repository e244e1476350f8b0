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
