//! The rules of idempotency, as one pure function.

use crate::{
    Action, Change, CompletedSteps, Event, FencingToken, Fingerprint, Keep, Match, OnLost, Request, State,
    Step, StoredOutcome, Transition,
};
use std::time::Duration;

/// Applies `event` to a state that was written `age` ago by the store's clock.
///
/// ```
/// use std::time::Duration;
/// use steadfast_engine::{Action, Event, FencingToken, Fingerprint, Match, OnLost, Request, State, step};
///
/// let fingerprint = Fingerprint { version: None, algorithm: 1, bytes: [7; Fingerprint::LENGTH], typed: None };
/// let request = Request {
///     matched: Match::Same,
///     fingerprint,
///     token: FencingToken([1; 16]),
///     lease: Duration::from_secs(60),
///     on_lost: OnLost::Reexecute,
///     now: 0,
/// };
/// let transition = step(&State::Absent, Duration::ZERO, Event::Request(request));
/// assert!(matches!(transition.action, Action::Execute { .. }));
/// ```
pub fn step(state: &State, age: Duration, event: Event) -> Transition {
    let state = if state.keep_for() <= age { &State::Absent } else { state };
    match event {
        Event::Request(request) => admit(state, age, &request),
        Event::Peek { matched } => keep(match_request(state, age, matched)),
        Event::Status => keep(status_of(state, age)),
        Event::Complete { token, matched, fingerprint, outcome, keep: time, expires_at } => match state {
            State::Claimed { token: owner, .. } | State::Indeterminate { token: owner, .. }
                if *owner != token =>
            {
                keep(match_request(state, age, matched).or_wait())
            }
            State::Completed { .. } => keep(match_request(state, age, matched)),
            // An operator freed the key, and it was used for another request.
            State::Checkpoint { .. } if matched != Match::Same => keep(match_request(state, age, matched)),
            // Without a claim: it lapsed and nobody took it over, or there never was one because the record is
            // written in the handler's own transaction. The effect has happened: recording it spares a second one.
            State::Claimed { .. }
            | State::Checkpoint { .. }
            | State::Indeterminate { .. }
            | State::Absent => put(completed(fingerprint, outcome, time, expires_at), Action::Applied),
        },
        Event::Release { token } => match state {
            State::Claimed { token: owner, .. } | State::Indeterminate { token: owner, .. }
                if *owner == token =>
            {
                release(state)
            }
            _ => keep(Action::ClaimLost),
        },
        Event::MarkLost { token, matched, fingerprint, now } => match state {
            State::Claimed { token: owner, .. } if *owner != token => {
                keep(match_request(state, age, matched).or_wait())
            }
            State::Claimed { steps, began_at, .. } => {
                put(indeterminate(token, fingerprint, steps, *began_at), Action::Applied)
            }
            State::Absent => {
                put(indeterminate(token, fingerprint, &CompletedSteps::NONE, now), Action::Applied)
            }
            State::Checkpoint { steps, .. } if matched == Match::Same => {
                put(indeterminate(token, fingerprint, steps, now), Action::Applied)
            }
            State::Checkpoint { .. } | State::Indeterminate { .. } | State::Completed { .. } => {
                keep(match_request(state, age, matched))
            }
        },
        Event::Renew { token, lease } => extend(state, age, token, lease, None),
        Event::Step { token, index, step, lease } => match state {
            // The same step again: the store wrote it, and the reply to that was lost.
            State::Claimed { token: owner, steps, .. }
                if *owner == token && steps.get(index) == Some(&step) =>
            {
                keep(Action::Applied)
            }
            State::Claimed { steps, .. } if steps.len() == index => {
                extend(state, age, token, lease, Some(step))
            }
            _ => keep(Action::ClaimLost),
        },
        Event::Settle { outcome } => match state {
            State::Claimed { lease, .. } if age < *lease => keep(Action::ClaimLost),
            State::Claimed { fingerprint, .. }
            | State::Checkpoint { fingerprint, .. }
            | State::Indeterminate { fingerprint, .. } => match outcome {
                // An operator does not know the version of the request.
                Some((outcome, time, expires_at)) => {
                    let outcome = outcome.or_at(fingerprint.version);
                    put(completed(*fingerprint, outcome, time, expires_at), Action::Applied)
                }
                None => remove(),
            },
            State::Absent | State::Completed { .. } => keep(Action::ClaimLost),
        },
    }
}

/// Claims the operation for a request, if nothing that is stored speaks against it.
fn admit(state: &State, age: Duration, request: &Request) -> Transition {
    let Request { matched, fingerprint, token, lease, on_lost, now } = *request;
    let claim = |steps: &CompletedSteps, unknown: Option<u64>| State::Claimed {
        token,
        fingerprint,
        steps: steps.clone(),
        unknown: unknown.is_some(),
        began_at: unknown.unwrap_or(now),
        ran_for: Duration::ZERO,
        lease,
    };
    let execute = |steps: &CompletedSteps| put(claim(steps, None), Action::Execute { steps: steps.clone() });
    let recover = |steps: &CompletedSteps, since| {
        put(claim(steps, Some(since)), Action::Recover { since, steps: steps.clone() })
    };
    let found = match state {
        // The same request again: the store wrote its claim, and the reply to that was lost.
        State::Claimed { token: owner, steps, unknown, began_at, .. }
            if *owner == token && matched == Match::Same =>
        {
            let steps = steps.clone();
            return keep(match unknown {
                true => Action::Recover { since: *began_at, steps },
                false => Action::Execute { steps },
            });
        }
        state => match_request(state, age, matched),
    };
    match (found, state) {
        (Action::NotFound, State::Claimed { token: owner, fingerprint, steps, unknown, began_at, .. }) => {
            match on_lost {
                OnLost::Recover => recover(steps, *began_at),
                OnLost::Reexecute if !unknown => execute(steps),
                OnLost::Reexecute | OnLost::Hold => {
                    let owner = if *unknown { NO_OWNER } else { *owner };
                    put(
                        indeterminate(owner, *fingerprint, steps, *began_at),
                        Action::Unknown { since: *began_at },
                    )
                }
            }
        }
        (Action::Unknown { .. }, State::Indeterminate { steps, began_at, .. })
            if on_lost == OnLost::Recover =>
        {
            recover(steps, *began_at)
        }
        (Action::NotFound, State::Checkpoint { steps, .. }) => execute(steps),
        (Action::NotFound, _) => execute(&CompletedSteps::NONE),
        (action, _) => keep(action),
    }
}

/// The owner of an operation whose outcome is unknown and whose last claim was a recovery's. The recovery can release
/// its own claim only: sent twice, its release must not free what an execution before it may have done.
const NO_OWNER: FencingToken = FencingToken([0; 16]);

/// Renews the lease of a claim, if the claim is that of `token`, and adds the step that was completed. A lease is never
/// shortened.
fn extend(
    state: &State,
    age: Duration,
    token: FencingToken,
    lease: Duration,
    completed: Option<Step>,
) -> Transition {
    let mut state = state.clone();
    match &mut state {
        State::Claimed { token: owner, ran_for, lease: left, steps, .. } if *owner == token => {
            *left = lease.max(left.saturating_sub(age));
            *ran_for = ran_for.saturating_add(age);
            if let Some(step) = completed {
                steps.push(step);
            }
        }
        _ => return keep(Action::ClaimLost),
    }
    put(state, Action::Applied)
}

/// Returns what is left of a claim that is released.
fn release(state: &State) -> Transition {
    let left = match state {
        State::Claimed { fingerprint, steps, unknown: true, began_at, .. } => {
            indeterminate(NO_OWNER, *fingerprint, steps, *began_at)
        }
        State::Claimed { fingerprint, steps, .. } | State::Indeterminate { fingerprint, steps, .. }
            if !steps.is_empty() =>
        {
            State::Checkpoint { fingerprint: *fingerprint, steps: steps.clone() }
        }
        _ => return remove(),
    };
    put(left, Action::Applied)
}

/// Returns what a request finds. The comparison comes first: a client that reuses a key must not wait first, and receive
/// the rejection only then.
fn match_request(state: &State, age: Duration, matched: Match) -> Action {
    if *state == State::Absent {
        return Action::NotFound;
    }
    match matched {
        Match::Same => status_of(state, age),
        Match::Different => Action::Mismatch { version: state.version() },
        Match::Incomparable => Action::Incomparable,
    }
}

/// Returns the status of the operation for whoever sends the same request.
fn status_of(state: &State, age: Duration) -> Action {
    match state {
        State::Completed { ttl, .. } if *ttl <= age => Action::Expired,
        State::Completed { outcome, expires_at, .. } => {
            Action::Replay { outcome: outcome.clone(), expires_at: *expires_at }
        }
        State::Claimed { ran_for, lease, .. } if age < *lease => Action::InProgress {
            retry_after: retry_after(ran_for.saturating_add(age), lease.saturating_sub(age)),
        },
        State::Indeterminate { began_at, .. } => Action::Unknown { since: *began_at },
        State::Claimed { .. } | State::Checkpoint { .. } | State::Absent => Action::NotFound,
    }
}

/// Returns after how many seconds to retry: an operation that has run for a while is expected to run as long again, but
/// its lease bounds that. At least 1.
pub fn retry_after(elapsed: Duration, lease_left: Duration) -> u64 {
    let seconds = |time: Duration| time.as_secs().saturating_add((time.subsec_nanos() > 0).into());
    let (elapsed, most): (u64, u64) = (seconds(elapsed), seconds(lease_left));
    elapsed.clamp(1, most.max(1))
}

fn completed(fingerprint: Fingerprint, outcome: StoredOutcome, keep: Keep, expires_at: u64) -> State {
    let Keep { ttl, remember } = keep;
    State::Completed { fingerprint, outcome, ttl, remember, expires_at }
}

fn indeterminate(
    token: FencingToken,
    fingerprint: Fingerprint,
    steps: &CompletedSteps,
    began_at: u64,
) -> State {
    State::Indeterminate { token, fingerprint, steps: steps.clone(), began_at }
}

fn remove() -> Transition {
    Transition { change: Change::Remove, action: Action::Applied }
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
