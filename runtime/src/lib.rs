//! steadfast

pub use axum;
pub use axum::http;
pub use steadfast_core::{Date, DateError, Phase, Policy, Release, Timeline};

#[doc(hidden)]
pub mod __private;
mod clock;
mod context;
mod endpoint;
pub mod problem;
mod transform;

pub use clock::{Clock, FixedClock, SystemClock};
pub use problem::Problem;
#[cfg(feature = "schemars")]
pub use transform::schema_at;
pub use transform::{BodyRejection, Created, Versioned, at_version};

pub use steadfast_macros::versioned;
