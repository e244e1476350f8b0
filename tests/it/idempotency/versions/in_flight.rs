//! Two requests of one key that are under way at once, each in the words of its version.

use super::super::stores::stores;
use super::{ANSWERS, Charge, Client, NewCharge, REQUESTS, V1, V3, World, charge, clock, joined, served};
use axum::extract::State;
use std::time::Duration;
use steadfast::{Created, SqliteStore, Versioned, api_version, idempotent, post};
use tokio::runtime::Builder;

/// Waits for the answer of a twin.
#[post("/patient")]
#[idempotent(ttl = "24h", scope = none, in_progress = wait("5min"))]
#[api_version(since = "2024-01-15")]
async fn patient(
    State(world): State<World>,
    Versioned(new): Versioned<NewCharge>,
) -> Created<Versioned<Charge>> {
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

#[tokio::test]
async fn twins_at_two_versions_run_once() {
    for store in stores(&clock()).await {
        let world = World::held();
        // Two processes on one store: in the one it is known at once, in the other the store says so.
        let (client, elsewhere) = (served!(store.clone(), world; charge), served!(store, world; charge));
        let (first, body) = REQUESTS[0];
        let running = tokio::spawn({
            let client = client.clone();
            async move { client.ask("/charges", first, "k", body).await }
        });
        world.entered().await;
        for client in [&client, &elsewhere] {
            for (version, body) in REQUESTS {
                client.ask("/charges", version, "k", body).await.is_problem(409, "in-progress");
                let other = body.replace("500", "501");
                // The value that the first one has read is recorded with its response.
                let (status, name) =
                    if version == first { (422, "key-reused") } else { (409, "in-progress") };
                client.ask("/charges", version, "k", &other).await.is_problem(status, name);
            }
        }
        world.let_one();
        running.await.unwrap().is_fresh(201, ANSWERS[0]);
        for (version, body) in REQUESTS {
            let other = body.replace("500", "501");
            elsewhere.ask("/charges", version, "k", &other).await.is_problem(422, "key-reused");
        }
        for client in [&client, &elsewhere] {
            for ((version, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
                client.ask("/charges", version, "k", body).await.is_told(version, answer);
            }
        }
        assert_eq!(world.calls(), 1);
    }
}

/// Where nothing is claimed, only the process knows of the first; and another process has to wait for its commit.
#[tokio::test]
async fn so_do_twins_whose_record_is_committed_with_the_effect() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("charges.db");
    let world = World::held();
    let here = served!(SqliteStore::open_at(&path, clock()).await.unwrap(), world; joined);
    let elsewhere = served!(SqliteStore::open_at(&path, clock()).await.unwrap(), world; joined);
    let ask = |client: &Client, (version, body): (&'static str, &'static str)| {
        let client = client.clone();
        tokio::spawn(async move { client.ask("/joined", version, "k", body).await })
    };
    let first = ask(&here, REQUESTS[0]);
    world.entered().await;
    for (version, body) in REQUESTS {
        here.ask("/joined", version, "k", body).await.is_problem(409, "in-progress");
        let other = body.replace("500", "501");
        let (status, name) = if version == V1 { (422, "key-reused") } else { (409, "in-progress") };
        here.ask("/joined", version, "k", &other).await.is_problem(status, name);
    }
    let second = ask(&elsewhere, REQUESTS[2]);
    world.let_one();
    first.await.unwrap().is_fresh(201, ANSWERS[0]);
    second.await.unwrap().is_told(V3, ANSWERS[2]);
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn a_twin_that_waits_hears_the_answer_in_the_words_of_its_version() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = served!(store, world; patient);
        let ask = |(version, body): (&'static str, &'static str)| {
            let client = client.clone();
            tokio::spawn(async move { client.ask("/patient", version, "k", body).await })
        };
        let first = ask(REQUESTS[2]);
        world.entered().await;
        let others = [ask(REQUESTS[0]), ask(REQUESTS[1])];
        world.let_one();
        first.await.unwrap().is_fresh(201, ANSWERS[2]);
        for (position, other) in others.into_iter().enumerate() {
            other.await.unwrap().is_told(REQUESTS[position].0, ANSWERS[position]);
        }
        assert_eq!(world.calls(), 1);
    }
}

/// A process that dies while it answers this request.
async fn crash(process: Client, world: &World, (version, body): (&'static str, &'static str)) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(async move { process.ask("/charges", version, "k", body).await });
    world.entered().await;
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_mins(1))).await.unwrap();
}

#[tokio::test]
async fn what_was_lost_at_one_version_runs_again_at_that_version() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::held();
        crash(served!(store.clone(), world; charge), &world, REQUESTS[0]).await;
        clock.advance(Duration::from_mins(2));
        world.let_one();
        let client = served!(store, world; charge);
        // Nobody knows what value the lost one has read.
        let problem = client.ask("/charges", V3, "k", REQUESTS[2].1).await.is_problem(422, "key-reused");
        assert!(problem["detail"].as_str().unwrap().contains("at version 2024-01-15"), "{problem}");
        client
            .ask("/charges", V1, "k", REQUESTS[0].1)
            .await
            .is_fresh(201, &ANSWERS[0].replace("\"call\":1", "\"call\":2"));
        for ((version, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
            let told = client.ask("/charges", version, "k", body).await;
            told.is_told(version, &answer.replace("\"call\":1", "\"call\":2"));
        }
        let other = REQUESTS[2].1.replace("usd", "eur");
        client.ask("/charges", V3, "k", &other).await.is_problem(422, "key-reused");
    }
}

/// The winner may never come to an end, and nobody who was overtaken runs again.
#[tokio::test]
async fn who_is_overtaken_by_one_that_has_lapsed_too_is_told_to_wait() {
    let clock = clock();
    for store in stores(&clock).await {
        let (slow, winner) = (World::held(), World::held());
        let [here, there] = [&slow, &winner].map(|world| served!(store.clone(), world; charge));
        let send = |client: &Client, (version, body): (&'static str, &'static str)| {
            let client = client.clone();
            tokio::spawn(async move { client.ask("/charges", version, "k", body).await })
        };
        let first = send(&here, REQUESTS[0]);
        slow.entered().await;
        clock.advance(Duration::from_mins(2));
        let second = send(&there, REQUESTS[0]);
        winner.entered().await;
        clock.advance(Duration::from_mins(2));
        slow.let_one();
        first.await.unwrap().is_problem(409, "in-progress");
        winner.let_one();
        second.await.unwrap().is_fresh(201, ANSWERS[0]);
        here.ask("/charges", V3, "k", REQUESTS[2].1).await.is_told(V3, ANSWERS[2]);
        assert_eq!((slow.calls(), winner.calls()), (1, 1));
    }
}
