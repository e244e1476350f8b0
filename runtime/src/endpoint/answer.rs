use axum::response::Response;
use http::StatusCode;

/// How a call of a handler ended.
#[derive(Debug)]
pub enum Answer {
    /// An extractor refused the request; the handler was not entered.
    Rejected(Response),
    /// The handler ran and returned.
    Returned(Response),
}

/// The status of the handler, where a client of an older version sees another; an extension of the response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided(pub(super) StatusCode);

/// How the handler says that the operation ended, whatever its client sees.
pub(crate) fn decided(response: &Response) -> StatusCode {
    response.extensions().get::<Decided>().map_or(response.status(), |decided| decided.0)
}
