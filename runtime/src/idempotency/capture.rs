use super::headers;
use super::newest::Newest;
use super::outcome::{Disposition, Ttl};
use super::record::{Kept, StoredResponse, Tombstone};
use super::reference::Told;
use super::rules::Rules;
use crate::context::recorded;
use crate::endpoint::{Answer, decided};
use crate::transform::Unwritten;
use crate::transform::rendered::{HeadText, RecordedBody, RenderedBody};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Either, Ready, ready};
use http::header;
use http::response::Parts;
use http_body::Body as _;
use http_body_util::{BodyExt, Collected};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

/// How many payloads of panics are dropped before one is left as it is.
const DROPS: usize = 3;

/// What a handler answered, and what is to be recorded of it.
pub(super) struct Captured {
    pub(super) response: Response,
    pub(super) ended: Ended,
}

/// How a call of the handler ended, as far as its record is concerned.
pub(super) enum Ended {
    /// For good: every retry shall hear the same, for this time if the answer says so.
    Final { outcome: Kept, ttl: Option<Duration> },
    /// A retry shall run again.
    Retryable,
    /// Nobody knows whether it took effect.
    Unknown,
    /// The handler is done, and what it answered could not be written: there is nothing to hear, and nothing to repeat
    /// unless what was done can be undone.
    Unwritten { outcome: Kept, ttl: Option<Duration> },
}

/// An answer whose body has yet to be read.
struct Unread {
    parts: Parts,
    ttl: Option<Duration>,
    rendered: Option<RenderedBody>,
    is_sensitive: bool,
}

/// Takes from an answer what is to be kept of it, if that can be said without its body; `is_sensitive` if the handler
/// wrote one that cannot be kept as it is.
fn inspect(
    answer: Answer,
    is_sensitive: bool,
    rules: &Rules,
    version: Option<Date>,
) -> ControlFlow<Captured, (Unread, Body)> {
    let (mut response, rejected) = match answer {
        Answer::Rejected(response) => (response, true),
        Answer::Returned(response) => (response, false),
    };
    headers::strip_own(response.headers_mut(), rules);
    let ttl = response.extensions_mut().remove::<Ttl>().map(|Ttl(ttl)| ttl);
    let disposition = response.extensions_mut().remove::<Disposition>();
    let rendered = response.extensions_mut().remove::<RenderedBody>();
    let told = response.extensions_mut().remove::<Told>();
    if response.extensions().get::<Unwritten>().is_some() {
        let outcome = Kept::Tombstone(Tombstone { status: response.status(), location: None, version });
        return ControlFlow::Break(Captured { response, ended: Ended::Unwritten { outcome, ttl } });
    }
    let disposition = match disposition {
        _ if rejected => Disposition::Retryable,
        Some(disposition) => disposition,
        None if rules.kept.holds(decided(&response)) => Disposition::Final,
        None => Disposition::Retryable,
    };
    match disposition {
        Disposition::Final => {}
        Disposition::Retryable => return ControlFlow::Break(Captured { response, ended: Ended::Retryable }),
        Disposition::Indeterminate => {
            return ControlFlow::Break(Captured { response, ended: Ended::Unknown });
        }
    }
    let (parts, body) = response.into_parts();
    if rules.referring && (told.is_some() || parts.status.is_success()) {
        let outcome = referenced(told, &parts, rules, version).unwrap_or_else(|| tombstone(&parts, version));
        return ControlFlow::Break(Captured::last(parts, body, outcome, ttl));
    }
    // A body without a known end may be a stream that never ends.
    if body.size_hint().exact().is_none_or(|size| size > rules.largest_body) {
        let outcome = tombstone(&parts, version);
        return ControlFlow::Break(Captured::last(parts, body, outcome, ttl));
    }
    ControlFlow::Continue((Unread { parts, ttl, rendered, is_sensitive }, body))
}

fn tombstone(parts: &Parts, version: Option<Date>) -> Kept {
    let location = parts.headers.get(header::LOCATION).cloned();
    Kept::Tombstone(Tombstone { status: parts.status, location, version })
}

impl Captured {
    fn last(parts: Parts, body: Body, outcome: Kept, ttl: Option<Duration>) -> Self {
        Self { response: Response::from_parts(parts, body), ended: Ended::Final { outcome, ttl } }
    }
}

impl Unread {
    /// Takes from the answer what is to be kept of it.
    fn read(
        self,
        body: Result<Collected<Bytes>, axum::Error>,
        rules: &Rules,
        version: Option<Date>,
    ) -> Captured {
        let Self { parts, ttl, rendered, is_sensitive } = self;
        let Ok(body) = body else {
            // The effect has happened, and what should be said about it broke off.
            let outcome = tombstone(&parts, version);
            let failed = Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(BrokenOff)]));
            return Captured::last(parts, failed, outcome, ttl);
        };
        // Without a copy, as long as the body is one piece.
        let body = body.to_bytes();
        let recorded = match rendered {
            Some(rendered) => rendered.record_of(&body),
            // What was known about an answer is lost with its extensions, and this may be its body.
            None if is_sensitive => None,
            None => Some(RecordedBody { text: body.clone(), head: None }),
        };
        let outcome = match recorded {
            Some(RecordedBody { text: body, head }) => {
                let headers = headers::stored(&parts.headers, rules);
                let newest = head.and_then(|head| kept(head, rules));
                let status = parts.status;
                Kept::Response(Arc::new(StoredResponse { status, headers, body, version, newest }))
            }
            None => tombstone(&parts, version),
        };
        Captured::last(parts, Body::from(body), outcome, ttl)
    }
}

/// Takes from an answer what is to be kept of it: at once, if its body is in memory.
// No `async fn`: few answers are waited for, and all would need the room.
fn capture(
    answer: Answer,
    is_sensitive: bool,
    rules: &Rules,
    version: Option<Date>,
) -> Either<Ready<Captured>, BoxFuture<'_, Captured>> {
    let (unread, body) = match inspect(answer, is_sensitive, rules, version) {
        ControlFlow::Break(captured) => return Either::Left(ready(captured)),
        ControlFlow::Continue(unread) => unread,
    };
    let mut body = body.collect();
    match (&mut body).now_or_never() {
        Some(body) => Either::Left(ready(unread.read(body, rules, version))),
        None => Either::Right(Box::pin(async move { unread.read(body.await, rules, version) })),
    }
}

/// What is kept of an answer in its newest shape: it may be as large as the answer itself.
fn kept(head: HeadText, rules: &Rules) -> Option<Newest> {
    let HeadText { version, type_id, body } = head;
    let is_small = body.as_ref().is_none_or(|body| body.len() as u64 <= rules.largest_body);
    is_small.then_some(Newest { version, shape: type_id, body })
}

/// The id of an answer in the place of its body; `None` if it has none, or none that can be written: the body is not
/// kept in any case.
fn referenced(told: Option<Told>, parts: &Parts, rules: &Rules, version: Option<Date>) -> Option<Kept> {
    let Told { id, shape } = told?;
    let headers = headers::stored(&parts.headers, rules);
    let response = StoredResponse { status: parts.status, headers, body: id?, version, newest: None };
    Some(Kept::Reference { response: Arc::new(response), shape })
}

/// Runs a handler, and [captures](capture) its answer; `None` if it panicked.
pub(super) async fn run(
    handler: impl Future<Output = Answer>,
    rules: &Rules,
    version: Option<Date>,
) -> Option<Captured> {
    let captured = async {
        let (answer, rendered) = recorded(handler).await;
        capture(answer, rendered.is_sensitive, rules, version).await
    };
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
    use crate::idempotency::options::Options;
    use crate::idempotency::rules::tests::rules;

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
            let handler = std::future::ready(answer);
            let captured = run(handler, &rules(Options::NONE), None).await.unwrap();
            let Captured { response, ended } = captured;
            if let Ended::Final { outcome, .. } = ended {
                let Kept::Response(stored) = outcome else { panic!("no response") };
                assert_eq!(stored.headers.len(), 1);
            }
            assert_eq!(response.headers().len(), 1, "{response:?}");
            assert_eq!(response.headers()["x-kept"], "1");
        }
    }
}
