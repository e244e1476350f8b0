use super::start::spawn;
use super::{Guard, GuardOutcome, finish};
use crate::idempotency::config::Rules;
use crate::idempotency::execution::{Commit, Execution, Terms};
use crate::idempotency::in_flight::InFlightGuard;
use crate::idempotency::operation::Operation;
use crate::idempotency::problems;
use crate::idempotency::steps::Progress;
use crate::idempotency::tx::TxSlot;
use crate::idempotency::tx_commit::TxCommit;
use axum::extract::Request;
use http::{HeaderName, HeaderValue};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use steadfast_core::wire;
use steadfast_engine::StoreError;

const PROTECTED: HeaderName = HeaderName::from_static(wire::IDEMPOTENCY_PROTECTED);

/// The number of requests to idempotent endpoints that ran without protection: they had no key and need not have one, or
/// the store could not be reached and the endpoint runs all the same.
///
/// ```
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new());
/// let unprotected = idempotency.unprotected();
/// assert_eq!(unprotected.count(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Unprotected(Arc<AtomicU64>);

impl Unprotected {
    /// Returns the number since the program started.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Guard {
    /// Runs the operation although nothing keeps a retry from running it again, and marks the response. Beside it no
    /// duplicate runs in this process, if it is entered.
    pub(super) async fn unprotected(
        &self,
        rules: &Arc<Rules>,
        mut request: Request,
        operation: Box<dyn Operation>,
        entered: Option<InFlightGuard>,
    ) -> GuardOutcome {
        let Some(permit) = self.executions.enter() else {
            return GuardOutcome::from(problems::overloaded());
        };
        if rules.uses_steps {
            match Progress::unrecorded() {
                Ok(progress) => drop(request.extensions_mut().insert(progress)),
                Err(error) => return super::store_failed(rules, &StoreError::unavailable(error)),
            }
        }
        self.unprotected.0.fetch_add(1, Ordering::Relaxed);
        let commit = if rules.transactional {
            let slot = TxSlot::new(self.vault.clone(), None);
            request.extensions_mut().insert(slot.clone());
            Commit::Tx(TxCommit { slot, record: None })
        } else {
            Commit::Unprotected
        };
        let terms = Terms {
            vault: self.vault.clone(),
            rules: Arc::clone(rules),
            version: None,
            audit: None,
            value_hasher: None,
            unread_value: None,
        };
        let execution = Execution { terms, commit, entered, permit };
        let mut outcome = finish(rules, spawn(execution.run(operation.run(request)))).await;
        if let GuardOutcome::Response(response) = &mut outcome {
            response.headers_mut().insert(PROTECTED, HeaderValue::from_static("false"));
        }
        outcome
    }
}
