//! An API that has everything: lifecycle days, aliases, a preview, parameters, wildcards, paths that hide others in some
//! versions, tags, references, a body with a history.

use super::app::Previews;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::header::{CONTENT_LOCATION, ETAG, IF_NONE_MATCH, LINK, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use steadfast::{
    AfterSunset, Api, ApiVersions, FixedClock, VersionPolicy, Versioned, api_version, delete, endpoints, get,
    post, versioned,
};

/// The day on which all requests are sent.
pub(crate) const TODAY: &str = "2025-06-15";
/// The tag of every tagged answer.
pub(crate) const TAG: &str = "abc";

/// On every answer that a handler made, so that one of the framework cannot be taken for it.
pub(crate) const BY_HANDLER: HeaderName = HeaderName::from_static("x-handler");
/// The version that the handler was called at.
pub(crate) const SERVED: HeaderName = HeaderName::from_static("x-served");
/// The conditions as the handler saw them.
pub(crate) const CONDITION: HeaderName = HeaderName::from_static("x-condition");
/// The query as the handler saw it.
pub(crate) const QUERY: HeaderName = HeaderName::from_static("x-query");

#[derive(ApiVersions)]
#[api_versions(removed("2023-01-15", "2025-04-01"))]
pub(crate) enum Version {
    #[version(
        "2024-01-15",
        alias = "v1",
        deprecated = "2024-12-18",
        sunset = "2025-06-01",
        guide = "https://example.com/v2"
    )]
    V2024_01_15,
    #[version(
        "2024-06-01",
        alias = "brown",
        deprecated = "2024-12-18",
        sunset = "2025-12-01",
        brownouts("2025-06-01T14:00Z" for "1h", "2025-06-15T00:00Z" for "4h")
    )]
    V2024_06_01,
    #[version("2024-12-18", alias = "v2", deprecated = "2025-05-01", sunset = "2026-01-01")]
    V2024_12_18,
    #[version("2025-03-01", alias = "v3")]
    V2025_03_01,
    #[version("2025-06-01")]
    V2025_06_01,
    #[version("2026-01-15", alias = "next", preview)]
    V2026_01_15,
}

fn answer(version: Option<Version>, name: &'static str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    response.headers_mut().insert(BY_HANDLER, HeaderValue::from_static(name));
    if let Some(version) = version {
        response.headers_mut().insert(SERVED, HeaderValue::try_from(version.to_string()).unwrap());
    }
    response
}

#[get("/api/version")]
#[api_version(since = "2024-01-15", opaque)]
async fn version(version: Version) -> Response {
    answer(Some(version), "version", "{}")
}

#[get("/")]
#[api_version(since = "2024-01-15", opaque)]
async fn root(version: Version) -> Response {
    answer(Some(version), "root", "{}")
}

#[get("/api/items/{id}")]
#[api_version(since = "2024-01-15", opaque)]
async fn item(version: Version, id: Result<Path<String>, PathRejection>) -> Response {
    let status = if id.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    answer(Some(version), "item", status)
}

#[delete("/api/items/{id}")]
#[api_version(since = "2024-12-18", until = "2025-06-01", opaque)]
async fn delete_item(version: Version) -> Response {
    answer(Some(version), "delete_item", StatusCode::NO_CONTENT)
}

#[get("/api/items/latest")]
#[api_version(since = "2025-03-01", opaque)]
async fn latest_item(version: Version) -> Response {
    answer(Some(version), "latest_item", "{}")
}

/// Neutral, beside paths that are matched version by version.
#[get("/api/items/latest/count")]
#[api_version(neutral)]
async fn count() -> Response {
    answer(None, "count", "{}")
}

#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Item {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
    #[added(in = "2025-03-01", default = 1)]
    amount: u32,
}

#[post("/api/items")]
#[api_version(since = "2024-01-15", opaque)]
async fn create(version: Version, Versioned(item): Versioned<Item>) -> Response {
    answer(Some(version), "create", (StatusCode::CREATED, [(LOCATION, "/api/items/1")], Versioned(item)))
}

#[get("/api/items")]
#[api_version(since = "2024-01-15", until = "2025-06-01", opaque)]
async fn items(version: Version) -> Response {
    let item = || Item { customer_id: "c".to_owned(), amount: 1 };
    answer(Some(version), "items", Versioned(vec![item(), item()]))
}

#[get("/api/lists/{name}")]
#[api_version(since = "2024-01-15", until = "2024-12-18", opaque)]
async fn list_then(version: Version) -> Response {
    answer(Some(version), "list_then", "{}")
}

#[get("/api/lists/{*rest}")]
#[api_version(since = "2024-12-18", opaque)]
async fn list_now(version: Version) -> Response {
    answer(Some(version), "list_now", "{}")
}

/// References that the client wrote, wherever an answer can have one.
#[get("/api/files/{*path}")]
#[api_version(since = "2024-01-15", opaque)]
async fn file(version: Version, headers: HeaderMap) -> Response {
    let mut response = answer(Some(version), "file", "{}");
    if let Some(to) = headers.get("x-to") {
        for name in [LOCATION, CONTENT_LOCATION, LINK, ETAG] {
            response.headers_mut().insert(name, to.clone());
        }
    }
    response
}

#[get("/api/query")]
#[api_version(since = "2024-01-15", opaque)]
async fn query(version: Version, RawQuery(query): RawQuery) -> Response {
    let mut response = answer(Some(version), "query", "{}");
    if let Some(Ok(query)) = query.map(HeaderValue::try_from) {
        response.headers_mut().insert(QUERY, query);
    }
    response
}

#[get("/api/tag")]
#[api_version(since = "2024-01-15", opaque)]
async fn tagged(version: Version, headers: HeaderMap) -> Response {
    let tag = format!("\"{TAG}\"");
    let fields: Vec<&HeaderValue> = headers.get_all(IF_NONE_MATCH).iter().collect();
    let mut members = fields.iter().flat_map(|field| field.as_bytes().split(|byte| *byte == b','));
    let known = members.any(|member| member.trim_ascii() == tag.as_bytes());
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let mut response = answer(Some(version), "tagged", (status, [(ETAG, tag)]));
    for field in fields {
        response.headers_mut().append(CONDITION, field.clone());
    }
    response
}

#[get("/api/health")]
#[api_version(neutral)]
async fn health(_: Bytes) -> Response {
    answer(None, "health", "{}")
}

/// What differs between the APIs that are fuzzed.
pub(crate) struct Options {
    pub(crate) policy: VersionPolicy<Version, ()>,
    pub(crate) after_sunset: AfterSunset,
    pub(crate) previews: Previews,
}

/// The router of all endpoints. Today the first version is over, the second is gone for a while, the third deprecated.
pub(crate) fn router(options: Options) -> Router {
    let Options { policy, after_sunset, previews } = options;
    let endpoints = endpoints![
        Version;
        version, root, item, delete_item, latest_item, count, create, items, list_then, list_now, file, query, tagged,
        health
    ];
    let clock = FixedClock::at_start_of(TODAY.parse().unwrap());
    let api = Api::new(endpoints).version_from(policy).clock(clock).after_sunset(after_sunset);
    match previews {
        Previews::Off => api,
        Previews::On => api.previews(true),
        Previews::Partners => api
            .previews_if("x-partner", |headers: HeaderMap| async move { headers.contains_key("x-partner") }),
    }
    .with_state(())
}
