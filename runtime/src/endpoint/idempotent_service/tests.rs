//! What happens after a handler has returned never runs it again.

use super::*;
use crate::endpoint::{Classified, Endpoint, Made, Making, Meta, Method, Path, Range, returned};
use crate::idempotency::{Idempotency, MemoryStore};
use crate::idempotency_policy::{OnLost, Options};
use crate::outcome::{Disposition, Outcome};
use axum::Json;
use bytes::Bytes;
use http::HeaderValue;
use http_body_util::BodyExt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;
use steadfast_core::{Policy, Release, Timeline};

const REEXECUTE: IdempotentPolicy = IdempotentPolicy {
    operation: "pay",
    operation_id: 1,
    named: true,
    scope: ScopeRule::Global,
    ttl: Duration::from_hours(24),
    lease: Duration::from_mins(1),
    transactional: false,
    stepped: false,
    referring: false,
    options: Options::NONE,
};

const HOLD: IdempotentPolicy =
    IdempotentPolicy { options: Options { on_lost: Some(OnLost::Hold), ..Options::NONE }, ..REEXECUTE };

const NONE: Policy = Policy { min_notice_days: None, idempotency_required: false, sunset_required: false };
static TIMELINE: Timeline = Timeline { name: "Version", releases: &[], removed: &[], policy: NONE };

struct Pay;

impl Endpoint for Pay {
    const META: Meta = Meta {
        name: "pay",
        method: Method::Post,
        path: Path::new("/payments"),
        range: Range::Neutral,
        idempotent: Some(REEXECUTE),
        ..Meta::BROKEN
    };
}

impl<H, T> Handled<H, T, ()> for Pay
where
    H: Invoke<T, ()>,
    T: 'static,
{
    const FACTS: TypeFacts = TypeFacts {
        classifier: Classified::<Result<StatusCode, Unclassifiable>>::CLASSIFIER,
        ..TypeFacts::NONE
    };

    fn made(_: H, _: Making) -> Made<()> {
        panic!("the test calls the endpoint itself")
    }
}

/// Sends a request twice, and returns what its client received.
async fn send_twice<H, T>(policy: &'static IdempotentPolicy, handler: H) -> [(u16, bool, String); 2]
where
    H: Invoke<T, ()>,
    T: 'static,
{
    let guard = Idempotency::new(MemoryStore::new()).into_guard();
    let endpoint = guarded(policy, handler, guard);
    let context = Context::new(&TIMELINE, None, "https://example.com/p/");
    let send = async || {
        let request = http::Request::post("/payments").header("Idempotency-Key", "k");
        let request = request.body(Body::empty()).unwrap();
        let call = EndpointCall { request, state: (), context, dress: None, gone: None };
        let response = endpoint.call(call).await;
        let is_replay = response.headers().contains_key("idempotency-replayed");
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, is_replay, String::from_utf8(body.to_vec()).unwrap())
    };
    [send().await, send().await]
}

/// Expects that the handler runs once, its client receives an error, and a retry that the response is not available.
async fn runs_once<H, T>(handler: impl Fn(&'static AtomicU32) -> H)
where
    H: Invoke<T, ()>,
    T: 'static,
{
    for policy in [&REEXECUTE, &HOLD] {
        let calls: &AtomicU32 = Box::leak(Box::default());
        let [first, second] = send_twice(policy, handler(calls)).await;
        assert_eq!((first.0, first.1, calls.load(Ordering::SeqCst)), (500, false, 1), "{first:?}");
        assert!(first.2.contains("https://example.com/p/internal-error") && !first.2.contains("secret"));
        assert_eq!((second.0, second.1), (410, true), "{second:?}");
        assert!(second.2.contains("https://example.com/p/response-unavailable"), "{second:?}");
    }
}

fn call(calls: &AtomicU32) {
    calls.fetch_add(1, Ordering::SeqCst);
}

#[tokio::test]
async fn handler_panics_then_it_runs_again() {
    let calls: &AtomicU32 = Box::leak(Box::default());
    let handler = move || async move {
        call(calls);
        assert!(calls.load(Ordering::SeqCst) > 1, "secret");
        "done"
    };
    let [first, second] = send_twice(&REEXECUTE, handler).await;
    assert_eq!((first.0, second), (500, (200, false, "done".to_owned())));
}

fn guarded<H, T>(policy: &'static IdempotentPolicy, handler: H, guard: Arc<Guard>) -> IdempotentEndpoint<()>
where
    H: Invoke<T, ()>,
    T: 'static,
{
    IdempotentEndpoint::new(Arc::new(GuardedHandler::<H, T, (Pay, H, T)>::new(handler)), policy, guard)
}

fn endpoint<H, T>(handler: H, guard: Arc<Guard>) -> impl EndpointService<()>
where
    H: Invoke<T, ()>,
    T: 'static,
{
    guarded(&REEXECUTE, handler, guard)
}

#[tokio::test]
async fn no_cache_keeps_a_response_unless_the_handler_says_so() {
    let guard = Idempotency::new(MemoryStore::new()).into_guard();
    let context = Context::new(&TIMELINE, None, "https://example.com/p/");
    let said = async || [(http::header::CACHE_CONTROL, "private, max-age=5")];
    let unsaid = async || "paid";
    let (said, unsaid) = (endpoint(said, Arc::clone(&guard)), endpoint(unsaid, guard));
    let endpoints: [(&dyn EndpointService<()>, _); 2] =
        [(&said, "private, max-age=5"), (&unsaid, "no-store")];
    for (endpoint, expected) in endpoints {
        for (key, status, expected) in
            [(Some(expected), 200, expected), (Some(expected), 200, expected), (None, 400, "no-store")]
        {
            let request = http::Request::post("/payments");
            let request = if let Some(key) = key {
                request.header("idempotency-key", format!("{key:?}"))
            } else {
                request
            };
            let request = request.body(Body::empty()).unwrap();
            let call = EndpointCall { request, state: (), context, dress: None, gone: None };
            let response = endpoint.call(call).await;
            assert_eq!(
                (response.status().as_u16(), &response.headers()["cache-control"]),
                (status, &HeaderValue::from_static(expected))
            );
        }
    }
}

struct Unrenderable;

impl IntoResponse for Unrenderable {
    fn into_response(self) -> Response {
        panic!("secret")
    }
}

#[tokio::test]
async fn into_response_panics_then_the_handler_does_not_run_again() {
    runs_once(|calls| {
        move || async move {
            call(calls);
            Unrenderable
        }
    })
    .await;
}

struct Unserialisable;

impl Serialize for Unserialisable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("secret")
    }
}

#[tokio::test]
async fn serialize_panics_then_the_handler_does_not_run_again() {
    runs_once(|calls| {
        move || async move {
            call(calls);
            Json(Unserialisable)
        }
    })
    .await;
}

/// Stands for a function of the user that makes an older response of a newer one.
fn downgrade(_: StatusCode) -> StatusCode {
    panic!("secret")
}

#[tokio::test]
async fn downgrade_panics_then_the_handler_does_not_run_again() {
    runs_once(|calls| {
        // As the expansion of `changed(..)` calls the newest handler.
        move || async move {
            let newest = async {
                call(calls);
                StatusCode::CREATED
            };
            downgrade(returned(newest.await))
        }
    })
    .await;
}

struct Unclassifiable;

impl Outcome for Unclassifiable {
    fn disposition(&self) -> Option<Disposition> {
        panic!("secret")
    }
}

impl IntoResponse for Unclassifiable {
    fn into_response(self) -> Response {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

#[tokio::test]
async fn disposition_panics_then_the_handler_does_not_run_again() {
    runs_once(|calls| {
        move || async move {
            call(calls);
            Err::<StatusCode, _>(Unclassifiable)
        }
    })
    .await;
}

/// A body that a task of the handler has rendered is rendered once more in the call.
#[tokio::test]
async fn body_panics_when_it_is_rendered_again_then_the_handler_does_not_run_again() {
    runs_once(|calls| {
        move || async move {
            call(calls);
            let was_written = AtomicBool::new(false);
            let write = move || {
                assert!(!was_written.swap(true, Ordering::SeqCst), "secret");
                Ok::<_, StatusCode>(b"{}".to_vec())
            };
            let media_type = HeaderValue::from_static("application/json");
            tokio::spawn(async { body::response(media_type, None, None, write) }).await.unwrap()
        }
    })
    .await;
}

/// A text that notes which threads render it.
#[crate::versioned]
struct Noted(String);

static RENDERED_ON: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());

impl Serialize for Noted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RENDERED_ON.lock().unwrap().push(thread::current().id());
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Noted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RENDERED_ON.lock().unwrap().push(thread::current().id());
        String::deserialize(deserializer).map(Self)
    }
}

#[crate::versioned]
#[derive(Serialize, Deserialize)]
struct Receipt {
    #[renamed(in = "2025-01-01", was(note))]
    text: Noted,
}

static SHOW: Facts = Facts {
    meta: &Meta { range: Range::since(OLD), ..Pay::META },
    types: TypeFacts { translations: &[Some(Translation::of::<Receipt>())], ..TypeFacts::NONE },
};

const OLD: Date = Date::from_ymd(2024, 1, 15).unwrap();
const NEW: Date = Date::from_ymd(2025, 1, 1).unwrap();

const fn release(date: Date) -> Release {
    Release {
        name: "V",
        date,
        alias: None,
        deprecated: None,
        sunset: None,
        guide: None,
        preview: false,
        brownouts: &[],
    }
}

static DATED: Timeline =
    Timeline { name: "Version", releases: &[release(OLD), release(NEW)], removed: &[], policy: NONE };

/// Other requests wait for the thread of the executor.
#[tokio::test]
async fn large_stored_response_is_rendered_on_another_thread() {
    for (length, is_here) in [(10, true), (100_000, false)] {
        RENDERED_ON.lock().unwrap().clear();
        let text = "x".repeat(length);
        let type_id = Translation::type_id_of(SHOW.types.translations, TypeId::of::<Receipt>()).unwrap();
        let body = Bytes::from(format!("{{\"text\":\"{text}\"}}"));
        let head = HeadCopy { version: NEW, type_id, body: Some(body) };
        let context = Context::new(&DATED, Some(0), "");
        let rendering = rendering(&SHOW, StatusCode::OK, Some(NEW), Some(head), context);
        let response = rendered(Response::default(), Some(NEW), rendering.unwrap(), context, None).await;
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, format!("{{\"note\":\"{text}\"}}"));
        let threads = RENDERED_ON.lock().unwrap().clone();
        assert!(!threads.is_empty());
        assert!(threads.iter().all(|thread| (*thread == thread::current().id()) == is_here), "{length}");
    }
}
