//! steadfast

pub use axum;
pub use axum::http;
pub use steadfast_core::{Date, DateError, Phase, Policy, Release, Timeline};

mod clock;
mod context;
mod endpoint;
pub mod idempotency;
pub mod problem;
pub mod testing;

pub use clock::{Clock, FixedClock, SystemClock};
pub use idempotency::store::MemoryStore;
#[cfg(feature = "sqlite")]
pub use idempotency::store::SqliteStore;
pub use idempotency::{Drain, Idempotency, Tx};
pub use problem::Problem;
#[cfg(feature = "sqlite")]
pub use sqlx::Sqlite;
