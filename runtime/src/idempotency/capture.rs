use super::headers;
use super::record::{Outcome, StoredResponse, Tombstone};
use crate::endpoint::{Answer, decided};
use crate::transform::Unwritten;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{StatusCode, header};
use http_body::Body as _;
use http_body_util::BodyExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use steadfast_core::Date;

/// The largest response body that is kept.
const LARGEST_BODY: u64 = 1024 * 1024;

/// How many payloads of panics are dropped before one is left as it is.
const DROPS: usize = 3;

/// How a call of the handler ended, as far as its record is concerned.
pub(super) enum Captured {
    /// For good: every retry shall hear the same.
    Final { outcome: Outcome, response: Response },
    /// A retry shall run again.
    Retryable(Response),
    /// The handler is done, and what it answered could not be written: there is nothing to hear, and nothing to repeat
    /// unless what was done can be undone.
    Unwritten { outcome: Outcome, response: Response },
}

/// Takes from an answer what is to be kept of it.
async fn capture(answer: Answer, version: Option<Date>) -> Captured {
    let (mut response, is_final) = match answer {
        Answer::Rejected(response) => (response, false),
        Answer::Returned(response) => {
            let is_final = is_final(decided(&response));
            (response, is_final)
        }
    };
    headers::strip_own(response.headers_mut());
    if response.extensions().get::<Unwritten>().is_some() {
        let outcome = Outcome::Tombstone(Tombstone { status: response.status(), location: None, version });
        return Captured::Unwritten { outcome, response };
    }
    if !is_final {
        return Captured::Retryable(response);
    }
    let (parts, body) = response.into_parts();
    let tombstone = || {
        let location = parts.headers.get(header::LOCATION).cloned();
        Outcome::Tombstone(Tombstone { status: parts.status, location, version })
    };
    // A body without a known end may be a stream that never ends.
    if body.size_hint().exact().is_none_or(|size| size > LARGEST_BODY) {
        return Captured::Final { outcome: tombstone(), response: Response::from_parts(parts, body) };
    }
    // Without a copy, as long as the body is one piece.
    let Ok(collected) = body.collect().await else {
        // The effect has happened, and what should be said about it broke off.
        let outcome = tombstone();
        let failed = Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(BrokenOff)]));
        return Captured::Final { outcome, response: Response::from_parts(parts, failed) };
    };
    let body = collected.to_bytes();
    let outcome = Outcome::Response(Arc::new(StoredResponse {
        status: parts.status,
        headers: headers::stored(&parts.headers),
        body: body.clone(),
        version,
    }));
    Captured::Final { outcome, response: Response::from_parts(parts, Body::from(body)) }
}

/// Runs a handler, and [captures](capture) its answer; `None` if it panicked.
pub(super) async fn run(handler: impl Future<Output = Answer>, version: Option<Date>) -> Option<Captured> {
    let captured = async { capture(handler.await, version).await };
    match AssertUnwindSafe(captured).catch_unwind().await {
        Ok(captured) => Some(captured),
        Err(mut payload) => {
            // What a handler panics with may panic in turn when it is dropped. Each such panic has a payload of its own.
            for _ in 0..DROPS {
                match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                    Ok(()) => return None,
                    Err(next) => payload = next,
                }
            }
            std::mem::forget(payload);
            None
        }
    }
}

/// Whether a status says how the operation ended, rather than that now is not the time or that the caller is not known.
fn is_final(status: StatusCode) -> bool {
    let not_yet = matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_EARLY
            | StatusCode::TOO_MANY_REQUESTS
    );
    !not_yet && (status.is_success() || status.is_redirection() || status.is_client_error())
}

#[derive(Debug)]
struct BrokenOff;

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the response body broke off")
    }
}

impl std::error::Error for BrokenOff {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_handler_cannot_say_that_it_is_a_replay() {
        let upstream = |status: u16| {
            http::Response::builder()
                .status(status)
                .header("idempotency-replayed", "true")
                .header("idempotency-key", "another")
                .header("x-kept", "1")
                .body(Body::from("{}"))
                .unwrap()
        };
        for answer in [
            Answer::Returned(upstream(201)),
            Answer::Returned(upstream(503)),
            Answer::Rejected(upstream(422)),
        ] {
            let response = match capture(answer, None).await {
                Captured::Final { outcome: Outcome::Response(stored), response } => {
                    assert_eq!(stored.headers.len(), 1);
                    response
                }
                Captured::Final { .. } => panic!("no response"),
                Captured::Retryable(response) | Captured::Unwritten { response, .. } => response,
            };
            assert_eq!(response.headers().len(), 1, "{response:?}");
            assert_eq!(response.headers()["x-kept"], "1");
        }
    }

    #[test]
    fn which_statuses_are_final() {
        for status in [200, 201, 204, 299, 301, 303, 400, 404, 409, 410, 422] {
            assert!(is_final(StatusCode::from_u16(status).unwrap()), "{status}");
        }
        for status in [100, 101, 401, 403, 408, 425, 429, 500, 502, 503, 504, 600] {
            assert!(!is_final(StatusCode::from_u16(status).unwrap()), "{status}");
        }
    }
}
