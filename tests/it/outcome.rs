//! What an error says about its operation wins over the status of its answer.

use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use steadfast::axum::body::Body;
use steadfast::idempotency::{Final, Indeterminate, Retryable};
use steadfast::{
    Api, ApiVersions, DescribeResponse, Header, MemoryStore, Outcome, api_version, axum, endpoints, http,
    idempotent, post,
};
use tower::ServiceExt;

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2024-12-18")]
    V2,
}

#[derive(Debug, Outcome)]
#[allow(dead_code, reason = "what the variants hold must not matter")]
enum PayError {
    #[outcome(retryable)]
    Busy,
    #[outcome(indeterminate)]
    Timeout,
    #[outcome(final)]
    Closed {
        code: u16,
    },
    Missing,
    #[outcome(inner)]
    Bank(BankError),
}

#[derive(Debug, Outcome)]
#[outcome(retryable)]
enum BankError {
    Away,
    #[outcome(final)]
    Refused,
}

impl DescribeResponse for PayError {
    type Body = ();
}

impl IntoResponse for PayError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Busy => StatusCode::CONFLICT,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Closed { .. } | Self::Bank(BankError::Refused) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Bank(BankError::Away) => StatusCode::BAD_REQUEST,
        };
        status.into_response()
    }
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

type Paid = Result<StatusCode, PayError>;

#[post("/payments")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = global, authorize(none))]
async fn pay(body: String) -> Paid {
    CALLS.fetch_add(1, Ordering::SeqCst);
    Err(match &*body {
        "busy" => PayError::Busy,
        "timeout" => PayError::Timeout,
        "closed" => PayError::Closed { code: 503 },
        "missing" => PayError::Missing,
        "away" => PayError::Bank(BankError::Away),
        "refused" => PayError::Bank(BankError::Refused),
        _ => return Ok(StatusCode::CREATED),
    })
}

#[post("/wrapped")]
#[api_version(since = "2024-01-15", opaque)]
#[idempotent(ttl = "24h", scope = global, authorize(none))]
async fn wrapped(body: String) -> Response {
    CALLS.fetch_add(1, Ordering::SeqCst);
    match &*body {
        "busy" => Retryable(StatusCode::CONFLICT).into_response(),
        "timeout" => Indeterminate(StatusCode::GATEWAY_TIMEOUT).into_response(),
        _ => Final(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}

fn app() -> axum::Router {
    Api::new(endpoints![Version; pay, wrapped])
        .version_from(Header("Api-Version").or_default(Version::V1))
        .idempotency(MemoryStore::new())
        .with_state(())
}

/// The statuses of two requests with one key, and how many of them ran.
async fn twice(path: &str, body: &'static str) -> ([u16; 2], usize) {
    let app = app();
    let before = CALLS.load(Ordering::SeqCst);
    let mut statuses = [0; 2];
    for status in &mut statuses {
        let request = Request::post(path).header("Idempotency-Key", "k").body(Body::from(body)).unwrap();
        *status = app.clone().oneshot(request).await.unwrap().status().as_u16();
    }
    (statuses, CALLS.load(Ordering::SeqCst) - before)
}

#[tokio::test]
async fn the_error_decides_whether_a_retry_runs() {
    for (body, statuses, runs) in [
        ("paid", [201, 201], 1),
        ("busy", [409, 409], 2),
        ("timeout", [504, 409], 1),
        ("closed", [503, 503], 1),
        ("missing", [404, 404], 1),
        ("away", [400, 400], 2),
        ("refused", [503, 503], 1),
    ] {
        assert_eq!(twice("/payments", body).await, (statuses, runs), "{body}");
    }
    // One after the other: they share a counter.
    for (body, statuses, runs) in
        [("busy", [409, 409], 2), ("timeout", [504, 409], 1), ("closed", [503, 503], 1)]
    {
        assert_eq!(twice("/wrapped", body).await, (statuses, runs), "{body}");
    }
}
