//! Previews, endpoints with days of their own, and the version as a value.

use super::{Version, app, by_header, day, pin, version};
use crate::server::Server;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use steadfast::{Api, FixedClock, Header, MediaType, PathSegment, VersionPolicy, endpoints};

#[tokio::test]
async fn a_preview_answers_only_where_previews_are_on() {
    let off = by_header("2027-01-01").await;
    let answer = off.get("/version", &["Api-Version: 2026-12-01"]).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (400, "unsupported-version"));
    let on = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .clock(FixedClock::at_start_of(day("2027-01-01")))
        .previews(true)
        .with_state("state");
    let on = Server::start(on).await;
    assert_eq!(on.get("/version", &["Api-Version: 2026-12-01"]).await.body, "state 2026-12-01");
    assert_eq!(
        on.get("/version", &["Api-Version: junk"]).await.problem()["supported"]
            .as_array()
            .unwrap()
            .last()
            .unwrap(),
        "2026-12-01"
    );
}

async fn sees_previews(Partner(partner): Partner) -> bool {
    partner
}

struct Partner(bool);

impl<S: Sync> FromRequestParts<S> for Partner {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        match parts.headers.get("x-partner").map(HeaderValue::as_bytes) {
            None => Ok(Self(false)),
            Some(b"acme") => Ok(Self(true)),
            Some(_) => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

#[tokio::test]
async fn a_preview_may_answer_some_callers_wherever_they_name_it() {
    type Case = (VersionPolicy<Version, &'static str>, &'static str, &'static str, &'static [&'static str]);
    let policies: [Case; 3] = [
        (
            Header("Api-Version").or_reject(),
            "/version",
            "Api-Version: 2026-12-01",
            &["api-version", "x-partner"],
        ),
        (PathSegment("/").or_reject(), "/v4/version", "X-Nothing: 1", &["x-partner"]),
        (
            MediaType("application/vnd.acme+json").or_reject(),
            "/version",
            "Accept: application/vnd.acme.v4+json",
            &["accept", "content-type", "x-partner"],
        ),
    ];
    for (policy, path, line, varies) in policies {
        let app = Api::new(endpoints![Version; version])
            .version_from(policy)
            .clock(FixedClock::at_start_of(day("2027-01-01")))
            .previews_if("X-Partner", sees_previews)
            .with_state("state");
        let server = Server::start(app).await;
        for (partner, status) in [("X-Partner: acme", 200), ("X-Partner: other", 401), ("X-Other: 1", 0)] {
            let answer = server.get(path, &[line, partner]).await;
            match status {
                0 => assert!(matches!(answer.status, 400 | 404 | 406), "{line} {answer:?}"),
                status => assert_eq!(answer.status, status, "{line} {partner} {answer:?}"),
            }
            if status == 200 {
                assert_eq!(answer.body, "state 2026-12-01", "{line}");
            }
            let mut vary: Vec<&str> = answer.all("vary").iter().flat_map(|field| field.split(", ")).collect();
            vary.sort_unstable();
            assert_eq!(vary, varies, "{line} {partner}");
        }
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
#[should_panic(expected = "2026-12-01 is a preview")]
fn a_preview_is_no_default_while_previews_are_off() {
    let _ = app(Header("Api-Version").or_default(Version::V2026_12_01), "2025-01-01");
}

#[tokio::test]
async fn the_earlier_of_the_version_s_and_the_endpoint_s_days_counts() {
    let server = by_header("2025-01-01").await;
    let oldest = server.call("DELETE /items/7", &["Api-Version: 2024-01-01"], "").await;
    assert_eq!(oldest.header("deprecation"), Some("@1717200000"), "the endpoint's, 2024-06-01");
    assert_eq!(oldest.header("sunset"), Some("Sat, 01 Mar 2025 00:00:00 GMT"));
    let newer = server.call("DELETE /items/7", &["Api-Version: 2024-12-18"], "").await;
    assert_eq!(newer.header("sunset"), Some("Sat, 01 Mar 2025 00:00:00 GMT"), "the version itself stays");
    let server = by_header("2025-03-01").await;
    let gone = server.call("DELETE /items/7", &["Api-Version: 2024-12-18"], "").await;
    assert_eq!((gone.status, gone.problem_type().as_str()), (410, "version-sunset"));
    assert_eq!(gone.problem()["served"], "2024-12-18");
    assert_eq!(gone.problem()["supported"], serde_json::json!([]), "it is gone in every version");
    assert_eq!(server.get("/version", &["Api-Version: 2024-12-18"]).await.header("sunset"), None);
}

#[tokio::test]
async fn the_base_of_problem_types_is_the_api_s() {
    let app = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .problem_base("https://api.example.com/problems/")
        .with_state("state");
    let answer = Server::start(app).await.get("/version", &[]).await;
    assert_eq!(answer.problem()["type"], "https://api.example.com/problems/unspecified-version");
}

#[tokio::test]
async fn a_handler_stays_a_function_and_a_version_a_plain_value() {
    assert_eq!(version(Version::V2024_12_18, State("unit")).await, "unit 2024-12-18");
    assert_eq!(pin(HeaderMap::new()).await, None);
    assert!(Version::V2024_01_01 < Version::V2025_07_01);
    assert_eq!("v2".parse(), Ok(Version::V2024_12_18));
    assert_eq!("2025-07-01".parse(), Ok(Version::V2025_07_01));
    assert!("2025-07-02".parse::<Version>().unwrap_err().to_string().contains("2024-12-18 (v2)"));
    assert_eq!(serde_json::to_string(&Version::V2024_12_18).unwrap(), "\"2024-12-18\"");
    assert_eq!(serde_json::from_str::<Version>("\"v3\"").unwrap(), Version::V2025_07_01);
    assert_eq!(format!("{:?}", Version::V2024_12_18), "2024-12-18");
}

#[tokio::test]
async fn who_sees_no_previews_gets_the_next_best_type() {
    async fn nobody() -> bool {
        false
    }
    let app = Api::new(endpoints![Version; version])
        .version_from(MediaType("application/vnd.acme+json").or_reject())
        .clock(FixedClock::at_start_of(day("2025-01-01")))
        .previews_if("X-Partner", nobody)
        .with_state("state");
    let accept = "Accept: application/vnd.acme.v4+json, application/vnd.acme.v2+json; q=0.5";
    assert_eq!(Server::start(app).await.get("/version", &[accept]).await.body, "state 2024-12-18");
}
