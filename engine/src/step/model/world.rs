use super::promises::{self, Told};
use super::{Case, Step};
use crate::idempotency::engine::tests::{LEASE, VERSION, fingerprint, one_step, response};
use crate::idempotency::engine::{Action, Change, Event, Keep, OnLost, Request, State, Transition};
use crate::idempotency::record::{Kept, Token};
use crate::idempotency::state::after;
use std::time::Duration;

const TTL: Duration = Duration::from_mins(2);

/// Half a lease: enough that a renewal makes a difference.
const TICK: Duration = Duration::from_secs(30);

/// A record, those who want something of it, and what an onlooker who sees everything knows.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) state: State,
    pub(super) now: u64,
    pub(super) askers: Vec<Asker>,
    /// What the operation came to, if that was recorded.
    pub(super) stored: Option<(u8, Kept)>,
    settlements: u8,
}

/// A request and its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asker {
    at: At,
    /// What it sent without an answer and may yet arrive.
    late: Option<Sent>,
    steps: usize,
    /// Its handler has run, and nobody has said how that ended.
    pub(super) open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Has not asked, or was not answered.
    Asking {
        tries: u8,
    },
    Running,
    /// Finds out how an execution before it ended.
    Recovering,
    /// Its execution has ended, and it says how.
    Ending {
        how: Sent,
        tries: u8,
    },
    /// Answered, or dead.
    Gone,
}

/// What an asker sends to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    Request,
    Renew,
    Step,
    Complete,
    Release,
    Lose,
}

/// What becomes of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Answered,
    /// It takes effect, and its sender hears of an error.
    AnswerLost,
    /// Its sender hears of an error; it comes later, or never.
    Late,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Move {
    Send(usize, Sent, Fate),
    /// What was sent long ago arrives.
    Arrive(usize),
    /// A recovery found that nothing was done, and the handler runs.
    NotDone(usize),
    /// A handler, or a recovery, is over: its process will say this.
    End(usize, Sent),
    /// A process dies, or its client went before it had begun.
    Die(usize),
    /// An operator says whether it was done.
    Settle(bool),
    /// Half a lease passes.
    Tick,
    /// Nothing happens until something expires.
    Expire,
}

impl World {
    pub(super) fn new(case: &Case) -> Self {
        let asker = Asker { at: At::Asking { tries: 0 }, late: None, steps: 0, open: false };
        Self {
            state: State::Absent,
            now: 1_000_000,
            askers: vec![asker; case.requests.len()],
            stored: None,
            settlements: 0,
        }
    }

    /// Equal for worlds that differ only in how late it is.
    pub(super) fn key(&self) -> Vec<u64> {
        let left = |time: u64| time.saturating_sub(self.now);
        let unknown = matches!(self.state, State::Claimed { unknown: true, .. });
        let (kind, token, steps, ends) = match &self.state {
            State::Absent => (0, 0, 0, [0, 0]),
            State::Claimed { token, steps, lease_until, .. } => {
                let forgotten = self.state.forget_at().map_or(0, left) == 0;
                (1, token.0[0], steps.len(), [left(*lease_until), u64::from(forgotten)])
            }
            State::Checkpoint { steps, expires_at, .. } => (2, 0, steps.len(), [left(*expires_at), 0]),
            State::Indeterminate { token, steps, expires_at, .. } => {
                (3, token.0[0], steps.len(), [left(*expires_at), 0])
            }
            State::Completed { outcome, expires_at, forget_at, .. } => {
                (4, body(outcome), 0, [left(*expires_at), left(*forget_at)])
            }
        };
        let of = self.state.fingerprint().map_or(0, |fingerprint| fingerprint.bytes[0]);
        let steps = u8::try_from(steps).unwrap_or(u8::MAX);
        let head = [kind, token, of, steps, u8::from(unknown), self.settlements, 0, 0];
        let mut key = vec![u64::from_le_bytes(head), ends[0], ends[1]];
        key.extend(self.askers.iter().map(Asker::key));
        key
    }

    /// Everything that can happen next.
    pub(super) fn moves(&self, case: &Case) -> Vec<Move> {
        let mut moves = Vec::new();
        for (i, asker) in self.askers.iter().enumerate() {
            let mut send = |sent| {
                moves.push(Move::Send(i, sent, Fate::Answered));
                // What comes late may come at once, which is as good as an answer that gets lost.
                if !case.late || asker.late.is_some() {
                    moves.push(Move::Send(i, sent, Fate::AnswerLost));
                }
                if !case.late || asker.late.is_none() {
                    moves.push(Move::Send(i, sent, Fate::Late));
                }
            };
            match asker.at {
                At::Asking { tries } => {
                    if tries < 2 {
                        send(Sent::Request);
                    }
                    // The client has gone: a claim that may have been made is given back.
                    if tries > 0 {
                        moves.push(Move::End(i, Sent::Release));
                    }
                }
                At::Running => {
                    send(Sent::Renew);
                    if asker.steps < case.steps {
                        send(Sent::Step);
                    }
                    moves.extend([Sent::Complete, Sent::Release, Sent::Lose].map(|how| Move::End(i, how)));
                }
                At::Recovering => {
                    moves.extend([Sent::Complete, Sent::Release, Sent::Lose].map(|how| Move::End(i, how)));
                    moves.push(Move::NotDone(i));
                }
                At::Ending { how, tries } => {
                    if tries < 2 {
                        send(how);
                    }
                }
                At::Gone => {}
            }
            if asker.late.is_some() {
                moves.push(Move::Arrive(i));
            }
            if asker.at != At::Gone && asker.at != (At::Asking { tries: 0 }) {
                moves.push(Move::Die(i));
            }
        }
        if self.settlements < case.settlements {
            moves.extend([Move::Settle(true), Move::Settle(false)]);
        }
        if matches!(self.state, State::Claimed { lease_until, .. } if lease_until > self.now) {
            moves.push(Move::Tick);
        }
        if self.next_end().is_some() {
            moves.push(Move::Expire);
        }
        moves
    }

    fn next_end(&self) -> Option<u64> {
        let ends = match self.state {
            State::Claimed { lease_until, .. } => [Some(lease_until), self.state.forget_at()],
            State::Completed { expires_at, .. } => [Some(expires_at), self.state.forget_at()],
            _ => [None, self.state.forget_at()],
        };
        ends.into_iter().flatten().filter(|end| *end > self.now).min()
    }

    /// The world after a move, or the promise that it broke.
    pub(super) fn after(mut self, case: &Case, step: Step, one: Move) -> Result<Self, &'static str> {
        match one {
            Move::Send(i, sent, Fate::Late) => {
                if case.late {
                    self.askers[i].late = Some(sent);
                }
                self.unanswered(i, sent);
            }
            Move::Send(i, sent, Fate::AnswerLost) => {
                let _ = self.apply(case, step, i, sent)?;
                self.unanswered(i, sent);
            }
            Move::Send(i, sent, Fate::Answered) => {
                let action = self.apply(case, step, i, sent)?;
                self.answered(i, sent, &action);
            }
            Move::Arrive(i) => {
                if let Some(sent) = self.askers[i].late.take() {
                    let _ = self.apply(case, step, i, sent)?;
                }
            }
            Move::NotDone(i) => {
                self.askers.iter_mut().for_each(|asker| asker.open = false);
                self.begin(i);
                // Slower than its lease, and its claim is gone: nothing that is stored can know of this.
                self.askers[i].open = promises::owner(&self.state) == Some(token(i));
            }
            Move::End(i, how) => self.askers[i].at = At::Ending { how, tries: 0 },
            Move::Die(i) => self.askers[i].at = At::Gone,
            Move::Settle(done) => {
                self.settlements += 1;
                let of = self.state.fingerprint().map_or(0, |fingerprint| fingerprint.bytes[0]);
                let outcome = done.then(|| (response("settled"), keep(case)));
                let told = Told { by: None, event: Event::Settle { outcome } };
                if self.take(step, &told)? == Action::Done {
                    self.askers.iter_mut().for_each(|asker| asker.open = false);
                    self.stored = done.then(|| (of, response("settled")));
                }
            }
            Move::Tick => self.now = after(self.now, TICK),
            Move::Expire => self.now = self.next_end().unwrap_or(self.now),
        }
        if self.state.forget_at().is_some_and(|end| end <= self.now) {
            self.askers.iter_mut().for_each(|asker| asker.open = false);
            self.stored = None;
        }
        promises::nobody_waits_forever(&self, step)?;
        Ok(self)
    }

    /// An event reaches the store.
    fn apply(&mut self, case: &Case, step: Step, i: usize, sent: Sent) -> Result<Action, &'static str> {
        let (of, on_lost) = case.requests[i];
        let token = token(i);
        let event = match sent {
            Sent::Request => Event::Request(Request {
                asked: fingerprint(of).into(),
                version: VERSION,
                token,
                lease: LEASE,
                on_lost,
            }),
            Sent::Renew => Event::Renew { token, lease: LEASE },
            Sent::Step => {
                Event::Step { token, index: self.askers[i].steps, step: one_step(OUTCOMES[i]), lease: LEASE }
            }
            Sent::Complete => Event::Complete {
                token,
                asked: fingerprint(of).into(),
                outcome: response(OUTCOMES[i]),
                keep: keep(case),
            },
            Sent::Release => Event::Release { token },
            Sent::Lose => Event::Lose { token, asked: fingerprint(of).into(), version: VERSION },
        };
        let before = self.state.clone();
        let action = self.take(step, &Told { by: Some(token), event })?;
        match sent {
            Sent::Request if matches!(action, Action::Execute { .. }) => {
                promises::may_execute(self, i, on_lost, &before)?;
                // Its endpoint says that running again does no harm.
                if on_lost == OnLost::Reexecute {
                    self.askers.iter_mut().for_each(|asker| asker.open = false);
                }
            }
            Sent::Complete if action == Action::Done => {
                self.stored = Some((of, response(OUTCOMES[i])));
                self.askers.iter_mut().for_each(|asker| asker.open = false);
            }
            // Its own handler says that a retry may run.
            Sent::Release => self.askers[i].open = false,
            _ => {}
        }
        Ok(action)
    }

    fn take(&mut self, step: Step, told: &Told) -> Result<Action, &'static str> {
        let Transition { change, action } = step(&self.state, told.event.clone(), self.now);
        let after = match change {
            Change::Keep => self.state.clone(),
            Change::Put(state) => state,
            Change::Remove => State::Absent,
        };
        promises::of_a_step(self, told, &action, &after, step)?;
        self.state = after;
        Ok(action)
    }

    fn unanswered(&mut self, i: usize, sent: Sent) {
        let asker = &mut self.askers[i];
        match (&mut asker.at, sent) {
            (At::Asking { tries } | At::Ending { tries, .. }, _) => *tries += 1,
            // The endpoint stops at a step that cannot be recorded; what it answers asks for a retry.
            (at, Sent::Step) => *at = At::Ending { how: Sent::Release, tries: 0 },
            _ => {}
        }
    }

    fn answered(&mut self, i: usize, sent: Sent, action: &Action) {
        match (sent, action) {
            (Sent::Request, Action::Execute { steps }) => {
                self.askers[i].steps = steps.len();
                self.begin(i);
            }
            (Sent::Request, Action::Recover { steps, .. }) => {
                self.askers[i].steps = steps.len();
                self.askers[i].at = At::Recovering;
            }
            (Sent::Step, Action::Done) => self.askers[i].steps += 1,
            (Sent::Step, _) => self.askers[i].at = At::Ending { how: Sent::Release, tries: 0 },
            (Sent::Renew, _) => {}
            _ => self.askers[i].at = At::Gone,
        }
    }

    fn begin(&mut self, i: usize) {
        self.askers[i].at = At::Running;
        self.askers[i].open = true;
    }
}

/// What each asker's execution comes to.
const OUTCOMES: [&str; 3] = ["a", "b", "c"];

fn token(i: usize) -> Token {
    Token([u8::try_from(i + 1).unwrap_or(u8::MAX); 16])
}

fn keep(case: &Case) -> Keep {
    Keep { ttl: TTL, remember: if case.remember { TTL } else { Duration::ZERO } }
}

/// The first letter tells the outcomes apart.
fn body(outcome: &Kept) -> u8 {
    match outcome {
        Kept::Response(response) | Kept::Reference { response, .. } => {
            response.body.first().copied().unwrap_or_default()
        }
        Kept::Tombstone(_) | Kept::Sealed { .. } => 0,
    }
}

impl Asker {
    fn key(&self) -> u64 {
        let (at, how, tries) = match self.at {
            At::Asking { tries } => (0, 0, tries),
            At::Running => (1, 0, 0),
            At::Recovering => (2, 0, 0),
            At::Ending { how, tries } => (3, how as u8, tries),
            At::Gone => (4, 0, 0),
        };
        let late = self.late.map_or(u8::MAX, |sent| sent as u8);
        let steps = u8::try_from(self.steps).unwrap_or(u8::MAX);
        u64::from_le_bytes([at, how, tries, late, steps, u8::from(self.open), 0, 0])
    }
}
