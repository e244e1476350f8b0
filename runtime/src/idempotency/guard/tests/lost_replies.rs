//! Writes that take effect although the store reports an error.

use super::*;
use crate::idempotency::{Audit, StepError, Steps};
use axum::extract::FromRequestParts;
use steadfast_engine::{Kind, State};

#[tokio::test]
async fn reply_to_a_claim_is_lost_then_the_key_is_free_again() {
    let store = TestStore::faulty(Call::FindOrInsert, Fault::LoseReply, 1);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    let refused = handler.receive(&guard, request("k", "")).await;
    assert_eq!((refused.problem(), handler.calls()), ((503, "store-unavailable"), 0));
    assert_eq!(store.state("k").await, State::Absent);
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    assert_eq!(handler.receive(&guard, request("k", "")).await, replayed(200, "call 1"));
}

#[tokio::test]
async fn claim_that_cannot_be_released_is_free_after_its_lease() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let late = |call| if call == Call::FindOrInsert { Fault::Late } else { Fault::None };
    let lost = |call| if call == Call::FindOrInsert { Fault::LoseReply } else { Fault::Fail };
    for plan in [late, lost] {
        let store = TestStore::with(MemoryStore::new().clock(clock.clone()), plan);
        let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
        assert_eq!(handler.receive(&guard, request("k", "")).await.problem(), (503, "store-unavailable"));
        store.recover();
        store.land().await;
        assert!(matches!(store.state("k").await, State::Claimed { .. }));
        assert_eq!(retry(&guard, "k", "").await.problem(), (409, "in-progress"));
        clock.advance(POLICY.lease);
        assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    }
}

/// A store may send a claim once more by itself, and then finds it there.
#[tokio::test]
async fn own_claim_is_found_then_the_request_runs() {
    let store = TestStore::faulty(Call::FindOrInsert, Fault::Repeat, 1);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    assert_eq!(handler.receive(&guard, request("k", "")).await, replayed(200, "call 1"));
}

#[tokio::test]
async fn reply_to_a_take_over_is_lost_then_nothing_runs_and_the_key_is_free_again() {
    for fault in [Fault::LoseReply, Fault::Fail] {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let records = MemoryStore::new().clock(clock.clone());
        let idempotency = Idempotency::new(TestStore::with(records.clone(), move |call| match call {
            Call::RENEW => fault,
            _ => Fault::None,
        }));
        let guard = idempotency.into_guard();
        let elsewhere = super::guard(records.clone());
        let _lost = Running::start(&elsewhere, &POLICY, request("k", ""), "lost").await;
        clock.advance(POLICY.lease);
        assert_eq!(retry(&guard, "k", "").await.problem(), (503, "store-unavailable"));
        let handler = Handler::new(StatusCode::OK);
        let third = super::guard(records);
        assert_eq!(handler.receive(&third, request("k", "")).await, fresh(200, "call 1"));
    }
}

#[tokio::test]
async fn reply_to_holding_a_lost_execution_is_lost_then_it_is_held() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let records = MemoryStore::new().clock(clock.clone());
    let store = TestStore::faulty_with(records.clone(), Call::HOLD, Fault::LoseReply, 1);
    let (elsewhere, guard) = (guard(records), guard(store));
    let _lost = Running::start(&elsewhere, &HOLD, request("k", ""), "lost").await;
    clock.advance(POLICY.lease);
    for expected in [(503, "store-unavailable"), (409, "outcome-unknown"), (409, "outcome-unknown")] {
        let refused = received(guard.send(&HOLD, request("k", ""), no_call).await).await;
        assert_eq!(refused.problem(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn reply_to_a_completion_is_lost_then_it_is_recorded_once() {
    let store = TestStore::faulty(Call::COMPLETE, Fault::LoseReply, 1);
    let idempotency = Idempotency::new(store.clone()).audit(Audit::new());
    let (drain, trail) = (idempotency.drain(), idempotency.audit_trail());
    let (guard, handler) = (idempotency.into_guard(), Handler::new(StatusCode::OK));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    // What is stored is stored: a duplicate receives it before this process has found out.
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "call 1"));
    drain.wait().await;
    let completions = [Call::COMPLETE, Call::Load, Call::COMPLETE, Call::Load];
    assert_eq!(store.calls()[1..], completions);
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "call 1"));
    assert_eq!(events(&trail).await, [AuditEvent::Completed]);
}

#[tokio::test(start_paused = true)]
async fn reply_to_a_release_is_lost_then_the_claim_of_the_retry_stays() {
    let store = TestStore::faulty(Call::Remove, Fault::LoseReply, 1);
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    let (here, elsewhere) = (idempotency.into_guard(), guard(store.clone()));
    let failing = Handler::new(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(failing.receive(&here, request("k", "")).await, fresh(503, "call 1"));
    let again = Running::start(&elsewhere, &POLICY, request("k", ""), "done").await;
    drain.wait().await;
    assert_eq!(retry(&here, "k", "").await.problem(), (409, "in-progress"));
    assert_eq!(again.finish().await, fresh(200, "done"));
}

#[tokio::test(start_paused = true)]
async fn reply_that_an_outcome_is_unknown_is_lost_then_nothing_runs() {
    let store = TestStore::faulty(Call::HOLD, Fault::LoseReply, 1);
    let idempotency = Idempotency::new(store.clone()).audit(Audit::new());
    let (drain, trail) = (idempotency.drain(), idempotency.audit_trail());
    let guard = idempotency.into_guard();
    let failed = received(guard.send(&HOLD, request("k", ""), |_| async { panic!("lost") }).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    drain.wait().await;
    assert!(matches!(store.state("k").await, State::Indeterminate { .. }));
    assert_eq!(events(&trail).await, [AuditEvent::Indeterminate]);
}

#[tokio::test]
async fn reply_to_a_renewal_is_lost_then_the_completion_is_recorded() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    for fault in [Fault::LoseReply, Fault::Late] {
        let store = TestStore::with(MemoryStore::new().clock(clock.clone()), move |call| match call {
            Call::RENEW => fault,
            _ => Fault::None,
        });
        let guard = guard(store.clone());
        tokio::time::pause();
        let outcome = faults::run_for(&guard, &clock, "", Duration::from_secs(30)).await;
        tokio::time::resume();
        assert_eq!(outcome, fresh(200, "slow"));
        // A renewal that takes effect after the completion finds another revision.
        assert!(store.land().await.iter().all(|landed| *landed == steadfast_engine::Swap::Conflict));
        assert_eq!(retry(&guard, "k", "").await, replayed(200, "slow"), "{fault:?}");
    }
}

#[tokio::test]
async fn reply_to_a_step_is_lost_then_the_retry_goes_on_behind_it() {
    const STEPPED: IdempotentPolicy = IdempotentPolicy { stepped: true, ..POLICY };
    let store = TestStore::faulty(Call::Put(Kind::Running), Fault::LoseReply, 1);
    let (guard, charges) = (guard(store), Arc::new(AtomicU32::new(0)));
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
    assert_eq!(received(send().await).await.problem(), (503, "store-unavailable"));
    assert_eq!(received(send().await).await, fresh(200, "charge 0"));
    assert_eq!(charges.load(Ordering::SeqCst), 1);
}
