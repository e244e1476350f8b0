//! The rules of idempotency: what happens to a record, and what its caller is to do. No IO, no async, no clock.

mod action;
mod event;

pub use action::{Action, Change, Transition};
pub use event::{Event, Keep, OnLost, Request};

use super::fingerprint::{Asked, Match};
use super::record::{Fingerprint, Finished, Kept, Token};
use super::state::{State, after, remembered_until};
use steadfast_core::Date;

/// Applies `event` to `state` at the time `now`, in milliseconds since the Unix epoch.
///
/// ```
/// use std::time::Duration;
/// use steadfast::idempotency::{Action, Event, Fingerprint, Request, State, Token, step};
///
/// let fingerprint = Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] };
/// let request = Event::Request(Request::new(fingerprint, Token([1; 16]), Duration::from_secs(60)));
/// assert!(matches!(step(&State::Absent, request, 0).action, Action::Execute { .. }));
/// ```
pub fn step(state: &State, event: Event, now: u64) -> Transition {
    let state = if state.forget_at().is_some_and(|end| end <= now) { &State::Absent } else { state };
    match event {
        Event::Request(asked) => request(state, &asked, now),
        Event::Look { asked } => keep(found(state, &asked, now)),
        Event::Status => keep(standing(state, now)),
        Event::Complete { token, asked, outcome, keep: Keep { ttl, remember } } => match state {
            State::Claimed { token: owner, .. } | State::Indeterminate { token: owner, .. }
                if *owner != token =>
            {
                keep(found(state, &asked, now).or_wait())
            }
            State::Completed { .. } => keep(found(state, &asked, now)),
            // The key was set free by an operator, and used for another request.
            State::Checkpoint { fingerprint: other, version, .. }
                if asked.matches_in(*version, other) != Match::Same =>
            {
                keep(found(state, &asked, now))
            }
            // Without a claim: it lapsed and nobody took it over, or there never was one because the record is
            // written in the handler's own transaction. The effect has happened: recording it spares a second one.
            State::Claimed { .. }
            | State::Checkpoint { .. }
            | State::Indeterminate { .. }
            | State::Absent => {
                put(completed(asked.fingerprint(), outcome, Keep { ttl, remember }, now), Action::Done)
            }
        },
        Event::Release { token } => match state {
            State::Claimed { token: owner, .. } | State::Indeterminate { token: owner, .. }
                if *owner == token =>
            {
                release(state, now)
            }
            _ => keep(Action::Lost),
        },
        Event::Lose { token, asked, version } => match state {
            State::Claimed { token: owner, .. } if *owner != token => {
                keep(found(state, &asked, now).or_wait())
            }
            State::Claimed { steps, claimed_at, .. } => {
                put(indeterminate(token, asked.fingerprint(), version, steps, *claimed_at, now), Action::Done)
            }
            State::Absent => put(
                indeterminate(token, asked.fingerprint(), version, &Finished::default(), now, now),
                Action::Done,
            ),
            State::Checkpoint { fingerprint: other, version: its, steps, .. }
                if asked.matches_in(*its, other) == Match::Same =>
            {
                put(indeterminate(token, asked.fingerprint(), version, steps, now, now), Action::Done)
            }
            State::Checkpoint { .. } | State::Indeterminate { .. } | State::Completed { .. } => {
                keep(found(state, &asked, now))
            }
        },
        Event::Renew { token, lease } => match state {
            State::Claimed { token: owner, lease_until, .. } if *owner == token => {
                let mut state = state.clone();
                if let State::Claimed { lease_until: until, .. } = &mut state {
                    *until = after(now, lease).max(*lease_until);
                }
                put(state, Action::Done)
            }
            _ => keep(Action::Lost),
        },
        Event::Step { token, index, step, lease } => match state {
            State::Claimed { token: owner, steps, .. } if *owner == token => match steps.get(index) {
                // The same step again: its first attempt reached the store and the answer was lost.
                Some(known) if *known == step => keep(Action::Done),
                None if index == steps.len() => {
                    let mut state = state.clone();
                    if let State::Claimed { steps, lease_until, .. } = &mut state {
                        steps.push(step);
                        *lease_until = after(now, lease).max(*lease_until);
                    }
                    put(state, Action::Done)
                }
                _ => keep(Action::Lost),
            },
            _ => keep(Action::Lost),
        },
        Event::Settle { outcome } => match state {
            State::Claimed { lease_until, .. } if *lease_until > now => keep(Action::Lost),
            State::Claimed { fingerprint, .. }
            | State::Checkpoint { fingerprint, .. }
            | State::Indeterminate { fingerprint, .. } => match outcome {
                Some((outcome, keep)) => {
                    put(completed(*fingerprint, outcome.or_in(state.version()), keep, now), Action::Done)
                }
                None => remove(),
            },
            State::Absent | State::Completed { .. } => keep(Action::Lost),
        },
    }
}

fn request(state: &State, asked: &Request, now: u64) -> Transition {
    let Request { asked, version, token, lease, on_lost } = asked;
    let (version, token, lease, on_lost) = (*version, *token, *lease, *on_lost);
    let claim = |steps: &Finished, unknown: Option<u64>| State::Claimed {
        token,
        // Not made before it is needed: a replay does without what is dear in a fingerprint.
        fingerprint: asked.fingerprint(),
        version,
        steps: steps.clone(),
        unknown: unknown.is_some(),
        claimed_at: unknown.unwrap_or(now),
        lease_until: after(now, lease),
    };
    let execute = |steps: &Finished| put(claim(steps, None), Action::Execute { steps: steps.clone() });
    let recover = |steps: &Finished, since| {
        put(claim(steps, Some(since)), Action::Recover { since, steps: steps.clone() })
    };
    let found = match state {
        // The same request again: its first attempt reached the store and the answer was lost.
        State::Claimed {
            token: owner,
            fingerprint: claimed,
            version: its,
            steps,
            unknown,
            claimed_at,
            ..
        } if *owner == token && asked.matches_in(*its, claimed) == Match::Same => {
            let steps = steps.clone();
            return keep(match unknown {
                true => Action::Recover { since: *claimed_at, steps },
                false => Action::Execute { steps },
            });
        }
        state => found(state, asked, now),
    };
    match (found, state) {
        (
            Action::Missing,
            State::Claimed { token: owner, fingerprint, steps, unknown, claimed_at, version, .. },
        ) => match on_lost {
            OnLost::Recover => recover(steps, *claimed_at),
            OnLost::Reexecute if !unknown => execute(steps),
            OnLost::Reexecute | OnLost::Hold => {
                let owner = if *unknown { NOBODY } else { *owner };
                put(
                    indeterminate(owner, *fingerprint, *version, steps, *claimed_at, now),
                    Action::Unknown { since: *claimed_at },
                )
            }
        },
        (Action::Unknown { .. }, State::Indeterminate { steps, claimed_at, .. })
            if on_lost == OnLost::Recover =>
        {
            recover(steps, *claimed_at)
        }
        (Action::Missing, State::Checkpoint { steps, .. }) => execute(steps),
        (Action::Missing, _) => execute(&Finished::default()),
        (action, _) => keep(action),
    }
}

/// The owner of an operation whose outcome is unknown and whose last claim was a recovery's. The recovery can give back
/// its own claim only: sent twice, its release must not free what an execution before it may have done.
const NOBODY: Token = Token([0; 16]);

/// What is left of a claim that is given back.
fn release(state: &State, now: u64) -> Transition {
    let left = match state {
        State::Claimed { fingerprint, version, steps, unknown: true, claimed_at, .. } => {
            indeterminate(NOBODY, *fingerprint, *version, steps, *claimed_at, now)
        }
        State::Claimed { fingerprint, version, steps, .. }
        | State::Indeterminate { fingerprint, version, steps, .. }
            if !steps.is_empty() =>
        {
            State::Checkpoint {
                fingerprint: *fingerprint,
                version: *version,
                steps: steps.clone(),
                expires_at: remembered_until(now),
            }
        }
        _ => return remove(),
    };
    put(left, Action::Done)
}

/// What a request finds that asks for this. The comparison comes first: a reused key must not hear "in progress",
/// wait, and only then learn that it can never succeed.
fn found(state: &State, asked: &Asked, now: u64) -> Action {
    let Some(fingerprint) = state.fingerprint() else { return Action::Missing };
    match asked.matches_in(state.version(), fingerprint) {
        Match::Same => standing(state, now),
        Match::Different => Action::Mismatch { version: state.version() },
        Match::Incomparable => Action::Incomparable,
    }
}

/// How the operation stands for whoever asks the same.
fn standing(state: &State, now: u64) -> Action {
    match state {
        State::Completed { expires_at, .. } if *expires_at <= now => Action::Expired,
        State::Completed { outcome, expires_at, .. } => {
            Action::Replay { outcome: outcome.clone(), expires_at: *expires_at }
        }
        State::Claimed { claimed_at, lease_until, .. } if *lease_until > now => Action::InProgress {
            retry_after: retry_after(now.saturating_sub(*claimed_at), lease_until.saturating_sub(now)),
        },
        State::Indeterminate { claimed_at, .. } => Action::Unknown { since: *claimed_at },
        State::Claimed { .. } | State::Checkpoint { .. } | State::Absent => Action::Missing,
    }
}

/// When to ask again, in seconds: an operation that has run for a while is expected to run as long again, but its
/// lease says when it is over at the latest. Both in milliseconds.
pub(super) fn retry_after(elapsed: u64, lease_left: u64) -> u64 {
    elapsed.div_ceil(1000).clamp(1, lease_left.div_ceil(1000).max(1))
}

fn completed(fingerprint: Fingerprint, outcome: Kept, Keep { ttl, remember }: Keep, now: u64) -> State {
    let expires_at = after(now, ttl);
    State::Completed { fingerprint, outcome, expires_at, forget_at: after(expires_at, remember) }
}

fn indeterminate(
    token: Token,
    fingerprint: Fingerprint,
    version: Option<Date>,
    steps: &Finished,
    claimed_at: u64,
    now: u64,
) -> State {
    let expires_at = remembered_until(now);
    State::Indeterminate { token, fingerprint, version, steps: steps.clone(), claimed_at, expires_at }
}

fn remove() -> Transition {
    Transition { change: Change::Remove, action: Action::Done }
}

fn keep(action: Action) -> Transition {
    Transition { change: Change::Keep, action }
}

fn put(state: State, action: Action) -> Transition {
    Transition { change: Change::Put(state), action }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
