use super::*;
use futures_util::poll;

fn is_closed(result: Result<impl fmt::Debug, StoreError>) {
    let why = unavailable(result);
    assert!(why.contains("closed"), "{why}");
}

#[tokio::test]
async fn close_waits_for_writes_and_rejects_what_follows() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let mut waiting: Vec<_> =
        (0..300).map(|of| store.swap(id(of), None, Some(done("done")), Vec::new())).collect();
    for write in &mut waiting {
        assert!(poll!(write).is_pending());
    }
    store.close().await;
    assert!(join_all(waiting).await.into_iter().all(|swap| matches!(swap, Ok(Swap::Done(Some(_))))));
    let later = store.clone();
    is_closed(claim(&later, id(1)).await);
    is_closed(later.load(id(1)).await);
    is_closed(later.swap(id(1), None, None, Vec::new()).await);
    is_closed(later.begin(None).await.map(drop));
    is_closed(later.read(AuditFilter::default(), 1).await);
    assert!(later.pool().is_closed());
    store.close().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM steadfast_idempotency").await, 300);
}

#[tokio::test]
async fn close_leaves_one_file() {
    let (directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    put(&store, id(1), "done").await.unwrap();
    // The connection of transactions is kept for the next one, and is to be closed too.
    store.begin(None).await.unwrap().0.rollback().await.unwrap();
    assert!(beside(&path, "-wal").exists());
    store.close().await;
    let left: Vec<_> = directory.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [path]);
}

#[tokio::test]
async fn close_brings_the_file_up_to_date_for_other_processes() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let other = elsewhere(&path);
    let rows = || {
        other.query_row("SELECT count(*) FROM steadfast_idempotency", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(rows(), 0);
    put(&store, id(1), "done").await.unwrap();
    let log = || std::fs::metadata(beside(&path, "-wal")).unwrap().len();
    assert!(log() > 0);
    store.close().await;
    assert_eq!((rows(), log()), (1, 0));
}

#[tokio::test]
async fn close_waits_for_an_open_transaction() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let (transaction, _) = store.begin(Some(id(1))).await.unwrap();
    let mut closing = Box::pin(store.close());
    assert!(poll!(&mut closing).is_pending());
    let mut later = store.begin(None);
    assert!(poll!(&mut later).is_pending());
    assert!(matches!(transaction.finish(Some(done("done")), Vec::new()).await.unwrap(), Finish::Committed));
    let ((), later) = tokio::join!(closing, later);
    is_closed(later.map(drop));
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(stored(&store, id(1)).await.unwrap(), "done");
}

#[tokio::test]
async fn a_store_that_is_dropped_ends_by_itself() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    put(&store, id(1), "done").await.unwrap();
    store.begin(None).await.unwrap().0.rollback().await.unwrap();
    store.pool().close().await;
    drop(store);
    // SQLite removes it with the last connection.
    until(async || !beside(&path, "-wal").exists()).await;
}
