//! Many clients at once.

use super::client::Request;
use super::program::{Database, Program};
use super::{ALL_LIVE, assert_problem, pay};
use serde_json::json;
use std::sync::Barrier;
use std::thread;

const CLIENTS: usize = 30;

/// Sends every request from a thread of its own, all at the same moment, to the programs in turn.
fn at_once(programs: &[&Program], requests: &[Request]) -> Vec<super::client::Answer> {
    let start = Barrier::new(requests.len());
    thread::scope(|scope| {
        let clients: Vec<_> = requests
            .iter()
            .zip(programs.iter().cycle())
            .map(|(request, program)| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    program.send(request)
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

#[test]
fn thirty_equal_requests_make_one_payment() {
    let database = Database::new();
    let program = database.start();
    assert_one_payment_a_round(&database, &[&program]);
}

/// What one process has in its memory does not help here; the database alone decides.
#[test]
fn thirty_equal_requests_to_two_processes_make_one_payment() {
    let database = Database::new();
    let programs = [database.start(), database.start()];
    assert_one_payment_a_round(&database, &[&programs[0], &programs[1]]);
}

fn assert_one_payment_a_round(database: &Database, programs: &[&Program]) {
    for round in 0..5 {
        let request = pay(&format!("round-{round}"));
        let answers = at_once(programs, &vec![request.clone(); CLIENTS]);
        assert_eq!(database.rows().payments, round + 1);
        let fresh: Vec<_> =
            answers.iter().filter(|answer| answer.status == 201 && !answer.is_replay()).collect();
        assert_eq!(fresh.len(), 1, "{answers:?}");
        for answer in &answers {
            if answer.status == 201 {
                assert_eq!(answer.body, fresh[0].body);
            } else {
                assert_problem(answer, 409, "in-progress");
                assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
            }
        }
        for program in programs {
            assert_eq!(program.send_patiently(&request).body, fresh[0].body);
        }
    }
}

#[test]
fn refunds_at_once_never_exceed_the_payment() {
    let database = Database::new();
    let program = database.start();
    let id = program.send(&pay("pay")).id();
    let refunds: Vec<Request> = (0..CLIENTS)
        .map(|i| {
            Request::new("POST", format!("/payments/{id}/refunds"))
                .merchant("acme")
                .key(&format!("refund-{i}"))
                .json(&json!({ "amount": { "value": 300, "currency": "usd" } }))
        })
        .collect();
    let answers = at_once(&[&program], &refunds);
    let with = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(201), with(422)), (3, CLIENTS - 3), "{answers:?}");
    assert_eq!(database.rows().refunds, 3);
}

/// The database in memory locks as a whole; readers and writers must wait for each other and not fail.
#[test]
fn readers_and_writers_in_memory() {
    let program = Program::start(&["--store", "memory", "--today", ALL_LIVE]);
    let list = Request::new("GET", "/payments").merchant("acme");
    for round in 0..5 {
        let requests: Vec<Request> = (0..CLIENTS)
            .map(|i| if i % 2 == 0 { pay(&format!("{round}-{i}")) } else { list.clone() })
            .collect();
        for answer in at_once(&[&program], &requests) {
            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        }
    }
    assert_eq!(program.send(&list).json()["meta"]["total"], CLIENTS / 2 * 5);
}
