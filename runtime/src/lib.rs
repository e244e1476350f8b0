//! steadfast

pub use axum;
pub use axum::http;
pub use steadfast_core::{Date, DateError, Phase, Policy, Release, Timeline};

mod clock;
mod context;
mod endpoint;
pub mod problem;

pub use clock::{Clock, FixedClock, SystemClock};
pub use problem::Problem;
