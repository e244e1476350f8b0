use super::claim::spawn;
use super::{Execute, Guard, Guarded, finish};
use crate::idempotency::drain::Permit;
use crate::idempotency::execution::{Begin, unprotected};
use crate::idempotency::fingerprint::Asked;
use crate::idempotency::in_flight::Entered;
use crate::idempotency::joined::JoinedExecution;
use crate::idempotency::record::{Fingerprint, Token};
use crate::idempotency::render;
use crate::idempotency::rules::Rules;
use crate::idempotency::steps::Progress;
use crate::idempotency::store::StoreError;
use crate::idempotency::tx::Joint;
use axum::extract::Request;
use http::{HeaderName, HeaderValue};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use steadfast_core::wire;

const PROTECTED: HeaderName = HeaderName::from_static(wire::IDEMPOTENCY_PROTECTED);

/// How many requests to idempotent endpoints ran without protection: they had no key and need not have one, or the store
/// could not be reached and the endpoint runs all the same.
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
    /// How many there were since the program started.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Guard {
    /// Runs the operation although nothing keeps a retry from running it again, and says so in the answer. Only beside
    /// it none does, if it is entered.
    pub(super) async fn unprotected(
        &self,
        rules: &Arc<Rules>,
        mut request: Request,
        execute: Execute,
        entered: Option<Entered>,
    ) -> Guarded {
        let Some(permit) = self.executions.enter() else { return Guarded::from(render::overloaded()) };
        if rules.stepped {
            match Progress::unrecorded() {
                Ok(progress) => drop(request.extensions_mut().insert(progress)),
                Err(error) => return super::store_failed(rules, &StoreError::unavailable(error)),
            }
        }
        self.unprotected.0.fetch_add(1, Ordering::Relaxed);
        let mut guarded = if rules.transactional {
            self.unrecorded(rules, permit, request, execute).await
        } else {
            finish(
                rules,
                spawn(unprotected(execute(request, Begin::Fresh), Arc::clone(rules), entered, permit)),
            )
            .await
        };
        if let Guarded::Answered(response) = &mut guarded {
            response.headers_mut().insert(PROTECTED, HeaderValue::from_static("false"));
        }
        guarded
    }

    /// Runs an operation in a transaction of the store, without a record.
    async fn unrecorded(
        &self,
        rules: &Arc<Rules>,
        permit: Permit,
        mut request: Request,
        execute: Execute,
    ) -> Guarded {
        // Nobody compares it: there is no record.
        let asked = Asked::from(Fingerprint { algorithm: 0, bytes: [0; Fingerprint::LENGTH] });
        let joint = Joint::new(Arc::clone(&self.store), None, asked.clone());
        request.extensions_mut().insert(joint.clone());
        let execution = JoinedExecution {
            store: Arc::clone(&self.store),
            rules: Arc::clone(rules),
            id: None,
            token: Token([0; 16]),
            asked,
            version: None,
            subject: None,
            joint,
            entered: None,
            permit,
        };
        finish(rules, spawn(execution.run(execute(request, Begin::Fresh)))).await
    }
}
