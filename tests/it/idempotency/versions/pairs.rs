//! Every first request, and every retry, in the words of every version.

use super::super::stores::stores;
use super::{ANSWERS, REQUESTS, Version, World, after_sunset, charge, clock, joined, served};
use crate::idempotency::Client;
use steadfast::SqliteStore;

async fn every_pair(client: &Client, path: &str) {
    for (first, (version, body)) in REQUESTS.into_iter().enumerate() {
        let key = &format!("{first}");
        let fresh = client.ask(path, version, key, body).await;
        assert_eq!((fresh.status, fresh.is_replay()), (201, false), "{fresh:?}");
        let call = fresh.json()["call"].to_string();
        for _ in 0..2 {
            for ((version, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
                let told = client.ask(path, version, key, body).await;
                told.is_told(version, &answer.replace("\"call\":1", &format!("\"call\":{call}")));
                assert_eq!(told.header("location"), Some(&*format!("/charges/{call}")));
            }
        }
        // The bytes of the first answer are those of its replays.
        assert_eq!(client.ask(path, version, key, body).await.body, fresh.body);
        for (version, body) in REQUESTS {
            let other = body.replace("500", "501");
            client.ask(path, version, key, &other).await.is_problem(422, "key-reused");
            let other = body.replace("cus_1", "cus_2");
            client.ask(path, version, key, &other).await.is_problem(422, "key-reused");
        }
    }
}

#[tokio::test]
async fn a_retry_says_and_hears_the_same_in_the_words_of_its_version() {
    for store in stores(&clock()).await {
        let world = World::new();
        every_pair(&served!(store, world; charge), "/charges").await;
        assert_eq!(world.calls(), 3);
    }
}

#[tokio::test]
async fn so_it_does_where_the_record_is_committed_with_the_effect() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_at(folder.path().join("charges.db"), clock()).await.unwrap();
    let world = World::new();
    every_pair(&served!(store, world; joined), "/joined").await;
    assert_eq!(world.calls(), 3);
}

/// What a client may leave out, or say at length.
#[tokio::test]
async fn what_a_client_leaves_out_is_no_other_intent() {
    const SAID: [(&str, &[&str]); 3] = [
        (
            super::V1,
            &[r#"{"cents":500,"customer":"cus_1"}"#, r#"{"note":null,"customer":"cus_1","cents":500}"#],
        ),
        (
            super::V2,
            &[r#"{"customer_id":"cus_1","cents":500}"#, r#"{"cents":500,"customer_id":"cus_1","note":null}"#],
        ),
        (
            super::V3,
            &[
                r#"{"amount":{"value":500,"currency":"usd"},"customer_id":"cus_1","capture":true}"#,
                r#"{"capture":true,"note":null,"amount":{"currency":"usd","value":500},"customer_id":"cus_1"}"#,
            ],
        ),
    ];
    let world = World::new();
    let [store, _] = stores(&clock()).await;
    let client = served!(store, world; charge);
    let mut keys = 0;
    for (first, texts) in SAID {
        for text in texts {
            for (retry, other_texts) in SAID.iter().filter(|(retry, _)| *retry != first) {
                for other in *other_texts {
                    keys += 1;
                    let key = keys.to_string();
                    assert_eq!(client.ask("/charges", first, &key, text).await.status, 201);
                    let told = client.ask("/charges", retry, &key, other).await;
                    assert!(told.is_replay(), "{first} {text} {retry} {other} {told:?}");
                }
            }
        }
    }
    assert_eq!(world.calls(), keys);
}

#[tokio::test]
async fn a_version_past_its_sunset_is_told_and_heard_as_any_other() {
    let clock = clock();
    // The store has a clock of its own, and keeps what the version outlives.
    let [store, _] = stores(&super::clock()).await;
    let world = World::new();
    let client = served!(Version, store, world, clock.clone(); charge);
    for (key, (version, body)) in ["0", "1", "2"].into_iter().zip(REQUESTS) {
        assert_eq!(client.ask("/charges", version, key, body).await.status, 201);
    }
    after_sunset(&clock);
    let (sunset, gone) = REQUESTS[0];
    client.ask("/charges", sunset, "new", gone).await.is_problem(410, "version-sunset");
    for (call, key) in (1..).zip(["0", "1", "2"]) {
        for ((version, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
            let told = client.ask("/charges", version, key, body).await;
            told.is_told(version, &answer.replace("\"call\":1", &format!("\"call\":{call}")));
        }
    }
    assert_eq!(world.calls(), 3);
}
