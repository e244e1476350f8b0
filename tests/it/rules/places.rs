//! S2, S3, S7–S10 where they need more than one header: other places for the version, and other policies.

use super::{Version, day, health, post_version, version, while_all_live};
use crate::server::Server;
use axum::Router;
use axum::extract::Path;
use steadfast::__private::Decided;
use steadfast::{
    AfterSunset, Api, ApiVersions, FixedClock, Header, MediaType, PathSegment, QueryParam, api_version,
    endpoints, get,
};

const JSON: &str = "application/vnd.acme+json";

fn app(policy: impl Decided<Version, &'static str>) -> Router {
    Api::new(endpoints![Version; version, post_version, health, dates])
        .version_from(policy)
        .clock(while_all_live())
        .with_state("state")
}

/// Its own path looks like a version's.
#[get("/2024-12-18/{x}")]
#[api_version(since = "2024-01-01")]
async fn dates(version: Version, Path(x): Path<String>) -> String {
    format!("dates {x} {version}")
}

async fn by(policy: impl Decided<Version, &'static str>) -> Server {
    Server::start(app(policy)).await
}

#[tokio::test]
async fn s01_a_query_is_one_exact_date_as_well() {
    let server = by(QueryParam("api-version").or_default(Version::V2025_07_01)).await;
    for (query, served) in [
        ("api-version=2024-12-18", "2024-12-18"),
        ("a=b&api-version=2024-12-18&c", "2024-12-18"),
        ("api%2Dversion=2024%2D12%2D18", "2024-12-18"),
        ("api-version=2024-12-18&api-version=2024-12-18", "2024-12-18"),
        // Names of parameters are case-sensitive; this one is another.
        ("Api-Version=2024-12-18", "2025-07-01"),
        ("xapi-version=2024-12-18", "2025-07-01"),
        ("", "2025-07-01"),
    ] {
        let answer = server.get(&format!("/version?{query}"), &[]).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, format!("state {served}").as_str()),
            "{query}"
        );
        assert_eq!(answer.header("vary"), None, "the URL is part of every cache's key");
    }
    for (query, kind) in [
        ("api-version=", "invalid-version"),
        ("api-version", "invalid-version"),
        ("api-version=v2", "invalid-version"),
        ("api-version=2024-1-1", "invalid-version"),
        ("api-version=%ff", "invalid-version"),
        ("api-version=2024-12-18T00:00:00", "invalid-version"),
        ("api-version=2023-12-31", "unsupported-version"),
        ("api-version=2024-12-18&api-version=2024-01-01", "ambiguous-version"),
    ] {
        let answer = server.get(&format!("/version?{query}"), &[]).await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (400, kind), "{query}");
    }
}

#[tokio::test]
async fn s02_a_strict_api_takes_declared_days_only() {
    let server = by(Header("Api-Version").or_reject().strict()).await;
    for version in ["2024-01-01", "2024-12-18", "2025-07-01"] {
        let answer = server.get("/version", &[&format!("Api-Version: {version}")]).await;
        assert_eq!(answer.body, format!("state {version}"));
    }
    for version in ["2024-01-02", "2024-12-17", "2023-12-31", "2025-07-02", "9999-12-31", "2026-12-01"] {
        let answer = server.get("/version", &[&format!("Api-Version: {version}")]).await;
        assert_eq!(
            (answer.status, answer.problem_type().as_str()),
            (400, "unsupported-version"),
            "{version}"
        );
    }
}

#[tokio::test]
async fn s03_a_day_after_the_newest_version_may_be_refused() {
    let server = by(Header("Api-Version").or_reject().reject_future()).await;
    for (version, status) in
        [("2025-07-01", 200), ("2024-12-19", 200), ("2025-07-02", 400), ("9999-12-31", 400)]
    {
        let answer = server.get("/version", &[&format!("Api-Version: {version}")]).await;
        assert_eq!(answer.status, status, "{version}");
        if status == 400 {
            assert_eq!(answer.problem_type(), "unsupported-version");
            assert_eq!(answer.problem()["requested"], version);
        }
    }
}

#[tokio::test]
async fn s08_a_path_names_a_version_exactly_or_nothing() {
    for (prefix, default) in [("/", true), ("/", false), ("/api", true)] {
        let segment = PathSegment(prefix);
        let policy = if default { segment.or_default(Version::V2025_07_01) } else { segment.or_reject() };
        let prefix = prefix.trim_end_matches('/');
        let app = Api::new(endpoints![Version; version_under_api, version, health])
            .version_from(policy)
            .clock(while_all_live())
            .with_state("state");
        let server = Server::start(app).await;
        for (segment, status, served) in [
            ("2024-12-18", 200, "2024-12-18"),
            ("v2", 200, "2024-12-18"),
            ("v1", 200, "2024-01-01"),
            ("2024-12-19", 404, ""),
            ("2024-12-17", 404, ""),
            ("2023-01-01", 404, ""),
            ("v5", 404, ""),
            ("V2", 404, ""),
            ("2", 404, ""),
            ("2024-12", 404, ""),
            ("2024-02-30", 404, ""),
            ("%32024-12-18", 404, ""),
            ("junk", 404, ""),
        ] {
            let answer = server.get(&format!("{prefix}/{segment}/version"), &[]).await;
            assert_eq!(answer.status, status, "{prefix}/{segment} {answer:?}");
            if status == 200 {
                assert_eq!(answer.body, format!("state {served}"), "{prefix}/{segment}");
                assert_eq!((answer.header("api-version"), answer.header("vary")), (Some(served), None));
            }
        }
        for preview in ["2026-12-01", "v4"] {
            let answer = server.get(&format!("{prefix}/{preview}/version"), &[]).await;
            assert_eq!(answer.problem_type(), "unsupported-version", "it is declared, and not to be had");
        }
        let without = server.get(&format!("{prefix}/version"), &[]).await;
        assert_eq!(without.status, if default { 200 } else { 400 }, "{without:?}");
        assert_eq!(server.get("/health", &[]).await.body, "ok", "a neutral endpoint has one path");
        assert_eq!(server.get("/v2/health", &[]).await.status, 404);
    }
}

#[get("/api/version")]
#[api_version(since = "2024-01-01")]
async fn version_under_api(version: Version) -> String {
    format!("state {version}")
}

#[tokio::test]
async fn s08_a_segment_that_is_the_endpoint_s_own_is_no_version() {
    let server = by(Header("Api-Version").or_reject()).await;
    let answer = server.get("/2024-12-18/version", &["Api-Version: 2024-01-01"]).await;
    assert_eq!(answer.body, "dates version 2024-01-01");
}

#[tokio::test]
async fn s09_a_media_type_names_a_version() {
    let server = by(MediaType(JSON).or_default(Version::V2025_07_01)).await;
    for (accept, status, word) in [
        ("application/vnd.acme+json; version=2024-12-18", 200, "2024-12-18"),
        ("application/vnd.acme+json;version=\"2024-12-18\"", 200, "2024-12-18"),
        ("APPLICATION/VND.ACME+JSON; VERSION=2024-12-18", 200, "2024-12-18"),
        ("application/vnd.acme.v2+json", 200, "2024-12-18"),
        ("application/vnd.acme.2024-12-18+json", 200, "2024-12-18"),
        ("application/vnd.acme+json", 200, "2025-07-01"),
        ("application/json", 200, "2025-07-01"),
        ("*/*", 200, "2025-07-01"),
        // The highest quality that is supported wins.
        ("application/vnd.acme.v1+json; q=0.5, application/vnd.acme.v2+json; q=0.9", 200, "2024-12-18"),
        ("application/vnd.acme.v1+json; q=0.5, application/vnd.acme.v2+json", 200, "2024-12-18"),
        ("application/vnd.acme.v9+json, application/vnd.acme.v1+json; q=0.1", 200, "2024-01-01"),
        ("application/vnd.acme.v1+json; q=0, application/vnd.acme.v2+json; q=0.1", 200, "2024-12-18"),
        ("application/vnd.acme.v2+json, application/vnd.acme.2024-12-18+json", 200, "2024-12-18"),
        ("application/vnd.acme.v1+json, application/vnd.acme.v2+json", 400, "ambiguous-version"),
        (
            "application/vnd.acme.v1+json; q=0.3, application/vnd.acme.v2+json; q=0.3",
            400,
            "ambiguous-version",
        ),
        ("application/vnd.acme.v9+json", 406, "version-not-acceptable"),
        ("application/vnd.acme.v4+json", 406, "version-not-acceptable"),
        ("application/vnd.acme.2023-01-01+json", 406, "version-not-acceptable"),
        ("application/vnd.acme+json; version=2023-01-01", 406, "version-not-acceptable"),
        ("application/vnd.acme.v9+json, application/vnd.acme.v8+json; q=0.1", 406, "version-not-acceptable"),
    ] {
        let answer = server.get("/version", &[&format!("Accept: {accept}")]).await;
        assert_eq!(answer.status, status, "{accept} {answer:?}");
        let mut vary: Vec<&str> = answer.header("vary").unwrap().split(", ").collect();
        vary.sort_unstable();
        assert_eq!(vary, ["accept", "content-type"], "{accept}");
        if status == 200 {
            assert_eq!(answer.body, format!("state {word}"), "{accept}");
        } else {
            assert_eq!(answer.problem_type(), word, "{accept}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{accept}");
        }
    }
    // A version that is named and cannot be read is not overlooked.
    for accept in ["application/vnd.acme+json; version=", "application/vnd.acme+json; version=junk"] {
        let answer = server.get("/version", &[&format!("Accept: {accept}")]).await;
        assert!(matches!(answer.status, 400 | 406), "{accept} {answer:?}");
    }
    for (lines, status, word) in [
        (&["Accept: application/vnd.acme.v1+json; q=0"][..], 200, "2025-07-01"),
        (&["Accept: application/vnd.acme.v1+json; q=0.000"], 200, "2025-07-01"),
        (&["Accept: application/vnd.acme.v2+json; charset=utf-8"], 200, "2024-12-18"),
        (&["Accept: application/vnd.other.v2+json, application/vnd.acmes.v2+json"], 200, "2025-07-01"),
        (&["Accept: text/x; a=\", application/vnd.acme.v1+json\""], 200, "2025-07-01"),
        (&["Accept: ;;;,,=\"/"], 200, "2025-07-01"),
        // What cannot be read in a list does not hide what can.
        (&["Accept: x, application/vnd.acme.v1+json"], 200, "2024-01-01"),
        (
            &["Accept: text/html, image/avif;q=0.9, */*;q=0.8, application/vnd.acme.v1+json;q=0.7"],
            200,
            "2024-01-01",
        ),
        (&["Accept: */*", "Content-Type: application/vnd.acme.v1+json"], 200, "2024-01-01"),
        // Several lines are one list (RFC 9110 section 5.3).
        (
            &["Accept: application/vnd.acme.v1+json; q=0.1", "Accept: application/vnd.acme.v2+json"],
            200,
            "2024-12-18",
        ),
        (
            &["Accept: application/vnd.acme.v1+json", "Accept: application/vnd.acme.v2+json"],
            400,
            "ambiguous-version",
        ),
    ] {
        let answer = server.get("/version", lines).await;
        assert_eq!(answer.status, status, "{lines:?} {answer:?}");
        if status == 200 {
            assert_eq!(answer.body, format!("state {word}"), "{lines:?}");
        } else {
            assert_eq!(answer.problem_type(), word, "{lines:?}");
        }
    }
    for (kind, status, word) in [
        ("application/vnd.acme.v2+json", 204, "2024-12-18"),
        ("application/vnd.acme+json; version=2024-12-18", 204, "2024-12-18"),
        ("application/vnd.acme+json; version=2025-07-01", 204, "2025-07-01"),
        ("application/json", 204, "2025-07-01"),
        ("application/vnd.acme.v9+json", 415, "unsupported-version-media-type"),
        ("application/vnd.acme+json; version=2023-01-01", 415, "unsupported-version-media-type"),
    ] {
        let answer = server.post("/version", &[&format!("Content-Type: {kind}")], "").await;
        assert_eq!(answer.status, status, "{kind} {answer:?}");
        if status == 204 {
            assert_eq!(answer.header("api-version"), Some(word), "{kind}");
        } else {
            assert_eq!(answer.problem_type(), word, "{kind}");
        }
    }
}

/// RFC 9110 section 5.5: other bytes may stand in a field. The version beside them is not overlooked in silence.
#[tokio::test]
async fn s09_bytes_beyond_ascii_do_not_hide_a_version() {
    let server = by(MediaType(JSON).or_default(Version::V2025_07_01)).await;
    let answer = server.get("/version", &["Accept: text/é, application/vnd.acme.v1+json"]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "state 2024-01-01"));
}

#[tokio::test]
async fn s10_after_its_sunset_a_version_may_fall_forward_and_says_so() {
    for (today, requested, served) in [
        ("2025-06-30", "2024-01-01", Some("2024-01-01")),
        ("2025-07-01", "2024-01-01", Some("2024-12-18")),
        ("2025-07-01", "2025-07-01", Some("2025-07-01")),
        ("2025-10-01", "2024-01-01", Some("2025-07-01")),
        ("2025-10-01", "2024-12-18", Some("2025-07-01")),
        // The endpoint itself ends; there is nothing left to fall to.
        ("2026-01-01", "2024-01-01", None),
        ("2026-01-01", "2025-07-01", None),
    ] {
        let app = Api::new(endpoints![Ending; ending])
            .version_from(Header("Api-Version").or_reject())
            .clock(FixedClock::at_start_of(day(today)))
            .after_sunset(AfterSunset::FallForward)
            .with_state(());
        let answer = Server::start(app).await.get("/ending", &[&format!("Api-Version: {requested}")]).await;
        match served {
            Some(served) => {
                assert_eq!((answer.status, answer.body.as_str()), (200, served), "{today} {requested}");
                assert_eq!(answer.header("api-version"), Some(served), "{today} {requested}");
            }
            None => assert_eq!(
                (answer.status, answer.problem_type().as_str()),
                (410, "version-sunset"),
                "{requested}"
            ),
        }
    }
}

#[derive(ApiVersions)]
enum Ending {
    #[version("2024-01-01", sunset = "2025-07-01")]
    V1,
    #[version("2024-12-18", sunset = "2025-10-01")]
    V2,
    #[version("2025-07-01")]
    V3,
}

#[get("/ending")]
#[api_version(since = "2024-01-01", sunset = "2026-01-01")]
async fn ending(version: Ending) -> String {
    version.to_string()
}
