use super::attempt::{Attempt, Starting};
use super::{Execute, Guard, Guarded, store_failed};
use crate::idempotency::drain::Permit;
use crate::idempotency::engine::{Action, Event};
use crate::idempotency::execution::{Ended, Execution};
use crate::idempotency::joined::JoinedExecution;
use crate::idempotency::record::{RecordId, Token};
use crate::idempotency::steps::Progress;
use crate::idempotency::store::Store;
use crate::idempotency::tx::Joint;
use axum::extract::Request;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

impl Guard {
    /// Runs the operation, in a transaction that its record becomes part of or under its claim in the store.
    pub(super) fn start(
        &self,
        attempt: &Attempt,
        starting: Starting,
        mut request: Request,
        execute: Execute,
    ) -> JoinHandle<Ended> {
        let Attempt { rules, id, asked, version, subject, .. } = attempt;
        let Starting { permit, entered, token, begin, steps } = starting;
        let (id, version, subject) = (*id, *version, subject.clone());
        let asked = entered.run(asked);
        let (store, execution_rules) = (Arc::clone(&self.store), Arc::clone(rules));
        if rules.transactional {
            let joint = Joint::new(Arc::clone(&self.store), Some(id), asked.clone());
            request.extensions_mut().insert(joint.clone());
            let execution = JoinedExecution {
                store,
                rules: execution_rules,
                id: Some(id),
                token,
                asked,
                version,
                subject,
                joint,
                entered: Some(entered),
                permit,
            };
            spawn(execution.run(execute(request, begin)))
        } else {
            if rules.stepped {
                let progress = Progress::new(Arc::clone(&self.store), id, token, rules.lease, steps);
                request.extensions_mut().insert(progress);
            }
            let rules = execution_rules;
            let execution = Execution { store, rules, id, token, asked, version, subject, entered, permit };
            spawn(execution.run(execute(request, begin)))
        }
    }

    /// The answer where another execution was first, maybe one of a request that says the same at another version.
    pub(super) async fn overtaken(&self, mut attempt: Attempt, mut found: Action) -> Guarded {
        while let Action::Mismatch { version: Some(version) } = found
            && attempt.learn(version)
        {
            found = match self.look(&attempt).await {
                Ok(Action::Missing) => Action::InProgress { retry_after: 1 },
                Ok(found) => found,
                Err(error) => return store_failed(&attempt.rules, &error),
            };
        }
        let entry = attempt.entry(&found);
        let heard = attempt.found(found);
        match entry {
            Some(entry) => self.told(&attempt, entry, heard).await,
            None => heard,
        }
    }
}

/// Starts an execution in a task of its own.
// No `async fn`, and so no future that holds the execution's while it waits. Boxed, because tokio copies a task's future
// whenever the task ends, is read or is dropped.
pub(super) fn spawn(execution: impl Future<Output = Ended> + Send + 'static) -> JoinHandle<Ended> {
    tokio::spawn(Box::pin(execution))
}

/// A claim that is being asked for. If the client goes before the store has answered, the claim may exist and nobody
/// would know it: then it is given back.
pub(super) struct Claim<'a> {
    store: &'a Arc<dyn Store>,
    id: &'a RecordId,
    token: &'a Token,
    permit: &'a Permit,
    /// The store has answered: there is nothing to give back.
    pub(super) settled: bool,
}

impl<'a> Claim<'a> {
    pub(super) fn new(
        store: &'a Arc<dyn Store>,
        id: &'a RecordId,
        token: &'a Token,
        permit: &'a Permit,
    ) -> Self {
        Self { store, id, token, permit, settled: false }
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        // Without a runtime there is nobody to do it: the lease ends the claim.
        if !self.settled
            && let Ok(runtime) = Handle::try_current()
        {
            let (store, id, token) = (Arc::clone(self.store), *self.id, *self.token);
            let drain = self.permit.follow_up();
            runtime.spawn(async move {
                // If this fails too, the lease ends the claim.
                let _ = store.apply(id, Event::Release { token }).await;
                drop(drain);
            });
        }
    }
}
