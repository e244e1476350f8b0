//! A client whose version is in the path is sent to paths of that version.

use super::{Version, at};
use crate::server::{Answer, Server};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use steadfast::{
    Api, Created, Header, PathSegment, VersionPolicy, Versioned, api_version, endpoints, get, post,
};

/// Answers with the headers that the query asks for, their values written as bytes.
#[get("/api/says")]
#[api_version(since = "2024-01-01", opaque)]
async fn says(RawQuery(query): RawQuery) -> Response {
    let mut headers = HeaderMap::new();
    for part in query.unwrap_or_default().split('&') {
        let (name, value) = part.split_once('=').unwrap();
        let value: Vec<u8> = value.split('-').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(&value).unwrap());
    }
    (StatusCode::OK, headers).into_response()
}

#[get("/api/orders/{id}")]
#[api_version(since = "2024-01-01")]
async fn order() -> &'static str {
    "order"
}

#[post("/api/orders")]
#[api_version(since = "2024-01-01")]
async fn create() -> Created<Versioned<u8>> {
    Created::at("/api/orders/7", Versioned(7))
}

#[get("/api/moved")]
#[api_version(since = "2024-01-01")]
async fn moved() -> Redirect {
    Redirect::permanent("/api/orders/7?full=yes#lines")
}

/// One path among those of orders that has no versions.
#[get("/api/orders/help")]
async fn help() -> &'static str {
    "help"
}

#[get("/health")]
async fn health() -> &'static str {
    "ok"
}

async fn server(policy: VersionPolicy<Version, ()>) -> Server {
    let endpoints = endpoints![Version; says, order, create, moved, help, health];
    Server::start(Api::new(endpoints).version_from(policy).with_state(())).await
}

async fn said(server: &Server, path: &str, name: &str, value: &str) -> Answer {
    let value = value.bytes().map(|byte| format!("{byte:x}")).collect::<Vec<_>>().join("-");
    let answer = server.get(&format!("{path}?{name}={value}"), &[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[tokio::test]
async fn a_target_of_this_api_is_one_of_the_client_s_version() {
    let in_front = server(PathSegment("/").or_default(Version::V3)).await;
    let under = server(PathSegment("/api").or_default(Version::V3)).await;
    for (server, base, versioned) in [
        (&in_front, "/v2/api", "/v2/api"),
        (&in_front, "/2024-12-18/api", "/2024-12-18/api"),
        (&under, "/api/v2", "/api/v2"),
        (&under, "/api/2024-01-01", "/api/2024-01-01"),
        // The client named no version in the path.
        (&in_front, "/api", "/api"),
        (&under, "/api", "/api"),
    ] {
        for (target, expected) in [
            ("/api/orders/7", format!("{versioned}/orders/7")),
            ("/api/orders/7?a=b", format!("{versioned}/orders/7?a=b")),
            ("/api/orders/7#line", format!("{versioned}/orders/7#line")),
            // Not this API's, not versioned, not absolute, or already there.
            ("https://example.com/api/orders/7", "https://example.com/api/orders/7".to_owned()),
            ("//example.com/api/orders/7", "//example.com/api/orders/7".to_owned()),
            ("/v3/api/orders/7", "/v3/api/orders/7".to_owned()),
            ("/api/v3/orders/7", "/api/v3/orders/7".to_owned()),
            ("/api/nowhere", "/api/nowhere".to_owned()),
            ("/health", "/health".to_owned()),
            ("orders/7", "orders/7".to_owned()),
        ] {
            for name in ["location", "content-location"] {
                let answer = said(server, &format!("{base}/says"), name, target).await;
                assert_eq!(answer.header(name), Some(expected.as_str()), "{base}: {name}: {target}");
            }
        }
        let links =
            "</api/orders/8>; rel=\"next\", <https://example.com/>; rel=\"help\", </health>; rel=\"x\"";
        let answer = said(server, &format!("{base}/says"), "link", links).await;
        let told = answer.all("link").join(", ");
        let expected = [
            format!("<{versioned}/orders/8>; rel=\"next\""),
            "<https://example.com/>; rel=\"help\"".to_owned(),
            "</health>; rel=\"x\"".to_owned(),
        ];
        for link in expected {
            assert!(told.contains(&link), "{base}: {link} in {told}");
        }
    }
}

/// `/api/orders/{id}` would match it, and `/v2/api/orders/help` would be an order.
#[tokio::test]
async fn a_neutral_path_among_versioned_ones_stays_as_it_is() {
    let server = server(PathSegment("/").or_default(Version::V3)).await;
    let answer = said(&server, "/v2/api/says", "location", "/api/orders/help").await;
    assert_eq!(answer.header("location"), Some("/api/orders/help"));
    assert_eq!(server.get("/api/orders/help", &[]).await.body, "help");
}

#[tokio::test]
async fn what_was_created_and_what_moved_is_found() {
    let server = server(PathSegment("/").or_default(Version::V3)).await;
    for (base, versioned) in [("/v1", "/v1"), ("/2025-07-01", "/2025-07-01"), ("", "")] {
        let created = server.post(&format!("{base}/api/orders"), &[], "").await;
        let location = format!("{versioned}/api/orders/7");
        assert_eq!((created.status, created.header("location")), (201, Some(location.as_str())));
        assert_eq!(server.get(&location, &[]).await.body, "order");
        let moved = server.get(&format!("{base}/api/moved"), &[]).await;
        let location = format!("{versioned}/api/orders/7?full=yes#lines");
        assert_eq!((moved.status, moved.header("location")), (308, Some(location.as_str())));
    }
}

#[tokio::test]
async fn a_client_that_names_its_version_elsewhere_keeps_its_paths() {
    let server = server(Header("Api-Version").or(PathSegment("/")).or_reject()).await;
    let by_header = server.call("POST /api/orders", &at("2024-12-18"), "").await;
    assert_eq!(by_header.header("location"), Some("/api/orders/7"));
    let by_path = server.post("/v2/api/orders", &[], "").await;
    assert_eq!(by_path.header("location"), Some("/v2/api/orders/7"));
    let by_both = server.call("POST /v2/api/orders", &at("2024-12-18"), "").await;
    assert_eq!(by_both.header("location"), Some("/v2/api/orders/7"));
}
