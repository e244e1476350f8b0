//! The end of an execution whose record is committed with the handler's own writes.

use super::claim::{compared, complete, entry_for, mark_lost};
use super::execution::{Ended, ExecutionResult, Terms};
use super::response_capture::{CapturedResponse, Recording};
use super::telemetry;
use super::tx::{TxSlot, TxState};
use super::vault::Record;
use crate::idempotency_policy::OnLost;
use steadfast_engine::{
    Action, AuditDraft, Change, Event, FencingToken, Fingerprint, Finish, RecordId, State, StoreError,
    Transaction, Transition, step,
};

/// The owner of a record that was written without a claim.
const UNCLAIMED: FencingToken = FencingToken([0; 16]);

/// An execution that claims nothing: a crash before its one commit leaves nothing behind.
pub(super) struct TxCommit {
    pub(super) slot: TxSlot,
    /// The record; `None` if there is to be none.
    pub(super) record: Option<(RecordId, Fingerprint)>,
}

/// A transaction, and the record as it sees it.
type Open = (Box<dyn Transaction>, Record);

impl TxCommit {
    pub(super) async fn end(mut self, terms: &Terms, captured: Option<CapturedResponse>) -> ExecutionResult {
        let open = match self.slot.take() {
            Some(TxState::Unused) => None,
            Some(TxState::Open(transaction, record)) => Some((transaction, record)),
            Some(TxState::Superseded(found)) => return ExecutionResult::Superseded(found),
            Some(TxState::Failed(error)) => return ExecutionResult::StoreFailed(error),
            None => {
                telemetry::misused("the handler returned and kept its `Tx`");
                self.released(terms, released_entry(terms, None)).await;
                return ExecutionResult::Failed;
            }
        };
        let Some(captured) = captured else {
            roll_back(terms, open).await;
            // Its writes are undone, and what it did elsewhere is as lost as with its process.
            if terms.rules.on_lost == OnLost::Reexecute {
                self.released(terms, released_entry(terms, None)).await;
            } else {
                self.lose(terms, self.lost_entry(terms, None)).await;
            }
            return ExecutionResult::Failed;
        };
        let CapturedResponse { response, status, recording, is_recovered, value } = captured;
        self.record = self.record.map(|(id, fingerprint)| (id, terms.with_value(fingerprint, value)));
        let ended = Ended { response, is_recovered };
        match recording {
            Recording::Store { outcome, ttl } => {
                let is_refused = !(status.is_success() || status.is_redirection());
                let open = if is_refused {
                    roll_back(terms, open).await;
                    None
                } else {
                    open
                };
                let fingerprint = self.record.map_or(NO_REQUEST, |(_, fingerprint)| fingerprint);
                let event =
                    complete(&terms.vault, UNCLAIMED, fingerprint, outcome, terms.rules.keep_for(ttl));
                self.record(terms, open, event, ended, is_refused).await
            }
            // What could not be rendered is undone with the handler's writes.
            Recording::Release | Recording::Unrendered { .. } => {
                let entry = released_entry(terms, Some(&ended));
                roll_back(terms, open).await;
                self.released(terms, entry).await;
                ExecutionResult::Response(ended.response)
            }
            Recording::MarkLost => {
                let entry = self.lost_entry(terms, Some(&ended));
                roll_back(terms, open).await;
                self.lose(terms, entry).await;
                ExecutionResult::Response(ended.response)
            }
        }
    }

    async fn record(
        &self,
        terms: &Terms,
        open: Option<Open>,
        event: Event,
        ended: Ended,
        is_refused: bool,
    ) -> ExecutionResult {
        let entry = terms.audit.as_ref().map(|audit| audit.ended(&event, Some(&ended)));
        let failure = match self.commit(terms, open, event, entry).await {
            Ok(Action::Applied) => return ExecutionResult::Response(ended.response),
            Ok(found) => return ExecutionResult::Superseded(found),
            Err(failure) => failure,
        };
        self.report(terms, failure.error());
        match failure {
            // Nothing was done, and the client receives that; only that a retry is refused again is not sure.
            _ if is_refused => ExecutionResult::Response(ended.response),
            Failure::RolledBack(error) => ExecutionResult::StoreFailed(error),
            Failure::Unknown { .. } if self.record.is_none() => ExecutionResult::Unknown,
            // A record proves the handler's writes: it cannot be there without them.
            Failure::Unknown { error: _, written } => match self.read_back(terms).await {
                Ok(record) if record.state == *written => ExecutionResult::Response(ended.response),
                // That of somebody else proves that there are none.
                Ok(record) => match self.slot.peek(record).await {
                    (_, Action::NotFound) => ExecutionResult::Unknown,
                    (_, found) => ExecutionResult::Superseded(found),
                },
                Err(_) => ExecutionResult::Unknown,
            },
        }
    }

    // The entries are not built in the futures: what holds a response by reference cannot go from thread to thread.
    fn lost_entry(&self, terms: &Terms, ended: Option<&Ended>) -> Option<AuditDraft> {
        let (_, fingerprint) = self.record?;
        Some(terms.audit.as_ref()?.ended(&mark_lost(&terms.vault, UNCLAIMED, fingerprint), ended))
    }

    /// Records that the outcome of the operation is not known.
    async fn lose(&self, terms: &Terms, entry: Option<AuditDraft>) {
        let Some((_, fingerprint)) = self.record else { return };
        if let Err(failure) =
            self.commit(terms, None, mark_lost(&terms.vault, UNCLAIMED, fingerprint), entry).await
        {
            self.report(terms, failure.error());
        }
    }

    /// Appends to the audit log that a retry runs again. There is no record that this could stand beside.
    async fn released(&self, terms: &Terms, entry: Option<AuditDraft>) {
        if let (Some((id, _)), Some(entry)) = (self.record, entry)
            && let Err(error) = terms.vault.append(id, entry).await
        {
            telemetry::store_failed(&terms.rules.operation, &error);
        }
    }

    /// Takes a step of the record and commits it, in the handler's transaction or in one of its own.
    async fn commit(
        &self,
        terms: &Terms,
        open: Option<Open>,
        event: Event,
        entry: Option<AuditDraft>,
    ) -> Result<Action, Failure> {
        let (transaction, record) = match (open, self.record) {
            (Some(open), _) => open,
            (None, Some(_)) => match self.slot.open().await {
                TxState::Open(transaction, record) => (transaction, record),
                TxState::Superseded(found) => return Ok(found),
                TxState::Failed(error) => return Err(Failure::RolledBack(error)),
                TxState::Unused => return Ok(Action::Applied),
            },
            // Nothing was written, and nothing is to be.
            (None, None) => return Ok(Action::Applied),
        };
        let (entry, audit, written) = match self.record {
            None => (None, Vec::new(), State::Absent),
            Some((id, _)) => {
                let event = compared(event, &record.state);
                let Transition { change, action } = step(&record.state, record.age, event);
                let Change::Put(state) = change else {
                    roll_back(terms, Some((transaction, record))).await;
                    return Ok(action);
                };
                let audit = entry_for(entry.as_ref(), &record.state);
                match (terms.vault.encode(id, &state), terms.vault.seal(id, audit)) {
                    (Ok(entry), Ok(audit)) => (entry, audit, state),
                    (Err(error), _) | (_, Err(error)) => {
                        roll_back(terms, Some((transaction, record))).await;
                        return Err(Failure::RolledBack(error));
                    }
                }
            }
        };
        match transaction.finish(entry, audit).await {
            Ok(Finish::Committed) => Ok(Action::Applied),
            Ok(Finish::RolledBack(error)) => Err(Failure::RolledBack(error)),
            Ok(Finish::Conflict) => self.found(terms).await,
            Err(error) => Err(Failure::Unknown { error, written: Box::new(written) }),
        }
    }

    /// Returns what another execution has written meanwhile.
    async fn found(&self, terms: &Terms) -> Result<Action, Failure> {
        let record = self.read_back(terms).await.map_err(Failure::RolledBack)?;
        Ok(match self.slot.peek(record).await {
            (_, Action::NotFound) => Action::InProgress { retry_after: 1 },
            (_, found) => found,
        })
    }

    async fn read_back(&self, terms: &Terms) -> Result<Record, StoreError> {
        match self.record {
            Some((id, _)) => terms.vault.load(id).await,
            None => Ok(Record::ABSENT),
        }
    }

    fn report(&self, terms: &Terms, error: &StoreError) {
        match self.record {
            Some((id, _)) => telemetry::settling_failed(&terms.rules.operation, id, error),
            None => telemetry::store_failed(&terms.rules.operation, error),
        }
    }
}

/// The request of an execution without a record. Nobody compares it.
const NO_REQUEST: Fingerprint =
    Fingerprint { version: None, algorithm: 0, bytes: [0; Fingerprint::LENGTH], typed: None };

async fn roll_back(terms: &Terms, open: Option<Open>) {
    if let Some((transaction, _)) = open
        && let Err(error) = transaction.rollback().await
    {
        // The database does so by itself when the connection is gone.
        telemetry::store_failed(&terms.rules.operation, &error);
    }
}

/// The reason why a commit did not succeed.
enum Failure {
    /// Nothing took effect.
    RolledBack(StoreError),
    /// It is not known whether this state was written.
    Unknown { error: StoreError, written: Box<State> },
}

impl Failure {
    fn error(&self) -> &StoreError {
        match self {
            Self::RolledBack(error) | Self::Unknown { error, .. } => error,
        }
    }
}

fn released_entry(terms: &Terms, ended: Option<&Ended>) -> Option<AuditDraft> {
    Some(terms.audit.as_ref()?.ended(&Event::Release { token: UNCLAIMED }, ended))
}
