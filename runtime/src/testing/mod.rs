//! What a service or a store can be tested with.

#[cfg(feature = "testing")]
mod exercised;
#[cfg(feature = "testing")]
pub mod laws;
mod live;
mod retired;

#[cfg(feature = "testing")]
#[doc(inline)]
pub use crate::__laws as laws;
#[cfg(feature = "testing")]
pub use exercised::{Exercised, Unexercised};
pub use live::{each_live_version, live_versions};
pub use retired::{Overdue, nothing_to_retire};

#[cfg(feature = "testing")]
pub use proptest;
#[cfg(feature = "idempotency")]
pub use steadfast_engine::contract as store_contract;
pub use steadfast_pins::contract::check as pin_store_contract;
