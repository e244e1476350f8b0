//! S14–S19: which endpoint answers in a version.

use super::{Version, by_header, item_then, pin, while_all_live};
use crate::server::{Answer, Server};
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use serde::Deserialize;
use steadfast::{Api, Header, api_version, delete, endpoints, get, options, post, put, versioned};

#[tokio::test]
async fn s14_since_is_inclusive_until_exclusive_and_sunset_a_day_on_the_clock() {
    let server = by_header("2025-02-28").await;
    for (method, version, status) in [
        ("GET", "2024-01-01", 200),
        ("GET", "2024-12-17", 200),
        ("GET", "2024-12-18", 405),
        ("GET", "2025-06-30", 405),
        ("GET", "2025-07-01", 200),
        ("DELETE", "2024-12-18", 204),
        ("DELETE", "2025-06-30", 204),
        ("DELETE", "2025-07-01", 405),
    ] {
        let answer =
            server.call(&format!("{method} /items/7"), &[format!("Api-Version: {version}")], "").await;
        assert_eq!(answer.status, status, "{method} {version}");
    }
    let server = by_header("2025-03-01").await;
    for (method, status) in [("DELETE", 410), ("GET", 200)] {
        let answer = server.call(&format!("{method} /items/7"), &["Api-Version: 2024-01-01"], "").await;
        assert_eq!(answer.status, status, "{method}: the days are those of one endpoint");
    }
}

#[tokio::test]
async fn s15_allow_lists_the_methods_of_the_version_and_none_is_not_found() {
    let server = by_header("2025-01-01").await;
    for (request, version, allow) in [
        ("POST /version", "2024-01-01", "GET, HEAD, OPTIONS"),
        ("PUT /version", "2024-12-18", "GET, HEAD, POST, OPTIONS"),
        ("BREW /version", "2024-12-18", "GET, HEAD, POST, OPTIONS"),
        ("TRACE /version", "2024-12-18", "GET, HEAD, POST, OPTIONS"),
        ("get /version", "2024-12-18", "GET, HEAD, POST, OPTIONS"),
        ("GET /items/7", "2024-12-18", "DELETE, OPTIONS"),
        ("PUT /items/7", "2024-01-01", "GET, HEAD, DELETE, OPTIONS"),
        ("DELETE /items/7", "2025-07-01", "GET, HEAD, OPTIONS"),
        ("GET /probe", "2024-01-01", "HEAD, OPTIONS"),
    ] {
        let answer = server.call(request, &[format!("Api-Version: {version}")], "").await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (405, "method-not-allowed"), "{request}");
        assert_eq!(methods(answer.header("allow")), methods(Some(allow)), "{request} {version}");
    }

    let app = Api::new(endpoints![Version; item_then])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    for method in ["GET", "HEAD", "POST", "OPTIONS", "BREW"] {
        let answer = server.call(&format!("{method} /items/7"), &["Api-Version: 2025-07-01"], "").await;
        assert_eq!((answer.status, answer.header("allow")), (404, None), "{method}");
        if method != "HEAD" {
            assert_eq!(answer.problem_type(), "not-found", "{method}");
            assert_eq!(answer.problem()["detail"], "/items/7 does not exist in 2025-07-01");
        }
    }
    assert_eq!(server.get("/nowhere", &["Api-Version: 2024-01-01"]).await.status, 404);
}

/// GET opens a WebSocket over HTTP/1.1, CONNECT only over HTTP/2.
#[tokio::test]
async fn s15_connect_runs_no_get_over_http_1() {
    let server = by_header("2025-01-01").await;
    let answer = server.call("CONNECT /version", &["Api-Version: 2024-12-18"], "").await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
}

/// The methods in a fixed order: `Allow` is a set.
fn methods(allow: Option<&str>) -> Vec<String> {
    let mut methods: Vec<String> = allow.unwrap().split(", ").map(str::to_owned).collect();
    methods.sort();
    methods
}

#[tokio::test]
async fn s16_an_endpoint_may_end_and_come_back_with_a_handler_of_its_own() {
    let server = by_header("2025-01-01").await;
    for (version, status, body) in
        [("2024-01-01", 200, Some("then 7")), ("2024-12-18", 405, None), ("2025-07-01", 200, Some("again 7"))]
    {
        let answer = server.get("/items/7", &[&format!("Api-Version: {version}")]).await;
        assert_eq!(answer.status, status, "{version}");
        if let Some(body) = body {
            assert_eq!(answer.body, body);
        }
    }
}

#[get("/mixed")]
#[api_version(since = "2024-12-18")]
async fn mixed(version: Version) -> String {
    version.to_string()
}

#[post("/mixed")]
async fn mixed_neutral() -> &'static str {
    "neutral"
}

/// One method and path cannot be both, which is refused while compiling; the other methods of a path can.
#[tokio::test]
async fn s17_neutral_and_versioned_methods_of_one_path_keep_out_of_each_other_s_way() {
    let app = Api::new(endpoints![Version; mixed, mixed_neutral])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    for headers in [&[][..], &["Api-Version: junk"], &["Api-Version: 2024-01-01"]] {
        let answer = server.post("/mixed", headers, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "neutral"), "{headers:?}");
        assert_eq!((answer.header("api-version"), answer.header("vary")), (None, None));
    }
    assert_eq!(server.get("/mixed", &["Api-Version: 2024-12-18"]).await.body, "2024-12-18");
    assert_eq!(server.get("/mixed", &[]).await.problem_type(), "unspecified-version");
    let before = server.get("/mixed", &["Api-Version: 2024-01-01"]).await;
    assert_eq!((before.status, methods(before.header("allow"))), (405, methods(Some("POST, OPTIONS"))));
}

#[tokio::test]
async fn s17_a_neutral_endpoint_never_looks_at_the_version() {
    let server = by_header("2025-01-01").await;
    for headers in [&[][..], &["Api-Version: junk"], &["Api-Version: 2020-01-01"]] {
        let answer = server.get("/health", headers).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
        for header in ["api-version", "vary", "deprecation"] {
            assert_eq!(answer.header(header), None);
        }
        let answer = server.post("/health", headers, "").await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (405, "method-not-allowed"));
        assert_eq!(methods(answer.header("allow")), methods(Some("GET, HEAD, OPTIONS")));
        assert_eq!(answer.header("vary"), None);
    }
}

#[options("/own")]
#[api_version(since = "2024-12-18")]
async fn own_options() -> (StatusCode, [(&'static str, &'static str); 1], &'static str) {
    (StatusCode::OK, [("allow", "OPTIONS")], "own")
}

#[delete("/own")]
#[api_version(since = "2024-01-01")]
async fn own_delete() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[get("/answers/{how}")]
#[api_version(since = "2024-01-01")]
async fn answers(Path(how): Path<u16>) -> (StatusCode, &'static str) {
    (StatusCode::from_u16(how).unwrap(), "body")
}

#[tokio::test]
async fn s18_head_is_get_without_a_body_and_options_lists_the_version_s_methods() {
    let server = by_header("2025-01-01").await;
    for (path, version) in [
        ("/version", "2024-01-01"),
        ("/version", "2025-07-01"),
        ("/version", "junk"),
        ("/version", "2023-01-01"),
        ("/items/7", "2024-12-18"),
        ("/fails", "2024-12-18"),
        ("/headers", "2024-12-18"),
        ("/health", "junk"),
    ] {
        let header = [format!("Api-Version: {version}")];
        let get = server.call(&format!("GET {path}"), &header, "").await;
        let head = server.call(&format!("HEAD {path}"), &header, "").await;
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path} {version}");
        let but_length = |answer: &Answer| {
            let lasting = answer.lasting().into_iter().filter(|(name, _)| *name != "content-length");
            lasting.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>()
        };
        assert_eq!(but_length(&head), but_length(&get), "{path} {version}");
    }
    let probe = server.call("HEAD /probe", &["Api-Version: 2024-01-01"], "").await;
    assert_eq!(probe.header("x-probe"), Some("yes"), "an endpoint of its own");

    for (path, version, allow) in [
        ("/version", "2024-01-01", "GET, HEAD, OPTIONS"),
        ("/version", "2024-12-18", "GET, HEAD, POST, OPTIONS"),
        ("/items/7", "2024-12-18", "DELETE, OPTIONS"),
        ("/health", "junk", "GET, HEAD, OPTIONS"),
    ] {
        let answer = server.call(&format!("OPTIONS {path}"), &[format!("Api-Version: {version}")], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path} {version}");
        assert_eq!(methods(answer.header("allow")), methods(Some(allow)), "{path} {version}");
    }
    assert_eq!(
        server.call("OPTIONS /version", &["x: y"], "").await.status,
        400,
        "it is resolved like any other"
    );

    let app = Api::new(endpoints![Version; own_options, own_delete])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    let own = server.call("OPTIONS /own", &["Api-Version: 2024-12-18"], "").await;
    assert_eq!((own.status, own.body.as_str()), (200, "own"), "an endpoint of its own");
    let earlier = server.call("OPTIONS /own", &["Api-Version: 2024-01-01"], "").await;
    assert_eq!((earlier.status, methods(earlier.header("allow"))), (204, methods(Some("DELETE, OPTIONS"))));
}

/// RFC 9110 section 8.6: it is the length that GET would have, or it is not said.
#[tokio::test]
async fn s18_the_length_that_head_says_is_that_of_get() {
    let server = by_header("2025-07-01").await;
    for (path, version) in [
        ("/version", "2024-12-18"),
        ("/version", "2024-01-01"),
        ("/version", "junk"),
        ("/items/7", "2024-12-18"),
        ("/fails", "2024-12-18"),
        ("/health", "junk"),
    ] {
        let header = [format!("Api-Version: {version}")];
        let get = server.call(&format!("GET {path}"), &header, "").await;
        let head = server.call(&format!("HEAD {path}"), &header, "").await;
        let length = get.header("content-length");
        assert!(
            head.header("content-length").is_none_or(|said| Some(said) == length),
            "{path} {version}: {head:?}"
        );
    }
}

#[get("/customers/{id}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn customer_renamed(path: Path<Customer>) -> String {
    customer(path).await
}

#[get("/accounts/{id}")]
#[api_version(since = "2024-12-18")]
async fn customer(Path(Customer { id }): Path<Customer>) -> String {
    format!("customer {id}")
}

#[put("/customers/{id}")]
#[api_version(since = "2024-01-01")]
async fn customer_stays(method: Method, Path(id): Path<u32>) -> String {
    format!("{method} {id}")
}

#[versioned]
#[derive(Deserialize)]
struct Customer {
    id: u32,
}

#[tokio::test]
async fn s19_a_path_may_be_renamed_by_a_version() {
    let app = Api::new(endpoints![Version; customer, customer_renamed, customer_stays])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state(());
    let server = Server::start(app).await;
    for (request, version, status, body) in [
        ("GET /customers/7", "2024-01-01", 200, "customer 7"),
        ("GET /accounts/7", "2024-01-01", 404, ""),
        ("GET /customers/7", "2024-12-18", 405, ""),
        ("GET /accounts/7", "2024-12-18", 200, "customer 7"),
        ("PUT /customers/7", "2025-07-01", 200, "PUT 7"),
    ] {
        let answer = server.call(request, &[format!("Api-Version: {version}")], "").await;
        assert_eq!(answer.status, status, "{request} {version}");
        if status == 200 {
            assert_eq!(answer.body, body);
        }
    }
}

#[tokio::test]
async fn s12_s15_the_status_of_a_handler_is_its_own() {
    let policy = Header("Api-Version").pinned_by("X-Api-Key", pin).or_default(Version::V2025_07_01);
    let app =
        Api::new(endpoints![Version; answers]).version_from(policy).clock(while_all_live()).with_state(());
    let server = Server::start(app).await;
    for status in [200, 201, 204, 304, 404, 405, 410, 412, 429, 500, 503] {
        let answer = server.get(&format!("/answers/{status}"), &[]).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("api-version"), Some("2025-07-01"), "{status}");
        assert_eq!(answer.header("vary"), Some("api-version, x-api-key"), "{status}");
        if !matches!(status, 204 | 304) {
            assert_eq!(answer.body, "body", "{status}");
        }
    }
}
