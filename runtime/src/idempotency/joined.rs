use super::capture::{self, Captured};
use super::drain::Permit;
use super::engine::{Action, Event};
use super::execution::Ended;
use super::in_flight::Entered;
use super::policy::IdempotentPolicy;
use super::record::{Fingerprint, Outcome, RecordId, Token};
use super::report;
use super::store::{Store, StoreError, Transaction};
use super::tx::{Joint, Slot};
use crate::endpoint::{Answer, decided};
use axum::response::Response;
use std::sync::Arc;
use steadfast_core::Date;

/// An operation whose record is committed with the handler's own writes. It claims nothing: until the commit there is
/// nothing that anybody else could see, and a crash leaves nothing behind.
pub(super) struct JoinedExecution {
    pub(super) store: Arc<dyn Store>,
    pub(super) policy: &'static IdempotentPolicy,
    pub(super) id: RecordId,
    pub(super) token: Token,
    pub(super) fingerprint: Fingerprint,
    pub(super) version: Option<Date>,
    pub(super) joint: Joint,
    pub(super) entered: Entered,
    pub(super) permit: Permit,
}

impl JoinedExecution {
    pub(super) async fn run(self, handler: impl Future<Output = Answer>) -> Ended {
        let captured = capture::run(handler, self.version).await;
        let transaction = match self.joint.take() {
            Some(Slot::Unused) => None,
            Some(Slot::Open(transaction)) => Some(transaction),
            Some(Slot::Overtaken(action)) => return Ended::Overtaken(action),
            Some(Slot::Failed(error)) => return Ended::StoreFailed(error),
            None => {
                report::misused("the handler returned and kept its `Tx`");
                return Ended::Failed;
            }
        };
        let ended = match captured {
            Some(Captured::Final { outcome, response }) => self.record(transaction, outcome, response).await,
            Some(Captured::Retryable(response) | Captured::Unwritten { response, .. }) => {
                self.roll_back(transaction).await;
                Ended::Answered(response)
            }
            None => {
                report::panicked(self.policy.operation);
                self.roll_back(transaction).await;
                Ended::Failed
            }
        };
        // Only now may a twin look, or a drain be over.
        drop((self.entered, self.permit));
        ended
    }

    async fn record(
        &self,
        transaction: Option<Box<dyn Transaction>>,
        outcome: Outcome,
        response: Response,
    ) -> Ended {
        let refused = decided(&response).is_client_error();
        match self.commit(transaction, refused, &outcome).await {
            Ok(Action::Done) => Ended::Answered(response),
            Ok(found) => Ended::Overtaken(found),
            Err(failure) => {
                report::settling_failed(self.policy.operation, self.id, failure.error());
                match failure {
                    // Nothing was done, and the client hears that; only that a retry is refused again is not sure.
                    _ if refused => Ended::Answered(response),
                    Failure::Before(error) => Ended::StoreFailed(error),
                    Failure::Commit(_) => match self.read_back().await {
                        Some(Action::Replay(found)) if found == outcome => Ended::Answered(response),
                        Some(found @ Action::Replay(_)) => Ended::Overtaken(found),
                        _ => Ended::Unknown,
                    },
                }
            }
        }
    }

    /// Writes the record and commits; with the handler's writes, or without them if it `refused`.
    async fn commit(
        &self,
        transaction: Option<Box<dyn Transaction>>,
        refused: bool,
        outcome: &Outcome,
    ) -> Result<Action, Failure> {
        let mut transaction = match transaction {
            Some(transaction) if !refused => transaction,
            other => {
                self.roll_back(other).await;
                self.begin().await.map_err(Failure::Before)?
            }
        };
        let Self { id, token, fingerprint, .. } = *self;
        let event = Event::Complete { token, fingerprint, outcome: outcome.clone(), ttl: self.policy.ttl };
        match transaction.apply(id, event).await {
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
        let database = self
            .store
            .transactions()
            .ok_or_else(|| StoreError::unavailable("the store has no transactions"))?;
        database.begin().await
    }

    /// What a commit that failed has left. A record is proof of the handler's writes: it cannot be there without them.
    async fn read_back(&self) -> Option<Action> {
        let look = Event::Look { fingerprint: self.fingerprint };
        self.store.transactions()?.look(self.id, look).await.ok()
    }

    async fn roll_back(&self, transaction: Option<Box<dyn Transaction>>) {
        if let Some(transaction) = transaction
            && let Err(error) = transaction.rollback().await
        {
            // The database does so by itself when the connection is gone.
            report::store_failed(self.policy.operation, &error);
        }
    }
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
