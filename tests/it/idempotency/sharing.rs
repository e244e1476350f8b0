//! Whose keys they are, and which operations share them.

use super::stores::stores;
use super::world::World;
use super::{Merchant, api, clock, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use steadfast::{Idempotency, idempotent, post};

endpoint!(pay, "/pay", operation = "pay");
endpoint!(pay_now, "/pay-now", operation = "pay");
endpoint!(refund, "/refund");

#[tokio::test]
async fn handlers_of_one_operation_share_their_keys() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; pay, pay_now, refund);
        client.post("/pay", "k").await.is_fresh(201, "call 1");
        client.post("/pay", "k").await.is_replayed(201, "call 1");
        client.post("/pay-now", "k").await.is_replayed(201, "call 1");
        client.post("/refund", "k").await.is_fresh(201, "call 2");
    }
}

async fn worked(world: World, merchant: &str) -> (StatusCode, String) {
    let (status, call) = world.work().await;
    (status, format!("{call} for {merchant}"))
}

#[post("/own")]
#[idempotent(ttl = "24h", scope = Merchant)]
async fn own(State(world): State<World>, merchant: Merchant) -> (StatusCode, String) {
    worked(world, &merchant.0).await
}

#[post("/common")]
#[idempotent(ttl = "24h", scope = global, authorize(none))]
async fn common(State(world): State<World>, merchant: Merchant) -> (StatusCode, String) {
    worked(world, &merchant.0).await
}

#[tokio::test]
async fn a_stored_answer_is_for_its_caller_only() {
    for store in stores(&clock()).await {
        let client = api!(Idempotency::new(store), World::new(); own, common, refund);
        let send = |path, name| {
            let client = client.clone();
            async move { client.send("POST", path, &[("idempotency-key", "k"), ("x-merchant", name)], "").await }
        };
        send("/own", "a").await.is_fresh(201, "call 1 for a");
        send("/own", "b").await.is_fresh(201, "call 2 for b");
        send("/own", "a").await.is_replayed(201, "call 1 for a");
        // Asked anew on every attempt: who is no longer known hears nothing that is stored.
        assert_eq!(client.post("/own", "k").await.status, 401);
        send("/own", "").await.is_problem(403, "scope-missing");
        send("/common", "a").await.is_fresh(201, "call 3 for a");
        send("/common", "b").await.is_replayed(201, "call 3 for a");
    }
}

#[tokio::test]
async fn credentials_have_no_place_where_callers_are_not_told_apart() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; refund);
        let with = [("idempotency-key", "k"), ("authorization", "Bearer 1")];
        let refused = client.send("POST", "/refund", &with, "{}").await;
        assert_eq!(refused.is_problem(403, "scope-missing")["retryable"], false);
        client.post("/refund", "k").await.is_fresh(201, "call 1");
        client.send("POST", "/refund", &with, "{}").await.is_problem(403, "scope-missing");
        assert_eq!(world.calls(), 1);
    }
}
