//! Executions that are lost with their process, or that say so.

use super::stores::{AnyStore, stores};
use super::world::{PANIC, World, crash};
use super::{Client, api, clock, endpoint};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::time::Duration;
use steadfast::idempotency::{LostExecution, OnLost, Recover, Recovery, Settlement};
use steadfast::{Idempotency, MemoryStore};

endpoint!(usual, "/usual");
endpoint!(hold, "/hold", on_lost = "hold");
endpoint!(again, "/again", on_lost = "reexecute");
endpoint!(asking, "/asking", on_lost = recover(AskBank));

/// A bank that answers what the world says: 201 done, 404 not done, anything else unknown.
struct AskBank(World);

impl FromRequestParts<World> for AskBank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, world: &World) -> Result<Self, Infallible> {
        Ok(Self(world.clone()))
    }
}

impl Recover for AskBank {
    type Answer = (StatusCode, &'static str);

    async fn recover(self, lost: LostExecution) -> Recovery<Self::Answer> {
        assert_eq!((lost.operation(), lost.scope(), lost.key()), ("POST /asking", "", &b"k"[..]));
        self.0.enter().await;
        match self.0.status() {
            StatusCode::CREATED => Recovery::Done((StatusCode::CREATED, "the bank knows")),
            StatusCode::NOT_FOUND => {
                // What the handler then answers.
                self.0.answers(201);
                Recovery::NotDone
            }
            _ => Recovery::Unknown,
        }
    }
}

fn process(store: &AnyStore, world: &World) -> Client {
    api!(Idempotency::new(store.clone()), world; usual, hold, again, asking)
}

/// Two minutes after a process has died with the operation of `path`, a new one.
async fn after_a_crash(
    store: &AnyStore,
    clock: &steadfast::FixedClock,
    path: &'static str,
) -> (Client, World) {
    let dying = World::held();
    crash(process(store, &dying), &dying, path, "k").await;
    let world = World::new();
    let client = process(store, &world);
    client.post(path, "k").await.is_problem(409, "in-progress");
    clock.advance(Duration::from_mins(2));
    (client, world)
}

#[tokio::test]
async fn a_lost_execution_runs_again_unless_said_otherwise() {
    for path in ["/usual", "/again"] {
        let clock = clock();
        for store in stores(&clock).await {
            let (client, _) = after_a_crash(&store, &clock, path).await;
            client.post(path, "k").await.is_fresh(201, "call 1");
            client.post(path, "k").await.is_replayed(201, "call 1");
        }
    }
}

#[tokio::test]
async fn what_is_held_waits_for_somebody_to_settle_it() {
    let clock = clock();
    for settlement in
        [Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) }, Settlement::NotDone]
    {
        for store in stores(&clock).await {
            let (client, world) = after_a_crash(&store, &clock, "/hold").await;
            let records = Idempotency::new(store.clone()).records();
            for _ in 0..2 {
                client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
            }
            // It is held for weeks.
            clock.advance(Duration::from_hours(24 * 28));
            client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
            assert_eq!(world.calls(), 0);
            assert!(!records.settle("", "POST /hold", "another", settlement).await.unwrap());
            assert!(records.settle("", "POST /hold", "k", settlement).await.unwrap());
            let retry = client.post("/hold", "k").await;
            if settlement == Settlement::NotDone {
                retry.is_fresh(201, "call 1");
            } else {
                assert_eq!(retry.is_problem(410, "response-unavailable")["original_status"], 201);
                assert_eq!(world.calls(), 0);
            }
            assert!(!records.settle("", "POST /hold", "k", settlement).await.unwrap(), "settled already");
        }
    }
}

#[tokio::test]
async fn a_lost_execution_that_nobody_asked_for_in_weeks_is_not_forgotten() {
    let clock = clock();
    for store in stores(&clock).await {
        for path in ["/hold", "/asking"] {
            let dying = World::held();
            crash(process(&store, &dying), &dying, path, "k").await;
        }
        clock.advance(Duration::from_hours(24 * 29));
        let world = World::new();
        let client = process(&store, &world);
        client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
        client.post("/asking", "k").await.is_fresh(201, "the bank knows");
        assert_eq!(world.calls(), 1, "the recovery");
    }
}

#[tokio::test]
async fn a_panic_is_lost_at_once_where_that_matters() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = process(&store, &world);
        world.answers(PANIC);
        for path in ["/usual", "/hold"] {
            client.post(path, "k").await.is_problem(500, "internal-error");
        }
        world.answers(201);
        client.post("/usual", "k").await.is_fresh(201, "call 3");
        client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
        assert_eq!(world.calls(), 3);
    }
}

#[tokio::test]
async fn a_recovery_that_finds_it_done_answers_for_the_handler() {
    let clock = clock();
    for store in stores(&clock).await {
        let (client, world) = after_a_crash(&store, &clock, "/asking").await;
        client.post("/asking", "k").await.is_fresh(201, "the bank knows");
        client.post("/asking", "k").await.is_replayed(201, "the bank knows");
        assert_eq!(world.calls(), 1, "the recovery");
    }
}

#[tokio::test]
async fn a_recovery_that_finds_it_not_done_lets_the_handler_run() {
    let clock = clock();
    for store in stores(&clock).await {
        let (client, world) = after_a_crash(&store, &clock, "/asking").await;
        world.answers(404);
        client.post("/asking", "k").await.is_fresh(201, "call 2");
        client.post("/asking", "k").await.is_replayed(201, "call 2");
    }
}

#[tokio::test]
async fn a_recovery_that_cannot_tell_is_asked_again() {
    let clock = clock();
    for store in stores(&clock).await {
        let (client, world) = after_a_crash(&store, &clock, "/asking").await;
        for answer in [504, PANIC, 504] {
            world.answers(answer);
            let seen = client.post("/asking", "k").await;
            if answer == PANIC {
                seen.is_problem(500, "internal-error");
            } else {
                seen.is_problem(409, "outcome-unknown");
            }
        }
        world.answers(201);
        client.post("/asking", "k").await.is_fresh(201, "the bank knows");
        assert_eq!(world.calls(), 4);
    }
}

#[tokio::test]
async fn two_retries_at_once_recover_once() {
    let clock = clock();
    for store in stores(&clock).await {
        after_a_crash(&store, &clock, "/asking").await;
        let world = World::held();
        let client = process(&store, &world);
        let first = tokio::spawn({
            let client = client.clone();
            async move { client.post("/asking", "k").await }
        });
        world.entered().await;
        client.post("/asking", "k").await.is_problem(409, "in-progress");
        process(&store, &World::new()).post("/asking", "k").await.is_problem(409, "in-progress");
        world.let_one();
        first.await.unwrap().is_fresh(201, "the bank knows");
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn a_recovery_that_is_lost_too_is_begun_again() {
    let clock = clock();
    for store in stores(&clock).await {
        after_a_crash(&store, &clock, "/asking").await;
        let (client, world) = after_a_crash(&store, &clock, "/asking").await;
        client.post("/asking", "k").await.is_fresh(201, "the bank knows");
        assert_eq!(world.calls(), 1, "the handler did not run");
    }
}

#[test]
#[should_panic(expected = "names who recovers")]
fn an_api_cannot_recover_for_all() {
    let _ = Idempotency::new(MemoryStore::new()).on_lost(OnLost::Recover);
}
