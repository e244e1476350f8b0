use super::*;

/// More than the log may hold.
const LARGE: &str = "CREATE TABLE ballast AS SELECT zeroblob(20 << 20)";

fn log_of(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).unwrap().len()
}

#[tokio::test]
async fn a_log_that_readers_let_grow_is_emptied() {
    let (_directory, path) = file();
    let store = SqliteStore::options().pace(SWIFT).open(&path).await.unwrap();
    // As long as somebody reads the log it stays, and writers do not have to wait for that.
    let reader = elsewhere(&path);
    reader.execute_batch("BEGIN; SELECT count(*) FROM steadfast_meta").unwrap();
    elsewhere(&path).execute_batch(LARGE).unwrap();
    assert!(claim(&store, id(1)).await.unwrap().inserted);
    assert!(log_of(&path) > 20 << 20);
    reader.execute_batch("COMMIT").unwrap();
    until(async || log_of(&path) == 0).await;
}

#[tokio::test]
async fn a_log_that_one_commit_let_grow_is_cut_by_the_next_ones() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    elsewhere(&path).execute_batch(LARGE).unwrap();
    assert!(log_of(&path) > 20 << 20);
    for of in 0..3 {
        assert!(claim(&store, id(of)).await.unwrap().inserted);
    }
    assert!(log_of(&path) <= 16 << 20);
}
