//! What users get who name no features of steadfast: versions, idempotency in memory and in SQLite, and transactions.
//!
//! The other tests go further, and are built with every feature.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod client;
mod idempotency;
mod transactions;
mod versions;
