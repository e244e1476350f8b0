use super::config::Headers;
use super::headers;
use crate::idempotency_policy::{InProgress, ScopeRule};
use crate::outcome::{Disposition, judged};
use crate::problem::{Kind, Problem};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::time::{Duration, SystemTime};
use steadfast_core::wire;
use steadfast_engine::{Action, StoreError, StoredOutcome, StoredResponse, Tombstone};

/// When to ask again, in seconds, where only a deployment or an operator can change the answer.
const UNTIL_REPAIRED: u64 = 30;

const EXPIRES: HeaderName = HeaderName::from_static(wire::IDEMPOTENCY_KEY_EXPIRES);

/// Returns the replay of a stored response.
pub(super) fn replay(names: &Headers, outcome: StoredOutcome, expires_at: u64) -> Response {
    let response = match outcome {
        StoredOutcome::Response(stored) => replay_response(&stored),
        // Of an endpoint that does not replay by reference.
        StoredOutcome::Reference { .. } => return unreadable().into_response(),
        StoredOutcome::Tombstone(tombstone) => replay_tombstone(tombstone),
    };
    marked(names, response, expires_at)
}

/// The replay of a response whose body was found again: with the status and the headers of the first.
pub(super) fn with_fetched_body(
    names: &Headers,
    stored: &StoredResponse,
    found: Response,
    expires_at: u64,
) -> Response {
    let (parts, body) = found.into_parts();
    let mut response = Response::new(body);
    *response.extensions_mut() = parts.extensions;
    *response.status_mut() = stored.status;
    let mut headers = headers::replayed(stored);
    for name in parts.headers.keys() {
        headers.remove(name);
    }
    headers.extend(parts.headers);
    *response.headers_mut() = headers;
    marked(names, response, expires_at)
}

/// The replay of a response whose body cannot be found again.
pub(super) fn without_body(names: &Headers, stored: &StoredResponse, expires_at: u64) -> Response {
    marked(names, replay_tombstone(stored.tombstone()), expires_at)
}

/// For a record of which this release does not know what it says.
pub(super) fn unreadable() -> Problem {
    retry_in(
        UNTIL_REPAIRED,
        Kind::RecordUnreadable
            .because("the record was made by another release, which answered by another reference"),
    )
}

fn marked(names: &Headers, mut response: Response, expires_at: u64) -> Response {
    if let Some(name) = &names.replayed {
        response.headers_mut().insert(name, HeaderValue::from_static("true"));
    }
    // What is kept beyond the years of an HTTP date has no end to tell.
    if names.expires
        && let Some(at) = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(expires_at))
        && expires_at < LAST_DATE
        && let Ok(at) = HeaderValue::try_from(httpdate::fmt_http_date(at))
    {
        response.headers_mut().insert(EXPIRES, at);
    }
    response
}

/// The end of the year 9999, in milliseconds since the Unix epoch: HTTP dates have four digits for the year.
const LAST_DATE: u64 = 253_402_300_800_000;

fn replay_response(stored: &StoredResponse) -> Response {
    let mut response = Response::new(Body::from(stored.body.clone()));
    *response.status_mut() = stored.status;
    *response.headers_mut() = headers::replayed(stored);
    response
}

fn replay_tombstone(tombstone: Tombstone) -> Response {
    let mut problem = Kind::ResponseUnavailable
        .because(
            "the response was not kept, for its size, for what it showed, or for want of room; the operation was done, and will \
             not run again",
        )
        .member("original_status", tombstone.status.as_u16());
    if let Some(location) = tombstone.location {
        problem = match location.to_str() {
            Ok(text) => problem.member("location", text.to_owned()),
            Err(_) => problem,
        };
        problem = problem.header(header::LOCATION, location);
    }
    problem.into_response()
}

/// The problem that an action which neither executes nor replays is answered with.
pub(super) fn problem_for(style: InProgress, action: &Action) -> Problem {
    match action {
        Action::InProgress { retry_after } => retry_in(
            *retry_after,
            Kind::InProgress.because("the first request with this key has not ended yet").with_status(match style {
                InProgress::Conflict | InProgress::Wait(_) => StatusCode::CONFLICT,
                InProgress::TooEarly => StatusCode::TOO_EARLY,
                InProgress::Locked => StatusCode::LOCKED,
                InProgress::Accepted => StatusCode::ACCEPTED,
            }),
        ),
        Action::Mismatch { version: None } => Kind::KeyReused.because(
            "the key was first used with another request; a new operation needs a new key, a retry the same request",
        ),
        Action::Mismatch { version: Some(version) } => Kind::KeyReused.because(format!(
            "the key was first used with another request, at version {version}; a new operation needs a new key, a \
             retry the same request",
        )),
        Action::Expired => key_expired(),
        Action::Unknown { .. } => retry_in(
            UNTIL_REPAIRED,
            Kind::OutcomeUnknown.because(
                "the operation may or may not have taken effect, and will not run again before that is found out; \
                 do not send it with another key",
            ),
        ),
        Action::Incomparable => retry_in(
            UNTIL_REPAIRED,
            Kind::RecordUnreadable.because("the record was made by another release or configuration, which compares requests differently"),
        ),
        Action::Execute { .. }
        | Action::Recover { .. }
        | Action::Replay { .. }
        | Action::NotFound
        | Action::Applied
        | Action::ClaimLost => Kind::Internal.because("the idempotency store gave an answer that does not fit"),
    }
}

pub(super) fn key_expired() -> Problem {
    Kind::KeyExpired.because(
        "the outcome of the operation is no longer kept; look up whether it happened before sending a new key",
    )
}

pub(super) fn store_error(error: &StoreError) -> Problem {
    match error {
        StoreError::Unreadable { .. } => {
            retry_in(UNTIL_REPAIRED, Kind::RecordUnreadable.because("nothing was done"))
        }
        StoreError::RolledBack(_) => internal(),
        // Room comes with the next record that expires, or with an operator, and seldom within a second.
        StoreError::Full => retry_in(
            UNTIL_REPAIRED,
            Kind::Overloaded.because("nothing was done; there is no room for another idempotency record"),
        ),
        _ => retry_in(1, Kind::StoreUnavailable.because("nothing was done; send the same request again")),
    }
}

pub(super) fn overloaded() -> Problem {
    retry_in(1, Kind::Overloaded.because("nothing was done; send the same request again"))
}

/// For a caller of whom it is not known whose key it has.
pub(crate) fn scope_missing(rule: ScopeRule) -> Problem {
    Kind::ScopeMissing.because(match rule {
        ScopeRule::None => "this operation is for callers without credentials; send the request without any",
        ScopeRule::Caller | ScopeRule::Global => "the credentials do not say whose idempotency key it is",
    })
}

/// For a lost operation of which it could not be found out how it ended.
pub(super) fn still_unknown() -> Response {
    let problem = problem_for(InProgress::Conflict, &Action::Unknown { since: 0 });
    judged(problem.into_response(), Disposition::Indeterminate)
}

/// For an execution whose claim another one has taken over before it began.
pub(super) fn superseded() -> Response {
    problem_for(InProgress::Conflict, &Action::InProgress { retry_after: 1 }).into_response()
}

/// For a commit that may have taken effect: the next request with this key will know.
pub(super) fn commit_unknown() -> Problem {
    retry_in(
        1,
        Kind::OutcomeUnknown
            .because("the operation may have succeeded; send the same request again with the same key")
            .with_status(StatusCode::SERVICE_UNAVAILABLE),
    )
}

pub(super) fn internal() -> Problem {
    Problem::of(Kind::Internal)
}

fn retry_in(seconds: u64, problem: Problem) -> Problem {
    problem.header(header::RETRY_AFTER, HeaderValue::from(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_asks_every_second_for_what_an_operator_must_repair() {
        let seconds = |problem: Problem| problem.into_response().headers()[header::RETRY_AFTER].clone();
        assert_eq!(seconds(problem_for(InProgress::Conflict, &Action::Incomparable)), "30");
        assert_eq!(seconds(store_error(&StoreError::Unreadable { why: "codec 9".into() })), "30");
        assert_eq!(seconds(store_error(&StoreError::unavailable("down"))), "1");
        assert_eq!(seconds(store_error(&StoreError::Full)), "30");
        assert_eq!(seconds(overloaded()), "1");
    }
}
