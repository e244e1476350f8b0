use crate::endpoint_change::Statement;
use crate::idempotency_policy::IdempotentPolicy;
use crate::response_headers::lifecycle::Lifecycle;
use crate::wire::history::TypeHistory;
use steadfast_core::Date;
use steadfast_core::path::Path;

/// What the attributes of a handler say, as data; implemented on the handler's namesake in the type namespace.
///
/// `#[get("/…")]` and its siblings write this; [`endpoints!`](crate::endpoints) reads it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an endpoint",
    label = "has no method attribute",
    note = "write `#[get(\"/path\")]`, `#[post(\"/path\")]` or a sibling above the handler"
)]
pub trait Endpoint {
    /// Method, path, range and policies.
    const META: Meta;
}

/// The attributes of one handler.
#[derive(Debug, Clone, Copy)]
pub struct Meta {
    /// The path of the function, for messages.
    pub name: &'static str,
    /// The method it answers.
    pub method: Method,
    /// The path it answers.
    pub path: Path,
    /// The versions it answers.
    pub range: Range,
    /// The day from which it is deprecated.
    pub deprecated: Option<Date>,
    /// The day from which it is answered 410 Gone.
    pub sunset: Option<Date>,
    /// How retries are answered, if it is idempotent.
    pub idempotent: Option<IdempotentPolicy>,
    /// The histories of the types that it reads and shows; a type may stand here more than once.
    pub types: &'static [&'static TypeHistory],
    /// The histories of what it reads from its body, if it is a PUT or PATCH.
    pub written: &'static [&'static TypeHistory],
    /// Whether it says which versions it answers, or that it is neutral.
    pub is_said: bool,
    /// Whether it says that its bodies are opaque.
    pub is_opaque: bool,
    /// What changed about the endpoint itself, newest first.
    pub statements: &'static [Statement],
}

impl Meta {
    pub(crate) fn lifecycle(&self) -> Lifecycle {
        Lifecycle { deprecated: self.deprecated, sunset: self.sunset }
    }

    /// An endpoint that says no more than its method and path.
    pub const fn of(name: &'static str, method: Method, path: Path) -> Self {
        Self {
            name,
            method,
            path,
            range: Range::Neutral,
            deprecated: None,
            sunset: None,
            idempotent: None,
            types: &[],
            written: &[],
            is_said: true,
            is_opaque: false,
            statements: &[],
        }
    }

    /// An endpoint whose attributes did not compile. Nothing is checked against it.
    pub const BROKEN: Self = Self::of("", Method::Get, Path::new(""));

    pub(super) const fn is_broken(&self) -> bool {
        self.path.text.is_empty()
    }
}

/// The versions an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// All, without looking at the version.
    Neutral,
    /// From `since`, inclusive, to `until`, exclusive.
    Versions {
        /// The first version.
        since: Date,
        /// The version in which the endpoint is gone.
        until: Option<Date>,
        /// Whether versions may lie between the previous range of this method and path and `since`.
        gap: bool,
    },
}

impl Range {
    /// From a version on.
    pub const fn since(since: Date) -> Self {
        Self::Versions { since, until: None, gap: false }
    }
}

/// The methods an endpoint can answer (RFC 9110 section 9, RFC 5789).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
}

impl Method {
    pub(crate) const ALL: [Self; 7] =
        [Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete, Self::Options];

    /// The method of a request, if an endpoint can have it.
    fn of(method: &http::Method) -> Option<Self> {
        Some(match *method {
            http::Method::GET => Self::Get,
            http::Method::HEAD => Self::Head,
            http::Method::POST => Self::Post,
            http::Method::PUT => Self::Put,
            http::Method::PATCH => Self::Patch,
            http::Method::DELETE => Self::Delete,
            http::Method::OPTIONS => Self::Options,
            _ => return None,
        })
    }

    /// The method that answers a request.
    ///
    /// A WebSocket over HTTP/2 is opened with CONNECT (RFC 8441), by the handler that GET opens it with over HTTP/1.
    pub(crate) fn of_request<B>(request: &http::Request<B>) -> Option<Self> {
        let extended =
            *request.method() == http::Method::CONNECT && request.version() >= http::Version::HTTP_2;
        if extended { Some(Self::Get) } else { Self::of(request.method()) }
    }

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    /// Whether the method asks for no effect (RFC 9110 section 9.2.1).
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}
