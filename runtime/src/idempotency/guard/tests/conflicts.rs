//! Writers that meet in one record.

use super::faults::{run_for, without_renewals};
use super::*;
use crate::idempotency::{Audit, Records, Settlement};
use steadfast_engine::{Kind, State};

#[tokio::test(start_paused = true)]
async fn handler_ends_while_its_claim_is_renewed_then_its_outcome_is_recorded() {
    for fault in [Fault::WaitBefore, Fault::WaitAfter] {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let store = TestStore::with(MemoryStore::new().clock(clock.clone()), move |call| match call {
            Call::RENEW => fault,
            _ => Fault::None,
        });
        let guard = guard(store.clone());
        // The first renewal waits from the 20th second on.
        let outcome = run_for(&guard, &clock, "", Duration::from_secs(25)).await;
        assert_eq!(outcome, fresh(200, "slow"));
        assert_eq!(retry(&guard, "k", "").await, replayed(200, "slow"), "{fault:?}");
    }
}

#[tokio::test]
async fn swap_conflicts_again_and_again_then_it_is_repeated() {
    let store = TestStore::faulty(Call::COMPLETE, Fault::Conflict, 3);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    let again = [Call::COMPLETE, Call::Load];
    assert_eq!(store.calls()[1..], [&again[..], &again, &again, &again[..1]].concat());
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "call 1"));
}

#[tokio::test]
async fn take_over_conflicts_then_the_request_finds_the_winner() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let records = MemoryStore::new().clock(clock.clone());
    let (first, second) = (guard(records.clone()), guard(records.clone()));
    let _lost = Running::start(&first, &POLICY, request("k", ""), "lost").await;
    clock.advance(POLICY.lease);
    let store = TestStore::with(records, |call| match call {
        Call::RENEW => Fault::WaitBefore,
        _ => Fault::None,
    });
    let guard = guard(store.clone());
    let mut slower = Box::pin(retry(&guard, "k", ""));
    assert!(futures_util::poll!(&mut slower).is_pending());
    let winner = Running::start(&second, &POLICY, request("k", ""), "winner").await;
    store.go_on();
    assert_eq!(slower.await.problem(), (409, "in-progress"));
    assert_eq!(winner.finish().await, fresh(200, "winner"));
}

/// An execution whose claim lapses after a minute, and which goes on for another one; and what happens meanwhile.
async fn outlive<T>(
    all: &Processes,
    body: &'static str,
    meanwhile: impl AsyncFnOnce() -> T,
) -> (Received, T) {
    let owner = run_for(&all.guard, &all.clock, body, Duration::from_mins(2));
    let meanwhile = async {
        tokio::time::sleep(Duration::from_millis(90_500)).await;
        meanwhile().await
    };
    futures_util::join!(owner, meanwhile)
}

/// A process that does not renew its claims, another one, and what both have recorded.
struct Processes {
    clock: FixedClock,
    guard: Arc<Guard>,
    elsewhere: Arc<Guard>,
    records: Records,
    trail: AuditTrail,
    store: TestStore,
}

fn processes() -> Processes {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = without_renewals(&clock);
    let idempotency = Idempotency::new(store.clone()).audit(Audit::new());
    let elsewhere = Idempotency::new(store.records.clone()).audit(Audit::new());
    let (records, trail) = (elsewhere.records(), idempotency.audit_trail());
    let (guard, elsewhere) = (idempotency.into_guard(), elsewhere.into_guard());
    Processes { clock, guard, elsewhere, records, trail, store }
}

impl Processes {
    async fn settle(&self, settlement: Settlement) {
        let settled = self.records.settle("", POLICY.operation, "k", settlement).await;
        assert!(settled.unwrap(), "{settlement:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn owner_of_a_claim_that_was_taken_over_receives_the_response_of_the_winner() {
    let all = processes();
    let winner = async || received(run_once(&all.elsewhere, "k", "winner").await).await;
    let (owner, winner) = outlive(&all, "", winner).await;
    assert_eq!((winner, owner), (fresh(200, "winner"), replayed(200, "winner")));
    assert_eq!(retry(&all.guard, "k", "").await, replayed(200, "winner"));
    let all_events = [AuditEvent::Lost, AuditEvent::Completed, AuditEvent::Overtaken];
    assert_eq!(events(&all.trail).await, all_events);
}

#[tokio::test(start_paused = true)]
async fn winner_that_wrote_the_same_request_differently_is_still_the_same_request() {
    let all = processes();
    let respelled = r#"{ "b": 2, "a": 1 }"#;
    let winner = async || {
        let handler = |_| async { returned("winner") };
        received(all.elsewhere.send(&POLICY, request("k", respelled), handler).await).await
    };
    let (owner, winner) = outlive(&all, r#"{"a":1,"b":2}"#, winner).await;
    assert_eq!((winner, owner), (fresh(200, "winner"), replayed(200, "winner")));
}

/// Two executions that end in the same millisecond with the same response leave the same bytes.
#[tokio::test]
async fn winner_has_stored_the_same_bytes_then_the_owner_is_superseded_all_the_same() {
    let store = TestStore::faulty(Call::COMPLETE, Fault::WrittenByOther, 1);
    let idempotency = Idempotency::new(store).audit(Audit::new());
    let (trail, guard) = (idempotency.audit_trail(), idempotency.into_guard());
    let handler = Handler::new(StatusCode::OK);
    assert_eq!(handler.receive(&guard, request("k", "")).await, replayed(200, "call 1"));
    assert_eq!(events(&trail).await, [AuditEvent::Completed, AuditEvent::Overtaken]);
}

#[tokio::test(start_paused = true)]
async fn winner_that_still_runs_is_waited_for() {
    let all = processes();
    let winner = async || Running::start(&all.elsewhere, &POLICY, request("k", ""), "winner").await;
    let (owner, winner) = outlive(&all, "", winner).await;
    assert_eq!(owner.problem(), (409, "in-progress"));
    assert_eq!(winner.finish().await, fresh(200, "winner"));
    assert_eq!(retry(&all.guard, "k", "").await, replayed(200, "winner"));
}

#[tokio::test(start_paused = true)]
async fn claim_lapses_and_nobody_takes_it_over_then_the_outcome_is_recorded() {
    let all = processes();
    let (owner, ()) = outlive(&all, "", async || ()).await;
    assert_eq!(owner, fresh(200, "slow"));
    assert_eq!(retry(&all.elsewhere, "k", "").await, replayed(200, "slow"));
    assert_eq!(events(&all.trail).await, [AuditEvent::Completed]);
}

#[tokio::test(start_paused = true)]
async fn operator_frees_the_key_meanwhile_then_the_outcome_is_recorded() {
    let all = processes();
    let settle = async || all.settle(Settlement::NotDone).await;
    let (owner, ()) = outlive(&all, "", settle).await;
    assert_eq!(owner, fresh(200, "slow"));
    assert_eq!(retry(&all.elsewhere, "k", "").await, replayed(200, "slow"));
    assert_eq!(events(&all.trail).await, [AuditEvent::Settled, AuditEvent::Completed]);
}

#[tokio::test(start_paused = true)]
async fn operator_settles_meanwhile_then_the_owner_receives_the_settlement() {
    let all = processes();
    let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
    let (owner, ()) = outlive(&all, "", async || all.settle(done).await).await;
    assert_eq!((owner.replayed, owner.problem()), (true, (410, "response-unavailable")));
    assert_eq!(events(&all.trail).await, [AuditEvent::Settled, AuditEvent::Overtaken]);
    let State::Completed { outcome, .. } = all.store.state("k").await else { panic!("it is not settled") };
    assert_eq!(outcome.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn record_is_removed_while_an_operator_settles_it_then_there_was_nothing_to_settle() {
    let store = TestStore::new(|_| Fault::None);
    let idempotency = Idempotency::new(store.clone()).audit(Audit::new());
    let (records, trail) = (idempotency.records(), idempotency.audit_trail());
    let guard = idempotency.into_guard();
    guard.send(&HOLD, request("k", ""), |_| async { panic!("lost") }).await;
    store.plan(|call| if call == Call::Remove { Fault::WaitBefore } else { Fault::None });
    let mut slower = Box::pin(records.settle("", POLICY.operation, "k", Settlement::NotDone));
    assert!(futures_util::poll!(&mut slower).is_pending());
    store.recover();
    assert!(records.settle("", POLICY.operation, "k", Settlement::NotDone).await.unwrap());
    store.go_on();
    assert!(!slower.await.unwrap());
    assert_eq!(events(&trail).await, [AuditEvent::Indeterminate, AuditEvent::Settled]);
}

#[tokio::test(start_paused = true)]
async fn freed_key_is_used_for_another_request_then_its_response_is_not_replayed_to_the_owner() {
    let all = processes();
    let reuse = async || {
        all.settle(Settlement::NotDone).await;
        let handler = |_| async { returned("of another request") };
        received(all.elsewhere.send(&POLICY, request("k", "other"), handler).await).await
    };
    let (owner, other) = outlive(&all, "", reuse).await;
    assert_eq!(other, fresh(200, "of another request"));
    assert_eq!(owner.problem(), (422, "key-reused"));
    let all_events = [AuditEvent::Settled, AuditEvent::Completed, AuditEvent::Overtaken];
    assert_eq!(events(&all.trail).await, all_events);
    assert_eq!(retry(&all.elsewhere, "k", "other").await, replayed(200, "of another request"));
}

#[tokio::test(start_paused = true)]
async fn completion_that_comes_too_late_in_the_background_is_in_the_audit_log() {
    let all = processes();
    let idempotency = Idempotency::new(all.store.clone()).audit(Audit::new());
    let (drain, guard) = (idempotency.drain(), idempotency.into_guard());
    all.store.plan(|call| match call {
        Call::Put(Kind::Running | Kind::Done) => Fault::Fail,
        _ => Fault::None,
    });
    let handler = Handler::new(StatusCode::CREATED);
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(201, "call 1"));
    // The process stalls beyond its lease, by the clock of the store.
    all.clock.advance(POLICY.lease);
    assert_eq!(received(run_once(&all.elsewhere, "k", "winner").await).await, fresh(200, "winner"));
    all.store.recover();
    drain.wait().await;
    let all_events = [AuditEvent::Lost, AuditEvent::Completed, AuditEvent::Overtaken];
    assert_eq!(events(&all.trail).await, all_events);
    assert!(matches!(all.store.state("k").await, State::Completed { .. }));
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "winner"));
}
