//! Two processes on one database.

use super::claims::{Effect, effects, is_unknown, operation, request, settled, start};
use super::load::{Dice, Load};
use super::operations::{Tally, is_repeated, is_repeated_in_a_process, send};
use crate::payments::program::{Program, records, unaudited};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// The lease of the service's endpoints is a second.
const PAST_THE_LEASE: Duration = Duration::from_millis(1500);

/// Answers while another request with the key runs, or after it was lost.
const WAITS: (u16, &str) = (409, "in-progress");
const UNKNOWN: (u16, &str) = (409, "outcome-unknown");
/// A process that stops may hold the database's one lock.
const LOCKED: (u16, &str) = (503, "store-unavailable");

struct Pair {
    folder: TempDir,
    programs: [Program; 2],
    tally: Mutex<Tally>,
}

impl Pair {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let programs = [start(folder.path()), start(folder.path())];
        Self { folder, programs, tally: Mutex::default() }
    }

    fn send(&self, load: Load, allowed: &[(u16, &str)]) {
        let addresses = [self.programs[0].address, self.programs[1].address];
        send(0..load.operations, load.seed, &addresses, request, allowed, &self.tally);
    }

    /// Asks for the answer of every key, from either process.
    fn settle(self, allowed: &[(u16, &str)]) -> (Tally, BTreeMap<u64, Vec<Effect>>) {
        let Self { folder, programs, tally } = self;
        let mut tally = tally.into_inner().unwrap();
        for key in tally.keys.clone() {
            for program in &programs {
                let answer = settled(program, key);
                tally.hear(key, &answer, allowed);
                if is_unknown(&answer) && operation(key) != "held" {
                    tally.violations.push(format!("{key}: an outcome that nobody knows"));
                }
            }
        }
        let effects = effects(folder.path());
        tally.compare(&effects, tally.keys.clone());
        let database = folder.path().join("records.db");
        tally.rows = records(&database).into();
        if tally.rows != tally.keys.len() as u64 {
            tally.violations.push("a key has no record".to_owned());
        }
        let unaudited = unaudited(&database);
        if unaudited > 0 {
            tally.violations.push(format!("{unaudited} operations are not in the audit trail"));
        }
        (tally, effects)
    }
}

#[test]
fn two_processes_run_each_key_once() {
    let (load, pair) = (Load::told(), Pair::start());
    pair.send(load, &[WAITS]);
    let (mut tally, effects) = pair.settle(&[]);
    tally.check(&effects, |_, effects| is_repeated(effects));
    tally.print("effects in a file, under claims of two processes", load.seed);
}

/// A process that stops for longer than its lease loses its claims to the other one. When it goes on it does not know that,
/// and its clients receive what the other one has recorded.
#[test]
fn a_process_that_stops_past_its_lease_receives_what_the_other_has_recorded() {
    let (load, pair) = (Load::told(), Pair::start());
    let (is_over, mut stops) = (AtomicBool::new(false), 0_u64);
    thread::scope(|scope| {
        let stopping = scope.spawn(|| {
            let mut dice = Dice::new(load.seed);
            let mut stops = 0;
            while !is_over.load(Ordering::SeqCst) {
                let program = &pair.programs[usize::try_from(dice.below(2)).unwrap()];
                thread::sleep(Duration::from_millis(dice.below(200)));
                program.signal("STOP");
                thread::sleep(PAST_THE_LEASE);
                program.signal("CONT");
                stops += 1;
            }
            stops
        });
        pair.send(load, &[WAITS, UNKNOWN, LOCKED]);
        is_over.store(true, Ordering::SeqCst);
        stops = stopping.join().unwrap();
    });
    let (mut tally, effects) = pair.settle(&[UNKNOWN]);
    tally.check(&effects, |key, effects| {
        is_repeated_in_a_process(effects) || (operation(key) == "held" && effects.len() > 1)
    });
    tally.print("the same, while the processes stop past their lease", load.seed);
    println!("  {:<40}{stops:>8}", "stops");
}
