//! The shapes of versioned types, and the mode in which serde reads and writes them: what a client of an API needs as
//! much as its server, and so without axum.
//!
//! Servers use `steadfast`, which re-exports what they need from here. A crate of types that clients share depends on
//! this one, and names it:
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use steadfast_wire::{Date, at_version, versioned};
//!
//! #[versioned(crate = steadfast_wire)]
//! #[derive(Serialize, Deserialize)]
//! struct Payment {
//!     #[renamed(in = "2026-12-01", was(customer))]
//!     customer_id: String,
//! }
//!
//! let payment = Payment { customer_id: "cus_1".to_owned() };
//! let version = Date::parse("2025-09-30").unwrap();
//! assert_eq!(at_version(version, || serde_json::to_string(&payment)).unwrap(), r#"{"customer":"cus_1"}"#);
//! ```

#[doc(hidden)]
pub mod assert;
#[doc(hidden)]
pub mod exercise;
mod fault;
#[doc(hidden)]
pub mod fingerprinted;
#[doc(hidden)]
pub mod generated;
#[doc(hidden)]
pub mod history;
#[doc(hidden)]
pub mod known;
#[doc(hidden)]
pub mod members;
mod message;
#[doc(hidden)]
pub mod mode;
#[doc(hidden)]
pub mod older;
#[doc(hidden)]
pub mod opened;
#[doc(hidden)]
pub mod place;
#[doc(hidden)]
pub mod reading;
#[cfg(feature = "schemars")]
mod schema;
#[doc(hidden)]
pub mod sensitive;
#[doc(hidden)]
pub mod shape;
mod text;
mod version;
#[doc(hidden)]
pub mod writing;

#[doc(hidden)]
pub mod __private;

pub use fault::shape_faults;
pub use known::Known;
#[cfg(feature = "schemars")]
pub use schema::schema_at;
pub use shape::Shape;
pub use steadfast_core::{Date, DateError};
pub use steadfast_macros::{Fingerprint, versioned};
pub use version::{at_version, stored, stored_in};

// The items that only the runtime uses; no promise to anybody else.
#[doc(hidden)]
pub use fault::out_of_call;
#[doc(hidden)]
pub use message::Message;
#[doc(hidden)]
pub use mode::{HEAD, Purpose, Seen, as_served, as_served_here, asking, at, is_said, purpose, scope, with};
#[doc(hidden)]
pub use text::{to_json, to_json_text, to_value, write};
