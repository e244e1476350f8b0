//! The audit trail of what is encrypted.

use super::super::audit::{exported, is, told};
use super::super::stores::{AnyStore, stores};
use super::super::world::{PANIC, World, crash};
use super::super::{Client, Merchant, api, clock, endpoint};
use super::{IN_BODY, IN_HEADER, IN_LOCATION, joined, ring, stepped};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use std::path::Path;
use std::time::Duration;
use steadfast::idempotency::{Audit, AuditTrail, KeyRing, Settlement};
use steadfast::{Idempotency, SqliteStore, api_version, idempotent, post};

endpoint!(usual, "/usual");
endpoint!(hold, "/hold", on_lost = "hold");

#[post("/scoped")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = Merchant)]
async fn scoped(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

/// Secrets of the places where a request can have some, and who calls and who settles.
const IN_REQUEST: &str = "request-hunter2";
const IN_QUERY: &str = "query-hunter2";
const IN_REQUEST_HEADER: &str = "request-header-hunter2";
const CALLER: &str = "merchant-hunter2";
const OPERATOR: &str = "mara-hunter2";

fn everything() -> Audit {
    Audit::new()
        .request_headers(["X-Trace"])
        .answer_headers(["X-Account", "Location"])
        .answer_body(1024)
        .scope_in_plain()
        .replays()
        .refusals()
}

async fn store(directory: &Path) -> SqliteStore {
    let store = SqliteStore::open(directory.join("test.db")).await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    store
}

/// Which of the secrets stand in the database or in a file beside it.
fn found(directory: &Path, secrets: &[&'static str]) -> Vec<&'static str> {
    let files: Vec<Vec<u8>> = std::fs::read_dir(directory)
        .unwrap()
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let holds = |secret: &&&'static str| {
        files.iter().any(|file| file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()))
    };
    secrets.iter().filter(holds).copied().collect()
}

async fn error_of(trail: &AuditTrail) -> String {
    trail.entries().next().await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_entries_say_is_not_in_the_file() {
    let secrets =
        [IN_REQUEST, IN_QUERY, IN_REQUEST_HEADER, CALLER, OPERATOR, IN_BODY, IN_HEADER, IN_LOCATION];
    for is_sealed in [false, true] {
        let directory = tempfile::TempDir::new().unwrap();
        let store = store(directory.path()).await;
        let idempotency = Idempotency::new(store.clone()).audit(everything());
        let idempotency = if is_sealed { idempotency.sealed(ring()) } else { idempotency };
        let (trail, records) = (idempotency.audit_trail(), idempotency.records().by(OPERATOR));
        let world = World::new();
        let client = api!(idempotency, world; joined, stepped, hold, scoped);
        for path in ["/joined", "/stepped"] {
            let headers = [("idempotency-key", "k"), ("x-trace", IN_REQUEST_HEADER)];
            for (body, status) in [(IN_REQUEST, 201), (IN_REQUEST, 201), ("another", 422)] {
                let seen = client.send("POST", &format!("{path}?{IN_QUERY}"), &headers, body).await;
                assert_eq!(seen.status, status, "{seen:?}");
            }
        }
        let merchant = [("idempotency-key", "k"), ("x-merchant", CALLER)];
        assert_eq!(client.send("POST", "/scoped", &merchant, "{}").await.status, 201);
        world.answers(PANIC);
        client.post("/hold", "k").await.is_problem(500, "internal-error");
        assert!(records.settle("", "POST /hold", "k", Settlement::NotDone).await.unwrap());

        let expected = if is_sealed { vec![] } else { secrets.to_vec() };
        assert_eq!(found(directory.path(), &secrets), expected);
        let entries = exported(&trail).await;
        let once = [("completed", Some(201)), ("replayed", Some(201)), ("key_reused", Some(422))];
        let rest = [("completed", Some(201)), ("indeterminate", None), ("settled", None)];
        is(&told(&trail).await, &[&once[..], &once[..], &rest[..]].concat());
        for completed in [&entries[0], &entries[3]] {
            let request = &completed["request"];
            assert_eq!((&request["query"], &request["body"]["text"]), (&json!(IN_QUERY), &json!(IN_REQUEST)));
            assert_eq!(request["headers"], json!([["x-trace", IN_REQUEST_HEADER]]));
            let answer = &completed["answer"];
            assert!(answer["body"]["text"].as_str().unwrap().contains(IN_BODY));
            assert_eq!(answer["headers"], json!([["x-account", IN_HEADER], ["location", IN_LOCATION]]));
        }
        assert_eq!((&entries[6]["scope"], &entries[8]["by"]), (&json!(CALLER), &json!(OPERATOR)));
        if is_sealed {
            let blind = Idempotency::new(store.clone()).audit_trail();
            assert!(error_of(&blind).await.contains("entry 1 of the audit log: it is sealed"));
        }
        store.close().await;
        // In the file itself.
        assert_eq!(found(directory.path(), &secrets), expected);
    }
}

/// What stands beside what is sealed belongs to it.
#[tokio::test]
async fn an_entry_opens_only_where_it_was_appended() {
    for change in [
        "record = (SELECT other.record FROM steadfast_audit AS other WHERE other.sequence = 1)",
        "details = (SELECT other.details FROM steadfast_audit AS other WHERE other.sequence = 1)",
        "details = (SELECT other.details FROM steadfast_audit AS other WHERE other.sequence = 3)",
        "details = substr(details, 1, length(details) - 1)",
        "details = x''",
        "details = CAST('{}' AS BLOB)",
        "operation = 'POST /another'",
        "event = 'released'",
        "event = 'lost'",
        "status = 202",
        "status = NULL",
        "scope = zeroblob(32)",
        "scope = NULL",
        "version = 20240616",
        "version = NULL",
    ] {
        let directory = tempfile::TempDir::new().unwrap();
        let store = store(directory.path()).await;
        let idempotency = Idempotency::new(store.clone()).audit(everything()).sealed(ring());
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, World::new(); scoped);
        for key in ["a", "b", "b"] {
            let headers = [("idempotency-key", key), ("x-merchant", "acme")];
            assert_eq!(client.send("POST", "/scoped", &headers, "{}").await.status, 201);
        }
        assert_eq!(exported(&trail).await.len(), 3);
        sqlx::query("DROP TRIGGER steadfast_audit_never_changes").execute(store.pool()).await.unwrap();
        let change = format!("UPDATE steadfast_audit SET {change} WHERE sequence = 2");
        let changed = sqlx::query(sqlx::AssertSqlSafe(change.clone())).execute(store.pool()).await.unwrap();
        assert_eq!(changed.rows_affected(), 1);
        // What stands before it and behind it is still told.
        let mut entries = trail.entries();
        assert_eq!(entries.next().await.unwrap().unwrap().sequence, 1, "{change}");
        for _ in 0..2 {
            let error = entries.next().await.expect_err(&change).to_string();
            assert!(error.contains("entry 2 of the audit log"), "{change}: {error}");
        }
        assert_eq!(trail.entries().after(2).next().await.unwrap().unwrap().sequence, 3, "{change}");
    }
}

#[tokio::test]
async fn plain_entries_are_refused_unless_said_otherwise() {
    for store in stores(&clock()).await {
        let of = |keys: KeyRing| Idempotency::new(store.clone()).audit(Audit::new()).sealed(keys);
        let post = async |idempotency: Idempotency<AnyStore>, key| {
            let client: Client = api!(idempotency, World::new(); usual);
            assert_eq!(client.post("/usual", key).await.status, 201);
        };
        let plain = Idempotency::new(store.clone()).audit(Audit::new());
        let blind = plain.audit_trail();
        post(plain, "a").await;
        post(of(ring().writes_plain()), "b").await;
        // Everybody can read these.
        assert_eq!(exported(&blind).await.len(), 2);
        let error = error_of(&of(ring()).audit_trail()).await;
        assert!(error.contains("`KeyRing::reads_plain`"), "{error}");
        post(of(ring().reads_plain()), "c").await;
        for keys in [ring().reads_plain(), ring().writes_plain()] {
            assert_eq!(exported(&of(keys).audit_trail()).await.len(), 3);
        }
        let mut sealed = blind.entries().after(2);
        assert!(sealed.next().await.unwrap_err().to_string().contains("entry 3 of the audit log"));
        let mut entries = of(KeyRing::new("other", &[9; 32])).audit_trail().entries().after(2);
        let error = entries.next().await.unwrap_err().to_string();
        assert!(error.contains("sealed with the key `new`, which the ring lacks"), "{error}");
    }
}

/// Of what was lost the store completes the entry.
#[tokio::test]
async fn what_was_lost_is_told_and_can_be_read() {
    let clock = clock();
    for store in stores(&clock).await {
        let of = || Idempotency::new(store.clone()).audit(everything()).sealed(ring());
        let process = |world: &World| api!(of(), world; usual, hold);
        for path in ["/usual", "/hold"] {
            let dying = World::held();
            crash(process(&dying), &dying, path, "k").await;
        }
        clock.advance(Duration::from_mins(2));
        let client = process(&World::new());
        client.post("/usual", "k").await.is_fresh(201, "call 1");
        client.post("/hold", "k").await.is_problem(409, "outcome-unknown");
        let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
        assert!(of().records().by(OPERATOR).settle("", "POST /hold", "k", done).await.unwrap());
        client.post("/hold", "k").await.is_problem(410, "response-unavailable");
        let trail = of().audit_trail();
        let expected = [
            ("lost", None),
            ("completed", Some(201)),
            ("lost", None),
            ("settled", Some(201)),
            ("replayed", Some(201)),
        ];
        is(&told(&trail).await, &expected);
        let entries = exported(&trail).await;
        assert_eq!((&entries[2]["version"], &entries[3]["by"]), (&entries[0]["version"], &json!(OPERATOR)));
    }
}
