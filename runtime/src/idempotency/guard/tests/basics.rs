//! One request, its retry and its duplicate.

use super::*;

#[tokio::test]
async fn first_request_runs_and_the_second_replays() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::CREATED));
    assert_eq!(handler.receive(&guard, request("k", r#"{"a":1,"b":2}"#)).await, fresh(201, "call 1"));
    assert_eq!(handler.receive(&guard, request("\"k\"", r#"{"b":2, "a":1}"#)).await, replayed(201, "call 1"));
    assert_eq!(handler.receive(&guard, request("other", r#"{"a":1,"b":2}"#)).await, fresh(201, "call 2"));
}

#[tokio::test]
async fn handler_receives_the_request_unchanged() {
    let guard = guard(MemoryStore::new());
    let mut request = request("k", "the body");
    request.extensions_mut().insert(7_u32);
    let handler = |request: Request| async move {
        assert_eq!(request.extensions().get::<u32>(), Some(&7));
        assert_eq!(request.uri(), "/payments");
        returned(request.into_body().collect().await.unwrap().to_bytes())
    };
    assert_eq!(received(guard.send(&POLICY, request, handler).await).await, fresh(200, "the body"));
}

#[tokio::test]
async fn key_is_echoed_as_the_client_wrote_it() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::OK));
    for (key, body, status) in [("\"k\"", "", 200), ("k", "", 200), ("k", "other", 422)] {
        let (GuardOutcome::Response(response) | GuardOutcome::Replayed { response, .. }) =
            handler.send(&guard, request(key, body)).await
        else {
            panic!("nothing stored")
        };
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()["idempotency-key"], key);
    }
}

#[tokio::test]
async fn key_of_another_request_is_rejected() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::OK));
    handler.receive(&guard, request("k", "1")).await;
    assert_eq!(retry(&guard, "k", "2").await.problem(), (422, "key-reused"));
}

#[tokio::test]
async fn callers_do_not_share_keys() {
    let guard = guard(MemoryStore::new());
    for (scope, body) in [("a", "for a"), ("b", "for b")] {
        let caller = Caller { scope: scope.as_bytes(), ..CALLER };
        let handler = move |_| async move { returned(body) };
        let outcome = guard.send_as(&caller, &POLICY, request("k", ""), handler).await;
        assert_eq!(received(outcome).await, fresh(200, body));
    }
}

#[tokio::test]
async fn request_without_a_usable_key_is_rejected() {
    let guard = guard(MemoryStore::new());
    let missing = http::Request::post("/payments").body(Body::empty()).unwrap();
    let mut repeated = request("k", "");
    repeated.headers_mut().append("idempotency-key", HeaderValue::from_static("other"));
    for (request, kind) in
        [(missing, "missing-key"), (repeated, "invalid-key"), (request("\"a", ""), "invalid-key")]
    {
        let rejected = received(guard.send(&POLICY, request, no_call).await).await;
        assert_eq!(rejected.problem(), (400, kind));
    }
}

#[tokio::test]
async fn body_over_the_limit_is_rejected_also_without_a_length() {
    let guard = guard(MemoryStore::new());
    let chunks = (0..30).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 100_000])));
    let endless = Body::from_stream(futures_util::stream::iter(chunks));
    for body in [Body::from(vec![b'x'; 3_000_000]), endless] {
        let rejected = received(guard.send(&POLICY, request("k", body), no_call).await).await;
        assert_eq!(rejected.problem(), (413, "body-too-large"));
    }
    let broken = [Err::<Bytes, _>(std::io::Error::other("reset"))];
    let broken = Body::from_stream(futures_util::stream::iter(broken));
    let rejected = received(guard.send(&POLICY, request("k", broken), no_call).await).await;
    assert_eq!(rejected.problem(), (400, "incomplete-body"));
}

#[tokio::test]
async fn duplicate_of_a_running_request_is_told_to_wait() {
    let guard = guard(MemoryStore::new());
    let running = Running::start(&guard, &POLICY, request("k", ""), "done").await;
    let GuardOutcome::Response(duplicate) = guard.send(&POLICY, request("k", ""), no_call).await else {
        panic!("not rejected")
    };
    assert_eq!(duplicate.headers()[header::RETRY_AFTER], "1");
    let duplicate = received(GuardOutcome::Response(duplicate)).await;
    assert_eq!(duplicate.problem(), (409, "in-progress"));
    assert_eq!(retry(&guard, "k", "other").await.problem(), (422, "key-reused"));
    assert_eq!(running.finish().await, fresh(200, "done"));
}

#[tokio::test]
async fn handler_that_panics_frees_the_key_and_shows_nothing() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::OK));
    let failed = received(guard.send(&POLICY, request("k", ""), |_| async { panic!("secret") }).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    assert!(!failed.body.contains("secret"));
    assert_eq!(handler.receive(&guard, request("k", "")).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn retryable_responses_and_rejections_free_the_key() {
    let guard = guard(MemoryStore::new());
    for status in [500, 503, 401, 403, 408, 425, 429] {
        let handler = Handler::new(StatusCode::from_u16(status).unwrap());
        assert_eq!(handler.receive(&guard, request("k", "1")).await, fresh(status, "call 1"));
        assert_eq!(handler.receive(&guard, request("k", "1")).await, fresh(status, "call 2"));
    }
    let rejected = (StatusCode::UNPROCESSABLE_ENTITY, "no").into_response();
    let rejecting = |_| async { HandlerOutcome::rejected(rejected) };
    let rejected = received(guard.send(&POLICY, request("k", "1"), rejecting).await).await;
    assert_eq!(rejected, fresh(422, "no"));
    let handler = Handler::new(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(handler.receive(&guard, request("k", "corrected")).await, fresh(422, "call 1"));
    assert_eq!(handler.receive(&guard, request("k", "corrected")).await, replayed(422, "call 1"));
}

#[tokio::test]
async fn records_of_an_older_secret_replay_and_those_of_an_unknown_one_are_unreadable() {
    let (store, handler) = (MemoryStore::new(), Handler::new(StatusCode::OK));
    let send = |secrets: &[[u8; 32]], body: &'static str| {
        let guard = Idempotency::new(store.clone()).fingerprint_secrets(secrets).into_guard();
        let handler = handler.clone();
        async move { handler.receive(&guard, request("k", body)).await }
    };
    let (old, new) = ([1; 32], [2; 32]);
    assert_eq!(send(&[old], r#"{"a":1,"b":2}"#).await.status, 200);
    assert!(send(&[new, old], r#"{"b":2,"a":1}"#).await.replayed);
    assert_eq!(send(&[new, old], "{}").await.problem(), (422, "key-reused"));
    // It neither runs again nor is called another request: nobody can tell.
    assert_eq!(send(&[new], r#"{"a":1,"b":2}"#).await.problem(), (503, "record-unreadable"));
    assert_eq!(handler.calls(), 1);
}

#[tokio::test]
async fn large_body_is_compared_like_a_small_one() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::new(StatusCode::OK));
    let padding = "x".repeat(100_000);
    let bodies = [
        format!(r#"{{"a":1,"n":"{padding}"}}"#),
        format!(r#"{{"n":"{padding}", "a":1}}"#),
        format!(r#"{{"a":2,"n":"{padding}"}}"#),
    ];
    let [one, respelled, other] = bodies;
    assert_eq!(handler.receive(&guard, request("k", one.clone())).await, fresh(200, "call 1"));
    for body in [one, respelled] {
        assert_eq!(handler.receive(&guard, request("k", body)).await, replayed(200, "call 1"));
    }
    assert_eq!(handler.receive(&guard, request("k", other)).await.problem(), (422, "key-reused"));
}

#[tokio::test]
async fn problems_have_the_type_base_of_the_api() {
    use steadfast_core::{Policy, Timeline};
    const NONE: Policy =
        Policy { min_notice_days: None, idempotency_required: false, sunset_required: false };
    static TIMELINE: Timeline = Timeline { name: "Version", releases: &[], removed: &[], policy: NONE };
    let guard = guard(MemoryStore::new());
    let context = crate::context::Context::new(&TIMELINE, None, "https://example.com/p/");
    let handler = |_| async { panic!("handler") };
    let failed = received(context.scope(guard.send(&POLICY, request("k", ""), handler)).await).await;
    assert!(failed.body.contains("https://example.com/p/internal-error"), "{failed:?}");
}
