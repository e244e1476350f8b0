//! From bytes to a request.
//!
//! The first line of an input holds four choices, counted from the character `0`: the API, the endpoint, the method, and
//! a second place that names a version. The lines below are the target's: values of headers, a query, a path. A line feed
//! is the one byte that none of them can hold anyway.

use super::app::{APIS, Config};
use super::declared::TAG;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// More than any of the lengths that servers permit.
const LINES: usize = 100;

/// What an input is made of.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    pub(crate) config: &'static Config,
    endpoint: &'static str,
    method: &'static Method,
    also: usize,
    pub(crate) lines: Vec<&'a [u8]>,
}

/// A request that can be sent, and remembers what it is.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

/// The paths below the prefix and the segment, if there is one.
static ENDPOINTS: [&str; 10] = [
    "/version",
    "/items/7",
    "/items/latest",
    "/items",
    "/lists/a",
    "/files/a/b",
    "/query",
    "/tag",
    "/health",
    "/nowhere",
];
static METHODS: [Method; 6] =
    [Method::GET, Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::DELETE];

impl<'a> Input<'a> {
    /// `None` if there are too few bytes.
    pub(crate) fn read(data: &'a [u8]) -> Option<Self> {
        let (choices, rest) = data.split_at_checked(4)?;
        let pick = |at: usize, of: usize| usize::from(choices[at].wrapping_sub(b'0')) % of;
        let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        Some(Self {
            config: &APIS[pick(0, APIS.len())],
            endpoint: ENDPOINTS[pick(1, ENDPOINTS.len())],
            method: &METHODS[pick(2, METHODS.len())],
            also: pick(3, 9),
            lines: rest.split(|byte| *byte == b'\n').take(LINES).collect(),
        })
    }

    /// The path of the chosen endpoint, below a segment if the second place is one.
    pub(crate) fn path(&self) -> String {
        let Config { mount, prefix, .. } = self.config;
        let segment = if self.also == 6 { "/v2" } else { "" };
        let below = if prefix.is_empty() { "/api" } else { "" };
        // `/health` looks at no version, so it stays where it is.
        let segment = if self.endpoint == "/health" { "" } else { segment };
        format!("{mount}{prefix}{segment}{below}{}", self.endpoint)
    }

    /// A request with the second place; the target adds its own.
    pub(crate) fn request(&self, uri: Uri) -> Sent {
        let mut headers = HeaderMap::new();
        let mut add = |name: &'static str, value: &'static str| {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        };
        let echo = self.config.echo;
        match self.also {
            1 => add(echo, "2024-12-18"),
            3 => add("accept", "application/vnd.acme.v2+json"),
            4 => add("x-account", "2025-03-01"),
            5 => add("x-account", "2026-01-15"),
            7 => add("x-partner", "yes"),
            8 => {
                add(echo, "2024-12-18");
                add(echo, "2024-12-18 ");
            }
            _ => {}
        }
        Sent { method: self.method.clone(), uri, headers }
    }

    /// The query of the second place.
    pub(crate) fn query(&self) -> &'static str {
        if self.also == 2 { "?api-version=2024-12-18" } else { "" }
    }

    /// The chosen path with the query of the second place.
    pub(crate) fn target(&self) -> Uri {
        format!("{}{}", self.path(), self.query()).parse().unwrap()
    }
}

impl Sent {
    /// Adds a field if HTTP can carry it.
    pub(crate) fn add(&mut self, name: &'static str, value: &[u8]) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            self.headers.append(HeaderName::from_static(name), value);
        }
    }

    /// The other headers that answers depend on: conditions, and what handlers answer as references.
    pub(crate) fn add_junk(&mut self, junk: &[u8]) {
        let named = [IF_NONE_MATCH.as_str(), IF_MATCH.as_str(), "x-to"];
        for (name, value) in named.into_iter().zip(junk.split(|byte| *byte == b'\t')) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value)) {
                self.headers.append(name, value);
            }
        }
        if junk.starts_with(b"\"") {
            // The tag as this very answer would have it.
            self.add("if-none-match", format!("\"{TAG}~2024-12-18\"").as_bytes());
        }
    }

    pub(crate) fn build(&self, body: &[u8]) -> Request<Body> {
        let mut request = Request::new(Body::from(body.to_vec()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        if !body.is_empty() && !request.headers().contains_key(CONTENT_TYPE) {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        request
    }

    /// All values of `Accept`, and the one of `Content-Type`.
    pub(crate) fn media(&self) -> (Vec<&HeaderValue>, Option<&HeaderValue>) {
        (self.headers.get_all(ACCEPT).iter().collect(), self.headers.get(CONTENT_TYPE))
    }
}
