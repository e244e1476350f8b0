//! Bodies that a store does not compare by itself while others wait for it.

use super::stores::{AnyStore, stores};
use super::world::World;
use super::{Client, Seen, api, clock, endpoint};
use futures_util::future::join_all;
use std::time::Duration;
use steadfast::{Idempotency, SqliteStore};

endpoint!(pay, "/pay");

/// One payment, in two ways to write it.
fn payment(amount: u32) -> [String; 2] {
    let note = "x".repeat(20_000);
    [
        format!(r#"{{"amount":{amount},"note":"{note}"}}"#),
        format!(r#"{{ "note": "{note}", "amount": {amount} }}"#),
    ]
}

async fn send(client: &Client, key: &str, body: &str) -> Seen {
    client.send("POST", "/pay", &[("idempotency-key", key), ("content-type", "application/json")], body).await
}

/// The answer as soon as nothing is under way any more.
async fn settled(client: &Client, key: &str, body: &str) -> Seen {
    for _ in 0..10_000 {
        let seen = send(client, key, body).await;
        if seen.status != 409 {
            return seen;
        }
        tokio::task::yield_now().await;
    }
    panic!("the claim of {key} is never given back");
}

#[tokio::test]
async fn they_are_compared_as_small_ones_are() {
    let ([first, same], others) = (payment(1), payment(2));
    for store in stores(&clock()).await {
        let world = World::held();
        // Two processes: in the one the twin is known, in the other only its claim.
        let here = api!(Idempotency::new(store.clone()), world; pay);
        let elsewhere = api!(Idempotency::new(store), world; pay);
        let running = tokio::spawn({
            let (client, body) = (here.clone(), first.clone());
            async move { send(&client, "k", &body).await }
        });
        world.entered().await;
        for client in [&here, &elsewhere] {
            for body in [&first, &same] {
                send(client, "k", body).await.is_problem(409, "in-progress");
            }
            for body in &others {
                send(client, "k", body).await.is_problem(422, "key-reused");
            }
        }
        world.let_one();
        running.await.unwrap().is_fresh(201, "call 1");
        for client in [&here, &elsewhere] {
            for body in [&first, &same] {
                send(client, "k", body).await.is_replayed(201, "call 1");
            }
            for body in &others {
                send(client, "k", body).await.is_problem(422, "key-reused");
            }
        }
        assert_eq!(world.calls(), 1);
    }
}

/// Between the look and the claim another one may have been there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.db");
    let world = World::new();
    let mut processes = Vec::new();
    for _ in 0..2 {
        let store = SqliteStore::open_at(&path, clock()).await.unwrap();
        processes.push(api!(Idempotency::new(store), world; pay));
    }
    for round in 1..20 {
        let attempts = (0..8).map(|attempt| {
            let client = processes[attempt % 2].clone();
            let (key, body) = (round.to_string(), payment(round)[attempt / 2 % 2].clone());
            tokio::spawn(async move {
                loop {
                    let seen = send(&client, &key, &body).await;
                    if seen.status != 409 {
                        return seen;
                    }
                    tokio::task::yield_now().await;
                }
            })
        });
        for seen in join_all(attempts).await {
            let seen = seen.unwrap();
            assert_eq!((seen.status, seen.body), (201, format!("call {round}")));
        }
    }
}

/// Whether it looks, claims, runs or hears the answer at that moment.
#[tokio::test]
async fn a_client_that_hangs_up_has_it_run_once() {
    for store in stores(&clock()).await {
        for moment in 0..60 {
            let world = World::new();
            let client = api!(Idempotency::new(store.clone()), world; pay);
            let (key, [body, same]) = (moment.to_string(), payment(1));
            let mut first = Box::pin(send(&client, &key, &body));
            for _ in 0..moment {
                if futures_util::poll!(&mut first).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(first);
            let seen = settled(&client, &key, &same).await;
            assert_eq!((seen.status, seen.body.as_str(), world.calls()), (201, "call 1", 1), "{moment}");
        }
    }
}

/// A store that is down is asked nothing twice: whatever it fails at, nothing runs, and the key stays free.
#[tokio::test]
async fn where_the_store_fails_nothing_runs() {
    let [body, _] = payment(1);
    let clock = clock();
    let sqlite = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    let store = AnyStore::of(sqlite.clone());
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()), world; pay);
    store.lose_replies(true);
    send(&client, "k", &body).await.is_problem(503, "store-unavailable");
    store.lose_replies(false);
    // A claim that could not be released either lapses with its lease.
    send(&client, "k", &body).await.is_problem(409, "in-progress");
    clock.advance(Duration::from_mins(2));
    send(&client, "k", &body).await.is_fresh(201, "call 1");
    sqlite.close().await;
    send(&client, "k", &body).await.is_problem(503, "store-unavailable");
    send(&client, "l", &body).await.is_problem(503, "store-unavailable");
    assert_eq!(world.calls(), 1);
}
