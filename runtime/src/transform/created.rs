use crate::body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// Answers 201 with a `Location` and a body.
///
/// ```
/// use steadfast::axum::Json;
/// use steadfast::axum::response::IntoResponse;
/// use steadfast::{Created, http::StatusCode};
///
/// let response = Created::at("/payments/pay_1", Json("paid")).into_response();
/// assert_eq!(response.status(), StatusCode::CREATED);
/// assert_eq!(response.headers()["location"], "/payments/pay_1");
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Created<T> {
    location: String,
    body: T,
}

impl<T> Created<T> {
    /// What was created is found at `location`, an absolute path or URI.
    pub fn at(location: impl Into<String>, body: T) -> Self {
        Self { location: location.into(), body }
    }

    /// Where it is found.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// What the answer shows of it.
    pub fn body(&self) -> &T {
        &self.body
    }
}

/// A location that is no header value, for a line break in it or the like, is left out. A body that failed keeps its
/// own status.
impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = self.body.into_response();
        if !response.status().is_success() && !body::is_pending(&response) {
            return response;
        }
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::try_from(self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}
