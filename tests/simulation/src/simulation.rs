//! One schedule after the other, in the processes of one thread.

use crate::api::{LEASE, Policy, TTL};
use crate::process::{Process, Spares};
use crate::rng::Rng;
use crate::schedule::{Planned, policy};
use crate::witness::{Attempt, Counts, Received};
use crate::world::{Happening, PROCESSES, Room, World, with};
use axum::http::StatusCode;
use std::time::Duration;
use steadfast::idempotency::{RecordId, Settlement};
use tokio::task::JoinHandle;

/// How long time passes at most before processes are given some.
const LONGEST_STEP: u64 = 9_000;

/// What came of a schedule.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What happened.
    pub counts: Counts,
    /// The promises that were broken.
    pub violations: Vec<String>,
    /// Everything that happened, if it was asked for.
    pub trace: Vec<String>,
}

/// The processes of one thread, which live through one schedule after the other.
pub struct Simulation {
    processes: Vec<Process>,
    spares: Spares,
    /// The ids of the records of each policy's keys.
    ids: Vec<Vec<RecordId>>,
    requests: Vec<Option<JoinHandle<()>>>,
    policy: Policy,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulation").finish_non_exhaustive()
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulation {
    /// Begins without any record.
    pub fn new() -> Self {
        let mut spares = Spares::default();
        let processes = (0..PROCESSES).map(|number| Process::new(number, false, &mut spares)).collect();
        let mut simulation =
            Self { processes, spares, ids: Vec::new(), requests: Vec::new(), policy: Policy::Reexecute };
        simulation.ids = Policy::ALL.map(|policy| simulation.ids_of(policy)).into();
        simulation
    }

    /// Asks for each key once, and looks where its record is.
    fn ids_of(&mut self, policy: Policy) -> Vec<RecordId> {
        let keys = [0, 1];
        self.policy = policy;
        keys.map(|key| {
            with(|world| {
                *world = World::new(0, policy, false);
                world.calm_down();
            });
            self.send(Planned { key, value: 500, version: 2, process: 0 });
            self.run();
            with(|world| world.records.rows.first().map_or(RecordId([0; 32]), |(id, _)| *id))
        })
        .into()
    }

    /// Runs the schedule of a seed.
    pub fn run_schedule(&mut self, seed: u64, is_traced: bool) -> Outcome {
        let mut rng = Rng::new(seed);
        self.policy = policy(&mut rng);
        let is_audited = rng.percent(40);
        let at = Policy::ALL.iter().position(|one| *one == self.policy).unwrap_or(0);
        let planned = with(|world| {
            *world = World::new(rng.next(), self.policy, is_traced);
            world.is_audited = is_audited;
            world.witness.ids.clone_from(&self.ids[at]);
            world.plan()
        });
        with(|world| {
            let (policy, faults) = (world.policy, world.faults);
            world.note(|| format!("{policy:?}, audited: {is_audited}, {faults:?}"));
        });
        let processes = std::mem::take(&mut self.processes);
        self.processes = processes.into_iter().map(|one| one.renewed(is_audited, &mut self.spares)).collect();
        self.requests.clear();
        self.requests.resize_with(planned.len(), || None);
        self.live(&planned, None);
        with(World::calm_down);
        self.resume_all();
        // Whatever was under way comes to its end.
        self.live(&planned, Some(4 * LEASE));
        self.ask_again(&planned);
        self.requests.clear();
        with(|world| {
            let counts = &mut world.witness.counts;
            counts.schedules = 1;
            counts.calls = world.calls.len() as u64;
            Outcome {
                counts: *counts,
                violations: std::mem::take(&mut world.witness.violations),
                trace: world.trace.take().unwrap_or_default(),
            }
        })
    }

    /// Lives until nothing more is to happen; if so many milliseconds are given, for so long and until then.
    fn live(&mut self, planned: &[Planned], least: Option<u64>) {
        let end = with(|world| world.now) + least.unwrap_or(0);
        let mut step = 50;
        loop {
            while let Some(happening) = with(World::take) {
                self.happens(planned, happening);
                step = 50;
            }
            self.run();
            let (now, next) = with(|world| (world.now, world.next_at()));
            if next.is_some_and(|next| next <= now) {
                continue;
            }
            let until = match next {
                Some(next) => next,
                None if now < end => end,
                None => return,
            };
            let is_busy = self.processes.iter().any(Process::is_busy);
            let time = if is_busy { step.min(until - now) } else { until - now };
            step = (step * 2).min(LONGEST_STEP);
            with(|world| world.now += time);
            self.processes.iter_mut().for_each(|process| process.passes(time));
        }
    }

    /// Runs every process that gets time, until none has anything to do.
    fn run(&mut self) {
        for process in &mut self.processes {
            if !with(|world| world.machines[process.number()].is_stopped) {
                process.run();
            }
        }
        with(World::next_turn);
    }

    fn happens(&mut self, planned: &[Planned], happening: Happening) {
        match happening {
            Happening::Send(number) => {
                self.requests[number] = Some(self.send(planned[number]));
            }
            Happening::HangUp(number) => {
                let process = planned[number].process;
                if let Some(request) = self.requests[number].take().filter(|request| !request.is_finished()) {
                    with(|world| world.note(|| format!("a client hangs up on p{process}")));
                    request.abort();
                    self.processes[process].wakes();
                }
            }
            Happening::Arrive(call) => with(|world| world.arrive(call)),
            Happening::ArriveAgain(call) => with(|world| world.arrive_again(call)),
            Happening::Return(call) => {
                let (waker, process) = with(|world| (world.arrive_back(call), world.calls[call].process));
                if let Some(waker) = waker {
                    waker.wake();
                    self.processes[process].wakes();
                }
            }
            Happening::Abandon(transaction) => with(|world| world.end(transaction)),
            Happening::Stop(process) => with(|world| {
                world.note(|| format!("p{process} gets no time"));
                world.machines[process].is_stopped = true;
                world.troubles(process);
            }),
            Happening::Resume(process) => self.resume(process),
            Happening::Die(process) => self.die(process),
            Happening::Full | Happening::DiskFull => with(|world| {
                world.room = if happening == Happening::Full { Room::NoRecords } else { Room::NoWrites };
                let room = world.room;
                world.note(|| format!("the store is full: {room:?}"));
            }),
            Happening::Room => with(|world| {
                world.room = Room::Plenty;
                world.note(|| "the store has room".to_owned());
            }),
        }
    }

    fn resume(&mut self, process: usize) {
        self.processes[process].wakes();
        with(|world| {
            if std::mem::take(&mut world.machines[process].is_stopped) {
                world.note(|| format!("p{process} gets time again"));
                world.troubles(process);
            }
        });
    }

    fn resume_all(&mut self) {
        (0..PROCESSES).for_each(|process| self.resume(process));
    }

    /// A process dies with all of its tasks. Another one takes its place at once.
    fn die(&mut self, number: usize) {
        let is_audited = with(|world| {
            world.note(|| format!("p{number} dies"));
            world.witness.counts.deaths += 1;
            world.machines[number].incarnation += 1;
            world.machines[number].is_stopped = false;
            world.troubles(number);
            world.is_audited
        });
        let successor = Process::new(number, is_audited, &mut self.spares);
        std::mem::replace(&mut self.processes[number], successor).die(&mut self.spares);
    }

    fn send(&mut self, planned: Planned) -> JoinHandle<()> {
        let Planned { key, value, version, process } = planned;
        let (number, attempt) = with(|world| {
            let attempt = Attempt { key, value, version, process, sent_at: world.now, received: None };
            (world.sends(attempt.clone()), attempt)
        });
        self.processes[process].serve(self.policy, number, &attempt)
    }

    /// Sends a request while nothing fails, and returns what comes back.
    fn ask(&mut self, planned: Planned) -> Option<Received> {
        let _request = self.send(planned);
        self.live(&[], Some(0));
        self.live(&[], Some(1));
        with(|world| world.witness.attempts.last().and_then(|attempt| attempt.received.clone()))
    }
}

impl Simulation {
    /// Now that nothing fails any more, every key comes to an outcome, which is the same for everybody and expires.
    fn ask_again(&mut self, planned: &[Planned]) {
        for key in [0, 1] {
            let Some(first) = planned.iter().find(|one| one.key == key) else { continue };
            let mut process = usize::try_from(with(|world| world.rng.below(PROCESSES as u64))).unwrap_or(0);
            let Some((found, received)) = self.come_to_an_end(*first, process) else {
                with(|world| world.violated(format_args!("key-{key} is stuck")));
                continue;
            };
            process = (process + 1) % PROCESSES;
            // What an operator says is of the version of the request.
            let version =
                if received.status == 410 { found.version } else { with(|world| world.rng.pick(&[0, 1, 2])) };
            let again = self.ask(Planned { version, process, ..found });
            let body = |received: &Received| super::witness::execution_in(&received.body);
            let is_same = again.as_ref().is_some_and(|again| {
                again.is_final()
                    && (again.is_replay || again.status == 410)
                    && again.status == received.status
                    && body(again) == body(&received)
            });
            if !is_same && !with(|world| world.has_expired(&received)) {
                with(|world| {
                    world.violated(format_args!("key-{key} is not replayed: {}", told(again.as_ref())));
                });
            }
            if with(|world| world.rng.percent(20)) {
                self.live(&[], Some(TTL));
                let later = self.ask(found);
                if later.as_ref().is_none_or(|later| later.is_replay || later.status != 201) {
                    with(|world| {
                        world.violated(format_args!("key-{key} never expires: {}", told(later.as_ref())));
                    });
                }
            }
        }
    }

    /// Asks until there is an outcome, as whoever sent the request that holds the key.
    fn come_to_an_end(&mut self, first: Planned, process: usize) -> Option<(Planned, Received)> {
        let mut asked = Planned { process, ..first };
        for attempt in 0..16 {
            let received = self.ask(asked)?;
            match (received.status, received.problem()) {
                _ if received.is_final() => return Some((asked, received)),
                // Somebody else's request, or one of another version that cannot be compared.
                (422, _) => {
                    asked.version = (asked.version + 1) % 3;
                    if attempt % 3 == 2 {
                        asked.value = if asked.value == 500 { 700 } else { 500 };
                    }
                }
                (409, "outcome-unknown") => {
                    let is_done = with(|world| world.rng.percent(50));
                    let settlement = if is_done {
                        Settlement::Done { status: StatusCode::CREATED, ttl: Duration::from_millis(TTL) }
                    } else {
                        Settlement::NotDone
                    };
                    with(|world| world.note(|| format!("an operator settles: {settlement:?}")));
                    if !self.processes[process].settle(self.policy, asked.key, settlement) {
                        return None;
                    }
                }
                _ => self.live(&[], Some(LEASE)),
            }
        }
        None
    }
}

fn told(received: Option<&Received>) -> String {
    received.map_or("no response".to_owned(), |received| {
        let replay = if received.is_replay { " (replay)" } else { "" };
        format!("{}{replay} {}", received.status, String::from_utf8_lossy(&received.body))
    })
}
