//! Everything that can go wrong between a database and an operation whose record is committed with its writes, at every
//! point where the one waits for the other: there is one write in the end, and the retry receives its response.

use super::*;
use crate::idempotency::Tx;
use crate::{Sqlite, SqliteStore};
use axum::extract::FromRequestParts;
use sqlx::{SqliteConnection, SqlitePool};
use std::any::Any;
use std::path::Path;
use steadfast_engine::{
    AuditDraft, Database, Entry, Finish, Found, Revision, Swap, Transaction, Transactions,
};
use steadfast_sqlite::SqliteTransaction;
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    /// The record is looked up.
    Load,
    /// The transaction begins.
    Begin,
    /// The commit has not reached the database.
    Commit,
    /// The commit is done, and its reply on the way.
    Committed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Disconnect,
    Error,
    Crash,
}

/// A point, what goes wrong there, what the client receives, and what a retry receives. There is always one write.
const ROWS: &[(Point, Fault, &str, &str)] = &[
    (Point::Load, Fault::Disconnect, "-", "201"),
    (Point::Load, Fault::Error, "503 store-unavailable", "201"),
    (Point::Load, Fault::Crash, "-", "201"),
    (Point::Begin, Fault::Disconnect, "-", "201 replayed"),
    (Point::Begin, Fault::Error, "503 store-unavailable", "201"),
    (Point::Begin, Fault::Crash, "-", "201"),
    (Point::Commit, Fault::Disconnect, "-", "201 replayed"),
    // The record is read back: it is not there, and may still come.
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
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        self.store.find_or_insert(id, claim)
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        self.store.swap(id, expected, new, audit)
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(async move {
            self.plan.at(Point::Load).await?;
            self.store.load(id).await
        })
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl Transactions for Faulty {
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>> {
        Box::pin(async move {
            self.plan.at(Point::Begin).await?;
            let (inner, found) = self.store.begin(id).await?;
            let transaction = FaultyTransaction { inner, plan: self.plan.clone() };
            Ok((Box::new(transaction) as Box<dyn Transaction>, found))
        })
    }
}

impl Transaction for FaultyTransaction {
    fn finish(
        self: Box<Self>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'static, Result<Finish, StoreError>> {
        Box::pin(async move {
            self.plan.at(Point::Commit).await?;
            let finish = self.inner.finish(new, audit).await?;
            self.plan.at(Point::Committed).await?;
            Ok(finish)
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
    pool: SqlitePool,
    guard: Arc<Guard>,
}

impl Process {
    fn start(path: &Path, plan: &Plan) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (guard, pool) = runtime.block_on(async {
            let store = SqliteStore::open(path).await.unwrap();
            let table = "CREATE TABLE IF NOT EXISTS payments (note TEXT NOT NULL)";
            sqlx::query(table).execute(store.pool()).await.unwrap();
            let pool = store.pool().clone();
            (guard(Faulty { store, plan: plan.clone() }), pool)
        });
        Self { runtime, pool, guard }
    }

    fn pay(&self) -> JoinHandle<GuardOutcome> {
        let guard = Arc::clone(&self.guard);
        self.runtime.spawn(async move {
            let handler = async move |request: Request| {
                let (mut parts, _) = request.into_parts();
                let mut tx = match Tx::<Faulty>::from_request_parts(&mut parts, &()).await {
                    Ok(tx) => tx,
                    Err(rejection) => return HandlerOutcome::rejected(rejection),
                };
                sqlx::query("INSERT INTO payments (note) VALUES ('one')").execute(&mut *tx).await.unwrap();
                returned(StatusCode::CREATED)
            };
            guard.send(&TX, request("k", ""), handler).await
        })
    }

    fn received(&self, paying: JoinHandle<GuardOutcome>) -> String {
        let received = self.runtime.block_on(async { received(paying.await.unwrap()).await });
        match received.status {
            400.. => format!("{} {}", received.status, received.problem().1),
            status if received.replayed => format!("{status} replayed"),
            status => status.to_string(),
        }
    }

    fn writes(&self) -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(&self.pool);
        self.runtime.block_on(count).unwrap()
    }

    fn retry(&self) -> String {
        loop {
            let received = self.received(self.pay());
            if received != "409 in-progress" {
                return received;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn whatever_goes_wrong_there_is_one_write_in_the_end() {
    for (point, fault, first, again) in ROWS {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("test.db");
        let fault_at = Mutex::new(Some((*point, *fault)));
        let planned = Planned { fault: fault_at, reached: Notify::new(), go_on: Notify::new() };
        let plan = Plan(Arc::new(planned));
        let mut process = Process::start(&path, &plan);
        let paying = process.pay();
        let received = if *fault == Fault::Error {
            process.received(paying)
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
        let retried = process.retry();
        assert_eq!((received.as_str(), retried.as_str()), (*first, *again), "{point:?} {fault:?}");
        assert_eq!(process.writes(), 1, "{point:?} {fault:?}");
        process.runtime.shutdown_background();
    }
}
