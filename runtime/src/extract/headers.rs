use super::by_field::{ByField, Texts};
use super::deref;
use super::fault::read;
use crate::body;
use crate::problem::{Kind, Problem};
use crate::transform;
use crate::transform::in_call;
use crate::wire;
use crate::wire::Shape;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::type_name;
use std::borrow::Cow;

/// Headers in the shape of the served version, as the fields of a struct: `request_id` is the header `request-id`.
///
/// A header that is sent more than once is read into a `Vec`, one line an element; a line is never split at commas.
/// Only headers that the type asks for are looked at; of a map, or a struct with `#[serde(flatten)]`, that is all of
/// them, with `_` in place of `-`.
///
/// As a part of a response it writes them: a `Vec` as so many lines, `None` not at all. A header of the same name that
/// the response has already is replaced.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::extract::Headers;
/// use steadfast::versioned;
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Trace {
///     #[renamed(in = "2024-12-18", was(x_request_id))]
///     request_id: String,
/// }
///
/// // Clients of older versions send and see `X-Request-Id`.
/// async fn echo(Headers(trace): Headers<Trace>) -> (Headers<Trace>, &'static str) {
///     (Headers(trace), "seen")
/// }
/// ```
///
/// It answers 400 `invalid-header`, whose member `header` is the name that the client's version has for it. Headers
/// that cannot be written are a fault of the service: 500 `internal-error`. A response that a task rendered which the
/// handler spawned has the headers of the head: return the `Headers` from the handler itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct Headers<T>(pub T);

deref!(Headers);

impl<T: Shape + DeserializeOwned, S: Sync> FromRequestParts<S> for Headers<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        in_call::<T>()?;
        let mut query = String::new();
        read(ByField::new(&parts.headers, &mut query)).map(Self).map_err(|fault| {
            fault.named(Kind::InvalidHeader, "header", "header", |field| wire_name(field).into_owned())
        })
    }
}

impl Texts for &HeaderMap {
    fn of(&self, field: &str) -> Result<Vec<Cow<'_, str>>, String> {
        let name = wire_name(field);
        let values = self.get_all(&*name).iter();
        values.map(|value| text(value).ok_or_else(|| format!("the header `{name}` is not UTF-8"))).collect()
    }

    fn wire_name(field: &str) -> Cow<'_, str> {
        wire_name(field)
    }

    fn all(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let readable = self.iter().filter_map(|(name, value)| Some((name, text(value)?)));
        readable.map(|(name, value)| (Cow::Owned(name.as_str().replace('-', "_")), value)).collect()
    }
}

fn text(value: &HeaderValue) -> Option<Cow<'_, str>> {
    str::from_utf8(value.as_bytes()).ok().map(Cow::Borrowed)
}

/// The header of a field.
fn wire_name(field: &str) -> Cow<'_, str> {
    if field.bytes().any(|byte| byte == b'_' || byte.is_ascii_uppercase()) {
        Cow::Owned(field.replace('_', "-").to_ascii_lowercase())
    } else {
        Cow::Borrowed(field)
    }
}

/// What is answered if [`Headers`] of a response cannot be written.
#[derive(Debug)]
pub struct UnwrittenHeaders(Problem);

impl IntoResponse for UnwrittenHeaders {
    fn into_response(self) -> Response {
        body::unrendered(self.0)
    }
}

impl<T: Shape + Serialize> IntoResponseParts for Headers<T> {
    type Error = UnwrittenHeaders;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, UnwrittenHeaders> {
        let headers = write(&self.0).map_err(UnwrittenHeaders)?;
        // With many of one name the first replaces what was there, as `HeaderMap::extend` has it.
        response.headers_mut().extend(headers);
        if const { T::HISTORY.has_changes() } {
            body::bind_to_version(response.extensions_mut());
        }
        Ok(response)
    }
}

impl<T: Shape + Serialize> IntoResponse for Headers<T> {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}

fn write<T: Shape + Serialize>(headers: &T) -> Result<HeaderMap, Problem> {
    in_call::<T>()?;
    let fault = |error: &dyn std::fmt::Display| transform::unserialisable(type_name::<T>(), error);
    let query = wire::as_served(|| serde_html_form::to_string(headers)).map_err(|error| fault(&error))?;
    let mut written = HeaderMap::new();
    for (field, text) in form_urlencoded::parse(query.as_bytes()) {
        let name = HeaderName::try_from(&*wire_name(&field)).map_err(|error| fault(&error))?;
        let value = HeaderValue::try_from(&*text).map_err(|error| fault(&error))?;
        written.append(name, value);
    }
    Ok(written)
}
