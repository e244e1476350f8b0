use super::{BodyRejection, in_call, observe, unknown};
use crate::body;
use crate::context;
use crate::problem::{Kind, Problem};
use crate::wire::Shape;
use crate::wire::history::{TypeChange, TypeHistory, id};
use crate::wire::shape::{Depth, joined};
use crate::wire::to_json;
use crate::wire::{self, Purpose};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::OptionFuture;
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::{TypeId, type_name};
use std::fmt::Display;

/// A JSON body in the shape of the served version, like `axum::Json` for a type with a history.
///
/// As an argument it reads what a client of any version sent and gives the handler the head; as a result it takes
/// the head and answers what the client's version shows. All that `T` is made of must be known: see
/// [`Shape`](crate::Shape). At a neutral endpoint the shape is the head.
///
/// Outside a call of an endpoint nobody knows the shape of a type with a history. There it is not read, and a response in
/// its place says 500, until it is back in its call: see [`Call`](crate::Call).
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Versioned, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Payment {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// async fn echo(Versioned(payment): Versioned<Payment>) -> Versioned<Payment> {
///     Versioned(payment)
/// }
/// ```
///
/// The response of an idempotent endpoint is also replayed to retries at another version, in the shape of theirs, if the
/// type is `Deserialize` too: see [`idempotent`](macro@crate::idempotent).
///
/// # Errors with a body of their own
///
/// An error is an answer as any other: one whose body has a history puts it into `Versioned` in its `IntoResponse`, and
/// says so by [`DescribeResponse`](crate::DescribeResponse). Problems take members that follow the version by
/// [`Problem::extend`].
///
/// ```
/// use serde::Serialize;
/// use steadfast::axum::response::{IntoResponse, Response};
/// use steadfast::http::StatusCode;
/// use steadfast::{DescribeResponse, Versioned, api_version, post, versioned};
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Declined {
///     #[renamed(in = "2024-12-18", was(reason))]
///     decline_code: String,
/// }
///
/// enum PayError {
///     Declined(Declined),
///     NoSuchAccount,
/// }
///
/// impl IntoResponse for PayError {
///     fn into_response(self) -> Response {
///         match self {
///             Self::Declined(declined) => (StatusCode::PAYMENT_REQUIRED, Versioned(declined)).into_response(),
///             Self::NoSuchAccount => StatusCode::NOT_FOUND.into_response(),
///         }
///     }
/// }
///
/// impl DescribeResponse for PayError {
///     type Body = Versioned<Declined>;
/// }
///
/// #[post("/payments")]
/// #[api_version(since = "2024-01-15")]
/// async fn pay() -> Result<Versioned<u64>, PayError> {
///     Err(PayError::Declined(Declined { decline_code: "no_funds".to_owned() }))
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct Versioned<T>(pub T);

impl<S: Send + Sync, T: Shape + DeserializeOwned + 'static> FromRequest<S> for Versioned<T> {
    type Rejection = BodyRejection;

    // No `async fn`: it would hold the request twice, and the box of the endpoint's future would be too large for the
    // fast path of most allocators.
    fn from_request(request: Request, state: &S) -> impl Future<Output = Result<Self, BodyRejection>> + Send {
        let body = is_json(request.headers()).then(|| Bytes::from_request(request, state));
        OptionFuture::from(body).map(|body| {
            in_call::<T>().map_err(BodyRejection::from)?;
            let body = body.ok_or_else(BodyRejection::media_type)?;
            let body = body.map_err(|error| BodyRejection::unread(&error))?;
            read(&body).map(Self)
        })
    }
}

/// `None` without a `Content-Type`, as with `axum::Json`.
impl<S: Send + Sync, T: Shape + DeserializeOwned + 'static> OptionalFromRequest<S> for Versioned<T> {
    type Rejection = BodyRejection;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, BodyRejection> {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

/// Reads the body of the running call.
fn read<T: DeserializeOwned + 'static>(body: &[u8]) -> Result<T, BodyRejection> {
    if !context::wants_value() {
        return wire::as_served(|| parse(body));
    }
    let (value, seen) = wire::with(Purpose::Wire { is_recorded: true }, || wire::as_served(|| parse(body)));
    let value = value?;
    if !seen.incomplete {
        context::note_value(&value, seen.dropped);
    }
    Ok(value)
}

pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyRejection> {
    serde_json::from_slice(body).map_err(|error| BodyRejection::unparsed::<T>(body, error))
}

/// Whether the body is declared to be JSON: `application/json`, or a structured syntax suffix `+json` (RFC 6839).
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return false };
    // What nearly every client writes, at a tenth of the cost of taking it apart.
    if value.as_bytes() == b"application/json" {
        return true;
    }
    let Ok(value) = value.to_str() else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim_ascii();
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    let suffix = subtype.len().checked_sub("+json".len()).and_then(|at| subtype.get(at..));
    kind.eq_ignore_ascii_case("application") && subtype.eq_ignore_ascii_case("json")
        || !kind.is_empty() && suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json"))
}

impl<T: Shape + Serialize + Send + 'static> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        body::response(json, Some(TypeId::of::<T>()), unknown::<T>(), move || {
            to_json(&self.0).map_err(|error| unserialisable(type_name::<T>(), &error))
        })
    }
}

/// Returns the problem in place of what cannot be written; operators see why.
pub(crate) fn unserialisable(type_name: &'static str, error: &dyn Display) -> Problem {
    if wire::purpose() == Purpose::Record {
        observe::not_recorded(type_name, error);
    } else {
        observe::unserialisable(type_name, error);
    }
    Problem::of(Kind::Internal)
}

impl<T: Shape> Shape for Versioned<T> {
    const PATH: &'static str = T::PATH;
    const ID: u64 = T::ID;
    const KEY: u64 = joined(id("Versioned"), T::KEY);
    const CHANGES: &'static [TypeChange] = T::CHANGES;
    const HISTORY: &'static TypeHistory = T::HISTORY;
    const NESTING: usize = T::NESTING;
    const IS_LEAF: bool = T::IS_LEAF;
    type At<D: Depth> = T::At<D>;
}
