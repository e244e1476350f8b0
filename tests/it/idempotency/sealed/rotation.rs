//! Deployments that switch sealing on, change its keys and switch it off: old and new processes work side by side.

use super::super::stores::{AnyStore, stores};
use super::super::world::World;
use super::super::{Client, api, clock, endpoint};
use super::{NEW, OLD, ring};
use steadfast::Idempotency;
use steadfast::idempotency::KeyRing;

endpoint!(pay, "/pay");

/// The processes of one release.
type Release = fn(&AnyStore) -> Idempotency<AnyStore>;

fn plain(store: &AnyStore) -> Idempotency<AnyStore> {
    Idempotency::new(store.clone())
}

fn old() -> KeyRing {
    KeyRing::new("old", &OLD)
}

/// What is known of all that went before, while `one` and `next` run side by side.
async fn side_by_side(store: &AnyStore, deployments: &[Release]) {
    let world = World::new();
    let process = |release: &Release| api!(release(store), world; pay);
    let send = |client: Client, key: String, body: &'static str| async move {
        client.send("POST", "/pay", &[("idempotency-key", &key)], body).await
    };
    for (number, pair) in deployments.windows(2).enumerate() {
        let clients = [process(&pair[0]), process(&pair[1])];
        for (maker, first) in clients.iter().enumerate() {
            let key = format!("{number}-{maker}");
            let made = send(first.clone(), key.clone(), r#"{"a": 1, "b": 2}"#).await;
            assert_eq!((made.status, made.is_replay()), (201, false), "{key}: {made:?}");
            for client in &clients {
                // Not byte by byte the same.
                let replay = send(client.clone(), key.clone(), r#"{"b":2,"a":1}"#).await;
                replay.is_replayed(201, &made.body);
                send(client.clone(), key.clone(), "{}").await.is_problem(422, "key-reused");
            }
        }
        if number > 0 {
            // Made by a release that is gone.
            let before = send(clients[1].clone(), format!("{}-1", number - 1), r#"{"b":2,"a":1}"#).await;
            assert!(before.is_replay(), "{number}: {before:?}");
        }
    }
}

#[tokio::test]
async fn sealing_is_switched_on_and_off_under_open_records() {
    const ORDER: [Release; 4] = [
        plain,
        |store| plain(store).sealed(old().writes_plain()),
        |store| plain(store).sealed(old().reads_plain()),
        |store| plain(store).sealed(old()),
    ];
    for store in stores(&clock()).await {
        side_by_side(&store, &ORDER[..3]).await;
    }
    for store in stores(&clock()).await {
        // When the last plain record is gone.
        side_by_side(&store, &ORDER[2..]).await;
    }
    for store in stores(&clock()).await {
        side_by_side(&store, &[ORDER[2], ORDER[1]]).await;
    }
}

#[tokio::test]
async fn a_key_is_replaced_under_open_records() {
    const ORDER: [Release; 4] = [
        |store| plain(store).sealed(old()),
        |store| plain(store).sealed(old().older("new", &NEW)),
        |store| plain(store).sealed(ring().older("old", &OLD)),
        // When the last record of the old key is gone.
        |store| plain(store).sealed(ring()),
    ];
    for store in stores(&clock()).await {
        side_by_side(&store, &ORDER[..3]).await;
    }
    for store in stores(&clock()).await {
        let world = World::new();
        let both = api!(ORDER[2](&store), world; pay);
        let later = api!(ORDER[3](&store), world; pay);
        both.post("/pay", "k").await.is_fresh(201, "call 1");
        later.post("/pay", "k").await.is_replayed(201, "call 1");
    }
}

/// Secrets of one's own go before those of the ring, which stay for what was made with them.
#[tokio::test]
async fn fingerprints_get_secrets_of_their_own_under_open_records() {
    const ORDER: [Release; 2] = [
        |store| plain(store).sealed(old()),
        |store| plain(store).fingerprint_secrets([[9; 32]]).sealed(old()),
    ];
    for store in stores(&clock()).await {
        let world = World::new();
        let before = api!(ORDER[0](&store), world; pay);
        let after = api!(ORDER[1](&store), world; pay);
        before.post("/pay", "k").await.is_fresh(201, "call 1");
        after.post("/pay", "k").await.is_replayed(201, "call 1");
        after.post("/pay", "later").await.is_fresh(201, "call 2");
        before.post("/pay", "later").await.is_problem(503, "record-unreadable");
    }
}

/// In any other order retries are refused until the deployment is over, and nothing runs twice.
#[tokio::test]
async fn sealing_at_once_refuses_what_the_other_release_made() {
    for store in stores(&clock()).await {
        let world = World::new();
        let before = api!(plain(&store), world; pay);
        let after = api!(plain(&store).sealed(ring()), world; pay);
        before.post("/pay", "plain").await.is_fresh(201, "call 1");
        after.post("/pay", "sealed").await.is_fresh(201, "call 2");
        after.post("/pay", "plain").await.is_problem(503, "record-unreadable");
        before.post("/pay", "sealed").await.is_problem(503, "record-unreadable");
        assert_eq!(world.calls(), 2);
    }
}
