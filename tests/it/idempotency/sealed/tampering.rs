//! Whoever can write to the store can lose records, and cannot make answers.

use super::super::world::World;
use super::{NEW, OLD, joined, open, ring, stepped};
use crate::idempotency::api;
use axum::http::StatusCode;
use sqlx::Row;
use std::time::Duration;
use steadfast::idempotency::{KeyRing, RecordId, Settlement};
use steadfast::{Idempotency, SqliteStore};
use steadfast_engine::Codec;

async fn store() -> SqliteStore {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    store
}

async fn change(store: &SqliteStore, statement: &'static str) {
    assert_eq!(sqlx::query(statement).execute(store.pool()).await.unwrap().rows_affected(), 2);
}

const SWAP_RECORDS: &str = "UPDATE steadfast_idempotency SET record = other.record \
     FROM (SELECT id, record FROM steadfast_idempotency) AS other WHERE other.id <> steadfast_idempotency.id";

/// Every retry is refused, also at an endpoint that runs even without a store, and nothing runs.
#[tokio::test]
async fn changed_record_is_unreadable_and_nothing_runs() {
    for statement in [
        // Each has the response to the other request.
        SWAP_RECORDS,
        "UPDATE steadfast_idempotency SET record = substr(record, 1, length(record) - 1)",
        "UPDATE steadfast_idempotency SET record = CAST(record || x'00' AS BLOB)",
        "UPDATE steadfast_idempotency SET record = x''",
        // As if it were not sealed.
        "UPDATE steadfast_idempotency SET record = CAST(x'01' || substr(record, 2) AS BLOB)",
        "UPDATE steadfast_idempotency SET record = zeroblob(length(record))",
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

/// A response that was never given, in a record that everybody can write.
#[tokio::test]
async fn plain_record_in_the_place_of_a_sealed_one_is_unreadable() {
    let store = store().await;
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; open);
    assert_eq!(client.post("/open", "k").await.status, 201);
    let row =
        sqlx::query("SELECT id, record FROM steadfast_idempotency").fetch_one(store.pool()).await.unwrap();
    let id = row.get::<Vec<u8>, _>("id");
    let record_id = RecordId(id.clone().try_into().unwrap());
    let sealed = row.get::<Vec<u8>, _>("record").into();
    let state = Codec::sealed(ring()).decode(record_id, &sealed).unwrap();
    let forged = Codec::default().encode(record_id, &state).unwrap().unwrap();
    let forge = sqlx::query("UPDATE steadfast_idempotency SET record = ? WHERE id = ?");
    forge.bind(forged.record.to_vec()).bind(id).execute(store.pool()).await.unwrap();
    for _ in 0..2 {
        client.post("/open", "k").await.is_problem(503, "record-unreadable");
    }
    assert_eq!(world.calls(), 1);
    // Where plain records are read, it is a record like any other.
    let reading = api!(Idempotency::new(store).sealed(ring().reads_plain()), world; open);
    assert!(reading.post("/open", "k").await.is_replay());
}

/// The kind of a record stands beside it in clear, for operators and caches.
#[tokio::test]
async fn changed_kind_of_a_record_decides_nothing() {
    let store = store().await;
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; joined, open);
    for path in ["/joined", "/open"] {
        assert_eq!(client.post(path, "k").await.status, 201);
    }
    for statement in
        ["UPDATE steadfast_idempotency SET kind = 1", "UPDATE steadfast_idempotency SET kind = 2"]
    {
        change(&store, statement).await;
        for path in ["/joined", "/open"] {
            assert!(client.post(path, "k").await.is_replay(), "{statement}");
        }
    }
    assert_eq!(world.calls(), 2);
}

#[tokio::test]
async fn changed_steps_are_unreadable_and_kept() {
    let store = store().await;
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; stepped);
    world.answers(503);
    for key in ["k", "other"] {
        assert_eq!(client.post("/stepped", key).await.status, 503);
    }
    change(&store, SWAP_RECORDS).await;
    world.answers(201);
    for key in ["k", "other", "k", "other"] {
        client.post("/stepped", key).await.is_problem(503, "record-unreadable");
    }
    // As if nobody had asked.
    change(&store, SWAP_RECORDS).await;
    for key in ["k", "other"] {
        assert_eq!(client.post("/stepped", key).await.status, 201);
    }
    assert_eq!(world.calls(), 2, "the steps");
}

#[tokio::test]
async fn without_its_ring_a_sealed_record_is_unreadable() {
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
async fn missing_key_is_named_to_operators_and_not_to_clients() {
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
    let error = records.settle("", "POST /open", "k", Settlement::NotDone).await.unwrap_err().to_string();
    assert!(error.contains("sealed with the key `k-2025`"), "{error}");
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

/// Whether there is something to settle is sealed with the record.
#[tokio::test]
async fn record_whose_key_is_missing_can_be_settled_once_the_key_is_back() {
    let store = store().await;
    let world = World::new();
    let old = Idempotency::new(store.clone()).sealed(KeyRing::new("old", &OLD));
    let client = api!(old, world; stepped);
    world.answers(503);
    assert_eq!(client.post("/stepped", "k").await.status, 503);
    let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
    let new = Idempotency::new(store.clone()).sealed(ring());
    let records = new.records();
    let client = api!(new, world; stepped);
    client.post("/stepped", "k").await.is_problem(503, "record-unreadable");
    for settlement in [done, Settlement::NotDone] {
        let error = records.settle("", "POST /stepped", "k", settlement).await.unwrap_err().to_string();
        assert!(error.contains("sealed with the key `old`, which the ring lacks"), "{error}");
    }
    let both = Idempotency::new(store.clone()).sealed(ring().older("old", &OLD));
    let records = both.records();
    let with_both = api!(both, world; stepped);
    assert!(records.settle("", "POST /stepped", "k", done).await.unwrap());
    let gone = with_both.post("/stepped", "k").await;
    assert_eq!(gone.is_problem(410, "response-unavailable")["original_status"], 201);
    // The fingerprint is keyed by the key that is gone: it cannot be compared.
    client.post("/stepped", "k").await.is_problem(503, "record-unreadable");
    assert_eq!(world.calls(), 1);
}

#[test]
#[should_panic(expected = "`sealed` comes after `records` or `audit_trail`")]
fn sealed_after_records_panics() {
    let idempotency = Idempotency::new(steadfast::MemoryStore::new());
    let _records = idempotency.records();
    let _ = idempotency.sealed(ring());
}
