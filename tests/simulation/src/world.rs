//! The simulated world: its time, what will happen in it, and what everybody in it knows. One per thread.

use crate::api::Policy;
use crate::network::{Call, Faults};
use crate::records::{Records, Transaction};
use crate::rng::Rng;
use crate::witness::Witness;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::time::Duration;

/// How many processes serve requests.
pub(crate) const PROCESSES: usize = 3;

/// 2025-06-01: every version is served.
const EPOCH: Duration = Duration::from_hours(485_760);

/// What happens at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Happening {
    /// A client sends a request.
    Send(usize),
    /// A client hangs up.
    HangUp(usize),
    /// A call reaches the store.
    Arrive(usize),
    /// A call reaches the store once more.
    ArriveAgain(usize),
    /// The reply to a call, or its absence, reaches the process.
    Return(usize),
    /// The database notices that nobody holds a transaction any longer.
    Abandon(usize),
    /// A process gets no time.
    Stop(usize),
    /// A process gets time again.
    Resume(usize),
    /// A process dies, and another one takes its place.
    Die(usize),
    /// The store has no room for new records.
    Full,
    /// Nor for any write: its disk is full.
    DiskFull,
    /// The store has room.
    Room,
}

/// How much room a store has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Plenty,
    NoRecords,
    NoWrites,
}

/// A process as the world sees it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Machine {
    /// Counts up with each death.
    pub(crate) incarnation: u32,
    pub(crate) is_stopped: bool,
    /// When it was last in any trouble: an error, a delay of the size of a lease, a pause.
    pub(crate) trouble_at: Option<u64>,
}

pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) is_audited: bool,
    pub(crate) rng: Rng,
    /// In milliseconds.
    pub(crate) now: u64,
    pub(crate) faults: Faults,
    pub(crate) room: Room,
    pub(crate) machines: [Machine; PROCESSES],
    pub(crate) calls: Vec<Call>,
    /// Calls that wait for the end of a transaction.
    pub(crate) waiting: Vec<usize>,
    /// A transaction has ended.
    pub(crate) is_turn: bool,
    pub(crate) records: Records,
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) witness: Witness,
    pub(crate) trace: Option<Vec<String>>,
    /// The last phase: nothing fails any more, and handlers succeed.
    pub(crate) is_calm: bool,
    queue: BinaryHeap<Reverse<(u64, u64, Happening)>>,
    queued: u64,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new(0, Policy::Reexecute, false));
    static PROCESS: Cell<usize> = const { Cell::new(0) };
}

/// Does something with the world. Whoever is called from in here must not ask for it again.
pub(crate) fn with<T>(act: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with_borrow_mut(act)
}

/// Returns the process that runs.
pub(crate) fn running() -> usize {
    PROCESS.get()
}

pub(crate) fn set_running(process: usize) {
    PROCESS.set(process);
}

impl World {
    pub(crate) fn new(seed: u64, policy: Policy, is_traced: bool) -> Self {
        Self {
            policy,
            is_audited: false,
            rng: Rng::new(seed),
            now: 0,
            faults: Faults::NONE,
            room: Room::Plenty,
            machines: [Machine::default(); PROCESSES],
            calls: Vec::new(),
            waiting: Vec::new(),
            is_turn: false,
            records: Records::default(),
            transactions: Vec::new(),
            witness: Witness::default(),
            trace: is_traced.then(Vec::new),
            is_calm: false,
            queue: BinaryHeap::new(),
            queued: 0,
        }
    }

    pub(crate) fn at(&mut self, time: u64, what: Happening) {
        self.queued += 1;
        self.queue.push(Reverse((time.max(self.now), self.queued, what)));
    }

    pub(crate) fn after(&mut self, delay: u64, what: Happening) {
        self.at(self.now + delay, what);
    }

    /// Returns when something happens next.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.queue.peek().map(|Reverse((time, ..))| *time)
    }

    /// Takes what happens now.
    pub(crate) fn take(&mut self) -> Option<Happening> {
        let due = self.next_at()? <= self.now;
        due.then(|| self.queue.pop().map(|Reverse((.., what))| what)).flatten()
    }

    /// Forgets what has not happened yet, but for calls and transactions, which end.
    pub(crate) fn calm_down(&mut self) {
        self.is_calm = true;
        self.room = Room::Plenty;
        self.faults = Faults::NONE;
        let all = std::mem::take(&mut self.queue);
        self.queue = all
            .into_iter()
            .filter(|Reverse((.., what))| {
                use Happening::{Abandon, Arrive, ArriveAgain, Return};
                matches!(what, Abandon(_) | Arrive(_) | ArriveAgain(_) | Return(_))
            })
            .collect();
    }

    pub(crate) fn troubles(&mut self, process: usize) {
        let known = &mut self.machines[process].trouble_at;
        *known = (*known).max(Some(self.now));
    }

    /// Whether a process was in trouble at some time since. One that gets no time still is.
    pub(crate) fn was_troubled(&self, process: usize, since: u64) -> bool {
        let machine = &self.machines[process];
        machine.is_stopped || machine.trouble_at.is_some_and(|at| at >= since)
    }

    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let (seconds, milliseconds) = (self.now / 1000, self.now % 1000);
            trace.push(format!("{seconds:>5}.{milliseconds:03}  {}", text()));
        }
    }

    /// A promise is broken.
    pub(crate) fn violated(&mut self, what: impl fmt::Display) {
        let what = what.to_string();
        self.note(|| format!("VIOLATION: {what}"));
        self.witness.violations.push(what);
    }
}

/// The time of the world, for what records display.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock;

impl steadfast::Clock for Clock {
    fn now(&self) -> Duration {
        EPOCH + Duration::from_millis(with(|world| world.now))
    }
}
