use super::KeyRing;
use crate::idempotency::audit::{AuditDraft, AuditFilter, AuditRow, readable};
use crate::idempotency::engine::{Action, Event, Request};
use crate::idempotency::fingerprint::Asked;
use crate::idempotency::record::{Kept, RecordId, Token};
use crate::idempotency::store::{AuditStore, BoxFuture, Store, StoreError, Transaction, Transactions};
use std::any::Any;
use std::sync::Arc;

/// A store of sealed things as a store of plain ones.
pub(in crate::idempotency) struct SealedStore {
    inner: Arc<dyn Store>,
    keys: KeyRing,
}

impl SealedStore {
    pub(in crate::idempotency) fn new(inner: Arc<dyn Store>, keys: KeyRing) -> Self {
        Self { inner, keys }
    }

    /// What the store answers to an event, opened.
    async fn opened<'a>(
        &'a self,
        id: RecordId,
        event: Event,
        apply: impl FnOnce(Event) -> Result<BoxFuture<'a, Result<Action, StoreError>>, StoreError>,
    ) -> Result<Action, StoreError> {
        let opening = Opening::of(id, &event);
        let action = apply(self.keys.seal_event(id, event)?)?.await?;
        let claimed = opening.claimed(&action);
        match opening.open(&self.keys, action) {
            Ok(Action::Incomparable) => match self.inner.apply(id, Event::Status).await {
                Ok(found) => self.keys.explain(&found),
                Err(_) => Ok(Action::Incomparable),
            },
            Err(error) => {
                // What was claimed and cannot be gone on with is given back, with the steps it has. Should this fail,
                // whoever asked does so too.
                if let Some(token) = claimed {
                    let _ = self.inner.apply(id, Event::Release { token }).await;
                }
                Err(error)
            }
            opened => opened,
        }
    }

    fn trail(&self) -> Result<&dyn AuditStore, StoreError> {
        self.inner.audit().ok_or_else(StoreError::without_audit)
    }

    fn database(&self) -> Result<&dyn Transactions, StoreError> {
        self.inner.transactions().ok_or_else(StoreError::without_transactions)
    }
}

impl Store for SealedStore {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(self.opened(id, event, move |event| Ok(self.inner.apply(id, event))))
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        self.inner.transactions().map(|_| self as &dyn Transactions)
    }

    fn audit(&self) -> Option<&dyn AuditStore> {
        self.inner.audit().map(|_| self as &dyn AuditStore)
    }
}

impl AuditStore for SealedStore {
    fn apply_audited(
        &self,
        id: RecordId,
        event: Event,
        draft: AuditDraft,
    ) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let draft = self.keys.seal_draft(id, draft)?;
            self.opened(id, event, |event| Ok(self.trail()?.apply_audited(id, event, draft))).await
        })
    }

    fn append(&self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.trail()?.append(id, self.keys.seal_draft(id, draft)?).await })
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        Box::pin(async move {
            let rows = self.trail()?.read(filter, limit).await?;
            readable(rows.into_iter().map(|row| self.keys.open_row(row)))
        })
    }
}

impl Transactions for SealedStore {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let opening = Opening::of(id, &event);
            let action = self.database()?.look(id, event).await?;
            match opening.open(&self.keys, action)? {
                Action::Incomparable => match self.database()?.look(id, Event::Status).await {
                    Ok(found) => self.keys.explain(&found),
                    Err(_) => Ok(Action::Incomparable),
                },
                opened => Ok(opened),
            }
        })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>> {
        Box::pin(async move {
            let inner = self.database()?.begin().await?;
            Ok(Box::new(SealedTransaction { inner, keys: self.keys.clone() }) as Box<dyn Transaction>)
        })
    }
}

struct SealedTransaction {
    inner: Box<dyn Transaction>,
    keys: KeyRing,
}

impl Transaction for SealedTransaction {
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let opening = Opening::of(id, &event);
            let action = self.inner.apply(id, self.keys.seal_event(id, event)?).await?;
            opening.open(&self.keys, action)
        })
    }

    fn append(&mut self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.inner.append(id, self.keys.seal_draft(id, draft)?).await })
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.commit()
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.rollback()
    }
}

/// The transaction of the store itself: what a handler's statements run in.
pub(in crate::idempotency) fn joined<'a>(
    transaction: &'a mut (dyn Transaction + 'static),
) -> Option<&'a mut dyn Any> {
    let transaction: &mut dyn Any = transaction;
    if transaction.is::<SealedTransaction>() {
        return joined(&mut *transaction.downcast_mut::<SealedTransaction>()?.inner);
    }
    Some(transaction)
}

/// What it takes to open the answer to an event.
struct Opening {
    id: RecordId,
    /// What is asked for, if that is compared with what the record is for.
    asked: Option<Asked>,
    /// Under which token the event may claim the operation.
    claims: Option<Token>,
}

impl Opening {
    fn of(id: RecordId, event: &Event) -> Self {
        let (asked, claims) = match event {
            Event::Request(Request { asked, token, .. }) => (Some(asked), Some(*token)),
            Event::Look { asked } | Event::Complete { asked, .. } | Event::Lose { asked, .. } => {
                (Some(asked), None)
            }
            Event::Status
            | Event::Release { .. }
            | Event::Renew { .. }
            | Event::Step { .. }
            | Event::Settle { .. } => (None, None),
        };
        Self { id, asked: asked.cloned(), claims }
    }

    /// Under which token the answer has claimed the operation.
    fn claimed(&self, action: &Action) -> Option<Token> {
        self.claims.filter(|_| matches!(action, Action::Execute { .. } | Action::Recover { .. }))
    }

    fn open(&self, keys: &KeyRing, action: Action) -> Result<Action, StoreError> {
        Ok(match action {
            Action::Replay { outcome, expires_at } => {
                Action::Replay { outcome: keys.open(self.id, self.asked.as_ref(), outcome)?, expires_at }
            }
            Action::Execute { steps } => Action::Execute { steps: keys.open_steps(self.id, &steps)? },
            Action::Recover { since, steps } => {
                Action::Recover { since, steps: keys.open_steps(self.id, &steps)? }
            }
            action @ (Action::InProgress { .. }
            | Action::Unknown { .. }
            | Action::Mismatch { .. }
            | Action::Expired
            | Action::Incomparable
            | Action::Missing
            | Action::Done
            | Action::Lost) => action,
        })
    }
}

impl KeyRing {
    /// Why a record cannot be compared: fingerprints are keyed by the ring too, and the key that is missing for them is
    /// told by what it has sealed.
    fn explain(&self, found: &Action) -> Result<Action, StoreError> {
        if let Action::Replay { outcome: Kept::Sealed { sealed, .. }, .. } = found {
            self.key_of(sealed)?;
        }
        Ok(Action::Incomparable)
    }

    fn seal_event(&self, id: RecordId, event: Event) -> Result<Event, StoreError> {
        Ok(match event {
            Event::Complete { token, asked, outcome, keep } => {
                let outcome = self.seal(id, outcome, Some(&asked.fingerprint()))?;
                Event::Complete { token, asked, outcome, keep }
            }
            Event::Step { token, index, step, lease } => {
                Event::Step { token, index, step: self.seal_step(id, index, step)?, lease }
            }
            Event::Settle { outcome: Some((outcome, keep)) } => {
                Event::Settle { outcome: Some((self.seal(id, outcome, None)?, keep)) }
            }
            event @ (Event::Request(_)
            | Event::Look { .. }
            | Event::Status
            | Event::Release { .. }
            | Event::Lose { .. }
            | Event::Renew { .. }
            | Event::Settle { outcome: None }) => event,
        })
    }
}
