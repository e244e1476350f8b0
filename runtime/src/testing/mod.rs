//! What a service or a store can be tested with.

mod pin_store_contract;
mod retired;
pub mod store_contract;

pub use pin_store_contract::pin_store_contract;
pub use retired::{Overdue, nothing_to_retire};

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
