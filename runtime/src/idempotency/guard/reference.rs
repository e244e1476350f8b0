//! Replays whose body is fetched by an id.

use super::GuardOutcome;
use crate::idempotency::config::Rules;
use crate::idempotency::operation::Operation;
use crate::idempotency::reference::{ReferenceResult, StoredReference};
use crate::idempotency::{problems, telemetry};
use axum::extract::Request;
use axum::response::IntoResponse;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use steadfast_engine::StoredResponse;

/// Replays a response whose body the operation fetches.
pub(super) async fn replay(
    rules: &Arc<Rules>,
    stored: &Arc<StoredResponse>,
    shape: u64,
    expires_at: u64,
    request: Request,
    operation: Box<dyn Operation>,
) -> GuardOutcome {
    let reference = StoredReference::new(stored.body.clone(), shape);
    // The first request ran in a task of its own, whose panics end nobody's connection.
    let fetched = AssertUnwindSafe(operation.fetch(request, reference)).catch_unwind().await;
    let response = match fetched {
        Ok(Ok(ReferenceResult::Found(found))) => match found.status() {
            // What is down now may be there for the next retry.
            status if status.is_server_error() => return GuardOutcome::Response(found),
            status if status.is_success() => {
                problems::with_fetched_body(&rules.headers, stored, found, expires_at)
            }
            _ => problems::without_body(&rules.headers, stored, expires_at),
        },
        Ok(Ok(ReferenceResult::Gone)) => problems::without_body(&rules.headers, stored, expires_at),
        Ok(Ok(ReferenceResult::Changed)) => return GuardOutcome::from(problems::unreadable()),
        Ok(Err(rejection)) => return GuardOutcome::Response(rejection),
        Err(_) => {
            telemetry::panicked(&rules.operation);
            return GuardOutcome::from(problems::internal());
        }
    };
    // In the version that this retry asked for.
    GuardOutcome::Replayed { response: response.into_response(), version: None, head: None }
}
