//! What a request hears whose twin is still running.

use super::stores::{AnyStore, Call, stores};
use super::world::World;
use super::{Client, Seen, api, clock, endpoint};
use std::time::Duration;
use steadfast::Idempotency;
use tokio::task::JoinHandle;

endpoint!(conflict, "/conflict");
endpoint!(early, "/early", in_progress = "425");
endpoint!(locked, "/locked", in_progress = "423");
endpoint!(accepted, "/accepted", in_progress = "202");
endpoint!(patient, "/patient", in_progress = wait("5m"));
endpoint!(hasty, "/hasty", in_progress = wait("80ms"));

fn process(store: &AnyStore, world: &World) -> Client {
    api!(Idempotency::new(store.clone()), world; conflict, early, locked, accepted, patient, hasty)
}

fn send(client: &Client, path: &'static str) -> JoinHandle<Seen> {
    let client = client.clone();
    tokio::spawn(async move { client.post(path, "k").await })
}

#[tokio::test]
async fn a_twin_hears_the_status_that_was_asked_for() {
    for (path, status) in
        [("/conflict", 409), ("/early", 425), ("/locked", 423), ("/accepted", 202), ("/hasty", 409)]
    {
        for store in stores(&clock()).await {
            let world = World::held();
            let client = process(&store, &world);
            let first = send(&client, path);
            world.entered().await;
            let twin = client.post(path, "k").await;
            let problem = twin.is_problem(status, "in-progress");
            assert_eq!(problem["retryable"], true);
            assert_eq!(twin.header("retry-after"), Some("1"));
            // The same in another process, which knows of the first by the store alone.
            process(&store, &World::new()).post(path, "k").await.is_problem(status, "in-progress");
            world.let_one();
            first.await.unwrap().is_fresh(201, "call 1");
            client.post(path, "k").await.is_replayed(201, "call 1");
        }
    }
}

#[tokio::test]
async fn a_twin_that_waits_hears_the_answer() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = process(&store, &world);
        let elsewhere = process(&store, &World::new());
        let first = send(&client, "/patient");
        world.entered().await;
        let twins = [send(&client, "/patient"), send(&client, "/patient"), send(&elsewhere, "/patient")];
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        for twin in twins {
            twin.await.unwrap().is_replayed(201, "call 1");
        }
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn a_twin_that_waits_is_woken_and_does_not_keep_asking() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = process(&store, &world);
        let first = send(&client, "/patient");
        world.entered().await;
        store.calls();
        let twin = send(&client, "/patient");
        // Time enough to ask several times.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(store.calls(), [Call::Load]);
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        twin.await.unwrap().is_replayed(201, "call 1");
        assert_eq!(store.calls(), [Call::COMPLETE, Call::FindOrInsert]);
    }
}

#[tokio::test]
async fn of_those_who_wait_for_a_twin_that_fails_one_runs() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = process(&store, &world);
        world.answers(503);
        let first = send(&client, "/patient");
        world.entered().await;
        let twins = [send(&client, "/patient"), send(&client, "/patient"), send(&client, "/patient")];
        world.let_one();
        first.await.unwrap().is_fresh(503, "call 1");
        world.entered().await;
        world.answers(201);
        world.let_one();
        let mut fresh = 0;
        for twin in twins {
            let seen = twin.await.unwrap();
            assert_eq!((seen.status, seen.body.as_str()), (201, "call 2"), "{seen:?}");
            fresh += u32::from(!seen.is_replay());
        }
        assert_eq!((fresh, world.calls()), (1, 2));
    }
}

#[tokio::test]
async fn a_reused_key_does_not_wait() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = process(&store, &world);
        let first = send(&client, "/patient");
        world.entered().await;
        let other = client.send("POST", "/patient", &[("idempotency-key", "k")], r#"{"other":1}"#).await;
        other.is_problem(422, "key-reused");
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
    }
}
