//! Claiming an operation.

use super::request::IdempotentRequest;
use crate::idempotency::audit::AuditContext;
use crate::idempotency::claim::{Claim, release_unseen};
use crate::idempotency::config::Rules;
use crate::idempotency::fingerprint::RequestFingerprint;
use crate::idempotency::lookup;
use crate::idempotency::shutdown::Permit;
use crate::idempotency::telemetry;
use crate::idempotency::vault::{Record, Vault};
use crate::idempotency_policy::OnLost;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use steadfast_engine::{
    Action, BoxFuture, Change, CompletedSteps, Event, FencingToken, Match, RecordId, Request, State,
    StoreError, Swap, Transition, step,
};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The result of asking for a claim.
pub(super) enum Acquired {
    /// The operation is claimed.
    Claim {
        claim: Arc<Claim>,
        steps: CompletedSteps,
        /// When an execution began whose outcome is to be found out first, in milliseconds since the Unix epoch.
        lost_since: Option<u64>,
    },
    /// It is not: this was found.
    Found(Action),
}

/// A claim that is being asked for. It goes on when the client goes, so that it is known whether the claim was made; then
/// it is released.
pub(super) struct Acquire {
    asking: Option<BoxFuture<'static, Result<Acquired, StoreError>>>,
    rules: Arc<Rules>,
    drain: Option<TaskTrackerToken>,
}

impl Acquire {
    pub(super) fn new(
        vault: &Vault,
        request: &IdempotentRequest,
        token: FencingToken,
        permit: &Permit,
    ) -> Self {
        let asking = Asking {
            vault: vault.clone(),
            id: request.id,
            rules: Arc::clone(&request.rules),
            fingerprint: Arc::clone(&request.fingerprint),
            audit: request.audit.clone(),
            token,
        };
        Self {
            asking: Some(Box::pin(asking.ask())),
            rules: Arc::clone(&request.rules),
            drain: Some(permit.follow_up()),
        }
    }
}

#[cfg(test)]
impl Acquire {
    /// Returns the size of the future that asks for the claim.
    pub(super) fn size(&self) -> usize {
        self.asking.as_ref().map_or(0, |asking| size_of_val(&**asking))
    }
}

impl Future for Acquire {
    type Output = Result<Acquired, StoreError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(asking) = &mut self.asking else { return Poll::Pending };
        let polled = asking.as_mut().poll(cx);
        if polled.is_ready() {
            self.asking = None;
        }
        polled
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        // Without a runtime nobody could do it: the lease ends the claim.
        if let Some(asking) = self.asking.take()
            && let Ok(runtime) = Handle::try_current()
        {
            let (rules, drain) = (Arc::clone(&self.rules), self.drain.take());
            runtime.spawn(async move {
                if let Ok(Acquired::Claim { claim, .. }) = asking.await
                    && let Err(error) = claim.release_now().await
                {
                    telemetry::store_failed(&rules.operation, &error);
                }
                drop(drain);
            });
        }
    }
}

struct Asking {
    vault: Vault,
    id: RecordId,
    rules: Arc<Rules>,
    fingerprint: Arc<RequestFingerprint>,
    audit: Option<Arc<AuditContext>>,
    token: FencingToken,
}

impl Asking {
    // What happens seldom is boxed: a claim and a replay need none of it.
    async fn ask(self) -> Result<Acquired, StoreError> {
        match self.try_ask().await {
            Err(error) if may_have_written(&error) => {
                Box::pin(self.release_unseen()).await;
                Err(error)
            }
            asked => asked,
        }
    }

    async fn try_ask(&self) -> Result<Acquired, StoreError> {
        let mut looked_up = if self.fingerprint.is_large() { Box::pin(self.look_up()).await? } else { None };
        let mut asked;
        let acquired = loop {
            asked = Instant::now();
            let record = match looked_up.take() {
                Some(record) => *record,
                None => match self.find_or_insert().await? {
                    Ok(claimed) => break claimed,
                    Err(record) => record,
                },
            };
            let (record, matched) = Box::pin(self.compare(record)).await;
            if !self.takes(&record, matched) {
                let event = Event::Peek { matched };
                return Ok(Acquired::Found(step(&record.state, record.age, event).action));
            }
            if let Some(prepared) = self.fingerprint.prepare() {
                prepared.await;
            }
            // If somebody else has written meanwhile, what they have left is looked up.
            if let Some(acquired) = Box::pin(self.take(record, matched)).await? {
                break acquired;
            }
        };
        if self.rules.lease <= asked.elapsed() {
            return Box::pin(self.begin_late(acquired)).await;
        }
        Ok(acquired)
    }

    /// Takes the step of the request in the record, unless somebody else has written it meanwhile.
    async fn take(&self, record: Record, matched: Match) -> Result<Option<Acquired>, StoreError> {
        let Transition { change, action } =
            step(&record.state, record.age, Event::Request(self.request(matched)));
        let Change::Put(state) = change else {
            // The claim is there already: a reply of the store was lost on its way to its own client. How long ago that was
            // is not known here.
            return Ok(Some(self.begin_late(self.acquired(action, record)).await?));
        };
        if matches!(action, Action::Execute { .. } | Action::Recover { .. }) {
            self.vault.store.check_room()?;
        }
        let entry = self.vault.encode(self.id, &state)?;
        // An execution that gave no sign of life until its lease was over.
        let lost = self.audit.as_ref().filter(|_| matches!(record.state, State::Claimed { .. }));
        let audit = self.vault.seal(self.id, lost.map(|audit| audit.lost(&record.state)))?;
        Ok(match self.vault.store.swap(self.id, record.revision, entry, audit).await? {
            Swap::Done(revision) => {
                Some(self.acquired(action, Record { state, age: Duration::ZERO, revision }))
            }
            Swap::Conflict => None,
        })
    }

    /// Renews a claim whose reply was long under way: it may have lapsed, and another execution have taken its place.
    /// Returns what that one has left if so.
    async fn begin_late(&self, acquired: Acquired) -> Result<Acquired, StoreError> {
        let Acquired::Claim { claim, .. } = &acquired else { return Ok(acquired) };
        if claim.renew_to_begin().await? {
            return Ok(acquired);
        }
        let record = self.vault.load(self.id).await?;
        Ok(Acquired::Found(match lookup::peek(&self.fingerprint, &record) {
            Action::NotFound => Action::InProgress { retry_after: 1 },
            found => found,
        }))
    }

    /// Releases the claim, which may have been made although the store failed: only its reply may have been lost.
    async fn release_unseen(&self) {
        if let Err(error) = release_unseen(&self.vault, self.id, self.token).await {
            telemetry::store_failed(&self.rules.operation, &error);
        }
    }

    /// Looks before it claims, where it takes long to make the fingerprint: a store may ask for a claim under a lock.
    async fn look_up(&self) -> Result<Option<Box<Record>>, StoreError> {
        let record = self.vault.load(self.id).await?;
        if record.state != State::Absent {
            return Ok(Some(Box::new(record)));
        }
        if let Some(prepared) = self.fingerprint.prepare() {
            prepared.await;
        }
        Ok(None)
    }

    async fn compare(&self, record: Record) -> (Record, Match) {
        let compared = self.fingerprint.read(move |request| {
            let matched = lookup::compare(request, &record);
            (record, matched)
        });
        compared.await
    }

    /// Returns the claim, if nothing was there; else what was.
    async fn find_or_insert(&self) -> Result<Result<Acquired, Record>, StoreError> {
        let mut claimed = None;
        let mut claim = || {
            let event = Event::Request(self.request(Match::Same));
            let Change::Put(state) = step(&State::Absent, Duration::ZERO, event).change else {
                return Err(StoreError::unavailable(
                    "a request did not claim an operation that is not there",
                ));
            };
            let entry = self.vault.encode(self.id, &state)?;
            claimed = Some(state);
            entry.ok_or_else(|| StoreError::unavailable("a claim has no record"))
        };
        let found = self.vault.store.find_or_insert(self.id, &mut claim).await?;
        if found.inserted
            && let Some(state) = claimed
        {
            let record = Record { state, age: Duration::ZERO, revision: Some(found.revision) };
            return Ok(Ok(self.acquired(Action::EXECUTE, record)));
        }
        Ok(Err(self.vault.decode(self.id, Some(found))?))
    }

    /// Returns `true` if the request may change the record, so that its fingerprint is needed.
    fn takes(&self, record: &Record, matched: Match) -> bool {
        let is_own = matches!(record.state, State::Claimed { token, .. } if token == self.token);
        is_own
            || match step(&record.state, record.age, Event::Peek { matched }).action {
                Action::NotFound => true,
                Action::Unknown { .. } => self.rules.on_lost == OnLost::Recover,
                _ => false,
            }
    }

    fn request(&self, matched: Match) -> Request {
        let Self { vault, rules, fingerprint, token, .. } = self;
        let (lease, on_lost, now) = (rules.lease, engine_rule(rules.on_lost), vault.now());
        Request { matched, fingerprint: fingerprint.fingerprint(), token: *token, lease, on_lost, now }
    }

    fn claim(&self, record: Record) -> Claim {
        let Self { vault, id, token, rules, fingerprint, .. } = self;
        let fingerprint = match record.state.fingerprint() {
            Some(fingerprint) => *fingerprint,
            None => fingerprint.fingerprint(),
        };
        Claim::new(vault.clone(), *id, *token, rules.lease, fingerprint, record)
    }

    fn acquired(&self, action: Action, record: Record) -> Acquired {
        let (steps, lost_since) = match action {
            Action::Execute { steps } => (steps, None),
            Action::Recover { since, steps } => (steps, Some(since)),
            action => return Acquired::Found(action),
        };
        Acquired::Claim { claim: Arc::new(self.claim(record)), steps, lost_since }
    }
}

/// Returns `false` if a store that fails so has certainly not written a claim.
fn may_have_written(error: &StoreError) -> bool {
    !matches!(error, StoreError::Full | StoreError::Unreadable { .. })
}

/// Returns the engine's word for what the attribute says.
fn engine_rule(on_lost: OnLost) -> steadfast_engine::OnLost {
    match on_lost {
        OnLost::Reexecute => steadfast_engine::OnLost::Reexecute,
        OnLost::Hold => steadfast_engine::OnLost::Hold,
        OnLost::Recover => steadfast_engine::OnLost::Recover,
    }
}
