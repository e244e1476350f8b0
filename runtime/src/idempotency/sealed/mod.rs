//! What is kept of answers and steps, encrypted.
//!
//! The [`SealedStore`] stands between the engine's users and any store: what goes into the store it seals, what comes out
//! it opens. The engine and the store handle sealed things as bytes.

mod envelope;
mod keys;
mod payload;
mod place;
mod ring;
mod store;
#[cfg(test)]
mod tests;

pub use ring::KeyRing;
pub(super) use store::{SealedStore, joined};
