//! How many operations run at once, and what becomes of them at the end.

use super::stores::stores;
use super::world::World;
use super::{api, clock, endpoint};
use steadfast::Idempotency;

endpoint!(pay, "/pay");

#[tokio::test]
async fn beyond_the_limit_nothing_begins_and_everything_replays() {
    for store in stores(&clock()).await {
        let world = World::held();
        world.let_one();
        let client = api!(Idempotency::new(store).max_in_flight(1), world; pay);
        client.post("/pay", "done").await.is_fresh(201, "call 1");
        world.entered().await;
        let first = tokio::spawn({
            let client = client.clone();
            async move { client.post("/pay", "first").await }
        });
        world.entered().await;
        let refused = client.post("/pay", "second").await;
        assert_eq!(refused.is_problem(503, "overloaded")["retryable"], true);
        assert_eq!(refused.header("retry-after"), Some("1"));
        client.post("/pay", "done").await.is_replayed(201, "call 1");
        client.post("/pay", "first").await.is_problem(409, "in-progress");
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 2");
        world.let_one();
        client.post("/pay", "second").await.is_fresh(201, "call 3");
    }
}

#[tokio::test]
async fn a_drain_waits_for_what_has_no_client_any_more() {
    for store in stores(&clock()).await {
        let world = World::held();
        let idempotency = Idempotency::new(store.clone());
        let drain = idempotency.drain();
        let client = api!(idempotency, world; pay);
        let abandoned = tokio::spawn({
            let client = client.clone();
            async move { client.post("/pay", "k").await }
        });
        world.entered().await;
        abandoned.abort();
        assert!(abandoned.await.unwrap_err().is_cancelled());
        let mut drained = Box::pin(drain.wait());
        assert!(futures_util::poll!(&mut drained).is_pending());
        client.post("/pay", "late").await.is_problem(503, "overloaded");
        client.post("/pay", "k").await.is_problem(409, "in-progress");
        world.let_one();
        drained.await;
        client.post("/pay", "k").await.is_replayed(201, "call 1");
    }
}
