mod audit;
mod batches;
mod broken;
mod close;
mod executor;
mod files;
mod full;
mod processes;
mod queue;
mod records;
mod reserve;
mod schema;
mod sweep;
mod synchronous;
mod transactions;
mod wal;

use super::*;
use bytes::Bytes;
use database::{Location, beside};
use futures_util::future::join_all;
use std::path::PathBuf;
use std::time::Instant;
use steadfast_core::FixedClock;
use steadfast_engine::{Finish, Kind};
use sweeper::Pace;
use tempfile::TempDir;

/// Longer than anything here takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

const MOMENT: Duration = Duration::from_millis(1);
const SWIFT: Pace = Pace { interval: MOMENT, pause: MOMENT, after_failure: MOMENT, reserve: MOMENT };

fn id(of: u16) -> RecordId {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&of.to_le_bytes());
    RecordId(bytes)
}

fn entry(kind: Kind, record: impl Into<Bytes>) -> Entry {
    Entry { record: record.into(), kind, keep_for: Duration::from_hours(1) }
}

fn done(record: impl Into<Bytes>) -> Entry {
    entry(Kind::Done, record)
}

/// Claims a record, which may be there already.
async fn claim(store: &SqliteStore, id: RecordId) -> Result<Found, StoreError> {
    store.find_or_insert(id, &mut || Ok(entry(Kind::Running, "claim"))).await
}

/// Puts a record where there is none.
async fn put(store: &SqliteStore, id: RecordId, record: impl Into<Bytes>) -> Result<Revision, StoreError> {
    match store.swap(id, None, Some(done(record)), Vec::new()).await? {
        Swap::Done(Some(revision)) => Ok(revision),
        other => panic!("{other:?}"),
    }
}

/// Completes a claim.
async fn complete(
    store: &SqliteStore,
    id: RecordId,
    claim: &Found,
    record: impl Into<Bytes>,
) -> Result<Swap, StoreError> {
    store.swap(id, Some(claim.revision.clone()), Some(done(record)), Vec::new()).await
}

/// Returns the bytes that are stored.
async fn stored(store: &SqliteStore, id: RecordId) -> Option<Bytes> {
    store.load(id).await.unwrap().map(|found| found.record)
}

/// Returns a file that is removed with the test, and its path.
fn file() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("test.db");
    (directory, path)
}

fn database(path: &Path) -> Database {
    Database {
        location: Location::File(path.to_owned()),
        options: SqliteStore::options().busy_timeout(PATIENCE),
    }
}

/// Opens the file as another process does, as far as the store can see.
fn elsewhere(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(PATIENCE).unwrap();
    connection
}

async fn run(store: &SqliteStore, statement: &'static str) {
    sqlx::query(statement).execute(store.pool()).await.unwrap();
}

async fn number(store: &SqliteStore, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(store.pool()).await.unwrap()
}

/// Waits until a condition holds.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < deadline, "the condition never held");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn unavailable(result: Result<impl fmt::Debug, StoreError>) -> String {
    match result {
        Err(StoreError::Unavailable(why)) => why.to_string(),
        other => panic!("{other:?}"),
    }
}
