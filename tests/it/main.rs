//! steadfast from the outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod changed;
mod changelog;
mod faults;
mod gallery;
mod idempotency;
mod laws;
mod outcome;
mod payments;
mod places;
mod responses;
mod retirement;
mod routing;
mod rules;
mod server;
mod silence;
mod sources;
mod spawned;
mod versioned;
