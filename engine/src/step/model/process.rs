use super::Case;
use super::promises::{Message, compared};
use super::store::{Store, bytes};
use crate::step::tests::{LEASE, a_step, fingerprint, response};
use crate::{Action, Event, FencingToken, Keep, Match, Request, State};
use std::rc::Rc;
use std::time::Duration;

pub(super) const TTL: Duration = Duration::from_mins(2);

/// Half a lease: enough that a renewal makes a difference.
pub(super) const TICK: Duration = Duration::from_secs(30);

/// A request and the process that serves it.
#[derive(Debug, Clone)]
pub(super) struct Process {
    pub(super) at: At,
    /// What it sends to the store just now.
    pub(super) operation: Option<Operation>,
    /// A write without a reply, which may yet arrive.
    pub(super) late: Option<Rc<Write>>,
    /// How many steps its execution has.
    pub(super) steps: usize,
    /// Its handler has run, and nobody has recorded how that ended.
    pub(super) open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// It asks to run the operation.
    Requesting,
    Running,
    /// It finds out how an execution before it ended.
    Recovering,
    /// Its execution has ended, and it records how.
    Ending(Kind),
    /// It has a response, or is dead.
    Over,
}

/// An event that is to reach the record: read, decide, write.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) kind: Kind,
    /// How many of its writes had no reply.
    pub(super) tries: u8,
    /// The write that it has decided on.
    pub(super) decided: Option<Rc<Write>>,
    /// The last write without a reply.
    pub(super) without_reply: Option<Rc<Write>>,
}

/// A write that replaces what was found.
#[derive(Debug, Clone)]
pub(super) struct Write {
    pub(super) kind: Kind,
    pub(super) message: Message,
    pub(super) expected: Option<u64>,
    pub(super) new: State,
    pub(super) action: Action,
}

/// The kinds of event that a process sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Renew,
    Step,
    Complete,
    Release,
    MarkLost,
}

/// How many writes without a reply it takes to give up.
pub(super) const TRIES: u8 = 2;

impl Process {
    pub(super) const NEW: Self =
        Self { at: At::Requesting, operation: None, late: None, steps: 0, open: false };

    pub(super) fn begin(&mut self) {
        self.at = At::Running;
        self.open = true;
    }

    pub(super) fn end(&mut self, how: Kind) {
        self.at = At::Ending(how);
        self.operation = None;
        self.steps = 0;
    }

    pub(super) fn finish(&mut self) {
        self.at = At::Over;
        self.operation = None;
        self.steps = 0;
    }

    /// What it sends next by itself.
    pub(super) fn next(&self, case: &Case) -> Vec<Kind> {
        match (&self.operation, self.at) {
            (Some(Operation { tries: 0..TRIES, decided: None, kind, .. }), _) => vec![*kind],
            (None, At::Requesting) => vec![Kind::Request],
            (None, At::Running) if self.steps < case.steps => vec![Kind::Renew, Kind::Step],
            (None, At::Running) => vec![Kind::Renew],
            (None, At::Ending(how)) => vec![how],
            (Some(_), _) | (None, At::Recovering | At::Over) => Vec::new(),
        }
    }

    /// A write had no reply.
    pub(super) fn miss_reply(&mut self, write: Rc<Write>) {
        let operation = self.operation.get_or_insert_with(|| Operation::new(write.kind));
        operation.tries += 1;
        operation.decided = None;
        let kind = write.kind;
        operation.without_reply = Some(write);
        if operation.tries < TRIES {
            return;
        }
        match kind {
            // The endpoint stops at a step that cannot be recorded; its response asks for a retry.
            Kind::Step => self.end(Kind::Release),
            Kind::Renew => self.operation = None,
            // The client may still go away, and then the claim is released.
            Kind::Request => {}
            Kind::Complete | Kind::Release | Kind::MarkLost => self.finish(),
        }
    }

    /// What it sent had this result.
    pub(super) fn receive(&mut self, kind: Kind, action: &Action) {
        self.operation = None;
        match (kind, action) {
            (Kind::Request, Action::Execute { steps }) => {
                self.steps = steps.len();
                self.begin();
            }
            (Kind::Request, Action::Recover { steps, .. }) => {
                self.steps = steps.len();
                self.at = At::Recovering;
            }
            (Kind::Step, Action::Applied) => self.steps += 1,
            (Kind::Step, _) => self.end(Kind::Release),
            (Kind::Renew, _) => {}
            _ => self.finish(),
        }
    }

    pub(super) fn key(&self, store: &Store, key: &mut Vec<u64>) {
        let (at, how) = match self.at {
            At::Requesting => (0, 0),
            At::Running => (1, 0),
            At::Recovering => (2, 0),
            At::Ending(how) => (3, how as u8),
            At::Over => (4, 0),
        };
        let steps = u8::try_from(self.steps).unwrap_or(u8::MAX);
        let (kind, tries, writes) = match &self.operation {
            None => (u8::MAX, 0, [None, None]),
            Some(Operation { kind, tries, decided, without_reply }) => {
                (*kind as u8, *tries, [decided.as_deref(), without_reply.as_deref()])
            }
        };
        let writes = [writes[0], writes[1], self.late.as_deref()];
        let there = writes.iter().enumerate().map(|(bit, write)| u8::from(write.is_some()) << bit).sum();
        key.push(u64::from_le_bytes([at, how, steps, u8::from(self.open), kind, tries, there, 0]));
        for write in writes.into_iter().flatten() {
            let head = store.key_of_revision(write.expected) << 8 | write.kind as u64;
            key.extend([head, bytes(&write.new)]);
        }
    }
}

impl Operation {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, tries: 0, decided: None, without_reply: None }
    }
}

/// What each process's execution comes to.
pub(super) const OUTCOMES: [&str; 3] = ["a", "b", "c"];

pub(super) fn token(i: usize) -> FencingToken {
    FencingToken([number(i); 16])
}

/// When the response of a process stops being replayed; it tells the responses apart.
pub(super) fn expires_at(i: usize) -> u64 {
    number(i).into()
}

fn number(i: usize) -> u8 {
    u8::try_from(i + 1).unwrap_or(u8::MAX)
}

pub(super) fn keep(case: &Case) -> Keep {
    Keep { ttl: TTL, remember: if case.remember { TTL } else { Duration::ZERO } }
}

/// The event that a process sends about a record that it found in this state.
pub(super) fn event(case: &Case, i: usize, kind: Kind, index: usize, state: &State) -> Event {
    let (of, on_lost) = case.requests[i];
    let (token, fingerprint, matched) = (token(i), fingerprint(of), Match::Incomparable);
    let mut event = match kind {
        Kind::Request => {
            Event::Request(Request { matched, fingerprint, token, lease: LEASE, on_lost, now: 0 })
        }
        Kind::Renew => Event::Renew { token, lease: LEASE },
        // Shorter than what may be left.
        Kind::Step => Event::Step { token, index, step: a_step(OUTCOMES[i]), lease: TICK },
        Kind::Complete => Event::Complete {
            token,
            matched,
            fingerprint,
            outcome: response(OUTCOMES[i]),
            keep: keep(case),
            expires_at: expires_at(i),
        },
        Kind::Release => Event::Release { token },
        Kind::MarkLost => Event::MarkLost { token, matched, fingerprint, now: 0 },
    };
    compared(&mut event, state);
    event
}
