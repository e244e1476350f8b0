//! The vocabulary that steadfast's macros and runtime share: calendar [`Date`]s, the [`Timeline`] of an API's
//! versions, the [`Phase`] a version is in on a given day, and the names used on the wire.
//!
//! Depend on `steadfast`; it re-exports what applications need from here. This crate has no dependencies and every
//! function that a compile-time check needs is `const`.

mod clock;
mod date;
mod future;
mod lifecycle;
mod operation;
#[doc(hidden)]
pub mod path;
mod timeline;
pub mod wire;

pub use clock::{Clock, FixedClock, SystemClock};
pub use date::{Date, DateError};
pub use future::BoxFuture;
pub use lifecycle::Phase;
pub use operation::operation_name;
pub use timeline::{Brownout, Policy, Release, Timeline};
