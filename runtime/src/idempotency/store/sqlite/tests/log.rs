use super::*;

/// More than the log may be.
const LARGE: &str = "CREATE TABLE ballast AS SELECT zeroblob(20 << 20)";

#[tokio::test]
async fn a_log_that_has_grown_is_cut() {
    let (_directory, path) = file();
    let moment = Duration::from_millis(1);
    let pace = Pace { interval: moment, pause: moment, after_failure: moment };
    let store = SqliteStore::options().pace(pace).open(&path).await.unwrap();
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let length = || std::fs::metadata(&name).unwrap().len();
    // It stays as long as somebody reads it, and writers do not have to wait for that.
    let reader = elsewhere(&path);
    reader.execute_batch("BEGIN; SELECT count(*) FROM steadfast_meta").unwrap();
    elsewhere(&path).execute_batch(LARGE).unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    assert!(length() > 20 << 20);
    reader.execute_batch("COMMIT").unwrap();
    until(async || length() < 1 << 20).await;
}
