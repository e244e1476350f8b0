use super::deref;
use super::fault::read_encoded;
use crate::problem::{Kind, Problem};
use crate::transform::in_call;
use crate::wire::Shape;
use axum::extract::FromRequestParts;
use http::Uri;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The query in the shape of the served version, like `axum::extract::Query` for a type with a history.
///
/// A parameter that stands more than once is read into a `Vec`. A parameter that names the version is not seen.
///
/// ```
/// use serde::Deserialize;
/// use steadfast::extract::Query;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Deserialize)]
/// struct Page {
///     #[renamed(in = "2024-12-18", was(count))]
///     limit: u32,
/// }
///
/// async fn list(Query(page): Query<Page>) -> String {
///     format!("at most {}", page.limit)
/// }
/// ```
///
/// It answers 400 `invalid-query`, whose member `parameter` is the name that the client's version has for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Query<T>(pub T);

deref!(Query);

impl<T: Shape + DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        in_call::<T>()?;
        of_uri(&parts.uri).map(Self)
    }
}

pub(super) fn of_uri<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    read_encoded(uri.query().unwrap_or_default().as_bytes())
        .map_err(|fault| fault.named(Kind::InvalidQuery, "query parameter", "parameter", str::to_owned))
}
