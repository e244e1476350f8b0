//! Everything that can go wrong with one request, at every point where it waits: what its client and the next one hear,
//! and how often the handler did what it is for.

#![allow(clippy::print_stdout, reason = "the table, for whoever wants to see it")]

mod crowd;
pub(crate) mod points;
mod process;

use crate::server::{Answer, Server, request};
use points::{Fault, Faulty, Point, Points};
use process::{Process, World, claiming, joining};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use steadfast::idempotency::Store;
use steadfast::{FixedClock, MemoryStore, SqliteStore};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

/// A point, what goes wrong there, what the client hears, what a retry hears in the end, and how often the handler did
/// what it is for; the last two also where what was lost is held.
type Row = (Point, Fault, &'static str, (&'static str, u32), (&'static str, u32));

/// Nobody is left to hear.
const GONE: &str = "-";
const FRESH: &str = "201";
const REPLAY: &str = "201 replayed";
const UNKNOWN: &str = "409 outcome-unknown";

/// Two effects are where the handler was done, and its process could not say so, at an endpoint that says that running
/// again does no harm.
const CLAIMED: &[Row] = &[
    (Point::Claim, Fault::Disconnect, GONE, (FRESH, 1), (FRESH, 1)),
    (Point::Claim, Fault::Store, "503 store-unavailable", (FRESH, 1), (FRESH, 1)),
    (Point::Claim, Fault::Crash, GONE, (FRESH, 1), (FRESH, 1)),
    (Point::Claimed, Fault::Disconnect, GONE, (FRESH, 1), (FRESH, 1)),
    (Point::Claimed, Fault::Store, "503 store-unavailable", (FRESH, 1), (FRESH, 1)),
    (Point::Claimed, Fault::Crash, GONE, (FRESH, 1), (UNKNOWN, 0)),
    (Point::Start, Fault::Disconnect, GONE, (REPLAY, 1), (REPLAY, 1)),
    (Point::Start, Fault::Panic, "500 internal-error", (FRESH, 1), (UNKNOWN, 0)),
    (Point::Start, Fault::Crash, GONE, (FRESH, 1), (UNKNOWN, 0)),
    (Point::End, Fault::Disconnect, GONE, (REPLAY, 1), (REPLAY, 1)),
    (Point::End, Fault::Panic, "500 internal-error", (FRESH, 2), (UNKNOWN, 1)),
    (Point::End, Fault::Crash, GONE, (FRESH, 2), (UNKNOWN, 1)),
    (Point::Complete, Fault::Disconnect, GONE, (REPLAY, 1), (REPLAY, 1)),
    (Point::Complete, Fault::Store, FRESH, (REPLAY, 1), (REPLAY, 1)),
    (Point::Complete, Fault::Crash, GONE, (FRESH, 2), (UNKNOWN, 1)),
    (Point::Completed, Fault::Disconnect, GONE, (REPLAY, 1), (REPLAY, 1)),
    (Point::Completed, Fault::Store, FRESH, (REPLAY, 1), (REPLAY, 1)),
    (Point::Completed, Fault::Crash, GONE, (REPLAY, 1), (REPLAY, 1)),
];

/// With the record in the handler's transaction there is one effect, whatever happens, and no lease to wait for.
const JOINED: &[(Point, Fault, &str, &str)] = &[
    (Point::Start, Fault::Disconnect, GONE, REPLAY),
    (Point::Start, Fault::Panic, "500 internal-error", FRESH),
    (Point::Start, Fault::Crash, GONE, FRESH),
    (Point::End, Fault::Disconnect, GONE, REPLAY),
    (Point::End, Fault::Panic, "500 internal-error", FRESH),
    (Point::End, Fault::Crash, GONE, FRESH),
];

const HEADERS: &[&[u8]] = &[b"Idempotency-Key: k"];

async fn ask(server: &Server, path: &str) -> Answer {
    server.send(&format!("POST {path}"), HEADERS, "").await
}

/// The status, with the problem or that it is a replay.
fn shown(answer: &Answer) -> String {
    let replayed = answer.header("idempotency-replayed").is_some();
    match answer.status {
        400.. => format!("{} {}", answer.status, answer.problem_type()),
        status if replayed => format!("{status} replayed"),
        status => status.to_string(),
    }
}

/// Sends the first request, and lets happen what is planned for it. Then either its process is as it was or `restart` has
/// made another.
async fn first(
    process: &mut Process,
    path: &str,
    points: &Points,
    fault: Fault,
    restart: impl AsyncFnOnce() -> Process,
) -> String {
    let server = process.server.as_ref().unwrap();
    match fault {
        Fault::Panic | Fault::Store => shown(&ask(server, path).await),
        Fault::Disconnect | Fault::Crash => {
            let mut socket = server.connect().await;
            socket.write_all(&request(&format!("POST {path}"), HEADERS, "")).await.unwrap();
            points.reached().await;
            if fault == Fault::Crash {
                process.crash();
                *process = restart().await;
            } else {
                drop(socket);
                // For the server to notice.
                tokio::time::sleep(Duration::from_millis(50)).await;
                points.go_on();
            }
            GONE.to_owned()
        }
    }
}

/// Asks again until the answer is another than "in progress". When that lasts, the lease is let pass.
async fn retry(server: &Server, path: &str, clock: Option<&FixedClock>) -> String {
    for attempt in 0.. {
        let answer = shown(&ask(server, path).await);
        if answer != "409 in-progress" {
            return answer;
        }
        assert!(attempt < 600, "still in progress");
        if attempt == 20
            && let Some(clock) = clock
        {
            clock.advance(Duration::from_mins(1));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    unreachable!()
}

/// Goes through the table with a store that is opened anew by each process, at one clock.
async fn assert_claims<S, Fut>(name: &str, open: impl Fn(FixedClock) -> Fut)
where
    S: Store,
    Fut: Future<Output = Opened<S>>,
{
    println!("\n{name}\n{:<11}{:<12}{:<24}{:<24}held", "at", "fault", "its client", "a retry");
    for (point, fault, heard, again, held) in CLAIMED {
        let mut seen = Vec::new();
        for (path, expected) in [("/reexecute", again), ("/hold", held)] {
            let world = World { points: Points::at_once(*point, *fault), ..World::default() };
            let clock = FixedClock::new(Duration::from_secs(1_000_000));
            let opened = open(clock.clone()).await;
            let start = async || {
                let (reopen, world) = (Arc::clone(&opened.reopen), world.clone());
                Process::start(async move {
                    let store = Faulty::new(reopen().await, world.points.clone());
                    claiming(store, world)
                })
                .await
            };
            let mut process = start().await;
            let told = first(&mut process, path, &world.points, *fault, start).await;
            assert_eq!(told, *heard, "{name}{path}: {point:?} {fault:?}");
            let told = retry(process.server.as_ref().unwrap(), path, Some(&clock)).await;
            let effects = world.effects.load(Ordering::SeqCst);
            assert_eq!((told.as_str(), effects), *expected, "{name}{path}: {point:?} {fault:?}");
            seen.push(format!("{told} ({effects})"));
        }
        println!(
            "{:<11}{:<12}{heard:<24}{:<24}{}",
            format!("{point:?}"),
            format!("{fault:?}"),
            seen[0],
            seen[1]
        );
    }
}

type Reopen<S> = Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = Arc<S>> + Send>> + Send + Sync>;

/// How the processes of one scenario come to their store.
struct Opened<S> {
    reopen: Reopen<S>,
    _directory: Option<TempDir>,
}

#[tokio::test]
async fn claims_in_memory() {
    assert_claims("memory", async |clock| {
        let store = Arc::new(MemoryStore::new().clock(clock));
        let reopen: Reopen<MemoryStore> = Arc::new(move || {
            let store = Arc::clone(&store);
            Box::pin(async move { store })
        });
        Opened { reopen, _directory: None }
    })
    .await;
}

#[tokio::test]
async fn claims_in_sqlite() {
    assert_claims("sqlite", async |clock| {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("records.db");
        let reopen: Reopen<SqliteStore> = Arc::new(move || {
            let (path, clock) = (path.clone(), clock.clone());
            Box::pin(async move { Arc::new(SqliteStore::open_at(path, clock).await.unwrap()) })
        });
        Opened { reopen, _directory: Some(directory) }
    })
    .await;
}

#[tokio::test]
async fn records_in_the_transaction_of_the_handler() {
    println!("\ntransaction\n{:<11}{:<12}{:<24}a retry", "at", "fault", "its client");
    for (point, fault, heard, again) in JOINED {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("records.db");
        let world = World { points: Points::at_once(*point, *fault), ..World::default() };
        let start = async || {
            let (path, world) = (path.clone(), world.clone());
            Process::start(async move {
                let store = SqliteStore::open(path).await.unwrap();
                let table = "CREATE TABLE IF NOT EXISTS effects (id INTEGER PRIMARY KEY)";
                sqlx::query(table).execute(store.pool()).await.unwrap();
                joining(store, world)
            })
            .await
        };
        let mut process = start().await;
        let told = first(&mut process, "/joined", &world.points, *fault, start).await;
        assert_eq!(told, *heard, "{point:?} {fault:?}");
        let told = retry(process.server.as_ref().unwrap(), "/joined", None).await;
        let database = rusqlite::Connection::open(&path).unwrap();
        let effects: u32 = database.query_row("SELECT count(*) FROM effects", [], |row| row.get(0)).unwrap();
        assert_eq!((told.as_str(), effects), (*again, 1), "{point:?} {fault:?}");
        println!("{:<11}{:<12}{heard:<24}{told} ({effects})", format!("{point:?}"), format!("{fault:?}"));
    }
}
