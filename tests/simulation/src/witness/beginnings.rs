//! Who may execute, and charge.

use super::{Claim, End, Execution, Witness};
use crate::api::{LEASE, Policy, TTL};
use crate::handler::Script;
use crate::world::World;
use steadfast::idempotency::{RecordId, Recovery};
use steadfast_engine::State;

/// How long it takes at most, where nothing is wrong, to record that an execution has ended, in milliseconds.
const SOON: u64 = 60_000;

impl World {
    /// A handler is entered. Returns the number of the execution, and what it does.
    pub(crate) fn begins(&mut self, process: usize, key: usize, value: i64) -> (usize, Script) {
        let incarnation = self.machines[process].incarnation;
        let number = self.witness.executions.len();
        let claim = if self.policy.is_joined() {
            None
        } else {
            self.witness.claim_to_begin(key, process, incarnation)
        };
        self.note(|| format!("p{process} execution {number} of key-{key} begins with {value}"));
        let (since, asked_at) = match claim {
            Some(claim) => (self.witness.claims[claim].written_at, self.now),
            None if self.policy.is_joined() => self.begun_at(key, process),
            None => {
                self.violated("an execution begins without a claim of its own");
                (self.now, self.now)
            }
        };
        let new = Execution {
            key,
            value,
            process,
            incarnation,
            began_at: self.now,
            claim,
            end: None,
            ended_at: 0,
            charges: 0,
            is_committed: false,
            recorded_at: None,
            is_forgotten: false,
        };
        for (before, one) in self.witness.executions.iter().enumerate() {
            if one.key == key
                && !one.is_forgotten
                && let Err(why) = self.witness.may_follow(
                    self.policy,
                    one,
                    &new,
                    since,
                    (self.was_troubled(one.process, one.began_at), self.is_unhindered(one), asked_at),
                )
            {
                let text = format!("execution {number} follows execution {before}: {why}");
                self.violated(text);
                break;
            }
        }
        if let Some(claim) = claim {
            if let Err(why) = self.check_claim(claim, value) {
                self.violated(format_args!("execution {number}: {why}"));
            }
            self.witness.claims[claim].execution = Some(number);
        }
        self.witness.counts.executions += 1;
        self.witness.executions.push(new);
        (number, self.script())
    }

    /// Whether the process of an execution that has ended had time enough, with nothing wrong, to record how.
    fn is_unhindered(&self, one: &Execution) -> bool {
        let is_alive = self.machines[one.process].incarnation == one.incarnation;
        is_alive && !self.was_troubled(one.process, one.ended_at + LEASE / 4)
    }

    /// When the last transaction of a process about a key began, and when it asked for it.
    fn begun_at(&self, key: usize, process: usize) -> (u64, u64) {
        let (id, mut last) = (self.witness.ids.get(key), self.transactions.iter().rev());
        let last = last.find(|one| one.id.as_ref() == id && one.process == process);
        last.map_or((self.now, self.now), |one| (one.begun_at, one.asked_at))
    }

    /// Whether an execution holds the claim that the store has, and the lease of it runs.
    fn check_claim(&self, claim: usize, value: i64) -> Result<(), &'static str> {
        let Claim { token, key, replaced, .. } = self.witness.claims[claim];
        let row = self.witness.ids.get(key).and_then(|id| self.records.live(*id, self.now));
        let holds = row.is_some_and(|row| {
            matches!(row.state, State::Claimed { token: owner, lease, .. }
                if owner == token && row.age(self.now) < lease)
        });
        // An operator, or a call that the network repeats, may have freed it.
        if !holds && !self.is_calm {
            return Err("it begins without a lease that runs");
        }
        let before = replaced.and_then(|claim| self.witness.claims[claim].execution);
        match before.map(|number| &self.witness.executions[number]) {
            Some(before) if before.value != value => Err("it takes the place of another request"),
            _ => Ok(()),
        }
    }

    /// An execution charges, outside of any transaction.
    pub(crate) fn charges(&mut self, number: usize) {
        self.note(|| format!("execution {number} charges"));
        let Some(key) = self.witness.executions.get(number).map(|one| one.key) else { return };
        self.witness.executions[number].charges += 1;
        if !matches!(self.policy, Policy::Hold | Policy::Recover) {
            return;
        }
        let charged = |(other, one): (usize, &Execution)| {
            other != number && one.key == key && !one.is_forgotten && one.charges > 0
        };
        if self.witness.executions.iter().enumerate().any(charged) {
            self.violated(format_args!("execution {number} charges for the second time"));
        }
    }

    /// The step behind that of the charge begins, and is told who charged.
    pub(crate) fn knows_of_step(&mut self, number: usize, charged: usize) {
        self.note(|| format!("execution {number} is told that execution {charged} has charged"));
        let key = self.witness.executions[number].key;
        let known = *self.witness.key(key).step.get_or_insert(charged);
        if known != charged {
            self.violated(format_args!("a recorded step ran again: {charged} charged after {known}"));
        }
    }

    /// The writes of a transaction are committed, with its record.
    pub(crate) fn committed(&mut self, id: RecordId, charges: &[usize]) {
        let key = self.witness.key_of(id);
        let recorded =
            self.witness.key(key).recorded.filter(|(_, at)| *at == self.now).map(|(number, _)| number);
        let is_success =
            |number: usize| matches!(self.witness.executions[number].end, Some(End::Answered(200..300)));
        let wanted: Vec<usize> = recorded.into_iter().filter(|number| is_success(*number)).collect();
        if wanted != charges {
            self.violated(format_args!(
                "the charges of {charges:?} are committed with the record of {recorded:?}"
            ));
        }
        for number in charges {
            let others = self.witness.executions.iter().enumerate();
            let twice = others
                .filter(|(other, one)| other != number && one.key == key && !one.is_forgotten)
                .any(|(_, one)| one.is_committed);
            if twice {
                self.violated(format_args!("the charge of execution {number} is the second one"));
            }
            self.witness.executions[*number].is_committed = true;
        }
    }

    /// What the bank knows of the executions of a key.
    pub(crate) fn finds_out(&mut self, key: usize) -> Recovery<usize> {
        let of_key = |one: &&mut Execution| one.key == key && !one.is_forgotten;
        let mut executions = self.witness.executions.iter_mut();
        let charged = executions.position(|one| one.key == key && !one.is_forgotten && one.charges > 0);
        let recovery = match charged {
            Some(number) => Recovery::Done(number),
            None if self.witness.executions.iter_mut().filter(of_key).all(|one| one.end.is_some()) => {
                self.witness.executions.iter_mut().filter(of_key).for_each(|one| one.is_forgotten = true);
                Recovery::NotDone
            }
            // It may yet charge.
            None => Recovery::Unknown,
        };
        self.note(|| format!("the bank is asked about key-{key}: {recovery:?}"));
        recovery
    }
}

impl Witness {
    /// Returns the last claim of a process, if nobody has begun to execute under it.
    fn claim_to_begin(&self, key: usize, process: usize, incarnation: u32) -> Option<usize> {
        let is_own =
            |claim: &Claim| (claim.key, claim.process, claim.incarnation) == (key, process, incarnation);
        let last = self.claims.iter().rposition(is_own)?;
        self.claims[last].execution.is_none().then_some(last)
    }

    /// Whether an execution whose claim, or transaction, is of the time `since` may follow another one.
    fn may_follow(
        &self,
        policy: Policy,
        before: &Execution,
        new: &Execution,
        since: u64,
        (is_troubled, is_unhindered, asked_at): (bool, bool, u64),
    ) -> Result<(), &'static str> {
        if let Some(recorded_at) = before.recorded_at {
            // What was committed since then is found when this one commits.
            let is_fine = recorded_at + TTL <= since || policy.is_joined() && recorded_at >= since;
            return is_fine.then_some(()).ok_or("its outcome is recorded");
        }
        let is_here = (before.process, before.incarnation) == (new.process, new.incarnation);
        match before.end {
            None if is_here => return Err("it runs in this very process"),
            Some(end) if end.is_retryable() => return Ok(()),
            Some(End::Panicked) if policy.runs_again() || policy == Policy::Tx => return Ok(()),
            _ => {}
        }
        match policy {
            Policy::Tx => Ok(()),
            Policy::TxHold => {
                let is_held = self.keys[new.key].unknown_since.is_some_and(|at| at < since);
                // Nothing kept it from being recorded.
                let is_told = before.end == Some(End::Panicked)
                    && !is_troubled
                    && self.keys[new.key].recorded.is_none()
                    && before.ended_at + SOON < asked_at;
                let is_over = self.keys[new.key].settled_at.is_some_and(|at| at + TTL <= since);
                if !is_over && (is_held || is_told) { Err("nobody knows its outcome") } else { Ok(()) }
            }
            Policy::Hold => Err("a lost execution is held"),
            Policy::Recover => Err("nobody found out that it was not done"),
            Policy::Reexecute | Policy::Waiting | Policy::Steps => {
                let last_sign = before.claim.map_or(0, |claim| self.claims[claim].last_sign);
                let is_final =
                    matches!(before.end, Some(End::Answered(_))) && before.ended_at + LEASE < since;
                // Its claim was not taken over by another one before.
                let mut claims = self.claims.iter().enumerate();
                let is_overtaken =
                    claims.any(|(number, claim)| claim.replaced == before.claim && Some(number) != new.claim);
                if is_final && is_unhindered && !is_overtaken {
                    return Err("nothing kept its outcome from being recorded");
                }
                if last_sign + LEASE > since { Err("its lease had not lapsed") } else { Ok(()) }
            }
        }
    }
}
