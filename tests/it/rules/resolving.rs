//! S1–S13: which version a request is served at, by its header, its pin or the default.

use super::{SUPPORTED, Version, app, by_header, day, pin, version};
use crate::server::Server;
use serde_json::json;
use std::time::Duration;
use steadfast::{Api, FixedClock, Header, endpoints};

#[tokio::test]
async fn s01_only_one_exact_date_is_a_version() {
    let server = by_header("2025-01-01").await;
    let long = "2".repeat(8192);
    for value in [
        &b""[..],
        b"2024-1-15",
        b"2024-1-1",
        b"2024-13-01",
        b"2024-00-10",
        b"2024-02-30",
        b"2025-02-29",
        b"2024-01-01T00:00:00",
        b"2024-01-01Z",
        b"20240101",
        b"02024-01-01",
        b"2024/01/01",
        b"2024-01-01,",
        b",2024-01-01",
        b"\"2024-01-01\"",
        b"v1",
        b"latest",
        b"2024-01-01 2024-01-01",
        b"2024\xe9-01-01",
        b"+024-01-01",
        b"-024-01-01",
        b"0000-01-01",
        "٢٠٢٤-01-01".as_bytes(),
        long.as_bytes(),
    ] {
        let header = [b"Api-Version: ", value].concat();
        let answer = server.send("GET /version", &[&header], "").await;
        assert_eq!(answer.status, 400, "{}", String::from_utf8_lossy(value));
        assert_eq!(answer.problem_type(), "invalid-version");
    }
    // Optional white space round a field value is HTTP's.
    let answer = server.get("/version", &["Api-Version: \t 2024-12-18 \t"]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "state 2024-12-18"));
    // The last day that four digits can write is one.
    assert_eq!(server.get("/version", &["Api-Version: 9999-12-31"]).await.status, 200);
}

#[tokio::test]
async fn s02_the_greatest_version_not_after_the_requested_day_is_served() {
    let server = by_header("2025-01-01").await;
    for (requested, served) in [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-02", "2024-01-01"),
        ("2024-12-17", "2024-01-01"),
        ("2024-12-18", "2024-12-18"),
        ("2024-12-19", "2024-12-18"),
        ("2025-06-30", "2024-12-18"),
        ("2025-07-01", "2025-07-01"),
    ] {
        let answer = server.get("/version", &[&format!("Api-Version: {requested}")]).await;
        assert_eq!(answer.body, format!("state {served}"), "{requested}");
    }
}

#[tokio::test]
async fn s03_a_day_after_the_newest_version_is_served_the_newest() {
    let server = by_header("2025-01-01").await;
    for requested in ["2025-07-02", "2026-11-30", "2026-12-02", "2030-01-01", "9999-12-31"] {
        let answer = server.get("/version", &[&format!("Api-Version: {requested}")]).await;
        assert_eq!(answer.body, "state 2025-07-01", "{requested}: a preview is not the newest");
        assert_eq!(answer.header("api-version"), Some("2025-07-01"));
    }
}

#[tokio::test]
async fn s04_a_day_before_the_first_version_is_refused() {
    let server = by_header("2025-01-01").await;
    for requested in ["2023-12-31", "0001-01-01"] {
        let answer = server.get("/version", &[&format!("Api-Version: {requested}")]).await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (400, "unsupported-version"));
        assert_eq!(answer.problem()["requested"], requested);
        assert_eq!(answer.problem()["supported"], json!(SUPPORTED));
    }
}

#[tokio::test]
async fn s05_a_malformed_version_never_falls_back() {
    let policy = Header("Api-Version").pinned_by("X-Api-Key", pin).or_default(Version::V2025_07_01);
    let server = Server::start(app(policy, "2025-01-01")).await;
    for headers in [&["Api-Version: latest"][..], &["X-Api-Key: old", "Api-Version: "]] {
        let answer = server.get("/version", headers).await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (400, "invalid-version"), "{headers:?}");
        assert_eq!(answer.problem()["retryable"], false);
    }
}

#[tokio::test]
async fn s06_a_missing_version_follows_the_policy() {
    let answer = by_header("2025-01-01").await.get("/version", &[]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (400, "unspecified-version"));
    assert!(
        answer.problem()["detail"].as_str().unwrap().contains("api-version"),
        "it says where to name one"
    );

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
    }

    let policy = Header("Api-Version").pinned_by("X-Api-Key", pin).or_reject();
    let server = Server::start(app(policy, "2025-01-01")).await;
    assert_eq!(server.get("/version", &["X-Api-Key: old"]).await.body, "state 2024-12-18");
    assert_eq!(server.get("/version", &["X-Api-Key: new"]).await.problem_type(), "unspecified-version");
}

#[tokio::test]
async fn s07_equal_values_may_repeat_and_different_ones_are_ambiguous() {
    let server = by_header("2025-01-01").await;
    for (values, status, kind) in [
        (&["2024-12-18", "2024-12-18"][..], 200, ""),
        (&["2024-12-18", "2024-12-18", "2024-12-18"], 200, ""),
        (&["2024-12-18", "2024-01-01"], 400, "ambiguous-version"),
        (&["2024-12-18", "2024-12-18", "2024-01-01"], 400, "ambiguous-version"),
        // Two days that are served the same version are still two different values.
        (&["2024-12-18", "2024-12-19"], 400, "ambiguous-version"),
        (&["2024-12-18", "x"], 400, "invalid-version"),
        (&["x", "2024-12-18"], 400, "invalid-version"),
    ] {
        let headers: Vec<String> = values.iter().map(|value| format!("Api-Version: {value}")).collect();
        let answer = server.call("GET /version", &headers, "").await;
        assert_eq!(answer.status, status, "{values:?}");
        if status != 200 {
            assert_eq!(answer.problem_type(), kind, "{values:?}");
        }
    }
}

#[tokio::test]
async fn s10_a_sunset_version_is_gone_with_the_way_to_its_successor() {
    let server = by_header("2025-07-01").await;
    let answer = server.get("/version?a=b", &["Api-Version: 2024-01-01"]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (410, "version-sunset"));
    assert_eq!(answer.problem()["served"], "2024-01-01");
    assert_eq!(answer.header("sunset"), Some("Tue, 01 Jul 2025 00:00:00 GMT"));
    assert!(
        answer
            .all("link")
            .iter()
            .any(|link| link.starts_with("</version") && link.contains("successor-version")),
        "{answer:?}"
    );
    // The served version counts, not the requested day.
    assert_eq!(server.get("/version", &["Api-Version: 2024-12-17"]).await.status, 410);
    assert_eq!(server.get("/version", &["Api-Version: 2024-12-18"]).await.status, 200);
}

#[tokio::test]
async fn s11_a_version_ends_at_the_first_second_of_its_sunset() {
    let clock = FixedClock::at_start_of(day("2025-06-30"));
    let app = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .clock(clock.clone())
        .with_state("state");
    let server = Server::start(app).await;
    let status = async || server.get("/version", &["Api-Version: 2024-01-01"]).await.status;
    assert_eq!(status().await, 200);
    clock.advance(Duration::from_millis(86_399_999));
    assert_eq!(status().await, 200);
    clock.advance(Duration::from_millis(1));
    assert_eq!(status().await, 410);
    clock.advance(Duration::from_hours(24 * 365));
    assert_eq!(status().await, 410);
}

#[tokio::test]
async fn s12_every_answer_at_a_version_names_it() {
    let server = by_header("2025-07-01").await;
    for (request, requested, status, served) in [
        ("GET /version", "2024-12-18", 200, "2024-12-18"),
        ("GET /version", "2025-03-03", 200, "2024-12-18"),
        ("POST /version", "2024-12-18", 204, "2024-12-18"),
        ("GET /version", "2024-01-01", 410, "2024-01-01"),
        ("GET /items/7", "2024-12-18", 405, "2024-12-18"),
        ("GET /items/x", "2025-07-01", 400, "2025-07-01"),
        ("PUT /version", "2025-07-01", 405, "2025-07-01"),
        // The handler's own idea of it does not count.
        ("GET /headers", "2025-07-01", 304, "2025-07-01"),
        ("GET /fails", "2025-07-01", 500, "2025-07-01"),
        ("HEAD /version", "2025-07-01", 200, "2025-07-01"),
    ] {
        let answer = server.call(request, &[format!("Api-Version: {requested}")], "").await;
        assert_eq!((answer.status, answer.header("api-version")), (status, Some(served)), "{request}");
    }
    for requested in ["", "junk", "2023-01-01", "2026-12-01"] {
        let answer = server.get("/version", &[&format!("Api-Version: {requested}")]).await;
        assert_eq!(
            (answer.status, answer.header("api-version")),
            (400, None),
            "{requested}: nothing was served"
        );
    }
}

#[tokio::test]
async fn s13_an_error_about_versions_lists_the_supported_ones() {
    for (today, headers, kind, supported) in [
        ("2025-01-01", &[][..], "unspecified-version", &SUPPORTED[..]),
        ("2025-01-01", &["Api-Version: junk"], "invalid-version", &SUPPORTED),
        ("2025-01-01", &["Api-Version: 2023-01-01"], "unsupported-version", &SUPPORTED),
        ("2025-01-01", &["Api-Version: 2026-12-01"], "unsupported-version", &SUPPORTED),
        (
            "2025-01-01",
            &["Api-Version: 2024-12-18", "Api-Version: 2025-07-01"],
            "ambiguous-version",
            &SUPPORTED,
        ),
        // What is gone is not what a client should ask for next.
        ("2025-07-01", &["Api-Version: 2024-01-01"], "version-sunset", &["2024-12-18", "2025-07-01"]),
    ] {
        let server = by_header(today).await;
        let answer = server.get("/version", headers).await;
        assert_eq!(answer.problem_type(), kind);
        assert_eq!(answer.problem()["supported"], json!(supported), "{kind}");
    }
}
