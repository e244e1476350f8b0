//! Files that are deleted, moved or replaced while the store has them open.
#![cfg(unix)]

use super::*;
use std::fs;

/// Asserts that nothing begins, ends or is read any more.
async fn is_away(store: &SqliteStore, claimed: &Found, path: &Path) {
    for result in [
        claim(store, id(1)).await.map(drop),
        claim(store, id(2)).await.map(drop),
        complete(store, id(1), claimed, "done").await.map(drop),
        store.load(id(1)).await.map(drop),
        store.begin(Some(id(3))).await.map(drop),
        store.append(id(1), draft()).await,
        store.read(AuditFilter::default(), 1).await.map(drop),
    ] {
        let why = unavailable(result);
        assert!(why.contains(path.to_str().unwrap()) && why.contains("help: "), "{why}");
    }
}

fn draft() -> AuditDraft {
    AuditDraft {
        event: steadfast_engine::AuditEvent::Replayed,
        status: None,
        operation: "pay".into(),
        scope: None,
        version: None,
        began_at: None,
        details: Bytes::new(),
    }
}

#[tokio::test]
async fn a_file_that_is_deleted_or_replaced_is_noticed_until_it_is_back() {
    for ending in ["", "-wal", "-shm"] {
        let (directory, path) = file();
        let store = SqliteStore::open(&path).await.unwrap();
        let claimed = claim(&store, id(1)).await.unwrap();
        // Two of the calls below use the connection that has been used before.
        store.begin(None).await.unwrap().0.rollback().await.unwrap();
        let (victim, away) = (beside(&path, ending), directory.path().join("away"));
        fs::rename(&victim, &away).unwrap();
        is_away(&store, &claimed, &victim).await;
        fs::copy(&away, &victim).unwrap();
        is_away(&store, &claimed, &victim).await;
        fs::rename(&away, &victim).unwrap();
        // What was written meanwhile was answered with an error: nobody knows what became of it.
        let found = store.load(id(1)).await.unwrap().unwrap();
        assert_eq!(found.revision, claimed.revision, "{ending}");
        let completed = complete(&store, id(1), &found, "done").await;
        assert!(matches!(completed, Ok(Swap::Done(Some(_)))), "{ending}: {completed:?}");
    }
}

#[tokio::test]
async fn a_transaction_is_not_committed_into_a_file_that_is_gone() {
    let (directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    run(&store, "CREATE TABLE payments (id INTEGER PRIMARY KEY)").await;
    let (mut transaction, _) = SqliteTransaction::begin(&store.0, Some(id(1))).await.unwrap();
    sqlx::query("INSERT INTO payments VALUES (1)").execute(transaction.connection_mut()).await.unwrap();
    let away = directory.path().join("away");
    fs::rename(&path, &away).unwrap();
    let finished = Box::new(transaction).finish(Some(done("done")), Vec::new()).await.unwrap();
    let Finish::RolledBack(error) = finished else { panic!("{finished:?}") };
    assert!(unavailable(Err::<(), _>(error)).contains("is not where it was opened"));
    fs::rename(&away, &path).unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM payments").await, 0);
    assert_eq!(store.load(id(1)).await.unwrap(), None);
}

/// Both would run the same operations, each by its own records.
#[tokio::test]
async fn of_two_stores_the_one_with_the_file_that_the_path_leads_to_goes_on() {
    let (_directory, path) = file();
    let before = SqliteStore::open(&path).await.unwrap();
    let claimed = claim(&before, id(1)).await.unwrap();
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(beside(&path, ending)).unwrap();
    }
    let after = SqliteStore::open(&path).await.unwrap();
    is_away(&before, &claimed, &path).await;
    assert!(claim(&after, id(1)).await.unwrap().inserted);
    // To close it takes nothing away from the other.
    before.close().await;
    assert!(claim(&after, id(2)).await.unwrap().inserted);
}
