//! The rules of idempotency: what happens to a record, and what its caller is to do. No IO, no async, no clock.

use super::fingerprint::{Asked, Match};
use super::record::{Outcome, Token};
use super::state::{State, after};
use std::time::Duration;

/// What happens to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request wants to run the operation or to hear how it ended.
    Request {
        /// What is asked for.
        asked: Asked,
        /// Under which token the operation would be claimed.
        token: Token,
        /// For how long.
        lease: Duration,
    },
    /// A request wants to hear how the operation ended, and may not run it.
    Look {
        /// What is asked for.
        asked: Asked,
    },
    /// An execution came to a final answer.
    Complete {
        /// The token of its claim.
        token: Token,
        /// What it was asked for.
        asked: Asked,
        /// What to keep.
        outcome: Outcome,
        /// For how long, from now on.
        ttl: Duration,
    },
    /// An execution ended without a final answer; a retry shall run again.
    Release {
        /// The token of its claim.
        token: Token,
    },
    /// An execution is still running.
    Renew {
        /// The token of its claim.
        token: Token,
        /// For how long it may take from now on.
        lease: Duration,
    },
}

/// What the sender of an [`Event`] is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Action {
    /// The operation is claimed: run it.
    Execute,
    /// The operation is done: answer with this.
    Replay(Outcome),
    /// Another execution is under way.
    InProgress {
        /// When to ask again, in seconds.
        retry_after: u64,
    },
    /// The key belongs to another request.
    Mismatch,
    /// Whether the record is that of the same request cannot be said: see [`Match::Incomparable`].
    Incomparable,
    /// Nothing is known of the operation.
    Missing,
    /// The event took effect.
    Done,
    /// The claim is no longer the sender's, and nothing was changed.
    Lost,
}

/// What becomes of the stored state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It stays.
    Keep,
    /// It is replaced.
    Put(State),
    /// It goes.
    Remove,
}

/// The result of [`step`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// What to store.
    pub change: Change,
    /// What to answer.
    pub action: Action,
}

/// Applies `event` to `state` at the time `now`, in milliseconds since the Unix epoch.
///
/// ```
/// use std::time::Duration;
/// use steadfast::idempotency::{Action, Asked, Event, Fingerprint, State, Token, step};
///
/// let asked = Asked::from(Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] });
/// let request = Event::Request { asked, token: Token([1; 16]), lease: Duration::from_secs(60) };
/// assert_eq!(step(&State::Absent, request, 0).action, Action::Execute);
/// ```
pub fn step(state: &State, event: Event, now: u64) -> Transition {
    let state = if state.expires_at().is_some_and(|end| end <= now) { &State::Absent } else { state };
    match event {
        Event::Request { asked, token, lease } => {
            // Not made before it is needed: a replay does without what is dear in a fingerprint.
            let claim = || {
                let (fingerprint, lease_until) = (asked.fingerprint(), after(now, lease));
                put(State::Claimed { token, fingerprint, claimed_at: now, lease_until }, Action::Execute)
            };
            match state {
                State::Absent => claim(),
                // The same request again: its first attempt reached the store and the answer was lost.
                State::Claimed { token: owner, fingerprint: claimed, .. }
                    if *owner == token && asked.matches(claimed) == Match::Same =>
                {
                    keep(Action::Execute)
                }
                _ => match found(state, &asked, now) {
                    Action::Missing => claim(),
                    action => keep(action),
                },
            }
        }
        Event::Look { asked } => keep(found(state, &asked, now)),
        Event::Complete { token, asked, outcome, ttl } => match state {
            State::Claimed { token: owner, .. } if *owner != token => {
                keep(found(state, &asked, now).or_wait())
            }
            State::Completed { .. } => keep(found(state, &asked, now)),
            // Absent: the claim lapsed and nobody took it over, or there never was one because the record is
            // written in the handler's own transaction. The effect has happened: recording it spares a second one.
            State::Claimed { .. } | State::Absent => {
                let (fingerprint, expires_at) = (asked.fingerprint(), after(now, ttl));
                put(State::Completed { fingerprint, outcome, expires_at }, Action::Done)
            }
        },
        Event::Release { token } => match state {
            State::Claimed { token: owner, .. } if *owner == token => {
                Transition { change: Change::Remove, action: Action::Done }
            }
            _ => keep(Action::Lost),
        },
        Event::Renew { token, lease } => match state {
            State::Claimed { token: owner, fingerprint, claimed_at, lease_until } if *owner == token => put(
                State::Claimed {
                    token,
                    fingerprint: *fingerprint,
                    claimed_at: *claimed_at,
                    lease_until: after(now, lease).max(*lease_until),
                },
                Action::Done,
            ),
            _ => keep(Action::Lost),
        },
    }
}

/// What a request finds that asks for this. The comparison comes first: a reused key must not hear "in progress",
/// wait, and only then learn that it can never succeed.
fn found(state: &State, asked: &Asked, now: u64) -> Action {
    let (State::Claimed { fingerprint, .. } | State::Completed { fingerprint, .. }) = state else {
        return Action::Missing;
    };
    match asked.matches(fingerprint) {
        Match::Same => {}
        Match::Different => return Action::Mismatch,
        Match::Incomparable => return Action::Incomparable,
    }
    match state {
        State::Completed { outcome, .. } => Action::Replay(outcome.clone()),
        State::Claimed { claimed_at, lease_until, .. } if *lease_until > now => Action::InProgress {
            retry_after: retry_after(now.saturating_sub(*claimed_at), lease_until.saturating_sub(now)),
        },
        State::Claimed { .. } | State::Absent => Action::Missing,
    }
}

/// When to ask again, in seconds: an operation that has run for a while is expected to run as long again, but its
/// lease says when it is over at the latest. Both in milliseconds.
pub(super) fn retry_after(elapsed: u64, lease_left: u64) -> u64 {
    elapsed.div_ceil(1000).clamp(1, lease_left.div_ceil(1000).max(1))
}

impl Action {
    /// For an execution that lost its claim to one that has lapsed too: the winner may still come to an end.
    fn or_wait(self) -> Self {
        match self {
            Self::Missing => Self::InProgress { retry_after: 1 },
            action => action,
        }
    }
}

fn keep(action: Action) -> Transition {
    Transition { change: Change::Keep, action }
}

fn put(state: State, action: Action) -> Transition {
    Transition { change: Change::Put(state), action }
}

#[cfg(test)]
mod tests;
