//! Options that meet in one request: what either promises holds beside the other.

mod counted;
mod kept;
mod written;

use super::stores::{Call, stores};
use super::world::World;
use super::{Client, Seen, api, clock, endpoint};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post as posted};
use std::time::Duration;
use steadfast::{Idempotency, IdempotencyLayer, Sqlite, SqliteStore, Tx, idempotent, post};
use tokio::task::JoinHandle;

const DAY: Duration = Duration::from_hours(24);

endpoint!(open, "/open", on_store_down = "execute");
endpoint!(waiting, "/waiting", on_store_down = "execute", in_progress = wait("80ms"));
endpoint!(numbered, "/numbered", key = "uuid");
endpoint!(unkeyed, "/unkeyed", key = optional, replay_header_on_fresh = true);

fn send(client: &Client, path: &'static str) -> JoinHandle<Seen> {
    let client = client.clone();
    tokio::spawn(async move { client.post(path, "k").await })
}

/// Of a twin in its own process a request knows without the store.
#[tokio::test]
async fn while_the_store_is_down_nothing_runs_beside_its_twin() {
    for path in ["/open", "/waiting"] {
        for store in stores(&clock()).await {
            let world = World::held();
            let client = api!(Idempotency::new(store.clone()), world; open, waiting);
            let first = send(&client, path);
            world.entered().await;
            store.fail(|_| true);
            let twin = send(&client, path);
            tokio::select! {
                twin = twin => { twin.unwrap().is_problem(409, "in-progress"); },
                () = world.entered() => panic!("{path} ran twice"),
            }
            store.fail(|_| false);
            world.let_one();
            first.await.unwrap().is_fresh(201, "call 1");
            client.post(path, "k").await.is_replayed(201, "call 1");
        }
    }
}

/// The first one runs without protection; a retry of it does not run beside it.
#[tokio::test]
async fn what_runs_without_the_store_runs_once_at_a_time() {
    for path in ["/open", "/waiting"] {
        for store in stores(&clock()).await {
            let world = World::held();
            let client = api!(Idempotency::new(store.clone()), world; open, waiting);
            store.fail(|call| matches!(call, Call::FindOrInsert | Call::Load));
            let first = send(&client, path);
            world.entered().await;
            let twin = send(&client, path);
            tokio::select! {
                twin = twin => { twin.unwrap().is_problem(409, "in-progress"); },
                () = world.entered() => panic!("{path} ran twice"),
            }
            world.let_one();
            let first = first.await.unwrap();
            first.is_fresh(201, "call 1");
            assert_eq!(first.header("idempotency-protected"), Some("false"));
        }
    }
}

async fn work(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

/// Where no route is there is no operation whose name a layer could know, and a fallback may do something all the same.
#[tokio::test]
async fn a_layer_lets_routes_be_missing() {
    for store in stores(&clock()).await {
        let world = World::new();
        let once = || IdempotencyLayer::new(Idempotency::new(store.clone()), DAY).scope_global();
        let routes = || Router::new().route("/pay", posted(work)).route("/read", get(work));
        let plain = Client(routes().layer(once()).with_state(world.clone()));
        for _ in 0..2 {
            assert_eq!(plain.post("/none", "k").await.status, 404);
            assert_eq!(plain.post("/read", "k").await.status, 405);
        }
        // A release has a route there now.
        let later = routes().route("/none", posted(work)).layer(once());
        Client(later.with_state(world.clone())).post("/none", "k").await.is_fresh(201, "call 1");
        let proxy = Client(routes().fallback(work).layer(once()).with_state(world.clone()));
        proxy.post("/else/1", "p").await.is_fresh(201, "call 2");
        proxy.post("/else/1", "p").await.is_replayed(201, "call 2");
        proxy.post("/else/2", "p").await.is_fresh(201, "call 3");
        let nested = Router::new().nest("/in", routes()).layer(once()).with_state(world.clone());
        assert_eq!(Client(nested).post("/in/none", "k").await.status, 404);
    }
}

/// Longer than any clock counts: what is kept for ever is never too old.
#[tokio::test]
async fn a_key_with_a_time_meets_a_layer_that_keeps_for_ever() {
    for store in stores(&clock()).await {
        let world = World::new();
        let once = IdempotencyLayer::new(Idempotency::new(store), Duration::MAX).scope_global();
        let client = Client(Router::new().route("/pay", posted(work)).layer(once).with_state(world));
        let key = "0190b6d6-7a4e-7c3b-9d2f-0123456789ab";
        client.post("/pay", key).await.is_fresh(201, "call 1");
        client.post("/pay", key).await.is_replayed(201, "call 1");
    }
}

/// A client that has its keys from a database may get back another case than it has put in (RFC 9562 section 4).
#[tokio::test]
async fn a_uuid_is_one_key_in_either_case() {
    const KEYS: [&str; 3] = [
        "7F6C2F4E-3C0A-4A6B-9A55-1F2E3D4C5B6A",
        "7f6c2f4e-3c0a-4a6b-9a55-1f2e3d4c5b6a",
        "\"7f6c2f4e-3C0A-4a6b-9a55-1f2e3d4c5b6a\"",
    ];
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; numbered, open);
        for path in ["/numbered", "/open"] {
            assert!(!client.post(path, KEYS[0]).await.is_replay());
            for key in KEYS {
                let told = client.post(path, key).await;
                assert!(told.is_replay(), "{path} {key} {told:?}");
                // As this client wrote it.
                assert_eq!(told.header("idempotency-key"), Some(key));
            }
        }
        client.post("/open", "K").await.is_fresh(201, "call 3");
        client.post("/open", "k").await.is_fresh(201, "call 4");
    }
}

async fn inserted(world: World, mut tx: Tx<Sqlite>) -> (StatusCode, String) {
    sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut *tx).await.unwrap();
    world.work().await
}

#[post("/replayed")]
#[idempotent(ttl = "24h", scope = none, errors = "replay")]
async fn replayed(State(world): State<World>, tx: Tx<Sqlite>) -> (StatusCode, String) {
    inserted(world, tx).await
}

#[post("/kept")]
#[idempotent(ttl = "24h", scope = none, keep(503))]
async fn kept_status(State(world): State<World>, tx: Tx<Sqlite>) -> (StatusCode, String) {
    inserted(world, tx).await
}

#[post("/freed")]
#[idempotent(ttl = "24h", scope = none, errors = "2xx-only")]
async fn freed(State(world): State<World>, tx: Tx<Sqlite>) -> (StatusCode, String) {
    inserted(world, tx).await
}

/// An error that is kept is an error: nothing that the handler wrote before it is.
#[tokio::test]
async fn of_an_error_that_is_kept_no_writes_are() {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    let world = World::new();
    let client = api!(store.clone(), world; replayed, kept_status, freed);
    for (path, status, is_kept) in [
        ("/replayed", 503, true),
        ("/replayed", 409, true),
        ("/kept", 503, true),
        ("/kept", 500, false),
        ("/freed", 409, false),
    ] {
        world.answers(status);
        let key = &format!("{path}{status}");
        let first = client.post(path, key).await;
        assert_eq!((first.status, first.is_replay()), (status, false), "{path}");
        let retry = client.post(path, key).await;
        assert_eq!((retry.status, retry.is_replay()), (status, is_kept), "{path}");
        let rows: i64 =
            sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap();
        assert_eq!(rows, 0, "{path} {status}");
    }
}

#[tokio::test]
async fn an_answer_without_a_key_is_no_replay_and_says_so_too() {
    for store in stores(&clock()).await {
        let client = api!(Idempotency::new(store), World::new(); unkeyed);
        let seen = client.send("POST", "/unkeyed", &[], "{}").await;
        assert_eq!(seen.header("idempotency-replayed"), Some("false"));
        assert_eq!(seen.header("idempotency-protected"), Some("false"));
        assert_eq!(client.post("/unkeyed", "k").await.header("idempotency-replayed"), Some("false"));
        assert_eq!(client.post("/unkeyed", "k").await.header("idempotency-replayed"), Some("true"));
    }
}
