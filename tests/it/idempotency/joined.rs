//! Operations whose record is committed with what they write, and that do not end as usual.

use super::world::{PANIC, World};
use super::{Client, api, clock};
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::OnceLock;
use std::time::Duration;
use steadfast::idempotency::{Indeterminate, KeptFor};
use steadfast::{FixedClock, Idempotency, Sqlite, SqliteStore, Tx, idempotent, post};
use tempfile::TempDir;

async fn write(tx: &mut Tx<Sqlite>) {
    sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut **tx).await.unwrap();
}

#[post("/held")]
#[idempotent(ttl = "24h", scope = none, on_lost = "hold")]
async fn held(State(world): State<World>, mut tx: Tx<Sqlite>) -> (StatusCode, String) {
    write(&mut tx).await;
    world.work().await
}

#[post("/unsure")]
#[idempotent(ttl = "24h", scope = none)]
async fn unsure(State(world): State<World>, mut tx: Tx<Sqlite>) -> Indeterminate<StatusCode> {
    write(&mut tx).await;
    world.enter().await;
    Indeterminate(StatusCode::GATEWAY_TIMEOUT)
}

#[post("/quoted")]
#[idempotent(ttl = "24h", scope = none)]
async fn quoted(State(world): State<World>, mut tx: Tx<Sqlite>) -> KeptFor<(StatusCode, String)> {
    write(&mut tx).await;
    KeptFor(Duration::from_mins(10), world.work().await)
}

/// The API that [`calls_another`] calls, which holds the database meanwhile.
static OWN: OnceLock<Client> = OnceLock::new();

#[post("/calls-another")]
#[idempotent(ttl = "24h", scope = none)]
async fn calls_another(mut tx: Tx<Sqlite>) -> (StatusCode, String) {
    write(&mut tx).await;
    let Some(own) = OWN.get() else { return (StatusCode::NOT_FOUND, String::new()) };
    let seen = own.post("/held", "inner").await;
    (StatusCode::CREATED, seen.status.to_string())
}

async fn store(clock: &FixedClock) -> SqliteStore {
    let store = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    store
}

async fn payments(store: &SqliteStore) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap()
}

/// What it wrote is undone, and what it did elsewhere is not known.
#[tokio::test]
async fn a_panic_is_lost_where_that_matters_and_so_is_what_says_it_is() {
    let (store, world) = (store(&clock()).await, World::new());
    let client = api!(Idempotency::new(store.clone()), world; held, unsure);
    world.answers(PANIC);
    client.post("/held", "k").await.is_problem(500, "internal-error");
    world.answers(201);
    assert_eq!(client.post("/unsure", "k").await.status, 504);
    for path in ["/held", "/unsure"] {
        client.post(path, "k").await.is_problem(409, "outcome-unknown");
    }
    assert_eq!((world.calls(), payments(&store).await), (2, 0));
}

#[tokio::test]
async fn an_answer_says_how_long_it_is_kept() {
    let clock = clock();
    let store = store(&clock).await;
    let client = api!(Idempotency::new(store.clone()), World::new(); quoted);
    client.post("/quoted", "k").await.is_fresh(201, "call 1");
    clock.advance(Duration::from_mins(10) - Duration::from_millis(1));
    client.post("/quoted", "k").await.is_replayed(201, "call 1");
    clock.advance(Duration::from_millis(1));
    client.post("/quoted", "k").await.is_fresh(201, "call 2");
    assert_eq!(payments(&store).await, 2);
}

/// It would wait for itself.
#[tokio::test]
async fn an_operation_within_the_transaction_of_another_is_refused_and_not_waited_for() {
    let directory = TempDir::new().unwrap();
    let options = SqliteStore::options().busy_timeout(Duration::from_millis(200));
    let store = options.open(directory.path().join("payments.db")).await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    let world = World::new();
    let client = OWN.get_or_init(|| api!(Idempotency::new(store.clone()), world; held, calls_another));
    client.post("/calls-another", "outer").await.is_fresh(201, "503");
    assert_eq!((world.calls(), payments(&store).await), (0, 1));
    client.post("/held", "inner").await.is_fresh(201, "call 1");
    assert_eq!(payments(&store).await, 2);
}
