//! The ends of a commit in which a record and a handler's writes become durable together.

use super::database::{End, Meanwhile, TestDatabase};
use super::*;
use crate::idempotency::{Audit, Tx};
use crate::idempotency_policy::OnStoreDown;
use axum::extract::FromRequestParts;

async fn tx(request: Request) -> Result<Tx<TestDatabase>, HandlerOutcome> {
    let (mut parts, _) = request.into_parts();
    Tx::from_request_parts(&mut parts, &()).await.map_err(HandlerOutcome::rejected)
}

/// Makes a payment of this name, and responds with it.
async fn pay_by(
    guard: &Arc<Guard>,
    policy: &IdempotentPolicy,
    body: &'static str,
    name: &'static str,
) -> Received {
    let handler = move |request| async move {
        match tx(request).await {
            Ok(mut tx) => tx.push(name.to_owned()),
            Err(rejected) => return rejected,
        }
        returned((StatusCode::CREATED, name))
    };
    received(guard.send(policy, request("k", body), handler).await).await
}

async fn pay(guard: &Arc<Guard>, body: &'static str, name: &'static str) -> Received {
    pay_by(guard, &TX, body, name).await
}

struct Fixture {
    database: TestDatabase,
    guard: Arc<Guard>,
    trail: AuditTrail,
}

fn fixture() -> Fixture {
    let database = TestDatabase::new();
    let idempotency = Idempotency::new(database.clone()).audit(Audit::new());
    Fixture { trail: idempotency.audit_trail(), guard: idempotency.into_guard(), database }
}

impl Fixture {
    /// Another process makes a payment for a request with this body.
    fn elsewhere(&self, body: &'static str, policy: &'static IdempotentPolicy) -> Meanwhile {
        let database = self.database.clone();
        Arc::new(move || {
            let elsewhere = guard(database.clone());
            Box::pin(async move {
                assert_eq!(pay_by(&elsewhere, policy, body, "theirs").await, fresh(201, "theirs"));
            })
        })
    }
}

#[tokio::test]
async fn nothing_begins_that_could_not_be_recorded() {
    let Fixture { database, guard, .. } = fixture();
    assert_eq!(pay(&guard, "", "one").await, fresh(201, "one"));
    database.records.fill(true);
    let send = || guard.send(&TX, request("other", ""), no_call);
    assert_eq!(received(send().await).await.problem(), (503, "overloaded"));
    assert_eq!(pay(&guard, "", "one").await, replayed(201, "one"));
    assert_eq!(database.payments(), ["one"]);
}

#[tokio::test]
async fn commit_succeeds_then_the_write_the_record_and_the_entry_are_there() {
    let Fixture { database, guard, trail } = fixture();
    assert_eq!(pay(&guard, "", "ours").await, fresh(201, "ours"));
    assert_eq!(pay(&guard, "", "again").await, replayed(201, "ours"));
    assert_eq!(database.payments(), ["ours"]);
    assert_eq!(events(&trail).await, [AuditEvent::Completed]);
}

#[tokio::test]
async fn store_is_full_then_nothing_is_committed_and_the_response_is_overloaded() {
    let Fixture { database, guard, trail } = fixture();
    database.next(End::Full);
    assert_eq!(pay(&guard, "", "ours").await.problem(), (503, "overloaded"));
    assert_eq!((database.payments().len(), events(&trail).await.len()), (0, 0));
    assert_eq!(pay(&guard, "", "again").await, fresh(201, "again"));
    assert_eq!(database.payments(), ["again"]);
}

#[tokio::test]
async fn commit_conflicts_then_the_response_of_the_other_process_is_replayed() {
    for end in [End::Commit, End::Conflict] {
        let all = fixture();
        all.database.next_after(end, all.elsewhere("", &TX));
        assert_eq!(pay(&all.guard, "", "ours").await, replayed(201, "theirs"), "{end:?}");
        assert_eq!(all.database.payments(), ["theirs"]);
        assert_eq!(pay(&all.guard, "", "again").await, replayed(201, "theirs"));
        assert_eq!(events(&all.trail).await, [], "only the other process did anything");
    }
}

#[tokio::test]
async fn commit_conflicts_with_another_request_then_its_response_is_not_replayed() {
    for end in [End::Commit, End::Conflict, End::Fail] {
        let all = fixture();
        all.database.next_after(end, all.elsewhere("other", &TX));
        assert_eq!(pay(&all.guard, "", "ours").await.problem(), (422, "key-reused"), "{end:?}");
        assert_eq!(all.database.payments(), ["theirs"]);
    }
}

#[tokio::test]
async fn commit_conflicts_and_nothing_is_found_then_the_client_is_told_to_try_again() {
    let all = fixture();
    all.database.next(End::Conflict);
    assert_eq!(pay(&all.guard, "", "ours").await.problem(), (409, "in-progress"));
    assert_eq!(all.database.payments().len(), 0);
    assert_eq!(pay(&all.guard, "", "again").await, fresh(201, "again"));
}

#[tokio::test]
async fn commit_conflicts_and_the_winner_cannot_be_read_then_the_store_has_failed() {
    let all = fixture();
    let records = all.database.records.clone();
    let down: Meanwhile = Arc::new(move || {
        records.plan(|_| Fault::Fail);
        Box::pin(ready(()))
    });
    all.database.next_after(End::Conflict, down);
    assert_eq!(pay(&all.guard, "", "ours").await.problem(), (503, "store-unavailable"));
    assert_eq!(all.database.payments().len(), 0);
}

/// There is no record that could prove the writes.
#[tokio::test]
async fn commit_of_a_request_without_a_key_fails_then_its_outcome_is_unknown() {
    const OPTIONAL: IdempotentPolicy =
        IdempotentPolicy { options: Options { key_required: Some(false), ..Options::NONE }, ..TX };
    for (end, expected) in [(End::Fail, "outcome-unknown"), (End::Full, "overloaded")] {
        let all = fixture();
        all.database.next(end);
        let handler = |request| async move {
            tx(request).await.unwrap().push("ours".to_owned());
            returned("done")
        };
        let request = http::Request::post("/payments").body(Body::empty()).unwrap();
        let failed = received(all.guard.send(&OPTIONAL, request, handler).await).await;
        assert_eq!(failed.problem(), (503, expected));
        assert_eq!(all.database.payments().len(), 0);
    }
}

#[tokio::test]
async fn commit_conflicts_with_an_execution_in_progress_then_the_client_is_told_to_wait() {
    let all = fixture();
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (database, go) = (all.database.clone(), Arc::clone(&go_on));
    // Of a release in which the handler takes no transaction.
    let meanwhile = move || -> BoxFuture<'static, ()> {
        let (elsewhere, entered, go) = (guard(database.clone()), Arc::clone(&entered), Arc::clone(&go));
        Box::pin(async move {
            let wait = Arc::clone(&entered);
            let handler = move |_| async move {
                wait.notify_one();
                go.notified().await;
                returned((StatusCode::CREATED, "theirs"))
            };
            tokio::spawn(async move { elsewhere.send(&POLICY, request("k", ""), handler).await });
            entered.notified().await;
        })
    };
    all.database.next_after(End::Commit, Arc::new(meanwhile));
    assert_eq!(pay(&all.guard, "", "ours").await.problem(), (409, "in-progress"));
    go_on.notify_one();
    until(async || pay(&all.guard, "", "again").await == replayed(201, "theirs")).await;
    assert_eq!(all.database.payments().len(), 0);
}

#[tokio::test]
async fn commit_fails_then_the_record_is_read_back() {
    for (end, first, again) in [
        (End::LoseReply, fresh(201, "ours"), replayed(201, "ours")),
        (End::Fail, fresh(503, ""), fresh(201, "again")),
    ] {
        let all = fixture();
        all.database.next(end);
        let received = pay(&all.guard, "", "ours").await;
        if end == End::Fail {
            assert_eq!(received.problem(), (503, "outcome-unknown"));
        } else {
            assert_eq!(received, first);
        }
        assert_eq!(pay(&all.guard, "", "again").await, again, "{end:?}");
        assert_eq!(all.database.payments().len(), 1);
        assert_eq!(events(&all.trail).await, [AuditEvent::Completed]);
    }
}

#[tokio::test]
async fn commit_fails_and_cannot_be_read_back_then_the_retry_finds_out() {
    for (end, again) in [(End::LoseReply, replayed(201, "ours")), (End::Fail, fresh(201, "again"))] {
        let all = fixture();
        let records = all.database.records.clone();
        let down: Meanwhile = Arc::new(move || {
            records.plan(|_| Fault::Fail);
            Box::pin(ready(()))
        });
        all.database.next_after(end, down);
        assert_eq!(pay(&all.guard, "", "ours").await.problem(), (503, "outcome-unknown"), "{end:?}");
        all.database.records.recover();
        assert_eq!(pay(&all.guard, "", "again").await, again, "{end:?}");
        assert_eq!(all.database.payments().len(), 1);
    }
}

#[tokio::test]
async fn commit_fails_and_another_process_is_first_then_its_response_is_replayed() {
    let all = fixture();
    all.database.next_after(End::Fail, all.elsewhere("", &TX));
    assert_eq!(pay(&all.guard, "", "ours").await, replayed(201, "theirs"));
    assert_eq!(all.database.payments(), ["theirs"]);
}

#[tokio::test]
async fn refusal_cannot_be_recorded_then_the_client_receives_it_all_the_same() {
    for end in [End::Full, End::Fail] {
        let all = fixture();
        all.database.next(end);
        let handler = |request| async move {
            tx(request).await.unwrap().push("ours".to_owned());
            returned((StatusCode::CONFLICT, "refused"))
        };
        let refused = received(all.guard.send(&TX, request("k", ""), handler).await).await;
        assert_eq!(refused, fresh(409, "refused"), "{end:?}");
        assert_eq!(all.database.payments().len(), 0);
        assert_eq!(pay(&all.guard, "", "again").await, fresh(201, "again"));
    }
}

#[tokio::test]
async fn handler_panics_then_its_writes_are_undone_and_the_entry_tells_how_it_ended() {
    const HOLD_TX: IdempotentPolicy = IdempotentPolicy { options: HOLD.options, ..TX };
    for (policy, event) in [(&TX, AuditEvent::Released), (&HOLD_TX, AuditEvent::Indeterminate)] {
        let all = fixture();
        let handler = |request| async move {
            tx(request).await.unwrap().push("ours".to_owned());
            panic!("secret")
        };
        let failed = received(all.guard.send(policy, request("k", ""), handler).await).await;
        assert_eq!(failed.problem(), (500, "internal-error"));
        assert_eq!(all.database.payments().len(), 0);
        assert_eq!(events(&all.trail).await, [event]);
        let again = pay_by(&all.guard, policy, "", "again").await;
        match event {
            AuditEvent::Released => assert_eq!(again, fresh(201, "again")),
            _ => assert_eq!(again.problem(), (409, "outcome-unknown")),
        }
    }
}

#[tokio::test]
async fn handler_keeps_its_transaction_then_nothing_is_committed() {
    let all = fixture();
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let handler = move |request| async move {
        let mut tx = tx(request).await.unwrap();
        tx.push("ours".to_owned());
        *keep.lock().unwrap() = Some(tx);
        returned("done")
    };
    let failed = received(all.guard.send(&TX, request("k", ""), handler).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    drop(kept.lock().unwrap().take());
    assert_eq!(events(&all.trail).await, [AuditEvent::Released]);
    assert_eq!(pay(&all.guard, "", "again").await, fresh(201, "again"));
    assert_eq!(all.database.payments(), ["again"]);
}

#[tokio::test]
async fn record_is_damaged_then_no_transaction_begins_whatever_the_endpoint_allows() {
    const EXECUTE: IdempotentPolicy = IdempotentPolicy {
        options: Options { on_store_down: Some(OnStoreDown::Execute), ..Options::NONE },
        ..TX
    };
    let all = fixture();
    assert_eq!(pay(&all.guard, "", "ours").await, fresh(201, "ours"));
    all.database.records.tamper("k", |record| [&[9], &record[1..]].concat()).await;
    for policy in [&TX, &EXECUTE] {
        let refused = received(all.guard.send(policy, request("k", ""), no_call).await).await;
        assert_eq!(refused.problem(), (503, "record-unreadable"));
    }
    assert_eq!(all.database.payments(), ["ours"]);
}

#[tokio::test]
async fn record_is_damaged_when_the_transaction_begins_then_nothing_is_committed() {
    let all = fixture();
    let database = all.database.clone();
    let handler = move |request| async move {
        // Between the first look and the transaction.
        assert_eq!(pay(&guard(database.clone()), "", "theirs").await, fresh(201, "theirs"));
        database.records.tamper("k", |record| [&[9], &record[1..]].concat()).await;
        assert!(tx(request).await.is_err());
        returned("done")
    };
    let refused = received(all.guard.send(&TX, request("k", ""), handler).await).await;
    assert_eq!(refused.problem(), (503, "record-unreadable"));
    assert_eq!(all.database.payments(), ["theirs"]);
}

#[tokio::test]
async fn store_is_down_then_no_transaction_begins_even_if_the_endpoint_runs_without_a_store() {
    const EXECUTE: IdempotentPolicy = IdempotentPolicy {
        options: Options { on_store_down: Some(OnStoreDown::Execute), ..Options::NONE },
        ..TX
    };
    let all = fixture();
    all.database.records.plan(|_| Fault::Fail);
    let refused = received(all.guard.send(&EXECUTE, request("k", ""), no_call).await).await;
    assert_eq!(refused.problem(), (503, "store-unavailable"));
}

#[tokio::test]
async fn duplicate_that_looked_before_the_commit_does_not_begin_after_it() {
    let all = fixture();
    all.database.records.plan(|call| if call == Call::Load { Fault::WaitAfter } else { Fault::None });
    // Both look before either has run.
    let mut first = Box::pin(pay(&all.guard, "", "ours"));
    assert!(futures_util::poll!(&mut first).is_pending());
    let mut second = Box::pin(pay(&all.guard, "", "again"));
    assert!(futures_util::poll!(&mut second).is_pending());
    all.database.records.plan(|_| Fault::None);
    all.database.records.go_on();
    assert_eq!(first.await, fresh(201, "ours"));
    all.database.records.go_on();
    assert_eq!(second.await.problem(), (409, "in-progress"));
    assert_eq!(all.database.payments(), ["ours"]);
}
