//! Requests without a usable idempotency key.

use super::client::Request;
use super::program::Database;
use super::{assert_problem, pay};
use serde_json::json;

#[test]
fn a_bad_key_runs_nothing() {
    let database = Database::new();
    let program = database.start();
    let id = program.send(&pay("pay")).id();
    let nothing = database.rows();
    let too_long = "k".repeat(256);
    let cases: &[(&[&[u8]], &str)] = &[
        (&[], "missing-key"),
        (&[b""], "invalid-key"),
        (&[b" \t "], "invalid-key"),
        (&[b"\"\""], "invalid-key"),
        (&[b"a", b"b"], "invalid-key"),
        (&[b"a, b"], "invalid-key"),
        (&[b"a,"], "invalid-key"),
        (&[too_long.as_bytes()], "invalid-key"),
        (&[b"a\tb"], "invalid-key"),
        (&[b"\"a"], "invalid-key"),
        (&[b"\"a\" b"], "invalid-key"),
        (&[b"\"a\\\""], "invalid-key"),
        (&[b"\"a\\n\""], "invalid-key"),
    ];
    let mutations = [
        pay("").without("idempotency-key"),
        Request::new("PATCH", format!("/payments/{id}"))
            .merchant("acme")
            .json(&json!({ "metadata": { "a": 1 } })),
        Request::new("POST", format!("/payments/{id}/refunds")).merchant("acme").json(&json!({})),
        Request::new("POST", format!("/payments/{id}/cancel")).merchant("acme"),
        Request::new("DELETE", format!("/payments/{id}")).merchant("acme").version("2024-12-18"),
    ];
    for (values, slug) in cases {
        for mutation in &mutations {
            let request = values
                .iter()
                .fold(mutation.clone(), |request, value| request.header("idempotency-key", value));
            assert_problem(&program.send(&request), 400, slug);
        }
    }
    // These never reach the application: HTTP itself forbids them.
    for control in [&b"a\x00b"[..], b"a\x01b", b"a\x7Fb"] {
        let answer = program.send(&mutations[0].clone().header("idempotency-key", control));
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    assert_eq!(database.rows(), nothing);
    let payment = program.send(&Request::new("GET", format!("/payments/{id}")).merchant("acme")).json();
    assert_eq!((&payment["status"], &payment["metadata"]), (&json!("succeeded"), &json!({})));
}

#[test]
fn quoted_and_raw_are_one_key() {
    let database = Database::new();
    let program = database.start();
    let longest = "k".repeat(255);
    for (raw, quoted) in
        [("abc-123", "\"abc-123\""), (r#"a"b\c"#, r#""a\"b\\c""#), (&longest, &format!("\"{longest}\""))]
    {
        let first = program.send(&pay(raw));
        assert_eq!((first.status, first.is_replay()), (201, false), "{first:?}");
        assert_eq!(first.header("idempotency-key"), Some(raw));
        let second = program.send(&pay(quoted));
        assert!(second.is_replay(), "{second:?}");
        assert_eq!(second.text(), first.text());
        assert_eq!(second.header("idempotency-key"), Some(quoted));
    }
    assert_eq!(database.rows().payments, 3);
}

#[test]
fn any_bytes_but_control_characters_are_a_key() {
    let database = Database::new();
    let program = database.start();
    for key in [&b"a b"[..], b"caf\xC3\xA9", b"caf\xE9"] {
        let request = pay("").without("idempotency-key").header("idempotency-key", key);
        assert_eq!(program.send(&request).status, 201, "{key:?}");
        assert!(program.send(&request).is_replay(), "{key:?}");
    }
    assert_eq!(database.rows().payments, 3);
}
