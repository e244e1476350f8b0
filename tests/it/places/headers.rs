use super::{V1, V2, V3, Version, assert_refused, at, server};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::axum::response::Response;
use steadfast::extract::Headers;
use steadfast::http::StatusCode;
use steadfast::{Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trace {
    #[renamed(in = "2024-12-18", was(x_request_id))]
    request_id: String,
    #[serde(default)]
    x_tag: Vec<String>,
    #[changed(in = "2025-07-01", was(x_wait_ms: u32), upgrade = |ms: u32| ms / 1000, downgrade = |seconds: &u32| seconds * 1000)]
    x_wait: u32,
    #[serde(rename = "X-Own-Name", alias = "x_own_name")]
    own: Option<String>,
}

#[get("/echo")]
#[api_version(since = "2024-01-01")]
async fn echo(Headers(trace): Headers<Trace>) -> (StatusCode, Headers<Trace>, String) {
    let seen = steadfast::stored(|| serde_json::to_string(&trace)).unwrap();
    (StatusCode::ACCEPTED, Headers(trace), seen)
}

#[post("/echo")]
#[api_version(since = "2024-01-01")]
async fn with_body(trace: Headers<Trace>, body: Versioned<u8>) -> (Headers<Trace>, Versioned<u8>) {
    (trace, body)
}

#[get("/all")]
#[api_version(since = "2024-01-01")]
async fn all(Headers(all): Headers<BTreeMap<String, Vec<String>>>) -> String {
    let own = all.into_iter().filter(|(name, _)| name.starts_with("x_"));
    own.map(|(name, values)| [&name, "=", &values.join("|"), ";"].concat()).collect()
}

#[versioned]
#[derive(Serialize)]
struct Bad {
    x_bad: &'static str,
}

#[get("/bad")]
#[api_version(since = "2024-01-01")]
async fn bad() -> (Headers<Bad>, &'static str) {
    (Headers(Bad { x_bad: "two\nlines" }), "never")
}

#[get("/replaced")]
#[api_version(since = "2024-01-01", opaque)]
async fn replaced() -> Response {
    use steadfast::axum::response::IntoResponse;
    let trace =
        |id: &str| Trace { request_id: id.to_owned(), x_tag: vec![id.to_owned()], x_wait: 1, own: None };
    (Headers(trace("first")), Headers(trace("last")), "ok").into_response()
}

#[tokio::test]
async fn each_version_sends_and_sees_its_own_headers() {
    let server = server(endpoints![Version; echo, with_body]).await;
    for (version, id, wait, value) in [
        (V1, "x-request-id", "x-wait-ms", "3000"),
        (V2, "request-id", "x-wait-ms", "3000"),
        (V3, "request-id", "x-wait", "3"),
    ] {
        for tags in [&[][..], &["a, b"], &["a, b", "\u{e4}&="]] {
            let mut headers =
                vec![at(version), format!("{}: r 1", id.to_uppercase()), format!("{wait}: {value}")];
            headers.extend(tags.iter().map(|tag| format!("X-Tag: {tag}")));
            headers.push("x-own-name: me".to_owned());
            headers.push("x-unknown: passes".to_owned());
            let answer = server.call("GET /echo", &headers, "").await;
            assert_eq!(answer.status, 202, "{answer:?}");
            let seen: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            let expected =
                serde_json::json!({"request_id": "r 1", "x_tag": tags, "x_wait": 3, "X-Own-Name": "me"});
            assert_eq!(seen, expected);
            assert_eq!((answer.header(id), answer.header(wait)), (Some("r 1"), Some(value)), "{version}");
            assert_eq!((answer.all("x-tag"), answer.header("x-own-name")), (tags.to_vec(), Some("me")));
            headers.push("content-type: application/json".to_owned());
            let answer = server.call("POST /echo", &headers, "7").await;
            assert_eq!((answer.status, answer.body.as_str(), answer.header(id)), (200, "7", Some("r 1")));
            for other in ["x-request-id", "request-id", "x-wait", "x-wait-ms"] {
                assert_eq!(answer.header(other).is_some(), [id, wait].contains(&other), "{version} {other}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_names_the_header_as_the_client_does() {
    let server = server(endpoints![Version; echo]).await;
    for (version, headers, name, detail) in [
        (V1, &["request-id: a", "x-wait-ms: 1"][..], Some("x-request-id"), "missing"),
        (V2, &["x-request-id: a", "x-wait-ms: 1"], Some("request-id"), "missing"),
        (V1, &["x-request-id: a", "x-wait-ms: soon"], Some("x-wait-ms"), "invalid digit"),
        (V3, &["request-id: a", "x-wait: -1"], Some("x-wait"), "invalid digit"),
        (V3, &["request-id: a", "request-id: b", "x-wait: 1"], Some("request-id"), "more than once"),
        (
            V3,
            &["request-id: a", "x-wait: 1", "x-own-name: a", "X-Own-Name: b"],
            Some("x-own-name"),
            "more than once",
        ),
    ] {
        let mut all = vec![at(version)];
        all.extend(headers.iter().map(|&header| header.to_owned()));
        let answer = server.call("GET /echo", &all, "").await;
        assert_refused(&answer, 400, "invalid-header", "header", name, detail);
    }
    let bytes: [&[u8]; 3] = [b"api-version: 2025-07-01", b"request-id: \xff", b"x-wait: 1"];
    let answer = server.send("GET /echo", &bytes, "").await;
    assert_refused(&answer, 400, "invalid-header", "header", None, "`request-id` is not UTF-8");
}

#[tokio::test]
async fn a_map_has_all_headers_and_a_response_only_the_last() {
    let server = server(endpoints![Version; all, bad, replaced]).await;
    let headers = [at(V1), "X-A: 1".to_owned(), "x-b-c: 2".to_owned(), "x-a: 3".to_owned()];
    let answer = server.call("GET /all", &headers, "").await;
    assert_eq!(answer.body, "x_a=1|3;x_b_c=2;");
    for (version, id) in [(V1, "x-request-id"), (V3, "request-id")] {
        let answer = server.get("/replaced", &[&at(version)]).await;
        assert_eq!((answer.header(id), answer.all("x-tag")), (Some("last"), vec!["last"]));
        let answer = server.get("/bad", &[&at(version)]).await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (500, "internal-error"));
    }
}
