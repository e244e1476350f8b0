//! A simulated process: an API with its guard, and a runtime in which its tasks run.

use crate::api::{self, Policy, VERSIONS, request_body};
use crate::witness::{Attempt, Received};
use crate::world::{PROCESSES, set_running, with};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use std::time::Duration;
use steadfast::idempotency::{Records, Settlement};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tower_service::Service as _;

/// The API of a process, and the handle of its operator.
type Service = (Router, Records);

/// Services that no process uses. To make one takes longer than a schedule; one whose tasks are all dropped is as new.
#[derive(Default)]
pub(crate) struct Spares([[Vec<Service>; 2]; PROCESSES]);

impl Spares {
    fn take(&mut self, number: usize, is_audited: bool) -> Service {
        self.0[number][usize::from(is_audited)].pop().unwrap_or_else(|| api::build(number, is_audited))
    }

    fn put(&mut self, number: usize, is_audited: bool, service: Service) {
        self.0[number][usize::from(is_audited)].push(service);
    }
}

pub(crate) struct Process {
    number: usize,
    runtime: Runtime,
    service: Service,
    is_audited: bool,
    /// How far its clock is behind that of the world, in milliseconds.
    behind: u64,
    /// Whether it may have something to do at once.
    is_due: bool,
}

fn runtime() -> Runtime {
    // Else the order of tasks would depend on how many there were before: now and then tokio looks first for those that
    // were woken from outside. Without a driver there is nothing that could fail.
    #[allow(clippy::expect_used, reason = "a simulation without a runtime is none")]
    Builder::new_current_thread()
        .global_queue_interval(1)
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime of one thread")
}

impl Process {
    pub(crate) fn new(number: usize, is_audited: bool, spares: &mut Spares) -> Self {
        let service = spares.take(number, is_audited);
        Self { number, runtime: runtime(), service, is_audited, behind: 0, is_due: false }
    }

    /// A process as new. One that holds nothing is as good.
    pub(crate) fn renewed(mut self, is_audited: bool, spares: &mut Spares) -> Self {
        if self.is_busy() {
            let number = self.number;
            self.die(spares);
            return Self::new(number, is_audited, spares);
        }
        if self.is_audited != is_audited {
            let other = spares.take(self.number, is_audited);
            spares.put(self.number, self.is_audited, std::mem::replace(&mut self.service, other));
        }
        Self { is_audited, behind: 0, is_due: false, ..self }
    }

    /// Drops every task.
    pub(crate) fn die(self, spares: &mut Spares) {
        set_running(self.number);
        drop(self.runtime);
        spares.put(self.number, self.is_audited, self.service);
    }

    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Whether any task is left.
    pub(crate) fn is_busy(&self) -> bool {
        self.runtime.metrics().num_alive_tasks() > 0
    }

    pub(crate) fn wakes(&mut self) {
        self.is_due = true;
    }

    /// The world's time goes on.
    pub(crate) fn passes(&mut self, time: u64) {
        self.behind += time;
    }

    /// Runs whatever can run now. The process is given the time that has passed since it last ran.
    pub(crate) fn run(&mut self) {
        let time = std::mem::take(&mut self.behind);
        let is_due = std::mem::take(&mut self.is_due);
        if !(is_due || time > 0 && self.is_busy()) {
            self.behind = time;
            return;
        }
        set_running(self.number);
        self.runtime.block_on(async move {
            if time > 0 {
                tokio::time::advance(Duration::from_millis(time)).await;
            }
            // Once for the timers, and once for the tasks that they wake.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
    }

    /// A request arrives.
    pub(crate) fn serve(&mut self, policy: Policy, number: usize, attempt: &Attempt) -> JoinHandle<()> {
        let Attempt { key, value, version, .. } = *attempt;
        let request = Request::post(policy.path())
            .header("api-version", VERSIONS[version])
            .header("idempotency-key", format!("key-{key}"))
            .header("content-type", "application/json")
            .body(Body::from(request_body(version, key, value)))
            .unwrap_or_default();
        let mut router = self.service.0.clone();
        self.is_due = true;
        self.runtime.spawn(async move {
            let Ok(response) = router.call(request).await;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
            let text =
                |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let received = Received {
                status: parts.status.as_u16(),
                is_replay: text("idempotency-replayed").as_deref() == Some("true"),
                version: text("api-version"),
                body,
            };
            with(|world| world.receives(number, received));
        })
    }

    /// An operator settles an operation. Nobody interrupts.
    pub(crate) fn settle(&mut self, policy: Policy, key: usize, settlement: Settlement) -> bool {
        set_running(self.number);
        with(|world| world.witness.is_settling = true);
        let (operation, key) = (policy.operation(), format!("key-{key}"));
        let settled = self.runtime.block_on(self.service.1.settle("", &operation, &key, settlement));
        with(|world| world.witness.is_settling = false);
        settled.unwrap_or(false)
    }
}
