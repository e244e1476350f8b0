//! What a service or a store can be tested with.

#[cfg(feature = "testing")]
mod exercised;
#[cfg(feature = "testing")]
pub mod laws;
mod live;
mod retired;
pub mod store_contract;

#[cfg(feature = "testing")]
#[doc(inline)]
pub use crate::__laws as laws;
#[cfg(feature = "testing")]
pub use exercised::{Exercised, Unexercised};
pub use live::{each_live_version, live_versions};
pub use retired::{Overdue, nothing_to_retire};

#[cfg(feature = "testing")]
pub use proptest;
pub use steadfast_pins::contract::check as pin_store_contract;
use std::fmt;

/// A check that a store did not pass.
#[derive(Debug)]
pub struct Violation {
    check: &'static str,
    why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.why)
    }
}

impl std::error::Error for Violation {}
