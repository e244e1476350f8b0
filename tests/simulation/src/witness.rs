//! What somebody knows who sees everything, and whether it may be so.

mod beginnings;
mod responses;
mod writes;

use crate::handler::{Ending, Script};
use crate::world::World;
use steadfast::idempotency::RecordId;
use steadfast_engine::FencingToken;

pub(crate) use responses::{Attempt, Received, execution_in};

/// How an execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Answered(u16),
    Panicked,
    /// With its process.
    Died,
}

impl End {
    /// Whether it said itself that a retry may run.
    pub(crate) fn is_retryable(self) -> bool {
        matches!(self, Self::Answered(429 | 500..))
    }
}

/// A handler that was entered.
#[derive(Debug, Clone)]
pub(crate) struct Execution {
    pub(crate) key: usize,
    pub(crate) value: i64,
    pub(crate) process: usize,
    pub(crate) incarnation: u32,
    pub(crate) began_at: u64,
    claim: Option<usize>,
    pub(crate) end: Option<End>,
    ended_at: u64,
    charges: u32,
    /// Its charges are committed with its record.
    is_committed: bool,
    recorded_at: Option<u64>,
    /// Another may follow it: its record has expired, or somebody said that it was not done.
    is_forgotten: bool,
}

/// A claim that was written.
#[derive(Debug)]
struct Claim {
    token: FencingToken,
    key: usize,
    process: usize,
    incarnation: u32,
    written_at: u64,
    /// When the store last heard of it.
    last_sign: u64,
    execution: Option<usize>,
    /// The claim that it took the place of.
    replaced: Option<usize>,
}

#[derive(Debug, Default)]
struct Key {
    /// The execution whose outcome is recorded, and when that was.
    recorded: Option<(usize, u64)>,
    /// The execution that has charged, as the step that follows knows.
    step: Option<usize>,
    unknown_since: Option<u64>,
    unknown_until: Option<u64>,
    values: Vec<i64>,
    /// When an operator said that it is done.
    settled_at: Option<u64>,
    /// The recorded outcome has its response. A store that is full may have had no room for it.
    has_response: bool,
}

/// What happened, as figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Schedules that ran.
    pub schedules: u64,
    /// Requests that clients sent.
    pub requests: u64,
    /// Handlers that were entered.
    pub executions: u64,
    /// Stored responses that clients received.
    pub replays: u64,
    /// Requests that were refused: in progress, reused keys, stores that failed.
    pub refusals: u64,
    /// Executions that took the place of a lost one.
    pub takeovers: u64,
    /// Calls of the store.
    pub calls: u64,
    /// Processes that died.
    pub deaths: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.requests += other.requests;
        self.executions += other.executions;
        self.replays += other.replays;
        self.refusals += other.refusals;
        self.takeovers += other.takeovers;
        self.calls += other.calls;
        self.deaths += other.deaths;
    }
}

#[derive(Default)]
pub(crate) struct Witness {
    pub(crate) ids: Vec<RecordId>,
    pub(crate) executions: Vec<Execution>,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) violations: Vec<String>,
    pub(crate) counts: Counts,
    /// An operator settles an operation just now.
    pub(crate) is_settling: bool,
    /// The store has refused a write because it was full.
    pub(crate) was_full: bool,
    claims: Vec<Claim>,
    keys: Vec<Key>,
}

impl Witness {
    fn key_of(&self, id: RecordId) -> usize {
        self.ids.iter().position(|known| *known == id).unwrap_or(0)
    }

    fn key(&mut self, key: usize) -> &mut Key {
        if self.keys.len() <= key {
            self.keys.resize_with(key + 1, Key::default);
        }
        &mut self.keys[key]
    }

    /// Another operation may begin under the key: executions that have ended count no longer, but for one.
    fn forget(&mut self, key: usize, but: Option<usize>) {
        for (number, execution) in self.executions.iter_mut().enumerate() {
            execution.is_forgotten |= execution.key == key && execution.end.is_some() && but != Some(number);
        }
        *self.key(key) = Key { values: std::mem::take(&mut self.key(key).values), ..Key::default() };
    }
}

impl World {
    /// A handler ends; what it says first counts.
    pub(crate) fn ends(&mut self, number: usize, end: End) {
        let now = self.now;
        // The handlers of a schedule before this one are of no interest.
        let Some(execution) = self.witness.executions.get_mut(number) else { return };
        if execution.end.is_some() {
            return;
        }
        execution.end = Some(end);
        execution.ended_at = now;
        let process = execution.process;
        self.note(|| format!("p{process} execution {number} ends: {end:?}"));
    }

    /// Draws what an execution is going to do.
    fn script(&mut self) -> Script {
        if self.is_calm {
            return Script { before: 0, end: Ending::Answer(201), charges: true, after: 0 };
        }
        let rng = &mut self.rng;
        let work = [0, 0, 0, 20, 200, 3_000, 21_000, 55_000, 61_000, 130_000];
        let (before, after) = (rng.pick(&work), rng.pick(&work));
        let end = match rng.below(100) {
            0..66 => Ending::Answer(201),
            66..76 => Ending::Answer(402),
            76..86 => Ending::Answer(503),
            86..90 => Ending::Answer(429),
            _ => Ending::Panic,
        };
        Script { before, end, charges: rng.percent(50), after }
    }
}
