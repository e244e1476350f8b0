//! What a client says in the path and the query.

use crate::errors::ApiError;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use serde::Deserialize;

/// The `{id}` of a payment.
#[derive(Debug)]
pub struct PaymentId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PaymentId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        // What is not even text names no payment.
        let id = Path::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| ApiError::NoSuchPayment)
    }
}

/// `?limit=N`: how long a list may be, 1 to 100.
#[derive(Debug, Clone, Copy)]
pub struct Limit(pub u8);

impl Limit {
    const DEFAULT: u8 = 20;
    const GREATEST: u8 = 100;
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<u8>,
}

impl<S: Send + Sync> FromRequestParts<S> for Limit {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::<ListQuery>::from_request_parts(parts, state).await;
        let limit = query.map_err(|_| ApiError::InvalidLimit)?.limit.unwrap_or(Self::DEFAULT);
        if (1..=Self::GREATEST).contains(&limit) { Ok(Self(limit)) } else { Err(ApiError::InvalidLimit) }
    }
}
