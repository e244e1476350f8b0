use super::*;

const FULL: i64 = 2;
const NORMAL: i64 = 1;

#[tokio::test]
async fn every_connection_keeps_the_promise_of_the_options() {
    for (synchronous, expected) in [(Synchronous::Full, FULL), (Synchronous::Normal, NORMAL)] {
        let (_directory, path) = file();
        let patience = Duration::from_millis(1234);
        let options = SqliteStore::options().synchronous(synchronous).busy_timeout(patience);
        let store = options.open(&path).await.unwrap();
        assert_eq!(number(&store, "PRAGMA synchronous").await, expected);
        assert_eq!(number(&store, "PRAGMA busy_timeout").await, 1234);
        assert_eq!(store.0.turn.patience, patience);
        let mut transaction = SqliteTransaction::begin(&store.0).await.unwrap();
        let of_transaction: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(transaction.connection_mut()).await.unwrap();
        assert_eq!(of_transaction, expected);

        let of_store = Database { synchronous, busy_timeout: patience, ..database(&path) }.connect().unwrap();
        let pragma =
            |name| of_store.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((pragma("synchronous"), pragma("busy_timeout")), (expected, 1234));
    }
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_unless_told_otherwise() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    assert_eq!(number(&store, "PRAGMA synchronous").await, FULL);
}

#[tokio::test]
async fn a_writer_gives_up_when_its_time_is_up() {
    let (_directory, path) = file();
    let store = SqliteStore::options().busy_timeout(Duration::from_millis(20)).open(&path).await.unwrap();
    let late = |answer: Result<Action, StoreError>, why: &str| match answer {
        Err(StoreError::Unavailable(found)) => assert!(found.to_string().contains(why), "{found}"),
        other => panic!("{other:?}"),
    };
    // Two lines to wait in: that of this process, and SQLite's own for all of them.
    let transaction = store.begin().await.unwrap();
    late(store.apply(id(1), request()).await, "held the database for too long");
    late(store.begin().await.map(|_| Action::Done), "held the database for too long");
    transaction.rollback().await.unwrap();
    let other = elsewhere(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    late(store.apply(id(1), request()).await, "locked");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
}
