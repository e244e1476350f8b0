//! A pin that sets itself by the caller's first call.

use super::while_all_live;
use crate::server::Server;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::borrow::Cow;
use steadfast::{
    Api, ApiVersions, FixedClock, Header, MemoryPins, Scope, api_version, endpoints, get, pin_on_first_use,
};

struct Caller(String);

impl Scope for Caller {
    fn scope(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let key = parts.headers.get("x-api-key").and_then(|key| key.to_str().ok());
        key.map(|key| Self(key.to_owned())).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// The API as it was, and as it is once a version has been added.
#[derive(ApiVersions)]
enum Then {
    #[version("2024-01-15")]
    V1,
    #[version("2024-12-18")]
    V2,
    #[version("2026-01-01", preview)]
    Preview,
}

#[derive(ApiVersions)]
enum Now {
    #[version("2024-01-15")]
    V1,
    #[version("2024-12-18")]
    V2,
    #[version("2025-09-30")]
    V3,
}

#[get("/version")]
#[api_version(since = "2024-01-15")]
async fn then(version: Then) -> String {
    version.to_string()
}

#[get("/version")]
#[api_version(since = "2024-01-15")]
async fn now(version: Now) -> String {
    version.to_string()
}

async fn asserts(server: &Server, headers: &[&str], version: &str) {
    let answer = server.get("/version", headers).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, version), "{headers:?}");
    assert_eq!(answer.header("api-version"), Some(version), "{headers:?}");
    assert_eq!(super::vary(&answer), ["api-version", "x-api-key"], "{headers:?}");
}

#[tokio::test]
async fn a_caller_stays_with_the_version_that_was_the_newest_when_it_came() {
    let pins = MemoryPins::new();
    let clock = FixedClock::new(while_all_live());
    let api_then = Api::new(endpoints![Then; then])
        .version_from(
            Header("Api-Version")
                .pinned_by("X-Api-Key", pin_on_first_use::<Caller>(pins.clone()))
                .or_reject(),
        )
        .clock(clock.clone())
        .with_state(());
    let server = Server::start(api_then).await;
    // Whoever names a version is pinned to none.
    asserts(&server, &["X-Api-Key: eve", "Api-Version: 2024-01-15"], "2024-01-15").await;
    asserts(&server, &["X-Api-Key: ada"], "2024-12-18").await;
    asserts(&server, &["X-Api-Key: ada", "Api-Version: 2024-01-15"], "2024-01-15").await;
    asserts(&server, &["X-Api-Key: ada"], "2024-12-18").await;

    let api_now = Api::new(endpoints![Now; now])
        .version_from(
            Header("Api-Version").pinned_by("X-Api-Key", pin_on_first_use::<Caller>(pins)).or_reject(),
        )
        .clock(clock)
        .with_state(());
    let server = Server::start(api_now).await;
    asserts(&server, &["X-Api-Key: ada"], "2024-12-18").await;
    asserts(&server, &["X-Api-Key: bob"], "2025-09-30").await;
    asserts(&server, &["X-Api-Key: eve"], "2025-09-30").await;

    let refused = server.get("/version", &[]).await;
    assert_eq!(refused.status, 401, "the rejection of the caller's extractor is the answer");
    assert_eq!(super::vary(&refused), ["api-version", "x-api-key"]);
    assert_eq!(refused.header("cache-control"), Some("private"));
    let malformed = server.get("/version", &["X-Api-Key: ada", "Api-Version: junk"]).await;
    assert_eq!(malformed.problem_type(), "invalid-version");
}
