use super::*;
use futures_util::poll;
use writer_queue::Run;

#[tokio::test]
async fn transactions_of_one_process_wait_for_each_other() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    let (first, _) = store.begin(None).await.unwrap();
    let mut second = store.begin(None);
    assert!(poll!(&mut second).is_pending());
    first.rollback().await.unwrap();
    second.await.unwrap().0.rollback().await.unwrap();
}

#[tokio::test]
async fn transactions_and_batches_are_served_in_the_order_they_came() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    let (first, _) = store.begin(None).await.unwrap();
    let claim = tokio::spawn({
        let store = store.clone();
        async move { claim(&store, id(1)).await }
    });
    // Until the writer thread waits in the queue.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut second = store.begin(None);
    assert!(poll!(&mut second).is_pending());
    first.rollback().await.unwrap();
    let (second, _) = second.await.unwrap();
    // Were the claim behind the second transaction, it would never end.
    assert!(claim.await.unwrap().unwrap().inserted);
    second.rollback().await.unwrap();
}

/// Times in microseconds: when a writer enters, when it leaves, and whether it is to rest first.
fn rests(writes: &[(u64, u64, bool)]) {
    let begun = Instant::now();
    let mut run = Run::new(begun);
    for (enters, leaves, rests) in writes {
        assert_eq!(run.is_over(begun + Duration::from_micros(*enters)), *rests, "at {enters} µs");
        run.leave(begun + Duration::from_micros(*leaves));
    }
}

#[test]
fn a_process_that_writes_without_a_pause_rests_every_25_milliseconds() {
    rests(&[
        (0, 10_000, false),
        (10_100, 20_000, false),
        (20_100, 24_900, false),
        (24_999, 25_500, false),
        (25_600, 26_000, true),
        (26_100, 50_000, false),
        (50_599, 50_600, false),
        (50_601, 60_000, true),
    ]);
    // A long transaction is a run by itself.
    rests(&[(0, 100_000, false), (100_100, 200_000, true), (200_100, 200_200, true)]);
}

#[test]
fn a_process_that_pauses_does_not_rest() {
    rests(&[
        (0, 10_000, false),
        (11_000, 20_000, false),
        (21_000, 35_900, false),
        // 25 milliseconds after the last pause.
        (36_000, 46_000, false),
        (46_001, 46_002, true),
        (100_000, 150_000, false),
        (151_000, 151_001, false),
    ]);
}

#[tokio::test]
async fn a_writer_gives_up_when_its_time_is_up() {
    let (_directory, path) = file();
    let store = SqliteStore::options().busy_timeout(Duration::from_millis(20)).open(&path).await.unwrap();
    let late = |result: Result<(), StoreError>, why: &str| {
        let found = unavailable(result);
        assert!(found.contains(why), "{found}");
    };
    // In the queue of this process, and at SQLite's lock.
    let (transaction, _) = store.begin(None).await.unwrap();
    late(claim(&store, id(1)).await.map(drop), "held the database for too long");
    late(store.begin(None).await.map(drop), "held the database for too long");
    transaction.rollback().await.unwrap();
    let other = elsewhere(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    late(claim(&store, id(1)).await.map(drop), "locked");
    late(store.begin(None).await.map(drop), "locked");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(claim(&store, id(1)).await.unwrap().inserted);
    store.begin(None).await.unwrap().0.rollback().await.unwrap();
}
