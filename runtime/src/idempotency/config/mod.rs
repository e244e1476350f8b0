//! The rules of an idempotent endpoint: what its attribute says, and where it says nothing, what its API says.

mod api;
mod effective;

pub use api::Idempotency;
pub(crate) use effective::Rules;
#[cfg(test)]
pub(super) use effective::tests;
pub(super) use effective::{Defaults, Headers, KeyRule};
