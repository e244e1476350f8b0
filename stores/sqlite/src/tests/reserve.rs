//! The room that is held back. That a full disk takes it is tried on a real one, by `cargo xtask torture`.

use super::*;
use std::fs;

const SIZE: u64 = 200_000;

/// Nothing is done by the writer thread itself.
const NEVER: Pace = Pace { interval: PATIENCE, pause: PATIENCE, after_failure: PATIENCE, reserve: PATIENCE };

fn options() -> SqliteOptions {
    SqliteStore::options().reserve(SIZE)
}

fn length(path: &Path) -> Option<u64> {
    fs::metadata(beside(path, "-reserve")).ok().map(|file| file.len())
}

/// What another process does on a full disk.
fn give_up(path: &Path) {
    fs::OpenOptions::new().write(true).open(beside(path, "-reserve")).unwrap().set_len(0).unwrap();
}

#[tokio::test]
async fn the_room_is_taken_as_long_as_a_store_is_open() {
    let (directory, path) = file();
    let store = options().open(&path).await.unwrap();
    assert_eq!(length(&path), Some(SIZE));
    let other = options().reserve(2 * SIZE).open(&path).await.unwrap();
    assert_eq!(length(&path), Some(2 * SIZE));
    other.close().await;
    assert_eq!(length(&path), Some(2 * SIZE));
    store.close().await;
    let left: Vec<_> = directory.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, std::slice::from_ref(&path));
    let without = options().reserve(0).open(&path).await.unwrap();
    assert_eq!((length(&path), without.check_room().is_ok()), (None, true));
}

/// A hole holds no room, and neither does what a file system can compress.
#[cfg(unix)]
#[tokio::test]
async fn the_room_is_in_blocks() {
    use std::os::unix::fs::MetadataExt;

    let (_directory, path) = file();
    let _store = options().open(&path).await.unwrap();
    let reserve = beside(&path, "-reserve");
    assert!(fs::metadata(&reserve).unwrap().blocks() * 512 >= SIZE);
    let bytes = fs::read(&reserve).unwrap();
    let mut words: Vec<_> = bytes.chunks(8).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), usize::try_from(SIZE / 8).unwrap());
}

#[tokio::test]
async fn nothing_begins_without_the_room_and_what_has_begun_is_recorded() {
    let (_directory, path) = file();
    let store = options().pace(NEVER).open(&path).await.unwrap();
    let claimed = claim(&store, id(1)).await.unwrap();
    give_up(&path);
    assert!(matches!(claim(&store, id(2)).await, Err(StoreError::Full)));
    assert!(matches!(store.check_room(), Err(StoreError::Full)));
    assert_eq!(store.load(id(2)).await.unwrap(), None);
    // What is there is still found, a lease extended, and an outcome recorded.
    assert!(!claim(&store, id(1)).await.unwrap().inserted);
    let longer = entry(Kind::Running, "longer");
    let renewed = store.swap(id(1), Some(claimed.revision.clone()), Some(longer), Vec::new()).await.unwrap();
    let Swap::Done(Some(revision)) = renewed else { panic!("{renewed:?}") };
    let ended = store.swap(id(1), Some(revision), Some(done("done")), Vec::new()).await.unwrap();
    assert!(matches!(ended, Swap::Done(Some(_))));
    // A transaction that records how something ended.
    let (transaction, _) = store.begin(Some(id(3))).await.unwrap();
    assert!(matches!(transaction.finish(Some(done("done")), Vec::new()).await.unwrap(), Finish::Committed));
}

#[tokio::test]
async fn the_room_is_taken_again() {
    let (_directory, path) = file();
    let store = options().pace(SWIFT).open(&path).await.unwrap();
    give_up(&path);
    until(async || length(&path) == Some(SIZE)).await;
    assert!(claim(&store, id(1)).await.unwrap().inserted);
    fs::remove_file(beside(&path, "-reserve")).unwrap();
    until(async || length(&path) == Some(SIZE)).await;
}

#[tokio::test]
async fn the_room_is_given_up_for_an_outcome_and_not_for_a_claim() {
    let (_directory, path) = file();
    // The rest of the disk is full: a limit of pages stands in for that.
    let store = options().pace(NEVER).max_pages(60).open(&path).await.unwrap();
    let claimed = claim(&store, id(0)).await.unwrap();
    let mut of = 1;
    while claim(&store, id(of)).await.is_ok() {
        of += 1;
    }
    assert_eq!(length(&path), Some(SIZE));
    let big = done(vec![b'x'; 200_000]);
    let ended = store.swap(id(0), Some(claimed.revision.clone()), Some(big), Vec::new()).await;
    assert!(matches!(ended, Err(StoreError::Full)), "{ended:?}");
    assert_eq!(length(&path), Some(0));
    assert!(matches!(complete(&store, id(0), &claimed, "small").await, Ok(Swap::Done(Some(_)))));
}
