//! What a key must look like, and where it stands.

use super::stores::stores;
use super::world::World;
use super::{api, clock, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use steadfast::{Idempotency, Sqlite, SqliteStore, Tx, idempotent, post};

endpoint!(usual, "/usual");
endpoint!(optional, "/optional", key = optional);
endpoint!(optional_uuid, "/optional-uuid", key = optional("uuid"));
endpoint!(uuid, "/uuid", key = "uuid");
endpoint!(uuid_v7, "/uuidv7", key = "uuidv7");
endpoint!(ulid, "/ulid", key = "ulid");
endpoint!(string, "/string", key = "sf-string");
endpoint!(pattern, "/pattern", key = "regex:ord-[0-9]{4}");
endpoint!(elsewhere, "/elsewhere", header = "X-Request-Key");

const V4: &str = "7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a";
const V7: &str = "0190b6d6-7a4e-7c3b-9d2f-0123456789ab";
const ULID: &str = "01J2VDCYJE7GXSTBSF04HMASWB";

#[tokio::test]
async fn keys_have_the_form_that_the_endpoint_asks_for() {
    // On this day none of them is older than what is kept.
    let clock = steadfast::FixedClock::new(std::time::Duration::from_secs(1_721_054_500));
    for store in stores(&clock).await {
        for (path, accepted, refused) in [
            ("/usual", &["k", "\"k\"", V4, "17245608114096472345"][..], &["\"", "", "\"a\"b", "k\tk"][..]),
            ("/uuid", &[V4, V7, "\"7F6C2F4E-3C0A-4A6B-9A55-1F2E3D4C5B6A\""], &["k", ULID]),
            ("/uuidv7", &[V7], &[V4, "k"]),
            ("/ulid", &[ULID], &[V4, V7, "k"]),
            ("/string", &["\"k\""], &["k", V4]),
            ("/pattern", &["ord-0001", "\"ord-0002\""], &["ord-1", "xord-0001", "ord-00011", V4]),
            ("/optional-uuid", &[V4], &["k"]),
        ] {
            let world = World::new();
            let idempotency = Idempotency::new(store.clone()).clock(clock.clone());
            let client = api!(idempotency, world;
                usual, optional, optional_uuid, uuid, uuid_v7, ulid, string, pattern, elsewhere);
            for key in accepted {
                let first = client.post(path, key).await;
                assert_eq!(first.status, 201, "{path} {key}: {first:?}");
                assert!(client.post(path, key).await.is_replay(), "{path} {key}");
            }
            for key in refused {
                let refused = client.post(path, key).await;
                assert_eq!(refused.is_problem(400, "invalid-key")["retryable"], false, "{path} {key}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_without_a_key_is_refused_or_runs_without_protection() {
    for store in stores(&clock()).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone());
        let unprotected = idempotency.unprotected();
        let client = api!(idempotency, world;
            usual, optional, optional_uuid, uuid, uuid_v7, ulid, string, pattern, elsewhere);
        client.send("POST", "/usual", &[], "").await.is_problem(400, "missing-key");
        assert_eq!((world.calls(), unprotected.count()), (0, 0));
        for call in ["call 1", "call 2"] {
            let seen = client.send("POST", "/optional", &[], "").await;
            seen.is_fresh(201, call);
            assert_eq!(seen.header("idempotency-protected"), Some("false"));
        }
        assert_eq!((store.calls(), unprotected.count()), (vec![], 2));
        client.post("/optional", "k").await.is_fresh(201, "call 3");
        client.post("/optional", "k").await.is_replayed(201, "call 3");
        assert_eq!(unprotected.count(), 2);
    }
}

#[tokio::test]
async fn gateway_repeats_or_joins_the_header_then_equal_keys_are_one() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world;
            usual, optional, optional_uuid, uuid, uuid_v7, ulid, string, pattern, elsewhere);
        for (path, header) in [("/usual", "idempotency-key"), ("/elsewhere", "x-request-key")] {
            let calls = world.calls();
            client
                .send("POST", path, &[(header, "a1")], "")
                .await
                .is_fresh(201, &format!("call {}", calls + 1));
            for same in [&[(header, "a1, a1")][..], &[(header, "a1"), (header, "a1")]] {
                let seen = client.send("POST", path, same, "").await;
                seen.is_replayed(201, &format!("call {}", calls + 1));
                assert_eq!(seen.header(header), Some("a1"));
            }
            for other in [&[(header, "a1, a2")][..], &[(header, "a1"), (header, "a2")]] {
                client.send("POST", path, other, "").await.is_problem(400, "invalid-key");
            }
            assert_eq!(world.calls(), calls + 1);
        }
    }
}

#[tokio::test]
async fn a_key_may_stand_in_another_header() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world;
            usual, optional, optional_uuid, uuid, uuid_v7, ulid, string, pattern, elsewhere);
        let missing = client.post("/elsewhere", "k").await;
        let problem = missing.is_problem(400, "missing-key");
        assert!(problem["detail"].as_str().unwrap().contains("`X-Request-Key`"), "{problem}");
        for replay in [false, true] {
            let seen = client.send("POST", "/elsewhere", &[("x-request-key", "k")], "").await;
            assert_eq!((seen.body.as_str(), seen.is_replay()), ("call 1", replay));
            assert_eq!((seen.header("x-request-key"), seen.header("idempotency-key")), (Some("k"), None));
        }
    }
}

#[tokio::test]
async fn without_a_key_a_transaction_is_committed_and_nothing_recorded() {
    #[post("/pay")]
    #[idempotent(ttl = "24h", scope = none, key = optional)]
    async fn pay(State(world): State<World>, mut tx: Tx<Sqlite>) -> (StatusCode, String) {
        sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut *tx).await.unwrap();
        world.work().await
    }
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()), world; pay);
    for (status, rows) in [(201, 1), (201, 2), (409, 2), (503, 2)] {
        world.answers(status);
        let seen = client.send("POST", "/pay", &[], "").await;
        assert_eq!((seen.status, seen.header("idempotency-protected")), (status, Some("false")));
        let paid: i64 =
            sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap();
        assert_eq!(paid, rows, "{status}");
    }
}
