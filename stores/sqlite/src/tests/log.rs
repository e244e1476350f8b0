use super::*;

/// More than the log may be.
const LARGE: &str = "CREATE TABLE ballast AS SELECT zeroblob(20 << 20)";

#[tokio::test]
async fn a_log_that_has_grown_is_cut() {
    let (_directory, path) = file();
    is_cut(&path, &path).await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_that_of_the_file_that_a_link_leads_to() {
    let (directory, path) = file();
    std::fs::File::create(&path).unwrap();
    let link = directory.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    is_cut(&path, &link).await;
}

/// The store is opened at `opened`, which is the file at `path`.
async fn is_cut(path: &Path, opened: &Path) {
    let moment = Duration::from_millis(1);
    let pace = Pace { interval: moment, pause: moment, after_failure: moment };
    let store = SqliteStore::options().pace(pace).open(opened).await.unwrap();
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let length = || std::fs::metadata(&name).unwrap().len();
    // It stays as long as somebody reads it, and writers do not have to wait for that.
    let reader = elsewhere(path);
    reader.execute_batch("BEGIN; SELECT count(*) FROM steadfast_meta").unwrap();
    elsewhere(path).execute_batch(LARGE).unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    assert!(length() > 20 << 20);
    reader.execute_batch("COMMIT").unwrap();
    until(async || length() < 1 << 20).await;
}
