//! Errors on the wire: `application/problem+json` (RFC 9457).

mod catalog;
mod extension;
mod member;

pub(crate) use catalog::Kind;

use crate::body::{Rewrite, render};
use crate::context::{self, Context};
use crate::outcome::{Disposition, ResponseFacts};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use extension::Extension;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use member::Member;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use steadfast_core::wire;

/// A problem document (RFC 9457): the one form in which errors leave an API.
///
/// Clients switch on `type`; `title` is the same for every problem of a type, `detail` speaks about this one. The
/// member `retryable` says whether sending the same request again, with the same idempotency key, can succeed; unless
/// set it follows the status: `true` for 408, 425, 429 and 5xx.
///
/// ```
/// use steadfast::Problem;
/// use steadfast::http::StatusCode;
///
/// let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "https://example.com/problems/amount", "Amount refused")
///     .detail("the amount must be positive")
///     .member("minimum", 1);
/// assert_eq!(
///     serde_json::to_string(&problem).unwrap(),
///     r#"{"type":"https://example.com/problems/amount","title":"Amount refused","status":422,"detail":"the amount must be positive","retryable":false,"minimum":1}"#,
/// );
/// ```
///
#[doc = include_str!("../docs/problems.md")]
#[derive(Debug, Clone)]
#[must_use]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    kind: Type,
    title: Cow<'static, str>,
    status: StatusCode,
    detail: Option<Cow<'static, str>>,
    retryable: bool,
    /// What became of the operation that it is about, where its status does not tell.
    disposition: Option<Disposition>,
    members: Vec<(&'static str, Member)>,
    extensions: Vec<Extension>,
    headers: HeaderMap,
}

#[derive(Debug, Clone)]
enum Type {
    /// One of the framework's own, under the base URI of the API that answers.
    Framework(Kind),
    Uri(Cow<'static, str>),
}

impl Problem {
    /// A problem of the application's own type: a status, an absolute and stable type URI, and the title of the type.
    pub fn new(
        status: StatusCode,
        type_uri: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::with(status, Type::Uri(type_uri.into()), title.into(), retryable_status(status))
    }

    pub(crate) fn of(kind: Kind) -> Self {
        Self::with(kind.status(), Type::Framework(kind), kind.title().into(), kind.retryable())
    }

    fn with(status: StatusCode, kind: Type, title: Cow<'static, str>, retryable: bool) -> Self {
        Self(Box::new(Parts {
            kind,
            title,
            status,
            detail: None,
            retryable,
            disposition: None,
            members: Vec::new(),
            extensions: Vec::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// Says for a human what is wrong with this request.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Says whether the same request, sent again with the same idempotency key, can succeed.
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Says what became of the operation that it is about.
    pub(crate) fn judged(mut self, disposition: Disposition) -> Self {
        self.0.disposition = Some(disposition);
        self
    }

    /// Adds an extension member. RFC 9457 section 3.2 asks for names of three or more letters, digits or `_`, a
    /// letter first. A value that cannot be JSON becomes `null`.
    ///
    /// It is written when the problem is: a type with several shapes in that of the served version.
    pub fn member(mut self, name: &'static str, value: impl Serialize + Send + Sync + 'static) -> Self {
        self.0.members.push((name, Member::new(value)));
        self
    }

    /// Adds the members that `members` writes each time that the problem is written.
    pub(crate) fn extension(
        mut self,
        members: impl Fn() -> Map<String, Value> + Send + Sync + 'static,
    ) -> Self {
        self.0.extensions.push(Extension::new(members));
        self
    }

    /// Adds a header to the answer, such as `Retry-After`.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// The same problem with another status.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// The status code of the answer.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What is wrong with this request, if said.
    pub fn detail_text(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }
}

/// Whether a status alone suggests that the same request may succeed later.
pub(crate) fn retryable_status(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// The members that every problem has, or may have.
const STANDARD: [&str; 6] = ["type", "title", "status", "detail", "instance", "retryable"];

/// The members in their documented order, extension members last.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = &*self.0;
        let mut map = serializer.serialize_map(None)?;
        match &parts.kind {
            Type::Framework(kind) => {
                map.serialize_entry("type", &format_args!("{}{}", context::problem_base(), kind.slug()))?;
            }
            Type::Uri(uri) => map.serialize_entry("type", uri)?,
        }
        map.serialize_entry("title", &parts.title)?;
        map.serialize_entry("status", &context::visible_status(parts.status).as_u16())?;
        if let Some(detail) = &parts.detail {
            map.serialize_entry("detail", detail)?;
        }
        map.serialize_entry("retryable", &parts.retryable)?;
        for (name, member) in &parts.members {
            if let Some(value) = member.value() {
                map.serialize_entry(name, &value)?;
            }
        }
        let mut known: Vec<String> = Vec::new();
        for (name, value) in parts.extensions.iter().flat_map(Extension::members) {
            let taken = STANDARD.contains(&&*name)
                || parts.members.iter().any(|(other, _)| *other == name)
                || known.contains(&name);
            if !taken {
                map.serialize_entry(&name, &value)?;
                known.push(name);
            }
        }
        map.end()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // The parts are strings, numbers and `Value`s, none of which serde_json refuses.
        let text = |problem: &Self| serde_json::to_vec(problem).unwrap_or_default();
        // Where no call is running, no version is known yet.
        let is_later = !self.0.extensions.is_empty() || !self.0.members.is_empty();
        let early = (is_later && Context::current().is_none()).then(|| self.clone());
        let mut response = Response::new(Body::empty());
        let Ok(mut written) = render(&mut || Ok::<_, Infallible>(text(&self)), None);
        if let Some(problem) = early {
            written = written.deferred(Rewrite::new(None, true, move || Ok::<_, Infallible>(text(&problem))));
        }
        written.put_into(&mut response);
        *response.status_mut() = self.0.status;
        *response.headers_mut() = self.0.headers;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(wire::PROBLEM_JSON));
        if let Some(disposition) = self.0.disposition {
            ResponseFacts::of(&mut response).disposition = Some(disposition);
        }
        response
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.title)?;
        if let Some(detail) = &self.0.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl From<Infallible> for Problem {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
