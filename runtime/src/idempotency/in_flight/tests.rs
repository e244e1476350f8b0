use super::*;
use crate::idempotency::Fingerprint;
use crate::sync::in_every_order;
use shuttle::thread;
use std::sync::atomic::{AtomicUsize, Ordering};

fn enter(table: &Arc<InFlight>) -> Option<Entered> {
    let asked = Asked::from(Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] });
    table.enter(RecordId([1; 32]), &asked, None).ok()
}

/// A key that was used for something else is not to be told to wait, and then that it waited in vain.
#[tokio::test(start_paused = true)]
async fn a_twin_is_compared_before_it_is_told_to_wait() {
    let version = Date::from_ymd(2025, 9, 30);
    let asked = |algorithm, of| {
        let mut bytes = [0; Fingerprint::LENGTH];
        bytes[0] = of;
        Asked::from(Fingerprint { algorithm, bytes })
    };
    let (table, id) = (Arc::new(InFlight::default()), RecordId([1; 32]));
    let entered = table.enter(id, &asked(2, 7), version).ok().unwrap();
    let found = |asked: &Asked| {
        let looked = table.look(id, asked);
        assert_eq!(table.enter(id, asked, None).err().unwrap(), looked);
        looked
    };
    for seconds in [1, 10, 60, 60] {
        assert_eq!(found(&asked(2, 7)), Action::InProgress { retry_after: seconds });
        assert_eq!(found(&asked(2, 8)), Action::Mismatch { version });
        assert_eq!(found(&asked(3, 7)), Action::Incomparable);
        tokio::time::advance(Duration::from_secs(if seconds == 1 { 10 } else { 50 })).await;
    }
    drop(entered);
    assert_eq!(table.look(id, &asked(2, 8)), Action::Missing);
}

/// Twins run one after the other, and whoever waits for the end of one hears of it: in every order.
#[test]
fn one_is_in_at_a_time_and_nobody_misses_its_end() {
    static WAITED: AtomicUsize = AtomicUsize::new(0);
    in_every_order(2000, || {
        let (table, inside) = (Arc::new(InFlight::default()), Arc::new(AtomicUsize::new(0)));
        let twins: Vec<_> = (0..3)
            .map(|_| {
                let (table, inside) = (Arc::clone(&table), Arc::clone(&inside));
                thread::spawn(move || {
                    loop {
                        if let Some(entered) = enter(&table) {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(entered);
                            return;
                        }
                        if let Some(end) = table.ended(RecordId([1; 32])) {
                            shuttle::future::block_on(end.wait());
                            WAITED.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        for twin in twins {
            twin.join().unwrap();
        }
        assert!(table.table().is_empty());
    });
    assert!(WAITED.load(Ordering::Relaxed) > 0, "nobody ever waited");
}
