//! Stores without room: what has run is recorded, however little of it, and does not run again.

use super::*;
use crate::idempotency::{StepError, Steps};
use axum::extract::FromRequestParts;

const LARGE: usize = 10_000;

/// More than a tombstone takes, and less than a response of this length.
const SOME_ROOM: Fault = Fault::FullBeyond(1000);

const NO_ROOM: Fault = Fault::FullBeyond(0);

fn large() -> String {
    "x".repeat(LARGE)
}

fn full_for_outcomes(fault: Fault) -> TestStore {
    TestStore::new(move |call| if call == Call::COMPLETE { fault } else { Fault::None })
}

#[tokio::test]
async fn response_without_room_is_recorded_without_its_body() {
    let store = full_for_outcomes(SOME_ROOM);
    let guard = guard(store.clone());
    let created = (StatusCode::CREATED, [(header::LOCATION, "/payments/1")], large());
    let first = received(run_once(&guard, "k", created).await).await;
    assert_eq!(first, fresh(201, &large()));
    assert_eq!(store.calls(), [Call::FindOrInsert, Call::COMPLETE, Call::COMPLETE]);
    store.recover();
    let again = retry(&guard, "k", "").await;
    assert_eq!((again.problem(), again.replayed), ((410, "response-unavailable"), true));
    assert!(
        again.body.contains("\"original_status\":201") && again.body.contains("/payments/1"),
        "{again:?}"
    );
    assert_eq!(retry(&guard, "k", "other").await.problem(), (422, "key-reused"));
}

#[tokio::test]
async fn response_with_room_is_recorded_with_its_body() {
    let store = full_for_outcomes(Fault::FullBeyond(2 * LARGE));
    let guard = guard(store.clone());
    received(run_once(&guard, "k", large()).await).await;
    assert_eq!(store.calls(), [Call::FindOrInsert, Call::COMPLETE]);
    assert_eq!(retry(&guard, "k", "").await, replayed(200, &large()));
}

/// Nobody takes the claim over from a store that is full, and so its end is worth recording after any time.
#[tokio::test(start_paused = true)]
async fn outcome_is_recorded_as_soon_as_there_is_room_after_any_time() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = TestStore::with(MemoryStore::new().clock(clock.clone()), |call| {
        if call == Call::COMPLETE { NO_ROOM } else { Fault::None }
    });
    let idempotency = Idempotency::new(store.clone());
    let (drain, elsewhere) = (idempotency.drain(), guard(store.clone()));
    let guard = idempotency.into_guard();
    store.fill(true);
    assert_eq!(received(run_once(&guard, "k", large()).await).await, fresh(200, &large()));
    clock.advance(10 * POLICY.lease);
    tokio::time::sleep(10 * POLICY.lease).await;
    assert_eq!(retry(&guard, "k", "").await.problem(), (409, "in-progress"));
    assert_eq!(retry(&elsewhere, "k", "").await.problem(), (503, "overloaded"));
    // A shutdown does not wait for room that may never be there.
    drain.wait().await;
    store.plan(|call| if call == Call::COMPLETE { SOME_ROOM } else { Fault::None });
    tokio::time::sleep(Duration::from_secs(3)).await;
    store.fill(false);
    for guard in [guard, elsewhere] {
        assert_eq!(retry(&guard, "k", "").await.problem(), (410, "response-unavailable"));
    }
}

#[tokio::test(start_paused = true)]
async fn lapsed_claim_is_not_taken_over_without_room_for_what_would_run() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = TestStore::with(MemoryStore::new().clock(clock.clone()), |_| Fault::None);
    let lost = guard(store.clone());
    let _running = Running::start(&lost, &POLICY, request("k", ""), "never").await;
    clock.advance(2 * POLICY.lease);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    store.fill(true);
    assert_eq!(retry(&guard, "k", "").await.problem(), (503, "overloaded"));
    store.fill(false);
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
}

/// That its outcome is not known is all there is to record, and begins nothing.
#[tokio::test(start_paused = true)]
async fn lapsed_claim_is_marked_as_lost_without_room() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = TestStore::with(MemoryStore::new().clock(clock.clone()), |_| Fault::None);
    let lost = guard(store.clone());
    let _running = Running::start(&lost, &HOLD, request("k", ""), "never").await;
    clock.advance(2 * POLICY.lease);
    store.fill(true);
    let send = received(guard(store.clone()).send(&HOLD, request("k", ""), no_call).await);
    assert_eq!(send.await.problem(), (409, "outcome-unknown"));
}

/// A step that was not recorded would be done again.
#[tokio::test(start_paused = true)]
async fn step_that_is_done_waits_until_there_is_room_for_it() {
    const STEPPED: IdempotentPolicy = IdempotentPolicy { stepped: true, ..POLICY };
    let store = TestStore::new(|call| if call == Call::RENEW { NO_ROOM } else { Fault::None });
    let (guard, charges) = (guard(store.clone()), Arc::new(AtomicU32::new(0)));
    let send = || {
        let charges = Arc::clone(&charges);
        let handler = |request: Request| async move {
            let (mut parts, _) = request.into_parts();
            let mut steps = Steps::from_request_parts(&mut parts, &()).await.unwrap();
            let charge = async || Ok::<_, StepError>(charges.fetch_add(1, Ordering::SeqCst));
            match steps.run("charge", charge).await {
                Ok(charge) => returned(format!("charge {charge}")),
                Err(error) => returned(error),
            }
        };
        guard.send(&STEPPED, request("k", ""), handler)
    };
    let room = async {
        tokio::time::sleep(10 * POLICY.lease).await;
        store.recover();
    };
    let (first, ()) = futures_util::join!(async { received(send().await).await }, room);
    assert_eq!(first, fresh(200, "charge 0"));
    assert_eq!(received(send().await).await, replayed(200, "charge 0"));
}
