//! A retry may name its version in another place, and a tag is that of one version also when it was stored.

use super::{V1, Version, while_all_live};
use crate::server::{Answer, Server};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast::{
    Api, FixedClock, Header, MediaType, MemoryStore, PathSegment, QueryParam, Versioned, api_version,
    endpoints, get, idempotent, post, versioned,
};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Thing {
    #[renamed(in = "2024-12-18", was(name))]
    title: String,
}

static THINGS: AtomicU32 = AtomicU32::new(1);

#[post("/things")]
#[api_version(since = "2024-01-15", opaque)]
#[idempotent(ttl = "24h", scope = none)]
async fn create(Versioned(thing): Versioned<Thing>) -> Response {
    let id = THINGS.fetch_add(1, Ordering::SeqCst);
    let described = [(header::ETAG, "\"abc\"".to_owned()), (header::LOCATION, format!("/things/{id}"))];
    (StatusCode::CREATED, described, Versioned(thing)).into_response()
}

#[get("/things/{id}")]
#[api_version(since = "2024-01-15")]
async fn thing() -> &'static str {
    "thing"
}

/// Says what it was told to compare with.
#[get("/conditions")]
#[api_version(since = "2024-01-15")]
async fn conditions(headers: HeaderMap) -> ([(header::HeaderName, &'static str); 1], String) {
    let mut told = String::new();
    for name in [header::IF_NONE_MATCH, header::IF_MATCH, header::IF_RANGE] {
        let values: Vec<&str> = headers.get_all(&name).iter().map(|value| value.to_str().unwrap()).collect();
        if !values.is_empty() {
            told = format!("{told}{name}={}", values.join("|"));
        }
    }
    ([(header::ETAG, "\"abc~2024-12-18\"")], told)
}

async fn server() -> Server {
    let policy = Header("Api-Version")
        .or(QueryParam("api-version"))
        .or(PathSegment("/"))
        .or(MediaType("application/vnd.acme+json"))
        .or_default(V1);
    let app = Api::new(endpoints![Version; create, thing, conditions])
        .version_from(policy)
        .clock(FixedClock::new(while_all_live()))
        .idempotency(MemoryStore::new())
        .with_state(());
    Server::start(app).await
}

/// Five ways to say 2024-12-18, and what comes back in them: the front of locations and the media type.
const WAYS: [(&str, &str, &str, &str); 6] = [
    ("/things", "Api-Version: 2024-12-18", "", "application/json"),
    ("/things", "Api-Version: 2025-01-01", "", "application/json"),
    ("/v2/things", "X-Nothing: 1", "/v2", "application/json"),
    ("/2024-12-18/things", "X-Nothing: 1", "/2024-12-18", "application/json"),
    ("/things", "Accept: application/vnd.acme.v2+json", "", "application/vnd.acme.v2+json"),
    (
        "/things",
        "Accept: application/vnd.acme+json; version=2024-12-18",
        "",
        "application/vnd.acme+json; version=2024-12-18",
    ),
];

async fn post_thing(server: &Server, path: &str, line: &str, key: &str, body: &str) -> Answer {
    let key = format!("Idempotency-Key: {key}");
    server.post(path, &[line, &key, "Content-Type: application/json"], body).await
}

#[tokio::test]
async fn a_retry_may_name_the_same_version_elsewhere() {
    let server = server().await;
    for (i, first) in WAYS.iter().enumerate() {
        for (j, again) in WAYS.iter().enumerate() {
            let key = format!("key-{i}-{j}");
            let mut location = None;
            for (way, replayed) in [(first, None), (again, Some("true"))] {
                let &(path, line, front, media_type) = way;
                let answer = post_thing(&server, path, line, &key, r#"{"title":"a"}"#).await;
                let context = format!("{first:?}, {again:?}: {answer:?}");
                assert_eq!(
                    (answer.status, answer.header("idempotency-replayed")),
                    (201, replayed),
                    "{context}"
                );
                assert_eq!(answer.body, r#"{"title":"a"}"#, "{context}");
                assert_eq!(answer.header("etag"), Some("\"abc~2024-12-18\""), "{context}");
                assert_eq!(answer.header("content-type"), Some(media_type), "{context}");
                // The target is what this request can follow, whatever the first one was.
                let found = answer.header("location").unwrap();
                let target = found.strip_prefix(front).unwrap_or_else(|| panic!("{context}"));
                assert!(target.starts_with("/things/"), "{context}");
                assert_eq!(location.get_or_insert(target.to_owned()), target, "{context}");
            }
        }
    }
}

#[tokio::test]
async fn a_stored_answer_keeps_the_tag_of_its_version() {
    let server = server().await;
    let first = post_thing(&server, "/things", "Api-Version: 2024-12-18", "key-1", r#"{"title":"a"}"#).await;
    let retry = post_thing(&server, "/things", "Api-Version: 2025-09-30", "key-1", r#"{"title":"a"}"#).await;
    assert_eq!(retry.header("idempotency-replayed"), Some("true"), "{retry:?}");
    for answer in [&first, &retry] {
        assert_eq!(answer.header("api-version"), Some("2024-12-18"), "it stays in its version, and says so");
        assert_eq!(answer.header("etag"), Some("\"abc~2024-12-18\""));
    }
}

#[tokio::test]
async fn only_tags_of_the_served_version_reach_the_handler() {
    let server = server().await;
    for (condition, told) in [
        ("If-None-Match: \"a~2024-12-18\"", "if-none-match=\"a\""),
        ("If-None-Match: W/\"a~2024-12-18\"", "if-none-match=W/\"a\""),
        ("If-None-Match: \"a~2024-12-18\", \"b~2024-01-15\"", "if-none-match=\"a\", \"b~2024-01-15\""),
        ("If-None-Match: \"a, b~2024-12-18\"", "if-none-match=\"a, b\""),
        ("If-None-Match: *", "if-none-match=*"),
        ("If-Match: \"a~2024-12-18\"", "if-match=\"a\""),
        ("If-Match: *", "if-match=*"),
        ("If-Range: \"a~2024-12-18\"", "if-range=\"a\""),
        ("If-Range: \"a~2024-01-15\"", "if-range=\"a~2024-01-15\""),
        ("If-Range: Wed, 05 Feb 2025 08:09:10 GMT", "if-range=Wed, 05 Feb 2025 08:09:10 GMT"),
        // Only what was added is taken away.
        ("If-None-Match: \"a~2024-12-18~2024-12-18\"", "if-none-match=\"a~2024-12-18\""),
        ("If-None-Match: \"~2024-12-18\"", "if-none-match=\"\""),
    ] {
        let answer = server.get("/conditions", &["Api-Version: 2024-12-18", condition]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, told), "{condition}");
        assert_eq!(
            answer.header("etag"),
            Some("\"abc~2024-12-18~2024-12-18\""),
            "the handler's tag is any text"
        );
    }
    let lines =
        ["Api-Version: 2024-12-18", "If-None-Match: \"a~2024-12-18\"", "If-None-Match: \"b~2024-12-18\""];
    let answer = server.get("/conditions", &lines).await;
    assert!(
        matches!(answer.body.as_str(), "if-none-match=\"a\"|\"b\"" | "if-none-match=\"a\", \"b\""),
        "{answer:?}"
    );
}
