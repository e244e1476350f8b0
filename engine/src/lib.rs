//! The engine behind steadfast's idempotent endpoints, without HTTP frameworks, API versions or databases.
//!
//! Depend on `steadfast`, which re-exports what applications need. This crate is for whoever writes a store:
//!
//! * [`Store`] is what a store implements: bytes with a [`Revision`], replaced only if nobody else replaced them before.
//! * The module `contract` (feature `contract`) checks that a store does so.
//! * [`MemoryStore`] is the store to read first.
//!
//! For the framework itself there are the rules ([`step`], a pure function), and the [`Codec`] between a [`State`] and
//! the bytes of its [`Entry`].

mod action;
mod audit;
mod codec;
#[cfg(feature = "contract")]
pub mod contract;
mod event;
mod fingerprint;
mod memory;
mod outcome;
mod record_id;
#[cfg(feature = "sealed")]
mod seal;
mod state;
mod step;
mod steps;
mod store;
mod store_error;
mod sync;
mod token;

pub use action::{Action, Change, Transition};
pub use audit::{AuditDraft, AuditEvent, AuditFilter, AuditRow};
pub use codec::Codec;
pub use event::{Event, Keep, OnLost, Request};
pub use fingerprint::{Fingerprint, Match, TypedFingerprint};
pub use memory::MemoryStore;
pub use outcome::{HeadCopy, StoredOutcome, StoredResponse, Tombstone};
pub use record_id::{IdentityHasher, RecordId};
#[cfg(feature = "sealed")]
pub use seal::KeyRing;
pub use state::{State, UNSETTLED};
pub use steadfast_core::{BoxFuture, Clock, FixedClock, SystemClock};
pub use step::{retry_after, step};
pub use steps::{CompletedSteps, Step};
pub use store::{
    AuditLog, Database, DatabaseStore, Entry, Finish, Found, Kind, Revision, Store, Swap, Transaction,
    Transactions,
};
pub use store_error::StoreError;
pub use token::FencingToken;
