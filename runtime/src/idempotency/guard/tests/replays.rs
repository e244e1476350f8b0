//! What replays, for how long, and to whom.

use super::*;

#[tokio::test]
async fn an_empty_answer_replays_empty() {
    let guard = guard(MemoryStore::new());
    assert_eq!(seen(run_once(&guard, "k", StatusCode::NO_CONTENT).await).await, fresh(204, ""));
    let again = replay(&guard, "k").await;
    assert!(!again.headers().contains_key("content-length") && !again.headers().contains_key("content-type"));
    assert_eq!(again.into_body().collect().await.unwrap().to_bytes().len(), 0);
}

#[tokio::test]
async fn the_version_of_the_stored_response_is_told_and_a_sunset_version_only_replays() {
    let guard = guard(MemoryStore::new());
    let version = Date::parse("2024-01-15").ok();
    let sunset = async || guard.asked(&POLICY, b"", version, false, request("k", ""), no_call).await;
    assert!(matches!(sunset().await, Guarded::NothingStored));
    let execute = |_| async { Answer::Returned("old".into_response()) };
    guard.asked(&POLICY, b"", version, true, request("k", ""), execute).await;
    let newer =
        guard.asked(&POLICY, b"", Date::parse("2025-09-30").ok(), true, request("k", ""), no_call).await;
    for answer in [sunset().await, newer] {
        assert!(matches!(answer, Guarded::Replayed { version: found, .. } if found == version));
    }
    let other = guard.asked(&POLICY, b"", version, false, request("k", "other"), no_call).await;
    assert_eq!(problem(&seen(other).await), "key-reused");
}

#[tokio::test]
async fn a_sunset_version_hears_nothing_of_what_a_request_must_be_like() {
    let guard = guard(MemoryStore::new());
    let without_key = http::Request::post("/payments").body(Body::empty()).unwrap();
    let too_large = request("k", vec![b'x'; 3_000_000]);
    for request in [without_key, request("a b", ""), too_large] {
        let answer = guard.asked(&POLICY, b"", None, false, request, no_call).await;
        assert!(matches!(answer, Guarded::NothingStored), "{answer:?}");
    }
}

#[tokio::test]
async fn the_mark_of_a_replay_means_nothing_in_a_request() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    let mut marked = request("k", "");
    marked.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    assert_eq!(handler.see(&guard, marked).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn a_record_expires_after_its_time_to_live() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let (guard, handler) =
        (guard(MemoryStore::new().clock(clock.clone())), Handler::answering(StatusCode::OK));
    handler.see(&guard, request("k", "")).await;
    clock.advance(POLICY.ttl.saturating_sub(Duration::from_millis(1)));
    assert_eq!(handler.see(&guard, request("k", "")).await, replayed(200, "call 1"));
    clock.advance(Duration::from_millis(1));
    assert_eq!(handler.see(&guard, request("k", "")).await, fresh(200, "call 2"));
}
