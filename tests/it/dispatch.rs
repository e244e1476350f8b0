//! Which handler answers at which version, over real sockets.

use crate::server::Server;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::IntoResponse;
use std::time::Duration;
use steadfast::{
    Api, ApiVersions, Date, FixedClock, Header, Problem, VersionPolicy, api_version, delete, endpoints, get,
    head, options, post,
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
#[api_version(since = "2024-01-01")]
async fn headers() -> impl IntoResponse {
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

#[options("/probe")]
#[api_version(since = "2024-01-01")]
async fn probe_options() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn pin(headers: HeaderMap) -> Option<Version> {
    (headers.get("x-api-key")? == "old").then_some(Version::V2024_12_18)
}

fn app(policy: VersionPolicy<Version, &'static str>, today: &str) -> Router {
    let endpoints = endpoints![Version; version, post_version, item_then, item_again, delete_item, headers, fails, health, probe, probe_options];
    Api::new(endpoints)
        .version_from(policy)
        .clock(FixedClock::at_start_of(Date::parse(today).unwrap()))
        .with_state("state")
}

async fn strict(today: &str) -> Server {
    Server::start(app(Header("Api-Version").or_reject(), today)).await
}

const SUPPORTED: [&str; 3] = ["2024-01-01", "2024-12-18", "2025-07-01"];

#[tokio::test]
async fn s1_s5_only_one_exact_date_is_a_version() {
    let server = strict("2025-01-01").await;
    let long = "2".repeat(8192);
    for value in [
        &b""[..],
        b"2024-1-15",
        b"2024-13-01",
        b"2024-02-30",
        b"2024-01-01T00:00:00",
        b"20240101",
        b"2024-01-01, 2024-01-01",
        b"v1",
        b"2024-01-01 2024-01-01",
        b"2024\xe9-01-01",
        b"+024-01-01",
        b"0000-01-01",
        long.as_bytes(),
    ] {
        let header = [b"Api-Version: ", value].concat();
        let answer = server.send("GET /version", &[&header], "").await;
        assert_eq!(answer.status, 400, "{}", String::from_utf8_lossy(value));
        assert_eq!(answer.problem_type(), "invalid-version");
        assert_eq!(answer.problem()["retryable"], false);
        assert_eq!(answer.problem()["supported"], serde_json::json!(SUPPORTED));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("vary"), Some("api-version"));
        assert_eq!(answer.header("api-version"), None, "junk is not echoed");
    }
    // Optional white space round a field value is HTTP's.
    let answer = server.get("/version", &["Api-Version: \t 2024-12-18 \t"]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "state 2024-12-18"));
}

#[tokio::test]
async fn s2_s3_the_greatest_version_not_after_the_requested_date_is_served() {
    let server = strict("2025-01-01").await;
    for (requested, served) in [
        ("2024-01-01", "2024-01-01"),
        ("2024-12-17", "2024-01-01"),
        ("2024-12-18", "2024-12-18"),
        ("2025-06-30", "2024-12-18"),
        ("2025-07-01", "2025-07-01"),
        ("2026-11-30", "2025-07-01"),
        ("2030-01-01", "2025-07-01"),
        ("9999-12-31", "2025-07-01"),
    ] {
        let answer = server.get("/version", &[&format!("Api-Version: {requested}")]).await;
        assert_eq!(answer.body, format!("state {served}"), "{requested}");
        assert_eq!(answer.header("api-version"), Some(served), "S12: the served version is echoed");
    }
}

#[tokio::test]
async fn s4_a_date_before_the_first_version_is_refused_with_the_supported_ones() {
    let answer = strict("2025-01-01").await.get("/version", &["Api-Version: 2023-12-31"]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (400, "unsupported-version"));
    assert_eq!(answer.problem()["requested"], "2023-12-31");
    assert_eq!(answer.problem()["supported"], serde_json::json!(SUPPORTED));
    assert_eq!(answer.header("api-version"), None);
}

#[tokio::test]
async fn s6_a_missing_version_follows_the_policy() {
    let answer = strict("2025-01-01").await.get("/version", &[]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (400, "unspecified-version"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));

    let policy = Header("Api-Version").pinned_by("X-Api-Key", pin).or_default(Version::V2025_07_01);
    let server = Server::start(app(policy, "2025-01-01")).await;
    for (headers, served) in [
        (&[][..], "2025-07-01"),
        (&["X-Api-Key: new"], "2025-07-01"),
        (&["X-Api-Key: old"], "2024-12-18"),
        (&["X-Api-Key: old", "Api-Version: 2024-01-01"], "2024-01-01"),
    ] {
        let answer = server.get("/version", headers).await;
        assert_eq!(answer.body, format!("state {served}"), "{headers:?}");
        assert_eq!(answer.header("vary"), Some("api-version, x-api-key"), "S20: the pin's header too");
    }
    let junk = server.get("/version", &["X-Api-Key: old", "Api-Version: latest"]).await;
    assert_eq!(junk.problem_type(), "invalid-version", "a pin does not excuse a malformed header");
}

#[tokio::test]
async fn s7_equal_values_may_repeat_and_different_ones_are_ambiguous() {
    let server = strict("2025-01-01").await;
    let twice = |a, b| {
        let (a, b) = (format!("Api-Version: {a}"), format!("api-version: {b}"));
        async { (a, b) }
    };
    let (a, b) = twice("2024-12-18", "2024-12-18").await;
    assert_eq!(server.get("/version", &[&a, &b]).await.status, 200);
    let (a, b) = twice("2024-12-18", "2024-01-01").await;
    let answer = server.get("/version", &[&a, &b]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (400, "ambiguous-version"));
    let (a, b) = twice("2024-12-18", "x").await;
    assert_eq!(server.get("/version", &[&a, &b]).await.problem_type(), "invalid-version");
}

#[tokio::test]
async fn s10_s11_a_version_is_gone_from_the_first_second_of_its_sunset() {
    let clock = FixedClock::at_start_of(Date::parse("2025-06-30").unwrap());
    let app = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .clock(clock.clone())
        .with_state("state");
    let server = Server::start(app).await;
    let ask = || server.get("/version?a=b", &["Api-Version: 2024-01-01"]);
    clock.advance(Duration::from_secs(86_399));
    assert_eq!(ask().await.status, 200);
    clock.advance(Duration::from_secs(1));
    let answer = ask().await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (410, "version-sunset"));
    assert_eq!(answer.problem()["served"], "2024-01-01");
    assert_eq!(answer.problem()["supported"], serde_json::json!(["2024-12-18", "2025-07-01"]));
    assert_eq!(answer.header("sunset"), Some("Tue, 01 Jul 2025 00:00:00 GMT"));
    assert_eq!(answer.header("api-version"), Some("2024-01-01"));
    assert_eq!(answer.header("vary"), Some("api-version"));
    assert!(answer.all("link").contains(&"</version>; rel=\"successor-version\""), "{answer:?}");
    assert_eq!(server.get("/version", &["Api-Version: 2024-12-18"]).await.status, 200);
}

#[tokio::test]
async fn a_preview_answers_only_where_previews_are_on() {
    let off = strict("2027-01-01").await.get("/version", &["Api-Version: 2026-12-01"]).await;
    assert_eq!((off.status, off.problem_type().as_str()), (400, "unsupported-version"));
    let on = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .previews(true)
        .with_state("state");
    let on = Server::start(on).await.get("/version", &["Api-Version: 2026-12-01"]).await;
    assert_eq!(on.body, "state 2026-12-01");
}

#[tokio::test]
async fn s14_s16_an_endpoint_answers_in_its_versions_and_may_come_back() {
    let server = strict("2025-01-01").await;
    let then = server.get("/items/7", &["Api-Version: 2024-01-01"]).await;
    assert_eq!((then.status, then.body.as_str()), (200, "then 7"));
    let again = server.get("/items/7", &["Api-Version: 2025-07-01"]).await;
    assert_eq!((again.status, again.body.as_str()), (200, "again 7"));
    // In between only DELETE is there.
    let between = server.get("/items/7", &["Api-Version: 2024-12-18"]).await;
    assert_eq!((between.status, between.problem_type().as_str()), (405, "method-not-allowed"));
    assert_eq!(between.header("allow"), Some("DELETE"));
    assert_eq!(between.header("api-version"), Some("2024-12-18"), "S12: errors too");
    assert_eq!(between.header("vary"), Some("api-version"), "S20: errors too");
    let gone = server.send("DELETE /items/7", &[b"Api-Version: 2025-07-01"], "").await;
    assert_eq!((gone.status, gone.header("allow")), (405, Some("GET, HEAD")));
}

#[tokio::test]
async fn s15_a_path_of_another_version_is_not_found_and_allow_lists_this_version() {
    let server = strict("2025-01-01").await;
    let post = server.post("/version", &["Api-Version: 2024-01-01"], "").await;
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));
    let put = server.send("PUT /version", &[b"Api-Version: 2024-12-18"], "").await;
    assert_eq!((put.status, put.header("allow")), (405, Some("GET, HEAD, POST")));
    let odd = server.send("BREW /version", &[b"Api-Version: 2024-12-18"], "").await;
    assert_eq!(odd.status, 405);
    assert_eq!(server.get("/nowhere", &["Api-Version: 2024-01-01"]).await.status, 404);

    let app = Api::new(endpoints![Version; item_then])
        .version_from(Header("Api-Version").or_reject())
        .with_state(());
    let absent = Server::start(app).await.get("/items/7", &["Api-Version: 2025-07-01"]).await;
    assert_eq!((absent.status, absent.problem_type().as_str()), (404, "not-found"));
    assert_eq!(absent.header("vary"), Some("api-version"));
}

#[tokio::test]
async fn the_earlier_of_the_versions_and_the_endpoints_days_counts() {
    let server = strict("2025-01-01").await;
    let delete = |version: &'static str| {
        server.send("DELETE /items/7", std::slice::from_ref(Box::leak(Box::new(version.as_bytes()))), "")
    };
    let oldest = delete("Api-Version: 2024-01-01").await;
    assert_eq!(oldest.header("deprecation"), Some("@1717200000"), "the endpoint's, 2024-06-01");
    assert_eq!(oldest.header("sunset"), Some("Sat, 01 Mar 2025 00:00:00 GMT"));
    assert_eq!(
        oldest.all("link"),
        [
            "<https://api.example.com/v2>; rel=\"deprecation\"; type=\"text/html\"",
            "<https://api.example.com/v2>; rel=\"sunset\"; type=\"text/html\""
        ]
    );
    let newer = delete("Api-Version: 2024-12-18").await;
    assert_eq!(newer.header("sunset"), Some("Sat, 01 Mar 2025 00:00:00 GMT"));
    let server = strict("2025-03-01").await;
    let gone = server.send("DELETE /items/7", &[b"Api-Version: 2024-12-18"], "").await;
    assert_eq!(gone.status, 410);
    assert_eq!(server.get("/version", &["Api-Version: 2024-12-18"]).await.header("sunset"), None);
}

#[tokio::test]
async fn headers_are_appended_to_what_the_handler_set() {
    let server = strict("2025-01-01").await;
    let answer = server.get("/headers", &["Api-Version: 2024-01-01"]).await;
    assert_eq!(answer.status, 304);
    assert_eq!(answer.all("vary"), ["Accept, API-VERSION"], "no duplicate, whatever the case");
    assert_eq!(answer.all("link").len(), 3);
    assert_eq!(answer.header("api-version"), Some("2024-01-01"));
    assert_eq!(answer.header("deprecation"), Some("@1735689600"));
    let fails = server.get("/fails", &["Api-Version: 2024-01-01"]).await;
    assert_eq!((fails.status, fails.header("api-version")), (500, Some("2024-01-01")));
    assert_eq!(fails.problem()["retryable"], true);
}

#[tokio::test]
async fn s18_head_runs_like_get_without_a_body() {
    let server = strict("2025-01-01").await;
    let get = server.get("/version", &["Api-Version: 2024-01-01"]).await;
    let head = server.send("HEAD /version", &[b"Api-Version: 2024-01-01"], "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let but_date = |answer: &crate::server::Answer| {
        answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect::<Vec<_>>()
    };
    assert_eq!(but_date(&head), but_date(&get));
    let probe = server.send("HEAD /probe", &[b"Api-Version: 2024-01-01"], "").await;
    assert_eq!(probe.header("x-probe"), Some("yes"));
    assert_eq!(server.send("OPTIONS /probe", &[b"Api-Version: 2024-01-01"], "").await.status, 204);
    assert_eq!(server.send("HEAD /version", &[], "").await.status, 400);
}

#[tokio::test]
async fn a_neutral_endpoint_never_looks_at_the_version() {
    let server = strict("2025-01-01").await;
    for headers in [&[][..], &["Api-Version: junk"], &["Api-Version: 2020-01-01"]] {
        let answer = server.get("/health", headers).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
        for header in ["api-version", "vary", "deprecation"] {
            assert_eq!(answer.header(header), None);
        }
    }
}

#[tokio::test]
async fn the_router_merges_nests_and_layers() {
    let api = Api::new(endpoints![Version; item_then, health])
        .version_from(Header("Api-Version").or_reject())
        .clock(FixedClock::at_start_of(Date::parse("2025-01-01").unwrap()))
        .with_state(())
        .layer(axum::middleware::map_response(|mut response: axum::response::Response| async {
            response.headers_mut().insert("x-layer", "yes".parse().unwrap());
            response
        }));
    let app = Router::new()
        .route("/other", axum::routing::get(|| async { "other" }))
        .nest("/api", api)
        .with_state(());
    let server = Server::start(app).await;
    let answer = server.get("/api/items/7", &["Api-Version: 2024-01-01"]).await;
    assert_eq!((answer.body.as_str(), answer.header("x-layer")), ("then 7", Some("yes")));
    assert_eq!(server.get("/other", &[]).await.body, "other");
    let absent = server.get("/api/items/7", &["Api-Version: 2025-07-01"]).await;
    assert_eq!(absent.problem()["detail"], "/api/items/7 does not exist in 2025-07-01");
}

#[tokio::test]
async fn the_base_of_problem_types_is_the_apis() {
    let app = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .problem_base("https://api.example.com/problems/")
        .with_state("state");
    let answer = Server::start(app).await.get("/version", &[]).await;
    assert_eq!(answer.problem()["type"], "https://api.example.com/problems/unspecified-version");
}

#[test]
fn a_handler_stays_a_function_and_a_version_a_plain_value() {
    assert_eq!(futures_now(version(Version::V2024_12_18, State("unit"))), "unit 2024-12-18");
    assert!(Version::V2024_01_01 < Version::V2025_07_01);
    assert_eq!("v2".parse(), Ok(Version::V2024_12_18));
    assert_eq!("2025-07-01".parse(), Ok(Version::V2025_07_01));
    assert!("2025-07-02".parse::<Version>().unwrap_err().to_string().contains("2024-12-18 (v2)"));
    assert_eq!(serde_json::to_string(&Version::V2024_12_18).unwrap(), "\"2024-12-18\"");
    assert_eq!(serde_json::from_str::<Version>("\"v3\"").unwrap(), Version::V2025_07_01);
    assert_eq!(format!("{:?}", Version::V2024_12_18), "2024-12-18");
}

fn futures_now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[tokio::test]
async fn a_path_with_neutral_endpoints_alone_never_asks_for_a_version() {
    let server = strict("2025-01-01").await;
    for headers in [&[][..], &["Api-Version: junk"]] {
        let answer = server.post("/health", headers, "").await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (405, "method-not-allowed"));
        assert_eq!((answer.header("allow"), answer.header("vary")), (Some("GET, HEAD"), None));
    }
}

async fn pin_to_the_preview() -> Option<Version> {
    Some(Version::V2026_12_01)
}

#[tokio::test]
async fn a_pin_does_not_switch_previews_on() {
    let policy = || Header("Api-Version").pinned_by("Authorization", pin_to_the_preview).or_reject();
    let off = Server::start(app(policy(), "2025-01-01")).await.get("/version", &[]).await;
    assert_eq!((off.status, off.problem_type().as_str()), (400, "unsupported-version"));
    let on = Api::new(endpoints![Version; version]).version_from(policy()).previews(true).with_state("state");
    assert_eq!(Server::start(on).await.get("/version", &[]).await.body, "state 2026-12-01");
}

#[test]
#[should_panic(expected = "2026-12-01 is a preview: switch previews on, or choose another default")]
fn a_preview_is_no_default_while_previews_are_off() {
    let _ = app(Header("Api-Version").or_default(Version::V2026_12_01), "2025-01-01");
}

#[tokio::test]
async fn an_endpoint_that_ends_before_its_version_says_where_it_still_lives() {
    let server = strict("2025-03-01").await;
    let gone = server.send("DELETE /items/7", &[b"Api-Version: 2024-12-18"], "").await;
    assert_eq!((gone.status, gone.problem_type().as_str()), (410, "version-sunset"));
    assert_eq!(gone.problem()["served"], "2024-12-18");
    assert_eq!(gone.problem()["supported"], serde_json::json!([]));
}

/// What the macros accept as a path, the router accepts.
#[test]
fn accepted_paths_are_routes() {
    for path in ["/", "/a", "/a/", "/a/{id}", "/a/{id}/b/{*rest}", "/a/b{id}", "/v1/{{literal}}"] {
        let _: Router = Router::new().route(path, axum::routing::get(|| async {}));
    }
}
