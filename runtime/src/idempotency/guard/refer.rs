//! Replays whose body is found again by an id.

use super::{Execute, Guarded};
use crate::endpoint::Answer;
use crate::idempotency::execution::Begin;
use crate::idempotency::record::StoredResponse;
use crate::idempotency::reference::{Referral, Referred};
use crate::idempotency::rules::Rules;
use crate::idempotency::{render, report};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// What came of a reference without an answer; a response extension.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Missing {
    Gone,
    Changed,
}

/// What is answered to a replay, as a response for [`answer`].
pub(crate) fn referred(referral: Result<Referral, Response>) -> Answer {
    let missing = |missing| {
        let mut response = Response::default();
        response.extensions_mut().insert(missing);
        Answer::Returned(response)
    };
    match referral {
        Ok(Referral::Found(response)) => Answer::Returned(response),
        Ok(Referral::Gone) => missing(Missing::Gone),
        Ok(Referral::Changed) => missing(Missing::Changed),
        Err(rejection) => Answer::Rejected(rejection),
    }
}

pub(super) async fn answer(
    rules: &Arc<Rules>,
    stored: &Arc<StoredResponse>,
    shape: u64,
    expires_at: u64,
    request: Request,
    execute: Execute,
) -> Guarded {
    let referred = Referred::new(stored.body.clone(), shape);
    // The first request ran in a task of its own, whose panics end nobody's connection.
    let answer = AssertUnwindSafe(execute(request, Begin::Done(referred))).catch_unwind().await;
    let found = match answer {
        Ok(Answer::Returned(found)) => found,
        Ok(Answer::Rejected(rejection)) => return Guarded::Answered(rejection),
        Err(_) => {
            report::panicked(&rules.operation);
            return Guarded::from(render::internal());
        }
    };
    let missing = found.extensions().get::<Missing>().copied();
    let response = match missing {
        Some(Missing::Changed) => return Guarded::from(render::unreadable()),
        // What is down now may be there for the next retry.
        None if found.status().is_server_error() => return Guarded::Answered(found),
        None if found.status().is_success() => render::found_again(&rules.headers, stored, found, expires_at),
        _ => render::not_found_again(&rules.headers, stored, expires_at),
    };
    // In the version that this retry asked for.
    Guarded::Replayed { response: response.into_response(), version: None, newest: None }
}
