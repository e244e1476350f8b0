//! The endpoint without steadfast: what the other variants are compared with.

use crate::payment::Payment;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;

pub(crate) fn router(path: &str) -> Router {
    async fn create(Json(payment): Json<Payment>) -> Json<Payment> {
        Json(payment)
    }
    Router::new().route(path, post(create))
}

/// The same without axum's `Json`, which tracks the path to each value while it parses.
pub(crate) fn bytes_router(path: &str) -> Router {
    async fn create(body: Bytes) -> Response {
        let written =
            serde_json::from_slice::<Payment>(&body).and_then(|payment| serde_json::to_vec(&payment));
        match written {
            Ok(json) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
            Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        }
    }
    Router::new().route(path, post(create))
}
