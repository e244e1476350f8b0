use super::fingerprint::compare;
use super::vault::{Record, Vault};
use std::fmt;
use std::time::Duration;
use steadfast_engine::{
    Action, AuditDraft, Change, Event, FencingToken, Fingerprint, Keep, Match, RecordId, Revision, State,
    StoreError, StoredOutcome, Swap, Transition, step,
};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The claim of an execution: the one place that writes its record while it runs.
///
/// Renewals, steps and the completion of an execution follow one another, and each knows the revision that the one
/// before it has left.
pub(crate) struct Claim {
    vault: Vault,
    id: RecordId,
    token: FencingToken,
    lease: Duration,
    fingerprint: Fingerprint,
    record: Mutex<Written>,
}

/// The record as the claim has written or read it last.
struct Written {
    state: State,
    revision: Option<Revision>,
    /// When that was, by the clock of this process. It only tells how long the execution runs.
    at: Instant,
    /// The age that the record had then.
    age: Duration,
    /// What a write of this claim has left, if it took effect although the store failed.
    unsure: Option<State>,
}

/// Builds the entries of the audit log that go with a change: of the state before it, and the action that it leads to.
pub(super) type AuditFor<'a> = dyn Fn(&State, &Action) -> Option<AuditDraft> + Send + Sync + 'a;

impl Claim {
    /// The claim that was written as `record`, or that may be there.
    pub(super) fn new(
        vault: Vault,
        id: RecordId,
        token: FencingToken,
        lease: Duration,
        fingerprint: Fingerprint,
        record: Record,
    ) -> Self {
        Self { vault, id, token, lease, fingerprint, record: Mutex::new(Written::from(record)) }
    }

    pub(super) fn id(&self) -> RecordId {
        self.id
    }

    /// Extends the lease. Returns `false` if another execution has taken over.
    pub(crate) async fn renew(&self) -> Result<bool, StoreError> {
        let event = Event::Renew { token: self.token, lease: self.lease };
        Ok(self.apply(&event, &|_, _| None).await? == Action::Applied)
    }

    /// Extends the lease before a handler begins that was claimed long ago. Returns `false` if another execution has taken
    /// over.
    ///
    /// # Errors
    /// Those of the store; or that its reply took as long as a lease, so that another one may have taken over meanwhile.
    pub(crate) async fn renew_to_begin(&self) -> Result<bool, StoreError> {
        let asked = Instant::now();
        let is_renewed = self.renew().await?;
        if is_renewed && self.lease <= asked.elapsed() {
            return Err(StoreError::unavailable("a reply takes as long as a lease"));
        }
        Ok(is_renewed)
    }

    /// Records a step of the execution.
    pub(super) async fn step(
        &self,
        index: usize,
        step: steadfast_engine::Step,
    ) -> Result<Action, StoreError> {
        let event = Event::Step { token: self.token, index, step, lease: self.lease };
        self.apply(&event, &|_, _| None).await
    }

    pub(super) fn token(&self) -> FencingToken {
        self.token
    }

    /// Returns the request of the execution.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Releases the claim of an execution that has not begun.
    pub(super) async fn release_now(&self) -> Result<(), StoreError> {
        self.apply(&self.release(), &|_, _| None).await.map(drop)
    }

    /// Applies an event to the record, with the audit entry that goes with the change.
    ///
    /// # Errors
    /// Those of the store, after which it is not known whether the event took effect. Applying it once more is right: an
    /// event that finds its own result has succeeded.
    pub(super) async fn apply(&self, event: &Event, audit: &AuditFor<'_>) -> Result<Action, StoreError> {
        let mut record = self.record.lock().await;
        apply(&self.vault, self.id, &mut record, event, audit).await
    }

    /// Returns the event that frees the operation for a retry.
    pub(super) fn release(&self) -> Event {
        Event::Release { token: self.token }
    }
}

/// Takes a step of a record and writes it; again with what is there, if somebody else wrote meanwhile.
async fn apply(
    vault: &Vault,
    id: RecordId,
    record: &mut Written,
    event: &Event,
    audit: &AuditFor<'_>,
) -> Result<Action, StoreError> {
    loop {
        let age = record.age.saturating_add(record.at.elapsed());
        let Transition { change, action } = step(&record.state, age, compared(event.clone(), &record.state));
        let next = match change {
            Change::Keep => return Ok(action),
            Change::Put(state) => state,
            Change::Remove => State::Absent,
        };
        let entry = vault.encode(id, &next)?;
        let audit = vault.seal(id, audit(&record.state, &action))?;
        match vault.store.swap(id, record.revision.clone(), entry, audit).await {
            Ok(Swap::Done(revision)) => {
                *record = Written::from(Record { state: next, age: Duration::ZERO, revision });
                return Ok(action);
            }
            Ok(Swap::Conflict) => {
                let found = vault.load(id).await?;
                // An earlier attempt took effect, and its reply was lost. Without one it is somebody else's.
                let is_own = next != State::Absent && record.unsure.as_ref() == Some(&next);
                *record = found.into();
                if is_own && record.state == next {
                    return Ok(action);
                }
            }
            Err(error) => {
                record.unsure = Some(next);
                return Err(error);
            }
        }
    }
}

/// Releases a claim of which it is not known whether it was written.
pub(super) async fn release_unseen(
    vault: &Vault,
    id: RecordId,
    token: FencingToken,
) -> Result<(), StoreError> {
    let mut record = Written::from(vault.load(id).await?);
    apply(vault, id, &mut record, &Event::Release { token }, &|_, _| None).await.map(drop)
}

/// Settles an operation for an operator, whatever its request was.
pub(super) async fn settle(
    vault: &Vault,
    id: RecordId,
    event: &Event,
    entry: Option<&AuditDraft>,
) -> Result<Action, StoreError> {
    let mut record = Written::from(vault.load(id).await?);
    apply(vault, id, &mut record, event, &|before, _| entry_for(entry, before)).await
}

/// Returns the entry of the audit log that goes with a change, with the time at which the execution began.
pub(super) fn entry_for(entry: Option<&AuditDraft>, before: &State) -> Option<AuditDraft> {
    entry.map(|entry| AuditDraft { began_at: before.began_at(), ..entry.clone() })
}

/// Returns the event that records a final outcome. [`Claim::apply`], and whoever else takes the step, compares the request
/// with that of the record.
pub(super) fn complete(
    vault: &Vault,
    token: FencingToken,
    fingerprint: Fingerprint,
    outcome: StoredOutcome,
    keep: Keep,
) -> Event {
    let expires_at = vault.expires_at(keep);
    Event::Complete { token, matched: Match::Same, fingerprint, outcome, keep, expires_at }
}

/// Returns the event that marks the outcome of an operation as not known.
pub(super) fn mark_lost(vault: &Vault, token: FencingToken, fingerprint: Fingerprint) -> Event {
    Event::MarkLost { token, matched: Match::Same, fingerprint, now: vault.now() }
}

/// Compares the execution's request with that of the record, where an event asks for it. They are the same, unless an
/// operator freed the key and it was used for another one.
pub(super) fn compared(mut event: Event, state: &State) -> Event {
    if let Event::Complete { matched, fingerprint, .. } | Event::MarkLost { matched, fingerprint, .. } =
        &mut event
    {
        *matched = state.fingerprint().map_or(Match::Same, |recorded| compare(fingerprint, recorded));
    }
    event
}

impl From<Record> for Written {
    fn from(Record { state, age, revision }: Record) -> Self {
        Self { state, revision, at: Instant::now(), age, unsure: None }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Claim").field(&self.id).finish()
    }
}
