//! What a request is told that may not run: its key belongs to another one, or its version is past its sunset.

use super::super::stores::stores;
use super::{REQUESTS, V1, V2, Version, World, after_sunset, charge, clock, served};
use axum::extract::State;
use axum::http::StatusCode;
use steadfast::{api_version, idempotent, post};

#[post("/open")]
#[idempotent(ttl = "24h", scope = none, on_store_down = "execute", key = optional)]
#[api_version(since = "2024-01-15")]
async fn open(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

const OTHERS: [(&str, &str, bool); 2] =
    [(V2, r#"{"cents":7,"customer_id":"cus_1"}"#, false), (V1, r#"{"cents":7,"customer":"cus_1"}"#, true)];

/// Where the other request can be looked for: at a version that is not the client's own.
#[tokio::test]
async fn the_version_is_named_if_it_is_another() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = served!(store.clone(), world; charge);
        let elsewhere = served!(store, world; charge);
        let told = async |is_running: bool| {
            for client in [&client, &elsewhere] {
                for (version, other, is_named) in OTHERS {
                    let seen = client.ask("/charges", version, "k", other).await;
                    // The value that the first one has read is recorded with its response.
                    if is_running && version != V2 {
                        seen.is_problem(409, "in-progress");
                        continue;
                    }
                    let problem = seen.is_problem(422, "key-reused");
                    let detail = problem["detail"].as_str().unwrap();
                    assert_eq!(detail.contains("at version 2024-06-15"), is_named, "{version}: {detail}");
                    assert_eq!(detail.contains("version"), is_named, "{version}: {detail}");
                }
            }
        };
        let first = {
            let client = client.clone();
            tokio::spawn(async move { client.ask("/charges", V2, "k", REQUESTS[1].1).await })
        };
        world.entered().await;
        told(true).await;
        world.let_one();
        assert_eq!(first.await.unwrap().status, 201);
        told(false).await;
        assert_eq!(world.calls(), 1);
    }
}

/// It could only be told what it did before.
#[tokio::test]
async fn what_is_past_its_sunset_does_not_run_without_a_store_or_a_key_either() {
    let clock = clock();
    let stores = stores(&clock).await;
    after_sunset(&clock);
    for store in stores {
        let world = World::new();
        let client = served!(Version, store.clone(), world, clock.clone(); open);
        let without_key = [("api-version", V1)];
        client.send("POST", "/open", &without_key, "{}").await.is_problem(410, "version-sunset");
        store.fail(|_| true);
        client.ask("/open", V1, "k", "{}").await.is_problem(503, "store-unavailable");
        assert_eq!(world.calls(), 0);
        client.ask("/open", V2, "k", "{}").await.is_fresh(201, "call 1");
    }
}
