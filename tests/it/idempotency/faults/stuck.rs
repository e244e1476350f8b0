//! Keys that were stuck, and requests that were refused for no reason.

use super::super::stores::{AnyStore, Rewritten, stores};
use super::super::world::{World, crash};
use super::super::{Client, api, clock, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use bytes::Bytes;
use std::time::Duration;
use steadfast::idempotency::RecordId;
use steadfast::{Idempotency, idempotent, post};
use steadfast_engine::{Codec, State as Record};

endpoint!(pay, "/pay");

fn process(store: &AnyStore, world: &World) -> Client {
    api!(Idempotency::new(store.clone()), world; pay)
}

#[tokio::test]
async fn a_hang_does_not_wedge_the_key_for_a_day() {
    let clock = clock();
    for store in stores(&clock).await {
        let dying = World::held();
        crash(process(&store, &dying), &dying, "/pay", "k").await;
        let client = process(&store, &World::new());
        // The lease is a minute, to the millisecond.
        clock.advance(Duration::from_millis(59_999));
        let waiting = client.post("/pay", "k").await;
        waiting.is_problem(409, "in-progress");
        assert_eq!(waiting.header("retry-after"), Some("1"), "no longer than the lease");
        clock.advance(Duration::from_millis(1));
        client.post("/pay", "k").await.is_fresh(201, "call 1");
    }
}

#[tokio::test]
async fn a_claim_whose_confirmation_was_lost_lapses_with_its_lease() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let client = process(&store, &world);
        store.lose_replies(true);
        client.post("/pay", "k").await.is_problem(503, "store-unavailable");
        store.lose_replies(false);
        // The store was not there either when the claim was to be released.
        client.post("/pay", "k").await.is_problem(409, "in-progress");
        clock.advance(Duration::from_mins(1));
        client.post("/pay", "k").await.is_fresh(201, "call 1");
    }
}

#[tokio::test]
async fn an_outcome_whose_confirmation_was_lost_is_answered_and_replays() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = process(&store, &world);
        let first = tokio::spawn({
            let client = client.clone();
            async move { client.post("/pay", "k").await }
        });
        world.entered().await;
        store.lose_replies(true);
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        store.lose_replies(false);
        // Here, where it still counts as under way, and in another process.
        client.post("/pay", "k").await.is_replayed(201, "call 1");
        process(&store, &World::new()).post("/pay", "k").await.is_replayed(201, "call 1");
    }
}

/// Returns the record of a request that was compared by another algorithm.
fn by_another_algorithm(id: RecordId, record: Bytes) -> Bytes {
    let Record::Completed { mut fingerprint, outcome, ttl, remember, expires_at } =
        Codec::default().decode(id, &record).unwrap()
    else {
        return record;
    };
    fingerprint.algorithm += 1;
    let state = Record::Completed { fingerprint, outcome, ttl, remember, expires_at };
    Codec::default().encode(id, &state).unwrap().unwrap().record
}

#[tokio::test]
async fn record_of_another_algorithm_is_unreadable_and_not_a_reused_key() {
    for store in stores(&clock()).await {
        let world = World::new();
        process(&store, &world).post("/pay", "k").await.is_fresh(201, "call 1");
        let other = Rewritten { store: store.clone(), rewrite: by_another_algorithm };
        let other = api!(Idempotency::new(other), world; pay);
        let refused = other.post("/pay", "k").await;
        assert_eq!(refused.is_problem(503, "record-unreadable")["retryable"], true);
        process(&store, &world).post("/pay", "k").await.is_replayed(201, "call 1");
        assert_eq!(world.calls(), 1);
    }
}

mod stricter {
    use super::*;

    /// The next release of `/pay`, which takes no such body any more.
    #[post("/pay")]
    #[idempotent(ttl = "24h", scope = none)]
    pub(super) async fn pay(
        State(world): State<World>,
        axum::Json(_): axum::Json<Vec<String>>,
    ) -> (StatusCode, String) {
        world.work().await
    }
}

#[tokio::test]
async fn a_retry_of_what_is_done_replays_although_it_would_be_refused_by_now() {
    for store in stores(&clock()).await {
        let world = World::new();
        process(&store, &world).post("/pay", "k").await.is_fresh(201, "call 1");
        let next = api!(Idempotency::new(store.clone()), world; stricter::pay);
        next.post("/pay", "k").await.is_replayed(201, "call 1");
        assert_eq!(next.post("/pay", "new").await.status, 415);
    }
}

#[tokio::test]
async fn the_application_s_own_conflict_is_told_from_ours() {
    for store in stores(&clock()).await {
        for status in [409, 422, 410] {
            let world = World::new();
            world.answers(status);
            let client = process(&store, &world);
            let key = status.to_string();
            client.post("/pay", &key).await.is_fresh(status, "call 1");
            client.post("/pay", &key).await.is_replayed(status, "call 1");
            let ours = client.send("POST", "/pay", &[("idempotency-key", &key)], "other").await;
            let problem = ours.is_problem(422, "key-reused");
            assert_eq!(problem["title"], "Idempotency-Key is already used");
            let link = ours.header("link");
            assert!(link.is_none_or(|link| link.contains("describedby")), "{link:?}");
        }
    }
}
