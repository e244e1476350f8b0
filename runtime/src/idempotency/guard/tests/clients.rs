//! Clients that leave before they have a response.

use super::*;
use crate::idempotency::Drain;
use steadfast_engine::State;

/// Polls a request until the store keeps it waiting, and drops it.
async fn leave(guard: &Arc<Guard>) {
    let mut sent = Box::pin(guard.send(&POLICY, request("k", ""), no_call));
    assert!(futures_util::poll!(&mut sent).is_pending());
    drop(sent);
}

fn drained(store: &TestStore) -> (Arc<Guard>, Drain) {
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    (idempotency.into_guard(), drain)
}

#[tokio::test]
async fn handler_outlives_its_client() {
    let store = TestStore::new(|_| Fault::None);
    let (guard, drain) = drained(&store);
    let running = Running::start(&guard, &POLICY, request("k", ""), "done").await;
    running.task.abort();
    assert!(running.task.await.unwrap_err().is_cancelled());
    running.go_on.notify_one();
    drain.wait().await;
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "done"));
}

#[tokio::test]
async fn claim_is_released_if_its_client_leaves_before_the_store_replies() {
    for fault in [Fault::WaitBefore, Fault::WaitAfter] {
        let store = TestStore::faulty(Call::FindOrInsert, fault, 1);
        let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
        leave(&guard).await;
        let is_claimed = matches!(store.state("k").await, State::Claimed { .. });
        assert_eq!(is_claimed, fault == Fault::WaitAfter);
        // However late the reply comes.
        store.go_on();
        until(async || store.calls().last() == Some(&Call::Remove)).await;
        assert_eq!(store.state("k").await, State::Absent, "{fault:?}");
        assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    }
}

#[tokio::test]
async fn claim_is_released_if_its_client_leaves_and_the_reply_is_lost() {
    let mut is_claimed = false;
    let store = TestStore::new(move |call| match call {
        Call::FindOrInsert => {
            is_claimed = true;
            Fault::LoseReply
        }
        // The client leaves while it is found out what became of the claim.
        Call::Load if std::mem::take(&mut is_claimed) => Fault::WaitBefore,
        _ => Fault::None,
    });
    let (guard, drain) = drained(&store);
    leave(&guard).await;
    assert!(matches!(store.state("k").await, State::Claimed { .. }));
    store.go_on();
    drain.wait().await;
    assert_eq!(store.state("k").await, State::Absent);
}

#[tokio::test]
async fn claim_that_was_taken_over_is_released_if_its_client_leaves() {
    for fault in [Fault::WaitBefore, Fault::WaitAfter] {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let records = MemoryStore::new().clock(clock.clone());
        let store = TestStore::with(records.clone(), |_| Fault::None);
        let (elsewhere, guard) = (guard(TestStore::with(records, |_| Fault::None)), guard(store.clone()));
        // The process of the first one is cut off.
        let lost = Running::start(&elsewhere, &POLICY, request("k", ""), "lost").await;
        clock.advance(POLICY.lease);
        store.plan(move |call| if call == Call::RENEW { fault } else { Fault::None });
        leave(&guard).await;
        store.go_on();
        until(async || store.calls().last() == Some(&Call::Remove)).await;
        store.recover();
        assert_eq!(store.state("k").await, State::Absent, "{fault:?}");
        assert_eq!(received(run_once(&guard, "k", "again").await).await, fresh(200, "again"));
        // The first one was taken for lost, and receives the response of the second.
        assert_eq!(lost.finish().await, replayed(200, "again"));
    }
}

#[tokio::test]
async fn drain_waits_for_the_release_of_a_claim() {
    let store = TestStore::faulty(Call::FindOrInsert, Fault::WaitAfter, 1);
    let (guard, drain) = drained(&store);
    leave(&guard).await;
    let mut waiting = Box::pin(drain.wait());
    assert!(futures_util::poll!(&mut waiting).is_pending());
    assert!(matches!(store.state("k").await, State::Claimed { .. }));
    store.go_on();
    waiting.await;
    assert_eq!(store.state("k").await, State::Absent);
}

#[tokio::test]
async fn duplicate_is_told_to_wait_until_the_claim_is_released() {
    let store = TestStore::faulty(Call::FindOrInsert, Fault::WaitAfter, 1);
    let (guard, drain) = drained(&store);
    leave(&guard).await;
    assert_eq!(retry(&guard, "k", "").await.problem(), (409, "in-progress"));
    store.go_on();
    drain.wait().await;
    assert_eq!(store.state("k").await, State::Absent);
}

#[test]
fn request_may_be_dropped_outside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let guard = guard(TestStore::faulty(Call::FindOrInsert, Fault::WaitAfter, 1));
    let mut first = Box::pin(guard.send(&POLICY, request("k", ""), no_call));
    runtime.block_on(async { assert!(futures_util::poll!(&mut first).is_pending()) });
    drop(first);
}
