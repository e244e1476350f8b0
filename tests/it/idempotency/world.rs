//! What handlers find outside: how often they ran, what they are to answer, and when.

use super::Client;
use axum::http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::time::Duration;
use steadfast::idempotency::Records;
use tokio::sync::{Notify, Semaphore};

#[derive(Clone)]
pub(super) struct World {
    calls: Arc<AtomicU32>,
    answer: Arc<AtomicU16>,
    entered: Arc<Notify>,
    places: Arc<Semaphore>,
    pub(super) records: Option<Records>,
}

/// The handler panics in place of an answer.
pub(super) const PANIC: u16 = 0;

impl World {
    /// Handlers answer 201 at once.
    pub(super) fn new() -> Self {
        Self::with_places(Semaphore::MAX_PERMITS)
    }

    /// Handlers wait until they are [let](Self::let_one).
    pub(super) fn held() -> Self {
        Self::with_places(0)
    }

    fn with_places(places: usize) -> Self {
        Self {
            calls: Arc::default(),
            answer: Arc::new(AtomicU16::new(201)),
            entered: Arc::default(),
            places: Arc::new(Semaphore::new(places)),
            records: None,
        }
    }

    pub(super) fn with(self, records: Records) -> Self {
        Self { records: Some(records), ..self }
    }

    pub(super) fn answers(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    pub(super) fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Until a handler has been entered.
    pub(super) async fn entered(&self) {
        self.entered.notified().await;
    }

    pub(super) fn let_one(&self) {
        self.places.add_permits(1);
    }

    /// Counts the call, and waits for leave to go on.
    pub(super) async fn enter(&self) -> u32 {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.entered.notify_one();
        self.places.acquire().await.unwrap().forget();
        call
    }

    pub(super) fn status(&self) -> StatusCode {
        let status = self.answer.load(Ordering::SeqCst);
        assert_ne!(status, PANIC, "told to panic");
        StatusCode::from_u16(status).unwrap()
    }

    pub(super) async fn work(&self) -> (StatusCode, String) {
        let call = self.enter().await;
        (self.status(), format!("call {call}"))
    }
}

/// A process that dies while its handler runs: what is left of it is what the store has.
pub(super) async fn crash(process: Client, world: &World, path: &'static str, key: &'static str) {
    crash_with(process, world, path, vec![("idempotency-key", key)]).await;
}

/// As [`crash`], with these headers in the request.
pub(super) async fn crash_with(
    process: Client,
    world: &World,
    path: &'static str,
    headers: Vec<(&'static str, &'static str)>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(async move { process.send("POST", path, &headers, "{}").await });
    world.entered().await;
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_mins(1))).await.unwrap();
}
