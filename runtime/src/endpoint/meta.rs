use crate::idempotency::IdempotentPolicy;
use steadfast_core::Date;

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
}

impl Meta {
    /// An endpoint whose attributes did not compile. Nothing is checked against it.
    pub const BROKEN: Self = Self {
        name: "",
        method: Method::Get,
        path: Path::new(""),
        range: Range::Neutral,
        deprecated: None,
        sunset: None,
        idempotent: None,
    };

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
    pub(crate) fn of(method: &http::Method) -> Option<Self> {
        Some(match *method {
            // A WebSocket over HTTP/2 is opened with CONNECT (RFC 8441), by the handler that GET opens it with over HTTP/1.
            http::Method::GET | http::Method::CONNECT => Self::Get,
            http::Method::HEAD => Self::Head,
            http::Method::POST => Self::Post,
            http::Method::PUT => Self::Put,
            http::Method::PATCH => Self::Patch,
            http::Method::DELETE => Self::Delete,
            http::Method::OPTIONS => Self::Options,
            _ => return None,
        })
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

/// A path in axum's syntax, with what a compile-time check compares instead of text.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    /// The text, such as `/payments/{id}`.
    pub text: &'static str,
    hash: u64,
    shape: u64,
}

impl Path {
    /// Hashes the path as it stands and with the names of its parameters left out.
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let (mut hash, mut shape) = (FNV_OFFSET, FNV_OFFSET);
        let mut in_name = false;
        let mut i = 0;
        while i < bytes.len() {
            hash = mix(hash, bytes[i]);
            if bytes[i] == b'}' {
                in_name = false;
            }
            // `{id}` and `{*rest}` differ in shape, `{id}` and `{key}` do not.
            if !in_name || bytes[i] == b'*' {
                shape = mix(shape, bytes[i]);
            }
            if bytes[i] == b'{' {
                in_name = true;
            }
            i += 1;
        }
        Self { text, hash, shape }
    }

    /// Whether both are the same text.
    pub const fn same(&self, other: &Self) -> bool {
        self.hash == other.hash
    }

    /// The hash of the path without the names of its parameters: equal for paths that match the same requests.
    pub const fn shape(&self) -> u64 {
        self.shape
    }
}

// FNV-1a. A collision would make a correct program fail to compile, with both paths in the message.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

const fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3)
}
