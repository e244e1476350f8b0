use super::*;
use sweeper::Swept;
use writer::Writer;

/// Expired and live rows that were written elsewhere.
const ROWS: &str = "
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
    INSERT INTO steadfast_idempotency (id, revision, kind, written_at, expires_at, record)
    SELECT randomblob(32), random(), 3, 1, CASE WHEN i <= 1200 THEN 999 ELSE 1001 END * 1000, x'' FROM n";

const COUNT: &str = "SELECT count(*) FROM steadfast_idempotency";

fn clock() -> FixedClock {
    FixedClock::new(Duration::from_secs(1000))
}

fn writer(path: &Path, clock: FixedClock) -> Writer {
    let mut database = database(path);
    database.options = database.options.clock(clock);
    Writer::open(&database, WriterQueue::new(PATIENCE), Arc::default()).unwrap()
}

#[test]
fn expired_rows_are_removed_in_batches_and_live_ones_stay() {
    let (_directory, path) = file();
    let clock = clock();
    let writer = writer(&path, clock.clone());
    let other = elsewhere(&path);
    other.execute_batch(ROWS).unwrap();
    let sweep = || {
        let swept = writer.sweep();
        (swept, other.query_row(COUNT, [], |row| row.get::<_, i64>(0)).unwrap())
    };
    assert_eq!(sweep(), (Swept::Rows(500), 800));
    assert_eq!(sweep(), (Swept::Rows(500), 300));
    assert_eq!(sweep(), (Swept::Rows(200), 100));
    assert_eq!(sweep(), (Swept::Rows(0), 100));
    clock.advance(Duration::from_secs(1));
    assert_eq!(sweep(), (Swept::Rows(100), 0));
}

#[test]
fn the_oldest_rows_go_first_and_none_before_its_time() {
    // In no order, and one that has a millisecond left.
    const ROWS: &str = "
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
        INSERT INTO steadfast_idempotency (id, revision, kind, written_at, expires_at, record)
        SELECT randomblob(32), 1, 3, 1, 1000001 - CASE i % 2 WHEN 0 THEN i ELSE 600 - i END, x'' FROM n
        UNION ALL SELECT randomblob(32), 1, 3, 1, 1000001, x''";
    const OLDEST: &str = "SELECT count(*), min(expires_at) FROM steadfast_idempotency";
    let (_directory, path) = file();
    let writer = writer(&path, clock());
    let other = elsewhere(&path);
    other.execute_batch(ROWS).unwrap();
    let left = || other.query_row(OLDEST, [], |row| Ok::<(i64, i64), _>((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(left(), (601, 1_000_001 - 600));
    assert_eq!(writer.sweep(), Swept::Rows(500));
    assert_eq!(left(), (101, 1_000_001 - 100));
    assert_eq!(writer.sweep(), Swept::Rows(100));
    assert_eq!(left(), (1, 1_000_001));
    assert_eq!(writer.sweep(), Swept::Rows(0));
}

/// With a patience that outlasts the test: a sweep that waited would not return.
#[test]
fn a_sweep_does_not_wait_for_another_process() {
    let (_directory, path) = file();
    let patience = Duration::from_hours(1);
    let mut database = database(&path);
    database.options = database.options.clock(clock()).busy_timeout(patience);
    let writer = Writer::open(&database, WriterQueue::new(patience), Arc::default()).unwrap();
    let other = elsewhere(&path);
    other.execute_batch(ROWS).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(writer.sweep(), Swept::Busy);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(writer.sweep(), Swept::Rows(500));
}

#[tokio::test]
async fn a_backlog_is_removed_in_the_background() {
    let (_directory, path) = file();
    let store = SqliteStore::options().clock(clock()).pace(SWIFT).open(&path).await.unwrap();
    elsewhere(&path).execute_batch(ROWS).unwrap();
    until(async || number(&store, COUNT).await == 100).await;
    until(async || store.counts().removed == 1200).await;
    assert_eq!(store.counts().commits, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_is_removed_though_writers_never_pause() {
    let (_directory, path) = file();
    let store = SqliteStore::options().clock(clock()).pace(SWIFT).open(&path).await.unwrap();
    elsewhere(&path).execute_batch(ROWS).unwrap();
    let writing: Vec<_> = (0..3)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for of in (task * 10_000..).take(10_000) {
                    if task == 0 {
                        store.begin(None).await.unwrap().0.rollback().await.unwrap();
                    } else {
                        assert!(claim(&store, id(of)).await.unwrap().inserted);
                    }
                }
            })
        })
        .collect();
    until(async || store.counts().removed == 1200).await;
    assert!(writing.iter().all(|task| !task.is_finished()), "the writers paused");
    writing.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_store_that_sweeps_still_waits_for_other_processes() {
    let (_directory, path) = file();
    let store = SqliteStore::options().pace(SWIFT).open(&path).await.unwrap();
    let other = elsewhere(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut claim = Box::pin(claim(&store, id(1)));
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut claim).await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    assert!(claim.await.unwrap().inserted);
}

#[tokio::test]
async fn a_sweep_that_fails_is_repeated() {
    let (_directory, path) = file();
    let store = SqliteStore::options().clock(clock()).pace(SWIFT).open(&path).await.unwrap();
    run(&store, "ALTER TABLE steadfast_idempotency RENAME TO away").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    run(&store, "ALTER TABLE away RENAME TO steadfast_idempotency").await;
    elsewhere(&path).execute_batch(ROWS).unwrap();
    until(async || store.counts().removed == 1200).await;
}
