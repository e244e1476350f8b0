//! While somebody else holds the one write lock of the database, payments are under way for as long as a test likes.

use super::client::{Request, read_answer};
use super::program::{Database, Program, Rows};
use super::{assert_problem, new_payment, pay};
use serde_json::json;
use std::thread::sleep;
use std::time::{Duration, Instant};

const NOTHING: Rows = Rows { payments: 0, refunds: 0, records: 0 };
const ONE_PAYMENT: Rows = Rows { payments: 1, refunds: 0, records: 1 };

/// Time for a request to reach its handler.
fn settle() {
    sleep(Duration::from_millis(300));
}

/// Sends the request, and closes the connection when its handler is at work.
fn hang_up_on(program: &Program, request: &Request) {
    let socket = request.begin(program.address);
    settle();
    drop(socket);
    settle();
}

fn wait_for(database: &Database, rows: Rows) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while database.rows() != rows {
        assert!(Instant::now() < deadline, "{:?} instead of {rows:?}", database.rows());
        sleep(Duration::from_millis(5));
    }
}

fn assert_replays(program: &Program, request: &Request) {
    let retry = program.send(request);
    assert_eq!((retry.status, retry.is_replay()), (201, true), "{retry:?}");
}

#[test]
fn an_abandoned_payment_is_made_without_a_retry() {
    let database = Database::new();
    let program = database.start();
    let lock = database.lock();
    hang_up_on(&program, &pay("k"));
    assert_eq!(database.rows(), NOTHING);
    drop(lock);
    wait_for(&database, ONE_PAYMENT);
    assert_replays(&program, &pay("k"));
    assert_eq!(database.rows(), ONE_PAYMENT);
}

#[test]
fn the_program_does_not_end_before_an_abandoned_payment_is_made() {
    let database = Database::new();
    let mut program = database.start();
    let lock = database.lock();
    hang_up_on(&program, &pay("k"));
    program.terminate();
    settle();
    assert_eq!(database.rows(), NOTHING);
    drop(lock);
    assert_eq!(program.wait().code(), Some(0));
    assert_eq!(database.rows(), ONE_PAYMENT);
    assert_replays(&database.start(), &pay("k"));
}

#[test]
fn a_killed_program_leaves_nothing_of_a_payment_under_way() {
    let database = Database::new();
    let program = database.start();
    let lock = database.lock();
    let socket = pay("k").begin(program.address);
    settle();
    program.kill();
    drop((socket, lock));
    let program = database.start();
    assert_eq!(database.rows(), NOTHING);
    // There is no lease to wait for: the retry runs at once.
    let retry = program.send(&pay("k"));
    assert_eq!((retry.status, retry.is_replay()), (201, false), "{retry:?}");
    assert_eq!(database.rows(), ONE_PAYMENT);
}

#[test]
fn a_twin_of_a_payment_under_way_is_told_to_wait() {
    let database = Database::new();
    let program = database.start();
    let lock = database.lock();
    let mut first = pay("k").begin(program.address);
    settle();
    for _ in 0..3 {
        let twin = program.send(&pay("k"));
        let problem = assert_problem(&twin, 409, "in-progress");
        assert_eq!(problem["retryable"], true);
        assert!(twin.header("retry-after").unwrap().parse::<u32>().unwrap() > 0, "{twin:?}");
        assert_eq!(twin.header("idempotency-key"), Some("k"));
    }
    // Another body may read to the same value, which is known when the first one has ended.
    let mut other = new_payment("2025-09-30");
    other["customer"] = json!("cus_2");
    assert_problem(&program.send(&pay("k").json(&other)), 409, "in-progress");
    // Reading is not held up.
    let list = program.send(&Request::new("GET", "/payments").merchant("acme"));
    assert_eq!(list.text(), r#"{"data":[],"meta":{"total":0}}"#);
    drop(lock);
    let answer = read_answer(&mut first).unwrap();
    assert_eq!((answer.status, answer.is_replay()), (201, false), "{answer:?}");
    assert_replays(&program, &pay("k"));
    assert_problem(&program.send(&pay("k").json(&other)), 422, "key-reused");
    assert_eq!(database.rows(), ONE_PAYMENT);
}

#[test]
fn a_database_that_stays_locked_is_a_passing_fault() {
    let database = Database::new();
    let program = database.start();
    let lock = database.lock();
    let answer = program.send(&pay("k"));
    assert_problem(&answer, 503, "store-unavailable");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    drop(lock);
    assert_eq!(database.rows(), NOTHING);
    let retry = program.send(&pay("k"));
    assert_eq!((retry.status, retry.is_replay()), (201, false), "{retry:?}");
    assert_eq!(database.rows(), ONE_PAYMENT);
}
