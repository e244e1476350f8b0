//! Every option of `#[idempotent]`, on every store, and every fault that is known of such middleware.

mod audit;
mod authorization;
mod defaults;
mod expiry;
mod faults;
mod fingerprints;
mod joined;
mod keys;
mod large;
mod layer;
mod limits;
mod lost;
mod marks;
mod pairs;
mod paths;
mod records;
mod references;
mod sealed;
mod sensitive;
mod sharing;
mod skipped_fields;
mod statuses;
mod steps;
mod store_down;
mod stores;
mod tombstones;
mod versions;
mod waiting;
mod world;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use std::borrow::Cow;
use steadfast::{ApiVersions, Date, FixedClock, Scope};
use tower::ServiceExt;

#[derive(ApiVersions)]
pub(super) enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

/// An `Api` of these endpoints as a client sees it.
macro_rules! api {
    ($idempotency:expr, $world:expr; $($endpoint:path),*) => {
        crate::idempotency::Client(
            steadfast::Api::new(steadfast::endpoints![crate::idempotency::Version; $($endpoint),*])
                .version_from(
                    steadfast::Header("Api-Version").or_default(crate::idempotency::Version::V2024_01_15),
                )
                .idempotency($idempotency)
                .with_state($world.clone()),
        )
    };
}

/// An endpoint whose handler does what its [`World`](world::World) says, with further options.
macro_rules! endpoint {
    ($name:ident, $path:literal $(, $($option:tt)*)?) => {
        #[steadfast::post($path)]
        #[steadfast::idempotent(ttl = "24h", scope = none $(, $($option)*)?)]
        async fn $name(
            axum::extract::State(world): axum::extract::State<crate::idempotency::world::World>,
        ) -> (axum::http::StatusCode, String) {
            world.work().await
        }
    };
}

use {api, endpoint};

/// A day on which all tests happen.
fn clock() -> FixedClock {
    FixedClock::at_start_of(Date::parse("2025-01-01").unwrap())
}

/// Who calls: told by a header, so that a test can be anybody.
struct Merchant(String);

impl Scope for Merchant {
    fn scope(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Merchant {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let name = parts.headers.get("x-merchant").ok_or(StatusCode::UNAUTHORIZED)?;
        Ok(Self(name.to_str().map_err(|_| StatusCode::BAD_REQUEST)?.to_owned()))
    }
}

#[derive(Clone)]
struct Client(Router);

impl Client {
    async fn post(&self, path: &str, key: &str) -> Seen {
        self.send("POST", path, &[("idempotency-key", key)], "{}").await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Seen {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response =
            self.0.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Seen { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

/// What the client sees.
#[derive(Debug)]
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn is_replay(&self) -> bool {
        self.header("idempotency-replayed") == Some("true")
    }

    /// A fresh answer of the handler.
    #[track_caller]
    fn is_fresh(&self, status: u16, body: &str) {
        assert_eq!((self.status, self.body.as_str(), self.is_replay()), (status, body, false), "{self:?}");
    }

    #[track_caller]
    fn is_replayed(&self, status: u16, body: &str) {
        assert_eq!((self.status, self.body.as_str(), self.is_replay()), (status, body, true), "{self:?}");
    }

    /// A problem of the framework: its status and the end of its type.
    #[track_caller]
    fn is_problem(&self, status: u16, kind: &str) -> serde_json::Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        let told = problem["type"].as_str().unwrap().strip_prefix("urn:steadfast:problem:");
        assert_eq!((self.status, told), (status, Some(kind)), "{self:?}");
        problem
    }
}
