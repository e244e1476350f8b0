//! steadfast from the outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod changelog;
mod faults;
mod gallery;
mod laws;
mod payments;
mod places;
mod responses;
mod retirement;
mod routing;
mod rules;
mod server;
mod sources;
mod spawned;
mod versioned;
