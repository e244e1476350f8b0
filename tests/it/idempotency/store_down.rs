//! What becomes of requests while the store cannot be reached.

use super::stores::{Call, stores};
use super::world::World;
use super::{api, clock, endpoint};
use std::time::Duration;
use steadfast::Idempotency;

endpoint!(usual, "/usual");
endpoint!(refusing, "/refuse", on_store_down = "refuse");
endpoint!(open, "/open", on_store_down = "execute");

#[tokio::test]
async fn nothing_runs_without_the_store_unless_said_otherwise() {
    for store in stores(&clock()).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone());
        let unprotected = idempotency.unprotected();
        let client = api!(idempotency, world; usual, refusing, open);
        store.fail(|_| true);
        for path in ["/usual", "/refuse"] {
            let refused = client.post(path, "k").await;
            assert_eq!(refused.is_problem(503, "store-unavailable")["retryable"], true);
            assert_eq!(refused.header("retry-after"), Some("1"));
        }
        assert_eq!((world.calls(), unprotected.count()), (0, 0));
        for call in ["call 1", "call 2"] {
            let seen = client.post("/open", "k").await;
            seen.is_fresh(201, call);
            assert_eq!(seen.header("idempotency-protected"), Some("false"));
        }
        assert_eq!(unprotected.count(), 2);
        store.fail(|_| false);
        let seen = client.post("/open", "k").await;
        seen.is_fresh(201, "call 3");
        assert_eq!(seen.header("idempotency-protected"), None);
        client.post("/open", "k").await.is_replayed(201, "call 3");
    }
}

#[tokio::test]
async fn an_outcome_that_cannot_be_recorded_costs_no_answer_and_is_recorded_later() {
    for store in stores(&clock()).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone());
        let drain = idempotency.drain();
        let client = api!(idempotency, world; usual, refusing, open);
        store.fail(|call| call == Call::COMPLETE);
        client.post("/usual", "k").await.is_fresh(201, "call 1");
        client.post("/usual", "k").await.is_problem(409, "in-progress");
        store.fail(|_| false);
        drain.wait().await;
        client.post("/usual", "k").await.is_replayed(201, "call 1");
    }
}

/// The lease is for other processes: in this one it is known that the operation was done.
#[tokio::test]
async fn what_cannot_be_recorded_does_not_run_again_in_its_process_when_its_lease_is_over() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone());
        let drain = idempotency.drain();
        let client = api!(idempotency, world; usual);
        store.fail(|call| call == Call::COMPLETE);
        client.post("/usual", "k").await.is_fresh(201, "call 1");
        clock.advance(Duration::from_mins(2));
        client.post("/usual", "k").await.is_problem(409, "in-progress");
        store.fail(|_| false);
        drain.wait().await;
        client.post("/usual", "k").await.is_replayed(201, "call 1");
        assert_eq!(world.calls(), 1);
    }
}
