//! A disk that is full now and then: what has run is recorded, and what is not recorded has not run.
//!
//! It is a small file system of its own, because nothing else is full as a disk is: a limit of pages knows no log and no
//! other files, and a limit of the size of files gives other errors. To mount it takes the superuser, so plain test runs
//! leave it out. `cargo xtask torture` does not.

use super::claims::{Effect, Effects, effects, folder, start_service};
use super::load::{Dice, Load};
use super::operations::{Tally, is_repeated, send};
use crate::payments::client::{Answer, Request};
use crate::payments::program::{Program, records, unaudited};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, id};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use steadfast::idempotency::{Audit, StepError, Steps};
use steadfast::{
    Api, ApiVersions, Header, Idempotency, Problem, Sqlite, SqliteStore, Tx, api_version, endpoints,
    idempotent, post,
};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The sizes of the disk, in mebibytes: at first, how much larger it becomes whenever there is to be room, and at last.
const SIZE: u64 = 4;
const GROWTH: u64 = 2;
const LARGEST: u64 = 2048;

/// Room for two of the larger responses.
const RESERVE: u64 = 1 << 20;

/// How often the database begins anew, at least, and after how many operations: the disk is in memory.
const LIVES: u64 = 5;
const LIFE: u64 = 20_000;

const PAST_THE_LEASE: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_mins(1);

const ALLOWED: &[(u16, &str)] = &[(409, "in-progress"), (410, "response-unavailable"), (503, "overloaded")];

#[derive(ApiVersions)]
enum Version {
    #[version("2025-09-30")]
    V2025_09_30,
}

/// The name of an effect, and as much as is to be stored.
fn answer(effect: &str, headers: &HeaderMap) -> String {
    let size = headers["x-size"].to_str().unwrap().parse().unwrap();
    format!("{effect} {}", "x".repeat(size))
}

#[post("/claim")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none, lease = "1s")]
async fn claim(State(effects): State<Effects>, headers: HeaderMap) -> String {
    answer(&effects.take("claim", &headers).await, &headers)
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
    let _: String =
        steps.run("book", async || Ok::<_, StepError>(effects.take("book", &headers).await)).await?;
    Ok(answer(&charge, &headers))
}

#[post("/tx")]
#[api_version(since = "2025-09-30")]
#[idempotent(ttl = "24h", scope = none)]
async fn tx(mut tx: Tx<Sqlite>, headers: HeaderMap) -> Result<String, StatusCode> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let effect = format!("{}-tx-{}", id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let key = headers["idempotency-key"].to_str().unwrap();
    let insert = sqlx::query("INSERT INTO effects (key, number) VALUES (?1, ?2)").bind(key).bind(&effect);
    insert.execute(&mut *tx).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(answer(&effect, &headers))
}

/// A process of its own, started by the test below.
#[test]
#[ignore = "the program that is tortured"]
fn service() {
    let Some(folder) = folder() else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = SqliteStore::options().reserve(RESERVE).open(database(&folder)).await.unwrap();
        let table = "CREATE TABLE IF NOT EXISTS effects (key TEXT NOT NULL, number TEXT NOT NULL)";
        sqlx::query(table).execute(store.pool()).await.unwrap();
        let app = Api::new(endpoints![Version; claim, steps, tx])
            .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
            .idempotency(Idempotency::new(store).audit(Audit::new()))
            .with_state(Effects::into(&folder.join("effects")));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("\nListening on http://{}", listener.local_addr().unwrap());
        axum::serve(listener, app).await.unwrap();
    });
}

fn database(folder: &Path) -> PathBuf {
    folder.join("disk/records.db")
}

fn request(key: u64) -> Request {
    let path = ["/claim", "/steps", "/tx"][usize::try_from(key % 3).unwrap()];
    let size = [300_u32, 2_000, 40_000, 262_144][usize::try_from(key / 3 % 4).unwrap()];
    Request::new("POST", path).key(&format!("key-{key}")).header("x-size", size.to_string())
}

/// A folder with a small disk in it, which is gone with this value.
struct Disk {
    folder: TempDir,
    /// Fills what is left of the disk.
    filler: PathBuf,
    size: AtomicU64,
}

impl Disk {
    fn mount() -> Self {
        let folder = TempDir::new().unwrap();
        let disk = folder.path().join("disk");
        fs::create_dir(&disk).unwrap();
        mount("size", SIZE, &disk);
        let filler = disk.join("filler");
        fs::write(folder.path().join("effects"), "").unwrap();
        Self { folder, filler, size: AtomicU64::new(SIZE) }
    }

    /// Takes all the room that there is.
    fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(&self.filler).unwrap();
        let (chunk, mut size) = ([0; 4096], 4096);
        while size > 0 {
            match file.write(&chunk[..size]) {
                Ok(1..) => {}
                _ => size /= 2,
            }
        }
    }

    /// Gives room for some more.
    fn clear(&self) {
        let size = GROWTH + self.size.fetch_add(GROWTH, Ordering::SeqCst);
        self.resize(size);
    }

    fn resize(&self, size: u64) {
        mount("remount,size", size, &self.folder.path().join("disk"));
        // It may not have been filled.
        let _ = fs::remove_file(&self.filler);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let disk = self.folder.path().join("disk");
        // What a process still has open goes when it ends.
        let _ = Command::new("umount").arg("--lazy").arg(disk).status();
    }
}

fn mount(option: &str, size: u64, disk: &Path) {
    let options = format!("{option}={size}m");
    let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(disk).output();
    let output = mount.unwrap();
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "a small disk cannot be mounted: {why}\n  help: run as root, or in `unshare --map-root-user --mount`"
    );
}

/// Sends until there is an answer from a store with room.
fn settled(program: &Program, key: u64) -> Answer {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = program.send(&request(key));
        if ![409, 503].contains(&answer.status) || Instant::now() > deadline {
            return answer;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// What happened: in the file of effects, and in the database.
fn all_effects(folder: &Path) -> BTreeMap<u64, Vec<Effect>> {
    let mut all = effects(folder);
    let database = Connection::open(database(folder)).unwrap();
    let mut select = database.prepare("SELECT key, number FROM effects").unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    for (key, number) in rows.map(Result::<(String, String), _>::unwrap) {
        let key = key.strip_prefix("key-").unwrap().parse().unwrap();
        all.entry(key).or_default().push(Effect { what: "tx".to_owned(), process: String::new(), number });
    }
    all
}

#[test]
#[ignore = "mounts a small disk, for which it must be root: `cargo xtask torture` runs it"]
fn what_runs_on_a_full_disk_is_recorded() {
    let load = Load::told();
    let (tally, mut dice) = (Mutex::<Tally>::default(), Dice::new(load.seed));
    let (mut fills, mut kept) = (0, 0_u64);
    let lives = LIVES.max(load.operations / LIFE);
    for life in 0..lives {
        let disk = Disk::mount();
        let folder = disk.folder.path();
        let program = start_service("disk", folder);
        let numbers = load.operations * life / lives..load.operations * (life + 1) / lives;
        let pauses: Vec<_> = (0..1000).map(|_| Duration::from_millis(20 + dice.below(300))).collect();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let filling = scope.spawn(|| {
                let mut pauses = pauses.iter().cycle();
                let mut fills = 0;
                while !is_over.load(Ordering::SeqCst) {
                    thread::sleep(*pauses.next().unwrap());
                    fills += 1;
                    disk.fill();
                    thread::sleep(*pauses.next().unwrap());
                    // Now and then somebody else takes at once what the store has given up.
                    if fills % 3 == 0 {
                        disk.fill();
                    }
                    thread::sleep(*pauses.next().unwrap());
                    disk.clear();
                }
                fills
            });
            send(numbers.clone(), load.seed, &[program.address], request, ALLOWED, &tally);
            is_over.store(true, Ordering::SeqCst);
            fills += filling.join().unwrap();
        });
        // What is not recorded by now could run again.
        disk.fill();
        thread::sleep(PAST_THE_LEASE);
        let some = numbers.start..numbers.start + (numbers.end - numbers.start).div_ceil(10);
        send(some, load.seed, &[program.address], request, ALLOWED, &tally);
        disk.resize(LARGEST);
        let mut tally = tally.lock().unwrap();
        let keys: Vec<_> = tally.keys.range(numbers).copied().collect();
        for key in &keys {
            let answer = settled(&program, *key);
            tally.hear(*key, &answer, &[(410, "response-unavailable")]);
            kept += u64::from(answer.status == 200);
        }
        let effects = all_effects(folder);
        tally.compare(&effects, keys.iter().copied());
        tally.check(&effects, |_, effects| is_repeated(effects));
        let rows = records(&database(folder));
        if usize::try_from(rows).unwrap() != keys.len() {
            tally.violations.push(format!("{rows} records of {} keys", keys.len()));
        }
        tally.rows += u64::from(rows);
        if unaudited(&database(folder)) > 0 {
            tally.violations.push("an operation is not in the audit trail".to_owned());
        }
        drop(program);
    }
    let tally = tally.into_inner().unwrap();
    tally.print("claims, steps and transactions on a disk that is full now and then", load.seed);
    for (name, count) in [("times that the disk was full", fills), ("keys with their response", kept)] {
        println!("  {name:<40}{count:>8}");
    }
}
