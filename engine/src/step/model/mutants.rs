//! Engines that are wrong on purpose: a search that finds nothing in them would prove nothing about the right one.

use super::promises::{self, PROMISES};
use super::{Case, Event, OnLost, State, Step, Transition, explore, step};
use crate::idempotency::engine::tests::response;
use crate::idempotency::engine::{Action, Change, Request};

fn overwrites_a_stranger(state: &State, event: Event, now: u64) -> Transition {
    match event {
        Event::Complete { .. } if matches!(state, State::Claimed { .. }) => step(&State::Absent, event, now),
        event => step(state, event, now),
    }
}

fn releases_a_stranger(state: &State, event: Event, now: u64) -> Transition {
    match (&event, state) {
        (Event::Release { token }, State::Claimed { token: owner, .. }) if owner != token => {
            Transition { change: Change::Remove, action: Action::Done }
        }
        _ => step(state, event, now),
    }
}

fn ignores_the_lease(state: &State, event: Event, now: u64) -> Transition {
    let mut state = state.clone();
    if let (State::Claimed { lease_until, .. }, Event::Request(_)) = (&mut state, &event) {
        *lease_until = now;
    }
    step(&state, event, now)
}

fn runs_what_is_held(state: &State, mut event: Event, now: u64) -> Transition {
    if let Event::Request(Request { on_lost: on_lost @ OnLost::Hold, .. }) = &mut event {
        *on_lost = OnLost::Reexecute;
    }
    step(state, event, now)
}

fn forgets_what_a_recovery_could_not_find_out(state: &State, event: Event, now: u64) -> Transition {
    match (&event, state) {
        (Event::Release { token }, State::Claimed { token: owner, unknown: true, steps, .. })
            if owner == token && steps.is_empty() =>
        {
            Transition { change: Change::Remove, action: Action::Done }
        }
        _ => step(state, event, now),
    }
}

/// Another outcome than the one that is there, so that sending twice alone tells nothing.
fn completes_twice(state: &State, event: Event, now: u64) -> Transition {
    match (&event, state) {
        (Event::Complete { outcome, .. }, State::Completed { outcome: before, .. }) if outcome != before => {
            step(&State::Absent, event, now)
        }
        _ => step(state, event, now),
    }
}

fn compares_no_fingerprints(state: &State, mut event: Event, now: u64) -> Transition {
    if let (Event::Request(asked), Some(fingerprint)) = (&mut event, state.fingerprint()) {
        asked.asked = (*fingerprint).into();
    }
    step(state, event, now)
}

fn releases_steps(state: &State, event: Event, now: u64) -> Transition {
    let had_steps = matches!(state, State::Claimed { steps, .. } if !steps.is_empty());
    let mut transition = step(state, event, now);
    if had_steps && matches!(transition.change, Change::Put(State::Checkpoint { .. })) {
        transition.change = Change::Remove;
    }
    transition
}

fn replays_something_else(state: &State, event: Event, now: u64) -> Transition {
    let asked = matches!(event, Event::Request(_));
    let mut transition = step(state, event, now);
    if let (true, Action::Replay { outcome, .. }) = (asked, &mut transition.action) {
        *outcome = response("something else");
    }
    transition
}

fn replays_what_has_expired(state: &State, event: Event, now: u64) -> Transition {
    let mut transition = step(state, event, now);
    if let (Action::Expired, State::Completed { outcome, expires_at, .. }) = (&transition.action, state) {
        transition.action = Action::Replay { outcome: outcome.clone(), expires_at: *expires_at };
    }
    transition
}

fn turns_its_own_owner_away(state: &State, event: Event, now: u64) -> Transition {
    match (&event, state) {
        (Event::Request(Request { token, .. }), State::Claimed { token: owner, .. }) if owner == token => {
            Transition { change: Change::Keep, action: Action::InProgress { retry_after: 1 } }
        }
        _ => step(state, event, now),
    }
}

/// As it would be without [`NOBODY`](super::super::NOBODY).
fn frees_an_unknown_outcome_by_a_second_release(state: &State, event: Event, now: u64) -> Transition {
    let recovering = match state {
        State::Claimed { token, unknown: true, .. } => Some(*token),
        _ => None,
    };
    let mut transition = step(state, event, now);
    if let (Some(by), Change::Put(State::Indeterminate { token, .. })) = (recovering, &mut transition.change)
    {
        *token = by;
    }
    transition
}

fn never_takes_over(state: &State, event: Event, now: u64) -> Transition {
    match (&event, state) {
        (Event::Request(Request { token, asked, .. }), State::Claimed { token: owner, fingerprint, .. })
            if owner != token && asked.fingerprint() == *fingerprint =>
        {
            Transition { change: Change::Keep, action: Action::InProgress { retry_after: 1 } }
        }
        _ => step(state, event, now),
    }
}

/// The promise that it breaks, at endpoints that do this with the lost.
const MUTANTS: &[(&str, OnLost, Step)] = &[
    (promises::FENCED, OnLost::Reexecute, overwrites_a_stranger),
    (promises::FENCED, OnLost::Reexecute, releases_a_stranger),
    (promises::ONE_CLAIM, OnLost::Reexecute, ignores_the_lease),
    (promises::HELD, OnLost::Hold, runs_what_is_held),
    (promises::HELD, OnLost::Recover, forgets_what_a_recovery_could_not_find_out),
    (promises::COMPLETED, OnLost::Reexecute, completes_twice),
    (promises::MISMATCH, OnLost::Reexecute, compares_no_fingerprints),
    (promises::STEPS, OnLost::Reexecute, releases_steps),
    (promises::REPLAY, OnLost::Reexecute, replays_something_else),
    (promises::REPLAY, OnLost::Reexecute, replays_what_has_expired),
    (promises::AGAIN, OnLost::Reexecute, turns_its_own_owner_away),
    (promises::AGAIN, OnLost::Recover, frees_an_unknown_outcome_by_a_second_release),
    (promises::WAITING, OnLost::Reexecute, never_takes_over),
];

#[test]
fn every_promise_is_one_that_can_be_broken() {
    for (number, (promise, on_lost, mutant)) in MUTANTS.iter().enumerate() {
        let requests = [(7, *on_lost), (7, *on_lost), (8, *on_lost)];
        let case = Case { steps: 1, remember: true, ..Case::of(&requests) };
        let broken = explore(&case, *mutant).err().map(|broken| broken.promise);
        assert_eq!(broken, Some(*promise), "mutant {number}");
    }
    for promise in PROMISES {
        assert!(MUTANTS.iter().any(|(broken, ..)| broken == promise), "nothing breaks: {promise}");
    }
}
