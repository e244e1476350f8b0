//! A retry hears what the first attempt heard.

use super::client::Request;
use super::program::Database;
use super::{assert_own_problem, assert_problem, new_payment, pay};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_retry_is_answered_with_the_same_bytes() {
    let database = Database::new();
    let program = database.start();
    let first = program.send(&pay("order-1"));
    assert_eq!((first.status, first.is_replay()), (201, false), "{first:?}");
    assert_eq!(first.header("idempotency-key"), Some("order-1"));
    for _ in 0..3 {
        let retry = program.send(&pay("order-1"));
        assert!(retry.is_replay(), "{retry:?}");
        assert_eq!((retry.status, &retry.body), (201, &first.body));
        for name in ["location", "content-type", "content-length", "api-version", "vary", "idempotency-key"] {
            assert_eq!(retry.header(name), first.header(name), "{name}");
        }
    }
    assert_eq!(database.rows().payments, 1);
}

#[test]
fn every_mutation_replays() {
    let database = Database::new();
    let program = database.start();
    let [paid, deleted] = ["a", "b"].map(|key| program.send(&pay(key)).id());
    let usd = json!({ "amount": { "value": 400, "currency": "usd" } });
    let acme = |method, path: String| Request::new(method, path).merchant("acme");
    let patch = acme("PATCH", format!("/payments/{paid}")).json(&json!({ "metadata": { "a": 1 } }));
    for (i, (request, status)) in [
        (patch, 200),
        (acme("POST", format!("/payments/{paid}/refunds")).json(&usd), 201),
        (acme("DELETE", format!("/payments/{deleted}")).version("2024-12-18"), 204),
        (acme("POST", format!("/payments/{deleted}/cancel")), 200),
    ]
    .into_iter()
    .enumerate()
    {
        let request = request.key(&format!("key-{i}"));
        let first = program.send(&request);
        let rows = database.rows();
        let retry = program.send(&request);
        assert_eq!((first.status, first.is_replay()), (status, false), "{first:?}");
        assert_eq!((retry.status, retry.is_replay()), (status, true), "{retry:?}");
        assert_eq!(retry.body, first.body);
        assert_eq!(database.rows(), rows);
    }
    assert_eq!(database.rows().refunds, 1);
}

/// The stored answer is what a retry hears, even if the payment has changed since.
#[test]
fn a_replay_is_of_the_answer_and_not_of_the_payment() {
    let database = Database::new();
    let program = database.start();
    let first = program.send(&pay("pay"));
    let cancel =
        Request::new("POST", format!("/payments/{}/cancel", first.id())).merchant("acme").key("cancel");
    assert_eq!(program.send(&cancel).json()["status"], "canceled");
    let retry = program.send(&pay("pay"));
    assert_eq!((retry.is_replay(), &retry.body), (true, &first.body));
}

#[test]
fn a_key_is_for_one_request_only() {
    let database = Database::new();
    let program = database.start();
    let first = program.send(&pay("order-1"));
    let rows = database.rows();
    let other = |member: &str, value| {
        let mut body = new_payment("2025-09-30");
        body[member] = value;
        pay("order-1").json(&body)
    };
    for request in [
        other("amount", json!({ "value": 1001, "currency": "usd" })),
        other("amount", json!({ "value": 1000, "currency": "eur" })),
        other("customer", json!("cus_2")),
        other("metadata", json!({ "a": 1 })),
        // Not even a body that could not have run.
        pay("order-1").body("application/json", "{"),
        pay("order-1").body("application/json", ""),
    ] {
        let answer = program.send(&request);
        assert_problem(&answer, 422, "key-reused");
        assert!(!answer.is_replay(), "{answer:?}");
    }
    assert_eq!(database.rows(), rows);
    assert_eq!(program.send(&pay("order-1")).body, first.body);
    // One key for two payments of the same operation.
    let ids = [first.id(), program.send(&pay("order-2")).id()];
    let [one, two] = ids.map(|id| {
        let request = Request::new("PATCH", format!("/payments/{id}")).merchant("acme").key("patch");
        program.send(&request.json(&json!({ "metadata": {} })))
    });
    assert_eq!(one.status, 200, "{one:?}");
    assert_problem(&two, 422, "key-reused");
}

#[test]
fn operations_do_not_share_keys() {
    let database = Database::new();
    let program = database.start();
    let id = program.send(&pay("k")).id();
    for (method, path, status) in [("PATCH", "", 200), ("POST", "/refunds", 201)] {
        let request = Request::new(method, format!("/payments/{id}{path}")).merchant("acme").key("k");
        let answer = program.send(&request.json(&json!({ "metadata": {} })));
        assert_eq!((answer.status, answer.is_replay()), (status, false), "{answer:?}");
    }
}

#[test]
fn merchants_do_not_share_keys() {
    let database = Database::new();
    let program = database.start();
    let acme = program.send(&pay("order-1"));
    let globex = program.send(&pay("order-1").merchant("globex"));
    assert_eq!((globex.status, globex.is_replay()), (201, false), "{globex:?}");
    assert_ne!(acme.id(), globex.id());
    // Nor does a stranger hear of what was stored.
    assert_own_problem(&program.send(&pay("order-1").merchant("mallory")), 401, "unauthenticated");
    assert_own_problem(&program.send(&pay("order-1").without("authorization")), 401, "unauthenticated");
    assert_eq!(database.rows().payments, 2);
}

#[test]
fn the_order_of_members_and_white_space_do_not_matter() {
    let database = Database::new();
    let program = database.start();
    let first = program.send(&pay("k"));
    for body in [
        r#"{"customer":"cus_1","amount":{"currency":"usd","value":1000}}"#,
        "{ \"customer\" : \"cus_1\",\r\n\t\"amount\" : { \"value\" : 1000 , \"currency\" : \"usd\" } }\n",
    ] {
        let retry = program.send(&pay("k").body("application/json; charset=utf-8", body));
        assert_eq!((retry.is_replay(), &retry.body), (true, &first.body), "{retry:?}");
    }
    assert_eq!(database.rows().payments, 1);
}

/// A client that upgrades between an attempt and its retry must not pay twice. The body of a payment is only read, and
/// holds a map of anything, so that two versions of it are not compared.
#[test]
fn retry_at_another_version_is_compared_by_its_value() {
    let database = Database::new();
    let program = database.start();
    let first = program.send(&pay("k").version("2024-12-18"));
    // The example's payments can be written, and not read: the response stays in its version.
    let retry = program.send(&pay("k").version("2025-09-30"));
    assert_eq!((retry.is_replay(), &retry.body), (true, &first.body));
    assert_eq!(retry.header("api-version"), Some("2024-12-18"), "{retry:?}");
    let mut other = new_payment("2025-09-30");
    other["amount"]["value"] = json!(2000);
    assert_problem(&program.send(&pay("k").version("2025-09-30").json(&other)), 422, "key-reused");
    assert_eq!(database.rows().payments, 1);
}

#[test]
fn records_outlive_the_process() {
    let database = Database::new();
    let first = database.start().send(&pay("k"));
    let retry = database.start().send(&pay("k"));
    assert_eq!((retry.is_replay(), &retry.body), (true, &first.body));
    assert_eq!(database.rows().payments, 1);
}

#[test]
fn a_record_is_kept_24_hours() {
    let database = Database::new();
    let program = database.start();
    let first = program.send(&pay("k"));
    database.age_records(Duration::from_hours(24) - Duration::from_mins(1));
    let retry = program.send(&pay("k"));
    assert_eq!((retry.is_replay(), &retry.body), (true, &first.body));
    database.age_records(Duration::from_secs(61));
    let later = program.send(&pay("k"));
    assert_eq!((later.status, later.is_replay()), (201, false), "{later:?}");
    assert_ne!(later.id(), first.id());
}
