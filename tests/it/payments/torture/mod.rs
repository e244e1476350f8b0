//! Clients that hang up at any moment, and processes that are killed at any other, stop for longer than a lease, share a
//! database or have no room on their disk, over and over: in the end each key has one answer and one effect.
//! `cargo xtask torture` does it for longer.

mod claims;
#[cfg(target_os = "linux")]
mod disk;
mod load;
mod operations;
#[cfg(unix)]
mod processes;

use super::client::Request;
use super::program::{Database, Program};
use super::{ALL_LIVE, new_payment, pay};
use load::{Load, Tally, torture};
use serde_json::json;
use std::collections::BTreeMap;

/// A payment that can be told from all others by its customer.
fn payment(key: u64) -> Request {
    let mut body = new_payment("2025-09-30");
    body["customer"] = json!(format!("cus_{key}"));
    pay(&format!("key-{key}")).json(&body)
}

fn print(title: &str, load: Load, tally: &Tally, counts: &[(&str, u64)]) {
    println!("\n{title}, seed {}", load.seed);
    let common = [
        ("rounds", u64::from(tally.rounds)),
        ("kills", u64::from(tally.kills)),
        ("disconnects", u64::from(tally.disconnects)),
        ("crowds of one key", u64::from(tally.crowds)),
        ("connections cut by a kill", u64::from(tally.cut)),
        ("keys", tally.keys),
        ("keys answered in between", tally.heard.len() as u64),
    ];
    for (name, count) in common.iter().chain(counts) {
        println!("  {name:<40}{count:>8}");
    }
}

/// The record is in the transaction of the payment: no key pays twice, whatever dies.
#[test]
fn payments_are_made_once() {
    let load = Load::told();
    let database = Database::new();
    let start = || {
        if load.in_memory {
            Program::start(&["--store", "memory", "--today", ALL_LIVE])
        } else {
            database.start()
        }
    };
    let (tally, program) = torture(load, start, payment);

    // What was abandoned goes on by itself; what it left can be told from what the last requests do.
    let mut answers = BTreeMap::new();
    let mut replayed = 0;
    for key in 0..tally.keys {
        let answer = program.send_patiently(&payment(key));
        assert_eq!(answer.status, 201, "{answer:?}");
        replayed += u64::from(answer.is_replay());
        if let Some(heard) = tally.heard.get(&key) {
            assert!(answer.is_replay(), "an answer that was heard is lost: {answer:?}");
            assert_eq!(*heard, answer.body);
        }
        answers.insert(key, answer.body);
    }
    for (key, body) in &answers {
        let again = program.send(&payment(*key));
        assert_eq!((again.status, again.is_replay(), &again.body), (201, true, body), "{again:?}");
    }
    let rows = if load.in_memory {
        let list = Request::new("GET", "/payments").merchant("acme");
        program.send(&list).json()["meta"]["total"].as_u64().unwrap()
    } else {
        assert_eq!(u64::from(database.rows().records), tally.keys);
        assert_eq!(database.unaudited(), 0);
        (0..tally.keys).for_each(|key| assert_eq!(database.payments_of(&format!("cus_{key}")), 1, "{key}"));
        database.rows().payments.into()
    };
    print(
        "payments, in one transaction with their records",
        load,
        &tally,
        &[
            ("paid before the last request for them", replayed),
            ("keys with one answer, replayed", answers.len() as u64),
            ("payments", rows),
        ],
    );
    assert_eq!(rows, tally.keys);
    // Otherwise it was no torture.
    assert!(replayed > 0 && (load.kills == 0 || replayed < tally.keys));
}
