use super::*;
use counts::Counters;
use std::sync::mpsc;
use sweeper::Swept;
use writer::Writer;

/// Expired and live rows that nobody here has written.
const ROWS: &str = "
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1300)
    INSERT INTO steadfast_idempotency (id, codec, state, algorithm, fingerprint, expires_at)
    SELECT randomblob(32), 1, 3, 1, zeroblob(32), CASE WHEN i <= 1200 THEN 999 ELSE 1001 END * 1000 FROM n";

const COUNT: &str = "SELECT count(*) FROM steadfast_idempotency";

fn clock() -> FixedClock {
    FixedClock::new(Duration::from_secs(1000))
}

fn writer(path: &Path, clock: FixedClock, turn: &Turn) -> Writer {
    let (counters, pace) = (Arc::<Counters>::default(), Pace::default());
    Writer::open(&database(path), Arc::new(clock), turn.clone(), counters, pace, None).unwrap()
}

#[test]
fn expired_rows_are_removed_in_batches_and_live_ones_stay() {
    let (_directory, path) = file();
    let (clock, turn) = (clock(), Turn::new(PATIENCE));
    let mut writer = writer(&path, clock.clone(), &turn);
    let other = elsewhere(&path);
    other.execute_batch(ROWS).unwrap();
    let mut sweep = || {
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
        INSERT INTO steadfast_idempotency (id, codec, state, algorithm, fingerprint, expires_at)
        SELECT randomblob(32), 1, 3, 1, zeroblob(32), 1000001 - CASE i % 2 WHEN 0 THEN i ELSE 600 - i END FROM n
        UNION ALL SELECT randomblob(32), 1, 3, 1, zeroblob(32), 1000001";
    const OLDEST: &str = "SELECT count(*), min(expires_at) FROM steadfast_idempotency";
    let (_directory, path) = file();
    let mut writer = writer(&path, clock(), &Turn::new(PATIENCE));
    let other = elsewhere(&path);
    other.execute_batch(ROWS).unwrap();
    let left = || other.query_row(OLDEST, [], |row| Ok::<(i64, i64), _>((row.get(0)?, row.get(1)?))).unwrap();
    let (all, oldest) = left();
    assert_eq!((all, oldest), (601, 1_000_001 - 600));
    assert_eq!(writer.sweep(), Swept::Rows(500));
    let (rest, oldest) = left();
    assert_eq!((rest, oldest), (101, 1_000_001 - 100));
    assert_eq!(writer.sweep(), Swept::Rows(100));
    assert_eq!(left(), (1, 1_000_001));
    assert_eq!(writer.sweep(), Swept::Rows(0));
}

#[tokio::test]
async fn a_claim_that_may_still_be_completed_is_not_swept() {
    let (_directory, path) = file();
    let (clock, turn) = (clock(), Turn::new(PATIENCE));
    let store = SqliteStore::open_at(&path, clock.clone()).await.unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    // Long after its lease.
    clock.advance(Duration::from_hours(30 * 24));
    assert_eq!(writer(&path, clock.clone(), &turn).sweep(), Swept::Rows(0));
    clock.advance(Duration::from_hours(2));
    assert_eq!(writer(&path, clock, &turn).sweep(), Swept::Rows(1));
}

/// With a patience that outlasts the test: a sweep that waited would not come back.
#[test]
fn a_sweep_waits_for_nobody() {
    let (_directory, path) = file();
    let patience = Duration::from_hours(1);
    let turn = Turn::new(patience);
    let database = Database { busy_timeout: patience, ..database(&path) };
    let mut writer =
        Writer::open(&database, Arc::new(clock()), turn.clone(), Arc::default(), Pace::default(), None)
            .unwrap();
    let other = elsewhere(&path);
    other.execute_batch(ROWS).unwrap();
    let (send, swept) = mpsc::channel();
    let (go, gone) = mpsc::channel();
    std::thread::spawn(move || {
        while gone.recv().is_ok() {
            send.send(writer.sweep()).unwrap();
        }
    });
    let sweep = || {
        go.send(()).unwrap();
        swept.recv_timeout(PATIENCE).unwrap()
    };
    let taken = turn.try_take().unwrap();
    assert_eq!(sweep(), Swept::Busy);
    drop(taken);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(sweep(), Swept::Busy);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(sweep(), Swept::Rows(500));
}

/// Otherwise what nobody needs would pile up beside others that never pause.
#[test]
fn a_sweep_that_was_put_off_for_too_long_stands_in_line() {
    let (_directory, path) = file();
    let turn = Turn::new(PATIENCE);
    let pace = Pace { interval: Duration::ZERO, ..Pace::default() };
    let mut writer =
        Writer::open(&database(&path), Arc::new(clock()), turn.clone(), Arc::default(), pace, None).unwrap();
    elsewhere(&path).execute_batch(ROWS).unwrap();
    let taken = turn.try_take().unwrap();
    assert_eq!(writer.sweep(), Swept::Busy);
    let sweep = std::thread::spawn(move || [writer.sweep(), writer.sweep()]);
    std::thread::sleep(Duration::from_millis(20));
    drop(taken);
    assert_eq!(sweep.join().unwrap(), [Swept::Rows(500), Swept::Rows(500)]);
}

/// Were it done by all of them, those who wait to write would wait for all.
#[tokio::test]
async fn of_several_processes_one_sweeps() {
    let (_directory, path) = file();
    let open = async || {
        let turn = Turn::new(PATIENCE);
        let writer = writer(&path, clock(), &turn);
        turn.share(&path).await;
        writer
    };
    let (mut one, mut other) = (open().await, open().await);
    assert_eq!((one.sweep(), other.sweep()), (Swept::Rows(0), Swept::Rows(0)));
    elsewhere(&path).execute_batch(ROWS).unwrap();
    assert_eq!((one.sweep(), other.sweep()), (Swept::Rows(500), Swept::Elsewhere));
    assert_eq!((one.sweep(), other.sweep()), (Swept::Rows(500), Swept::Elsewhere));
    // It ends, or has done it all.
    elsewhere(&path).execute_batch(ROWS).unwrap();
    drop(one);
    assert_eq!(other.sweep(), Swept::Rows(500));
}

#[tokio::test]
async fn a_backlog_goes_in_the_background() {
    let (_directory, path) = file();
    let moment = Duration::from_millis(1);
    let pace = Pace { interval: moment, pause: moment, after_failure: moment };
    let store = SqliteStore::options().clock(clock()).pace(pace).open(&path).await.unwrap();
    elsewhere(&path).execute_batch(ROWS).unwrap();
    until(async || number(&store, COUNT).await == 100).await;
    until(async || store.counts().removed == 1200).await;
    assert_eq!(store.counts().commits, 0);
}

#[tokio::test]
async fn the_commits_of_a_store_that_is_behind_take_expired_rows_along() {
    let (_directory, path) = file();
    SqliteStore::open(&path).await.unwrap().close().await;
    elsewhere(&path).execute_batch(ROWS).unwrap();
    // One sweep, and no other.
    let pace = Pace { interval: Duration::ZERO, pause: Duration::from_hours(1), ..Pace::default() };
    let store = SqliteStore::options().clock(clock()).pace(pace).open(&path).await.unwrap();
    until(async || store.counts().removed == 500).await;
    for of in 0..10 {
        assert_eq!(store.apply(id(of), request()).await.unwrap(), Action::EXECUTE);
    }
    assert_eq!(store.counts().removed, 520);
    assert_eq!(number(&store, COUNT).await, 1300 - 520 + 10);
}

#[tokio::test]
async fn a_store_that_sweeps_still_waits_for_other_processes() {
    let (_directory, path) = file();
    let moment = Duration::from_millis(1);
    let pace = Pace { interval: moment, pause: moment, after_failure: moment };
    let store = SqliteStore::options().pace(pace).open(&path).await.unwrap();
    let other = elsewhere(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut claim = store.apply(id(1), request());
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut claim).await.is_err());
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(claim.await.unwrap(), Action::EXECUTE);
}

#[tokio::test]
async fn a_sweep_that_fails_is_tried_again() {
    let (_directory, path) = file();
    let moment = Duration::from_millis(1);
    let pace = Pace { interval: moment, pause: moment, after_failure: moment };
    let store = SqliteStore::options().clock(clock()).pace(pace).open(&path).await.unwrap();
    run(&store, "ALTER TABLE steadfast_idempotency RENAME TO away").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    run(&store, "ALTER TABLE away RENAME TO steadfast_idempotency").await;
    elsewhere(&path).execute_batch(ROWS).unwrap();
    until(async || store.counts().removed == 1200).await;
}
