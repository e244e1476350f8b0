//! Operations that run although nothing is recorded, and duplicates that wait.

use super::*;
use crate::idempotency_policy::{InProgress, OnStoreDown};

const EXECUTE: IdempotentPolicy = IdempotentPolicy {
    options: Options { on_store_down: Some(OnStoreDown::Execute), ..Options::NONE },
    ..POLICY
};

const WAIT: IdempotentPolicy = IdempotentPolicy {
    options: Options { in_progress: Some(InProgress::Wait(Duration::from_secs(10))), ..Options::NONE },
    ..POLICY
};

async fn is_unprotected(outcome: GuardOutcome, body: &str) {
    let GuardOutcome::Response(response) = outcome else { panic!("{outcome:?}") };
    assert_eq!(response.headers()["idempotency-protected"], "false");
    assert_eq!(received(GuardOutcome::Response(response)).await, fresh(200, body));
}

#[tokio::test]
async fn store_is_down_then_the_operation_runs_and_its_response_is_marked() {
    let store = TestStore::new(|_| Fault::Fail);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    is_unprotected(handler.send_by(&EXECUTE, &guard, request("k", "")).await, "call 1").await;
    assert_eq!(guard.unprotected.count(), 1);
    store.recover();
    // Nothing is known of it.
    let again = received(handler.send_by(&EXECUTE, &guard, request("k", "")).await).await;
    assert_eq!(again, fresh(200, "call 2"));
    assert_eq!(guard.unprotected.count(), 1);
}

#[tokio::test]
async fn store_is_down_then_no_duplicate_runs_in_the_same_process() {
    let guard = guard(TestStore::new(|_| Fault::Fail));
    let running = Running::start(&guard, &EXECUTE, request("k", ""), "done").await;
    for (body, expected) in [("", (409, "in-progress")), ("other", (503, "store-unavailable"))] {
        let duplicate = received(guard.send(&EXECUTE, request("k", body), no_call).await).await;
        assert_eq!(duplicate.problem(), expected);
    }
    assert_eq!(running.finish().await, fresh(200, "done"));
}

#[tokio::test]
async fn reply_to_a_claim_is_lost_then_the_operation_runs_and_its_claim_is_released() {
    let store = TestStore::faulty(Call::FindOrInsert, Fault::LoseReply, 1);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    is_unprotected(handler.send_by(&EXECUTE, &guard, request("k", "")).await, "call 1").await;
    assert_eq!(store.state("k").await, steadfast_engine::State::Absent);
}

#[tokio::test]
async fn request_without_a_key_runs_where_none_is_required() {
    const OPTIONAL: IdempotentPolicy =
        IdempotentPolicy { options: Options { key_required: Some(false), ..Options::NONE }, ..POLICY };
    let store = TestStore::new(|_| Fault::None);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    for body in ["call 1", "call 2"] {
        let request = http::Request::post("/payments").body(Body::empty()).unwrap();
        is_unprotected(handler.send_by(&OPTIONAL, &guard, request).await, body).await;
    }
    assert_eq!(store.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn duplicate_that_waits_receives_the_response() {
    let guard = guard(MemoryStore::new());
    let running = Running::start(&guard, &WAIT, request("k", ""), "done").await;
    let mut waiting = Box::pin(guard.send(&WAIT, request("k", ""), no_call));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    assert_eq!(running.finish().await, fresh(200, "done"));
    assert_eq!(received(waiting.await).await, replayed(200, "done"));
}

#[tokio::test(start_paused = true)]
async fn duplicate_of_another_process_asks_the_store_again_until_it_has_waited_long_enough() {
    let store = TestStore::new(|_| Fault::None);
    let (here, elsewhere) = (guard(store.clone()), guard(store));
    let running = Running::start(&elsewhere, &WAIT, request("k", ""), "done").await;
    let begun = Instant::now();
    let late = received(here.send(&WAIT, request("k", ""), no_call).await).await;
    assert_eq!((late.problem(), begun.elapsed()), ((409, "in-progress"), Duration::from_secs(10)));
    let waiting = here.send(&WAIT, request("k", ""), no_call);
    let (waiting, ()) = futures_util::join!(waiting, async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(running.finish().await, fresh(200, "done"));
    });
    assert_eq!(received(waiting).await, replayed(200, "done"));
}

/// A duplicate has seen that the operation runs: it does not run beside it when the store is gone.
#[tokio::test(start_paused = true)]
async fn store_goes_down_while_a_duplicate_waits_then_it_does_not_run() {
    const BOTH: IdempotentPolicy = IdempotentPolicy {
        options: Options { on_store_down: Some(OnStoreDown::Execute), ..WAIT.options },
        ..POLICY
    };
    let store = TestStore::new(|_| Fault::None);
    let (here, elsewhere) = (guard(store.clone()), guard(store.records.clone()));
    let _running = Running::start(&elsewhere, &BOTH, request("k", ""), "done").await;
    let mut waiting = Box::pin(here.send(&BOTH, request("k", ""), no_call));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    store.plan(|_| Fault::Fail);
    assert_eq!(received(waiting.await).await.problem(), (503, "store-unavailable"));
}
