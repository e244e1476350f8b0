//! Files that cannot be used.

use super::*;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

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
    // Where there is no shared memory, SQLite returns the mode that it stays in.
    let why = unavailable(database(Path::new(":memory:")).connect());
    assert!(why.contains("journal mode `memory`") && why.contains("help: "), "{why}");
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_panic() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    put(&store, id(1), "done").await.unwrap();
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
    // Repeatedly, because no thread may end at the first error.
    for _ in 0..2 {
        for result in [
            claim(&store, id(1)).await.map(drop),
            store.load(id(1)).await.map(drop),
            put(&store, id(1), "again").await.map(drop),
            store.begin(Some(id(1))).await.map(drop),
        ] {
            let why = unavailable(result);
            assert!(why.contains("malformed"), "{why}");
        }
    }
}

#[tokio::test]
async fn a_table_that_is_away_is_unavailable_until_it_is_back() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    run(&store, "ALTER TABLE steadfast_idempotency RENAME TO away").await;
    assert!(unavailable(put(&store, id(1), "lost").await).contains("no such table"));
    assert!(unavailable(claim(&store, id(1)).await).contains("no such table"));
    run(&store, "ALTER TABLE away RENAME TO steadfast_idempotency").await;
    assert!(claim(&store, id(1)).await.unwrap().inserted);
}

#[cfg(unix)]
mod permissions {
    use super::super::processes::{again, path};
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// A user to whom the files of root do not belong.
    const NOBODY: u32 = 65534;

    /// Starts a test of those below as a user to whom neither the file nor its directory belongs.
    fn as_nobody(test: &str, path: &Path) {
        let mut child = again(&format!("broken::permissions::{test}"), path);
        let is_root =
            fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
        // The program may be in a folder that only its owner can enter.
        let folder = tempfile::tempdir().unwrap();
        if is_root {
            permit(folder.path(), 0o755);
            let program = folder.path().join("test");
            fs::copy(child.get_program(), &program).unwrap();
            let mut copy = Command::new(program);
            copy.args(child.get_args()).current_dir("/").uid(NOBODY);
            copy.envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
            child = copy;
        }
        let output = child.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn permit(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_is_read_only_is_refused() {
        let (directory, path) = file();
        SqliteStore::open(&path).await.unwrap().close().await;
        permit(&path, 0o444);
        // Whether or not files can be made beside it.
        for directory_mode in [0o777, 0o555] {
            permit(directory.path(), directory_mode);
            as_nobody("opens_a_file_that_is_read_only", &path);
        }
        permit(directory.path(), 0o755);
    }

    #[tokio::test]
    #[ignore = "started by the test above"]
    async fn opens_a_file_that_is_read_only() {
        let path = path();
        let why = unavailable(SqliteStore::open(&path).await);
        assert!(why.contains(path.to_str().unwrap()) && why.contains("read-only"), "{why}");
        assert!(why.contains("help: "), "{why}");
    }

    #[tokio::test]
    async fn a_file_in_a_directory_that_is_read_only_is_refused() {
        let (directory, path) = file();
        SqliteStore::open(&path).await.unwrap().close().await;
        permit(&path, 0o666);
        permit(directory.path(), 0o555);
        as_nobody("opens_a_file_in_a_directory_that_is_read_only", &path);
        permit(directory.path(), 0o755);
    }

    #[tokio::test]
    #[ignore = "started by the test above"]
    async fn opens_a_file_in_a_directory_that_is_read_only() {
        let path = path();
        let why = unavailable(SqliteStore::open(&path).await);
        assert!(why.contains(path.to_str().unwrap()), "{why}");
        assert!(why.contains("its directory cannot be written") && why.contains("help: "), "{why}");
    }

    /// Nothing that SQLite itself writes is missing: its files are there, and may be written.
    #[tokio::test]
    async fn a_directory_in_which_no_file_can_be_made_is_refused() {
        let (directory, path) = file();
        let store = SqliteStore::options().reserve(0).open(&path).await.unwrap();
        for ending in ["", "-wal", "-shm"] {
            permit(&beside(&path, ending), 0o666);
        }
        permit(directory.path(), 0o555);
        as_nobody("opens_a_file_in_a_directory_in_which_no_file_can_be_made", &path);
        permit(directory.path(), 0o755);
        store.close().await;
    }

    #[tokio::test]
    #[ignore = "started by the test above"]
    async fn opens_a_file_in_a_directory_in_which_no_file_can_be_made() {
        let path = path();
        let why = unavailable(SqliteStore::open(&path).await);
        assert!(why.contains("-reserve` cannot be written") && why.contains("help: "), "{why}");
        SqliteStore::options().reserve(0).open(&path).await.unwrap();
    }

    /// Nobody may write the file, but the superuser could.
    #[tokio::test]
    async fn a_file_that_is_read_only_is_refused_whoever_opens_it() {
        let (_directory, path) = file();
        SqliteStore::open(&path).await.unwrap().close().await;
        permit(&path, 0o444);
        let why = unavailable(SqliteStore::open(&path).await);
        assert!(why.contains("it is read-only") && why.contains("help: "), "{why}");
        let why = SqlitePins::open(&path).await.unwrap_err().to_string();
        assert!(why.contains("it is read-only"), "{why}");
    }
}
