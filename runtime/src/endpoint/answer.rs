use axum::response::Response;

/// How a call of a handler ended.
#[derive(Debug)]
pub enum Answer {
    /// An extractor refused the request; the handler was not entered.
    Rejected(Response),
    /// The handler ran and returned.
    Returned(Response),
}
