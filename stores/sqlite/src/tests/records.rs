use super::*;
use std::collections::HashSet;
use std::sync::atomic::AtomicUsize;
use steadfast_engine::contract;

async fn both() -> (TempDir, [SqliteStore; 2]) {
    let (directory, path) = file();
    let stores = [SqliteStore::in_memory().await.unwrap(), SqliteStore::open(path).await.unwrap()];
    (directory, stores)
}

#[tokio::test]
async fn a_store_in_memory_keeps_the_contract() {
    contract::check(async |clock| SqliteStore::in_memory_at(clock).await).await.unwrap();
}

#[tokio::test]
async fn a_store_in_a_file_keeps_the_contract() {
    let (directory, databases) = (TempDir::new().unwrap(), AtomicUsize::new(0));
    contract::check(async |clock| {
        let number = databases.fetch_add(1, Ordering::Relaxed);
        SqliteStore::open_at(directory.path().join(format!("{number}.db")), clock).await
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_claim_of_a_free_id_is_inserted_and_found_by_others() {
    let (_directory, stores) = both().await;
    for store in stores {
        let first = claim(&store, id(1)).await.unwrap();
        assert!(first.inserted);
        assert_eq!((first.kind, &*first.record, first.age), (Kind::Running, &b"claim"[..], Duration::ZERO));
        let second =
            store.find_or_insert(id(1), &mut || Ok(entry(Kind::Running, "another claim"))).await.unwrap();
        assert!(!second.inserted);
        assert_eq!((second.kind, second.record, second.revision), (first.kind, first.record, first.revision));
    }
}

#[tokio::test]
async fn a_claim_that_fails_is_returned_and_writes_nothing() {
    let store = SqliteStore::in_memory().await.unwrap();
    let mut calls = 0;
    let mut fails = || {
        calls += 1;
        Err(StoreError::unavailable("no random numbers"))
    };
    assert!(unavailable(store.find_or_insert(id(1), &mut fails).await).contains("no random numbers"));
    assert_eq!(calls, 1);
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    assert_eq!(store.counts(), SqliteCounts::default());
}

#[tokio::test]
async fn a_record_is_replaced_only_at_its_revision() {
    let (_directory, stores) = both().await;
    for store in stores {
        let claimed = claim(&store, id(1)).await.unwrap();
        let Swap::Done(Some(second)) = complete(&store, id(1), &claimed, "done").await.unwrap() else {
            panic!("it was claimed")
        };
        for new in [Some(done("again")), None] {
            for expected in [Some(claimed.revision.clone()), None, Some(Revision::from(Bytes::from("other")))]
            {
                let conflict = store.swap(id(1), expected, new.clone(), Vec::new()).await.unwrap();
                assert_eq!(conflict, Swap::Conflict);
            }
        }
        let found = store.load(id(1)).await.unwrap().unwrap();
        assert_eq!((&*found.record, &found.revision), (&b"done"[..], &second));
        assert_eq!(
            store.swap(id(1), Some(second.clone()), None, Vec::new()).await.unwrap(),
            Swap::Done(None)
        );
        assert_eq!(store.load(id(1)).await.unwrap(), None);
        for expected in [second, Revision::from(Bytes::from("other"))] {
            for new in [Some(done("again")), None] {
                let conflict = store.swap(id(1), Some(expected.clone()), new, Vec::new()).await.unwrap();
                assert_eq!(conflict, Swap::Conflict);
            }
        }
        assert_eq!(store.swap(id(1), None, None, Vec::new()).await.unwrap(), Swap::Done(None));
    }
}

#[tokio::test]
async fn a_revision_is_never_used_twice() {
    let store = SqliteStore::in_memory().await.unwrap();
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let claimed = claim(&store, id(1)).await.unwrap();
        let Swap::Done(Some(done)) = complete(&store, id(1), &claimed, "done").await.unwrap() else {
            panic!("it was claimed")
        };
        assert!(seen.insert(claimed.revision) && seen.insert(done.clone()));
        assert_eq!(store.swap(id(1), Some(done), None, Vec::new()).await.unwrap(), Swap::Done(None));
        let (transaction, _) = store.begin(Some(id(1))).await.unwrap();
        let finished = transaction.finish(Some(super::done("tx")), Vec::new()).await.unwrap();
        assert!(matches!(finished, Finish::Committed));
        let found = store.load(id(1)).await.unwrap().unwrap();
        assert!(seen.insert(found.revision.clone()));
        assert_eq!(
            store.swap(id(1), Some(found.revision), None, Vec::new()).await.unwrap(),
            Swap::Done(None)
        );
    }
}

#[tokio::test]
async fn a_record_ages_by_the_clock_of_the_store() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    let age = async || store.load(id(1)).await.unwrap().unwrap().age;
    let claimed = claim(&store, id(1)).await.unwrap();
    clock.advance(Duration::from_millis(1500));
    assert_eq!(age().await, Duration::from_millis(1500));
    assert_eq!(claim(&store, id(1)).await.unwrap().age, Duration::from_millis(1500));
    let (transaction, found) = store.begin(Some(id(1))).await.unwrap();
    assert_eq!(found.unwrap().age, Duration::from_millis(1500));
    transaction.rollback().await.unwrap();
    assert!(matches!(complete(&store, id(1), &claimed, "done").await.unwrap(), Swap::Done(Some(_))));
    assert_eq!(age().await, Duration::ZERO);
    clock.rewind(Duration::from_secs(1));
    assert_eq!(age().await, Duration::ZERO);
}

#[tokio::test]
async fn an_expired_record_counts_as_absent() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    let short = || Entry { keep_for: Duration::from_secs(1), ..done("old") };
    for of in 1..=6 {
        assert!(store.find_or_insert(id(of), &mut || Ok(short())).await.unwrap().inserted);
    }
    let revision = store.load(id(1)).await.unwrap().unwrap().revision;
    clock.advance(Duration::from_millis(999));
    assert!(!claim(&store, id(1)).await.unwrap().inserted);
    clock.advance(Duration::from_millis(1));
    assert_eq!(store.load(id(1)).await.unwrap(), None);
    for new in [None, Some(done("new"))] {
        let late = store.swap(id(1), Some(revision.clone()), new, Vec::new()).await.unwrap();
        assert_eq!(late, Swap::Conflict);
    }
    // Each write takes the row of an expired record.
    assert!(claim(&store, id(1)).await.unwrap().inserted);
    put(&store, id(2), "new").await.unwrap();
    assert_eq!(store.swap(id(3), None, None, Vec::new()).await.unwrap(), Swap::Done(None));
    for of in 4..=5 {
        let (transaction, found) = store.begin(Some(id(of))).await.unwrap();
        assert_eq!(found, None);
        let new = (of == 4).then(|| done("new"));
        assert!(matches!(transaction.finish(new, Vec::new()).await.unwrap(), Finish::Committed));
    }
    for (of, record) in [(1, Some("claim")), (2, Some("new")), (3, None), (4, Some("new")), (5, None)] {
        assert_eq!(stored(&store, id(of)).await.as_deref(), record.map(str::as_bytes), "{of}");
    }
}

#[tokio::test]
async fn a_record_is_kept_for_part_of_a_millisecond() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    let short = Entry { keep_for: Duration::from_micros(1001), ..done("short") };
    assert!(store.find_or_insert(id(1), &mut || Ok(short.clone())).await.unwrap().inserted);
    clock.advance(Duration::from_millis(1));
    assert_eq!(stored(&store, id(1)).await.unwrap(), "short");
    clock.advance(Duration::from_millis(1));
    assert_eq!(store.load(id(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_record_of_a_megabyte_is_returned_as_it_was_stored() {
    let (_directory, stores) = both().await;
    let large: Bytes = (0..1 << 20).map(|i: u32| i.to_le_bytes()[usize::from(i.is_multiple_of(3))]).collect();
    for store in stores {
        for record in [large.clone(), Bytes::new()] {
            let claimed = claim(&store, id(1)).await.unwrap();
            assert!(matches!(
                complete(&store, id(1), &claimed, record.clone()).await,
                Ok(Swap::Done(Some(_)))
            ));
            let found = claim(&store, id(1)).await.unwrap();
            assert!(found.record == record);
            assert_eq!(
                store.swap(id(1), Some(found.revision), None, Vec::new()).await.unwrap(),
                Swap::Done(None)
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_kind_is_unreadable_and_not_absent() {
    let store = SqliteStore::in_memory().await.unwrap();
    for kind in ["0", "4", "-1", "257"] {
        let revision = put(&store, id(1), "done").await.unwrap();
        let damage = format!("UPDATE steadfast_idempotency SET kind = {kind}");
        sqlx::query(sqlx::AssertSqlSafe(damage)).execute(store.pool()).await.unwrap();
        let unreadable = |result: Result<(), StoreError>| match result {
            Err(StoreError::Unreadable { why }) => assert!(why.contains(&format!("kind {kind}")), "{why}"),
            other => panic!("{other:?}"),
        };
        unreadable(store.load(id(1)).await.map(drop));
        unreadable(claim(&store, id(1)).await.map(drop));
        unreadable(store.swap(id(1), None, Some(done("new")), Vec::new()).await.map(drop));
        unreadable(store.begin(Some(id(1))).await.map(drop));
        // It fails no other write, and goes when its revision is known.
        let results = tokio::join!(
            store.swap(id(1), None, Some(done("new")), Vec::new()),
            store.swap(id(2), None, None, Vec::new()),
        );
        unreadable(results.0.map(drop));
        assert_eq!(results.1.unwrap(), Swap::Done(None));
        assert_eq!(store.swap(id(1), Some(revision), None, Vec::new()).await.unwrap(), Swap::Done(None));
    }
}

#[tokio::test]
async fn both_drivers_see_one_database_in_memory_and_no_other() {
    let (one, other) = (SqliteStore::in_memory().await.unwrap(), SqliteStore::in_memory().await.unwrap());
    assert!(claim(&one, id(1)).await.unwrap().inserted);
    let rows = async |store| number(store, "SELECT count(*) FROM steadfast_idempotency").await;
    assert_eq!((rows(&one).await, rows(&other).await), (1, 0));
}

#[tokio::test]
async fn records_outlive_the_process() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let claimed = claim(&store, id(1)).await.unwrap();
    assert!(matches!(complete(&store, id(1), &claimed, "kept").await.unwrap(), Swap::Done(Some(_))));
    store.close().await;
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(&*claim(&store, id(1)).await.unwrap().record, b"kept");
}

#[tokio::test]
async fn a_replay_waits_for_no_commit() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    put(&store, id(1), "done").await.unwrap();
    let (transaction, _) = store.begin(None).await.unwrap();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { claim(&store, id(2)).await }
    });
    // Were the transaction waited for, this would never end.
    assert_eq!(&*claim(&store, id(1)).await.unwrap().record, b"done");
    transaction.rollback().await.unwrap();
    assert!(waiting.await.unwrap().unwrap().inserted);
}

#[tokio::test]
async fn stores_on_one_file_claim_each_id_once() {
    let (_directory, path) = file();
    let stores = [SqliteStore::open(&path).await.unwrap(), SqliteStore::open(&path).await.unwrap()];
    let claims = (0..200_u16).map(|i| claim(&stores[usize::from(i % 2)], id(i / 10)));
    let found: Vec<_> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(found.iter().filter(|found| found.inserted).count(), 20);
    for found in found.chunks(10) {
        assert!(found.iter().all(|other| other.revision == found[0].revision), "{found:?}");
    }
}

/// As a deployment may do with the link that the file is opened by.
#[cfg(unix)]
#[tokio::test]
async fn all_connections_lead_to_the_file_that_was_opened() {
    let (directory, path) = file();
    let link = directory.path().join("link");
    std::fs::File::create(&path).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let store = SqliteStore::open(&link).await.unwrap();
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(directory.path().join("other"), &link).unwrap();
    SqliteStore::open(&link).await.unwrap().close().await;
    let (transaction, _) = store.begin(Some(id(1))).await.unwrap();
    assert!(matches!(transaction.finish(Some(done("done")), Vec::new()).await.unwrap(), Finish::Committed));
    assert_eq!(stored(&store, id(1)).await.unwrap(), "done");
}
