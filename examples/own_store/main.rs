//! A store of one's own: idempotency records as files in a directory, one file a record.
//!
//! A store knows no rules. It keeps bytes, gives every write of them a revision, and replaces them only if nobody else has
//! done so before. The test below runs the contract that every store must keep.
//!
//! Run it with `cargo run --example own_store -- DIRECTORY`, twice within a minute: the second run receives what the first
//! one stored. Run its test with `cargo test --example own_store`.
//!
//! The store is one for all processes of a Unix host, if their file system has locks. It is durable: each write waits
//! until the disk has it, which takes some milliseconds. It keeps no audit log and has no transactions.

use bytes::{Buf, BufMut, Bytes};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use steadfast_engine::{
    AuditDraft, BoxFuture, Clock, Entry, Found, Kind, RecordId, Revision, Store, StoreError, Swap,
    SystemClock,
};

/// A store of idempotency records in a directory.
///
/// Clones share the directory, and so do stores that other processes open in it.
#[derive(Clone)]
struct FileStore {
    directory: Arc<Path>,
    clock: Arc<dyn Clock>,
}

impl FileStore {
    /// Opens the store in a directory, which is created if it is not there.
    fn open(directory: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Self::open_at(directory, SystemClock)
    }

    /// As [`open`](Self::open), with a clock to measure the age of records by.
    ///
    /// The clock of a store decides when a claim is abandoned, so all that share a directory need the same time. The
    /// processes of one host have that.
    fn open_at(directory: impl Into<PathBuf>, clock: impl Clock) -> Result<Self, StoreError> {
        let directory: PathBuf = directory.into();
        fs::create_dir_all(&directory).map_err(StoreError::unavailable)?;
        Ok(Self { directory: directory.into(), clock: Arc::new(clock) })
    }

    /// Removes the files of expired records. Until then they take room, and nothing else: no call finds them.
    ///
    /// A service runs this every few minutes in a task of its own.
    async fn remove_expired(&self) -> Result<(), StoreError> {
        self.blocking(|store| {
            for file in fs::read_dir(&store.directory)? {
                let path = file?.path();
                if path.extension().is_some_and(|extension| extension == "record") {
                    let _lock = store.lock()?;
                    if store.read(&path)?.is_none() {
                        remove(&path)?;
                    }
                }
            }
            Ok(())
        })
        .await
    }

    /// Runs what waits for the disk on a thread that may wait.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(Ok(result)) => Ok(result),
            // A record that is there and cannot be read is not one that is not there.
            Ok(Err(error)) if error.kind() == ErrorKind::InvalidData => {
                Err(StoreError::unreadable(error.to_string()))
            }
            Ok(Err(error)) => Err(StoreError::unavailable(error)),
            Err(error) => Err(StoreError::unavailable(error)),
        }
    }

    fn path(&self, id: RecordId) -> PathBuf {
        let name = id.0.iter().fold(String::new(), |name, byte| name + &format!("{byte:02x}"));
        self.directory.join(name).with_extension("record")
    }

    /// Waits for the lock that all writers take, threads and processes alike. Dropping the file unlocks it.
    ///
    /// A lock for each record would let more of them write at once; this is an example.
    fn lock(&self) -> io::Result<File> {
        let file =
            OpenOptions::new().create(true).write(true).truncate(false).open(self.directory.join("lock"))?;
        file.lock()?;
        Ok(file)
    }

    fn now(&self) -> u64 {
        milliseconds(self.clock.now())
    }

    /// Returns the entry in a file; `None` if it is expired, as if there were no file.
    ///
    /// Needs no lock, because a file is replaced at one instant: whoever reads it finds the old one or the new one.
    fn read(&self, path: &Path) -> io::Result<Option<Found>> {
        let mut file = match fs::read(path) {
            Ok(file) => Bytes::from(file),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let unreadable =
            || io::Error::new(ErrorKind::InvalidData, format!("{} is not a record", path.display()));
        if file.len() < HEADER {
            return Err(unreadable());
        }
        let kind = Kind::from_number(file.get_u8()).ok_or_else(unreadable)?;
        let (revision, written_at, keep_for) = (file.get_u64(), file.get_u64(), file.get_u64());
        // Counts from the write, and not from some point in time: a clock that goes back loses nothing.
        let age = self.now().saturating_sub(written_at);
        if age >= keep_for {
            return Ok(None);
        }
        let (revision, age) = (revision.into(), Duration::from_millis(age));
        Ok(Some(Found { record: file, kind, revision, age, inserted: false }))
    }

    /// Writes an entry, whatever there was. Needs the lock.
    fn write(&self, path: &Path, entry: &Entry) -> io::Result<Found> {
        // No other write has this number, also not one of a record that was removed in between. A count within the file
        // would begin anew there.
        let revision = getrandom::u64().map_err(io::Error::other)?;
        let mut bytes = Vec::with_capacity(HEADER + entry.record.len());
        bytes.put_u8(entry.kind.number());
        bytes.put_u64(revision);
        bytes.put_u64(self.now());
        bytes.put_u64(milliseconds(entry.keep_for));
        bytes.put_slice(&entry.record);

        // Beside the old file, and to the disk before its name is: a crash leaves the one or the other, and no half.
        let new = path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        sync_directory(path)?;
        let (record, kind) = (entry.record.clone(), entry.kind);
        Ok(Found { record, kind, revision: revision.into(), age: Duration::ZERO, inserted: true })
    }
}

/// The bytes before those of the record: kind, revision, time of the write, time to keep.
const HEADER: usize = 1 + 3 * 8;

/// Rounds up. What is longer than half a billion years is for ever.
fn milliseconds(time: Duration) -> u64 {
    time.as_nanos().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_directory(path),
    }
}

/// Waits until the disk has the names of the files beside `path`.
fn sync_directory(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
}

impl Store for FileStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(async move {
            if let Some(found) = self.load(id).await? {
                return Ok(found);
            }
            let entry = claim()?;
            // Somebody else may have been here meanwhile, so looks again, now with the lock.
            self.blocking(move |store| {
                let (path, _lock) = (store.path(id), store.lock()?);
                store.read(&path)?.map_or_else(|| store.write(&path, &entry), Ok)
            })
            .await
        })
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        _: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        Box::pin(self.blocking(move |store| {
            let (path, _lock) = (store.path(id), store.lock()?);
            if store.read(&path)?.map(|found| found.revision) != expected {
                return Ok(Swap::Conflict);
            }
            match new {
                Some(entry) => Ok(Swap::Done(Some(store.write(&path, &entry)?.revision))),
                None => remove(&path).map(|()| Swap::Done(None)),
            }
        }))
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(self.blocking(move |store| store.read(&store.path(id))))
    }
}

/// Runs one operation as the framework does, which writes records of its own in place of the text here.
#[tokio::main]
#[allow(clippy::print_stdout, reason = "this is a program, and its output is for a person")]
async fn main() -> Result<(), StoreError> {
    let directory =
        std::env::args_os().nth(1).map_or_else(|| std::env::temp_dir().join("own_store"), PathBuf::from);
    let store = FileStore::open(directory)?;
    store.remove_expired().await?;
    let id = RecordId([7; 32]);
    let running =
        || Entry { record: "payment 7".into(), kind: Kind::Running, keep_for: Duration::from_hours(1) };
    let found = store.find_or_insert(id, &mut || Ok(running())).await?;
    let paid = match found {
        Found { inserted: true, revision, .. } => {
            println!("claimed; paying");
            let record = Bytes::from("payment 7: paid");
            let done = Entry { record: record.clone(), kind: Kind::Done, keep_for: Duration::from_mins(1) };
            match store.swap(id, Some(revision), Some(done), Vec::new()).await? {
                Swap::Done(_) => record,
                Swap::Conflict => return Err(StoreError::unavailable("somebody else took over the claim")),
            }
        }
        Found { record, age, .. } => {
            println!("found a record of {age:?} ago");
            record
        }
    };
    println!("{}", String::from_utf8_lossy(&paid));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use steadfast_engine::{FixedClock, contract};

    #[tokio::test]
    async fn file_store_passes_the_contract() {
        let root = tempfile::tempdir().unwrap();
        let open = async |clock| FileStore::open_at(tempfile::tempdir_in(&root).unwrap().keep(), clock);
        contract::check(open).await.unwrap();
    }

    #[tokio::test]
    async fn records_are_there_when_the_store_is_opened_again() {
        let directory = tempfile::tempdir().unwrap();
        let entry = Entry { record: "some".into(), kind: Kind::Held, keep_for: Duration::from_hours(1) };
        let store = FileStore::open(directory.path()).unwrap();
        let found = store.find_or_insert(RecordId([1; 32]), &mut || Ok(entry.clone())).await.unwrap();
        let again =
            FileStore::open(directory.path()).unwrap().load(RecordId([1; 32])).await.unwrap().unwrap();
        assert_eq!((again.record, again.kind, again.revision), (found.record, found.kind, found.revision));
    }

    #[tokio::test]
    async fn file_that_is_no_record_is_unreadable() {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::open(directory.path()).unwrap();
        fs::write(store.path(RecordId([1; 32])), "half").unwrap();
        assert!(store.load(RecordId([1; 32])).await.unwrap_err().is_unreadable());
    }

    #[tokio::test]
    async fn expired_files_are_removed_and_no_others() {
        let (directory, clock) = (tempfile::tempdir().unwrap(), FixedClock::new(Duration::from_secs(1000)));
        let store = FileStore::open_at(directory.path(), clock.clone()).unwrap();
        for (id, keep_for) in [(1, 1), (2, 60)] {
            let entry =
                Entry { record: "some".into(), kind: Kind::Done, keep_for: Duration::from_secs(keep_for) };
            store.find_or_insert(RecordId([id; 32]), &mut || Ok(entry.clone())).await.unwrap();
        }
        clock.advance(Duration::from_secs(1));
        store.remove_expired().await.unwrap();
        assert!(!store.path(RecordId([1; 32])).exists());
        assert!(store.path(RecordId([2; 32])).exists());
    }
}
