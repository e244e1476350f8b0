use crate::problem::{Kind, Problem};
use axum::RequestExt;
use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::request::Parts;
use http_body_util::{Collected, LengthLimitError};
use std::error::Error;

/// A request whose body ends at the limit of axum's `DefaultBodyLimit`.
pub(super) fn limited(request: Request) -> (Parts, Body) {
    request.with_limited_body().into_parts()
}

/// A body that was read to its end.
pub(super) fn whole(read: Result<Collected<Bytes>, axum::Error>) -> Result<Bytes, Problem> {
    match read {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if is_too_large(&error) => {
            Err(Kind::BodyTooLarge.because("the body is over this service's limit"))
        }
        Err(_) => Err(Kind::IncompleteBody.because("the body broke off")),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
