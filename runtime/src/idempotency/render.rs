//! Actions and errors as answers. Called where the request is answered: problems speak the API's own base URI.

use super::engine::Action;
use super::headers;
use super::record::{Outcome, StoredResponse, Tombstone};
use super::store::StoreError;
use crate::problem::{Kind, Problem};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use steadfast_core::wire;

/// When to ask again, in seconds, where only a deployment or an operator can change the answer.
const UNTIL_REPAIRED: u64 = 30;

const REPLAYED: HeaderName = HeaderName::from_static(wire::IDEMPOTENCY_REPLAYED);

pub(super) fn replay(outcome: Outcome) -> Response {
    let mut response = match outcome {
        Outcome::Response(stored) => replay_response(&stored),
        Outcome::Tombstone(tombstone) => replay_tombstone(tombstone),
    };
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn replay_response(stored: &StoredResponse) -> Response {
    let mut response = Response::new(Body::from(stored.body.clone()));
    *response.status_mut() = stored.status;
    *response.headers_mut() = headers::replayed(stored);
    response
}

fn replay_tombstone(tombstone: Tombstone) -> Response {
    let mut problem = Kind::ResponseUnavailable
        .because("the response was too large, or of unknown length, and was not kept; the operation will not run again")
        .member("original_status", tombstone.status.as_u16());
    if let Some(location) = tombstone.location {
        problem = match location.to_str() {
            Ok(text) => problem.member("location", text),
            Err(_) => problem,
        };
        problem = problem.header(header::LOCATION, location);
    }
    problem.into_response()
}

/// The problem that an action which neither executes nor replays is answered with.
pub(super) fn refusal(action: &Action) -> Problem {
    match action {
        Action::InProgress { retry_after } => {
            retry_in(*retry_after, Kind::InProgress.because("the first request with this key has not ended yet"))
        }
        Action::Mismatch => Kind::KeyReused.because(
            "the key was first used with another request; a new operation needs a new key, a retry the same request",
        ),
        Action::Incomparable => retry_in(
            UNTIL_REPAIRED,
            Kind::RecordUnreadable.because("the record was made by another release or configuration, which compares requests differently"),
        ),
        Action::Execute | Action::Replay(_) | Action::Missing | Action::Done | Action::Lost => {
            Kind::Internal.because("the idempotency store gave an answer that does not fit")
        }
    }
}

pub(super) fn store_error(error: &StoreError) -> Problem {
    match error {
        StoreError::Unavailable(_) => {
            retry_in(1, Kind::StoreUnavailable.because("nothing was done; send the same request again"))
        }
        StoreError::Unreadable { .. } => {
            retry_in(UNTIL_REPAIRED, Kind::RecordUnreadable.because("nothing was done"))
        }
        StoreError::RolledBack(_) => internal(),
        StoreError::Full => {
            retry_in(1, Kind::Overloaded.because("there is no room for another idempotency record"))
        }
    }
}

pub(super) fn overloaded() -> Problem {
    retry_in(1, Kind::Overloaded.because("nothing was done; send the same request again"))
}

pub(super) fn outcome_unknown() -> Problem {
    retry_in(
        1,
        Kind::OutcomeUnknown
            .because("the operation may have succeeded; send the same request again with the same key"),
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
    fn a_record_that_cannot_be_used_is_not_asked_for_every_second() {
        let seconds = |problem: Problem| problem.into_response().headers()[header::RETRY_AFTER].clone();
        assert_eq!(seconds(refusal(&Action::Incomparable)), "30");
        assert_eq!(seconds(store_error(&StoreError::Unreadable { why: "codec 9".into() })), "30");
        assert_eq!(seconds(store_error(&StoreError::unavailable("down"))), "1");
        assert_eq!(seconds(store_error(&StoreError::Full)), "1");
    }
}
