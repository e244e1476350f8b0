//! Idempotency: an operation that is sent twice with one key happens once, and both senders hear the same answer.
//!
//! The rules are in [`step`], a pure function from a [`State`] and an [`Event`] to the next state and an [`Action`]. A
//! [`Store`] keeps the states; everything else here carries out the actions.

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
mod options;
mod outcome;
mod policy;
mod record;
mod records;
mod recover;
mod render;
mod report;
mod rules;
mod state;
mod steps;
pub(crate) mod store;
mod tx;

pub use config::Idempotency;
pub use drain::Drain;
pub use engine::{Action, Change, Event, Keep, OnLost, Request, Transition, step};
pub(crate) use execution::{Begin, Held};
pub use fingerprint::{
    Asked, FingerprintForm, Fingerprinting, Intent, IntentOf, IntentOfBody, JsonBody, Match, NoIntent, Part,
    Parts, PartsOf, Selection, passed_on,
};
pub use guard::Unprotected;
pub(crate) use guard::{Caller, Guard, Guarded};
pub use layer::{IdempotencyLayer, IdempotencyService, Scoped, Unscoped};
pub use options::{Errors, InProgress, KeyFormat, OnExpired, OnStoreDown, Options};
pub(crate) use outcome::judged;
pub use outcome::{Disposition, Final, Indeterminate, KeptFor, Outcome, Retryable};
pub use policy::{IdempotentPolicy, ScopeRule};
pub use record::{Fingerprint, Finished, Kept, RecordId, Step, StoredResponse, Token, Tombstone};
pub use records::{KeyStatus, Records, RecordsError, Settlement};
pub use recover::{Lost, Recover, Recovery, recover};
pub(crate) use render::{overtaken, scope_missing, still_unknown};
pub(crate) use rules::Rules;
pub use state::State;
pub use steps::{StepError, Steps};
#[cfg(feature = "sqlite")]
pub use store::sqlite::{SqliteCounts, SqliteOptions, SqliteTransaction, Synchronous};
pub use store::{BoxFuture, Store, StoreError, Transaction, Transactions};
pub use tx::{Database, Tx};
