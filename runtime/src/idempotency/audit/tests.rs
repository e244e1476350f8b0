use super::context::scope_hash;
use super::entry::hex;
use super::*;
use crate::idempotency::claim::entry_for;
use crate::idempotency::config::tests::{policy, rules};
use crate::idempotency::fingerprint::Hashing;
use crate::idempotency::{Idempotency, IdempotencyLayer, MemoryStore};
use crate::idempotency_policy::Options;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use steadfast_engine::{
    AuditDraft, AuditEvent, AuditRow, CompletedSteps, Event, FencingToken, Fingerprint, Keep, Match,
    RecordId, State, StoredOutcome, StoredResponse,
};

const TOKEN: FencingToken = FencingToken([1; 16]);
const FIRST_VERSION: Option<Date> = Date::from_ymd(2024, 1, 15);
const FINGERPRINT: Fingerprint =
    Fingerprint { version: FIRST_VERSION, algorithm: 1, bytes: [7; Fingerprint::LENGTH], typed: None };

fn draft(event: AuditEvent, details: &'static str) -> AuditDraft {
    AuditDraft {
        event,
        status: Some(StatusCode::CREATED),
        operation: "pay".into(),
        scope: Some([0xAB; 32]),
        version: Date::from_ymd(2025, 9, 30),
        began_at: None,
        details: details.into(),
    }
}

fn row(details: &'static str) -> AuditRow {
    AuditRow {
        sequence: 7,
        at: 1000,
        record: RecordId([1; 32]),
        draft: draft(AuditEvent::Completed, details),
    }
}

fn claimed() -> State {
    State::Claimed {
        token: TOKEN,
        fingerprint: FINGERPRINT,
        steps: CompletedSteps::NONE,
        unknown: false,
        began_at: 500,
        ran_for: Duration::ZERO,
        lease: Duration::from_mins(1),
    }
}

#[test]
fn entry_is_serialised_as_one_line_of_json() {
    let details = r#"{"scope":"acme","by":"mara","request":{"method":"POST","path":"/pay","query":"a=b",
        "headers":[["user-agent","curl"]],"body":{"text":"{\"amount\":1}","length":12}},
        "answer":{"body":{"hex":"ff00","length":9}},"from_a_newer_release":1}"#;
    let mut whole = row(details);
    whole.draft.began_at = Some(900);
    let entry = AuditEntry::of(whole).unwrap();
    assert_eq!(
        serde_json::to_value(&entry).unwrap(),
        json!({
            "sequence": 7, "at": 1000, "record": "01".repeat(32), "operation": "pay", "scope_hash": "ab".repeat(32),
            "scope": "acme", "version": "2025-09-30", "event": "completed", "status": 201, "began_at": 900,
            "by": "mara",
            "request": {
                "method": "POST", "path": "/pay", "query": "a=b", "headers": [["user-agent", "curl"]],
                "body": { "text": "{\"amount\":1}", "length": 12 },
            },
            "answer": { "body": { "hex": "ff00", "length": 9 } },
        })
    );
    assert_eq!(entry.time(), std::time::UNIX_EPOCH + Duration::from_secs(1));
    let answer = entry.answer.unwrap().body.unwrap();
    assert_eq!((answer.as_bytes(), answer.length(), answer.is_whole()), (&[0xFF, 0][..], 9, false));
    let least = AuditRow {
        draft: AuditDraft { status: None, scope: None, version: None, ..draft(AuditEvent::Lost, "{}") },
        ..row("")
    };
    assert_eq!(
        serde_json::to_string(&AuditEntry::of(least).unwrap()).unwrap(),
        format!(
            r#"{{"sequence":7,"at":1000,"record":"{}","operation":"pay","event":"lost"}}"#,
            "01".repeat(32)
        )
    );
}

#[test]
fn entry_that_cannot_be_read_is_an_error_with_its_number() {
    for details in ["", "7", "{\"request\":1}", r#"{"answer":{"body":{"hex":"0","length":1}}}"#] {
        let error = AuditEntry::of(row(details)).unwrap_err().to_string();
        assert!(error.contains("entry 7"), "{error}");
    }
}

#[test]
fn debug_shows_no_request_and_no_response() {
    let details = r#"{"scope":"hunter2","request":{"method":"POST","path":"/pay","query":"hunter2","headers":[["x-card","hunter2"]],
        "body":{"text":"hunter2","length":7}},"answer":{"headers":[["x-card","hunter2"]],"body":{"text":"hunter2","length":7}}}"#;
    let row = row(details);
    let entry = AuditEntry::of(row.clone()).unwrap();
    let shown = format!("{row:?} {entry:?} {entry:#?}");
    assert!(!shown.contains("hunter2") && !shown.contains("104, 117") && !shown.contains("171"), "{shown}");
    assert!(shown.contains("x-card") && shown.contains("7 of 7 bytes"), "{shown}");
}

#[test]
fn body_is_kept_up_to_the_limit() {
    let whole = Bytes::from_static("grün".as_bytes());
    for (limit, text) in [(0, ""), (1, "g"), (2, "gr"), (3, "gr"), (4, "grü"), (5, "grün"), (9, "grün")] {
        let kept = AuditBody::of(&whole, limit);
        assert_eq!((kept.as_bytes(), kept.length()), (text.as_bytes(), 5), "{limit}");
        assert_eq!(kept.is_whole(), limit >= 5);
        let written = serde_json::to_value(&kept).unwrap();
        assert_eq!(written, json!({ "text": text, "length": 5 }));
        assert_eq!(serde_json::from_value::<AuditBody>(written).unwrap(), kept);
    }
    assert_eq!(AuditBody::of(&whole, 5).as_bytes().as_ptr(), whole.as_ptr(), "a copy");
    let bytes = AuditBody::of(&Bytes::from_static(&[0xFF, 0xFE, 1]), 2);
    let written = serde_json::to_value(&bytes).unwrap();
    assert_eq!(written, json!({ "hex": "fffe", "length": 3 }));
    assert_eq!(serde_json::from_value::<AuditBody>(written).unwrap(), bytes);
}

#[test]
fn hex_is_read_as_it_is_written() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(hex::bytes(&hex::text(&all)), Some(all));
    for wrong in ["0", "0g", "g0", "ää"] {
        assert_eq!(hex::bytes(wrong), None, "{wrong}");
    }
}

#[test]
fn entry_of_a_change_has_the_time_at_which_the_execution_began() {
    let entry = draft(AuditEvent::Settled, "{}");
    let unknown = State::Indeterminate {
        token: TOKEN,
        fingerprint: FINGERPRINT,
        steps: CompletedSteps::NONE,
        began_at: 500,
    };
    for (before, began_at) in [(claimed(), Some(500)), (unknown, Some(500)), (State::Absent, None)] {
        let appended = entry_for(Some(&entry), &before).unwrap();
        assert_eq!(appended, AuditDraft { began_at, ..entry.clone() });
    }
    assert_eq!(entry_for(None, &claimed()), None);
}

#[test]
fn entry_of_a_lost_execution_has_its_version_and_no_request() {
    let entry = context(Audit::new(), b"acme", Date::from_ymd(2025, 9, 30)).lost(&claimed());
    assert_eq!((entry.event, entry.status), (AuditEvent::Lost, None));
    assert_eq!((entry.version, entry.began_at), (FIRST_VERSION, Some(500)));
    assert_eq!(&entry.details[..], b"{}");
    let entry = context(Audit::new().scope_in_plain(), b"acme", None).lost(&claimed());
    assert_eq!(&entry.details[..], br#"{"scope":"acme"}"#);
}

fn panics(run: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(run).unwrap_err();
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).into()))
        .unwrap()
}

#[test]
fn headers_with_secrets_of_callers_are_rejected() {
    for name in ["Authorization", "proxy-authorization", "Cookie", "Idempotency-Key"] {
        for panic in [
            panics(|| drop(Audit::new().request_headers([name]))),
            panics(|| drop(Audit::new().answer_headers([name]))),
        ] {
            assert!(panic.contains(name) && panic.contains("help: "), "{panic}");
        }
    }
    assert!(panics(|| drop(Audit::new().request_headers(["a b"]))).contains("\"a b\""));
    // The header that a key of this API comes in.
    let audited = |audit: Audit| Idempotency::new(MemoryStore::new()).header("X-Request-Id").audit(audit);
    let made = |audit: Audit| {
        let guard = audited(audit).into_guard();
        guard.rules(&policy(Options::NONE));
    };
    let panic = panics(|| made(Audit::new().request_headers(["x-request-id"])));
    assert!(panic.contains("x-request-id") && panic.contains("help: "), "{panic}");
    made(Audit::new().request_headers(["user-agent"]));
}

#[test]
fn audit_of_an_api_without_a_trail_is_rejected() {
    let panic = panics(|| drop(rules(Options { audit: Some(true), ..Options::NONE })));
    assert!(panic.contains("create_payment") && panic.contains(".audit(Audit::new())"), "{panic}");
    assert!(rules(Options { audit: Some(false), ..Options::NONE }).audit.is_none());
    let layer = || IdempotencyLayer::new(MemoryStore::new(), Duration::from_hours(1));
    assert!(panics(|| drop(layer().audit(true))).contains(".audit(Audit::new())"));
    drop(layer().audit(false));
    let twice = || Idempotency::new(MemoryStore::new()).audit(Audit::new()).audit(Audit::new());
    assert!(panics(|| drop(twice())).contains("twice"));
}

#[test]
fn header_that_is_marked_as_sensitive_is_not_kept() {
    let mut rules = rules(Options::NONE);
    rules.audit = Some(Arc::new(Audit::new().request_headers(["x-card", "x-kept"])));
    let mut secret = HeaderValue::from_static("hunter2");
    secret.set_sensitive(true);
    let request =
        http::Request::post("/pay?a=b").header("x-card", secret).header("x-kept", "1").body(()).unwrap();
    let (parts, ()) = request.into_parts();
    let body = Bytes::from_static(b"{}");
    let context = AuditContext::of(&Hashing::default(), &rules, b"acme", None, &parts, &body).unwrap();
    let draft = context.superseded(StatusCode::OK);
    let details = std::str::from_utf8(&draft.details).unwrap();
    assert_eq!(
        details,
        r#"{"request":{"method":"POST","path":"/pay","query":"a=b","headers":[["x-kept","1"]],"body":{"text":"{}","length":2}}}"#
    );
}

/// Returns the context of a request of this scope.
fn context(audit: Audit, scope: &[u8], version: Option<Date>) -> Arc<AuditContext> {
    let mut rules = rules(Options::NONE);
    rules.audit = Some(Arc::new(audit));
    let (parts, ()) = http::Request::post("/pay").body(()).unwrap().into_parts();
    AuditContext::of(&Hashing::default(), &rules, scope, version, &parts, &Bytes::new()).unwrap()
}

/// Returns the details of the entry about a response to a request of this scope.
fn completed(audit: Audit, scope: &[u8]) -> serde_json::Value {
    let response = StoredResponse {
        status: StatusCode::CREATED,
        headers: vec![
            (http::header::LOCATION, HeaderValue::from_static("/payments/7")),
            (http::header::ETAG, HeaderValue::from_static("\"a\"")),
        ],
        body: Bytes::from_static(b"paid"),
        version: None,
        head: None,
    };
    let event = Event::Complete {
        token: TOKEN,
        matched: Match::Same,
        fingerprint: FINGERPRINT,
        outcome: StoredOutcome::Response(Arc::new(response)),
        keep: Keep { ttl: Duration::from_hours(1), remember: Duration::ZERO },
        expires_at: 0,
    };
    serde_json::from_slice(&context(audit, scope, None).ended(&event, None).details).unwrap()
}

#[test]
fn parts_of_a_response_are_kept_where_the_audit_names_them() {
    let location = json!([["location", "/payments/7"]]);
    let body = json!({ "text": "pa", "length": 4 });
    for (audit, answer) in [
        (Audit::new(), json!(null)),
        (Audit::new().answer_headers(["Location"]), json!({ "headers": location })),
        (Audit::new().answer_body(2), json!({ "body": body })),
        (
            Audit::new().answer_headers(["Location"]).answer_body(2),
            json!({ "headers": location, "body": body }),
        ),
    ] {
        assert_eq!(completed(audit, b"")["answer"], answer);
    }
}

#[test]
fn scope_is_kept_in_plain_only_if_that_is_switched_on_and_there_is_one() {
    assert_eq!(completed(Audit::new().scope_in_plain(), b"acme")["scope"], "acme");
    for (audit, scope) in [(Audit::new(), &b"acme"[..]), (Audit::new().scope_in_plain(), b"")] {
        assert!(completed(audit, scope).get("scope").is_none());
    }
    let of = |scope| scope_hash(&Hashing::default(), scope);
    assert!(of(b"acme").is_some() && of(b"").is_none());
}
