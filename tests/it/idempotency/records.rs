//! A status endpoint: what a client hears of its own key.

use super::stores::{Call, stores};
use super::world::World;
use super::{Merchant, api, clock};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use steadfast::idempotency::KeyStatus;
use steadfast::{Clock, Idempotency, Problem, get, idempotent, post};

#[post("/pay")]
#[idempotent(ttl = "24h", scope = Merchant, on_expired = refuse("1day"), on_lost = "hold")]
async fn pay(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

#[get("/keys/{key}")]
async fn status(
    merchant: Merchant,
    State(world): State<World>,
    Path(key): Path<String>,
) -> Result<KeyStatus, Problem> {
    Ok(world.records.unwrap().status(&merchant, "POST /pay", &key).await?)
}

#[tokio::test]
async fn a_client_learns_what_became_of_its_key() {
    let clock = clock();
    for store in stores(&clock).await {
        let idempotency = Idempotency::new(store.clone()).clock(clock.clone());
        let world = World::held().with(idempotency.records());
        let client = api!(idempotency, world; pay, status);
        let ask = |who: &'static str| {
            let client = client.clone();
            async move { client.send("GET", "/keys/k", &[("x-merchant", who)], "").await }
        };
        let told = |seen: &super::Seen| serde_json::from_str::<serde_json::Value>(&seen.body).unwrap();
        let send = || {
            let client = client.clone();
            tokio::spawn(async move {
                client.send("POST", "/pay", &[("idempotency-key", "k"), ("x-merchant", "a")], "").await
            })
        };
        assert_eq!(told(&ask("a").await), json!({ "status": "not_done" }));
        let first = send();
        world.entered().await;
        assert_eq!(told(&ask("a").await), json!({ "status": "in_progress", "retry_after": 1 }));
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        let now = u64::try_from(clock.now().as_millis()).unwrap();
        let expires_at = now + 24 * 60 * 60 * 1000;
        let done = ask("a").await;
        assert_eq!(told(&done), json!({ "status": "done", "http_status": 201, "expires_at": expires_at }));
        assert_eq!(done.header("content-type"), Some("application/json"));
        assert_eq!(told(&ask("b").await), json!({ "status": "not_done" }), "it is another's key");
        clock.advance(Duration::from_hours(24));
        assert_eq!(told(&ask("a").await), json!({ "status": "expired" }));
        clock.advance(Duration::from_hours(24));
        assert_eq!(told(&ask("a").await), json!({ "status": "not_done" }));

        world.answers(super::world::PANIC);
        let lost = send();
        world.let_one();
        lost.await.unwrap().is_problem(500, "internal-error");
        let now = u64::try_from(clock.now().as_millis()).unwrap();
        assert_eq!(told(&ask("a").await), json!({ "status": "unknown", "since": now }));

        store.fail(|call| call == Call::Load);
        ask("a").await.is_problem(503, "store-unavailable");
        store.fail(|_| false);
        let long = format!("/keys/{}", "k".repeat(256));
        client.send("GET", &long, &[("x-merchant", "a")], "").await.is_problem(400, "invalid-key");
    }
}
