//! `IdempotencyLayer` on plain axum routers.

use super::stores::{AnyStore, stores};
use super::world::{PANIC, World};
use super::{Client, Merchant, clock};
use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::{get, post};
use std::time::Duration;
use steadfast::idempotency::{LostExecution, OnLost, Recover, Recovery, Retryable, Scoped, Steps};
use steadfast::{Idempotency, IdempotencyLayer, Problem, Sqlite, SqliteStore, Tx};

const DAY: Duration = Duration::from_hours(24);

fn layer(store: &AnyStore) -> IdempotencyLayer {
    IdempotencyLayer::new(Idempotency::new(store.clone()), DAY)
}

async fn work(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

fn client(layer: IdempotencyLayer<Scoped>, world: &World) -> Client {
    let app = Router::new()
        .route("/pay", post(work).get(work).put(work))
        .route("/refunds/{id}", post(work))
        .layer(layer);
    Client(app.with_state(world.clone()))
}

#[tokio::test]
async fn a_route_is_an_operation_and_safe_methods_pass() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = client(layer(&store).scope_global(), &world);
        client.post("/pay", "k").await.is_fresh(201, "call 1");
        client.post("/pay", "k").await.is_replayed(201, "call 1");
        client.send("PUT", "/pay", &[("idempotency-key", "k")], "{}").await.is_fresh(201, "call 2");
        for call in ["call 3", "call 4"] {
            client.send("GET", "/pay", &[("idempotency-key", "k")], "").await.is_fresh(201, call);
        }
        client.post("/refunds/1", "k").await.is_fresh(201, "call 5");
        client.post("/refunds/2", "k").await.is_problem(422, "key-reused");
        client.send("POST", "/pay", &[], "").await.is_problem(400, "missing-key");
    }
}

#[tokio::test]
async fn a_scope_keeps_callers_apart_and_is_asked_every_time() {
    for store in stores(&clock()).await {
        let client = client(layer(&store).scope::<Merchant>(), &World::new());
        let send = |name| {
            let client = client.clone();
            async move { client.send("POST", "/pay", &[("idempotency-key", "k"), ("x-merchant", name)], "").await }
        };
        send("a").await.is_fresh(201, "call 1");
        send("b").await.is_fresh(201, "call 2");
        send("a").await.is_replayed(201, "call 1");
        assert_eq!(client.post("/pay", "k").await.status, 401);
        send("").await.is_problem(403, "scope-missing");
    }
}

#[tokio::test]
async fn without_a_scope_credentials_are_refused() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = client(layer(&store).scope_none(), &world);
        let with = [("idempotency-key", "k"), ("authorization", "Basic 1")];
        client.send("POST", "/pay", &with, "").await.is_problem(403, "scope-missing");
        client.post("/pay", "k").await.is_fresh(201, "call 1");
        client.send("GET", "/pay", &with, "").await.is_fresh(201, "call 2");
    }
}

#[tokio::test]
async fn nested_routers_are_told_apart_by_their_whole_path() {
    for store in stores(&clock()).await {
        let world = World::new();
        let inner = || Router::new().route("/pay", post(work)).layer(layer(&store).scope_global());
        let app = Router::new().nest("/a", inner()).nest("/b", inner()).with_state(world.clone());
        let client = Client(app);
        client.post("/a/pay", "k").await.is_fresh(201, "call 1");
        client.post("/b/pay", "k").await.is_fresh(201, "call 2");
        client.post("/a/pay", "k").await.is_replayed(201, "call 1");
        client.post("/b/pay", "k").await.is_replayed(201, "call 2");
    }
}

#[tokio::test]
async fn an_operation_with_a_name_is_the_same_everywhere() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = client(layer(&store).scope_global().operation("money"), &world);
        client.post("/pay", "k").await.is_fresh(201, "call 1");
        client.post("/refunds/1", "k").await.is_problem(422, "key-reused");
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn what_the_api_says_and_what_the_layer_says_holds() {
    async fn refused(State(world): State<World>) -> Retryable<(StatusCode, String)> {
        Retryable(world.work().await)
    }
    for store in stores(&clock()).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone()).replay_header(None).on_lost(OnLost::Hold);
        let once = IdempotencyLayer::new(idempotency, DAY).scope_global().keep(&[503]).free(&[409]);
        let app = Router::new().route("/pay", post(work)).route("/refused", post(refused)).layer(once);
        let client = Client(app.with_state(world.clone()));
        for (key, status, body) in [("a", 503, "call 1"), ("b", 409, "call 3")] {
            world.answers(status);
            client.post("/pay", key).await;
            let retry = client.post("/pay", key).await;
            assert_eq!((retry.status, &*retry.body, retry.is_replay()), (status, body, false));
        }
        client.post("/refused", "c").await.is_fresh(409, "call 4");
        client.post("/refused", "c").await.is_fresh(409, "call 5");
        world.answers(PANIC);
        client.post("/pay", "d").await.is_problem(500, "internal-error");
        client.post("/pay", "d").await.is_problem(409, "outcome-unknown");
    }
}

struct AskBank(World);

impl FromRequestParts<World> for AskBank {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, world: &World) -> Result<Self, Self::Rejection> {
        Ok(Self(world.clone()))
    }
}

impl Recover for AskBank {
    type Answer = StatusCode;

    async fn recover(self, lost: LostExecution) -> Recovery<StatusCode> {
        assert_eq!(lost.operation(), "POST /pay");
        match self.0.status().as_u16() {
            200 => Recovery::Done(StatusCode::ACCEPTED),
            201 => Recovery::NotDone,
            _ => Recovery::Unknown,
        }
    }
}

#[tokio::test]
async fn a_layer_recovers() {
    for (answer, status, calls) in [(200, 202, 1), (201, 201, 2), (500, 409, 1)] {
        for store in stores(&clock()).await {
            let world = World::new();
            let once = layer(&store).scope_global().recover_with_state::<AskBank, _>(world.clone());
            let client = client(once, &world);
            world.answers(PANIC);
            client.post("/pay", "k").await.is_problem(500, "internal-error");
            world.answers(answer);
            let seen = client.post("/pay", "k").await;
            assert_eq!((seen.status, world.calls()), (status, calls), "{seen:?}");
            if status == 409 {
                seen.is_problem(409, "outcome-unknown");
            } else {
                assert!(client.post("/pay", "k").await.is_replay());
            }
        }
    }
}

#[tokio::test]
async fn a_layer_has_steps() {
    async fn pay(State(world): State<World>, mut steps: Steps) -> Result<String, Problem> {
        let charge: u32 = steps.run("charge", || async { Ok::<_, Problem>(world.enter().await) }).await?;
        Ok(format!("{} {charge}", world.status()))
    }
    for store in stores(&clock()).await {
        let world = World::new();
        let app = Router::new().route("/pay", post(pay)).layer(layer(&store).scope_global());
        let client = Client(app.with_state(world.clone()));
        world.answers(PANIC);
        client.post("/pay", "k").await.is_problem(500, "internal-error");
        world.answers(201);
        client.post("/pay", "k").await.is_fresh(200, "201 Created 1");
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn a_layer_commits_with_the_handler() {
    async fn pay(State(world): State<World>, mut tx: Tx<Sqlite>) -> (StatusCode, String) {
        sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut *tx).await.unwrap();
        world.work().await
    }
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    let world = World::new();
    let once = IdempotencyLayer::new(store.clone(), DAY).scope_global().transactional();
    let app = Router::new().route("/pay", post(pay)).route("/health", get(|| async {})).layer(once);
    let client = Client(app.with_state(world.clone()));
    for (status, rows) in [(503, 0), (201, 1), (201, 1)] {
        world.answers(status);
        assert_eq!(client.post("/pay", "k").await.status, status);
        let paid: i64 =
            sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap();
        assert_eq!(paid, rows);
    }
    assert_eq!(world.calls(), 2);
}

#[tokio::test]
async fn a_transactional_layer_over_another_store_is_a_fault_that_is_told() {
    let world = World::new();
    let once = IdempotencyLayer::new(steadfast::MemoryStore::new(), DAY).scope_global().transactional();
    client(once, &world).post("/pay", "k").await.is_problem(500, "internal-error");
    assert_eq!(world.calls(), 0);
}

#[test]
fn a_layer_does_not_both_recover_and_commit_with_the_handler() {
    type Make = fn(IdempotencyLayer, World) -> IdempotencyLayer;
    let makes: [Make; 2] = [
        |layer, world| layer.transactional().recover_with_state::<AskBank, _>(world),
        |layer, world| layer.recover_with_state::<AskBank, _>(world).transactional(),
    ];
    for make in makes {
        let made = std::panic::catch_unwind(|| {
            let layer = IdempotencyLayer::new(steadfast::MemoryStore::new(), DAY);
            make(layer, World::new())
        });
        assert!(made.is_err());
    }
}
