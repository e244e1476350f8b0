//! What every request and answer keeps to, one test per rule, over real sockets. `s07_…` is the test of rule S7.
//!
//! | rules | about | file |
//! |---|---|---|
//! | S1–S13 | which version a request is served at | `resolving` |
//! | S14–S19 | which endpoint answers in it | `endpoints` |
//! | S20–S23 | what caches may do with the answer | `caching` |
//! | S24–S36 | the shapes of data | `data`, `bodies`, `gates` |
//! | S37–S42 | the headers and documents of an answer | `headers` |

mod bodies;
mod caching;
mod data;
mod endpoints;
mod gates;

mod headers;
mod phases;
mod places;

mod resolving;

use crate::server::Server;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::IntoResponse;
use steadfast::{
    Api, ApiVersions, Date, FixedClock, Header, Problem, VersionPolicy, api_version, delete, endpoints, get,
    head, post,
};

#[derive(ApiVersions)]
pub(crate) enum Version {
    #[version(
        "2024-01-01",
        alias = "v1",
        deprecated = "2025-01-01",
        sunset = "2025-07-01",
        guide = "https://api.example.com/v2"
    )]
    V2024_01_01,
    #[version("2024-12-18", alias = "v2")]
    V2024_12_18,
    #[version("2025-07-01", alias = "v3")]
    V2025_07_01,
    #[version("2026-12-01", alias = "v4", preview)]
    V2026_12_01,
}

/// What a client can ask for while previews are off.
const SUPPORTED: [&str; 3] = ["2024-01-01", "2024-12-18", "2025-07-01"];

#[get("/version")]
#[api_version(since = "2024-01-01")]
async fn version(version: Version, State(name): State<&'static str>) -> String {
    format!("{name} {version}")
}

#[post("/version")]
#[api_version(since = "2024-12-18")]
async fn post_version() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[get("/items/{id}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn item_then(Path(id): Path<u32>) -> String {
    format!("then {id}")
}

#[get("/items/{id}")]
#[api_version(since = "2025-07-01", gap)]
async fn item_again(Path(id): Path<u32>) -> String {
    format!("again {id}")
}

#[delete("/items/{id}")]
#[api_version(since = "2024-01-01", until = "2025-07-01", deprecated = "2024-06-01", sunset = "2025-03-01")]
async fn delete_item(Path(_): Path<u32>) -> StatusCode {
    StatusCode::NO_CONTENT
}

#[get("/headers")]
#[api_version(since = "2024-01-01", opaque)]
async fn headers_of_its_own() -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    headers.append("vary", "Accept, API-VERSION".parse().unwrap());
    headers.append("link", "<https://example.com/next>; rel=\"next\"".parse().unwrap());
    headers.append("api-version", "nonsense".parse().unwrap());
    (StatusCode::NOT_MODIFIED, headers)
}

#[get("/fails")]
#[api_version(since = "2024-01-01")]
async fn fails() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "https://example.com/broken", "Broken")
}

#[get("/health")]
async fn health() -> &'static str {
    "ok"
}

#[head("/probe")]
#[api_version(since = "2024-01-01")]
async fn probe() -> [(HeaderName, &'static str); 1] {
    [(HeaderName::from_static("x-probe"), "yes")]
}

async fn pin(headers: HeaderMap) -> Option<Version> {
    (headers.get("x-api-key")? == "old").then_some(Version::V2024_12_18)
}

/// A day on which every public version answers.
fn while_all_live() -> FixedClock {
    FixedClock::at_start_of(day("2025-01-01"))
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// An API of all these endpoints on a day, by its policy.
fn app(policy: VersionPolicy<Version, &'static str>, today: &str) -> Router {
    let endpoints = endpoints![
        Version;
        version, post_version, item_then, item_again, delete_item, headers_of_its_own, fails, health, probe
    ];
    Api::new(endpoints).version_from(policy).clock(FixedClock::at_start_of(day(today))).with_state("state")
}

/// The same API by the header alone.
async fn by_header(today: &str) -> Server {
    Server::start(app(Header("Api-Version").or_reject(), today)).await
}
