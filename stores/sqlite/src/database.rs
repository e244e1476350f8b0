use super::super::StoreError;
use super::options::Synchronous;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};
use std::{fmt, fs};

/// How long to wait before the journal mode is asked for again.
const AGAIN: Duration = Duration::from_millis(5);

/// Which database, and how both drivers connect to it.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) location: Location,
    pub(super) synchronous: Synchronous,
    /// How long one writer waits for another before it gives up.
    pub(super) busy_timeout: Duration,
    /// Beyond this many pages the store's own writes find the disk full.
    #[cfg(test)]
    pub(super) max_pages: Option<u32>,
}

#[derive(Debug, Clone)]
pub(super) enum Location {
    File(PathBuf),
    /// A name that every connection of this process shares.
    Memory(String),
}

impl Database {
    /// A connection for the threads of the store.
    pub(super) fn connect(&self) -> Result<Connection, StoreError> {
        self.try_connect().map_err(|why| self.unusable(why))
    }

    fn try_connect(&self) -> Result<Connection, Unusable> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = match &self.location {
            Location::File(path) => Connection::open_with_flags(path, flags - OpenFlags::SQLITE_OPEN_URI),
            Location::Memory(name) => Connection::open_with_flags(format!("file:{name}?vfs=memdb"), flags),
        }?;
        connection.busy_timeout(self.busy_timeout)?;
        if let Location::File(_) = self.location {
            self.use_wal(&connection)?;
        }
        connection.pragma_update(None, "synchronous", self.synchronous.pragma())?;
        #[cfg(test)]
        if let Some(pages) = self.max_pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(connection)
    }

    fn use_wal(&self, connection: &Connection) -> Result<(), Unusable> {
        let until = Instant::now() + self.busy_timeout;
        loop {
            match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
                Ok(mode) if mode.eq_ignore_ascii_case("wal") => return Ok(()),
                Ok(mode) => return Err(Unusable::NoWal(mode)),
                // Of those that open a new file at once one changes the mode, and SQLite has the others not wait.
                Err(error) if is_busy(&error) && Instant::now() < until => thread::sleep(AGAIN),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The same, by the path of the file that is open by now: connections that are opened later are to lead to no other,
    /// wherever links or the program's directory lead by then.
    pub(super) fn resolved(mut self) -> Self {
        // Elsewhere the system has a notation of its own for such paths, and sqlx knows none that is no text.
        if cfg!(unix)
            && let Location::File(path) = &mut self.location
            && let Ok(file) = fs::canonicalize(&*path)
            && file.to_str().is_some()
        {
            *path = file;
        }
        self
    }

    /// How to open a connection for the application.
    pub(super) fn options(&self) -> SqliteConnectOptions {
        let options =
            SqliteConnectOptions::new().busy_timeout(self.busy_timeout).synchronous(self.synchronous.into());
        match &self.location {
            Location::File(path) => options.filename(path).journal_mode(SqliteJournalMode::Wal),
            Location::Memory(name) => {
                options.filename(name).vfs("memdb").journal_mode(SqliteJournalMode::Memory)
            }
        }
    }

    /// The error of a database that cannot be opened: `why`, and which.
    pub(super) fn unusable(&self, why: impl fmt::Display) -> StoreError {
        let error = match &self.location {
            Location::File(path) => format!("the database `{}` cannot be used: {why}", path.display()),
            Location::Memory(_) => format!("the database in memory cannot be used: {why}"),
        };
        StoreError::unavailable(error)
    }
}

enum Unusable {
    Sqlite(rusqlite::Error),
    /// The journal mode that it stays in.
    NoWal(String),
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            Self::NoWal(mode) => write!(
                f,
                "it stays in the journal mode `{mode}`, and readers are not to wait for writers; help: keep it on a \
                 local file system, where SQLite can use `wal`"
            ),
        }
    }
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
