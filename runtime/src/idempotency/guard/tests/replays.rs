//! What replays, for how long, and to whom.

use super::*;

#[tokio::test]
async fn empty_response_replays_empty() {
    let guard = guard(MemoryStore::new());
    assert_eq!(received(run_once(&guard, "k", StatusCode::NO_CONTENT).await).await, fresh(204, ""));
    let again = replay(&guard, "k").await;
    assert!(!again.headers().contains_key("content-length") && !again.headers().contains_key("content-type"));
    assert_eq!(again.into_body().collect().await.unwrap().to_bytes().len(), 0);
}

fn at(version: &str, may_run: bool) -> Caller<'static> {
    Caller { version: Date::parse(version).ok(), may_run, ..CALLER }
}

#[tokio::test]
async fn replay_names_the_version_of_its_response() {
    let guard = guard(MemoryStore::new());
    let handler = |_| async { returned("old") };
    guard.send_as(&at("2024-01-15", true), &POLICY, request("k", ""), handler).await;
    let again = guard.send_as(&at("2024-01-15", true), &POLICY, request("k", ""), no_call).await;
    let GuardOutcome::Replayed { version, .. } = again else { panic!("{again:?}") };
    assert_eq!(version, Date::parse("2024-01-15").ok());
}

#[tokio::test]
async fn request_of_another_version_that_cannot_be_compared_is_rejected_and_named() {
    let guard = guard(MemoryStore::new());
    let handler = |_| async { returned("old") };
    guard.send_as(&at("2024-01-15", true), &POLICY, request("k", ""), handler).await;
    for (version, names_it) in [("2025-09-30", true), ("2024-01-15", false)] {
        let body = if names_it { "" } else { "other" };
        let other = guard.send_as(&at(version, true), &POLICY, request("k", body), no_call).await;
        let other = received(other).await;
        assert_eq!(other.problem(), (422, "key-reused"));
        assert_eq!(other.body.contains("2024-01-15"), names_it, "{other:?}");
    }
}

#[tokio::test]
async fn request_that_may_not_run_replays_what_is_stored_and_nothing_else() {
    let guard = guard(MemoryStore::new());
    let (sunset, before) = (at("2024-01-15", false), at("2024-01-15", true));
    let send = async |body: &'static str| guard.send_as(&sunset, &POLICY, request("k", body), no_call).await;
    assert!(matches!(send("").await, GuardOutcome::NothingStored));
    guard.send_as(&before, &POLICY, request("k", ""), |_| async { returned("old") }).await;
    assert_eq!(received(send("").await).await, replayed(200, "old"));
    assert_eq!(received(send("other").await).await.problem(), (422, "key-reused"));
}

#[tokio::test]
async fn request_that_may_not_run_is_not_told_what_it_would_have_to_be_like() {
    let guard = guard(MemoryStore::new());
    let without_key = http::Request::post("/payments").body(Body::empty()).unwrap();
    let too_large = request("k", vec![b'x'; 3_000_000]);
    for request in [without_key, request("a b", ""), too_large] {
        let outcome = guard.send_as(&at("2024-01-15", false), &POLICY, request, no_call).await;
        assert!(matches!(outcome, GuardOutcome::NothingStored), "{outcome:?}");
    }
}

#[tokio::test]
async fn replay_header_of_a_request_means_nothing() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::OK));
    let mut marked = request("k", "");
    marked.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    assert_eq!(handler.receive(&guard, marked).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn record_expires_after_its_time_to_live() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let (guard, handler) = (guard(MemoryStore::new().clock(clock.clone())), Handler::new(StatusCode::OK));
    handler.receive(&guard, request("k", "")).await;
    clock.advance(POLICY.ttl.saturating_sub(Duration::from_millis(1)));
    assert_eq!(handler.receive(&guard, request("k", "")).await, replayed(200, "call 1"));
    clock.advance(Duration::from_millis(1));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 2"));
}
