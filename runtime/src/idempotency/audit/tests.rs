use super::entry::hex;
use super::*;
use crate::MemoryStore;
use crate::idempotency::options::Options;
use crate::idempotency::record::{Fingerprint, Finished, RecordId, Token};
use crate::idempotency::rules::tests::rules;
use crate::idempotency::{Change, IdempotencyLayer, State};
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;

const EVENTS: [AuditEvent; 9] = [
    AuditEvent::Completed,
    AuditEvent::Recovered,
    AuditEvent::Released,
    AuditEvent::Indeterminate,
    AuditEvent::Lost,
    AuditEvent::Overtaken,
    AuditEvent::Settled,
    AuditEvent::Replayed,
    AuditEvent::KeyReused,
];

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
        token: Token([1; 16]),
        fingerprint: Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] },
        version: Date::from_ymd(2024, 1, 15),
        steps: Finished::NONE,
        unknown: false,
        claimed_at: 500,
        lease_until: 900,
    }
}

#[test]
fn an_entry_is_a_line_of_json() {
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
fn what_cannot_be_read_is_an_error() {
    for details in ["", "7", "{\"request\":1}", r#"{"answer":{"body":{"hex":"0","length":1}}}"#] {
        let error = AuditEntry::of(row(details)).unwrap_err().to_string();
        assert!(error.contains("entry 7"), "{error}");
    }
}

#[test]
fn debug_shows_no_request_and_no_answer() {
    let details = r#"{"scope":"hunter2","request":{"method":"POST","path":"/pay","query":"hunter2","headers":[["x-card","hunter2"]],
        "body":{"text":"hunter2","length":7}},"answer":{"headers":[["x-card","hunter2"]],"body":{"text":"hunter2","length":7}}}"#;
    let row = row(details);
    let entry = AuditEntry::of(row.clone()).unwrap();
    let shown = format!("{row:?} {entry:?} {entry:#?}");
    assert!(!shown.contains("hunter2") && !shown.contains("104, 117") && !shown.contains("171"), "{shown}");
    assert!(shown.contains("x-card") && shown.contains("7 of 7 bytes"), "{shown}");
}

#[test]
fn a_body_is_kept_up_to_the_limit() {
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
fn every_event_has_its_name() {
    for (index, event) in EVENTS.into_iter().enumerate() {
        assert_eq!(AuditEvent::named(event.name()), Some(event));
        assert!(EVENTS[index + 1..].iter().all(|other| other.name() != event.name()));
    }
    assert_eq!(AuditEvent::named("paid"), None);
}

#[test]
fn what_changes_nothing_has_no_entry() {
    let put = Change::Put(claimed());
    for event in EVENTS {
        assert_eq!(draft(event, "{}").after(&claimed(), &Change::Keep), None);
        let appended = draft(event, "{}").after(&claimed(), &put).unwrap();
        assert_eq!((appended.event, appended.began_at), (event, Some(500)));
        let is_lost = event == AuditEvent::Lost;
        // What is lost was asked for in its own version.
        let version = if is_lost { Date::from_ymd(2024, 1, 15) } else { Date::from_ymd(2025, 9, 30) };
        assert_eq!(appended.version, version);
        let fresh = draft(event, "{}").after(&State::Absent, &put);
        assert_eq!(fresh.map(|draft| draft.began_at), (!is_lost).then_some(None));
    }
}

/// Also of an execution that said so itself, and was settled later.
#[test]
fn when_an_execution_began_that_is_not_known_to_have_ended_is_told() {
    let unknown = State::Indeterminate {
        token: Token([1; 16]),
        fingerprint: Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] },
        version: None,
        steps: Finished::NONE,
        claimed_at: 500,
        expires_at: 900,
    };
    for change in [Change::Remove, Change::Put(claimed())] {
        let settled = draft(AuditEvent::Settled, "{}").after(&unknown, &change).unwrap();
        assert_eq!(settled.began_at, Some(500));
    }
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
fn secrets_of_callers_cannot_be_kept() {
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
    let audited =
        |audit: Audit| crate::Idempotency::new(MemoryStore::new()).header("X-Request-Id").audit(audit);
    let made = |audit: Audit| {
        let guard = audited(audit).into_guard();
        guard.rules(&crate::idempotency::rules::tests::policy(Options::NONE));
    };
    let panic = panics(|| made(Audit::new().request_headers(["x-request-id"])));
    assert!(panic.contains("x-request-id") && panic.contains("help: "), "{panic}");
    made(Audit::new().request_headers(["user-agent"]));
}

#[test]
fn a_trail_that_is_not_there_cannot_be_asked_for() {
    let panic = panics(|| drop(rules(Options { audit: Some(true), ..Options::NONE })));
    assert!(panic.contains("create_payment") && panic.contains(".audit(Audit::new())"), "{panic}");
    assert!(rules(Options { audit: Some(false), ..Options::NONE }).audit.is_none());
    let layer = || IdempotencyLayer::new(MemoryStore::new(), Duration::from_hours(1));
    assert!(panics(|| drop(layer().audit(true))).contains(".audit(Audit::new())"));
    drop(layer().audit(false));
    let twice = || crate::Idempotency::new(MemoryStore::new()).audit(Audit::new()).audit(Audit::new());
    assert!(panics(|| drop(twice())).contains("twice"));
}

#[test]
fn a_header_that_is_marked_as_secret_is_not_kept() {
    let mut rules = rules(Options::NONE);
    rules.audit = Some(Arc::new(Audit::new().request_headers(["x-card", "x-kept"])));
    let mut secret = HeaderValue::from_static("hunter2");
    secret.set_sensitive(true);
    let request =
        http::Request::post("/pay?a=b").header("x-card", secret).header("x-kept", "1").body(()).unwrap();
    let (parts, ()) = request.into_parts();
    let hashing = crate::idempotency::fingerprint::Hashing::default();
    let subject = Subject::of(&hashing, &rules, b"acme", None, &parts, &Bytes::from_static(b"{}")).unwrap();
    let draft = subject.overtaken(&http::Response::new(axum::body::Body::empty()));
    let details = std::str::from_utf8(&draft.details).unwrap();
    assert_eq!(
        details,
        r#"{"request":{"method":"POST","path":"/pay","query":"a=b","headers":[["x-kept","1"]],"body":{"text":"{}","length":2}}}"#
    );
}

#[test]
fn an_entry_is_selected_by_everything_that_is_asked_for() {
    let row = row("{}");
    let all = AuditFilter::default();
    let with = |change: fn(&mut AuditFilter)| {
        let mut filter = all.clone();
        change(&mut filter);
        filter.selects(&row)
    };
    assert!(all.selects(&row));
    assert!(with(|filter| filter.after = 6) && !with(|filter| filter.after = 7));
    assert!(with(|filter| filter.record = Some(RecordId([1; 32]))));
    assert!(!with(|filter| filter.record = Some(RecordId([2; 32]))));
    assert!(with(|filter| filter.operation = Some("pay".into())));
    assert!(!with(|filter| filter.operation = Some("pa".into())));
    assert!(with(|filter| filter.scope = Some([0xAB; 32])) && !with(|filter| filter.scope = Some([0; 32])));
    assert!(with(|filter| filter.since = Some(1000)) && !with(|filter| filter.since = Some(1001)));
    assert!(with(|filter| filter.until = Some(1001)) && !with(|filter| filter.until = Some(1000)));
    let of_nobody = AuditRow { draft: AuditDraft { scope: None, ..row.draft.clone() }, ..row.clone() };
    assert!(all.selects(&of_nobody));
    assert!(!AuditFilter { scope: Some([0; 32]), ..all.clone() }.selects(&of_nobody));
}

/// What is kept of an answer to a request of this scope.
fn completed(audit: Audit, scope: &[u8]) -> serde_json::Value {
    let mut rules = rules(Options::NONE);
    rules.audit = Some(Arc::new(audit));
    let (parts, ()) = http::Request::post("/pay").body(()).unwrap().into_parts();
    let hashing = crate::idempotency::fingerprint::Hashing::default();
    let subject = Subject::of(&hashing, &rules, scope, None, &parts, &Bytes::new()).unwrap();
    let response = crate::idempotency::StoredResponse {
        status: StatusCode::CREATED,
        headers: vec![
            (http::header::LOCATION, HeaderValue::from_static("/payments/7")),
            (http::header::ETAG, HeaderValue::from_static("\"a\"")),
        ],
        body: Bytes::from_static(b"paid"),
        version: None,
        newest: None,
    };
    let event = crate::idempotency::Event::Complete {
        token: Token([1; 16]),
        asked: Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] }.into(),
        outcome: crate::idempotency::Kept::Response(Arc::new(response)),
        keep: crate::idempotency::Keep::new(Duration::from_hours(1)),
    };
    serde_json::from_slice(&subject.ended(&event, None).details).unwrap()
}

#[test]
fn of_an_answer_is_kept_what_was_asked_for() {
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

/// A key that is everybody's is not that of somebody without a name.
#[test]
fn whose_key_it_was_is_kept_in_plain_if_it_was_somebodys() {
    assert_eq!(completed(Audit::new().scope_in_plain(), b"acme")["scope"], "acme");
    for (audit, scope) in [(Audit::new(), &b"acme"[..]), (Audit::new().scope_in_plain(), b"")] {
        assert!(completed(audit, scope).get("scope").is_none());
    }
    let hashing = crate::idempotency::fingerprint::Hashing::default();
    let of = |scope| subject::scope_hash(&hashing, scope);
    assert!(of(b"acme").is_some() && of(b"").is_none());
}
