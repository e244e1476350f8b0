use super::*;

/// On a runtime with one thread: were that blocked, the lock that everything here waits for would never be released.
#[tokio::test]
async fn nothing_blocks_the_executor() {
    let (_directory, path) = file();
    let (_other_directory, new) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let (transaction, _) = store.begin(Some(id(1))).await.unwrap();
    let (locks_new, locks) = (elsewhere(&new), elsewhere(&path));
    locks_new.execute_batch("BEGIN IMMEDIATE").unwrap();
    let unlock = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(matches!(transaction.finish(Some(done("done")), Vec::new()).await, Ok(Finish::Committed)));
        locks.execute_batch("BEGIN IMMEDIATE").unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        locks.execute_batch("ROLLBACK").unwrap();
        locks_new.execute_batch("ROLLBACK").unwrap();
    };
    let (opened, claimed, written, begun, ()) = tokio::join!(
        SqliteStore::open(&new),
        claim(&store, id(2)),
        put(&store, id(3), "done"),
        async { store.begin(None).await.unwrap().0.rollback().await },
        unlock
    );
    opened.unwrap().close().await;
    assert!(claimed.unwrap().inserted);
    written.unwrap();
    begun.unwrap();
}
