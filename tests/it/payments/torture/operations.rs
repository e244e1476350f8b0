//! A number of operations by several clients at once, and what must hold of them.

use super::claims::{Effect, operation};
use super::load::Dice;
use crate::payments::client::{Answer, Request, read_answer};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;

/// How long a client waits before it asks another process, and at all.
const STALLED: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a client pauses that was refused. Otherwise most operations would be such.
const BACKOFF: Duration = Duration::from_millis(20);

/// What came of some operations.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) operations: u64,
    pub(super) keys: BTreeSet<u64>,
    /// The answers that were heard: the name of the effect, and a hash of the whole.
    pub(super) answers: BTreeMap<u64, (String, u64)>,
    /// Requests that another process was asked for, because no answer came.
    pub(super) stalled: u64,
    /// Other answers, by status and type of problem.
    pub(super) others: BTreeMap<(u16, String), u64>,
    /// Effects.
    pub(super) executions: u64,
    /// Records in the database.
    pub(super) rows: u64,
    /// What must not be.
    pub(super) violations: Vec<String>,
}

/// Sends operations of these numbers, one to each of the addresses in turn. A third of them use the key of an operation
/// before them.
pub(super) fn send(
    numbers: Range<u64>,
    seed: u64,
    addresses: &[SocketAddr],
    request: impl Fn(u64) -> Request + Sync,
    allowed: &[(u16, &str)],
    tally: &Mutex<Tally>,
) {
    let next = AtomicU64::new(numbers.start);
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= numbers.end {
                        return;
                    }
                    let mut dice = Dice::new(seed ^ number.wrapping_mul(0x9e37_79b9));
                    let old = number - numbers.start;
                    let key = if dice.below(3) == 0 { numbers.start + dice.below(old + 1) } else { number };
                    let to = usize::try_from(dice.below(addresses.len() as u64)).unwrap();
                    let request = request(key);
                    let mut socket = request.begin(addresses[to]);
                    if addresses.len() > 1 && is_stalled(&socket) {
                        ask_elsewhere(key, &request, addresses[1 - to], allowed, tally);
                    }
                    let answer = read_answer(&mut socket);
                    let is_refused = answer.as_ref().is_ok_and(|answer| answer.status == 503);
                    tally.lock().unwrap().note(key, answer, allowed);
                    if is_refused {
                        thread::sleep(BACKOFF);
                    }
                }
            });
        }
    });
    tally.lock().unwrap().operations += numbers.end - numbers.start;
}

/// Returns `true` if no answer comes.
fn is_stalled(socket: &TcpStream) -> bool {
    socket.set_read_timeout(Some(STALLED)).unwrap();
    let is_stalled = socket.peek(&mut [0]).is_err();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    is_stalled
}

/// Asks another process for the same, until that is no longer in progress.
fn ask_elsewhere(key: u64, request: &Request, to: SocketAddr, allowed: &[(u16, &str)], tally: &Mutex<Tally>) {
    tally.lock().unwrap().stalled += 1;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let answer = request.try_send(to);
        let waits = answer.as_ref().is_ok_and(|answer| {
            answer.status == 503 || answer.status == 409 && answer.text().contains("in-progress")
        });
        tally.lock().unwrap().note(key, answer, allowed);
        if !waits {
            return;
        }
        thread::sleep(BACKOFF);
    }
}

impl Tally {
    fn note(&mut self, key: u64, answer: std::io::Result<Answer>, allowed: &[(u16, &str)]) {
        self.keys.insert(key);
        match answer {
            Err(error) => self.violations.push(format!("{key}: no answer: {error}")),
            Ok(answer) => drop(self.hear(key, &answer, allowed)),
        }
    }

    /// Notes an answer. Returns the type of the problem, if it is one.
    pub(super) fn hear(&mut self, key: u64, answer: &Answer, allowed: &[(u16, &str)]) -> Option<String> {
        if answer.status == 200 {
            let mut hasher = DefaultHasher::new();
            answer.body.hash(&mut hasher);
            let name = answer.text().split(' ').next().unwrap_or_default().to_owned();
            let heard = (name, hasher.finish());
            let before = self.answers.entry(key).or_insert_with(|| heard.clone());
            if *before != heard {
                self.violations.push(format!("{key}: two answers, {before:?} and {heard:?}"));
            }
            return None;
        }
        let kind = answer.json()["type"].as_str().unwrap_or_default().to_owned();
        let kind = kind.trim_start_matches("urn:steadfast:problem:").to_owned();
        if !allowed.contains(&(answer.status, &kind)) {
            self.violations.push(format!("{key}: {} {kind}", answer.status));
        }
        *self.others.entry((answer.status, kind.clone())).or_default() += 1;
        Some(kind)
    }

    /// Compares the answers of these keys with the effects.
    pub(super) fn compare(
        &mut self,
        effects: &BTreeMap<u64, Vec<Effect>>,
        keys: impl IntoIterator<Item = u64>,
    ) {
        self.executions += effects.values().map(|effects| effects.len() as u64).sum::<u64>();
        for key in keys {
            let effects = effects.get(&key).map(Vec::as_slice).unwrap_or_default();
            let answer = self.answers.get(&key).map(|(name, _)| name);
            // A process that stops between its claim and its handler runs nothing when it goes on: its claim has lapsed.
            if effects.is_empty() && answer.is_none() && operation(key) == "held" {
                continue;
            }
            if effects.is_empty() || answer.is_some_and(|name| effects.iter().all(|one| one.number != *name))
            {
                self.violations.push(format!("{key}: an answer without its effect: {answer:?}, {effects:?}"));
            }
        }
    }

    /// Notes as a violation what `is_wrong` says of the effects of a key.
    pub(super) fn check(
        &mut self,
        effects: &BTreeMap<u64, Vec<Effect>>,
        is_wrong: impl Fn(u64, &[Effect]) -> bool,
    ) {
        for (key, effects) in effects.iter().filter(|(key, effects)| is_wrong(**key, effects)) {
            self.violations.push(format!("{key}: {effects:?}"));
        }
    }

    /// Prints the figures, and fails if anything was violated.
    pub(super) fn print(&self, title: &str, seed: u64) {
        println!("\n{title}, seed {seed}");
        let figures = [
            ("operations", self.operations),
            ("keys", self.keys.len() as u64),
            ("executions", self.executions),
            ("rows", self.rows),
            ("asked of another process, too", self.stalled),
            ("violations", self.violations.len() as u64),
        ];
        for (name, count) in figures {
            println!("  {name:<40}{count:>8}");
        }
        for ((status, kind), count) in &self.others {
            println!("  {:<40}{count:>8}", format!("answered {status} {kind}"));
        }
        let shown = &self.violations[..self.violations.len().min(20)];
        assert!(shown.is_empty(), "{shown:#?}");
    }
}

/// Returns `true` if an effect is there more than once, by one process or by several.
pub(super) fn is_repeated(effects: &[Effect]) -> bool {
    let names: BTreeSet<_> = effects.iter().map(|effect| effect.what.split(':').next()).collect();
    names.len() != effects.len()
}

/// Returns `true` if one process took an effect more than once.
pub(super) fn is_repeated_in_a_process(effects: &[Effect]) -> bool {
    let names: BTreeSet<_> = effects.iter().map(|effect| (&effect.process, &effect.what)).collect();
    names.len() != effects.len()
}
