//! What holds for an idempotent endpoint: what its attribute says, and where it says nothing, what its API says.

mod api;
mod attribute;
mod effective;
mod options;

pub use api::Idempotency;
pub use attribute::{IdempotentPolicy, ScopeRule};
#[cfg(test)]
pub(super) use effective::tests;
pub(crate) use effective::Rules;
pub(super) use effective::{Defaults, Headers, KeyRule};
pub use options::{Errors, InProgress, KeyFormat, OnExpired, OnStoreDown, Options};
