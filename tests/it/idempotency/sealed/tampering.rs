//! Whoever can write to the store can lose records, and cannot make answers.

use super::super::world::World;
use super::{NEW, OLD, joined, open, ring, stepped};
use crate::idempotency::api;
use axum::http::StatusCode;
use std::time::Duration;
use steadfast::idempotency::{KeyRing, Settlement};
use steadfast::{Idempotency, SqliteStore};

async fn store() -> SqliteStore {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    store
}

async fn change(store: &SqliteStore, statement: &'static str) {
    assert_eq!(sqlx::query(statement).execute(store.pool()).await.unwrap().rows_affected(), 2);
}

const SWAP_BODIES: &str = "UPDATE steadfast_idempotency SET body = other.body \
     FROM (SELECT id, body FROM steadfast_idempotency) AS other WHERE other.id <> steadfast_idempotency.id";

const SWAP_FINGERPRINTS: &str = "UPDATE steadfast_idempotency SET fingerprint = other.fingerprint \
     FROM (SELECT id, fingerprint FROM steadfast_idempotency) AS other WHERE other.id <> steadfast_idempotency.id";

/// Every retry is refused, at an endpoint that runs even without a store too, and nothing runs.
#[tokio::test]
async fn an_answer_that_was_changed_is_refused() {
    for statement in [
        // Each has the answer of the other.
        SWAP_BODIES,
        "UPDATE steadfast_idempotency SET version = 20200101",
        "UPDATE steadfast_idempotency SET body = substr(body, 1, length(body) - 1)",
        "UPDATE steadfast_idempotency SET body = x''",
        "UPDATE steadfast_idempotency SET body = NULL",
        // An answer that was never given.
        "UPDATE steadfast_idempotency SET state = 2, status = 201, headers = x'', body = x'7B7D'",
        "UPDATE steadfast_idempotency SET state = 3, status = 201, body = NULL",
    ] {
        let store = store().await;
        let world = World::new();
        let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; joined, open);
        for path in ["/joined", "/open"] {
            assert_eq!(client.post(path, "k").await.status, 201);
            assert!(client.post(path, "k").await.is_replay());
        }
        change(&store, statement).await;
        for path in ["/joined", "/open", "/joined", "/open"] {
            client.post(path, "k").await.is_problem(503, "record-unreadable");
        }
        assert_eq!(world.calls(), 2, "{statement}");
    }
}

#[tokio::test]
async fn an_answer_is_to_the_request_that_it_was_given_to() {
    let store = store().await;
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), World::new(); joined);
    let send = async |key, body| client.send("POST", "/joined", &[("idempotency-key", key)], body).await;
    send("k", "1").await;
    send("k", "2").await.is_problem(422, "key-reused");
    send("other", "2").await;
    // Both records say now that they are for what the other asked.
    change(&store, SWAP_FINGERPRINTS).await;
    send("k", "2").await.is_problem(503, "record-unreadable");
    send("k", "1").await.is_problem(422, "key-reused");
}

#[tokio::test]
async fn steps_that_were_changed_are_refused_and_kept() {
    let store = store().await;
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; stepped);
    world.answers(503);
    for key in ["k", "other"] {
        assert_eq!(client.post("/stepped", key).await.status, 503);
    }
    change(&store, SWAP_BODIES).await;
    world.answers(201);
    for key in ["k", "other", "k", "other"] {
        client.post("/stepped", key).await.is_problem(503, "record-unreadable");
    }
    // As if nobody had asked.
    change(&store, SWAP_BODIES).await;
    for key in ["k", "other"] {
        assert_eq!(client.post("/stepped", key).await.status, 201);
    }
    assert_eq!(world.calls(), 2, "the steps");
}

#[tokio::test]
async fn without_keys_nothing_runs_again() {
    let store = store().await;
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; joined, open, stepped);
    for path in ["/joined", "/open"] {
        assert_eq!(client.post(path, "k").await.status, 201);
    }
    world.answers(503);
    assert_eq!(client.post("/stepped", "k").await.status, 503);
    world.answers(201);
    let blind = api!(Idempotency::new(store.clone()), world; joined, open, stepped);
    for path in ["/joined", "/open", "/stepped", "/stepped"] {
        assert_eq!(blind.post(path, "k").await.status, 503);
    }
    assert_eq!(world.calls(), 3);
    assert_eq!(client.post("/stepped", "k").await.status, 201);
    assert_eq!(world.calls(), 3, "the step is still there");
}

#[tokio::test]
async fn a_key_that_is_missing_is_told_to_operators_and_to_nobody_else() {
    let store = store().await;
    let world = World::new();
    let client =
        api!(Idempotency::new(store.clone()).sealed(KeyRing::new("k-2025", &OLD)), world; joined, open);
    for path in ["/joined", "/open"] {
        assert_eq!(client.post(path, "k").await.status, 201);
    }
    let without = Idempotency::new(store.clone()).sealed(ring());
    let records = without.records();
    let blind = api!(without, world; joined, open);
    for path in ["/joined", "/open"] {
        let refused = blind.post(path, "k").await;
        refused.is_problem(503, "record-unreadable");
        assert!(!refused.body.contains("k-2025"), "{refused:?}");
    }
    let error = records.status(&Nobody, "POST /open", "k").await.unwrap_err().to_string();
    assert!(error.contains("sealed with the key `k-2025`, which the ring lacks"), "{error}");
    assert!(!records.settle("", "POST /open", "k", Settlement::NotDone).await.unwrap(), "it is done");
    // Put back, it opens what it has sealed.
    let both = KeyRing::new("new", &NEW).older("k-2025", &OLD);
    let client = api!(Idempotency::new(store.clone()).sealed(both), world; joined, open);
    for path in ["/joined", "/open"] {
        assert!(client.post(path, "k").await.is_replay());
    }
    assert_eq!(world.calls(), 2);
}

struct Nobody;

impl steadfast::Scope for Nobody {
    fn scope(&self) -> std::borrow::Cow<'_, str> {
        "".into()
    }
}

/// An operator who has found out how an operation ended needs none of its keys.
#[tokio::test]
async fn what_cannot_be_read_can_be_settled() {
    let store = store().await;
    let world = World::new();
    let old = Idempotency::new(store.clone()).sealed(KeyRing::new("old", &OLD));
    let client = api!(old, world; stepped);
    world.answers(503);
    assert_eq!(client.post("/stepped", "k").await.status, 503);
    let new = Idempotency::new(store.clone()).sealed(ring());
    let records = new.records();
    let client = api!(new, world; stepped);
    client.post("/stepped", "k").await.is_problem(503, "record-unreadable");
    let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
    assert!(records.settle("", "POST /stepped", "k", done).await.unwrap());
    // The fingerprint is still one of the key that is gone: who asks cannot be told whether it is the same.
    client.post("/stepped", "k").await.is_problem(503, "record-unreadable");
    let both = Idempotency::new(store.clone()).sealed(ring().older("old", &OLD));
    let client = api!(both, world; stepped);
    assert_eq!(
        client.post("/stepped", "k").await.is_problem(410, "response-unavailable")["original_status"],
        201
    );
    assert_eq!(world.calls(), 1);
}

#[test]
#[should_panic(expected = "`sealed` comes after `records` or `audit_trail`")]
fn a_handle_that_has_no_keys_is_told_of() {
    let idempotency = Idempotency::new(steadfast::MemoryStore::new());
    let _records = idempotency.records();
    let _ = idempotency.sealed(ring());
}
