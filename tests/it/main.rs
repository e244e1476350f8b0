//! steadfast from the outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod dispatch;
mod payments;
mod server;
mod spawned;
mod versioned;
