//! Room on the disk that is held back for the outcomes of what runs.

use crate::database::{Database, Location, beside};
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
use std::io::{self, Write};
use std::path::PathBuf;
use steadfast_engine::StoreError;

/// The size of the reserve, by default.
///
/// It holds the largest response that is stored by default, twice: once in the log and once in the file. Of outcomes
/// without their responses it holds more than there are executions at a time by default: those that are committed
/// together share their pages, and the log is used anew when it is full.
pub(crate) const SIZE: u64 = 4 << 20;

/// A file beside the database that takes up room. When the disk is full, the writer gives the room to what must be
/// recorded, and nothing begins until the file is whole again.
///
/// The file is all there is to know about it, so processes that have the database open share one. The room is not in the
/// database: to give up a page that is free there takes a transaction, and so room in the log. A file cannot be
/// reserved by its length either, because the blocks of a hole are not there. It is filled with what no file system
/// compresses.
#[derive(Debug, Clone)]
pub(crate) struct Reserve(Option<Held>);

#[derive(Debug, Clone)]
struct Held {
    path: PathBuf,
    size: u64,
}

impl Reserve {
    /// Takes the room for the database, if there is as much.
    ///
    /// # Errors
    /// If no files can be made beside the database.
    pub(crate) fn open(database: &Database) -> Result<Self, StoreError> {
        let size = database.options.reserve;
        let Location::File(file) = &database.location else { return Ok(Self(None)) };
        if size == 0 {
            return Ok(Self(None));
        }
        let held = Held { path: beside(file, "-reserve"), size };
        match held.take() {
            Err(error) if matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem) => {
                Err(database.unusable(format_args!(
                    "`{}` cannot be written: {error}\n  help: let this process write the directory, where SQLite keeps \
                     files, too",
                    held.path.display()
                )))
            }
            _ => Ok(Self(Some(held))),
        }
    }

    /// Returns the error of a store that can record nothing more than what has begun.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if self.is_held() { Ok(()) } else { Err(StoreError::Full) }
    }

    /// Returns `true` if nobody has given up the room.
    pub(crate) fn is_held(&self) -> bool {
        self.0.as_ref().is_none_or(Held::is_whole)
    }

    /// Takes the room again, if there is as much.
    pub(crate) fn take(&self) {
        // What fails now is tried again soon.
        let _ = self.0.as_ref().map(Held::take);
    }

    /// Gives up the room, for all processes.
    pub(crate) fn give_up(&self) {
        if let Some(held) = &self.0 {
            held.empty();
        }
    }

    /// Removes the file, unless other processes have the database open: SQLite's log is gone with the last of them. One
    /// that opens it meanwhile takes the room again.
    pub(crate) fn remove(&self, database: &Database) {
        if let (Some(held), Location::File(file)) = (&self.0, &database.location)
            && !beside(file, "-wal").exists()
        {
            // A file that is left takes room and does no other harm.
            let _ = fs::remove_file(&held.path);
        }
    }
}

impl Held {
    fn is_whole(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|file| file.len() >= self.size)
    }

    fn take(&self) -> io::Result<()> {
        if self.is_whole() {
            return Ok(());
        }
        let mut file = self.open()?;
        // Another process may be at it.
        file.try_lock()?;
        let filled = self.fill(&mut file);
        drop(file);
        if filled.is_err() || !self.is_whole() {
            // Half a reserve is better left to whoever needs the room.
            self.empty();
        }
        filled
    }

    fn empty(&self) {
        // If that fails, so does the write that needs the room, and says so.
        let _ = OpenOptions::new().write(true).open(&self.path).and_then(|file| file.set_len(0));
    }

    /// At the end of the file, wherever that is by now: after it was given up, bytes further behind would leave a hole.
    fn open(&self) -> io::Result<File> {
        OpenOptions::new().append(true).create(true).open(&self.path)
    }

    fn fill(&self, file: &mut File) -> io::Result<()> {
        let mut noise = 0_u64;
        let mut left = self.size.saturating_sub(file.metadata()?.len());
        while left > 0 {
            let chunk: Vec<u8> = (0..CHUNK / 8).flat_map(|_| next(&mut noise).to_le_bytes()).collect();
            let length = left.min(CHUNK);
            file.write_all(&chunk[..usize::try_from(length).unwrap_or_default()])?;
            left -= length;
        }
        Ok(())
    }
}

/// The bytes that are written at once. A multiple of eight.
const CHUNK: u64 = 64 << 10;

/// `SplitMix64`.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
