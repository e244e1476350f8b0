//! Operations whose record is committed with the handler's writes.
#![cfg(feature = "sqlite")]

use super::*;
use crate::idempotency::{Drain, Transactions, Tx};
use crate::{Sqlite, SqliteStore};
use axum::extract::FromRequestParts;
use tempfile::TempDir;

pub(super) static JOINED: IdempotentPolicy = IdempotentPolicy { transactional: true, ..POLICY };

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

pub(super) async fn tx(request: Request) -> Result<Tx<Sqlite>, Answer> {
    let (mut parts, _) = request.into_parts();
    Tx::from_request_parts(&mut parts, &())
        .await
        .map_err(|rejection| Answer::Rejected(rejection.into_response()))
}

pub(super) async fn insert(tx: &mut Tx<Sqlite>) {
    sqlx::query("INSERT INTO payments (note) VALUES ('one')").execute(&mut **tx).await.unwrap();
}

/// Inserts a payment and answers with `status`.
pub(super) async fn pay(guard: &Arc<Guard>, key: &str, status: StatusCode) -> Seen {
    let execute = move |request| async move {
        let mut tx = match tx(request).await {
            Ok(tx) => tx,
            Err(rejected) => return rejected,
        };
        insert(&mut tx).await;
        Answer::Returned((status, status.as_str().to_owned()).into_response())
    };
    seen(guard.asked(&JOINED, b"", None, true, request(key, ""), execute).await).await
}

#[tokio::test]
async fn the_writes_and_the_record_are_committed_together() {
    let fixture = fixture().await;
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    assert_eq!(fixture.rows().await, (1, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(201, "201"));
    assert_eq!(pay(&fixture.guard, "other", StatusCode::SEE_OTHER).await, fresh(303, "303"));
    assert_eq!(fixture.rows().await, (2, 2));
}

#[tokio::test]
async fn until_the_commit_nobody_sees_anything() {
    let fixture = fixture().await;
    let pool = fixture.store.pool().clone();
    let execute = move |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(&pool).await.unwrap();
        assert_eq!(seen, 0);
        Answer::Returned("done".into_response())
    };
    let answer = fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
    assert_eq!(seen(answer).await, fresh(200, "done"));
    assert_eq!(fixture.rows().await, (1, 1));
}

#[tokio::test]
async fn a_final_refusal_keeps_the_record_and_not_the_writes() {
    let fixture = fixture().await;
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CONFLICT).await, fresh(409, "409"));
    assert_eq!(fixture.rows().await, (0, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(409, "409"));
}

#[tokio::test]
async fn a_retryable_answer_keeps_nothing() {
    let fixture = fixture().await;
    assert_eq!(pay(&fixture.guard, "k", StatusCode::SERVICE_UNAVAILABLE).await, fresh(503, "503"));
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    assert_eq!(fixture.rows().await, (1, 1));
}

#[tokio::test]
async fn a_panic_keeps_nothing() {
    let fixture = fixture().await;
    let execute = |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        panic!("secret")
    };
    let failed = seen(fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await).await;
    assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
}

#[tokio::test]
async fn a_stream_leaves_a_tombstone_in_the_same_commit() {
    let fixture = fixture().await;
    let execute = |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("streamed")]);
        Answer::Returned(Body::from_stream(stream).into_response())
    };
    let first = fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
    assert_eq!(seen(first).await, fresh(200, "streamed"));
    assert_eq!(fixture.rows().await, (1, 1));
    let again = pay(&fixture.guard, "k", StatusCode::CREATED).await;
    assert_eq!((again.status, again.replayed, problem(&again)), (410, true, "response-unavailable"));
}

#[tokio::test]
async fn a_transaction_that_the_handler_keeps_is_rolled_back() {
    let fixture = fixture().await;
    let kept = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&kept);
    let execute = move |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        insert(&mut tx).await;
        *keep.lock().unwrap() = Some(tx);
        Answer::Returned("done".into_response())
    };
    let failed = seen(fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await).await;
    assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
    drop(kept.lock().unwrap().take());
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
}

#[tokio::test]
async fn a_transaction_can_be_dropped_and_taken_again() {
    let fixture = fixture().await;
    let execute = |request: Request| async move {
        let (mut parts, _) = request.into_parts();
        for _ in 0..2 {
            let mut tx = Tx::<Sqlite>::from_request_parts(&mut parts, &()).await.unwrap();
            insert(&mut tx).await;
            assert!(Tx::<Sqlite>::from_request_parts(&mut parts, &()).await.is_err(), "two at once");
        }
        Answer::Returned("done".into_response())
    };
    let answer = fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
    assert_eq!(seen(answer).await, fresh(200, "done"));
    assert_eq!(fixture.rows().await, (2, 1));
}

#[tokio::test]
async fn a_twin_in_this_process_is_told_at_once() {
    let fixture = fixture().await;
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first = {
        let (guard, entered, go_on) = (Arc::clone(&fixture.guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let execute = move |request| async move {
                let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
                insert(&mut tx).await;
                entered.notify_one();
                go_on.notified().await;
                Answer::Returned("done".into_response())
            };
            guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await
        })
    };
    entered.notified().await;
    let twin = pay(&fixture.guard, "k", StatusCode::OK).await;
    assert_eq!((twin.status, problem(&twin)), (409, "in-progress"));
    let sunset = fixture.guard.asked(&JOINED, b"", None, false, request("k", ""), no_call).await;
    assert_eq!(problem(&seen(sunset).await), "in-progress");
    let other =
        seen(fixture.guard.asked(&JOINED, b"", None, true, request("k", "other"), no_call).await).await;
    assert_eq!((other.status, problem(&other)), (422, "key-reused"));
    go_on.notify_one();
    assert_eq!(seen(first.await.unwrap()).await, fresh(200, "done"));
    assert_eq!(fixture.rows().await, (1, 1));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::OK).await, replayed(200, "done"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_execute_once() {
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
        let seen = attempt.await.unwrap();
        assert_eq!((seen.status, &*seen.body), (201, "201"));
        fresh += u32::from(!seen.replayed);
    }
    assert_eq!((fresh, fixture.rows().await), (5, (5, 5)));
}

#[tokio::test]
async fn a_record_of_another_process_is_found_when_the_transaction_begins() {
    let fixture = fixture().await;
    let (guard, elsewhere) = (Arc::clone(&fixture.guard), guard(fixture.store.clone()));
    // Between the first read and the transaction.
    let execute = move |request| async move {
        assert_eq!(pay(&elsewhere, "k", StatusCode::CREATED).await, fresh(201, "201"));
        match tx(request).await {
            Ok(_) => panic!("a second transaction"),
            Err(rejected) => rejected,
        }
    };
    let answer = guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
    assert_eq!(seen(answer).await, replayed(201, "201"));
    assert_eq!(fixture.rows().await, (1, 1));
}

/// A store whose looks are answered when they are let.
struct SlowLook(SqliteStore, Arc<Notify>);

impl Store for SlowLook {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.0.apply(id, event)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl Transactions for SlowLook {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let found = Transactions::look(&self.0, id, event).await;
            self.1.notified().await;
            found
        })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn crate::idempotency::Transaction>, StoreError>> {
        self.0.begin()
    }
}

#[tokio::test]
async fn what_a_twin_did_between_the_look_and_the_handler_is_not_begun_again() {
    let fixture = fixture().await;
    let let_look = Arc::new(Notify::new());
    let guard = guard(SlowLook(fixture.store.clone(), Arc::clone(&let_look)));
    let ask = |execute: fn(Request) -> BoxFuture<'static, Answer>| {
        let guard = Arc::clone(&guard);
        tokio::spawn(async move { guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await })
    };
    // Both look before either has run.
    let first = ask(|_| Box::pin(async { Answer::Returned("done".into_response()) }));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = ask(|request| Box::pin(no_call(request)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let_look.notify_one();
    assert_eq!(seen(first.await.unwrap()).await, fresh(200, "done"));
    let_look.notify_one();
    let second = seen(second.await.unwrap()).await;
    assert_eq!((second.status, problem(&second)), (409, "in-progress"));
}

#[tokio::test]
async fn a_client_that_leaves_does_not_undo_the_commit() {
    let fixture = fixture().await;
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let client = {
        let (guard, entered, go_on) = (Arc::clone(&fixture.guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let execute = move |request| async move {
                let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
                insert(&mut tx).await;
                entered.notify_one();
                go_on.notified().await;
                Answer::Returned("done".into_response())
            };
            guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await
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
async fn a_rejection_before_the_transaction_keeps_nothing() {
    let fixture = fixture().await;
    let execute = |_| async { Answer::Rejected(StatusCode::BAD_REQUEST.into_response()) };
    let answer = fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
    assert_eq!(seen(answer).await.status, 400);
    assert_eq!(fixture.rows().await, (0, 0));
}

#[tokio::test]
async fn a_final_answer_without_a_transaction_is_recorded_by_itself() {
    let fixture = fixture().await;
    let execute = |_| async { Answer::Returned("done".into_response()) };
    let answer = fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
    assert_eq!(seen(answer).await, fresh(200, "done"));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, replayed(200, "done"));
}

#[tokio::test]
async fn a_record_that_cannot_be_written_takes_the_writes_with_it() {
    let fixture = fixture().await;
    sqlx::query(
        "CREATE TRIGGER full BEFORE INSERT ON steadfast_idempotency BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    .execute(fixture.store.pool())
    .await
    .unwrap();
    let failed = pay(&fixture.guard, "k", StatusCode::CREATED).await;
    assert_eq!((failed.status, problem(&failed)), (503, "store-unavailable"));
    assert_eq!(fixture.rows().await, (0, 0));
    // A refusal wrote nothing: the client hears it all the same.
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CONFLICT).await, fresh(409, "409"));
}

#[tokio::test]
async fn a_constraint_that_fails_in_the_commit_is_known_to_have_undone_it() {
    let fixture = fixture().await;
    for statement in [
        "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
        "CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
    ] {
        sqlx::query(statement).execute(fixture.store.pool()).await.unwrap();
    }
    let execute = |request| async move {
        let Ok(mut tx) = tx(request).await else { panic!("no transaction") };
        sqlx::query("INSERT INTO children (parent) VALUES (7)").execute(&mut *tx).await.unwrap();
        Answer::Returned(StatusCode::CREATED.into_response())
    };
    let failed = seen(fixture.guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await).await;
    assert_eq!((failed.status, problem(&failed)), (500, "internal-error"));
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(pay(&fixture.guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
}

#[tokio::test]
async fn outside_its_place_a_transaction_is_an_internal_error() {
    let fixture = fixture().await;
    // An endpoint that does not declare it, and a store that has none.
    let execute = |request| async move {
        let Err(rejected) = tx(request).await else { panic!("a transaction") };
        rejected
    };
    let undeclared =
        seen(fixture.guard.asked(&POLICY, b"", None, true, request("k", ""), execute).await).await;
    assert_eq!((undeclared.status, problem(&undeclared)), (500, "internal-error"));
    let no_database = guard(MemoryStore::new());
    let refused = seen(no_database.asked(&JOINED, b"", None, true, request("k", ""), no_call).await).await;
    assert_eq!((refused.status, problem(&refused)), (500, "internal-error"));
}

#[tokio::test]
async fn in_memory_works_the_same() {
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (note TEXT NOT NULL)").execute(store.pool()).await.unwrap();
    let guard = guard(store);
    assert_eq!(pay(&guard, "k", StatusCode::CREATED).await, fresh(201, "201"));
    assert_eq!(pay(&guard, "k", StatusCode::CREATED).await, replayed(201, "201"));
    assert_eq!(pay(&guard, "l", StatusCode::CONFLICT).await, fresh(409, "409"));
    assert_eq!(pay(&guard, "l", StatusCode::CONFLICT).await, replayed(409, "409"));
}
