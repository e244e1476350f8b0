//! Requests whose version cannot be told.

use super::client::Request;
use super::program::Database;
use super::{assert_problem, new_payment, pay};
use serde_json::json;

#[test]
fn a_bad_version_runs_nothing_and_leaves_the_key_unused() {
    let database = Database::new();
    let program = database.start();
    let long = "2".repeat(8 * 1024);
    let cases: &[(&[&[u8]], &str)] = &[
        (&[b""], "invalid-version"),
        (&[b"2024-1-1"], "invalid-version"),
        (&[b"2024-13-01"], "invalid-version"),
        (&[b"2024-02-30"], "invalid-version"),
        (&[b"2025-02-29"], "invalid-version"),
        (&[b"0000-01-01"], "invalid-version"),
        (&[b"2024-01-15T00:00:00"], "invalid-version"),
        (&[b"20240115"], "invalid-version"),
        (&[b"2024-01-15, 2024-12-18"], "ambiguous-version"),
        (&[b"2024-01-15,"], "invalid-version"),
        (&[b"v1"], "invalid-version"),
        (&[b"latest"], "invalid-version"),
        (&[b"\"2024-01-15\""], "invalid-version"),
        (&[b"2024\xE2\x80\x9301\xE2\x80\x9315"], "invalid-version"),
        (&[b"\xFF\xFE"], "invalid-version"),
        (&["\u{662}\u{660}\u{662}\u{664}-01-15".as_bytes()], "invalid-version"),
        (&[long.as_bytes()], "invalid-version"),
        (&[b"2024-01-15", b""], "invalid-version"),
        (&[b"2024-01-15", b"2024-12-18"], "ambiguous-version"),
        (&[b"2024-12-18", b"2024-12-18", b"2025-09-30"], "ambiguous-version"),
        (&[b"2024-01-14"], "unsupported-version"),
        (&[b"0001-01-01"], "unsupported-version"),
        (&[b"2026-12-01"], "unsupported-version"),
    ];
    let nothing = database.rows();
    for (i, (values, slug)) in cases.iter().enumerate() {
        let key = format!("key-{i}");
        for request in [pay(&key), Request::new("GET", "/payments").merchant("acme")] {
            let request = values.iter().fold(request, |request, value| request.header("api-version", value));
            let answer = program.send(&request);
            let problem = assert_problem(&answer, 400, slug);
            assert_eq!(problem["supported"], json!(["2024-01-15", "2024-12-18", "2025-09-30"]));
            // No version was served, so none is named; and no cache may keep the answer.
            assert_eq!(answer.header("api-version"), None, "{answer:?}");
            assert_eq!(answer.header("vary"), Some("api-version, authorization"), "{answer:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
        }
    }
    assert_eq!(database.rows(), nothing);
    for i in 0..cases.len() {
        let answer = program.send(&pay(&format!("key-{i}")));
        assert_eq!((answer.status, answer.is_replay()), (201, false), "{answer:?}");
    }
}

#[test]
fn the_served_version_is_the_greatest_not_after_the_requested_day() {
    let database = Database::new();
    let program = database.start();
    let cases: &[(&[&str], &str)] = &[
        (&["2024-01-15"], "2024-01-15"),
        (&["2024-12-17"], "2024-01-15"),
        (&["2024-12-18"], "2024-12-18"),
        (&["2025-09-29"], "2024-12-18"),
        (&["2026-11-30"], "2025-09-30"),
        // Later than the newest public one; the preview is not what they get.
        (&["2026-12-02"], "2025-09-30"),
        (&["9999-12-31"], "2025-09-30"),
        (&["  2024-01-15\t"], "2024-01-15"),
        (&["2024-01-15", "2024-01-15"], "2024-01-15"),
        (&["2024-01-15, 2024-01-15"], "2024-01-15"),
    ];
    for (i, (values, served)) in cases.iter().enumerate() {
        let request = pay(&format!("key-{i}")).json(&new_payment(served));
        let request = values.iter().fold(request, |request, value| request.version(value));
        let answer = program.send(&request);
        assert_eq!(answer.status, 201, "{values:?}: {answer:?}");
        assert_eq!(answer.header("api-version"), Some(*served), "{values:?}");
    }
}
