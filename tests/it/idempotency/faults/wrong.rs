//! Retries that were answered with something else, or that others could hear; and what a request costs.

use super::super::stores::{Call, stores};
use super::super::world::World;
use super::super::{api, clock, endpoint};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use steadfast::{Idempotency, idempotent, post};

endpoint!(pay, "/pay");

#[tokio::test]
async fn every_retry_is_compared_also_after_one_that_was_the_same() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; pay);
        client.post("/pay", "k").await.is_fresh(201, "call 1");
        for _ in 0..3 {
            let other = client.send("POST", "/pay", &[("idempotency-key", "k")], r#"{"amount":2}"#).await;
            assert_eq!(other.is_problem(422, "key-reused")["retryable"], false);
            let query = client.send("POST", "/pay?currency=usd", &[("idempotency-key", "k")], "{}").await;
            query.is_problem(422, "key-reused");
            client.post("/pay", "k").await.is_replayed(201, "call 1");
        }
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn the_body_comes_back_byte_for_byte() {
    const BODY: &str = "{ \"b\":1.0,\t\"a\": 12345678901234567890,\"a\":\"\\u00e9\" }\r\n";

    #[post("/odd")]
    #[idempotent(ttl = "24h", scope = none)]
    async fn odd(State(world): State<World>) -> Response {
        world.enter().await;
        (StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json; charset=UTF-8")], BODY)
            .into_response()
    }
    for store in stores(&clock()).await {
        let client = api!(Idempotency::new(store), World::new(); odd);
        client.post("/odd", "k").await.is_fresh(201, BODY);
        let replay = client.post("/odd", "k").await;
        replay.is_replayed(201, BODY);
        assert_eq!(replay.header("content-type"), Some("application/json; charset=UTF-8"));
    }
}

#[tokio::test]
async fn a_client_cannot_say_that_it_was_answered_already() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; pay);
        let headers = [
            ("idempotency-key", "k"),
            ("idempotency-replayed", "true"),
            ("idempotency-protected", "false"),
            ("idempotency-key-expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ];
        client.send("POST", "/pay", &headers, "{}").await.is_fresh(201, "call 1");
        client.send("POST", "/pay", &headers, "{}").await.is_replayed(201, "call 1");
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn a_key_reaches_into_nothing_but_its_own_record() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; pay);
        // Whatever a store might take for syntax of its own.
        let keys =
            ["POST /pay", "a:b", "a", "a\\", "../a", "*", "a' OR '1'='1", "lock:a", "%00", "{a}", "a b"];
        for (call, key) in (1..).zip(keys) {
            client.post("/pay", key).await.is_fresh(201, &format!("call {call}"));
        }
        for (call, key) in (1..).zip(keys) {
            client.post("/pay", key).await.is_replayed(201, &format!("call {call}"));
        }
    }
}

#[tokio::test]
async fn a_first_request_asks_the_store_twice_and_a_retry_once() {
    for store in stores(&clock()).await {
        let client = api!(Idempotency::new(store.clone()), World::new(); pay);
        client.post("/pay", "k").await;
        assert_eq!(store.calls(), [Call::FindOrInsert, Call::COMPLETE]);
        client.post("/pay", "k").await;
        assert_eq!(store.calls(), [Call::FindOrInsert]);
    }
}
