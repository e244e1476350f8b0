//! Files that cannot be used, or not as they should be.

use super::*;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

fn unavailable(answer: Result<impl fmt::Debug, StoreError>) -> String {
    match answer {
        Err(StoreError::Unavailable(why)) => why.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let (directory, path) = file();
    fs::write(&path, "not a database, and long enough to be told apart from an empty one".repeat(100))
        .unwrap();
    let why = unavailable(SqliteStore::open(&path).await);
    assert!(why.contains(path.to_str().unwrap()) && why.contains("not a database"), "{why}");
    let why = unavailable(SqliteStore::open(directory.path()).await);
    assert!(why.contains(directory.path().to_str().unwrap()), "{why}");
    let nowhere = directory.path().join("nowhere/test.db");
    let why = unavailable(SqliteStore::open(&nowhere).await);
    assert!(why.contains(nowhere.to_str().unwrap()), "{why}");
}

#[tokio::test]
async fn a_database_that_cannot_be_in_wal_mode_is_refused() {
    let (_directory, path) = file();
    let other = elsewhere(&path);
    other.execute_batch("CREATE TABLE t (a); PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;").unwrap();
    let open = SqliteStore::options().busy_timeout(Duration::from_millis(50)).open(&path);
    let why = unavailable(open.await);
    assert!(why.contains("locked"), "{why}");
    // Where there is no shared memory, SQLite answers with the mode that it keeps.
    let memory = Database { location: Location::File(":memory:".into()), ..database(&path) };
    let why = unavailable(memory.connect());
    assert!(why.contains("journal mode `memory`") && why.contains("help: "), "{why}");
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_panic() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let page = number(
        &store,
        "SELECT rootpage FROM sqlite_schema WHERE name LIKE 'sqlite_autoindex_steadfast_idem%'",
    );
    let (page, size) = (page.await, number(&store, "PRAGMA page_size").await);
    store.close().await;
    let mut damaged = fs::OpenOptions::new().write(true).open(&path).unwrap();
    damaged.seek(SeekFrom::Start(u64::try_from((page - 1) * size).unwrap())).unwrap();
    damaged.write_all(&vec![0xFF; usize::try_from(size).unwrap()]).unwrap();
    drop(damaged);

    let store = SqliteStore::open(&path).await.unwrap();
    // Again and again: nothing has ended at the first.
    for event in [request(), complete("again"), look(), request(), complete("again")] {
        let why = unavailable(store.apply(id(1), event).await);
        assert!(why.contains("malformed"), "{why}");
    }
    let mut transaction = store.begin().await.unwrap();
    let why = unavailable(transaction.apply(id(1), complete("again")).await);
    assert!(why.contains("malformed"), "{why}");
}

#[tokio::test]
async fn a_file_that_became_unreadable_is_unavailable_until_it_is_back() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    run(&store, "ALTER TABLE steadfast_idempotency RENAME TO away").await;
    assert!(unavailable(store.apply(id(1), complete("lost")).await).contains("no such table"));
    run(&store, "ALTER TABLE away RENAME TO steadfast_idempotency").await;
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
}

#[cfg(unix)]
mod permissions {
    use super::super::processes::{again, path};
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    /// Whom the files of root do not belong to.
    const NOBODY: u32 = 65534;

    #[tokio::test]
    async fn a_file_that_may_not_be_written_is_refused() {
        let (directory, path) = file();
        SqliteStore::open(&path).await.unwrap().close().await;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).unwrap();
        let mut child = again("broken::permissions::opens_it_in_vain", &path);
        let is_root =
            fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
        if is_root {
            child.uid(NOBODY);
        }
        let output = child.output().unwrap();
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    #[tokio::test]
    #[ignore = "started by the test above"]
    async fn opens_it_in_vain() {
        let path = path();
        let why = unavailable(SqliteStore::open(&path).await);
        assert!(why.contains(path.to_str().unwrap()), "{why}");
        assert!(why.contains("readonly") || why.contains("unable to open"), "{why}");
    }
}
