use super::super::StoreError;
use super::SqliteStore;
use super::database::{Database, Location};
use super::sweeper::Pace;
use crate::clock::{Clock, SystemClock};
use sqlx::sqlite::SqliteSynchronous;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long one writer waits for another unless said otherwise.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How to open a [`SqliteStore`]; made by [`SqliteStore::options`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let directory = tempfile::TempDir::new().unwrap();
/// # let path = directory.path().join("payments.db");
/// use std::time::Duration;
/// use steadfast::SqliteStore;
/// use steadfast::idempotency::Synchronous;
///
/// let store = SqliteStore::options()
///     .synchronous(Synchronous::Normal)
///     .busy_timeout(Duration::from_secs(2))
///     .open(path)
///     .await?;
/// # Ok::<(), steadfast::idempotency::StoreError>(()) }).unwrap();
/// ```
#[derive(Clone)]
#[must_use]
pub struct SqliteOptions {
    synchronous: Synchronous,
    busy_timeout: Duration,
    clock: Arc<dyn Clock>,
    pace: Pace,
    keep_audit_for: Option<Duration>,
    #[cfg(test)]
    max_pages: Option<u32>,
}

/// Which commits SQLite waits for the disk with. In every mode a process that is killed loses nothing, and the database
/// stays consistent; the modes differ in what a power failure or a crash of the operating system takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Synchronous {
    /// Each commit: what was answered is on the disk, and a power failure takes nothing of it away.
    #[default]
    Full,
    /// None until the next checkpoint, which is several times as fast: a power failure may take away the last commits,
    /// whole and in order, though they were answered.
    ///
    /// A handler without a [`Tx`](crate::Tx) may then run twice: its effect is elsewhere and stays, its claim and its
    /// record are gone, and a retry begins anew. With a `Tx` the handler's writes go together with their record: a
    /// client may have been told of a payment that is no longer there, but a retry makes it once.
    Normal,
}

impl SqliteOptions {
    pub(super) fn new() -> Self {
        Self {
            synchronous: Synchronous::default(),
            busy_timeout: BUSY_TIMEOUT,
            clock: Arc::new(SystemClock),
            pace: Pace::default(),
            keep_audit_for: None,
            #[cfg(test)]
            max_pages: None,
        }
    }

    /// Which commits wait for the disk, those of handlers included; [`Synchronous::Full`] unless this is called.
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How long one writer waits for another before a request is answered 503 `store-unavailable`; five seconds unless
    /// this is called.
    ///
    /// It is the time for each of two waits: for the writers of this process, and then for SQLite's lock. In between, a
    /// writer stands in line with other processes for up to half of it.
    ///
    /// A handler with a [`Tx`](crate::Tx) is such a writer from the time it first uses that until it returns.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Judges leases and times-to-live by `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Removes the entries of the [audit trail](crate::Idempotency::audit) when they are this old, in the background, a
    /// few hundred in a commit. Otherwise they stay forever.
    ///
    /// Of several processes that have the database open, the one that keeps them for the shortest time decides.
    pub fn keep_audit_for(mut self, time: Duration) -> Self {
        self.keep_audit_for = Some(time);
        self
    }

    /// Sweeps at another pace.
    #[cfg(test)]
    pub(super) fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Stands in for a disk with room for so many pages.
    #[cfg(test)]
    pub(super) fn max_pages(mut self, pages: u32) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Opens the database at `path`, and creates it if there is none. It is put into WAL mode.
    ///
    /// Tables that an older release made are brought up to date, and those of a newer one are refused.
    pub async fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, StoreError> {
        self.connect(Location::File(path.as_ref().to_owned())).await
    }

    /// Opens a new database in memory that is gone with the store, for tests. There is no disk to wait for.
    pub async fn in_memory(self) -> Result<SqliteStore, StoreError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(StoreError::unavailable)?;
        let name = format!("/steadfast-{:016x}", u64::from_le_bytes(random));
        self.connect(Location::Memory(name)).await
    }

    async fn connect(self, location: Location) -> Result<SqliteStore, StoreError> {
        let database = Database {
            location,
            synchronous: self.synchronous,
            busy_timeout: self.busy_timeout,
            #[cfg(test)]
            max_pages: self.max_pages,
        };
        SqliteStore::connect(database, self.clock, self.pace, self.keep_audit_for).await
    }
}

impl Synchronous {
    pub(super) fn pragma(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
        }
    }
}

impl From<Synchronous> for SqliteSynchronous {
    fn from(synchronous: Synchronous) -> Self {
        match synchronous {
            Synchronous::Full => Self::Full,
            Synchronous::Normal => Self::Normal,
        }
    }
}

impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("synchronous", &self.synchronous)
            .field("busy_timeout", &self.busy_timeout)
            .field("keep_audit_for", &self.keep_audit_for)
            .finish_non_exhaustive()
    }
}
