use super::*;

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn is_closed<T: fmt::Debug>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(why)) if why.to_string().contains("closed"))
}

#[tokio::test]
async fn what_waits_is_done_and_what_follows_is_not() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let mut waiting: Vec<_> = (0..300).map(|of| store.apply(id(of), complete("done"))).collect();
    for event in &mut waiting {
        assert!(futures_util::poll!(event).is_pending());
    }
    store.close().await;
    assert!(join_all(waiting).await.into_iter().all(|answer| answer.unwrap() == Action::Done));
    for event in [request(), complete("late"), look(), Event::Release { token: TOKEN }] {
        let answer = store.clone().apply(id(1), event).await;
        assert!(is_closed(&answer), "{answer:?}");
    }
    assert!(is_closed(&store.begin().await.map(drop)));
    assert!(is_closed(&Transactions::look(&store, id(1), look()).await));
    assert!(store.pool().is_closed());
    store.close().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM steadfast_idempotency").await, 300);
}

#[tokio::test]
async fn all_is_in_one_file() {
    let (directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    // The connection of transactions is kept, and is to be closed too.
    store.begin().await.unwrap().rollback().await.unwrap();
    let (log, line) = (beside(&path, "-wal"), beside(&path, "-next"));
    assert!(log.exists() && line.exists());
    store.close().await;
    let left: Vec<_> = directory.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [path]);
}

#[tokio::test]
async fn what_another_process_has_open_stays_and_is_up_to_date() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let other = elsewhere(&path);
    let rows = || {
        other.query_row("SELECT count(*) FROM steadfast_idempotency", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(rows(), 0);
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let log = || std::fs::metadata(beside(&path, "-wal")).unwrap().len();
    assert!(log() > 0);
    store.close().await;
    assert_eq!((rows(), log()), (1, 0));
}

#[tokio::test]
async fn a_transaction_that_is_open_comes_to_its_end() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    let (closing, later) = (store.clone(), store.clone());
    let mut closing = Box::pin(closing.close());
    assert!(futures_util::poll!(&mut closing).is_pending());
    let mut later = later.begin();
    assert!(futures_util::poll!(&mut later).is_pending());
    assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    transaction.commit().await.unwrap();
    let ((), later) = futures_util::join!(closing, later);
    assert!(is_closed(&later.map(drop)));
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(body(&store.apply(id(1), request()).await.unwrap()), b"done");
}

#[tokio::test]
async fn a_store_that_is_dropped_ends_by_itself() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    store.begin().await.unwrap().rollback().await.unwrap();
    store.pool().close().await;
    drop(store);
    // SQLite removes it with the last connection.
    until(async || !beside(&path, "-wal").exists()).await;
}
