//! What of a response is stored.

use super::*;

#[tokio::test]
async fn stream_passes_whole_and_leaves_a_tombstone() {
    let guard = guard(MemoryStore::new());
    let chunks = ["one ", "two"].map(Ok::<_, std::io::Error>);
    let stream = Body::from_stream(futures_util::stream::iter(chunks));
    let response = (StatusCode::ACCEPTED, [(header::LOCATION, "/jobs/1")], stream);
    assert_eq!(received(run_once(&guard, "k", response).await).await, fresh(202, "one two"));
    let gone = replay(&guard, "k").await;
    assert_eq!(gone.status(), StatusCode::GONE);
    assert_eq!(gone.headers()[header::LOCATION], "/jobs/1");
    let gone: serde_json::Value =
        serde_json::from_slice(&gone.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(gone["type"], "urn:steadfast:problem:response-unavailable");
    assert_eq!((&gone["original_status"], &gone["location"]), (&202.into(), &"/jobs/1".into()));
}

/// A body that promises three bytes and breaks off.
struct Broken;

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        std::task::Poll::Ready(Some(Err(std::io::Error::other("broken"))))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(3)
    }
}

#[tokio::test]
async fn response_that_breaks_off_does_not_run_again() {
    let guard = guard(MemoryStore::new());
    let GuardOutcome::Response(first) = run_once(&guard, "k", Response::new(Body::new(Broken))).await else {
        panic!("no response")
    };
    assert!(first.into_body().collect().await.is_err());
    assert_eq!(replay(&guard, "k").await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn body_up_to_the_limit_is_stored_and_a_larger_one_is_not() {
    let guard = guard(MemoryStore::new());
    for (key, size, replayed) in
        [("a", 1024 * 1024, StatusCode::OK), ("b", 1024 * 1024 + 1, StatusCode::GONE)]
    {
        let first = received(run_once(&guard, key, "x".repeat(size)).await).await;
        assert_eq!((first.status, first.body.len()), (200, size));
        assert_eq!(replay(&guard, key).await.status(), replayed);
    }
}

#[tokio::test]
async fn headers_replay_with_repetitions_and_foreign_bytes_and_without_cookies() {
    let guard = guard(MemoryStore::new());
    let mut response = "body".into_response();
    for (name, value) in [
        ("link", &b"<a>"[..]),
        ("x-latin-1", b"caf\xE9"),
        ("link", b"<b>"),
        ("set-cookie", b"a=1"),
        ("x-request-id", b"7"),
    ] {
        response.headers_mut().append(name, HeaderValue::from_bytes(value).unwrap());
    }
    let GuardOutcome::Response(first) = run_once(&guard, "k", response).await else { panic!("no response") };
    assert_eq!(first.headers()["set-cookie"], "a=1");
    let again = replay(&guard, "k").await;
    assert_eq!(again.headers().get_all("link").iter().collect::<Vec<_>>(), ["<a>", "<b>"]);
    assert_eq!(again.headers()["x-latin-1"].as_bytes(), b"caf\xE9");
    assert_eq!(again.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(!again.headers().contains_key("set-cookie") && !again.headers().contains_key("x-request-id"));
}

/// The store keeps one copy in memory: that of the record. A replay points into it.
#[tokio::test]
async fn replay_shares_the_memory_of_the_record() {
    let guard = guard(MemoryStore::new());
    run_once(&guard, "k", Bytes::from(vec![b'x'; 10_000])).await;
    let mut replays = Vec::new();
    for _ in 0..2 {
        replays.push(replay(&guard, "k").await.into_body().collect().await.unwrap().to_bytes());
    }
    assert_eq!(replays[0].as_ptr(), replays[1].as_ptr());
}
