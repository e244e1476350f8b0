use super::*;
use crate::idempotency::fingerprint::{BodyRule, Endpoint, Hashing};
use crate::idempotency_policy::FingerprintForm;
use crate::sync::in_every_order;
use bytes::Bytes;
use shuttle::thread;
use std::sync::atomic::{AtomicUsize, Ordering};
use steadfast_core::Date;

const ID: RecordId = RecordId([1; 32]);

/// Returns a request with a body.
fn request(body: &'static str, version: Option<Date>) -> Arc<RequestFingerprint> {
    let (mut parts, ()) = http::Request::post("/payments").body(()).unwrap().into_parts();
    let rule = BodyRule::new(FingerprintForm::DEFAULT);
    let endpoint = Endpoint { operation: "pay", rule, comparison: None, version, head: None };
    let body = Bytes::from_static(body.as_bytes());
    Arc::new(RequestFingerprint::new(&Hashing::default(), endpoint, &mut parts, &body))
}

fn enter(table: &Arc<InFlight>, request: &Arc<RequestFingerprint>) -> Result<InFlightGuard, Box<Seen>> {
    table.enter(ID, request)
}

#[tokio::test(start_paused = true)]
async fn duplicate_is_compared_before_it_is_told_to_wait() {
    let version = Date::from_ymd(2025, 9, 30);
    let (table, request) = (Arc::new(InFlight::default()), |body| request(body, version));
    let entered = enter(&table, &request(r#"{"a":1,"b":2}"#)).ok().unwrap();
    let found = async |body| {
        let seen = table.seen(ID).unwrap().found_by(&request(body)).await;
        let Err(running) = enter(&table, &request(body)) else { panic!("two at once") };
        assert_eq!(running.found_by(&request(body)).await, seen, "{body}");
        seen
    };
    for (seconds, is_running) in [(1, false), (10, true), (60, true), (60, true)] {
        if is_running {
            // Its body is gone, and what is known of it still tells requests apart.
            entered.run(request(r#"{"a":1,"b":2}"#).fingerprint());
        }
        assert_eq!(found(r#"{"a":1,"b":2}"#).await, Action::InProgress { retry_after: seconds });
        assert_eq!(found(r#"{ "b": 2, "a": 1 }"#).await, Action::InProgress { retry_after: seconds });
        assert_eq!(found(r#"{"a":1,"b":3}"#).await, Action::Mismatch { version });
        tokio::time::advance(Duration::from_secs(if seconds == 1 { 10 } else { 50 })).await;
    }
    entered.run(Fingerprint { algorithm: 9, ..request("").fingerprint() });
    assert_eq!(found(r#"{"a":1,"b":2}"#).await, Action::Incomparable);
    drop(entered);
    assert!(table.seen(ID).is_none());
    assert!(enter(&table, &request("{}")).is_ok());
}

/// Duplicates run one after the other, and each that waits for the end of one is woken: in every order of threads.
#[test]
fn one_of_three_threads_runs_at_a_time_and_each_end_wakes_all_that_wait() {
    static WAITED: AtomicUsize = AtomicUsize::new(0);
    in_every_order(2000, || {
        let (table, inside) = (Arc::new(InFlight::default()), Arc::new(AtomicUsize::new(0)));
        let duplicates: Vec<_> = (0..3)
            .map(|_| {
                let (table, inside) = (Arc::clone(&table), Arc::clone(&inside));
                thread::spawn(move || {
                    let request = request("", None);
                    loop {
                        if let Ok(entered) = enter(&table, &request) {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(entered);
                            return;
                        }
                        if let Some(end) = table.completion(ID) {
                            shuttle::future::block_on(end);
                            WAITED.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        for duplicate in duplicates {
            duplicate.join().unwrap();
        }
        assert!(table.table().is_empty());
    });
    assert!(WAITED.load(Ordering::Relaxed) > 0, "nobody ever waited");
}
