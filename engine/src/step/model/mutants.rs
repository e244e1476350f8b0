//! Rules, stores and guards that are wrong on purpose: a search that finds nothing in them would prove nothing about the
//! right ones.

use super::promises::{self, PROMISES};
use super::{Case, Deviation, Duration, Event, OnLost, State, Step, Transition, explore, step};
use crate::step::tests::response;
use crate::{Action, Change, Match, Request};

fn overwrites_a_stranger(state: &State, age: Duration, event: Event) -> Transition {
    match event {
        Event::Complete { .. } if matches!(state, State::Claimed { .. }) => step(&State::Absent, age, event),
        event => step(state, age, event),
    }
}

fn releases_a_stranger(state: &State, age: Duration, event: Event) -> Transition {
    match (&event, state) {
        (Event::Release { token }, State::Claimed { token: owner, .. }) if owner != token => {
            Transition { change: Change::Remove, action: Action::Applied }
        }
        _ => step(state, age, event),
    }
}

fn ignores_the_lease(state: &State, age: Duration, event: Event) -> Transition {
    let mut state = state.clone();
    if let (State::Claimed { lease, .. }, Event::Request(_)) = (&mut state, &event) {
        *lease = age;
    }
    step(&state, age, event)
}

fn runs_what_is_held(state: &State, age: Duration, mut event: Event) -> Transition {
    if let Event::Request(Request { on_lost: on_lost @ OnLost::Hold, .. }) = &mut event {
        *on_lost = OnLost::Reexecute;
    }
    step(state, age, event)
}

fn forgets_what_a_recovery_could_not_find_out(state: &State, age: Duration, event: Event) -> Transition {
    match (&event, state) {
        (Event::Release { token }, State::Claimed { token: owner, unknown: true, steps, .. })
            if owner == token && steps.is_empty() =>
        {
            Transition { change: Change::Remove, action: Action::Applied }
        }
        _ => step(state, age, event),
    }
}

/// Another outcome than the one that is there, so that sending twice alone does not break a promise.
fn completes_twice(state: &State, age: Duration, event: Event) -> Transition {
    match (&event, state) {
        (Event::Complete { outcome, .. }, State::Completed { outcome: before, .. }) if outcome != before => {
            step(&State::Absent, age, event)
        }
        _ => step(state, age, event),
    }
}

fn compares_no_requests(state: &State, age: Duration, mut event: Event) -> Transition {
    if let Event::Request(Request { matched, .. }) = &mut event {
        *matched = Match::Same;
    }
    step(state, age, event)
}

fn releases_steps(state: &State, age: Duration, event: Event) -> Transition {
    let had_steps = matches!(state, State::Claimed { steps, .. } if !steps.is_empty());
    let mut transition = step(state, age, event);
    if had_steps && matches!(transition.change, Change::Put(State::Checkpoint { .. })) {
        transition.change = Change::Remove;
    }
    transition
}

fn replays_something_else(state: &State, age: Duration, event: Event) -> Transition {
    let requests = matches!(event, Event::Request(_));
    let mut transition = step(state, age, event);
    if let (true, Action::Replay { outcome, .. }) = (requests, &mut transition.action) {
        *outcome = response("something else");
    }
    transition
}

fn replays_what_has_expired(state: &State, age: Duration, event: Event) -> Transition {
    let mut transition = step(state, age, event);
    if let (Action::Expired, State::Completed { outcome, expires_at, .. }) = (&transition.action, state) {
        transition.action = Action::Replay { outcome: outcome.clone(), expires_at: *expires_at };
    }
    transition
}

fn turns_its_own_owner_away(state: &State, age: Duration, event: Event) -> Transition {
    match (&event, state) {
        (Event::Request(Request { token, .. }), State::Claimed { token: owner, .. }) if owner == token => {
            Transition { change: Change::Keep, action: Action::InProgress { retry_after: 1 } }
        }
        _ => step(state, age, event),
    }
}

/// As it would be without [`NO_OWNER`](super::super::NO_OWNER).
fn frees_an_unknown_outcome_by_a_second_release(state: &State, age: Duration, event: Event) -> Transition {
    let recovering = match state {
        State::Claimed { token, unknown: true, .. } => Some(*token),
        _ => None,
    };
    let mut transition = step(state, age, event);
    if let (Some(by), Change::Put(State::Indeterminate { token, .. })) = (recovering, &mut transition.change)
    {
        *token = by;
    }
    transition
}

fn renewed(transition: &mut Transition, change: impl FnOnce(&mut Duration)) {
    if let Change::Put(State::Claimed { lease, .. }) = &mut transition.change {
        change(lease);
    }
}

fn shortens_a_lease(state: &State, age: Duration, event: Event) -> Transition {
    let asked = match &event {
        Event::Step { lease, .. } => Some(*lease),
        _ => None,
    };
    let mut transition = step(state, age, event);
    if let Some(asked) = asked {
        renewed(&mut transition, |lease| *lease = asked);
    }
    transition
}

fn counts_a_lease_from_its_first_write(state: &State, age: Duration, event: Event) -> Transition {
    let renews = matches!(event, Event::Step { .. });
    let mut transition = step(state, age, event);
    if let (true, State::Claimed { lease: before, .. }) = (renews, state) {
        renewed(&mut transition, |lease| *lease = (*lease).max(*before));
    }
    transition
}

fn never_takes_over(state: &State, age: Duration, event: Event) -> Transition {
    match (&event, state) {
        (Event::Request(Request { token, matched, .. }), State::Claimed { token: owner, .. })
            if owner != token && *matched == Match::Same =>
        {
            Transition { change: Change::Keep, action: Action::InProgress { retry_after: 1 } }
        }
        _ => step(state, age, event),
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
    (promises::MISMATCH, OnLost::Reexecute, compares_no_requests),
    (promises::STEPS, OnLost::Reexecute, releases_steps),
    (promises::REPLAY, OnLost::Reexecute, replays_something_else),
    (promises::REPLAY, OnLost::Reexecute, replays_what_has_expired),
    (promises::AGAIN, OnLost::Reexecute, turns_its_own_owner_away),
    (promises::AGAIN, OnLost::Recover, frees_an_unknown_outcome_by_a_second_release),
    (promises::LEASES, OnLost::Reexecute, shortens_a_lease),
    (promises::LEASES, OnLost::Reexecute, counts_a_lease_from_its_first_write),
    (promises::WAITING, OnLost::Reexecute, never_takes_over),
];

#[test]
fn every_wrong_rule_breaks_a_promise() {
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

#[test]
fn every_wrong_store_or_guard_breaks_a_promise() {
    for deviation in [
        Deviation::SwapsBlindly,
        Deviation::InsertsBlindly,
        Deviation::CountsRevisionsAnew,
        Deviation::SwapsWhatItDecidedBefore,
        Deviation::TakesErrorsForReplies,
        Deviation::TakesAnyClaimForItsOwn,
    ] {
        let requests = [(7, OnLost::Reexecute), (7, OnLost::Reexecute)];
        let case = Case { late: true, apart: true, deviation, ..Case::of(&requests) };
        match explore(&case, step) {
            Err(broken) => println!("{deviation:?}: {broken}"),
            Ok(worlds) => panic!("{deviation:?} keeps every promise in {worlds} worlds"),
        }
    }
}

/// A right store knows a write that is repeated by the revision that it expects.
#[test]
fn every_store_that_takes_a_write_twice_breaks_a_promise() {
    for deviation in [Deviation::SwapsBlindly, Deviation::InsertsBlindly, Deviation::CountsRevisionsAnew] {
        let requests = [(7, OnLost::Reexecute), (7, OnLost::Reexecute)];
        let case = Case { twice: true, apart: true, deviation, ..Case::of(&requests) };
        assert!(explore(&case, step).is_err(), "{deviation:?} keeps every promise");
    }
}
