//! The audit trail as SQLite keeps it: nobody changes it, and it goes only as it was told to.

use super::*;
use crate::idempotency::{AuditEvent, StoreError};
use counts::Counters;
use sweeper::Swept;
use writer::Writer;

const COUNT: &str = "SELECT count(*) FROM steadfast_audit";

fn draft(details: &'static [u8]) -> AuditDraft {
    AuditDraft {
        event: AuditEvent::Completed,
        status: Some(StatusCode::CREATED),
        operation: "POST /payments".into(),
        scope: None,
        version: None,
        began_at: None,
        details: Bytes::from_static(details),
    }
}

async fn entries(store: &SqliteStore) -> Vec<AuditRow> {
    store.read(AuditFilter::default(), 100).await.unwrap()
}

#[tokio::test]
async fn nobody_changes_an_entry() {
    let store = SqliteStore::in_memory().await.unwrap();
    assert_eq!(store.apply_audited(id(1), complete("done"), draft(b"first")).await.unwrap(), Action::Done);
    for (statement, why) in [
        ("UPDATE steadfast_audit SET details = x'00'", "never changed"),
        ("UPDATE OR REPLACE steadfast_audit SET sequence = 2", "never changed"),
        ("DELETE FROM steadfast_audit", "before their time"),
        (
            "REPLACE INTO steadfast_audit (sequence, codec, at, record, event, operation, details) \
             VALUES (1, 1, 1, x'00', 'lost', '', x'00')",
            "never changed",
        ),
        (
            "INSERT INTO steadfast_audit (sequence, codec, at, record, event, operation, details) \
             VALUES (1, 1, 1, x'00', 'lost', '', x'00') ON CONFLICT (sequence) DO UPDATE SET at = 0",
            "never changed",
        ),
    ] {
        let error = sqlx::query(statement).execute(store.pool()).await.unwrap_err().to_string();
        assert!(error.contains(why), "{statement}: {error}");
    }
    assert_eq!(entries(&store).await[0].draft, draft(b"first"));
}

#[tokio::test]
async fn entries_go_when_they_were_told_to_and_others_stay() {
    let (_directory, path) = file();
    let clock = FixedClock::new(Duration::from_secs(100_000));
    let store = SqliteStore::open_at(&path, clock.clone()).await.unwrap();
    let other = elsewhere(&path);
    let writer = |keep| {
        let turn = Turn::new(PATIENCE);
        let clock = Arc::new(clock.clone());
        Writer::open(&database(&path), clock, turn, Arc::<Counters>::default(), Pace::default(), keep)
            .unwrap()
    };
    // A record that has expired, whose entry is as old as those that nobody here has written.
    assert_eq!(store.apply_audited(id(1), complete("done"), draft(b"old")).await.unwrap(), Action::Done);
    other
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 699)
             INSERT INTO steadfast_audit (codec, at, record, event, operation, details)
             SELECT 1, 100000000, randomblob(32), 'lost', 'pay', x'7b7d' FROM n",
        )
        .unwrap();
    clock.advance(Duration::from_hours(2));
    assert_eq!(store.apply_audited(id(2), complete("done"), draft(b"new")).await.unwrap(), Action::Done);
    let sweep =
        |keep| (writer(keep).sweep(), other.query_row(COUNT, [], |row| row.get::<_, i64>(0)).unwrap());
    // Without a word entries stay forever, also those of records that go.
    assert_eq!(sweep(None), (Swept::Rows(1), 701));
    let day = Some(Duration::from_hours(24));
    assert_eq!(sweep(day), (Swept::Rows(0), 701));
    let hour = Some(Duration::from_hours(1));
    assert_eq!(sweep(hour), (Swept::Rows(500), 201));
    assert_eq!(sweep(hour), (Swept::Rows(200), 1));
    assert_eq!(sweep(hour), (Swept::Rows(0), 1));
    let left = entries(&store).await;
    assert_eq!((left.len(), left[0].sequence, &left[0].draft), (1, 701, &draft(b"new")));
    // What is younger stays, whatever went before.
    assert!(other.execute("DELETE FROM steadfast_audit", []).is_err());
    clock.advance(Duration::from_hours(2));
    assert_eq!(sweep(hour), (Swept::Rows(1), 0));
    store.append(id(3), draft(b"next")).await.unwrap();
    assert_eq!(entries(&store).await[0].sequence, 702, "a number was used again");
}

#[tokio::test]
async fn an_entry_is_read_as_it_was_appended() {
    let store = SqliteStore::in_memory().await.unwrap();
    let whole = AuditDraft {
        scope: Some([9; 32]),
        version: steadfast_core::Date::from_ymd(2025, 9, 30),
        began_at: Some(5),
        ..draft(b"{}")
    };
    let least = AuditDraft { status: None, ..draft(b"{}") };
    for draft in [&whole, &least] {
        store.append(id(1), draft.clone()).await.unwrap();
        let mut transaction = SqliteTransaction::begin(&store.0).await.unwrap();
        transaction.append(id(1), draft.clone()).await.unwrap();
        Box::new(transaction).commit().await.unwrap();
    }
    let read = entries(&store).await;
    let read: Vec<_> = read.iter().map(|row| (row.record, &row.draft)).collect();
    assert_eq!(read, [(id(1), &whole), (id(1), &whole), (id(1), &least), (id(1), &least)]);
}

/// Whoever goes on behind a number misses none, also of those from before a clock was set back.
#[tokio::test]
async fn entries_are_read_in_the_order_of_their_numbers() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    elsewhere(&path)
        .execute_batch(
            "INSERT INTO steadfast_audit (codec, at, record, event, operation, details)
             SELECT 1, value, zeroblob(32), 'lost', 'pay', x'7b7d' FROM json_each('[40, 10, 50, 20]')",
        )
        .unwrap();
    let numbers = async |filter, limit| -> Vec<u64> {
        let rows = store.read(filter, limit).await.unwrap();
        rows.iter().map(|row| row.sequence).collect()
    };
    let all = AuditFilter::default();
    assert_eq!(numbers(all.clone(), 2).await, [1, 2]);
    assert_eq!(numbers(AuditFilter { after: 2, ..all.clone() }, 2).await, [3, 4]);
    assert_eq!(numbers(AuditFilter { since: Some(40), ..all.clone() }, 9).await, [1, 3]);
    assert_eq!(numbers(AuditFilter { since: Some(20), after: 1, ..all.clone() }, 9).await, [3, 4]);
    assert_eq!(numbers(AuditFilter { since: Some(20), until: Some(50), ..all }, 9).await, [1, 4]);
}

/// To the millisecond: what was to be kept for an hour is there an hour later.
#[tokio::test]
async fn an_entry_stays_until_it_is_older_than_that() {
    let (_directory, path) = file();
    let clock = FixedClock::new(Duration::from_secs(100_000));
    let store = SqliteStore::open_at(&path, clock.clone()).await.unwrap();
    for of in 1..=2 {
        store.append(id(of), draft(b"{}")).await.unwrap();
        clock.advance(Duration::from_millis(1));
    }
    clock.advance(Duration::from_hours(1) - Duration::from_millis(1));
    let (counters, turn) = (Arc::<Counters>::default(), Turn::new(PATIENCE));
    let keep = Some(Duration::from_hours(1));
    let now = Arc::new(clock.clone());
    let mut writer = Writer::open(&database(&path), now, turn, counters, Pace::default(), keep).unwrap();
    assert_eq!((writer.sweep(), writer.sweep()), (Swept::Rows(1), Swept::Rows(0)));
    let left = entries(&store).await;
    assert_eq!((left.len(), left[0].sequence), (1, 2));
    assert!(elsewhere(&path).execute("DELETE FROM steadfast_audit", []).is_err());
    clock.advance(Duration::from_millis(1));
    assert_eq!(writer.sweep(), Swept::Rows(1));
}

#[tokio::test]
async fn a_record_is_not_written_without_its_entry() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    let refuse =
        "CREATE TRIGGER refuse BEFORE INSERT ON steadfast_audit BEGIN SELECT RAISE(ABORT, 'no'); END";
    run(&store, refuse).await;
    let failed = store.apply_audited(id(1), complete("done"), draft(b"")).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert!(matches!(store.apply(id(1), look()).await.unwrap(), Action::InProgress { .. }));
    let mut transaction = SqliteTransaction::begin(&store.0).await.unwrap();
    assert_eq!(transaction.apply(id(2), complete("done")).await.unwrap(), Action::Done);
    assert!(transaction.append(id(2), draft(b"")).await.is_err());
    Box::new(transaction).rollback().await.unwrap();
    assert_eq!(store.apply(id(2), look()).await.unwrap(), Action::Missing);
    run(&store, "DROP TRIGGER refuse").await;
    assert_eq!(store.apply_audited(id(1), complete("done"), draft(b"")).await.unwrap(), Action::Done);
    assert_eq!(entries(&store).await.len(), 1);
}

/// A limit of pages stands in for a full disk.
#[tokio::test]
async fn an_entry_that_finds_no_room_keeps_its_record_out() {
    const BIG: &[u8] = &[b'x'; 60_000];
    let (_directory, path) = file();
    let store = SqliteStore::options().max_pages(60).open(&path).await.unwrap();
    assert_eq!(store.apply(id(1), request()).await.unwrap(), Action::EXECUTE);
    run(&store, "CREATE TABLE ballast AS SELECT zeroblob(4096 * 100)").await;
    let full = store.apply_audited(id(1), complete("done"), draft(BIG)).await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert!(matches!(store.apply(id(1), look()).await.unwrap(), Action::InProgress { .. }));
    run(&store, "DROP TABLE ballast").await;
    assert_eq!(store.apply_audited(id(1), complete("done"), draft(BIG)).await.unwrap(), Action::Done);
    assert!(entries(&store).await[0].draft.details == BIG);
}

#[tokio::test]
async fn several_processes_append_to_one_trail() {
    let (_directory, path) = file();
    let stores = join_all((0..3).map(|_| SqliteStore::open(&path))).await;
    let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
    let completing = (0..60_u16).map(|of| {
        let store = stores[usize::from(of) % 3].clone();
        // Each operation is completed by two of them.
        tokio::spawn(async move { store.apply_audited(id(of / 2), complete("done"), draft(b"")).await })
    });
    for answer in join_all(completing.collect::<Vec<_>>()).await {
        assert!(matches!(answer.unwrap().unwrap(), Action::Done | Action::Replay { .. }));
    }
    for store in &stores {
        let entries = entries(store).await;
        let mut records: Vec<_> = entries.iter().map(|row| row.record).collect();
        records.sort_unstable();
        assert_eq!(records, (0..30).map(id).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_entry_of_a_newer_release_is_an_error_and_never_left_out() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    for (columns, why) in [
        ("2, 1, zeroblob(32), 'lost'", "codec 2"),
        ("1, 1, zeroblob(32), 'paid'", "what its codec says"),
        ("1, 1, zeroblob(31), 'lost'", "what its codec says"),
        ("1, -1, zeroblob(32), 'lost'", "what its codec says"),
    ] {
        let insert = "INSERT INTO steadfast_audit (codec, at, record, event, operation, details) VALUES";
        elsewhere(&path).execute_batch(&format!("{insert} ({columns}, 'pay', x'7b7d')")).unwrap();
        let after =
            u64::try_from(number(&store, "SELECT max(sequence) - 1 FROM steadfast_audit").await).unwrap();
        match store.read(AuditFilter { after, ..AuditFilter::default() }, 1).await {
            Err(StoreError::Unreadable { why: told }) => assert!(told.contains(why), "{told}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn tables_of_the_first_release_get_a_trail() {
    let (_directory, path) = file();
    elsewhere(&path).execute_batch(include_str!("version_1.sql")).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.apply_audited(id(9), complete("done"), draft(b"{}")).await.unwrap(), Action::Done);
    assert_eq!(entries(&store).await.len(), 1);
    store.close().await;
    assert!(store.read(AuditFilter::default(), 1).await.is_err(), "it is closed");
    assert!(store.append(id(9), draft(b"{}")).await.is_err(), "it is closed");
}
