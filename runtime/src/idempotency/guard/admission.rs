//! Whether a request runs.

use super::acquire::{Acquire, Acquired};
use super::request::IdempotentRequest;
use super::{Guard, GuardOutcome};
use crate::idempotency::claim::Claim;
use crate::idempotency::in_flight::{InFlightGuard, Seen};
use crate::idempotency::lookup::peek;
use crate::idempotency::shutdown::Permit;
use crate::idempotency::{problems, telemetry};
use futures_util::FutureExt;
use std::sync::Arc;
use steadfast_engine::{Action, CompletedSteps, FencingToken, StoreError};

/// The result of asking whether a request runs.
pub(super) enum Admission {
    /// It runs.
    Run(Admitted),
    /// It does not: a record, or an execution in progress, was found.
    Found(Action),
    /// The store failed. Nobody else in this process runs as long as the request is entered, if it is.
    StoreDown(StoreError, Option<InFlightGuard>),
    /// It may not run, and nothing was found.
    Refused(Box<GuardOutcome>),
}

/// A request that runs.
pub(super) struct Admitted {
    pub(super) permit: Permit,
    pub(super) entered: InFlightGuard,
    pub(super) start: Start,
}

/// What an execution begins with.
pub(super) enum Start {
    /// Its claim, and the steps of earlier executions. With `lost_since` the outcome of one of them is to be found out
    /// first.
    Claim { claim: Arc<Claim>, steps: CompletedSteps, lost_since: Option<u64> },
    /// A transaction, which the handler begins.
    Tx,
}

impl Guard {
    pub(super) async fn admit(&self, request: &IdempotentRequest) -> Admission {
        let IdempotentRequest { rules, id, fingerprint, may_run, is_stale, .. } = request;
        if rules.transactional && self.vault.store.transactions().is_none() {
            telemetry::misused("the idempotency store is not a database that handlers can join");
            return Admission::Refused(Box::new(GuardOutcome::from(problems::internal())));
        }
        if !may_run {
            return Box::pin(self.refused(request, || GuardOutcome::NothingStored)).await;
        }
        let Some(permit) = self.executions.enter() else {
            return Box::pin(self.refused(request, || GuardOutcome::from(problems::overloaded()))).await;
        };
        if *is_stale {
            return Box::pin(self.refused(request, || GuardOutcome::from(problems::key_expired()))).await;
        }
        // Before the store is asked: a claim that lapsed is not to be taken over from an execution that goes on here,
        // and what a database does not know afterwards, nobody here has done.
        let entered = match self.in_flight.enter(*id, fingerprint) {
            Ok(entered) => entered,
            Err(seen) => return Box::pin(self.while_running(request, *seen)).await,
        };
        if rules.transactional {
            // It claims nothing: its record is written with its effect.
            return match self.peek(request).await {
                Ok(Action::NotFound) => {
                    if let Err(error) = self.vault.store.check_room() {
                        return Admission::StoreDown(error, Some(entered));
                    }
                    // For the record, which is written in the transaction.
                    if let Some(prepared) = fingerprint.prepare() {
                        prepared.await;
                    }
                    Admission::Run(Admitted { permit, entered, start: Start::Tx })
                }
                Ok(found) => Admission::Found(found),
                Err(error) => Admission::StoreDown(error, Some(entered)),
            };
        }
        let token = match FencingToken::generate() {
            Ok(token) => token,
            Err(error) => return Admission::StoreDown(StoreError::unavailable(error), None),
        };
        match Acquire::new(&self.vault, request, token, &permit).await {
            Ok(Acquired::Claim { claim, steps, lost_since }) => {
                Admission::Run(Admitted { permit, entered, start: Start::Claim { claim, steps, lost_since } })
            }
            Ok(Acquired::Found(found)) => Admission::Found(found),
            Err(error) => Admission::StoreDown(error, Some(entered)),
        }
    }

    /// For a request that may not run: what is known, else `otherwise`.
    async fn refused(
        &self,
        request: &IdempotentRequest,
        otherwise: impl FnOnce() -> GuardOutcome,
    ) -> Admission {
        match self.peek(request).await {
            Ok(Action::NotFound) => match self.in_flight.seen(request.id) {
                None => Admission::Refused(Box::new(otherwise())),
                Some(seen) => Admission::Found(Box::pin(seen.found_by(&request.fingerprint)).await),
            },
            Ok(found) => Admission::Found(found),
            Err(error) => Admission::StoreDown(error, None),
        }
    }

    /// For a duplicate of an execution in this process. Two requests that are both to receive a stored response are not in
    /// each other's way: what is stored comes first.
    async fn while_running(&self, request: &IdempotentRequest, running: Seen) -> Admission {
        let running = running.found_by(&request.fingerprint).await;
        match self.peek(request).await {
            Ok(Action::NotFound) => Admission::Found(running),
            Ok(found) => Admission::Found(found),
            // That it runs is known without the store.
            Err(error) if request.rules.runs_without_store() && !error.is_unreadable() => match running {
                Action::InProgress { .. } => Admission::Found(running),
                _ => Admission::StoreDown(error, None),
            },
            Err(error) => Admission::StoreDown(error, None),
        }
    }

    /// Returns what the store knows of the operation.
    pub(super) async fn peek(&self, request: &IdempotentRequest) -> Result<Action, StoreError> {
        let record = self.vault.load(request.id).await?;
        if !request.fingerprint.is_large() {
            return Ok(peek(&request.fingerprint, &record));
        }
        Ok(request.fingerprint.read(move |request| peek(request, &record)).boxed().await)
    }
}
