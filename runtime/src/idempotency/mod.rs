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
mod policy;
mod record;
mod render;
mod report;
mod state;
pub(crate) mod store;
mod tx;

pub use config::Idempotency;
pub use drain::Drain;
pub use engine::{Action, Change, Event, Transition, step};
pub(crate) use guard::{Guard, Guarded};
pub use policy::IdempotentPolicy;
pub use record::{Fingerprint, Outcome, RecordId, StoredResponse, Token, Tombstone};
pub use state::State;
#[cfg(feature = "sqlite")]
pub use store::sqlite::{SqliteCounts, SqliteOptions, SqliteTransaction, Synchronous};
pub use store::{BoxFuture, Store, StoreError, Transaction, Transactions};
pub use tx::{Database, Tx};
