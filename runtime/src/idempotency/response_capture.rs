use super::config::Rules;
use super::{headers, problems};
use crate::body::{HeadText, RecordedBody, RenderedBody};
use crate::outcome::{Disposition, Effect, HandlerOutcome, ReferenceId, ResponseFacts};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::response::Parts;
use http::{StatusCode, header};
use http_body::Body as _;
use http_body_util::{BodyExt, Collected};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use steadfast_engine::{HeadCopy, StoredOutcome, StoredResponse, Tombstone};

/// The response of a handler, and what is to be recorded of it.
pub(super) struct CapturedResponse {
    pub(super) response: Response,
    /// The status that the handler decided on.
    pub(super) status: StatusCode,
    pub(super) recording: Recording,
    /// Whether a lost execution was found to have been done.
    pub(super) is_recovered: bool,
    /// The hash of the value that the handler has read from the body.
    pub(super) value: Option<[u8; 16]>,
}

impl CapturedResponse {
    /// The handler has returned, and rendering its response or reading its body has panicked.
    pub(super) fn unrendered(version: Option<Date>) -> Self {
        let response = problems::internal().into_response();
        let status = response.status();
        let outcome = StoredOutcome::Tombstone(Tombstone { status, location: None, version });
        let recording = Recording::Unrendered { outcome, ttl: None };
        Self { response, status, recording, is_recovered: false, value: None }
    }
}

/// What is to be recorded of a handler's call.
pub(super) enum Recording {
    /// The response: every retry receives it, for this time if the response says so.
    Store { outcome: StoredOutcome, ttl: Option<Duration> },
    /// Nothing: a retry runs again.
    Release,
    /// That its effect is not known.
    MarkLost,
    /// That the handler is done, and its response could not be rendered: there is nothing to replay, and nothing to run
    /// again unless the handler's work can be undone.
    Unrendered { outcome: StoredOutcome, ttl: Option<Duration> },
}

/// A response whose body has yet to be read.
struct Unread {
    parts: Parts,
    status: StatusCode,
    is_recovered: bool,
    ttl: Option<Duration>,
    rendered: Option<RenderedBody>,
    is_sensitive: bool,
    /// Whether its headers have the shape of its version.
    has_shaped_headers: bool,
}

/// Captures the outcome of a handler; `is_sensitive` if the handler rendered something that must not be stored.
///
/// The result is there at once if the body is in memory.
// No `async fn`: few bodies are waited for, and all would need the room.
pub(super) fn capture(
    outcome: HandlerOutcome,
    is_sensitive: bool,
    rules: &Rules,
    version: Option<Date>,
) -> Either<Ready<CapturedResponse>, BoxFuture<'_, CapturedResponse>> {
    let (unread, body) = match inspect(outcome, is_sensitive, rules, version) {
        ControlFlow::Break(captured) => return Either::Left(ready(captured)),
        ControlFlow::Continue(unread) => unread,
    };
    let mut body = body.collect();
    match (&mut body).now_or_never() {
        Some(body) => Either::Left(ready(unread.read(body, rules, version))),
        None => Either::Right(Box::pin(async move { unread.read(body.await, rules, version) })),
    }
}

/// Captures what can be captured without the body.
fn inspect(
    outcome: HandlerOutcome,
    is_sensitive: bool,
    rules: &Rules,
    version: Option<Date>,
) -> ControlFlow<CapturedResponse, (Unread, Body)> {
    let HandlerOutcome { mut response, status, effect, facts } = outcome;
    let ResponseFacts { ttl, reference, has_shaped_headers, .. } = facts;
    headers::strip_own(response.headers_mut(), rules);
    let rendered = response.extensions_mut().remove::<RenderedBody>();
    let is_recovered = effect == Effect::Recovered;
    let recording = match effect {
        Effect::Recovered | Effect::Reported(Disposition::Final) => None,
        Effect::ByStatus if rules.stores(status) => None,
        Effect::Rejected | Effect::ByStatus | Effect::Reported(Disposition::Retryable) => {
            Some(Recording::Release)
        }
        Effect::Reported(Disposition::Indeterminate) => Some(Recording::MarkLost),
        Effect::Unrendered => {
            let tombstone = Tombstone { status: response.status(), location: None, version };
            Some(Recording::Unrendered { outcome: StoredOutcome::Tombstone(tombstone), ttl })
        }
    };
    if let Some(recording) = recording {
        return ControlFlow::Break(CapturedResponse {
            response,
            status,
            recording,
            is_recovered,
            value: None,
        });
    }
    let (parts, body) = response.into_parts();
    let unread = Unread { parts, status, is_recovered, ttl, rendered, is_sensitive, has_shaped_headers };
    if rules.replays_by_reference && (reference.is_some() || unread.parts.status.is_success()) {
        let outcome = referenced(reference, &unread.parts, rules, version);
        let outcome = outcome.unwrap_or_else(|| tombstone(&unread.parts, version));
        return ControlFlow::Break(unread.stored(body, outcome));
    }
    // A body without a known end may be a stream that never ends.
    if body.size_hint().exact().is_none_or(|size| size > rules.largest_body) {
        let outcome = tombstone(&unread.parts, version);
        return ControlFlow::Break(unread.stored(body, outcome));
    }
    ControlFlow::Continue((unread, body))
}

impl Unread {
    fn stored(self, body: Body, outcome: StoredOutcome) -> CapturedResponse {
        let Self { parts, status, is_recovered, ttl, .. } = self;
        let recording = Recording::Store { outcome, ttl };
        CapturedResponse {
            response: Response::from_parts(parts, body),
            status,
            recording,
            is_recovered,
            value: None,
        }
    }

    /// Captures the response with its body.
    fn read(
        mut self,
        body: Result<Collected<Bytes>, axum::Error>,
        rules: &Rules,
        version: Option<Date>,
    ) -> CapturedResponse {
        let Ok(body) = body else {
            // The effect has happened, and the response broke off.
            let outcome = tombstone(&self.parts, version);
            let failed = Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(BodyAborted)]));
            return self.stored(failed, outcome);
        };
        // Without a copy, as long as the body is one piece.
        let body = body.to_bytes();
        let recorded = match self.rendered.take() {
            Some(rendered) => rendered.record_of(&body),
            // What was known about the response is lost with its extensions, and this may be its body.
            None if self.is_sensitive => None,
            None => Some(RecordedBody { text: body.clone(), head: None }),
        };
        let outcome = match recorded {
            Some(RecordedBody { text, head }) => StoredOutcome::Response(Arc::new(StoredResponse {
                status: self.parts.status,
                headers: headers::stored(&self.parts.headers, rules),
                body: text,
                version,
                head: head.map(head_copy).filter(|head| fits(head, rules) && !self.has_shaped_headers),
            })),
            None => tombstone(&self.parts, version),
        };
        self.stored(Body::from(body), outcome)
    }
}

fn tombstone(parts: &Parts, version: Option<Date>) -> StoredOutcome {
    let location = parts.headers.get(header::LOCATION).cloned();
    StoredOutcome::Tombstone(Tombstone { status: parts.status, location, version })
}

fn head_copy(HeadText { version, type_id, body }: HeadText) -> HeadCopy {
    HeadCopy { version, type_id, body }
}

/// A copy in the newest version may be as large as the response itself.
fn fits(head: &HeadCopy, rules: &Rules) -> bool {
    head.body.as_ref().is_none_or(|body| body.len() as u64 <= rules.largest_body)
}

/// Returns the response with its id in the place of its body; `None` if it has no id, or one that cannot be written: the
/// body is not stored in any case.
fn referenced(
    reference: Option<ReferenceId>,
    parts: &Parts,
    rules: &Rules,
    version: Option<Date>,
) -> Option<StoredOutcome> {
    let ReferenceId { id, shape } = reference?;
    let headers = headers::stored(&parts.headers, rules);
    let response = StoredResponse { status: parts.status, headers, body: id?, version, head: None };
    Some(StoredOutcome::Reference { response: Arc::new(response), shape })
}

#[derive(Debug)]
struct BodyAborted;

impl fmt::Display for BodyAborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response body broke off")
    }
}

impl std::error::Error for BodyAborted {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idempotency::config::tests::rules;
    use crate::idempotency_policy::Options;

    #[tokio::test]
    async fn headers_of_the_framework_are_removed_from_every_response() {
        let upstream = |status: u16| {
            http::Response::builder()
                .status(status)
                .header("idempotency-replayed", "true")
                .header("idempotency-key", "another")
                .header("x-kept", "1")
                .body(Body::from("{}"))
                .unwrap()
        };
        for outcome in [
            HandlerOutcome::returned(upstream(201)),
            HandlerOutcome::returned(upstream(503)),
            HandlerOutcome::rejected(upstream(422)),
        ] {
            let captured = capture(outcome, false, &rules(Options::NONE), None).await;
            if let Recording::Store { outcome, .. } = captured.recording {
                let StoredOutcome::Response(stored) = outcome else { panic!("no response") };
                assert_eq!(stored.headers.len(), 1);
            }
            assert_eq!(captured.response.headers().len(), 1, "{:?}", captured.response);
            assert_eq!(captured.response.headers()["x-kept"], "1");
        }
    }
}
