//! What an API says for all of its endpoints, and an endpoint in spite of it.

use super::stores::stores;
use super::world::World;
use super::{api, clock, endpoint};
use std::time::Duration;
use steadfast::Idempotency;
use steadfast::idempotency::{Errors, InProgress, KeyFormat, OnExpired, OnLost, OnStoreDown};

endpoint!(usual, "/usual");
endpoint!(
    own,
    "/own",
    in_progress = "409",
    errors = "retry",
    on_lost = "reexecute",
    on_expired = "refuse-old",
    on_store_down = "refuse",
    key = "any",
    header = "Idempotency-Key",
    replay_header = "Idempotency-Replayed",
    replay_header_on_fresh = false,
    echo_key = true,
    tell_expiry = false
);
endpoint!(optional, "/optional", key = optional);

const UUID: &str = "7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a";

#[tokio::test]
async fn an_api_says_it_for_all_and_an_endpoint_for_itself() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone())
            .errors(Errors::Replay)
            .on_expired(OnExpired::Refuse(Duration::from_hours(24)))
            .on_store_down(OnStoreDown::Execute)
            .key_format(KeyFormat::Uuid)
            .header("X-Key")
            .replay_header(Some("X-Replay"))
            .replay_header_on_fresh(true)
            .echo_key(false)
            .tell_expiry(true)
            .clock(clock.clone());
        let client = api!(idempotency, world; usual, own, optional);
        let by_all = |key| {
            let client = client.clone();
            async move { client.send("POST", "/usual", &[("x-key", key)], "").await }
        };
        client.post("/usual", UUID).await.is_problem(400, "missing-key");
        by_all("k").await.is_problem(400, "invalid-key");
        world.answers(500);
        let fresh = by_all(UUID).await;
        assert_eq!((fresh.header("x-replay"), fresh.header("x-key")), (Some("false"), None));
        let replay = by_all(UUID).await;
        assert_eq!((replay.status, replay.header("x-replay"), &*replay.body), (500, Some("true"), "call 1"));
        assert!(replay.header("idempotency-key-expires").is_some());

        client.post("/own", "k").await.is_fresh(500, "call 2");
        world.answers(201);
        let fresh = client.post("/own", "k").await;
        fresh.is_fresh(201, "call 3");
        assert_eq!(
            (fresh.header("idempotency-replayed"), fresh.header("idempotency-key")),
            (None, Some("k"))
        );
        let replay = client.post("/own", "k").await;
        replay.is_replayed(201, "call 3");
        assert_eq!(replay.header("idempotency-key-expires"), None);

        store.fail(|_| true);
        assert_eq!(by_all(UUID).await.header("idempotency-protected"), Some("false"));
        client.post("/own", "k").await.is_problem(503, "store-unavailable");
        store.fail(|_| false);

        clock.advance(Duration::from_hours(24));
        by_all(UUID).await.is_problem(410, "key-expired");
        client.post("/own", "k").await.is_fresh(201, "call 5");
    }
}

#[tokio::test]
async fn an_api_says_what_a_twin_hears_and_what_is_lost() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::held();
        let idempotency = || {
            Idempotency::new(store.clone())
                .in_progress(InProgress::Locked)
                .on_lost(OnLost::Hold)
                .key_required(false)
        };
        let client = api!(idempotency(), world; usual, own, optional);
        for (path, twin) in [("/usual", 423), ("/own", 409)] {
            super::world::crash(client.clone(), &world, path, "k").await;
            let client = api!(idempotency(), World::new(); usual, own, optional);
            client.post(path, "k").await.is_problem(twin, "in-progress");
        }
        clock.advance(Duration::from_mins(2));
        let client = api!(idempotency(), World::new(); usual, own, optional);
        client.post("/usual", "k").await.is_problem(409, "outcome-unknown");
        client.post("/own", "k").await.is_fresh(201, "call 1");
        client.send("POST", "/usual", &[], "").await.is_fresh(201, "call 2");
    }
}

#[test]
#[should_panic(expected = "not a regular expression")]
fn a_pattern_of_an_api_is_read_when_it_is_made() {
    let idempotency = Idempotency::new(steadfast::MemoryStore::new()).key_format(KeyFormat::Pattern("["));
    api!(idempotency, World::new(); usual);
}
