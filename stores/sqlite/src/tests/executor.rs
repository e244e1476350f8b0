use super::*;

/// On a runtime with one thread: were that blocked, the lock that everything here waits for would never be given back.
#[tokio::test]
async fn nothing_blocks_the_executor() {
    let (_directory, path) = file();
    let (_other_directory, new) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    let (held, held_new) = (elsewhere(&new), elsewhere(&path));
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let unlock = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(transaction.apply(id(1), complete("done")).await.unwrap(), Action::Done);
        transaction.commit().await.unwrap();
        held_new.execute_batch("BEGIN IMMEDIATE").unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        held_new.execute_batch("ROLLBACK").unwrap();
        held.execute_batch("ROLLBACK").unwrap();
    };
    let (opened, claimed, completed, begun, ()) = futures_util::join!(
        SqliteStore::open(&new),
        store.apply(id(2), request()),
        store.apply(id(3), complete("done")),
        async { store.begin().await.unwrap().rollback().await },
        unlock
    );
    opened.unwrap().close().await;
    assert_eq!((claimed.unwrap(), completed.unwrap()), (Action::EXECUTE, Action::Done));
    begun.unwrap();
}
