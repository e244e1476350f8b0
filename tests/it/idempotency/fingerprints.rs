//! What of a request must be the same in a retry.

use super::stores::stores;
use super::world::World;
use super::{Client, api, clock, endpoint};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;
use steadfast::{Idempotency, IdempotencyLayer};

endpoint!(usual, "/usual");
endpoint!(raw, "/raw", fingerprint = "raw");
endpoint!(headers, "/headers", fingerprint_headers("X-Account"));

/// Whether a retry with another body is the same operation.
async fn same(client: &Client, path: &str, first: &str, retry: &str) -> bool {
    let key = &format!("{:x}", hash(&(path, first, retry)));
    let send = |body| client.send_json(path, key, body);
    assert_eq!(send(first).await.status, 201);
    let answer = send(retry).await;
    if answer.is_replay() {
        return true;
    }
    answer.is_problem(422, "key-reused");
    false
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Client {
    async fn send_json(&self, path: &str, key: &str, body: &str) -> super::Seen {
        self.send("POST", path, &[("idempotency-key", key), ("content-type", "application/json")], body).await
    }
}

#[tokio::test]
async fn body_is_compared_by_the_rule_of_its_endpoint() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual, raw, headers);
        for (path, first, retry, is_same) in [
            ("/usual", r#"{"a":1,"b":"A"}"#, r#"{ "b": "\u0041", "a": 1 }"#, true),
            ("/usual", r#"{"a":1}"#, r#"{"a":1.0}"#, false),
            ("/usual", r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
            ("/raw", r#"{"a":1}"#, r#"{"a": 1}"#, false),
            ("/raw", r#"{"a":1}"#, r#"{"a":1}"#, true),
        ] {
            assert_eq!(same(&client, path, first, retry).await, is_same, "{path} {first} {retry}");
        }
    }
}

#[tokio::test]
async fn named_header_counts_and_others_do_not() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual, raw, headers);
        let send = async |path: &str, account: &str| {
            client.send("POST", path, &[("idempotency-key", "k"), ("x-account", account)], "{}").await
        };
        for path in ["/usual", "/headers"] {
            assert_eq!(send(path, "a").await.status, 201);
            assert!(send(path, "a").await.is_replay(), "{path}");
        }
        assert!(send("/usual", "b").await.is_replay());
        send("/headers", "b").await.is_problem(422, "key-reused");
    }
}

#[tokio::test]
async fn pointers_that_a_layer_skips_do_not_count() {
    async fn work(State(world): State<World>) -> (StatusCode, String) {
        world.work().await
    }
    for store in stores(&clock()).await {
        let layer = IdempotencyLayer::new(Idempotency::new(store), Duration::from_hours(24)).scope_global();
        let router =
            Router::new().route("/pay", post(work)).layer(layer.skip(&["/sent_at", "/lines/*/seen"]));
        let client = Client(router.with_state(World::new()));
        for (first, retry, is_same) in [
            (r#"{"amount":1,"sent_at":1}"#, r#"{"amount":1,"sent_at":2}"#, true),
            (r#"{"amount":1,"sent_at":1}"#, r#"{"sent_at":{"day":[2]},"amount":1}"#, true),
            (r#"{"amount":1,"sent_at":1}"#, r#"{"amount":2,"sent_at":1}"#, false),
            (r#"{"lines":[{"id":1,"seen":1}]}"#, r#"{"lines":[{"id":1,"seen":2}]}"#, true),
            (r#"{"lines":[{"id":1,"seen":1}]}"#, r#"{"lines":[{"id":2,"seen":1}]}"#, false),
            // The same name elsewhere is another place.
            (r#"{"to":{"sent_at":1}}"#, r#"{"to":{"sent_at":2}}"#, false),
        ] {
            assert_eq!(same(&client, "/pay", first, retry).await, is_same, "{first} {retry}");
        }
    }
}
