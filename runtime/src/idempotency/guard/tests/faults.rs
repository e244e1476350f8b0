//! Stores that fail, and limits.

use super::*;

#[tokio::test]
async fn first_request_is_two_store_calls_and_a_replay_one() {
    let store = TestStore::new(|_| Fault::None);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    handler.receive(&guard, request("k", "")).await;
    assert_eq!(store.calls(), [Call::FindOrInsert, Call::COMPLETE]);
    handler.receive(&guard, request("k", "")).await;
    assert_eq!(store.calls(), [Call::FindOrInsert]);
}

#[tokio::test]
async fn nothing_runs_while_the_store_is_down() {
    let store = TestStore::new(|_| Fault::Fail);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    let GuardOutcome::Response(refused) = handler.send(&guard, request("k", "")).await else {
        panic!("no response")
    };
    assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    let refused = received(GuardOutcome::Response(refused)).await;
    assert_eq!((refused.problem(), handler.calls()), ((503, "store-unavailable"), 0));
    store.recover();
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn full_store_rejects_new_operations_and_still_replays() {
    let store = TestStore::with(MemoryStore::new().capacity(1), |_| Fault::None);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    handler.receive(&guard, request("a", "")).await;
    store.calls();
    assert_eq!(retry(&guard, "b", "").await.problem(), (503, "overloaded"));
    assert_eq!(store.calls(), [Call::FindOrInsert], "an overloaded store is called once");
    assert_eq!(handler.receive(&guard, request("a", "")).await, replayed(200, "call 1"));
}

#[tokio::test(start_paused = true)]
async fn completion_that_fails_is_tried_again_after_the_response() {
    let store = TestStore::new(|call| if call == Call::COMPLETE { Fault::Fail } else { Fault::None });
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    let (guard, handler) = (idempotency.into_guard(), Handler::new(StatusCode::OK));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    assert_eq!(retry(&guard, "k", "").await.problem(), (409, "in-progress"));
    tokio::time::sleep(Duration::from_secs(5)).await;
    store.recover();
    drain.wait().await;
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "call 1"));
}

#[tokio::test(start_paused = true)]
async fn attempts_to_complete_end_with_the_lease() {
    let store = TestStore::new(|call| if call == Call::COMPLETE { Fault::Fail } else { Fault::None });
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    Handler::new(StatusCode::OK).receive(&idempotency.into_guard(), request("k", "")).await;
    let begun = Instant::now();
    drain.wait().await;
    assert!((Duration::from_secs(50)..=POLICY.lease).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

/// Runs a handler for `time`, during which `clock` moves with tokio's.
pub(super) async fn run_for(
    guard: &Arc<Guard>,
    clock: &FixedClock,
    body: &'static str,
    time: Duration,
) -> Received {
    let clock = clock.clone();
    let handler = move |_| async move {
        for _ in 0..time.as_secs() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            clock.advance(Duration::from_secs(1));
        }
        returned("slow")
    };
    received(guard.send(&POLICY, request("k", body), handler).await).await
}

/// A store in which claims are not renewed.
pub(super) fn without_renewals(clock: &FixedClock) -> TestStore {
    let plan = |call| if call == Call::RENEW { Fault::Fail } else { Fault::None };
    TestStore::with(MemoryStore::new().clock(clock.clone()), plan)
}

#[tokio::test(start_paused = true)]
async fn claim_is_renewed_while_the_handler_runs() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = MemoryStore::new().clock(clock.clone());
    let (guard, elsewhere) = (guard(store.clone()), guard(store));
    let running = run_for(&guard, &clock, "", Duration::from_mins(5));
    let duplicate = async {
        tokio::time::sleep(Duration::from_millis(299_500)).await;
        retry(&elsewhere, "k", "").await
    };
    let (first, duplicate) = futures_util::join!(running, duplicate);
    assert_eq!(first, fresh(200, "slow"));
    assert_eq!(duplicate.problem(), (409, "in-progress"));
}

#[tokio::test(start_paused = true)]
async fn renewal_that_failed_is_tried_again_soon() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = without_renewals(&clock);
    let guard = guard(store.clone());
    let running = run_for(&guard, &clock, "", Duration::from_mins(2));
    let renewals = || store.calls().into_iter().filter(|call| *call == Call::RENEW).count();
    let watching = async {
        tokio::time::sleep(Duration::from_millis(20_100)).await;
        assert_eq!(renewals(), 1);
        store.recover();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(renewals(), 1);
        tokio::time::sleep(Duration::from_secs(18)).await;
        assert_eq!(renewals(), 0);
    };
    let (first, ()) = futures_util::join!(running, watching);
    assert_eq!(first, fresh(200, "slow"));
}

#[tokio::test(start_paused = true)]
async fn lapsed_claim_of_a_running_execution_is_not_taken_over_in_its_own_process() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let guard = guard(without_renewals(&clock));
    let running = run_for(&guard, &clock, "", Duration::from_mins(3));
    let duplicates = async {
        tokio::time::sleep(Duration::from_secs(121)).await;
        (retry(&guard, "k", "").await, retry(&guard, "k", "other").await)
    };
    let (first, (duplicate, other)) = futures_util::join!(running, duplicates);
    assert_eq!(duplicate.problem(), (409, "in-progress"));
    assert_eq!(other.problem(), (422, "key-reused"));
    assert_eq!(first, fresh(200, "slow"));
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "slow"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handler_that_blocks_its_thread_is_not_begun_again() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let guard = guard(MemoryStore::new().clock(clock.clone()));
    let (entered, (go_on, blocked)) = (Arc::new(Notify::new()), std::sync::mpsc::channel());
    let first = {
        let (guard, entered) = (Arc::clone(&guard), Arc::clone(&entered));
        tokio::spawn(async move {
            let handler = move |_| async move {
                entered.notify_one();
                blocked.recv().unwrap();
                returned("done")
            };
            guard.send(&POLICY, request("k", ""), handler).await
        })
    };
    entered.notified().await;
    // No renewal comes through.
    clock.advance(POLICY.lease * 2);
    assert_eq!(retry(&guard, "k", "").await.problem(), (409, "in-progress"));
    go_on.send(()).unwrap();
    assert_eq!(received(first.await.unwrap()).await, fresh(200, "done"));
}

#[tokio::test]
async fn two_replays_at_once_both_receive_the_response() {
    let store = TestStore::new(|_| Fault::None);
    let (guard, handler) = (guard(store.clone()), Handler::new(StatusCode::OK));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
    store.plan(|call| if call == Call::FindOrInsert { Fault::WaitAfter } else { Fault::None });
    let mut first = Box::pin(retry(&guard, "k", ""));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert_eq!(retry(&guard, "k", "").await, replayed(200, "call 1"));
    assert_eq!(retry(&guard, "k", "other").await.problem(), (422, "key-reused"));
    store.go_on();
    assert_eq!(first.await, replayed(200, "call 1"));
}

#[tokio::test]
async fn limit_that_is_set_late_is_drained_all_the_same() {
    let idempotency = Idempotency::new(MemoryStore::new());
    let drain = idempotency.drain();
    let guard = idempotency.max_in_flight(1).into_guard();
    drain.close();
    assert_eq!(retry(&guard, "k", "").await.problem(), (503, "overloaded"));
}

#[tokio::test]
async fn short_handler_starts_no_renewal() {
    // Without a timer in the runtime, creating one panics.
    let runtime = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::OK));
            handler.receive(&guard, request("k", "")).await
        })
    });
    assert_eq!(runtime.join().unwrap(), fresh(200, "call 1"));
}

#[tokio::test]
async fn executions_are_limited_and_none_begins_after_the_drain() {
    let idempotency = Idempotency::new(MemoryStore::new()).max_in_flight(1);
    let drain = idempotency.drain();
    let (guard, handler) = (idempotency.into_guard(), Handler::new(StatusCode::OK));
    handler.receive(&guard, request("done", "")).await;
    let first = Running::start(&guard, &POLICY, request("first", ""), "done").await;
    assert_eq!(retry(&guard, "second", "").await.problem(), (503, "overloaded"));
    assert_eq!(retry(&guard, "done", "").await, replayed(200, "call 1"));
    assert_eq!(retry(&guard, "first", "").await.problem(), (409, "in-progress"));

    drain.close();
    let mut waiting = Box::pin(drain.wait());
    assert!(futures_util::poll!(&mut waiting).is_pending());
    first.go_on.notify_one();
    waiting.await;
    assert_eq!(received(first.task.await.unwrap()).await, fresh(200, "done"));
    assert_eq!(retry(&guard, "third", "").await.problem(), (503, "overloaded"));
    assert_eq!(retry(&guard, "done", "").await, replayed(200, "call 1"));
}

#[tokio::test]
async fn execution_that_ended_makes_room_for_another() {
    let guard = Idempotency::new(MemoryStore::new()).max_in_flight(1).into_guard();
    let handler = Handler::new(StatusCode::OK);
    for (call, key) in ["a", "b", "c"].into_iter().enumerate() {
        assert_eq!(
            handler.receive(&guard, request(key, "")).await,
            fresh(200, &format!("call {}", call + 1))
        );
        tokio::task::yield_now().await;
    }
}
