//! Bodies that are refused.

use super::client::{Request, connect, read_answer};
use super::program::Database;
use super::{VERSIONS, assert_own_problem, assert_problem, new_payment, pay};
use serde_json::json;
use std::io::Write;
use std::net::Shutdown;

const JSON: &str = "application/json";

#[test]
fn a_body_that_is_not_read_runs_nothing_and_leaves_the_key_unused() {
    let database = Database::new();
    let program = database.start();
    let nothing = database.rows();
    let right = new_payment("2025-09-30").to_string();
    let huge = format!("{{\"metadata\":{{\"a\":\"{}\"}}}}", "a".repeat(2 * 1024 * 1024));
    let cases: &[(&str, &[u8], u16, &str)] = &[
        (JSON, b"", 400, "malformed-body"),
        (JSON, b"pay me", 400, "malformed-body"),
        (JSON, b"{", 400, "malformed-body"),
        (JSON, &right.as_bytes()[..right.len() - 1], 400, "malformed-body"),
        (JSON, b"{\"a\":1}{\"a\":1}", 422, "invalid-body"),
        (JSON, b"\xFF\xFE", 400, "malformed-body"),
        (JSON, b"null", 422, "invalid-body"),
        (JSON, b"[]", 422, "invalid-body"),
        (JSON, b"{}", 422, "invalid-body"),
        ("text/plain", right.as_bytes(), 415, "unsupported-media-type"),
        ("application/x-www-form-urlencoded", right.as_bytes(), 415, "unsupported-media-type"),
        ("application/jsonp", right.as_bytes(), 415, "unsupported-media-type"),
        ("", right.as_bytes(), 415, "unsupported-media-type"),
        (JSON, huge.as_bytes(), 413, "body-too-large"),
    ];
    for (i, (content_type, body, status, slug)) in cases.iter().enumerate() {
        let answer = program.send(&pay(&format!("key-{i}")).body(content_type, *body));
        assert_problem(&answer, *status, slug);
        assert_eq!(answer.header("api-version"), Some("2025-09-30"), "{answer:?}");
    }
    let answer = program.send(&pay("no-type").without("content-type"));
    assert_problem(&answer, 415, "unsupported-media-type");
    assert_eq!(database.rows(), nothing);
    for i in 0..cases.len() {
        let answer = program.send(&pay(&format!("key-{i}")));
        assert_eq!((answer.status, answer.is_replay()), (201, false), "{answer:?}");
    }
    let vendor = pay("vendor").body("application/vnd.payments+json; charset=utf-8", right);
    assert_eq!(program.send(&vendor).status, 201);
}

/// The pointer names the fault in the field names of the client's own version.
#[test]
fn a_wrong_member_is_pointed_at() {
    let database = Database::new();
    let program = database.start();
    let nothing = database.rows();
    let money = json!({ "value": 1000, "currency": "usd" });
    let cases = [
        ("2024-01-15", json!({ "amount_cents": "10", "customer": "c" }), "/amount_cents"),
        ("2024-01-15", json!({ "amount_cents": 10, "currency": 5, "customer": "c" }), "/currency"),
        ("2024-01-15", json!({ "amount": money, "customer": "c" }), ""),
        ("2024-01-15", json!({ "amount_cents": 1e30, "customer": "c" }), "/amount_cents"),
        (
            "2024-12-18",
            json!({ "amount": { "value": "10", "currency": "usd" }, "customer": "c" }),
            "/amount/value",
        ),
        ("2024-12-18", json!({ "amount": { "value": 10 }, "customer": "c" }), "/amount"),
        ("2024-12-18", json!({ "amount": 10, "customer": "c" }), "/amount"),
        ("2024-12-18", json!({ "amount": money }), ""),
        ("2025-09-30", json!({ "amount": money, "customer": ["c"] }), "/customer"),
        ("2025-09-30", json!({ "amount": money, "customer": null }), "/customer"),
        ("2025-09-30", json!({ "amount": money, "customer_id": "c" }), ""),
        ("2025-09-30", json!({ "amount": money, "customer": "c", "priority": "urgent" }), "/priority"),
        ("2025-09-30", json!({ "amount": money, "customer": "c", "metadata": [] }), "/metadata"),
        (
            "2025-09-30",
            json!({ "amount": { "value": 1.5, "currency": "usd" }, "customer": "c" }),
            "/amount/value",
        ),
    ];
    for (i, (version, body, pointer)) in cases.iter().enumerate() {
        let answer = program.send(&pay(&format!("key-{i}")).version(version).json(body));
        let problem = assert_problem(&answer, 422, "invalid-body");
        assert_eq!(problem["pointer"], *pointer, "{version} {body}: {problem}");
    }
    assert_eq!(database.rows(), nothing);
    for (i, (version, ..)) in cases.iter().enumerate() {
        let request = pay(&format!("key-{i}")).version(version).json(&new_payment(version));
        let answer = program.send(&request);
        assert_eq!((answer.status, answer.is_replay()), (201, false), "{answer:?}");
    }
}

#[test]
fn patches_and_refunds_are_read_as_strictly() {
    let database = Database::new();
    let program = database.start();
    let id = program.send(&pay("pay")).id();
    let nothing = database.rows();
    let cases = [
        ("PATCH", "", "", Err("malformed-body")),
        ("PATCH", "", "{\"metadata\":", Err("malformed-body")),
        ("PATCH", "", "{}", Ok("")),
        ("PATCH", "", "{\"metadata\":null}", Ok("/metadata")),
        ("PATCH", "", "{\"metadata\":\"a\"}", Ok("/metadata")),
        ("POST", "/refunds", "", Err("malformed-body")),
        ("POST", "/refunds", "{\"amount\":400}", Ok("/amount")),
        ("POST", "/refunds", "{\"amount\":{\"value\":\"4\",\"currency\":\"usd\"}}", Ok("/amount/value")),
    ];
    for (i, (method, below, body, fault)) in cases.into_iter().enumerate() {
        let request = Request::new(method, format!("/payments/{id}{below}")).merchant("acme");
        let answer = program.send(&request.key(&format!("key-{i}")).body(JSON, body));
        match fault {
            Ok(pointer) => assert_eq!(assert_problem(&answer, 422, "invalid-body")["pointer"], pointer),
            Err(slug) => drop(assert_problem(&answer, 400, slug)),
        }
    }
    assert_eq!(database.rows(), nothing);
}

/// The handler ran and refused: that is an answer, and a retry hears it again.
#[test]
fn what_cannot_be_charged_is_refused_for_good() {
    let database = Database::new();
    let program = database.start();
    let nothing = database.rows();
    let mut refused = 0;
    for version in VERSIONS {
        let body = |value: i64, currency: &str| match version {
            "2024-01-15" => json!({ "amount_cents": value, "currency": currency, "customer": "c" }),
            _ => json!({ "amount": { "value": value, "currency": currency }, "customer": "c" }),
        };
        for (value, currency, slug) in [
            (0, "usd", "invalid-amount"),
            (-1, "usd", "invalid-amount"),
            (i64::MIN, "usd", "invalid-amount"),
            (1, "", "invalid-currency"),
            (1, "us", "invalid-currency"),
            (1, "USD", "invalid-currency"),
            (1, "usdt", "invalid-currency"),
            (1, "\u{20ac}", "invalid-currency"),
        ] {
            refused += 1;
            let request = pay(&format!("key-{refused}")).version(version).json(&body(value, currency));
            let first = program.send(&request);
            assert_own_problem(&first, 422, slug);
            let second = program.send(&request);
            assert_own_problem(&second, 422, slug);
            assert!(!first.is_replay() && second.is_replay(), "{second:?}");
            assert_eq!(first.body, second.body);
        }
    }
    let rows = database.rows();
    assert_eq!((rows.payments, rows.records), (nothing.payments, nothing.records + refused));
}

#[test]
fn a_body_that_breaks_off_runs_nothing() {
    let database = Database::new();
    let program = database.start();
    let nothing = database.rows();
    let bytes = pay("k").bytes();
    for missing in [1, 10, 40] {
        let mut socket = connect(program.address).unwrap();
        socket.write_all(&bytes[..bytes.len() - missing]).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        if let Ok(answer) = read_answer(&mut socket) {
            assert_eq!(answer.status, 400, "{answer:?}");
        }
    }
    assert_eq!(database.rows(), nothing);
    let answer = program.send(&pay("k"));
    assert_eq!((answer.status, answer.is_replay()), (201, false), "{answer:?}");
}
