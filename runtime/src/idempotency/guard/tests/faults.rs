//! Stores that fail or dawdle, and owners that come late.

use super::*;

type Fails = fn(&Event) -> bool;

/// A store that fails for the events it is told to.
#[derive(Clone)]
struct Failing {
    store: Arc<MemoryStore>,
    fails: Arc<Mutex<Fails>>,
    events: Arc<Mutex<Vec<&'static str>>>,
}

impl Failing {
    fn new(fails: Fails) -> Self {
        Self { store: Arc::default(), fails: Arc::new(Mutex::new(fails)), events: Arc::default() }
    }

    fn recover(&self) {
        *self.fails.lock().unwrap() = |_| false;
    }
}

impl Store for Failing {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.events.lock().unwrap().push(match event {
            Event::Request(_) => "request",
            Event::Look { .. } => "look",
            Event::Complete { .. } => "complete",
            Event::Release { .. } => "release",
            Event::Renew { .. } => "renew",
            other => panic!("{other:?}"),
        });
        if (self.fails.lock().unwrap())(&event) {
            return Box::pin(async { Err(StoreError::unavailable("down")) });
        }
        self.store.apply(id, event)
    }
}

#[tokio::test]
async fn a_first_request_is_two_store_calls_and_a_replay_one() {
    let store = Failing::new(|_| false);
    let (guard, handler) = (guard(store.clone()), Handler::answering(StatusCode::OK));
    handler.see(&guard, request("k", "")).await;
    assert_eq!(std::mem::take(&mut *store.events.lock().unwrap()), ["request", "complete"]);
    handler.see(&guard, request("k", "")).await;
    assert_eq!(*store.events.lock().unwrap(), ["request"]);
}

#[tokio::test]
async fn nothing_runs_while_the_store_is_down() {
    let store = Failing::new(|_| true);
    let (guard, handler) = (guard(store.clone()), Handler::answering(StatusCode::OK));
    let Guarded::Answered(refused) = handler.ask(&guard, request("k", "")).await else { panic!("no answer") };
    assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    let refused = seen(Guarded::Answered(refused)).await;
    assert_eq!((refused.status, problem(&refused), handler.calls()), (503, "store-unavailable", 0));
    store.recover();
    assert_eq!(handler.see(&guard, request("k", "")).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn a_full_store_refuses_new_work_and_still_replays() {
    let (guard, handler) = (guard(MemoryStore::new().capacity(1)), Handler::answering(StatusCode::OK));
    handler.see(&guard, request("a", "")).await;
    let refused = handler.see(&guard, request("b", "")).await;
    assert_eq!((refused.status, problem(&refused), handler.calls()), (503, "overloaded", 1));
    assert_eq!(handler.see(&guard, request("a", "")).await, replayed(200, "call 1"));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_at_completion_costs_no_answer_and_is_asked_again() {
    let store = Failing::new(|event| matches!(event, Event::Complete { .. }));
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    let (guard, handler) = (idempotency.into_guard(), Handler::answering(StatusCode::OK));
    assert_eq!(handler.see(&guard, request("k", "")).await, fresh(200, "call 1"));
    let twin = handler.see(&guard, request("k", "")).await;
    assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
    tokio::time::sleep(Duration::from_secs(5)).await;
    store.recover();
    drain.wait().await;
    assert_eq!(handler.see(&guard, request("k", "")).await, replayed(200, "call 1"));
    assert_eq!(handler.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_attempts_to_complete_end_with_the_lease() {
    let store = Failing::new(|event| matches!(event, Event::Complete { .. }));
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    Handler::answering(StatusCode::OK).see(&idempotency.into_guard(), request("k", "")).await;
    let begun = Instant::now();
    drain.wait().await;
    assert!((Duration::from_secs(50)..=POLICY.lease).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

/// Runs a handler for `time`, during which `clock` moves with tokio's.
async fn run_for(guard: &Arc<Guard>, clock: &FixedClock, time: Duration) -> Guarded {
    let clock = clock.clone();
    let execute = move |_| async move {
        for _ in 0..time.as_secs() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            clock.advance(Duration::from_secs(1));
        }
        Answer::Returned("slow".into_response())
    };
    guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await
}

#[tokio::test(start_paused = true)]
async fn a_running_handler_keeps_its_claim() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let guard = guard(MemoryStore::new().clock(clock.clone()));
    let running = run_for(&guard, &clock, Duration::from_mins(5));
    let twin = async {
        tokio::time::sleep(Duration::from_millis(299_500)).await;
        seen(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await).await
    };
    let (first, twin) = futures_util::join!(running, twin);
    assert_eq!(seen(first).await, fresh(200, "slow"));
    assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_lapsed_is_taken_over_and_its_owner_hears_the_winner() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = Failing {
        store: Arc::new(MemoryStore::new().clock(clock.clone())),
        ..Failing::new(|event| matches!(event, Event::Renew { .. }))
    };
    // Another process, as far as they know.
    let (guard, elsewhere) = (guard(store.clone()), guard(store));
    let running = run_for(&guard, &clock, Duration::from_mins(2));
    let winner = async {
        tokio::time::sleep(Duration::from_secs(61)).await;
        let here = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await).await;
        (here, seen(run_once(&elsewhere, "k", "winner").await).await)
    };
    let (owner, (here, winner)) = futures_util::join!(running, winner);
    assert_eq!((here.status, problem(&here)), (409, "in-progress"));
    assert_eq!(winner, fresh(200, "winner"));
    assert_eq!(seen(owner).await, replayed(200, "winner"));
    assert_eq!(replay(&guard, "k").await.into_body().collect().await.unwrap().to_bytes(), "winner");
}

#[tokio::test(start_paused = true)]
async fn what_runs_here_is_not_begun_again_when_its_claim_has_lapsed() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = Failing {
        store: Arc::new(MemoryStore::new().clock(clock.clone())),
        ..Failing::new(|event| matches!(event, Event::Renew { .. }))
    };
    let guard = guard(store);
    let running = run_for(&guard, &clock, Duration::from_mins(3));
    let twins = async {
        tokio::time::sleep(Duration::from_secs(121)).await;
        let twin = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await).await;
        let other = seen(guard.asked(&POLICY, b"", None, true, request("k", "other"), no_call).await).await;
        (twin, other)
    };
    let (first, (twin, other)) = futures_util::join!(running, twins);
    assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
    assert_eq!((other.status, problem(&other)), (422, "key-reused"));
    assert_eq!(seen(first).await, fresh(200, "slow"));
    assert_eq!(replay(&guard, "k").await.into_body().collect().await.unwrap().to_bytes(), "slow");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_blocks_its_thread_is_not_begun_again() {
    static SHORT: IdempotentPolicy = IdempotentPolicy { lease: Duration::from_millis(100), ..POLICY };
    let guard = guard(MemoryStore::new());
    let entered = Arc::new(Notify::new());
    let first = {
        let (guard, entered) = (Arc::clone(&guard), Arc::clone(&entered));
        tokio::spawn(async move {
            let execute = move |_| async move {
                entered.notify_one();
                std::thread::sleep(Duration::from_millis(500));
                Answer::Returned("done".into_response())
            };
            guard.asked(&SHORT, b"", None, true, request("k", ""), execute).await
        })
    };
    entered.notified().await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    let twin = seen(guard.asked(&SHORT, b"", None, true, request("k", ""), no_call).await).await;
    assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
    assert_eq!(seen(first.await.unwrap()).await, fresh(200, "done"));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_failed_is_tried_again_soon() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = Failing {
        store: Arc::new(MemoryStore::new().clock(clock.clone())),
        ..Failing::new(|event| matches!(event, Event::Renew { .. }))
    };
    let guard = guard(store.clone());
    let running = run_for(&guard, &clock, Duration::from_mins(2));
    let renewals = || store.events.lock().unwrap().iter().filter(|event| **event == "renew").count();
    let watching = async {
        tokio::time::sleep(Duration::from_millis(20_100)).await;
        assert_eq!(renewals(), 1);
        store.recover();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(renewals(), 2);
        tokio::time::sleep(Duration::from_secs(18)).await;
        assert_eq!(renewals(), 2);
    };
    let (first, ()) = futures_util::join!(running, watching);
    assert_eq!(seen(first).await, fresh(200, "slow"));
}

#[tokio::test]
async fn two_replays_at_once_are_both_answered() {
    let store = Slow(Arc::default(), Arc::default());
    store.1.notify_one();
    let (guard, handler) = (guard(store.clone()), Handler::answering(StatusCode::OK));
    assert_eq!(handler.see(&guard, request("k", "")).await, fresh(200, "call 1"));
    let mut first = Box::pin(handler.see(&guard, request("k", "")));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert_eq!(handler.see(&guard, request("k", "")).await, replayed(200, "call 1"));
    let other = handler.see(&guard, request("k", "other")).await;
    assert_eq!((other.status, problem(&other)), (422, "key-reused"));
    store.1.notify_one();
    assert_eq!(first.await, replayed(200, "call 1"));
}

/// Panics when it is dropped, and not only once.
struct Bomb(u8);

impl Drop for Bomb {
    fn drop(&mut self) {
        if let Some(next) = self.0.checked_sub(1) {
            std::panic::panic_any(Bomb(next));
        }
    }
}

#[tokio::test]
async fn a_panic_that_panics_again_frees_the_key() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    for bomb in [1, 2, 9] {
        let execute = move |_| async move { std::panic::panic_any(Bomb(bomb)) };
        let failed = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await).await;
        assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
    }
    assert_eq!(handler.see(&guard, request("k", "")).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn a_drain_waits_for_a_claim_that_is_given_back() {
    let store = Slow(Arc::default(), Arc::default());
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    let guard = idempotency.into_guard();
    let mut first = Box::pin(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call));
    assert!(futures_util::poll!(&mut first).is_pending());
    drop(first);
    assert_eq!(store.0.len(), 1);
    drain.wait().await;
    assert_eq!(store.0.len(), 0);
}

#[test]
fn a_request_may_be_dropped_outside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let guard = guard(Slow(Arc::default(), Arc::default()));
    let mut first = Box::pin(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call));
    runtime.block_on(async { assert!(futures_util::poll!(&mut first).is_pending()) });
    drop(first);
}

#[tokio::test]
async fn a_limit_that_is_set_late_is_drained_all_the_same() {
    let idempotency = Idempotency::new(MemoryStore::new());
    let drain = idempotency.drain();
    let (guard, handler) = (idempotency.max_in_flight(1).into_guard(), Handler::answering(StatusCode::OK));
    drain.close();
    let refused = handler.see(&guard, request("k", "")).await;
    assert_eq!((refused.status, problem(&refused), handler.calls()), (503, "overloaded", 0));
}

#[tokio::test]
async fn a_short_handler_starts_no_renewal() {
    // Without a timer in the runtime, creating one panics.
    let runtime = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
            handler.see(&guard, request("k", "")).await
        })
    });
    assert_eq!(runtime.join().unwrap(), fresh(200, "call 1"));
}

/// A store that answers a request only when it is let.
#[derive(Clone)]
struct Slow(Arc<MemoryStore>, Arc<Notify>);

impl Store for Slow {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        let waits = matches!(event, Event::Request(_));
        Box::pin(async move {
            let answer = self.0.apply(id, event).await;
            if waits {
                self.1.notified().await;
            }
            answer
        })
    }
}

#[tokio::test]
async fn a_claim_whose_client_left_before_it_was_answered_is_given_back() {
    let store = Slow(Arc::default(), Arc::default());
    let guard = guard(store.clone());
    let mut first = Box::pin(guard.asked(&POLICY, b"", None, true, request("k", ""), no_call));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert_eq!(store.0.len(), 1);
    drop(first);
    tokio::task::yield_now().await;
    assert_eq!(store.0.len(), 0);
}

#[tokio::test]
async fn there_are_only_so_many_executions_and_none_after_the_drain() {
    let idempotency = Idempotency::new(MemoryStore::new()).max_in_flight(1);
    let drain = idempotency.drain();
    let (guard, handler) = (idempotency.into_guard(), Handler::answering(StatusCode::OK));
    handler.see(&guard, request("done", "")).await;
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first = {
        let (guard, entered, go_on) = (Arc::clone(&guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let execute = move |_| async move {
                entered.notify_one();
                go_on.notified().await;
                Answer::Returned("done".into_response())
            };
            guard.asked(&POLICY, b"", None, true, request("first", ""), execute).await
        })
    };
    entered.notified().await;
    let refused = handler.see(&guard, request("second", "")).await;
    assert_eq!((refused.status, problem(&refused)), (503, "overloaded"));
    assert_eq!(handler.see(&guard, request("done", "")).await, replayed(200, "call 1"));
    assert_eq!(problem(&handler.see(&guard, request("first", "")).await), "in-progress");

    drain.close();
    let mut waiting = Box::pin(drain.wait());
    assert!(futures_util::poll!(&mut waiting).is_pending());
    go_on.notify_one();
    waiting.await;
    assert_eq!(seen(first.await.unwrap()).await, fresh(200, "done"));
    assert_eq!(problem(&handler.see(&guard, request("third", "")).await), "overloaded");
    assert_eq!(handler.see(&guard, request("done", "")).await, replayed(200, "call 1"));
    assert_eq!(handler.calls(), 1);
}

#[tokio::test]
async fn a_place_is_free_again_after_an_execution() {
    let guard = Idempotency::new(MemoryStore::new()).max_in_flight(1).into_guard();
    let handler = Handler::answering(StatusCode::OK);
    for (call, key) in ["a", "b", "c"].into_iter().enumerate() {
        assert_eq!(handler.see(&guard, request(key, "")).await, fresh(200, &format!("call {}", call + 1)));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn problems_speak_the_base_of_the_api() {
    use steadfast_core::{Policy, Timeline};
    const NONE: Policy =
        Policy { min_notice_days: None, idempotency_required: false, sunset_required: false };
    static TIMELINE: Timeline = Timeline { name: "Version", releases: &[], removed: &[], policy: NONE };
    let guard = guard(MemoryStore::new());
    let context = crate::context::Context {
        timeline: &TIMELINE,
        served: None,
        problem_base: "https://example.com/p/",
        translations: &[],
        typed: None,
    };
    let execute = |_| async { panic!("handler") };
    let failed =
        seen(context.scope(guard.asked(&POLICY, b"", None, true, request("k", ""), execute)).await).await;
    assert!(failed.body.contains("https://example.com/p/internal-error"), "{failed:?}");
}

#[tokio::test]
async fn a_replay_does_not_copy_the_body() {
    let guard = guard(MemoryStore::new());
    let body = Bytes::from(vec![b'x'; 10_000]);
    let at = body.as_ptr();
    run_once(&guard, "k", body).await;
    assert_eq!(replay(&guard, "k").await.into_body().collect().await.unwrap().to_bytes().as_ptr(), at);
}

#[test]
fn the_outcome_knows_its_version() {
    let version = Date::parse("2024-01-15").ok();
    let tombstone = crate::idempotency::Tombstone { status: StatusCode::OK, location: None, version };
    assert_eq!(Kept::Tombstone(tombstone).version(), version);
}
