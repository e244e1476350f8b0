//! What must hold, whatever happens. Each promise has the name under which a search reports it.

use super::Step;
use super::world::World;
use crate::idempotency::engine::tests::{LEASE, fingerprint};
use crate::idempotency::engine::{Action, Change, Event, OnLost, Request, State};
use crate::idempotency::record::Token;

pub(super) const FENCED: &str = "an owner that was replaced overwrites nothing";
pub(super) const ONE_CLAIM: &str = "a claim whose lease runs is nobody else's, and only its owner executes";
pub(super) const HELD: &str = "what was lost runs again only after somebody found out that it may";
pub(super) const COMPLETED: &str = "a completed record does not change before it is forgotten";
pub(super) const MISMATCH: &str = "another request neither hears, runs nor changes an operation";
pub(super) const STEPS: &str =
    "a recorded step is there until the operation is completed, and each retry gets it";
pub(super) const REPLAY: &str = "a replay is what the completion stored, for as long as it said";
pub(super) const AGAIN: &str =
    "an event that is sent again, because its answer was lost, is told the same and changes nothing";
pub(super) const WAITING: &str = "a lapsed lease makes nobody wait";

pub(super) const PROMISES: &[&str] =
    &[FENCED, ONE_CLAIM, HELD, COMPLETED, MISMATCH, STEPS, REPLAY, AGAIN, WAITING];

/// An event, and whose it is; an operator has no token.
pub(super) struct Told {
    pub(super) by: Option<Token>,
    pub(super) event: Event,
}

/// Ensures what can be seen of one event and its effect.
pub(super) fn of_a_step(
    world: &World,
    told: &Told,
    action: &Action,
    after: &State,
    step: Step,
) -> Result<(), &'static str> {
    let forgotten = world.state.forget_at().is_some_and(|end| end <= world.now);
    let before = if forgotten { &State::Absent } else { &world.state };
    // What is forgotten need not be removed at once.
    let changed = *after != world.state;
    fenced(before, told, changed)?;
    one_claim(before, told, action, after, world.now)?;
    mismatch(before, told, action, changed)?;
    steps(before, told, action, after)?;
    replay(world, before, told, action)?;
    again(told, action, after, step, world.now)?;
    ensure(COMPLETED, !(changed && matches!(before, State::Completed { .. })))
}

fn ensure(promise: &'static str, kept: bool) -> Result<(), &'static str> {
    if kept { Ok(()) } else { Err(promise) }
}

pub(super) fn owner(state: &State) -> Option<Token> {
    match state {
        State::Claimed { token, .. } | State::Indeterminate { token, .. } => Some(*token),
        State::Absent | State::Checkpoint { .. } | State::Completed { .. } => None,
    }
}

fn fenced(before: &State, told: &Told, changed: bool) -> Result<(), &'static str> {
    let stranger = told.by.is_some() && owner(before).is_some_and(|owner| told.by != Some(owner));
    let asks = matches!(told.event, Event::Request(_));
    ensure(FENCED, !(stranger && changed && !asks))
}

fn one_claim(
    before: &State,
    told: &Told,
    action: &Action,
    after: &State,
    now: u64,
) -> Result<(), &'static str> {
    if matches!(action, Action::Execute { .. } | Action::Recover { .. }) {
        ensure(ONE_CLAIM, told.by.is_some() && owner(after) == told.by)?;
        ensure(ONE_CLAIM, matches!(after, State::Claimed { .. }))?;
    }
    match before {
        State::Claimed { token, lease_until, .. } if *lease_until > now && told.by != Some(*token) => {
            ensure(ONE_CLAIM, before == after)
        }
        _ => Ok(()),
    }
}

fn mismatch(before: &State, told: &Told, action: &Action, changed: bool) -> Result<(), &'static str> {
    let (Event::Request(Request { asked, .. }) | Event::Complete { asked, .. } | Event::Lose { asked, .. }) =
        &told.event
    else {
        return Ok(());
    };
    if before.fingerprint().is_none_or(|fingerprint| *fingerprint == asked.fingerprint()) {
        return Ok(());
    }
    ensure(MISMATCH, !changed && matches!(action, Action::Mismatch { .. }))
}

fn recorded(state: &State) -> &[crate::idempotency::record::Step] {
    match state {
        State::Claimed { steps, .. }
        | State::Checkpoint { steps, .. }
        | State::Indeterminate { steps, .. } => steps.as_slice(),
        State::Absent | State::Completed { .. } => &[],
    }
}

fn steps(before: &State, told: &Told, action: &Action, after: &State) -> Result<(), &'static str> {
    let had = recorded(before);
    let ended = matches!(after, State::Completed { .. }) || matches!(told.event, Event::Settle { .. });
    ensure(STEPS, ended || recorded(after).starts_with(had))?;
    match (action, &told.event) {
        (Action::Execute { steps } | Action::Recover { steps, .. }, _) => {
            ensure(STEPS, steps.as_slice() == had)
        }
        (Action::Done, Event::Step { index, step, .. }) => {
            ensure(STEPS, recorded(after).get(*index) == Some(step))
        }
        _ => Ok(()),
    }
}

fn replay(world: &World, before: &State, told: &Told, action: &Action) -> Result<(), &'static str> {
    let replayed = match action {
        Action::Replay { outcome, expires_at } => {
            ensure(REPLAY, *expires_at > world.now)?;
            let (of, stored) = world.stored.as_ref().ok_or(REPLAY)?;
            ensure(REPLAY, stored == outcome && before.fingerprint() == Some(&fingerprint(*of)))?;
            true
        }
        _ => false,
    };
    match (before, &told.event) {
        (State::Completed { fingerprint, expires_at, .. }, Event::Request(asked)) => {
            let same = asked.asked.fingerprint() == *fingerprint && *expires_at > world.now;
            ensure(REPLAY, replayed == same)
        }
        _ => Ok(()),
    }
}

fn again(told: &Told, action: &Action, after: &State, step: Step, now: u64) -> Result<(), &'static str> {
    let second = step(after, told.event.clone(), now);
    ensure(
        AGAIN,
        match second.change {
            Change::Keep => true,
            Change::Put(state) => state == *after,
            Change::Remove => *after == State::Absent,
        },
    )?;
    match (&told.event, action) {
        (Event::Complete { outcome, .. }, Action::Done) => {
            ensure(AGAIN, matches!(&second.action, Action::Replay { outcome: found, .. } if found == outcome))
        }
        // They have ended the claim, and what is told is nobody's concern.
        (Event::Release { .. } | Event::Lose { .. } | Event::Settle { .. }, _) => Ok(()),
        _ => ensure(AGAIN, second.action == *action),
    }
}

/// Ensures that an execution which was answered may begin.
pub(super) fn may_execute(
    world: &World,
    asker: usize,
    on_lost: OnLost,
    before: &State,
) -> Result<(), &'static str> {
    let open = world.askers.iter().enumerate().any(|(other, asked)| other != asker && asked.open);
    let unknown = matches!(before, State::Indeterminate { .. } | State::Claimed { unknown: true, .. });
    ensure(HELD, !open || (on_lost == OnLost::Reexecute && !unknown))
}

/// Ensures that a key is never stuck: who asks when no lease runs is not told to wait.
pub(super) fn nobody_waits_forever(world: &World, step: Step) -> Result<(), &'static str> {
    let State::Claimed { fingerprint, lease_until, .. } = world.state else { return Ok(()) };
    let asked = Request::new(fingerprint, Token([9; 16]), LEASE);
    let told = step(&world.state, Event::Request(asked), lease_until.max(world.now)).action;
    ensure(WAITING, !matches!(told, Action::InProgress { .. }))
}
