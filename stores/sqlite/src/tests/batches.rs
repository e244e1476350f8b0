use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_events_share_a_commit() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    for event in [request(), complete("done")] {
        let before = store.counts();
        let actions = join_all((0..500).map(|of| store.apply(id(of), event.clone()))).await;
        assert!(
            actions.iter().all(|action| matches!(action, Ok(Action::EXECUTE | Action::Done))),
            "{actions:?}"
        );
        let after = store.counts();
        assert_eq!(after.events - before.events, 500);
        let commits = after.commits - before.commits;
        assert!((1..=50).contains(&commits), "{commits} commits for 500 events");
    }
}

#[tokio::test]
async fn what_changes_nothing_is_in_no_commit() {
    let (_directory, path) = file();
    let store = SqliteStore::open(path).await.unwrap();
    assert_eq!(store.apply(id(1), complete("done")).await.unwrap(), Action::Done);
    let before = store.counts();
    assert_eq!((before.events, before.commits), (1, 1));
    let answers =
        join_all((0..100).map(|of| store.apply(id(of % 2), if of % 2 == 0 { look() } else { request() })))
            .await;
    for (of, answer) in answers.into_iter().enumerate() {
        match answer.unwrap() {
            Action::Missing => assert_eq!(of % 2, 0),
            replay => assert_eq!(body(&replay), b"done"),
        }
    }
    assert_eq!(store.counts(), before);
}
