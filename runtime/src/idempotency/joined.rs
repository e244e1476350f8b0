use super::audit::{AuditDraft, Subject};
use super::capture::{self, Captured, Ended as Handler};
use super::drain::Permit;
use super::engine::{Action, Event, Keep, OnLost};
use super::execution::Ended;
use super::fingerprint::Asked;
use super::in_flight::Entered;
use super::record::{Kept, RecordId, Token};
use super::report;
use super::rules::Rules;
use super::store::{self, Store, StoreError, Transaction};
use super::tx::{Joint, Slot};
use crate::endpoint::{Answer, decided};
use axum::response::Response;
use std::sync::Arc;
use steadfast_core::Date;

/// An operation whose record is committed with the handler's own writes. It claims nothing: until the commit there is
/// nothing that anybody else could see, and a crash leaves nothing behind.
pub(super) struct JoinedExecution {
    pub(super) store: Arc<dyn Store>,
    pub(super) rules: Arc<Rules>,
    /// Which record; `None` if there is to be none.
    pub(super) id: Option<RecordId>,
    pub(super) token: Token,
    pub(super) asked: Asked,
    pub(super) version: Option<Date>,
    pub(super) subject: Option<Arc<Subject>>,
    pub(super) joint: Joint,
    pub(super) entered: Option<Entered>,
    pub(super) permit: Permit,
}

impl JoinedExecution {
    pub(super) async fn run(self, handler: impl Future<Output = Answer>) -> Ended {
        let captured = capture::run(handler, &self.rules, self.version).await;
        let transaction = match self.joint.take() {
            Some(Slot::Unused) => None,
            Some(Slot::Open(transaction)) => Some(transaction),
            Some(Slot::Overtaken(action)) => return Ended::Overtaken(action),
            Some(Slot::Failed(error)) => return Ended::StoreFailed(error),
            None => {
                report::misused("the handler returned and kept its `Tx`");
                self.released(None).await;
                return Ended::Failed;
            }
        };
        let ended = if let Some(captured) = captured {
            self.end(transaction, captured).await
        } else {
            report::panicked(&self.rules.operation);
            self.roll_back(transaction).await;
            // Its writes are undone, and what it did elsewhere is as lost as with its process.
            if self.rules.on_lost == OnLost::Reexecute {
                self.released(None).await;
            } else {
                self.lose(None).await;
            }
            Ended::Failed
        };
        // Only now may a twin look, or a drain be over.
        drop((self.entered, self.permit));
        ended
    }

    /// Ends the transaction as the answer says.
    async fn end(&self, transaction: Option<Box<dyn Transaction>>, captured: Captured) -> Ended {
        let Captured { response, ended } = captured;
        match ended {
            Handler::Final { outcome, ttl } => {
                let keep = Keep { ttl: ttl.unwrap_or(self.rules.keep.ttl), ..self.rules.keep };
                self.record(transaction, outcome, keep, response).await
            }
            Handler::Retryable | Handler::Unwritten { .. } => {
                self.roll_back(transaction).await;
                self.released(Some(&response)).await;
                Ended::Answered(response)
            }
            Handler::Unknown => {
                self.roll_back(transaction).await;
                self.lose(Some(&response)).await;
                Ended::Answered(response)
            }
        }
    }

    async fn record(
        &self,
        transaction: Option<Box<dyn Transaction>>,
        outcome: Kept,
        keep: Keep,
        response: Response,
    ) -> Ended {
        let status = decided(&response);
        let refused = !(status.is_success() || status.is_redirection());
        let transaction = if refused {
            self.roll_back(transaction).await;
            None
        } else {
            transaction
        };
        let (token, asked) = (self.token, self.asked.clone());
        let complete = Event::Complete { token, asked, outcome: outcome.clone(), keep };
        let draft = self.draft(&complete, Some(&response));
        match self.commit(transaction, complete, draft).await {
            Ok(Action::Done) => Ended::Answered(response),
            Ok(found) => Ended::Overtaken(found),
            Err(failure) => {
                self.report(failure.error());
                match failure {
                    // Nothing was done, and the client hears that; only that a retry is refused again is not sure.
                    _ if refused => Ended::Answered(response),
                    Failure::Before(error) => Ended::StoreFailed(error),
                    Failure::Commit(_) => match self.read_back().await {
                        Some(Action::Replay { outcome: found, .. }) if found == outcome => {
                            Ended::Answered(response)
                        }
                        Some(found @ Action::Replay { .. }) => Ended::Overtaken(found),
                        _ => Ended::Unknown,
                    },
                }
            }
        }
    }

    /// Records that nobody knows how the operation ended.
    fn lose(&self, answer: Option<&Response>) -> impl Future<Output = ()> + Send + '_ {
        let (token, asked, version) = (self.token, self.asked.clone(), self.version);
        let event = Event::Lose { token, asked, version };
        let draft = self.draft(&event, answer);
        async move {
            if let Err(failure) = self.commit(None, event, draft).await {
                self.report(failure.error());
            }
        }
    }

    /// Tells the audit trail that a retry runs again. There is no record that this could stand beside.
    fn released(&self, answer: Option<&Response>) -> impl Future<Output = ()> + Send + '_ {
        let draft = self.draft(&Event::Release { token: self.token }, answer);
        async move {
            if let (Some(draft), Some(id)) = (draft, self.id)
                && let Err(error) = store::append(&*self.store, id, *draft).await
            {
                report::store_failed(&self.rules.operation, &error);
            }
        }
    }

    /// What the audit trail is to say of the event by which the execution ends with this answer.
    // Not in a future: what holds a response by reference cannot go from thread to thread.
    fn draft(&self, event: &Event, answer: Option<&Response>) -> Option<Box<AuditDraft>> {
        self.subject.as_ref().map(|subject| Box::new(subject.ended(event, answer)))
    }

    fn report(&self, error: &StoreError) {
        match self.id {
            Some(id) => report::settling_failed(&self.rules.operation, id, error),
            None => report::store_failed(&self.rules.operation, error),
        }
    }

    /// Applies an event to the record and commits, in the handler's transaction or in one of its own.
    async fn commit(
        &self,
        transaction: Option<Box<dyn Transaction>>,
        event: Event,
        draft: Option<Box<AuditDraft>>,
    ) -> Result<Action, Failure> {
        let mut transaction = match (transaction, self.id) {
            (Some(transaction), _) => transaction,
            (None, Some(_)) => self.begin().await.map_err(Failure::Before)?,
            // Nothing was written, and nothing is to be.
            (None, None) => return Ok(Action::Done),
        };
        let applied = match self.id {
            Some(id) => apply(&mut *transaction, id, event, draft).await,
            None => Ok(Action::Done),
        };
        match applied {
            Ok(Action::Done) => match transaction.commit().await {
                Ok(()) => Ok(Action::Done),
                Err(error @ StoreError::RolledBack(_)) => Err(Failure::Before(error)),
                Err(error) => Err(Failure::Commit(error)),
            },
            Ok(found) => {
                self.roll_back(Some(transaction)).await;
                Ok(found)
            }
            Err(error) => {
                self.roll_back(Some(transaction)).await;
                Err(Failure::Before(error))
            }
        }
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let database = self.store.transactions().ok_or_else(StoreError::without_transactions)?;
        database.begin().await
    }

    /// What a commit that failed has left. A record is proof of the handler's writes: it cannot be there without them.
    async fn read_back(&self) -> Option<Action> {
        let look = Event::Look { asked: self.asked.clone() };
        self.store.transactions()?.look(self.id?, look).await.ok()
    }

    async fn roll_back(&self, transaction: Option<Box<dyn Transaction>>) {
        if let Some(transaction) = transaction
            && let Err(error) = transaction.rollback().await
        {
            // The database does so by itself when the connection is gone.
            report::store_failed(&self.rules.operation, &error);
        }
    }
}

/// Applies an event to the record, and appends the entry that goes with it if it takes effect.
async fn apply(
    transaction: &mut dyn Transaction,
    id: RecordId,
    event: Event,
    draft: Option<Box<AuditDraft>>,
) -> Result<Action, StoreError> {
    let action = transaction.apply(id, event).await?;
    if let (Action::Done, Some(draft)) = (&action, draft) {
        transaction.append(id, *draft).await?;
    }
    Ok(action)
}

enum Failure {
    /// Before the commit: nothing took effect.
    Before(StoreError),
    /// In the commit, which may have taken effect.
    Commit(StoreError),
}

impl Failure {
    fn error(&self) -> &StoreError {
        match self {
            Self::Before(error) | Self::Commit(error) => error,
        }
    }
}
