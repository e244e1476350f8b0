//! Records that are there and cannot be read.

use super::*;
use crate::idempotency_policy::{InProgress, OnStoreDown};

const NO_STORE: Options = Options { on_store_down: Some(OnStoreDown::Execute), ..Options::NONE };

/// Policies under which an unreadable record is still not run over.
const POLICIES: [IdempotentPolicy; 5] = [
    POLICY,
    IdempotentPolicy { options: NO_STORE, ..POLICY },
    IdempotentPolicy {
        options: Options { in_progress: Some(InProgress::Wait(Duration::from_secs(9))), ..NO_STORE },
        ..POLICY
    },
    IdempotentPolicy { options: Options { on_lost: Some(OnLost::Hold), ..NO_STORE }, ..POLICY },
    IdempotentPolicy { options: Options { on_lost: Some(OnLost::Recover), ..NO_STORE }, ..POLICY },
];

type Damage = fn(&[u8]) -> Vec<u8>;

/// Ways to damage a record.
const DAMAGES: [(&str, Damage); 4] = [
    ("its checksum is wrong", |record| {
        let mut record = record.to_vec();
        *record.last_mut().unwrap() ^= 1;
        record
    }),
    ("its codec is not known", |record| [&[9], &record[1..]].concat()),
    ("its end is missing", |record| record[..record.len() - 1].to_vec()),
    ("it is empty", |_| Vec::new()),
];

async fn refused(guard: &Arc<Guard>, policy: &IdempotentPolicy, body: &'static str) {
    let GuardOutcome::Response(response) = guard.send(policy, request("k", body), no_call).await else {
        panic!("a replay")
    };
    assert_eq!(response.headers()[header::RETRY_AFTER], "30");
    assert!(!response.headers().contains_key("idempotency-protected"));
    let refused = received(GuardOutcome::Response(response)).await;
    assert_eq!(refused.problem(), (503, "record-unreadable"));
}

#[tokio::test]
async fn record_is_damaged_then_nothing_runs_whatever_the_endpoint_allows() {
    for (damage, change) in DAMAGES {
        let store = TestStore::new(|_| Fault::None);
        let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
        handler.receive(&guard, request("k", "")).await;
        let whole = store.tamper("k", change).await;
        for policy in &POLICIES {
            for body in ["", "other"] {
                refused(&guard, policy, body).await;
            }
            let sunset = Caller { may_run: false, ..CALLER };
            let sunset = received(guard.send_as(&sunset, policy, request("k", ""), no_call).await).await;
            assert_eq!(sunset.problem(), (503, "record-unreadable"), "{damage}");
        }
        assert_eq!(guard.unprotected.count(), 0);
        store.tamper("k", |_| whole.to_vec()).await;
        assert_eq!(retry(&guard, "k", "").await, replayed(200, "call 1"), "{damage}");
    }
}

#[tokio::test]
async fn record_of_a_large_request_is_damaged_then_nothing_runs() {
    let store = TestStore::new(|_| Fault::None);
    let (guard, large) = (guard(store.clone()), "x".repeat(100_000));
    run_once(&guard, "k", "done").await;
    store.tamper("k", DAMAGES[0].1).await;
    let refused = received(guard.send(&POLICIES[1], request("k", large), no_call).await).await;
    assert_eq!(refused.problem(), (503, "record-unreadable"));
}

#[tokio::test]
async fn record_of_a_running_execution_is_damaged_then_its_duplicate_does_not_run() {
    let store = TestStore::new(|_| Fault::None);
    let guard = guard(store.clone());
    let running = Running::start(&guard, &POLICY, request("k", ""), "done").await;
    store.tamper("k", DAMAGES[0].1).await;
    for policy in &POLICIES {
        refused(&guard, policy, "").await;
    }
    running.task.abort();
}

/// It may be the record of another execution: nobody overwrites it unread.
#[tokio::test(start_paused = true)]
async fn record_is_damaged_before_the_completion_then_it_is_left_as_it_is() {
    let store = TestStore::new(|_| Fault::None);
    let idempotency = Idempotency::new(store.clone());
    let (drain, guard) = (idempotency.drain(), idempotency.into_guard());
    let running = Running::start(&guard, &POLICY, request("k", ""), "done").await;
    let (_, damage) = DAMAGES[0];
    let damaged = damage(&store.tamper("k", damage).await);
    assert_eq!(running.finish().await, fresh(200, "done"));
    drain.wait().await;
    assert_eq!(store.tamper("k", <[u8]>::to_vec).await, damaged);
    refused(&guard, &POLICIES[1], "").await;
}
