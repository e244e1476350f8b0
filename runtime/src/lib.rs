//! HTTP APIs that never break their clients: date-pinned versions and retry-safe writes for axum, checked while they
//! compile.

mod api;
mod clock;
mod context;
mod endpoint;
pub mod idempotency;
mod problem;
pub mod testing;
mod transform;
mod version;

#[doc(hidden)]
pub mod __private;

pub use api::{Api, Decided, NoStore, Provides, Undecided};
pub use axum;
pub use axum::http;
pub use clock::{Clock, FixedClock, SystemClock};
pub use endpoint::{Endpoint, Endpoints, Invoke, Meta, Method, Needs, Path, Range, Scope, Unscoped};
pub use idempotency::store::MemoryStore;
#[cfg(feature = "sqlite")]
pub use idempotency::store::SqliteStore;
pub use idempotency::{Drain, Idempotency, Tx};
pub use problem::Problem;
#[cfg(feature = "sqlite")]
pub use sqlx::Sqlite;
pub use steadfast_core::{Date, DateError, Phase, Policy, Release, Timeline};
pub use steadfast_macros::{
    ApiVersions, api_version, delete, endpoints, get, head, idempotent, options, patch, post, put,
};
pub use version::{ApiVersions, Header, HeaderSource, ParseVersionError, Pin, VersionPolicy};
