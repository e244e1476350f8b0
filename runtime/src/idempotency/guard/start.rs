use super::admission::{Admitted, Start};
use super::request::{IdempotentRequest, RecoveryKey};
use super::{Guard, GuardOutcome};
use crate::idempotency::claim::Claim;
use crate::idempotency::execution::{Commit, Execution, ExecutionResult, Terms};
use crate::idempotency::operation::{Lost, Operation};
use crate::idempotency::recover::LostExecution;
use crate::idempotency::steps::Progress;
use crate::idempotency::tx::TxSlot;
use crate::idempotency::tx_commit::TxCommit;
use axum::extract::Request;
use std::sync::Arc;
use steadfast_engine::Action;
use tokio::task::JoinHandle;

impl Guard {
    /// Starts the operation, under its claim or in a transaction that its record becomes part of.
    pub(super) fn start(
        &self,
        idempotent: &IdempotentRequest,
        admitted: Admitted,
        mut request: Request,
        operation: Box<dyn Operation>,
    ) -> JoinHandle<ExecutionResult> {
        let IdempotentRequest { rules, id, fingerprint, version, recovery, audit, .. } = idempotent;
        let Admitted { permit, entered, start } = admitted;
        let mut terms = Terms {
            vault: self.vault.clone(),
            rules: Arc::clone(rules),
            version: *version,
            audit: audit.clone(),
            value_hasher: fingerprint.value_hasher(),
            unread_value: None,
        };
        match start {
            Start::Tx => {
                let slot = TxSlot::new(self.vault.clone(), Some((*id, Arc::clone(fingerprint))));
                request.extensions_mut().insert(slot.clone());
                let known = fingerprint.fingerprint();
                entered.run(known);
                let commit = Commit::Tx(TxCommit { slot, record: Some((*id, known)) });
                let execution = Execution { terms, commit, entered: Some(entered), permit };
                spawn(execution.run(operation.run(request)))
            }
            Start::Claim { claim, steps, lost_since } => {
                entered.run(claim.fingerprint());
                if rules.uses_steps {
                    request.extensions_mut().insert(Progress::new(Arc::clone(&claim), steps));
                }
                if lost_since.is_some() {
                    terms.unread_value = fingerprint.unread_value().map(Box::new);
                }
                let commit = Commit::Claim(Arc::clone(&claim));
                let execution = Execution { terms, commit, entered: Some(entered), permit };
                match (lost_since, recovery) {
                    (Some(since), Some(recovery)) => {
                        let lost = lost(idempotent, recovery, since, claim);
                        spawn(execution.run(operation.recover(request, lost)))
                    }
                    _ => spawn(execution.run(operation.run(request))),
                }
            }
        }
    }

    /// Returns the outcome of a request whose execution found that another one was first.
    pub(super) async fn superseded(&self, request: IdempotentRequest, found: Action) -> GuardOutcome {
        let entry = request.audit_entry(&found);
        let outcome = request.found(found);
        match entry {
            Some(entry) => self.audit_lookup(&request, entry, outcome).await,
            None => outcome,
        }
    }
}

fn lost(request: &IdempotentRequest, recovery: &RecoveryKey, since: u64, claim: Arc<Claim>) -> Lost {
    let RecoveryKey { scope, key } = recovery.clone();
    let operation = request.rules.operation.clone();
    Lost { execution: LostExecution { id: request.id, operation, scope, key, since }, claim }
}

/// Starts an execution in a task of its own.
// No `async fn`, and so no future that holds the execution's while it waits. Boxed, because tokio copies a task's future
// whenever the task ends, is read or is dropped.
pub(super) fn spawn(
    execution: impl Future<Output = ExecutionResult> + Send + 'static,
) -> JoinHandle<ExecutionResult> {
    tokio::spawn(Box::pin(execution))
}
