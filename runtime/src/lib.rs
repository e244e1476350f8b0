//! HTTP APIs that never break their clients: date-pinned versions and retry-safe writes for axum, checked while they
//! compile.

mod api;
mod clock;
mod context;
mod endpoint;
mod idempotency;
mod problem;
mod transform;
mod version;

#[doc(hidden)]
pub mod __private;

pub use api::{Api, Decided, NoStore, Provides, Undecided};
pub use axum;
pub use axum::http;
pub use clock::{Clock, FixedClock, SystemClock};
pub use endpoint::{Endpoint, Endpoints, Invoke, Meta, Method, Needs, Path, Range, Scope, Unscoped};
pub use idempotency::*;
pub use problem::Problem;
pub use steadfast_core::{Date, DateError, Phase, Policy, Release, Timeline};
pub use steadfast_macros::{
    ApiVersions, api_version, delete, endpoints, get, head, idempotent, options, patch, post, put,
};
pub use version::{ApiVersions, Header, HeaderSource, ParseVersionError, Pin, VersionPolicy};
