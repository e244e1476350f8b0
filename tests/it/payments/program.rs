//! The program: built once, started as often as a test likes, and never left running.

use super::client::{Answer, Request};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program.
pub(super) struct Program {
    child: Child,
    pub(super) address: SocketAddr,
    /// What it printed; the line with its address is the last.
    pub(super) banner: String,
}

impl Program {
    /// Starts on a free port.
    pub(super) fn start(arguments: &[&str]) -> Self {
        Self::start_in(Path::new("."), arguments)
    }

    /// Starts on a free port, in this folder.
    pub(super) fn start_in(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command(&["--listen", "127.0.0.1:0"]);
        command.args(arguments).current_dir(folder);
        Self::of(command)
    }

    /// Starts any program that says where it listens as this one does.
    pub(super) fn of(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let (send, receive) = mpsc::channel();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || {
            let mut banner = String::new();
            while let Some(Ok(line)) = lines.next() {
                banner += &line;
                banner.push('\n');
                if let Some(address) = line.strip_prefix("Listening on http://") {
                    let _ = send.send((address.parse().unwrap(), banner.clone()));
                }
            }
        });
        match receive.recv_timeout(PATIENCE) {
            Ok((address, banner)) => Self { child, address, banner },
            Err(error) => {
                let _ = child.kill();
                panic!("the program does not listen: {error}; it ended with {:?}", child.wait());
            }
        }
    }

    pub(super) fn send(&self, request: &Request) -> Answer {
        request.send(self.address)
    }

    /// Sends until the answer is another than "in progress".
    pub(super) fn send_patiently(&self, request: &Request) -> Answer {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.send(request);
            if answer.status != 409 {
                return answer;
            }
            super::assert_problem(&answer, 409, "in-progress");
            assert!(answer.header("retry-after").is_some(), "{answer:?}");
            assert!(Instant::now() < deadline, "still in progress: {answer:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// SIGKILL: the process has no chance to do anything more.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub(super) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends a signal of this name.
    pub(super) fn signal(&self, name: &str) {
        let signal = format!("-{name}");
        let sent = Command::new("kill").args([&signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(super) fn wait(&mut self) -> ExitStatus {
        wait(&mut self.child)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that is expected to end by itself: its status and what it wrote to standard error.
pub(super) fn run(arguments: &[&str]) -> (ExitStatus, String) {
    let mut child = command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let status = wait(&mut child);
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    (status, text)
}

fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the program does not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Cargo does not build the examples of other packages for a test, so the first test to come here has it done.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--package", "steadfast-examples", "--example", "payments"]);
        build.args(["--message-format", "json-render-diagnostics"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let output = build.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "the example does not build");
        let messages = output.stdout.split(|byte| *byte == b'\n');
        let artifact = messages
            .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
            .find(|message| message["target"]["name"] == "payments" && message["executable"].is_string())
            .expect("cargo names the executable");
        artifact["executable"].as_str().unwrap().into()
    })
}

/// A folder with a database that survives the program.
pub(super) struct Database {
    folder: TempDir,
}

struct Lock(Connection);

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}

/// How much is in the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) payments: u32,
    pub(super) refunds: u32,
    pub(super) records: u32,
}

impl Database {
    pub(super) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("payments.db")
    }

    /// Starts the program on this database, on a day when all three versions answer.
    pub(super) fn start(&self) -> Program {
        self.start_on(super::ALL_LIVE)
    }

    pub(super) fn start_on(&self, today: &str) -> Program {
        Program::start(&["--store", &format!("sqlite:{}", self.path().display()), "--today", today])
    }

    pub(super) fn rows(&self) -> Rows {
        let count = |table: &str| self.count(&format!("SELECT COUNT(*) FROM {table}"));
        Rows {
            payments: count("payments"),
            refunds: count("refunds"),
            records: count("steadfast_idempotency"),
        }
    }

    pub(super) fn payments_of(&self, customer: &str) -> u32 {
        self.count(&format!("SELECT COUNT(*) FROM payments WHERE customer = '{customer}'"))
    }

    /// See [`unaudited`].
    pub(super) fn unaudited(&self) -> u32 {
        unaudited(&self.path())
    }

    /// Holds the write lock until the guard is dropped.
    pub(super) fn lock(&self) -> impl Drop + use<> {
        let database = Connection::open(self.path()).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        database.execute_batch("BEGIN IMMEDIATE").unwrap();
        Lock(database)
    }

    /// Moves every record this far into the past.
    pub(super) fn age_records(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        let database = Connection::open(self.path()).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        let shift =
            "UPDATE steadfast_idempotency SET written_at = written_at - ?1, expires_at = expires_at - ?1";
        database.execute(shift, [by]).unwrap();
    }

    fn count(&self, query: &str) -> u32 {
        count(&self.path(), query)
    }
}

fn count(database: &Path, query: &str) -> u32 {
    let database = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    database.busy_timeout(PATIENCE).unwrap();
    database.query_row(query, [], |row| row.get(0)).unwrap()
}

/// How many records there are.
pub(super) fn records(database: &Path) -> u32 {
    count(database, "SELECT count(*) FROM steadfast_idempotency")
}

/// How many operations are recorded as completed and do not have one entry in the audit trail that says so, or have one
/// and are not.
pub(super) fn unaudited(database: &Path) -> u32 {
    let query = "WITH told AS (SELECT record, count(*) AS times FROM steadfast_audit \
         WHERE event = 'completed' GROUP BY record), \
         done AS (SELECT id FROM steadfast_idempotency WHERE kind = 3) \
         SELECT count(*) FROM done FULL JOIN told ON done.id = told.record \
         WHERE done.id IS NULL OR told.times IS NOT 1";
    count(database, query)
}
