use super::*;

const FULL: i64 = 2;
const NORMAL: i64 = 1;

#[tokio::test]
async fn every_connection_has_the_options_of_the_store() {
    for (synchronous, expected) in [(Synchronous::Full, FULL), (Synchronous::Normal, NORMAL)] {
        let (_directory, path) = file();
        let options =
            SqliteStore::options().synchronous(synchronous).busy_timeout(Duration::from_millis(1234));
        let store = options.clone().open(&path).await.unwrap();
        assert_eq!(number(&store, "PRAGMA synchronous").await, expected);
        assert_eq!(number(&store, "PRAGMA busy_timeout").await, 1234);
        let (mut transaction, _) = SqliteTransaction::begin(&store.0, None).await.unwrap();
        let of_transaction: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(transaction.connection_mut()).await.unwrap();
        assert_eq!(of_transaction, expected);

        let of_store = Database { location: Location::File(path), options }.connect().unwrap();
        let pragma =
            |name| of_store.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((pragma("synchronous"), pragma("busy_timeout")), (expected, 1234));
    }
}

#[tokio::test]
async fn a_timeout_that_is_longer_than_any_opens_a_store() {
    let (_directory, path) = file();
    let store = SqliteStore::options().busy_timeout(Duration::MAX).open(path).await.unwrap();
    assert!(claim(&store, id(1)).await.unwrap().inserted);
    store.begin(None).await.unwrap().0.rollback().await.unwrap();
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_by_default() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    assert_eq!(number(&store, "PRAGMA synchronous").await, FULL);
}
