use super::process::{At, Kind, Operation, Process, TICK, Write, event, expires_at, keep, token};
use super::promises::{self, Checked, Message};
use super::store::{Found, Store, bytes};
use super::{Case, Deviation, Step};
use crate::step::tests::response;
use crate::{Action, Change, Event, OnLost, State, StoredOutcome};
use std::rc::Rc;

/// A store, the processes over it, and what an onlooker who sees everything knows.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) store: Store,
    pub(super) processes: Vec<Process>,
    /// The outcome of the operation, if it was recorded.
    pub(super) stored: Option<Recorded>,
    settlements: u8,
}

#[derive(Debug, Clone)]
pub(super) struct Recorded {
    /// The request.
    pub(super) of: u8,
    pub(super) outcome: StoredOutcome,
    pub(super) expires_at: u64,
}

/// What becomes of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Its sender receives the reply.
    Replied,
    /// It reaches the store, and its sender receives an error.
    ReplyLost,
    /// Its sender receives an error; it comes later, or never.
    Late,
    /// Its sender receives the reply; it comes once more later, or never.
    Twice,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Move {
    /// A process reads the record and decides. Where it inserts a claim if there is none, that is a write.
    Read(usize, Kind, Fate),
    /// A process writes what it has decided.
    Write(usize, Fate),
    /// A write of long ago arrives.
    Arrive(usize),
    /// A recovery found that nothing was done, and the handler runs.
    NotDone(usize),
    /// A handler, or a recovery, is over: its process will record this.
    End(usize, Kind),
    /// A process dies, or its client went away before it had begun.
    Die(usize),
    /// An operator settles the operation as done, or not.
    Settle(bool),
    /// Half a lease passes.
    Tick,
    /// Nothing happens until something expires.
    Expire,
}

impl World {
    pub(super) fn new(case: &Case) -> Self {
        let processes = vec![Process::NEW; case.requests.len()];
        Self { store: Store::new(case.deviation), processes, stored: None, settlements: 0 }
    }

    /// Equal for worlds that differ only in how late it is.
    pub(super) fn key(&self) -> Vec<u64> {
        let mut key = vec![self.settlements.into()];
        self.store.key(&mut key);
        for process in &self.processes {
            process.key(&self.store, &mut key);
        }
        key
    }

    /// Everything that can happen next.
    pub(super) fn moves(&self, case: &Case) -> Vec<Move> {
        let mut moves = Vec::new();
        let found = self.store.load();
        let mut writes = self.processes.iter().map(|process| process.operation.as_ref()?.decided.as_ref());
        let busy = writes.position(|decided| decided.is_some()).filter(|_| !case.apart);
        for (i, process) in self.processes.iter().enumerate() {
            if busy.is_some_and(|busy| busy != i) {
                continue;
            }
            // A late write may arrive at once, which is as good as a reply that is lost.
            let lost = !case.late || process.late.is_some();
            let late = !case.late || process.late.is_none();
            let twice = case.twice && process.late.is_none();
            for kind in process.next(case) {
                moves.push(Move::Read(i, kind, Fate::Replied));
                if kind == Kind::Request && lost && found.revision.is_none() {
                    moves.push(Move::Read(i, kind, Fate::ReplyLost));
                }
                if kind == Kind::Request && late {
                    moves.push(Move::Read(i, kind, Fate::Late));
                }
                if kind == Kind::Request && twice && found.revision.is_none() {
                    moves.push(Move::Read(i, kind, Fate::Twice));
                }
            }
            let operation = process.operation.as_ref();
            if operation.is_some_and(|operation| operation.decided.is_some()) {
                moves.push(Move::Write(i, Fate::Replied));
                moves.extend(lost.then_some(Move::Write(i, Fate::ReplyLost)));
                moves.extend(late.then_some(Move::Write(i, Fate::Late)));
                moves.extend(twice.then_some(Move::Write(i, Fate::Twice)));
            }
            let ends = [Kind::Complete, Kind::Release, Kind::MarkLost].map(|how| Move::End(i, how));
            match (process.at, operation) {
                // The client went away: a claim that may have been written is released.
                (At::Requesting, Some(Operation { tries: 1.., decided: None, .. })) => {
                    moves.push(Move::End(i, Kind::Release));
                }
                (At::Running, None) => moves.extend(ends),
                (At::Recovering, None) => {
                    moves.extend(ends);
                    moves.push(Move::NotDone(i));
                }
                _ => {}
            }
            if process.late.is_some() {
                moves.push(Move::Arrive(i));
            }
            let has_begun = process.at != At::Requesting || process.operation.is_some();
            if process.at != At::Over && has_begun {
                moves.push(Move::Die(i));
            }
        }
        if busy.is_some() {
            return moves;
        }
        if self.settlements < case.settlements {
            moves.extend([Move::Settle(true), Move::Settle(false)]);
        }
        if matches!(found.state, State::Claimed { lease, .. } if found.age < lease) {
            moves.push(Move::Tick);
        }
        if self.store.next_end().is_some() {
            moves.push(Move::Expire);
        }
        moves
    }

    /// The world after a move, or the promise that it broke.
    pub(super) fn after(mut self, case: &Case, step: Step, one: Move) -> Checked<Self> {
        match one {
            Move::Read(i, kind, fate) => self.read(case, step, i, kind, fate)?,
            Move::Write(i, fate) => {
                let decided = self.processes[i].operation.as_ref().and_then(|one| one.decided.clone());
                if let Some(write) = decided {
                    self.send(case, i, write, fate)?;
                }
            }
            Move::Arrive(i) => {
                if let Some(write) = self.processes[i].late.take() {
                    self.commit(case, i, &write)?;
                }
            }
            Move::NotDone(i) => {
                self.nothing_is_open();
                self.processes[i].begin();
                // Slower than its lease, and its claim is lost: nothing that is stored can know of this.
                self.processes[i].open = promises::owner(&self.store.load().state) == Some(token(i));
            }
            Move::End(i, how) => self.processes[i].end(how),
            Move::Die(i) => self.processes[i].finish(),
            Move::Settle(done) => self.settle(case, step, done)?,
            Move::Tick => self.store.wait(TICK),
            Move::Expire => self.store.wait(self.store.next_end().unwrap_or_default()),
        }
        if self.store.is_forgotten() {
            self.nothing_is_open();
            self.stored = None;
        }
        for i in 0..self.processes.len() {
            self.settle_what_is_certain(case, i);
        }
        promises::nobody_waits_forever(&self, step)?;
        Ok(self)
    }

    fn read(&mut self, case: &Case, step: Step, i: usize, kind: Kind, fate: Fate) -> Checked {
        let mut found = self.store.load();
        let inserts = kind == Kind::Request && (found.revision.is_none() || fate != Fate::Replied);
        if inserts {
            found = Found::NOTHING;
        }
        let process = &mut self.processes[i];
        let operation = process.operation.get_or_insert_with(|| Operation::new(kind));
        if let Some(write) = operation.without_reply.clone().filter(|write| is_own(case, write, &found)) {
            promises::begins_as_owner(&found.state, token(i), &write.action)?;
            process.receive(kind, &write.action);
            return Ok(());
        }
        let message =
            Message { by: Some(token(i)), event: event(case, i, kind, process.steps, &found.state) };
        let (action, new) = decide(step, &found, &message.event)?;
        let Some(new) = new else {
            promises::of_an_effect(self, &found, &message, &action, &found.state)?;
            self.took_effect(case, i, kind, &message, &found.state, &action)?;
            self.processes[i].receive(kind, &action);
            return Ok(());
        };
        let write = Rc::new(Write { kind, message, expected: found.revision, new, action });
        if inserts {
            return self.send(case, i, write, fate);
        }
        operation.decided = Some(write);
        Ok(())
    }

    fn send(&mut self, case: &Case, i: usize, write: Rc<Write>, fate: Fate) -> Checked {
        let took_effect = match fate {
            Fate::Late => {
                if case.late {
                    self.processes[i].late = Some(Rc::clone(&write));
                }
                false
            }
            Fate::Replied | Fate::ReplyLost | Fate::Twice => self.commit(case, i, &write)?,
        };
        if fate == Fate::Twice {
            self.processes[i].late = Some(Rc::clone(&write));
        }
        let is_replied = matches!(fate, Fate::Replied | Fate::Twice);
        let process = &mut self.processes[i];
        if !is_replied && case.deviation != Deviation::TakesErrorsForReplies {
            process.miss_reply(write);
            return Ok(());
        }
        if took_effect || !is_replied {
            promises::begins_as_owner(&self.store.load().state, token(i), &write.action)?;
            process.receive(write.kind, &write.action);
            return Ok(());
        }
        self.conflict(case, i);
        Ok(())
    }

    fn conflict(&mut self, case: &Case, i: usize) {
        let Some(operation) = &mut self.processes[i].operation else { return };
        match (case.deviation, &mut operation.decided) {
            (Deviation::SwapsWhatItDecidedBefore, Some(write)) => {
                Rc::make_mut(write).expected = self.store.load().revision;
            }
            (_, decided) => *decided = None,
        }
    }

    /// Anticipates what can no longer come otherwise, so that fewer worlds differ.
    fn settle_what_is_certain(&mut self, case: &Case, i: usize) {
        let Process { operation, late, .. } = &mut self.processes[i];
        late.take_if(|write| !self.store.may_expect(write.expected));
        let Some(Operation { decided, without_reply, .. }) = operation else { return };
        // What is not there and cannot arrive is never found.
        let found = bytes(&self.store.load().state);
        without_reply.take_if(|write| late.is_none() && bytes(&write.new) != found);
        if decided.as_ref().is_some_and(|write| !self.store.may_expect(write.expected)) {
            self.conflict(case, i);
        }
    }

    /// A write reaches the store. Returns `true` if it took effect.
    fn commit(&mut self, case: &Case, i: usize, write: &Write) -> Checked<bool> {
        if !self.store.expects(write.expected) {
            return Ok(false);
        }
        let Write { kind, message, expected, new, action } = write;
        let found = self.store.load();
        promises::of_an_effect(self, &found, message, action, new)?;
        self.store.swap(*expected, new);
        self.took_effect(case, i, *kind, message, &found.state, action)?;
        Ok(true)
    }

    /// What an onlooker concludes.
    fn took_effect(
        &mut self,
        case: &Case,
        i: usize,
        kind: Kind,
        message: &Message,
        before: &State,
        action: &Action,
    ) -> Checked {
        match (&message.event, action) {
            (Event::Request(request), Action::Execute { .. }) => {
                promises::may_execute(self, i, request.on_lost, before)?;
                // Its endpoint declares that a second execution does no harm.
                if request.on_lost == OnLost::Reexecute {
                    self.nothing_is_open();
                }
            }
            (Event::Complete { outcome, expires_at, .. }, Action::Applied) => {
                let of = case.requests[i].0;
                self.stored = Some(Recorded { of, outcome: outcome.clone(), expires_at: *expires_at });
                self.nothing_is_open();
            }
            // Its own handler declares that a retry may run.
            _ if kind == Kind::Release => self.processes[i].open = false,
            _ => {}
        }
        Ok(())
    }

    /// An operator whom nobody interrupts: whatever happens between reading and writing is a conflict.
    fn settle(&mut self, case: &Case, step: Step, done: bool) -> Checked {
        self.settlements += 1;
        let found = self.store.load();
        let expires_at = expires_at(case.requests.len());
        let outcome = done.then(|| (response("settled"), keep(case), expires_at));
        let event = Event::Settle { outcome };
        let (action, new) = decide(step, &found, &event)?;
        let new = new.unwrap_or_else(|| found.state.clone());
        promises::of_an_effect(self, &found, &Message { by: None, event }, &action, &new)?;
        if action == Action::Applied {
            self.store.swap(found.revision, &new);
            self.nothing_is_open();
            let of = found.state.fingerprint().map_or(0, |fingerprint| fingerprint.bytes[0]);
            self.stored = done.then(|| Recorded { of, outcome: response("settled"), expires_at });
        }
        Ok(())
    }

    fn nothing_is_open(&mut self) {
        self.processes.iter_mut().for_each(|process| process.open = false);
    }
}

/// Decides what an event does to a record: an action, and the new state if there is one.
fn decide(step: Step, found: &Found, event: &Event) -> Checked<(Action, Option<State>)> {
    let transition = step(&found.state, found.age, event.clone());
    promises::of_a_decision(found, event, &transition, step)?;
    let new = match transition.change {
        Change::Keep => None,
        Change::Put(state) => Some(state),
        Change::Remove => Some(State::Absent),
    };
    Ok((transition.action, new))
}

/// Whether what was found is what a process wrote without a reply.
fn is_own(case: &Case, write: &Write, found: &Found) -> bool {
    match (case.deviation, &write.new, &found.state) {
        (Deviation::TakesAnyClaimForItsOwn, State::Claimed { .. }, State::Claimed { .. }) => true,
        (_, State::Absent, _) => false,
        (_, new, state) => bytes(new) == bytes(state),
    }
}
