//! A hundred equal requests at once.

use super::points::{Faulty, Points};
use crate::server::{Answer, Server};
use axum::extract::State;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use steadfast::{
    Api, ApiVersions, Header, Idempotency, MemoryStore, api_version, endpoints, idempotent, post,
};
use tokio::sync::Semaphore;

const CROWD: usize = 100;

#[derive(ApiVersions)]
enum Version {
    #[version("2025-09-30")]
    V2025_09_30,
}

/// A handler that ends when it is let.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    executions: Arc<AtomicU32>,
}

impl Gate {
    async fn pass(&self) -> String {
        let number = self.executions.fetch_add(1, Ordering::SeqCst) + 1;
        // A second one, which must not be, does not wait: so it is seen.
        if number == 1 {
            drop(self.open.acquire().await);
        }
        format!("execution {number}")
    }
}

#[post("/refuse")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none)]
async fn refuse(State(gate): State<Gate>) -> String {
    gate.pass().await
}

#[post("/wait")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none, in_progress = wait("5m"))]
async fn wait(State(gate): State<Gate>) -> String {
    gate.pass().await
}

struct Crowd {
    server: Arc<Server>,
    store: Faulty<MemoryStore>,
    gate: Gate,
}

async fn crowd() -> Crowd {
    let gate = Gate { open: Arc::new(Semaphore::new(0)), executions: Arc::default() };
    let store = Faulty::new(Arc::default(), Points::default());
    let app = Api::new(endpoints![Version; refuse, wait])
        .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
        .idempotency(Idempotency::new(store.clone()))
        .with_state(gate.clone());
    Crowd { server: Arc::new(Server::start(app).await), store, gate }
}

impl Crowd {
    fn send_all(&self, path: &'static str) -> tokio::task::JoinSet<Answer> {
        let mut requests = tokio::task::JoinSet::new();
        for _ in 0..CROWD {
            let server = Arc::clone(&self.server);
            requests.spawn(async move { server.post(path, &["Idempotency-Key: k"], "").await });
        }
        requests
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_hundred_runs_and_the_others_hear_that_it_does() {
    let crowd = crowd().await;
    let mut requests = crowd.send_all("/refuse");
    for _ in 1..CROWD {
        let answer = requests.join_next().await.unwrap().unwrap();
        assert_eq!((answer.status, answer.problem_type().as_str()), (409, "in-progress"), "{answer:?}");
    }
    crowd.gate.open.close();
    let answer = requests.join_next().await.unwrap().unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "execution 1"));
    assert_eq!(crowd.gate.executions.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_that_wait_hear_the_same_and_ask_the_store_only_before_and_after() {
    let crowd = crowd().await;
    let requests = crowd.send_all("/wait");
    // One has claimed, and every other has looked whether something is stored.
    while crowd.store.calls() < CROWD {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Twice as long as those wait who ask again about a twin elsewhere.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(crowd.store.calls(), CROWD, "who waits for a twin in this process asked again");
    crowd.gate.open.close();
    let answers = requests.join_all().await;
    let replayed = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_some()).count();
    assert_eq!(replayed, CROWD - 1);
    for answer in &answers {
        assert_eq!((answer.status, answer.body.as_str()), (200, "execution 1"), "{answer:?}");
    }
    assert_eq!(crowd.gate.executions.load(Ordering::SeqCst), 1);
    println!("{CROWD} requests that waited asked the store {} times", crowd.store.calls());
}
