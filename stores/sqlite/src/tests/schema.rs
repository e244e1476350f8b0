use super::*;
use crate::idempotency::Asked;
use crate::idempotency::store::sqlite::schema::bring_up;
use rusqlite::Connection;

/// The tables of version 1 with a claim, a response and a tombstone, as the first release wrote them. Never edited.
const VERSION_1: &str = include_str!("version_1.sql");

fn old(path: &Path) -> Connection {
    let connection = elsewhere(path);
    connection.execute_batch(VERSION_1).unwrap();
    connection
}

fn version(connection: &Connection) -> i64 {
    let version = "SELECT value FROM steadfast_meta WHERE name = 'idempotency'";
    connection.query_row(version, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn what_the_first_release_wrote_is_read() {
    let (_directory, path) = file();
    drop(old(&path));
    let clock = FixedClock::new(Duration::from_secs(1_750_000_001));
    let store = SqliteStore::open_at(&path, clock).await.unwrap();
    let asked = Asked::from(Fingerprint::from_bytes(1, &[7; 32]).unwrap());
    let look = || Event::Look { asked: asked.clone() };
    assert_eq!(store.apply(id(1), look()).await.unwrap(), Action::InProgress { retry_after: 1 });
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let Action::Replay { outcome: Kept::Response(found), .. } = store.apply(id(2), look()).await.unwrap()
    else {
        panic!("no response");
    };
    assert_eq!((found.status, &*found.body), (StatusCode::CREATED, &b"paid"[..]));
    assert_eq!(found.headers[0].0, "x-paid");
    assert_eq!(found.version.unwrap().to_string(), "2025-09-30");
    let Action::Replay { outcome: Kept::Tombstone(found), .. } = store.apply(id(3), look()).await.unwrap()
    else {
        panic!("no tombstone");
    };
    assert_eq!((found.status, found.location.unwrap().as_bytes()), (StatusCode::OK, &b"/payments/3"[..]));
    // The table of the application is left alone.
    assert_eq!(number(&store, "PRAGMA user_version").await, 77);
}

/// By the thread that writes, and by a transaction.
#[tokio::test]
async fn nothing_is_left_of_a_row_whose_place_is_taken() {
    for is_joined in [false, true] {
        let (_directory, path) = file();
        drop(old(&path));
        // When none of them counts any more.
        let clock = FixedClock::new(Duration::from_secs(1_760_000_000));
        let store = SqliteStore::open_at(&path, clock).await.unwrap();
        for of in 1..=3 {
            if is_joined {
                let mut transaction = SqliteTransaction::begin(&store.0).await.unwrap();
                assert_eq!(transaction.apply(id(of), complete("new")).await.unwrap(), Action::Done);
                Box::new(transaction).commit().await.unwrap();
            } else {
                assert_eq!(store.apply(id(of), complete("new")).await.unwrap(), Action::Done);
            }
            assert_eq!(body(&store.apply(id(of), look()).await.unwrap()), b"new");
        }
        let new = "SELECT count(*) FROM steadfast_idempotency WHERE codec = 2 AND algorithm = 2 AND state = 2 \
                   AND token IS NULL AND claimed_at IS NULL AND lease_until IS NULL AND status = 200 \
                   AND version IS NULL AND location IS NULL AND expires_at > 1760000000000";
        assert_eq!(number(&store, new).await, 3);
    }
}

#[test]
fn only_the_steps_that_are_missing_are_taken() {
    const STEPS: &[&str] = &[
        "CREATE TABLE never (a)",
        "ALTER TABLE steadfast_idempotency ADD COLUMN second INTEGER",
        "ALTER TABLE steadfast_idempotency ADD COLUMN third INTEGER",
    ];
    let (_directory, path) = file();
    let mut connection = old(&path);
    assert_eq!(bring_up(&mut connection, &STEPS[..2]).unwrap(), 1);
    assert_eq!(version(&connection), 2);
    assert_eq!(bring_up(&mut connection, STEPS).unwrap(), 2);
    assert_eq!((version(&connection), bring_up(&mut connection, STEPS).unwrap()), (3, 3));
    let found: (i64, Option<i64>) = connection
        .query_row("SELECT count(*), max(third) FROM steadfast_idempotency", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(found, (3, None));
    assert!(!connection.table_exists(None, "never").unwrap());
}

#[test]
fn a_step_that_fails_undoes_those_before() {
    const STEPS: &[&str] = &[
        "",
        "ALTER TABLE steadfast_idempotency ADD COLUMN second INTEGER",
        "ALTER TABLE nowhere ADD COLUMN third",
    ];
    let (_directory, path) = file();
    let mut connection = old(&path);
    assert!(bring_up(&mut connection, STEPS).unwrap_err().to_string().contains("nowhere"));
    assert_eq!(version(&connection), 1);
    assert!(connection.prepare("SELECT second FROM steadfast_idempotency").is_err());
}

#[test]
fn of_many_at_once_one_takes_the_steps() {
    const STEPS: &[&str] = &["", "ALTER TABLE steadfast_idempotency ADD COLUMN second INTEGER"];
    for _ in 0..10 {
        let (_directory, path) = file();
        drop(old(&path));
        let all = std::sync::Barrier::new(4);
        let found = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| {
                scope.spawn(|| {
                    let mut connection = database(&path).connect().unwrap();
                    all.wait();
                    bring_up(&mut connection, STEPS).unwrap()
                })
            });
            threads.map(|thread| thread.join().unwrap())
        });
        assert_eq!(found.iter().filter(|found| **found == 1).count(), 1, "{found:?}");
        assert_eq!(version(&elsewhere(&path)), 2);
    }
}

#[tokio::test]
async fn many_can_open_a_new_file_at_once() {
    for _ in 0..10 {
        let (_directory, path) = file();
        let stores = join_all((0..6).map(|_| SqliteStore::open(&path))).await;
        for (of, store) in (0..).zip(stores) {
            assert_eq!(store.unwrap().apply(id(of), request()).await.unwrap(), Action::EXECUTE);
        }
    }
}

/// Whoever looks for little must not go through all that there is.
#[tokio::test]
async fn what_is_looked_for_has_an_index() {
    let (_directory, path) = file();
    SqliteStore::open(&path).await.unwrap().close().await;
    let connection = elsewhere(&path);
    for (rows, index) in [
        ("steadfast_idempotency WHERE id = x'00'", "sqlite_autoindex_steadfast_idempotency_1"),
        ("steadfast_idempotency WHERE expires_at <= 1", "steadfast_idempotency_expires_at"),
        ("steadfast_audit WHERE at >= 1", "steadfast_audit_at"),
        ("steadfast_audit WHERE record = x'00'", "steadfast_audit_record"),
        ("steadfast_audit WHERE operation = 'pay'", "steadfast_audit_operation"),
    ] {
        let plan = format!("EXPLAIN QUERY PLAN SELECT * FROM {rows}");
        let plan: String = connection.query_row(&plan, [], |row| row.get("detail")).unwrap();
        assert!(plan.contains(&format!("USING INDEX {index} ")), "{rows}: {plan}");
    }
}

#[tokio::test]
async fn tables_of_a_newer_release_are_refused() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    for (version, statement) in [
        ("version 1000,", "UPDATE steadfast_meta SET value = 1000"),
        ("version -1,", "UPDATE steadfast_meta SET value = -1"),
    ] {
        run(&store, statement).await;
        match SqliteStore::open(&path).await {
            Err(StoreError::Unreadable { why }) => {
                assert!(why.contains(version) && why.contains("help: "), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_file_that_is_up_to_date_is_opened_while_another_writes() {
    let (_directory, path) = file();
    SqliteStore::open(&path).await.unwrap().close().await;
    let other = elsewhere(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    SqliteStore::options().busy_timeout(Duration::ZERO).open(&path).await.unwrap();
}
