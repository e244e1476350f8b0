use crate::database::{Database, Location};
use crate::sweeper::Pace;
use crate::{SqliteStore, reserve};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::{Clock, SystemClock};
use steadfast_engine::StoreError;

/// The time that one writer waits for another before it gives up, by default.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest time that SQLite can wait.
const MAX_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// The options of a [`SqliteStore`], to open one with; made by [`SqliteStore::options`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let directory = tempfile::TempDir::new().unwrap();
/// # let path = directory.path().join("payments.db");
/// use std::time::Duration;
/// use steadfast_sqlite::{SqliteStore, Synchronous};
///
/// let store = SqliteStore::options()
///     .synchronous(Synchronous::Normal)
///     .busy_timeout(Duration::from_secs(2))
///     .open(path)
///     .await?;
/// # Ok::<(), steadfast_engine::StoreError>(()) }).unwrap();
/// ```
#[derive(Clone)]
#[must_use]
pub struct SqliteOptions {
    pub(crate) synchronous: Synchronous,
    pub(crate) busy_timeout: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keep_audit_for: Option<Duration>,
    pub(crate) reserve: u64,
    pub(crate) pace: Pace,
    /// The number of pages beyond which the writes of the store find the disk full.
    #[cfg(test)]
    pub(crate) max_pages: Option<u32>,
}

/// Which commits wait for the disk. In every mode a process that is killed loses nothing, and the database stays
/// consistent; the modes differ in what a power failure or a crash of the operating system takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Synchronous {
    /// Every commit waits: a write that has returned is on the disk, and survives a power failure.
    #[default]
    Full = 2,
    /// No commit waits before the next checkpoint, which is several times as fast: a power failure may take away the last
    /// commits, whole and in order, though they have returned.
    ///
    /// A handler without a transaction may then run twice: its effect is elsewhere and stays, its claim and its record are
    /// lost, and a retry begins anew. In a transaction the handler's writes are lost together with their record: a
    /// client may have received the response to a payment that is no longer there, but a retry makes it once.
    Normal = 1,
}

impl SqliteOptions {
    pub(crate) fn new() -> Self {
        Self {
            synchronous: Synchronous::default(),
            busy_timeout: BUSY_TIMEOUT,
            clock: Arc::new(SystemClock),
            keep_audit_for: None,
            reserve: reserve::SIZE,
            pace: Pace::default(),
            #[cfg(test)]
            max_pages: None,
        }
    }

    /// Sets which commits wait for the disk, those of handlers included. Defaults to [`Synchronous::Full`].
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// Sets how long one writer waits for another before the store is unavailable to it. Defaults to five seconds.
    ///
    /// The time is that of each of two waits: for the writers of this process, and then for those of other processes. A
    /// transaction is such a writer from its beginning to its end.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout.min(MAX_TIMEOUT);
        self
    }

    /// Sets the clock by which records age and expire. Defaults to that of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Removes entries of the audit log when they are this old, in the background, a few hundred in a commit. Defaults to
    /// never.
    ///
    /// Of several processes that have the database open, the one with the shortest time decides.
    pub fn keep_audit_for(mut self, time: Duration) -> Self {
        self.keep_audit_for = Some(time);
        self
    }

    /// Sets how many bytes of the disk are held back for the outcomes of what runs, in a file beside the database that is
    /// removed when the store is closed. Defaults to 4 MiB; 0 holds back nothing.
    ///
    /// When the disk is full, this is the room in which responses are recorded. An outcome whose response does not fit is
    /// recorded without it: a retry receives 410 `response-unavailable`, and nothing runs again. Without the room it may
    /// not be recorded at all, and a retry runs again after the lease. Hold back about four kilobytes for each execution
    /// that may run at a time, and twice the size of the responses that are to survive a full disk. A small reserve is
    /// for small disks.
    ///
    /// Processes that have the database open share one reserve.
    pub fn reserve(mut self, bytes: u64) -> Self {
        self.reserve = bytes;
        self
    }

    /// Sets when expired rows are removed, and the room of the reserve is taken again.
    #[cfg(test)]
    pub(crate) fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Sets the number of pages beyond which the writes of the store find the disk full.
    #[cfg(test)]
    pub(crate) fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Opens the database at `path`, and creates it if there is none. It is put into WAL mode.
    ///
    /// # Errors
    /// If the file cannot be opened or is read-only, or if its tables are those of a newer release.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        let location = Location::File(path.as_ref().to_owned());
        SqliteStore::connect(Database { location, options: self }).await
    }

    /// Opens a new database in memory, which is dropped with the store, for tests.
    pub async fn in_memory(self) -> Result<SqliteStore, StoreError> {
        let location = Location::unique_memory();
        SqliteStore::connect(Database { location, options: self }).await
    }
}

impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("synchronous", &self.synchronous)
            .field("busy_timeout", &self.busy_timeout)
            .field("keep_audit_for", &self.keep_audit_for)
            .field("reserve", &self.reserve)
            .finish_non_exhaustive()
    }
}
