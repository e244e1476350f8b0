//! However an execution ends, the trail says it, once.

use super::super::stores::{AnyStore, Call, stores};
use super::super::world::{PANIC, World, crash};
use super::super::{Client, api, clock, endpoint};
use super::{exported, is, told};
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::post;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;
use steadfast::idempotency::{Audit, LostExecution, Recover, Recovery, Settlement};
use steadfast::{Idempotency, IdempotencyLayer};

endpoint!(usual, "/usual");
endpoint!(hold, "/hold", on_lost = "hold");
endpoint!(asking, "/asking", on_lost = recover(AskBank));

/// A bank that knows that it was done.
struct AskBank;

impl<S: Sync> FromRequestParts<S> for AskBank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for AskBank {
    type Answer = StatusCode;

    async fn recover(self, _: LostExecution) -> Recovery<StatusCode> {
        Recovery::Done(StatusCode::ACCEPTED)
    }
}

fn audited(store: &AnyStore) -> Idempotency<AnyStore> {
    Idempotency::new(store.clone()).audit(Audit::new())
}

fn process(store: &AnyStore, world: &World) -> Client {
    api!(audited(store), world; usual, hold, asking)
}

#[tokio::test]
async fn answers_and_panics() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = process(&store, &world);
        for (path, status) in
            [("/usual", 503), ("/usual", PANIC), ("/usual", 402), ("/hold", PANIC), ("/hold", 201)]
        {
            world.answers(status);
            client.post(path, "k").await;
        }
        let trail = audited(&store).audit_trail();
        is(
            &told(&trail).await,
            &[("released", Some(503)), ("released", None), ("completed", Some(402)), ("indeterminate", None)],
        );
        assert!(exported(&trail).await.iter().all(|entry| entry["request"]["method"] == "POST"));
    }
}

#[tokio::test]
async fn a_process_that_died() {
    let clock = clock();
    for store in stores(&clock).await {
        let began_at = u64::try_from(steadfast::Clock::now(&clock).as_millis()).unwrap();
        let trail = audited(&store).audit_trail();
        let process = |world: &World| api!(audited(&store).clock(clock.clone()), world; usual, hold, asking);
        for path in ["/usual", "/hold", "/asking"] {
            let dying = World::held();
            crash(process(&dying), &dying, path, "k").await;
        }
        is(&told(&trail).await, &[]);
        clock.advance(Duration::from_mins(2));
        let client = process(&World::new());
        client.post("/usual", "k").await.is_fresh(201, "call 1");
        client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
        client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
        client.post("/asking", "k").await.is_fresh(202, "");
        let entries = exported(&trail).await;
        let told: Vec<_> =
            entries.iter().map(|entry| [&entry["operation"], &entry["event"], &entry["began_at"]]).collect();
        let anew = began_at + 2 * 60 * 1000;
        let expected = [
            [json!("POST /usual"), json!("lost"), json!(began_at)],
            [json!("POST /usual"), json!("completed"), json!(anew)],
            [json!("POST /hold"), json!("lost"), json!(began_at)],
            [json!("POST /asking"), json!("lost"), json!(began_at)],
            [json!("POST /asking"), json!("recovered"), json!(began_at)],
        ];
        assert_eq!(told, expected.each_ref().map(<[Value; 3]>::each_ref));
        assert_eq!(entries[4]["status"], 202);
    }
}

#[tokio::test]
async fn a_settlement_and_who_settled() {
    for store in stores(&clock()).await {
        let world = World::new();
        let idempotency = Idempotency::new(store.clone());
        // Before it is said that there is a trail.
        let records = idempotency.records();
        let idempotency = idempotency.audit(Audit::new());
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, world; hold);
        world.answers(PANIC);
        for key in ["a", "b"] {
            client.post("/hold", key).await.is_problem(500, "internal-error");
        }
        let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
        let records = records.by("mara@support");
        for _ in 0..2 {
            records.settle("", "POST /hold", "a", done).await.unwrap();
            records.settle("", "POST /hold", "b", Settlement::NotDone).await.unwrap();
        }
        let entries = exported(&trail).await;
        assert_eq!(entries.len(), 4);
        for (of, status) in [(0, json!(201)), (1, json!(null))] {
            let (lost, settled) = (&entries[of], &entries[of + 2]);
            assert_eq!((&settled["event"], &settled["by"]), (&json!("settled"), &json!("mara@support")));
            assert_eq!((&settled["status"], &settled["record"]), (&status, &lost["record"]));
        }
    }
}

#[tokio::test]
async fn an_execution_that_was_overtaken() {
    let clock = clock();
    for store in stores(&clock).await {
        let slow = World::held();
        // Who is overtaken hears a replay.
        let replays = Idempotency::new(store.clone()).audit(Audit::new().replays());
        let first = api!(replays, slow; usual);
        let running = tokio::spawn(async move { first.post("/usual", "k").await });
        slow.entered().await;
        clock.advance(Duration::from_mins(2));
        process(&store, &World::new()).post("/usual", "k").await.is_fresh(201, "call 1");
        slow.answers(202);
        slow.let_one();
        running.await.unwrap().is_replayed(201, "call 1");
        let trail = audited(&store).audit_trail();
        let expected =
            [("lost", None), ("completed", Some(201)), ("overtaken", Some(202)), ("replayed", Some(201))];
        is(&told(&trail).await, &expected);
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_leaves_one_entry() {
    for store in stores(&clock()).await {
        let client = process(&store, &World::new());
        let trail = audited(&store).audit_trail();
        store.fail(|call| call == Call::COMPLETE);
        client.post("/usual", "a").await.is_fresh(201, "call 1");
        is(&told(&trail).await, &[]);
        client.post("/usual", "a").await.is_problem(409, "in-progress");
        store.fail(|_| false);
        while told(&trail).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        client.post("/usual", "a").await.is_replayed(201, "call 1");
        // What reached the store is sent again all the same.
        let world = World::held();
        let idempotency = audited(&store);
        let drain = idempotency.drain();
        let held = api!(idempotency, world; usual);
        let running = tokio::spawn(async move { held.post("/usual", "b").await });
        world.entered().await;
        store.lose_replies(true);
        store.calls();
        world.let_one();
        running.await.unwrap().is_fresh(201, "call 1");
        let mut sent = 0;
        while sent < 2 {
            sent += store.calls().iter().filter(|call| **call == Call::COMPLETE).count();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        store.lose_replies(false);
        drain.wait().await;
        is(&told(&trail).await, &[("completed", Some(201)), ("completed", Some(201))]);
    }
}

#[tokio::test]
async fn a_layer_has_a_trail_too() {
    async fn work(axum::extract::State(world): axum::extract::State<World>) -> (StatusCode, String) {
        world.work().await
    }
    let day = Duration::from_hours(24);
    for store in stores(&clock()).await {
        let once = IdempotencyLayer::new(audited(&store), day).scope_global();
        let silent = IdempotencyLayer::new(audited(&store), day).scope_global().audit(false);
        let inner = Router::new().route("/pay", post(work)).layer(once);
        let app = Router::new().nest("/v1", inner).route("/quiet", post(work).layer(silent));
        let client = Client(app.with_state(World::new()));
        for path in ["/v1/pay", "/v1/pay", "/quiet"] {
            assert_eq!(client.post(path, "k").await.status, 201);
        }
        let entries = exported(&audited(&store).audit_trail()).await;
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (&entries[0]["event"], &entries[0]["operation"]),
            (&json!("completed"), &json!("POST /v1/pay"))
        );
        assert_eq!(entries[0]["request"]["path"], "/v1/pay");
    }
}
