//! Idempotency: an operation that is sent twice with one key happens once, and both senders hear the same answer.
//!
//! The rules are in [`step`], a pure function from a [`State`] and an [`Event`] to the next state and an [`Action`]. A
//! [`Store`] keeps the states; everything else here carries out the actions.

mod audit;
mod capture;
mod config;
mod drain;
mod engine;
mod execution;
mod fingerprint;
mod guard;
mod headers;
mod in_flight;
mod joined;
mod key;
mod layer;
mod newest;
mod options;
mod outcome;
#[cfg(any(feature = "sealed", feature = "sqlite"))]
mod parts;
mod policy;
mod record;
mod records;
mod recover;
mod reference;
mod render;
mod report;
mod rules;
#[cfg(feature = "sealed")]
mod sealed;
mod state;
mod steps;
pub(crate) mod store;
mod tx;

pub use audit::{
    Audit, AuditAnswer, AuditBody, AuditDraft, AuditEntries, AuditEntry, AuditEvent, AuditFilter,
    AuditRequest, AuditRow, AuditTrail,
};
pub use config::Idempotency;
pub use drain::Drain;
pub use engine::{Action, Change, Event, Keep, OnLost, Request, Transition, step};
pub(crate) use execution::{Begin, Held};
pub use fingerprint::{
    Asked, FingerprintForm, Fingerprinting, Intent, IntentOf, IntentOfBody, JsonBody, Match, NoIntent, Part,
    Parts, PartsOf, Selection, passed_on,
};
pub(crate) use fingerprint::{Restate, Restated};
pub use guard::Unprotected;
pub(crate) use guard::{Caller, Counted, Guard, Guarded, referred};
pub(crate) use headers::strip_of_bytes;
pub use layer::{IdempotencyLayer, IdempotencyService, Scoped, Unscoped};
pub use newest::Newest;
pub use options::{Errors, InProgress, KeyFormat, OnExpired, OnStoreDown, Options};
pub use outcome::{Disposition, Final, Indeterminate, KeptFor, Outcome, Retryable};
pub(crate) use outcome::{found_done, judged};
pub use policy::{IdempotentPolicy, ScopeRule};
pub use record::{
    Fingerprint, Finished, Kept, RecordId, Sealed, Step, StepOutput, StoredResponse, Token, Tombstone,
};
pub use records::{KeyStatus, Records, RecordsError, Settlement};
pub use recover::{Lost, Recover, Recovery, recover};
pub use reference::{RecoversBy, Reference, Referenced, Referral, Referred, RefersBy, refer};
pub(crate) use render::{overtaken, scope_missing, still_unknown};
pub(crate) use rules::Rules;
#[cfg(feature = "sealed")]
pub use sealed::KeyRing;
pub use state::State;
pub use steps::{StepError, Steps};
#[cfg(feature = "sqlite")]
pub use store::sqlite::{SqliteCounts, SqliteOptions, SqliteTransaction, Synchronous};
pub use store::{AuditStore, BoxFuture, Store, StoreError, Transaction, Transactions};
pub use tx::{Database, Tx};
