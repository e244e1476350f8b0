//! Entries that are committed with the handler's writes.

use super::super::world::{PANIC, World};
use super::super::{Client, Merchant, api};
use super::{HEADERS, exported, is, told};
use axum::extract::State;
use axum::http::StatusCode;
use std::path::Path;
use steadfast::idempotency::Audit;
use steadfast::{Idempotency, Sqlite, SqliteStore, Tx, idempotent, post};

#[post("/joined")]
#[idempotent(ttl = "24h", scope = Merchant)]
async fn joined(State(world): State<World>, mut tx: Tx<Sqlite>) -> (StatusCode, String) {
    sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut *tx).await.unwrap();
    world.work().await
}

#[post("/apart")]
#[idempotent(ttl = "24h", scope = Merchant)]
async fn apart(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

async fn number(store: &SqliteStore, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(store.pool()).await.unwrap()
}

async fn store_with_payments(path: &Path) -> SqliteStore {
    let store = SqliteStore::open(path).await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    store
}

async fn send(client: &Client, path: &str, key: &str) -> u16 {
    let headers = [("idempotency-key", key), ("x-merchant", "acme")];
    client.send("POST", path, &headers, "{}").await.status
}

#[tokio::test]
async fn an_entry_is_committed_with_what_it_tells_of() {
    let directory = tempfile::TempDir::new().unwrap();
    let store = store_with_payments(&directory.path().join("test.db")).await;
    let world = World::new();
    let idempotency = Idempotency::new(store.clone()).audit(Audit::new());
    let trail = idempotency.audit_trail();
    let client = api!(idempotency, world; joined, apart);
    let counts = async || {
        (
            number(&store, "SELECT count(*) FROM payments").await,
            number(&store, "SELECT count(*) FROM steadfast_idempotency WHERE kind = 3").await,
            number(&store, "SELECT count(*) FROM steadfast_audit WHERE event = 'completed'").await,
        )
    };
    // How it ends, and how many payments, records and entries of completed executions there are then.
    for (status, key, expected) in [
        (PANIC, "a", (0, 0, 0)),
        (503, "a", (0, 0, 0)),
        (201, "a", (1, 1, 1)),
        (201, "a", (1, 1, 1)),
        (402, "b", (1, 2, 2)),
        (201, "c", (2, 3, 3)),
    ] {
        world.answers(status);
        assert_eq!(send(&client, "/joined", key).await, if status == PANIC { 500 } else { status });
        assert_eq!(counts().await, expected, "{status} {key}");
    }
    let events = [
        ("released", None),
        ("released", Some(503)),
        ("completed", Some(201)),
        ("completed", Some(402)),
        ("completed", Some(201)),
    ];
    is(&told(&trail).await, &events);
    // What cannot be told does not happen.
    let refuse =
        "CREATE TRIGGER refuse BEFORE INSERT ON steadfast_audit BEGIN SELECT RAISE(ABORT, 'no'); END";
    sqlx::query(refuse).execute(store.pool()).await.unwrap();
    for key in ["d", "d"] {
        assert_eq!(send(&client, "/joined", key).await, 503);
    }
    assert_eq!(counts().await, (2, 3, 3));
    // Elsewhere it has happened; its record waits for its entry.
    assert_eq!(send(&client, "/apart", "e").await, 201);
    assert_eq!(send(&client, "/apart", "e").await, 409);
    assert_eq!(counts().await, (2, 3, 3));
    sqlx::query("DROP TRIGGER refuse").execute(store.pool()).await.unwrap();
    assert_eq!(send(&client, "/joined", "d").await, 201);
    while counts().await != (3, 5, 5) {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(exported(&trail).await.len(), 7);
}

/// Whether the bytes are anywhere in the files of the database.
fn holds(directory: &Path, planted: &str) -> bool {
    std::fs::read_dir(directory).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(planted.len()).any(|window| window == planted.as_bytes())
    })
}

#[tokio::test]
async fn neither_keys_nor_credentials_are_in_the_database() {
    let directory = tempfile::TempDir::new().unwrap();
    let store = store_with_payments(&directory.path().join("test.db")).await;
    let audit = Audit::new().request_headers(["X-Merchant", "User-Agent"]).replays().refusals();
    let client = api!(Idempotency::new(store.clone()).audit(audit), World::new(); joined, apart);
    for path in ["/joined", "/apart"] {
        for body in ["planted-body", "planted-body", "another"] {
            client.send("POST", path, &HEADERS, body).await;
        }
    }
    assert_eq!(number(&store, "SELECT count(*) FROM steadfast_audit").await, 6);
    for secret in ["planted-key", "planted-credentials"] {
        assert!(!holds(directory.path(), secret), "{secret}");
    }
    for kept in ["planted-body", "acme", "curl"] {
        assert!(holds(directory.path(), kept), "{kept}");
    }
}
