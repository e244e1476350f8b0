//! What every version answers.

use super::client::{Answer, Request};
use super::program::{Database, Program};
use super::{ALL_LIVE, VERSIONS, assert_own_problem, assert_problem, new_payment, pay};
use serde_json::{Value, json};

fn start() -> Program {
    Program::start(&["--store", "memory", "--today", ALL_LIVE])
}

fn get(path: &str, version: &str) -> Request {
    Request::new("GET", path).merchant("acme").version(version)
}

fn assert_created(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.id()
}

#[test]
fn health_knows_no_version_and_no_merchant() {
    let program = start();
    for request in [
        Request::new("GET", "/health"),
        Request::new("GET", "/health").version("2024-01-15"),
        Request::new("GET", "/health").version("nonsense"),
    ] {
        let answer = program.send(&request);
        assert_eq!((answer.status, answer.text()), (200, r#"{"status":"ok"}"#));
        for name in ["api-version", "vary", "deprecation", "sunset"] {
            assert_eq!(answer.header(name), None, "{answer:?}");
        }
    }
}

/// One payment as three clients see it, byte for byte, whoever of them made it.
#[test]
fn one_payment_in_three_shapes() {
    let program = start();
    for creator in VERSIONS {
        let made = program.send(&pay(creator).version(creator).json(&new_payment(creator)));
        let id = assert_created(&made);
        assert_eq!(made.header("location"), Some(format!("/payments/{id}").as_str()));
        assert!(id.strip_prefix("pay_").is_some_and(|rest| rest.len() >= 20), "{id}");
        let created_at = made.json()["created_at"].as_str().unwrap().to_owned();
        let parsed = chrono::DateTime::parse_from_rfc3339(&created_at).unwrap();
        assert!((chrono::Utc::now() - parsed.to_utc()).num_seconds().abs() < 60);
        assert_eq!(created_at.len(), "2026-11-21T09:00:00Z".len(), "{created_at}");

        let rest = format!(r#""created_at":"{created_at}","metadata":{{}}}}"#);
        let shapes = [
            format!(
                r#"{{"id":"{id}","amount_cents":1000,"currency":"usd","customer":"cus_1","legacy_ref":"L-{id}","status":"succeeded",{rest}"#
            ),
            format!(
                r#"{{"id":"{id}","amount":{{"value":1000,"currency":"usd"}},"customer":"cus_1","status":"succeeded",{rest}"#
            ),
            format!(
                r#"{{"id":"{id}","amount":{{"value":1000,"currency":"usd"}},"customer":"cus_1","status":"succeeded","priority":"normal",{rest}"#
            ),
        ];
        for (version, shape) in VERSIONS.into_iter().zip(&shapes) {
            let answer = program.send(&get(&format!("/payments/{id}"), version));
            assert_eq!((answer.status, answer.text()), (200, shape.as_str()), "{version}");
            if version == creator {
                assert_eq!(made.text(), shape);
            }
        }
    }
}

#[test]
fn what_may_be_left_out_or_added_when_paying() {
    let program = start();
    let money = json!({ "value": 5, "currency": "eur" });
    let cases = [
        ("2024-01-15", json!({ "amount_cents": 5, "customer": "c" }), "currency", json!("usd")),
        (
            "2024-01-15",
            json!({ "amount_cents": 5, "currency": "eur", "customer": "c" }),
            "currency",
            json!("eur"),
        ),
        (
            "2025-09-30",
            json!({ "amount": money, "customer": "c", "priority": "high" }),
            "priority",
            json!("high"),
        ),
        ("2025-09-30", json!({ "amount": money, "customer": "c" }), "priority", json!("normal")),
        (
            "2024-01-15",
            json!({ "amount_cents": 5, "customer": "c", "metadata": { "order": "7" } }),
            "metadata",
            json!({ "order": "7" }),
        ),
        (
            "2024-12-18",
            json!({ "amount": money, "customer": "c", "metadata": { "order": "7" } }),
            "metadata",
            json!({ "order": "7" }),
        ),
        (
            "2025-09-30",
            json!({ "amount": money, "customer": "c", "metadata": { "b": 1, "a": [null] } }),
            "metadata",
            json!({ "b": 1, "a": [null] }),
        ),
    ];
    for (i, (version, body, member, value)) in cases.into_iter().enumerate() {
        let answer = program.send(&pay(&format!("key-{i}")).version(version).json(&body));
        let id = assert_created(&answer);
        assert_eq!(answer.json()[member], value, "{version} {body}");
        let answer = program.send(&get(&format!("/payments/{id}"), version));
        assert_eq!(answer.json()[member], value, "{version} {body}");
    }
}

#[test]
fn a_status_that_older_clients_do_not_know_is_pending_to_them() {
    let program = start();
    for (i, version) in VERSIONS.into_iter().enumerate() {
        let mut body = new_payment(version);
        body["customer"] = json!("3ds_1");
        let made = program.send(&pay(&format!("key-{i}")).version(version).json(&body));
        let id = assert_created(&made);
        for (reader, status) in VERSIONS.into_iter().zip(["pending", "pending", "requires_action"]) {
            let answer = program.send(&get(&format!("/payments/{id}"), reader));
            assert_eq!(answer.json()["status"], status, "{reader}");
            if reader == version {
                assert_eq!(made.json(), answer.json());
            }
        }
    }
}

#[test]
fn the_list_is_newest_first_and_became_a_page() {
    let program = start();
    let list = |version: &str, query: &str| program.send(&get(&format!("/payments{query}"), version));
    assert_eq!(list("2024-01-15", "").text(), "[]");
    assert_eq!(list("2025-09-30", "").text(), r#"{"data":[],"meta":{"total":0}}"#);
    let ids: Vec<String> = (0..5).map(|i| assert_created(&program.send(&pay(&format!("key-{i}"))))).collect();
    let newest: Vec<&str> = ids.iter().rev().map(String::as_str).collect();
    let ids_in = |payments: &Value| -> Vec<String> {
        payments
            .as_array()
            .unwrap()
            .iter()
            .map(|payment| payment["id"].as_str().unwrap().to_owned())
            .collect()
    };
    for (query, length) in [("", 5), ("?limit=100", 5), ("?limit=2", 2), ("?limit=1", 1)] {
        for version in VERSIONS {
            let answer = list(version, query);
            assert_eq!(answer.status, 200, "{answer:?}");
            let body = answer.json();
            let payments = if version == "2025-09-30" {
                assert_eq!(body["meta"], json!({ "total": 5 }));
                assert_eq!(body.as_object().unwrap().len(), 2);
                &body["data"]
            } else {
                &body
            };
            assert_eq!(ids_in(payments), newest[..length]);
            let one = program.send(&get(&format!("/payments/{}", newest[0]), version));
            assert_eq!(payments[0], one.json(), "{version}");
        }
    }
    for query in ["?limit=0", "?limit=101", "?limit=-1", "?limit=many", "?limit=", "?limit=1&limit=2"] {
        for version in VERSIONS {
            assert_own_problem(&list(version, query), 400, "invalid-limit");
        }
    }
}

#[test]
fn metadata_is_replaced() {
    let program = start();
    let id = assert_created(&program.send(&pay("pay")));
    for (i, version) in VERSIONS.into_iter().enumerate() {
        let metadata = json!({ "order": i, "note": "né" });
        let request = Request::new("PATCH", format!("/payments/{id}"))
            .merchant("acme")
            .version(version)
            .key(&format!("patch-{i}"))
            .json(&json!({ "metadata": metadata }));
        let answer = program.send(&request);
        assert_eq!((answer.status, &answer.json()["metadata"]), (200, &metadata), "{answer:?}");
        let read = program.send(&get(&format!("/payments/{id}"), version));
        assert_eq!(answer.json(), read.json());
    }
    let unknown =
        Request::new("PATCH", "/payments/pay_0").merchant("acme").key("k").json(&json!({ "metadata": {} }));
    assert_own_problem(&program.send(&unknown), 404, "no-such-payment");
}

#[test]
fn refunds_up_to_what_was_paid() {
    let database = Database::new();
    let program = database.start();
    let id = assert_created(&program.send(&pay("pay")));
    let path = format!("/payments/{id}/refunds");
    let refund = |key: &str, version: &str, body: Value| {
        program.send(&Request::new("POST", &path).merchant("acme").version(version).key(key).json(&body))
    };
    let usd = |value: i64| json!({ "amount": { "value": value, "currency": "usd" } });
    let answer = refund("refund-1", "2024-12-18", usd(400));
    let refund_id = assert_created(&answer);
    assert!(refund_id.starts_with("re_"), "{refund_id}");
    let created_at = answer.json()["created_at"].clone();
    assert_eq!(
        answer.text(),
        format!(
            r#"{{"id":"{refund_id}","payment":"{id}","amount":{{"value":400,"currency":"usd"}},"created_at":{created_at}}}"#
        )
    );
    let too_much = assert_own_problem(&refund("refund-2", "2025-09-30", usd(601)), 422, "refund-too-large");
    assert_eq!(too_much["left"], json!({ "value": 600, "currency": "usd" }));
    assert_own_problem(&refund("refund-3", "2025-09-30", usd(i64::MAX)), 422, "refund-too-large");
    assert_own_problem(&refund("refund-4", "2025-09-30", usd(0)), 422, "invalid-amount");
    assert_own_problem(&refund("refund-5", "2025-09-30", usd(-400)), 422, "invalid-amount");
    let euros = json!({ "amount": { "value": 1, "currency": "eur" } });
    assert_own_problem(&refund("refund-6", "2025-09-30", euros), 422, "other-currency");
    assert_eq!(database.rows().refunds, 1);
    // Without an amount, the rest.
    let answer = refund("refund-7", "2025-09-30", json!({}));
    assert_created(&answer);
    assert_eq!(answer.json()["amount"], json!({ "value": 600, "currency": "usd" }));
    assert_own_problem(&refund("refund-8", "2025-09-30", json!({})), 422, "refund-too-large");
    assert_own_problem(&refund("refund-9", "2025-09-30", usd(1)), 422, "refund-too-large");
    assert_eq!(database.rows().refunds, 2);
    let nothing = Request::new("POST", "/payments/pay_0/refunds").merchant("acme").key("k").json(&usd(1));
    assert_own_problem(&program.send(&nothing), 404, "no-such-payment");
    // What is refunded, in part or in full, cannot be canceled any more.
    let cancel = Request::new("POST", format!("/payments/{id}/cancel")).merchant("acme").key("cancel");
    assert_own_problem(&program.send(&cancel), 409, "not-cancelable");
    let delete = Request::new("DELETE", format!("/payments/{id}")).merchant("acme").version("2024-01-15");
    assert_own_problem(&program.send(&delete.key("delete")), 409, "not-cancelable");
}

#[test]
fn delete_became_cancel() {
    let program = start();
    for version in VERSIONS {
        let id = assert_created(&program.send(&pay(version)));
        let cancel = |key: String| {
            let request = match version {
                "2025-09-30" => Request::new("POST", format!("/payments/{id}/cancel")),
                _ => Request::new("DELETE", format!("/payments/{id}")),
            };
            program.send(&request.merchant("acme").version(version).key(&key))
        };
        // The second finds it canceled, which is what was asked for.
        for attempt in ["first", "second"] {
            let answer = cancel(format!("{version} {attempt}").replace(' ', "-"));
            if version == "2025-09-30" {
                assert_eq!(answer.status, 200, "{answer:?}");
                assert_eq!(answer.json()["status"], "canceled");
                assert_eq!(answer.json(), program.send(&get(&format!("/payments/{id}"), version)).json());
            } else {
                assert_eq!((answer.status, answer.text()), (204, ""), "{answer:?}");
            }
        }
        for reader in VERSIONS {
            let answer = program.send(&get(&format!("/payments/{id}"), reader));
            assert_eq!(answer.json()["status"], "canceled");
        }
        let refund = Request::new("POST", format!("/payments/{id}/refunds")).merchant("acme");
        let refund = refund.key(&format!("refund-{version}")).json(&json!({}));
        assert_own_problem(&program.send(&refund), 422, "not-refundable");
    }
    let nothing = Request::new("POST", "/payments/pay_0/cancel").merchant("acme").key("nothing");
    assert_own_problem(&program.send(&nothing), 404, "no-such-payment");
}

#[test]
fn endpoints_exist_in_their_versions_only() {
    let program = start();
    let id = assert_created(&program.send(&pay("pay")));
    let (refunds, cancel, one) =
        (format!("/payments/{id}/refunds"), format!("/payments/{id}/cancel"), format!("/payments/{id}"));
    let missing = |method, path: &str, version| {
        let request =
            Request::new(method, path).merchant("acme").version(version).key("never").json(&json!({}));
        let answer = program.send(&request);
        assert_eq!(answer.header("api-version"), Some(version), "{answer:?}");
        assert_eq!(answer.header("vary"), Some("api-version, authorization"), "{answer:?}");
        answer
    };
    assert_problem(&missing("POST", &refunds, "2024-01-15"), 404, "not-found");
    assert_problem(&missing("POST", &cancel, "2024-01-15"), 404, "not-found");
    assert_problem(&missing("POST", &cancel, "2024-12-18"), 404, "not-found");
    for (method, path, version, allow) in [
        ("DELETE", &one, "2025-09-30", "GET, HEAD, PATCH, OPTIONS"),
        ("PUT", &one, "2024-12-18", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("PUT", &one, "2025-09-30", "GET, HEAD, PATCH, OPTIONS"),
        ("GET", &refunds, "2024-12-18", "POST, OPTIONS"),
        ("DELETE", &"/payments".to_owned(), "2024-01-15", "GET, HEAD, POST, OPTIONS"),
    ] {
        let answer = missing(method, path, version);
        assert_problem(&answer, 405, "method-not-allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{answer:?}");
    }
    for path in ["/", "/payment", "/payments/a/b/c"] {
        assert_own_problem(&program.send(&get(path, "2025-09-30")), 404, "no-such-path");
    }
    for path in ["/payments/pay_0", "/payments/%FF", "/payments/'%20OR%201=1"] {
        for version in VERSIONS {
            let answer = program.send(&get(path, version));
            assert_own_problem(&answer, 404, "no-such-payment");
            assert_eq!(answer.header("api-version"), Some(version));
        }
    }
}

#[test]
fn a_merchant_sees_only_its_own() {
    let program = start();
    let id = assert_created(&program.send(&pay("pay")));
    let by_globex = |method, path: &str| Request::new(method, path).merchant("globex").version("2025-09-30");
    let one = format!("/payments/{id}");
    assert_own_problem(&program.send(&by_globex("GET", &one)), 404, "no-such-payment");
    for (method, path) in
        [("PATCH", one.clone()), ("POST", format!("{one}/refunds")), ("POST", format!("{one}/cancel"))]
    {
        let request = by_globex(method, &path).key(&path.replace('/', "-")).json(&json!({ "metadata": {} }));
        assert_own_problem(&program.send(&request), 404, "no-such-payment");
    }
    let list = program.send(&by_globex("GET", "/payments"));
    assert_eq!(list.text(), r#"{"data":[],"meta":{"total":0}}"#);
    let unchanged = program.send(&get(&one, "2025-09-30"));
    assert_eq!(unchanged.json()["status"], "succeeded");
}

#[test]
fn a_stranger_is_refused() {
    let program = start();
    for credentials in
        [None, Some(""), Some("acme"), Some("Bearer"), Some("Bearer nobody"), Some("Basic acme")]
    {
        for request in [
            Request::new("GET", "/payments"),
            Request::new("GET", "/payments").version("2024-12-18"),
            pay("k").without("authorization"),
            pay("k").without("authorization").version("2024-01-15"),
        ] {
            let request = match credentials {
                Some(credentials) => request.header("authorization", credentials),
                None => request,
            };
            let answer = program.send(&request);
            assert_own_problem(&answer, 401, "unauthenticated");
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"), "{answer:?}");
        }
    }
}

#[test]
fn a_pin_is_the_version_of_a_request_that_names_none() {
    let program = start();
    for (merchant, version) in [("acme", "2025-09-30"), ("globex", "2024-12-18")] {
        let answer = program.send(&pay("k").merchant(merchant));
        assert_created(&answer);
        assert_eq!(answer.header("api-version"), Some(version), "{answer:?}");
        assert_eq!(answer.json().get("priority").is_some(), merchant == "acme");
        // What the request says beats the pin.
        let list = Request::new("GET", "/payments").merchant(merchant).version("2024-01-15");
        let answer = program.send(&list);
        assert_eq!(answer.header("api-version"), Some("2024-01-15"));
        assert_eq!(answer.json()[0]["amount_cents"], 1000);
    }
}

#[test]
fn a_head_request_is_a_get_without_a_body() {
    let program = start();
    let id = assert_created(&program.send(&pay("pay")));
    let head = Request::new("HEAD", format!("/payments/{id}")).merchant("acme").version("2024-01-15");
    let mut socket = head.begin(program.address);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut socket, &mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
    assert!(text.contains("api-version: 2024-01-15"), "{text}");
    assert!(text.ends_with("\r\n\r\n"), "{text}");
}
