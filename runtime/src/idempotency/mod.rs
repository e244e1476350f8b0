//! Idempotency: an operation that is sent twice with one key happens once, and both requests receive the same response.
//!
//! The rules are in `steadfast-engine`: a pure function from a state and an event to the next state and an action. A
//! [`Store`] keeps records as bytes. What is here decides with both whether a request runs, and what its response is.

mod audit;
mod claim;
mod config;
mod execution;
mod fingerprint;
mod guard;
mod headers;
mod identity;
mod in_flight;
mod key;
mod layer;
mod lookup;
mod off_executor;
mod operation;
mod problems;
mod records;
mod recover;
mod reference;
mod response_capture;
mod shutdown;
mod steps;
mod telemetry;
mod tx;
mod tx_commit;
mod vault;

pub use crate::idempotency_policy::{
    Errors, FingerprintForm, InProgress, KeyFormat, OnExpired, OnLost, OnStoreDown, Selection,
};
pub use crate::outcome::{Disposition, Final, Indeterminate, KeptFor, Outcome, Retryable};
pub use audit::{Audit, AuditAnswer, AuditBody, AuditEntries, AuditEntry, AuditRequest, AuditTrail};
pub(crate) use claim::Claim;
pub use config::Idempotency;
pub(crate) use config::Rules;
#[doc(hidden)]
pub use fingerprint::Fingerprinting;
pub(crate) use fingerprint::{BodyValue, RequestComparison, digest};
pub use guard::Unprotected;
pub(crate) use guard::{Caller, Guard, GuardOutcome};
pub(crate) use headers::{keep_from_caches, strip_of_bytes};
pub use layer::{IdempotencyLayer, IdempotencyService, Scoped, Unscoped};
pub(crate) use off_executor::off_executor;
pub(crate) use operation::{InCall, Lost, Operation};
pub(crate) use problems::scope_missing;
pub use records::{KeyStatus, Records, RecordsError, Settlement};
pub use recover::{LostExecution, Recover, Recovery, recover};
pub use reference::{RecoversBy, Reference, ReferenceResult, Referenced, RefersBy, StoredReference, refer};
pub use shutdown::Drain;
#[cfg(feature = "sealed")]
pub use steadfast_engine::KeyRing;
pub use steadfast_engine::{
    AuditEvent, AuditFilter, AuditLog, Database, DatabaseStore, MemoryStore, RecordId, Store, StoreError,
};
pub use steps::{StepError, Steps};
pub use tx::Tx;
