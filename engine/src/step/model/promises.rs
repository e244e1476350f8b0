//! What must hold, whatever happens. Each promise has the name under which a search reports it.

use super::Step;
use super::store::Found;
use super::world::World;
use crate::step::tests::{LEASE, compare, fingerprint};
use crate::{Action, Change, Event, FencingToken, Match, OnLost, Request, State, Transition};
use std::time::Duration;

pub(super) const FENCED: &str = "an owner that was replaced overwrites nothing";
pub(super) const ONE_CLAIM: &str = "a claim whose lease runs is nobody else's, and only its owner executes";
pub(super) const HELD: &str = "a lost operation runs again only after somebody found out that it may";
pub(super) const COMPLETED: &str = "a completed record does not change before it is forgotten";
pub(super) const MISMATCH: &str = "another request neither receives, runs nor changes an operation";
pub(super) const STEPS: &str =
    "a recorded step is there until the operation is completed, and each retry receives it";
pub(super) const REPLAY: &str = "a replay is what the completion stored, for as long as it said";
pub(super) const AGAIN: &str =
    "an event that is sent again, because its reply was lost, has the same result and changes nothing";
pub(super) const LEASES: &str =
    "a renewed lease is as long as asked for, or as long as was left if that is longer";
pub(super) const WAITING: &str = "a lapsed lease makes nobody wait";

pub(super) const PROMISES: &[&str] =
    &[FENCED, ONE_CLAIM, HELD, COMPLETED, MISMATCH, STEPS, REPLAY, AGAIN, LEASES, WAITING];

/// An event and its sender; an operator has no token.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) by: Option<FencingToken>,
    pub(super) event: Event,
}

/// What was checked, or the promise that it breaks.
pub(super) type Checked<T = ()> = Result<T, &'static str>;

fn ensure(promise: &'static str, holds: bool) -> Checked {
    if holds { Ok(()) } else { Err(promise) }
}

/// Ensures what must hold of a decision, whether or not it takes effect.
pub(super) fn of_a_decision(found: &Found, event: &Event, transition: &Transition, step: Step) -> Checked {
    if let (
        Event::Renew { lease: asked, .. } | Event::Step { lease: asked, .. },
        State::Claimed { lease: before, .. },
        Change::Put(State::Claimed { lease: after, .. }),
    ) = (event, &found.state, &transition.change)
    {
        ensure(LEASES, *after == before.saturating_sub(found.age).max(*asked))?;
    }
    again(event, transition, step)
}

/// Ensures what can be seen of an effect.
pub(super) fn of_an_effect(
    world: &World,
    found: &Found,
    message: &Message,
    action: &Action,
    after: &State,
) -> Checked {
    let before = &found.state;
    fenced(before, message, after)?;
    one_claim(found, message, action, after)?;
    mismatch(before, message, action, after)?;
    steps(before, message, action, after)?;
    replay(world, found, message, action)?;
    ensure(COMPLETED, before == after || !matches!(before, State::Completed { .. }))
}

pub(super) fn owner(state: &State) -> Option<FencingToken> {
    match state {
        State::Claimed { token, .. } | State::Indeterminate { token, .. } => Some(*token),
        State::Absent | State::Checkpoint { .. } | State::Completed { .. } => None,
    }
}

fn fenced(before: &State, message: &Message, after: &State) -> Checked {
    let stranger = message.by.is_some() && owner(before).is_some_and(|owner| message.by != Some(owner));
    let requests = matches!(message.event, Event::Request(_));
    ensure(FENCED, !stranger || before == after || requests)
}

fn one_claim(found: &Found, message: &Message, action: &Action, after: &State) -> Checked {
    if let Some(token) = message.by {
        begins_as_owner(after, token, action)?;
    }
    match &found.state {
        State::Claimed { token, lease, .. } if found.age < *lease && message.by != Some(*token) => {
            ensure(ONE_CLAIM, found.state == *after)
        }
        _ => Ok(()),
    }
}

/// Ensures that whoever begins to execute has the claim.
pub(super) fn begins_as_owner(state: &State, token: FencingToken, action: &Action) -> Checked {
    let begins = matches!(action, Action::Execute { .. } | Action::Recover { .. });
    let owns = matches!(state, State::Claimed { token: owner, .. } if *owner == token);
    ensure(ONE_CLAIM, !begins || owns)
}

fn mismatch(before: &State, message: &Message, action: &Action, after: &State) -> Checked {
    let (Event::Request(Request { fingerprint, .. })
    | Event::Complete { fingerprint, .. }
    | Event::MarkLost { fingerprint, .. }) = &message.event
    else {
        return Ok(());
    };
    let other = before.fingerprint().is_some_and(|recorded| recorded != fingerprint);
    ensure(MISMATCH, !other || (before == after && matches!(action, Action::Mismatch { .. })))
}

fn recorded(state: &State) -> &[crate::Step] {
    match state {
        State::Claimed { steps, .. }
        | State::Checkpoint { steps, .. }
        | State::Indeterminate { steps, .. } => steps.as_slice(),
        State::Absent | State::Completed { .. } => &[],
    }
}

fn steps(before: &State, message: &Message, action: &Action, after: &State) -> Checked {
    let had = recorded(before);
    let ended = matches!(after, State::Completed { .. }) || matches!(message.event, Event::Settle { .. });
    ensure(STEPS, ended || recorded(after).starts_with(had))?;
    match (action, &message.event) {
        (Action::Execute { steps } | Action::Recover { steps, .. }, _) => {
            ensure(STEPS, steps.as_slice() == had)
        }
        (Action::Applied, Event::Step { index, step, .. }) => {
            ensure(STEPS, recorded(after).get(*index) == Some(step))
        }
        _ => Ok(()),
    }
}

fn replay(world: &World, found: &Found, message: &Message, action: &Action) -> Checked {
    let replayed = match action {
        Action::Replay { outcome, expires_at } => {
            let stored = world.stored.as_ref().ok_or(REPLAY)?;
            ensure(REPLAY, stored.outcome == *outcome && stored.expires_at == *expires_at)?;
            ensure(REPLAY, found.state.fingerprint() == Some(&fingerprint(stored.of)))?;
            true
        }
        _ => false,
    };
    match (&found.state, &message.event) {
        (State::Completed { fingerprint, ttl, .. }, Event::Request(request)) => {
            ensure(REPLAY, replayed == (request.fingerprint == *fingerprint && found.age < *ttl))
        }
        _ => ensure(REPLAY, !replayed || matches!(found.state, State::Completed { .. })),
    }
}

fn again(event: &Event, transition: &Transition, step: Step) -> Checked {
    let after = match &transition.change {
        Change::Keep => return Ok(()),
        Change::Put(state) => state,
        Change::Remove => &State::Absent,
    };
    let mut event = event.clone();
    compared(&mut event, after);
    let second = step(after, Duration::ZERO, event.clone());
    ensure(
        AGAIN,
        match second.change {
            Change::Keep => true,
            Change::Put(state) => state == *after,
            Change::Remove => *after == State::Absent,
        },
    )?;
    match (&event, &transition.action) {
        (Event::Complete { outcome, .. }, Action::Applied) => {
            ensure(AGAIN, matches!(&second.action, Action::Replay { outcome: found, .. } if found == outcome))
        }
        // These have ended the claim, and nobody waits for the result of a second one.
        (Event::Release { .. } | Event::MarkLost { .. } | Event::Settle { .. }, _) => Ok(()),
        (_, action) => ensure(AGAIN, second.action == *action),
    }
}

/// Compares the request of an event with that of a record, as a guard does.
pub(super) fn compared(event: &mut Event, state: &State) {
    if let Event::Request(Request { matched, fingerprint, .. })
    | Event::Complete { matched, fingerprint, .. }
    | Event::MarkLost { matched, fingerprint, .. } = event
    {
        *matched = compare(state, fingerprint);
    }
}

/// Ensures that an execution that was claimed may begin.
pub(super) fn may_execute(world: &World, process: usize, on_lost: OnLost, before: &State) -> Checked {
    let open = world.processes.iter().enumerate().any(|(other, one)| other != process && one.open);
    let unknown = matches!(before, State::Indeterminate { .. } | State::Claimed { unknown: true, .. });
    ensure(HELD, !open || (on_lost == OnLost::Reexecute && !unknown))
}

/// Ensures that a key is never stuck: a request waits only while a lease runs.
pub(super) fn nobody_waits_forever(world: &World, step: Step) -> Checked {
    let Found { state, age, .. } = world.store.load();
    let State::Claimed { fingerprint, lease, .. } = state else { return Ok(()) };
    let (matched, token, on_lost) = (Match::Same, FencingToken([9; 16]), OnLost::Reexecute);
    let request = Request { matched, fingerprint, token, lease: LEASE, on_lost, now: 0 };
    let action = step(&state, lease.max(age), Event::Request(request)).action;
    ensure(WAITING, !matches!(action, Action::InProgress { .. }))
}
