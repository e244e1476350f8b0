use crate::problem::{Kind, Problem};
use axum::RequestExt;
use axum::extract::Request;
use bytes::Bytes;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError};
use std::error::Error;

/// Reads the body to its end, up to the limit of axum's `DefaultBodyLimit`.
pub(super) async fn buffer(request: Request) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.with_limited_body().into_parts();
    match body.collect().await {
        Ok(collected) => Ok((parts, collected.to_bytes())),
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
