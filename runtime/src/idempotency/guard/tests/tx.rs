//! Operations whose record is committed with the handler's writes, in a real database.

use super::*;
use crate::idempotency::{Drain, Tx};
use crate::{Sqlite, SqliteStore};
use axum::extract::FromRequestParts;
use tempfile::TempDir;

pub(super) struct Fixture {
    pub(super) store: SqliteStore,
    pub(super) guard: Arc<Guard>,
    drain: Drain,
    directory: TempDir,
}

pub(super) async fn fixture() -> Fixture {
    let directory = TempDir::new().unwrap();
    let store = SqliteStore::open(directory.path().join("test.db")).await.unwrap();
    sqlx::query("CREATE TABLE payments (note TEXT NOT NULL)").execute(store.pool()).await.unwrap();
    let idempotency = Idempotency::new(store.clone());
    Fixture { drain: idempotency.drain(), guard: idempotency.into_guard(), store, directory }
}

impl Fixture {
    pub(super) async fn rows(&self) -> (i64, i64) {
        let query = "SELECT (SELECT count(*) FROM payments), (SELECT count(*) FROM steadfast_idempotency)";
        sqlx::query_as(query).fetch_one(self.store.pool()).await.unwrap()
    }
}

pub(super) async fn tx(request: Request) -> Result<Tx<Sqlite>, HandlerOutcome> {
    let (mut parts, _) = request.into_parts();
    Tx::from_request_parts(&mut parts, &()).await.map_err(HandlerOutcome::rejected)
}

pub(super) async fn insert(tx: &mut Tx<Sqlite>) {
    sqlx::query("INSERT INTO payments (note) VALUES ('one')").execute(&mut **tx).await.unwrap();
}

/// Inserts a payment and answers with `status`.
pub(super) async fn pay(guard: &Arc<Guard>, key: &str, status: StatusCode) -> Received {
    let handler = move |request| async move {
        let mut tx = match tx(request).await {
            Ok(tx) => tx,
            Err(rejected) => return rejected,
        };
        insert(&mut tx).await;
        returned((status, status.as_str().to_owned()))
    };
    received(guard.send(&TX, request(key, ""), handler).await).await
}

#[tokio::test]
async fn handler_succeeds_then_its_writes_and_the_record_are_committed() {
    let fixture = fixture().await;
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    assert_eq!(fixture.rows().await, (1, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(201, "201"));
    assert_eq!(pay(&fixture.guard, "other", StatusCode::SEE_OTHER).await, fresh(303, "303"));
    assert_eq!(fixture.rows().await, (2, 2));
}

#[tokio::test]
async fn nobody_sees_the_writes_before_the_commit() {
    let fixture = fixture().await;
    let pool = fixture.store.pool().clone();
    let handler = move |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        let count = sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(&pool);
        let count: i64 = count.await.unwrap();
        assert_eq!(count, 0);
        returned("done")
    };
    let outcome = fixture.guard.send(&TX, request("k", ""), handler).await;
    assert_eq!(received(outcome).await, fresh(200, "done"));
    assert_eq!(fixture.rows().await, (1, 1));
}

#[tokio::test]
async fn final_refusal_is_recorded_and_its_writes_are_rolled_back() {
    let fixture = fixture().await;
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CONFLICT).await, fresh(409, "409"));
    assert_eq!(fixture.rows().await, (0, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(409, "409"));
}

#[tokio::test]
async fn retryable_response_rolls_everything_back() {
    let fixture = fixture().await;
    assert_eq!(pay(&fixture.guard, "k", StatusCode::SERVICE_UNAVAILABLE).await, fresh(503, "503"));
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    assert_eq!(fixture.rows().await, (1, 1));
}

#[tokio::test]
async fn panic_rolls_everything_back() {
    let fixture = fixture().await;
    let handler = |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        panic!("secret")
    };
    let failed = received(fixture.guard.send(&TX, request("k", ""), handler).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
}

#[tokio::test]
async fn stream_leaves_a_tombstone_in_the_same_commit() {
    let fixture = fixture().await;
    let handler = |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("streamed")]);
        returned(Body::from_stream(stream))
    };
    let first = fixture.guard.send(&TX, request("k", ""), handler).await;
    assert_eq!(received(first).await, fresh(200, "streamed"));
    assert_eq!(fixture.rows().await, (1, 1));
    let again = pay(&fixture.guard, "k", StatusCode::CREATED).await;
    assert_eq!((again.replayed, again.problem()), (true, (410, "response-unavailable")));
}

#[tokio::test]
async fn transaction_that_the_handler_keeps_is_rolled_back() {
    let fixture = fixture().await;
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let handler = move |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        *keep.lock().unwrap() = Some(tx);
        returned("done")
    };
    let failed = received(fixture.guard.send(&TX, request("k", ""), handler).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    drop(kept.lock().unwrap().take());
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
}

#[tokio::test]
async fn transaction_can_be_extracted_again_after_it_was_dropped() {
    let fixture = fixture().await;
    let handler = |request: Request| async move {
        let (mut parts, _) = request.into_parts();
        for _ in 0..2 {
            let mut tx = Tx::<Sqlite>::from_request_parts(&mut parts, &()).await.unwrap();
            insert(&mut tx).await;
            assert!(Tx::<Sqlite>::from_request_parts(&mut parts, &()).await.is_err(), "two at once");
        }
        returned("done")
    };
    let outcome = fixture.guard.send(&TX, request("k", ""), handler).await;
    assert_eq!(received(outcome).await, fresh(200, "done"));
    assert_eq!(fixture.rows().await, (2, 1));
}

#[tokio::test]
async fn duplicate_in_the_same_process_does_not_wait_for_the_transaction() {
    let fixture = fixture().await;
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first = {
        let (guard, entered, go_on) = (Arc::clone(&fixture.guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let handler = move |request| async move {
                let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
                insert(&mut tx).await;
                entered.notify_one();
                go_on.notified().await;
                returned("done")
            };
            guard.send(&TX, request("k", ""), handler).await
        })
    };
    entered.notified().await;
    let duplicate = pay(&fixture.guard, "k", StatusCode::OK).await;
    assert_eq!(duplicate.problem(), (409, "in-progress"));
    let sunset = Caller { may_run: false, ..CALLER };
    let sunset = fixture.guard.send_as(&sunset, &TX, request("k", ""), no_call).await;
    assert_eq!(received(sunset).await.problem(), (409, "in-progress"));
    let other = received(fixture.guard.send(&TX, request("k", "other"), no_call).await).await;
    assert_eq!(other.problem(), (422, "key-reused"));
    go_on.notify_one();
    assert_eq!(received(first.await.unwrap()).await, fresh(200, "done"));
    assert_eq!(fixture.rows().await, (1, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::OK).await, replayed(200, "done"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_with_five_keys_make_five_writes() {
    let fixture = fixture().await;
    let path = fixture.directory.path().join("test.db");
    let guards = [Arc::clone(&fixture.guard), guard(SqliteStore::open(path).await.unwrap())];
    let mut attempts = Vec::new();
    for key in ["a", "b", "c", "d", "e"] {
        for guard in guards.clone() {
            attempts.push(tokio::spawn(async move { pay(&guard, key, StatusCode::CREATED).await }));
        }
    }
    let mut fresh = 0;
    for attempt in attempts {
        let received = attempt.await.unwrap();
        assert_eq!((received.status, &*received.body), (201, "201"));
        fresh += u32::from(!received.replayed);
    }
    assert_eq!((fresh, fixture.rows().await), (5, (5, 5)));
}

#[tokio::test]
async fn record_of_another_process_is_found_when_the_transaction_begins() {
    let fixture = fixture().await;
    let (guard, elsewhere) = (Arc::clone(&fixture.guard), guard(fixture.store.clone()));
    // Between the first read and the transaction.
    let handler = move |request| async move {
        assert_eq!(pay(&elsewhere, "k", StatusCode::CREATED).await, fresh(201, "201"));
        match tx(request).await {
            Ok(_) => panic!("a second transaction"),
            Err(rejected) => rejected,
        }
    };
    let outcome = guard.send(&TX, request("k", ""), handler).await;
    assert_eq!(received(outcome).await, replayed(201, "201"));
    assert_eq!(fixture.rows().await, (1, 1));
}

#[tokio::test]
async fn client_leaves_then_the_transaction_is_still_committed() {
    let fixture = fixture().await;
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let client = {
        let (guard, entered, go_on) = (Arc::clone(&fixture.guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let handler = move |request| async move {
                let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
                insert(&mut tx).await;
                entered.notify_one();
                go_on.notified().await;
                returned("done")
            };
            guard.send(&TX, request("k", ""), handler).await
        })
    };
    entered.notified().await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    go_on.notify_one();
    fixture.drain.wait().await;
    assert_eq!(fixture.rows().await, (1, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(200, "done"));
}

#[tokio::test]
async fn rejection_before_the_transaction_leaves_no_record() {
    let fixture = fixture().await;
    let handler = |_| async { HandlerOutcome::rejected(StatusCode::BAD_REQUEST) };
    let outcome = fixture.guard.send(&TX, request("k", ""), handler).await;
    assert_eq!(received(outcome).await.status, 400);
    assert_eq!(fixture.rows().await, (0, 0));
}

#[tokio::test]
async fn handler_without_a_transaction_is_recorded_all_the_same() {
    let fixture = fixture().await;
    let handler = |_| async { returned("done") };
    let outcome = fixture.guard.send(&TX, request("k", ""), handler).await;
    assert_eq!(received(outcome).await, fresh(200, "done"));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(200, "done"));
}

#[tokio::test]
async fn record_cannot_be_written_then_the_writes_are_rolled_back() {
    let fixture = fixture().await;
    sqlx::query(
        "CREATE TRIGGER full BEFORE INSERT ON steadfast_idempotency BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    .execute(fixture.store.pool())
    .await
    .unwrap();
    let failed = pay(&fixture.guard, "k", StatusCode::CREATED).await;
    assert_eq!(failed.problem(), (503, "store-unavailable"));
    assert_eq!(fixture.rows().await, (0, 0));
    // A refusal wrote nothing: the client receives it all the same.
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CONFLICT).await, fresh(409, "409"));
}

#[tokio::test]
async fn constraint_fails_in_the_commit_then_everything_is_rolled_back() {
    let fixture = fixture().await;
    for statement in [
        "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
        "CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
    ] {
        sqlx::query(statement).execute(fixture.store.pool()).await.unwrap();
    }
    let handler = |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        sqlx::query("INSERT INTO children (parent) VALUES (7)").execute(&mut *tx).await.unwrap();
        returned(StatusCode::CREATED)
    };
    let failed = received(fixture.guard.send(&TX, request("k", ""), handler).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
}

#[tokio::test]
async fn transaction_that_is_not_declared_or_not_supported_is_an_internal_error() {
    let fixture = fixture().await;
    // An endpoint that does not declare it, and a store that has none.
    let handler = |request| async move {
        let Err(rejected) = tx(request).await else { panic!("a transaction") };
        rejected
    };
    let undeclared = received(fixture.guard.send(&POLICY, request("k", ""), handler).await).await;
    assert_eq!(undeclared.problem(), (500, "internal-error"));
    let no_database = guard(MemoryStore::new());
    let refused = received(no_database.send(&TX, request("k", ""), no_call).await).await;
    assert_eq!(refused.problem(), (500, "internal-error"));
}

#[tokio::test]
async fn database_in_memory_behaves_like_a_file() {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (note TEXT NOT NULL)").execute(store.pool()).await.unwrap();
    let guard = guard(store);
    assert_eq!(pay(&guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    assert_eq!(pay(&guard, "k", StatusCode::CREATED).await, replayed(201, "201"));
    assert_eq!(pay(&guard, "l", StatusCode::CONFLICT).await, fresh(409, "409"));
    assert_eq!(pay(&guard, "l", StatusCode::CONFLICT).await, replayed(409, "409"));
}
