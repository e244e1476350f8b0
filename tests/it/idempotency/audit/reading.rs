//! How entries are found again.

use super::super::stores::stores;
use super::super::world::World;
use super::super::{api, clock};
use super::{exported, pay};
use std::time::{Duration, SystemTime};
use steadfast::idempotency::{Audit, AuditEntries, AuditEvent};
use steadfast::{Clock, Idempotency, MemoryStore};

async fn numbers(mut entries: AuditEntries) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some(entry) = entries.next().await.unwrap() {
        assert_eq!(entry.event, AuditEvent::Completed);
        numbers.push(entry.sequence);
    }
    numbers
}

#[tokio::test]
async fn entries_are_found_by_key_caller_operation_and_time() {
    let clock = clock();
    let begin = SystemTime::UNIX_EPOCH + clock.now();
    for store in stores(&clock).await {
        let begin = begin.max(SystemTime::UNIX_EPOCH + clock.now());
        let idempotency = Idempotency::new(store).audit(Audit::new());
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, World::new(); pay);
        for (key, merchant) in [("a", "acme"), ("a", "other"), ("b", "acme")] {
            let headers = [("idempotency-key", key), ("x-merchant", merchant)];
            assert_eq!(client.send("POST", "/pay", &headers, "{}").await.status, 201);
            clock.advance(Duration::from_secs(1));
        }
        let second = |seconds| begin + Duration::from_secs(seconds);
        let of_key = |scope, key| trail.of_key(scope, "POST /pay", key).unwrap();
        for (entries, expected) in [
            (of_key("acme", "a"), &[1][..]),
            (of_key("other", "a"), &[2]),
            (of_key("acme", "\"b\""), &[3]),
            (of_key("acme", "c"), &[]),
            (trail.entries().of_scope("acme"), &[1, 3]),
            (trail.entries().of_operation("POST /pay"), &[1, 2, 3]),
            (trail.entries().of_operation("POST /refund"), &[]),
            (trail.entries().since(second(1)), &[2, 3]),
            (trail.entries().until(second(2)), &[1, 2]),
            (trail.entries().of_scope("acme").since(second(1)).until(second(3)), &[3]),
            (trail.entries().after(1), &[2, 3]),
        ] {
            assert_eq!(numbers(entries.clone()).await, expected, "{entries:?}");
        }
        assert!(trail.of_key("acme", "POST /pay", "").is_err(), "no key");
    }
}

#[tokio::test]
async fn a_long_trail_is_read_page_by_page_and_goes_on() {
    for store in stores(&clock()).await {
        let idempotency = Idempotency::new(store).audit(Audit::new());
        let trail = idempotency.audit_trail();
        let client = api!(idempotency, World::new(); pay);
        let pay_as = async |of: u64| {
            let key = of.to_string();
            let headers = [("idempotency-key", &*key), ("x-merchant", "acme")];
            assert_eq!(client.send("POST", "/pay", &headers, "{}").await.status, 201);
        };
        for of in 0..205 {
            pay_as(of).await;
        }
        let mut entries = trail.entries();
        let mut read = 0;
        while let Some(entry) = entries.next().await.unwrap() {
            read += 1;
            assert_eq!((entry.sequence, entries.cursor()), (read, read));
        }
        assert_eq!(read, 205);
        // What comes later is found by the same reader, and by another that knows where it stopped.
        pay_as(205).await;
        assert_eq!(entries.next().await.unwrap().unwrap().sequence, 206);
        assert_eq!(numbers(trail.entries().after(205)).await, [206]);
    }
}

#[tokio::test]
async fn a_trail_can_be_read_where_none_is_kept_now() {
    let trail = Idempotency::new(MemoryStore::new()).audit_trail();
    assert!(exported(&trail).await.is_empty());
}
