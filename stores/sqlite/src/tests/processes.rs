//! Several processes on one file: the tests start this very program again.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::process::{Child, Command, Stdio};

const PATH: &str = "STEADFAST_TEST_PATH";
const NAME: &str = "STEADFAST_TEST_NAME";

/// A prime.
const KEYS: u16 = 151;

/// Tasks of a process that go through all the keys.
const TASKS: u16 = 4;

/// How long an execution takes, and does not keep others from writing.
const WORK: Duration = Duration::from_millis(5);

/// How long a claim outlives its process.
const LEASE: Duration = Duration::from_secs(2);

/// Returns this program, to run one test that is `#[ignore]`d otherwise.
pub(super) fn again(test: &str, path: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    let module = module_path!().split_once("::").unwrap().1.strip_suffix("processes").unwrap();
    command.args([&format!("{module}{test}"), "--exact", "--ignored", "--nocapture"]).env(PATH, path);
    command
}

/// Returns the path that [`again`] was given.
pub(super) fn path() -> PathBuf {
    env::var_os(PATH).expect("started by another test").into()
}

fn start(test: &str, path: &Path, name: &str) -> Running {
    let mut command = again(test, path);
    Running(command.env(NAME, name).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap())
}

/// Starts processes that begin to write when all of them have the database open.
async fn start_together<const N: usize>(test: &str, path: &Path, names: [&str; N]) -> [Running; N] {
    let running = names.map(|name| start(test, path, name));
    let ready = Log::beside(path, "ready");
    until(async || ready.read().values().flatten().count() == N).await;
    Log::beside(path, "go").add(0, "go");
    running
}

/// Waits for the others of [`start_together`].
async fn meet(path: &Path, name: &str) {
    Log::beside(path, "ready").add(0, name);
    let go = Log::beside(path, "go");
    until(async || !go.read().is_empty()).await;
}

/// A process that does not outlive the test.
struct Running(Child);

impl Running {
    /// Kills the process; if it has ended already, it has succeeded.
    fn dies(mut self) {
        assert!(self.0.try_wait().unwrap().is_none_or(|status| status.success()));
    }

    fn succeeds(mut self) {
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended cannot be killed any more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A file beside the database that processes add lines to.
struct Log(PathBuf);

impl Log {
    fn beside(path: &Path, name: &str) -> Self {
        Self(path.with_extension(name))
    }

    /// One write, so that no line is torn.
    fn add(&self, of: u16, name: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0).unwrap();
        file.write_all(format!("{of} {name}\n").as_bytes()).unwrap();
    }

    /// Returns which processes added lines about which key.
    fn read(&self) -> BTreeMap<u16, Vec<String>> {
        let mut lines = BTreeMap::<u16, Vec<String>>::new();
        for line in std::fs::read_to_string(&self.0).unwrap_or_default().lines() {
            let (of, name) = line.split_once(' ').unwrap();
            lines.entry(of.parse().unwrap()).or_default().push(name.to_owned());
        }
        lines
    }
}

/// Returns the keys in an order of the task's own, in which it meets other tasks here and there.
fn keys(name: &str, task: u16) -> impl Iterator<Item = u16> + use<> {
    let start = name.bytes().fold(task * 31, |sum, byte| (sum * 7 + u16::from(byte)) % KEYS);
    (0..KEYS).map(move |place| (start + place * (start % (KEYS - 1) + 1) % KEYS) % KEYS)
}

async fn in_tasks<F: Future<Output = ()> + Send + 'static>(work: impl Fn(u16) -> F) {
    for task in (0..TASKS).map(|task| tokio::spawn(work(task))).collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// Returns the revision of a claim, if the operation is free or its execution was abandoned; `None` if it is done.
async fn claim_or_wait(store: &SqliteStore, of: u16, name: &str) -> Option<Revision> {
    let running = || entry(Kind::Running, name.to_owned());
    loop {
        let found = store.find_or_insert(id(of), &mut || Ok(running())).await.unwrap();
        if found.inserted {
            return Some(found.revision);
        }
        match found.kind {
            Kind::Done => return None,
            _ if found.age < LEASE => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => {
                let over = store.swap(id(of), Some(found.revision), Some(running()), Vec::new()).await;
                if let Swap::Done(revision) = over.unwrap() {
                    return revision;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the tests below"]
async fn claims_and_completes() {
    let (path, name) = (path(), env::var(NAME).unwrap());
    let store = SqliteStore::open(&path).await.unwrap();
    meet(&path, &name).await;
    in_tasks(|task| {
        let (store, path, name) = (store.clone(), path.clone(), name.clone());
        async move {
            let (effects, records) = (Log::beside(&path, "effects"), Log::beside(&path, "records"));
            for of in keys(&name, task) {
                let Some(claim) = claim_or_wait(&store, of, &name).await else { continue };
                effects.add(of, &name);
                tokio::time::sleep(WORK).await;
                let done = store.swap(id(of), Some(claim), Some(done(name.clone())), Vec::new()).await;
                assert!(matches!(done.unwrap(), Swap::Done(Some(_))));
                records.add(of, &name);
            }
        }
    })
    .await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by a test below"]
async fn works_in_transactions() {
    let (path, name) = (path(), env::var(NAME).unwrap());
    let store = SqliteStore::open(&path).await.unwrap();
    meet(&path, &name).await;
    in_tasks(|task| {
        let (store, path, name) = (store.clone(), path.clone(), name.clone());
        async move {
            let records = Log::beside(&path, "records");
            for of in keys(&name, task) {
                let (mut transaction, found) =
                    SqliteTransaction::begin(&store.0, Some(id(of))).await.unwrap();
                if found.is_some() {
                    Box::new(transaction).rollback().await.unwrap();
                    continue;
                }
                let insert = sqlx::query("INSERT INTO effects VALUES (?1, ?2)").bind(of).bind(&name);
                insert.execute(transaction.connection_mut()).await.unwrap();
                let finish = Box::new(transaction).finish(Some(done(name.clone())), Vec::new()).await;
                assert!(matches!(finish.unwrap(), Finish::Committed));
                records.add(of, &name);
                // So that one process does not do it all before the other begins.
                tokio::time::sleep(WORK).await;
            }
        }
    })
    .await;
    store.close().await;
}

/// Returns the name of the process that completed each key.
async fn recorded(path: &Path) -> BTreeMap<u16, String> {
    let store = SqliteStore::open(path).await.unwrap();
    let mut recorded = BTreeMap::new();
    for of in 0..KEYS {
        let record = stored(&store, id(of)).await.unwrap();
        recorded.insert(of, String::from_utf8(record.to_vec()).unwrap());
    }
    recorded
}

/// Waits until the process has done some of the keys, or until all of them are done.
async fn underway(log: &Log, name: &str) {
    until(async || {
        let lines = log.read();
        let own = lines.values().filter(|names| names.contains(&name.to_owned())).count();
        own > 20 || lines.len() == usize::from(KEYS)
    })
    .await;
}

#[tokio::test]
async fn two_processes_execute_each_key_once() {
    let (_directory, path) = file();
    let both = start_together("processes::claims_and_completes", &path, ["one", "two"]).await;
    for process in both {
        process.succeeds();
    }
    let effects = Log::beside(&path, "effects").read();
    let executed: BTreeMap<_, _> =
        recorded(&path).await.into_iter().map(|(of, name)| (of, vec![name])).collect();
    assert_eq!(effects, executed);
    let names: BTreeSet<_> = effects.values().flatten().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(["one", "two"]));
}

#[tokio::test]
async fn a_process_that_is_killed_loses_no_record() {
    let (_directory, path) = file();
    let (effects, records) = (Log::beside(&path, "effects"), Log::beside(&path, "records"));
    let [killed, other] = start_together("processes::claims_and_completes", &path, ["killed", "other"]).await;
    underway(&records, "killed").await;
    killed.dies();
    other.succeeds();
    let (effects, records, recorded) = (effects.read(), records.read(), recorded(&path).await);
    for (of, names) in &records {
        assert_eq!(*names, [recorded[of].clone()], "{of}");
    }
    // What it had begun and not recorded happens again when its lease is over.
    let twice: Vec<_> = effects.values().filter(|names| names.len() > 1).collect();
    assert!(twice.len() <= usize::from(TASKS), "{twice:?}");
    assert!(twice.iter().all(|names| **names == ["killed", "other"]), "{twice:?}");
    assert_eq!(effects.len(), usize::from(KEYS));
}

#[tokio::test]
async fn transactions_execute_each_key_once_though_a_process_is_killed() {
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    run(&store, "CREATE TABLE effects (key INTEGER NOT NULL, name TEXT NOT NULL)").await;
    let records = Log::beside(&path, "records");
    let [killed, other] =
        start_together("processes::works_in_transactions", &path, ["killed", "other"]).await;
    underway(&records, "killed").await;
    killed.dies();
    other.succeeds();
    let effects: Vec<(u16, String)> =
        sqlx::query_as("SELECT key, name FROM effects ORDER BY key").fetch_all(store.pool()).await.unwrap();
    let recorded = recorded(&path).await;
    assert_eq!(effects, recorded.clone().into_iter().collect::<Vec<_>>());
    for (of, names) in records.read() {
        assert_eq!(names, [recorded[&of].clone()], "{of}");
    }
}

/// How often each process has to write before all of them may end.
const WRITES: usize = 20;

/// How long a transaction keeps others from writing: between two of them there is next to no time.
const LONG_WORK: Duration = Duration::from_millis(25);

/// Writes without a pause until every process has written enough: while one task adds its line, another writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by a test below"]
async fn never_pauses() {
    let (path, name) = (path(), env::var(NAME).unwrap());
    let store = SqliteStore::open(&path).await.unwrap();
    meet(&path, &name).await;
    let first = u16::from(name.bytes().next_back().unwrap() - b'a') * 10_000;
    let enough = |written: &Log| {
        let mut writes = BTreeMap::new();
        written.read().into_values().flatten().for_each(|name| *writes.entry(name).or_insert(0) += 1);
        writes.len() == NEVER_PAUSE.len() && writes.into_values().all(|writes| writes >= WRITES)
    };
    in_tasks(|task| {
        let (store, name, written) = (store.clone(), name.clone(), Log::beside(&path, "written"));
        async move {
            let mut ids = first + task * 1_000..;
            while !enough(&written) {
                let of = ids.next().unwrap();
                if name.starts_with("claims") {
                    assert!(claim(&store, id(of)).await.unwrap().inserted);
                } else {
                    let (transaction, found) = store.begin(Some(id(of))).await.unwrap();
                    assert_eq!(found, None);
                    tokio::time::sleep(LONG_WORK).await;
                    let finish = transaction.finish(Some(done("done")), Vec::new()).await.unwrap();
                    assert!(matches!(finish, Finish::Committed));
                }
                written.add(of, &name);
            }
        }
    })
    .await;
    store.close().await;
}

const NEVER_PAUSE: [&str; 4] = ["works a", "works b", "claims c", "claims d"];

/// More often in a row than any of them writes by chance.
const IN_A_ROW: usize = 10;

#[tokio::test]
async fn nobody_is_kept_from_writing_by_others_that_never_pause() {
    let (_directory, path) = file();
    for process in start_together("processes::never_pauses", &path, NEVER_PAUSE).await {
        process.succeeds();
    }
    let written = std::fs::read_to_string(path.with_extension("written")).unwrap();
    let mut names: Vec<_> = written.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    // When they end, one of them is the last.
    names.truncate(names.len() - NEVER_PAUSE.len() * usize::from(TASKS));
    let rows = names.chunk_by(|one, next| one == next).filter(|row| row[0].starts_with("works"));
    let longest = rows.map(<[_]>::len).max();
    assert!(longest <= Some(IN_A_ROW), "{longest:?}");
}

/// Writes without a pause: several times as much as the log may hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by a test below"]
async fn writes_much() {
    let (path, name) = (path(), env::var(NAME).unwrap());
    let store = SqliteStore::options().synchronous(Synchronous::Normal).open(&path).await.unwrap();
    meet(&path, &name).await;
    let first = u16::from(name.bytes().next_back().unwrap() - b'a') * 10_000;
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for of in (first + task..first + 8_000).step_by(16) {
                    put(&store, id(of), vec![b'x'; 8_000]).await.unwrap();
                }
            })
        })
        .collect();
    join_all(tasks).await.into_iter().for_each(Result::unwrap);
    // A process that ends may empty the log.
    Log::beside(&path, "ended").add(0, &name);
    let ended = Log::beside(&path, "ended");
    until(async || ended.read().values().flatten().count() == WRITE_MUCH.len()).await;
}

const WRITE_MUCH: [&str; 3] = ["a", "b", "c"];

/// SQLite itself starts the log anew only when nobody writes during a checkpoint.
#[tokio::test]
async fn the_log_stays_short_though_somebody_always_writes() {
    const WRITTEN: u64 = 24_000 * 8_000;
    let (_directory, path) = file();
    let store = SqliteStore::open(&path).await.unwrap();
    let processes = start_together("processes::writes_much", &path, WRITE_MUCH).await;
    let (log, mut longest) = (path.with_extension("db-wal"), 0);
    until(async || {
        longest = longest.max(std::fs::metadata(&log).unwrap().len());
        Log::beside(&path, "ended").read().values().flatten().count() == WRITE_MUCH.len()
    })
    .await;
    for process in processes {
        process.succeeds();
    }
    assert_eq!(number(&store, "SELECT count(*) FROM steadfast_idempotency").await, 24_000);
    assert!(longest < WRITTEN, "{longest}");
}
