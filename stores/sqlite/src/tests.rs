mod audit;
mod batches;
mod broken;
mod close;
mod executor;
mod full;
mod large;
mod log;
mod processes;
mod schema;
mod sweep;
mod synchronous;
mod turns;

use super::database::Location;
use super::*;
use crate::clock::FixedClock;
use crate::idempotency::record::{Fingerprint, Kept, StoredResponse, Token};
use crate::testing::store_contract;
use bytes::Bytes;
use futures_util::future::join_all;
use http::StatusCode;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

const ASKED: Fingerprint = Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] };
const TOKEN: Token = Token([1; 16]);

fn id(of: u16) -> RecordId {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&of.to_le_bytes());
    RecordId(bytes)
}

fn request() -> Event {
    Event::Request(crate::idempotency::Request::new(ASKED, TOKEN, Duration::from_mins(1)))
}

fn look() -> Event {
    Event::Look { asked: ASKED.into() }
}

fn complete(body: &'static str) -> Event {
    let response = StoredResponse {
        status: StatusCode::OK,
        headers: Vec::new(),
        body: body.into(),
        version: None,
        newest: None,
    };
    let (outcome, ttl) = (Kept::Response(response.into()), Duration::from_hours(1));
    Event::Complete { token: TOKEN, asked: ASKED.into(), outcome, keep: crate::idempotency::Keep::new(ttl) }
}

/// A file that is gone with the test, and where it is.
fn file() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("test.db");
    (directory, path)
}

fn database(path: &Path) -> Database {
    Database {
        location: Location::File(path.to_owned()),
        synchronous: Synchronous::Full,
        busy_timeout: PATIENCE,
        max_pages: None,
    }
}

/// Another process, as far as the store knows.
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

/// Waits until it is so.
async fn until(so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !so().await {
        assert!(Instant::now() < deadline, "it never came to that");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn body(action: &Action) -> &[u8] {
    match action {
        Action::Replay { outcome: Kept::Response(response), .. } => &response.body,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn in_memory_keeps_the_contract() {
    store_contract::check(async |clock| SqliteStore::in_memory_at(clock).await).await.unwrap();
}

#[tokio::test]
async fn a_file_keeps_the_contract() {
    let directory = TempDir::new().unwrap();
    let databases = std::sync::atomic::AtomicUsize::new(0);
    store_contract::check(async |clock| {
        let number = databases.fetch_add(1, Ordering::Relaxed);
        SqliteStore::open_at(directory.path().join(format!("{number}.db")), clock).await
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn both_drivers_see_one_database_in_memory_and_no_other() {
    let (one, other) = (SqliteStore::in_memory().await.unwrap(), SqliteStore::in_memory().await.unwrap());
    assert_eq!(one.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    let rows = async |store: &SqliteStore| -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM steadfast_idempotency")
            .fetch_one(store.pool())
            .await
            .unwrap()
    };
    assert_eq!((rows(&one).await, rows(&other).await), (1, 0));
}

#[tokio::test]
async fn records_outlive_the_process() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("records.db");
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    assert_eq!(store.apply(id(1), complete("kept")).await.unwrap(), Action::Done);
    store.pool().close().await;
    drop(store);
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(body(&store.apply(id(1), request()).await.unwrap()), b"kept");
}

#[tokio::test]
async fn two_processes_on_one_file_claim_once() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("shared.db");
    let stores = [SqliteStore::open(&path).await.unwrap(), SqliteStore::open(&path).await.unwrap()];
    let requests = (0..200_u16).map(|i| {
        let token = Token([u8::try_from(i % 256).unwrap(); 16]);
        let event = Event::Request(crate::idempotency::Request::new(ASKED, token, Duration::from_mins(1)));
        stores[usize::from(i % 2)].apply(id(i / 10), event)
    });
    let actions: Vec<_> = join_all(requests).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(actions.iter().filter(|action| **action == Action::EXECUTE).count(), 20);
}

#[tokio::test]
async fn a_record_of_a_newer_release_is_unreadable_and_not_absent() {
    let store = SqliteStore::in_memory().await.unwrap();
    for (of, damage) in [
        (1, "codec = 3"),
        (2, "state = 9"),
        (3, "fingerprint = x'00'"),
        (4, "headers = x'FF'"),
        (5, "status = 7"),
        (6, "version = 20240230"),
        (7, "body = NULL"),
        (8, "codec = 0"),
    ] {
        assert_eq!(store.apply(id(of), request()).await.unwrap(), Action::EXECUTE);
        assert_eq!(store.apply(id(of), complete("done")).await.unwrap(), Action::Done);
        let damage = format!("UPDATE steadfast_idempotency SET {damage} WHERE id = ?1");
        sqlx::query(sqlx::AssertSqlSafe(damage)).bind(&id(of).0[..]).execute(store.pool()).await.unwrap();
        for event in [request(), look(), complete("again")] {
            let answer = store.apply(id(of), event).await;
            assert!(matches!(answer, Err(StoreError::Unreadable { .. })), "{of}: {answer:?}");
        }
        assert!(matches!(
            Transactions::look(&store, id(of), look()).await,
            Err(StoreError::Unreadable { .. })
        ));
    }
}

#[tokio::test]
async fn a_failed_commit_is_told_to_everyone_who_waits() {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("DROP TABLE steadfast_idempotency").execute(store.pool()).await.unwrap();
    let answers = join_all((0..10).map(|of| store.apply(id(of), complete("lost")))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(StoreError::Unavailable(_)))), "{answers:?}");
}

#[tokio::test]
async fn a_transaction_gives_back_one_claim_and_no_other() {
    let store = SqliteStore::in_memory().await.unwrap();
    for of in 1..=2 {
        assert_eq!(store.apply(id(of), request()).await.unwrap(), Action::EXECUTE);
    }
    let mut transaction = SqliteTransaction::begin(&store.0).await.unwrap();
    assert_eq!(transaction.apply(id(1), Event::Release { token: TOKEN }).await.unwrap(), Action::Done);
    Box::new(transaction).commit().await.unwrap();
    assert_eq!(store.apply(id(1), look()).await.unwrap(), Action::Missing);
    assert!(matches!(store.apply(id(2), look()).await.unwrap(), Action::InProgress { .. }));
}

#[tokio::test]
async fn a_transaction_holds_what_it_wrote_and_drops_it() {
    let directory = TempDir::new().unwrap();
    for store in [
        SqliteStore::in_memory().await.unwrap(),
        SqliteStore::open(directory.path().join("tx.db")).await.unwrap(),
    ] {
        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.apply(id(1), look()).await.unwrap(), Action::Missing);
        assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
        assert_eq!(body(&transaction.apply(id(1), look()).await.unwrap()), b"done");
        drop(transaction);
        assert_eq!(Transactions::look(&store, id(1), look()).await.unwrap(), Action::Missing);

        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.apply(id(1), complete("again")).await.unwrap(), Action::Done);
        transaction.commit().await.unwrap();
        assert_eq!(body(&Transactions::look(&store, id(1), look()).await.unwrap()), b"again");
        assert_eq!(body(&store.apply(id(1), request()).await.unwrap()), b"again");
    }
}

#[tokio::test]
async fn a_file_can_be_read_while_a_transaction_writes() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("wal.db")).await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let found = tokio::time::timeout(Duration::from_secs(1), Transactions::look(&store, id(1), look())).await;
    assert_eq!(found.unwrap().unwrap(), Action::Missing);
}

#[tokio::test]
async fn in_memory_a_reader_waits_for_the_writer() {
    let store = SqliteStore::in_memory().await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let mut found = Transactions::look(&store, id(1), look());
    assert!(tokio::time::timeout(Duration::from_millis(200), &mut found).await.is_err());
    transaction.commit().await.unwrap();
    assert_eq!(body(&found.await.unwrap()), b"done");
}

#[tokio::test]
async fn transactions_of_one_process_take_turns() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("turns.db")).await.unwrap();
    let first = store.begin().await.unwrap();
    let mut second = store.begin();
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut second).await.is_err());
    first.rollback().await.unwrap();
    second.await.unwrap().rollback().await.unwrap();
}

#[tokio::test]
async fn transactions_and_other_writes_stand_in_one_line() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("line.db")).await.unwrap();
    let first = store.begin().await.unwrap();
    let claim = tokio::spawn({
        let store = store.clone();
        async move { store.apply(id(1), request()).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut second = store.begin();
    assert!(futures_util::poll!(&mut second).is_pending());
    first.rollback().await.unwrap();
    let second = second.await.unwrap();
    // Who came first does not wait for who came later.
    let claim = tokio::time::timeout(Duration::from_secs(1), claim).await.unwrap();
    assert_eq!(claim.unwrap().unwrap(), Action::EXECUTE);
    second.rollback().await.unwrap();
}

#[tokio::test]
async fn the_store_does_not_wait_for_the_connections_of_the_application() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("pool.db")).await.unwrap();
    let mut taken = Vec::new();
    while taken.len() < store.pool().options().get_max_connections() as usize {
        taken.push(store.pool().acquire().await.unwrap());
    }
    let work = async {
        assert_eq!(Transactions::look(&store, id(1), look()).await.unwrap(), Action::Missing);
        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
        transaction.commit().await.unwrap();
    };
    tokio::time::timeout(Duration::from_secs(3), work).await.unwrap();
}

#[tokio::test]
async fn a_replay_waits_for_no_commit() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("replay.db")).await.unwrap();
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let transaction = store.begin().await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.apply(id(2), request()).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let replay = tokio::time::timeout(Duration::from_secs(1), store.apply(id(1), request())).await;
    assert_eq!(body(&replay.unwrap().unwrap()), b"done");
    transaction.commit().await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), Action::EXECUTE);
}

#[tokio::test]
async fn a_release_does_not_overtake_its_request() {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("release.db")).await.unwrap();
    for of in 0..200 {
        let release = Event::Release { token: TOKEN };
        let (claimed, released) = (store.apply(id(of), request()), store.apply(id(of), release));
        let (claimed, released) = futures_util::join!(claimed, released);
        assert_eq!((claimed.unwrap(), released.unwrap()), (Action::EXECUTE, Action::Done));
    }
}

/// As a deployment may do with the link that it is opened by.
#[cfg(unix)]
#[tokio::test]
async fn all_connections_lead_to_the_file_that_was_opened() {
    let (directory, path) = file();
    let link = directory.path().join("link");
    std::fs::File::create(&path).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let store = SqliteStore::open(&link).await.unwrap();
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(directory.path().join("other"), &link).unwrap();
    SqliteStore::open(&link).await.unwrap().close().await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    transaction.commit().await.unwrap();
    assert_eq!(body(&store.apply(id(1), look()).await.unwrap()), b"done");
}
