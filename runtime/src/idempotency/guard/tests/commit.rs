//! Everything that can go wrong between a database and an operation whose record is committed with its writes, at every
//! point where the one waits for the other: there is one write in the end, and who asks again hears of it.

use super::joined::JOINED;
use super::*;
use crate::idempotency::record::StoredResponse;
use crate::idempotency::{Database, SqliteTransaction, Transaction, Transactions, Tx};
use crate::{Sqlite, SqliteStore};
use axum::extract::FromRequestParts;
use sqlx::SqliteConnection;
use std::any::Any;
use std::path::Path;
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// Asks whether the operation was done.
    Look,
    /// Asks for a transaction.
    Begin,
    /// Writes the record.
    Record,
    /// Asks for the commit, of which the database has not heard.
    Commit,
    /// The commit is done, and the answer on its way.
    Committed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Disconnect,
    Error,
    Crash,
}

/// A point, what goes wrong there, what the client hears, and what a retry hears. There is always one write.
const ROWS: &[(Point, Fault, &str, &str)] = &[
    (Point::Look, Fault::Disconnect, "-", "201"),
    (Point::Look, Fault::Error, "503 store-unavailable", "201"),
    (Point::Look, Fault::Crash, "-", "201"),
    (Point::Begin, Fault::Disconnect, "-", "201 replayed"),
    (Point::Begin, Fault::Error, "503 store-unavailable", "201"),
    (Point::Begin, Fault::Crash, "-", "201"),
    (Point::Record, Fault::Disconnect, "-", "201 replayed"),
    (Point::Record, Fault::Error, "503 store-unavailable", "201"),
    (Point::Record, Fault::Crash, "-", "201"),
    (Point::Commit, Fault::Disconnect, "-", "201 replayed"),
    // Whether it was done is read back: it was not.
    (Point::Commit, Fault::Error, "503 outcome-unknown", "201"),
    (Point::Commit, Fault::Crash, "-", "201"),
    (Point::Committed, Fault::Disconnect, "-", "201 replayed"),
    (Point::Committed, Fault::Error, "201", "201 replayed"),
    (Point::Committed, Fault::Crash, "-", "201 replayed"),
];

/// One fault at one point, once.
#[derive(Clone)]
struct Plan(Arc<Planned>);

struct Planned {
    fault: Mutex<Option<(Point, Fault)>>,
    reached: Notify,
    go_on: Notify,
}

impl Plan {
    async fn at(&self, point: Point) -> Result<(), StoreError> {
        let Planned { fault, reached, go_on } = &*self.0;
        let fault = fault.lock().unwrap().take_if(|(at, _)| *at == point);
        match fault {
            None => return Ok(()),
            Some((_, Fault::Error)) => return Err(StoreError::unavailable("down")),
            Some((_, Fault::Disconnect)) => {
                reached.notify_one();
                go_on.notified().await;
            }
            Some((_, Fault::Crash)) => {
                reached.notify_one();
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    }
}

#[derive(Clone)]
struct Faulty {
    store: SqliteStore,
    plan: Plan,
}

struct FaultyTransaction {
    inner: Box<dyn Transaction>,
    plan: Plan,
}

impl Store for Faulty {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.store.apply(id, event)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl Transactions for Faulty {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            self.plan.at(Point::Look).await?;
            self.store.look(id, event).await
        })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>> {
        Box::pin(async move {
            self.plan.at(Point::Begin).await?;
            let transaction = FaultyTransaction { inner: self.store.begin().await?, plan: self.plan.clone() };
            Ok(Box::new(transaction) as Box<dyn Transaction>)
        })
    }
}

impl Transaction for FaultyTransaction {
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            if !event.is_read() {
                self.plan.at(Point::Record).await?;
            }
            self.inner.apply(id, event).await
        })
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            self.plan.at(Point::Commit).await?;
            self.inner.commit().await?;
            self.plan.at(Point::Committed).await
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.rollback()
    }
}

impl Database for Faulty {
    type Transaction = FaultyTransaction;
    type Connection = SqliteConnection;

    fn connection(transaction: &FaultyTransaction) -> &SqliteConnection {
        let inner: &dyn Any = &*transaction.inner;
        Sqlite::connection(inner.downcast_ref::<SqliteTransaction>().unwrap())
    }

    fn connection_mut(transaction: &mut FaultyTransaction) -> &mut SqliteConnection {
        let inner: &mut dyn Any = &mut *transaction.inner;
        Sqlite::connection_mut(inner.downcast_mut::<SqliteTransaction>().unwrap())
    }
}

/// A process: it can be left in the middle of anything.
struct Process {
    runtime: Runtime,
    guard: Arc<Guard>,
}

impl Process {
    fn start(path: &Path, plan: &Plan) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let guard = runtime.block_on(async {
            let store = SqliteStore::open(path).await.unwrap();
            let table = "CREATE TABLE IF NOT EXISTS payments (note TEXT NOT NULL)";
            sqlx::query(table).execute(store.pool()).await.unwrap();
            guard(Faulty { store, plan: plan.clone() })
        });
        Self { runtime, guard }
    }

    fn pay(&self) -> JoinHandle<Guarded> {
        let guard = Arc::clone(&self.guard);
        self.runtime.spawn(async move {
            let execute = async move |request: Request| {
                let (mut parts, _) = request.into_parts();
                let mut tx = match Tx::<Faulty>::from_request_parts(&mut parts, &()).await {
                    Ok(tx) => tx,
                    Err(rejection) => return Answer::Rejected(rejection.into_response()),
                };
                sqlx::query("INSERT INTO payments (note) VALUES ('one')").execute(&mut *tx).await.unwrap();
                Answer::Returned(StatusCode::CREATED.into_response())
            };
            guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await
        })
    }

    fn shown(&self, paying: JoinHandle<Guarded>) -> String {
        let seen = self.runtime.block_on(async { seen(paying.await.unwrap()).await });
        match seen.status {
            400.. => format!("{} {}", seen.status, problem(&seen)),
            status if seen.replayed => format!("{status} replayed"),
            status => status.to_string(),
        }
    }

    fn asks_again(&self) -> String {
        loop {
            let shown = self.shown(self.pay());
            if shown != "409 in-progress" {
                return shown;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn whatever_goes_wrong_there_is_one_write_in_the_end() {
    for (point, fault, heard, again) in ROWS {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("test.db");
        let fault_at = Mutex::new(Some((*point, *fault)));
        let planned = Planned { fault: fault_at, reached: Notify::new(), go_on: Notify::new() };
        let plan = Plan(Arc::new(planned));
        let mut process = Process::start(&path, &plan);
        let paying = process.pay();
        let told = if *fault == Fault::Error {
            process.shown(paying)
        } else {
            process.runtime.block_on(plan.0.reached.notified());
            if *fault == Fault::Crash {
                process.runtime.shutdown_background();
                process = Process::start(&path, &plan);
            } else {
                paying.abort();
                let _ = process.runtime.block_on(paying);
                plan.0.go_on.notify_one();
            }
            "-".to_owned()
        };
        let retried = process.asks_again();
        assert_eq!((told.as_str(), retried.as_str()), (*heard, *again), "{point:?} {fault:?}");
        let database = rusqlite::Connection::open(&path).unwrap();
        let writes: u32 = database.query_row("SELECT count(*) FROM payments", [], |row| row.get(0)).unwrap();
        assert_eq!(writes, 1, "{point:?} {fault:?}");
        process.runtime.shutdown_background();
    }
}

/// A database whose commits fail, and where another process is faster than whoever reads back what became of one.
struct Overtaking(SqliteStore);

struct OvertakingTransaction {
    inner: Box<dyn Transaction>,
    store: SqliteStore,
    /// What the other process records.
    other: Option<(RecordId, Event)>,
}

impl Store for Overtaking {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.0.apply(id, event)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl Transactions for Overtaking {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.0.look(id, event)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>> {
        Box::pin(async move {
            let (inner, store) = (self.0.begin().await?, self.0.clone());
            Ok(Box::new(OvertakingTransaction { inner, store, other: None }) as Box<dyn Transaction>)
        })
    }
}

impl Transaction for OvertakingTransaction {
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        if let Event::Complete { token, asked, keep, .. } = &event {
            let response = StoredResponse {
                status: StatusCode::OK,
                headers: Vec::new(),
                body: "the other".into(),
                version: None,
                newest: None,
            };
            let outcome = Kept::Response(Arc::new(response));
            let other = Event::Complete { token: *token, asked: asked.clone(), outcome, keep: *keep };
            self.other = Some((id, other));
        }
        self.inner.apply(id, event)
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            let Self { inner, store, other } = *self;
            inner.rollback().await?;
            let (id, event) = other.unwrap();
            assert_eq!(store.apply(id, event).await?, Action::Done);
            Err(StoreError::unavailable("down"))
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.rollback()
    }
}

/// That there is a record does not say whose it is.
#[tokio::test]
async fn what_is_read_back_may_be_the_answer_of_another() {
    let guard = guard(Overtaking(SqliteStore::in_memory().await.unwrap()));
    let execute = async |_: Request| Answer::Returned((StatusCode::CREATED, "its own").into_response());
    for _ in 0..2 {
        let told = guard.asked(&JOINED, b"", None, true, request("k", ""), execute).await;
        assert_eq!(seen(told).await, replayed(200, "the other"));
    }
}
