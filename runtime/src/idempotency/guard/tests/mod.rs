use super::*;
use crate::clock::FixedClock;
use crate::idempotency::engine::Event;
use crate::idempotency::store::{BoxFuture, MemoryStore};
use crate::idempotency::{Idempotency, Kept, Options, ScopeRule};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body_util::BodyExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

mod bodies;
#[cfg(feature = "sqlite")]
mod commit;
#[cfg(feature = "sqlite")]
mod ended;
mod faults;
mod joined;
mod recovery;
mod replays;
mod sizes;

static POLICY: IdempotentPolicy = IdempotentPolicy {
    operation: "create_payment",
    named: true,
    scope: ScopeRule::Global,
    ttl: Duration::from_hours(24),
    lease: Duration::from_mins(1),
    transactional: false,
    stepped: false,
    referring: false,
    options: Options::NONE,
};

impl Guard {
    async fn asked<F, Fut>(
        &self,
        policy: &IdempotentPolicy,
        scope: &[u8],
        version: Option<Date>,
        may_run: bool,
        request: Request,
        execute: F,
    ) -> Guarded
    where
        F: FnOnce(Request) -> Fut + Send + 'static,
        Fut: Future<Output = Answer> + Send + 'static,
    {
        let caller = Caller { scope, version, may_run, restate: None, counted: None };
        self.run(&self.rules(policy), &caller, request, |request, _| {
            Box::pin(async move { execute(request).await })
        })
        .await
    }
}

fn guard(store: impl Store) -> Arc<Guard> {
    Idempotency::new(store).into_guard()
}

fn request(key: &str, body: impl Into<Body>) -> Request {
    http::Request::post("/payments").header("Idempotency-Key", key).body(body.into()).unwrap()
}

/// What the client sees.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    replayed: bool,
    body: String,
}

async fn seen(guarded: Guarded) -> Seen {
    let (response, replay) = match guarded {
        Guarded::Answered(response) => (response, false),
        Guarded::Replayed { response, .. } => (response, true),
        Guarded::NothingStored => return Seen { status: 0, replayed: false, body: String::new() },
    };
    let replayed = response.headers().contains_key("idempotency-replayed");
    assert_eq!(replayed, replay);
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Seen { status, replayed, body: String::from_utf8(body.to_vec()).unwrap() }
}

fn problem(seen: &Seen) -> &str {
    let (_, rest) = seen.body.split_once("urn:steadfast:problem:").unwrap_or_else(|| panic!("{seen:?}"));
    rest.split('"').next().unwrap()
}

/// A handler that counts its calls and answers with their number.
#[derive(Clone)]
struct Handler {
    calls: Arc<AtomicU32>,
    status: StatusCode,
}

impl Handler {
    fn answering(status: StatusCode) -> Self {
        Self { calls: Arc::default(), status }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    fn called(&self) -> u32 {
        self.calls.fetch_add(1, Ordering::SeqCst) + 1
    }

    async fn ask(&self, guard: &Arc<Guard>, request: Request) -> Guarded {
        let this = self.clone();
        let execute = move |_| async move {
            let call = this.called();
            Answer::Returned((this.status, format!("call {call}")).into_response())
        };
        guard.asked(&POLICY, b"", None, true, request, execute).await
    }

    async fn see(&self, guard: &Arc<Guard>, request: Request) -> Seen {
        seen(self.ask(guard, request).await).await
    }
}

fn fresh(status: u16, body: &str) -> Seen {
    Seen { status, replayed: false, body: body.to_owned() }
}

fn replayed(status: u16, body: &str) -> Seen {
    Seen { status, replayed: true, body: body.to_owned() }
}

async fn run_once(guard: &Arc<Guard>, key: &str, response: impl IntoResponse) -> Guarded {
    let response = response.into_response();
    guard.asked(&POLICY, b"", None, true, request(key, ""), |_| async { Answer::Returned(response) }).await
}

async fn no_call(_: Request) -> Answer {
    panic!("the handler ran")
}

async fn replay(guard: &Arc<Guard>, key: &str) -> Response {
    match guard.asked(&POLICY, b"", None, true, request(key, ""), no_call).await {
        Guarded::Replayed { response, .. } => response,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_request_runs_and_the_second_replays() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::CREATED));
    assert_eq!(handler.see(&guard, request("k", r#"{"a":1,"b":2}"#)).await, fresh(201, "call 1"));
    assert_eq!(handler.see(&guard, request("\"k\"", r#"{"b":2, "a":1}"#)).await, replayed(201, "call 1"));
    assert_eq!(handler.see(&guard, request("other", r#"{"a":1,"b":2}"#)).await, fresh(201, "call 2"));
}

#[tokio::test]
async fn the_handler_gets_the_request_as_it_came() {
    let guard = guard(MemoryStore::new());
    let mut request = request("k", "the body");
    request.extensions_mut().insert(7_u32);
    let execute = |request: Request| async move {
        assert_eq!(request.extensions().get::<u32>(), Some(&7));
        assert_eq!(request.uri(), "/payments");
        Answer::Returned(request.into_body().collect().await.unwrap().to_bytes().into_response())
    };
    assert_eq!(
        seen(guard.asked(&POLICY, b"", None, true, request, execute).await).await,
        fresh(200, "the body")
    );
}

#[tokio::test]
async fn the_key_is_echoed_as_it_was_sent() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    for key in ["\"k\"", "k"] {
        let (Guarded::Answered(response) | Guarded::Replayed { response, .. }) =
            handler.ask(&guard, request(key, "")).await
        else {
            panic!("nothing stored")
        };
        assert_eq!(response.headers()["idempotency-key"], key);
    }
    let Guarded::Answered(response) = handler.ask(&guard, request("k", "other")).await else {
        panic!("not refused")
    };
    assert_eq!(
        (response.status(), &response.headers()["idempotency-key"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &HeaderValue::from_static("k"))
    );
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    handler.see(&guard, request("k", "1")).await;
    let refused = handler.see(&guard, request("k", "2")).await;
    assert_eq!((refused.status, problem(&refused), handler.calls()), (422, "key-reused", 1));
}

#[tokio::test]
async fn scopes_do_not_share_keys() {
    let guard = guard(MemoryStore::new());
    for (scope, body) in [("a", "for a"), ("b", "for b")] {
        let execute = move |_| async move { Answer::Returned(body.into_response()) };
        let answer = guard.asked(&POLICY, scope.as_bytes(), None, true, request("k", ""), execute).await;
        assert_eq!(seen(answer).await, fresh(200, body));
    }
}

#[tokio::test]
async fn a_request_without_a_usable_key_is_refused() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    let missing = http::Request::post("/payments").body(Body::empty()).unwrap();
    let mut repeated = request("k", "");
    repeated.headers_mut().append("idempotency-key", HeaderValue::from_static("k"));
    for (request, kind) in
        [(missing, "missing-key"), (repeated, "invalid-key"), (request("\"a", ""), "invalid-key")]
    {
        let refused = handler.see(&guard, request).await;
        assert_eq!((refused.status, problem(&refused)), (400, kind));
    }
    assert_eq!(handler.calls(), 0);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_also_without_a_length() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    let chunks = (0..30).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 100_000])));
    let endless = Body::from_stream(futures_util::stream::iter(chunks));
    for body in [Body::from(vec![b'x'; 3_000_000]), endless] {
        let refused = handler.see(&guard, request("k", body)).await;
        assert_eq!((refused.status, problem(&refused)), (413, "body-too-large"));
    }
    let broken =
        Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]));
    let refused = handler.see(&guard, request("k", broken)).await;
    assert_eq!((refused.status, problem(&refused), handler.calls()), (400, "incomplete-body", 0));
}

#[tokio::test]
async fn a_twin_hears_that_the_first_is_in_progress() {
    let guard = guard(MemoryStore::new());
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first = {
        let (guard, entered, go_on) = (Arc::clone(&guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let execute = move |_| async move {
                entered.notify_one();
                go_on.notified().await;
                Answer::Returned("done".into_response())
            };
            guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await
        })
    };
    entered.notified().await;
    let Guarded::Answered(twin) = guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await
    else {
        panic!("not refused")
    };
    assert_eq!(twin.headers()[header::RETRY_AFTER], "1");
    let twin = seen(Guarded::Answered(twin)).await;
    assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
    let other = seen(guard.asked(&POLICY, b"", None, true, request("k", "other"), no_call).await).await;
    assert_eq!((other.status, problem(&other)), (422, "key-reused"));
    go_on.notify_one();
    assert_eq!(seen(first.await.unwrap()).await, fresh(200, "done"));
}

#[tokio::test]
async fn the_handler_outlives_its_client() {
    let guard = Idempotency::new(MemoryStore::new());
    let drain = guard.drain();
    let guard = guard.into_guard();
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let client = {
        let (guard, entered, go_on) = (Arc::clone(&guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let execute = move |_| async move {
                entered.notify_one();
                go_on.notified().await;
                Answer::Returned("done".into_response())
            };
            guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await
        })
    };
    entered.notified().await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    go_on.notify_one();
    drain.wait().await;
    let again = guard.asked(&POLICY, b"", None, true, request("k", ""), no_call).await;
    assert_eq!(seen(again).await, replayed(200, "done"));
}

#[tokio::test]
async fn a_panic_frees_the_key_and_says_nothing() {
    let (guard, handler) = (guard(MemoryStore::new()), Handler::answering(StatusCode::OK));
    let panicking: [fn(Request) -> BoxFuture<'static, Answer>; 2] =
        [|_| panic!("secret"), |_| Box::pin(async { panic!("secret") })];
    for execute in panicking {
        let failed = seen(guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await).await;
        assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
        assert!(!failed.body.contains("secret"));
    }
    assert_eq!(handler.see(&guard, request("k", "")).await, fresh(200, "call 1"));
}

#[tokio::test]
async fn retryable_answers_and_rejections_free_the_key() {
    let guard = guard(MemoryStore::new());
    for status in [500, 503, 401, 403, 408, 425, 429] {
        let handler = Handler::answering(StatusCode::from_u16(status).unwrap());
        assert_eq!(handler.see(&guard, request("k", "1")).await, fresh(status, "call 1"));
        assert_eq!(handler.see(&guard, request("k", "1")).await, fresh(status, "call 2"));
    }
    let rejected = (StatusCode::UNPROCESSABLE_ENTITY, "no").into_response();
    let execute = |_| async { Answer::Rejected(rejected) };
    assert_eq!(
        seen(guard.asked(&POLICY, b"", None, true, request("k", "1"), execute).await).await,
        fresh(422, "no")
    );
    let handler = Handler::answering(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(handler.see(&guard, request("k", "corrected")).await, fresh(422, "call 1"));
    assert_eq!(handler.see(&guard, request("k", "corrected")).await, replayed(422, "call 1"));
}

#[tokio::test]
async fn a_stream_passes_complete_and_leaves_a_tombstone() {
    let guard = guard(MemoryStore::new());
    let chunks = ["one ", "two"].map(Ok::<_, std::io::Error>);
    let stream = Body::from_stream(futures_util::stream::iter(chunks));
    let response = (StatusCode::ACCEPTED, [(header::LOCATION, "/jobs/1")], stream);
    assert_eq!(seen(run_once(&guard, "k", response).await).await, fresh(202, "one two"));
    let gone = replay(&guard, "k").await;
    assert_eq!(
        (gone.status(), &gone.headers()[header::LOCATION]),
        (StatusCode::GONE, &HeaderValue::from_static("/jobs/1"))
    );
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
async fn an_answer_that_breaks_off_does_not_run_again() {
    let guard = guard(MemoryStore::new());
    let Guarded::Answered(first) = run_once(&guard, "k", Response::new(Body::new(Broken))).await else {
        panic!("no answer")
    };
    assert!(first.into_body().collect().await.is_err());
    assert_eq!(replay(&guard, "k").await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn the_largest_body_is_kept_and_a_larger_one_is_not() {
    let guard = guard(MemoryStore::new());
    for (key, size, kept) in [("a", 1024 * 1024, StatusCode::OK), ("b", 1024 * 1024 + 1, StatusCode::GONE)] {
        let first = seen(run_once(&guard, key, "x".repeat(size)).await).await;
        assert_eq!((first.status, first.body.len()), (200, size));
        assert_eq!(replay(&guard, key).await.status(), kept);
    }
}

#[tokio::test]
async fn headers_come_back_with_repetitions_and_foreign_bytes_and_without_cookies() {
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
    let Guarded::Answered(first) = run_once(&guard, "k", response).await else { panic!("no answer") };
    assert_eq!(first.headers()["set-cookie"], "a=1");
    let again = replay(&guard, "k").await;
    assert_eq!(again.headers().get_all("link").iter().collect::<Vec<_>>(), ["<a>", "<b>"]);
    assert_eq!(again.headers()["x-latin-1"].as_bytes(), b"caf\xE9");
    assert_eq!(again.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(!again.headers().contains_key("set-cookie") && !again.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn a_secret_can_be_changed_while_retries_are_under_way() {
    let (store, handler) = (Arc::new(MemoryStore::new()), Handler::answering(StatusCode::OK));
    let guard = |secrets: &[[u8; 32]]| {
        Idempotency::new(Shared(Arc::clone(&store))).fingerprint_secrets(secrets).into_guard()
    };
    let ask = |secrets: &[[u8; 32]], body: &'static str| {
        let (guard, handler) = (guard(secrets), handler.clone());
        async move { seen(handler.ask(&guard, request("k", body)).await).await }
    };
    let (old, new) = ([1; 32], [2; 32]);
    assert_eq!(ask(&[old], r#"{"a":1,"b":2}"#).await.status, 200);
    assert!(ask(&[new, old], r#"{"b":2,"a":1}"#).await.replayed);
    assert_eq!(problem(&ask(&[new, old], "{}").await), "key-reused");
    // Neither run again nor called another request: nobody can tell.
    let unknown = ask(&[new], r#"{"a":1,"b":2}"#).await;
    assert_eq!((unknown.status, problem(&unknown)), (503, "record-unreadable"));
    assert_eq!(handler.calls(), 1);
}

/// A store that several guards have, as processes have one database.
struct Shared(Arc<MemoryStore>);

impl Store for Shared {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.0.apply(id, event)
    }
}
