//! What may be written to a record, and to the audit log with it.

use super::{Claim, End, Key, Witness};
use crate::api::{LEASE, Policy, TTL};
use crate::world::World;
use steadfast_engine::{AuditDraft, AuditEvent, FencingToken, RecordId, State, StoredOutcome, Tombstone};

/// Who writes: a process in one of its lives.
pub(crate) type Writer = (usize, u32);

impl World {
    /// A record is about to be written.
    pub(crate) fn written(&mut self, writer: Writer, id: RecordId, new: &State, audit: &[AuditDraft]) {
        let key = self.witness.key_of(id);
        let row = self.records.live(id, self.now);
        let (old, age) = row.map_or((State::Absent, 0), |row| (row.state.clone(), self.now - row.written_at));
        let checked = self.check_write(writer, key, &old, age, new);
        let checked = checked.and_then(|()| self.check_audit(&old, new, audit));
        if let Err(why) = checked {
            self.violated(why);
        }
        let Key { recorded, settled_at, .. } = self.witness.key(key);
        let (recorded, settled_at) = (*recorded, *settled_at);
        let number = match new {
            State::Completed { outcome, .. } => self.witness.execution_of(outcome, key, writer),
            _ => None,
        };
        let ended_at = settled_at.or(recorded.map(|(_, at)| at)).map(|at| at + TTL);
        if old == State::Absent && ended_at.is_some_and(|at| at <= self.now) {
            self.witness.forget(key, number);
        }
        match new {
            State::Claimed { token, .. } => self.claimed(writer, key, &old, *token),
            State::Completed { outcome, .. } => {
                let now = self.now;
                let known = self.witness.key(key);
                known.has_response = !matches!(outcome, StoredOutcome::Tombstone(_));
                if known.unknown_since.take().is_some() {
                    known.unknown_until = Some(now);
                }
                known.recorded = number.map(|number| (number, self.now));
                if let Some(execution) = number.and_then(|number| self.witness.executions.get_mut(number)) {
                    execution.recorded_at = Some(self.now);
                }
            }
            State::Indeterminate { .. } => self.witness.key(key).unknown_since = Some(self.now),
            State::Absent if self.witness.is_settling => self.witness.forget(key, None),
            State::Absent | State::Checkpoint { .. } => {}
        }
    }

    fn claimed(&mut self, (process, incarnation): Writer, key: usize, old: &State, token: FencingToken) {
        let now = self.now;
        if let Some(claim) = self.witness.claims.iter_mut().find(|claim| claim.token == token) {
            claim.last_sign = now;
            return;
        }
        let replaced = match old {
            State::Claimed { token, .. } => {
                self.witness.counts.takeovers += 1;
                self.witness.claims.iter().position(|claim| claim.token == *token)
            }
            _ => None,
        };
        let (written_at, last_sign, execution) = (now, now, None);
        let claim = Claim { token, key, process, incarnation, written_at, last_sign, execution, replaced };
        self.witness.claims.push(claim);
    }

    fn check_write(
        &mut self,
        writer: Writer,
        key: usize,
        old: &State,
        age: u64,
        new: &State,
    ) -> Result<(), String> {
        let ensure = |holds: bool, why: &str| if holds { Ok(()) } else { Err(why.to_owned()) };
        let (policy, twice) = (self.policy, self.faults.twice > 0 || self.is_calm);
        let witness = &mut self.witness;
        let is_settled = witness.is_settling;
        ensure(!matches!(old, State::Completed { .. }), "a recorded outcome is replaced")?;
        match new {
            State::Claimed { token, lease, .. } => {
                let owner = owner(old);
                if let Some(claim) = witness.claims.iter().find(|claim| claim.token == *token) {
                    let is_own = (claim.process, claim.incarnation) == writer;
                    ensure(is_own, "a process renews the claim of another one")?;
                    // What the network repeats may come when the claim is gone.
                    return ensure(owner == Some(*token) || twice, "a claim that was replaced comes back");
                }
                ensure(u128::from(LEASE) == lease.as_millis(), "a claim has another lease")?;
                match old {
                    State::Claimed { lease, .. } => {
                        let has_lapsed = u128::from(age) >= lease.as_millis();
                        ensure(has_lapsed, "a claim is replaced whose lease runs")?;
                        self.check_loss(old)?;
                        ensure(policy != Policy::Hold, "a lost operation is claimed that is to be held")
                    }
                    State::Indeterminate { .. } => {
                        ensure(policy == Policy::Recover, "an operation of unknown outcome is claimed")
                    }
                    State::Absent => {
                        let recorded = witness.key(key).recorded;
                        ensure(recorded.is_none_or(|(_, at)| at + TTL <= self.now), "a record was lost")
                    }
                    State::Checkpoint { .. } | State::Completed { .. } => Ok(()),
                }
            }
            State::Completed { outcome, ttl, .. } => {
                if is_settled {
                    witness.key(key).settled_at = Some(self.now);
                    return Ok(());
                }
                ensure(u128::from(TTL) == ttl.as_millis(), "an outcome is kept for another time")?;
                let number = witness
                    .execution_of(outcome, key, writer)
                    .ok_or("an outcome is recorded that no execution had")?;
                let has_response = !matches!(outcome, StoredOutcome::Tombstone(_));
                ensure(has_response || witness.was_full, "an outcome is recorded without its response")?;
                let execution =
                    witness.executions.get(number).ok_or("an outcome is recorded that no execution had")?;
                let status = outcome.status().as_u16();
                let had = execution.end == Some(End::Answered(status));
                let is_recovered = policy == Policy::Recover && execution.charges > 0 && status == 201;
                ensure(had || is_recovered, "an outcome is recorded that the execution did not have")?;
                ensure(
                    !End::Answered(status).is_retryable(),
                    "an answer is kept after which a retry is to run",
                )?;
                match owner(old) {
                    Some(token) => {
                        let owner = witness.execution_under(token);
                        ensure(
                            owner == Some(number) || is_recovered,
                            "an execution overwrites the claim of another",
                        )
                    }
                    None => Ok(()),
                }
            }
            State::Indeterminate { .. } => {
                ensure(policy.may_be_unknown(), "an outcome becomes unknown")?;
                if let State::Claimed { token, lease, .. } = old {
                    let claim = witness.claims.iter().find(|claim| claim.token == *token);
                    let is_own = claim.is_some_and(|one| (one.process, one.incarnation) == writer);
                    let has_lapsed = u128::from(age) >= lease.as_millis();
                    ensure(is_own || has_lapsed, "a claim whose lease runs is lost by another one")?;
                }
                self.check_loss(old)
            }
            State::Absent | State::Checkpoint { .. } if is_settled => Ok(()),
            State::Absent | State::Checkpoint { .. } => {
                let unknown = matches!(old, State::Claimed { unknown: true, .. });
                let steps = matches!(old, State::Claimed { steps, .. } if !steps.is_empty());
                ensure(!steps || *new != State::Absent, "recorded steps are removed")?;
                let Some(token) = owner(old) else { return Ok(()) };
                let is_claimed = witness.claims.iter().any(|claim| claim.token == token);
                ensure(is_claimed, "an unknown outcome without an owner is forgotten")?;
                let execution = witness.execution_under(token).map(|number| &witness.executions[number]);
                match execution.map(|execution| execution.end) {
                    None => ensure(!unknown, "an unknown outcome is forgotten"),
                    Some(Some(end)) => {
                        let again = end == End::Panicked && policy.runs_again();
                        ensure(end.is_retryable() || again, "an execution that has ended is forgotten")
                    }
                    Some(None) => Err("an execution is released that runs".to_owned()),
                }
            }
        }
    }

    /// What becomes of a claim is its own to say, unless something was wrong with its process.
    fn check_loss(&self, old: &State) -> Result<(), String> {
        let State::Claimed { token, .. } = old else { return Ok(()) };
        let Some(claim) = self.witness.claims.iter().find(|claim| claim.token == *token) else {
            return Ok(());
        };
        let is_alive = self.machines[claim.process].incarnation == claim.incarnation;
        let is_wrong = self.machines[claim.process].trouble_at.is_some();
        if self.is_calm || !is_alive || is_wrong {
            return Ok(());
        }
        match claim.execution.and_then(|number| self.witness.executions[number].end) {
            Some(End::Panicked) => Ok(()),
            // What was found out about the execution before is forgotten again.
            Some(end) if end.is_retryable() && self.policy == Policy::Recover => Ok(()),
            None if claim.execution.is_none() && self.policy == Policy::Recover => Ok(()),
            _ => Err("a claim is lost though nothing was wrong".to_owned()),
        }
    }

    /// What is appended with a write.
    fn check_audit(&self, old: &State, new: &State, audit: &[AuditDraft]) -> Result<(), String> {
        let events: Vec<AuditEvent> = audit.iter().map(|draft| draft.event).collect();
        if !self.is_audited {
            return if events.is_empty() { Ok(()) } else { Err("an entry without an audit".to_owned()) };
        }
        let is_lost = matches!(old, State::Claimed { .. }) && owner(old) != owner(new);
        let begun = owner(old).and_then(|token| self.witness.execution_under(token)).is_some();
        let fits = match (new, &*events) {
            (_, [AuditEvent::Settled]) => self.witness.is_settling,
            (State::Claimed { .. }, [AuditEvent::Lost]) => is_lost,
            (State::Claimed { .. }, []) => !is_lost,
            (State::Completed { outcome, .. }, [AuditEvent::Completed | AuditEvent::Recovered]) => {
                audit[0].status == Some(outcome.status())
            }
            (State::Indeterminate { .. }, [AuditEvent::Indeterminate | AuditEvent::Lost])
            | (State::Absent | State::Checkpoint { .. }, [AuditEvent::Released]) => true,
            // The client of a recovery hangs up before it begins.
            (State::Indeterminate { .. }, []) => {
                matches!(old, State::Claimed { unknown: true, .. }) && !begun
            }
            (State::Absent | State::Checkpoint { .. }, []) => !begun,
            // A recovery that cannot tell leaves the outcome as unknown as it was.
            (State::Indeterminate { .. }, [AuditEvent::Released]) => self.policy == Policy::Recover,
            _ => false,
        };
        if fits { Ok(()) } else { Err(format!("the audit has {events:?} for {new:?}")) }
    }

    /// An entry is appended beside no record.
    pub(crate) fn appended(&mut self, id: RecordId, draft: &AuditDraft) {
        let known = self.witness.ids.contains(&id);
        let fits = matches!(draft.event, AuditEvent::Overtaken | AuditEvent::Released);
        if !self.is_audited || !known || !fits {
            self.violated(format_args!("an entry is appended that reports nothing: {draft:?}"));
        }
    }
}

impl Witness {
    fn execution_under(&self, token: FencingToken) -> Option<usize> {
        self.claims.iter().find(|claim| claim.token == token)?.execution
    }

    /// Returns the execution whose outcome is stored. Without a response it is the one that its location names, or the last
    /// one that answered so in this process.
    fn execution_of(&self, outcome: &StoredOutcome, key: usize, writer: Writer) -> Option<usize> {
        match outcome {
            StoredOutcome::Response(response) => super::responses::execution_in(&response.body),
            StoredOutcome::Tombstone(Tombstone { location: Some(location), .. }) => {
                location.to_str().ok()?.strip_prefix("/charges/")?.parse().ok()
            }
            StoredOutcome::Tombstone(Tombstone { status, location: None, .. }) => {
                self.executions.iter().rposition(|one| {
                    one.key == key
                        && (one.process, one.incarnation) == writer
                        && one.end == Some(End::Answered(status.as_u16()))
                })
            }
            StoredOutcome::Reference { .. } => None,
        }
    }
}

fn owner(state: &State) -> Option<FencingToken> {
    match state {
        State::Claimed { token, .. } | State::Indeterminate { token, .. } => Some(*token),
        State::Absent | State::Checkpoint { .. } | State::Completed { .. } => None,
    }
}
