//! The same for operations whose effects are in no transaction: lines in a file, that each process appends to.

use super::load::{Load, torture};
use super::print;
use crate::payments::client::{Answer, Request};
use crate::payments::program::{Program, unaudited};
use axum::extract::State;
use axum::http::HeaderMap;
use std::collections::BTreeMap;
use std::fs::{OpenOptions, read_to_string};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use steadfast::idempotency::{Audit, StepError, Steps};
use steadfast::{
    Api, ApiVersions, Header, Idempotency, Problem, SqliteStore, api_version, endpoints, idempotent, post,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::sleep;

const FOLDER: &str = "STEADFAST_TORTURE_FOLDER";

#[derive(ApiVersions)]
enum Version {
    #[version("2025-09-30")]
    V2025_09_30,
}

/// The file of all effects.
#[derive(Clone)]
pub(super) struct Effects {
    path: Arc<Path>,
    count: Arc<AtomicU64>,
}

impl Effects {
    pub(super) fn into(path: &Path) -> Self {
        Self { path: path.into(), count: Arc::default() }
    }

    /// Takes effect, some time after it is asked to and some time before that is known.
    pub(super) async fn take(&self, what: &str, headers: &HeaderMap) -> String {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let effect = format!("{}-{number}", id());
        sleep(Duration::from_millis(number % 5)).await;
        let key = headers["idempotency-key"].to_str().unwrap();
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path).unwrap();
        // One write: no other is in between, and a process dies before or after it.
        file.write_all(format!("{what} {key} {} {effect}\n", id()).as_bytes()).unwrap();
        sleep(Duration::from_millis(number % 7)).await;
        effect
    }
}

#[post("/again")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none, lease = "1s")]
async fn again(State(effects): State<Effects>, headers: HeaderMap) -> String {
    effects.take("again", &headers).await
}

#[post("/held")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none, lease = "1s", on_lost = "hold")]
async fn held(State(effects): State<Effects>, headers: HeaderMap) -> String {
    effects.take("held", &headers).await
}

#[post("/steps")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none, lease = "1s")]
async fn steps(
    mut steps: Steps,
    State(effects): State<Effects>,
    headers: HeaderMap,
) -> Result<String, Problem> {
    let charge: String =
        steps.run("charge", async || Ok::<_, StepError>(effects.take("charge", &headers).await)).await?;
    let book = format!("book:{charge}");
    let _: String =
        steps.run("book", async || Ok::<_, StepError>(effects.take(&book, &headers).await)).await?;
    Ok(charge)
}

/// A process of its own: started, and killed, by the test below.
#[test]
#[ignore = "the program that is tortured"]
fn service() {
    let Some(folder) = folder() else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = SqliteStore::open(folder.join("records.db")).await.unwrap();
        let effects = Effects::into(&folder.join("effects"));
        let app = Api::new(endpoints![Version; again, held, steps])
            .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
            .idempotency(Idempotency::new(store).audit(Audit::new()))
            .with_state(effects);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // The harness has not ended its own line.
        println!("\nListening on http://{}", listener.local_addr().unwrap());
        axum::serve(listener, app).await.unwrap();
    });
}

pub(super) fn start(folder: &Path) -> Program {
    start_service("claims", folder)
}

/// Starts the service of one of these modules on a folder.
pub(super) fn start_service(module: &str, folder: &Path) -> Program {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let service = format!("payments::torture::{module}::service");
    command.args([&service, "--exact", "--ignored", "--nocapture"]);
    command.env(FOLDER, folder);
    Program::of(command)
}

/// Returns the folder that the service is started on; `None` in a test that nobody started as a service.
pub(super) fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

pub(super) fn operation(key: u64) -> &'static str {
    ["again", "held", "steps"][usize::try_from(key % 3).unwrap()]
}

pub(super) fn request(key: u64) -> Request {
    Request::new("POST", format!("/{}", operation(key))).key(&format!("key-{key}"))
}

pub(super) fn is_unknown(answer: &Answer) -> bool {
    answer.status == 409 && answer.json()["type"] == "urn:steadfast:problem:outcome-unknown"
}

/// Sends until the answer is final, across the leases of what was killed.
pub(super) fn settled(program: &Program, key: u64) -> Answer {
    for _ in 0..3000 {
        let answer = program.send(&request(key));
        if answer.status != 409 || is_unknown(&answer) {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{key} is stuck");
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effect {
    pub(super) what: String,
    pub(super) process: String,
    pub(super) number: String,
}

/// What happened, by key.
pub(super) fn effects(folder: &Path) -> BTreeMap<u64, Vec<Effect>> {
    let mut effects: BTreeMap<u64, Vec<Effect>> = BTreeMap::new();
    for line in read_to_string(folder.join("effects")).unwrap().lines() {
        let [what, key, process, number] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let [what, process, number] = [what, process, number].map(str::to_owned);
        let key = key.strip_prefix("key-").unwrap().parse().unwrap();
        effects.entry(key).or_default().push(Effect { what, process, number });
    }
    effects
}

/// Without a transaction a process that dies can leave an effect behind of which nobody knows. What is then to happen is
/// the endpoint's to say: again, not again, or from the last step on.
#[test]
fn claims_run_once_for_each_process_and_what_is_held_once_at_all() {
    let load = Load { in_memory: false, ..Load::told() };
    let folder = TempDir::new().unwrap();
    let (tally, program) = torture(load, || start(folder.path()), request);

    let mut counts = [0_u64; 4];
    let [repeated, unknown, resumed, answered] = &mut counts;
    let mut answers = BTreeMap::new();
    for key in 0..tally.keys {
        let answer = settled(&program, key);
        if is_unknown(&answer) {
            assert_eq!(operation(key), "held", "{answer:?}");
            assert!(!tally.heard.contains_key(&key), "an answer that was heard is lost");
            *unknown += 1;
            continue;
        }
        assert_eq!(answer.status, 200, "{answer:?}");
        if let Some(heard) = tally.heard.get(&key) {
            assert_eq!(*heard, answer.body);
        }
        answers.insert(key, answer.text().to_owned());
    }
    for (key, body) in &answers {
        let again = program.send(&request(*key));
        assert_eq!((again.is_replay(), again.text()), (true, body.as_str()), "{again:?}");
        *answered += 1;
    }
    for (key, effects) in effects(folder.path()) {
        for effect in &effects {
            let same = |other: &&Effect| other.process == effect.process && other.what == effect.what;
            assert_eq!(effects.iter().filter(same).count(), 1, "{key} ran twice in one process: {effects:?}");
        }
        let answer = answers.get(&key);
        let had = |number: &str| effects.iter().any(|effect| effect.number == number);
        assert!(answer.is_none_or(|answer| had(answer)), "{key}: an answer without an effect: {effects:?}");
        match operation(key) {
            "again" => *repeated += effects.len() as u64 - 1,
            "held" => assert_eq!(effects.len(), 1, "{key} was held, and ran again: {effects:?}"),
            // Whoever booked had the charge that was recorded.
            _ => {
                let booked = effects.iter().filter(|effect| effect.what.starts_with("book:"));
                let charges: Vec<_> = booked.map(|effect| effect.what.replace("book:", "")).collect();
                assert!(charges.iter().all(|charge| Some(charge) == answer), "{key}: {effects:?}");
                let first = effects.iter().find(|effect| Some(&effect.number) == answer).unwrap();
                *resumed += u64::from(effects.iter().any(|effect| effect.process != first.process));
            }
        }
    }
    assert_eq!(unaudited(&folder.path().join("records.db")), 0);
    let [repeated, unknown, resumed, answered] = counts;
    print(
        "effects in a file, under claims",
        load,
        &tally,
        &[
            ("keys with one answer, replayed", answered),
            ("held, with an outcome nobody knows", unknown),
            ("effects that were repeated after a kill", repeated),
            ("operations in steps that several processes did", resumed),
        ],
    );
    assert_eq!(answered + unknown, tally.keys);
}
