use axum::response::Response;

/// How a call of a handler ended.
#[derive(Debug)]
pub(crate) enum Answer {
    /// An extractor refused the request; the handler was not entered.
    Rejected(Response),
    /// The handler ran and returned.
    Returned(Response),
}
