//! The API versions that callers are pinned to, and the stores that keep them.
//!
//! Depend on `steadfast`, which re-exports what applications need. This crate is for whoever writes a store:
//!
//! * [`PinStore`] is what a store implements.
//! * `contract::check` (feature `contract`) checks that a store does so.
//! * [`CachedPins`] saves it from being read for every request.

mod cached;
#[cfg(feature = "contract")]
pub mod contract;
mod memory;
mod store;

pub use cached::CachedPins;
pub use memory::MemoryPins;
pub use store::{PinStore, PinStoreError};
