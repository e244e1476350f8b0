//! S20–S23: what a cache may do with an answer.

use super::{Version, app, by_header, day, pin, while_all_live};
use crate::server::Server;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use steadfast::{Api, FixedClock, Header, Versioned, api_version, endpoints, get, versioned};

/// A request of each status that versions can lead to.
const OF_EACH_STATUS: [(&str, &[&str], u16); 10] = [
    ("GET /version", &["Api-Version: 2024-12-18"], 200),
    ("POST /version", &["Api-Version: 2024-12-18"], 204),
    ("GET /headers", &["Api-Version: 2024-12-18"], 304),
    ("GET /version", &["Api-Version: junk"], 400),
    ("GET /version", &["Api-Version: 2023-01-01"], 400),
    ("GET /items/x", &["Api-Version: 2025-07-01"], 400),
    ("PUT /version", &["Api-Version: 2024-12-18"], 405),
    ("GET /version", &["Api-Version: 2024-01-01"], 410),
    ("GET /fails", &["Api-Version: 2024-12-18"], 500),
    ("OPTIONS /version", &["Api-Version: 2024-12-18"], 204),
];

/// The members of `Vary`, each of which must stand once.
fn vary(answer: &crate::server::Answer) -> Vec<String> {
    let members: Vec<String> = answer
        .all("vary")
        .iter()
        .flat_map(|field| field.split(','))
        .map(|member| member.trim().to_ascii_lowercase())
        .collect();
    let mut unique = members.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), members.len(), "{answer:?}");
    unique
}

#[tokio::test]
async fn s20_every_answer_varies_by_what_its_version_came_from() {
    let server = by_header("2025-07-01").await;
    for (request, headers, status) in OF_EACH_STATUS {
        let answer = server.call(request, headers, "").await;
        assert_eq!(answer.status, status, "{request} {headers:?}");
        let expected = if status == 304 { &["accept", "api-version"][..] } else { &["api-version"] };
        assert_eq!(vary(&answer), expected, "{request} {headers:?}");
    }
    let refused = server.get("/version", &[]).await;
    assert_eq!((refused.status, vary(&refused)), (400, vec!["api-version".to_owned()]));

    for (taken_from, expected) in [
        (&["X-Api-Key"][..], &["api-version", "x-api-key"][..]),
        // A cache that is set up to keep responses for a while treats it as any other header.
        (&["Authorization"], &["api-version", "authorization"]),
        (&["API-VERSION"], &["api-version"]),
        (&["Authorization", "Cookie"], &["api-version", "authorization", "cookie"]),
    ] {
        let taken_from = match *taken_from {
            [one] => [one, one],
            [one, two] => [one, two],
            _ => unreachable!(),
        };
        let policy = Header("Api-Version").pinned_by(taken_from, pin).or_default(Version::V2025_07_01);
        let server = Server::start(app(policy, "2025-07-01")).await;
        for headers in [&[][..], &["X-Api-Key: old"], &["Api-Version: junk"], &["Api-Version: 2024-01-01"]] {
            assert_eq!(vary(&server.get("/version", headers).await), expected, "{taken_from:?} {headers:?}");
        }
    }
}

#[get("/public")]
#[api_version(since = "2024-01-01")]
async fn public() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "public, max-age=60")]
}

async fn authenticated_pin(headers: HeaderMap) -> Option<Version> {
    (headers.get("authorization")? == "old").then_some(Version::V2024_12_18)
}

/// A cache in front of all tenants shows none of them the response of another.
#[tokio::test]
async fn version_depends_on_the_caller_then_responses_are_private() {
    let policy =
        Header("Api-Version").pinned_by("Authorization", authenticated_pin).or_default(Version::V2025_07_01);
    let app = Api::new(endpoints![Version; super::version, super::item_then, super::item_again, super::headers_of_its_own, super::fails, public, document])
        .version_from(policy)
        .clock(FixedClock::at_start_of(day("2025-07-01")))
        .with_state("state");
    let server = Server::start(app).await;
    for (request, status) in [
        ("GET /version", 200),
        ("HEAD /version", 200),
        ("PUT /version", 405),
        ("OPTIONS /version", 204),
        ("GET /headers", 304),
        ("GET /fails", 500),
    ] {
        for caller in [&["Authorization: old"][..], &["Authorization: new"], &[]] {
            let answer = server.call(request, caller, "").await;
            assert_eq!(
                (answer.status, answer.header("cache-control")),
                (status, Some("private")),
                "{request}"
            );
        }
        let answer = server.call(request, &["Api-Version: 2024-12-18"], "").await;
        assert_eq!((answer.status, answer.header("cache-control")), (status, None), "{request}");
    }
    for (caller, status) in [("Authorization: old", 404), ("Authorization: new", 200)] {
        let answer = server.get("/items/7", &[caller]).await;
        assert_eq!((answer.status, answer.header("cache-control")), (status, Some("private")));
    }
    let tagged = ["Authorization: old", "If-None-Match: \"abc~2024-12-18\""];
    let answer = server.get("/document", &tagged).await;
    assert_eq!((answer.status, answer.header("cache-control")), (304, Some("private")));
    let answer = server.get("/public", &["Authorization: old"]).await;
    assert_eq!(answer.all("cache-control"), ["public, max-age=60"], "the handler knows better");
}

#[tokio::test]
async fn s21_errors_that_caches_keep_by_themselves_vary_as_well() {
    // RFC 9110 section 15.1: these may be kept without a word about it.
    const HEURISTICALLY_CACHEABLE: [u16; 4] = [404, 405, 410, 501];
    let app = Api::new(endpoints![Version; super::item_then, super::delete_item, statuses])
        .version_from(Header("Api-Version").or_reject())
        .clock(FixedClock::at_start_of(day("2025-07-01")))
        .with_state(());
    let server = Server::start(app).await;
    let mut seen = Vec::new();
    for (request, version) in [
        ("GET /items/7", "2025-07-01"),
        ("GET /items/7", "2024-12-18"),
        ("GET /items/7", "2024-01-01"),
        ("GET /statuses", "2025-07-01"),
    ] {
        let answer = server.call(request, &[format!("Api-Version: {version}")], "").await;
        assert_eq!(vary(&answer), ["api-version"], "{request} {version}");
        assert_eq!(answer.header("api-version"), Some(version));
        seen.push(answer.status);
    }
    assert_eq!(seen, HEURISTICALLY_CACHEABLE);
}

#[get("/statuses")]
#[api_version(since = "2024-01-01")]
async fn statuses() -> StatusCode {
    StatusCode::NOT_IMPLEMENTED
}

#[tokio::test]
async fn s22_an_answer_without_a_version_is_never_kept_and_one_that_is_gone_is_not_public() {
    let server = by_header("2025-07-01").await;
    for headers in [
        &[][..],
        &["Api-Version: junk"],
        &["Api-Version: 2023-01-01"],
        &["Api-Version: 2026-12-01"],
        &["Api-Version: 2024-12-18", "Api-Version: 2025-07-01"],
    ] {
        for method in ["GET", "PUT", "OPTIONS"] {
            let answer = server.call(&format!("{method} /version"), headers, "").await;
            assert_eq!(answer.status, 400, "{method} {headers:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{method} {headers:?}");
        }
    }
    let gone = server.get("/version", &["Api-Version: 2024-01-01"]).await;
    assert_eq!(gone.status, 410);
    assert!(!gone.header("cache-control").unwrap_or_default().contains("public"), "{gone:?}");
    // What a handler says about caches stays its own.
    assert_eq!(server.get("/version", &["Api-Version: 2024-12-18"]).await.header("cache-control"), None);
}

#[versioned]
#[derive(Serialize)]
struct Document {
    #[renamed(in = "2024-12-18", was(name))]
    title: &'static str,
}

/// Answers as a handler does that knows the tag of what it has.
#[get("/document")]
#[api_version(since = "2024-01-01", opaque)]
async fn document(headers: HeaderMap) -> Response {
    let tag = [(header::ETAG, "\"abc\"")];
    let asked = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if asked.split(", ").any(|asked| asked.trim_start_matches("W/") == "\"abc\"") {
        return (StatusCode::NOT_MODIFIED, tag).into_response();
    }
    if headers.get(header::IF_MATCH).is_some_and(|asked| asked != "\"abc\"") {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    (tag, Versioned(Document { title: "a" })).into_response()
}

#[get("/weak")]
#[api_version(since = "2024-01-01")]
async fn weak() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    ([(header::ETAG, "W/\"abc\"")], "weak")
}

#[get("/neutral")]
async fn neutral() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    ([(header::ETAG, "\"abc\"")], "neutral")
}

/// What two versions show under one tag would be taken for the same bytes.
#[tokio::test]
async fn s23_the_tag_of_a_representation_is_that_of_its_version() {
    let app = Api::new(endpoints![Version; document, weak, neutral])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    for (version, tag, body) in [
        ("2024-01-01", "\"abc~2024-01-01\"", r#"{"name":"a"}"#),
        ("2024-12-18", "\"abc~2024-12-18\"", r#"{"title":"a"}"#),
        ("2025-02-02", "\"abc~2024-12-18\"", r#"{"title":"a"}"#),
        ("2025-07-01", "\"abc~2025-07-01\"", r#"{"title":"a"}"#),
    ] {
        let version = format!("Api-Version: {version}");
        let answer = server.get("/document", &[&version]).await;
        assert_eq!((answer.status, answer.header("etag")), (200, Some(tag)), "{version}");
        assert_eq!(answer.body, body);
    }
    for (condition, status) in [
        ("If-None-Match: \"abc~2024-12-18\"", 304),
        ("If-None-Match: W/\"abc~2024-12-18\"", 304),
        ("If-None-Match: \"x\", \"abc~2024-12-18\"", 304),
        // The same tag of another version stands for other bytes.
        ("If-None-Match: \"abc~2024-01-01\"", 200),
        ("If-None-Match: \"abc~2025-07-01\"", 200),
        ("If-None-Match: \"abc~2024-01-01\", \"abc~2024-12-18\"", 304),
        ("If-Match: \"abc~2024-12-18\"", 200),
        ("If-Match: \"abc~2024-01-01\"", 412),
    ] {
        let answer = server.get("/document", &["Api-Version: 2024-12-18", condition]).await;
        assert_eq!(answer.status, status, "{condition}");
        if status == 304 {
            assert_eq!(answer.header("etag"), Some("\"abc~2024-12-18\""), "{condition}");
            assert_eq!(vary(&answer), ["api-version"], "{condition}");
        }
    }
    let weak = server.get("/weak", &["Api-Version: 2024-12-18"]).await;
    assert_eq!(weak.header("etag"), Some("W/\"abc~2024-12-18\""));
    let neutral = server.get("/neutral", &["Api-Version: 2024-12-18"]).await;
    assert_eq!(neutral.header("etag"), Some("\"abc\""), "there is one representation");
}
