//! What changed about endpoints and not about types: every kind at every version, in both directions.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "upgrades and downgrades take what they are given"
)]

mod answers;
mod chain;
mod declared;
mod guarded;
mod places;
mod together;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use steadfast::{Api, ApiVersions, Endpoints, Header};
use tower::ServiceExt;

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2026-01-01")]
    V1,
    #[version("2024-12-18", deprecated = "2025-09-30", sunset = "2027-01-01")]
    V2,
    #[version("2025-03-31")]
    V3,
    #[version("2025-09-30")]
    V4,
}

const V1: &str = "2024-01-15";
const V2: &str = "2024-12-18";
const V3: &str = "2025-03-31";
const V4: &str = "2025-09-30";

/// An answer, whole.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// All values of a header.
    fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn app(endpoints: Endpoints<Version, (), 0>) -> Router {
    let clock = steadfast::FixedClock::at_start_of(steadfast::Date::parse("2025-12-01").unwrap());
    Api::new(endpoints).version_from(Header("Api-Version").or_reject()).clock(clock).with_state(())
}

/// Sends a request with a JSON body, if it has one.
async fn call(app: &Router, request: &str, version: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let (method, uri) = request.split_once(' ').unwrap();
    let mut builder = Request::builder().method(method).uri(uri).header("api-version", version);
    if !body.is_empty() {
        builder = builder.header("content-type", "application/json");
    }
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = builder.body(Body::from(body.to_owned())).unwrap();
    let (parts, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

fn is(answer: &Answer, status: StatusCode, body: &str) -> bool {
    answer.status == status.as_u16() && answer.body == body
}
