use super::deref;
use super::fault::read_encoded;
use super::query::of_uri;
use crate::body;
use crate::problem::{Kind, Problem};
use crate::transform::{self, BodyRejection};
use crate::transform::{in_call, unknown};
use crate::wire::Shape;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::type_name;

const FORM: &str = "application/x-www-form-urlencoded";

/// A form in the shape of the served version, like `axum::Form` for a type with a history.
///
/// A GET or HEAD request has its form in the query, others in a body of `application/x-www-form-urlencoded`. A field
/// that stands more than once is read into a `Vec`. As an answer it is such a body.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::extract::Form;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Login {
///     #[renamed(in = "2024-12-18", was(login))]
///     email: String,
/// }
///
/// async fn echo(Form(login): Form<Login>) -> Form<Login> {
///     Form(login)
/// }
/// ```
///
/// It answers as [`Versioned`](crate::Versioned) does: 415, 413, and 422 `invalid-body` with `pointer`, the place in
/// the field names of the client's own version. A form in the query is refused as a [`Query`](super::Query) is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct Form<T>(pub T);

deref!(Form);

impl<T: Shape + DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        in_call::<T>()?;
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return of_uri(request.uri()).map(Self);
        }
        if !is_form(request.headers()) {
            return Err(Kind::UnsupportedMediaType.because(format!("the body must be `{FORM}`")));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|error| BodyRejection::unread(&error).into_problem())?;
        read_encoded(&body).map(Self).map_err(super::fault::Fault::pointed)
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else { return false };
    value.split(';').next().unwrap_or_default().trim_ascii().eq_ignore_ascii_case(FORM)
}

impl<T: Shape + Serialize + Send + 'static> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        let Self(form) = self;
        let write = move || {
            serde_html_form::to_string(&form)
                .map(String::into_bytes)
                .map_err(|error| transform::unserialisable(type_name::<T>(), &error))
        };
        body::response(HeaderValue::from_static(FORM), None, unknown::<T>(), write)
    }
}
