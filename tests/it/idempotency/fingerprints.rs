//! What of a request must be the same in a retry.

use super::stores::stores;
use super::world::World;
use super::{Client, api, clock, endpoint};
use std::hash::{DefaultHasher, Hash, Hasher};
use steadfast::Idempotency;

endpoint!(usual, "/usual");
endpoint!(raw, "/raw", fingerprint = "raw");
endpoint!(jcs, "/jcs", fingerprint = "jcs");
endpoint!(fields, "/fields", fingerprint = fields("/amount", "/to/iban"));
endpoint!(skip, "/skip", fingerprint = skip("/sent_at"));
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
async fn an_endpoint_says_what_counts() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual, raw, jcs, fields, skip, headers);
        for (path, first, retry, is_same) in [
            ("/usual", r#"{"a":1,"b":"A"}"#, r#"{ "b": "\u0041", "a": 1 }"#, true),
            ("/usual", r#"{"a":1}"#, r#"{"a":1.0}"#, false),
            ("/usual", r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
            ("/raw", r#"{"a":1}"#, r#"{"a": 1}"#, false),
            ("/raw", r#"{"a":1}"#, r#"{"a":1}"#, true),
            ("/jcs", r#"{"a":1}"#, r#"{"a":10e-1}"#, true),
            ("/jcs", r#"{"a":1}"#, r#"{"a":2}"#, false),
            (
                "/fields",
                r#"{"amount":1,"to":{"iban":"x"}}"#,
                r#"{"to":{"iban":"x","name":"y"},"amount":1}"#,
                true,
            ),
            ("/fields", r#"{"amount":1,"to":{"iban":"x"}}"#, r#"{"amount":1,"to":{"iban":"y"}}"#, false),
            ("/fields", r#"{"amount":1}"#, r#"{"amount":1,"to":{"iban":null}}"#, false),
            ("/skip", r#"{"amount":1,"sent_at":1}"#, r#"{"amount":1,"sent_at":2}"#, true),
            ("/skip", r#"{"amount":1,"sent_at":1}"#, r#"{"amount":2,"sent_at":1}"#, false),
        ] {
            assert_eq!(same(&client, path, first, retry).await, is_same, "{path} {first} {retry}");
        }
    }
}

#[tokio::test]
async fn headers_count_where_they_are_named() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual, raw, jcs, fields, skip, headers);
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
