//! Replies that come when the claim they are about may have lapsed.

use super::*;
use steadfast_engine::State;

/// A request whose claim is written, and whose reply is under way for as long as its lease lasts.
async fn late_claim(store: &TestStore, clock: &FixedClock, handler: &Handler) -> JoinHandle<Received> {
    let (guard, handler) = (guard(store.clone()), handler.clone());
    let late = tokio::spawn(async move { handler.receive(&guard, request("k", "")).await });
    until(async || store.state("k").await != State::Absent).await;
    clock.advance(POLICY.lease);
    tokio::time::advance(POLICY.lease).await;
    late
}

fn world() -> (FixedClock, MemoryStore) {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let records = MemoryStore::new().clock(clock.clone());
    (clock, records)
}

#[tokio::test(start_paused = true)]
async fn claim_that_was_taken_over_before_its_reply_came_does_not_run() {
    let (clock, records) = world();
    let store = TestStore::faulty_with(records.clone(), Call::FindOrInsert, Fault::WaitAfter, 1);
    let handler = Handler::new(StatusCode::OK);
    let late = late_claim(&store, &clock, &handler).await;
    let running = Running::start(&guard(records), &POLICY, request("k", ""), "elsewhere").await;
    store.go_on();
    assert_eq!(late.await.unwrap().problem(), (409, "in-progress"));
    assert_eq!(running.finish().await, fresh(200, "elsewhere"));
    assert_eq!(handler.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn take_over_that_was_taken_over_before_its_reply_came_does_not_run() {
    let (clock, records) = world();
    let _lost = Running::start(&guard(records.clone()), &POLICY, request("k", ""), "lost").await;
    clock.advance(POLICY.lease);
    let store = TestStore::faulty_with(records.clone(), Call::RENEW, Fault::WaitAfter, 1);
    let (slow, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    let late = {
        let handler = handler.clone();
        tokio::spawn(async move { handler.receive(&slow, request("k", "")).await })
    };
    until(async || store.calls().contains(&Call::RENEW)).await;
    clock.advance(POLICY.lease);
    tokio::time::advance(POLICY.lease).await;
    let running = Running::start(&guard(records), &POLICY, request("k", ""), "elsewhere").await;
    store.go_on();
    assert_eq!(late.await.unwrap().problem(), (409, "in-progress"));
    assert_eq!((running.finish().await, handler.calls()), (fresh(200, "elsewhere"), 0));
}

#[tokio::test(start_paused = true)]
async fn claim_that_nobody_took_over_is_renewed_and_runs() {
    let (clock, records) = world();
    let store = TestStore::faulty_with(records, Call::FindOrInsert, Fault::WaitAfter, 1);
    let handler = Handler::new(StatusCode::OK);
    let late = late_claim(&store, &clock, &handler).await;
    store.go_on();
    assert_eq!(late.await.unwrap(), fresh(200, "call 1"));
    assert_eq!(store.calls(), [Call::FindOrInsert, Call::RENEW, Call::COMPLETE]);
}

#[tokio::test(start_paused = true)]
async fn claim_is_released_if_every_reply_takes_as_long_as_a_lease() {
    let (clock, records) = world();
    let store = TestStore::with(records, |call| match call {
        Call::FindOrInsert | Call::RENEW => Fault::WaitAfter,
        _ => Fault::None,
    });
    let handler = Handler::new(StatusCode::OK);
    let late = late_claim(&store, &clock, &handler).await;
    store.go_on();
    until(async || store.calls().contains(&Call::RENEW)).await;
    tokio::time::advance(POLICY.lease).await;
    store.go_on();
    assert_eq!(late.await.unwrap().problem(), (503, "store-unavailable"));
    assert_eq!((store.state("k").await, handler.calls()), (State::Absent, 0));
}
