//! What works without sealing works with it.

use super::super::stores::{AnyStore, Call, stores};
use super::super::world::{World, crash};
use super::super::{Client, Merchant, Seen, api, clock, endpoint};
use super::{IN_BODY, joined, ring, stepped};
use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::post as route;
use serde_json::Value;
use std::convert::Infallible;
use std::time::Duration;
use steadfast::idempotency::{KeyStatus, LostExecution, Recover, Recovery, Settlement};
use steadfast::{Idempotency, IdempotencyLayer, Problem, SqliteStore, get, idempotent, post};

endpoint!(patient, "/patient", in_progress = wait("5m"));
endpoint!(hold, "/hold", on_lost = "hold");
endpoint!(asking, "/asking", on_lost = recover(AskBank));

struct AskBank;

impl<S: Sync> FromRequestParts<S> for AskBank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for AskBank {
    type Answer = (StatusCode, &'static str);

    async fn recover(self, _: LostExecution) -> Recovery<Self::Answer> {
        Recovery::Done((StatusCode::CREATED, "the bank knows"))
    }
}

#[post("/pay")]
#[idempotent(ttl = "24h", scope = Merchant, on_expired = refuse("1day"))]
async fn pay(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

#[get("/keys/{key}")]
async fn status(
    merchant: Merchant,
    State(world): State<World>,
    Path(key): Path<String>,
) -> Result<KeyStatus, Problem> {
    Ok(world.records.unwrap().status(&merchant, "POST /pay", &key).await?)
}

fn sealed(store: &AnyStore) -> Idempotency<AnyStore> {
    Idempotency::new(store.clone()).sealed(ring())
}

#[tokio::test]
async fn steps_go_on_after_an_error_and_after_a_crash() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let client = api!(sealed(&store), world; stepped);
        for status in [503, super::super::world::PANIC, 500] {
            world.answers(status);
            assert_eq!(client.post("/stepped", "k").await.status, status.max(500));
        }
        world.answers(201);
        assert_eq!(client.post("/stepped", "k").await.status, 201);
        assert!(client.post("/stepped", "k").await.is_replay());
        assert_eq!(world.calls(), 1, "the step");
    }
}

#[tokio::test]
async fn a_twin_that_waits_hears_the_answer() {
    for store in stores(&clock()).await {
        let world = World::held();
        let process = |world: &World| api!(sealed(&store), world; patient);
        let (client, elsewhere) = (process(&world), process(&World::new()));
        let send = |client: &Client| {
            let client = client.clone();
            tokio::spawn(async move { client.post("/patient", "k").await })
        };
        let first = send(&client);
        world.entered().await;
        let twins = [send(&client), send(&elsewhere)];
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        for twin in twins {
            twin.await.unwrap().is_replayed(201, "call 1");
        }
    }
}

#[tokio::test]
async fn what_is_lost_is_settled_or_recovered() {
    let clock = clock();
    for store in stores(&clock).await {
        let process = |world: &World| api!(sealed(&store), world; hold, asking);
        for path in ["/hold", "/asking"] {
            let dying = World::held();
            crash(process(&dying), &dying, path, "k").await;
        }
        clock.advance(Duration::from_mins(2));
        let world = World::new();
        let client = process(&world);
        client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
        let records = sealed(&store).records();
        let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
        assert!(records.settle("", "POST /hold", "k", done).await.unwrap());
        let gone = client.post("/hold", "k").await;
        assert_eq!(gone.is_problem(410, "response-unavailable")["original_status"], 201);
        client.post("/asking", "k").await.is_fresh(201, "the bank knows");
        client.post("/asking", "k").await.is_replayed(201, "the bank knows");
        assert_eq!(world.calls(), 0);
    }
}

#[tokio::test]
async fn a_client_learns_what_became_of_its_key() {
    let clock = clock();
    for store in stores(&clock).await {
        let idempotency = sealed(&store);
        let world = World::new().with(idempotency.records());
        let client = api!(idempotency, world; pay, status);
        let merchant = ("x-merchant", "a");
        let ask = || async { client.send("GET", "/keys/k", &[merchant], "").await };
        let told = |seen: &Seen| serde_json::from_str::<Value>(&seen.body).unwrap();
        client.send("POST", "/pay", &[("idempotency-key", "k"), merchant], "").await.is_fresh(201, "call 1");
        let done = told(&ask().await);
        assert_eq!((&done["status"], &done["http_status"]), (&"done".into(), &201.into()));
        // Without the keys nobody can say.
        let records = Idempotency::new(store.clone()).records();
        let blind = api!(Idempotency::new(store.clone()), World::new().with(records); pay, status);
        blind.send("GET", "/keys/k", &[merchant], "").await.is_problem(503, "record-unreadable");
        clock.advance(Duration::from_hours(24));
        assert_eq!(told(&ask().await)["status"], "expired");
    }
}

#[tokio::test]
async fn a_layer_seals() {
    async fn work(State(world): State<World>) -> (StatusCode, String) {
        world.work().await
    }
    for store in stores(&clock()).await {
        let day = Duration::from_hours(24);
        let client = |idempotency| {
            let once = IdempotencyLayer::new(idempotency, day).scope_global();
            Client(Router::new().route("/pay", route(work)).layer(once).with_state(World::new()))
        };
        let one = client(sealed(&store));
        one.post("/pay", "k").await.is_fresh(201, "call 1");
        one.post("/pay", "k").await.is_replayed(201, "call 1");
        let other = one.send("POST", "/pay", &[("idempotency-key", "k")], "other").await;
        other.is_problem(422, "key-reused");
        client(Idempotency::new(store.clone())).post("/pay", "k").await.is_problem(503, "record-unreadable");
    }
}

#[tokio::test]
async fn a_transaction_that_is_refused_or_fails_leaves_what_it_leaves_without_sealing() {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()).sealed(ring()), world; joined);
    for (answer, replayed, rows) in [(503, false, 0), (422, false, 0), (422, true, 0)] {
        world.answers(answer);
        let seen = client.post("/joined", "refused").await;
        assert_eq!((seen.status, seen.is_replay()), (answer, replayed));
        let paid: i64 =
            sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap();
        assert_eq!(paid, rows);
    }
    world.answers(201);
    for is_replay in [false, true] {
        let seen = client.post("/joined", "k").await;
        assert_eq!((seen.status, seen.is_replay()), (201, is_replay));
        assert!(seen.body.contains(IN_BODY));
        let paid: i64 =
            sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap();
        assert_eq!(paid, 1);
    }
}

#[tokio::test]
async fn an_outcome_whose_confirmation_was_lost_is_answered_and_replays() {
    for store in stores(&clock()).await {
        let idempotency = sealed(&store);
        let drain = idempotency.drain();
        let client = api!(idempotency, World::new(); patient);
        store.fail(|call| call == Call::COMPLETE);
        client.post("/patient", "k").await.is_fresh(201, "call 1");
        store.fail(|_| false);
        drain.wait().await;
        client.post("/patient", "k").await.is_replayed(201, "call 1");
    }
}
