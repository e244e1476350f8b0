//! Stored answers that are encrypted, and retries at another version.

use super::super::Client;
use super::super::stores::AnyStore;
use super::{ANSWERS, NewCharge, REQUESTS, V1, V3, World, charge, clock, joined, served};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use steadfast::idempotency::{Audit, Indeterminate, KeyRing, Records, Settlement, Store};
use steadfast::{Idempotency, MemoryStore, SqliteStore, Versioned, api_version, idempotent, post, versioned};

/// Nobody knows how it ended.
#[post("/doubtful")]
#[idempotent(ttl = "24h", scope = none, on_lost = "hold")]
#[api_version(since = "2024-01-15")]
async fn doubtful(
    State(world): State<World>,
    Versioned(_): Versioned<NewCharge>,
) -> Indeterminate<StatusCode> {
    world.enter().await;
    Indeterminate(StatusCode::BAD_GATEWAY)
}

fn sealed<St: Store>(store: St) -> Idempotency<St> {
    Idempotency::new(store).sealed(KeyRing::new("new", &[1; 32]))
}

/// With transactions, and without.
macro_rules! client {
    ($store:expr, $world:expr; $($endpoint:path),*) => {{
        let idempotency = sealed($store);
        let records = idempotency.records();
        let api = steadfast::Api::new(steadfast::endpoints![super::Version; $($endpoint),*])
            .version_from(steadfast::Header("Api-Version").or_reject())
            .clock(clock())
            .idempotency(idempotency);
        (Client(api.with_state($world.clone())), records)
    }};
}

async fn told_everywhere(client: &Client, path: &str) {
    for (first, asked) in REQUESTS {
        client.ask(path, first, first, asked).await;
        for ((version, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
            let replay = client.ask(path, version, first, body).await;
            let call = format!("\"call\":{}", replay.json()["call"]);
            replay.is_told(version, &answer.replace("\"call\":1", &call));
            client.ask(path, version, first, &body.replace("500", "501")).await.is_problem(422, "key-reused");
        }
    }
}

#[tokio::test]
async fn a_sealed_answer_is_told_at_every_version() {
    let sqlite = SqliteStore::in_memory_at(clock()).await.unwrap();
    for store in [AnyStore::of(sqlite), AnyStore::memory(&clock())] {
        let world = World::new();
        told_everywhere(&client!(store, world; charge).0, "/charges").await;
        assert_eq!(world.calls(), 3);
    }
    let world = World::new();
    let sqlite = SqliteStore::in_memory_at(clock()).await.unwrap();
    told_everywhere(&client!(sqlite, world; joined).0, "/joined").await;
    assert_eq!(world.calls(), 3);
}

async fn is_settled_everywhere((client, records): (Client, Records)) {
    for (first, asked) in REQUESTS {
        assert_eq!(client.ask("/doubtful", first, first, asked).await.status, 502);
        let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
        assert!(records.settle("", "POST /doubtful", first, done).await.unwrap());
        for (version, body) in REQUESTS {
            let gone = client.ask("/doubtful", version, first, body).await;
            assert_eq!(gone.is_problem(410, "response-unavailable")["original_status"], 201);
            let other = body.replace("500", "501");
            client.ask("/doubtful", version, first, &other).await.is_problem(422, "key-reused");
        }
    }
}

/// Whoever settles an operation does not know in which version it was asked for.
#[tokio::test]
async fn what_was_settled_is_settled_at_every_version() {
    let world = World::new();
    is_settled_everywhere(client!(MemoryStore::new().clock(clock()), world; doubtful)).await;
    let sqlite = SqliteStore::in_memory_at(clock()).await.unwrap();
    is_settled_everywhere(client!(sqlite, world; doubtful)).await;
    assert_eq!(world.calls(), 6);
}

/// That it was settled cannot take the place of an answer, nor an answer that of another record.
#[tokio::test]
async fn what_was_settled_stays_where_it_was_sealed() {
    let store = SqliteStore::in_memory_at(clock()).await.unwrap();
    let (client, records) = client!(store.clone(), World::new(); charge, doubtful);
    client.ask("/charges", V1, "k", REQUESTS[0].1).await;
    client.ask("/doubtful", V1, "k", REQUESTS[0].1).await;
    let done = Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_hours(1) };
    assert!(records.settle("", "POST /doubtful", "k", done).await.unwrap());
    let swap = "UPDATE steadfast_idempotency SET record = other.record \
         FROM (SELECT id, record FROM steadfast_idempotency) AS other WHERE other.id <> steadfast_idempotency.id";
    assert_eq!(sqlx::query(swap).execute(store.pool()).await.unwrap().rows_affected(), 2);
    for path in ["/charges", "/doubtful"] {
        for (version, body) in [REQUESTS[0], REQUESTS[2]] {
            client.ask(path, version, "k", body).await.is_problem(503, "record-unreadable");
        }
    }
}

/// Its body is compared as text, so that a lost execution runs again at any version.
#[post("/untyped")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn untyped(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

/// The entry of a lost execution is written, and sealed, by the request that runs again.
#[tokio::test]
async fn lost_execution_of_another_version_then_its_audit_entry_names_that() {
    let clock = clock();
    let sqlite = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    for store in [AnyStore::of(sqlite), AnyStore::memory(&clock)] {
        let audited = || sealed(store.clone()).audit(Audit::new());
        let process = |world: &World| {
            let api = steadfast::Api::new(steadfast::endpoints![super::Version; untyped])
                .version_from(steadfast::Header("Api-Version").or_reject())
                .clock(super::clock())
                .idempotency(audited());
            Client(api.with_state(world.clone()))
        };
        let stuck = World::held();
        let first = process(&stuck);
        tokio::spawn(async move { first.ask("/untyped", V1, "k", "{}").await });
        stuck.entered().await;
        clock.advance(Duration::from_mins(2));
        process(&World::new()).ask("/untyped", V3, "k", "{}").await.is_fresh(201, "call 1");
        let mut entries = audited().audit_trail().entries();
        for (event, version) in [("lost", V1), ("completed", V3)] {
            let entry = entries.next().await.unwrap().unwrap();
            assert_eq!((entry.event.name(), entry.version.unwrap().to_string().as_str()), (event, version));
        }
    }
}

const SECRET: &str = "newest-hunter2";

/// Its first version says nothing of the secret.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Noted {
    id: u32,
    #[added(in = "2024-12-18", default)]
    note: String,
}

#[post("/noted")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn noted() -> Versioned<Noted> {
    Versioned(Noted { id: 1, note: SECRET.to_owned() })
}

#[tokio::test]
async fn what_only_the_newest_shape_says_is_sealed_too() {
    for is_sealed in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_at(folder.path().join("test.db"), clock()).await.unwrap();
        let client = if is_sealed {
            client!(store, World::new(); noted).0
        } else {
            served!(store, World::new(); noted)
        };
        client.ask("/noted", V1, "k", "{}").await.is_fresh(200, r#"{"id":1}"#);
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        assert_eq!(files.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()), !is_sealed);
        let told = client.ask("/noted", V3, "k", "{}").await;
        told.is_replayed(200, r#"{"id":1,"note":"newest-hunter2"}"#);
    }
}
