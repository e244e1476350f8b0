//! What a torture does, decided by a number: the same number, the same requests in the same rounds. When they meet which
//! death of the process is up to the machine.

use super::super::client::{Answer, Request, connect, read_answer};
use super::super::program::Program;
use std::collections::BTreeMap;
use std::env;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// How much of it. `cargo xtask torture` says so; else it is short.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) disconnects: u32,
    pub(super) kills: u32,
    /// Of each kind in which operations are counted.
    pub(super) operations: u64,
    pub(super) seed: u64,
    pub(super) in_memory: bool,
}

impl Load {
    pub(super) fn told() -> Self {
        let number = |name: &str, otherwise: u64| match env::var(format!("STEADFAST_TORTURE_{name}")) {
            Ok(text) => text.parse().unwrap_or_else(|error| panic!("{name}: {text}: {error}")),
            Err(_) => otherwise,
        };
        let in_memory = env::var("STEADFAST_TORTURE_STORE").is_ok_and(|store| store == "memory");
        let kills = if in_memory { 0 } else { number("KILLS", 8) };
        Self {
            disconnects: number("DISCONNECTS", 60).try_into().unwrap(),
            kills: kills.try_into().unwrap(),
            operations: number("OPERATIONS", 300),
            seed: number("SEED", 1),
            in_memory,
        }
    }
}

/// `SplitMix64`: a seed is all it needs.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// What is done with one key.
#[derive(Clone, Copy)]
enum Act {
    /// The client hangs up after so many microseconds.
    HangUp(u64),
    /// It waits for the answer.
    Wait,
    /// Three clients ask for the same at once.
    Crowd,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rounds: u32,
    pub(super) kills: u32,
    pub(super) disconnects: u32,
    pub(super) crowds: u32,
    /// Requests whose connection ended without an answer.
    pub(super) cut: u32,
    /// The final answers that were heard, by key.
    pub(super) heard: BTreeMap<u64, Vec<u8>>,
    /// How many keys were used.
    pub(super) keys: u64,
}

const CLIENTS: usize = 4;

/// Lets clients at a program that `start` starts, until there were enough of everything. The last program goes on.
pub(super) fn torture(
    load: Load,
    start: impl Fn() -> Program,
    request: impl Fn(u64) -> Request + Sync,
) -> (Tally, Program) {
    let mut dice = Dice::new(load.seed);
    let tally = Mutex::new(Tally::default());
    let mut running = None;
    loop {
        let program = running.take().unwrap_or_else(&start);
        let (kills, disconnects, rounds, used) = {
            let tally = tally.lock().unwrap();
            (tally.kills, tally.disconnects, tally.rounds, tally.keys)
        };
        if kills >= load.kills && disconnects >= load.disconnects {
            return (tally.into_inner().unwrap(), program);
        }
        assert!(rounds < 10 * (load.kills + load.disconnects), "no progress: {kills} {disconnects}");
        let mut keys = used;
        let mut acts: [Vec<(u64, Act)>; CLIENTS] = Default::default();
        for number in 0..12 {
            let act = match number {
                0..8 => Act::HangUp(dice.below(20_000)),
                8..10 => Act::Wait,
                _ => Act::Crowd,
            };
            // A third of them ask again for what was asked for before.
            let key = if used > 0 && dice.below(3) == 0 { dice.below(used) } else { keys };
            keys += u64::from(key == keys);
            acts[number % CLIENTS].push((key, act));
        }
        let dies = (kills < load.kills).then(|| Duration::from_micros(dice.below(60_000)));
        let address = program.address;
        running = thread::scope(|scope| {
            for acts in acts {
                let (tally, request) = (&tally, &request);
                scope.spawn(move || {
                    for (key, act) in acts {
                        done(act, key, &request(key), address, tally);
                    }
                });
            }
            let Some(after) = dies else { return Some(program) };
            thread::sleep(after);
            program.kill();
            None
        });
        let mut tally = tally.lock().unwrap();
        tally.keys = keys;
        tally.rounds += 1;
        tally.kills += u32::from(dies.is_some());
    }
}

fn done(act: Act, key: u64, request: &Request, address: SocketAddr, tally: &Mutex<Tally>) {
    match act {
        Act::HangUp(after) => {
            let Ok(mut socket) = connect(address) else { return };
            if socket.write_all(&request.bytes()).is_err() {
                return;
            }
            thread::sleep(Duration::from_micros(after));
            drop(socket);
            tally.lock().unwrap().disconnects += 1;
        }
        Act::Wait => note(key, ask(request, address), tally),
        Act::Crowd => {
            tally.lock().unwrap().crowds += 1;
            thread::scope(|scope| {
                let crowd = [(); 3].map(|()| scope.spawn(|| ask(request, address)));
                for one in crowd {
                    note(key, one.join().unwrap(), tally);
                }
            });
        }
    }
}

fn ask(request: &Request, address: SocketAddr) -> Option<Answer> {
    let mut socket = connect(address).ok()?;
    socket.write_all(&request.bytes()).ok()?;
    read_answer(&mut socket).ok()
}

/// What one has heard, everybody else must hear.
fn note(key: u64, answer: Option<Answer>, tally: &Mutex<Tally>) {
    let mut tally = tally.lock().unwrap();
    match answer {
        None => tally.cut += 1,
        Some(answer) if answer.status < 300 => {
            let before = tally.heard.entry(key).or_insert_with(|| answer.body.clone());
            assert_eq!(*before, answer.body, "two answers for one key");
        }
        Some(answer) => assert_eq!(answer.status, 409, "{answer:?}"),
    }
}
