use super::deref;
use crate::problem::{Kind, Problem};
use crate::transform::in_call;
use crate::wire;
use crate::wire::Shape;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams};
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::future::poll_fn;
use std::pin::pin;

/// The parameters of the path in the shape of the served version, like `axum::extract::Path` for a type with a history.
///
/// As with axum's, a struct or map is read by the names that the endpoint's path has, a tuple or a single value by
/// position. A struct that is taken by several paths has in each version the names of its shape there:
///
/// ```
/// use serde::Deserialize;
/// use steadfast::extract::Path;
/// use steadfast::{api_version, get, versioned};
///
/// #[versioned]
/// #[derive(Deserialize)]
/// struct Place {
///     #[changed(in = "2024-12-18", was(number: u64), upgrade = |number| format!("pay_{number}"))]
///     id: String,
/// }
///
/// #[get("/payments/{number}")]
/// #[api_version(since = "2024-01-15", until = "2024-12-18")]
/// async fn get_numbered(Path(place): Path<Place>) -> String {
///     place.id
/// }
///
/// #[get("/payments/{id}")]
/// #[api_version(since = "2024-12-18")]
/// async fn get_payment(Path(place): Path<Place>) -> String {
///     place.id
/// }
/// ```
///
/// It answers 400 `invalid-path`, whose member `parameter` is the name in the endpoint's path. A type that no path can
/// be, or with another number of parameters, is a fault of the program: 500 `internal-error`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Path<T>(pub T);

deref!(Path);

impl<T: Shape + DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        in_call::<T>()?;
        let read = {
            // What a router has found can be read by axum's own extractor alone.
            type Theirs<T> = axum::extract::Path<T>;
            let mut extraction = pin!(<Theirs<T> as FromRequestParts<S>>::from_request_parts(parts, state));
            poll_fn(|cx| wire::as_served(|| extraction.as_mut().poll(cx))).await
        };
        match read {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(refused(rejection, parts, state).await),
        }
    }
}

/// `None` at a path without parameters, as with `axum::extract::Path`.
impl<T: Shape + DeserializeOwned + Send + 'static, S: Send + Sync> OptionalFromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        let none = match RawPathParams::from_request_parts(parts, state).await {
            Ok(params) => params.iter().next().is_none(),
            // The extractor says better what is wrong.
            Err(_) => false,
        };
        if none {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

async fn refused<S: Send + Sync>(rejection: PathRejection, parts: &mut Parts, state: &S) -> Problem {
    let PathRejection::FailedToDeserializePathParams(failed) = rejection else {
        return Problem::of(Kind::Internal);
    };
    let detail = failed.kind().to_string();
    let name = match failed.into_kind() {
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            return Problem::of(Kind::Internal);
        }
        ErrorKind::ParseErrorAtKey { key, .. }
        | ErrorKind::InvalidUtf8InPathParam { key }
        | ErrorKind::DeserializeError { key, .. } => Some(key),
        ErrorKind::ParseErrorAtIndex { index, .. } => nth(index, parts, state).await,
        ErrorKind::ParseError { .. } => nth(0, parts, state).await,
        _ => None,
    };
    let problem = Kind::InvalidPath.because(detail);
    match name {
        Some(name) => problem.member("parameter", name),
        None => problem,
    }
}

/// The name of a parameter by its position.
async fn nth<S: Send + Sync>(index: usize, parts: &mut Parts, state: &S) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, state).await.ok()?;
    params.iter().nth(index).map(|(name, _)| name.to_owned())
}
