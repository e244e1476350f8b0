//! Requests of other versions, whose values are known when the handler has read them.

use super::*;
use crate::context::{self, Context, Recording};
use crate::idempotency::fingerprint::digest;
use crate::idempotency::fingerprint::test_versions::{FIRST, RENAMED, SECOND, THIRD};
use std::any::{Any, TypeId};
use steadfast_core::{Policy, Release, Timeline};

const fn release(date: Option<Date>) -> Release {
    let Some(date) = date else { panic!("a release has a date") };
    Release {
        name: "V",
        date,
        alias: None,
        deprecated: None,
        sunset: None,
        guide: None,
        preview: false,
        brownouts: &[],
    }
}

static TIMELINE: Timeline = Timeline {
    name: "Version",
    releases: &[release(FIRST), release(SECOND), release(THIRD)],
    removed: &[],
    policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
};

/// Values are texts of JSON, in their newest shape.
struct Values;

impl Recording for Values {
    fn translatable(&self, _: TypeId) -> Option<u64> {
        None
    }

    fn value_hash(&self, _: Date, value: &dyn Any, _: u64) -> Option<[u8; 16]> {
        digest(value.downcast_ref::<&str>()?.as_bytes(), false)
    }
}

fn at(version: Option<Date>) -> Caller<'static> {
    Caller { version, head: THIRD, comparison: Some(&RENAMED), ..CALLER }
}

/// A request of the first version whose handler reads a value, and waits.
async fn start(guard: &Arc<Guard>) -> Running {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let task = {
        let (guard, entered, go_on) = (Arc::clone(guard), Arc::clone(&entered), Arc::clone(&go_on));
        tokio::spawn(async move {
            let context = Context { recording: Some(&Values), ..Context::new(&TIMELINE, Some(0), "") };
            let handler = move |_| {
                context.scope(async move {
                    context::note_value(&r#"{"b":1.0,"note":null}"#, 0);
                    entered.notify_one();
                    go_on.notified().await;
                    returned("done")
                })
            };
            guard.send_as(&at(FIRST), &POLICY, request("k", r#"{"a":1}"#), handler).await
        })
    };
    entered.notified().await;
    Running { task, go_on }
}

async fn send(guard: &Arc<Guard>, version: Option<Date>, body: &'static str) -> Received {
    received(guard.send_as(&at(version), &POLICY, request("k", body), no_call).await).await
}

#[tokio::test]
async fn request_of_another_version_waits_for_the_value_that_decides() {
    let store = MemoryStore::new();
    let (here, elsewhere) = (guard(store.clone()), guard(store));
    let running = start(&here).await;
    for guard in [&here, &elsewhere] {
        for body in [r#"{"b":1}"#, r#"{"b":2}"#] {
            assert_eq!(send(guard, THIRD, body).await.problem(), (409, "in-progress"), "{body}");
        }
        assert_eq!(send(guard, FIRST, r#"{"a":2}"#).await.problem(), (422, "key-reused"));
    }
    assert_eq!(running.finish().await, fresh(200, "done"));
    for guard in [&here, &elsewhere] {
        assert_eq!(send(guard, THIRD, r#"{"b":1}"#).await, replayed(200, "done"));
        let other = send(guard, THIRD, r#"{"b":2}"#).await;
        assert_eq!(other.problem(), (422, "key-reused"));
        assert!(other.body.contains("2024-01-15"), "{other:?}");
    }
}

/// Of a lost execution no value is known: its own version decides.
#[tokio::test]
async fn request_of_another_version_does_not_take_over_a_lapsed_claim() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = MemoryStore::new().clock(clock.clone());
    let (lost, guard) = (guard(store.clone()), guard(store));
    let _lost = start(&lost).await;
    clock.advance(POLICY.lease);
    let other = send(&guard, THIRD, r#"{"b":1}"#).await;
    assert_eq!(other.problem(), (422, "key-reused"));
    assert!(other.body.contains("2024-01-15"), "{other:?}");
    let handler = |_| async { returned("again") };
    let again = guard.send_as(&at(FIRST), &POLICY, request("k", r#"{"a":1}"#), handler).await;
    assert_eq!(received(again).await, fresh(200, "again"));
}
