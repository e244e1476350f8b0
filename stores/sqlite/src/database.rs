use crate::error::is_busy;
use crate::writer_queue::Pauses;
use crate::{SqliteOptions, wal};
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use std::fs::File;
use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fmt, fs, io, thread};
use steadfast_engine::StoreError;

const READ_ONLY: &str = "it is read-only\n  help: let this process write the file, and its directory";

type OpenError = Box<dyn std::error::Error + Send + Sync>;

/// A database, and how both drivers connect to it.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) location: Location,
    pub(crate) options: SqliteOptions,
}

#[derive(Debug, Clone)]
pub(crate) enum Location {
    File(PathBuf),
    /// A name that every connection of this process shares.
    Memory(String),
}

impl Location {
    /// Returns the name of a new database in memory.
    pub(crate) fn unique_memory() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        Self::Memory(format!("/steadfast-{}", NUMBER.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Returns the path of a file that is kept beside another one, as SQLite names them.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl Database {
    /// Opens a connection for a thread of the store.
    pub(crate) fn connect(&self) -> Result<Connection, StoreError> {
        self.try_connect().map_err(|why| match self.why_not_beside() {
            Some(error) => self.unusable(format_args!(
                "{why}: its directory cannot be written: {error}\n  help: let this process write the directory, where \
                 SQLite keeps files beside the database"
            )),
            None => self.unusable(why),
        })
    }

    /// Returns the reason why no file can be made beside the database: SQLite only says that it cannot open one.
    fn why_not_beside(&self) -> Option<io::Error> {
        let Location::File(file) = &self.location else { return None };
        let probe = beside(file, "-probe");
        let created = File::create_new(&probe);
        // Nothing is left of it, unless it was there before.
        if created.is_ok() {
            let _ = fs::remove_file(&probe);
        }
        let is_refused = |error: &io::Error| matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem);
        created.err().filter(is_refused)
    }

    fn try_connect(&self) -> Result<Connection, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = match &self.location {
            Location::File(path) => {
                // The superuser may write all the same, and somebody has said that it is not to be.
                if fs::metadata(path).is_ok_and(|file| file.permissions().readonly()) {
                    return Err(READ_ONLY.into());
                }
                Connection::open_with_flags(path, flags - OpenFlags::SQLITE_OPEN_URI)
            }
            Location::Memory(name) => Connection::open_with_flags(format!("file:{name}?vfs=memdb"), flags),
        }?;
        connection.busy_timeout(self.options.busy_timeout)?;
        // SQLite opens what it may not write as well.
        if connection.is_readonly(MAIN_DB)? {
            return Err(READ_ONLY.into());
        }
        if let Location::File(_) = self.location {
            self.use_wal(&connection)?;
            connection.pragma_update(None, "journal_size_limit", wal::SIZE_LIMIT)?;
        }
        connection.pragma_update(None, "synchronous", self.options.synchronous as u8)?;
        #[cfg(test)]
        if let Some(pages) = self.options.max_pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(connection)
    }

    fn use_wal(&self, connection: &Connection) -> Result<(), OpenError> {
        let mut pauses = Pauses::for_at_most(self.options.busy_timeout);
        loop {
            match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
                Ok(mode) if mode.eq_ignore_ascii_case("wal") => return Ok(()),
                Ok(mode) => {
                    return Err(format!(
                        "it stays in the journal mode `{mode}`, in which readers wait for writers\n  help: keep it on \
                         a local file system, where SQLite can use `wal`"
                    )
                    .into());
                }
                // Of several connections to a new file one changes the mode, and SQLite does not let the others wait.
                Err(error) if is_busy(&error) => thread::sleep(pauses.next().ok_or(error)?),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Replaces the path by that of the file that is open by now, so that connections that are opened later lead to the
    /// same file, wherever links or the current directory lead by then.
    pub(crate) fn resolved(mut self) -> Self {
        // Other systems have a notation of their own for such paths, and sqlx takes only paths that are text.
        if cfg!(unix)
            && let Location::File(path) = &mut self.location
            && let Ok(file) = fs::canonicalize(&*path)
            && file.to_str().is_some()
        {
            *path = file;
        }
        self
    }

    /// Connects a pool for the application to the database, which is open by now.
    pub(crate) async fn pool(&self) -> Result<SqlitePool, StoreError> {
        let pool = SqlitePoolOptions::new().connect_with(self.connect_options()).await;
        pool.map_err(|error| self.unusable(error))
    }

    /// Returns the options of connections for the application and its transactions.
    pub(crate) fn connect_options(&self) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new()
            .busy_timeout(self.options.busy_timeout)
            .pragma("synchronous", (self.options.synchronous as u8).to_string());
        match &self.location {
            Location::File(path) => options
                .filename(path)
                .journal_mode(SqliteJournalMode::Wal)
                .pragma("journal_size_limit", wal::SIZE_LIMIT.to_string()),
            Location::Memory(name) => {
                options.filename(name).vfs("memdb").journal_mode(SqliteJournalMode::Memory)
            }
        }
    }

    /// Returns the error of a database that cannot be opened, which names the database.
    pub(crate) fn unusable(&self, why: impl fmt::Display) -> StoreError {
        StoreError::unavailable(format!("{self} cannot be used: {why}"))
    }

    /// Returns the error of a database whose tables this release does not know.
    pub(crate) fn unreadable(&self, why: impl fmt::Display) -> StoreError {
        StoreError::unreadable(format!("{self} cannot be used: {why}"))
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Location::File(path) => write!(f, "the database `{}`", path.display()),
            Location::Memory(_) => f.write_str("the database in memory"),
        }
    }
}
