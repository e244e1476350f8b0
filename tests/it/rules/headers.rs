//! S37–S42: the headers and documents of an answer.

use super::{Version, app, by_header, pin, version, while_all_live};
use crate::server::{Answer, Server};
use std::time::{Duration, UNIX_EPOCH};
use steadfast::{Api, DeprecationHeader, Header, endpoints};

/// 2025-01-01 and 2025-07-01, 00:00:00 UTC, the days of the first version.
const DEPRECATED: i64 = 1_735_689_600;
const SUNSET: u64 = 1_751_328_000;

/// A request of every kind of answer, at `version`.
async fn every_answer(server: &Server, version: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for request in [
        "GET /version",
        "HEAD /version",
        "OPTIONS /version",
        "POST /version",
        "PUT /version",
        "GET /items/7",
        "GET /items/x",
        "DELETE /items/7",
        "GET /headers",
        "GET /fails",
        "HEAD /probe",
        "GET /health",
    ] {
        answers.push(server.call(request, &[format!("Api-Version: {version}")], "").await);
    }
    answers
}

#[tokio::test]
async fn s37_deprecation_is_a_structured_date() {
    let server = by_header("2025-01-01").await;
    let mut found = 0;
    for answer in every_answer(&server, "2024-01-01").await {
        let Some(value) = answer.header("deprecation") else {
            assert_eq!(answer.header("api-version"), None, "only a neutral endpoint has none: {answer:?}");
            continue;
        };
        found += 1;
        let item = sfv::Parser::new(value).parse::<sfv::Item>().unwrap();
        let sfv::BareItem::Date(date) = item.bare_item else { panic!("{value} is no date") };
        assert!(item.params.is_empty(), "{value}");
        // DELETE of an item has an earlier day of its own.
        assert!([DEPRECATED, 1_717_200_000].contains(&date.unix_seconds().into()), "{value}");
    }
    assert_eq!(found, 11);
    for version in ["2024-12-18", "2025-07-01"] {
        let answer = server.get("/version", &[&format!("Api-Version: {version}")]).await;
        assert_eq!((answer.header("deprecation"), answer.header("sunset")), (None, None), "{version}");
    }
}

#[tokio::test]
async fn s37_a_day_to_come_is_announced() {
    let server = by_header("2024-03-03").await;
    let answer = server.get("/version", &["Api-Version: 2024-01-01"]).await;
    assert_eq!((answer.status, answer.header("deprecation")), (200, Some("@1735689600")));
}

/// For clients that were written to the drafts before the RFC.
#[tokio::test]
async fn s37_the_older_form_is_written_where_it_is_asked_for() {
    let app = Api::new(endpoints![Version; version])
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .deprecation_header(DeprecationHeader::True)
        .with_state("state");
    let answer = Server::start(app).await.get("/version", &["Api-Version: 2024-01-01"]).await;
    assert_eq!(answer.header("deprecation"), Some("true"));
    assert_eq!(answer.header("sunset"), Some("Tue, 01 Jul 2025 00:00:00 GMT"));
}

#[tokio::test]
async fn s38_sunset_is_an_http_date_not_before_the_deprecation() {
    let server = by_header("2025-01-01").await;
    let mut found = 0;
    for answer in every_answer(&server, "2024-01-01").await {
        let Some(value) = answer.header("sunset") else { continue };
        found += 1;
        let at = httpdate::parse_http_date(value).unwrap();
        // What is written back is the preferred form (RFC 9110 section 5.6.7): weekday, two digits, GMT.
        assert_eq!(httpdate::fmt_http_date(at), value);
        let deprecated: u64 = answer.header("deprecation").unwrap()[1..].parse().unwrap();
        assert!(at >= UNIX_EPOCH + Duration::from_secs(deprecated), "{answer:?}");
        assert!(at <= UNIX_EPOCH + Duration::from_secs(SUNSET), "{answer:?}");
    }
    assert_eq!(found, 11);
    let item = server.call("DELETE /items/7", &["Api-Version: 2024-12-18"], "").await;
    assert_eq!(
        item.header("sunset"),
        Some("Sat, 01 Mar 2025 00:00:00 GMT"),
        "days below ten have two digits"
    );
}

#[tokio::test]
async fn s39_links_are_added_to_those_of_the_handler() {
    let server = by_header("2025-01-01").await;
    let answer = server.get("/headers", &["Api-Version: 2024-01-01"]).await;
    let links = answer.all("link");
    let relations = |relation: &str| {
        links
            .iter()
            .filter(|link| link.starts_with('<') && link.contains("rel=\"") && has_relation(link, relation))
            .count()
    };
    for (relation, count) in [("next", 1), ("deprecation", 1), ("sunset", 1), ("successor-version", 1)] {
        assert_eq!(relations(relation), count, "{relation}: {links:?}");
    }
    for link in ["deprecation", "sunset"] {
        let guide = format!("<https://api.example.com/v2>; rel=\"{link}\"; type=\"text/html\"");
        assert!(links.contains(&guide.as_str()), "{links:?}");
    }
    assert_eq!(answer.header("vary"), Some("Accept, API-VERSION"), "no duplicate, whatever the case");
    let newest = server.get("/headers", &["Api-Version: 2025-07-01"]).await;
    assert_eq!(newest.all("link"), ["<https://example.com/next>; rel=\"next\""], "nothing to leave for");
}

/// Whether one of the relations of a link is this one (RFC 8288 section 3.3: they may share a parameter).
fn has_relation(link: &str, relation: &str) -> bool {
    let (_, after) = link.split_once("rel=\"").unwrap();
    after.split('"').next().unwrap().split(' ').any(|of_link| of_link == relation)
}

#[tokio::test]
async fn s40_problems_are_documents_that_a_client_can_switch_on() {
    let server = by_header("2025-07-01").await;
    let mut titles = std::collections::BTreeMap::new();
    let mut members = std::collections::BTreeSet::new();
    for (request, headers, status, kind) in [
        ("GET /version", &[][..], 400, "unspecified-version"),
        ("GET /version", &["Api-Version: junk"], 400, "invalid-version"),
        ("PUT /version", &["Api-Version: 2024-02-30"], 400, "invalid-version"),
        ("GET /version", &["Api-Version: 2023-12-31"], 400, "unsupported-version"),
        ("GET /version", &["Api-Version: 2026-12-01"], 400, "unsupported-version"),
        ("GET /version", &["Api-Version: 2024-12-18", "Api-Version: 2025-07-01"], 400, "ambiguous-version"),
        ("GET /version", &["Api-Version: 2024-01-01"], 410, "version-sunset"),
        ("PUT /version", &["Api-Version: 2024-12-18"], 405, "method-not-allowed"),
        ("PUT /items/7", &["Api-Version: 2024-12-18"], 405, "method-not-allowed"),
    ] {
        let answer = server.call(request, headers, "").await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (status, kind), "{request} {headers:?}");
        let problem = answer.problem();
        let problem = problem.as_object().unwrap();
        assert_eq!(problem["status"], status);
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        let title = titles.entry(kind).or_insert_with(|| problem["title"].clone());
        assert_eq!(title, &problem["title"], "one title for {kind}");
        members.extend(problem.keys().cloned());
    }
    for name in members {
        let mut letters = name.chars();
        assert!(name.len() >= 3 && letters.next().is_some_and(|first| first.is_ascii_alphabetic()), "{name}");
        assert!(letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_'), "{name}");
    }
}

#[tokio::test]
async fn s41_nothing_warns_in_the_obsolete_header() {
    for today in ["2025-01-01", "2025-07-01"] {
        let server = by_header(today).await;
        for version in ["2024-01-01", "2024-12-18", "junk", "2023-01-01"] {
            for answer in every_answer(&server, version).await {
                assert_eq!(answer.header("warning"), None, "{answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn s42_being_deprecated_changes_nothing_but_a_passed_sunset_does() {
    let at = async |today: &str| {
        // The state is part of what is answered; the day of deprecation is 2025-01-01, that of the sunset 2025-07-01.
        let policy = Header("Api-Version").pinned_by("X-Api-Key", pin).or_default(Version::V2024_01_01);
        let server = Server::start(app(policy, today)).await;
        let answer = server.get("/version", &[]).await;
        let headers: Vec<(String, String)> =
            answer.lasting().iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        (answer.status, headers, answer.body)
    };
    let before = at("2024-12-31").await;
    assert_eq!(before.0, 200);
    for today in ["2025-01-01", "2025-01-02", "2025-06-30"] {
        assert_eq!(at(today).await, before, "{today}");
    }
    assert_eq!(at("2025-07-01").await.0, 410);
}
