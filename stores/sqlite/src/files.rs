//! The identity of the files that a store has open.

use crate::database::{Database, Location, beside};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use steadfast_engine::StoreError;

/// The files of a database as they were when it was opened: the database itself, and SQLite's log and index of the log,
/// which are there as long as somebody has it open.
///
/// A file that is deleted, moved or replaced stays open, and what is written to it goes on to be read from it; but only
/// here. Whoever opens the database afterwards has another file, knows none of these records, and runs the same
/// operations once more. So whatever the store returns it returns after it has found that its files are still those that
/// the paths lead to.
///
/// The number of an open file is not used again by the file system, so two files of one number are one file. On systems
/// other than Unix nothing is compared: Windows lets nobody delete or replace what SQLite has open.
#[derive(Debug, Clone)]
pub(crate) struct Files(Arc<[(PathBuf, Id)]>);

#[cfg(unix)]
type Id = (u64, u64);
#[cfg(not(unix))]
type Id = ();

impl Files {
    /// Returns the files of a database that is open, and was read.
    pub(crate) fn of(database: &Database) -> Result<Self, Moved> {
        let Location::File(path) = &database.location else { return Ok(Self(Arc::new([]))) };
        let files = ["", "-wal", "-shm"].map(|ending| beside(path, ending));
        let known = files.into_iter().map(|path| id(&path).map(|id| (path, id)));
        known.collect::<Result<_, _>>().map(Self)
    }

    /// Returns an error unless the files are still those that their paths lead to.
    pub(crate) fn check(&self) -> Result<(), Moved> {
        self.0.iter().try_for_each(|(path, opened)| {
            if id(path)? == *opened {
                return Ok(());
            }
            Err(Moved(format!(
                "`{}` was replaced while the database was open\n  help: restart all processes that use the database",
                path.display()
            )))
        })
    }
}

/// The reason why a path leads to another file than the one that is open.
#[derive(Debug, Clone)]
pub(crate) struct Moved(String);

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Moved {}

impl From<Moved> for StoreError {
    fn from(moved: Moved) -> Self {
        Self::unavailable(moved)
    }
}

#[cfg(unix)]
fn id(path: &std::path::Path) -> Result<Id, Moved> {
    use std::os::unix::fs::MetadataExt;

    #[cfg(target_os = "linux")]
    if let Some(id) = id_alone(path) {
        return Ok(id);
    }
    let gone = |error| {
        Moved(format!(
            "`{}` is not where it was opened: {error}\n  help: put it back, or restart all processes that use the \
             database",
            path.display()
        ))
    };
    std::fs::metadata(path).map(|file| (file.dev(), file.ino())).map_err(gone)
}

/// Returns the id of a file without its times, unless the system call fails.
///
/// From version 6.13 on, Linux gives a file exact times with the first write after somebody has read its times. If the
/// times of the log were read around each commit, each commit would change them, and would wait until they are on the
/// disk, too.
#[cfg(target_os = "linux")]
fn id_alone(path: &std::path::Path) -> Option<Id> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, makedev, statx};

    let file = statx(CWD, path, AtFlags::empty(), StatxFlags::INO).ok()?;
    let has_number = StatxFlags::from_bits_retain(file.stx_mask).contains(StatxFlags::INO);
    has_number.then(|| (makedev(file.stx_dev_major, file.stx_dev_minor), file.stx_ino))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it fails")]
fn id(_: &std::path::Path) -> Result<Id, Moved> {
    Ok(())
}
