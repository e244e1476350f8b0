//! Phases: the same program on different days.

use super::client::{Answer, Request};
use super::program::{Database, Program};
use super::{VERSIONS, assert_problem, new_payment, pay};
use chrono::{DateTime, Datelike, NaiveDate};
use serde_json::json;

const DAYS: [&str; 3] = ["2024-06-01", "2025-03-01", "2026-11-21"];

/// Day of deprecation, day of sunset.
fn lifecycle(version: &str) -> Option<(&'static str, &'static str)> {
    match version {
        "2024-01-15" => Some(("2024-12-18", "2025-07-01")),
        "2024-12-18" => Some(("2025-09-30", "2027-03-31")),
        _ => None,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The headers that every answer at this version has, whatever the answer and the day.
fn assert_headers(answer: &Answer, version: &str) {
    assert_eq!(answer.header("api-version"), Some(version), "{answer:?}");
    assert_eq!(answer.header("vary"), Some("api-version, authorization"), "{answer:?}");
    let links = answer.headers("link");
    let Some((deprecated, sunset)) = lifecycle(version) else {
        assert_eq!((answer.header("deprecation"), answer.header("sunset")), (None, None), "{answer:?}");
        assert!(links.is_empty(), "{answer:?}");
        return;
    };
    // RFC 9745: a structured date.
    let seconds: i64 = answer.header("deprecation").unwrap().strip_prefix('@').unwrap().parse().unwrap();
    assert_eq!(DateTime::from_timestamp(seconds, 0).unwrap().naive_utc(), day(deprecated).into());
    // RFC 8594: an IMF-fixdate, with the weekday that the day has.
    let text = answer.header("sunset").unwrap();
    let date = DateTime::parse_from_rfc2822(text).unwrap();
    assert_eq!(date.naive_utc(), day(sunset).into(), "{text}");
    assert_eq!(text, day(sunset).format("%a, %d %b %Y 00:00:00 GMT").to_string());
    assert_eq!(text[..3], day(sunset).weekday().to_string());
    for relation in ["deprecation", "sunset"] {
        let link = format!(
            "<https://payments.example/guides/leaving-{version}>; rel=\"{relation}\"; type=\"text/html\""
        );
        assert!(links.contains(&link.as_str()), "{answer:?}");
    }
}

#[test]
fn every_version_on_three_days() {
    for today in DAYS {
        let program = Program::start(&["--store", "memory", "--today", today]);
        for version in VERSIONS {
            let is_sunset = lifecycle(version).is_some_and(|(_, sunset)| day(sunset) <= day(today));
            let requests = [
                (pay(version).version(version).json(&new_payment(version)), 201),
                (Request::new("GET", "/payments").merchant("acme").version(version), 200),
                (Request::new("GET", "/payments/pay_0").merchant("acme").version(version), 404),
            ];
            for (request, status) in requests {
                let answer = program.send(&request);
                assert_headers(&answer, version);
                if is_sunset {
                    let problem = assert_problem(&answer, 410, "version-sunset");
                    assert_eq!(problem["supported"], json!(["2024-12-18", "2025-09-30"]));
                    let links = answer.headers("link");
                    assert!(
                        links.iter().any(|link| link.ends_with("; rel=\"successor-version\"")),
                        "{answer:?}"
                    );
                } else {
                    assert_eq!(answer.status, status, "{version} on {today}: {answer:?}");
                }
            }
        }
    }
}

#[test]
fn the_start_of_the_sunset_day_is_the_end() {
    for (today, status) in [("2025-06-30", 200), ("2025-07-01", 410)] {
        let program = Program::start(&["--store", "memory", "--today", today]);
        let answer = program.send(&Request::new("GET", "/payments").merchant("acme").version("2024-01-15"));
        assert_eq!(answer.status, status, "{today}");
    }
}

#[test]
fn the_table_at_the_start_shows_the_phases() {
    for (today, phases) in [
        ("2024-06-01", ["active", "active", "active", "preview"]),
        ("2025-03-01", ["deprecated", "active", "active", "preview"]),
        ("2026-11-21", ["sunset", "deprecated", "active", "preview"]),
    ] {
        let program = Program::start(&["--store", "memory", "--today", today]);
        let lines: Vec<Vec<&str>> =
            program.banner.lines().map(|line| line.split_whitespace().collect()).collect();
        for (i, (version, phase)) in
            ["2024-01-15", "2024-12-18", "2025-09-30", "2026-12-01"].into_iter().zip(phases).enumerate()
        {
            let line = lines.iter().find(|line| line.first() == Some(&version)).unwrap();
            assert_eq!(line[1], format!("v{}", i + 1), "{}", program.banner);
            assert_eq!(line[2], phase, "{}", program.banner);
        }
        assert!(program.banner.contains(today), "{}", program.banner);
    }
}

/// Who paid before the sunset may still hear so after it; nothing new begins.
#[test]
fn a_sunset_version_replays_and_runs_nothing() {
    let database = Database::new();
    let request = |key| pay(key).version("2024-01-15").json(&new_payment("2024-01-15"));
    let first = database.start_on("2025-06-30").send(&request("before"));
    assert_eq!(first.status, 201, "{first:?}");
    let program = database.start_on("2025-07-01");
    let rows = database.rows();
    let retry = program.send(&request("before"));
    assert!(retry.is_replay(), "{retry:?}");
    assert_eq!((retry.status, retry.text()), (201, first.text()));
    assert_headers(&retry, "2024-01-15");
    assert_problem(&program.send(&request("after")), 410, "version-sunset");
    assert_eq!(database.rows(), rows);
    // The key is still free.
    let answer = program.send(&pay("after"));
    assert_eq!((answer.status, answer.is_replay()), (201, false), "{answer:?}");
}
