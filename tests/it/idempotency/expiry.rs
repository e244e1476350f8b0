//! Keys whose outcome is no longer kept.

use super::stores::stores;
use super::world::World;
use super::{api, clock, endpoint};
use std::time::Duration;
use steadfast::{Clock, FixedClock, Idempotency};

endpoint!(usual, "/usual");
endpoint!(timed, "/timed", key = "uuidv7");
endpoint!(timed_refusing, "/timed-refusing", key = "uuidv7", on_expired = refuse("30days"));
endpoint!(timed_again, "/timed-again", key = "uuidv7", on_expired = "execute");
endpoint!(again, "/again", on_expired = "execute");
endpoint!(refusing, "/refusing", on_expired = refuse("30days"));

/// A UUID of version 7 that is made now.
fn uuid_v7(clock: &FixedClock) -> String {
    let millis = clock.now().as_millis();
    format!("{:08x}-{:04x}-7000-8000-000000000001", millis >> 16, millis & 0xffff)
}

#[tokio::test]
async fn key_with_a_time_is_older_than_outcomes_then_it_is_refused_without_a_record() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let client = api!(Idempotency::new(store).clock(clock.clone()), world;
            usual, timed, timed_refusing, timed_again);
        let (used, unused) = (uuid_v7(&clock), uuid_v7(&clock).replace("8000", "9000"));
        client.post("/timed", &used).await.is_fresh(201, "call 1");
        clock.advance(Duration::from_hours(24) - Duration::from_millis(1));
        client.post("/timed", &used).await.is_replayed(201, "call 1");
        clock.advance(Duration::from_millis(1));
        for key in [&used, &unused] {
            for path in ["/timed", "/timed-refusing"] {
                let refused = client.post(path, key).await;
                assert_eq!(refused.is_problem(410, "key-expired")["retryable"], false);
            }
        }
        assert_eq!(world.calls(), 1, "no handler was entered");
        client.post("/timed-again", &used).await.is_fresh(201, "call 2");
        // Here a key that looks like an old one is any other.
        client.post("/usual", "00000000-8888-7b32-9b2f-9b2fbd6819db").await.is_fresh(201, "call 3");
    }
}

#[tokio::test]
async fn a_key_that_says_nothing_is_new_after_its_time() {
    let clock = clock();
    for path in ["/usual", "/again"] {
        for store in stores(&clock).await {
            let world = World::new();
            let client = api!(Idempotency::new(store).clock(clock.clone()), world; usual, again, refusing);
            client.post(path, "k").await.is_fresh(201, "call 1");
            clock.advance(Duration::from_hours(24));
            client.post(path, "k").await.is_fresh(201, "call 2");
        }
    }
}

#[tokio::test]
async fn an_endpoint_may_remember_keys_longer_than_answers() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let client = api!(Idempotency::new(store).clock(clock.clone()), world; usual, again, refusing);
        client.post("/refusing", "k").await.is_fresh(201, "call 1");
        clock.advance(Duration::from_hours(24));
        for _ in 0..2 {
            client.post("/refusing", "k").await.is_problem(410, "key-expired");
        }
        let other = client.send("POST", "/refusing", &[("idempotency-key", "k")], "other").await;
        other.is_problem(422, "key-reused");
        clock.advance(Duration::from_hours(30 * 24) - Duration::from_millis(1));
        client.post("/refusing", "k").await.is_problem(410, "key-expired");
        clock.advance(Duration::from_millis(1));
        client.post("/refusing", "k").await.is_fresh(201, "call 2");
    }
}
