//! Clients that hang up, and processes that are killed.

use super::program::Database;
use super::{new_payment, pay};
use crate::payments::client::Request;
use serde_json::json;
use std::thread::sleep;
use std::time::Duration;

/// A payment that can be told from all others by its customer.
fn pay_for(customer: &str) -> Request {
    let mut body = new_payment("2025-09-30");
    body["customer"] = json!(customer);
    pay(&format!("key-{customer}")).json(&body)
}

#[test]
fn a_client_that_hung_up_hears_the_answer_on_its_retry() {
    const CUTS: u32 = 60;
    let database = Database::new();
    let program = database.start();
    let mut replays = 0;
    for i in 0..CUTS {
        let customer = format!("cut_{i}");
        let socket = pay_for(&customer).begin(program.address);
        // From at once, when the handler may not have begun, to 20 ms, when it has long ended.
        sleep(Duration::from_micros(u64::from(i * i) * 20_000 / u64::from(CUTS * CUTS)));
        drop(socket);
        let retry = program.send_patiently(&pay_for(&customer));
        assert_eq!(retry.status, 201, "{retry:?}");
        replays += u32::from(retry.is_replay());
        assert_eq!(database.payments_of(&customer), 1, "{customer}");
    }
    assert!(replays > 0, "no request was cut after it had begun");
    assert_eq!(database.rows().payments, CUTS);
}

/// SIGKILL leaves either the payment and its record, or neither.
#[test]
fn a_kill_between_request_and_retry_pays_once() {
    const KILLS: u32 = 20;
    const CLIENTS: u32 = 3;
    let database = Database::new();
    let (mut paid, mut unpaid) = (0, 0);
    let mut program = database.start();
    for kill in 0..KILLS {
        let customers = (0..CLIENTS).map(|client| format!("kill_{kill}_{client}"));
        let requests: Vec<_> = customers.map(|customer| (pay_for(&customer), customer)).collect();
        let sockets: Vec<_> = requests.iter().map(|(request, _)| request.begin(program.address)).collect();
        // From at once to 16 ms; the last comes when all are paid, on the slowest machine too.
        let last = kill == KILLS - 1;
        sleep(if last { Duration::from_secs(1) } else { Duration::from_micros(u64::from(kill * kill) * 50) });
        program.kill();
        drop(sockets);

        let before: Vec<_> = requests.iter().map(|(_, customer)| database.payments_of(customer)).collect();
        program = database.start();
        for ((request, customer), before) in requests.iter().zip(before) {
            let retry = program.send_patiently(request);
            assert_eq!(retry.status, 201, "{retry:?}");
            match before {
                0 => {
                    unpaid += 1;
                    assert!(!retry.is_replay(), "a record without its payment: {retry:?}");
                }
                1 => {
                    paid += 1;
                    assert!(retry.is_replay(), "a payment without its record: {retry:?}");
                }
                more => panic!("{more} payments for one request"),
            }
            assert_eq!(database.payments_of(customer), 1, "{customer}");
            let again = program.send(request);
            assert_eq!((again.is_replay(), &again.body), (true, &retry.body), "{again:?}");
        }
    }
    println!("in {KILLS} killed processes {paid} payments had been made, {unpaid} had not");
    assert!(paid > 0, "all kills came too early");
    assert_eq!(database.unaudited(), 0);
    assert_eq!(database.rows().payments, KILLS * CLIENTS);
}
