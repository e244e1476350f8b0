//! The audit trail: what is in it, and what never is.

mod ends;
mod joined;
mod reading;

use super::stores::stores;
use super::world::World;
use super::{Client, Merchant, api, clock, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use steadfast::idempotency::{Audit, AuditTrail};
use steadfast::{Idempotency, api_version, idempotent, post};

#[post("/pay")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = Merchant)]
async fn pay(State(world): State<World>) -> (StatusCode, [(&'static str, &'static str); 2], String) {
    let (status, body) = world.work().await;
    (status, [("location", "/payments/1"), ("x-other", "1")], body)
}

endpoint!(silent, "/silent", audit = false);
endpoint!(said, "/said", audit = true);
endpoint!(usual, "/usual");

/// The entries as an export has them.
pub(super) async fn exported(trail: &AuditTrail) -> Vec<Value> {
    let mut entries = trail.entries();
    let mut all = Vec::new();
    while let Some(entry) = entries.next().await.unwrap() {
        all.push(serde_json::to_value(&entry).unwrap());
    }
    all
}

/// What happened, in order: the names of the events and the statuses.
pub(super) async fn told(trail: &AuditTrail) -> Vec<(String, Option<u64>)> {
    let all = exported(trail).await;
    all.iter().map(|entry| (entry["event"].as_str().unwrap().to_owned(), entry["status"].as_u64())).collect()
}

pub(super) fn is(told: &[(String, Option<u64>)], expected: &[(&str, Option<u64>)]) {
    let told: Vec<_> = told.iter().map(|(event, status)| (event.as_str(), *status)).collect();
    assert_eq!(told, expected);
}

const HEADERS: [(&str, &str); 5] = [
    ("idempotency-key", "planted-key"),
    ("authorization", "Bearer planted-credentials"),
    ("x-merchant", "acme"),
    ("content-type", "application/json"),
    ("user-agent", "curl"),
];

async fn paid(client: &Client) {
    client.send("POST", "/pay?dry=no", &HEADERS, "{\"amount\":1000}").await.is_fresh(201, "call 1");
    client.send("POST", "/pay?dry=no", &HEADERS, "{\"amount\":1000}").await.is_replayed(201, "call 1");
    client.send("POST", "/pay?dry=no", &HEADERS, "{\"amount\":9000}").await.is_problem(422, "key-reused");
}

#[tokio::test]
async fn an_execution_is_in_the_trail_with_its_request() {
    let clock = clock();
    for store in stores(&clock).await {
        let idempotency = Idempotency::new(store).clock(clock.clone()).audit(Audit::new());
        let trail = idempotency.audit_trail();
        paid(&api!(idempotency, World::new(); pay)).await;
        let entries = exported(&trail).await;
        let now = u64::try_from(steadfast::Clock::now(&clock).as_millis()).unwrap();
        let record = entries[0]["record"].clone();
        assert_eq!(record.as_str().unwrap().len(), 64);
        // The SHA-256 of the caller.
        let scope_hash = "822b33ad87c148a0a20a5ba7cd5ebcaa68d36a18e7aad165554903f52ca82757";
        assert_eq!(
            entries,
            [json!({
                "sequence": 1, "at": now, "record": record, "operation": "POST /pay", "scope_hash": scope_hash,
                "version": "2024-01-15", "event": "completed", "status": 201, "began_at": now,
                "request": {
                    "method": "POST", "path": "/pay", "query": "dry=no",
                    "headers": [["content-type", "application/json"]],
                    "body": { "text": "{\"amount\":1000}", "length": 15 },
                },
            })]
        );
    }
}

#[tokio::test]
async fn the_trail_keeps_what_it_was_told_to() {
    for store in stores(&clock()).await {
        let audit = Audit::new()
            .request_body(4)
            .request_headers(["User-Agent", "X-Absent"])
            .answer_headers(["Location"])
            .answer_body(5)
            .scope_in_plain()
            .replays()
            .refusals();
        let idempotency = Idempotency::new(store).audit(audit);
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, World::new(); pay);
        paid(&client).await;
        let entries = exported(&trail).await;
        let request = |text: &str| {
            json!({
                "method": "POST", "path": "/pay", "query": "dry=no", "headers": [["user-agent", "curl"]],
                "body": { "text": text, "length": 15 },
            })
        };
        for (entry, event, status) in [(0, "completed", 201), (1, "replayed", 201), (2, "key_reused", 422)]
            .map(|(at, event, status)| (&entries[at], event, status))
        {
            assert_eq!((&entry["event"], &entry["status"]), (&json!(event), &json!(status)));
            assert_eq!((&entry["scope"], &entry["record"]), (&json!("acme"), &entries[0]["record"]));
            assert_eq!(entry["request"], request("{\"am"));
        }
        let answer =
            json!({ "headers": [["location", "/payments/1"]], "body": { "text": "call ", "length": 6 } });
        assert_eq!(entries[0]["answer"], answer);
        assert!(entries[1].get("answer").is_none() && entries.len() == 3, "{entries:?}");
    }
}

#[tokio::test]
async fn a_body_can_be_left_out() {
    for store in stores(&clock()).await {
        let idempotency =
            Idempotency::new(store).audit(Audit::new().request_body(0).request_headers([""; 0]));
        let trail = idempotency.audit_trail();
        paid(&api!(idempotency, World::new(); pay)).await;
        let entries = exported(&trail).await;
        assert_eq!(entries[0]["request"], json!({ "method": "POST", "path": "/pay", "query": "dry=no" }));
    }
}

#[tokio::test]
async fn endpoints_say_whether_they_are_audited() {
    for (audit, expected) in [
        (Audit::new(), vec!["POST /said", "POST /usual"]),
        (Audit::new().only_where_said(), vec!["POST /said"]),
    ] {
        for store in stores(&clock()).await {
            let idempotency = Idempotency::new(store).audit(audit.clone());
            let trail = idempotency.audit_trail();
            let client = api!(idempotency, World::new(); silent, said, usual);
            for path in ["/silent", "/said", "/usual"] {
                assert_eq!(client.post(path, "k").await.status, 201);
            }
            let entries = exported(&trail).await;
            let operations: Vec<_> =
                entries.iter().map(|entry| entry["operation"].as_str().unwrap()).collect();
            assert_eq!(operations, expected);
            // Everybody's.
            assert!(entries[0].get("scope_hash").is_none());
        }
    }
}

#[test]
fn an_endpoint_cannot_ask_for_a_trail_that_its_api_does_not_keep() {
    let made = std::panic::catch_unwind(|| api!(steadfast::MemoryStore::new(), World::new(); said));
    let panic = made.map(drop).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("POST /said") && message.contains("help: "), "{message}");
}

#[tokio::test]
async fn what_runs_without_protection_is_in_no_trail() {
    for store in stores(&clock()).await {
        let idempotency = Idempotency::new(store).key_required(false).audit(Audit::new());
        let (trail, unprotected) = (idempotency.audit_trail(), idempotency.unprotected());
        let client = api!(idempotency, World::new(); usual);
        assert_eq!(client.send("POST", "/usual", &[], "{}").await.status, 201);
        assert_eq!((exported(&trail).await.len(), unprotected.count()), (0, 1));
    }
}

#[tokio::test]
async fn a_replay_that_cannot_be_told_is_not_given() {
    for store in stores(&clock()).await {
        let idempotency = Idempotency::new(store.clone()).audit(Audit::new().replays());
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, World::new(); usual);
        client.post("/usual", "k").await.is_fresh(201, "call 1");
        store.refuse_entries(true);
        client.post("/usual", "k").await.is_problem(503, "store-unavailable");
        store.refuse_entries(false);
        client.post("/usual", "k").await.is_replayed(201, "call 1");
        is(&told(&trail).await, &[("completed", Some(201)), ("replayed", Some(201))]);
    }
}

/// Of an answer that was too large to be kept there is where its result is found.
#[tokio::test]
async fn of_an_answer_that_is_not_kept_there_is_its_location() {
    for store in stores(&clock()).await {
        let audit = Audit::new().answer_headers(["Location", "X-Other"]).answer_body(5);
        let idempotency = Idempotency::new(store).largest_response(1).audit(audit);
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, World::new(); pay);
        client.send("POST", "/pay", &HEADERS, "{}").await.is_fresh(201, "call 1");
        let answer = &exported(&trail).await[0]["answer"];
        assert_eq!(*answer, json!({ "headers": [["location", "/payments/1"]] }));
    }
}
