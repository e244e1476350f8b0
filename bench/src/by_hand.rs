//! Idempotency by hand in a SQLite file, as a careful team writes it that needs nothing else: one thread that commits
//! what is waiting together, no lease, no fingerprint, and only the body of an answer is kept.

use crate::payment::Payment;
use axum::Router;
use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

const TABLE: &str = "CREATE TABLE keys (key TEXT PRIMARY KEY, body BLOB, expires_at INTEGER NOT NULL) STRICT;
     CREATE INDEX keys_expires_at ON keys (expires_at);";

const TTL: Duration = Duration::from_hours(24);

/// As many as the store puts into one commit.
const BATCH: usize = 512;

#[derive(Clone)]
pub(crate) struct ByHand {
    jobs: Sender<(Job, oneshot::Sender<Answer>)>,
    commits: Arc<AtomicU64>,
}

enum Job {
    Claim(String),
    Complete(String, Bytes),
}

#[derive(Debug)]
pub(crate) enum Answer {
    Execute,
    InProgress,
    Replay(Vec<u8>),
    Done,
}

impl ByHand {
    pub(crate) fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(TABLE)?;
        let (jobs, waiting) = mpsc::channel();
        let commits = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&commits);
        thread::spawn(move || write(connection, &waiting, &counter));
        Ok(Self { jobs, commits })
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    pub(crate) async fn claim(&self, key: String) -> Option<Answer> {
        self.ask(Job::Claim(key)).await
    }

    pub(crate) async fn complete(&self, key: String, body: Bytes) -> Option<Answer> {
        self.ask(Job::Complete(key, body)).await
    }

    async fn ask(&self, job: Job) -> Option<Answer> {
        let (send, answer) = oneshot::channel();
        self.jobs.send((job, send)).ok()?;
        answer.await.ok()
    }

    /// The endpoint with its answers kept.
    pub(crate) fn router(self) -> Router {
        async fn create(
            State(keys): State<ByHand>,
            headers: HeaderMap,
            Json(payment): Json<Payment>,
        ) -> Result<Response, StatusCode> {
            let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
            let key = key.ok_or(StatusCode::BAD_REQUEST)?.to_owned();
            let body = match keys.claim(key.clone()).await.ok_or(StatusCode::SERVICE_UNAVAILABLE)? {
                Answer::Execute => {
                    let body = serde_json::to_vec(&payment).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
                    let body = Bytes::from(body);
                    keys.complete(key, body.clone()).await.ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
                    body
                }
                Answer::Replay(body) => body.into(),
                Answer::InProgress | Answer::Done => return Err(StatusCode::CONFLICT),
            };
            Ok(([("content-type", "application/json")], body).into_response())
        }
        Router::new().route("/payments", post(create)).with_state(self)
    }
}

fn write(mut connection: Connection, jobs: &Receiver<(Job, oneshot::Sender<Answer>)>, commits: &AtomicU64) {
    while let Ok(first) = jobs.recv() {
        let (batch, senders): (Vec<_>, Vec<_>) =
            std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1)).unzip();
        // Whoever waits for a commit that failed hears that nobody answers.
        let Ok(answers) = commit(&mut connection, batch) else { continue };
        commits.fetch_add(1, Ordering::Relaxed);
        for (sender, answer) in senders.into_iter().zip(answers) {
            let _ = sender.send(answer);
        }
    }
}

fn commit(connection: &mut Connection, batch: Vec<Job>) -> rusqlite::Result<Vec<Answer>> {
    let transaction = connection.transaction()?;
    let until = (SystemTime::now() + TTL).duration_since(UNIX_EPOCH).unwrap_or_default();
    let until = i64::try_from(until.as_millis()).unwrap_or(i64::MAX);
    let answers = batch.into_iter().map(|job| apply(&transaction, job, until)).collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(answers)
}

fn apply(connection: &Connection, job: Job, until: i64) -> rusqlite::Result<Answer> {
    const CLAIM: &str = "INSERT INTO keys (key, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    const COMPLETE: &str = "UPDATE keys SET body = ?2, expires_at = ?3 WHERE key = ?1";
    const FIND: &str = "SELECT body FROM keys WHERE key = ?1";
    match job {
        Job::Claim(key) => {
            if connection.prepare_cached(CLAIM)?.execute(params![key, until])? == 1 {
                return Ok(Answer::Execute);
            }
            let body: Option<Option<Vec<u8>>> =
                connection.prepare_cached(FIND)?.query_row([key], |row| row.get(0)).optional()?;
            Ok(body.flatten().map_or(Answer::InProgress, Answer::Replay))
        }
        Job::Complete(key, body) => {
            connection.prepare_cached(COMPLETE)?.execute(params![key, &*body, until])?;
            Ok(Answer::Done)
        }
    }
}
