//! The audit log: entries are never changed, and are deleted only as the options permit.

use super::*;
use http::StatusCode;
use steadfast_engine::AuditEvent;
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

/// Puts a record where there is none, with an entry.
async fn audited(store: &SqliteStore, of: u16, details: &'static [u8]) -> Result<Swap, StoreError> {
    store.swap(id(of), None, Some(done("done")), vec![draft(details)]).await
}

async fn entries(store: &SqliteStore) -> Vec<AuditRow> {
    store.read(AuditFilter::default(), 100).await.unwrap()
}

/// Sweeps as the writer thread does, once.
fn sweep(path: &Path, clock: &FixedClock, keep: Option<Duration>) -> Swept {
    let mut database = database(path);
    database.options = database.options.clock(clock.clone());
    database.options.keep_audit_for = keep;
    // A thread of its own, because the writer has a runtime of its own.
    let writer = std::thread::spawn(move || {
        Writer::open(&database, WriterQueue::new(PATIENCE), Arc::default()).unwrap().sweep()
    });
    writer.join().unwrap()
}

#[tokio::test]
async fn nobody_changes_an_entry() {
    let store = SqliteStore::in_memory().await.unwrap();
    assert!(matches!(audited(&store, 1, b"first").await.unwrap(), Swap::Done(Some(_))));
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
async fn an_entry_is_appended_if_the_record_is_written() {
    let store = SqliteStore::in_memory().await.unwrap();
    let Swap::Done(Some(revision)) = audited(&store, 1, b"put").await.unwrap() else { panic!("it was free") };
    assert_eq!(audited(&store, 1, b"late").await.unwrap(), Swap::Conflict);
    let other = Some(Revision::from(7));
    assert_eq!(store.swap(id(1), other, None, vec![draft(b"late")]).await.unwrap(), Swap::Conflict);
    let both = vec![draft(b"lost"), draft(b"removed")];
    assert_eq!(store.swap(id(1), Some(revision), None, both).await.unwrap(), Swap::Done(None));
    let absent = store.swap(id(1), None, None, vec![draft(b"absent")]).await.unwrap();
    assert_eq!(absent, Swap::Done(None));
    store.append(id(1), draft(b"alone")).await.unwrap();
    let details: Vec<_> = entries(&store).await.into_iter().map(|row| row.draft.details).collect();
    assert_eq!(details, ["put", "lost", "removed", "absent", "alone"]);
}

#[tokio::test]
async fn expired_entries_are_deleted_and_others_stay() {
    let (_directory, path) = file();
    let clock = FixedClock::new(Duration::from_secs(100_000));
    let store = SqliteStore::open_at(&path, clock.clone()).await.unwrap();
    let other = elsewhere(&path);
    // A record that has expired, whose entry is as old as those that were written elsewhere.
    assert!(matches!(audited(&store, 1, b"old").await.unwrap(), Swap::Done(Some(_))));
    other
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 699)
             INSERT INTO steadfast_audit (codec, at, record, event, operation, details)
             SELECT 1, 100000000, randomblob(32), 'lost', 'pay', x'7b7d' FROM n",
        )
        .unwrap();
    clock.advance(Duration::from_hours(2));
    assert!(matches!(audited(&store, 2, b"new").await.unwrap(), Swap::Done(Some(_))));
    let swept = |keep| {
        let rows = sweep(&path, &clock, keep);
        (rows, other.query_row(COUNT, [], |row| row.get::<_, i64>(0)).unwrap())
    };
    // By default entries stay forever, also those of records that are removed.
    assert_eq!(swept(None), (Swept::Rows(1), 701));
    let day = Some(Duration::from_hours(24));
    assert_eq!(swept(day), (Swept::Rows(0), 701));
    let hour = Some(Duration::from_hours(1));
    assert_eq!(swept(hour), (Swept::Rows(500), 201));
    assert_eq!(swept(hour), (Swept::Rows(200), 1));
    assert_eq!(swept(hour), (Swept::Rows(0), 1));
    let left = entries(&store).await;
    assert_eq!((left.len(), left[0].sequence, &left[0].draft), (1, 701, &draft(b"new")));
    // An entry that is younger stays, whatever was deleted before.
    assert!(other.execute("DELETE FROM steadfast_audit", []).is_err());
    clock.advance(Duration::from_hours(2));
    assert_eq!(swept(hour), (Swept::Rows(1), 0));
    store.append(id(3), draft(b"next")).await.unwrap();
    assert_eq!(entries(&store).await[0].sequence, 702, "a number was used again");
}

/// To the millisecond: an entry that is to be kept for an hour is there an hour later.
#[tokio::test]
async fn an_entry_stays_until_it_is_older_than_the_limit() {
    let (_directory, path) = file();
    let clock = FixedClock::new(Duration::from_secs(100_000));
    let store = SqliteStore::open_at(&path, clock.clone()).await.unwrap();
    for of in 1..=2 {
        store.append(id(of), draft(b"{}")).await.unwrap();
        clock.advance(Duration::from_millis(1));
    }
    clock.advance(Duration::from_hours(1) - Duration::from_millis(1));
    let sweep = || sweep(&path, &clock, Some(Duration::from_hours(1)));
    assert_eq!((sweep(), sweep()), (Swept::Rows(1), Swept::Rows(0)));
    let left = entries(&store).await;
    assert_eq!((left.len(), left[0].sequence), (1, 2));
    assert!(elsewhere(&path).execute("DELETE FROM steadfast_audit", []).is_err());
    clock.advance(Duration::from_millis(1));
    assert_eq!(sweep(), Swept::Rows(1));
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
    let least = AuditDraft { status: None, ..draft(b"") };
    for draft in [&whole, &least] {
        store.append(id(1), draft.clone()).await.unwrap();
        let (transaction, _) = store.begin(Some(id(1))).await.unwrap();
        let finished = transaction.finish(None, vec![draft.clone(), draft.clone()]).await.unwrap();
        assert!(matches!(finished, Finish::Committed));
    }
    let read = entries(&store).await;
    let read: Vec<_> = read.iter().map(|row| (row.record, &row.draft)).collect();
    let (whole, least) = ((id(1), &whole), (id(1), &least));
    assert_eq!(read, [whole, whole, whole, least, least, least]);
}

/// A reader that goes on behind a number misses no entry, also none from before a clock was set back.
#[tokio::test]
async fn entries_are_read_in_the_order_of_their_numbers() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    elsewhere(&path)
        .execute_batch(
            "INSERT INTO steadfast_audit (codec, at, record, event, operation, scope, details)
             SELECT 1, value, zeroblob(32), 'lost', 'at ' || value, CAST(printf('%032d', value) AS BLOB), x'7b7d'
             FROM json_each('[40, 10, 50, 20]')",
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
    assert_eq!(numbers(AuditFilter { since: Some(20), until: Some(50), ..all.clone() }, 9).await, [1, 4]);
    assert_eq!(numbers(AuditFilter { operation: Some("at 50".to_owned()), ..all.clone() }, 9).await, [3]);
    let scope = *b"00000000000000000000000000000010";
    assert_eq!(numbers(AuditFilter { scope: Some(scope), ..all.clone() }, 9).await, [2]);
    assert_eq!(numbers(AuditFilter { record: Some(id(0)), ..all.clone() }, 9).await, [1, 2, 3, 4]);
    assert_eq!(numbers(AuditFilter { record: Some(id(1)), ..all }, 9).await, [0; 0]);
}

#[tokio::test]
async fn a_record_is_not_written_without_its_entry() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let refuse =
        "CREATE TRIGGER refuse BEFORE INSERT ON steadfast_audit BEGIN SELECT RAISE(ABORT, 'no'); END";
    run(&store, refuse).await;
    assert!(unavailable(audited(&store, 1, b"").await).contains("no"));
    let (transaction, _) = store.begin(Some(id(1))).await.unwrap();
    let finished = transaction.finish(Some(done("done")), vec![draft(b"")]).await.unwrap();
    assert!(matches!(finished, Finish::RolledBack(StoreError::Unavailable(_))), "{finished:?}");
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    run(&store, "DROP TRIGGER refuse").await;
    assert!(matches!(audited(&store, 1, b"").await.unwrap(), Swap::Done(Some(_))));
    assert_eq!(entries(&store).await.len(), 1);
}

/// A limit of pages stands in for a full disk.
#[tokio::test]
async fn an_entry_that_finds_no_room_keeps_its_record_out() {
    const BIG: &[u8] = &[b'x'; 60_000];
    let (_directory, path) = file();
    let store = SqliteStore::options().max_pages(60).open(&path).await.unwrap();
    run(&store, "CREATE TABLE ballast AS SELECT zeroblob(4096 * 100)").await;
    let full = audited(&store, 1, BIG).await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    run(&store, "DROP TABLE ballast").await;
    assert!(matches!(audited(&store, 1, BIG).await.unwrap(), Swap::Done(Some(_))));
    assert!(entries(&store).await[0].draft.details == BIG);
}

#[tokio::test]
async fn several_processes_append_to_one_log() {
    let (_directory, path) = file();
    let stores = join_all((0..3).map(|_| SqliteStore::open(&path))).await;
    let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
    let swaps = (0..60_u16).map(|of| {
        let store = stores[usize::from(of) % 3].clone();
        // Two of them try to put each record.
        tokio::spawn(async move { audited(&store, of / 2, b"").await })
    });
    for swap in join_all(swaps.collect::<Vec<_>>()).await {
        assert!(matches!(swap.unwrap().unwrap(), Swap::Done(Some(_)) | Swap::Conflict));
    }
    for store in &stores {
        let mut records: Vec<_> = entries(store).await.iter().map(|row| row.record).collect();
        records.sort_unstable();
        assert_eq!(records, (0..30).map(id).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_entry_of_a_newer_release_is_an_error_and_never_left_out() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    for (of, (columns, why)) in [
        ("2, 1, zeroblob(32), 'lost', NULL, NULL", "codec 2"),
        ("1, 1, zeroblob(32), 'paid', NULL, NULL", "unknown event"),
        ("1, 1, zeroblob(31), 'lost', NULL, NULL", "slice"),
        ("1, -1, zeroblob(32), 'lost', NULL, NULL", "out of range"),
        ("1, 1, zeroblob(32), 'lost', 99999, NULL", "out of range"),
        ("1, 1, zeroblob(32), 'lost', 1, NULL", "status code"),
        ("1, 1, zeroblob(32), 'lost', NULL, 20240230", "no day"),
    ]
    .into_iter()
    .enumerate()
    {
        let insert = "INSERT INTO steadfast_audit (codec, at, record, event, status, version, operation, details) VALUES";
        elsewhere(&path).execute_batch(&format!("{insert} ({columns}, 'pay', x'7b7d')")).unwrap();
        let after = u64::try_from(of).unwrap();
        match store.read(AuditFilter { after, ..AuditFilter::default() }, 1).await {
            Err(StoreError::Unreadable { why: found }) => {
                assert!(found.contains(why) && found.contains(&format!("entry {}", after + 1)), "{found}");
            }
            other => panic!("{other:?}"),
        }
    }
}
