use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_wait_share_a_commit() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    let commits = |writes: u64, before: SqliteCounts| {
        let after = store.counts();
        assert_eq!(after.writes - before.writes, writes);
        let commits = after.commits - before.commits;
        assert!((1..=50).contains(&commits), "{commits} commits for {writes} writes");
    };
    let before = store.counts();
    let claims = join_all((0..500).map(|of| claim(&store, id(of)))).await;
    let claims: Vec<_> = claims.into_iter().map(Result::unwrap).collect();
    assert!(claims.iter().all(|found| found.inserted));
    commits(500, before);
    let before = store.counts();
    let ends = (0..500).zip(&claims).map(|(of, claim)| complete(&store, id(of), claim, "done"));
    assert!(join_all(ends).await.iter().all(|end| matches!(end, Ok(Swap::Done(Some(_))))));
    commits(500, before);
}

#[tokio::test]
async fn reads_are_in_no_commit() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    put(&store, id(1), "done").await.unwrap();
    let before = store.counts();
    assert_eq!((before.writes, before.commits), (1, 1));
    let replays = join_all((0..100).map(|_| claim(&store, id(1)))).await;
    assert!(replays.into_iter().all(|found| found.unwrap().record == "done"));
    let loads = join_all((0..100).map(|of| store.load(id(of % 2)))).await;
    assert_eq!(loads.into_iter().filter_map(Result::unwrap).count(), 50);
    assert_eq!(store.counts(), before);
}

#[tokio::test]
async fn a_failed_commit_fails_every_write_in_it() {
    let store = SqliteStore::in_memory().await.unwrap();
    run(&store, "DROP TABLE steadfast_idempotency").await;
    let results = join_all((0..10).map(|of| store.swap(id(of), None, Some(done("lost")), Vec::new()))).await;
    assert!(results.into_iter().all(|result| unavailable(result).contains("no such table")));
}
