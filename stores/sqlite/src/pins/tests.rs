use super::*;
use crate::options::BUSY_TIMEOUT;
use futures_util::future::join_all;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Row};
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use steadfast_pins::contract;
use tempfile::TempDir;

struct Databases(TempDir, AtomicUsize);

impl Databases {
    fn new() -> Self {
        Self(TempDir::new().unwrap(), AtomicUsize::new(0))
    }

    /// Returns the path of a database that is not there yet.
    fn path(&self) -> PathBuf {
        self.0.path().join(format!("{}.db", self.1.fetch_add(1, Ordering::Relaxed)))
    }
}

fn day(of: u32) -> Date {
    Date::from_ymd(2024, 1, of).unwrap()
}

async fn execute(path: &Path, sql: impl Into<String>) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(AssertSqlSafe(sql.into())).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn pins_keep_the_contract() {
    let databases = Databases::new();
    contract::check(async || SqlitePins::open(databases.path()).await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn pins_without_a_cache_keep_the_contract() {
    let databases = Databases::new();
    let make = async || SqlitePins::open(databases.path()).await.unwrap().ttl(Duration::ZERO);
    contract::check(make).await.unwrap();
}

#[tokio::test]
async fn pins_over_a_pool_of_the_application_keep_the_contract() {
    let databases = Databases::new();
    // Without WAL readers and writers wait for each other.
    let make = async || {
        let options = SqliteConnectOptions::new().filename(databases.path()).create_if_missing(true);
        SqlitePins::new(SqlitePool::connect_with(options).await.unwrap()).await.unwrap()
    };
    contract::check(make).await.unwrap();
}

#[tokio::test]
async fn pins_outlive_the_process() {
    let databases = Databases::new();
    let path = databases.path();
    let pins = SqlitePins::open(&path).await.unwrap();
    assert_eq!(pins.pin_first("acme", day(1)).await.unwrap(), day(1));
    assert_eq!(pins.pin_first("other", day(1)).await.unwrap(), day(1));
    pins.set("other", day(2)).await.unwrap();
    drop(pins);
    let pins = SqlitePins::open(&path).await.unwrap();
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(pins.get("other").await.unwrap(), Some(day(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_the_first_calls_in_two_processes_wins() {
    let databases = Databases::new();
    let path = databases.path();
    let stores = [SqlitePins::open(&path).await.unwrap(), SqlitePins::open(&path).await.unwrap()];
    for caller in 0..10 {
        let caller = format!("caller-{caller}");
        let calls = (1..=20_u32).map(|of| {
            let (store, caller) = (stores[of as usize % 2].clone(), caller.clone());
            tokio::spawn(async move { store.pin_first(&caller, day(of)).await.unwrap() })
        });
        let pins: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        assert!(pins.iter().all(|pin| *pin == pins[0]), "{pins:?}");
        assert_eq!(stores[0].get(&caller).await.unwrap(), Some(pins[0]));
    }
}

#[tokio::test]
async fn a_pin_that_another_process_moved_is_seen_after_the_ttl() {
    let databases = Databases::new();
    let path = databases.path();
    let (here, there) = (SqlitePins::open(&path).await.unwrap(), SqlitePins::open(&path).await.unwrap());
    let at_once = here.clone().ttl(Duration::ZERO);
    assert_eq!(here.pin_first("acme", day(1)).await.unwrap(), day(1));
    there.set("acme", day(2)).await.unwrap();
    assert_eq!(there.pin_first("acme", day(9)).await.unwrap(), day(2));
    assert_eq!(here.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(at_once.pin_first("acme", day(9)).await.unwrap(), day(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_can_open_a_new_database_at_once() {
    let databases = Databases::new();
    for _ in 0..5 {
        let path = databases.path();
        let stores = join_all((0..10_u32).map(|_| tokio::spawn(SqlitePins::open(path.clone())))).await;
        for store in stores {
            assert_eq!(store.unwrap().unwrap().pin_first("acme", day(1)).await.unwrap(), day(1));
        }
    }
}

#[tokio::test]
async fn only_a_first_call_and_a_set_write() {
    let databases = Databases::new();
    let path = databases.path();
    SqlitePins::open(&path).await.unwrap().set("acme", day(1)).await.unwrap();
    let options = SqliteConnectOptions::new().filename(&path).pragma("query_only", "true");
    let reading = SqlitePool::connect_with(options).await.unwrap();
    // To prepare a table that is there writes nothing either.
    let pins = SqlitePins::new(reading).await.unwrap().ttl(Duration::ZERO);
    assert_eq!(pins.pin_first("acme", day(9)).await.unwrap(), day(1));
    assert_eq!(pins.get("acme").await.unwrap(), Some(day(1)));
    assert_eq!(pins.get("other").await.unwrap(), None);
    let refused = pins.pin_first("other", day(9)).await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
    assert!(refused.source().unwrap().is::<sqlx::Error>());
}

#[tokio::test]
async fn a_write_waits_for_that_of_another_process_and_a_read_does_not() {
    let databases = Databases::new();
    let path = databases.path();
    let pins = SqlitePins::open(&path).await.unwrap();
    pins.set("known", day(1)).await.unwrap();
    let options = SqliteConnectOptions::new().filename(&path);
    let other = SqlitePool::connect_with(options).await.unwrap();
    // Without WAL this would keep readers out as well.
    let lock = other.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let begun = Instant::now();
    assert_eq!(pins.pin_first("known", day(9)).await.unwrap(), day(1));
    assert!(begun.elapsed() < BUSY_TIMEOUT);
    let begun = Instant::now();
    let free = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        lock.rollback().await.unwrap();
    };
    let (new, set, ()) = tokio::join!(pins.pin_first("new", day(2)), pins.set("known", day(3)), free);
    assert_eq!(new.unwrap(), day(2));
    set.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(pins.get("known").await.unwrap(), Some(day(3)));
}

#[tokio::test]
async fn a_number_that_is_no_day_is_an_error() {
    let databases = Databases::new();
    let path = databases.path();
    let pins = SqlitePins::open(&path).await.unwrap();
    for (of, number) in ["0", "-1", "-20240115", "20240230", "20241301", "4315207411", "9223372036854775807"]
        .into_iter()
        .enumerate()
    {
        execute(&path, format!("INSERT INTO steadfast_pins VALUES ('{of}', {number}, 0)")).await;
        let caller = of.to_string();
        for error in [
            pins.get(&caller).await.unwrap_err(),
            pins.pin_first(&caller, day(1)).await.unwrap_err(),
            // An error is not cached.
            pins.get(&caller).await.unwrap_err(),
        ] {
            assert!(error.to_string().contains(&format!("{number} is not a day")), "{error}");
        }
        // To set the pin mends it.
        pins.set(&caller, day(2)).await.unwrap();
        assert_eq!(pins.pin_first(&caller, day(9)).await.unwrap(), day(2));
    }
}

#[tokio::test]
async fn a_value_that_is_no_number_is_an_error() {
    let databases = Databases::new();
    let path = databases.path();
    // A table that somebody else made.
    execute(&path, "CREATE TABLE steadfast_pins (caller TEXT PRIMARY KEY, version, pinned_at)").await;
    let pins = SqlitePins::open(&path).await.unwrap();
    for (of, value) in ["'2024-01-15'", "NULL", "x'00'", "'soon'", "20240115.5"].into_iter().enumerate() {
        execute(&path, format!("INSERT INTO steadfast_pins VALUES ('{of}', {value}, 0)")).await;
        pins.get(&of.to_string()).await.unwrap_err();
        pins.pin_first(&of.to_string(), day(1)).await.unwrap_err();
    }
}

#[tokio::test]
async fn another_table_of_that_name_is_refused() {
    let databases = Databases::new();
    let path = databases.path();
    execute(&path, "CREATE TABLE steadfast_pins (account TEXT)").await;
    assert!(SqlitePins::open(&path).await.unwrap_err().to_string().contains("caller"));
    let directory = SqlitePins::open(databases.0.path()).await.unwrap_err();
    assert!(directory.source().is_some());
}

#[tokio::test]
async fn a_row_holds_the_caller_the_day_and_the_time() {
    let databases = Databases::new();
    let path = databases.path();
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path).create_if_missing(true));
    let pool = pool.await.unwrap();
    let pins = SqlitePins::new(pool.clone()).await.unwrap();
    assert_eq!(pins.pin_first("nul\0one", day(1)).await.unwrap(), day(1));
    assert_eq!(pins.pin_first("nul\0two", day(2)).await.unwrap(), day(2));
    pins.set("acme", day(3)).await.unwrap();
    let rows = sqlx::query("SELECT caller, version, pinned_at FROM steadfast_pins ORDER BY caller");
    let rows: Vec<(String, i64, i64)> =
        rows.fetch_all(&pool).await.unwrap().iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    let (callers, versions): (Vec<_>, Vec<_>) =
        rows.iter().map(|(caller, version, _)| (caller.as_str(), *version)).unzip();
    assert_eq!(callers, ["acme", "nul\0one", "nul\0two"]);
    assert_eq!(versions, [20_240_103, 20_240_101, 20_240_102]);
    assert!(rows.iter().all(|(.., at)| *at > 1_700_000_000_000), "{rows:?}");
}
